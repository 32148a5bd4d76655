package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/text"
	"escalat/internal/config"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// replayWithin bounds the reading of one mail.
const replayWithin = time.Minute

// Replay reads raw mails as a running escalat does, without network or database. It may
// be used by several goroutines.
type Replay struct {
	receiver *receive.Receiver
	now      func() time.Time
}

// Replayed is what was read of a mail, and what would become of it if every case that
// it names existed.
type Replayed struct {
	Message bridge.Message
	Verdict bridge.Verdict
}

// NewReplay makes a Replay for the providers that are on.
func NewReplay(cfg config.Config, profiles []mapping.Profile) (*Replay, error) {
	texts, err := text.For(string(cfg.General.Language), wiki.EscapeLine)
	if err != nil {
		return nil, err
	}
	r, err := newReceiver(cfg, providers(cfg, profiles), texts, nil)
	if err != nil {
		return nil, err
	}
	return &Replay{receiver: r, now: time.Now}, nil
}

// Read reads a mail, which may be opened more than once. It never fails on what the mail
// contains: an error is that of opening or reading it, or says that reading it took too
// long or met a fault of ours.
func (r *Replay) Read(ctx context.Context, open func() (io.ReadCloser, error)) (out Replayed, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a fault of escalat, please report it: %v", p)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, replayWithin)
	defer cancel()
	if out.Message, err = r.receiver.Read(ctx, open, 0); err != nil {
		return out, err
	}
	out.Verdict, err = r.receiver.Foresee(r.now(), out.Message)
	return out, err
}
