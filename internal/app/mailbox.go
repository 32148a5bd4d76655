package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"escalat/bridge"
	"escalat/internal/imap"
	"escalat/internal/queue"
	"escalat/internal/store"
)

// sink stores what the mailbox reader brings. One reader uses it at a time.
type sink struct {
	store  *store.Store
	engine queue.Engine
	// small holds mails that fit into one chunk until their rows are committed:
	// a batch of ordinary mails then costs one commit. The reader bounds a batch.
	small map[string][]byte
	// decided counts the rows that come with an outcome; nil: nobody does.
	decided func(bridge.MailOutcome)
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
		c, err = parseCursor(v)
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
	for _, m := range rows {
		if err == nil && m.Outcome != "" && s.decided != nil {
			s.decided(m.Outcome)
		}
	}
	return err
}

// Missing returns those of the UIDs that the ledger does not have, or wants once more.
func (s *sink) Missing(ctx context.Context, folder string, uidValidity uint32, uids []uint32) (missing []uint32, err error) {
	err = s.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		missing, err = tx.MissingMails(ctx, folder, uidValidity, uids)
		return err
	})
	return missing, err
}

// Like returns mails of that Message-ID and size, of any folder.
func (s *sink) Like(ctx context.Context, messageID string, size int64) (like []bridge.Mail, err error) {
	err = s.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		like, err = tx.LikeMails(ctx, messageID, size)
		return err
	})
	return like, err
}

// mailboxSearched is the cursor with the time at which all searched folders had been
// looked at last.
const mailboxSearched = "mailbox searched"

// Searched returns when every searched folder had been looked at last.
func (s *sink) Searched(ctx context.Context) (at time.Time, err error) {
	err = s.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		at, err = timeOf(ctx, tx, mailboxSearched)
		return err
	})
	return at, err
}

func cursorName(folder string) string { return "imap " + folder }

// cursorValue is how a cursor is stored: UIDVALIDITY/UID, and where reading has gone on
// since it began, /first/anew.
func cursorValue(c imap.Cursor) string {
	if c == (imap.Cursor{}) {
		return ""
	}
	if c.First == c.UID && c.Anew == 0 {
		return fmt.Sprintf("%d/%d", c.UIDValidity, c.UID)
	}
	return fmt.Sprintf("%d/%d/%d/%d", c.UIDValidity, c.UID, c.First, c.Anew)
}

func parseCursor(v string) (c imap.Cursor, err error) {
	switch n, err := fmt.Sscanf(v, "%d/%d/%d/%d", &c.UIDValidity, &c.UID, &c.First, &c.Anew); n {
	case 4:
		return c, nil
	case 2:
		c.First = c.UID
		return c, nil
	default:
		return imap.Cursor{}, fmt.Errorf("cursor %q: %w", v, err)
	}
}
