package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/post"
	"escalat/bridge/receive"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/send"
	"escalat/bridge/text"
	"escalat/bridge/ticket"
	"escalat/bridge/token"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// yearQuiet is how long nobody must have edited an issue before it is judged.
const yearQuiet = 2 * time.Minute

// office is everything that the escalations of a year share: it does not change.
type office struct {
	profiles []mapping.Profile
	texts    text.Texts
	keys     token.Keyring
	receiver *receive.Receiver
	zone     *time.Location
}

// newOffice wires the stages for those profiles.
func newOffice(profiles []mapping.Profile) (*office, error) {
	o := &office{profiles: profiles}
	var err error
	if o.texts, err = text.For("ca", wiki.EscapeLine); err != nil {
		return nil, err
	}
	if o.zone, err = time.LoadLocation("Europe/Madrid"); err != nil {
		return nil, err
	}
	if o.keys, err = token.NewKeyring([]token.Key{{ID: 1, Secret: bytes.Repeat([]byte("k"), token.MinSecret)}}); err != nil {
		return nil, err
	}
	config := receive.Config{Own: "escalat@aoc.cat", Keys: o.keys, Texts: o.texts, Zone: o.zone, Marker: "---"}
	for i := range profiles {
		p := &profiles[i]
		config.Providers = append(config.Providers, receive.Provider{
			ID: p.ID, Name: p.Name, Policy: authentic.Policy{Senders: p.Senders, Authserv: "mx.aoc.cat"}, Tag: p.Tag, References: p.References, Profile: p,
		})
	}
	o.receiver, err = receive.New(config)
	return o, err
}

// telling is what the actors that send tell the team by.
func (o *office) telling(channel bridge.Channel) send.Telling {
	t := send.Telling{Providers: map[string]send.Provider{}, Texts: o.texts, Zone: o.zone, Team: "@equip"}
	for i := range o.profiles {
		p := &o.profiles[i]
		by := channel
		if p.Contacts.Day.Email != "" { // who has an address is told by mail
			by = bridge.ByMail
		}
		t.Providers[p.ID] = send.Provider{Profile: p, To: []string{p.Contacts.Day.Email}, Channel: by}
	}
	return t
}

// decider is the flow as it runs.
func (o *office) decider(acts bool, random io.Reader) decider {
	d := decider{
		profiles: o.profiles, texts: o.texts, quiet: yearQuiet, perDay: 5, team: "@equip", since: never, confirmed: func() bool { return false },
		stateLabels: stateLabels(o.profiles), acts: map[string]bool{}, rand: random,
	}
	for _, p := range o.profiles {
		d.acts[p.ID] = acts
	}
	return d
}

// outside is Jira, the mail server and the provider's API as the actors of one escalation
// see them, and the clock.
type outside struct {
	mu      sync.Mutex
	now     time.Time
	issue   bridge.Issue
	blobs   map[string][]byte
	refuses bool // the mail server takes nothing
	sent    []sentMail
	tickets int64
}

type sentMail struct {
	at   time.Time
	body bridge.TransmitBody
	raw  []byte
}

func (o *outside) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *outside) Issue(context.Context, string) (bridge.Issue, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.issue, nil
}

func (o *outside) Attachment(context.Context, bridge.Attachment) (io.ReadCloser, error) {
	return nil, bridge.Permanent(errors.New("404"))
}

func (o *outside) WriteBlob(_ context.Context, r io.Reader) (string, int64, error) {
	data, err := io.ReadAll(r)
	o.mu.Lock()
	defer o.mu.Unlock()
	name := fmt.Sprint("blob-", len(o.blobs))
	o.blobs[name] = data
	return name, int64(len(data)), err
}

func (o *outside) OpenBlob(_ context.Context, name string) (io.ReadCloser, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return io.NopCloser(bytes.NewReader(o.blobs[name])), nil
}

var errRefused = bridge.Permanent(errors.New("550 5.7.1 not accepted"))

func (o *outside) Send(_ context.Context, body bridge.TransmitBody, open func() (io.ReadCloser, error)) (bridge.TransmitResult, error) {
	r, err := open()
	if err != nil {
		return bridge.TransmitResult{}, err
	}
	raw, err := io.ReadAll(r)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuses {
		return bridge.TransmitResult{}, errRefused
	}
	o.sent = append(o.sent, sentMail{o.now, body, raw})
	return bridge.TransmitResult{At: o.now, Answer: "250 2.0.0 queued", Proof: "answer"}, err
}

