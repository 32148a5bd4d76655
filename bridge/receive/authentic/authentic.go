// Package authentic says whether a mail comes from whom it says it does.
//
// The From field alone is anybody's to write. A sender counts when the provider's
// profile names it and a source of truth confirms its domain. There are four, and what
// no sender can forge about each of them is where its word stands:
//
//   - Authserv, a border of ours that speaks RFC 8601. It puts its
//     Authentication-Results above the Received line that it adds itself, and whatever
//     the sender wrote is below that line. So the topmost Received of the border is
//     the line between the two, and a field below it is never looked at, whatever it
//     says. A border that adds none confirms nobody.
//   - M365, Exchange Online, whose field names no authserv-id. It stands above the
//     Received with which Microsoft's door (…mail.protection.outlook.com) took the mail
//     in. From the top down to that line every Received must be Microsoft's (or of a
//     host that is configured); the first that is not ends the search, with nothing. A
//     mail that a colleague wrote in the same organisation comes through no door: it
//     counts when each of its Received lines is between Microsoft's own hosts and
//     Exchange calls its author internal, in a field that it takes out of every mail
//     that comes from outside.
//   - Google, whose Received stands above its Authentication-Results. Above both it
//     writes the same results once more, as ARC-Authentication-Results: those count.
//     Only where there are none, the first Authentication-Results below the Received
//     does, with nothing but Received-SPF between: Google writes one into every
//     mail, so the sender's are further down.
//   - DKIM, verified here, for a mailbox whose border says nothing that can be
//     relied on. The signature must be aligned with the From as the domain's DMARC
//     record wants it. Then only what was signed counts. Against replay, the
//     Message-ID, the date and the addressees must have been signed, and one of these
//     must be ours; against additions, none of these fields may stand twice.
//
// The host that holds the mailbox must take mail in from the border alone: who can go
// round a border can write its lines.
//
// A chain of forwarders (ARC) counts only where the border itself says that it is
// unbroken and each of its links was sealed by a domain that is configured.
//
// A domain that signs nothing may be given a weaker proof by configuration: that the
// envelope's sender is aligned and passes SPF, or that the border took the mail in from
// an address of the provider. No weaker proof stands against a DMARC that fails.
//
// When in doubt the answer is no.
package authentic

import (
	"net/netip"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/message"
)

// Source is who confirms a sender's domain.
type Source string

// The sources.
const (
	Authserv Source = "authserv" // the border's Authentication-Results (RFC 8601)
	M365     Source = "m365"     // Exchange Online
	Google   Source = "google"   // Gmail and Google Workspace
	DKIM     Source = "dkim"     // the signature, verified here
)

// Policy is what a provider's profile and the organisation's border say.
type Policy struct {
	// Senders are the provider's addresses, and domains that stand for
	// themselves and the domains below.
	Senders []string
	// Source is the source of truth; empty: Authserv.
	Source Source
	// Authserv is the authserv-id of the border's field. It is needed by the source
	// Authserv; Google's own is known.
	Authserv string
	// Border holds the names after "by" in the border's Received lines. Without any
	// it is Authserv and the hosts below it. For M365 they are hosts beside
	// Microsoft's through which mail goes after its door, or domains above them.
	Border []string
	// Proof is the weakest proof that is accepted; empty: ByDMARC.
	Proof bridge.Strength
	// Addresses are those of the provider's mail servers, for ByAddress.
	Addresses []netip.Prefix
	// Sealers are the domains whose seal counts in a chain of forwarders (ARC).
	Sealers []string
	// Own are our own addresses. None of them is ever anybody's sender, and for DKIM
	// one must be among the addressees.
	Own []string
	// OwnToo: our own addresses may be senders, for what people write from our mailbox.
	OwnToo bool
}

// The reasons, for the ledger.
const (
	NoSender       = "no sender"
	SeveralSenders = "several senders"
	NotNamed       = "sender not named by the profile"
	HeaderTooLong  = "header too long"
	NoBorder       = "no Received of the border"
	OtherHost      = "a host that is not the border's above its Received"
	NoResults      = "no Authentication-Results of the border"
	Unreadable     = "Authentication-Results of the border malformed"
	DMARCFails     = "dmarc does not pass"
	NothingAligned = "nothing that passes is aligned"
	OnlySPF        = "only spf passes and is aligned, which the profile does not accept"
	Confirmed      = "confirmed by the border"
	ByColleague    = "written inside our organisation"
)

// Check says how the sender of m stands, after what its header says. The source DKIM
// needs more: see Judge.
func Check(p Policy, m message.Mail) bridge.Authenticity {
	from, a := p.sender(m)
	if a.Reason != "" {
		return a
	}
	a = p.verify(m, from)
	return p.named(a, from)
}

