package mapping

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"escalat/mapping/date"
	"escalat/mapping/wiki"
)

// Value is what a source says of a field.
type Value struct {
	Text   string // Jira wiki markup, without surrounding blanks
	At     time.Time
	Origin string

	Date   date.Date // what an answer of type DateTime means; zero when that is not clear
	Option *Option   // what an answer of type Choice means; nil when that is not clear
	Answer *Answer   // the standard answer with which it begins, or nil
}

// Values is what a form's sources say together.
type Values struct {
	// ByField holds the answers, by field id.
	ByField map[string]Value
	// Blanks holds, by field id, what stands under a field's label where an
	// answer should: nothing or a placeholder. A field is never in both.
	Blanks map[string]Value
	// Rest is the text of the first source that belongs to no field, as markup. What
	// only headed a form of which nothing else is left is no part of it.
	Rest string
}

// values finds the values of the fields in what is known of an issue. Labels are
// recognised in every language of the form and by alias, whatever the markup
// around them, the letter case and the accents, and with small slips. The labels
// of other fields end a value too, and what stands under them is left alone.
//
// A custom field's answer stands over every text; of the texts the newest answer
// wins. A blank or a placeholder never stands over an answer, and neither does
// what somebody quotes over somebody's own words. Of two answers in the
// description the weaker, else the earlier, becomes part of Rest, so that nothing
// written there is lost. In a comment only labelled values are read, and each ends
// at the first empty line outside of lists and blocks shown as they are: what a
// person wrote there without a label was not meant for the provider.
func (x *labels) values(in Input) Values { return x.gather(in).Values }

func (x *labels) gather(in Input) gathering {
	g := newGathering()
	for i, src := range newestOf(in.Sources) {
		s := x.read(src.Text, i == 0)
		if i == 0 {
			g.Rest = s.rest
		}
		g.said = append(g.said, s.said...)
		since := x.since(src, s, i == 0)
		for id, found := range s.answers {
			value := Value{Text: found.text, At: since[id], Origin: src.Origin}
			if x.isDate(id) {
				value.Text = atItsDay(g.ByField[id], value)
			}
			g.answer(id, value, found.weight)
		}
		for id, text := range s.blanks {
			g.blank(id, Value{Text: text, At: src.At, Origin: src.Origin})
		}
	}
	g.fields(x.fields, in)
	return g
}

// isDate says whether the field with that id wants a day and an hour.
func (x *labels) isDate(id string) bool {
	return slices.ContainsFunc(x.fields, func(f *Field) bool { return f.ID == id && f.Type == DateTime })
}

// fields takes what stands in the custom fields.
func (g *gathering) fields(fields []*Field, in Input) {
	for _, f := range fields {
		src, ok := in.Fields[f.ID]
		if !ok {
			continue
		}
		value := Value{Text: bounded(src.Text), At: src.At, Origin: src.Origin}
		if f.isPlaceholder(value.Text) {
			g.blank(f.ID, value)
			continue
		}
		g.ByField[f.ID] = value
		delete(g.Blanks, f.ID)
	}
}

// gathering is what the sources have said so far.
type gathering struct {
	Values
	weights map[string]weight // of the answers
	said    []string          // what the sources say, when it is heeded, as plain texts
}

func newGathering() gathering {
	return gathering{Values: Values{ByField: map[string]Value{}, Blanks: map[string]Value{}}, weights: map[string]weight{}}
}

// weight is what an answer is worth beside those of other sources.
type weight int

const (
	quoted weight = iota // somebody else's words
	narrow               // of a part of the field
	whole
)

// answer keeps the newest answer of those that weigh most; of two of the same time
// that of the later source.
func (g *gathering) answer(id string, value Value, w weight) {
	old, ok := g.ByField[id]
	if was := g.weights[id]; !ok || w > was || w == was && !value.At.Before(old.At) {
		g.ByField[id], g.weights[id] = value, w
	}
	delete(g.Blanks, id)
}

func (g *gathering) blank(id string, value Value) {
	if _, answered := g.ByField[id]; answered {
		return
	}
	if old, ok := g.Blanks[id]; !ok || old.Text == "" || value.Text != "" {
		g.Blanks[id] = value
	}
}

