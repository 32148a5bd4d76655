package sentence_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge/sentence"
	"escalat/mapping/wiki"
)

// fragments are what the generator builds texts of: prose, markup and all that must
// come through.
func fragments() []string {
	return []string{
		"El servei no respon", "des d'aquest matí", "hem fet la prova", "Bon dia", "caiguda total", "l'enllaç", "això és urgent",
		"NO FUNCIONA", "Joan Puig", "el tall", "d'", "l'", "'", "ç", "·", "—", "€", "…", "¿", "¡",
		" ", " ", " ", "\n", "\n\n", "\r\n", "\t", "  ", "\u00a0", "\u2060", ".", ". ", ": ", ", ", "; ", "! ", "? ", "(", ")", "\"", "«", "»", "`", "“", "”",
		"*", "_", "-", "+", "^", "~", "??", "{{", "}}", "{*}", "{code}", "{code:java}", "{noformat}", "{quote}", "{panel:title=Nota}", "{panel}",
		"{color:red}", "{color}", "[", "]", "|", "||", "[la guia|https://wiki.exemple.cat]", "[~joan.puig]", "[^a.log]", "!a.png!", "!",
		"\nh2. ", "\n* ", "\n# ", "\n- ", "\nbq. ", "\n| ", " |\n", "\n|| ", " ||\n", "\n----\n", "\\", "\\\\", "\\*", "&amp;", "(!)", ":)",
		"\n\tat com.exemple.A.b(A.java:1)\n", "\n2026-01-02 10:11:12 ERROR [x] mal\n", "\n64 bytes from 10.1.1.1: icmp_seq=1 ttl=64\n", "\xff", "\x00", "\u202e",
	}
}

// tokens are what must come through wherever it stands between blanks.
func tokens() []string {
	return []string{
		"10.20.30.40", "2001:db8::1", "10.0.0.0/24", "srv-web01.intra.exemple.cat", "https://exemple.cat/a?b=1&c=2", "ana@exemple.cat",
		"/var/log/syslog", `C:\dades\fitxer.txt`, "config.yaml", "max_conn", "getValue", "HTTP", "1.2.3", "ABC-123",
		"550e8400-e29b-41d4-a716-446655440000", "9f86d081884c7d65", "3.141,59", "2026-05-12", "10:32:15", "25 %", "600 Mbps", "Gi1/0/24",
		"(contraseña oculta)", "GestDoc", "Maria Roure", "curl -v https://exemple.cat", "--verbose", "`codi font`", "00:1a:2b:3c:4d:5e",
	}
}

func options(t testing.TB) sentence.Options {
	t.Helper()
	return sentence.Options{Masks: []string{"(contraseña oculta)"}, Names: []string{"GestDoc", "Maria Roure"}, Glossary: own(t)}
}

func markups() *rapid.Generator[string] {
	all := append(fragments(), tokens()...)
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(all), 0, 40).Draw(t, "parts"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
	})
}

// TestIdentity: a text whose sentences come back as they went is the same text, to the
// byte. Without a glossary no piece of one stands for another word.
func TestIdentity(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		source := markups().Draw(t, "source")
		for _, plain := range []bool{false, true} {
			text := sentence.Divide(source, sentence.Options{Plain: plain, Masks: []string{"(contraseña oculta)"}})
			got, kept := text.With(text.Sentences())
			if got != source || len(kept) > 0 {
				t.Fatalf("plain %t: %q became %q, kept %v", plain, source, got, kept)
			}
		}
	})
}

// TestOriginals: every sentence stands in the text, in order, and without a glossary it
// says what stands there.
func TestOriginals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		source := markups().Draw(t, "source")
		text := sentence.Divide(source, sentence.Options{})
		for i, s := range text.Sentences() {
			if s.String() != text.Original(i) {
				t.Fatalf("%q in %q is given as %q", text.Original(i), source, s.String())
			}
			for n := 1; n < len(s); n++ {
				if s[n].Fixed == s[n-1].Fixed {
					t.Fatalf("neighbours of one kind in %+v", s)
				}
			}
		}
	})
}

