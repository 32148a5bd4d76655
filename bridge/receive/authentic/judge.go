package authentic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic/dkim"

	"golang.org/x/net/publicsuffix"
)

// Resolver answers for the DNS.
type Resolver interface {
	// LookupTXT returns the TXT records of a name, each as one text. Where there is no
	// such name or record it returns none, and no error. An error says that nobody can
	// answer at present; it must come within a time.
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Outside is what the source DKIM asks besides the mail that was read.
type Outside struct {
	Open     func() (io.ReadCloser, error) // the raw mail, from its beginning
	Resolver Resolver                      // nil: nothing is asked, and nothing proved
	At       time.Time                     // the present time
}

// The reasons of the source DKIM, beside those of the package dkim.
const (
	NotProved    = "no signature was verified"
	NotAsked     = "no signature was verified: the DNS is not asked here"
	NotSigned    = "no aligned signature"
	NotAligned   = "signature not aligned as the sender's domain wants it"
	StandsTwice  = "a field that counts stands twice"
	FieldMissing = "a field that counts is missing"
	FieldOpen    = "the signature leaves a field open that counts"
	NotToUs      = "signed, but not for an address of ours"
	HeaderOdd    = "header that can be read in two ways"
	VerifiedHere = "signature verified"
)

const (
	// mostSignatures bounds the aligned signatures that are tried, and so the keys that
	// are asked for. The DMARC records are two more questions.
	mostSignatures = 5
	mostHeader     = 256 << 10
)

// Judge says how the sender of m stands and returns the mail as far as it may be relied
// on: with the source DKIM, fields that were not signed are empty there. It is Check
// for every other source.
//
// The error is that of opening or reading the mail, of the DNS or of ctx: nothing can
// be said now, and the mail should be judged again later.
func Judge(ctx context.Context, p Policy, m message.Mail, o Outside) (bridge.Authenticity, message.Mail, error) {
	if p.Source != DKIM {
		return Check(p, m), m, nil
	}
	from, a := p.sender(m)
	if a.Reason == "" && !p.Names(from) { // nobody makes us ask the DNS about just anything
		a.Reason = NotNamed
	}
	if a.Reason == "" && (o.Resolver == nil || o.At.IsZero()) {
		a = bridge.Authenticity{Allowed: true, Method: "dkim", Reason: NotAsked}
	}
	if a.Reason != "" {
		return a, m, nil
	}
	why, signed, err := p.proof(ctx, m, o, domainOf(from))
	if err != nil {
		return bridge.Authenticity{}, m, fmt.Errorf("authentic: %w", err)
	}
	a = bridge.Authenticity{Allowed: true, Method: "dkim", Reason: why}
	if why == VerifiedHere {
		a.Verified, a.Strength = true, bridge.ByDMARC
		m = trusted(m, signed)
	}
	return a, m, nil
}

// proof looks for a signature that proves the mail. It returns VerifiedHere with the
// signed fields, or why there is none.
func (p Policy) proof(ctx context.Context, m message.Mail, o Outside, domain string) (why string, signed []string, err error) {
	raw, err := o.Open()
	if err != nil {
		return "", nil, fmt.Errorf("open mail: %w", err)
	}
	defer func() { _ = raw.Close() }()
	header, signatures, err := dkim.Verify(ctx, raw, dkim.Options{
		Wanted: func(d string) bool { return aligned(d, domain) },
		Most:   mostSignatures, Header: mostHeader, Lookup: o.Resolver.LookupTXT, At: o.At,
	})
	switch {
	case errors.Is(err, dkim.ErrHeader):
		return HeaderOdd, nil, nil
	case err != nil:
		return "", nil, err
	}
	why = NotSigned
	lax := sync.OnceValues(func() (bool, error) { return isLax(ctx, o.Resolver, domain) })
	for _, s := range signatures {
		if s.Why != "" {
			why = string(s.Why)
			continue
		}
		if s.Domain != domain {
			enough, err := lax()
			if err != nil {
				return "", nil, err
			}
			if !enough {
				why = NotAligned
				continue
			}
		}
		if why = p.covers(s, header, m); why == "" {
			return VerifiedHere, s.Fields, nil
		}
	}
	return why, nil, nil
}

// isLax reports whether a signer of the same organisation is enough for the domain,
// after the DMARC record that it publishes (RFC 7489, section 6.6.3).
func isLax(ctx context.Context, r Resolver, domain string) (bool, error) {
	names := []string{domain}
	if above, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil && above != domain {
		names = append(names, above)
	}
	for _, name := range names {
		records, err := r.LookupTXT(ctx, "_dmarc."+name)
		if err != nil {
			return false, fmt.Errorf("dmarc record of %s: %w", name, err)
		}
		var policies []string
		for _, record := range records {
			if first, _, _ := strings.Cut(record, ";"); strings.Join(strings.Fields(first), "") == "v=DMARC1" {
				policies = append(policies, record)
			}
		}
		if len(policies) == 1 {
			return !strings.EqualFold(tag(policies[0], "adkim"), "s"), nil
		}
	}
	return true, nil
}

// covers returns why a signature that is right is not enough, or nothing. What is read
// out of the header must have been in it when it was signed: a signature says nothing
// of a field that was added above the signed one, or of one that it does not name. The
// form of the text (Content-Type) may be open: the text itself was signed.
func (p Policy) covers(s dkim.Signature, header []dkim.Field, m message.Mail) string {
	for _, name := range []string{
		"From", "Subject", "Date", "Message-ID", "To", "Cc", "Sender", "Reply-To", "In-Reply-To", "References",
		"Content-Type", "Content-Transfer-Encoding", "MIME-Version",
	} {
		there := values(header, name)
		if len(there) > 1 {
			return StandsTwice
		}
		if read := valuesRead(m.Header, name); !slices.EqualFunc(there, read, sameText) {
			return HeaderOdd
		}
		signed := slices.Contains(s.Fields, strings.ToLower(name))
		switch name {
		case "From", "Date", "Message-ID":
			if len(there) == 0 {
				return FieldMissing
			}
			if !signed {
				return FieldOpen
			}
		case "Subject", "To", "Cc":
			if len(there) == 1 && !signed {
				return FieldOpen
			}
		}
	}
	if !p.isAddressed(append(values(header, "To"), values(header, "Cc")...)) {
		return NotToUs
	}
	return ""
}

func values(header []dkim.Field, name string) []string {
	var list []string
	for _, f := range header {
		if f.Is(name) {
			list = append(list, f.Value())
		}
	}
	return list
}

func valuesRead(header []message.Field, name string) []string {
	var list []string
	for _, f := range header {
		if f.Is(name) {
			list = append(list, f.Value)
		}
	}
	return list
}

// sameText compares what was signed with what was read, but for blanks and for what is
// not ASCII, whose reading depends on a charset.
func sameText(a, b string) bool {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r <= ' ' || r > '~' {
				return -1
			}
			return r
		}, s)
	}
	return plain(a) == plain(b)
}

