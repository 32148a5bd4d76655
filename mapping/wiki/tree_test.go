package wiki

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestBlocks(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"paragraphs", "a\nb\n\n \t\u00a0\nc", `p("a" br "b") p("c")`},
		{"windows", "a\r\nb\r\n\r\nc", `p("a" br "b") p("c")`},
		{"nothing", " \n\u00a0\n", ""},
		{"heading", "h1. A *b*\n h6. c\nh3.D", `h1("A " b("b")) h6("c") h3("D")`},
		{"no heading", "h7. a\nh2.example.com\nxh1. b", `p("h7. a" br "h2.example.com" br "xh1. b")`},
		{"empty heading", "h2. \na", `h2 p("a")`},
		{"quotes", "bq. a _b_\n{quote}\nc\n\nd\n{quote}", `quote(p("a " i("b"))) quote(p("c") p("d"))`},
		{"quotes side by side", "{quote}a{quote}{quote}b{quote}", `quote(p("a")) quote(p("b"))`},
		{"inside a line", "a {quote}b{quote} c", `p("a") quote(p("b")) p("c")`},
		{"panel", "{panel:title=T|borderStyle=solid}\n* a\n{panel}\nb", `panel<T>(ul(li(p("a")))) p("b")`},
		{"a part to expand", "a\n{expand:Més *detalls*}\n* b\n{expand}\nc", `p("a") panel<Més *detalls*>(ul(li(p("b")))) p("c")`},
		{"a part to expand with a named title, without one", "{expand:title=T}a{expand}{expand}b{expand}{expand:x=y}c{expand}", `panel<T>(p("a")) panel(p("b")) panel(p("c"))`},
		{"a part to expand in a panel", "{panel}a{expand:b}c{panel}d{expand}e{panel}", `panel(p("a" tag "c")) p("d" tag "e" tag)`},
		{"panel in a panel", "{panel:title=A}a{panel:title=B}b{panel}c{panel}", `panel<A>(p("a") panel<B>(p("b")) p("c"))`},
		{"tags without partner", "{panel}a\n\n{quote}b", `p(tag "a") p(tag "b")`},
		{"tags that cross", "{quote}a{panel}b{quote}c{panel}d", `quote(p("a" tag "b")) p("c" tag "d")`},
		{"literal", "{code:java|title=x.sh}\n*a* {quote}\n{code}{noformat}b\nc {noformat}", `code<x.sh>"*a* {quote}" pre"b\nc"`},
		{"open literal", "a {noformat}*b*\n\n{panel}", `p("a") pre"*b*\n\n{panel}"`},
		{"open literal in an item, with blanks behind", "* a {code}b\n* c\n\n", `ul(li(p("a") code"b\n* c"))`},
		{"open literal in a row", "|a|{code}b|c\n|d|\n", `table(row(td(p("a")) td(code"b|c\n|d|")))`},
		{"capitals", "{NoFormat}a{NOFORMAT} {Color:red}b{COLOR}", `pre"a" p(color<red>("b"))`},
		{"escaped tag", `\{code}a\{code}`, `p("{code}a{code}")`},
		{"tag in fixed width", "{{code}} i {{noformat}}", `p(tt("code") " i " tt("noformat"))`},
		{"rule", "a\n----\nb\n -----\nc\n---\nd", `p("a") rule p("b") rule p("c" br "---" br "d")`},
		{"colour over blocks", "{color:red}a\n\nb{color}", `p(tag "a") p("b" tag)`},
		{"colour around marks", "{color:red}\nh1. a\n{color}", `p(tag) h1("a") p(tag)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			compare(t, tt.in, tt.want)
		})
	}
}

func compare(t *testing.T, in, want string) {
	t.Helper()
	tree := Parse(in)
	if diff := cmp.Diff(want, dump(tree.Root.Children)); diff != "" {
		t.Errorf("Parse(%q) (-want +got):\n%s", in, diff)
	}
	if why := brokenText(in); why != "" {
		t.Errorf("%q: %s", in, why)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"marks", "* a\n* b\n\n- c\n- d", `ul(li(p("a")) li(p("b")) li(p("c")) li(p("d")))`},
		{"numbers", "# a\n# b", `ol(li(p("a")) li(p("b")))`},
		{"depth", "* a\n** b\n*** c\n** d\n* e", `ul(li(p("a") ul(li2(p("b") ul(li3(p("c")))) li2(p("d")))) li(p("e")))`},
		{"mixed", "# a\n#* b\n#* c\n# d\n## e", `ol(li(p("a") ul(li2(p("b")) li2(p("c")))) li(p("d") ol(li2(p("e")))))`},
		{"another sort", "* a\n# b\n* c", `ul(li(p("a"))) ol(li(p("b"))) ul(li(p("c")))`},
		{"deep at once", "*** a\n** b\n* c", `ul(li3(p("a"))) ul(li2(p("b"))) ul(li(p("c")))`},
		{"blanks before", "  * a\n\u00a0** b", `ul(li(p("a") ul(li2(p("b")))))`},
		{"blank lines between", "* a\n\n\n** b\n \n* c\n\nd", `ul(li(p("a") ul(li2(p("b")))) li(p("c"))) p("d")`},
		{"lines below", "* a\n b\nc\n* d\nh1. e", `ul(li(p("a" br " b" br "c")) li(p("d"))) h1("e")`},
		{"behind text", "a\n* b\nc", `p("a") ul(li(p("b" br "c")))`},
		{"block in an item", "* a:\n{noformat}\nb\n\n* c\n{noformat}\n* d", `ul(li(p("a:") pre"b\n\n* c") li(p("d")))`},
		{"panel behind an item", "* a\n{panel}b{panel}", `ul(li(p("a"))) panel(p("b"))`},
		{"no marks in an item", "* h1. a\n* - b", `ul(li(p("h1. a")) li(p("- b")))`},
		{"a dash is an answer", "a:\n-\n- \n*", `p("a:" br "-" br "- " br "*")`},
		{"no list", "*a\n-b\n#c\n---- d", `p("*a" br "-b" br "#c" br "---- d")`},
		{"strong or item", "*a* b\n* *c* d", `p(b("a") " b") ul(li(p(b("c") " d")))`},
		{"too deep", strings.Repeat("*", 33) + " a", `p("` + strings.Repeat("*", 33) + ` a")`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			compare(t, tt.in, tt.want)
		})
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"header", "||a||b||\n|c|d|", `table(row(th(p("a")) th(p("b"))) row(td(p("c")) td(p("d"))))`},
		{"header in a row", "||a|b|\n|| c || d |", `table(row(th(p("a")) td(p("b"))) row(th(p("c")) th(p("d"))))`},
		{"header behind a cell", "|a||b|", `table(row(td(p("a")) th(p("b"))))`},
		{"no bar at the end", "|a|b\n||c|d  ", `table(row(td(p("a")) td(p("b"))) row(th(p("c")) td(p("d"))))`},
		{"empty cells", "| |a|\u00a0|\n|b||", `table(row(td td(p("a")) td) row(td(p("b"))))`},
		{"over lines", "|a|b\nc|\n|d|e\nf", `table(row(td(p("a")) td(p("b" br "c"))) row(td(p("d")) td(p("e" br "f"))))`},
		{"bar on its own line", "|a|b\n|\nc", `table(row(td(p("a")) td(p("b")))) p("c")`},
		{"list in a cell", "|a|* b\n** c\n* d|\n|e|f|", `table(row(td(p("a")) td(ul(li(p("b") ul(li2(p("c")))) li(p("d"))))) row(td(p("e")) td(p("f"))))`},
		{"list behind a row", "|a|b\n* c", `table(row(td(p("a")) td(p("b")))) ul(li(p("c")))`},
		{"line break in a cell", `|a\\b|c|`, `table(row(td(p("a" br "b")) td(p("c"))))`},
		{
			"bars that part nothing", `|[a|http://b.es]|!c.png|width=3!|d\|e|{{f|g}}|{color:red}h{color}|[no|link]|`,
			`table(row(td(p(a<http://b.es>("a"))) td(p(img<c.png>)) td(p("d|e")) td(p(tt("f|g"))) td(p(color<red>("h"))) td(p("[no")) td(p("link]"))))`,
		},
		{"block in a cell", "|a|{code:title=x|y=z}\n|b|\n\nc{code}|\n|d|{panel:title=T|a=b}e|f{panel}|", `table(row(td(p("a")) td(code<x>"|b|\n\nc")) row(td(p("d")) td(panel<T>(p("e|f")))))`},
		{"ends", "|a|\nb\n|c|\n\n|d|", `table(row(td(p("a")))) p("b") table(row(td(p("c")))) table(row(td(p("d"))))`},
		{"bars alone", "|\n||\n| ", `p("|" br "||" br "|")`},
		{"not at the beginning", "a |b|c|", `p("a |b|c|")`},
		{"blanks before", " \u00a0|a|\n\t|b|", `table(row(td(p("a"))) row(td(p("b"))))`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			compare(t, tt.in, tt.want)
		})
	}
}

