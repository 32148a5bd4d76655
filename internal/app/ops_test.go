package app

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/internal/web"
	"escalat/mapping/wiki"
)

// deciding is an engine that decides about one case, which it keeps.
type deciding struct {
	queue.Engine

	c    bridge.Case
	out  []bridge.Outcome
	fail error
}

// Decide implements queue.Engine.
func (d *deciding) Decide(_ context.Context, _ string, decide func(bridge.Case, []bridge.Case) bridge.Outcome) error {
	decide(d.c, nil) // it may be asked more than once
	o := decide(d.c, nil)
	if d.fail != nil {
		return d.fail
	}
	if o.Case.ID != "" {
		d.c, d.out = o.Case, append(d.out, o)
	}
	return nil
}

// opsAt is the page at that time, with a store of those cases.
func opsAt(t *testing.T, now time.Time, cases ...bridge.Case) (operating, *deciding) {
	t.Helper()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	db, engine := database(t), &deciding{}
	err = db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for i, c := range cases {
			c.IssueID, c.Ordinal = "7", i+1
			if err := tx.InsertCase(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) > 0 {
		engine.c = cases[0]
	}
	return operating{
		store: db, engine: engine, profiles: profiles(t), texts: texts, jira: "https://jira.example/", zone: time.UTC,
		held: func() bool { return false }, down: never, now: func() time.Time { return now },
	}, engine
}

// called is a case whose provider must be called at night.
func called(now time.Time) bridge.Case {
	return bridge.Case{
		ID: "abcdefghijklmnop", IssueKey: "AOC-7", Provider: "claranet", Kind: "sistemas", State: bridge.Asked,
		CallSince: now.Add(-time.Minute), CallUntil: now.Add(8 * time.Hour), Say: "Llamamos de AOC",
	}
}

// TestOpsCases: open cases are shown, with the call where one is due.
func TestOpsCases(t *testing.T) {
	t.Parallel()
	night := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
	calm := called(night)
	calm.ID, calm.NotUrgent, calm.IssueKey = "bbcdefghijklmnop", true, "AOC-8"
	off := called(night)
	off.ID, off.Provider = "cbcdefghijklmnop", "nobody"
	over := called(night)
	over.ID, over.State = "dbcdefghijklmnop", bridge.Closed
	o, _ := opsAt(t, night, called(night), calm, off, over)
	got, err := o.cases(t.Context())
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	due, quiet := got[0], got[1]
	if due.Link != "https://jira.example/browse/AOC-7" || due.Provider != "Claranet" || due.Call == nil || len(due.Call.Numbers) != 3 ||
		due.Call.Say != "Llamamos de AOC" || due.Call.SayLang != "es" || !due.Call.Since.Equal(night.Add(-time.Minute)) {
		t.Errorf("%+v %+v", due, due.Call)
	}
	if quiet.IssueKey != "AOC-8" || quiet.Call != nil {
		t.Errorf("%+v", quiet)
	}
}

// TestOpsPhoned: a call is noted once, with the number that the provider gave, and what a
// stranger writes as his name stays words.
func TestOpsPhoned(t *testing.T) {
	t.Parallel()
	night := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
	o, engine := opsAt(t, night, called(night))
	if err := o.phoned(t.Context(), "abcdefghijklmnop", "Laia", "no és cap"); !errors.Is(err, web.ErrOpsTicket) || len(engine.out) != 0 {
		t.Errorf("a number that is none: %v", err)
	}
	if err := o.phoned(t.Context(), "abcdefghijklmnop", "*Laia* [~admin]", "1234567"); err != nil {
		t.Fatal(err)
	}
	out := engine.out[0]
	var body bridge.CommentBody
	if len(out.Effects) != 1 || out.Effects[0].Decode(&body) != nil {
		t.Fatalf("%+v", out)
	}
	if !strings.HasPrefix(body.Text, `\*Laia\* \[\~admin\], queda anotat que heu trucat a Claranet`) || !strings.Contains(body.Text, "*1234567*") {
		t.Error(body.Text)
	}
	if c := out.Case; !c.CallUntil.IsZero() || len(c.References) != 1 || c.References[0] != "1234567" || !c.AwareAt.Equal(night) {
		t.Errorf("%+v", c)
	}
	if len(out.Audit) != 1 || !strings.Contains(out.Audit[0].Reason, "*Laia*") {
		t.Errorf("%+v", out.Audit)
	}
	if err := o.phoned(t.Context(), "abcdefghijklmnop", "Laia", ""); !errors.Is(err, web.ErrOpsNotDue) || len(engine.out) != 1 {
		t.Errorf("noted twice: %v", err)
	}
	engine.c, engine.fail = called(night), errors.New("the store is away")
	if err := o.phoned(t.Context(), "abcdefghijklmnop", "Laia", ""); !errors.Is(err, engine.fail) {
		t.Errorf("not noted: %v", err)
	}
	engine.c.Provider, engine.fail = "nobody", nil
	if err := o.phoned(t.Context(), "abcdefghijklmnop", "Laia", ""); !errors.Is(err, web.ErrOpsNotDue) {
		t.Errorf("of a provider that is off: %v", err)
	}
}

// TestOpsAccount counts what a person must look after.
func TestOpsAccount(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	one := func(id string, s bridge.State) bridge.Case {
		return bridge.Case{ID: id, IssueKey: "AOC-7", Provider: "claranet", State: s}
	}
	late := one("c", bridge.Sent)
	late.Late = map[string]time.Time{"answer": now}
	over := one("e", bridge.Closed)
	over.Late = late.Late
	o, _ := opsAt(t, now, one("a", bridge.Braked), one("b", bridge.Undelivered), late, one("d", bridge.Braked), over)
	o.held, o.down = func() bool { return true }, func() time.Time { return now }
	o.weakest = map[string]bridge.Strength{"claranet": bridge.BySPF}
	err := o.store.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for i, m := range []bridge.Mail{
			{Outcome: bridge.MailPosted, Provider: "claranet", Reason: "confirmed by the border"},
			{Outcome: bridge.MailAcknowledged, Provider: "claranet", Reason: "confirmed by the border, found by a ticket number or a key"},
			{Outcome: bridge.MailPosted, Provider: "claranet", Reason: "confirmed by the border, by spf alone"},
			{Outcome: bridge.MailPosted, Provider: "claranet", Reason: "released by a person"},
			{Outcome: bridge.MailQuarantined, Provider: "claranet", Reason: "confirmed by the border"},
		} {
			if err := putDecided(ctx, tx, uint32(i+1), m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := o.account(t.Context())
	for _, p := range a.Proofs {
		want := web.OpsProof{Provider: "OVH", Mails: map[bridge.Strength]int64{}}
		if p.Provider == "Claranet" {
			want = web.OpsProof{Provider: "Claranet", Weakest: bridge.BySPF, Mails: map[bridge.Strength]int64{bridge.ByDMARC: 2, bridge.BySPF: 1}}
		}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Error(diff)
		}
	}
	if len(a.Proofs) != 2 {
		t.Errorf("%+v", a.Proofs)
	}
	if err != nil || !a.Held || !a.JiraAway.Equal(now) || a.Braked != 2 || a.Undelivered != 1 || a.Late != 1 {
		t.Errorf("%+v, %v", a, err)
	}
}
