package imap

import (
	"context"
	"errors"
	"time"
)

// lived is how long a connection must have lasted to be taken for a good one.
const lived = 30 * time.Second

// Run reads until ctx ends, and then returns nil. It returns an error only when
// another reader has taken over (ErrMoved). Everything that it started has
// ended when it returns. It must not be called twice at the same time.
func (r *Reader) Run(ctx context.Context, sink Sink) error {
	defer r.update(func(s *Status) { s.Connected = false })
	// Whoever leads anew goes on where the last pause was broken off.
	if d := r.retryAt.Sub(r.cfg.Now()); d > 0 && !r.sleep(ctx, d) {
		return nil
	}
	for {
		err := r.serve(ctx, sink)
		r.update(func(s *Status) { s.Connected = false })
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, ErrMoved) {
			return err
		}
		refused := errors.Is(err, ErrRefused)
		r.failed(err, refused)
		d := r.pauses.next(refused)
		r.retryAt = r.cfg.Now().Add(d)
		if !r.sleep(ctx, d) {
			return nil
		}
	}
}

// serve opens one connection and reads until it fails.
func (r *Reader) serve(ctx context.Context, sink Sink) error {
	begun := r.cfg.Now()
	s, err := r.connect(ctx, sink)
	if err != nil {
		return err
	}
	defer s.close()
	r.update(func(s *Status) { s.Connected = true })
	looked := false
	defer func() {
		if looked && r.cfg.Now().Sub(begun) >= lived {
			r.pauses.reset()
		}
	}()
	for {
		begun := r.cfg.Now()
		bad, err := s.look(ctx)
		if err != nil {
			return err
		}
		if bad != nil {
			r.failed(bad, false)
		} else {
			looked = true
			r.succeeded(begun)
		}
		more, err := s.lookBeside(ctx)
		if err != nil {
			return err
		}
		if more {
			continue
		}
		if err := s.wait(ctx); err != nil {
			return err
		}
	}
}

// failed notes and logs a failure; the same one again is not logged.
func (r *Reader) failed(err error, refused bool) {
	text, fresh := r.shorten(err.Error()), false
	r.update(func(s *Status) {
		fresh = s.Err != text
		if s.Err == "" {
			s.ErrSince = r.cfg.Now()
		}
		s.Err, s.Cause = text, err
	})
	switch {
	case !fresh:
	case refused:
		r.cfg.Logger.Error("mailbox refuses the login", "err", text)
	default:
		r.cfg.Logger.Warn("mailbox cannot be read, trying again", "err", text)
	}
}

func (r *Reader) succeeded(begun time.Time) {
	again := false
	r.update(func(s *Status) {
		again = s.Err != ""
		s.LastLook = begun
		s.LastSuccess, s.Err, s.ErrSince, s.Cause = r.cfg.Now(), "", time.Time{}, nil
	})
	if again {
		r.cfg.Logger.Info("mailbox can be read again")
	}
}

const (
	refusedFactor  = 60
	refusedLongest = 30 * time.Minute
)

// pauses counts failures in a row.
type pauses struct {
	first, longest time.Duration
	random         func() float64 // in [0, 1)
	failures       int
}

func (p *pauses) reset() { p.failures = 0 }

// next returns how long to wait after one more failure. Refused credentials are
// tried seldom: a locked account is worse than a late mail.
func (p *pauses) next(refused bool) time.Duration {
	first, longest := p.first, p.longest
	if refused {
		first, longest = first*refusedFactor, max(longest, min(longest*refusedFactor, refusedLongest))
	}
	d := longest
	if p.failures < 30 {
		d = min(first<<p.failures, longest)
	}
	p.failures++
	return d - time.Duration(p.random()*float64(d)/2)
}

// sleep reports whether the time passed before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