func TestInline(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"marks", "*a* _b_ ??c?? -d- +e+ ^f^ ~g~ {{h}}", `b("a") " " i("b") " " cite("c") " " del("d") " " ins("e") " " sup("f") " " sub("g") " " tt("h")`},
		{"in one another", "*a _b -c-_*", `b("a " i("b " del("c")))`},
		{"that cross", "*a _b* c_", `b("a _b") " c_"`},
		{"at the edge of words only", "a*b* *c*d 2 * 3 * 4 x_y_z 2026-11-22 - a -> b -", `"a*b* *c*d 2 * 3 * 4 x_y_z 2026-11-22 - a -> b -"`},
		{"not over lines", "*a\nb* _c\\\\\nd_", `"*a" br "b* _c" br "d_"`},
		{"over a line break", `*a\\b*`, `b("a" br "b")`},
		{"nothing inside", "a ** __ ?? ???? -- {{}}", `"a ** __ ?? ???? -- {{}}"`},
		{"a placeholder", "???", `"???"`},
		{"forced", "a{*}b{*}c {_}d {-}e{-}", `"a" b("b") "c " tag "d " del("e")`},
		{"label in braces", "{*}Impacte:{*}alt", `b("Impacte:") "alt"`},
		{"colours", "{color:red}a *b*\nc{color} {color:#00f}d", `color<red>("a " b("b") br "c") " " tag "d"`},
		{"mark around half a colour", "*a {color:red}b* c{color}", `b("a " tag "b") " c" tag`},
		{"fixed width", `{{*a* [b] \{c\} ${d}}}`, `tt("*a* [b] {c} ${d}")`},
		{"links", "[a *b*|http://c.es] [http://d.es] [http://e.es/x_y_|http://e.es/x_y_|smart-link]", `a<http://c.es>("a " b("b")) " " a<http://d.es>("http://d.es") " " a<http://e.es/x_y_>("http://e.es/x_y_")`},
		{"more links", `[a|mailto:b@c.es] [mailto:d@e.es] [f|#g] [h|file://srv/i] [j|\\srv\k] [l|m.example.com]`, `a<mailto:b@c.es>("a") " " a<mailto:d@e.es>("d@e.es") " " a<#g>("f") " " a<file://srv/i>("h") " " a<\\srv\k>("j") " " a<m.example.com>("l")`},
		{"no links", "[a] [] [ ] [x|y] [~] [^] [a\nb|http://c.es]", `"[a] [] [ ] [x|y] [~] [^] [a" br "b|" a<http://c.es>("http://c.es") "]"`},
		{"image in a link", "[!a.png|thumbnail!|http://b.es]", `a<http://b.es>(img<a.png>)`},
		{"addresses", "http://a.es. (https://b.es/x_(y)), https://c.es/_d_? *http://e.es* ahttp://f http://", `a<http://a.es>("http://a.es") ". (" a<https://b.es/x_(y)>("https://b.es/x_(y)") "), " a<https://c.es/_d>("https://c.es/_d") "_? " b(a<http://e.es>("http://e.es")) " ahttp://f http://"`},
		{"people", "[~a] [~accountid:557058:x-1]", `at<a> " " at<accountid:557058:x-1>`},
		{"files", "[^a b.txt] !c d.png! !e.jpg|thumbnail,width=3! !http://f.es/g!", `file<a b.txt> " " img<c d.png> " " img<e.jpg> " " img<http://f.es/g>`},
		{"no images", "Hola! Bé! a !b! ! c.png! x!d.png!", `"Hola! Bé! a !b! ! c.png! x!d.png!"`},
		{"emoticons", ":) ;-) :D :Dx (x) (*) (-) (on) (xy) 8)", `face":)" " " face";-)" " " face":D" " :Dx " face"(x)" " " face"(*)" " " face"(-)" " " face"(on)" " (xy) 8)"`},
		{"tags", "{anchor:a}b {foo}c{foo} {foo:x=y}", `tag "b {foo}c{foo} {foo:x=y}"`},
		{"escapes", `\*a\* \[b\] \{c\} C:\d \\srv\e f\\g \\\`, `"*a* [b] {c} C:\\d \\\\srv\\e f" br "g \\\\\\"`},
		{"entities", "&amp; &nbsp; &#39; &lt;b&gt; &x; &amp", `"&   ' <b> &x; &amp"`},
		{"a reference in a reference", "&ampmpp&ap; &am&amp;p;", `"&ampmpp≈ &am&p;"`},
		{"word joiner", "a\u2060b", `"ab"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			compare(t, tt.in, "p("+tt.want+")")
		})
	}
}

