package send

import (
	"slices"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/send/letter"
	"escalat/mapping/wiki"
)

// leaf is a text of a letter, with where it stands in the whole of it.
type leaf struct {
	span

	text  *string
	block *letter.Block // of markup, which may become plain
	plain string
	place string
	sure  bool // the place is known
	hits  []bridge.Hit
}

// blocks masks what the letter as a whole gives away, wherever it stands in its blocks. What
// cannot be cut out of markup makes it plain text. The blocks that are given stay as they
// are. What was found is told, and the values, which are for masking alone.
func (f frame) blocks(blocks []letter.Block) (out []letter.Block, found []framed, values []value) {
	if f.find == nil {
		return blocks, nil, nil
	}
	out = cloned(blocks)
	p := page{names: f.names}
	for i := range out {
		p.read(&out[i], 0)
	}
	text := p.text.String()
	for _, h := range f.hits(text) {
		for i := range p.leaves {
			l := &p.leaves[i]
			if from, to := max(h.Start, l.start), min(h.End, l.end); from < to {
				l.hits = append(l.hits, bridge.Hit{Kind: h.Kind, Start: from - l.start, End: to - l.start, Print: h.Print})
				values = append(values, value{text[from:to], h})
			}
		}
	}
	for i := range p.leaves {
		l := &p.leaves[i]
		for _, v := range values {
			l.hits = append(l.hits, v.in(l.plain)...)
		}
		l.hits = bridge.Ordered(l.plain, l.hits)
		for _, h := range l.hits {
			found = append(found, framed{bridge.Hidden{Kind: h.Kind, Place: l.place, Line: 1 + strings.Count(l.plain[:h.Start], "\n")}, h.Print, l.sure})
		}
		f.mask(l)
	}
	return out, found, values
}

// value is what a letter gave away.
type value struct {
	text string
	hit  bridge.Hit
}

// leastValue is from how many letters a value is known where nothing gives it away.
const leastValue = 4

// in are the places of a text in which the value stands as words of its own.
func (v value) in(text string) []bridge.Hit {
	if utf8.RuneCountInString(v.text) < leastValue {
		return nil
	}
	var out []bridge.Hit
	for from := 0; ; {
		at := strings.Index(text[from:], v.text)
		if at < 0 {
			return out
		}
		start, end := from+at, from+at+len(v.text)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		behind, _ := utf8.DecodeRuneInString(text[end:])
		if !isWord(before) && !isWord(behind) {
			out = append(out, bridge.Hit{Kind: v.hit.Kind, Start: start, End: end, Print: v.hit.Print})
		}
		from = end
	}
}

func cloned(blocks []letter.Block) []letter.Block {
	out := slices.Clone(blocks)
	for i := range out {
		out[i].Items, out[i].Parts = slices.Clone(out[i].Items), cloned(out[i].Parts)
	}
	return out
}

// page is a letter as it is read to find what it gives away: as its text says it, without
// margins.
type page struct {
	names  func(user string) string
	text   strings.Builder
	leaves []leaf
}

func (p *page) read(b *letter.Block, level int) {
	place, sure := b.Place, b.Place != ""
	switch {
	case sure:
	case b.Kind == letter.Field:
		place = bridge.PlaceSummary
	default:
		place = bridge.PlaceRest
	}
	ours := b.Kind == letter.Marker || b.Kind == letter.Heading || b.Text == toConfirm
	switch {
	case b.Kind == letter.Field:
		p.text.WriteString(b.Label + " ")
	case level == 0:
		p.text.WriteByte('\n')
	}
	if b.Markup != "" {
		p.add(leaf{text: &b.Markup, block: b, plain: wiki.PlainWith(b.Markup, p.names), place: place, sure: sure})
	}
	switch {
	case ours:
		p.text.WriteString(b.Text)
	case b.Text != "" && b.Markup == "": // which would stand in its place
		p.add(leaf{text: &b.Text, plain: b.Text, place: place, sure: sure})
	}
	if b.Note != "" {
		p.text.WriteByte(' ')
		p.add(leaf{text: &b.Note, plain: b.Note, place: place, sure: sure})
	}
	for i := range b.Items {
		p.text.WriteByte('\n')
		p.add(leaf{text: &b.Items[i], plain: b.Items[i], place: place, sure: sure})
	}
	p.text.WriteByte('\n')
	for i := range b.Parts {
		p.read(&b.Parts[i], level+1)
	}
}

func (p *page) add(l leaf) {
	l.start = p.text.Len()
	p.text.WriteString(l.plain)
	l.end = p.text.Len()
	p.leaves = append(p.leaves, l)
}

// mask masks what was found in a text.
func (f frame) mask(l *leaf) {
	if len(l.hits) == 0 {
		return
	}
	var masked strings.Builder
	markup, end := *l.text, 0
	for _, h := range slices.Backward(l.hits) { // from the end, so that places stay what they are
		value := l.plain[h.Start:h.End]
		markup = replaceNth(markup, value, h.Kind.Mask(), strings.Count(l.plain[:h.Start], value))
	}
	for _, h := range l.hits {
		masked.WriteString(l.plain[end:h.Start] + h.Kind.Mask())
		end = h.End
	}
	masked.WriteString(l.plain[end:])
	switch {
	case l.block == nil:
		*l.text = masked.String()
	case wiki.PlainWith(markup, f.names) == masked.String():
		*l.text = markup
	default: // marks stand within the value
		l.block.Markup, l.block.Text = "", masked.String()
		if l.block.Kind == letter.Markup {
			l.block.Kind = letter.Paragraph
		}
	}
}

// replaceNth replaces that occurrence of a value, from 0; none where there are not so many.
func replaceNth(s, value, by string, n int) string {
	for from := 0; ; n-- {
		at := strings.Index(s[from:], value)
		if at < 0 {
			return s
		}
		if at += from; n == 0 {
			return s[:at] + by + s[at+len(value):]
		}
		from = at + len(value)
	}
}
