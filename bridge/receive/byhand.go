package receive

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic"
)

// anyKey is what looks like the key of an issue, wherever it stands in a subject.
var anyKey = regexp.MustCompile(`(?i)(?:^|[^\pL\pN_-])([A-Z][A-Z0-9_]+-[1-9][0-9]{0,11})\b`)

// byHand are the issues of which somebody of the team writes to a provider in this mail,
// a person and by hand. That nothing proves who wrote it does no harm: nothing follows but
// a line of a report.
func (r *Receiver) byHand(msg bridge.Message, m message.Mail) []bridge.ByHand {
	if !r.writes(m) || msg.Own || msg.Robot || msg.Automatic {
		return nil
	}
	var out []bridge.ByHand
	prefix, _ := message.CutPrefix(m.Subject)
	sender := m.From[0].Address
	for _, p := range r.written(m) {
		for _, key := range r.anyKeys(m.Subject) {
			out = append(out, bridge.ByHand{
				MessageID: shorten(cmp.Or(m.MessageID, m.Hash), maxTagged), Provider: p.ID, Key: key,
				Domain: shorten(strings.ToLower(sender[strings.LastIndexByte(sender, '@')+1:]), maxAddress),
				SentAt: m.Date, Answer: len(m.InReplyTo)+len(m.References) > 0 || prefix == message.Answers,
			})
		}
	}
	return out
}

// writes reports whether the mail looks like one of the team to a provider, and names an
// issue, by its header alone.
func (r *Receiver) writes(m message.Mail) bool {
	return r.config.Shadow && len(m.From) == 1 && r.ours(m.From[0].Address) && len(r.anyKeys(m.Subject)) > 0 && len(r.written(m)) > 0
}

// ours reports whether an address is of our own organisation.
func (r *Receiver) ours(address string) bool {
	return strings.EqualFold(address, r.config.Own) || authentic.Allows(r.config.Colleagues.Senders, address)
}

// written are the providers to whom the mail goes: to where escalat would write, or to
// anybody there whose mails it would take for the provider's.
func (r *Receiver) written(m message.Mail) []Provider {
	to := m.Recipients()
	return slices.DeleteFunc(slices.Clone(r.config.Providers), func(p Provider) bool {
		return !slices.ContainsFunc(to, func(a message.Address) bool {
			named := slices.ContainsFunc(p.To, func(known string) bool { return strings.EqualFold(known, a.Address) })
			return named || authentic.Allows(p.Senders, a.Address)
		})
	})
}

// anyKeys are the keys of issues that a subject names in whatever way, each once. Where
// the projects are not known, only what is written in capitals is one.
func (r *Receiver) anyKeys(subject string) []string {
	var out []string
	for _, at := range anyKey.FindAllStringSubmatch(shorten(subject, maxTagged), -1) {
		key := strings.ToUpper(at[1])
		project := key[:strings.LastIndexByte(key, '-')]
		ours := slices.ContainsFunc(r.config.Projects, func(p string) bool { return strings.EqualFold(p, project) })
		if !ours && (len(r.config.Projects) > 0 || key != at[1]) {
			continue
		}
		if !slices.Contains(out, key) && len(out) < maxKeys {
			out = append(out, key)
		}
	}
	return out
}
