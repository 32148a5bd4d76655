// Package reply finds the new text of an answer: what its writer added above,
// below or between the quoted mail.
//
// It would rather keep a quote than lose a word. The text is a list of lines, whether it
// came as HTML or as plain text, and one rule book works on it. A quote is cut only on
// evidence that ordinary prose does not give, in this order: our own marker line, the
// marks that mail programs leave in HTML, lines that say who wrote and blocks of header
// lines, dividers that name an original message, the older entries of a desk's ticket below
// the newest, lines marked by ">" that somebody is said to have written or that end the
// text. Behind the new text go signatures after their delimiter, what telephones say of
// themselves, and legal notices; above it, the warning that a mail came from outside.
// Answers between quoted lines stay with what they answer. Forwarded mails are news and
// stay. The reply of a text that is not blank is never blank. Everything cut is handed
// back too.
//
// Of a desk that quotes our mail without any sign, Overlap knows our lines by their
// prints.
package reply

import (
	"regexp"
	"slices"
	"strings"

	"escalat/bridge/receive/page"
)

// Cut divides a plain text into the new text and what was cut from it. Marker is the
// line that our own mails begin with ("reply above this line"); it may be empty.
func Cut(text, marker string) (reply, cut string) {
	lines, rest := split(text)
	r := read(lines, rest, Options{Marker: marker})
	return r.Reply, r.Cut
}

// Own returns the lines of a new text that are surely its writer's: none that is
// marked as quoted, and nothing from where another mail begins. Where nothing was
// cut because there was nothing else, that may be none.
func Own(text, marker string) string {
	lines, _ := split(text)
	mark(lines, marker)
	var own []line
	for i := 0; i < len(lines); i++ {
		l := &lines[i]
		if l.quoted {
			continue
		}
		n, sure := attribution(lines, i)
		quotes := n > 0 && quoteFollows(lines, i+n)
		if l.marker || isOriginal(l) || isForward(l) || isHeaderBlock(lines[i:]) || sure && !quotes {
			break
		}
		if quotes {
			i += n - 1
			continue
		}
		own = append(own, *l)
	}
	return join(own, "")
}

// division is a text on its way to being divided.
type division struct {
	lines     []line
	cut       []bool
	footers   []string // without case and accents
	forwarded bool
	retold    int // where a desk tells again what was said before, or -1
	notices   int // paragraphs that were looked at for legal phrases
}

func newDivision(lines []line, o Options) *division {
	mark(lines, o.Marker)
	markBars(lines)
	d := &division{lines: lines, cut: make([]bool, len(lines)), forwarded: o.Forwarded}
	for _, f := range o.Footers {
		d.footers = append(d.footers, strings.Join(strings.Fields(fold(f)), " "))
	}
	return d
}

// divide says of each line whether it is cut.
func (d *division) divide() {
	d.banner()
	d.retold = d.entries()
	end, forward := d.ends()
	d.drop(end, len(d.lines))
	news := min(end, forward)
	d.legal(news)
	d.unquote(news, news == len(d.lines))
	at := d.kept(0, news)
	for _, i := range at[d.footerStart(at, false):] {
		d.cut[i] = !d.lines[i].blank()
	}
	for i := range d.lines[:news] {
		d.cut[i] = d.cut[i] || d.lines[i].marker
	}
	if !d.anyKept() {
		clear(d.cut)
	}
}

func (d *division) drop(start, end int) {
	for i := start; i < end; i++ {
		d.cut[i] = true
	}
}

// gone reports whether nothing is to be seen of a line any more.
func (d *division) gone(i int) bool { return d.cut[i] || d.lines[i].blank() }

func (d *division) kept(start, end int) []int {
	var at []int
	for i := start; i < end; i++ {
		if !d.cut[i] {
			at = append(at, i)
		}
	}
	return at
}

func (d *division) anyKept() bool {
	for i := range d.lines {
		if !d.gone(i) {
			return true
		}
	}
	return false
}

func (d *division) isText(i int) bool {
	return !d.gone(i) && !d.lines[i].quoted && !divider.MatchString(d.lines[i].body)
}

func (d *division) anyText(at []int) bool { return slices.ContainsFunc(at, d.isText) }

func (d *division) anyTextIn(start, end int) bool {
	for i := start; i < end; i++ {
		if d.isText(i) {
			return true
		}
	}
	return false
}

// ends returns where the earlier mail begins that nothing new can follow, because it is
// not marked line by line, and where a mail that was passed on begins. What has nothing
// above it is neither an end: the answer is below, or it is all there is.
func (d *division) ends() (end, forward int) {
	forward, words, first := len(d.lines), 0, len(d.lines)
	for i := range d.lines {
		l := &d.lines[i]
		if forward == len(d.lines) && !l.blank() && (l.mark == page.Forwarded || isForward(l) && d.opensForward(i)) {
			forward = i
		}
		if l.quoted || d.gone(i) {
			continue
		}
		if l.marker || i < forward && d.beginsEarlier(i, words) {
			switch start := d.backUp(i); {
			case first >= start:
			case !l.marker && d.forwarded, d.saysBelow(start):
				forward = min(forward, start)
			default:
				return start, forward
			}
		}
		words += len(strings.Fields(l.body))
		if first > i && !l.marker && d.isText(i) {
			first = i
		}
	}
	return len(d.lines), forward
}

