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
// Somebody's answer opens a closed case again, unless it only says goodbye. What a program
// writes, a phrase with which the provider holds the case to be solved, and a survey do
// not. Such a phrase has people asked, once, whether to close; nothing closes by itself.
// When the provider passes a ticket on, the case follows.
//
// Ticket decides the same of what is read from the API of a provider's tickets: each
// message of theirs is told once and in order, ours are not, and what a person wrote there
// in our name is.
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
	"escalat/bridge/receive/classify"
	"escalat/bridge/receive/reply"
	"escalat/bridge/text"
	"escalat/bridge/token"
	"escalat/mapping"
)

// Provider is what receive knows of a provider.
type Provider struct {
	ID   string // profile id
	Name string // as the team calls it
	// Policy says who its senders are and by what they are confirmed.
	authentic.Policy
	// Tag begins our subjects: [AOC KEY-123]. Empty: they are not looked for.
	Tag string
	// References is how the provider writes its ticket numbers.
	References mapping.References
	// Profile is the provider's, for the hours of its desk.
	Profile *mapping.Profile
	// To are the addresses to which it is written.
	To []string
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
	// Colleagues is the policy for the mails of our own organisation.
	Colleagues authentic.Policy
	// Resolver and Now are asked where a policy has the source DKIM. Without them such a
	// policy proves nothing.
	Resolver authentic.Resolver
	Now      func() time.Time
	// Lifetime is how long after it was sent an answer to a notice proves anything; 0: for
	// ever.
	Lifetime time.Duration
	Flood    Flood
	// Blocked are extensions of files that are kept out, in small letters, without the
	// dot.
	Blocked []string
	// Scanned: what comes with mails is scanned before it is attached.
	Scanned bool
	// Shadow: what people write to the providers by hand is noted. Projects are the keys of
	// those whose issues are meant then; none: any.
	Shadow   bool
	Projects []string
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
	if p.ID == "" || p.Name == "" || len(p.Senders) == 0 || p.Profile == nil {
		return errors.New("id, name, senders and profile are needed")
	}
	if (p.Source == "" || p.Source == authentic.Authserv) && p.Authserv == "" {
		return errors.New("an authserv-id is needed")
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
		Date: m.Date, Text: m.Text, Hash: m.Hash, Size: size, Defects: m.Defects, Automatic: classify.Automatic(m.Header), Robot: classify.Robot(m),
	}
	if size > m.Size && !m.Has(message.Oversized) {
		msg.Defects = append(slices.Clone(msg.Defects), bridge.HeaderOnly)
	}
	for _, a := range m.From {
		msg.From = append(msg.From, bridge.Address(a))
	}
	for _, p := range m.Parts {
		msg.Parts = append(msg.Parts, bridge.Part(p))
	}
	provider, err := r.match(ctx, &msg, m, open)
	if err != nil {
		return bridge.Message{}, fmt.Errorf("receive: %w", err)
	}
	r.understand(&msg, m, provider)
	msg.ByHand = r.byHand(msg, m)
	if msg.Authentic.Allowed && !msg.Colleague && provider.ID != "" { // what a stranger names means nothing
		r.names(&msg, provider)
	}
	return msg, nil
}

// understand notes what the mail says anew, and of what kind it is. A bounce may name our
// notice nowhere but in what it returns.
func (r *Receiver) understand(msg *bridge.Message, m message.Mail, p Provider) {
	var rules mapping.Mail
	if p.Profile != nil {
		rules = p.Profile.Mail
	}
	said := reply.Read(m.Pieces, reply.Options{Marker: r.config.Marker, Footers: rules.Footers, Forwarded: reply.Forwards(m.Subject)})
	msg.Text, msg.Reply, msg.Lines, msg.Cut, msg.Sealed = said.Text, said.Reply, said.Lines, said.Cut, m.Sealed
	kind := classify.Classify(m, said.Text, p.Profile)
	msg.Kind, msg.Sign, msg.Bounce = kind.Kind, kind.Reason, kind.Bounce
	msg.Robot = msg.Robot || kind.Kind != ""
	if msg.Bounce == nil || msg.Own || len(msg.Bounce.Originals) == 0 {
		return
	}
	// What it returns is what counts: a person's answer by hand refers to ours too.
	msg.CaseID, msg.Answers = "", ""
	if ours, ok := r.identity(msg.Bounce.Originals[0]); ok {
		msg.CaseID, msg.Answers = ours.caseID, ours.messageID
	}
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

// match finds the case and judges the sender by the rules of its provider, which it
// returns. The error says that the sender cannot be judged at present.
func (r *Receiver) match(ctx context.Context, msg *bridge.Message, m message.Mail, open func() (io.ReadCloser, error)) (Provider, error) {
	if len(m.From) == 1 && strings.EqualFold(m.From[0].Address, r.config.Own) {
		if own, ok := r.identity(m.MessageID); ok {
			msg.Own, msg.CaseID, msg.Answers = true, own.caseID, own.messageID
			return Provider{}, nil
		}
	}
	answers, _ := r.answers(m)
	provider, policy, colleague := r.rules(m, answers.provider)
	outside := authentic.Outside{Open: open, Resolver: r.config.Resolver}
	if r.config.Now != nil {
		outside.At = r.config.Now()
	}
	var err error
	if msg.Authentic, m, err = authentic.Judge(ctx, policy, m, outside); err != nil {
		return provider, err
	}
	msg.Provider, msg.Colleague = provider.ID, colleague
	msg.InReplyTo, msg.References = m.InReplyTo, m.References // what nobody signed is gone
	answers, several := r.answers(m)
	if several {
		msg.Defects = append(msg.Defects, bridge.SeveralCases)
	} else {
		msg.CaseID, msg.Answers = answers.caseID, answers.messageID
	}
	return provider, nil
}

// rules returns the provider whose notice the mail answers, else the one whose sender
// wrote it, and by what the sender is judged: as a colleague where it is no sender of
// the provider, but one of our organisation.
func (r *Receiver) rules(m message.Mail, named string) (p Provider, policy authentic.Policy, colleague bool) {
	p, known := r.providers[named]
	if len(m.From) != 1 {
		return p, p.Policy, false
	}
	sender := m.From[0].Address
	for _, other := range r.config.Providers {
		if !known && other.Names(sender) {
			p, known = other, true
		}
	}
	colleagues := r.config.Colleagues
	if strings.EqualFold(sender, r.config.Own) { // no notice: somebody wrote it by hand
		colleagues.Senders, colleagues.OwnToo = []string{r.config.Own}, true
	}
	if !p.Names(sender) && colleagues.Names(sender) {
		return p, colleagues, true
	}
	return p, p.Policy, false
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
