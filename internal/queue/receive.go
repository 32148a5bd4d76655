package queue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"escalat/bridge"
	"escalat/internal/store"
)

const (
	mailBatch = 32
	// mailCrashes is how often a mail may end the process, or meet a fault of
	// ours, before it is set aside.
	mailCrashes = 2
	// copyDelay is the cursor with the measured delay of our own copies, in
	// milliseconds.
	copyDelay = "mail copy delay"
)

// receiveWorker decides the mails of the ledger.
type receiveWorker[D riverdriver.Driver[T], T any] struct {
	river.WorkerDefaults[receiveArgs]

	e *engine[D, T]
}

func (w *receiveWorker[D, T]) Work(ctx context.Context, job *river.Job[receiveArgs]) error {
	for !w.e.stopping(ctx) {
		var mails []bridge.Mail
		err := w.e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			if mails, err = tx.ClaimMails(ctx, w.e.Now(), mailBatch); err != nil || len(mails) > 0 {
				return err
			}
			return complete[D](ctx, tx, job)
		})
		if err != nil || len(mails) == 0 {
			return err
		}
		point("mails claimed")
		if err := w.e.receive(ctx, mails); err != nil {
			return err
		}
	}
	return nil // the tick of the next life wakes it
}

// reading is a mail and what could be read of it.
type reading struct {
	mail     bridge.Mail
	msg      bridge.Message
	setAside string // the reason why it is decided without being read
}

// errFault marks a mail at which our own code panicked: trying again will not
// help for ever.
var errFault = errors.New("fault")

// receive reads the mails and decides them together; if that fails, each by
// itself, so that one cannot hold up the others.
func (e *engine[D, T]) receive(ctx context.Context, mails []bridge.Mail) error {
	var read []reading
	for _, m := range mails {
		r, err := e.open(ctx, m)
		if err == nil {
			read = append(read, r)
		} else if err := e.putOffMail(ctx, m, err); err != nil {
			return err
		}
	}
	if len(read) == 0 || e.decideMails(ctx, read) == nil {
		return nil
	}
	for _, r := range read {
		if err := e.decideMails(ctx, []reading{r}); err != nil {
			if err := e.putOffMail(ctx, r.mail, err); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *engine[D, T]) open(ctx context.Context, m bridge.Mail) (r reading, err error) {
	if m.Crashes > mailCrashes {
		return reading{mail: m, setAside: fmt.Sprintf("deciding it failed %d times", m.Crashes-1)}, nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: panic while reading: %v", errFault, p)
		}
	}()
	msg, err := e.Receiver.Read(ctx, func() (io.ReadCloser, error) { return e.Store.OpenBlob(ctx, m.Blob) }, m.Size)
	return reading{mail: m, msg: msg}, err
}

// putOffMail tries a mail again later. What was not our fault, such as a database
// that was away, does not count against the mail.
func (e *engine[D, T]) putOffMail(ctx context.Context, m bridge.Mail, cause error) error {
	if errors.Is(cause, store.ErrFenced) {
		return nil // somebody else decides it
	}
	until := e.later(cause, m.Tries)
	switch fault := errors.Is(cause, errFault); {
	case fault && m.Tries == 1: // claimed among others, which was not counted
		m.Crashes = 1
	case !fault:
		m.Crashes = max(m.Crashes-1, 0)
	}
	e.Logger.ErrorContext(ctx, "mail could not be decided, it will be tried again", "folder", m.Folder, "uid", m.UID, "attempt", m.Tries, "err", cause)
	err := e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.PutOffMail(ctx, m, until) })
	if errors.Is(err, store.ErrFenced) {
		return nil
	}
	return err
}

