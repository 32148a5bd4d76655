package translate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/sentence"
)

func TestRemote(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *service, make func(string, time.Duration) driver) {
		d := make(goodKey, 0)
		if text, err := d.Check(t.Context()); err != nil || text != "El servidor 192.0.2.1 no responde desde ayer." {
			t.Errorf("%q, %v", text, err)
		}
		var in []sentence.Sentence
		for i := range 120 {
			in = append(in, sentence.Sentence{
				{Text: "<b>", Fixed: true},
				{Text: " La xarxa "},
				{Text: fmt.Sprintf(`"a&b<%d>`, i), Fixed: true},
				{Text: " no va & <i> tampoc \"avui\" i la porta "},
				{Text: "</x>", Fixed: true},
			})
		}
		in = append(in, sentence.Sentence{{Text: "10.1.2.3", Fixed: true}, {Text: " - 3"}})
		out, err := d.Translate(t.Context(), "ca", "es", in)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range out[:120] {
			if want := fmt.Sprintf(`<b> La red "a&b<%d> no va & <i> tampoc "avui" i la puerta </x>`, i); o.String() != want || !sameFixed(in[i], o) {
				t.Errorf("%q, want %q", o, want)
			}
		}
		if out[120].String() != "10.1.2.3 - 3" {
			t.Errorf("%q", out[120])
		}
		for _, n := range s.requests() {
			if n > 50 {
				t.Errorf("%d texts at once", n)
			}
		}
		if st := d.Status(); !st.Remote || st.Sentences != 122 || st.Lost != 0 || st.Calls != 2 || !st.Success.Equal(noon) {
			t.Errorf("%+v", st)
		}
	})
}

// TestMangled: a sentence in which something fixed was lost, doubled, changed or made up
// is nil, the others are not. A blank that got lost beside it is put back.
func TestMangled(t *testing.T) {
	t.Parallel()
	for name, mangle := range map[string]func(string) string{
		"lost":      func(string) string { return "La red no va" },
		"empty":     func(string) string { return "" },
		"doubled":   func(text string) string { return text + text },
		"open":      func(text string) string { return strings.Replace(text, "</", "<", 1) },
		"other tag": func(text string) string { return text + "<b>hola</b>" },
		"other id":  func(text string) string { return strings.Replace(text, `id="1"`, `id="9"`, 1) },
		"free id":   func(text string) string { return strings.Replace(text, `id="1"`, `id="0"`, 1) },
		"comment":   func(text string) string { return text + "<!-- x -->" },
	} {
		both(t, func(t *testing.T, s *service, make func(string, time.Duration) driver) {
			d := make(goodKey, 0)
			s.mangle = func(text string) string {
				if strings.Contains(text, "intacta") {
					return text
				}
				return mangle(text)
			}
			out, err := d.Translate(t.Context(), "ca", "es", []sentence.Sentence{
				{{Text: "La xarxa "}, {Text: "10.1.0.0/16", Fixed: true}, {Text: " no va"}}, plain("La xarxa intacta"),
			})
			if err != nil || out[0] != nil || out[1].String() != "La red intacta" {
				t.Errorf("%s: %q, %v", name, out, err)
			}
			if st := d.Status(); st.Lost != 1 || st.Sentences != 1 {
				t.Errorf("%+v", st)
			}
		})
	}
	both(t, func(t *testing.T, s *service, make func(string, time.Duration) driver) {
		d := make(goodKey, 0)
		s.mangle = func(text string) string {
			text = strings.ReplaceAll(strings.ReplaceAll(text, " <", "<"), "> ", ">")
			return strings.Replace(text, "10.1.0.0/16", "something else", 1)
		}
		in := sentence.Sentence{{Text: "La xarxa "}, {Text: "10.1.0.0/16", Fixed: true}, {Text: " "}, {Text: "VPN", Fixed: true}, {Text: " no va ("}, {Text: "err", Fixed: true}, {Text: ")"}}
		out, err := d.Translate(t.Context(), "ca", "es", []sentence.Sentence{in})
		if err != nil || out[0].String() != "La red 10.1.0.0/16 VPN no va (err)" {
			t.Errorf("%q, %v", out, err)
		}
	})
}

