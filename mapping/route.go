package mapping

import (
	"sort"

	"escalat/mapping/network"
	"escalat/mapping/wiki"
)

// maxRoute bounds how much of a text is searched for what a tool printed, in
// bytes.
const maxRoute = 128 << 10

// takeRoute answers fields that ask for what a tool prints with the blocks of the
// description that look like it and stand under no label. What stands so in a
// comment was not meant for the provider.
func (r *Report) takeRoute(in Input) {
	for _, f := range r.Form.All() {
		if _, answered := r.Values.ByField[f.ID]; answered || len(f.Formats) == 0 || r.Values.Rest == "" || len(in.Sources) == 0 {
			continue
		}
		text, rest := routeIn(r.Values.Rest, f.Formats)
		if text == "" {
			continue
		}
		src := in.Sources[0]
		r.Values.ByField[f.ID] = Value{Text: text, At: src.At, Origin: src.Origin}
		r.Values.Rest = rest
		delete(r.Values.Blanks, f.ID)
	}
}

// routeIn parts markup into the blocks that look like one of the formats and the
// rest.
func routeIn(markup string, formats []string) (text, rest string) {
	tree := wiki.Parse(markup)
	s := routeSearch{source: tree.Source, formats: formats, left: maxRoute}
	s.blocks(tree.Root)
	if len(s.found) == 0 {
		return "", markup
	}
	p := newPage(tree.Source)
	var taken []cut
	for _, c := range s.found {
		taken = append(taken, p.shownBetween(c))
	}
	return p.markup(taken), p.rest(taken)
}

// routeSearch looks for what a tool printed among the blocks of a text.
type routeSearch struct {
	source  string
	formats []string
	left    int   // how much may still be looked at, in bytes
	found   []cut // in the source
}

func (s *routeSearch) blocks(n wiki.Node) {
	for _, c := range n.Children {
		switch c.Kind {
		case wiki.Quote, wiki.Panel:
			s.blocks(c)
		case wiki.Code, wiki.Preformatted, wiki.Paragraph, wiki.Table:
			own := s.source[c.InnerStart:c.InnerEnd]
			if s.left -= len(own); s.left < 0 {
				return
			}
			if network.LooksLike(own, s.formats...) {
				s.found = append(s.found, cut{c.Start, c.End})
			}
		}
	}
}

// shownBetween returns where what a part of the source shows stands.
func (p *page) shownBetween(c cut) cut {
	at := func(place int) int {
		return sort.Search(len(p.start), func(i int) bool { return int(p.start[i]) >= place })
	}
	from, to := p.trim(at(c.from), at(c.to))
	return cut{from, to}
}
