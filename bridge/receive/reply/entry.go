package reply

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// form is how a desk writes the line that says who wrote an entry of its ticket, and when.
type form int

const (
	noForm form = iota
	// commentForm names the kind of entry: "2026-11-23 12:55:40 CET - X Y (Additional comments)".
	commentForm
	// followupForm is "[23-11-2026 12:44] Followup", with "Writer: X Y" below.
	followupForm
	// aboveForm is the name above the time.
	aboveForm
	// besideForm is "X Y, 23 nov 2026, 11:20 CET".
	besideForm
	forms
)

var (
	commentKind = regexp.MustCompile(`\((?:comentarios? (?:adicional(?:es)?|del cliente|publicos?)|comentaris? (?:addicionals?|del client|publics?)|(?:additional|customer|public) comments?|` +
		`notas? de trabajo|notes? de treball|work notes?)[^()]*\)\W*$`)
	followup = regexp.MustCompile(`(?:^|[^\pL])(?:seguimientos?|seguiments?|follow-?ups?|suivis?)(?:[^\pL]|$)`)
	// stamped begins a line with a day in brackets.
	stamped   = regexp.MustCompile(`^\[ ?\d[^\[\]]{5,30}\]`)
	writer    = regexp.MustCompile(`^\W*(?:autor(?:a)?|escrito por|escrit per|redactor(?:a)?|author|writer|auteur) ?:`)
	writtenOn = regexp.MustCompile(`^\W*(?:fecha|data|date) ?:`)
	// aboutTicket begins a line that says when something became of the ticket.
	aboutTicket = regexp.MustCompile(`^\W*(?:cread[oa]|creacion|creat|creada|creacio|actualiza\w*|ultima|actualitza\w*|darrera|abiert[oa]|apertura|obert\w*|cerrad[oa]|cierre|tanca\w*|fecha|data|inici\w*|fin\b|final|fi\b|` +
		`vence|vencimiento|venciment|caduca|sla\b|created|updated|opened|closed|resolved|due|date|start\w*|end\w*|last)`)

	dayISO   = regexp.MustCompile(`\b(20\d\d)[-/.](\d\d?)[-/.](\d\d?)\b`)
	dayFirst = regexp.MustCompile(`\b(\d\d?)[-/.](\d\d?)[-/.]((?:20)?\d\d)\b`)
	dayWord  = regexp.MustCompile(`\b(\d\d?)\.?[ -](?:de |d')?(` + monthWords + `)\.?,?[ -](?:de |del |d')?(20\d\d)\b`)
	wordDay  = regexp.MustCompile(`(?:^|[^\pL])(` + monthWords + `)\.? (\d\d?),? (20\d\d)\b`)
	hour     = regexp.MustCompile(`\b(\d\d?)[:.h](\d\d)(?::(\d\d))?(?:\s*([ap])\.?\s?m\b)?`)
)

// entry is the beginning of what somebody wrote on a desk's ticket.
type entry struct {
	form       form
	start, end int    // its lines
	shape      string // of a besideForm: how it is written
	when       moment
}

// entries returns where the earlier entries of a ticket begin that a desk's mail tells
// again below the newest one, or -1: with the second entry that is written as the first
// and is older. Of a ticket told from its beginning nothing is known to be old.
func (d *division) entries() int {
	var first [forms]*entry
	var others [forms]bool
	desk := d.fromDesk()
	for i := 0; i < len(d.lines); i++ {
		e := d.entry(i, desk)
		if e.form == noForm {
			continue
		}
		switch newest := first[e.form]; {
		case newest == nil:
			first[e.form] = &e
		case others[e.form] || newest.shape != e.shape:
		case e.when.before(newest.when) && d.saysSomething(newest, e.start) && !d.shownBy(newest.start):
			return e.start
		default:
			others[e.form] = true
		}
		i = e.end - 1
	}
	return -1
}

// fromDesk reports whether the text begins by asking to answer above a line.
func (d *division) fromDesk() bool {
	words := 0
	for i := 0; i < len(d.lines) && words < saidAbove; i++ {
		if l := &d.lines[i]; !l.quoted && (l.marker || isReplyAbove(l)) {
			return true
		}
		words += len(strings.Fields(d.lines[i].body))
	}
	return false
}