// TestTokensSurvive: whatever becomes of the words, what must stay is there.
func TestTokensSurvive(t *testing.T) {
	t.Parallel()
	o := options(t)
	words := []string{"El servei", "no respon", "des de fora", "hem provat", "i continua igual,", "amb errors"}
	rapid.Check(t, func(t *rapid.T) {
		var parts, want []string
		for range rapid.IntRange(1, 8).Draw(t, "length") {
			parts = append(parts, rapid.SampledFrom(words).Draw(t, "words"))
			if rapid.Bool().Draw(t, "token") {
				token := rapid.SampledFrom(tokens()).Draw(t, "which")
				parts, want = append(parts, token), append(want, token)
			}
		}
		source := strings.Join(parts, " ") + "."
		text := sentence.Divide(source, o)
		got, kept := text.With(translate(text.Sentences(), mutter))
		if len(kept) > 0 {
			t.Fatalf("%q: kept %v", source, kept)
		}
		for _, token := range want {
			if strings.Count(got, token) < strings.Count(source, token) {
				t.Fatalf("%q became %q without %q", source, got, token)
			}
		}
		if strings.Contains(got, "servei") {
			t.Fatalf("%q became %q", source, got)
		}
	})
}

// translate changes the free pieces of sentences.
func translate(sentences []sentence.Sentence, change func(string) string) []sentence.Sentence {
	out := make([]sentence.Sentence, len(sentences))
	for i, s := range sentences {
		out[i] = slices.Clone(s)
		for n := range out[i] {
			if !out[i][n].Fixed {
				out[i][n].Text = change(out[i][n].Text)
			}
		}
	}
	return out
}

// mutter makes other words of a text, as a translator that gives no care to blanks.
func mutter(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'y' {
			return r + 1
		}
		return r
	}, s))
}

// TestAnyTranslator: whatever a translator says, the text keeps its shape, its fixed
// pieces and, outside its sentences, every byte.
func TestAnyTranslator(t *testing.T) {
	t.Parallel()
	o := options(t)
	hostile := rapid.SampledFrom(append(append(fragments(), tokens()...), "hola", "", "\n* ", "*hola*", "[x|http://e.cat]", strings.Repeat("llarg ", 40)))
	rapid.Check(t, func(t *rapid.T) {
		source := markups().Draw(t, "source")
		text := sentence.Divide(source, o)
		translated := text.Sentences()
		for i := range translated {
			translated[i] = slices.Clone(translated[i])
			for n := range translated[i] {
				if rapid.Bool().Draw(t, "change") {
					translated[i][n].Text = hostile.Draw(t, "to")
				}
				if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
					translated[i][n].Fixed = !translated[i][n].Fixed
				}
			}
		}
		got, _ := text.With(translated)
		if !utf8.ValidString(got) && utf8.ValidString(source) {
			t.Fatalf("%q became %q", source, got)
		}
		if diff := cmp.Diff(outline(source), outline(got)); diff != "" {
			t.Fatalf("%q became %q, another markup:\n%s", source, got, diff)
		}
	})
}

// outline is the tree of a markup, without its words and without where they stand.
func outline(markup string) []string {
	var out []string
	var walk func(n *wiki.Node, depth int)
	walk = func(n *wiki.Node, depth int) {
		if n.Kind == wiki.Text {
			return
		}
		what := fmt.Sprintf("%*d %d %q %t", 2*depth, n.Kind, n.Level, n.Target, n.Header)
		if n.Kind == wiki.Code || n.Kind == wiki.Preformatted {
			what += n.Text
		}
		out = append(out, what)
		for i := range n.Children {
			walk(&n.Children[i], depth+1)
		}
	}
	t := wiki.Parse(markup)
	walk(&t.Root, 0)
	return out
}

func FuzzDivide(f *testing.F) {
	for _, s := range fragments() {
		f.Add("El servei "+s+" no respon. Hem provat "+s+" de nou.", "Otra "+s+" cosa")
	}
	for _, s := range tokens() {
		f.Add("El servei "+s+" no respon", s)
	}
	o := options(f)
	f.Fuzz(func(t *testing.T, source, said string) {
		for _, plain := range []bool{false, true} {
			bare := sentence.Divide(source, sentence.Options{Plain: plain})
			if got, kept := bare.With(bare.Sentences()); got != source || len(kept) > 0 {
				t.Fatalf("%q became %q", source, got)
			}
			o.Plain = plain
			text := sentence.Divide(source, o)
			got, _ := text.With(translate(text.Sentences(), func(string) string { return said }))
			if diff := cmp.Diff(outline(source), outline(got)); !plain && diff != "" {
				t.Fatalf("%q with %q became %q:\n%s", source, said, got, diff)
			}
		}
	})
}
