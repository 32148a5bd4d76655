package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"escalat/bridge"
	"escalat/internal/queue"
	"escalat/internal/store"
)

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
	result := map[string]any{"shadow": true}
	switch e.Kind { // of the others Jira would say when it took them
	case bridge.TransmitMail, bridge.OpenTicket, bridge.ReplyTicket, bridge.CloseTicket, bridge.ReopenTicket:
		result["at"] = s.now()
	case bridge.PostComment:
		var body bridge.CommentBody
		if err := e.Decode(&body); err != nil {
			return nil, err
		}
		if body.While != nil && !body.While.Holds(c) { // nor would it be posted
			result["skipped"] = true
		}
	}
	s.log.InfoContext(ctx, "shadow: nothing was written", "case", c.ID, "issue", c.IssueKey, "kind", string(e.Kind))
	return json.Marshal(result)
}

// Find finds what Do would have recorded: there is nothing to look for.
func (s shadow) Find(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	raw, err := s.Do(ctx, c, e)
	return raw, err == nil, err
}

// shadowCursor is the cursor in which the store keeps since when it has been used in mode
// shadow, and until when it was.
const shadowCursor = "shadow"

// shadowing is that time. Both are zero of a store that never was; Ended is while it is.
type shadowing struct {
	Began time.Time `json:"began"`
	Ended time.Time `json:"ended,omitzero"`
}

// on reports whether the store was last used in mode shadow.
func (s shadowing) on() bool { return !s.Began.IsZero() && s.Ended.IsZero() }

func readShadowing(ctx context.Context, tx *store.Tx) (s shadowing, err error) {
	raw, err := tx.Cursor(ctx, shadowCursor)
	if errors.Is(err, store.ErrNotFound) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(raw), &s)
	}
	if err != nil {
		return s, fmt.Errorf("read whether the database was used in mode shadow: %w", err)
	}
	return s, nil
}

func writeShadowing(ctx context.Context, tx *store.Tx, s shadowing) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return tx.SetCursor(ctx, shadowCursor, string(raw))
}

// shadowed returns whether, and since when, the store has been used in mode shadow.
func (g *guardian) shadowed(ctx context.Context) (s shadowing, err error) {
	err = g.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		s, err = readShadowing(ctx, tx)
		return err
	})
	return s, ours(err)
}

// beginShadow notes that the store is used in mode shadow from now on. What it did before
// in another mode is not made up for.
func (g *guardian) beginShadow(ctx context.Context, worked bool) error {
	began := false
	err := g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		s, err := readShadowing(ctx, tx)
		if began = err == nil && !s.on(); !began {
			return err
		}
		return writeShadowing(ctx, tx, shadowing{Began: g.now()})
	})
	if began && worked && err == nil {
		g.log.WarnContext(ctx, "this database has written before: what is only recorded from now on is not made up for afterwards")
	}
	return ours(err)
}

// endShadow sets aside what mode shadow has left, and has this installation begin anew at
// that time, before anything is written: what was only recorded must neither count as done
// nor be done. A store of an older version, which did not note the mode, has never worked
// in another one while it has claimed nothing.
func (g *guardian) endShadow(ctx context.Context, local installation, confirmed bool, since time.Time) error {
	s, err := g.shadowed(ctx)
	never := local.Generation == 0
	if err != nil || !s.on() && !never {
		return err
	}
	all := setting{began: s.Began, never: never}
	for after := ""; ; {
		if after, err = g.pageAside(ctx, after, &all); err != nil {
			return ours(err)
		}
		if after == "" {
			break
		}
	}
	aside := all.number
	err = g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		if s.on() {
			if err := writeShadowing(ctx, tx, shadowing{Began: s.Began, Ended: g.now()}); err != nil {
				return err
			}
		}
		now, err := lockInstallation(ctx, tx)
		if err != nil || confirmed { // then the claim says since when
			return err
		}
		// A label that mode shadow has seen is from before, however short before that was.
		now.Since, now.ConfirmedAt = bridge.Latest(since, all.labelled), time.Time{}
		return writeInstallation(ctx, tx, now)
	})
	if err == nil && (s.on() || aside > 0) {
		g.log.WarnContext(ctx, "the database was used in mode shadow: what was labelled before now is listed, and nothing of it is sent", "set_aside", aside)
	}
	return ours(err)
}

