package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/internal/alarm"
	"escalat/internal/store"
	"escalat/mapping/wiki"
)

// bell notes what it is told.
type bell struct {
	now   func() time.Time
	begun time.Time
	told  []string
	texts []string
	err   error
}

func (b *bell) Tell(_ context.Context, a bridge.Alarm) (bridge.OnCallResult, error) {
	if b.err != nil {
		return bridge.OnCallResult{}, b.err
	}
	b.told = append(b.told, fmt.Sprintf("%s %s", b.now().Sub(b.begun).Round(time.Minute), a.Event))
	b.texts = append(b.texts, a.Text)
	return bridge.OnCallResult{}, nil
}

// halfway is a Jira whose searches work, on a clock that starts a little after the store's.
type halfway struct {
	*onCall

	t    *testing.T
	db   *store.Store
	at   time.Time
	down time.Time
	bell *bell
}

func newHalfway(t *testing.T) *halfway {
	t.Helper()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	r := &halfway{t: t, db: database(t), at: time.Now().Add(20 * time.Second)} // the store's clock is not ours
	clock := func() time.Time { return r.at }
	r.bell = &bell{now: clock, begun: r.at}
	r.onCall = &onCall{
		watch: alarm.Watch{After: 15 * time.Minute, Calm: awayCalm}, down: func() time.Time { return r.down }, teller: r.bell, store: r.db,
		profiles: profiles(t), texts: texts, zone: time.UTC, now: clock, log: slog.New(slog.DiscardHandler),
	}
	r.update(func(ctx context.Context, tx *store.Tx) error {
		c := bridge.Case{ID: "a", IssueID: "1", IssueKey: "SUP-1", Provider: "claranet", Ordinal: 1, State: bridge.Answered, HeardAt: r.at, AwareAt: r.at}
		if err := tx.InsertCase(ctx, c); err != nil {
			return err
		}
		_, err := tx.PlanEffects(ctx, "a", []bridge.Effect{bridge.Tell(c, "reply", "1", "una resposta")})
		return err
	})
	return r
}

func (r *halfway) update(f func(ctx context.Context, tx *store.Tx) error) {
	r.t.Helper()
	if err := r.db.Update(r.t.Context(), f); err != nil {
		r.t.Fatal(err)
	}
}

// post attempts the oldest comment.
func (r *halfway) post(state bridge.EffectState) {
	r.t.Helper()
	r.update(func(ctx context.Context, tx *store.Tx) error {
		e, err := tx.Head(ctx, "a", bridge.ToJira)
		if err != nil {
			return err
		}
		if e, err = tx.ClaimEffect(ctx, e, true, "me"); err != nil {
			return err
		}
		e.State = state
		return tx.EndAttempt(ctx, e)
	})
}

// pass lets the minutes pass, and looks in each.
func (r *halfway) pass(minutes int) {
	r.t.Helper()
	for range minutes {
		r.at = r.at.Add(time.Minute)
		if err := r.once(r.t.Context()); err != nil && r.bell.err == nil {
			r.t.Fatal(err)
		}
	}
}

// TestRefusedComments: a Jira that answers searches and takes no comment is told of, once,
// and once when it takes them again.
func TestRefusedComments(t *testing.T) {
	t.Parallel()
	r := newHalfway(t)
	r.pass(30)
	if len(r.bell.told) > 0 {
		t.Fatalf("nothing was tried: %q", r.bell.told)
	}
	r.at = r.bell.begun
	r.post(bridge.EffectPlanned)
	r.pass(40)
	r.post(bridge.EffectUnknown)
	r.pass(20)
	r.post(bridge.EffectDone)
	r.pass(30)
	if diff := cmp.Diff([]string{"15m0s jira-away", "1h3m0s jira-back"}, r.bell.told); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(r.bell.texts[0], "1 comentari") {
		t.Error(r.bell.texts[0])
	}
}

// TestRefusedAndAway: one that goes away besides is told of no further.
func TestRefusedAndAway(t *testing.T) {
	t.Parallel()
	r := newHalfway(t)
	r.post(bridge.EffectPlanned)
	r.bell.err = errors.New("the mail server is away")
	r.pass(17)
	r.bell.err = nil
	r.pass(3)
	r.down = r.at
	r.pass(30)
	r.post(bridge.EffectDone)
	r.pass(5)
	r.down = time.Time{}
	r.pass(5)
	if diff := cmp.Diff([]string{"18m0s jira-away", "58m0s jira-back"}, r.bell.told); diff != "" {
		t.Error(diff)
	}
}

// TestRefusedLooks: so is one that shows no issue; a short hiccup is not.
func TestRefusedLooks(t *testing.T) {
	t.Parallel()
	r := newHalfway(t)
	r.post(bridge.EffectDone)
	r.update(func(ctx context.Context, tx *store.Tx) error { return tx.AskLook(ctx, "1") })
	var look store.Look
	r.update(func(ctx context.Context, tx *store.Tx) (err error) {
		if look, err = tx.ClaimLook(ctx, "1", r.at.Add(time.Hour)); err != nil {
			return err
		}
		return tx.PutOffLook(ctx, look, r.at)
	})
	r.pass(14)
	if len(r.bell.told) > 0 {
		t.Errorf("a hiccup: %q", r.bell.told)
	}
	r.pass(10)
	r.update(func(ctx context.Context, tx *store.Tx) error { return tx.EndLook(ctx, look) })
	r.pass(10)
	if diff := cmp.Diff([]string{"15m0s jira-away", "27m0s jira-back"}, r.bell.told); diff != "" {
		t.Error(diff)
	}
}

// TestAwayWhenTheDeskCloses: whoever must be called when the desk closes while Jira is away
// is told, whatever the case waits for; in a test nobody is.
func TestAwayWhenTheDeskCloses(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{"live": 1, "test": 0} {
		r := newHalfway(t)
		r.post(bridge.EffectDone)
		closed := time.Date(2026, 11, 23, 17, 0, 0, 0, madrid())
		r.update(func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertCase(ctx, bridge.Case{
				ID: "b", IssueID: "2", IssueKey: "SUP-2", Provider: "claranet", Kind: "sistemas", Ordinal: 1, State: bridge.Asked,
				Label: "escalar-claranet-sistemes", OpenedAt: closed.Add(-7 * time.Hour), LabelledAt: closed.Add(-7 * time.Hour),
			})
		})
		r.test = name == "test"
		r.down, r.at, r.bell.begun = closed.Add(-10*time.Minute), closed.Add(-10*time.Minute), closed
		r.pass(40)
		if len(r.bell.told) != want || want > 0 && (r.bell.told[0] != "15m0s jira-away" || !strings.Contains(r.bell.texts[0], "SUP-2 – Claranet")) {
			t.Errorf("%s: %q %q", name, r.bell.told, r.bell.texts)
		}
	}
}
