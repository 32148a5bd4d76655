package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/remind"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/internal/alarm"
	"escalat/internal/store"
	"escalat/mapping"
)

// awayCursor is the cursor with what was told of a Jira that is away.
const awayCursor = "jira away"

const (
	awayBeat = 5 * time.Second
	awayCalm = 2 * time.Minute
)

// onCall tells who is on call that Jira is away, or refuses, while something waits for it:
// nobody then reads a comment. What was told is kept in the store, so that it is told once
// whatever process dies.
type onCall struct {
	watch    alarm.Watch
	down     func() time.Time // since when searches in Jira fail; zero: they do not
	teller   post.Teller
	store    *store.Store
	profiles []mapping.Profile
	texts    text.Texts
	zone     *time.Location
	test     bool // nothing goes to the provider: mode redirect
	now      func() time.Time
	log      *slog.Logger
}

func (a *onCall) run(ctx context.Context) error {
	failing := false
	for {
		err := a.once(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && !failing {
			a.log.ErrorContext(ctx, "who is on call could not be told of Jira", "err", err)
		}
		failing = err != nil
		if err := pause(ctx, awayBeat); err != nil {
			return err
		}
	}
}

// once looks, and tells what is to be told. The state moves on when it was told.
func (a *onCall) once(ctx context.Context) error {
	state, err := a.read(ctx)
	if err != nil {
		return err
	}
	outage, err := a.outage(ctx)
	if err != nil {
		return err
	}
	next, verdict := a.watch.Look(state, alarm.Sample{Now: a.now(), Down: outage.down, Waiting: outage.waiting})
	if verdict != alarm.Nothing {
		if _, err := a.teller.Tell(ctx, a.alarm(verdict, state, outage)); err != nil {
			return err
		}
		a.log.WarnContext(ctx, "who is on call was told", "jira_away", verdict == alarm.Away)
	}
	if next == state {
		return nil
	}
	raw, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("what was told of Jira: %w", err)
	}
	return a.store.Update(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.SetCursor(ctx, awayCursor, string(raw)) })
}

func (a *onCall) read(ctx context.Context) (state alarm.State, err error) {
	err = a.store.View(ctx, func(ctx context.Context, tx *store.Tx) error {
		raw, err := tx.Cursor(ctx, awayCursor)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(raw), &state)
	})
	return state, err
}

// outage is what waits while Jira is away.
type outage struct {
	down, waiting time.Time
	comments      int
	calls         []text.DueCall
}

func (a *onCall) outage(ctx context.Context) (o outage, err error) {
	err = a.store.View(ctx, func(ctx context.Context, tx *store.Tx) error {
		o = outage{}
		comment, look, err := tx.Stuck(ctx, bridge.ToJira)
		if err != nil {
			return err
		}
		if o.down = a.since(earliest(comment, look)); o.down.IsZero() {
			return nil
		}
		o.waiting, o.comments, err = tx.WaitingFor(ctx, bridge.ToJira)
		o.waiting = earliest(o.waiting, look)
		return err
	})
	if err != nil || o.down.IsZero() {
		return o, err
	}
	err = eachOpen(ctx, a.store, func(c bridge.Case) {
		p := profileOf(a.profiles, c.Provider)
		if p == nil {
			return
		}
		since := remind.Calling(c, p, a.now(), a.test)
		if since.IsZero() {
			return
		}
		o.waiting = earliest(o.waiting, since)
		o.calls = append(o.calls, text.DueCall{
			Key: c.IssueKey, Provider: p.Name, Numbers: p.Contacts.Night.Phones,
			Until: wording.Hours(p, c.Kind).Next(a.now()).In(a.zone), References: c.References,
		})
	})
	return o, err
}

// since is since when Jira is away: its searches fail, or it has refused a comment, or to
// show an issue (stuck), for as long as may pass before that is told. One that answers
// searches alone keeps from people what they wait for all the same.
func (a *onCall) since(stuck time.Time) time.Time {
	if a.now().Sub(stuck) < a.watch.After { // it may be a hiccup
		stuck = time.Time{}
	}
	return earliest(stuck, a.down())
}

// earliest is the earlier of two times, of which the zero one does not count.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// alarm is what is told.
func (a *onCall) alarm(v alarm.Verdict, state alarm.State, o outage) bridge.Alarm {
	told := bridge.Alarm{At: a.now(), Mail: true, Webhook: true}
	if v == alarm.Back {
		told.ID, told.Event = "jira-back/"+strconv.FormatInt(state.Told.Unix(), 10), bridge.AlarmJiraBack
		told.Subject, told.Text = a.texts.JiraBack(text.Back{Since: state.Down.In(a.zone), Until: state.Back.In(a.zone)})
		return told
	}
	told.ID, told.Event = "jira-away/"+strconv.FormatInt(o.down.Unix(), 10), bridge.AlarmJiraAway
	told.Subject, told.Text = a.texts.JiraAway(text.Outage{Since: o.down.In(a.zone), Waiting: o.comments, Calls: o.calls})
	return told
}
