package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/internal/alarm"
	"escalat/internal/jira"
	"escalat/internal/store"
	"escalat/mapping/wiki"
)

// sentry is an onCall with a clock of its own, and remembers what it tells.
type sentry struct {
	onCall

	at    time.Time
	away  time.Time // since when Jira is away
	fails error
	told  []bridge.Alarm
	tried []string // ids
}

// onGuard begins at that time with a case in that state, whose provider is open by day.
func onGuard(t *testing.T, at time.Time, c bridge.Case) *sentry {
	t.Helper()
	g := &sentry{at: at}
	db, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "a.db"), Now: func() time.Time { return g.at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	g.onCall = onCall{
		watch: alarm.Watch{After: 5 * time.Minute, Calm: awayCalm}, down: func() time.Time { return g.away }, teller: g, store: db,
		profiles: profiles(t), texts: texts, zone: time.UTC, now: func() time.Time { return g.at }, log: slog.New(slog.DiscardHandler),
	}
	c.ID, c.IssueID, c.IssueKey, c.Provider, c.Kind, c.Ordinal = "abcdefghijklmnop", "7", "AOC-7", "claranet", "sistemas", 1
	g.write(t, func(ctx context.Context, tx *store.Tx) error { return tx.InsertCase(ctx, c) })
	return g
}

func (g *sentry) write(t *testing.T, f func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := g.store.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// Tell implements post.Teller.
func (g *sentry) Tell(_ context.Context, a bridge.Alarm) (bridge.OnCallResult, error) {
	g.tried = append(g.tried, a.ID)
	if g.fails != nil {
		return bridge.OnCallResult{}, g.fails
	}
	g.told = append(g.told, a)
	return bridge.OnCallResult{At: a.At}, nil
}

// waits has a comment wait for Jira.
func (g *sentry) waits(t *testing.T) {
	t.Helper()
	e := bridge.Plan(bridge.ToJira, bridge.PostComment, "reply/1", bridge.CommentBody{Text: "Resposta"})
	g.write(t, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.PlanEffects(ctx, "abcdefghijklmnop", []bridge.Effect{e})
		return err
	})
}

// pass looks every five seconds for that long, as the process does.
func (g *sentry) pass(t *testing.T, d time.Duration) {
	t.Helper()
	for until := g.at.Add(d); g.at.Before(until); {
		g.at = g.at.Add(awayBeat)
		if err := g.once(t.Context()); err != nil && g.fails == nil {
			t.Fatal(err)
		}
	}
}

// events are what was told.
func (g *sentry) events() string {
	var all []string
	for _, a := range g.told {
		all = append(all, a.Event)
	}
	return strings.Join(all, " ")
}

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// TestJiraAwayIsToldOnce: after the configured time, once, whoever leads; and that it is
// back, once it has been so for a while.
func TestJiraAwayIsToldOnce(t *testing.T) {
	t.Parallel()
	g := onGuard(t, noon, bridge.Case{State: bridge.Sent, ConfirmedAt: noon})
	g.away = g.at
	g.pass(t, time.Minute)
	g.waits(t)
	g.pass(t, 5*time.Minute-awayBeat)
	if len(g.told) != 0 {
		t.Fatalf("told too early: %+v", g.told)
	}
	g.pass(t, awayBeat)
	if g.events() != bridge.AlarmJiraAway {
		t.Fatalf("told %q", g.events())
	}
	if a := g.told[0]; !a.Mail || !a.Webhook || !strings.Contains(a.Text, "20/11/2026 a les 12.00") || !strings.Contains(a.Text, "1 comentari") {
		t.Errorf("%+v", a)
	}
	g.pass(t, time.Hour)
	g.away = g.at.Add(-time.Second) // another process, which knows nothing of the time before
	g.pass(t, 20*time.Minute)
	if g.events() != bridge.AlarmJiraAway {
		t.Fatalf("told again: %q", g.events())
	}
	g.away = time.Time{}
	g.pass(t, time.Minute)
	g.away = g.at // it comes and goes
	g.pass(t, time.Minute)
	g.away = time.Time{}
	g.pass(t, awayCalm)
	if g.events() != bridge.AlarmJiraAway {
		t.Fatalf("told before it was calm: %q", g.events())
	}
	g.pass(t, awayBeat)
	if g.events() != bridge.AlarmJiraAway+" "+bridge.AlarmJiraBack || !strings.Contains(g.told[1].Text, "20/11/2026 a les 12.00") || !strings.Contains(g.told[1].Text, "20/11/2026 a les 13.28") {
		t.Fatalf("told %q: %+v", g.events(), g.told[len(g.told)-1])
	}
	g.pass(t, time.Hour)
	if len(g.told) != 2 || g.told[0].ID == g.told[1].ID {
		t.Errorf("%+v", g.told)
	}
}

