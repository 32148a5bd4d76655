package app

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/internal/jira"
	"escalat/internal/store"
)

// account is the part of a Jira in which installations are known.
type account struct {
	mu       sync.Mutex
	identity jira.Identity
	now      time.Time
	property json.RawMessage
	marked   []jira.Hit
	writes   int
	lose     int // answers of writes that are lost, after they were done
	refuse   int // writes that fail before they are done
}

func (a *account) Identity(context.Context) (jira.Identity, error) { return a.identity, nil }
func (a *account) Time(context.Context) (time.Time, error)         { return a.now, nil }

func (a *account) UserProperty(_ context.Context, _ string, into any) (bool, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.property == nil {
		return false, nil
	}
	return true, json.Unmarshal(a.property, into)
}

func (a *account) SetUserProperty(_ context.Context, _ string, value any) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refuse > 0 {
		a.refuse--
		return errors.New("503")
	}
	raw, err := json.Marshal(value)
	a.property = raw
	a.writes++
	if a.lose > 0 {
		a.lose--
		return errors.New("the answer was lost")
	}
	return err
}

func (a *account) Labelled(_ context.Context, labels []string, _ bool, see func([]jira.Hit) error) error {
	if len(labels) == 0 || len(a.marked) == 0 {
		return nil
	}
	return see(a.marked)
}

func (a *account) written() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.writes
}

func newAccount() *account {
	return &account{
		identity: jira.Identity{URL: "https://jira.test/", Account: "7"}, now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC),
	}
}

