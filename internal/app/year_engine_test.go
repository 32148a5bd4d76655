package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/receive"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// machine is the real engine on its own database, with many escalations at once.
type machine struct {
	queue.Engine
	*outside

	t       *testing.T
	office  *office
	store   *store.Store
	lock    sync.Mutex
	scripts map[string]script // by issue
	lives   map[string]*life  // likewise: what its issue says, and what was told of it
	due     map[string]time.Time
	cases   map[string]string // of an issue
}

// Issue reads an issue.
func (m *machine) Issue(_ context.Context, id string) (bridge.Issue, error) {
	m.lock.Lock()
	defer m.lock.Unlock()
	l, ok := m.lives[id]
	if !ok {
		return bridge.Issue{}, bridge.Permanent(errors.New("404"))
	}
	return l.issue, nil
}

// counted is a meter that counts nothing.
type counted struct{}

func (counted) Effect(bridge.Kind, bridge.EffectState) {}
func (counted) Mail(bridge.MailOutcome)                {}

// writes does what goes to Jira and to who is on call: it only notes it.
type writes struct{ *machine }

func (w writes) Do(_ context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	w.lock.Lock()
	defer w.lock.Unlock()
	l := w.lives[c.IssueID]
	switch e.Kind {
	case bridge.PostComment:
		var body bridge.CommentBody
		if err := e.Decode(&body); err != nil {
			return nil, err
		}
		l.told = append(l.told, told{w.clock(), e.Key, body.Text})
	case bridge.TellOnCall:
		l.told = append(l.told, told{w.clock(), e.Key, ""})
	case bridge.EditLabels:
		var body bridge.LabelsBody
		if err := e.Decode(&body); err != nil {
			return nil, err
		}
		calls := slices.ContainsFunc(body.Add, func(label string) bool { return strings.HasSuffix(label, "-cal-trucar") })
		if calls != l.calling {
			l.calling, l.spans = calls, spanned(l.spans, stamp(w.clock()), calls)
		}
	}
	return json.RawMessage(`{}`), nil
}

func (w writes) Find(context.Context, bridge.Case, bridge.Effect) (json.RawMessage, bool, error) {
	return nil, false, nil
}

func (w writes) Settle(bridge.Case, bridge.Effect, bridge.Event) bridge.Outcome {
	return bridge.Outcome{}
}

// refusing is the transmitter, to a server that refuses the first mail of some.
type refusing struct {
	queue.Actor

	m *machine
}

func (r refusing) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	raw, err := r.Actor.Do(ctx, c, e)
	r.m.lock.Lock()
	defer r.m.lock.Unlock()
	if err == nil && r.m.scripts[c.IssueID].fails && strings.HasSuffix(e.Key, "/1/1") && !bytes.Contains(raw, []byte(`"withdrawn"`)) {
		return nil, errRefused
	}
	return raw, err
}