func (o *outside) Seen(context.Context, string) (time.Time, error) { return time.Time{}, nil }
func (o *outside) Delay(context.Context) (time.Duration, error)    { return 0, nil }
func (o *outside) Read(context.Context) (time.Time, error)         { return o.clock(), nil }

// Create opens a ticket.
func (o *outside) Create(context.Context, bridge.NewTicket) (bridge.TicketResult, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tickets++
	return bridge.TicketResult{At: o.now, ID: 77, Number: "CS1234567", Message: 1, Proof: "answer"}, nil
}

func (o *outside) Reply(context.Context, int64, string) error  { return nil }
func (o *outside) Reopen(context.Context, int64, string) error { return nil }
func (o *outside) CloseTicket(context.Context, int64) error    { return nil }

// List finds no ticket but the one that is known.
func (o *outside) List(context.Context, string, time.Time) ([]int64, error) { return nil, nil }
func (o *outside) Numbered(context.Context, string) (int64, error)          { return 77, nil }
func (o *outside) Titled(context.Context, int64) (bridge.Ticket, string, error) {
	return bridge.Ticket{ID: 77, Number: "CS1234567", State: "open"}, "", nil
}

func (o *outside) Messages(context.Context, int64) ([]bridge.TicketMessage, error) {
	return nil, nil
}

// TicketCases returns no other case of the ticket.
func (o *outside) TicketCases(context.Context, string, string) ([]bridge.Case, error) {
	return nil, nil
}

// actor does an effect and says what follows.
type actor interface {
	Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error)
	Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome
}

// actors are the real ones that write to the provider.
func (o *office) actors(w *outside, issues send.Issues, blobs send.Blobs, channel bridge.Channel) map[bridge.Kind]actor {
	telling := o.telling(channel)
	composer := &send.Composer{
		Telling: telling, Issues: issues, Blobs: blobs, Files: w, Keys: o.keys, Now: w.clock,
		From: message.Address{Name: "Suport AOC", Address: "escalat@aoc.cat"}, Copy: "escalat@aoc.cat", Domain: "aoc.cat", Prints: receive.Prints,
	}
	filer := &ticket.Filer{
		Providers: map[string]ticket.Provider{}, Issues: issues, Sources: composer, Cases: w, Texts: o.texts, Zone: o.zone, Team: "@equip",
		Settling: time.Minute, Now: w.clock,
	}
	for i := range o.profiles {
		filer.Providers[o.profiles[i].ID] = ticket.Provider{Profile: &o.profiles[i], API: w, Patience: time.Hour}
	}
	return map[bridge.Kind]actor{
		bridge.ComposeMail:  composer,
		bridge.TransmitMail: &send.Transmitter{Telling: telling, Issues: issues, Blobs: blobs, Mail: w, Copies: w, Now: w.clock, CopyWait: time.Minute},
		bridge.OpenTicket:   filer, bridge.ReplyTicket: filer, bridge.CloseTicket: filer, bridge.ReopenTicket: filer,
	}
}

// blank is a ledger that knows of no mail.
type blank struct{}

func (blank) Known(string) (bool, error)        { return false, nil }
func (blank) Same(string) (*bridge.Mail, error) { return nil, nil }
func (blank) Recent(string, string, time.Time) (bridge.Recent, error) {
	return bridge.Recent{}, nil
}

// flight is an effect that writes to the provider, and when that ends.
type flight struct {
	effect bridge.Effect
	ends   time.Time
}

// told is a comment, or what else people or the provider are told, with its time.
type told struct {
	at   time.Time
	key  string
	text string
}

// life is one escalation as the program lives it.
type life struct {
	*outside

	office  *office
	script  script
	decider decider
	marking marking
	act     map[bridge.Kind]actor
	cases   []bridge.Case
	keys    map[string]bool
	lane    []flight
	told    []told
	spans   []string // when the label that asks to call came and went
	calling bool
	doubled []string // what was decided upon twice
	asked   bool     // the issue is to be looked at
	fault   error
	full    string                    // the form filled in, where it is not the script's
	replies map[string]bridge.Message // what the provider writes, likewise
}

func newLife(o *office, s script) *life {
	l := &life{
		outside: &outside{blobs: map[string][]byte{}}, office: o, script: s, keys: map[string]bool{},
		decider: o.decider(s.acts, bytes.NewReader(bytes.Repeat([]byte{byte(s.number), byte(s.number >> 8), 3}, 40))),
	}
	l.marking = marking{
		profiles: o.profiles, marks: post.Marks{Profiles: o.profiles, StateLabels: true}, texts: o.texts, now: l.clock,
		ended: func(string, bridge.Turn, time.Duration, time.Duration) {},
	}
	l.act = o.actors(l.outside, l.outside, l.outside, s.channel)
	l.issue = s.issue()
	return l
}

