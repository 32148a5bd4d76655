package oauth

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	keepEvery   = time.Minute      // between two looks whether the token is to be replaced
	refusedRest = 10 * time.Minute // after a refusal, which only an operator mends
)

// Keep has a good token at hand until ctx ends, and then returns its error. It asks the
// endpoint only when the token is to be replaced, and says once why there is none.
func (s *Source) Keep(ctx context.Context, log *slog.Logger) error {
	said := ""
	for {
		_, err := s.Token(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && said != "":
			log.InfoContext(ctx, "access tokens for the mail servers are given again")
			said = ""
		case err != nil && err.Error() != said:
			said = err.Error()
			log.ErrorContext(ctx, "there is no access token for the mail servers, trying again", "err", err)
		}
		if err := s.cfg.Pause(ctx, pauseAfter(err)); err != nil {
			return err
		}
	}
}

func pauseAfter(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok && e.Refused() {
		return refusedRest
	}
	return keepEvery
}

// pause waits until d has passed or ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
