package send_test

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/bridge/sentence"
)

// anything is a translator that says what it is told to.
type anything func(s sentence.Sentence) sentence.Sentence

func (x anything) Translate(_ context.Context, _, _ string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	out := make([]sentence.Sentence, len(sentences))
	for i, s := range sentences {
		out[i] = x(s)
	}
	return out, nil
}

// TestAnyTranslator: whatever comes back, the mail is one mail, its marker stands once, its
// tokens are there, nothing of it is markup of ours, and what it was made from is in it.
func TestAnyTranslator(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.SampledFrom([]string{
			"", " ", "\r\nBcc: x@example.org\r\n\r\n", send.Marker, "{noformat}", "h1. título", "|a|b|", "<script>alert(1)</script>", "[x|http://example.org/]",
			"palabras en español", "\u202etxt.exe", "-- \n", "192.0.2.10", "(contraseña oculta)", "Texto original (en catalán):", "*", "!x.png!", "\x00",
		})
		b := newBench(t)
		b.issue.Summary = catalanSummary
		b.issue.Description = strings.Replace(complete, "*error 503*", "*error 503* a 192.0.2.10", 1)
		b.composer.Translator = anything(func(s sentence.Sentence) sentence.Sentence {
			var out sentence.Sentence
			for _, p := range s {
				if p.Fixed && rapid.Bool().Draw(r, "keep") {
					out = append(out, p)
				}
				out = append(out, sentence.Piece{Text: words.Draw(r, "words"), Fixed: rapid.Bool().Draw(r, "fixed")})
			}
			return out
		})
		n := b.compose(t).Notice
		m, page := b.mail(t), b.html(t)
		switch text := strings.ReplaceAll(m.Text, "\r\n", "\n"); {
		case n.Tongue != "ca" && n.Untranslated != "" || n.Blob == "":
			r.Fatalf("%q %q", n.Tongue, n.Untranslated)
		case !strings.HasPrefix(m.Subject, "[AOC AOC-1] Sistemas – ") || strings.ContainsAny(m.Subject, "\r\n\x00\u202e"):
			r.Fatalf("subject %q", m.Subject)
		case strings.Count(text, send.Marker) != 1 || !strings.HasPrefix(text, send.Marker) || strings.Count(text, "\n-- \n") != 1:
			r.Fatal(text)
		case !strings.Contains(text, "192.0.2.10") || !strings.Contains(text, "error 503") || !strings.Contains(text, "40 ajuntaments no poden tramitar"):
			r.Fatal(text)
		case strings.Contains(page, "<script") || strings.Contains(page, "Bcc:"):
			r.Fatal(page)
		case n.Told["impact"] != bridge.Digest("40 ajuntaments no poden tramitar"):
			r.Fatalf("%v", n.Told)
		}
	})
}
