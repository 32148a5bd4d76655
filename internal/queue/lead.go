package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"escalat/internal/store"
)

// Leadership is the lease that lets one process at a time poll, read mails and
// tick. It is a matter of economy: what a former leader still does is fenced by
// the rows that it touches.
type Leadership struct {
	Store  *store.Store
	Owner  string
	Lease  time.Duration // an epoch that stood still for so long is another's; renewed each third of it
	Logger *slog.Logger
}

// LeaseName is the name of the leader's lease in the store.
const LeaseName = "leader"

// Run works while it leads, and waits while somebody else does, until ctx ends.
// It returns what work returned, unless leadership was only lost.
func (l *Leadership) Run(ctx context.Context, work func(context.Context) error) error {
	for {
		mine, err := l.take(ctx)
		if err != nil {
			return err
		}
		l.Logger.InfoContext(ctx, "leading", "owner", l.Owner)
		mine, err = l.lead(ctx, mine, work)
		if ctx.Err() != nil { // let the next one lead at once
			if _, err := l.renew(context.WithoutCancel(ctx), mine, ""); err != nil && !errors.Is(err, store.ErrMoved) {
				l.Logger.WarnContext(ctx, "lease could not be given back", "err", err)
			}
		}
		if err != nil || ctx.Err() != nil {
			return err
		}
		l.Logger.WarnContext(ctx, "leadership lost", "owner", l.Owner)
	}
}

// take waits until the lease is free: never taken, our own from a former life
// (the caller holds the name), or not renewed for the whole lease on our clock.
func (l *Leadership) take(ctx context.Context) (store.Lease, error) {
	var seen store.Lease
	since := time.Now()
	for {
		now, err := l.read(ctx)
		if err == nil {
			if now != seen {
				seen, since = now, time.Now()
			}
			if now.Owner == "" || now.Owner == l.Owner || time.Since(since) >= l.Lease {
				if mine, err := l.renew(ctx, now, l.Owner); err == nil {
					return mine, nil
				} else if !errors.Is(err, store.ErrMoved) {
					l.Logger.WarnContext(ctx, "lease could not be taken", "err", err)
				}
			}
		} else if ctx.Err() == nil {
			l.Logger.WarnContext(ctx, "lease could not be read", "err", err)
		}
		if err := sleep(ctx, l.Lease/3); err != nil {
			return store.Lease{}, err
		}
	}
}

// lead runs work and renews; it stops work when the lease was lost, or could not
// be renewed for two thirds of its time. It returns the lease as it was last
// renewed, and what work returned, unless the lease was only lost.
func (l *Leadership) lead(ctx context.Context, mine store.Lease, work func(context.Context) error) (store.Lease, error) {
	working, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	go func() { done <- work(working) }()
	beat := time.NewTicker(l.Lease / 3)
	defer beat.Stop()
	renewed := time.Now()
	for {
		select {
		case err := <-done:
			return mine, err
		case <-beat.C:
		}
		next, err := l.renew(ctx, mine, l.Owner)
		switch {
		case err == nil:
			mine, renewed = next, time.Now()
		case errors.Is(err, store.ErrMoved) || time.Since(renewed) >= l.Lease*2/3:
			stop()
			if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
				return mine, err
			}
			return mine, nil
		}
	}
}

func (l *Leadership) read(ctx context.Context) (lease store.Lease, err error) {
	err = l.Store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		lease, err = tx.ReadLease(ctx, LeaseName)
		return err
	})
	return lease, err
}

func (l *Leadership) renew(ctx context.Context, seen store.Lease, owner string) (next store.Lease, err error) {
	err = l.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		next, err = tx.TakeLease(ctx, LeaseName, seen, owner)
		return err
	})
	if err != nil {
		return next, fmt.Errorf("lease: %w", err)
	}
	return next, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
