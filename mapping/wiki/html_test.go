package wiki

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// allowed are the elements that HTML may write, with their attributes.
var allowed = map[string][]string{
	"p": nil, "h1": nil, "h2": nil, "h3": nil, "h4": nil, "h5": nil, "h6": nil, "blockquote": {"style"}, "div": {"style"},
	"ul": nil, "ol": nil, "li": nil, "table": {"style"}, "tr": nil, "td": {"style"}, "th": {"style"}, "pre": {"style"}, "hr": nil,
	"br": nil, "strong": nil, "em": nil, "cite": nil, "del": nil, "ins": nil, "sup": nil, "sub": nil, "code": nil, "span": {"style"},
	"a": {"href", "rel"}, "img": {"src", "alt"},
}

// unbalanced says what is wrong with a page's elements, or nothing.
func unbalanced(page string) string {
	var open []string
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		kind := z.Next()
		token := z.Token()
		switch kind {
		case html.ErrorToken:
			if len(open) > 0 {
				return fmt.Sprintf("left open: %v", open)
			}
			return ""
		case html.StartTagToken:
			if why := forbidden(token, open); why != "" {
				return why
			}
			if token.Data != "br" && token.Data != "hr" && token.Data != "img" {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				return fmt.Sprintf("</%s> in %v", token.Data, open)
			}
			open = open[:len(open)-1]
		case html.TextToken:
		default:
			return "not text, not an element: " + token.String()
		}
	}
}

func forbidden(token html.Token, open []string) string {
	attributes, ok := allowed[token.Data]
	if !ok {
		return "element " + token.Data
	}
	if token.Data == "a" && slices.Contains(open, "a") {
		return "a link in a link"
	}
	blocks := []string{"p", "ul", "ol", "table", "div", "pre", "blockquote", "hr"}
	if slices.Contains(open, "p") && slices.Contains(blocks, token.Data) {
		return "a block in a paragraph: " + token.Data
	}
	for _, a := range token.Attr {
		if !slices.Contains(attributes, a.Key) {
			return token.Data + " with " + a.Key
		}
		low := strings.ToLower(a.Val)
		switch a.Key {
		case "href":
			if !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://") && !strings.HasPrefix(low, "mailto:") {
				return "link to " + a.Val
			}
		case "src":
			if !strings.HasPrefix(low, "cid:") {
				return "image from " + a.Val
			}
		case "style":
			if strings.ContainsAny(low, `"\(`) {
				return "style " + a.Val
			}
		}
	}
	return ""
}

func TestUnbalancedSeesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, page := range []string{
		"<p>", "</p>", "<p><strong></p></strong>", "<script></script>", "<p onclick=\"x\"></p>", "<!-- x -->", "<p><ul></ul></p>",
		`<a href="javascript:x">x</a>`, `<img src="http://a.es/x.png">`, `<a href="http://a.es"><a href="http://a.es"></a></a>`,
		`<span style="background:url(x)">x</span>`, `<p style="x"></p>`,
	} {
		if unbalanced(page) == "" {
			t.Errorf("unbalanced(%q) sees nothing", page)
		}
	}
}

func TestHTML(t *testing.T) {
	t.Parallel()
	opts := Options{
		Names: func(user string) string {
			if user == "accountid:5b10" {
				return "Joan <Petit>"
			}
			return ""
		},
		Image: func(name string) (string, bool) { return "cid:" + name, name == "a b.png" },
	}
	const rel = ` rel="noopener noreferrer"`
	tests := []struct{ name, in, want string }{
		{"escaped", `<script>alert("1")</script> & 'x'`, "<p>&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; &#39;x&#39;</p>\n"},
		{"escaped by entities", "&lt;b&gt;", "<p>&lt;b&gt;</p>\n"},
		{"marks", "*a* _b_ -c- +d+ ^e^ ~f~ ??g?? {{h}}", "<p><strong>a</strong> <em>b</em> <del>c</del> <ins>d</ins> <sup>e</sup> <sub>f</sub> <cite>g</cite> <code>h</code></p>\n"},
		{"links", "[a|https://a.es/?x=1&y=\"2] [mailto:x@a.es]", `<p><a href="https://a.es/?x=1&amp;y=&#34;2"` + rel + `>a</a> <a href="mailto:x@a.es"` + rel + ">x@a.es</a></p>\n"},
		{"no script in a link", "[a|javascript://x%0aalert(1)] [b|data://x]", "<p>a (javascript://x%0aalert(1)) b (data://x)</p>\n"},
		{"a link inside the issue", "[a|#b] [c|~d]", "<p>a c</p>\n"},
		{"own image", "!a b.png|width=3!", `<p><img src="cid:a b.png" alt="a b.png"></p>` + "\n"},
		{"foreign images", "!http://a.es/x.png! !c.png!", "<p>[http://a.es/x.png] [c.png]</p>\n"},
		{"mentions", "[~accountid:5b10] [~jgarcia]", "<p>Joan &lt;Petit&gt; jgarcia</p>\n"},
		{"file", "[^a<b>.txt]", "<p>[a&lt;b&gt;.txt]</p>\n"},
		{"colours", "{color:#ff0000}a{color} {color:red}b{color} {color:red;background:url(x)}c{color}", `<p><span style="color:#ff0000">a</span> <span style="color:red">b</span> <span>c</span></p>` + "\n"},
		{"tags alone show nothing", "{color:red}\n\n{anchor:x}\na", "<p>a</p>\n"},
		{"lists", "* a\n** b\n*# c\n* d", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n<ol>\n<li>c</li>\n</ol>\n</li>\n<li>d</li>\n</ul>\n"},
		{"code", "{code:title=x}\n\n<a>\n{code}", `<p><strong>x</strong></p>` + "\n" + `<pre style="` + codeStyle + `">` + "\n\n&lt;a&gt;</pre>\n"},
		{"rule and line break", "a\\\\b\nc\n----", "<p>a<br>\nb<br>\nc</p>\n<hr>\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := HTML(tt.in, opts)
			if got != tt.want {
				t.Errorf("HTML(%q)\n got %q\nwant %q", tt.in, got, tt.want)
			}
			if why := unbalanced(got); why != "" {
				t.Error(why)
			}
		})
	}
}
