package mapping

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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

// Pattern is a regular expression; in YAML its text.
type Pattern struct {
	source string
	expr   *regexp.Regexp // made when the profile is checked
}

// UnmarshalYAML reads the text; loading the profile says what is wrong with it.
func (p *Pattern) UnmarshalYAML(read func(any) error) error { return read(&p.source) }

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
// each once, the first few of a great many. A number is a word of its own: where it
// goes on behind what a pattern found, as dates, sums and addresses do, it is none. Of
// a long text only its beginning is looked through.
func (r References) Tickets(text string) []Ticket {
	if len(text) > maxTicketed {
		text = strings.ToValidUTF8(text[:maxTicketed], "")
		text = text[:strings.LastIndexAny(text, " \n")+1] // half a number would be another one
	}
	text = strings.ReplaceAll(text, "\u00a0", " ") // pages put it before a number
	type place struct {
		at, end int // of the number
		Ticket
	}
	var found []place
	for _, p := range r.Patterns {
		if p.expr == nil {
			continue // of a profile that was not loaded
		}
		for _, m := range p.expr.FindAllStringSubmatchIndex(text, 10*maxTickets) {
			if m[2] < 0 || m[3]-m[2] > maxTicket || m[1]-m[0] > maxWritten || goesOn(text[m[3]:]) {
				continue
			}
			found = append(found, place{m[2], m[3], Ticket{text[m[2]:m[3]], strings.Join(strings.Fields(text[m[0]:m[1]]), " ")}})
		}
	}
	// Where several patterns find one, the longest number counts, then the first pattern.
	slices.SortStableFunc(found, func(a, b place) int { return cmp.Or(a.at-b.at, b.end-a.end) })
	var out []Ticket
	end := 0
	for _, f := range found {
		if f.at < end {
			continue
		}
		end = f.end
		known := slices.ContainsFunc(out, func(t Ticket) bool { return strings.EqualFold(t.Number, f.Number) })
		if !known && len(out) < maxTickets {
			out = append(out, f.Ticket)
		}
	}
	return out
}

// goesOn reports whether a number is no end: a letter or digit follows it, or a sign and
// then a digit, or what parts the names of a host.
func goesOn(rest string) bool {
	sign, n := utf8.DecodeRuneInString(rest)
	if sign == '_' || sign == '@' || unicode.IsLetter(sign) || unicode.IsDigit(sign) {
		return true
	}
	next, _ := utf8.DecodeRuneInString(rest[n:])
	return strings.ContainsRune("-./:,", sign) && unicode.IsDigit(next) || sign == '.' && unicode.IsLetter(next)
}

// Write is how a number is written in a subject, or empty.
func (r References) Write(number string) string {
	return strings.ReplaceAll(r.Subject, "{}", number)
}
