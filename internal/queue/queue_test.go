package queue_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// world is the outside as the queue's actor sees it: what was done, in order,
// and what goes wrong with which attempt.
type world struct {
	mu     sync.Mutex
	done   []string           // keys, each time that something really happened
	faults map[string][]fault // by key, one an attempt
	finds  map[string]int
	events map[string][]bridge.EventKind
	ended  chan string // keys as they end
	then   func(c bridge.Case, e bridge.Effect, ev bridge.Event) []bridge.Effect
	block  chan struct{} // Do waits for it when set
	began  chan string
}

// fault says what an attempt returns and whether it happened all the same.
type fault struct {
	err     error
	happens bool
}

func newWorld() *world {
	return &world{
		faults: map[string][]fault{}, finds: map[string]int{}, events: map[string][]bridge.EventKind{},
		ended: make(chan string, 10000), began: make(chan string, 10000),
	}
}

func (w *world) Do(ctx context.Context, _ bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	w.began <- e.Key
	w.mu.Lock()
	block := w.block
	w.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		return nil, bridge.NotDone(ctx.Err())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	f := fault{happens: true}
	if fs := w.faults[e.Key]; len(fs) > 0 {
		f, w.faults[e.Key] = fs[0], fs[1:]
	}
	if f.happens {
		w.done = append(w.done, e.Key)
	}
	if f.err != nil && f.err.Error() == "panic" {
		panic("an actor with a bug")
	}
	return json.RawMessage(`{"did":true}`), f.err
}

func (w *world) Find(_ context.Context, _ bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.finds[e.Key]++
	return json.RawMessage(`{"found":true}`), slices.Contains(w.done, e.Key), nil
}

func (w *world) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events[e.Key] = append(w.events[e.Key], ev.What)
	if ev.What == bridge.Done || ev.What == bridge.Failed {
		w.ended <- e.Key
	}
	c.Request.Count++
	o := bridge.Outcome{Case: c, Audit: []bridge.Entry{{At: ev.At, Stage: "test", Action: "settled"}}}
	if w.then != nil {
		o.Effects = w.then(c, e, ev)
	}
	return o
}

func (w *world) times(key string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, k := range w.done {
		if k == key {
			n++
		}
	}
	return n
}

// clock is a clock that only the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// bench is a store, an engine and its world.
type bench struct {
	queue.Engine

	t     testing.TB
	store *store.Store
	world *world
	clock *clock
	cfg   queue.Config
}

type meter struct{}

func (meter) Effect(bridge.Kind, bridge.EffectState) {}
func (meter) Mail(bridge.MailOutcome)                {}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

func newBench(t testing.TB, url string, change ...func(*queue.Config)) *bench {
	t.Helper()
	b := &bench{t: t, world: newWorld(), clock: &clock{at: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}}
	s, err := store.Open(t.Context(), store.Config{URL: url, Now: b.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	b.store = s
	b.cfg = queue.Config{
		Store: s, Owner: "me", Now: b.clock.Now, Logger: discard(), Meter: meter{},
		Actors: map[bridge.Kind]queue.Actor{bridge.PostComment: b.world, bridge.TransmitMail: b.world},
		Reader: &issues{}, Decider: decider{}, Receiver: &mails{},
		Timeout: 10 * time.Second, Takeover: 20 * time.Second,
		Poll:    5 * time.Millisecond,
		Backoff: func(n int) time.Duration { return time.Duration(n) * time.Minute },
	}
	for _, f := range change {
		f(&b.cfg)
	}
	if b.Engine, err = queue.New(b.cfg); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) start() *bench {
	b.t.Helper()
	if err := b.Start(context.WithoutCancel(b.t.Context())); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := b.Stop(ctx); err != nil {
			b.t.Error(err)
		}
	})
	return b
}

func (b *bench) update(f func(ctx context.Context, tx *store.Tx) error) {
	b.t.Helper()
	if err := b.store.Update(b.t.Context(), f); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) addCase(id string, effects ...bridge.Effect) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertCase(ctx, bridge.Case{ID: id, IssueID: id, Provider: "claranet", Ordinal: 1, State: bridge.Sending}); err != nil {
			return err
		}
		_, err := tx.PlanEffects(ctx, id, effects)
		return err
	})
}

