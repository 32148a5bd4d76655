// Package authentic says whether a mail comes from whom it says it does.
//
// The From field alone is anybody's to write. A sender counts when the
// provider's profile names it and the organisation's own border confirms its
// domain, in an Authentication-Results field (RFC 8601) that the sender cannot
// have written. A border puts its field above the Received line that it adds
// itself, and whatever the sender wrote is below that line. So the topmost
// Received of the border is the border between the two, and a field below it is
// never looked at, whatever it says. A border that adds none confirms nobody.
//
// When in doubt the answer is no.
package authentic

import (
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/message"
)

// Policy is what a provider's profile and the organisation's border say.
type Policy struct {
	// Senders are the provider's addresses, and domains that stand for
	// themselves and the domains below.
	Senders []string
	// Authserv is the authserv-id of the border's field.
	Authserv string
	// Border holds the names after "by" in the border's Received lines. Without
	// any it is Authserv and the hosts below it.
	Border []string
}

// The reasons, for the ledger.
const (
	NoSender       = "no sender"
	SeveralSenders = "several senders"
	NotNamed       = "sender not named by the profile"
	HeaderTooLong  = "header too long"
	NoBorder       = "no Received of the border"
	NoResults      = "no Authentication-Results of the border"
	DMARCFails     = "dmarc does not pass"
	NothingAligned = "nothing that passes is aligned"
	Confirmed      = "confirmed by the border"
)

// Check says how the sender of m stands.
func Check(p Policy, m message.Mail) bridge.Authenticity {
	switch {
	case len(m.From) == 0:
		return bridge.Authenticity{Reason: NoSender}
	case len(m.From) > 1:
		return bridge.Authenticity{Reason: SeveralSenders}
	}
	domain := domainOf(m.From[0].Address)
	verified, method, reason := p.verify(m, domain)
	a := bridge.Authenticity{Allowed: Allows(p.Senders, m.From[0].Address), Verified: verified, Method: method, Reason: reason}
	if !a.Allowed {
		a.Reason = NotNamed
	}
	return a
}

// Allows reports whether the senders name the address. Letter case does not
// count.
func Allows(senders []string, address string) bool {
	address = strings.ToLower(address)
	domain := domainOf(address)
	return domain != "" && slices.ContainsFunc(senders, func(s string) bool {
		s = strings.ToLower(s)
		if strings.LastIndexByte(s, '@') > 0 {
			return s == address
		}
		return isBelow(domain, strings.TrimPrefix(s, "@"))
	})
}

func (p Policy) verify(m message.Mail, domain string) (ok bool, method, reason string) {
	if m.Has(message.HeaderCut) {
		return false, "", HeaderTooLong
	}
	above, found := p.aboveBorder(m.Header)
	if !found {
		return false, "", NoBorder
	}
	var all verdict
	for _, f := range above {
		if f.Is("Authentication-Results") {
			all.add(f.Value, p.Authserv, domain)
		}
	}
	switch {
	case !all.seen:
		return false, "", NoResults
	case all.dmarcFail:
		return false, "dmarc", DMARCFails
	case all.dmarcPass:
		return true, "dmarc", Confirmed
	case all.dkimPass:
		return true, "dkim", Confirmed
	}
	return false, "", NothingAligned
}

// aboveBorder returns the fields above the topmost Received of the border.
func (p Policy) aboveBorder(header []message.Field) ([]message.Field, bool) {
	for i, f := range header {
		if f.Is("Received") && p.isArrival(f.Value) {
			return header[:i], true
		}
	}
	return nil, false
}

// isArrival reports whether a Received line (RFC 5321, section 4.4) may be the
// one with which the border took the mail in. Words in comments count as well: a
// sender's greeting can open one. A line of the same host about putting the mail
// into a mailbox by LMTP is no arrival, when it is plainly one: a second "by"
// may be the sender's.
func (p Policy) isArrival(value string) bool {
	words := strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(" \t();\"", r) })
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

func (p Policy) isBorder(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if len(p.Border) == 0 {
		return isBelow(host, strings.ToLower(p.Authserv))
	}
	return slices.ContainsFunc(p.Border, func(b string) bool { return strings.EqualFold(b, host) })
}

// isBelow reports whether the domain is parent or a domain below it.
func isBelow(domain, parent string) bool {
	return parent != "" && (domain == parent || strings.HasSuffix(domain, "."+parent))
}

func domainOf(address string) string {
	return strings.TrimSuffix(strings.ToLower(address[strings.LastIndexByte(address, '@')+1:]), ".")
}