// live has the script happen, until nothing is left of it.
func (l *life) live() error {
	events := slices.Clone(l.script.events)
	for steps := 0; l.fault == nil; steps++ {
		next := l.next(events)
		if next.IsZero() || next.After(l.script.end()) {
			return nil
		}
		if steps > 20000 {
			return fmt.Errorf("it is looked at for ever, at %v", next)
		}
		l.now = l.script.awake(next)
		l.land()
		for len(events) > 0 && !l.script.at(events[0]).After(l.now) {
			l.happen(events[0])
			events = events[1:]
		}
		l.land() // what takes no time
		l.look()
		l.land()
	}
	return l.fault
}

// next is when something happens, is due or ends.
func (l *life) next(events []event) time.Time {
	var at time.Time
	sooner := func(other time.Time) {
		if !other.IsZero() && (at.IsZero() || other.Before(at)) {
			at = other
		}
	}
	if len(events) > 0 {
		sooner(l.script.at(events[0]))
	}
	if len(l.lane) > 0 {
		sooner(l.lane[0].ends)
	}
	for _, c := range l.cases {
		sooner(c.DueAt)
	}
	return at
}

// look lets the stages decide, as often as something is due.
func (l *life) look() {
	for n := 0; l.asked || l.due(); n++ {
		if n > 5 {
			l.fault = fmt.Errorf("it is looked at for ever, at %v", l.now)
			return
		}
		l.asked = false
		out, err := l.decider.Decide(l.now, l.issue, slices.Clone(l.cases), roomy{})
		if err != nil {
			l.fault = err
			return
		}
		for _, o := range out {
			l.apply(o)
		}
		l.land()
	}
}

func (l *life) due() bool {
	return slices.ContainsFunc(l.cases, func(c bridge.Case) bool { return !c.DueAt.IsZero() && !c.DueAt.After(l.now) })
}

// apply saves a case and begins what is planned, as the queue does.
func (l *life) apply(o bridge.Outcome) {
	if o.Case.ID == "" {
		return
	}
	effects := append(l.marking.plan(&o.Case), o.Effects...)
	o.Case.Rev++
	i := slices.IndexFunc(l.cases, func(c bridge.Case) bool { return c.ID == o.Case.ID })
	if i < 0 {
		l.cases, i = append(l.cases, o.Case), len(l.cases)
	}
	l.cases[i] = o.Case
	if calling := o.Case.ShownCall; calling != l.calling {
		l.calling = calling
		l.spans = spanned(l.spans, stamp(l.now), calling)
	}
	for _, e := range effects {
		if l.keys[e.Key] {
			l.doubled = append(l.doubled, e.Key)
			continue
		}
		l.keys[e.Key] = true
		l.plan(e)
	}
}

func (l *life) plan(e bridge.Effect) {
	switch e.Kind {
	case bridge.PostComment:
		var body bridge.CommentBody
		if err := e.Decode(&body); err != nil {
			l.fault = err
		}
		l.told = append(l.told, told{l.now, e.Key, body.Text})
	case bridge.TellOnCall:
		l.told = append(l.told, told{l.now, e.Key, ""})
	case bridge.ComposeMail, bridge.OpenTicket, bridge.ReplyTicket, bridge.TransmitMail:
		e.PlannedAt = l.now
		f := flight{e, l.now}
		if e.Kind != bridge.ComposeMail && strings.HasSuffix(e.Key, "/1/1") { // the first one takes its time
			f.ends = f.ends.Add(l.script.takes)
		}
		l.lane = append(l.lane, f)
	}
}

// land ends what writes to the provider and is at its end.
func (l *life) land() {
	for len(l.lane) > 0 && !l.lane[0].ends.After(l.now) && l.fault == nil {
		e := l.lane[0].effect
		l.lane = l.lane[1:]
		e.Tries, e.AttemptedAt, e.EndedAt = 1, l.now, l.now
		c := l.cases[len(l.cases)-1]
		l.refuses = l.script.fails && e.Kind == bridge.TransmitMail && strings.HasSuffix(e.Key, "/1/1")
		act := l.act[e.Kind]
		raw, err := act.Do(context.Background(), c, e)
		ev := bridge.Event{What: bridge.Done, At: l.now, Result: raw}
		if err != nil {
			ev = bridge.Event{What: bridge.Failed, At: l.now, Err: err}
			if !errors.Is(err, errRefused) {
				l.fault = fmt.Errorf("%s: %w", e.Key, err)
			}
		}
		e.Sends = 1
		l.apply(act.Settle(c, e, ev))
	}
}

