// Package receive decides what becomes of a mail that came in.
//
// Read understands a mail without asking anybody: what it says, which case it
// answers, who sent it. Decide then says, with the case locked, in which one
// outcome it ends and what follows. A mail is taken for one of the provider only
// when all three hold: it names a case, the provider's profile names its sender,
// and the border confirms the sender's domain. It names a case by a Message-ID that
// we signed for the provider. Only where none stands in it, and for a sender who is
// confirmed, it may do so by what anybody could write: a ticket number of the
// provider that the case knows, or the key as our subjects have it. What its
// text names counts only where its subject names no case and no number.
//
// What is named but not confirmed is kept, and told on the issue once,
// without content. What names nothing of ours is kept only when a provider has
// surely sent it. What names several cases is kept for people. Nothing is ever
// sent to the sender of a mail.
//
// An accepted mail teaches: its place in the conversation, the provider's ticket
// numbers, and which files the issue has, so that each is attached once. That somebody
// of the provider knows of the case it teaches only when nothing in it looks like the
// work of a program.
//
// Nothing in a mail makes either of them fail: the errors are those of the reader
// and of the lookup that they were given.
package receive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/receive/reply"
	"escalat/bridge/text"
	"escalat/bridge/token"
	"escalat/mapping"
)

// Provider is what receive knows of a provider.
type Provider struct {
	ID   string // profile id
	Name string // as the team calls it
	// Senders are the provider's addresses, and domains that stand for
	// themselves and the domains below.
	Senders []string
	// Authserv is the authserv-id of our border (RFC 8601).
	Authserv string
	// Border holds the names after "by" in our border's Received lines. Without
	// any it is Authserv and the hosts below it.
	Border []string
	// Tag begins our subjects: [AOC KEY-123]. Empty: they are not looked for.
	Tag string
	// References is how the provider writes its ticket numbers.
	References mapping.References
	// Profile is the provider's, for the hours of its desk.
	Profile *mapping.Profile
}

// Config is what a Receiver works with.
type Config struct {
	Own       string // our address, the From of our notices
	Providers []Provider
	Keys      token.Keyring
	Limits    message.Limits
	Texts     text.Texts
	Zone      *time.Location // of the times told
	Marker    string         // the line that our mails begin with
	Team      string         // markup that addresses the team
	// Lifetime is how long after it was sent an answer to a notice proves anything; 0: for
	// ever.
	Lifetime time.Duration
	Flood    Flood
	// Blocked are extensions of files that are kept out, in small letters, without the
	// dot.
	Blocked []string
	// Scanned: what comes with mails is scanned before it is attached.
	Scanned bool
}

// Receiver reads mails and decides on them. It holds no state and may be used
// by several goroutines.
type Receiver struct {
	config    Config
	providers map[string]Provider
}

// New checks the configuration and makes a Receiver. Our own address must not be
// one of a provider: each notice would come back as an answer.
func New(c Config) (*Receiver, error) {
	own, err := mail.ParseAddress(c.Own)
	if err != nil || own.Address != c.Own {
		return nil, errors.New("receive: our own address is not an address")
	}
	if c.Zone == nil || len(c.Providers) == 0 {
		return nil, errors.New("receive: zone and providers are needed")
	}
	r := &Receiver{config: c, providers: map[string]Provider{}}
	for _, p := range c.Providers {
		if err := p.check(c.Own); err != nil {
			return nil, fmt.Errorf("receive: provider %q: %w", p.ID, err)
		}
		if _, twice := r.providers[p.ID]; twice {
			return nil, fmt.Errorf("receive: provider %q stands twice", p.ID)
		}
		r.providers[p.ID] = p
	}
	return r, nil
}

func (p Provider) check(own string) error {
	if p.ID == "" || p.Name == "" || p.Authserv == "" || len(p.Senders) == 0 || p.Profile == nil {
		return errors.New("id, name, authserv, senders and profile are needed")
	}
	for _, s := range p.Senders {
		domain := s[strings.LastIndexByte(s, '@')+1:]
		if strings.Trim(domain, ".") != domain || !strings.Contains(domain, ".") || strings.ContainsAny(s, " \t<>,*") {
			return fmt.Errorf("sender %q is neither an address nor a domain", s)
		}
	}
	if authentic.Allows(p.Senders, own) {
		return errors.New("our own address is one of its senders")
	}
	return nil
}