func openStore(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func guardOf(a *account, s *store.Store) *guardian {
	return &guardian{
		jira: a, store: s, mailbox: "escalat@aoc.test", marks: []string{"claranet-enviat"}, now: time.Now,
		log: slog.New(slog.DiscardHandler), every: time.Millisecond,
	}
}

// confirm does what “escalat reconcile --confirm” does.
func confirm(t *testing.T, g *guardian) {
	t.Helper()
	e, _, err := g.compare(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	next := installation{}
	if e.local != nil {
		next = *e.local
	}
	next.Confirmed = e.code()
	if err := g.save(t.Context(), next); err != nil {
		t.Fatal(err)
	}
}

func TestInstallationIsEstablishedOnce(t *testing.T) {
	t.Parallel()
	a := newAccount()
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	first := a.now
	for term := range 3 {
		g := guardOf(a, s)
		if err := g.establish(t.Context()); err != nil {
			t.Fatalf("term %d: %v", term, err)
		}
		if err := g.established(t.Context()); err != nil {
			t.Fatalf("term %d: %v", term, err)
		}
		if !g.Since().Equal(first.Add(-clockMargin)) {
			t.Errorf("term %d: since %s, want %s", term, g.Since(), first)
		}
		a.now = a.now.Add(time.Hour)
	}
	var c claim
	if err := json.Unmarshal(a.property, &c); err != nil || c.Generation != 3 || c.ID == "" {
		t.Errorf("claim %+v, %v", c, err)
	}
}

// Whatever is lost on the way to Jira, the next attempt goes on.
func TestClaimSurvivesFailures(t *testing.T) {
	t.Parallel()
	a := newAccount()
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	for term := range 4 {
		a.refuse, a.lose = term%2, 1-term%2
		if err := guardOf(a, s).establish(t.Context()); err == nil || errors.Is(err, ErrHeld) {
			t.Fatalf("term %d: %v", term, err)
		}
		if err := guardOf(a, s).establish(t.Context()); err != nil {
			t.Fatalf("term %d, again: %v", term, err)
		}
		if err := guardOf(a, s).renew(t.Context()); err != nil {
			t.Fatalf("term %d, renewed: %v", term, err)
		}
	}
}

// copyStore gives a new store what another one knows of its installation.
func copyStore(t *testing.T, from, to *store.Store) {
	t.Helper()
	local, err := readInstallation(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	if err := guardOf(nil, to).save(t.Context(), *local); err != nil {
		t.Fatal(err)
	}
}

// What does not belong together is held, writes nothing, and works when exactly
// that was confirmed.
func TestHeld(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(t *testing.T, a *account, s *store.Store) *store.Store
		says   string
	}{
		"an empty database": {func(t *testing.T, _ *account, _ *store.Store) *store.Store {
			return openStore(t, filepath.Join(t.TempDir(), "empty.db"))
		}, "new or empty"},
		"an older database": {func(t *testing.T, a *account, s *store.Store) *store.Store {
			old := openStore(t, filepath.Join(t.TempDir(), "old.db"))
			copyStore(t, s, old)
			if err := guardOf(a, s).renew(t.Context()); err != nil {
				t.Fatal(err)
			}
			return old
		}, "older than Jira"},
		"a copy": {func(t *testing.T, _ *account, s *store.Store) *store.Store {
			clone := openStore(t, filepath.Join(t.TempDir(), "clone.db"))
			copyStore(t, s, clone)
			return clone
		}, "perhaps a copy"},
		"another Jira that is new": {func(_ *testing.T, a *account, s *store.Store) *store.Store {
			a.property, a.identity.URL = nil, "https://other.test/"
			return s
		}, "knows of no installation"},
		"another address of Jira": {func(_ *testing.T, a *account, s *store.Store) *store.Store {
			a.identity.URL = "https://other.test/"
			return s
		}, "address was https://jira.test/"},
		"another account": {func(_ *testing.T, a *account, s *store.Store) *store.Store {
			a.identity.Account = "8"
			return s
		}, "account"},
		"an older Jira": {func(t *testing.T, a *account, s *store.Store) *store.Store {
			old := a.property
			if err := guardOf(a, s).renew(t.Context()); err != nil {
				t.Fatal(err)
			}
			a.property = old
			return s
		}, "Jira is older"},
		"a Jira with marks and no claim": {func(t *testing.T, a *account, _ *store.Store) *store.Store {
			a.property, a.marked = nil, []jira.Hit{{ID: "1", Key: "AOC-1"}}
			return openStore(t, filepath.Join(t.TempDir(), "empty.db"))
		}, "AOC-1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount()
			s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
			if err := guardOf(a, s).establish(t.Context()); err != nil {
				t.Fatal(err)
			}
			s = test.change(t, a, s)
			g, writes := guardOf(a, s), a.written()
			for range 2 {
				err := g.establish(t.Context())
				if !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), test.says) {
					t.Fatalf("%v, want held because of %q", err, test.says)
				}
			}
			if a.written() != writes {
				t.Error("something was written")
			}
			confirm(t, g)
			a.identity.Account += "0" // something else than what was confirmed
			if err := g.establish(t.Context()); !errors.Is(err, ErrHeld) {
				t.Errorf("another difference than the confirmed one: %v", err)
			}
			a.identity.Account = strings.TrimSuffix(a.identity.Account, "0")
			a.now = a.now.Add(time.Hour)
			a.refuse, a.lose = 1, 1
			for range 2 { // Jira refuses once, then its answer is lost
				if err := g.establish(t.Context()); err == nil || errors.Is(err, ErrHeld) {
					t.Fatalf("Jira fails while it is claimed: %v", err)
				}
			}
			if err := g.establish(t.Context()); err != nil {
				t.Fatalf("confirmed: %v", err)
			}
			var c claim
			if err := json.Unmarshal(a.property, &c); err != nil || c.ID == "" || c.Generation == 0 {
				t.Errorf("claimed by %+v, %v", c, err)
			}
			if !g.Confirmed() {
				t.Error("it is not known that this was confirmed")
			}
			if !g.Since().Equal(a.now.Add(-clockMargin)) {
				t.Errorf("since %s, want the time of the confirmation", g.Since())
			}
			if err := guardOf(a, s).establish(t.Context()); err != nil {
				t.Errorf("the next term: %v", err)
			}
		})
	}
}

// The mailbox belongs to it: the copies that prove a sending lie there.
func TestAnotherMailbox(t *testing.T) {
	t.Parallel()
	a := newAccount()
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	if err := guardOf(a, s).establish(t.Context()); err != nil {
		t.Fatal(err)
	}
	g := guardOf(a, s)
	g.mailbox = "other@aoc.test"
	if err := g.establish(t.Context()); !errors.Is(err, ErrHeld) || !strings.Contains(err.Error(), "mailbox was escalat@aoc.test") {
		t.Errorf("%v", err)
	}
}

