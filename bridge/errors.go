package bridge

import (
	"errors"
	"time"
)

// An error's class says what the queue does about it. Every error is temporary
// unless it says otherwise: it is tried again after a while. The adapter that
// met the error classifies it, the queue acts.
type classified struct {
	err       error
	permanent bool
	notDone   bool
	at        time.Time
}

func (e *classified) Error() string { return e.err.Error() }
func (e *classified) Unwrap() error { return e.err }

// GivenUpAfter is how long an issue that is deleted, hidden or takes nothing is waited
// for, with everything that was to be read or written there.
const GivenUpAfter = 30 * 24 * time.Hour

// ErrUnwritable means that an issue takes nothing at present: it is hidden from our
// account, archived, or a permission is missing. A person may end that at any time,
// so what was to be written is kept.
var ErrUnwritable = errors.New("the issue takes nothing at present")

// ErrTooLarge means that a mail was refused for its size and would be taken were it
// smaller.
var ErrTooLarge = errors.New("the mail is too large")

// ErrContent means that a mail was refused for what it brings, not for its sender, its
// recipients or a login; smaller or other content might be taken.
var ErrContent = errors.New("the mail's content was refused")

// ErrInfected means that a scanner found something in a file; the error says what.
var ErrInfected = errors.New("the file is infected")

// ErrUnscanned means that the scanner takes no such file.
var ErrUnscanned = errors.New("the file cannot be scanned")

// Permanent marks err as final: the other side refused, and trying again
// changes nothing. A permanent error says also that nothing was done.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &classified{err: err, permanent: true, notDone: true}
}

// Later marks err as temporary with a time before which trying again is
// useless. Whether something was done stays as err says.
func Later(err error, at time.Time) error {
	if err == nil {
		return nil
	}
	return &classified{err: err, at: at}
}

// NotDone marks err as certain: the attempt changed nothing outside, so it may
// be repeated without looking. Without this mark an attempt that ends in an
// error is unknown and is looked for first.
func NotDone(err error) error {
	if err == nil {
		return nil
	}
	return &classified{err: err, notDone: true}
}

// IsPermanent reports whether err is final.
func IsPermanent(err error) bool {
	return anyMark(err, func(c *classified) bool { return c.permanent })
}

// IsNotDone reports whether the failed attempt certainly changed nothing.
func IsNotDone(err error) bool {
	return anyMark(err, func(c *classified) bool { return c.notDone })
}

// RetryAt returns the latest time before which err says that trying again is
// useless, or zero.
func RetryAt(err error) time.Time {
	var at time.Time
	anyMark(err, func(c *classified) bool {
		if c.at.After(at) {
			at = c.at
		}
		return false
	})
	return at
}

// anyMark walks the chain of err, which may carry several marks.
func anyMark(err error, is func(*classified) bool) bool {
	for err != nil {
		var c *classified
		if !errors.As(err, &c) {
			return false
		}
		if is(c) {
			return true
		}
		err = c.err
	}
	return false
}
