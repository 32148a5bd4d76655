package mapping

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// mark is a label that stands in a line.
type mark struct {
	*labelled
	// from is where the label begins, with its decoration; to where the value does.
	from, to int
	at       int    // where its first word stands
	first    bool   // nothing of another thing stands before it on the line
	alone    bool   // nothing follows it on the line
	whole    bool   // the line is the label, without a colon
	aside    cut    // brackets behind it that say something of their own
	stray    string // marks of emphasis before it, that show
}

// finder finds the labels of lines.
type finder struct {
	*labels
	memo    map[string]*labelled // misspelt labels that were looked for
	budget  int                  // how many more may be
	count   int                  // labels that were found
	comment bool                 // the text is a person's comment
	below   bool                 // the line above is a label with its value
}

// maxMarks bounds how many labels of one source are read: a form has some dozens.
const maxMarks = 2000

func newFinder(x *labels) *finder {
	return &finder{labels: x, memo: map[string]*labelled{}, budget: 5000}
}

// lines finds the labels of a page's lines.
func (f *finder) lines(p *page) {
	for i := range p.lines {
		l := &p.lines[i]
		if l.rule || f.count > maxMarks {
			continue
		}
		f.below = i > 0 && !l.gap && l.frame == p.lines[i-1].frame && isFilledIn(p.lines[i-1].marks)
		l.marks = f.line(p, l)
		if f.count += len(l.marks); p.literal(l.frame) {
			continue
		}
		kept := l.marks[:0]
		for _, m := range l.marks {
			if p.insideLink(m.from) || p.insideLink(m.to) {
				continue
			}
			if p.struck(m.at, m.to) {
				m.labelled = m.ended()
			}
			kept = append(kept, m)
		}
		l.marks = kept
	}
}

// isFilledIn says whether a line began with a label and holds its value.
func isFilledIn(marks []mark) bool {
	return len(marks) > 0 && marks[0].first && !marks[len(marks)-1].alone
}

// line finds the labels of one line.
func (f *finder) line(p *page, l *line) []mark {
	text := p.text(l)
	if isQuotedKey(text) {
		return nil
	}
	var marks []mark
	at := 0
	if m, ok := f.first(text, l.heading, l.strong); ok {
		at, marks = m.to, append(marks, m)
	} else if m, ok := f.bold(p, l); ok {
		at, marks = m.to, append(marks, m)
	}
	if at < len(text) {
		marks = f.inline(text, at, marks)
	}
	for i := range marks {
		marks[i].from += l.from
		marks[i].at += l.from
		marks[i].to += l.from
		marks[i].aside = marks[i].aside.moved(l.from)
	}
	return marks
}

// bold finds the label that a line begins with in bold, before its value.
func (f *finder) bold(p *page, l *line) (mark, bool) {
	text := p.text(l)
	begin, _ := decoration(text)
	if begin == len(text) {
		return mark{}, false
	}
	for _, s := range p.path(l.from + begin) {
		if s.node.Kind != wiki.Strong || s.from != l.from+begin || s.to > l.to {
			continue
		}
		end := s.to - l.from
		for _, h := range f.at(text[begin:end]) {
			if h.long && strings.IndexFunc(text[begin+h.end:end], isLetter) < 0 {
				m := mark{labelled: h.labelled, at: begin, first: true, to: end}
				return m.finish(text), true
			}
		}
	}
	return mark{}, false
}

// first finds the label that a line begins with.
func (f *finder) first(text string, heading, strong bool) (mark, bool) {
	begin, stray := decoration(text)
	m := mark{at: begin, first: true, stray: stray}
	for _, h := range f.at(text[begin:]) {
		end := begin + h.end
		n, aside := f.behind(text[end:], h.field)
		aside = aside.moved(end)
		end += n
		how, n := f.part(text[end:], h.labelled)
		if how == apart && f.below && end < len(text) && isBlank(text[end:end+1]) {
			if i := blanks(text[end:]); signs(text[end:], i) > 0 {
				how, n = sign, i+signs(text[end:], i)
			}
		}
		if how == apart || how == ending && !h.lone && !heading && !strong {
			continue
		}
		if stray != "" && strings.Contains(text[begin+h.end:end], stray) {
			m.stray = ""
		}
		m.labelled, m.to, m.whole, m.aside = h.labelled, end+n, how == ending, aside
		return m.finish(text), true
	}
	return f.misspelt(text, begin, m, heading, strong)
}