func (b *bench) plan(id string, effects ...bridge.Effect) {
	b.t.Helper()
	b.update(func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.PlanEffects(ctx, id, effects)
		return err
	})
}

func (b *bench) tick() {
	b.t.Helper()
	if err := b.Tick(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// until moves the clock on in steps and ticks, until the keys have ended.
func (b *bench) until(step time.Duration, keys ...string) {
	b.t.Helper()
	left := map[string]bool{}
	for _, k := range keys {
		left[k] = true
	}
	beat := time.NewTicker(20 * time.Millisecond)
	defer beat.Stop()
	for len(left) > 0 {
		select {
		case k := <-b.world.ended:
			delete(left, k)
		case <-beat.C:
			b.clock.add(step)
			b.tick()
		case <-b.t.Context().Done():
			b.t.Fatalf("did not end: %v", left)
		}
	}
	b.rest()
}

// rest waits until no job is left: what was settled is then also committed.
func (b *bench) rest() {
	b.t.Helper()
	for b.t.Context().Err() == nil {
		if idle, err := b.Idle(b.t.Context()); err != nil {
			b.t.Fatal(err)
		} else if idle {
			return
		}
	}
}

func (b *bench) effects(caseID string) (out []bridge.Effect) {
	b.t.Helper()
	err := b.store.View(b.t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		out, err = tx.Effects(ctx, caseID)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func comment(key string) bridge.Effect {
	return bridge.Plan(bridge.ToJira, bridge.PostComment, key, bridge.CommentBody{Text: key})
}

func transmit(key string) bridge.Effect {
	return bridge.Plan(bridge.ToMail, bridge.TransmitMail, key, bridge.TransmitBody{})
}

// databases runs a test on both.
func databases(t *testing.T, test func(t *testing.T, url func() string)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, sync.OnceValue(func() string { return filepath.Join(t.TempDir(), "q.db") }))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, sync.OnceValue(func() string { return cluster.Database(t) }))
	})
}

var errLost = errors.New("the answer was lost")

func TestEffectEnds(t *testing.T) {
	tests := map[string]struct {
		faults []fault
		times  int // how often it really happened
		finds  int
		state  bridge.EffectState
		events []bridge.EventKind
	}{
		"done": {times: 1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Done}},
		"refused for good": {
			faults: []fault{{err: bridge.Permanent(errors.New("550"))}},
			state:  bridge.EffectFailed, events: []bridge.EventKind{bridge.Failed},
		},
		"certainly not done, twice": {
			faults: []fault{{err: bridge.NotDone(errors.New("451"))}, {err: bridge.Later(bridge.NotDone(errors.New("429")), time.Date(2026, 1, 1, 0, 20, 0, 0, time.UTC))}},
			times:  1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Done},
		},
		"answer lost after it happened": {
			faults: []fault{{err: errLost, happens: true}},
			times:  1, finds: 1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Unknown, bridge.Done},
		},
		"answer lost before it happened": {
			faults: []fault{{err: errLost}},
			times:  1, finds: 1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Unknown, bridge.Absent, bridge.Done},
		},
		"a panic after it happened": {
			faults: []fault{{err: errors.New("panic"), happens: true}},
			times:  1, finds: 1, state: bridge.EffectDone, events: []bridge.EventKind{bridge.Unknown, bridge.Done},
		},
	}
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url()).start()
		var keys []string
		for name, test := range tests {
			b.world.faults[name] = test.faults
			b.addCase(name, comment(name))
			keys = append(keys, name)
		}
		b.until(30*time.Second, keys...)
		for name, test := range tests {
			e := b.effects(name)[0]
			if got := b.world.times(name); got != test.times {
				t.Errorf("%s: happened %d times, want %d", name, got, test.times)
			}
			if e.State != test.state || b.world.finds[name] != test.finds || !slices.Equal(b.world.events[name], test.events) {
				t.Errorf("%s: %s, looked for %d times, events %v", name, e.State, b.world.finds[name], b.world.events[name])
			}
		}
	})
}

