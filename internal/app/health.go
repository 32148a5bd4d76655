package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/internal/imap"
	"escalat/internal/jira"
	"escalat/internal/web"
)

// health remembers since when a loop works or fails, and why.
type health struct {
	mu    sync.Mutex
	known bool
	why   string // it fails; empty: it works
	since time.Time
}

// note says how an attempt went and returns whether that is news: it began to
// work, or fails for a reason of another class.
func (h *health) note(now time.Time, err error) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	words := why(err)
	if h.known && h.why == words {
		return false
	}
	if !h.known || (h.why == "") != (words == "") {
		h.since = now
	}
	h.known, h.why = true, words
	return true
}

func (h *health) status() web.Status {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.known {
		return web.Status{Why: "not tried yet"}
	}
	return web.Status{Ready: h.why == "", Since: h.since, Why: h.why}
}

// down is since when the loop fails; zero while it works, or was not tried yet.
func (h *health) down() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.known || h.why == "" {
		return time.Time{}
	}
	return h.since
}

// mailbox notes how the reader says that it goes.
func (h *health) mailbox(s imap.Status) web.Status {
	switch {
	case s.Err != "":
		h.note(s.ErrSince, s.Cause)
	case !s.LastSuccess.IsZero():
		h.note(s.LastSuccess, nil)
	}
	return h.status()
}

// storeError is a failure of our store, which must not be told as one of Jira
// or the mailbox.
type storeError struct{ err error }

func (e *storeError) Error() string { return "store: " + e.err.Error() }
func (e *storeError) Unwrap() error { return e.err }

// ours marks what our store did not do.
func ours(err error) error {
	if err == nil {
		return nil
	}
	return &storeError{err}
}

// markedSink marks the failures of the store for the mailbox reader. Blob
// fails for the reader's reasons too and stays as it is.
type markedSink struct{ *sink }

// Cursor returns where reading of the folder stands.
func (s markedSink) Cursor(ctx context.Context, folder string) (imap.Cursor, bool, error) {
	c, known, err := s.sink.Cursor(ctx, folder)
	return c, known, ours(err)
}

// Commit stores the rows and moves the cursor.
func (s markedSink) Commit(ctx context.Context, folder string, from, to imap.Cursor, rows []bridge.Mail) error {
	return ours(s.sink.Commit(ctx, folder, from, to, rows))
}

// Missing returns those of the UIDs that the ledger does not have.
func (s markedSink) Missing(ctx context.Context, folder string, uidValidity uint32, uids []uint32) ([]uint32, error) {
	missing, err := s.sink.Missing(ctx, folder, uidValidity, uids)
	return missing, ours(err)
}

// Like returns mails of that Message-ID and size.
func (s markedSink) Like(ctx context.Context, messageID string, size int64) ([]bridge.Mail, error) {
	like, err := s.sink.Like(ctx, messageID, size)
	return like, ours(err)
}

// Searched returns when every searched folder had been looked at last.
func (s markedSink) Searched(ctx context.Context) (time.Time, error) {
	at, err := s.sink.Searched(ctx)
	return at, ours(err)
}

// why tells the class of an error in constant words: what strangers say is for
// the log alone. No error has no words.
func why(err error) string {
	if err == nil {
		return ""
	}
	if _, ok := errors.AsType[*storeError](err); ok {
		return "the store fails, see the log"
	}
	if errors.Is(err, jira.ErrCredentials) || errors.Is(err, imap.ErrRefused) {
		return "credentials refused"
	}
	if badCertificate(err) {
		return "certificate not trusted"
	}
	if _, ok := errors.AsType[*jira.StatusError](err); ok {
		return "answers with an error, see the log"
	}
	if unanswered(err) {
		return "does not answer"
	}
	return "fails, see the log"
}

func badCertificate(err error) bool {
	_, verification := errors.AsType[*tls.CertificateVerificationError](err)
	_, authority := errors.AsType[x509.UnknownAuthorityError](err)
	_, host := errors.AsType[x509.HostnameError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	return verification || authority || host || invalid
}

// unanswered reports whether the network or the other side's silence is the
// cause. An alert of TLS is an error of the network in name only.
func unanswered(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return slices.Contains([]string{"dial", "read", "write"}, op.Op)
	}
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}
