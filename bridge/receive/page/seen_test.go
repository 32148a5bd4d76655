package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatAReaderSees(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, html, want string }{
		{"nothing", "", ""},
		{"nothing but markup", "<html><head><title>x</title></head><body><div><br></div></body></html>", ""},
		{"text alone", "Hola\n  a   tothom &amp; &lt;b&gt; &#233; &euro;", "Hola a tothom & <b> é €"},
		{"blocks", "a<div>b<div>c</div></div>d<p>e</p><p>f</p><section>g</section>", "a\nb\nc\nd\n\ne\n\nf\n\ng"},
		{"line ends", "a<br>b<br><br>c<br><div>d<br></div><div><br></div>e", "a\nb\n\nc\nd\n\ne"},
		{"many empty lines", "a<br><br><br><br><p>&nbsp;</p><p><br></p>b", "a\n\nb"},
		{"empty lines at the ends", "<br><p>&nbsp;</p>a<br><br>", "a"},
		{"paragraphs without room", `<p style="margin:0">a</p><p style="margin: 0cm 0cm 0.0001pt">b</p><p class="MsoNormal">c</p><p class="x_MsoNormal" style="margin-bottom:12.0pt">d</p><p class="MsoNormal">e</p>`, "a\nb\nc\nd\n\ne"},
		{"paragraphs by the sheet", `<style>/* x { */ p, li { margin:0 } @media (max-width:9px) { p { display:none } } .x > p {display:none} @import url(y); .hid{display:none!important} div.hid2 {display:none}</style><p>a</p><p>b</p><div class="Y hid">c</div><div class="hid2">d</div><p class="hid2">e</p>`, "a\nb\ne"},
		{"blanks", "a&nbsp;&nbsp;&nbsp;b&nbsp; c \u202f d&#8203;e\u00ad\u2060f &zwnj;&nbsp;&#847;", "a   b  c   def"},
		{"blanks at the beginning", "<div>&nbsp;a</div><div>&nbsp;&nbsp;&nbsp;b</div><div>  c</div>", "a\n   b\nc"},
		{"blanks between looks", "<b>a </b><i> b</i> <b>c</b><b> d</b>.", "<b>a</> <i>b</> <b>c d</>."},
		{"controls and directions", "a\x00\x1bb\u202ec\u2066d\u200fe", "abcde"},
		{
			"looks", `<b>a</b>, <strong>b</strong>, <em>c</em>, <i>d</i>, <s>e</s>, <del>f</del>, <code>g</code> <span style="font-weight:700">h</span> <span style="FONT-STYLE: italic">i</span> <span style="text-decoration: line-through">j</span> <font face="Courier New">k</font>, <span style='font-family:"Consolas",serif'>l</span> <b style="font-weight:normal">m</b> <u>n</u> x<sup>2</sup>`,
			"<b>a</>, <b>b</>, <i>c</>, <i>d</>, <s>e</>, <s>f</>, <tt>g</> <b>h</> <i>i</> <s>j</> <tt>k</>, <tt>l</> m n x2",
		},
		{"headings", "<h1>a<br>b</h1><h3><b>c</b> <a href='https://a.es/'>d</a></h3>e", "h1 a\nh1 b\n\n    h3 c <a https://a.es/>d</>\n\ne"},
		{"rulers", "<hr>a<hr><hr/>b<hr>", "a\n----\nb"},
		{"emoji", `a <img src="https://x.es/1f600.png" alt="😀" class="emoji"> b`, "a 😀 b"},
		{"quoted words", "<q>a</q>", "“a”"},
		{"tags that are missing or crossed", "<b>a<i>b</b>c</i><p>d<p>e<div>f<td>g</x></p>h</span>", "<b>ab</>c\n\nd\n\ne\n\nf\ng\n\nh"},
		{"a text's tag ends no block", "<b><blockquote type=cite>a</b>b</blockquote>c", "quoted > <b>ab</>\n\n<b>c</>"},
		{"a quote is never cut short", "<span><blockquote type=cite><div>a</span></div><p>b</blockquote>c", "quoted > a\n\nquoted > b\n\nc"},
		{"unknown elements", "<o:p>a</o:p><x-y>b</x-y><v:shape/>c<svg><text>d</text></svg>", "abc"},
		{"a body within", "a<html><body bgcolor=white><p>b</body></html>c", "a\n\nbc"},
		{"a head that is left open", "<head><meta charset=utf-8><p>a", "a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, ok := Read(tt.html)
			if diff := cmp.Diff(tt.want, strings.TrimSuffix(dump(lines), "\n")); diff != "" || !ok {
				t.Errorf("%t (-want +got):\n%s", ok, diff)
			}
		})
	}
}