// happen does what the script says, at its own time.
func (l *life) happen(ev event) {
	at := l.script.at(ev)
	switch ev.what {
	case "labelled":
		l.issue.Labels = []string{l.script.label}
		l.issue.Labelled = append(l.issue.Labelled, bridge.Labelling{By: ona, At: at, Added: l.issue.Labels})
	case "unlabelled":
		l.issue.Labelled = append(l.issue.Labelled, bridge.Labelling{By: ona, At: at, Removed: l.issue.Labels})
		l.issue.Labels = nil
	case "completed":
		l.issue.Description, l.issue.Updated = cmp.Or(l.full, l.script.form()), at
	case "resolved":
		l.issue.Resolved, l.issue.ResolvedAt = true, at
	case "robot", "program", "answer":
		l.receive(ev, at)
		return
	default:
		l.issue.Comments = append(slices.Clone(l.issue.Comments), bridge.Comment{
			ID: fmt.Sprint(1000 + len(l.issue.Comments)), Author: ona, Body: l.script.says(ev.what), Created: at,
		})
	}
	l.asked = true
}

var ona = bridge.User{ID: "ona", Name: "Ona Exemple", Mention: "[~ona]"}

// receive decides upon a mail of the provider. What it does not have it does not answer.
func (l *life) receive(ev event, at time.Time) {
	i := len(l.cases) - 1
	if i < 0 || l.cases[i].First() == nil || l.cases[i].ToldAt().IsZero() || !l.cases[i].State.Open() {
		return
	}
	c := l.cases[i]
	if c.Ticket.ID != 0 { // its mails only repeat what is read there
		if ev.what == "answer" {
			l.apply(l.office.receiver.Ticket(receive.TicketInput{
				Now: l.now, Case: c, Ticket: bridge.Ticket{ID: c.Ticket.ID, Number: c.Ticket.Number, State: "open", Updated: at},
				Messages: []bridge.TicketMessage{{ID: at.Unix(), Body: "Lo estamos mirando.", Created: at, Support: true}},
			}))
		}
		return
	}
	m := l.mail(c, ev.what, at)
	v, err := l.office.receiver.Decide(receive.Input{Now: l.now, Mail: bridge.Mail{ArrivedAt: at}, Message: m, Case: &c, Ledger: blank{}})
	switch {
	case err != nil:
		l.fault = err
	case v.Case == nil:
		l.fault = fmt.Errorf("a mail ended as %s: %s", v.Outcome, v.Reason)
	default:
		l.apply(*v.Case)
	}
}

// mail is an answer of the provider to what it was told last, by its desk's program or by
// somebody there.
func (l *life) mail(c bridge.Case, what string, at time.Time) bridge.Message {
	sender := l.office.profiles[slices.IndexFunc(l.office.profiles, func(p mapping.Profile) bool { return p.ID == c.Provider })].Senders[0]
	m := bridge.Message{
		MessageID: fmt.Sprintf("%s-%d@%s", what, at.Unix(), sender), Hash: fmt.Sprintf("%s-%d", what, at.Unix()), Date: at, CaseID: c.ID,
		From: []bridge.Address{{Name: "Soporte", Address: "soporte@" + sender}}, Provider: c.Provider, Subject: "Re: " + c.First().Subject,
		Reply: "Lo estamos mirando.", Authentic: bridge.Authenticity{Allowed: true, Verified: true, Strength: bridge.ByDMARC},
	}
	for _, n := range c.Notices {
		if n.Left() && (n.Channel == "" || n.Channel == bridge.ByMail) {
			m.Answers = n.MessageID
		}
	}
	switch what {
	case "robot":
		m.Robot, m.Kind, m.Reply = true, bridge.KindAcknowledgement, "Hemos recibido su solicitud."
	case "program":
		m.Robot, m.Kind, m.Reply = true, bridge.KindUpdate, "El estado de su solicitud es: en curso."
	}
	if own, ok := l.replies[what]; ok {
		m.Reply, m.Subject, m.Tickets = own.Reply, cmp.Or(own.Subject, m.Subject), own.Tickets
	}
	return m
}

// stamp is a time of Madrid's wall, with what tells the hour that comes twice.
func stamp(at time.Time) string { return at.In(madrid()).Format("2006-01-02 15:04 MST") }

var madrid = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err)
	}
	return zone
})
