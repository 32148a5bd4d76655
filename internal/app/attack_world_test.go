package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/send"
	"escalat/bridge/text"
	"escalat/bridge/token"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

const (
	attackOwn  = "escalat@aoc.cat"
	attackHost = "aoc.cat"
	// secret is what every forged mail wants shown.
	secret = "S3CR3T"
)

// sources are all from which the suite is played.
func sources() []authentic.Source {
	return []authentic.Source{authentic.Authserv, authentic.M365, authentic.Google, authentic.DKIM}
}

// besieged are the sources that are tried: in a short run those that differ most.
func besieged() []authentic.Source {
	if testing.Short() {
		return []authentic.Source{authentic.Authserv, authentic.DKIM}
	}
	return sources()
}

func attackNow() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }

// siege is the whole receiving stage as the daemon has it: the store on a file, the
// queue that claims, names and decides, and the receiver. Nothing of what is planned is
// done: the lanes wait for ever.
type siege struct {
	t      *testing.T
	source authentic.Source
	store  *store.Store
	engine queue.Engine
	ring   token.Keyring // signs with the newest key
	old    token.Keyring // the one before
	over   chan struct{}
	ended  chan bridge.MailOutcome
	uid    uint32
	rand   *rand.Rand
	cases  []bridge.Case
}

func key(id byte, letter string) token.Key {
	return token.Key{ID: id, Secret: []byte(strings.Repeat(letter, token.MinSecret))}
}

