package reply

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"escalat/bridge/receive/page"
	"escalat/mapping/wiki"
)

// maxLines is how far quotes are looked for. What follows has the fate of the
// last line looked at: no answer is that long, and no comment shows as much.
const maxLines = 50_000

// line is a line of the text and what is known of it.
type line struct {
	raw    string // as the plain text has it
	body   string // without quote marks, blanks around and signs that nobody sees
	shown  *page.Line
	label  label
	mark   page.Mark
	quoted bool
	bar    bool // its quote mark is a bar
	marker bool // our own, which our mails begin with
}

func (l line) blank() bool { return l.body == "" }

// wiki returns the line with what it looks like.
func (l line) wiki() wiki.Line {
	if l.shown != nil {
		return l.shown.Line
	}
	if !l.quoted {
		return wiki.Line{Text: l.raw}
	}
	if l.bar {
		_, text, _ := strings.Cut(l.raw, "|")
		return wiki.Line{Text: strings.TrimPrefix(text, " "), Quote: 1}
	}
	text, depth := unmark(l.raw[max(strings.IndexByte(l.raw, '>'), 0):])
	return wiki.Line{Text: text, Quote: min(depth, maxQuote)}
}

// maxQuote is how many marks of a line count.
const maxQuote = 20

// unmark takes the quote marks off a line, and the blank that belongs to each.
func unmark(s string) (text string, depth int) {
	for strings.HasPrefix(s, ">") {
		s = strings.TrimPrefix(s[1:], " ")
		depth++
	}
	return s, depth
}

// plainLine reads a line of plain text.
func plainLine(s string) line {
	l := line{raw: s, body: visible(s)}
	if l.body == ">:" { // the end of a broken "<address>:"
		return l
	}
	for strings.HasPrefix(l.body, ">") {
		l.quoted, l.body = true, strings.TrimLeft(l.body[1:], " \t")
	}
	l.label = labelOf(l.body)
	return l
}

// picture stands for one that has no words.
const picture = "\ufffc"

// pageLine reads a line of a page. Number is its own where it is an item of a list.
func pageLine(p *page.Line, number int) line {
	l := line{raw: plain(p.Line, number), body: visible(p.Text), shown: p, mark: p.Mark, quoted: p.Quote > 0 || p.Mark == page.Quoted}
	switch {
	case p.Kind == wiki.RulerLine:
		l.body = ruler
	case l.body == "" && len(p.Spans) > 0:
		l.body = picture
	}
	l.label = labelOf(l.body)
	return l
}

// ruler stands for a horizontal line.
const ruler = "________"

// plain shows a line of a page as plain text.
func plain(l wiki.Line, number int) string {
	text := linked(l.Text, l.Spans)
	if len(l.Cells) > 0 {
		cells := make([]string, len(l.Cells))
		for i, c := range l.Cells {
			cells[i] = linked(c.Text, c.Spans)
		}
		text = strings.Join(cells, " | ")
	}
	indent := strings.Repeat("  ", min(max(l.Level, 1), maxQuote)-1)
	switch {
	case l.Kind == wiki.RulerLine:
		text = ruler
	case l.Kind == wiki.NumberedLine && number > 0:
		text = indent + strconv.Itoa(number) + ". " + text
	case l.Kind == wiki.BulletLine, l.Kind == wiki.NumberedLine:
		text = indent + "- " + text
	}
	return strings.TrimRight(strings.Repeat("> ", min(max(l.Quote, 0), maxQuote))+text, " ")
}

// maxLink is how many bytes of an address are shown after its text.
const maxLink = 500

// linked shows the addresses of links behind their texts.
func linked(text string, spans []wiki.Span) string {
	var b strings.Builder
	done := 0
	for _, s := range spans {
		if s.Style != wiki.LinkStyle || s.Start < done || s.End > len(text) || s.End < s.Start || len(s.Target) > maxLink {
			continue
		}
		bare := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(s.Target, "https://"), "http://"), "/")
		if bare == s.Target || bare == "" || strings.TrimSpace(text[s.Start:s.End]) == "" || strings.Contains(text[s.Start:s.End], bare) {
			continue
		}
		b.WriteString(text[done:s.End] + " (" + s.Target + ")")
		done = s.End
	}
	return b.String() + text[done:]
}