// saysSomething reports whether an entry says something before the next begins. Where
// only names and times make entries, that must not be names and times.
func (d *division) saysSomething(e *entry, next int) bool {
	for i := e.end; i < next; i++ {
		if d.isText(i) && (e.form <= followupForm || !titled(d.lines[i].body)) {
			return true
		}
	}
	return false
}

// shownBy reports whether somebody says in a sentence that he shows what begins with line
// i: it is no heading of the desk.
func (d *division) shownBy(i int) bool {
	const heading = 3 // words
	above := trimEnd(d.lines[:i])
	return above > 0 && strings.HasSuffix(d.lines[above-1].body, ":") && len(strings.Fields(d.lines[above-1].body)) > heading
}

// entry reads the entry that begins with line i. One that is nothing but names and times
// is one only in a desk's mail.
func (d *division) entry(i int, desk bool) entry {
	l := &d.lines[i]
	if l.blank() || l.quoted || l.marker || len(l.body) > maxEntry {
		return entry{}
	}
	low, when, dated := fold(l.body), moment{}, false
	if strings.ContainsAny(low, "0123456789") {
		when, dated = momentOf(low)
	}
	switch {
	case dated && commentKind.MatchString(low) && titled(l.body):
		return entry{commentForm, i, i + 1, "", when}
	case followup.MatchString(low) && len(strings.Fields(low)) <= maxFollowup:
		return d.followup(i, when, dated, desk)
	case !desk:
	case dated:
		if d.standsApart(i) && isEntry(l) && titled(l.body) && namesTwo(l.body) && !aboutTicket.MatchString(low) && !strings.Contains(low, "|") {
			return entry{besideForm, i, i + 1, shapeOf(low), when}
		}
	case titled(l.body) && (namesTwo(l.body) || l.isStrong()) && !aboutTicket.MatchString(low):
		if at := d.timeBelow(i); at > 0 {
			when, _ = momentOf(fold(d.lines[at].body))
			return entry{aboveForm, i, at + 1, "", when}
		}
	}
	return entry{}
}

const (
	maxFollowup = 10 // words of its line
	withinEntry = 6  // lines of an entry's head
)

// followup reads an entry that says who wrote it in a line of its own, or in a desk's mail
// one whose time stands in brackets.
func (d *division) followup(i int, when moment, dated, desk bool) entry {
	e := entry{form: followupForm, start: i, end: i + 1, when: when}
	named := desk && dated && stamped.MatchString(d.lines[i].body) && titled(d.lines[i].body)
	for at := i + 1; at < len(d.lines) && at <= i+withinEntry; at++ {
		l := &d.lines[at]
		if l.quoted || len(l.body) > maxEntry {
			break
		}
		body := fold(l.body)
		if followup.MatchString(body) && stamped.MatchString(body) {
			break // another one
		}
		if e.end == i+1 && writer.MatchString(body) {
			named, e.end = true, at+1
		}
		if !dated && writtenOn.MatchString(body) {
			e.when, dated = momentOf(body)
		}
	}
	if !named || !dated {
		return entry{}
	}
	return e
}

// timeBelow returns the number of the line that is nothing but a time below line i, with
// an empty one between them at most, or 0.
func (d *division) timeBelow(i int) int {
	for at := i + 1; at < len(d.lines) && at <= i+2; at++ {
		l := &d.lines[at]
		if l.blank() && !l.quoted {
			continue
		}
		if !l.quoted && isTime(l.body) {
			return at
		}
		break
	}
	return 0
}

// standsApart reports whether nothing stands right above the line.
func (d *division) standsApart(i int) bool {
	return i == 0 || d.lines[i-1].blank() || divider.MatchString(d.lines[i-1].body)
}

// isTime reports whether a line is a day and an hour, and nothing else.
func isTime(body string) bool {
	if len(body) > maxEntry || !timed(fold(body)) {
		return false
	}
	for word := range strings.FieldsSeq(fold(body)) {
		word = strings.Trim(word, ".,;()[]-")
		if strings.ContainsFunc(word, unicode.IsLetter) && !calendar.MatchString(word) && !particle(word) && hour.FindString(word) == "" {
			return false
		}
	}
	return true
}

// namesTwo reports whether a line holds a name and a family name, or a name and a firm.
func namesTwo(body string) bool {
	n := 0
	for word := range strings.FieldsSeq(body) {
		word = strings.Trim(word, `.,:;"'“”«»()[]<>*-|`)
		first, _ := utf8.DecodeRuneInString(word)
		if unicode.IsUpper(first) && !calendar.MatchString(fold(word)) {
			n++
		}
	}
	return n > 1 && !strings.ContainsAny(body, "¿?¡!") && !strings.HasSuffix(body, ".") && !strings.HasSuffix(body, ",")
}