func TestLaneKeepsOrder(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url()).start()
		b.world.faults["k1"] = []fault{{err: bridge.NotDone(errors.New("down"))}, {err: errLost}}
		b.addCase("a", comment("k1"), comment("k2"), transmit("m1"), comment("k3"))
		b.until(30*time.Second, "k1", "k2", "k3", "m1")
		var jira []string
		for _, k := range b.world.done {
			if k != "m1" {
				jira = append(jira, k)
			}
		}
		if !slices.Equal(jira, []string{"k1", "k2", "k3"}) {
			t.Errorf("done in the order %v", jira)
		}
		if b.world.done[0] != "m1" {
			t.Errorf("another target waited for a failing one: %v", b.world.done)
		}
	})
}

func TestOutcomeFollows(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url()).start()
		b.world.then = func(_ bridge.Case, e bridge.Effect, ev bridge.Event) []bridge.Effect {
			if e.Key == "m1" && ev.What == bridge.Done {
				return []bridge.Effect{comment("told"), comment("told")}
			}
			return nil
		}
		b.addCase("a", transmit("m1"))
		b.until(0, "m1", "told") // the clock stands still: what follows is woken by the transaction that planned it
		if n := b.world.times("told"); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}

func TestFormerProcess(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url())
		b.addCase("a", comment("happened"))
		b.addCase("b", comment("did not"))
		b.world.done = append(b.world.done, "happened")
		for _, id := range []string{"a", "b"} {
			b.update(func(ctx context.Context, tx *store.Tx) error {
				h, err := tx.Head(ctx, id, bridge.ToJira)
				if err != nil {
					return err
				}
				_, err = tx.ClaimEffect(ctx, h, true, "me")
				return err
			})
		}
		if n, err := queue.Release(t.Context(), b.store, "me"); n != 2 || err != nil {
			t.Fatalf("released %d, %v", n, err)
		}
		b.start()
		b.until(time.Second, "happened", "did not")
		for _, k := range []string{"happened", "did not"} {
			if b.world.times(k) != 1 || b.world.finds[k] != 1 {
				t.Errorf("%s: %d times, looked for %d times", k, b.world.times(k), b.world.finds[k])
			}
		}
	})
}

func TestTakeover(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		// The dead process's attempt is not ours to release; only its standing
		// still for longer than any attempt lasts makes it so.
		b := newBench(t, url(), func(c *queue.Config) { c.Timeout, c.Takeover = 50*time.Millisecond, 300*time.Millisecond })
		b.addCase("a", comment("k"))
		b.update(func(ctx context.Context, tx *store.Tx) error {
			h, err := tx.Head(ctx, "a", bridge.ToJira)
			if err != nil {
				return err
			}
			_, err = tx.ClaimEffect(ctx, h, true, "dead")
			return err
		})
		b.start()
		b.until(0, "k")
		if b.world.times("k") != 1 || b.world.finds["k"] != 1 {
			t.Errorf("%d times, looked for %d times", b.world.times("k"), b.world.finds["k"])
		}
	})
}

func TestOvertakenResultDoesNotCount(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url())
		b.world.block = make(chan struct{})
		b.addCase("a", comment("k"))
		b.start()
		b.tick()
		<-b.world.began
		b.update(func(ctx context.Context, tx *store.Tx) error { // another process takes over and finds it done
			h, err := tx.Head(ctx, "a", bridge.ToJira)
			if err != nil {
				return err
			}
			e, err := tx.ClaimEffect(ctx, h, false, "other")
			if err != nil {
				return err
			}
			e.State, e.Result = bridge.EffectDone, json.RawMessage(`{"by":"other"}`)
			return tx.EndAttempt(ctx, e)
		})
		close(b.world.block)
		b.addCase("b", comment("next"))
		b.until(time.Second, "next")
		if e := b.effects("a")[0]; string(e.Result) != `{"by":"other"}` {
			t.Errorf("the overtaken process stored %s", e.Result)
		}
		if len(b.world.events["k"]) != 0 {
			t.Errorf("the overtaken process settled: %v", b.world.events["k"])
		}
	})
}