// TestNothingWaits: a Jira that is away while nothing waits for it costs nobody the night.
func TestNothingWaits(t *testing.T) {
	t.Parallel()
	g := onGuard(t, noon, bridge.Case{State: bridge.Sent, ConfirmedAt: noon})
	g.away = g.at
	g.pass(t, time.Hour)
	g.away = time.Time{}
	g.waits(t)
	g.pass(t, time.Hour)
	if len(g.tried) != 0 {
		t.Errorf("told %q", g.tried)
	}
}

// TestUntoldIsToldAgain: what nobody could be told is tried again, as the same.
func TestUntoldIsToldAgain(t *testing.T) {
	t.Parallel()
	g := onGuard(t, noon, bridge.Case{State: bridge.Sent, ConfirmedAt: noon})
	g.waits(t)
	g.away, g.fails = g.at, errors.New("connection refused")
	g.pass(t, 6*time.Minute)
	g.fails = nil
	g.pass(t, time.Minute)
	if len(g.told) != 1 || len(g.tried) < 2 {
		t.Fatalf("told %q, tried %d times", g.events(), len(g.tried))
	}
	for _, id := range g.tried {
		if id != g.told[0].ID {
			t.Errorf("tried as %s, told as %s", id, g.told[0].ID)
		}
	}
}

// TestCallWaits: a call that is due is told with whom to call, and nothing that the issue
// says; one that nobody need make is not.
func TestCallWaits(t *testing.T) {
	t.Parallel()
	night := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
	opens := time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)
	due := bridge.Case{
		State: bridge.Asked, CallSince: night.Add(-time.Minute), CallUntil: opens, References: []string{"1234567"},
		Say: "Llamamos por el registro",
	}
	for name, test := range map[string]struct {
		change func(c *bridge.Case)
		test   bool
		want   bool
	}{
		"due":                {func(*bridge.Case) {}, false, true},
		"not urgent":         {func(c *bridge.Case) { c.NotUrgent = true }, false, false},
		"shared":             {func(c *bridge.Case) { c.State = bridge.Joined }, false, false},
		"somebody called":    {func(c *bridge.Case) { c.NoCall(); c.AwareAt = night }, false, false},
		"over":               {func(c *bridge.Case) { c.State = bridge.Closed }, false, false},
		"of another profile": {func(*bridge.Case) {}, true, false},
	} {
		c := due
		test.change(&c)
		g := onGuard(t, night, c)
		if test.test {
			g.profiles = nil
		}
		g.away = g.at
		g.pass(t, 6*time.Minute)
		if (len(g.told) == 1) != test.want {
			t.Errorf("%s: told %q", name, g.events())
			continue
		}
		if !test.want {
			continue
		}
		told := g.told[0].Subject + g.told[0].Text
		for _, part := range []string{"AOC-7", "Claranet", "902 886 336", "1234567"} {
			if !strings.Contains(told, part) {
				t.Errorf("%s: no %q in %s", name, part, told)
			}
		}
		if strings.Contains(told, "registro") {
			t.Errorf("%s: what the issue says has left: %s", name, told)
		}
	}
}

// TestWhatWasToldCannotBeRead: it is an error, and nothing is told.
func TestWhatWasToldCannotBeRead(t *testing.T) {
	t.Parallel()
	g := onGuard(t, noon, bridge.Case{State: bridge.Sent})
	g.write(t, func(ctx context.Context, tx *store.Tx) error { return tx.SetCursor(ctx, awayCursor, "{") })
	if err := g.once(t.Context()); err == nil || len(g.tried) != 0 {
		t.Errorf("%v, tried %d times", err, len(g.tried))
	}
}

// TestGuardIsDown: whoever begins while Jira is away says since when, also before it is
// certain that the store is Jira's.
func TestGuardIsDown(t *testing.T) {
	t.Parallel()
	a := newAccount()
	silent := &speechless{account: a, err: errors.New("connection refused")}
	g := guardOf(a, database(t))
	g.jira, g.now = silent, func() time.Time { return noon }
	l := leading{guard: g, poll: &poller{}}
	ctx, cancel := context.WithCancel(t.Context())
	silent.asked = func() {
		if silent.times == 2 {
			cancel()
		}
	}
	if err := g.lead(ctx); !errors.Is(err, context.Canceled) || !l.down().Equal(noon) {
		t.Errorf("%v, down since %v", err, l.down())
	}
	silent.err = nil
	if err := g.lead(t.Context()); err != nil || !l.down().IsZero() {
		t.Errorf("%v, down since %v", err, l.down())
	}
}

// speechless is a Jira that fails while it has an error.
type speechless struct {
	*account

	err   error
	asked func()
	times int
}

func (s *speechless) Identity(ctx context.Context) (jira.Identity, error) {
	s.times++
	s.asked()
	if s.err != nil {
		return jira.Identity{}, s.err
	}
	return s.account.Identity(ctx)
}
