package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Provider is a provider's way out: mail that goes through it carries a DKIM
// signature of its domain that verifies, and the border says so.
type Provider struct {
	mail   *Mail
	domain string
}

// Provider returns the way out of a domain. An empty domain signs nothing: that
// is how a forger sends.
func (m *Mail) Provider(domain string) *Provider { return &Provider{mail: m, domain: domain} }

// Send transmits a mail to local mailboxes, through the border where they have
// one. The envelope sender may be empty, as for a bounce.
func (p *Provider) Send(from string, to []string, raw []byte) error {
	for _, address := range to {
		if p.mail.account(address) == nil {
			return fmt.Errorf("send as %s: %w mailbox %q", from, ErrUnknown, address)
		}
	}
	helo := "mail." + p.domain
	if p.domain == "" {
		helo = "unknown.invalid"
	}
	sum := sha256.Sum256(raw)
	p.mail.take(raw, Transaction{
		From: from, To: to, MessageID: messageIDOf(raw), Size: len(raw), SHA256: hex.EncodeToString(sum[:]),
	}, hop{from: from, helo: helo, protocol: "ESMTPS", verdict: verdict{signed: p.domain}})
	return nil
}
