package receive

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/receive/reply"
	"escalat/mapping"
)

const (
	maxKeys = 10
	// maxOpening is how far into a text its own ticket number may stand, in bytes:
	// what follows are numbers that it speaks of.
	maxOpening = 4 << 10
	maxTagged  = 2000 // bytes of a subject that are looked through
)

// names notes which cases the mail of an allowed sender may mean.
func (r *Receiver) names(msg *bridge.Message, p Provider) {
	msg.Tickets, msg.Spoken = p.References.Tickets(msg.Subject), r.bodyTickets(p, *msg)
	msg.Keys = keys(msg.Subject, p.Tag)
}

// bodyTickets are those of the writer's own words. What is quoted names the tickets
// of others, and so does what is forwarded.
func (r *Receiver) bodyTickets(p Provider, m bridge.Message) []mapping.Ticket {
	if reply.Forwards(m.Subject) {
		return nil
	}
	return p.References.Tickets(shorten(reply.Own(shorten(m.Reply, 4*maxOpening), r.config.Marker), maxOpening))
}

// tagged is an issue's key behind a word, which may be our tag, in brackets or
// without.
var tagged = regexp.MustCompile(`(?i)([\[({<«]\s*|^|[^\pL\pN_-])([A-Z0-9]+)[\s:]+([A-Z][A-Z0-9_]+\s?-\s?[1-9][0-9]{0,11})`)

// keys returns the keys of issues that a subject names as ours do, [AOC KEY-123], in
// their order, each once. Some desks drop the brackets: where there are none with a
// key in them, the tag before a key is enough.
func keys(subject, tag string) []string {
	var bracketed, bare []string
	subject = shorten(subject, maxTagged)
	for _, at := range tagged.FindAllStringSubmatchIndex(subject, -1) {
		next, _ := utf8.DecodeRuneInString(subject[at[1]:])
		if !strings.EqualFold(subject[at[4]:at[5]], tag) || next == '_' || next == '-' || unicode.IsLetter(next) || unicode.IsDigit(next) {
			continue
		}
		written := strings.ToUpper(subject[at[6]:at[7]])
		key := strings.Join(strings.Fields(written), "")
		switch {
		case strings.ContainsAny(subject[at[2]:at[3]], "[({<«"):
			bracketed = append(bracketed, key)
		case key == written: // a fold may have come between, but not within the key
			bare = append(bare, key)
		}
	}
	if len(bracketed) == 0 {
		bracketed = bare
	}
	var out []string
	for _, key := range bracketed {
		if !slices.Contains(out, key) && len(out) < maxKeys {
			out = append(out, key)
		}
	}
	return out
}