func (e *engine[D, T]) decideMails(ctx context.Context, read []reading) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: panic while deciding: %v", errFault, p)
		}
	}()
	decided := make([]bridge.Mail, 0, len(read))
	err = e.Store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		decided = decided[:0]
		for _, r := range read {
			m, err := e.decideMail(ctx, tx, r)
			if err != nil {
				return err
			}
			decided = append(decided, m)
			point("in a batch of mails")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, m := range decided {
		e.Meter.Mail(m.Outcome)
		e.Logger.InfoContext(ctx, "mail decided", "case", m.CaseID, "message_id", m.MessageID, "folder", m.Folder, "uid", m.UID,
			"outcome", string(m.Outcome), "reason", m.Reason)
	}
	return nil
}

func (e *engine[D, T]) decideMail(ctx context.Context, tx *store.Tx, r reading) (bridge.Mail, error) {
	m := r.mail
	if r.setAside != "" {
		m.Outcome, m.Reason = bridge.MailUnreadable, r.setAside
		return m, tx.DecideMail(ctx, m, true)
	}
	c, err := caseOf(ctx, tx, &r.msg)
	if err != nil {
		return m, err
	}
	var followers []bridge.Case
	if c != nil {
		if followers, err = tx.LockFollowers(ctx, c.ID); err != nil {
			return m, err
		}
	}
	v, err := e.Receiver.Decide(e.Now(), m, r.msg, c, followers, &ledger{ctx: ctx, tx: tx})
	if err != nil {
		return m, err
	}
	m.MessageID, m.Outcome, m.Reason = r.msg.MessageID, v.Outcome, v.Reason
	if c != nil {
		m.CaseID = c.ID
	}
	if v.Case != nil {
		if err := e.apply(ctx, tx, *v.Case); err != nil {
			return m, err
		}
	}
	if m.Outcome == bridge.MailOwn && v.Case != nil {
		if err := e.copyCame(ctx, tx, v.Case.Case, m.MessageID); err != nil {
			return m, err
		}
	}
	return m, tx.DecideMail(ctx, m, v.Keep)
}

// caseOf locks the case that the mail names, or returns nil. One that it names without
// an identity of ours is noted in the message, and so is that it names several.
func caseOf(ctx context.Context, tx *store.Tx, msg *bridge.Message) (*bridge.Case, error) {
	found, err := named(ctx, tx, *msg)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 1:
		msg.CaseID = found[0].ID
	case len(found) > 1:
		msg.Defects = append(slices.Clone(msg.Defects), bridge.SeveralCases)
	}
	if msg.CaseID == "" {
		return nil, nil
	}
	c, err := tx.LockCase(ctx, msg.CaseID)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return &c, err
}

// copyCame lets a notice that waits for its copy be looked for at once.
func (e *engine[D, T]) copyCame(ctx context.Context, tx *store.Tx, c bridge.Case, messageID string) error {
	if err := measureCopy(ctx, tx, c.Notice(messageID)); err != nil {
		return err
	}
	waits, err := tx.Hurry(ctx, c.ID, bridge.ToMail)
	if err != nil || !waits {
		return err
	}
	return e.insert(ctx, tx, drainArgs{Case: c.ID, Target: string(bridge.ToMail)}, string(bridge.ToMail))
}

// measureCopy remembers how long our own copies take: the longest of late, which
// fades by a tenth with each copy.
func measureCopy(ctx context.Context, tx *store.Tx, n *bridge.Notice) error {
	if n == nil || n.SentAt.IsZero() || n.SeenAt.Before(n.SentAt) {
		return nil
	}
	old, err := CopyDelay(ctx, tx)
	if err != nil {
		return err
	}
	delay := max(n.SeenAt.Sub(n.SentAt), old*9/10)
	return tx.SetCursor(ctx, copyDelay, strconv.FormatInt(delay.Milliseconds(), 10))
}

// CopyDelay returns how long our own copies take to arrive, as measured; 0 when
// none was measured yet.
func CopyDelay(ctx context.Context, tx *store.Tx) (time.Duration, error) {
	v, err := tx.Cursor(ctx, copyDelay)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	ms, err := strconv.ParseInt(v, 10, 64)
	return time.Duration(ms) * time.Millisecond, err
}
