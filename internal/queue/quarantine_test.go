package queue_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// strict lets a mail pass only the gates that a person has opened: they stand in the
// mail, separated by blanks, behind its Message-ID.
type strict struct{}

func (strict) Read(_ context.Context, open func() (io.ReadCloser, error), _ int64) (bridge.Message, error) {
	raw, err := open()
	if err != nil {
		return bridge.Message{}, err
	}
	defer func() { _ = raw.Close() }()
	data, err := io.ReadAll(raw)
	words := strings.Fields(string(data))
	m := bridge.Message{MessageID: words[0], Keys: words[1:]}
	if !slices.Contains(words, "case") {
		m.CaseID = "a"
	}
	return m, err
}

func (strict) Decide(_ time.Time, m bridge.Mail, msg bridge.Message, c *bridge.Case, _ []bridge.Case, _ bridge.Ledger) (bridge.Verdict, error) {
	for _, gate := range msg.Keys {
		switch {
		case gate == "nothing":
			return bridge.Verdict{Outcome: bridge.MailQuarantined, Reason: "nobody may", Keep: true}, nil
		case gate == "unreadable":
			return bridge.Verdict{Outcome: bridge.MailUnreadable}, nil
		case !m.Release.Passes(bridge.Gate(gate)):
			v := bridge.Verdict{Outcome: bridge.MailQuarantined, Reason: "kept", Gate: bridge.Gate(gate), Keep: true}
			if c != nil {
				v.Case = &bridge.Outcome{Case: *c, Audit: []bridge.Entry{{Stage: "receive", Action: "mail quarantined", Reason: gate}}}
			}
			return v, nil
		}
	}
	return bridge.Verdict{Outcome: bridge.MailPosted, Keep: true, Case: &bridge.Outcome{Case: *c, Effects: []bridge.Effect{comment("reply " + msg.MessageID)}}}, nil
}

// act does what a person asks, and returns the error.
func (b *bench) act(f func(ctx context.Context, tx *store.Tx) (bridge.Mail, error)) error {
	return b.store.Update(b.t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := f(ctx, tx)
		return err
	})
}

func (b *bench) release(ref string, gate bridge.Gate, caseID string) error {
	return b.act(func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
		return queue.ReleaseMail(ctx, tx, ref, bridge.Release{Gate: gate, CaseID: caseID, By: "Anna\n Exemple", At: b.clock.Now()})
	})
}

// next has the tick wake what a person has changed.
func (b *bench) next() {
	b.t.Helper()
	b.tick()
	b.rest()
}

func (b *bench) mail(uid uint32) (m bridge.Mail) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) (err error) {
		m, err = tx.Mail(ctx, store.MailID{Folder: "INBOX", UIDValidity: 1, UID: uid})
		return err
	})
	return m
}

func (b *bench) audit(caseID string) (said []string) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) error {
		entries, err := tx.Audit(ctx, caseID)
		for _, e := range entries {
			if e.Stage != "test" {
				said = append(said, e.Stage+": "+e.Action+": "+e.Reason)
			}
		}
		return err
	})
	return said
}

// TestReleaseOpensOneGateAfterAnother: a mail passes the gates that a person has opened,
// and those alone.
func TestReleaseOpensOneGateAfterAnother(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = strict{} })
		b.addCase("a")
		b.putMails("m1@x case sender unproved")
		b.start()
		b.rest()
		for i, gate := range []bridge.Gate{bridge.GateCase, bridge.GateSender, bridge.GateUnproved} {
			if m := b.mail(1); m.Outcome != bridge.MailQuarantined || m.Gate != gate {
				t.Fatalf("before %s it stands so: %+v", gate, m)
			}
			caseID := ""
			if i == 0 {
				caseID = "a"
			}
			if err := b.release("<m1@x>", gate, caseID); err != nil {
				t.Fatal(err)
			}
			b.next()
		}
		m := b.mail(1)
		want := &bridge.Release{
			Gate: bridge.GateUnproved, CaseID: "a", By: "Anna Exemple", At: m.Release.At, Also: []bridge.Gate{bridge.GateCase, bridge.GateSender},
		}
		if diff := cmp.Diff(want, m.Release); diff != "" || m.Outcome != bridge.MailPosted || m.CaseID != "a" {
			t.Errorf("%+v %s", m, diff)
		}
		b.until(0, "reply m1@x")
		if diff := cmp.Diff([]string{
			"quarantine: mail released: INBOX/1/1, gate case, by Anna Exemple",
			"receive: mail quarantined: sender",
			"quarantine: mail released: INBOX/1/1, gate sender, by Anna Exemple",
			"receive: mail quarantined: unproved",
			"quarantine: mail released: INBOX/1/1, gate unproved, by Anna Exemple",
		}, b.audit("a")); diff != "" {
			t.Error(diff)
		}
		b.update(func(ctx context.Context, tx *store.Tx) error {
			about, err := tx.AuditAbout(ctx, m)
			if len(about) != 3 { // the last decision says nothing there
				t.Errorf("the audit about it: %+v", about)
			}
			return err
		})
	})
}