// What is confirmed is what was shown: anything else of Jira's, or of the store's, has
// another code. The order in which Jira tells the marked issues makes none.
func TestCodeNamesWhatWasShown(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	shown := evidence{
		local: &installation{ID: "a", Generation: 3, Since: at, Bound: bound{Jira: "j"}}, remote: &claim{ID: "b", Generation: 7, At: at}, now: bound{Jira: "j"},
	}
	for name, change := range map[string]func(*evidence){
		"Jira's generation": func(e *evidence) { e.remote = &claim{ID: "b", Generation: 8, At: at} },
		"Jira's claim":      func(e *evidence) { e.remote = nil },
		"our generation":    func(e *evidence) { e.local = &installation{ID: "a", Generation: 4, Since: at, Bound: bound{Jira: "j"}} },
		"what is pending": func(e *evidence) {
			e.local = &installation{ID: "a", Generation: 3, Pending: 4, Since: at, Bound: bound{Jira: "j"}}
		},
		"since when": func(e *evidence) { e.local = &installation{ID: "a", Generation: 3, Bound: bound{Jira: "j"}} },
		"where":      func(e *evidence) { e.now.Place = "file 7" },
	} {
		e := shown
		if change(&e); e.code() == shown.code() {
			t.Errorf("%s makes no difference", name)
		}
	}
	same := shown
	same.local = &installation{ID: "a", Generation: 3, Since: at, Bound: bound{Jira: "j"}, Confirmed: "x", Claiming: &claim{}}
	if same.code() != shown.code() {
		t.Error("a confirmation changes what it confirms")
	}
	a := newAccount()
	a.marked = []jira.Hit{{Key: "AOC-2"}, {Key: "AOC-1"}}
	if keys, err := guardOf(a, nil).marked(t.Context()); err != nil || keys[0] != "AOC-1" {
		t.Errorf("%q, %v", keys, err)
	}
}

// Where the leader is just claiming Jira, what was read before does not belong
// together, and what is read again does.
func TestComparedTwice(t *testing.T) {
	t.Parallel()
	a := newAccount()
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	if err := guardOf(a, s).establish(t.Context()); err != nil {
		t.Fatal(err)
	}
	follower := guardOf(a, s)
	follower.jira = &racing{account: a, between: func() {
		if err := guardOf(a, s).renew(t.Context()); err != nil {
			t.Error(err)
		}
	}}
	if err := follower.established(t.Context()); err != nil {
		t.Error(err)
	}
}

// racing lets something happen between the reading of the store and that of Jira.
type racing struct {
	*account

	between func()
}

func (r *racing) Identity(ctx context.Context) (jira.Identity, error) {
	if f := r.between; f != nil {
		r.between = nil
		f()
	}
	return r.account.Identity(ctx)
}

// The one that was taken over finds out when it claims Jira the next time.
func TestOverthrown(t *testing.T) {
	t.Parallel()
	a := newAccount()
	old := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	if err := guardOf(a, old).establish(t.Context()); err != nil {
		t.Fatal(err)
	}
	clone := openStore(t, filepath.Join(t.TempDir(), "b.db"))
	copyStore(t, old, clone)
	g := guardOf(a, clone)
	confirm(t, g)
	if err := g.establish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := guardOf(a, old).renew(t.Context()); !errors.Is(err, ErrHeld) {
		t.Errorf("%v, want held", err)
	}
}

// In mode shadow nothing is claimed and nothing is held.
func TestShadowClaimsNothing(t *testing.T) {
	t.Parallel()
	a := newAccount()
	a.property = json.RawMessage(`{"id":"somebody","generation":7}`)
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	g := guardOf(a, s)
	g.shadow = true
	for range 2 {
		if err := g.lead(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := g.await(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if a.written() != 0 || g.Held() {
		t.Errorf("%d writes, held %v", a.written(), g.Held())
	}
	live := guardOf(a, s)
	if err := live.establish(t.Context()); !errors.Is(err, ErrHeld) {
		t.Errorf("live afterwards: %v", err)
	}
	a.property = nil
	a.now = a.now.Add(time.Hour)
	if err := live.establish(t.Context()); err != nil || !live.Since().Equal(a.now.Add(-clockMargin)) {
		t.Errorf("live, with no other installation: since %s, %v", live.Since(), err)
	}
}

// A process that does not lead waits until the leader has claimed Jira.
func TestFollowerWaitsForTheClaim(t *testing.T) {
	t.Parallel()
	a := newAccount()
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	follower := guardOf(a, s)
	if err := follower.established(t.Context()); !errors.Is(err, errNoClaim) {
		t.Fatalf("%v", err)
	}
	if err := guardOf(a, s).lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := follower.await(t.Context()); err != nil || follower.Since().IsZero() {
		t.Errorf("%v, since %s", err, follower.Since())
	}
}
