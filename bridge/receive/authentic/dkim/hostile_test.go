package dkim_test

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"escalat/bridge/receive/authentic/dkim"

	"github.com/google/go-cmp/cmp"
)

// TestHostile: what would cost the square of its length is not worked at.
func TestHostile(t *testing.T) {
	t.Parallel()
	plain := crlf(example2005)
	head, body, _ := strings.Cut(plain, "\r\n\r\n")
	for name, test := range map[string]struct {
		raw  string
		want dkim.Why
	}{
		"fields that nobody signed":    {strings.Repeat("A: x\r\n", 5000) + plain, ""},
		"thousands of names":           {strings.Replace(plain, "h=Received", "h="+strings.Repeat("a:", 10000)+"Received", 1), dkim.Malformed},
		"many names":                   {strings.Replace(plain, "h=Received", "h="+strings.Repeat("a:", 200)+"Received", 1), dkim.Wrong},
		"signs ten signatures":         {strings.Replace(plain, "h=Received", "h="+strings.Repeat("DKIM-Signature:", 10)+"Received", 1), dkim.Malformed},
		"names in no alphabet":         {strings.Replace(plain, "h=Received", "h=\u017fubject:Received", 1), dkim.Malformed},
		"empty lines without end":      {head + strings.Repeat("\r\n", 1<<20) + "x", dkim.OtherText},
		"empty lines after the signed": {plain + strings.Repeat("\r\n", 1<<20) + "x", dkim.OtherText},
		"blanks after the signed":      {plain + strings.Repeat(" ", 1<<20), dkim.OtherText},
		"line ends at the end":         {plain + strings.Repeat("\r\n", 30<<10), ""},
		"a text of one line":           {head + "\r\n\r\n" + strings.Repeat("x", 1<<20) + body, dkim.OtherText},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options("example.com")
			o.Header = 128 << 10
			if got := whys(t, iotest.HalfReader(strings.NewReader(test.raw)), o); len(got) != 1 || got[0] != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestBlank: blanks without end are not even read.
func TestBlank(t *testing.T) {
	t.Parallel()
	for domain, example := range map[string]string{"example.com": example2005, "football.example.com": example2018} {
		blank := strings.NewReader(strings.Repeat("\r\n \t", 1<<20))
		got := whys(t, io.MultiReader(strings.NewReader(crlf(example)), blank), options(domain))
		if got[0] != dkim.OtherText || blank.Len() < 3<<20 {
			t.Errorf("%q, %d bytes left", got, blank.Len())
		}
	}
}

// TestJunk: signatures of no interest above a genuine one neither hide it nor are
// their keys asked for.
func TestJunk(t *testing.T) {
	t.Parallel()
	signature, _, _ := strings.Cut(example2005, "Received:")
	stranger := strings.Replace(signature, "d=example.com", "d=evil.com", 1)
	stranger = strings.Replace(stranger, "football.example.com", "evil.com", 1)
	asked := map[string]bool{}
	o := options("example.com")
	o.Header = 128 << 10
	o.Lookup = func(_ context.Context, name string) ([]string, error) {
		asked[name] = true
		return keys()[name], nil
	}
	got := whys(t, strings.NewReader(strings.Repeat(stranger, 100)+example2005), o)
	if diff := cmp.Diff([]dkim.Why{""}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]bool{"brisbane._domainkey.example.com": true}, asked); diff != "" {
		t.Error(diff)
	}
	nothing := strings.Replace(signature, "s=brisbane", "s=nothing", 1)
	want := []dkim.Why{dkim.NoKey, dkim.NoKey, dkim.NoKey, dkim.NoKey, ""}
	if diff := cmp.Diff(want, whys(t, strings.NewReader(strings.Repeat(nothing, 4)+example2005), o)); diff != "" {
		t.Error(diff)
	}
}

// gone is a reader that gives a mail up to a point and then an error, or nothing.
type gone struct {
	r   io.Reader
	err error
	end func()
}

func (g gone) Read(p []byte) (int, error) {
	if n, _ := g.r.Read(p); n > 0 {
		return n, nil
	}
	if g.end != nil {
		g.end()
	}
	return 0, g.err
}

// TestReaderFails: the error comes out, wherever the mail ends, with one signature
// and with two; TestMain looks for what was left running.
func TestReaderFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for name, test := range map[string]struct{ raw, domain string }{
		"one signature":  {crlf(example2005), "example.com"},
		"two signatures": {crlf(example2018), "football.example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for at := 0; at <= len(test.raw); at += 7 {
				r := gone{r: strings.NewReader(test.raw[:at]), err: broken}
				if _, _, err := dkim.Verify(t.Context(), r, options(test.domain)); !errors.Is(err, broken) {
					t.Fatalf("at %d: %v", at, err)
				}
			}
			silent := gone{r: strings.NewReader(test.raw)}
			if _, _, err := dkim.Verify(t.Context(), silent, options(test.domain)); !errors.Is(err, io.ErrNoProgress) {
				t.Errorf("a reader that gives nothing: %v", err)
			}
			ctx, end := context.WithCancel(t.Context())
			more := io.MultiReader(gone{r: strings.NewReader(test.raw), err: io.EOF, end: end}, strings.NewReader("more\r\n"))
			if _, signatures, err := dkim.Verify(ctx, more, options(test.domain)); !errors.Is(err, context.Canceled) || signatures != nil {
				t.Errorf("ended: %q, %v", signatures, err)
			}
		})
	}
}

// heavy is a text of so many bytes that looks at the memory on its way.
type heavy struct {
	left int
	most uint64 // bytes held
	runs int    // goroutines
}

func (h *heavy) Read(p []byte) (int, error) {
	if h.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) {
		n += copy(p[n:], "Bon dia, \t ja esta resolt.\r\n\r\n")
	}
	if before := h.left >> 22; (h.left-n)>>22 != before {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		h.most, h.runs = max(h.most, m.HeapAlloc), max(h.runs, runtime.NumGoroutine())
	}
	h.left -= n
	return n, nil
}

// TestStreamed: a mail is not held, however long it is, nor verified for strangers. The
// test runs alone.
func TestStreamed(t *testing.T) {
	for domain, example := range map[string]string{"example.com": example2005, "football.example.com": example2018} {
		head, _, _ := strings.Cut(crlf(strings.Repeat("DKIM-Signature: v=1; d=evil.com\n", 100)+example), "\r\n\r\n")
		runs := runtime.NumGoroutine()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		body := &heavy{left: 16 << 20}
		got := whys(t, io.MultiReader(strings.NewReader(head+"\r\n\r\n"), body), options(domain))
		if got[0] != dkim.OtherText || body.left > 0 {
			t.Errorf("%q, %d bytes not read", got, body.left)
		}
		if body.most > m.HeapAlloc+4<<20 {
			t.Errorf("%d bytes held, %d before", body.most, m.HeapAlloc)
		}
		if body.runs > runs+5 {
			t.Errorf("%d goroutines, %d before", body.runs, runs)
		}
	}
}
