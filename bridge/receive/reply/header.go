package reply

import (
	"regexp"
	"strings"
)

const (
	maxLabel = 40 // bytes of the name of a header line, with its decoration
	// maxHeaderBlock is how many lines a block of header lines may have.
	maxHeaderBlock = 20
	// maxLoose is how many lines without a name go on with the one above.
	maxLoose = 8
)

// labelOf returns what a header line tells. The name may be bold.
func labelOf(body string) label {
	head := body[:min(len(body), maxLabel)]
	at := strings.IndexAny(head, ":：")
	if at <= 0 {
		return noLabel
	}
	if strings.HasPrefix(head, "* ") || strings.HasPrefix(head, "- ") {
		return noLabel // an item of a list
	}
	l := labelNamed(strings.Trim(fold(head[:at]), "* _\t|"))
	if l == rawLabel && timed(fold(body)) && receivedOn.MatchString(fold(body)) {
		return whenLabel
	}
	return l
}

// receivedOn is a line that tells a day, where the source of a mail tells a server.
var receivedOn = regexp.MustCompile(`^\W*received\W+(?:(?:on )?\d|(?:mon|tue|wed|thu|fri|sat|sun)\w*\b)`)

// isHeaderBlock reports whether the lines begin with the header lines that Outlook and
// others put above a quote: who, when or to whom, and the subject. What people and
// forms write so has no mailbox and no time, and the source of a mail has more.
func isHeaderBlock(lines []line) bool {
	if len(lines) == 0 || lines[0].label != fromLabel && lines[0].label != dateLabel {
		return false
	}
	var seen [rawLabel + 1]bool
	mailboxes, when, loose, last := false, false, 0, noLabel
	for i, l := range lines {
		if loose++; l.label != noLabel {
			loose, last = 0, l.label
		}
		if i >= maxHeaderBlock || l.blank() || l.quoted != lines[0].quoted || seen[fromLabel] && l.label == fromLabel || loose > maxLoose ||
			loose > 0 && lines[i-1].label == subjectLabel && len(lines[i-1].body) < fullLine {
			break
		}
		switch last {
		case fromLabel, toLabel:
			mailboxes = mailboxes || strings.Contains(l.body, "@")
		case whenLabel:
			when = when || timed(fold(l.body))
		}
		if l.label == toLabel { // some programs put two on a line
			seen[subjectLabel] = seen[subjectLabel] || strings.Contains(l.body, " Objet :") || strings.Contains(l.body, " Asunto:") || strings.Contains(l.body, " Assumpte:")
		}
		seen[l.label] = true
	}
	switch {
	case seen[rawLabel] || !seen[fromLabel] || !seen[subjectLabel]:
		return false
	case seen[dateLabel]:
		return true
	}
	return seen[whenLabel] && (when || mailboxes)
}

// rawHeader reports whether source of a mail stands right above the line, which somebody
// shows: then it is no quote.
func rawHeader(lines []line, i int) bool {
	for n := 1; n <= maxHeaderBlock && n <= i && !lines[i-n].blank(); n++ {
		if lines[i-n].label == rawLabel {
			return true
		}
	}
	return false
}
