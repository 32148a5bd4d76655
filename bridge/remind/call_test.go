package remind

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"escalat/bridge"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// TestNight is a night as the team sees it, from the label to the morning: nobody calls.
func TestNight(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		p := claranet(t)
		w := begin(t, p, lang, clockIn(t, p, "22 23:40"))
		w.look(clockIn(t, p, "22 23:40"))
		w.in.Case.State = bridge.Asked
		w.look(clockIn(t, p, "22 23:45"))
		w.until(clockIn(t, p, "23 02:00"))
		w.sent(clockIn(t, p, "23 02:05"))
		w.look(clockIn(t, p, "23 02:05"))
		w.until(clockIn(t, p, "23 12:00"))
		var b strings.Builder
		for i, e := range w.shown {
			fmt.Fprintf(&b, "==== %s\n%s\n\n", w.lines[i], markup(t, e))
		}
		golden(t, "night."+lang, b.String())
	}
}

// key is that of a reminder of the case, for a call that is due since then.
func key(since time.Time, n int) string {
	return fmt.Sprintf("call/10001/claranet/1/%d/%d", since.Unix(), n)
}

// TestReminders come to the minute, until the desk opens.
func TestReminders(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	since := clockIn(t, p, "23 03:30")
	w := begin(t, p, "ca", since)
	w.look(since)
	c := &w.in.Case
	if !c.CallSince.Equal(since) || !c.CallUntil.Equal(clockIn(t, p, "23 08:00")) || !c.DueAt.Equal(since.Add(10*time.Minute)) || !c.CallTold.IsZero() {
		t.Errorf("since %v, until %v, due %v, told %v", c.CallSince, c.CallUntil, c.DueAt, c.CallTold)
	}
	w.until(clockIn(t, p, "23 07:59"))
	want := []string{
		"23 03:40:00 " + key(since, 1), "23 04:00:00 " + key(since, 2), "23 04:30:00 " + key(since, 3), "23 05:30:00 " + key(since, 4),
		"23 06:30:00 " + key(since, 5), "23 07:30:00 " + key(since, 6),
	}
	if diff := cmp.Diff(want, w.told()); diff != "" {
		t.Error(diff)
	}
	if !c.DueAt.Equal(c.CallUntil) {
		t.Errorf("due %v, until %v", c.DueAt, c.CallUntil)
	}
	out := w.look(clockIn(t, p, "23 08:00"))
	if len(out.Audit) != 1 || out.Audit[0].Action != "desk open" || !c.CallUntil.IsZero() || !c.CallSince.IsZero() || !c.CallTold.IsZero() {
		t.Errorf("%+v, %+v", out.Audit, c)
	}
	if diff := cmp.Diff([]string{fmt.Sprintf("23 08:00:00 call-open/10001/claranet/1/%d", clockIn(t, p, "23 08:00").Unix())}, w.told()); diff != "" {
		t.Error(diff)
	}
	if !c.DueAt.Equal(clockIn(t, p, "23 17:00")) { // nothing is sent, and it closes again
		t.Errorf("due %v", c.DueAt)
	}
}