// pageLines reads the lines of a page. The items of a list are numbered as readers see.
func pageLines(read []page.Line) []line {
	var lines []line
	var numbers [maxQuote + 1]int
	for i := range read {
		p := &read[i]
		level := min(max(p.Level, 0), maxQuote)
		switch {
		case p.Kind == wiki.NumberedLine:
			numbers[level]++
			clear(numbers[level+1:])
		case p.Kind == wiki.BulletLine:
			clear(numbers[level:])
		case p.Text != "":
			clear(numbers[:])
		}
		lines = append(lines, pageLine(p, numbers[level]))
	}
	return lines
}

// visible returns what people see of a line: blanks are blanks, whatever their
// width, marks of direction are nothing, and a letter with an accent is one sign.
func visible(s string) string {
	ascii := true
	for i := 0; ascii && i < len(s); i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if !ascii {
		s = norm.NFC.String(strings.Map(func(r rune) rune {
			switch {
			case unicode.Is(unicode.Zs, r):
				return ' '
			case r >= '\u2010' && r <= '\u2012', r == '\u2015', r == '\u2212':
				return '-'
			case unicode.Is(unicode.Cf, r):
				return -1
			}
			return r
		}, s))
	}
	return strings.TrimSpace(s)
}

// fold takes case and accents out of a text.
func fold(s string) string {
	s = strings.ToLower(s)
	ascii := true
	for i := 0; ascii && i < len(s); i++ {
		ascii = s[i] < utf8.RuneSelf
	}
	if ascii {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == '’' || r == '‘' || r == '´':
			return '\''
		case r == '–' || r == '—':
			return '-'
		}
		return r
	}, norm.NFD.String(s))
}

// split reads plain text; rest is what is behind the lines that are looked at.
func split(text string) (lines []line, rest string) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for len(lines) < maxLines {
		s, more, found := strings.Cut(text, "\n")
		lines = append(lines, plainLine(s))
		if !found {
			return lines, ""
		}
		text = more
	}
	return lines, text
}

// endAtVerb takes off the line what stands behind the colon of who wrote: some programs
// put the quote there. It reports whether there is such a colon.
func (l *line) endAtVerb() bool {
	for i, r := range l.body {
		if r == ':' && verbAtEnd(strings.TrimRight(l.body[:i], " ")) > 0 {
			l.body = l.body[:i+1]
			return true
		}
	}
	return false
}

// maxBefore is how many bytes of a line may stand before our marker.
const maxBefore = 12

// mark finds our own marker in the lines.
func mark(lines []line, marker string) {
	if marker = normal(marker); marker == "" {
		return
	}
	begin, _, _ := strings.Cut(marker, " ")
	here := ""
	if len(lines) > 0 {
		here = normal(lines[0].body)
	}
	for i := range lines {
		next := ""
		if i+1 < len(lines) {
			next = normal(lines[i+1].body)
		}
		// In the middle of a sentence it is only spoken of.
		if at := strings.Index(here, marker); at >= 0 && (at <= maxBefore || lines[i].endAtVerb()) {
			lines[i].marker = true
		}
		// A client may have broken the line.
		if !lines[i].marker && next != "" && strings.HasPrefix(here, begin) && strings.HasPrefix(marker, here) && strings.HasPrefix(here+" "+next, marker) {
			lines[i].marker, lines[i+1].marker = true, true
		}
		here = next
	}
}

// markBars takes lines that begin with a bar for quoted ones where they stand right below
// the line that says who wrote: elsewhere they are a table.
func markBars(lines []line) {
	barred := func(i int) bool {
		return strings.HasPrefix(lines[i].body, "|") && !lines[i].quoted && lines[i].shown == nil
	}
	for i := 0; i < len(lines); i++ {
		if !barred(i) {
			continue
		}
		who := trimEnd(lines[:i])
		quote := who > 0 && i-who <= 2 && attributionBefore(lines, who) > 0
		for ; i < len(lines) && barred(i); i++ {
			if quote {
				lines[i].quoted, lines[i].bar = true, true
				lines[i].body = strings.TrimSpace(strings.TrimLeft(lines[i].body, "| "))
				lines[i].label = labelOf(lines[i].body)
			}
		}
	}
}

// normal takes case, dashes and spacing out of a line.
func normal(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return strings.ContainsRune(" \t\u00a0-–—_=*#<>[]|", r)
	}), " ")
}

// join shows lines as plain text.
func join(lines []line, rest string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.raw + "\n")
	}
	b.WriteString(rest)
	return strings.Trim(strings.TrimRight(b.String(), " \t\n"), "\n")
}

// trimEnd returns the length without blank lines at the end.
func trimEnd(lines []line) int {
	n := len(lines)
	for n > 0 && lines[n-1].blank() {
		n--
	}
	return n
}