// sender returns the address of the From, or the verdict when there is not one.
func (p Policy) sender(m message.Mail) (string, bridge.Authenticity) {
	switch {
	case len(m.From) == 0:
		return "", bridge.Authenticity{Reason: NoSender}
	case len(m.From) > 1:
		return "", bridge.Authenticity{Reason: SeveralSenders}
	case m.Has(message.HeaderCut):
		a := bridge.Authenticity{Reason: HeaderTooLong}
		return "", p.named(a, m.From[0].Address)
	}
	return m.From[0].Address, bridge.Authenticity{}
}

// named adds whether the policy names the sender.
func (p Policy) named(a bridge.Authenticity, from string) bridge.Authenticity {
	a.Allowed = p.Names(from)
	if !a.Allowed {
		a.Reason = NotNamed
	}
	return a
}

// Names reports whether the policy names the address as a sender.
func (p Policy) Names(address string) bool {
	return Allows(p.Senders, address) && (p.OwnToo || !slices.ContainsFunc(p.Own, func(own string) bool { return strings.EqualFold(own, address) }))
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

// verify asks the border.
func (p Policy) verify(m message.Mail, from string) bridge.Authenticity {
	if p.Source == DKIM {
		return bridge.Authenticity{Method: "dkim", Reason: NotProved}
	}
	if p.Source == M365 && p.isOurs(domainOf(from)) && isInternal(m.Header) {
		return bridge.Authenticity{Verified: true, Method: "internal", Reason: ByColleague, Strength: bridge.ByDMARC}
	}
	t, reason := p.trace(m.Header)
	if reason != "" {
		return bridge.Authenticity{Reason: reason}
	}
	said := verdict{from: strings.ToLower(from), domain: domainOf(from)}
	for _, value := range t.results {
		said.add(value, p.authserv(), p.Source == M365)
	}
	if said.arc != nil && p.sealedBy(t.below) {
		said.sealed = said.arcPasses(t.below)
	}
	return p.weigh(said, t)
}

// weigh turns what the border says into a verdict.
func (p Policy) weigh(said verdict, t trace) bridge.Authenticity {
	yes := func(method string, by bridge.Strength) bridge.Authenticity {
		return bridge.Authenticity{Verified: true, Method: method, Reason: Confirmed, Strength: by}
	}
	switch {
	case said.broken:
		return bridge.Authenticity{Reason: Unreadable}
	case said.sealed:
		return yes("arc", bridge.ByDMARC)
	case said.dmarcFail:
		return bridge.Authenticity{Method: "dmarc", Reason: DMARCFails}
	case said.dmarcPass:
		return yes("dmarc", bridge.ByDMARC)
	case said.dkimPass:
		return yes("dkim", bridge.ByDMARC)
	case said.authPass && p.isOurs(said.domain):
		return yes("auth", bridge.ByDMARC)
	case said.spfPass && p.accepts(bridge.BySPF):
		return yes("spf", bridge.BySPF)
	case p.accepts(bridge.ByAddress) && p.isAddress(t.client):
		return yes("address", bridge.ByAddress)
	case !said.seen:
		return bridge.Authenticity{Reason: NoResults}
	case said.spfPass:
		return bridge.Authenticity{Method: "spf", Reason: OnlySPF}
	}
	return bridge.Authenticity{Reason: NothingAligned}
}

// accepts reports whether a proof of that strength is enough.
func (p Policy) accepts(s bridge.Strength) bool {
	order := []bridge.Strength{bridge.ByDMARC, bridge.BySPF, bridge.ByAddress}
	return slices.Index(order, s) <= slices.Index(order, p.Proof)
}

func (p Policy) isAddress(client netip.Addr) bool {
	return client.IsValid() && slices.ContainsFunc(p.Addresses, func(n netip.Prefix) bool { return n.Contains(client) })
}

// isOurs reports whether the domain is that of one of our own addresses.
func (p Policy) isOurs(domain string) bool {
	return domain != "" && slices.ContainsFunc(p.Own, func(own string) bool { return domainOf(own) == domain })
}

// authserv is the authserv-id of the source.
func (p Policy) authserv() string {
	if p.Source == Google && p.Authserv == "" {
		return googleHost
	}
	return p.Authserv
}

// isBelow reports whether the domain is parent or a domain below it.
func isBelow(domain, parent string) bool {
	return parent != "" && (domain == parent || strings.HasSuffix(domain, "."+parent))
}

func isBelowAny(domain string, parents []string) bool {
	return slices.ContainsFunc(parents, func(parent string) bool { return isBelow(domain, strings.ToLower(parent)) })
}

func domainOf(address string) string {
	return strings.TrimSuffix(strings.ToLower(address[strings.LastIndexByte(address, '@')+1:]), ".")
}