// bounded is a custom field's text, cut like any value.
func bounded(text string) string {
	if len(text) <= maxValue {
		return strings.TrimFunc(text, isBlankRune)
	}
	p := newPage(text)
	return p.markup([]cut{{0, len(p.shown)}})
}

// sheet is what one source says.
type sheet struct {
	answers map[string]found  // by field
	blanks  map[string]string // by field
	rest    string
	said    []string // the whole, when it is heeded
}

// found is an answer in a source.
type found struct {
	text   string
	weight weight
}

// read reads one source.
func (x *labels) read(text string, first bool) sheet {
	r := reader{page: newPage(text), finder: newFinder(x), first: first}
	r.read()
	r.judge()
	s := sheet{answers: map[string]found{}, blanks: map[string]string{}}
	var taken []cut
	for i := range r.pieces {
		p := &r.pieces[i]
		switch {
		case p.other || p.replaced || p.quoted && !first:
			continue
		case p.blank:
			if s.blanks[p.field.ID] == "" || p.text != "" {
				s.blanks[p.field.ID] = p.text
			}
			if isTold(normal(p.text)) { // which stays, as nothing is lost
				continue
			}
		default:
			s.answers[p.field.ID] = found{p.text, p.weight()}
		}
		if !p.detailed() {
			r.spans[p.panel].spent = p.panel > 0
			taken = append(append(append(taken, cut{p.from, p.to}, p.extra), p.leads...), p.values...)
		}
	}
	for id := range s.answers {
		delete(s.blanks, id)
	}
	if first {
		s.rest = r.rest(append(taken, r.bereft(taken)...))
	}
	if x.heeds {
		s.said = r.said()
	}
	return s
}

// said is what the page says without the labels of fields, what stands under the kind's
// and what is no answer.
func (r *reader) said() []string {
	var unsaid []cut
	for i := range r.pieces {
		p := &r.pieces[i]
		unsaid = append(unsaid, cut{p.from, p.to}, p.extra)
		if p.blank || p.field.ID == KindID {
			unsaid = append(unsaid, p.values...)
		}
	}
	slices.SortFunc(unsaid, func(a, b cut) int { return cmp.Compare(a.from, b.from) })
	var said []string
	at := 0
	for _, c := range unsaid {
		if c.from > at {
			said = append(said, r.shown[at:c.from])
		}
		at = max(at, c.to)
	}
	return append(said, r.shown[at:])
}

// detailed says whether a line of the kind says more than a kind, or none at all.
// It stays where it is: nothing that is written there is lost.
func (p *piece) detailed() bool {
	return p.field.ID == KindID && !p.blank && !p.bare && p.field.called(wiki.Plain(p.text)) == nil
}

// isKindOfElse says whether a single word before a colon, as in "Tipus: Incidència",
// speaks of another kind than that of the form.
func (p *piece) isKindOfElse() bool {
	if p.field.ID != KindID || p.long || p.bare || p.text == "" || p.field.isPlaceholder(p.text) {
		return false
	}
	plain := wiki.Plain(p.text)
	return p.field.called(labelKey(plain)) == nil && len(p.field.chosen(plain)) < 2
}

// judge says of each value whether it is an answer, and over which answers
// another one of the same field stands.
func (r *reader) judge() {
	for i := range r.pieces {
		p := &r.pieces[i]
		if !p.bare {
			r.skipHelp(p)
		}
		if p.text = r.markup(p.values); p.bare {
			p.text = wiki.Escape(r.shown[p.values[0].from:p.values[0].to])
		}
		if p.text = p.besides(r.page, unstruck(p.text)); p.isKindOfElse() {
			p.labelled = p.ended()
		}
		p.blank = p.field.isPlaceholder(p.text)
		p.quoted = r.inQuote(p.from) && (len(p.values) == 0 || r.inQuote(p.values[0].from))
	}
	r.sections()
	said := map[*Field][]*piece{}
	for i := range r.pieces {
		if p := &r.pieces[i]; !p.other && !p.blank && (r.first || !p.quoted) {
			said[p.field] = append(said[p.field], p)
		}
	}
	for f, pieces := range said {
		slices.SortStableFunc(pieces, func(a, b *piece) int { return cmp.Compare(a.strength(), b.strength()) })
		last := pieces[len(pieces)-1]
		if f.Type == DateTime {
			joinDate(pieces)
		}
		best := gist(last.text)
		for _, p := range pieces {
			p.replaced = p != last && gist(p.text) != best
		}
	}
}