// setting is what is set aside.
type setting struct {
	began    time.Time // mode shadow
	never    bool      // the store has worked in no other mode
	number   int
	labelled time.Time // right after the newest label of a case that is over
}

// pageAside sets aside one page of cases. Doing it twice changes nothing.
func (g *guardian) pageAside(ctx context.Context, after string, s *setting) (last string, err error) {
	var next setting
	err = g.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error {
		next = *s
		var all []bridge.Case
		if all, last, err = tx.AllCases(ctx, after, page); err != nil {
			return err
		}
		for _, one := range all {
			if err := next.aside(ctx, tx, one.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		*s = next
	}
	return last, err
}

func (s *setting) aside(ctx context.Context, tx *store.Tx, id string) error {
	c, err := tx.LockCase(ctx, id)
	if err != nil {
		return err
	}
	recorded, err := tx.Recorded(ctx, id)
	if err != nil {
		return err
	}
	opened := s.never || !c.OpenedAt.Before(s.began)
	if opened && !c.LabelledAt.IsZero() {
		s.labelled = bridge.Latest(s.labelled, c.LabelledAt.Add(time.Millisecond))
	}
	fate := fateOf(c, recorded, opened)
	switch fate {
	case asideWhole:
		if _, err := tx.SetEffectsAside(ctx, id); err != nil {
			return err
		}
		c = withdrawn(c)
	case asidePart:
		c = corrected(c)
	default:
		return nil
	}
	if err := tx.SaveCase(ctx, c); err != nil {
		return err
	}
	s.number++
	return tx.AppendAudit(ctx, c, []bridge.Entry{{At: tx.Now(), Stage: "shadow", Action: "set aside", Reason: string(fate)}})
}

// fate is what becomes of a case when mode shadow ends.
type fate string

const (
	asideNot   fate = ""
	asideWhole fate = "nothing of it was sent, only recorded"
	asidePart  fate = "what was only recorded since it was sent is forgotten"
)

// fateOf says what becomes of a case: one of which nothing left is over, so that its issue
// is judged anew; of one that was sent before, in another mode, only that is forgotten
// which was recorded since.
func fateOf(c bridge.Case, recorded, opened bool) fate {
	left := slices.ContainsFunc(c.Notices, func(n bridge.Notice) bool { return n.Left() })
	switch {
	case c.State == bridge.Withdrawn && c.ReadAt.IsZero() && !c.LabelOn: // done before
		return asideNot
	case opened || recorded && !left:
		return asideWhole
	case recorded:
		return asidePart
	}
	return asideNot
}

// withdrawn is a case that is over, and does not keep its issue from beginning another:
// with a label from before that one is listed, with a new one it is sent.
func withdrawn(c bridge.Case) bridge.Case {
	c.NoCall()
	c.State, c.Closing, c.LabelOn, c.Relabelled = bridge.Withdrawn, "", false, false
	c.DueAt, c.WaitingSince, c.ReadAt = time.Time{}, time.Time{}, time.Time{}
	c.Shown, c.ShownCall, c.Turn, c.TurnSince = "", false, "", time.Time{}
	return c
}

// corrected is a case without what was only recorded of it. The marks of its issue are
// written anew.
func corrected(c bridge.Case) bridge.Case {
	c.Notices = slices.DeleteFunc(slices.Clone(c.Notices), func(n bridge.Notice) bool { return n.Shadow })
	c.Shown, c.Marked, c.ShownTurn = unknownLabel, nil, ""
	c.ReadAt = time.Time{}
	c.CallTold = time.Time{} // perhaps on paper alone: it is told again
	return c
}

// unknownLabel is no label, so that whichever is right is put on and all others are taken
// off.
const unknownLabel = "?"