// Read reads a mail of size bytes, or of a size not known when it is 0. It may open the
// mail more than once. The error is that of opening or reading, or of ctx: the mail was
// not read to its end and must be read again.
func (r *Receiver) Read(ctx context.Context, open func() (io.ReadCloser, error), size int64) (bridge.Message, error) {
	m, err := r.parse(ctx, open)
	if err != nil {
		return bridge.Message{}, fmt.Errorf("receive: %w", err)
	}
	if size <= 0 {
		size = m.Size
	}
	msg := bridge.Message{
		MessageID: m.MessageID, InReplyTo: m.InReplyTo, References: m.References, Subject: m.Subject,
		Date: m.Date, Text: m.Text, Hash: m.Hash, Size: size, Defects: m.Defects, Automatic: automatic(m.Header), Robot: robot(m),
	}
	msg.Reply, msg.Cut = reply.Cut(m.Text, r.config.Marker)
	for _, a := range m.From {
		msg.From = append(msg.From, bridge.Address(a))
	}
	for _, p := range m.Parts {
		msg.Parts = append(msg.Parts, bridge.Part(p))
	}
	r.match(&msg, m)
	return msg, nil
}

func (r *Receiver) parse(ctx context.Context, open func() (io.ReadCloser, error)) (message.Mail, error) {
	raw, err := open()
	if err != nil {
		return message.Mail{}, err
	}
	defer func() { _ = raw.Close() }()
	return message.Read(&until{ctx: ctx, r: raw}, r.config.Limits)
}

// until reads until a context ends.
type until struct {
	ctx context.Context //nolint:containedctx // it lives no longer than the call
	r   io.Reader
}

// Read implements io.Reader.
func (u *until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(b)
}

// match finds the case and judges the sender by the rules of its provider.
func (r *Receiver) match(msg *bridge.Message, m message.Mail) {
	if len(m.From) == 1 && strings.EqualFold(m.From[0].Address, r.config.Own) {
		if own, ok := r.identity(m.MessageID); ok {
			msg.Own, msg.CaseID, msg.Answers = true, own.caseID, own.messageID
			return
		}
	}
	answers, several := r.answers(m)
	provider, known := r.providers[answers.provider]
	if several {
		msg.Defects = append(msg.Defects, bridge.SeveralCases)
	} else {
		msg.CaseID, msg.Answers = answers.caseID, answers.messageID
	}
	for _, p := range r.config.Providers {
		if !known && len(m.From) == 1 && authentic.Allows(p.Senders, m.From[0].Address) {
			provider, known = p, true
		}
	}
	msg.Provider = provider.ID
	msg.Authentic = authentic.Check(authentic.Policy{Senders: provider.Senders, Authserv: provider.Authserv, Border: provider.Border}, m)
	if msg.Authentic.Allowed { // what a stranger names means nothing
		r.names(msg, provider)
	}
}

// identity is what a token of ours names.
type identity struct {
	provider, caseID string
	messageID        string // as it stands in the mail, which a relay may have changed
}

func (r *Receiver) identity(id string) (identity, bool) {
	for _, p := range r.config.Providers {
		if caseID, _, ok := r.config.Keys.FromMessageID(p.ID, id); ok {
			return identity{p.ID, caseID, id}, true
		}
	}
	return identity{}, false
}

// answers returns the notice of ours that the mail answers: the one of
// In-Reply-To, else the newest of References. It reports several when they name
// more than one case.
func (r *Receiver) answers(m message.Mail) (found identity, several bool) {
	ids := append([]string(nil), m.InReplyTo...)
	for _, id := range slices.Backward(m.References) {
		ids = append(ids, id)
	}
	for _, id := range ids {
		next, ok := r.identity(id)
		if !ok {
			continue
		}
		if found.caseID == "" {
			found = next
		}
		several = several || next.caseID != found.caseID || next.provider != found.provider
	}
	return found, several
}
