package config

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Source says what confirms who sent a mail.
type Source string

// The sources.
const (
	SourceAuthserv Source = "authserv" // our border's Authentication-Results (RFC 8601)
	SourceM365     Source = "m365"     // Exchange Online
	SourceGoogle   Source = "google"   // Gmail and Google Workspace
	SourceDKIM     Source = "dkim"     // the mail's own signature
)

// UnmarshalText refuses every other word.
func (s *Source) UnmarshalText(text []byte) error {
	return word(s, text, SourceAuthserv, SourceM365, SourceGoogle, SourceDKIM)
}

// Proof is the weakest proof of a sender that is accepted.
type Proof string

// The proofs, the strongest first.
const (
	ProofDMARC   Proof = "dmarc"
	ProofSPF     Proof = "spf"
	ProofAddress Proof = "address"
)

// UnmarshalText refuses every other word.
func (p *Proof) UnmarshalText(text []byte) error {
	return word(p, text, ProofDMARC, ProofSPF, ProofAddress)
}

// Network is an address, or all that begin alike.
type Network struct{ prefix netip.Prefix }

// Prefix returns it in the terms of net/netip.
func (n Network) Prefix() netip.Prefix { return n.prefix }

// String returns it with its length.
func (n Network) String() string { return n.prefix.String() }

// UnmarshalText accepts 192.0.2.1 and 192.0.2.0/24. What would be a good part of the
// Internet is refused.
func (n *Network) UnmarshalText(text []byte) error {
	v := string(text)
	p, err := netip.ParsePrefix(v)
	if err != nil {
		a, err := netip.ParseAddr(v)
		if err != nil || a.Zone() != "" {
			return invalid("%s is neither an address nor a network such as 192.0.2.0/24", quote(v))
		}
		a = a.Unmap()
		p = netip.PrefixFrom(a, a.BitLen())
	}
	if least := map[bool]int{true: 8, false: 16}[p.Addr().Is4()]; p.Bits() < least {
		return invalid("%s is too large for the servers of one provider", quote(v))
	}
	n.prefix = p.Masked()
	return nil
}

// Domain is that of an organisation, in lower case; it stands for those below it.
type Domain string

// UnmarshalText refuses what is no such domain.
func (d *Domain) UnmarshalText(text []byte) error {
	var s Sender
	if err := s.UnmarshalText(text); err != nil || strings.Contains(string(s), "@") {
		return invalid("%s is no domain of an organisation", quote(string(text)))
	}
	*d = Domain(s)
	return nil
}

// Colleagues are addresses and domains of our own organisation.
type Colleagues []Sender

// String returns them as they are written.
func (c Colleagues) String() string {
	if c != nil && len(c) == 0 {
		return string(SwitchOff)
	}
	list := make([]string, len(c))
	for i, s := range c {
		list[i] = string(s)
	}
	return strings.Join(list, ",")
}

// UnmarshalText reads them separated by commas, or “off”, which stands alone.
func (c *Colleagues) UnmarshalText(text []byte) error {
	list := Colleagues{}
	if !strings.EqualFold(string(text), string(SwitchOff)) {
		for part := range strings.SplitSeq(string(text), ",") {
			var s Sender
			if part = strings.TrimSpace(part); part != "" { // an empty one is told by checkList
				if err := s.UnmarshalText([]byte(part)); err != nil {
					return err
				}
			}
			list = append(list, s)
		}
	}
	*c = list
	return nil
}

// colleagues are those of an address when none are named: everybody of its domain,
// unless anybody can have an address there.
func colleagues(own Address) Colleagues {
	domain := strings.ToLower(own.Domain())
	public := []string{
		"gmail.com", "googlemail.com", "outlook.com", "outlook.es", "hotmail.com", "hotmail.es", "live.com",
		"yahoo.com", "yahoo.es", "icloud.com", "proton.me", "protonmail.com",
	}
	if domain == "" || slices.Contains(public, domain) {
		return Colleagues{}
	}
	return Colleagues{Sender(domain)}
}

// SourceOf is what confirms the mails of a provider.
func (c Config) SourceOf(p Provider) Source {
	if p.Source == "" {
		return c.Mail.Source
	}
	return p.Source
}

// asksAuthserv reports whether anybody is confirmed by an authserv-id.
func (c *Config) asksAuthserv(s *source) bool {
	if !s.refused[Prefix+"MAIL_SOURCE"] && c.Mail.Source == SourceAuthserv {
		return true
	}
	for _, p := range c.Providers {
		if p.meant() && p.Source == SourceAuthserv {
			return true
		}
	}
	return false
}

// leastLifetime is the least time for which an answer proves something: they come for days.
const leastLifetime = 24 * time.Hour

// checkWitness refuses proofs that nothing could give, and what would never be looked at.
func (c *Config) checkWitness(s *source) {
	if l := c.General.TokenLifetime; l > 0 && l < leastLifetime {
		s.add(Prefix+"TOKEN_LIFETIME", "is %s, but must be 0s or at least %s", short(l), short(leastLifetime))
	}
	for _, id := range slices.Sorted(maps.Keys(c.Providers)) {
		p, prefix := c.Providers[id], providerPrefix(id)
		weak := p.Proof == ProofSPF || p.Proof == ProofAddress
		switch named := s.has(prefix + "BORDER_ADDRESSES"); {
		case weak && c.SourceOf(p) == SourceDKIM:
			s.add(prefix+"PROOF", "is %s, which the source dkim cannot give: the signature is all that it knows", p.Proof)
		case p.Proof == ProofAddress && !named:
			s.add(prefix+"BORDER_ADDRESSES", "is required with %sPROOF=address", prefix)
		case named && p.Proof != "" && p.Proof != ProofAddress:
			s.add(prefix+"BORDER_ADDRESSES", "is set, but %sPROOF is %s: nobody would look at it", prefix, p.Proof)
		}
	}
}