// TestWhatIsNotPossible is said, and changes nothing.
func TestWhatIsNotPossible(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = strict{} })
		b.addCase("a")
		b.update(func(ctx context.Context, tx *store.Tx) error {
			for _, c := range []bridge.Case{
				{ID: "b1", IssueID: "2", IssueKey: "SUP-2", Provider: "claranet", Ordinal: 1, State: bridge.Sent},
				{ID: "b2", IssueID: "2", IssueKey: "SUP-2", Provider: "ovh", Ordinal: 1, State: bridge.Sent},
			} {
				if err := tx.InsertCase(ctx, c); err != nil {
					return err
				}
			}
			return nil
		})
		b.putMails("posted@x", "kept@x sender", "twice@x flood", "twice@x flood", "nothing@x nothing", "case@x case", "gone@x unreadable", "old@x unproved")
		b.start()
		b.rest()
		b.update(func(ctx context.Context, tx *store.Tx) error { // of one the bytes are not kept any more
			m, err := tx.Mail(ctx, store.MailID{Folder: "INBOX", UIDValidity: 1, UID: 8})
			if err == nil {
				err = tx.ReopenMail(ctx, m, nil)
			}
			m.Tries++
			if err == nil {
				err = tx.DecideMail(ctx, m, false)
			}
			return err
		})
		release := func(ref string, gate bridge.Gate, caseID string) func() error {
			return func() error { return b.release(ref, gate, caseID) }
		}
		discard := func(ref, by string) func() error {
			return func() error {
				return b.act(func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
					return queue.DiscardMail(ctx, tx, ref, by, b.clock.Now())
				})
			}
		}
		retry := func(ref string) func() error {
			return func() error {
				return b.act(func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
					return queue.RetryMail(ctx, tx, ref, "me", b.clock.Now())
				})
			}
		}
		before := b.outcomes()
		for name, test := range map[string]struct {
			do   func() error
			is   error
			says string
		}{
			"released, posted":         {release("1", bridge.GateSender, ""), queue.ErrNotPossible, "mail INBOX/1/1 is posted, not quarantined"},
			"another gate":             {release("kept@x", bridge.GateUnproved, ""), queue.ErrNotPossible, `is kept by the gate "sender" (kept), not by "unproved"`},
			"no gate":                  {release("kept@x", "", ""), queue.ErrNotPossible, `is kept by the gate "sender"`},
			"what nobody may":          {release("nothing@x", bridge.GateSender, ""), queue.ErrNotPossible, "is kept for what nobody may override: nobody may"},
			"several":                  {release("<twice@x>", bridge.GateFlood, ""), queue.ErrSeveralMails, "INBOX/1/4 (quarantined), INBOX/1/3 (quarantined)"},
			"none":                     {release("unknown@x", bridge.GateFlood, ""), queue.ErrNoMail, `"unknown@x" is no`},
			"nothing is named":         {release(" <> ", bridge.GateFlood, ""), queue.ErrNoMail, "issue key that the ledger knows"},
			"a UID that is none":       {release("4294967296", bridge.GateFlood, ""), queue.ErrNoMail, ""},
			"no case":                  {release("case@x", bridge.GateCase, ""), queue.ErrNotPossible, "it must be said to which it belongs"},
			"an unknown case":          {release("case@x", bridge.GateCase, "SUP-9"), queue.ErrNotPossible, `cannot belong to "SUP-9"`},
			"cases with two providers": {release("case@x", bridge.GateCase, "sup-2"), queue.ErrNotPossible, "name one by its id"},
			"not kept any more":        {release("old@x", bridge.GateUnproved, ""), queue.ErrNotPossible, "is not kept any more"},
			"discarded, posted":        {discard("posted@x", "me"), queue.ErrNotPossible, "is posted, not quarantined"},
			"discarded by nobody":      {discard("kept@x", " \n"), queue.ErrNotPossible, "who does it"},
			"tried again, quarantined": {retry("kept@x"), queue.ErrNotPossible, "only what could not be read"},
		} {
			if err := test.do(); !errors.Is(err, test.is) || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if diff := cmp.Diff(before, b.outcomes()); diff != "" {
			t.Error(diff)
		}
		if said := b.audit("a"); slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, "quarantine: ") }) {
			t.Errorf("the audit tells of what was not done: %v", said)
		}
	})
}

