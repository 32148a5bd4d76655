package app

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"
)

// What was established and is held afterwards has been at work: it ends, whatever
// asked, and does not wait as if nothing had been written.
func TestHeldAfterwardsEnds(t *testing.T) {
	t.Parallel()
	a := newAccount()
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	g := guardOf(a, s)
	if err := g.lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := g.lead(t.Context()); err != nil { // the next term of leadership
		t.Fatal(err)
	}
	clone := openStore(t, filepath.Join(t.TempDir(), "b.db"))
	copyStore(t, s, clone)
	other := guardOf(a, clone)
	confirm(t, other)
	if err := other.establish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := g.lead(t.Context()); !errors.Is(err, ErrHeld) {
		t.Errorf("the next term: %v", err)
	}
	if err := g.await(t.Context()); !errors.Is(err, ErrHeld) {
		t.Errorf("another process: %v", err)
	}
}

// Jira that is away is nothing that a person could confirm.
func TestAwayIsNotHeld(t *testing.T) {
	t.Parallel()
	g := guardOf(newAccount(), openStore(t, filepath.Join(t.TempDir(), "a.db")))
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	err := g.until(ctx, func(context.Context) error {
		if g.Held() {
			t.Error("held")
		}
		if asked++; asked == 2 {
			cancel()
		}
		return errors.New("503")
	})
	if !errors.Is(err, context.Canceled) || g.Held() || g.Status().Ready {
		t.Errorf("%v, held %v, %+v", err, g.Held(), g.Status())
	}
}

// Two that claim at the same time do not undo each other's claim, in whatever order
// their steps come.
func TestClaimsOfTwo(t *testing.T) {
	t.Parallel()
	a := newAccount()
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	first := guardOf(a, s)
	if err := first.establish(t.Context()); err != nil {
		t.Fatal(err)
	}
	late := &interrupted{account: a, between: func() {
		if err := guardOf(a, s).renew(t.Context()); err != nil {
			t.Error(err)
		}
	}}
	former := guardOf(a, s)
	former.jira = late
	if err := former.renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := guardOf(a, s).renew(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// interrupted lets something happen after its first claim has been taken.
type interrupted struct {
	*account

	between func()
}

func (i *interrupted) SetUserProperty(ctx context.Context, key string, value any) error {
	err := i.account.SetUserProperty(ctx, key, value)
	if f := i.between; f != nil {
		i.between = nil
		f()
	}
	return err
}

// A renewal of the one that still works is no sign that our own claim was taken, though
// it has come to the same number; and what is confirmed again claims a higher one.
func TestRenewalIsNoTakeOver(t *testing.T) {
	t.Parallel()
	a := newAccount()
	s := openStore(t, filepath.Join(t.TempDir(), "a.db"))
	original := guardOf(a, s)
	if err := original.establish(t.Context()); err != nil {
		t.Fatal(err)
	}
	clone := openStore(t, filepath.Join(t.TempDir(), "b.db"))
	copyStore(t, s, clone)
	g := guardOf(a, clone)
	confirm(t, g)
	a.refuse = 1
	if err := g.establish(t.Context()); err == nil {
		t.Fatal("a refused claim is a success")
	}
	a.now = a.now.Add(time.Minute)
	for range 3 {
		if err := original.renew(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := g.establish(t.Context()); !errors.Is(err, ErrHeld) {
			t.Fatalf("both work: %v", err)
		}
	}
	var before, after claim
	if err := json.Unmarshal(a.property, &before); err != nil {
		t.Fatal(err)
	}
	confirm(t, g)
	if err := g.establish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(a.property, &after); err != nil || after.Generation <= before.Generation {
		t.Errorf("the generation went from %d to %d, %v", before.Generation, after.Generation, err)
	}
	if err := original.established(t.Context()); !errors.Is(err, ErrHeld) {
		t.Errorf("the other one works on: %v", err)
	}
}
