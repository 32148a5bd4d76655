package wiki

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEscape(t *testing.T) {
	t.Parallel()
	const wj = string(joiner)
	tests := []struct{ name, in, want string }{
		{"plain prose is untouched", "El servei no respon des de les 9.35 h (503).", "El servei no respon des de les 9.35 h \\(503)."},
		{"macro", "{code}rm{code} {html}", `\{code\}rm\{code\} \{html\}`},
		{"link and mention", "[x|http://a.es] [~admin] [^f.txt]", `\[x\|http://a.es\] \[\~admin\] \[\^f.txt\]`},
		{"image", "!http://a.es/x.png!", `\!http://a.es/x.png\!`},
		{"emphasis", "*b* _i_ -d- +u+ ??c?? ~s~ ^s^", `\*b\* \_i\_ \-d\- \+u\+ \?\?c\?\? \~s\~ \^s\^`},
		{"inside words nothing is escaped", "e-mail 2026-11-22 var_name_x", "e-mail 2026-11-22 var_name_x"},
		{"heading", "h1. Títol", "h1" + wj + ". Títol"},
		{"heading after blanks", "  h3. T", "  h3" + wj + ". T"},
		{"quote", "bq. cita", "bq" + wj + ". cita"},
		{"lists", "- a\n* b\n# c\n## d", "\\- a\n\\* b\n\\# c\n\\#\\# d"},
		{"table", "||a||b||\n|c|d|", `\|\|a\|\|b\|\|` + "\n" + `\|c\|d\|`},
		{"rule", "a\n----\nb", "a\n" + `\-\-\-\-` + "\nb"},
		{"emoticons", ":) ;-) :D (y) (!) :(", `:\) ;\-\) :` + wj + `D \(y) \(\!) :\(`},
		{"entity", "&#123;code&#125;", `&\#123;code&\#125;`},
		{"path", `C:\temp\x`, `C:\temp\x`},
		{"network path", `\\server\share x`, `\\server\share x`},
		{"line break", `a\\b`, `a\` + wj + `\b`},
		{"backslash before markup", `\{code}`, `\` + wj + `\{code\}`},
		{"backslash at the end", `x\`, `x\` + wj},
		{"address keeps its signs", "veure https://a-b.es/x_y?z=1#f.", "veure https://a-b.es/x_y?z=1#f."},
		{"address with markup", "http://a.es/*b*/{c}", `http://a.es/\*b\*/\{c\}`},
		{"telephone", "+34 934 452 663", `\+34 934 452 663`},
		{"controls and directions", "a\x00b\x1b[31m\u202eevil\r\nc\rd", "ab\\[31mevil\nc\nd"},
		{"not UTF-8", "a\xff\xfeb", "a\uFFFDb"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Escape(tt.in)); diff != "" {
				t.Errorf("Escape(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// Nobody knows what every renderer takes for a blank.
func TestEscapeAfterBlanks(t *testing.T) {
	t.Parallel()
	const wj = string(joiner)
	for _, blank := range []string{" ", "\t", "\u00a0", "\u1680", "\u2003", "\u200b", "\u200d", "\u2009", "\u202f", "\u205f", "\u2060", "\u3000", "\ufeff", " \u200b\u3000\ufeff "} {
		for mark, want := range map[string]string{
			"# x": `\# x`, "## x": `\#\# x`, "h1. x": "h1" + wj + ". x", "h6. x": "h6" + wj + ". x", "bq. x": "bq" + wj + ". x",
			"* x": `\* x`, "- x": `\- x`, "|a|": `\|a\|`, "----": `\-\-\-\-`, "h7. x": "h7. x",
		} {
			for before, in := range map[string]string{blank: blank + mark, "a\n" + blank: "a\n" + blank + mark} {
				if got := Escape(in); got != before+want {
					t.Errorf("Escape(%+q) = %+q, want %+q", in, got, before+want)
				}
			}
		}
	}
	if got := Escape("a\u3000# x"); got != "a\u3000# x" {
		t.Errorf("inside a line: %+q", got)
	}
}

func TestEscapeLine(t *testing.T) {
	t.Parallel()
	if got, want := EscapeLine(" Joan\r\n{panel}\t [~x] "), `Joan \{panel\} \[\~x\]`; got != want {
		t.Errorf("EscapeLine = %q, want %q", got, want)
	}
}

func TestNoFormat(t *testing.T) {
	t.Parallel()
	const wj = string(joiner)
	tests := []struct{ name, in, want string }{
		{"as it is", "*a*\n  b", "{noformat}\n*a*\n  b {noformat}"},
		{"own tag", "a\n{noformat}\n{html}", "{noformat}\na\n{" + wj + "noformat}\n{html} {noformat}"},
		{"own tag in another case, with arguments", "{NoFormat:title=x}", "{noformat}\n{" + wj + "NoFormat:title=x} {noformat}"},
		{"own tag through a backslash or line break", "{no\\format} {no\nformat}", "{noformat}\n{" + wj + "no\\format} {" + wj + "no\nformat} {noformat}"},
		{"open brace", "a {", "{noformat}\na { {noformat}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, NoFormat(tt.in)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"emphasis", "*Impacte:* _alt_ i *molt _greu_*", "Impacte: alt i molt greu"},
		{"a star that is no mark", "rm *.log i 2 * 3", "rm *.log i 2 * 3"},
		{"heading", "h3. Proves\ntext", "Proves\ntext"},
		{"colour", "{color:#172b4d}*x*{color} y", "x y"},
		{"cloud's braces", "{*}Label:{*}valor", "Label:valor"},
		{"links", "[AOC|https://aoc.cat] [https://a.es] [https://a.es|https://a.es|smart-link] [x@a.es|mailto:x@a.es]", "AOC (https://aoc.cat) https://a.es https://a.es x@a.es (x@a.es)"},
		{"mention", "[~jgarcia] i [~accountid:5b10]", "jgarcia i accountid:5b10"},
		{"image and file", "!captura 1.png|thumbnail! [^log.txt]", "[captura 1.png] [log.txt]"},
		{"exclamation", "Hola! Com va! Bé", "Hola! Com va! Bé"},
		{"literal block", "abans\n{code:java}\nint *a* = [x|y];\n{code}\ndesprés", "abans\n\nint *a* = [x|y];\n\ndesprés"},
		{"open block", "{noformat}\n*a*", "*a*"},
		{"escapes", `\{code\} \*x\* C:\temp \\srv\dir`, `{code} *x* C:\temp \\srv\dir`},
		{"line break", `a\\b`, "a\nb"},
		{"entities", "a&nbsp;b &lt; &amp;lt;", "a b < &lt;"},
		{"monospace", "{{a_b_c}} {x}", "a_b_c {x}"},
		{"table", "||a||b||\n|c|d\\\\e|\n| |* f\n* g|\n|h|{noformat}i\nj{noformat}|", "a | b\nc | d\n  e\n| - f\n  - g\nh |\n  i\n  j"},
		{"lists", "# a\nb\n#* c\n# d", "1. a\n   b\n   - c\n2. d"},
		{"ten items", strings.Repeat("# a\n", 10) + "b", "1. a\n2. a\n3. a\n4. a\n5. a\n6. a\n7. a\n8. a\n9. a\n10. a\n    b"},
		{"quote", "{quote}\na\n\n* b\n{quote}\nc", "> a\n>\n> - b\n\nc"},
		{"panel", "{panel:title=T}a{panel}b", "T\na\n\nb"},
		{"struck out", "-a- b", "-a- b"},
		{"lines of tags", "{color:red}\na\n{anchor:x}\nb\n{color:blue}", "a\nb"},
		{"aligned", "  a   b\n c   d\n\n   e", "  a   b\n c   d\n\n   e"},
		{"unknown stays", "[no link] {tag ", "[no link] {tag"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Plain(tt.in)); diff != "" {
				t.Errorf("Plain(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

// seeds are texts that try to be markup.
var seeds = []string{
	"", "Hola", "{code}x{code}", "[~accountid:5b] [a|b]", "!x.png|width=1!", "h1. A\nbq. b", "- a\n-- b\n---- \n",
	"||a||\n|b|", `\\a\b \{x} \\ \`, ":D :P ;) (on) (flagoff)", "http://a-b.es/_x_?y=-z-", "{no\\format} {", "&#123; &lt;",
	"*a* {*}b{*} -c- ??d??", "a\u00a0*b*", "\u2060", "#a ## b", "-\u2060a-", "a\n\u2060", "{\u2003noformat\u3000}", "{\u00a0noformat}",
}

// The model below reads markup as the renderer does (rules 1 to 5 of the
// package comment) without sharing code with the escaper.
var (
	atStart = regexp.MustCompile(`(?m)^[ \t\x{a0}]*(h[1-6]\.|bq\.|[*#]+ |-+ |\|)`)
	emotion = regexp.MustCompile(`[:;]-?[()]|:-?[PpD]([^A-Za-z0-9]|$)|\((y|n|i|/|x|!|\+|-|\?|on|off|\*[yrgb]?|flag|flagoff)\)`)
	address = regexp.MustCompile(`https?://[^\s]*`)
)

// unescaped undoes escapes: each becomes a private character, so that what is left
// of the markup characters is active.
func unescaped(markup string) (active, text string) {
	var a, x strings.Builder
	runes := []rune(markup)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		if r == '\\' && (i == 0 || runes[i-1] != '\\') && i+1 < len(runes) && strings.ContainsRune("-#*_+?^~|%{}[]()!@", runes[i+1]) {
			i++
			a.WriteRune('\ue000')
			x.WriteRune(runes[i])
			continue
		}
		a.WriteRune(r)
		if r != joiner {
			x.WriteRune(r)
		}
	}
	return a.String(), x.String()
}

func FuzzEscape(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsRune(s, '\ue000') {
			t.Skip("the model's own character")
		}
		out := Escape(s)
		active, text := unescaped(out)
		if want := strings.ReplaceAll(clean(s), string(joiner), ""); text != want {
			t.Fatalf("Escape(%q) = %q shows %q, want %q", s, out, text, want)
		}
		if m := atStart.FindString(active); m != "" {
			t.Fatalf("Escape(%q) = %q: block mark %q", s, out, m)
		}
		if m := emotion.FindString(active); m != "" {
			t.Fatalf("Escape(%q) = %q: emoticon %q", s, out, m)
		}
		if m := address.ReplaceAllString(active, "x"); strings.ContainsAny(m, "{}[]*!|^~+") || strings.Contains(m, "??") || strings.Contains(m, "--") {
			t.Fatalf("Escape(%q) = %q: markup left in %q", s, out, m)
		}
		for _, word := range address.FindAllString(active, -1) {
			if strings.ContainsAny(word, "{}[]*!|^~+") {
				t.Fatalf("Escape(%q) = %q: markup left in address %q", s, out, word)
			}
		}
		prev := ' '
		runes := []rune(address.ReplaceAllString(active, "x"))
		for i, r := range runes {
			if (r == '-' || r == '_') && (!isWord(prev) || i+1 == len(runes) || !isWord(runes[i+1])) {
				t.Fatalf("Escape(%q) = %q: %q at the edge of a word", s, out, r)
			}
			prev = r
		}
	})
}

// readNoFormat finds the end of a noformat block as Data Center's parser does:
// rule 5.
func readNoFormat(s string) (body string, ok bool) {
	const open = "{noformat}\n"
	if !strings.HasPrefix(s, open) {
		return "", false
	}
	s = s[len(open):]
	for i := 0; i < len(s); i++ {
		name, end := macroTag(s, i)
		if end < 0 {
			continue
		}
		if strings.EqualFold(name, noformat) {
			return s[:i], end == len(s)
		}
		i = end - 1
	}
	return "", false
}

func macroTag(s string, start int) (name string, end int) {
	if s[start] != '{' {
		return "", -1
	}
	var b strings.Builder
	escaped := false
	for i := start + 1; i < len(s); i++ {
		c := s[i]
		if !escaped {
			switch c {
			case '}':
				name, _, _ = strings.Cut(b.String(), ":")
				return strings.TrimSpace(name), i + 1
			case '\n', '\r', '\\':
				escaped = true
				continue
			case '{':
				return "", -1
			}
		}
		escaped = false
		b.WriteByte(c)
	}
	return "", -1
}

func FuzzNoFormat(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := NoFormat(s)
		body, ok := readNoFormat(out)
		if !ok {
			t.Fatalf("NoFormat(%q) = %q does not end where it should", s, out)
		}
		got := strings.TrimSuffix(strings.ReplaceAll(body, string(joiner), ""), " ")
		if want := strings.ReplaceAll(strings.Trim(clean(s), "\n"), string(joiner), ""); got != want {
			t.Fatalf("NoFormat(%q) shows %q, want %q", s, got, want)
		}
		if blocks := Parse(out).Root.Children; len(blocks) != 1 || blocks[0].Kind != Preformatted || blocks[0].Text != strings.TrimRight(got, " \t\n") {
			t.Fatalf("NoFormat(%q) is read as %s", s, dump(blocks))
		}
	})
}

// FuzzPlain checks that Plain ends, returns text, and reads back what Escape
// wrote, of which nothing is markup.
func FuzzPlain(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if out := Plain(s); out != clean(out) {
			t.Fatalf("Plain(%q) = %q holds control characters", s, out)
		}
		if why := brokenEscape(s); why != "" {
			t.Fatal(why)
		}
	})
}

// brokenEscape says what of s Escape does not keep, or nothing.
func brokenEscape(s string) string {
	s = strings.ReplaceAll(s, "&", "+") // entities are not escaped
	out := Escape(s)
	got := Plain(out)
	want := strings.ReplaceAll(tidy(spaces(clean(s))), string(joiner), "")
	if strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(want), " ") {
		return fmt.Sprintf("Plain(Escape(%q)) = %q, want %q, by %q", s, got, want, out)
	}
	tree := Parse(out)
	if n, ok := findNode(tree.Root, func(n Node) bool {
		return !slices.Contains([]Kind{Document, Paragraph, Text, Break, Link}, n.Kind) || n.Kind == Link && tree.Source[n.Start:n.End] != n.Target
	}); ok {
		return fmt.Sprintf("Escape(%q) = %q holds %s", s, out, dumpNode(n))
	}
	return ""
}

// findNode returns the first node that is wanted.
func findNode(n Node, wanted func(Node) bool) (Node, bool) {
	if wanted(n) {
		return n, true
	}
	for _, c := range n.Children {
		if found, ok := findNode(c, wanted); ok {
			return found, true
		}
	}
	return Node{}, false
}
