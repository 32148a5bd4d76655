package letter

import (
	"html"
	"net/url"
	"strings"

	"escalat/mapping/wiki"
)

// plain returns markup as text.
func (l Letter) plain(markup string) string {
	return trim(clean(wiki.PlainWith(titled(clean(markup)), l.names)))
}

// rich returns markup as HTML with the looks of a letter; alone says that it is
// one line and nothing follows.
func (l Letter) rich(markup string, alone bool) string {
	markup = titled(clean(markup))
	tree := wiki.Parse(markup)
	r := restyler{tree: tree, links: nodes(tree.Root, nil, isLink), alone: alone}
	r.write(clean(wiki.HTML(markup, wiki.Options{Names: l.names})))
	return r.out.String()
}

// nodes appends those below n that are wanted, in the order of the source.
func nodes(n wiki.Node, list []wiki.Node, wanted func(wiki.Node) bool) []wiki.Node {
	for _, child := range n.Children {
		if wanted(child) {
			list = append(list, child)
		}
		list = nodes(child, list, wanted)
	}
	return list
}

func isLink(n wiki.Node) bool { return n.Kind == wiki.Link }

func isTitledCode(n wiki.Node) bool {
	return (n.Kind == wiki.Code || n.Kind == wiki.Preformatted) && n.Title != ""
}

// titled puts the titles of code, often the name of a log, before it: as text they
// would not show.
func titled(markup string) string {
	tree := wiki.Parse(markup)
	codes := nodes(tree.Root, nil, isTitledCode)
	if len(codes) == 0 {
		return markup
	}
	var b strings.Builder
	done := 0
	for _, n := range codes {
		tag, gap := "{noformat}", " "
		if n.Kind == wiki.Code {
			tag = "{code}"
		}
		if n.Start == 0 || tree.Source[n.Start-1] == '\n' {
			gap = "\n"
		}
		b.WriteString(tree.Source[done:n.Start] + wiki.EscapeLine(n.Title) + gap + tag)
		done = n.InnerStart
	}
	return b.String() + tree.Source[done:]
}

// restyler gives HTML of wiki markup the looks of a letter. It relies on what that
// HTML is: elements that are closed, and no "<" or ">" but those of tags.
type restyler struct {
	tree  wiki.Tree
	links []wiki.Node // those to come
	tail  string      // what follows the link that is open
	mono  bool        // in a paragraph that is a table of blanks
	alone bool        // a value of one line, which needs no room below
	lists int         // that are open
	out   strings.Builder
}

func (r *restyler) write(source string) {
	for source != "" {
		text, rest, tagged := strings.Cut(source, "<")
		r.text(text)
		if !tagged {
			return
		}
		tag, rest, _ := strings.Cut(rest, ">")
		name, attributes, _ := strings.Cut(tag, " ")
		r.tag(name, attributes, rest)
		source = rest
	}
}

func (r *restyler) text(s string) {
	if r.mono {
		if line, behind := strings.CutPrefix(s, "\n"); behind {
			r.out.WriteByte('\n')
			s = line
		}
		s = hardBlanks(s)
	}
	r.out.WriteString(s)
}

// tag writes a tag with the style that it has here. The colours of a text go: on a
// ground that nobody knows they hide as often as they show.
func (r *restyler) tag(name, attributes, rest string) {
	style := markupStyle(name)
	switch name {
	case "p":
		if r.alone {
			name, style = "div", aloneStyle
		}
		inner, _, _ := strings.Cut(rest, "</p>")
		if r.mono = wiki.Aligned(bare(inner)); r.mono {
			style += ";" + monoStyle
		}
	case "/p":
		if r.mono = false; r.alone {
			name = "/div"
		}
	case "ul", "ol":
		if r.lists++; r.lists > 1 {
			style = innerListStyle
		}
	case "/ul", "/ol":
		r.lists--
	case "a":
		r.follow(attributes)
		r.out.WriteString("<a " + attributes + ">")
		return
	case "/a":
		r.out.WriteString("</a>" + html.EscapeString(r.tail))
		return
	}
	r.out.WriteString("<" + name)
	if style != "" {
		r.out.WriteString(` style="` + style + `"`)
	}
	if name == "table" {
		r.out.WriteString(` border="1" cellpadding="4" cellspacing="0"`)
	}
	r.out.WriteByte('>')
}

// bare returns what a paragraph of HTML shows.
func bare(inner string) string {
	var b strings.Builder
	for inner != "" {
		text, rest, _ := strings.Cut(inner, "<")
		b.WriteString(text)
		_, inner, _ = strings.Cut(rest, ">")
	}
	return html.UnescapeString(b.String())
}

// follow finds the link that the tag is, and what the text tells of where it goes.
func (r *restyler) follow(attributes string) {
	_, href, _ := strings.Cut(attributes, `href="`)
	href, _, _ = strings.Cut(href, `"`)
	href = html.UnescapeString(href)
	r.tail = ""
	for i, n := range r.links {
		if u, err := url.Parse(n.Target); err != nil || u.String() != href {
			continue
		}
		r.links = r.links[i+1:]
		address := " (" + strings.TrimPrefix(n.Target, "mailto:") + ")"
		if strings.HasSuffix(r.tree.Plain(n), address) {
			r.tail = address
		}
		return
	}
}

// hardBlanks keeps runs of blanks, which HTML shows as one.
func hardBlanks(s string) string {
	s = strings.ReplaceAll(s, "\t", indent)
	if strings.HasPrefix(s, " ") {
		s = "&nbsp;" + s[1:]
	}
	return strings.ReplaceAll(s, "  ", " &nbsp;")
}
