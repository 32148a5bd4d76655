package send_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

// stalled is Jira when downloads do not end by themselves: the time is over meanwhile.
type stalled struct {
	*world

	at     func(id string, opened int) bool
	opened int
	rounds int
	over   context.CancelFunc
}

// Attachment gives a file, or ends the time.
func (s *stalled) Attachment(ctx context.Context, a bridge.Attachment) (io.ReadCloser, error) {
	if s.opened++; !s.at(a.ID, s.opened) {
		return s.world.Attachment(ctx, a)
	}
	s.over()
	return nil, ctx.Err()
}

// within is the composer's clock.
func (s *stalled) within(t *testing.T) func(context.Context, time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return func(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
		if s.rounds++; most != 30*time.Second {
			t.Errorf("within %s", most)
		}
		ctx, s.over = context.WithCancel(ctx)
		return ctx, s.over
	}
}

// TestIncidentWaitsForNoDownload: what does not come in time stays out of a first
// notice, at the first attempt; twice, and then all of it.
func TestIncidentWaitsForNoDownload(t *testing.T) {
	t.Parallel()
	id := func(stalls string) func(string, int) bool { return func(id string, _ int) bool { return id == stalls } }
	for name, test := range map[string]struct {
		stalls func(id string, opened int) bool
		goes   string // names; the newest comes first
		rounds int
	}{
		"none":               {id(""), "c.log b.log a.log", 1},
		"the last one":       {id("1"), "c.log b.log", 2},
		"one among them":     {id("2"), "c.log", 2},
		"the first one":      {id("3"), "", 1},
		"others, each time":  {func(_ string, opened int) bool { return opened == 3 || opened == 5 }, "", 2},
		"all from the third": {func(_ string, opened int) bool { return opened >= 3 }, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.upload("1", "a.log", "evidence")
			b.upload("2", "b.log", "more")
			b.upload("3", "c.log", "and more")
			jira := &stalled{world: b.world, at: test.stalls}
			b.composer.Files, b.composer.Within = jira, jira.within(t)
			b.composer.Translator = nil // nothing else takes time
			n := b.compose(t).Notice
			var goes []string
			for _, f := range n.Files {
				goes = append(goes, f.Name)
			}
			if got := strings.Join(goes, " "); got != test.goes || jira.rounds != test.rounds || len(b.content(t)) != len(n.Files) || len(n.Files)+len(n.Omitted) != 3 {
				t.Errorf("goes %q, %d rounds, left %+v", got, jira.rounds, n.Omitted)
			}
			for _, f := range n.Omitted {
				if f.Why != bridge.LeftUnreadable {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// TestAdditionWaitsForItsFiles: they are what people ask for.
func TestAdditionWaitsForItsFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t)
	b.upload("1", "a.log", "evidence")
	jira := &stalled{world: b.world}
	b.composer.Within, b.composer.Translator = jira.within(t), nil
	if r := b.run(t, addingFiles(2, nil, "1")); jira.rounds != 0 || len(r.Notice.Files) != 1 {
		t.Errorf("%d rounds, %+v", jira.rounds, r.Notice)
	}
}

// full is a store that takes no mail with files.
type full struct{ *world }

// WriteBlob writes what is short.
func (f full) WriteBlob(ctx context.Context, r io.Reader) (string, int64, error) {
	head, err := io.ReadAll(io.LimitReader(r, 30_000))
	if err != nil {
		return "", 0, err
	}
	if len(head) == 30_000 {
		return "", 0, errors.New("blob: statement timeout")
	}
	return f.world.WriteBlob(ctx, strings.NewReader(string(head)))
}

// TestStoreThatTakesNoFiles: whatever fails with files is tried without them in the
// end, and people hear of it meanwhile.
func TestStoreThatTakesNoFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload("1", "big.log", strings.Repeat("x", 50_000))
	b.composer.Blobs = full{b.world}
	e := composing()
	for try := 1; try <= 2; try++ {
		e.Tries = try
		_, err := b.composer.Do(t.Context(), b.c, e)
		if !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
			t.Fatalf("try %d: %v", try, err)
		}
		o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Delayed, At: night, Err: err})
		if told := len(o.Effects) == 1; told != (try == 2) || o.Case.FileTries != try {
			t.Fatalf("try %d: %+v", try, o)
		}
		b.c = o.Case
	}
	e.Tries = 3
	raw, err := b.composer.Do(t.Context(), b.c, e)
	var r bridge.ComposeResult
	if err != nil || json.Unmarshal(raw, &r) != nil || len(r.Notice.Omitted) != 1 {
		t.Fatalf("%s, %v", raw, err)
	}
	if o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: night, Result: raw}); o.Case.FileTries != 0 || o.Effects[0].Kind != bridge.TransmitMail {
		t.Errorf("%+v", o)
	}
}

// TestComposingIsNotDelayedInSilence: by day and at night as transmitting, and not of
// an issue that cannot be read: there nobody can be told.
func TestComposingIsNotDelayedInSilence(t *testing.T) {
	t.Parallel()
	down := bridge.NotDone(errors.New("store: no connection"))
	for _, serial := range []int{1, 2} {
		b := newBench(t)
		e := composing()
		if serial == 2 {
			b.forcedBefore(t, "impact")
			e = adding(2, "impact")
		}
		for _, test := range []struct {
			at    time.Time
			tries int
			told  bool
		}{{day, 5, false}, {day, 6, true}, {night, 1, false}, {night, 2, true}, {night, 40, true}} {
			e.Tries = test.tries
			o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Delayed, At: test.at, Err: down})
			if !test.told {
				if len(o.Effects) != 0 {
					t.Errorf("%d: after %d at %s: %+v", serial, test.tries, test.at, o)
				}
				continue
			}
			key, text := told(t, o)
			calls := test.at.Equal(night)
			if key != "delayed/"+e.Key || strings.Contains(text, "902 886 336") != calls || o.Case.CallUntil.IsZero() == (calls && serial == 1) || o.Case.FileTries != 0 {
				t.Errorf("%d: %s until %v: %s", serial, key, o.Case.CallUntil, text)
			}
		}
		b.reading = errors.New("503")
		_, err := b.composer.Do(t.Context(), b.c, e)
		if o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Delayed, At: night, Err: err}); len(o.Effects) != 0 || o.Case.FileTries != 0 {
			t.Errorf("%d: %+v", serial, o)
		}
	}
}

// TestShadowAsksNoServer: nothing is transmitted there.
func TestShadowAsksNoServer(t *testing.T) {
	t.Parallel()
	for _, shadow := range []bool{false, true} {
		b := newBench(t)
		asked := false
		b.composer.Shadow, b.composer.Room = shadow, func(context.Context) int64 {
			asked = true
			return 5 << 20
		}
		if n := b.compose(t).Notice; asked == shadow || (n.Room == 0) != shadow {
			t.Errorf("shadow %v: asked %v, room %d", shadow, asked, n.Room)
		}
	}
}
