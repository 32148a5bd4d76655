package wiki

import (
	"fmt"
	"strconv"
	"strings"
)

var kindNames = map[Kind]string{
	Document: "doc", Paragraph: "p", Heading: "h", Quote: "quote", Panel: "panel", List: "ul", Item: "li",
	Table: "table", Row: "row", Cell: "td", Code: "code", Preformatted: "pre", Rule: "rule",
	Text: "text", Break: "br", Strong: "b", Emphasis: "i", Citation: "cite", Deleted: "del", Inserted: "ins",
	Superscript: "sup", Subscript: "sub", Monospace: "tt", Color: "color", Link: "a", Mention: "at",
	Image: "img", File: "file", Emoticon: "face", Tag: "tag",
}

// dump writes nodes compactly: a text as its quoted text, every other node as
// its name, what it says of itself, and its children in brackets.
func dump(nodes []Node) string {
	parts := make([]string, len(nodes))
	for i, n := range nodes {
		parts[i] = dumpNode(n)
	}
	return strings.Join(parts, " ")
}

func dumpNode(n Node) string {
	if n.Kind == Text {
		return strconv.Quote(n.Text)
	}
	name := kindNames[n.Kind]
	switch {
	case n.Kind == Heading:
		name += strconv.Itoa(n.Level)
	case n.Kind == Item && n.Level > 1:
		name += strconv.Itoa(n.Level)
	case n.Kind == List && n.Ordered:
		name = "ol"
	case n.Kind == Cell && n.Header:
		name = "th"
	}
	for _, s := range []string{n.Title, n.Target} {
		if s != "" {
			name += "<" + s + ">"
		}
	}
	if n.Text != "" {
		name += fmt.Sprintf("%q", n.Text)
	}
	if len(n.Children) > 0 {
		name += "(" + dump(n.Children) + ")"
	}
	return name
}