// TestRefusals: what a service says decides what its error means; no error repeats a key.
func TestRefusals(t *testing.T) {
	t.Parallel()
	refuse := func(status int, header, body string) func(http.ResponseWriter) bool {
		return func(w http.ResponseWriter) bool {
			w.Header().Set("Content-Type", "application/json")
			if name, value, found := strings.Cut(header, ": "); found {
				w.Header().Set(name, value)
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return true
		}
	}
	for name, test := range map[string]struct {
		answer    func(http.ResponseWriter) bool
		key       string
		permanent bool
		retry     time.Time
		is        error
		says      string
	}{
		"wrong key":       {key: "wrong-key-123", permanent: true, is: ErrCredentials, says: "[key]"},
		"quota":           {answer: refuse(456, "", `{"message":"Quota Exceeded"}`), permanent: true, is: ErrQuota, says: "Quota Exceeded"},
		"busy":            {answer: refuse(429, "Retry-After: 90", `{"message":"Too many"}`), retry: noon.Add(90 * time.Second), is: ErrBusy},
		"busy until":      {answer: refuse(429, "Retry-After: Thu, 12 Mar 2026 12:05:00 GMT", `{}`), is: ErrBusy},
		"busy for ever":   {answer: refuse(503, "Retry-After: 99999999", ``), retry: noon.Add(longest), is: ErrBusy},
		"busy somehow":    {answer: refuse(529, "Retry-After: soon", ``), retry: noon.Add(pauseOnBusy), is: ErrBusy},
		"broken":          {answer: refuse(500, "", `{"error":"Internal"}`), says: "500"},
		"gateway":         {answer: refuse(502, "", `<html>`), says: "502"},
		"too large":       {answer: refuse(413, "", `{"message":"x"}`), permanent: true},
		"elsewhere":       {answer: refuse(302, "Location: https://203.0.113.1/", ``), says: "not followed"},
		"long words":      {answer: refuse(400, "", `{"message":"`+strings.Repeat("el text ", 100)+`"}`), permanent: true, says: "Bad Request"},
		"no JSON":         {answer: refuse(200, "", `<html>`), is: errAnswered},
		"other JSON":      {answer: refuse(200, "", `{"translatedText":{"a":1},"translations":null}`), is: errAnswered},
		"too few":         {answer: refuse(200, "", `{"translatedText":[],"translations":[]}`), is: errAnswered},
		"endless":         {answer: refuse(200, "", `{"x":"`+strings.Repeat("x", maxAnswer)+`"}`), is: errAnswered},
		"another content": {answer: refuse(200, "Content-Type: text/html", `{"translatedText":["a"],"translations":[{"text":"a"}]}`), is: errAnswered},
	} {
		both(t, func(t *testing.T, s *service, make func(string, time.Duration) driver) {
			key := test.key
			if key == "" {
				key = goodKey
			}
			d := make(key, 0)
			s.answer = test.answer
			out, err := d.Translate(t.Context(), "ca", "es", []sentence.Sentence{sample()})
			if err == nil || out != nil || bridge.IsPermanent(err) != test.permanent || test.is != nil && !errors.Is(err, test.is) {
				t.Fatalf("%s: %v, %v", name, out, err)
			}
			if at := bridge.RetryAt(err); !test.retry.IsZero() && !at.Equal(test.retry) || errors.Is(test.is, ErrBusy) && !at.After(noon) {
				t.Errorf("%s: %v: %v", name, err, at)
			}
			if text := err.Error(); strings.Contains(text, key) || strings.Contains(text, "servidor") || strings.Contains(text, "el text") || !strings.Contains(text, test.says) {
				t.Errorf("%s: %v", name, err)
			}
			s.mu.Lock()
			s.answer = func(http.ResponseWriter) bool { t.Errorf("%s: asked again", name); return false }
			s.mu.Unlock()
			if errors.Is(err, ErrBusy) { // it is left alone
				if _, err := d.Check(t.Context()); !errors.Is(err, ErrBusy) || bridge.RetryAt(err).IsZero() {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

// TestQuotaRunsOut: what was translated before stays counted, the rest is an error.
func TestQuotaRunsOut(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *service, make func(string, time.Duration) driver) {
		if strings.Contains(t.Name(), "libre") {
			t.Skip("LibreTranslate has no quota")
		}
		d := make(goodKey, 0)
		s.quota = 100
		if _, err := d.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Check(t.Context()); !errors.Is(err, ErrQuota) {
			t.Error(err)
		}
		if st := d.Status(); st.Failed != 1 || st.Calls != 2 || !errors.Is(st.Err, ErrQuota) {
			t.Errorf("%+v", st)
		}
	})
}

func TestRemoteAway(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *service, make func(string, time.Duration) driver) {
		hang := make(goodKey, 50*time.Millisecond)
		let := make(goodKey, 0)
		block := blocked(t)
		s.answer = func(http.ResponseWriter) bool { <-block; return true }
		if _, err := hang.Check(t.Context()); err == nil || bridge.IsPermanent(err) {
			t.Errorf("%v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := let.Check(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

// blocked is a channel that is closed when the test ends, before its server is.
func blocked(t *testing.T) <-chan struct{} {
	t.Helper()
	c := make(chan struct{})
	t.Cleanup(func() { close(c) })
	return c
}

// TestConfig: a key is sent over TLS only, and what cannot work is refused at once.
func TestConfig(t *testing.T) {
	t.Parallel()
	for url, ok := range map[string]bool{
		"https://a.example.org": true, "https://a.example.org/path": true, "http://localhost:5000": true, "http://127.0.0.1:5000": true,
		"http://a.example.org": false, "ftp://a.example.org": false, "a.example.org": false, "": false,
		"https://user:pass@a.example.org": false, "https://a.example.org?x=1": false,
	} {
		if _, err := NewLibre(LibreConfig{URL: url, Key: "k"}); (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
	}
	if _, err := NewLibre(LibreConfig{URL: "http://translate.internal:5000"}); err != nil {
		t.Errorf("without a key: %v", err)
	}
	for key, want := range map[string]string{"abc": deeplPaid, "abc:fx": deeplFree, "": "", "q w": "", "qw\n": ""} {
		d, err := NewDeepL(DeepLConfig{Key: key})
		if (err == nil) != (want != "") || err == nil && d.remote.url != want {
			t.Errorf("%q: %v", key, err)
		}
		if err != nil && key != "" && strings.Contains(err.Error(), key) {
			t.Errorf("%v repeats the key", err)
		}
	}
}
