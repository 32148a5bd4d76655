package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/internal/imap"
	"escalat/internal/jira"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// links gives the post stage the remote links of Jira.
type links struct{ client *jira.Client }

// SetLink makes or changes the link with that global id.
func (l links) SetLink(ctx context.Context, issueID string, link post.Link) (time.Time, error) {
	return l.client.SetLink(ctx, issueID, jira.Link(link))
}

// caseCounts counts the cases by provider and state.
func caseCounts(db *store.Store) func(context.Context) (map[[2]string]int64, error) {
	return func(ctx context.Context) (map[[2]string]int64, error) {
		out := map[[2]string]int64{}
		err := db.View(ctx, func(ctx context.Context, tx *store.Tx) error {
			b, err := tx.Backlog(ctx)
			for name, n := range b.Cases {
				provider, state, _ := strings.Cut(name, " ")
				out[[2]string{provider, state}] = n
			}
			return err
		})
		return out, err
	}
}

// copies tells the send stage of our own copies.
type copies struct{ store *store.Store }

// Seen returns when the copy of a notice came, or the zero time.
func (c copies) Seen(ctx context.Context, messageID string) (at time.Time, err error) {
	err = c.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		at, err = tx.OwnCopy(ctx, messageID)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, nil
	}
	return at, err
}

// Delay returns how long our own copies take.
func (c copies) Delay(ctx context.Context) (d time.Duration, err error) {
	err = c.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		d, err = queue.CopyDelay(ctx, tx)
		return err
	})
	return d, err
}

// mailboxRead is the cursor with the time at which the last complete look into
// the mailbox began.
const mailboxRead = "mailbox read"

// Read returns the time up to which everything that had arrived in our mailbox
// was read and decided, zero when it never was.
func (c copies) Read(ctx context.Context) (at time.Time, err error) {
	err = c.store.View(ctx, func(ctx context.Context, tx *store.Tx) error {
		undecided, err := tx.OldestUndecided(ctx)
		if err != nil {
			return err
		}
		if at, err = timeOf(ctx, tx, mailboxRead); err == nil && !undecided.IsZero() && undecided.Before(at) {
			at = undecided
		}
		return err
	})
	return at, err
}

// timeOf reads a cursor that is a time, zero when it was never set.
func timeOf(ctx context.Context, tx *store.Tx, name string) (time.Time, error) {
	v, err := tx.Cursor(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	ms, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("cursor %s: %w", name, err)
	}
	return time.UnixMilli(ms), nil
}

func setTime(ctx context.Context, tx *store.Tx, name string, at time.Time) error {
	return tx.SetCursor(ctx, name, strconv.FormatInt(at.UnixMilli(), 10))
}

// sink stores what the mailbox reader brings. One reader uses it at a time.
type sink struct {
	store  *store.Store
	engine queue.Engine
	// small holds mails that fit into one chunk until their rows are committed:
	// a batch of ordinary mails then costs one commit. The reader bounds a batch.
	small map[string][]byte
}

func newSink(db *store.Store, engine queue.Engine) *sink {
	return &sink{store: db, engine: engine, small: map[string][]byte{}}
}

// Cursor returns where reading of the folder stands.
func (s *sink) Cursor(ctx context.Context, folder string) (c imap.Cursor, known bool, err error) {
	var v string
	err = s.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		v, err = tx.Cursor(ctx, cursorName(folder))
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return c, false, nil
	}
	if err == nil {
		_, err = fmt.Sscanf(v, "%d/%d", &c.UIDValidity, &c.UID)
	}
	return c, err == nil, err
}

// Blob takes raw bytes.
func (s *sink) Blob(ctx context.Context, r io.Reader) (string, int64, error) {
	head := make([]byte, store.ChunkSize)
	n, err := io.ReadFull(r, head)
	switch {
	case err == nil:
		return s.store.WriteBlob(ctx, io.MultiReader(bytes.NewReader(head), r))
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return "", 0, err
	}
	name := store.NewBlobName()
	s.small[name] = bytes.Clone(head[:n])
	return name, int64(n), nil
}

// Commit stores the rows, moves the cursor and wakes the decision about them.
func (s *sink) Commit(ctx context.Context, folder string, from, to imap.Cursor, rows []bridge.Mail) error {
	defer clear(s.small) // what failed to commit is fetched again
	err := s.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.MoveCursor(ctx, cursorName(folder), cursorValue(from), cursorValue(to)); err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		for _, m := range rows {
			if data, ok := s.small[m.Blob]; ok {
				if err := tx.PutBlob(ctx, m.Blob, data); err != nil {
					return err
				}
			}
		}
		if err := tx.InsertMails(ctx, rows); err != nil {
			return err
		}
		return s.engine.MailsStored(ctx, tx)
	})
	if errors.Is(err, store.ErrMoved) {
		return fmt.Errorf("%w: %w", imap.ErrMoved, err)
	}
	return err
}

func cursorName(folder string) string { return "imap " + folder }

func cursorValue(c imap.Cursor) string {
	if c == (imap.Cursor{}) {
		return ""
	}
	return fmt.Sprintf("%d/%d", c.UIDValidity, c.UID)
}

// shadow stands before an actor in mode shadow: what would be written is
// recorded as done, and nothing is. That it was only recorded stands in the result,
// as bridge.TransmitResult says it.
type shadow struct {
	queue.Actor

	now func() time.Time
	log *slog.Logger
}

// Do writes nothing.
func (s shadow) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	s.log.InfoContext(ctx, "shadow: nothing was written", "case", c.ID, "issue", c.IssueKey, "kind", string(e.Kind))
	result := map[string]any{"shadow": true}
	if e.Kind == bridge.TransmitMail { // of the others Jira would say when it took them
		result["at"] = s.now()
	}
	return json.Marshal(result)
}

// Find finds what Do would have recorded: there is nothing to look for.
func (s shadow) Find(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	raw, err := s.Do(ctx, c, e)
	return raw, true, err
}