// beginsEarlier reports whether an earlier mail begins with line i, below so many words.
func (d *division) beginsEarlier(i, words int) bool {
	l := &d.lines[i]
	n, sure := attribution(d.lines, i)
	switch {
	case i == d.retold:
		return true
	case isReplyAbove(l):
		if words >= saidAbove {
			return true
		}
		for start := i; start >= 0 && (start == i || d.gone(start) || divider.MatchString(d.lines[start].body)); start-- {
			d.cut[start] = true
		}
		return false
	case isHistory(d.lines, i):
		return words >= saidAbove
	case n > 0 && quoteFollows(d.lines, i+n):
		return false
	case l.mark == page.Earlier, isOriginal(l), isHeaderBlock(d.lines[i:]) && !rawHeader(d.lines, i):
		return !d.introduced(i)
	}
	return sure && !d.introduced(i)
}

func isOriginal(l *line) bool {
	return len(l.body) <= maxHeading && strings.ContainsAny(l.body, "-=_–—") && original.MatchString(fold(l.body))
}

func isForward(l *line) bool {
	return len(l.body) <= maxHeading && l.label != subjectLabel && forwarded.MatchString(fold(l.body))
}

// opensForward reports whether what is passed on with line i is no part of a quote. Some
// programs mark all of it as quoted, but nobody is said to have written that.
func (d *division) opensForward(i int) bool {
	if !d.lines[i].quoted {
		return true
	}
	above := trimEnd(d.lines[:i])
	return above == 0 || !d.lines[above-1].quoted && attributionBefore(d.lines, above) == 0
}

// introduced reports whether the text itself announces what follows with a colon: header
// lines shown as evidence.
func (d *division) introduced(i int) bool {
	for n := 0; i > 0 && n < maxTail; n++ {
		i--
		body := d.lines[i].body
		if d.gone(i) || divider.MatchString(body) || isOriginal(&d.lines[i]) {
			continue
		}
		says, _ := attribution(d.lines[:i+1], i)
		return strings.HasSuffix(body, ":") && says == 0 && !farewell.MatchString(fold(body))
	}
	return false
}

// farewell ends a mail, in some hands with a colon.
var farewell = regexp.MustCompile(`^\W*(?:un saludo|saludos|salutacions|salut|una salutacio|atentamente|atentament|gracias|gracies|cordialment|cordialmente|regards|cheers)\b`)

// backingUp is how many steps lead from a text to a quote at most: who wrote, rulers.
const backingUp = 6

// backUp moves the beginning of a quote up over what leads to it.
func (d *division) backUp(i int) int {
	ours := d.lines[i].marker
	if n := attributionBefore(d.lines, i+1); ours && n > 0 { // on the same line
		i -= n - 1
	}
	for range backingUp {
		end := trimEnd(d.lines[:i])
		if end == 0 {
			return 0
		}
		l := &d.lines[end-1]
		n := attributionBefore(d.lines, end)
		if n == 0 && ours {
			n = entryBefore(d.lines, end)
		}
		switch {
		case n > 0 && !l.quoted:
			i = end - n
		case divider.MatchString(l.body) && !l.quoted, isOriginal(l) && !l.quoted:
			i = end - 1
		default:
			return end
		}
	}
	return trimEnd(d.lines[:i])
}

// below says that the answers stand in the earlier mail.
var below = regexp.MustCompile(`(?:respond|respost|respuest|contest|coment|answer|repl|respon|see my|aclara|anot)\S*\W[^.\n]{0,50}\b(?:entre (?:las )?lineas|entre (?:les )?linies|intercalad\S*|in-?line|in line|en linea|` +
	`abajo|debajo|mes avall|a sota|below|between the lines|(?:en|in) (?:color )?(?:rojo|azul|verde|negrita|vermell|blau|verd|negreta|red|blue|green|bold)|(?:en|sobre) (?:el )?(?:mismo|propio|mateix|propi) (?:texto|correo|text|correu))\b|` +
	`\b(?:entre lineas|entre linies|in-?line|(?:en|in) (?:color )?(?:rojo|azul|verde|vermell|blau|verd|red|blue|green))\W[^.\n]{0,30}(?:respuest|respost|respond|respon|contest|coment|answer|repl)`)

// saysBelow reports whether the last lines above the earlier mail say that the answers
// stand in it.
func (d *division) saysBelow(start int) bool {
	for n := 0; n < saysWithin && start > 0; {
		start--
		if d.gone(start) {
			continue
		}
		n++
		if s := d.lines[start].body; len(s) <= maxLine && below.MatchString(fold(s)) {
			return true
		}
	}
	return false
}

// saysWithin is how many lines may stand between saying so and the earlier mail: a
// farewell and a name.
const saysWithin = 4
