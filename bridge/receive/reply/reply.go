// Package reply finds the new text of an answer: what its writer added above,
// below or between the quoted mail.
//
// It would rather keep a quote than lose a word. A quote is cut only on evidence
// that ordinary prose does not give: our own marker line, lines marked by ">"
// that somebody is said to have written or that end the text, a block of mail
// header lines, a divider that names an original message. Answers between quoted lines stay, and so do
// the lines between them. The reply of a text that is not blank is never blank.
// Forwarded mails are news and stay. Everything cut is handed back too.
package reply

import "strings"

// maxLines is how far quotes are looked for. What follows has the fate of the
// last line looked at: no answer is that long.
const maxLines = 5000

// Cut divides a text into the new text and what was cut from it. Marker is the
// line that our own mails begin with ("reply above this line"); it may be empty.
func Cut(text, marker string) (reply, cut string) {
	all := split(text, marker)
	lines := all[:min(len(all), maxLines)]
	end := hardEnd(lines)
	kept, dropped := unquote(lines[:end], end == len(all))
	if rest := all[len(lines):]; end < len(lines) || len(kept) < end {
		dropped = append(dropped, all[end:]...)
	} else {
		kept = append(kept, rest...)
	}
	reply, cut = join(kept), join(dropped)
	if strings.TrimSpace(reply) == "" {
		return strings.TrimSpace(text), ""
	}
	return reply, cut
}

// Own returns the lines of a new text that are surely its writer's: none that is
// marked as quoted, and nothing from where another mail begins. Where nothing was
// cut because there was nothing else, that may be none.
func Own(text, marker string) string {
	lines := split(text, marker)
	lines = lines[:min(len(lines), maxLines)]
	var own []line
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if l.quoted {
			continue
		}
		n, sure := attribution(lines[i:])
		quotes := n > 0 && quoteFollows(lines[i+n:])
		if l.marker || original.MatchString(l.body) || forwarded.MatchString(l.body) || isHeaderBlock(lines[i:]) || sure && !quotes {
			break
		}
		if quotes {
			i += n - 1
			continue
		}
		own = append(own, l)
	}
	return join(own)
}

// line is a line of the text and what is known of it.
type line struct {
	raw    string
	body   string // without quote marks and blanks around
	quoted bool
	marker bool
}

func (l line) blank() bool { return l.body == "" }

func split(text, marker string) []line {
	raw := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	lines := make([]line, len(raw))
	for i, s := range raw {
		body := strings.TrimSpace(s)
		lines[i] = line{raw: s, quoted: strings.HasPrefix(body, ">")}
		if body == ">:" { // the end of a broken "<address>:"
			lines[i].quoted, lines[i].body = false, body
			continue
		}
		for strings.HasPrefix(body, ">") {
			body = strings.TrimSpace(body[1:])
		}
		lines[i].body = body
	}
	if marker = normal(marker); marker == "" {
		return lines
	}
	for i := range lines {
		here := normal(lines[i].body)
		lines[i].marker = strings.Contains(here, marker)
		// A client may have broken the line.
		if i+1 < len(lines) && here != "" && !lines[i].marker && strings.HasPrefix(marker, here) {
			next := normal(lines[i+1].body)
			lines[i].marker = strings.HasPrefix(here+" "+next, marker)
			lines[i+1].marker = lines[i].marker
		}
	}
	return lines
}

// normal takes case, dashes and spacing out of a line.
func normal(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return strings.ContainsRune(" \t\u00a0-–—_=*#<>[]", r)
	}), " ")
}

func join(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.raw + "\n")
	}
	return strings.Trim(strings.TrimRight(b.String(), " \t\n"), "\n")
}

// hardEnd returns where the quote begins that nothing new can follow: it is not
// marked line by line. A candidate with nothing above it is no end: the answer
// is below, or the mail is a forward.
func hardEnd(lines []line) int {
	for i, l := range lines {
		if l.quoted || l.blank() || !beginsQuote(lines, i) {
			continue
		}
		if end := backUp(lines, i); anyText(lines[:end]) {
			return end
		}
	}
	return len(lines)
}

func beginsQuote(lines []line, i int) bool {
	if lines[i].marker || original.MatchString(lines[i].body) {
		return true
	}
	if isHeaderBlock(lines[i:]) {
		return !introduced(lines[:i])
	}
	n, sure := attribution(lines[i:])
	return n > 0 && sure && !quoteFollows(lines[i+n:])
}

// introduced reports whether the text itself announces what follows: header
// lines shown as evidence, or a forwarded mail.
func introduced(above []line) bool {
	seen := 0
	for i := len(above) - 1; i >= 0 && seen < 2; i-- {
		body := above[i].body
		if body == "" || divider.MatchString(body) {
			continue
		}
		if forwarded.MatchString(body) || seen == 0 && strings.HasSuffix(body, ":") && !original.MatchString(body) {
			return true
		}
		seen++
	}
	return false
}

// backUp moves the beginning of a quote up over what leads to it.
func backUp(lines []line, i int) int {
	for {
		end := trimEnd(lines[:i])
		switch n := attributionBefore(lines[:end]); {
		case n > 0:
			i = end - n
		case end > 0 && (divider.MatchString(lines[end-1].body) || original.MatchString(lines[end-1].body)):
			i = end - 1
		default:
			return end
		}
	}
}

// trimEnd returns the length without blank lines at the end.
func trimEnd(lines []line) int {
	n := len(lines)
	for n > 0 && lines[n-1].blank() {
		n--
	}
	return n
}

func anyText(lines []line) bool {
	for _, l := range lines {
		if !l.blank() && !l.quoted && !divider.MatchString(l.body) {
			return true
		}
	}
	return false
}

func quoteFollows(lines []line) bool {
	for i, l := range lines {
		if !l.blank() || l.quoted {
			return l.quoted
		}
		if i > 2 {
			return false
		}
	}
	return false
}