// TestOutage: of what was missed only the newest is told, and what follows is to the
// minute again.
func TestOutage(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	since := clockIn(t, p, "22 23:40")
	w := begin(t, p, "ca", since)
	w.look(since)
	w.look(clockIn(t, p, "23 03:05"))
	w.until(clockIn(t, p, "23 04:00"))
	if diff := cmp.Diff([]string{"23 03:05:00 " + key(since, 5), "23 03:40:00 " + key(since, 6)}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.in.Now = clockIn(t, p, "23 01:00") // the clock was put back
	w.look(w.in.Now)
	if told := w.told(); len(told) > 0 || !w.in.Case.DueAt.Equal(clockIn(t, p, "23 01:40")) {
		t.Errorf("put back: %q, due %v", told, w.in.Case.DueAt)
	}
	w.look(clockIn(t, p, "23 01:40"))
	w.look(clockIn(t, p, "23 04:40"))
	if diff := cmp.Diff([]string{"23 04:40:00 " + key(since, 7)}, w.told()); diff != "" {
		t.Errorf("told again: %s", diff)
	}
	// It ended during an outage: when the desk has closed once more it is another call.
	w.look(clockIn(t, p, "23 17:20"))
	if diff := cmp.Diff([]string{"23 17:20:00 " + key(clockIn(t, p, "23 17:00"), 0)}, w.told()); diff != "" {
		t.Error(diff)
	}
	if due := clockIn(t, p, "24 08:00"); !w.in.Case.DueAt.Equal(due) { // the second night is told once
		t.Errorf("due %v", w.in.Case.DueAt)
	}
	w.look(clockIn(t, p, "25 09:00"))
	if told := w.told(); len(told) != 1 || !strings.Contains(told[0], "call-open/") {
		t.Errorf("by day: %q", told)
	}
}

// TestOpenedAgainAtNight: what a person opens again at night nobody of the provider knows,
// though somebody there had answered before; what an answer of theirs opened they do.
func TestOpenedAgainAtNight(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	for name, test := range map[string]struct {
		change func(c *bridge.Case)
		call   bool
	}{
		"by a person":                      {change: func(c *bridge.Case) { c.Reopen(bridge.Answered, at("18 23:00")) }, call: true},
		"which was not urgent then":        {change: func(c *bridge.Case) { c.NotUrgent = true; c.Reopen(bridge.Answered, at("18 23:00")) }, call: true},
		"and is not now":                   {change: func(c *bridge.Case) { c.Reopen(bridge.Answered, at("18 23:00")); c.NotUrgent = true }},
		"by a person, who heard tonight":   {change: func(c *bridge.Case) { wording.Heard(c, p, at("18 22:00")); c.Reopen(bridge.Answered, at("18 23:00")) }, call: true},
		"and somebody called":              {change: func(c *bridge.Case) { c.Reopen(bridge.Answered, at("18 23:00")); wording.Aware(c, p, at("18 23:05")) }},
		"by an answer, which came earlier": {change: func(c *bridge.Case) { c.Reopen(bridge.Answered, at("18 23:00")); wording.Heard(c, p, at("18 16:59")) }},
		"not at all":                       {},
	} {
		w := begin(t, p, "ca", at("16 10:00"))
		w.sent(at("16 10:05"))
		wording.Heard(&w.in.Case, p, at("16 12:00"))
		w.in.Case.State = bridge.Answered
		if test.change != nil {
			test.change(&w.in.Case)
		}
		w.look(at("18 23:10"))
		got := reminders(w.told())
		want := []string{"18 23:10:00 " + key(at("18 23:00"), 1)}
		if !test.call {
			want = nil
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestDayMail: in the minute in which the desk closes the call about what nobody has
// confirmed is due.
func TestDayMail(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	for name, test := range map[string]struct {
		change func(w *world)
		call   bool
		due    string
	}{
		"nobody confirmed":       {call: true, due: "23 17:00"},
		"a program did":          {change: func(w *world) { w.in.Case.ConfirmedAt = at("23 11:01") }},
		"somebody called":        {change: func(w *world) { wording.Aware(&w.in.Case, p, at("23 11:01")) }},
		"somebody wrote":         {change: func(w *world) { wording.Heard(&w.in.Case, p, at("23 11:01")); w.in.Case.State = bridge.Answered }},
		"a program wrote":        {change: func(w *world) { w.in.Case.State = bridge.Answered }, call: true, due: "23 17:00"},
		"it has a number":        {change: func(w *world) { w.in.Case.References = []string{"INC1"} }},
		"it was heard of before": {change: func(w *world) { w.in.Case.Heard = "a@claranet.es" }},
		"not urgent":             {change: func(w *world) { w.in.Case.NotUrgent = true }},
		"redirected":             {change: func(w *world) { w.in.Case.Notices[0].Redirected = true }},
		"shadow":                 {change: func(w *world) { w.in.Case.Notices[0].Shadow = true }},
		"mode redirect":          {change: func(w *world) { w.in.Trial = true }},
		"mode shadow":            {change: func(w *world) { w.in.Shadow = true }},
		"resolved":               {change: func(w *world) { w.in.Issue.Resolved = true }},
		"archived":               {change: func(w *world) { w.in.Issue.Archived = true }},
		"unlabelled":             {change: func(w *world) { w.in.Issue.Labels = nil }},
		"closed":                 {change: func(w *world) { w.in.Case.State = bridge.Closed }},
		"joined":                 {change: func(w *world) { w.in.Case.State = bridge.Joined }},
		"bounced":                {change: func(w *world) { w.in.Case.State = bridge.Undelivered }, call: true, due: "23 17:00"},
		"no telephone at night":  {change: func(w *world) { w.in.Profile.Contacts.Night.Phones = nil }},
		"open again":             {change: func(w *world) { w.in.Case.ReopenedAt, w.in.Issue.Labels = at("23 12:00"), nil }, call: true, due: "23 17:00"},
	} {
		own := *p
		w := begin(t, &own, "ca", at("23 10:30"))
		w.sent(at("23 11:00"))
		if test.change != nil {
			test.change(w)
		}
		w.look(at("23 12:00"))
		if due := w.in.Case.DueAt; test.call != due.Equal(at("23 17:00")) || !test.call && !due.IsZero() || !w.in.Case.CallUntil.IsZero() {
			t.Errorf("%s: due %v, call until %v", name, due, w.in.Case.CallUntil)
		}
		w.look(at("23 17:00"))
		c := w.in.Case
		if !test.call {
			if len(w.lines) > 0 || !c.CallUntil.IsZero() || !c.DueAt.IsZero() {
				t.Errorf("%s: %q, until %v, due %v", name, w.lines, c.CallUntil, c.DueAt)
			}
			continue
		}
		if diff := cmp.Diff([]string{"23 17:00:00 " + key(at("23 17:00"), 0)}, w.lines); diff != "" || !c.CallUntil.Equal(at("24 08:00")) || !c.DueAt.Equal(at("23 17:10")) {
			t.Errorf("%s: until %v, due %v %s", name, c.CallUntil, c.DueAt, diff)
		}
	}
}

// TestWhyItIsDue: the comment at the desk's closing says why.
func TestWhyItIsDue(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	for state, why := range map[bridge.State]string{
		bridge.Settling: "no espereu a tenir totes les dades", bridge.Asked: "no espereu a tenir totes les dades", bridge.Sending: "No espereu que surti",
		bridge.Handed: "sigui al seu portal", bridge.Undelivered: "els hagi arribat", bridge.Sent: "enviada el 23/11/2026 a les 11.00",
	} {
		w := begin(t, p, "ca", at("23 10:30"))
		if state == bridge.Sent {
			w.sent(at("23 11:00"))
		}
		w.in.Case.State = state
		w.look(at("23 12:00"))
		w.until(at("23 17:05"))
		if got := w.comment("/0"); !strings.Contains(got, why) || !strings.Contains(got, "Acaben de tancar") || !strings.Contains(got, "902 886 336") {
			t.Errorf("%s: %s", state, got)
		}
	}
}

// TestTonight: of what was labelled or sent at night an automatic answer tells nobody.
func TestTonight(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	for name, test := range map[string]struct {
		labelled, sent string
		answered       bool
		change         func(c *bridge.Case)
		since          string // empty: no call at 22:00
	}{
		"labelled tonight":       {labelled: "23 21:00", sent: "23 21:05", since: "23 21:00"},
		"a program has answered": {labelled: "23 21:00", sent: "23 21:05", change: func(c *bridge.Case) { c.ConfirmedAt = at("23 21:06") }, since: "23 21:00"},
		"and its ticket was made": {labelled: "23 21:00", sent: "23 21:05", change: func(c *bridge.Case) {
			c.ConfirmedAt, c.References, c.State = at("23 21:06"), []string{"INC1"}, bridge.Answered
		}, since: "23 21:00"},
		"sent tonight":                 {labelled: "23 16:00", sent: "23 17:05", change: func(c *bridge.Case) { c.ConfirmedAt = at("23 17:06") }, since: "23 17:00"},
		"somebody has called":          {labelled: "23 21:00", sent: "23 21:05", change: func(c *bridge.Case) { wording.Aware(c, p, at("23 21:10")) }},
		"before it was sent, by day":   {labelled: "23 16:00", sent: "23 17:05", change: func(c *bridge.Case) { wording.Aware(c, p, at("23 16:30")) }},
		"somebody has written":         {labelled: "23 21:00", sent: "23 21:05", change: func(c *bridge.Case) { wording.Heard(c, p, at("23 21:10")); c.State = bridge.Answered }},
		"sent by day, then it answers": {labelled: "23 10:00", sent: "23 10:05", change: func(c *bridge.Case) { c.ConfirmedAt = at("23 21:06") }},
		"unsent for days":              {labelled: "20 10:00", since: "23 17:00"},
		"unsent for days, they know":   {labelled: "20 10:00", change: func(c *bridge.Case) { wording.Aware(c, p, at("20 22:00")) }},
		"sent last night, unconfirmed": {labelled: "22 22:00", sent: "22 22:05", since: "23 17:00"},
		"sent last night, a program":   {labelled: "22 22:00", sent: "22 22:05", change: func(c *bridge.Case) { c.ConfirmedAt = at("22 22:06") }},
		"listed":                       {labelled: "23 21:00", change: func(c *bridge.Case) { c.State = bridge.Listed }},
		"refused":                      {labelled: "23 21:00", change: func(c *bridge.Case) { c.State = bridge.Refused }},
		"braked":                       {labelled: "23 21:00", change: func(c *bridge.Case) { c.State = bridge.Braked }},
	} {
		w := begin(t, p, "ca", at(test.labelled))
		if test.sent != "" {
			w.sent(at(test.sent))
		}
		if test.change != nil {
			test.change(&w.in.Case)
		}
		w.look(at("23 22:00"))
		c := w.in.Case
		if test.since == "" {
			if !c.CallUntil.IsZero() || len(w.lines) > 0 {
				t.Errorf("%s: until %v, %q", name, c.CallUntil, w.lines)
			}
			continue
		}
		if !c.CallUntil.Equal(at("24 08:00")) || !c.CallSince.Equal(at(test.since)) || len(w.lines) != 1 {
			t.Errorf("%s: since %v until %v, %q", name, c.CallSince, c.CallUntil, w.lines)
		}
	}
}

// TestWhatEndsACall: nothing is told after it, and what is held is not reminded of until
// it goes on.
func TestWhatEndsACall(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	for name, test := range map[string]struct {
		change func(w *world)
		stays  bool
		told   int
	}{
		"nothing":            {stays: true, told: 2},
		"somebody called":    {change: func(w *world) { wording.Aware(&w.in.Case, p, at("23 21:20")) }},
		"not urgent":         {change: func(w *world) { w.in.Case.NotUrgent = true }},
		"resolved":           {change: func(w *world) { w.in.Issue.Resolved = true }},
		"archived":           {change: func(w *world) { w.in.Issue.Archived = true }},
		"withdrawn":          {change: func(w *world) { w.in.Case.State = bridge.Withdrawn }},
		"closed":             {change: func(w *world) { w.in.Case.State = bridge.Closed }},
		"joined":             {change: func(w *world) { w.in.Case.State = bridge.Joined }},
		"mode shadow":        {change: func(w *world) { w.in.Shadow = true }},
		"the desk is open":   {change: func(w *world) { w.in.Profile.Hours = mapping.Hours{From: "00:00", To: "24:00"} }, told: 1},
		"no telephones now":  {change: func(w *world) { w.in.Profile.Contacts.Night.Phones = nil }, stays: true},
		"held":               {change: func(w *world) { w.in.Case.State = bridge.Braked }, stays: true},
		"labelled once more": {change: func(w *world) { w.in.Case.LabelledAt = at("23 21:15") }, stays: true, told: 2},
	} {
		own := *p
		w := begin(t, &own, "ca", at("23 21:00"))
		w.look(at("23 21:00"))
		w.until(at("23 21:20"))
		if diff := cmp.Diff([]string{"23 21:10:00 " + key(at("23 21:00"), 1)}, w.told()); diff != "" {
			t.Fatal(diff)
		}
		if test.change != nil {
			test.change(w)
		}
		w.look(at("23 21:21"))
		w.until(at("23 22:10"))
		if c := w.in.Case; c.CallUntil.IsZero() == test.stays || c.CallSince.IsZero() == test.stays || len(w.lines) != test.told {
			t.Errorf("%s: since %v until %v, %q", name, c.CallSince, c.CallUntil, w.lines)
		}
		if name != "held" {
			continue
		}
		w.in.Case.State = bridge.Settling
		w.look(at("23 22:11"))
		if diff := cmp.Diff([]string{"23 22:11:00 " + key(at("23 21:00"), 3)}, w.told()); diff != "" {
			t.Errorf("it goes on: %s", diff)
		}
	}
}

// TestAfterAnotherStage: what another stage told a moment ago is not repeated.
func TestAfterAnotherStage(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	w := begin(t, p, "ca", at("23 21:00"))
	if call := wording.Due(&w.in.Case, p, w.in.Texts, at("23 22:05"), "x"); call == nil {
		t.Fatal("no call")
	}
	w.look(at("23 22:05"))
	w.until(at("23 23:00"))
	if diff := cmp.Diff([]string{"23 23:00:00 " + key(at("23 21:00"), 4)}, w.told()); diff != "" {
		t.Error(diff)
	}
}

// TestDeskOpenIsTold when nobody has called, and nothing says that the provider knows.
func TestDeskOpenIsTold(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	for name, test := range map[string]struct {
		change func(c *bridge.Case)
		at     string
		told   bool
	}{
		"unsent":                 {at: "24 08:00", told: true},
		"sent":                   {change: func(c *bridge.Case) { c.State = bridge.Sent }, at: "24 08:00", told: true},
		"a program has answered": {change: func(c *bridge.Case) { c.State, c.ConfirmedAt = bridge.Sent, at("23 22:01") }, at: "24 08:00"},
		"late":                   {at: "24 16:59", told: true},
		"it has closed again":    {at: "24 17:00"},
		"listed meanwhile":       {change: func(c *bridge.Case) { c.State = bridge.Listed }, at: "24 08:00"},
	} {
		w := begin(t, p, "ca", at("23 21:00"))
		w.sent(at("23 21:30"))
		w.in.Case.State = bridge.Asked
		w.look(at("23 21:00"))
		if test.change != nil {
			test.change(&w.in.Case)
		}
		out := w.look(at(test.at))
		told := false
		for _, line := range w.lines {
			told = told || strings.Contains(line, "call-open/")
		}
		if told != test.told || len(out.Audit) == 0 || out.Audit[0].Action != "desk open" {
			t.Errorf("%s: %q, %+v", name, w.lines, out.Audit)
		}
		if told && !strings.Contains(w.comment(fmt.Sprint(at("24 08:00").Unix())), "902 884 622") {
			t.Errorf("%s: %q", name, w.lines)
		}
	}
}

// TestClockChanges: an hour that is skipped or comes twice moves no reminder: they count
// as time passes, and the desk opens by the wall.
func TestClockChanges(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	for name, test := range map[string]struct {
		labelled string
		times    []string // UTC
		opens    string
	}{
		"put forward": {"2026-03-29T00:30:00Z", []string{"00:40", "01:00", "01:30", "02:30", "03:30", "04:30", "05:30"}, "06:00"},
		"put back":    {"2026-10-25T00:30:00Z", []string{"00:40", "01:00", "01:30", "02:30", "03:30", "04:30", "05:30", "06:30"}, "07:00"},
	} {
		labelled, err := time.Parse(time.RFC3339, test.labelled)
		if err != nil {
			t.Fatal(err)
		}
		w := begin(t, p, "ca", labelled)
		w.look(labelled)
		w.until(labelled.Add(7 * time.Hour))
		var got []string
		for _, at := range w.shown {
			got = append(got, w.keys[at.Key].UTC().Format("15:04"))
		}
		if diff := cmp.Diff(append(test.times, test.opens), got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestSpokenIsShown: the reminder has the case's summary to be read aloud, as long as it
// may be.
func TestSpokenIsShown(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := clockIn(t, p, "22 23:40")
	w := begin(t, p, "ca", at)
	w.in.Issue.Description = strings.ReplaceAll(form, "terminis", strings.Repeat("terminis ", 100))
	w.look(at)
	w.until(at.Add(10 * time.Minute))
	got := w.comment("/1")
	for _, part := range []string{"e-Exemple, mòdul de signatura", "22/11/2026 a las 23:30 h", "600 123 456", "SUP-41", "Los datos les llegarán por correo.»"} {
		if !strings.Contains(strings.ReplaceAll(got, "\\", ""), part) {
			t.Errorf("no %q in %s", part, got)
		}
	}
	if strings.Contains(got, "10.0.0.1") || strings.Contains(got, "noformat") {
		t.Errorf("a log: %s", got)
	}
}
