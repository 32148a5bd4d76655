package authentic

import (
	"net/netip"
	"slices"
	"strings"

	"escalat/bridge/message"
)

const googleHost = "mx.google.com"

// trace is what the border wrote into a header.
type trace struct {
	results []string        // values of its Authentication-Results
	client  netip.Addr      // from where it took the mail in; invalid: not known
	below   []message.Field // what the sender brought
}

// trace finds what the border wrote, or the reason why nothing can be said to be its.
func (p Policy) trace(header []message.Field) (trace, string) {
	at, reason := p.arrival(header)
	if reason != "" {
		return trace{}, reason
	}
	t := trace{below: header[at+1:], client: clientOf(header[at].Value)}
	if p.Source == Google {
		t.results, t.below = googleResults(header[:at], t.below)
		return t, ""
	}
	for _, f := range header[:at] {
		if f.Is("Authentication-Results") {
			t.results = append(t.results, f.Value)
		}
	}
	return t, ""
}

// arrival returns the place of the Received with which the border took the mail in,
// the topmost that may be it. What the border handed to a filter of its own and took
// back has not come in by that.
func (p Policy) arrival(header []message.Field) (int, string) {
	for i, f := range header {
		switch {
		case !f.Is("Received"):
		case p.Source == M365:
			if by := hosts(f.Value); slices.ContainsFunc(by, func(host string) bool { return isBelow(host, microsoftDoor) }) {
				return i, ""
			} else if !p.isInside(by) {
				return 0, OtherHost
			}
		case p.isArrival(f.Value) && !clientOf(f.Value).IsLoopback():
			return i, ""
		}
	}
	return 0, NoBorder
}

// isArrival reports whether a Received line (RFC 5321, section 4.4) may be the
// one with which the border took the mail in. Words in comments count as well: a
// sender's greeting can open one. A line of the same host about putting the mail
// into a mailbox by LMTP is no arrival, when it is plainly one: a second "by"
// may be the sender's.
func (p Policy) isArrival(value string) bool {
	words := receivedWords(value)
	border, by, with, delivery := false, 0, 0, false
	for i, word := range words[:max(len(words)-1, 0)] {
		switch word {
		case "by":
			by++
			border = border || p.isBorder(words[i+1])
		case "with":
			with++
			delivery = strings.HasPrefix(words[i+1], "lmtp") || strings.HasPrefix(words[i+1], "utf8lmtp")
		}
	}
	return border && (by != 1 || with != 1 || !delivery)
}

func receivedWords(value string) []string {
	return strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(" \t();\"", r) })
}

// hosts returns what stands after each "by".
func hosts(value string) []string {
	var by []string
	words := receivedWords(value)
	for i, word := range words[:max(len(words)-1, 0)] {
		if word == "by" {
			by = append(by, strings.TrimSuffix(words[i+1], "."))
		}
	}
	return by
}

func (p Policy) isBorder(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if len(p.Border) == 0 {
		return isBelow(host, strings.ToLower(p.authserv()))
	}
	return slices.ContainsFunc(p.Border, func(b string) bool { return strings.EqualFold(b, host) })
}

// Client addresses stand in the first comment of a Received line, in one of the forms
// that servers write. What a sender's greeting could have written is no address.
//
//	from greeting (name [192.0.2.1])          Postfix, Google, Sendmail
//	from name ([192.0.2.1] helo=greeting)     Exim
//	from [192.0.2.1] (helo=greeting)          Exim
//	from greeting (192.0.2.1)                 Exchange
func clientOf(value string) netip.Addr {
	rest, ok := strings.CutPrefix(value, "from ")
	name, rest, ok2 := strings.Cut(rest, " (")
	comment, rest, ok3 := strings.Cut(rest, ")")
	beforeBy, _, ok4 := strings.Cut(rest, " by ")
	if !ok || !ok2 || !ok3 || !ok4 || name == "" || strings.ContainsAny(name, " \t\"()") || strings.ContainsAny(comment, "(\"\\") || strings.Contains(beforeBy, "[") {
		return netip.Addr{}
	}
	words := strings.Fields(comment)
	switch {
	case len(words) == 0, len(hosts(value)) != 1:
		return netip.Addr{}
	case len(words) == 2 && (words[0] == "unknown" || strings.Contains(words[0], ".") || words[0] == "localhost") && !strings.ContainsAny(words[0], "[]=:"):
		return literal(words[1])
	case strings.HasPrefix(words[0], "["):
		return literal(words[0])
	case strings.HasPrefix(words[0], "helo="):
		return literal(name)
	case len(words) == 1:
		a, _ := netip.ParseAddr(words[0])
		return a.Unmap()
	}
	return netip.Addr{}
}

// literal reads "[192.0.2.1]", "[IPv6:2001:db8::1]" and "[192.0.2.1]:25".
func literal(s string) netip.Addr {
	s, ok := strings.CutPrefix(s, "[")
	inside, after, ok2 := strings.Cut(s, "]")
	if !ok || !ok2 || after != "" && !strings.HasPrefix(after, ":") {
		return netip.Addr{}
	}
	a, _ := netip.ParseAddr(strings.TrimPrefix(strings.ToLower(inside), "ipv6:"))
	return a.Unmap()
}