func keyring(t *testing.T, keys ...token.Key) token.Keyring {
	t.Helper()
	ring, err := token.NewKeyring(keys)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func newSiege(t *testing.T, source authentic.Source, change ...func(*receive.Config)) *siege {
	t.Helper()
	s := &siege{
		t: t, source: source, over: make(chan struct{}), ended: make(chan bridge.MailOutcome, 10000),
		ring: keyring(t, key(2, "n"), key(1, "o")), old: keyring(t, key(1, "o")), rand: rand.New(rand.NewPCG(6, 4)),
	}
	db, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "a.db"), Now: attackNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s.store = db
	c := s.config()
	for _, f := range change {
		f(&c)
	}
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	s.engine, err = queue.New(queue.Config{
		Store: db, Owner: "me", Now: attackNow, Logger: slog.New(slog.DiscardHandler), Meter: s, Receiver: mails{r}, Reader: s, Decider: s,
		Actors:  map[bridge.Kind]queue.Actor{bridge.PostComment: s, bridge.PostAttachment: s},
		Timeout: time.Hour, Takeover: 2 * time.Hour, Poll: 5 * time.Millisecond, Backoff: func(int) time.Duration { return time.Hour },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.openCases()
	if err := s.engine.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		close(s.over)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := s.engine.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *siege) config() receive.Config {
	s.t.Helper()
	texts, err := text.For("ca", wiki.Escape)
	if err != nil {
		s.t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		s.t.Fatal(err)
	}
	all := profiles(s.t)
	p := &all[slices.IndexFunc(all, func(p mapping.Profile) bool { return p.ID == "claranet" })]
	policy := func(domain string) authentic.Policy {
		return authentic.Policy{Senders: []string{domain}, Source: s.source, Authserv: map[authentic.Source]string{authentic.Authserv: "mx.aoc.cat"}[s.source], Sealers: []string{"reenvia.aoc.cat"}, Own: []string{attackOwn}}
	}
	colleagues := policy(attackHost)
	return receive.Config{
		Own: attackOwn, Keys: s.ring, Texts: texts, Zone: zone, Marker: send.Marker, Colleagues: colleagues,
		Resolver: dnsOf{s.t}, Now: attackNow, Lifetime: 60 * 24 * time.Hour,
		Providers: []receive.Provider{
			{ID: "claranet", Name: "Claranet", Policy: policy("claranet.es"), Tag: "AOC", References: p.References, Profile: p},
			{ID: "ovh", Name: "OVH", Policy: policy("ovh.com"), Tag: "AOC", References: p.References, Profile: p},
		},
	}
}

// The places of the cases with a part of their own; those between are ordinary.
const (
	oldCase    = 24 // its notice is older than the lifetime of a token
	joinedCase = 25 // shares the first
	otherCase  = 26 // with another provider
	allCases   = 27
)

// openCases opens cases in every state, each with a notice, a ticket number, and a
// conversation that has begun. Every third notice was signed before the keys changed.
func (s *siege) openCases() {
	s.t.Helper()
	states := []bridge.State{bridge.Sent, bridge.Answered, bridge.Closed, bridge.Undelivered, bridge.Sending}
	for i := range allCases {
		ring, provider := s.ring, "claranet"
		if i%3 == 0 {
			ring = s.old
		}
		if i == otherCase {
			provider = "ovh"
		}
		var seed [32]byte
		seed[0] = byte(i + 1)
		id, err := token.NewCaseID(rand.NewChaCha8(seed))
		if err != nil {
			s.t.Fatal(err)
		}
		c := bridge.Case{
			ID: id, IssueID: fmt.Sprint(20000 + i), IssueKey: fmt.Sprintf("SUP-%d", 100+i), Provider: provider, Ordinal: 1, Rev: 0,
			State: states[i%len(states)], OpenedAt: attackNow().Add(-2 * time.Hour), References: []string{fmt.Sprintf("CLARANET-70%04d", i)},
		}
		sent := attackNow().Add(-time.Hour)
		switch i {
		case oldCase:
			sent = sent.AddDate(0, -6, 0)
		case joinedCase:
			c.State, c.Leader, c.LeaderKey, c.References = bridge.Joined, s.cases[0].ID, s.cases[0].IssueKey, nil
		}
		messageID, err := ring.MessageID(provider, id, 1, attackHost)
		if err != nil {
			s.t.Fatal(err)
		}
		c.Notices = []bridge.Notice{{Serial: 1, MessageID: messageID, Subject: s.subject(c), To: []string{"css@claranet.es"}, Copy: attackOwn, SentAt: sent}}
		c.Thread = []string{messageID, fmt.Sprintf("open-%d@claranet.es", i)}
		s.update(func(ctx context.Context, tx *store.Tx) error { return tx.InsertCase(ctx, c) })
		s.cases = append(s.cases, c)
	}
}

func (s *siege) subject(c bridge.Case) string {
	return fmt.Sprintf("[AOC %s] Sistemas – Portal de Tràmits – Error 503", c.IssueKey)
}

func (s *siege) update(f func(ctx context.Context, tx *store.Tx) error) {
	s.t.Helper()
	if err := s.store.Update(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

// put stores mails as the mailbox does and returns their rows once all are decided.
func (s *siege) put(raws ...string) []bridge.Mail {
	s.t.Helper()
	var rows []bridge.Mail
	s.update(func(ctx context.Context, tx *store.Tx) error {
		rows = rows[:0]
		for i, raw := range raws {
			name := store.NewBlobName()
			if err := tx.PutBlob(ctx, name, []byte(raw)); err != nil {
				return err
			}
			rows = append(rows, bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: s.uid + uint32(i) + 1, Blob: name, Size: int64(len(raw)), ArrivedAt: attackNow()})
		}
		if err := tx.InsertMails(ctx, rows); err != nil {
			return err
		}
		return s.engine.MailsStored(ctx, tx)
	})
	for range raws {
		select {
		case <-s.ended:
		case <-s.t.Context().Done():
			s.t.Fatal("not all mails were decided")
		}
	}
	s.update(func(ctx context.Context, tx *store.Tx) (err error) {
		for i := range rows {
			if rows[i], err = tx.Mail(ctx, store.IDOf(rows[i])); err != nil {
				return err
			}
		}
		return nil
	})
	s.uid += uint32(len(raws))
	return rows
}

// standing is how all cases stand, and what was ever planned for them.
type standing struct {
	cases   map[string]string // as JSON
	effects map[string][]bridge.Effect
}

func (s *siege) standing() standing {
	s.t.Helper()
	out := standing{cases: map[string]string{}, effects: map[string][]bridge.Effect{}}
	s.update(func(ctx context.Context, tx *store.Tx) error {
		for _, c := range s.cases {
			now, err := tx.Case(ctx, c.ID)
			if err != nil {
				return err
			}
			now.Rev, now.Strangers = 0, nil
			raw, err := json.Marshal(now)
			if err != nil {
				return err
			}
			out.cases[c.ID] = string(now.State) + string(raw)
			if out.effects[c.ID], err = tx.Effects(ctx, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return out
}

// balanced: the sum of the outcomes is what was seen.
func (s *siege) balanced() {
	s.t.Helper()
	s.update(func(ctx context.Context, tx *store.Tx) error {
		l, err := tx.Ledger(ctx)
		if err == nil && (l.Difference() != 0 || l.Undecided != 0 || l.Seen != int64(s.uid)) {
			s.t.Errorf("the ledger does not add up: %+v", l)
		}
		return err
	})
}

// Mail implements queue.Meter.
func (s *siege) Mail(o bridge.MailOutcome) { s.ended <- o }

// Effect implements queue.Meter.
func (s *siege) Effect(bridge.Kind, bridge.EffectState) {}

// Do waits until the siege is over.
func (s *siege) Do(ctx context.Context, _ bridge.Case, _ bridge.Effect) (json.RawMessage, error) {
	select {
	case <-s.over:
	case <-ctx.Done():
	}
	return nil, bridge.NotDone(io.ErrClosedPipe)
}

// Find implements queue.Actor.
func (s *siege) Find(context.Context, bridge.Case, bridge.Effect) (json.RawMessage, bool, error) {
	return nil, false, nil
}

// Settle implements queue.Actor.
func (s *siege) Settle(c bridge.Case, _ bridge.Effect, _ bridge.Event) bridge.Outcome {
	return bridge.Outcome{Case: c}
}

// Issue implements queue.Reader.
func (s *siege) Issue(_ context.Context, id string) (bridge.Issue, error) {
	return bridge.Issue{ID: id}, nil
}

// Decide implements queue.Decider: no issue is of interest here.
func (s *siege) Decide(time.Time, bridge.Issue, []bridge.Case, bridge.Lookup) ([]bridge.Outcome, error) {
	return nil, nil
}

// Unreadable implements queue.Decider.
func (s *siege) Unreadable(time.Time, []bridge.Case, error) []bridge.Outcome { return nil }
