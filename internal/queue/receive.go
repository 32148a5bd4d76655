package queue

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"

	"escalat/bridge"
	"escalat/internal/store"
)

const (
	mailBatch = 32
	// readTimeout is how long reading a mail may take.
	readTimeout = time.Minute
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
	err      error  // it could not be read
	done     <-chan reading
}

// errFault marks a mail at which our own code panicked, or that took too long: trying
// again will not help for ever.
var errFault = errors.New("fault")

// errSlow marks a fault that is one of time, and errGone one of bytes that are not there.
var (
	errSlow = errors.New("reading took too long")
	errGone = errors.New("its bytes are not in the store")
)

// receive reads the mails and decides them together; if that fails, each by
// itself, so that one cannot hold up the others. What is slow to read is waited for
// only when the others are decided.
func (e *engine[D, T]) receive(ctx context.Context, mails []bridge.Mail) error {
	var read, slow []reading
	for _, m := range mails {
		r := reading{mail: m, done: e.begin(ctx, m)}
		select {
		case r = <-r.done:
			read = append(read, r)
		case <-time.After(e.ReadTimeout / mailBatch):
			slow = append(slow, r)
		}
	}
	if err := e.settleMails(ctx, read); err != nil {
		return err
	}
	for _, r := range slow { // they are read side by side, and each has its end
		select {
		case r = <-r.done:
		case <-e.stop:
			r.err = errStopping
		}
		if err := e.settleMails(ctx, []reading{r}); err != nil {
			return err
		}
	}
	return nil
}

