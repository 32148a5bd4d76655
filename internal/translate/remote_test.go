package translate

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"escalat/bridge"
	"escalat/bridge/sentence"
	"escalat/internal/peer"
)

const goodKey = "0f1e2d3c-key:fx"

// words is all the Spanish that the fakes know.
var words = strings.NewReplacer("El servidor", "El servidor", "no respon des d'ahir", "no responde desde ayer", "no va", "no va", "La xarxa", "La red",
	"i tampoc", "y tampoco", "la porta", "la puerta")

// service is a translator elsewhere, by one of the two protocols.
type service struct {
	url    string
	mu     sync.Mutex
	asked  []int // texts of each request
	quota  int   // characters that are left
	answer func(w http.ResponseWriter) bool
	mangle func(text string) string
}

// begin is what both do: they say what is wrong with a request, in their own form.
func (s *service) begin(w http.ResponseWriter, r *http.Request, path string, into any) bool {
	s.mu.Lock()
	answer := s.answer
	s.mu.Unlock()
	if answer != nil && answer(w) {
		return false
	}
	if r.Method != http.MethodPost || r.URL.Path != path || r.Header.Get("Content-Type") != "application/json" {
		w.WriteHeader(http.StatusNotFound)
		return false
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		say(w, http.StatusBadRequest, map[string]any{"message": err.Error()})
		return false
	}
	return true
}

func say(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what)
}

func (s *service) count(texts []string) (left int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, len(texts))
	for _, t := range texts {
		s.quota -= utf8.RuneCountInString(t)
	}
	return s.quota
}

func (s *service) requests() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// libre is a LibreTranslate: its own form of refusals, its own limit.
func (s *service) libre(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Text   []string `json:"q"`
		Source string   `json:"source"`
		Target string   `json:"target"`
		Format string   `json:"format"`
		Key    string   `json:"api_key"`
	}
	if !s.begin(w, r, "/base/translate", &ask) {
		return
	}
	switch {
	case ask.Key != goodKey:
		say(w, http.StatusForbidden, map[string]any{"error": "Invalid API key: " + ask.Key})
	case ask.Source != "ca" || ask.Target != "es":
		say(w, http.StatusBadRequest, map[string]any{"error": ask.Source + " is not supported"})
	case len(ask.Text) > 20 || ask.Format != "html":
		say(w, http.StatusBadRequest, map[string]any{"error": "Invalid request: request exceeds batch limit"})
	default:
		s.count(ask.Text)
		out := []string{}
		for _, t := range ask.Text {
			out = append(out, s.result(htmlOf(t)))
		}
		say(w, http.StatusOK, map[string]any{"translatedText": out})
	}
}

// htmlOf translates the texts that are not marked.
func htmlOf(text string) string {
	root, err := html.ParseFragment(strings.NewReader(text), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, n := range root {
		if n.Type == html.TextNode {
			n.Data = words.Replace(n.Data)
		}
		_ = html.Render(&b, n)
	}
	return b.String()
}

// deepl is DeepL.
func (s *service) deepl(w http.ResponseWriter, r *http.Request) {
	var ask deeplAsk
	if !s.begin(w, r, "/v2/translate", &ask) {
		return
	}
	switch {
	case r.Header.Get("Authorization") != "DeepL-Auth-Key "+goodKey:
		say(w, http.StatusForbidden, map[string]any{"message": "Wrong key " + r.Header.Get("Authorization")})
		return
	case ask.Source == "CA" && !ask.Beta, ask.Target != "ES":
		say(w, http.StatusBadRequest, map[string]any{"message": "Value for 'source_lang' not supported."})
		return
	case len(ask.Text) == 0 || len(ask.Text) > 50, ask.Tags != "xml", ask.TagVersion != "v2":
		say(w, http.StatusBadRequest, map[string]any{"message": "Too many texts"})
		return
	}
	if s.count(ask.Text) < 0 {
		say(w, quotaExceeded, map[string]any{"message": "Quota Exceeded"})
		return
	}
	type translation struct {
		Detected string `json:"detected_source_language"`
		Text     string `json:"text"`
	}
	out := []translation{}
	for _, t := range ask.Text {
		result, err := xmlOf(t, ask.Ignore)
		if err != nil {
			say(w, http.StatusBadRequest, map[string]any{"message": "Tag handling parsing failed, please check input."})
			return
		}
		out = append(out, translation{ask.Source, s.result(result)})
	}
	say(w, http.StatusOK, map[string]any{"translations": out})
}

// xmlOf translates what stands outside the ignored tags. It is as strict as DeepL's
// second version of reading them.
func xmlOf(text string, ignore []string) (string, error) {
	d := xml.NewDecoder(strings.NewReader("<r>" + text + "</r>"))
	var b strings.Builder
	e := xml.NewEncoder(&b)
	within := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if slices.Contains(ignore, t.Name.Local) {
				within++
			}
		case xml.EndElement:
			if slices.Contains(ignore, t.Name.Local) {
				within--
			}
		case xml.CharData:
			if within == 0 {
				token = xml.CharData(words.Replace(string(t)))
			}
		}
		if err := e.EncodeToken(token); err != nil {
			return "", err
		}
	}
	err := e.Flush()
	return strings.TrimSuffix(strings.TrimPrefix(b.String(), "<r>"), "</r>"), err
}

func (s *service) result(text string) string {
	if s.mangle != nil {
		return s.mangle(text)
	}
	return text
}

// driver is what both are to those that use them.
type driver interface {
	Translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error)
	Check(ctx context.Context) (string, error)
	Status() Status
	Close() error
}

// both runs a test against both services. The clock stands still at noon.
func both(t *testing.T, test func(t *testing.T, s *service, make func(key string, timeout time.Duration) driver)) {
	t.Helper()
	for _, name := range []string{"libretranslate", "deepl"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &service{quota: 1 << 30}
			serve := s.deepl
			if name == "libretranslate" {
				serve = s.libre
			}
			certificate := peer.NewCertificate(t)
			server := httptest.NewUnstartedServer(http.HandlerFunc(serve))
			pair, err := tls.X509KeyPair(certificate.PEM, certificate.KeyPEM)
			if err != nil {
				t.Fatal(err)
			}
			server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
			server.StartTLS()
			t.Cleanup(server.Close)
			s.url = server.URL
			test(t, s, func(key string, timeout time.Duration) driver {
				var d driver
				var err error
				if name == "libretranslate" {
					d, err = NewLibre(LibreConfig{URL: s.url + "/base/", Key: key, Timeout: timeout, RootCAs: certificate.Pool, Now: atNoon})
				} else {
					d, err = NewDeepL(DeepLConfig{URL: s.url, Key: key, Timeout: timeout, RootCAs: certificate.Pool, Now: atNoon})
				}
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = d.Close() })
				return d
			})
		})
	}
}

var noon = time.Date(2026, 3, 12, 12, 0, 0, 0, time.UTC)

func atNoon() time.Time { return noon }

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
