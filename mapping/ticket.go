package mapping

import (
	"regexp"
	"slices"
	"strings"
)

// References is how a provider writes its ticket numbers.
type References struct {
	// Patterns find a number: regular expressions (RE2, any letter case) with one
	// group, the number.
	Patterns []Pattern `yaml:"patterns"`
	// Subject is how a number is written in the subject of what is sent, with {} in
	// its place. Empty: it is not.
	Subject string `yaml:"subject"`
}

// Pattern is a regular expression.
type Pattern struct {
	source string
	expr   *regexp.Regexp
}

// Ticket is a ticket number of a provider.
type Ticket struct {
	Number  string
	Written string // what the pattern found, the number in it: [Ticket#123]
}

const (
	maxTickets  = 5
	maxTicket   = 40       // bytes of a number
	maxWritten  = 60       // bytes
	maxTicketed = 16 << 10 // bytes of a text that is looked through
)

// Tickets returns the ticket numbers that a text names, in the order of their places,
// each once, the first few of a great many. Of a long text only its beginning is
// looked through.
func (r References) Tickets(text string) []Ticket {
	if len(text) > maxTicketed {
		text = strings.ToValidUTF8(text[:maxTicketed], "")
	}
	type place struct {
		at int
		Ticket
	}
	var found []place
	for _, p := range r.Patterns {
		for _, m := range p.expr.FindAllStringSubmatchIndex(text, 10*maxTickets) {
			if m[2] < 0 || m[3]-m[2] > maxTicket || m[1]-m[0] > maxWritten {
				continue
			}
			found = append(found, place{m[2], Ticket{text[m[2]:m[3]], strings.Join(strings.Fields(text[m[0]:m[1]]), " ")}})
		}
	}
	slices.SortStableFunc(found, func(a, b place) int { return a.at - b.at })
	var out []Ticket
	for _, f := range found {
		known := slices.ContainsFunc(out, func(t Ticket) bool { return strings.EqualFold(t.Number, f.Number) })
		if !known && len(out) < maxTickets {
			out = append(out, f.Ticket)
		}
	}
	return out
}

// Write is how a number is written in a subject, or empty.
func (r References) Write(number string) string {
	return strings.ReplaceAll(r.Subject, "{}", number)
}
