package reply

import (
	"strings"

	"escalat/bridge/message"
	"escalat/bridge/receive/page"
	"escalat/mapping/wiki"
)

// Options is what Read knows beside the mail.
type Options struct {
	// Marker is the line that our own mails begin with; it may be empty.
	Marker string
	// Footers are beginnings of paragraphs that the provider's mails end in.
	Footers []string
	// Forwarded: its subject says that it passes another mail on, which is news.
	Forwarded bool
}

// Forwards reports whether a subject says first of all that the mail passes another on.
func Forwards(subject string) bool {
	prefix, _ := message.CutPrefix(subject)
	return prefix == message.PassesOn
}

// Result is a mail's text, divided.
type Result struct {
	Text  string      // all of it
	Reply string      // the new text, quoted lines marked by ">"
	Lines []wiki.Line // of Reply, with what they look like; so many as any comment shows
	Cut   string      // what is not new, with the HTML shown as text
}

// Read divides the text of a mail.
func Read(pieces []message.Piece, o Options) Result {
	var lines []line
	var rest strings.Builder
	for _, p := range pieces {
		more, behind := pieceLines(p)
		if !anyBody(more) {
			continue
		}
		if len(lines) > 0 {
			more = append([]line{{}}, more...)
		}
		if room := maxLines - len(lines); len(more) > room {
			behind = join(more[room:], behind)
			more = more[:room]
		}
		if lines = append(lines, more...); behind != "" {
			rest.WriteString(behind + "\n")
		}
	}
	return read(lines, rest.String(), o)
}

// read divides lines. What is behind them has the fate of the last.
func read(lines []line, rest string, o Options) Result {
	d := newDivision(lines, o)
	d.divide()
	kept, cut := d.parts()
	r := Result{Text: join(lines, rest)}
	keptRest, cutRest := rest, ""
	if n := len(lines); n > 0 && d.cut[n-1] {
		keptRest, cutRest = "", rest
	}
	r.Reply, r.Cut = join(kept, keptRest), join(cut, cutRest)
	if strings.TrimSpace(r.Reply) == "" {
		r.Reply, r.Cut, kept = strings.TrimSpace(r.Text), "", lines
	}
	r.Lines = shown(kept)
	return r
}

// parts returns what is kept and what is cut. Of the blank lines around what was cut out
// of the middle one stays.
func (d *division) parts() (kept, cut []line) {
	gap := false
	for i, l := range d.lines {
		switch {
		case d.cut[i]:
			cut, gap = append(cut, l), true
		case gap && strings.TrimSpace(l.raw) == "" && len(kept) > 0 && kept[len(kept)-1].blank():
		default:
			kept, gap = append(kept, l), gap && l.blank()
		}
	}
	return kept, cut
}

// shown returns what the lines look like, without blank ones around.
func shown(lines []line) []wiki.Line {
	lines = lines[:trimEnd(lines)]
	for len(lines) > 0 && lines[0].blank() {
		lines = lines[1:]
	}
	var all []wiki.Line
	for _, l := range lines {
		all = append(all, l.wiki())
	}
	return all
}

// pieceLines reads a piece as HTML, which says more, unless the plain text holds
// what it lacks.
func pieceLines(p message.Piece) (lines []line, rest string) {
	if strings.TrimSpace(p.HTML) == "" {
		return split(p.Plain)
	}
	read, ok := page.Read(p.HTML)
	lines = pageLines(read[:min(len(read), maxLines)])
	var b strings.Builder
	for _, l := range read[len(lines):] {
		b.WriteString(plain(l.Line, 0) + "\n")
	}
	if rest = b.String(); p.Plain == "" {
		return lines, rest
	}
	others, behind := split(p.Plain)
	if (!ok || p.HTMLCut) && !p.PlainCut || poorer(lines, others) {
		return others, behind
	}
	return lines, rest
}

// poorer reports whether the lines plainly say less than others.
func poorer(lines, others []line) bool {
	const fair = 3 // HTML may say what is a picture, and leave out addresses of links
	n, m := letters(lines), letters(others)
	return n == 0 && m > 0 || n < m/fair && m-n > 100
}

func letters(lines []line) int {
	n := 0
	for _, l := range lines {
		n += len(l.body) - strings.Count(l.body, " ")
	}
	return n
}

func anyBody(lines []line) bool { return trimEnd(lines) > 0 }