// TestDiscardDropsTheBytes and leaves the rest.
func TestDiscardDropsTheBytes(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = strict{} })
		b.addCase("a")
		b.putMails("same@x", "same@x flood")
		b.start()
		b.rest()
		blob := b.mail(2).Blob
		discard := func() error {
			return b.act(func(ctx context.Context, tx *store.Tx) (bridge.Mail, error) {
				return queue.DiscardMail(ctx, tx, "same@x", "me", b.clock.Now()) // the one that can be
			})
		}
		if err := discard(); err != nil {
			t.Fatal(err)
		}
		m := b.mail(2)
		if m.Outcome != bridge.MailDiscarded || m.Blob != "" || m.MessageID != "same@x" || m.Reason != "discarded by me; it was quarantined: kept" {
			t.Errorf("%+v", m)
		}
		if _, err := b.store.OpenBlob(t.Context(), blob); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("its bytes: %v", err)
		}
		if err := discard(); !errors.Is(err, queue.ErrSeveralMails) {
			t.Errorf("a second time: %v", err)
		}
		if err := b.release("2", bridge.GateFlood, ""); !errors.Is(err, queue.ErrNotPossible) {
			t.Errorf("released then: %v", err)
		}
		if diff := cmp.Diff([]string{"receive: mail quarantined: flood", "quarantine: mail discarded: INBOX/1/2, by me"}, b.audit("a")); diff != "" {
			t.Error(diff)
		}
	})
}

// TestFindMails by each of their names.
func TestFindMails(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = strict{} })
		b.update(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertCase(ctx, bridge.Case{
				ID: "a", IssueID: "1", IssueKey: "SUP-1", FormerKeys: []string{"OLD-7"}, Provider: "claranet", Ordinal: 1, State: bridge.Sent,
			})
		})
		b.putMails("one@x", "two@x", "two@x", "odd/1/3", "none@x case")
		b.start()
		b.rest()
		for ref, want := range map[string][]uint32{
			"INBOX/1/1": {1}, " 2 ": {2}, "<two@x>": {2, 3}, "one@x": {1}, "odd/1/3": {4},
			"SUP-1": {1, 2, 3, 4}, "sup-1": {1, 2, 3, 4}, "OLD-7": {1, 2, 3, 4}, "INBOX/1/9": nil, "SUP": nil, "%": nil, "": nil,
		} {
			b.update(func(ctx context.Context, tx *store.Tx) error {
				found, err := queue.FindMails(ctx, tx, ref)
				var uids []uint32
				for _, m := range found {
					uids = append(uids, m.UID)
				}
				slices.Sort(uids)
				if diff := cmp.Diff(want, uids); diff != "" || (want == nil) != errors.Is(err, queue.ErrNoMail) {
					t.Errorf("%q: %v %s", ref, err, diff)
				}
				return nil
			})
		}
	})
}

// TestOldMailsAreDroppedByTheTick, but not what is still to be attached.
func TestOldMailsAreDroppedByTheTick(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver, c.Retention = strict{}, 24*time.Hour })
		b.addCase("a")
		var texts []string
		for i := range 130 {
			texts = append(texts, fmt.Sprintf("m%d@x", i))
		}
		b.putMails(append(texts, "kept@x flood")...)
		b.start()
		b.rest()
		kept := func() (n int) {
			b.update(func(ctx context.Context, tx *store.Tx) error {
				ms, err := tx.Mails(ctx, 1000)
				for _, m := range ms {
					if m.Blob != "" {
						n++
					}
				}
				return err
			})
			return n
		}
		b.tick()
		if n := kept(); n != 131 {
			t.Fatalf("%d of the new are kept", n)
		}
		for _, want := range []struct {
			after time.Duration
			kept  int
		}{{23 * time.Hour, 131}, {time.Hour + time.Minute, 81}, {0, 31}, {0, 1}, {0, 1}, {24 * time.Hour, 0}} {
			b.clock.add(want.after)
			b.tick()
			if n := kept(); n != want.kept {
				t.Errorf("%d are kept, want %d", n, want.kept)
			}
		}
		if l := b.ledger(); l.Seen != 131 || l.Outcomes[bridge.MailPosted] != 130 {
			t.Errorf("%+v", l)
		}
	})
}
