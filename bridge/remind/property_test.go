package remind

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// happening is something that happens to a case, at a whole minute after the labelling.
type happening struct {
	minute int
	what   string
}

// days is how long a case is followed in these tests, in minutes.
const days = 4 * 24 * 60

// starts lie before nights in which the clock is changed, and before usual ones.
func starts() []time.Time {
	return []time.Time{
		time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC), time.Date(2026, 10, 23, 12, 0, 0, 0, time.UTC),
		time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), time.Date(2026, 6, 5, 12, 0, 0, 0, time.UTC),
	}
}

// history draws when a case is labelled and what then happens, in its order.
func history(t *rapid.T, kinds []string) (labelled time.Time, events []happening) {
	labelled = rapid.SampledFrom(starts()).Draw(t, "day").Add(time.Duration(rapid.IntRange(0, 24*60).Draw(t, "labelled")) * time.Minute)
	minute := 0
	for range rapid.IntRange(0, 8).Draw(t, "events") {
		minute += rapid.IntRange(1, 900).Draw(t, "minutes")
		events = append(events, happening{minute, rapid.SampledFrom(kinds).Draw(t, "what")})
	}
	return labelled, events
}

// happen does to the case what has happened.
func (w *world) happen(what string, at time.Time) {
	c, p := &w.in.Case, w.in.Profile
	sent := c.First() != nil
	switch {
	case what == "asked" && !sent:
		c.State = bridge.Asked
	case what == "sent" && !sent:
		w.sent(at)
	case what == "acknowledged" && sent && c.ConfirmedAt.IsZero():
		c.ConfirmedAt = at
	case what == "called":
		wording.Aware(c, p, at)
	case what == "answered" && sent:
		wording.Heard(c, p, at)
		c.State = bridge.Answered
	case what == "told" && sent:
		c.Notices = append(slices.Clone(c.Notices), bridge.Notice{Serial: len(c.Notices) + 1, SentAt: at})
	case what == "not urgent":
		c.NotUrgent = true
	case what == "resolved":
		w.in.Issue.Resolved = true
	}
	w.save(at)
}

// live has all of it happen. Who looks in time does when the case is due and when
// something has happened; else only at some of these times, and later.
func (w *world) live(labelled time.Time, events []happening, late func() time.Duration) {
	w.t.Helper()
	w.in.Issue.Description = "" // what is said is not what is tried
	w.look(labelled)
	end := labelled.Add(days * time.Minute)
	for len(events) > 0 || !w.in.Case.DueAt.IsZero() {
		next := end
		if len(events) > 0 {
			next = labelled.Add(time.Duration(events[0].minute) * time.Minute)
		}
		if due := w.in.Case.DueAt; !due.IsZero() && due.Before(next) {
			if at := due.Add(late()); at.Before(next) { // else something happens first
				w.look(at)
				continue
			}
		}
		if len(events) == 0 {
			return
		}
		w.happen(events[0].what, next)
		events = events[1:]
		w.look(next)
	}
}

// wall is when a desk is open by the clock on the wall of Madrid, without any calendar.
func wall(p *mapping.Profile, weekend bool, at time.Time) bool {
	at = at.In(p.Location())
	free := weekend && (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday)
	return at.Hour() >= 8 && at.Hour() < 17 && !free
}