// isAddressed reports whether one of the lists names an address of ours, or one of its
// plus-addresses.
func (p Policy) isAddressed(lists []string) bool {
	parser := mail.AddressParser{WordDecoder: &mime.WordDecoder{
		CharsetReader: func(_ string, r io.Reader) (io.Reader, error) { return r, nil }, // names do not count
	}}
	for _, list := range lists {
		addresses, err := parser.ParseList(list)
		if err != nil {
			continue
		}
		for _, a := range addresses {
			if slices.ContainsFunc(p.Own, func(own string) bool { return isPlus(a.Address, own) }) {
				return true
			}
		}
	}
	return false
}

// isPlus reports whether the address is own, or local+anything@domain of it.
func isPlus(address, own string) bool {
	local, domain, _ := cutLast(strings.ToLower(address))
	ownLocal, ownDomain, ok := cutLast(strings.ToLower(own))
	return ok && domain == ownDomain && (local == ownLocal || strings.HasPrefix(local, ownLocal+"+"))
}

func cutLast(address string) (local, domain string, ok bool) {
	at := strings.LastIndexByte(address, '@')
	if at < 1 {
		return "", "", false
	}
	return address[:at], address[at+1:], true
}

// trusted is the mail without what was not signed: the ids of other mails, by which a
// replayed one could be put elsewhere.
func trusted(m message.Mail, signed []string) message.Mail {
	if !slices.Contains(signed, "in-reply-to") {
		m.InReplyTo = nil
	}
	if !slices.Contains(signed, "references") {
		m.References = nil
	}
	return m
}
