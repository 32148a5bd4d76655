package imap

import (
	"errors"
	"fmt"

	goimap "github.com/emersion/go-imap/v2"

	"escalat/internal/oauth"
)

// sinkError is a failure of ours, not of the server or a mail.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return "store: " + e.err.Error() }
func (e *sinkError) Unwrap() error { return e.err }

// mailError is a failure at one mail, which has rules of its own.
type mailError struct{ err error }

func (e *mailError) Error() string { return e.err.Error() }
func (e *mailError) Unwrap() error { return e.err }

// misunderstood reports whether the server refused a command as such.
func misunderstood(err error) bool {
	_, answered := errors.AsType[*goimap.Error](err)
	return answered
}

// bigError says that a mail is bigger than the server had announced.
type bigError struct{ size int64 }

func (e *bigError) Error() string { return fmt.Sprintf("%d bytes, more than announced", e.size) }

// shorten cleans a text and takes our password out of it: a server may repeat
// what it was told.
func (r *Reader) shorten(text string) string {
	text = r.cfg.login().Mask(text)
	return oauth.Clean(text)
}
