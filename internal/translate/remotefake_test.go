package translate

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"errors"
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
