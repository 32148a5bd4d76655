package sentence_test

import (
	"strings"
	"testing"

	"escalat/bridge/sentence"
)

// repeated are patterns that a careless reader takes too long for.
func repeated() []string {
	return []string{
		"El servei no respon. ", "el servei no respon ", "a", "à", "'", "\"", "«", "\" ", "«a ", "`", "l'", "l'API ", "de l'", "(", "[", "*", "*a* ", "_a_ ",
		"{{", "{{a}} ", "{code}", "{color:red}", "\\", "|", "|a", "\n|a|b|", "\n", "\n* a", "\n# el servei", "ping ", "ping 10.1.1.1 ", "curl -v ",
		"10.1.1.1 ", "1.", ".", ". ", "...", "A", "A ", "Joan Puig ", "http://a ", "/a", "a/b ", "a:b", "a.b", ".b", "-", "--a ", "<", "x=", "error \"a\" ",
		"12:34:56 a\n", "2026-01-02 10:11:12 ERROR x=1\n", "   a    b    c\n", "1.|-- 10.1.1.1 0.0%\n", "{quote}", "&amp;", "\u2060", "\u00a0",
		"El servei\nno respon\n", "paraula paraula paraula paraula paraula paraula paraula paraula\nparaula\n",
	}
}

// TestRepeated: a great deal of anything is read and put together again.
func TestRepeated(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("SKIPPED: texts of 12 KiB take a while")
	}
	o := options(t)
	for _, part := range repeated() {
		source := strings.Repeat(part, 12<<10/len(part))
		text := sentence.Divide(source, o)
		got, _ := text.With(translate(text.Sentences(), mutter))
		if !strings.HasSuffix(source, part) || len(got) < len(source)/4 {
			t.Errorf("%d bytes of %q became %d", len(source), part, len(got))
		}
	}
}

func BenchmarkDivideWith(b *testing.B) {
	o := options(b)
	for _, part := range repeated() {
		for _, size := range []int{1 << 14, 1 << 16} {
			source := strings.Repeat(part, size/len(part))
			name := strings.Map(func(r rune) rune {
				if r <= ' ' {
					return '.'
				}
				return r
			}, part)
			b.Run(name+"/"+map[int]string{1 << 14: "16k", 1 << 16: "64k"}[size], func(b *testing.B) {
				b.SetBytes(int64(len(source)))
				for b.Loop() {
					text := sentence.Divide(source, o)
					text.With(translate(text.Sentences(), mutter))
				}
			})
		}
	}
}

func BenchmarkPage(b *testing.B) {
	o := options(b)
	b.SetBytes(int64(len(page)))
	b.ReportAllocs()
	for b.Loop() {
		text := sentence.Divide(page, o)
		text.With(translate(text.Sentences(), mutter))
	}
}