// TestDepth checks that what is too deep is text, and that the rest is read.
func TestDepth(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("{panel:title=x}", 40) + "*a*" + strings.Repeat("{panel}", 40)
	got := dump(Parse(deep).Root.Children)
	if n := strings.Count(got, "panel<x>"); n != maxDepth {
		t.Errorf("%d panels, want %d", n, maxDepth)
	}
	if want := `p("` + strings.Repeat("{panel:title=x}", 8) + "*a*" + strings.Repeat("{panel}", 8) + `")`; !strings.Contains(got, want) {
		t.Errorf("the deepest panel holds %s, want %s", got, want)
	}
	if why := brokenText(deep + "\n*b*"); why != "" {
		t.Error(why)
	}
}

func TestTooLong(t *testing.T) {
	t.Parallel()
	tree := Parse(strings.Repeat("ñ", maxMarkup))
	if len(tree.Source) > maxMarkup || broken(tree) != "" {
		t.Errorf("%d bytes of source; %s", len(tree.Source), broken(tree))
	}
}

// TestPlaces shows what the places of nodes are, by the source they cut.
func TestPlaces(t *testing.T) {
	t.Parallel()
	src := "\u00a0\u00a0*Impacte:* alt \nh2. Proves \n * a [b|http://c.es]\n ** c\n\n| d |\u00a0e |"
	tests := []struct {
		kind       Kind
		whole, own string
	}{
		{Paragraph, "*Impacte:* alt", "*Impacte:* alt"},
		{Strong, "*Impacte:*", "Impacte:"},
		{Heading, "h2. Proves", "Proves"},
		{List, "* a [b|http://c.es]\n ** c", "* a [b|http://c.es]\n ** c"},
		{Item, "* a [b|http://c.es]\n ** c", "a [b|http://c.es]\n ** c"},
		{Link, "[b|http://c.es]", "b"},
		{Table, "| d |\u00a0e |", "| d |\u00a0e |"},
		{Row, "| d |\u00a0e |", "| d |\u00a0e |"},
		{Cell, "d", "d"},
	}
	tree := Parse(src)
	for _, tt := range tests {
		n, ok := findNode(tree.Root, func(n Node) bool { return n.Kind == tt.kind })
		if !ok {
			t.Errorf("no %s", kindNames[tt.kind])
			continue
		}
		if whole, own := tree.Source[n.Start:n.End], tree.Source[n.InnerStart:n.InnerEnd]; whole != tt.whole || own != tt.own {
			t.Errorf("%s stands at %q and holds %q, want %q and %q", kindNames[tt.kind], whole, own, tt.whole, tt.own)
		}
	}
}

// TestEscapedIsText checks that what Escape wrote shows as it was, and is
// nothing but text.
func TestEscapedIsText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), "")
		if why := brokenEscape(s); why != "" {
			t.Fatal(why)
		}
	})
}