// skipHelp leaves out the form's own help where it stands before the answer.
func (r *reader) skipHelp(p *piece) {
	if len(p.values) == 0 {
		return
	}
	c := &p.values[0]
	for i := c.from; i < c.to; i++ {
		if strings.IndexByte("([_*", r.shown[i]) < 0 {
			n := r.help(r.shown[i:c.to], p.field)
			switch to := i + n; {
			case n == 0:
			case strings.ContainsFunc(r.shown[to:c.to], isLetterOrSymbol):
				to += blanksAndLines(r.shown[to:c.to])
				p.extra, c.from = cut{c.from, to}, to
			case len(p.values) > 1: // a cell of its own
				p.extra, p.values = *c, p.values[1:]
			}
			return
		}
	}
}

func isLetterOrSymbol(r rune) bool { return isLetter(r) || isSymbol(r) || r == object }

func blanksAndLines(s string) int {
	return len(s) - len(strings.TrimLeftFunc(s, func(r rune) bool { return isBlankRune(r) || strings.ContainsRune("*_:", r) }))
}

// gist is a value for comparing: two with the same gist say the same.
func gist(markup string) string {
	plain := wiki.Plain(markup)
	if key := normal(plain); key != "" {
		return key
	}
	return plain
}

// sections looks at the lines that are nothing but the name of a form. Each
// begins a section of the document's template: one that was left empty means
// nothing when another was filled in, and several that were filled in contradict
// one another, whatever their order.
func (r *reader) sections() {
	var bare []*piece
	filled := map[*piece]bool{}
	labels := map[*piece]bool{}
	for i := range r.pieces {
		p := &r.pieces[i]
		switch {
		case p.bare:
			bare = append(bare, p)
		case len(bare) > 0:
			last := bare[len(bare)-1]
			labels[last] = true
			filled[last] = filled[last] || !p.blank
		}
	}
	if len(bare) < 2 {
		return
	}
	if len(filled) > 0 {
		kept := slices.DeleteFunc(slices.Clone(bare), func(p *piece) bool { return labels[p] && !filled[p] })
		if len(kept) > 0 {
			for _, p := range bare {
				p.blank = !slices.Contains(kept, p)
			}
			bare = kept
		}
	}
	var names []string
	for _, p := range bare {
		if !slices.ContainsFunc(names, func(n string) bool { return gist(n) == gist(p.text) }) {
			names = append(names, p.text)
		}
	}
	for _, p := range bare {
		p.text = strings.Join(names, "\n")
	}
}

// since says from when each answer of a source counts: from the beginning of the
// oldest version since which it has stood there unchanged.
func (x *labels) since(src Source, now sheet, first bool) map[string]time.Time {
	since := map[string]time.Time{}
	for id := range now.answers {
		since[id] = src.At
	}
	if len(src.Former) == 0 {
		return since
	}
	begun := func(i int) time.Time {
		switch {
		case i > 0:
			return src.Former[i-1].Until
		case src.Born.IsZero(): // it stood there before the version ended
			return src.Former[0].Until
		}
		return src.Born
	}
	standing := map[string]string{}
	for id, found := range now.answers {
		standing[id] = gist(found.text)
	}
	for i := len(src.Former) - 1; i >= max(0, len(src.Former)-maxFormer) && len(standing) > 0; i-- {
		before := x.read(src.Former[i].Text, first)
		for id, text := range standing {
			if former, ok := before.answers[id]; !ok || gist(former.text) != text {
				delete(standing, id)
				continue
			}
			since[id] = begun(i)
		}
	}
	return since
}
