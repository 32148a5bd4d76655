package translate

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/sentence"
)

// DeepLConfig says which account of DeepL translates.
type DeepLConfig struct {
	Key string
	// URL is where the API is; empty: where DeepL has it for the kind of key.
	URL string
	// Timeout bounds each exchange, 30 s when 0.
	Timeout time.Duration
	// RootCAs are the authorities that are trusted; the system's when nil.
	RootCAs *x509.CertPool
	// Now is the clock; time.Now when nil.
	Now func() time.Time
}

const (
	deeplPaid   = "https://api.deepl.com"
	deeplFree   = "https://api-free.deepl.com"
	deeplAtOnce = 50
	deeplBytes  = 64 << 10 // of 128 kB that a request may have
)

// DeepL translates by DeepL's API. It may be used by several goroutines.
type DeepL struct {
	remote *remote
	record record
}

// NewDeepL makes a client. Nothing is asked yet.
func NewDeepL(cfg DeepLConfig) (*DeepL, error) {
	if cfg.Key == "" {
		return nil, errors.New("deepl: there is no key")
	}
	if cfg.URL == "" {
		cfg.URL = deeplPaid
		if strings.HasSuffix(cfg.Key, ":fx") {
			cfg.URL = deeplFree
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	r, err := newRemote(remoteConfig{"deepl", cfg.URL, cfg.Key, cfg.Timeout, cfg.RootCAs, cfg.Now})
	if err != nil {
		return nil, err
	}
	return &DeepL{r, record{now: cfg.Now, status: Status{Name: "DeepL", Remote: true}}}, nil
}

type deeplAsk struct {
	Text       []string `json:"text"`
	Source     string   `json:"source_lang"`
	Target     string   `json:"target_lang"`
	Tags       string   `json:"tag_handling"`
	TagVersion string   `json:"tag_handling_version"`
	Ignore     []string `json:"ignore_tags"`
	Split      string   `json:"split_sentences"`
	Preserve   bool     `json:"preserve_formatting"`
	Formality  string   `json:"formality"`
	// Beta: Catalan is one of the languages that are only offered to who asks so.
	Beta bool `json:"enable_beta_languages"`
}

// Translate translates sentences. A sentence that lost something fixed comes back as
// nil, one without a word to translate as it is.
func (d *DeepL) Translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	out, err := d.translate(ctx, from, to, sentences)
	if err != nil {
		err = fmt.Errorf("deepl: %w", err)
	}
	d.record.call(out, err)
	return out, err
}

func (d *DeepL) translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	if from == "" || to == "" || from == to {
		return nil, bridge.Permanent(fmt.Errorf("%w: %q to %q", ErrPair, from, to))
	}
	if err := bounded(sentences); err != nil {
		return nil, bridge.Permanent(err)
	}
	header := http.Header{"Authorization": {"DeepL-Auth-Key " + d.remote.key}}
	return inBatches(sentences, format{writeXML, readXML}, deeplAtOnce, deeplBytes, func(texts []string) ([]string, error) {
		var said struct {
			Translations []struct {
				Text string `json:"text"`
			} `json:"translations"`
		}
		ask := deeplAsk{
			Text: texts, Source: strings.ToUpper(from), Target: strings.ToUpper(to),
			Tags: "xml", TagVersion: "v2", Ignore: []string{"x"}, Split: "0", Preserve: true,
			Formality: "prefer_more", Beta: from == "ca" || to == "ca",
		}
		if err := d.remote.post(ctx, "/v2/translate", header, ask, &said); err != nil {
			return nil, err
		}
		var answers []string
		for _, t := range said.Translations {
			answers = append(answers, t.Text)
		}
		return answers, nil
	})
}

// writeXML writes a sentence; what is fixed stands in tags that DeepL leaves alone.
func writeXML(s sentence.Sentence) string {
	var b bytes.Buffer
	for i, p := range s {
		if p.Fixed {
			b.WriteString(`<x id="` + strconv.Itoa(i) + `">`)
		}
		_ = xml.EscapeText(&b, []byte(p.Text)) // a buffer takes everything
		if p.Fixed {
			b.WriteString("</x>")
		}
	}
	return b.String()
}

// readXML reads text and our tags, and nothing else.
func readXML(answer string) ([]part, bool) {
	var parts []part
	d := xml.NewDecoder(strings.NewReader("<r>" + answer + "</r>"))
	depth := 0
	for {
		token, err := d.Token()
		if err != nil {
			return parts, errors.Is(err, io.EOF) && depth == 0
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				continue
			}
			n, ok := elementID(t)
			if depth != 2 || !ok {
				return nil, false
			}
			parts = append(parts, part{"", n})
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 1 {
				parts = append(parts, part{string(t), -1})
			}
		default:
			return nil, false
		}
	}
}

func elementID(t xml.StartElement) (int, bool) {
	for _, a := range t.Attr {
		if a.Name.Local == "id" && t.Name.Local == "x" {
			n, err := strconv.Atoi(a.Value)
			return n, err == nil && n >= 0
		}
	}
	return 0, false
}

// Check translates a sentence and returns what came of it.
func (d *DeepL) Check(ctx context.Context) (string, error) {
	return check(ctx, d.Translate, "deepl")
}

// Status says what was done so far.
func (d *DeepL) Status() Status { return d.record.read() }

// Close closes idle connections.
func (d *DeepL) Close() error {
	d.remote.wire.CloseIdleConnections()
	return nil
}
