package wiki

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// shownTexts are texts as desks send them, by file.
func shownTexts(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/shown/*.txt")
	if err != nil || len(paths) < 15 {
		t.Fatalf("%d texts: %v", len(paths), err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(text)
	}
	return texts
}

func TestShow(t *testing.T) {
	t.Parallel()
	for path, text := range shownTexts(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			golden(t, strings.TrimSuffix(path, ".txt")+".wiki", Show(text))
			if why := brokenShow(text); why != "" {
				t.Error(why)
			}
			prose := strings.HasPrefix(filepath.Base(path), "prose-") || strings.HasPrefix(filepath.Base(path), "signature")
			if fixed := strings.Contains(Show(text), "{noformat}"); fixed == prose {
				t.Errorf("in a fixed width: %t", fixed)
			}
		})
	}
}

func TestShowOfFewLines(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		fixed    bool
	}{
		{"one row", "web-1    OK   0.4", false},
		{"two rows", "web-1    OK\nweb-2    KO", true},
		{"two rows at other places", "web-1    OK\nweb-server-2    KO", false},
		{"right edges", "a      10\nbbb   200", true},
		{"an empty line between", "web-1    OK   0,1\n\nweb-2    KO   0,2", true},
		{"two empty lines between", "web-1    OK\n\n\nweb-2    KO", false},
		{"two blanks behind sentences", "Fet.  Gràcies.\nFet.  Gràcies.", false},
		{"labels", "Estat:    OK\nCarrega:  KO", false},
		{"contacts", "Oficina    934 000 000\nGuàrdia    600 000 000", false},
		{"addresses of mail", "Oficina    a@example.org\nGuàrdia    b@example.org", false},
		{"quoted", "> web-1    OK   1\n> web-2    KO   2", false},
		{"items", "*    u\n*    dos\na)   tres\nb)   quatre\n1.   cinc", false},
		{"two lines of a log", "2026-11-20 09:41:12 a\n2026-11-20 09:41:13 b", false},
		{"three lines of a log", "Nov 20 09:41:12 web-1 a\nNov 20 09:41:13 web-1 b\nNov 20 09:41:14 web-1 c", true},
		{"other times", "[20/11/2026 09:41:12] a\n20 nov 2026 09:41:12 b\n2026-11-20T09:41:12Z c\nE1120 09:41:12.1 d\n[ 12345.678901] e", true},
		{"times without seconds", "2026-11-20 09:41 a\n2026-11-20 09:42 b\n2026-11-20 09:43 c", false},
		{"a time in a sentence", "A les 09:41:12 cau.\nA les 09:41:13 cau.\nA les 09:41:14 cau.", false},
		{"a log that was broken", "09:41:12 a\nb c\n09:41:13 d\n09:41:14 e", true},
		{"a ruler of a mail", "Hola\n----------\nAdéu", false},
		{"rows between bars", "| a | b |\n| c | d |", true},
		{"bars in a sentence", "a | b\nc | d", false},
		{"one line of ping", "64 bytes from 192.0.2.1: icmp_seq=1 ttl=57 time=12 ms", false},
		{"indented prose", "   Hola (bon dia)\n   Adéu;\n   fins demà", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Contains(Show(tt.in), "{noformat}"); got != tt.fixed {
				t.Errorf("Show(%q) = %q", tt.in, Show(tt.in))
			}
			if got := Aligned(tt.in); got != tt.fixed {
				t.Errorf("Aligned(%q) = %t", tt.in, got)
			}
			if why := brokenShow(tt.in); why != "" {
				t.Error(why)
			}
		})
	}
}

func TestAlignedIsOfMostLines(t *testing.T) {
	t.Parallel()
	const table = "web-1    OK   0,4\nweb-2    KO   0,5\n"
	if !Aligned(table+"Gràcies.") || Aligned("Hola.\nAixò hem vist:\nmolt.\n"+table) {
		t.Error("the share of the lines does not count")
	}
}

// TestNothingInATableIsMarkup puts attacks into tables and logs, and around them.
func TestNothingInATableIsMarkup(t *testing.T) {
	t.Parallel()
	for _, attack := range append(slices.Clone(seeds), "{noformat}", "{noformat", "{\u00a0noformat}", "{\u2003noformat\u3000}", "{ NoFormat : x}", "{no\\format}", "{{noformat}}", "{code}", "{", "\\", "noformat}", "[~all]", "&#123;noformat&#125;", "{\u2060noformat}", "{no\u202eformat}") {
		for _, s := range []string{
			"1    " + attack + "   x\n2    " + attack + "   y",
			attack + "\nweb-1    OK   1\nweb-2    KO   2\n" + attack,
			"web-1    OK   1\nweb-2    KO   " + attack,
			"web-1    OK   {\nnoformat}    OK   {\n\nnoformat}    OK   " + attack,
			"09:41:12 " + attack + "\n09:41:13 " + attack + "\n09:41:14 " + attack + "\n  " + attack + "\nHola " + attack,
		} {
			if why := brokenShow(s); why != "" {
				t.Error(why)
			}
		}
	}
}

// brokenShow says what of s Show does not show as it is, whole and cut anywhere near
// its end.
func brokenShow(s string) string {
	s = strings.ReplaceAll(s, "&", "+") // entities are not escaped
	v := Look(s)
	if got := Show(s); got != v.Markup(len(v.Text())) {
		return fmt.Sprintf("Show(%q) is not all of it: %q", s, got)
	}
	for _, n := range []int{len(v.Text()), len(v.Text()) - 1, len(v.Text()) * 3 / 4, len(v.Text()) / 2, 7, 0} {
		if why := brokenView(v, n); why != "" {
			return why
		}
	}
	return ""
}

func brokenView(v View, n int) string {
	out := v.Markup(n)
	text := strings.ToValidUTF8(v.Text()[:max(0, min(n, len(v.Text())))], "")
	if diff := cmp.Diff(textLines(text), textLines(Plain(out))); diff != "" {
		return fmt.Sprintf("%d of %q: %q (-want +got):\n%s", n, v.Text(), out, diff)
	}
	tree := Parse(out)
	blocks := 0
	if bad, ok := findNode(tree.Root, func(n Node) bool {
		if n.Kind == Preformatted {
			blocks++
			return n.InnerEnd == n.End
		}
		return !slices.Contains([]Kind{Document, Paragraph, Text, Break, Link}, n.Kind) || n.Kind == Link && tree.Source[n.Start:n.End] != n.Target
	}); ok {
		return fmt.Sprintf("%d of %q: %q holds %s", n, v.Text(), out, dumpNode(bad))
	}
	if read := countNoFormat(out); read != blocks || n == len(v.Text()) && blocks != len(v.blocks) {
		return fmt.Sprintf("%d of %q: %q holds %d blocks, for the renderer %d, of %d", n, v.Text(), out, blocks, read, len(v.blocks))
	}
	return ""
}

// textLines are the lines that show anything, word by word.
func textLines(s string) (all []string) {
	for line := range strings.SplitSeq(strings.ReplaceAll(softBlanks(s), string(joiner), ""), "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// countNoFormat counts the blocks as Data Center's parser reads them, or returns -1
// when one is not closed.
func countNoFormat(s string) (n int) {
	for i := 0; i < len(s); {
		if s[i] == '\\' {
			i += 2
			continue
		}
		name, end := macroTag(s, i)
		if end < 0 || !strings.EqualFold(name, noformat) {
			i++
			continue
		}
		for i = end; ; i++ {
			if i >= len(s) {
				return -1
			}
			if name, end = macroTag(s, i); end >= 0 {
				if strings.EqualFold(name, noformat) {
					break
				}
				i = end - 1
			}
		}
		i = end
		n++
	}
	return n
}

// TestShowKeepsColumns: in a fixed width nothing is moved.
func TestShowKeepsColumns(t *testing.T) {
	t.Parallel()
	const in = "Node\u00a0 \u00a0 Estat\u202f  N\nweb-1   OK      1\nweb-22  {code}  *\\\n"
	const want = "Node    Estat   N\nweb-1   OK      1\nweb-22  {code}  *\\"
	if got := Plain(Show(in)); got != want {
		t.Errorf("shows\n%s\nwant\n%s", got, want)
	}
}

var shownPieces = []string{
	"hola", "Núria", "  ", "    ", "\t", "\u00a0\u00a0", "\n", "\n", "\n\n", "1", "  1.|-- 192.0.2.1   0.0%   10", "  2.|-- ???        100.0   10", "web-1    OK   1", "\nweb-2    KO   2\n",
	"2026-11-20 09:41:12 ", "\tat com.example.Pool.get(Pool.java:71)", "| a | b |", "\n+---+---+\n", "64 bytes from 192.0.2.1: ", "> ", "--", "\n--\n", "- ", "{noformat}", "{NoFormat:x}",
	"{", "}", "{no", "format}", "\\", "\\\\", "*", "_", "[~all]", "|", "h1. ", "\n* ", "http://example.org/x", "\u2060", "\u202e", "\u2028", "\x00", "\xff", "\r\n", "😀", ":)", "$ ls",
}

func TestShowOfAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		if why := brokenShow(strings.Join(rapid.SliceOfN(rapid.SampledFrom(shownPieces), 0, 25).Draw(t, "pieces"), "")); why != "" {
			t.Fatal(why)
		}
	})
}

func FuzzShow(f *testing.F) {
	for _, s := range append(slices.Clone(seeds), shownPieces...) {
		f.Add(s)
	}
	for _, text := range shownTexts(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if why := brokenShow(s); why != "" {
			t.Fatal(why)
		}
	})
}

// TestMarkupGrows: of more text the markup is longer, but for what lines end in and
// for signs that need a backslash at an end only. So a search for what fits finds it.
func TestMarkupGrows(t *testing.T) {
	t.Parallel()
	for path, text := range shownTexts(t) {
		v := Look(text)
		most := 0
		for n := range len(v.Text()) + 1 {
			length := len(v.Markup(n))
			if length < most-4 {
				t.Errorf("%s: %d bytes of markup show %d bytes, fewer before %d", path, length, n, most)
			}
			most = max(most, length)
		}
	}
}

func BenchmarkShow(b *testing.B) {
	text := ""
	for _, s := range shownTexts(b) {
		text += s
	}
	for _, bench := range []struct{ name, text string }{
		{"texts", strings.Repeat(text, 1<<20/len(text))},
		{"gaps", strings.Repeat(strings.Repeat("a  ", 60)+"\n", 1<<20/181)},
		{"blanks", strings.Repeat(" ", 1<<20)},
		{"one line", strings.Repeat("a  ", 1<<20/3)},
		{"digits", strings.Repeat("1", 1<<20)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.SetBytes(int64(len(bench.text)))
			for range b.N {
				Look(bench.text)
			}
		})
	}
}