// TestYear runs a year on the injected clock: an effect a day, each planned for
// its own minute by the one before.
func TestYear(t *testing.T) {
	if testing.Short() {
		t.Skip("a year is long under the race detector")
	}
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url())
		day := func(n int) bridge.Effect {
			e := comment(fmt.Sprint("day ", n))
			e.NotBefore = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC).AddDate(0, 0, n)
			return e
		}
		at := map[string]time.Time{}
		b.world.then = func(_ bridge.Case, e bridge.Effect, ev bridge.Event) []bridge.Effect {
			at[e.Key] = ev.At
			if n := len(at); n < 365 {
				return []bridge.Effect{day(n)}
			}
			return nil
		}
		b.addCase("a", day(0))
		b.start()
		for n := range 365 {
			b.rest()
			b.clock.add(day(n).NotBefore.Sub(b.clock.Now()))
			b.tick()
			if got, want := <-b.world.ended, fmt.Sprint("day ", n); got != want {
				t.Fatalf("%s ended, want %s", got, want)
			}
		}
		b.world.mu.Lock()
		defer b.world.mu.Unlock()
		if len(b.world.done) != 365 || !at["day 364"].Equal(day(364).NotBefore) {
			t.Errorf("%d done, the last at %s", len(b.world.done), at["day 364"])
		}
	})
}

func TestConfigRefused(t *testing.T) {
	t.Parallel()
	if _, err := queue.New(queue.Config{Timeout: time.Minute, Takeover: time.Minute}); err == nil {
		t.Error("a takeover within the time of an attempt was accepted")
	}
}

// issues serves issues to looks.
type issues struct {
	mu    sync.Mutex
	reads map[string]int
	errs  map[string][]error
}

func (i *issues) Issue(_ context.Context, id string) (bridge.Issue, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.reads == nil {
		i.reads = map[string]int{}
	}
	i.reads[id]++
	if errs := i.errs[id]; len(errs) > 0 {
		i.errs[id] = errs[1:]
		return bridge.Issue{}, errs[0]
	}
	return bridge.Issue{ID: id, Key: "AOC-" + id}, nil
}

// decider opens one case an issue and says so in a comment.
type decider struct{}

func (decider) Decide(_ time.Time, issue bridge.Issue, cases []bridge.Case) ([]bridge.Outcome, error) {
	if len(cases) > 0 {
		return []bridge.Outcome{{Case: cases[0], Effects: []bridge.Effect{comment("again " + issue.ID)}}}, nil
	}
	c := bridge.Case{ID: "case" + issue.ID, IssueID: issue.ID, IssueKey: issue.Key, Provider: "claranet", Ordinal: 1, State: bridge.Settling}
	return []bridge.Outcome{{Case: c, Effects: []bridge.Effect{comment("opened " + issue.ID)}}}, nil
}

func (decider) Unreadable(_ time.Time, cases []bridge.Case, _ error) []bridge.Outcome {
	var out []bridge.Outcome
	for _, c := range cases {
		c.DueAt = time.Time{}
		out = append(out, bridge.Outcome{Case: c, Effects: []bridge.Effect{comment("gone " + c.IssueID)}})
	}
	return out
}

func TestLooks(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		reader := &issues{errs: map[string][]error{"2": {errors.New("503"), errors.New("503")}}}
		b := newBench(t, url(), func(c *queue.Config) { c.Reader = reader }).start()
		ask := func(id string) {
			b.update(func(ctx context.Context, tx *store.Tx) error { return b.AskLook(ctx, tx, id) })
		}
		ask("1")
		ask("2")
		b.until(30*time.Second, "opened 1", "opened 2")
		if reader.reads["2"] != 3 {
			t.Errorf("read %d times", reader.reads["2"])
		}
		ask("1")
		b.until(time.Second, "again 1")
		reader.mu.Lock()
		reader.errs["1"] = []error{bridge.Permanent(errors.New("404"))}
		reader.mu.Unlock()
		b.update(func(ctx context.Context, tx *store.Tx) error { // due by itself
			c, err := tx.LockCase(ctx, "case1")
			if err != nil {
				return err
			}
			c.DueAt = b.clock.Now().Add(time.Hour)
			return tx.SaveCase(ctx, c)
		})
		b.until(time.Minute, "gone 1")
	})
}