// calls says, minute by minute, when which reminder is to be told.
func calls(p *mapping.Profile, labelled time.Time, events []happening) []string {
	var out []string
	var closed, since, sent time.Time
	var acknowledged, known, over, active bool
	for minute := range days {
		at := labelled.Add(time.Duration(minute) * time.Minute)
		if wall(p, false, at) {
			closed, active = time.Time{}, false
		} else if closed.IsZero() {
			for closed = at; !wall(p, false, closed.Add(-time.Minute)); {
				closed = closed.Add(-time.Minute)
			}
		}
		for ; len(events) > 0 && events[0].minute == minute; events = events[1:] {
			switch events[0].what {
			case "sent":
				if sent.IsZero() {
					sent = at
				}
			case "acknowledged":
				acknowledged = acknowledged || !sent.IsZero()
			case "called":
				known = true
			case "answered":
				known = known || !sent.IsZero()
			case "not urgent", "resolved":
				over = true
			}
		}
		if closed.IsZero() {
			continue
		}
		tonight := !labelled.Before(closed) || !sent.IsZero() && !sent.Before(closed)
		if need := !known && !over && (!acknowledged || tonight); !need {
			active = false
			continue
		}
		if !active {
			active, since = true, closed
			if labelled.After(closed) {
				since = labelled
			}
		}
		passed := int(at.Sub(since) / time.Minute)
		if base := bridge.Latest(labelled, sent); since.After(firstClosed(p, base)) { // no more the first night
			if passed == 0 && since.Sub(base) <= 7*24*time.Hour {
				out = append(out, reminder(p, at, since, 0))
			}
			continue
		}
		switch {
		case passed == 0 && since.After(labelled):
			out = append(out, reminder(p, at, since, 0))
		case passed == 10:
			out = append(out, reminder(p, at, since, 1))
		case passed == 30:
			out = append(out, reminder(p, at, since, 2))
		case passed > 0 && passed%60 == 0:
			out = append(out, reminder(p, at, since, 2+passed/60))
		}
	}
	return out
}

// firstClosed is the first minute from then on at which the desk is closed.
func firstClosed(p *mapping.Profile, at time.Time) time.Time {
	for wall(p, false, at) {
		at = at.Add(time.Minute)
	}
	return at
}

func reminder(p *mapping.Profile, at, since time.Time, n int) string {
	return at.In(p.Location()).Format("02 15:04:05 ") + key(since, n)
}

var callEvents = []string{"asked", "sent", "sent", "acknowledged", "called", "answered", "told", "not urgent", "resolved"}

// reminders are the reminders of a call among what was told.
func reminders(lines []string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !strings.Contains(l, " call/") })
}