// settleMails decides what was read, and puts off what was not.
func (e *engine[D, T]) settleMails(ctx context.Context, all []reading) error {
	var read []reading
	for _, r := range all {
		if r.err == nil {
			read = append(read, r)
		} else if err := e.putOffMail(ctx, r.mail, r.err); err != nil {
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

// begin reads a mail beside others. What comes out of the channel comes at the latest
// when the time is over: whoever reads on then is left to itself.
func (e *engine[D, T]) begin(ctx context.Context, m bridge.Mail) <-chan reading {
	done := make(chan reading, 1)
	if m.Crashes > store.MailCrashes {
		r := reading{mail: m, setAside: fmt.Sprintf("deciding it failed %d times", m.Crashes-1)}
		if m.Reason != "" {
			r.setAside += ": " + m.Reason
		}
		done <- r
		return done
	}
	within, cancel := context.WithTimeout(ctx, e.ReadTimeout)
	opened := make(chan reading, 1)
	go func() { opened <- e.open(within, m) }()
	go func() {
		defer cancel()
		r := reading{mail: m}
		select {
		case r = <-opened:
		case <-within.Done():
			r.err = within.Err()
		}
		if r.err != nil && ctx.Err() == nil && within.Err() != nil {
			r.err = fmt.Errorf("%w: %w: %w", errFault, errSlow, r.err)
		}
		done <- r
	}()
	return done
}

func (e *engine[D, T]) open(ctx context.Context, m bridge.Mail) (r reading) {
	r.mail = m
	defer func() {
		if p := recover(); p != nil {
			r.err = fmt.Errorf("%w: panic while reading: %v", errFault, p)
		}
	}()
	gone := false // whatever the receiver makes of it
	r.msg, r.err = e.Receiver.Read(ctx, func() (io.ReadCloser, error) {
		raw, err := e.Store.OpenBlob(ctx, m.Blob)
		gone = gone || errors.Is(err, store.ErrNotFound)
		return raw, err
	}, m.Size)
	if gone {
		r.err = errors.Join(fmt.Errorf("%w: %w", errFault, errGone), r.err)
	}
	return r
}

// putOffMail tries a mail again later. What was not our fault, such as a database
// that was away, does not count against the mail.
func (e *engine[D, T]) putOffMail(ctx context.Context, m bridge.Mail, cause error) error {
	if errors.Is(cause, store.ErrFenced) {
		return nil // somebody else decides it
	}
	until := e.later(cause, m.Tries)
	m.Reason = delay(cause)
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

// errStopping means that a mail was being read when the engine was told to stop.
var errStopping = errors.New("not read to its end before the stop")

// delay says in the ledger why a mail is not decided yet, in constant words: an error may
// hold what stands in the mail.
func delay(cause error) string {
	switch {
	case errors.Is(cause, errSlow):
		return errSlow.Error()
	case errors.Is(cause, errGone):
		return errGone.Error()
	case errors.Is(cause, errFault):
		return "a fault of ours, see the log"
	}
	return "for a passing reason, see the log"
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
		if m.Crashes > store.MailCrashes {
			e.Logger.ErrorContext(ctx, "mail set aside: a person must look at it, and can have it tried again", "folder", m.Folder, "uid", m.UID, "reason", m.Reason)
		}
	}
	return nil
}

func (e *engine[D, T]) decideMail(ctx context.Context, tx *store.Tx, r reading) (bridge.Mail, error) {
	m := r.mail
	if r.setAside != "" {
		m.Outcome, m.Reason = bridge.MailUnreadable, r.setAside
		return m, tx.DecideMail(ctx, m, true)
	}
	c, err := caseOf(ctx, tx, &r.msg, m.Release)
	if err != nil {
		return m, err
	}
	var followers []bridge.Case
	m.CaseID, m.CaseRev = "", 0
	if c != nil {
		m.CaseID, m.CaseRev = c.ID, c.Rev
		if followers, err = tx.LockFollowers(ctx, c.ID); err != nil {
			return m, err
		}
	}
	v, err := e.Receiver.Decide(e.Now(), m, r.msg, c, followers, &ledger{ctx: ctx, tx: tx, mail: store.IDOf(m)})
	if err != nil {
		return m, err
	}
	note(&m, r.msg, v)
	for _, one := range r.msg.ByHand {
		if err := tx.NoteByHand(ctx, one.Arrived(m.ArrivedAt)); err != nil {
			return m, err
		}
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

// maxPlanned bounds how many effects of a decision are noted in the ledger, and
// maxSender the bytes of an address.
const (
	maxPlanned = 200
	maxSender  = 320
)

// note writes down what the ledger keeps of a decision. Of a mail that is nobody's
// business here it keeps neither the sender nor the profile.
func note(m *bridge.Mail, msg bridge.Message, v bridge.Verdict) {
	m.MessageID, m.Hash = msg.MessageID, msg.Hash
	m.Outcome, m.Reason, m.Gate = v.Outcome, v.Reason, v.Gate
	m.Sender, m.Provider, m.Planned = "", "", nil
	if v.Outcome != bridge.MailUnrelated {
		m.Provider = msg.Provider
		if m.Provider == "" && v.Case != nil {
			m.Provider = v.Case.Case.Provider
		}
		if len(msg.From) > 0 {
			m.Sender = senderOf(msg.From[0].Address)
		}
	}
	if v.Case == nil {
		return
	}
	for _, o := range append([]bridge.Outcome{*v.Case}, v.Case.Others...) {
		for _, effect := range o.Effects {
			if len(m.Planned) < maxPlanned {
				m.Planned = append(m.Planned, effect.Key)
			}
		}
	}
}

// senderOf is how the ledger writes an address: in small letters, and not without end.
func senderOf(address string) string {
	address = strings.ToLower(address)
	if len(address) > maxSender {
		address = strings.ToValidUTF8(address[:maxSender], "")
	}
	return address
}

// caseOf locks the case that the mail names, or returns nil. One that it names without
// an identity of ours is noted in the message, and so is that it names several. To which
// case it belongs a person may have said.
func caseOf(ctx context.Context, tx *store.Tx, msg *bridge.Message, release *bridge.Release) (*bridge.Case, error) {
	if release.Passes(bridge.GateCase) && release.CaseID != "" {
		belongs(msg, release.CaseID)
	} else if err := match(ctx, tx, msg, release); err != nil {
		return nil, err
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

// belongs notes a person's word in the message. The notice that it answers counts only
// where it is of that case.
func belongs(msg *bridge.Message, caseID string) {
	if msg.CaseID != caseID {
		msg.CaseID, msg.Answers = caseID, ""
	}
	msg.Defects = slices.DeleteFunc(slices.Clone(msg.Defects), func(d string) bool { return d == bridge.SeveralCases })
}

// match notes in the message the case that it names without an identity of ours.
func match(ctx context.Context, tx *store.Tx, msg *bridge.Message, release *bridge.Release) error {
	found, err := named(ctx, tx, *msg, release)
	switch {
	case err != nil:
		return err
	case len(found) == 1:
		msg.CaseID = found[0].ID
	case len(found) > 1:
		msg.Defects = append(slices.Clone(msg.Defects), bridge.SeveralCases)
	}
	return nil
}
