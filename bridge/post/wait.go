package post

import (
	"errors"
	"time"

	"escalat/bridge"
)

// An issue that takes nothing is tried again, for a month: a reply must not be lost
// because the issue was hidden, archived or closed to us when it came. For a day that
// is often, since somebody may be mending it, then hourly.
const (
	hiddenFor = 10 * time.Minute
	hiddenDay = 24 * time.Hour
)

// waited makes an end of waiting for an issue that takes nothing.
func waited(err error, e bridge.Effect, now time.Time) error {
	switch waits := now.Sub(e.PlannedAt); {
	case !errors.Is(err, bridge.ErrUnwritable):
		return err
	case waits >= bridge.GivenUpAfter:
		return bridge.Permanent(err)
	case waits >= hiddenDay:
		return bridge.Later(err, now.Add(time.Hour))
	}
	return err
}

// hidden keeps an attempt open that cannot be looked for: what Jira says for good of
// an issue that it does not show says nothing of what was written there.
func hidden(err error, e bridge.Effect, now time.Time) error {
	if !bridge.IsPermanent(err) || now.Sub(e.PlannedAt) >= bridge.GivenUpAfter {
		return err
	}
	return bridge.Later(errors.New(err.Error()), now.Add(hiddenFor))
}