// TestRemindersInTime: who looks in time is told at just those minutes.
func TestRemindersInTime(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	rapid.Check(t, func(t *rapid.T) {
		labelled, events := history(t, callEvents)
		w := begin(t, p, "ca", labelled)
		w.live(labelled, events, func() time.Duration { return 0 })
		got := reminders(w.lines)
		if want := calls(p, labelled, events); !slices.Equal(want, got) {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}

// TestRemindersLate: whoever looks late is told less, nothing before its minute, nothing
// while the desk is open, no older one than the newest, and none twice.
func TestRemindersLate(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	rapid.Check(t, func(t *rapid.T) {
		labelled, events := history(t, callEvents)
		w := begin(t, p, "ca", labelled)
		w.live(labelled, events, func() time.Duration {
			return time.Duration(rapid.IntRange(0, 400).Draw(t, "late")) * time.Minute * time.Duration(rapid.IntRange(0, 1).Draw(t, "is late"))
		})
		inTime := map[string]bool{}
		for _, l := range calls(p, labelled, events) {
			inTime[l[12:]] = true
		}
		for k, at := range w.keys {
			parts := strings.Split(k, "/")
			if parts[0] != "call" {
				continue
			}
			since, err1 := strconv.ParseInt(parts[4], 10, 64)
			n, err2 := strconv.Atoi(parts[5])
			begun := time.Unix(since, 0)
			superseded := !at.Before(wording.ReminderAt(begun, n+1)) && inTime[strings.TrimSuffix(k, parts[5])+strconv.Itoa(n+1)]
			if err1 != nil || err2 != nil || wall(p, false, at) || at.Before(wording.ReminderAt(begun, n)) || superseded {
				t.Fatalf("%s at %v", k, at)
			}
			if !inTime[k] {
				t.Fatalf("%s at %v is told to nobody who looks in time", k, at)
			}
		}
	})
}

// lates says, minute by minute, what is late when, and in which turn.
func lates(p *mapping.Profile, labelled time.Time, events []happening) []string {
	var out []string
	var sent, told, heard, turn time.Time
	var confirmed, over bool
	late := map[string]bool{}
	open := make([]time.Duration, days+1) // until each minute
	for minute := range days {
		open[minute+1] = open[minute]
		if wall(p, true, labelled.Add(time.Duration(minute)*time.Minute)) {
			open[minute+1] += time.Minute
		}
	}
	passed := func(from, to time.Time) time.Duration {
		return open[to.Sub(labelled)/time.Minute] - open[from.Sub(labelled)/time.Minute]
	}
	for minute := range days {
		at := labelled.Add(time.Duration(minute) * time.Minute)
		for ; len(events) > 0 && events[0].minute == minute; events = events[1:] {
			theirs := !sent.IsZero() && (heard.IsZero() || told.After(heard))
			switch events[0].what {
			case "sent":
				if sent.IsZero() {
					sent, told, turn = at, at, at
				}
			case "acknowledged":
				confirmed = confirmed || !sent.IsZero()
			case "called":
				confirmed = true
			case "answered":
				if !sent.IsZero() {
					heard, confirmed = at, true
				}
			case "told":
				if !sent.IsZero() {
					told = at
				}
			case "resolved":
				over = true
			}
			if now := !sent.IsZero() && (heard.IsZero() || told.After(heard)); now != theirs {
				turn, late = at, map[string]bool{}
			}
		}
		if over || sent.IsZero() || !heard.IsZero() && !told.After(heard) || !wall(p, true, at) {
			continue
		}
		for _, k := range []struct {
			id    string
			since time.Time
			hours int
			waits bool
		}{
			{"acknowledgement", sent, 2, !confirmed},
			{"answer", sent, 6, heard.IsZero()},
			{"silence", told, 12, !heard.IsZero()},
			{"step/desk", sent, 1, !confirmed},
			{"step/head", sent, 3, heard.IsZero()},
			{"step/guard", sent, 4, heard.IsZero()},
			{"step/all", told, 5, true},
		} {
			if k.waits && !late[k.id] && passed(k.since, at) >= time.Duration(k.hours)*time.Hour {
				late[k.id] = true
				out = append(out, fmt.Sprintf("%s %s %d", at.UTC().Format("2006-01-02 15:04"), k.id, turn.Unix()))
			}
		}
	}
	return out
}

// workdays is a provider of all clocks, whose desk works from Monday to Friday.
func workdays(t tester) *mapping.Profile {
	p := usual(t)
	p.Matrix, p.Hours.Days = steps(), []string{"mon", "tue", "wed", "thu", "fri"}
	return p
}

// noted are the lines of what was noted to be late.
func noted(o bridge.Outcome, at time.Time, turn time.Time) []string {
	var out []string
	for _, id := range audited(o, "late") {
		out = append(out, fmt.Sprintf("%s %s %d", at.UTC().Format("2006-01-02 15:04"), id, turn.Unix()))
	}
	return out
}

var lateEvents = []string{"sent", "sent", "sent", "acknowledged", "called", "answered", "answered", "told", "told", "resolved"}

// TestLateInTime: who looks in time is told at just those minutes; who looks late, of
// the same turns, nothing before its minute or while nobody is there, and nothing twice.
func TestLateInTime(t *testing.T) {
	t.Parallel()
	p := workdays(t)
	rapid.Check(t, func(t *rapid.T) {
		labelled, events := history(t, lateEvents)
		want := lates(p, labelled, events)
		for _, inTime := range []bool{true, false} {
			w := begin(t, p, "ca", labelled)
			var got []string
			w.saw = func(o bridge.Outcome) {
				if comments := comments(o); comments > 1 || len(audited(o, "late")) > 0 && len(o.Effects) == 0 {
					t.Fatalf("%d comments in one look", comments)
				}
				got = append(got, noted(o, w.in.Now, o.Case.TurnSince)...)
			}
			w.live(labelled, events, func() time.Duration {
				if inTime {
					return 0
				}
				return time.Duration(rapid.IntRange(0, 600).Draw(t, "late")) * time.Minute
			})
			if inTime {
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatal(diff)
				}
				continue
			}
			for _, line := range got {
				i := slices.IndexFunc(want, func(l string) bool { return l[16:] == line[16:] })
				if i < 0 || want[i][:16] > line[:16] {
					t.Fatalf("%s: in time it is %q", line, want)
				}
			}
		}
	})
}

func comments(o bridge.Outcome) (n int) {
	for _, e := range o.Effects {
		if e.Kind == bridge.PostComment {
			n++
		}
	}
	return n
}
