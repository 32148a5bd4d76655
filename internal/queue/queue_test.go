package queue_test

import (
	"context"
	"encoding/json"
	"errors"
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

func (decider) Decide(_ time.Time, issue bridge.Issue, cases []bridge.Case, _ bridge.Lookup) ([]bridge.Outcome, error) {
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

// mails decides mails by what stands in them.
type mails struct {
	mu    sync.Mutex
	panic int // how often reading "poison" panics
	away  int // how often deciding "unlucky" fails
}

func (m *mails) Read(_ context.Context, open func() (io.ReadCloser, error), _ int64) (bridge.Message, error) {
	raw, err := open()
	if err != nil {
		return bridge.Message{}, err
	}
	defer func() { _ = raw.Close() }()
	data, err := io.ReadAll(raw)
	m.mu.Lock()
	defer m.mu.Unlock()
	if string(data) == "poison" && m.panic != 0 {
		m.panic--
		panic("a parser with a bug")
	}
	return bridge.Message{MessageID: string(data), CaseID: "a"}, err
}

func (m *mails) Decide(_ time.Time, _ bridge.Mail, msg bridge.Message, c *bridge.Case, _ []bridge.Case, past bridge.Ledger) (bridge.Verdict, error) {
	key := "reply " + msg.MessageID
	if dup, err := past.Known(key); dup || err != nil {
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
