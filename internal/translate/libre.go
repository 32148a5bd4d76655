package translate

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"escalat/bridge"
	"escalat/bridge/sentence"
)

// LibreConfig says where a LibreTranslate is.
type LibreConfig struct {
	URL string // https://translate.example.org
	Key string // may be empty
	// Timeout bounds each exchange, 30 s when 0.
	Timeout time.Duration
	// RootCAs are the authorities that are trusted; the system's when nil.
	RootCAs *x509.CertPool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

// A LibreTranslate's own bounds are configuration that nobody can ask for; these are
// below those of the public ones.
const (
	libreAtOnce = 20
	libreBytes  = 4 << 10
)

// Libre translates by a LibreTranslate. It may be used by several goroutines.
type Libre struct {
	remote *remote
	record record
}

// NewLibre makes a client. Nothing is asked yet.
func NewLibre(cfg LibreConfig) (*Libre, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	r, err := newRemote(remoteConfig{"libretranslate", cfg.URL, cfg.Key, cfg.Timeout, cfg.RootCAs, cfg.Now})
	if err != nil {
		return nil, err
	}
	return &Libre{r, record{now: cfg.Now, status: Status{Name: "LibreTranslate", Remote: true}}}, nil
}

type libreAsk struct {
	Text   []string `json:"q"`
	Source string   `json:"source"`
	Target string   `json:"target"`
	Format string   `json:"format"`
	Key    string   `json:"api_key,omitempty"`
}

// Translate translates sentences. A sentence that lost something fixed comes back as
// nil, one without a word to translate as it is.
func (l *Libre) Translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	out, err := l.translate(ctx, from, to, sentences)
	if err != nil {
		err = fmt.Errorf("libretranslate: %w", err)
	}
	l.record.call(out, err)
	return out, err
}

func (l *Libre) translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	if from == "" || to == "" || from == to {
		return nil, bridge.Permanent(fmt.Errorf("%w: %q to %q", ErrPair, from, to))
	}
	if err := bounded(sentences); err != nil {
		return nil, bridge.Permanent(err)
	}
	return inBatches(sentences, format{writeHTML, readHTML}, libreAtOnce, libreBytes, func(texts []string) ([]string, error) {
		var said struct {
			Text json.RawMessage `json:"translatedText"`
		}
		ask := libreAsk{Text: texts, Source: from, Target: to, Format: "html", Key: l.remote.key}
		if err := l.remote.post(ctx, "/translate", http.Header{}, ask, &said); err != nil {
			return nil, err
		}
		var answers []string
		if json.Unmarshal(said.Text, &answers) != nil {
			return nil, errAnswered
		}
		return answers, nil
	})
}

// writeHTML writes a sentence; what is fixed is marked as not to be translated.
func writeHTML(s sentence.Sentence) string {
	var b strings.Builder
	for i, p := range s {
		text := html.EscapeString(strings.ToValidUTF8(p.Text, "?"))
		if p.Fixed {
			text = `<span translate="no" id="` + strconv.Itoa(i) + `">` + text + "</span>"
		}
		b.WriteString(text)
	}
	return b.String()
}

// readHTML reads text and our spans, and nothing else.
func readHTML(answer string) ([]part, bool) {
	var parts []part
	z := html.NewTokenizer(strings.NewReader(answer))
	within := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return parts, z.Err() == io.EOF && !within //nolint:errorlint // the tokenizer's own end
		case html.TextToken:
			if text := string(z.Text()); !within {
				parts = append(parts, part{html.UnescapeString(text), -1})
			}
		case html.StartTagToken:
			token := z.Token()
			n, ok := spanID(token)
			if within || !ok {
				return nil, false
			}
			within, parts = true, append(parts, part{"", n})
		case html.EndTagToken:
			if token := z.Token(); !within || token.Data != "span" {
				return nil, false
			}
			within = false
		default:
			return nil, false
		}
	}
}

func spanID(t html.Token) (int, bool) {
	for _, a := range t.Attr {
		if a.Key == "id" && t.Data == "span" {
			n, err := strconv.Atoi(a.Val)
			return n, err == nil && n >= 0
		}
	}
	return 0, false
}

// Check translates a sentence and returns what came of it.
func (l *Libre) Check(ctx context.Context) (string, error) {
	return check(ctx, l.Translate, "libretranslate")
}

// Status says what was done so far.
func (l *Libre) Status() Status { return l.record.read() }

// Close closes idle connections.
func (l *Libre) Close() error {
	l.remote.wire.CloseIdleConnections()
	return nil
}