// TestHidden: what nobody sees is left out, and what somebody sees is not.
func TestHidden(t *testing.T) {
	t.Parallel()
	for _, hidden := range []string{
		`<div style="display:none">x</div>`, `<div style="DISPLAY : None !important">x</div>`, `<span style="visibility:hidden">x</span>`,
		`<div style="font-size:0">x</div>`, `<div style="font-size:1px;line-height:1px">x</div>`, `<span style="font-size:0px">x<b>x</b></span>`,
		`<div style="max-height:0px;overflow:hidden">x</div>`, `<div style="height:0;overflow:hidden">x</div>`, `<div style="width:0;overflow:hidden;mso-hide:all">x</div>`,
		`<div style="opacity:0">x</div>`, `<div style="position:absolute;left:-9999px">x</div>`, `<div style="text-indent:-5000px">x</div>`,
		`<div hidden>x</div>`, `<div style="color:transparent">x</div>`, `<div style="background:#fff;color:#FFFFFF">x</div>`, `<table bgcolor="#ffffff"><tr><td style="color:white">x</td></tr></table>`,
		`<div style="background-color:rgb(250, 250, 250);color:#fafafa">x</div>`, `<span style='color:#FFFFFF' aria-hidden='true'>[9XNQ5R-E7Z6]</span>`,
		`<script>x</script>`, `<style>x</style>`, `<title>x</title>`, `<template><p>x</p></template>`, `<!-- x -->`, `<!--[if mso]><p>x</p><![endif]-->`,
		`<!--[if gte mso 9]><xml><w:WordDocument>x</w:WordDocument></xml><![endif]-->`, `<select><option>x</select>`, `<iframe>x</iframe>`, `<object>x</object>`,
		`<img src="https://t.example/o.gif" width="1" height="1" alt="x">`, `<img src="https://t.example/x.png">`, `<img src="https://t.example/x.png" alt="image001.png">`, `<img src="data:image/png;base64,AAAA">`,
		`<style>.preheader{display:none !important}</style><span class="preheader">x</span>`, `<style><!-- #p{mso-hide:all;visibility:hidden} --></style><span id="P">x</span>`,
		`<noembed>x</noembed>`, `<map><area alt="x"></map>`, `<video>x</video>`,
	} {
		lines, ok := Read("abans<p>" + hidden + "</p>després")
		if diff := cmp.Diff("abans\n\ndesprés\n", dump(lines)); diff != "" || !ok {
			t.Errorf("%s: %t (-want +got):\n%s", hidden, ok, diff)
		}
	}
	for _, shown := range []string{
		`<td style="font-size:0"><div style="font-size:14px">x</div></td>`, `<a style="mso-hide:all">x</a>`, `<div style="max-height:20px">x</div>`,
		`<!--[if !mso]><!--><p>x</p><!--<![endif]-->`, `<![if !vml]>x<![endif]>`, `<div style="height:0">x</div>`, `<div style="color:#fff;background:url(x.png) #fff">x</div>`,
		`<div style="background:#000"><span style="color:#fff">x</span></div>`, `<div style="color:#fff">x</div>`, `<div aria-hidden="true">x</div>`, `<div style="opacity:0.9">x</div>`,
		`<div style="font-size:1em">x</div>`, `<div style="font-size:100%">x</div>`, `<div style="visibility:hidden"><p style="visibility:visible">x</p></div>`, `<div style="line-height:0">x</div>`,
		`<style>@media print { .x { display:none } }</style><div class=x>x</div>`, `<style>.y .x{display:none}</style><div class=x>x</div>`, `<noscript>x</noscript>`, `<div style="text-indent:-18pt">x</div>`,
		`<img src="https://t.example/x.png" alt="x">`, `<img src="https://t.example/x.png" alt="x" width="100%">`, `<center>x</center>`, `<details><summary>x</summary></details>`, `<button>x</button>`,
	} {
		lines, ok := Read("<p>" + shown + "</p>")
		if diff := cmp.Diff("x\n", dump(lines)); diff != "" || !ok {
			t.Errorf("%s: %t (-want +got):\n%s", shown, ok, diff)
		}
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, href, want string }{
		{"web", "https://a.es/x?y=1&amp;z=2#f", "https://a.es/x?y=1&z=2#f"},
		{"upper case, blanks and line ends", " HTTPS://a.es/x\n y ", "https://a.es/x%20y"},
		{"without a scheme", "//a.es/x", "https://a.es/x"},
		{"other letters in the host", "https://bücher.example:8080/ñ", "https://xn--bcher-kva.example:8080/%C3%B1"},
		{"letters that look like others", "https://аpple.example/", "https://xn--pple-43d.example/"},
		{"a name before the host", "https://bank.es@evil.example/", ""},
		{"no host", "https:///x", ""},
		{"wrapped by Microsoft", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.es%2Fx&amp;data=05%7C01&amp;reserved=0", "https://a.es/x"},
		{"a script wrapped by Microsoft", "https://eur01.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)", "https://eur01.safelinks.protection.outlook.com/?url=javascript%3Aalert(1)"},
		{"mail", "mailto:a%2Eb@c.es?subject=x&amp;body=y", "mailto:a.b@c.es"},
		{"mail to several", "mailto:a@c.es,b@c.es", ""},
		{"telephone", "tel:+34 934 000 000", "tel:+34934000000"},
		{"script", "javascript:alert(1)", ""},
		{"script in pieces", "java\nscript:alert(1)", ""},
		{"data", "data:text/html;base64,AAAA", ""},
		{"file", `file://srv/x`, ""},
		{"place on the page", "#top", ""},
		{"another program", "ms-word:ofe|u|https://a.es/", ""},
		{"very long", "https://a.es/" + strings.Repeat("x", 3000), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, _ := Read(`Veieu <a href="` + tt.href + `"><b>el</b> tiquet</a>.`)
			want := "Veieu <b>el</> tiquet.\n"
			if tt.want != "" {
				want = "Veieu <a " + tt.want + ">el tiquet</>.\n"
			}
			if diff := cmp.Diff(want, dump(lines)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestImages(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, html, want string }{
		{"of the mail", `a<img src="cid:image001.png@01DB.5" alt="Gràfica">b`, "a<img image001.png@01DB.5>[Gràfica]</>b\n"},
		{"without a text", `<img src="CID:a%40b">`, "<img a@b></>\n"},
		{"on a link", `<a href="https://a.es/">a <img src="cid:x" alt="b"> c</a>`, "<a https://a.es/>a</> <img x>[b]</> <a https://a.es/>c</>\n"},
		{"a button", `<a href="https://a.es/"><img src="https://a.es/b.png" alt="Veure el tiquet"></a>`, "<a https://a.es/>Veure el tiquet</>\n"},
		{"tiny", `a<img src="cid:x" width=1 height=1>`, "a\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, _ := Read(tt.html)
			if diff := cmp.Diff(tt.want, dump(lines)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestListsAndTables(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, html, want string }{
		{"lists", "a<ul><li>b<p>c</p><ol><li>d</li><li><div>e<ul><li>f</ul></div></ol><li></li><li><br>g</ul>h", "a\n\n* b\nc\n  # d\n  # e\n    * f\n* g\n\nh"},
		{"numbers that go on", `<ol start="3"><li>a</li><li value=7>b</li><li>c</ol><ol type="a"><li>d<li>e</ol>`, "3. a\n7. b\n8. c\n\na. d\nb. e"},
		{"a list without marks", `<ul style="list-style-type:none"><li><a href="https://a.es/">a</a></li><li>b</li></ul>`, "<a https://a.es/>a</>\nb"},
		{"items without a list", "<li>a<li>b", "* a\n* b"},
		{"definitions", "<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\nb\nc\nd"},
		{"Word's lists", `<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>a</p><p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span>b</p><p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>4.<span>&nbsp; </span></span>c</p>`, "* a\n  * b\n4. c"},
		{"values in columns", `a<table><tr><td>web-1</td><td><b>OK</b></td></tr><tr><td>web-2</td><td>KO<br>des d'ahir</td></tr></table>b`, "a\n\nrow web-1 | <b>OK</>\nrow web-2 | KO⏎des d'ahir\n\nb"},
		{"with a header", `<table border=1><caption>Servidors</caption><thead><tr><th><b>Nom</b><th>IP<tbody><tr><td>a<td></table>`, "Servidors\n\nrow !Nom | !IP\nrow a | "},
		{"with empty columns and rows", `<table class="MsoTableGrid"><tr><td></td><td>a</td><td>&nbsp;</td><td>b</td></tr><tr><td></td><td></td><td></td><td></td></tr><tr><td></td><td>c</td><td></td><td>d</td></tr></table>`, "row a | b\nrow c | d"},
		{"a list in a cell", `<table border=1><tr><td>a</td><td><ul><li>b<li>c</ul></td></tr><tr><td>d</td><td><ol><li>e</ol></td></tr></table>`, "row a | • b⏎• c\nrow d | 1. e"},
		{"one that places", `<table><tr><td>a</td></tr><tr><td><table><tr><td>b</td></tr></table></td></tr></table>c`, "a\nb\nc"},
		{"one that says that it places", `<table role="presentation"><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>`, "a\nb\nc"},
		{"one that says so and holds values", `<table role="presentation"><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>`, "row a | b\nrow c | d"},
		{"one row", `<table><tr><td><img src="https://a.es/l.png"></td><td>Marta<br>Suport</td><td>93 400 00 00</td></tr></table>`, "Marta\nSuport\n93 400 00 00"},
		{"names and values", `<table><tr><td><b>Estat:</b></td><td>Obert</td></tr><tr><td>Tiquet:</td><td><a href="https://a.es/1">1</a></td></tr></table>`, "<b>Estat:</> Obert\nTiquet: <a https://a.es/1>1</>"},
		{"names and values in one that places", `<table><tr><td colspan=2><p>Hola</p><blockquote>x</blockquote></td></tr><tr><td>Estat:</td><td>Obert</td></tr></table>`, "Hola\n\nx\n\nEstat: Obert"},
		{"cells that are long", `<table border=1><tr><td>a</td><td>` + strings.Repeat("b ", 300) + `</td></tr><tr><td>c</td><td>d</td></tr></table>`, "a\n" + strings.TrimSpace(strings.Repeat("b ", 300)) + "\nc\nd"},
		{"in a quote", `<blockquote type=cite><table border=1><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table></blockquote>`, "quoted > row a | b\nquoted > row c | d"},
		{"text beside the cells", `<table>a<tr><td>b</td><td>c</td></tr>d<tr><td>e</td><td>f</td></tr></table>`, "ad\n\nrow b | c\nrow e | f"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, ok := Read(tt.html)
			if diff := cmp.Diff(tt.want, strings.TrimSuffix(dump(lines), "\n")); diff != "" || !ok {
				t.Errorf("%t (-want +got):\n%s", ok, diff)
			}
		})
	}
}

func TestFixedWidth(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, html, want string }{
		{"preformatted", "a<pre>\n b  c\n\n\td\n</pre>e", "a\n\n|  b  c\n| \n| \td\n\ne"},
		{"a style", `<div style="white-space:pre">a   b\nc</div><span style="white-space: pre-wrap">d   e` + "\n" + `f</span>`, "a   b\\nc\nd   e\nf"},
		{"lines of a style", `<div style="white-space:pre-line">a   b` + "\n" + `c</div>`, "a b\nc"},
		{"the whole mail", "<pre>Hola:\n\nJa està.\n\nSalut</pre>", "Hola:\n\nJa està.\n\nSalut"},
		{"the whole mail, of columns", "<pre>web-1    OK   1\nweb-2    KO   2</pre>", "| web-1    OK   1\n| web-2    KO   2"},
		{"paragraphs in a fixed width", `<p>Hola</p><p><span style="font-family:Courier New">Host&nbsp;&nbsp; Loss%</span></p><p><span style="font-family:Courier New">a&nbsp;&nbsp;&nbsp;&nbsp;&nbsp; 0.0%</span></p><p>Salut</p>`, "Hola\n\n| Host   Loss%\n| a      0.0%\n\nSalut"},
		{"one line in a fixed width", `Feu:<div><code>systemctl restart x</code></div>i ja està`, "Feu:\n<tt>systemctl restart x</>\ni ja està"},
		{"a mail all in a fixed width", `<div style="font-family:Courier New"><div>Hola:</div><div>Ja està.</div><div>Hem reiniciat el servidor.</div><div>Salut</div></div>`, "Hola:\nJa està.\nHem reiniciat el servidor.\nSalut"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, ok := Read(tt.html)
			if diff := cmp.Diff(tt.want, strings.TrimSuffix(dump(lines), "\n")); diff != "" || !ok {
				t.Errorf("%t (-want +got):\n%s", ok, diff)
			}
		})
	}
}