func newMachine(t *testing.T, o *office, scripts []script) *machine {
	t.Helper()
	m := &machine{
		outside: &outside{now: yearBegins, blobs: map[string][]byte{}}, t: t, office: o,
		scripts: map[string]script{}, lives: map[string]*life{}, due: map[string]time.Time{}, cases: map[string]string{},
	}
	for _, s := range scripts {
		l := newLife(o, s)
		m.scripts[l.issue.ID], m.lives[l.issue.ID] = s, l
	}
	var err error
	if m.store, err = store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "year.db"), Now: m.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.store.Close() })
	actors := map[bridge.Kind]queue.Actor{
		bridge.PostComment: writes{m}, bridge.TellOnCall: writes{m}, bridge.EditLabels: writes{m},
	}
	for kind, a := range o.actors(m.outside, m, m.store, bridge.ByPortal) {
		actors[kind] = a.(queue.Actor) //nolint:forcetypeassert // they are
	}
	actors[bridge.TransmitMail] = refusing{actors[bridge.TransmitMail], m}
	marks := marking{
		profiles: o.profiles, marks: post.Marks{Profiles: o.profiles, StateLabels: true}, texts: o.texts, now: m.clock,
		ended: func(string, bridge.Turn, time.Duration, time.Duration) {},
	}
	m.Engine, err = queue.New(queue.Config{
		Store: m.store, Owner: "year", Actors: actors, Reader: m, Decider: o.decider(scripts[0].acts, rand.Reader), Receiver: mails{o.receiver},
		Mark: func(c *bridge.Case) []bridge.Effect {
			effects := marks.plan(c)
			m.lock.Lock()
			defer m.lock.Unlock()
			m.due[c.ID], m.cases[c.IssueID] = c.DueAt, c.ID
			return effects
		},
		Now: m.clock, Logger: slog.New(slog.DiscardHandler), Meter: counted{}, Timeout: 20 * time.Second, Takeover: time.Minute,
		Poll: 5 * time.Millisecond, Backoff: func(int) time.Duration { return time.Minute },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := m.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return m
}

// run has all of it happen on the engine's clock.
func (m *machine) run() {
	var agenda []struct {
		issue string
		event
	}
	for id, s := range m.scripts {
		for _, e := range s.events {
			agenda = append(agenda, struct {
				issue string
				event
			}{id, e})
		}
	}
	slices.SortStableFunc(agenda, func(a, b struct {
		issue string
		event
	},
	) int {
		return a.minute - b.minute
	})
	for m.t.Context().Err() == nil && !m.t.Failed() {
		next := m.soonest()
		if len(agenda) > 0 && (next.IsZero() || minute(agenda[0].minute).Before(next)) {
			next = minute(agenda[0].minute)
		}
		if next.IsZero() || next.After(yearEnds) {
			return
		}
		m.set(next)
		for len(agenda) > 0 && !minute(agenda[0].minute).After(next) {
			m.happen(agenda[0].issue, agenda[0].event)
			agenda = agenda[1:]
		}
		for range 6 { // what was planned may have it looked at once more
			if err := m.Tick(m.t.Context()); err != nil {
				m.t.Fatal(err)
			}
			m.rest()
			if soonest := m.soonest(); soonest.IsZero() || soonest.After(next) {
				break
			}
		}
		if soonest := m.soonest(); !soonest.IsZero() && !soonest.After(next) {
			m.t.Fatalf("something is looked at for ever, at %v", next)
		}
	}
}

func (m *machine) set(at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = at
}

// soonest is when a case is due next.
func (m *machine) soonest() (at time.Time) {
	m.lock.Lock()
	defer m.lock.Unlock()
	for _, due := range m.due {
		if !due.IsZero() && (at.IsZero() || due.Before(at)) {
			at = due
		}
	}
	return at
}

// rest waits until no job is left.
func (m *machine) rest() {
	for m.t.Context().Err() == nil {
		idle, err := m.Idle(m.t.Context())
		if err != nil {
			m.t.Fatal(err)
		}
		if idle {
			return
		}
	}
}

// happen does what a script says: to its issue, or as a mail that was read.
func (m *machine) happen(issue string, ev event) {
	m.lock.Lock()
	l, id := m.lives[issue], m.cases[issue]
	mail := ev.what == "robot" || ev.what == "program" || ev.what == "answer"
	if !mail {
		l.happen(ev)
	}
	m.lock.Unlock()
	ctx := m.t.Context()
	switch {
	case !mail:
		if err := m.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return m.AskLook(ctx, tx, issue) }); err != nil {
			m.t.Fatal(err)
		}
		return
	case id == "":
		return
	}
	at := m.clock()
	err := m.Decide(ctx, id, func(c bridge.Case, _ []bridge.Case) bridge.Outcome {
		if c.First() == nil || c.ToldAt().IsZero() || !c.State.Open() {
			return bridge.Outcome{}
		}
		v, err := m.office.receiver.Decide(receive.Input{Now: at, Mail: bridge.Mail{ArrivedAt: at}, Message: l.mail(c, ev.what, at), Case: &c, Ledger: blank{}})
		if err != nil || v.Case == nil {
			m.t.Errorf("a mail ended as %s: %s, %v", v.Outcome, v.Reason, err)
			return bridge.Outcome{}
		}
		return *v.Case
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.rest()
}

// TestYearInTheEngine is some of those escalations through the real queue and its
// database, many at once on one clock: what comes out is the same.
func TestYearInTheEngine(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a year of the engine is not run with the race detector, which its own tests are")
	}
	shards, each := 4, 20
	both := offices(t)
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			strict, acts := shard%2 == 1, shard%4 < 2
			var scripts []script
			for n := shard * 100_000; len(scripts) < each; n++ {
				s := draw(yearSeed, n)
				months := s.events[0].minute > 30*24*60 && s.last() < 150*24*60 // October to January
				if s.strict != strict || s.channel == bridge.ByAPI || len(s.outages) > 0 || !months {
					continue
				}
				s.number, s.takes, s.acts = len(scripts), 0, acts
				scripts = append(scripts, s)
			}
			m := newMachine(t, both[which(strict)], scripts)
			m.run()
			for id, s := range m.scripts {
				l := m.lives[id]
				var c bridge.Case
				err := m.store.View(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					cases, err := tx.CasesOfIssue(ctx, id)
					if len(cases) > 0 {
						c = cases[len(cases)-1]
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				if diff := compare(s, l.lines(), l.spans, c, nil); diff != "" {
					t.Fatal(s.String() + diff)
				}
			}
		})
	}
}