// isStrong reports whether a line begins in bold.
func (l *line) isStrong() bool {
	return l.shown != nil && len(l.shown.Spans) > 0 && l.shown.Spans[0].Start == 0 && l.shown.Spans[0].Style == wiki.StrongStyle
}

// shapeOf returns how a line is written, whatever its names and figures.
func shapeOf(low string) string {
	if at := strings.IndexByte(low, '('); at > 0 && strings.HasSuffix(low, ")") {
		low = low[:at]
	}
	var b strings.Builder
	last := rune(0)
	for _, r := range low {
		switch {
		case unicode.IsLetter(r) || r == '\'' || r == '·':
			r = 'a'
		case unicode.IsDigit(r):
			r = '0'
		case r == ' ' || r == '.':
			continue
		}
		if r != last || r != 'a' && r != '0' {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// moment is a day and an hour as two can be compared, its day written before its month
// and, where that can be, behind it; 0: no such day.
type moment struct{ european, american int }

// before reports whether m is earlier than other, however their days are written.
func (m moment) before(other moment) bool {
	european, american := m.european > 0 && other.european > 0, m.american > 0 && other.american > 0
	return (european || american) && (!european || m.european < other.european) && (!american || m.american < other.american)
}

// momentOf reads the day and the hour in a line.
func momentOf(low string) (moment, bool) {
	day, at := moment{}, []int(nil)
	part := func(m []int, n int) string { return low[m[2*n]:m[2*n+1]] }
	if m := dayISO.FindStringSubmatchIndex(low); m != nil {
		day.european, at = dayNumber(part(m, 1), part(m, 2), part(m, 3)), m
	} else if m := dayFirst.FindStringSubmatchIndex(low); m != nil {
		day, at = moment{dayNumber(part(m, 3), part(m, 2), part(m, 1)), dayNumber(part(m, 3), part(m, 1), part(m, 2))}, m
	} else if m := dayWord.FindStringSubmatchIndex(low); m != nil {
		day.european, at = dayNumber(part(m, 3), monthNumber(part(m, 2)), part(m, 1)), m
	} else if m := wordDay.FindStringSubmatchIndex(low); m != nil {
		day.european, at = dayNumber(part(m, 3), monthNumber(part(m, 1)), part(m, 2)), m
	}
	if at == nil {
		return moment{}, false
	}
	rest := low[:at[0]] + " " + low[at[1]:]
	h := hour.FindStringSubmatch(rest)
	if h == nil {
		return moment{}, false
	}
	seconds := (number(h[1])*60+number(h[2]))*60 + number(h[3])
	if h[4] != "" {
		seconds = (number(h[1])%12*60+number(h[2]))*60 + number(h[3])
		if h[4] == "p" {
			seconds += secondsDay / 2
		}
	} else if day.european > 0 {
		day.american = 0 // who counts twelve hours may write the month first
	}
	if day.european > 0 {
		day.european = day.european*secondsDay + seconds
	}
	if day.american > 0 {
		day.american = day.american*secondsDay + seconds
	}
	return day, day.european > 0 || day.american > 0
}

const secondsDay = 24 * 3600

// dayNumber numbers days in their order; 0: there is no such day.
func dayNumber(year, month, day string) int {
	y, m, n := number(year), number(month), number(day)
	if m < 1 || m > 12 || n < 1 || n > 31 {
		return 0
	}
	return ((y%100)*12+m)*31 + n
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // few digits
	return n
}

// monthNumber returns the number of a month by the beginning of its name, or nothing.
func monthNumber(word string) string {
	switch word[:min(len(word), 3)] {
	case "ene", "gen", "jan":
		return "1"
	case "feb", "fev":
		return "2"
	case "mar":
		return "3"
	case "abr", "apr":
		return "4"
	case "may", "mai":
		return "5"
	case "jun":
		return "6"
	case "jul":
		return "7"
	case "ag", "ago", "aug":
		return "8"
	case "sep", "set":
		return "9"
	case "oct":
		return "10"
	case "nov":
		return "11"
	case "dic", "des", "dec":
		return "12"
	}
	return ""
}
