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

// onCall tells who is on call that Jira is away while something waits for it: nobody then
// reads a comment. What was told is kept in the store, so that it is told once whatever
// process dies.
type onCall struct {
	watch    alarm.Watch
	down     func() time.Time // since when Jira is away; zero: it is not
	teller   post.Teller
	store    *store.Store
	profiles []mapping.Profile
	texts    text.Texts
	zone     *time.Location
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
	if o.down = a.down(); o.down.IsZero() {
		return o, nil
	}
	err = a.store.View(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		o.waiting, o.comments, err = tx.WaitingFor(ctx, bridge.ToJira)
		return err
	})
	if err != nil {
		return o, err
	}
	err = eachOpen(ctx, a.store, func(c bridge.Case) {
		p := profileOf(a.profiles, c.Provider)
		since := calling(c, p, a.now())
		if since.IsZero() {
			return
		}
		if o.waiting.IsZero() || since.Before(o.waiting) {
			o.waiting = since
		}
		o.calls = append(o.calls, text.DueCall{
			Key: c.IssueKey, Provider: p.Name, Numbers: p.Contacts.Night.Phones,
			Until: wording.Hours(p, c.Kind).Next(a.now()).In(a.zone), References: c.References,
		})
	})
	return o, err
}

// calling is since when the provider must be called about a case, as far as that is known
// while its issue cannot be read; zero: it need not be.
func calling(c bridge.Case, p *mapping.Profile, now time.Time) time.Time {
	switch {
	case p == nil || c.NotUrgent || c.State == bridge.Joined || wording.Hours(p, c.Kind).Open(now) || len(p.Contacts.Night.Phones) == 0:
		return time.Time{}
	case now.Before(c.CallUntil):
		return c.CallSince
	case c.State == bridge.Sent && c.ConfirmedAt.IsZero() && !c.DueAt.IsZero() && !now.Before(c.DueAt):
		return c.DueAt // the desk has closed, and nobody could be told so
	}
	return time.Time{}
}

// alarm is what is told.
func (a *onCall) alarm(v alarm.Verdict, state alarm.State, o outage) bridge.Alarm {
	told := bridge.Alarm{At: a.now(), Mail: true, Webhook: true}
	if v == alarm.Back {
		told.ID, told.Event = "jira-back/"+strconv.FormatInt(state.Told.Unix(), 10), bridge.AlarmJiraBack
		told.Subject, told.Text = a.texts.JiraBack(text.Back{Since: state.Down.In(a.zone), Until: told.At.In(a.zone)})
		return told
	}
	told.ID, told.Event = "jira-away/"+strconv.FormatInt(o.down.Unix(), 10), bridge.AlarmJiraAway
	told.Subject, told.Text = a.texts.JiraAway(text.Outage{Since: o.down.In(a.zone), Waiting: o.comments, Calls: o.calls})
	return told
}

// profileOf is the profile with that id, or nil.
func profileOf(profiles []mapping.Profile, id string) *mapping.Profile {
	for i := range profiles {
		if profiles[i].ID == id {
			return &profiles[i]
		}
	}
	return nil
}