// misspelt finds a label with slips that a line begins with.
func (f *finder) misspelt(text string, begin int, m mark, heading, strong bool) (mark, bool) {
	end := labelEnd(text[begin:])
	if end < 0 {
		return mark{}, false
	}
	m.to = begin + end
	n := colons(text[m.to:])
	label := f.meant(text[begin:m.to])
	if label == nil || n == 0 && !label.lone && !heading && !strong {
		return mark{}, false
	}
	if f.comment && n == 0 && !label.own && strings.HasSuffix(text[begin:m.to], "?") {
		return mark{}, false
	}
	m.labelled, m.whole, m.aside = label, n == 0, asideIn(text, begin, m.to, label.field)
	m.to += n
	return m.finish(text), true
}

// meant is near, with a memory.
func (f *finder) meant(text string) *labelled {
	word := labelKey(text)
	label, known := f.memo[word]
	if !known && f.budget > 0 {
		f.budget--
		if label = f.near(word); label != nil {
			slipped := *label
			slipped.slipped = true
			label = &slipped
		}
		f.memo[word] = label
	}
	return label
}

// labelEnd returns where the first colon stands in s outside of brackets, or
// where s ends; -1 when that is too far for a label.
func labelEnd(s string) int {
	brackets := true
	for i := 0; i < len(s); {
		if i > maxLabel {
			return -1
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n' || r == ';' || r == object:
			return -1
		case (r == '(' || r == '[') && brackets:
			b := bracketed(s[i:])
			n, brackets = max(n, b), b > 0
		case colons(s[i:]) > 0:
			return i
		}
		i += n
	}
	return len(s)
}

// finish goes to where the value begins, over the blanks and the other half of
// marks.
func (m mark) finish(text string) mark {
	m.to += blanks(text[m.to:])
	if rest, ok := strings.CutPrefix(text[m.to:], m.stray); ok && m.stray != "" {
		m.to += len(m.stray) + blanks(rest)
		m.stray = ""
	}
	m.alone = m.to >= len(text)
	return m
}

// inline finds the labels that follow in a line after at.
func (f *finder) inline(text string, at int, marks []mark) []mark {
	depth := 0
	led := len(marks) > 0 && marks[0].first
	lower := led && !beginsCapital(text[marks[0].from:])
	for i := at; i < len(text) && f.count+len(marks) <= maxMarks; {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth = max(0, depth-1)
		case isLetter(r):
			if depth == 0 && i > at {
				if m, ok := f.follows(text, at, i, lower); ok && f.mayFollow(text[:i], &m, led) {
					marks = append(marks, m)
					i, at = m.to, m.to
					continue
				}
			}
			n = wordLength(text[i:])
		}
		i += n
	}
	return marks
}

func wordLength(s string) int {
	if n := strings.IndexFunc(s, func(r rune) bool { return !isLetter(r) && !silent(r) }); n >= 0 {
		return n
	}
	return len(s)
}

// mayFollow says whether a label may stand behind that text. In a comment a single
// word is prose there, unless the line began with a label.
func (f *finder) mayFollow(before string, m *mark, led bool) bool {
	return !f.comment || m.long || led || strings.IndexFunc(before, isLetter) < 0
}

