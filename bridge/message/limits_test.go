package message_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"escalat/bridge/message"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	var deep, wide strings.Builder
	deep.WriteString(hello)
	wide.WriteString(hello + "Content-Type: multipart/mixed; boundary=b\n\n")
	for i := range 3000 {
		fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		fmt.Fprintf(&wide, "--b\nContent-Type: image/png\n\nx\n")
	}
	deep.WriteString("\nuno\n")
	tests := map[string]struct{ raw, defect string }{
		"no header":   {"\njust text\n", message.Unreadable},
		"empty":       {"", message.Unreadable},
		"binary":      {strings.Repeat("\x00\xff\n", 1000), message.Unreadable},
		"long":        {hello + "\n" + strings.Repeat("x\n", 30_000), message.Oversized},
		"long header": {hello + "X: " + strings.Repeat("x", 5000) + "\nFrom: late@b.es\n\n", message.HeaderCut},
		"long text":   {hello + "\n" + strings.Repeat("á\n", 5000), message.TextCut},
		"deep":        {deep.String()[:40_000], "parts nested too deeply"},
		"wide":        {wide.String()[:40_000], message.PartsCut},
		"deep HTML": {
			hello + "Content-Type: text/html\n\n" + strings.Repeat("<blockquote><div><ul><li>", 200) + "x", "",
		},
	}
	lim := message.Limits{Bytes: 50_000, Header: 4000, Parts: 20, Depth: 5, Text: 6000}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := message.Read(strings.NewReader(test.raw), lim)
			if err != nil {
				t.Fatal(err)
			}
			if test.defect != "" && !m.Has(test.defect) {
				t.Errorf("defects %v, want %q among them", m.Defects, test.defect)
			}
			if len(m.Text) > 2*lim.Text || len(m.Parts) > lim.Parts || m.Size > lim.Bytes {
				t.Errorf("text %d, parts %d, size %d", len(m.Text), len(m.Parts), m.Size)
			}
		})
	}
}

func TestReaderErrorsAreTold(t *testing.T) {
	t.Parallel()
	away := errors.New("disk away")
	for _, raw := range []string{"", hello, hello + "\nte", attachments[:len(attachments)-30]} {
		r := io.MultiReader(strings.NewReader(raw), iotest.ErrReader(away))
		if _, err := message.Read(r, message.Limits{}); !errors.Is(err, away) {
			t.Errorf("Read of %d bytes: %v", len(raw), err)
		}
		r = io.MultiReader(strings.NewReader(raw), iotest.ErrReader(away))
		part, err := message.Open(r, 7, message.Limits{})
		if err == nil {
			_, err = io.ReadAll(part)
		}
		if !errors.Is(err, away) {
			t.Errorf("Open in %d bytes: %v", len(raw), err)
		}
	}
	r := io.MultiReader(strings.NewReader(hello+"\nte"), iotest.ErrReader(away))
	part, err := message.Open(r, 0, message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(part); !errors.Is(err, away) {
		t.Errorf("part = %q, %v", got, err)
	}
}

// endless gives the lines of an attachment, and fails a reader that hoards.
type endless struct{ left int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, "QUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJDQUJD\r\n")
	e.left -= int64(n)
	return n, nil
}

func TestLargeAttachmentsAreNotHeld(t *testing.T) {
	const size = 16 << 20
	head := crlf(hello + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	m, err := message.Read(io.MultiReader(strings.NewReader(head), &endless{size}), message.Limits{})
	runtime.ReadMemStats(&after)
	if err != nil || len(m.Parts) != 1 || m.Parts[0].Size < size*7/10 {
		t.Fatalf("%v %v", m.Parts, err)
	}
	if held := after.TotalAlloc - before.TotalAlloc; held > 1<<20 {
		t.Errorf("reading %d bytes allocated %d", size, held)
	}
}
