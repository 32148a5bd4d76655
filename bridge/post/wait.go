package post

import (
	"errors"
	"time"

	"escalat/bridge"
)

// An issue that takes nothing is tried again, for a month: a reply must not be lost
// because the issue was hidden, archived or closed to us when it came.
const (
	hiddenFor = 10 * time.Minute
	givenUp   = 30 * 24 * time.Hour
)

// waited makes an end of waiting for an issue that takes nothing.
func waited(err error, e bridge.Effect, now time.Time) error {
	if errors.Is(err, bridge.ErrUnwritable) && now.Sub(e.PlannedAt) >= givenUp {
		return bridge.Permanent(err)
	}
	return err
}

// hidden keeps an attempt open that cannot be looked for: what Jira says for good of
// an issue that it does not show says nothing of what was written there.
func hidden(err error, e bridge.Effect, now time.Time) error {
	if !bridge.IsPermanent(err) || now.Sub(e.PlannedAt) >= givenUp {
		return err
	}
	return bridge.Later(errors.New(err.Error()), now.Add(hiddenFor))
}