// follows finds the label that begins at i, after other text of the line that
// begins at lo.
func (f *finder) follows(text string, lo, i int, lower bool) (mark, bool) {
	near, from := sideOf(text, lo, i)
	if near == joined {
		return mark{}, false
	}
	capital := beginsCapital(text[i:])
	for _, h := range f.at(text[i:]) {
		end := i + h.end
		n, aside := f.behind(text[end:], h.field)
		aside = aside.moved(end)
		end += n
		how, n := f.part(text[end:], h.labelled)
		ok := false
		switch how {
		case colon:
			ok = near == parted || near == listed && (capital || h.long || lower) || near == spaced && h.long && capital
		case sign, question:
			ok = h.long && (near == parted || near == listed && capital || how == question && capital)
		}
		if ok {
			m := mark{labelled: h.labelled, at: i, from: from, to: end + n, aside: aside}
			return m.finish(text), true
		}
	}
	if near == spaced || !capital || f.budget <= 0 {
		return mark{}, false
	}
	f.budget--
	end := labelEnd(text[i:])
	if end < 0 || i+end >= len(text) {
		return mark{}, false
	}
	label := f.meant(text[i : i+end])
	if label == nil {
		return mark{}, false
	}
	m := mark{labelled: label, at: i, from: from, to: i + end + colons(text[i+end:]), aside: asideIn(text, i, i+end, label.field)}
	return m.finish(text), true
}

func beginsCapital(s string) bool {
	i, _ := decoration(s)
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsUpper(r)
}

// side is what stands before a word in a line.
type side int

const (
	joined side = iota // something that belongs to the word
	spaced             // a space
	listed             // what separates the parts of a sentence
	parted             // what separates the parts of a list
)

// sideOf says what stands before the word at i, and where that begins. Nothing
// before lo is looked at.
func sideOf(text string, lo, i int) (side, int) {
	near, gap, at := joined, 0, i
	for n := 0; at > lo && n < 40; n++ {
		r, size := utf8.DecodeLastRuneInString(text[lo:at])
		switch {
		case r == '\t':
			near, gap = parted, gap+1
		case isBlankRune(r):
			if gap++; gap > 1 && near == joined {
				near = parted
			}
		case strings.ContainsRune(";|•·▪●►▶➤\n", r) || isDecoration(r) || r == object:
			near = parted
			if r == object {
				return near, at
			}
		case strings.ContainsRune(",.!?…", r) && (gap > 0 || r == ','):
			near = max(near, listed)
		case strings.ContainsRune("-–—/", r) && gap > 0 && (at-size == lo || endsBlank(text[lo:at-size])):
			near = max(near, listed)
		case r == '¿' || r == '¡' || r == '*' || r == '_':
		case r == ')' && endsFace(text[lo:at]) > 0:
			near, size = parted, endsFace(text[lo:at])
		default:
			if near == joined && gap > 0 {
				near = spaced
			}
			return near, at
		}
		at -= size
	}
	if near == joined && gap > 0 {
		near = spaced
	}
	return near, at
}

func endsBlank(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return isBlankRune(r)
}

// endsFace returns the length of the emoticon that s ends with.
func endsFace(s string) int {
	if open := strings.LastIndexByte(s[max(0, len(s)-9):], '('); open >= 0 {
		if tail := s[max(0, len(s)-9)+open:]; face(tail) == len(tail) {
			return len(tail)
		}
	}
	return 0
}

// insideLink says whether the place is inside what a link shows. A link is taken
// whole or not at all.
func (p *page) insideLink(at int) bool {
	if at <= 0 || at >= len(p.shown) {
		return false
	}
	for _, s := range p.path(at) {
		if s.node.Kind == wiki.Link && s.from < at {
			return true
		}
	}
	return false
}

// struck says whether what stands from one place to another is struck out.
func (p *page) struck(from, to int) bool {
	return slices.ContainsFunc(p.path(from), func(s span) bool { return s.node.Kind == wiki.Deleted && s.to >= to })
}

// ended is a label that was struck out: it ends a value and begins none.
func (l *labelled) ended() *labelled {
	ended := *l
	ended.other = true
	return &ended
}