// mails decides mails by what stands in them.
type mails struct {
	mu    sync.Mutex
	panic int // how often reading "poison" panics
	away  int // how often deciding "unlucky" fails
}

func (m *mails) Read(raw io.Reader, _ int64) (bridge.Message, error) {
	data, err := io.ReadAll(raw)
	m.mu.Lock()
	defer m.mu.Unlock()
	if string(data) == "poison" && m.panic != 0 {
		m.panic--
		panic("a parser with a bug")
	}
	return bridge.Message{MessageID: string(data), CaseID: "a"}, err
}

func (m *mails) Decide(_ time.Time, _ bridge.Mail, msg bridge.Message, c *bridge.Case, known func(string) (bool, error)) (bridge.Verdict, error) {
	key := "reply " + msg.MessageID
	if dup, err := known(key); dup || err != nil {
		return bridge.Verdict{Outcome: bridge.MailDuplicate}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if msg.MessageID == "undecidable" {
		panic("a decision with a bug")
	}
	if msg.MessageID == "unlucky" && m.away > 0 {
		m.away--
		return bridge.Verdict{}, errors.New("the database is away")
	}
	return bridge.Verdict{Outcome: bridge.MailPosted, Keep: true, Case: &bridge.Outcome{Case: *c, Effects: []bridge.Effect{comment(key)}}}, nil
}

func TestMails(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		b := newBench(t, url(), func(c *queue.Config) { c.Receiver = &mails{panic: -1, away: 9} }).start()
		b.addCase("a")
		b.update(func(ctx context.Context, tx *store.Tx) error {
			var rows []bridge.Mail
			for i, text := range []string{"one", "poison", "two", "undecidable", "one", "three", "unlucky"} {
				name := store.NewBlobName()
				if err := tx.PutBlob(ctx, name, []byte(text)); err != nil {
					return err
				}
				rows = append(rows, bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: uint32(i + 1), Blob: name})
			}
			if err := tx.InsertMails(ctx, rows); err != nil {
				return err
			}
			return b.MailsStored(ctx, tx)
		})
		b.until(time.Minute, "reply one", "reply two", "reply three", "reply unlucky")
		want := map[uint32]bridge.MailOutcome{1: "posted", 2: "unreadable", 3: "posted", 4: "unreadable", 5: "duplicate", 6: "posted", 7: "posted"}
		for got := map[uint32]bridge.MailOutcome{}; !mapsEqual(got, want); {
			if t.Context().Err() != nil {
				t.Fatalf("decided %v", got)
			}
			b.clock.add(time.Minute)
			b.tick()
			_ = b.store.View(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				ms, err := tx.Mails(ctx, 10)
				for _, m := range ms {
					got[m.UID] = m.Outcome
				}
				return err
			})
		}
	})
}

func mapsEqual(a, b map[uint32]bridge.MailOutcome) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

func TestLeadership(t *testing.T) {
	databases(t, func(t *testing.T, url func() string) {
		s, err := store.Open(t.Context(), store.Config{URL: url()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		var mu sync.Mutex
		leading := 0
		led := make(chan string)
		run := func(ctx context.Context, name string) chan error {
			l := &queue.Leadership{Store: s, Owner: name, Lease: 150 * time.Millisecond, Logger: discard()}
			done := make(chan error, 1)
			go func() {
				done <- l.Run(ctx, func(ctx context.Context) error {
					mu.Lock()
					leading++
					if leading > 1 {
						t.Error("two lead at the same time")
					}
					mu.Unlock()
					led <- name
					<-ctx.Done()
					mu.Lock()
					leading--
					mu.Unlock()
					return ctx.Err()
				})
			}()
			return done
		}
		first, stopFirst := context.WithCancel(t.Context())
		second, stopSecond := context.WithCancel(t.Context())
		defer stopSecond()
		doneFirst := run(first, "first")
		if got := <-led; got != "first" {
			t.Fatalf("%s leads", got)
		}
		doneSecond := run(second, "second")
		stopFirst()
		<-doneFirst
		if got := <-led; got != "second" {
			t.Fatalf("%s leads", got)
		}
		stopSecond()
		<-doneSecond
	})
}
