package remind

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/wording"
	"escalat/mapping"
)

func hours(n int) mapping.Duration { return mapping.Duration(time.Duration(n) * time.Hour) }

// usual is a provider whose acknowledgement is late after 2 hours, its answer after 6 and
// silence after 12; its desk works every day from 8 to 17.
func usual(t tester) *mapping.Profile {
	t.Helper()
	p := claranet(t)
	p.Expect = mapping.Expect{
		Acknowledgement: mapping.Expected{Late: hours(2)},
		Answer:          mapping.Expected{From: hours(1), To: hours(6), Late: hours(6)},
		Silence:         mapping.Expected{Late: hours(12)},
	}
	p.Contacts.Night.Phones = nil // the call is not what is tried here
	return p
}

// audited are the reasons of the entries with that action.
func audited(o bridge.Outcome, action string) []string {
	var out []string
	for _, e := range o.Audit {
		if e.Action == action {
			out = append(out, e.Reason)
		}
	}
	return out
}

// TestLateToTheMinute: each is told in the minute in which the desk's hours have passed.
func TestLateToTheMinute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sent  string
		hours mapping.Hours
		want  []string
	}{
		"by day":         {sent: "23 09:00", want: []string{"23 11:00:00 acknowledgement", "23 15:00:00 answer"}},
		"over the night": {sent: "23 16:30", want: []string{"24 09:30:00 acknowledgement", "24 13:30:00 answer"}},
		"sent at night":  {sent: "23 22:00", want: []string{"24 10:00:00 acknowledgement", "24 14:00:00 answer"}},
		"when it closes": {sent: "23 15:00", want: []string{"24 08:00:00 acknowledgement", "24 12:00:00 answer"}},
		"over a weekend": {sent: "20 16:00", hours: mapping.Hours{From: "08:00", To: "17:00", Days: []string{"mon", "tue", "wed", "thu", "fri"}}, want: []string{"23 09:00:00 acknowledgement", "23 13:00:00 answer"}},
		"always open":    {sent: "23 23:30", hours: mapping.Hours{From: "00:00", To: "24:00"}, want: []string{"24 01:30:00 acknowledgement", "24 05:30:00 answer"}},
	} {
		p := usual(t)
		if test.hours.From != "" {
			p.Hours = test.hours
		}
		w := begin(t, p, "ca", clockIn(t, p, test.sent).Add(-time.Hour))
		w.sent(clockIn(t, p, test.sent))
		w.look(clockIn(t, p, test.sent))
		w.until(clockIn(t, p, "28 09:00"))
		var got []string
		for _, line := range w.lines {
			parts := strings.Split(line, "/")
			got = append(got, line[:12]+parts[4])
		}
		if diff := cmp.Diff(test.want, got); diff != "" || !w.in.Case.DueAt.IsZero() {
			t.Errorf("%s: due %v %s", name, w.in.Case.DueAt, diff)
		}
		if _, told := w.in.Case.Late["answer"]; !told || len(w.in.Case.Late) != 2 {
			t.Errorf("%s: %v", name, w.in.Case.Late)
		}
	}
}

// TestNotLate: what has come is not told, nor anything of a case that is silent.
func TestNotLate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(w *world)
		want   []string
	}{
		"nothing has come":     {want: []string{"answer"}},
		"a program confirmed":  {change: func(w *world) { w.in.Case.ConfirmedAt = w.in.Now }, want: []string{"answer"}},
		"somebody was called":  {change: func(w *world) { wording.Aware(&w.in.Case, w.in.Profile, w.in.Now) }, want: []string{"answer"}},
		"somebody has written": {change: func(w *world) { wording.Heard(&w.in.Case, w.in.Profile, w.in.Now); w.in.Case.State = bridge.Answered }},
		"a program has":        {change: func(w *world) { w.in.Case.State = bridge.Answered }, want: []string{"answer"}},
		"not delivered":        {change: func(w *world) { w.in.Case.State = bridge.Undelivered }},
		"redirected":           {change: func(w *world) { w.in.Case.Notices[0].Redirected = true }},
		"shadow":               {change: func(w *world) { w.in.Case.Notices[0].Shadow = true }},
		"mode redirect":        {change: func(w *world) { w.in.Trial = true }},
		"mode shadow":          {change: func(w *world) { w.in.Shadow = true }},
		"resolved":             {change: func(w *world) { w.in.Issue.Resolved = true }},
		"archived":             {change: func(w *world) { w.in.Issue.Archived = true }},
		"unlabelled":           {change: func(w *world) { w.in.Issue.Labels = nil }},
		"closed":               {change: func(w *world) { w.in.Case.State = bridge.Closed }},
		"joined":               {change: func(w *world) { w.in.Case.State = bridge.Joined }},
		"handed":               {change: func(w *world) { w.in.Case.State = bridge.Handed }},
		"not urgent":           {change: func(w *world) { w.in.Case.NotUrgent = true }, want: []string{"answer"}},
		"never late":           {change: func(w *world) { w.in.Profile.Expect = mapping.Expect{} }},
		"late for its form": {change: func(w *world) {
			f := w.in.Profile.Form("sistemas")
			f.Expect.Answer.Late = hours(7)
		}, want: []string{"acknowledgement"}},
		"opened again since": {change: func(w *world) { w.in.Case.ReopenedAt = w.in.Now.Add(time.Hour) }, want: []string{"acknowledgement"}},
		"passed on a while ago": {change: func(w *world) {
			w.in.Case.PassedTo("redes", w.in.Now.Add(90*time.Minute), wording.Hours(w.in.Profile, "").Working)
		}, want: []string{"acknowledgement"}},
	} {
		p := usual(t)
		w := begin(t, p, "ca", clockIn(t, p, "23 09:00"))
		w.sent(clockIn(t, p, "23 09:00"))
		w.look(clockIn(t, p, "23 10:00"))
		if test.change != nil {
			test.change(w)
			w.save(w.in.Now)
		}
		w.look(clockIn(t, p, "23 15:00")) // both are due: the furthest is told
		var got []string
		for _, line := range w.lines {
			got = append(got, strings.Split(line, "/")[4])
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestNobodyIsThere: what an outage left over is told when the desk opens.
func TestNobodyIsThere(t *testing.T) {
	t.Parallel()
	p := usual(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	w := begin(t, p, "ca", at("23 08:30"))
	w.sent(at("23 09:00"))
	w.look(at("23 20:00"))
	if told := w.told(); len(told) > 0 || !w.in.Case.DueAt.Equal(at("24 08:00")) {
		t.Errorf("%q, due %v", told, w.in.Case.DueAt)
	}
	w.until(at("25 08:00"))
	if told := w.told(); len(told) != 1 || !strings.HasPrefix(told[0], "24 08:00:00 late/10001/claranet/1/answer/") {
		t.Errorf("%q", told)
	}
	if got := w.comment(last(w)); !strings.Contains(got, "fa 23\u00a0h (8\u00a0h en horari d’atenció)") || !strings.Contains(got, "Sol trigar entre 1 i 6 hores") || !strings.Contains(got, "Tampoc no ha confirmat") {
		t.Error(got)
	}
}

// last is the key of the newest comment.
func last(w *world) string { return w.shown[len(w.shown)-1].Key }

// TestSilence: after an answer, what we told last waits for news; a claim puts nothing
// off, unless it was what made it their turn.
func TestSilence(t *testing.T) {
	t.Parallel()
	p := usual(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	notice := func(w *world, about bridge.About, s string) {
		c := &w.in.Case
		c.Notices = append(slices.Clone(c.Notices), bridge.Notice{Serial: len(c.Notices) + 1, About: about, SentAt: at(s)})
		w.save(at(s))
		w.look(at(s))
	}
	answered := func(s string) *world {
		w := begin(t, p, "ca", at("20 08:30"))
		w.sent(at("20 09:00"))
		wording.Heard(&w.in.Case, p, at(s))
		w.in.Case.State = bridge.Answered
		w.save(at(s))
		w.look(at(s))
		return w
	}
	w := answered("20 10:00")
	if !w.in.Case.DueAt.IsZero() {
		t.Errorf("it is our turn, and due %v", w.in.Case.DueAt)
	}
	notice(w, bridge.AboutWords, "20 11:00")
	if !w.in.Case.DueAt.Equal(at("21 14:00")) {
		t.Errorf("due %v", w.in.Case.DueAt)
	}
	notice(w, bridge.AboutClaim, "20 16:00")
	notice(w, bridge.AboutForm, "20 12:00")
	w.until(at("22 17:00"))
	if told := w.told(); len(told) != 1 || !strings.HasPrefix(told[0], "21 15:00:00 late/10001/claranet/1/silence/") {
		t.Errorf("%q", told)
	}
	notice(w, bridge.AboutWords, "23 09:00") // the same turn
	w.until(at("26 17:00"))
	if told := w.told(); len(told) != 0 {
		t.Errorf("the same turn: %q", told)
	}
	wording.Heard(&w.in.Case, p, at("26 17:00"))
	w.save(at("26 17:00"))
	notice(w, bridge.AboutWords, "27 08:00")
	w.until(at("29 17:00"))
	if told := w.told(); len(told) != 1 || !strings.HasPrefix(told[0], "28 11:00:00 late/10001/claranet/1/silence/") {
		t.Errorf("the next turn: %q", told)
	}
	w = answered("20 10:00")
	notice(w, bridge.AboutClaim, "23 09:00")
	w.until(at("28 17:00"))
	if told := w.told(); len(told) != 1 || !strings.HasPrefix(told[0], "24 12:00:00 ") {
		t.Errorf("a claim begins the turn: %q", told)
	}
}

// TestTurnIsNoted: nothing is told of a turn that is not yet noted, since what was told
// would be forgotten; the case is looked at again at once.
func TestTurnIsNoted(t *testing.T) {
	t.Parallel()
	p := usual(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	w := begin(t, p, "ca", at("23 08:00"))
	w.save(at("23 08:00")) // our turn
	w.in.Case.State = bridge.Sent
	w.in.Case.Notices = []bridge.Notice{{Serial: 1, SentAt: at("23 08:30")}}
	w.look(at("23 12:00"))
	if told := w.told(); len(told) > 0 || !w.in.Case.DueAt.Equal(at("23 12:00")) {
		t.Errorf("%q, due %v", told, w.in.Case.DueAt)
	}
	w.look(at("23 12:00"))
	if told := w.told(); len(told) != 1 || !w.in.Case.DueAt.Equal(at("23 14:30")) {
		t.Errorf("%q, due %v", told, w.in.Case.DueAt)
	}
}

// steps is a matrix of every way.
func steps() []mapping.Step {
	marta := mapping.Contact{Name: "Marta Exemple", Role: mapping.Phrase{CA: "cap de servei", ES: "jefa de servicio"}, Phones: []string{"600 000 001"}, Email: "marta@example.net"}
	return []mapping.Step{
		{ID: "desk", After: hours(1), Without: mapping.WithoutAcknowledgement},
		{ID: "head", After: hours(3), Without: mapping.WithoutAnswer, People: []mapping.Contact{marta, {Name: "Joan"}, marta}, Ways: []string{mapping.WayMail}},
		{ID: "guard", After: hours(4), Without: mapping.WithoutAnswer, Ways: []string{mapping.WayOnCall, mapping.WayWebhook}},
		{ID: "all", After: hours(5), Without: mapping.WithoutNews, People: []mapping.Contact{marta}, Ways: []string{mapping.WayPropose, mapping.WayMail, mapping.WayWebhook}},
	}
}

// TestMatrix: each step in its minute, by its ways.
func TestMatrix(t *testing.T) {
	t.Parallel()
	for _, acts := range []bool{false, true} {
		p := usual(t)
		p.Expect, p.Matrix = mapping.Expect{}, steps()
		at := func(s string) time.Time { return clockIn(t, p, s) }
		w := begin(t, p, "ca", at("23 08:30"))
		w.in.Acts = acts
		w.sent(at("23 09:00"))
		turn := "1795420800"
		w.look(at("23 09:00"))
		w.until(at("25 17:00"))
		want := []string{
			"23 10:00:00 late/10001/claranet/1/step/desk/" + turn,
			"23 12:00:00 late/10001/claranet/1/step/head/" + turn,
			"23 13:00:00 oncall/10001/claranet/1/step/guard/" + turn,
			"23 14:00:00 late/10001/claranet/1/step/all/" + turn,
			"23 14:00:00 oncall/10001/claranet/1/step/all/" + turn,
		}
		if acts {
			want[1] = "23 12:00:00 compose/10001/claranet/1/2"
			want = slices.Insert(want, 4, "23 14:00:00 compose/10001/claranet/1/3")
		}
		if diff := cmp.Diff(want, w.lines); diff != "" {
			t.Errorf("acts %v: %s", acts, diff)
		}
		c := w.in.Case
		if n := map[bool]int{true: 2}[acts]; c.Claims != n || c.Additions != n || len(c.Late) != 4 || !c.DueAt.IsZero() {
			t.Errorf("acts %v: %d claims, %d additions, %v, due %v", acts, c.Claims, c.Additions, c.Late, c.DueAt)
		}
		all := w.comment("step/all/" + turn)
		if !strings.Contains(all, "*Marta Exemple* (cap de servei): 600 000 001 · marta@example.net") || strings.Contains(all, "{{escalat reclama}}") == acts {
			t.Errorf("acts %v: %s", acts, all)
		}
		if acts {
			var body bridge.ComposeBody
			decode(t, w, "compose/10001/claranet/1/2", bridge.ToMail, bridge.ComposeMail, &body)
			if diff := cmp.Diff(bridge.ComposeBody{Serial: 2, About: bridge.AboutClaim, Cc: []string{"marta@example.net"}}, body); diff != "" {
				t.Error(diff)
			}
		}
		var body bridge.OnCallBody
		decode(t, w, "oncall/10001/claranet/1/step/guard/"+turn, bridge.ToOnCall, bridge.TellOnCall, &body)
		if !body.Mail || !body.Webhook || body.Step != "guard" || body.Subject != "escalat: SUP-41, Claranet no respon" || !strings.Contains(body.Text, "fa 4\u00a0h") || strings.Contains(body.Text, "e-Exemple") {
			t.Errorf("%+v", body)
		}
	}
}

// TestClaimedBefore: what a person, or a step, has claimed within the hour the next step does
// not claim again: it is told, with when that was, and noted as done.
func TestClaimedBefore(t *testing.T) {
	t.Parallel()
	p := usual(t)
	p.Expect, p.Matrix = mapping.Expect{}, []mapping.Step{
		{ID: "head", After: hours(3), Without: mapping.WithoutAnswer, Ways: []string{mapping.WayMail, mapping.WayOnCall}},
		{ID: "all", After: mapping.Duration(3*time.Hour + 40*time.Minute), Without: mapping.WithoutAnswer, Ways: []string{mapping.WayMail}},
	}
	at := func(s string) time.Time { return clockIn(t, p, s) }
	turn := fmt.Sprint(at("23 09:00").Unix())
	head, all, guard := " late/10001/claranet/1/step/head/"+turn, " late/10001/claranet/1/step/all/"+turn, " oncall/10001/claranet/1/step/head/"+turn
	const claim = " compose/10001/claranet/1/2"
	for name, test := range map[string]struct {
		claimed func(c *bridge.Case)
		want    []string
		told    string // in the comment of the step, or of the one after it
	}{
		"nobody has":   {want: []string{"23 12:00:00" + claim, "23 12:00:00" + guard, "23 12:40:00" + all}, told: "12.00 h"},
		"a person has": {claimed: func(c *bridge.Case) { c.Claims, c.ClaimedAt = 1, at("23 11:30") }, want: []string{"23 12:00:00" + head, "23 12:00:00" + guard, "23 12:40:00" + claim}, told: "11.30 h"},
		"it left then": {claimed: func(c *bridge.Case) {
			c.Notices = append(c.Notices, bridge.Notice{Serial: 9, About: bridge.AboutClaim, SentAt: at("23 11:50")})
		}, want: []string{"23 12:00:00" + head, "23 12:00:00" + guard, "23 12:40:00" + all}, told: "11.50 h"},
		"a while ago": {claimed: func(c *bridge.Case) { c.ClaimedAt = at("23 11:00") }, want: []string{"23 12:00:00" + claim, "23 12:00:00" + guard, "23 12:40:00" + all}, told: "12.00 h"},
	} {
		w := begin(t, p, "ca", at("23 08:30"))
		w.in.Acts = true
		w.sent(at("23 09:00"))
		if test.claimed != nil {
			test.claimed(&w.in.Case)
		}
		w.look(at("23 09:30"))
		w.until(at("23 16:00"))
		if diff := cmp.Diff(test.want, w.lines); diff != "" || len(w.in.Case.Late) != 2 {
			t.Errorf("%s: %v %s", name, w.in.Case.Late, diff)
		}
		ending := "step/head/" + turn
		if test.want[0] == "23 12:00:00"+claim {
			ending = "step/all/" + turn
		}
		i := slices.IndexFunc(w.shown, func(e bridge.Effect) bool { return e.Kind == bridge.PostComment && strings.HasSuffix(e.Key, ending) })
		if i < 0 {
			t.Fatalf("%s: no comment %s", name, ending)
		}
		if said := plain(markup(t, w.shown[i])); !strings.Contains(said, test.told) || !strings.Contains(said, "Ja s’ha reclamat") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// plain has usual spaces.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// TestSinceWhen: of a case that was opened again or passed on it is said since when that is,
// and not that it was sent then.
func TestSinceWhen(t *testing.T) {
	t.Parallel()
	p := usual(t)
	p.Expect.Silence.Late = 0
	at := func(s string) time.Time { return clockIn(t, p, s) }
	for name, test := range map[string]struct {
		change func(c *bridge.Case)
		said   string
	}{
		"sent":         {said: "a la incidència, enviada el 23/11/2026 a les 9.00 h, fa 6"},
		"opened again": {change: func(c *bridge.Case) { c.Reopen(bridge.Sent, at("23 09:30")) }, said: "a la incidència, reoberta el 23/11/2026 a les 9.30 h, fa 6"},
		"passed on": {
			change: func(c *bridge.Case) { c.PassedTo("redes", at("23 10:00"), wording.Hours(p, "").Working) },
			said:   "a la incidència, passada a *Xarxa* el 23/11/2026 a les 10.00 h, fa 6",
		},
	} {
		w := begin(t, p, "ca", at("23 08:30"))
		w.sent(at("23 09:00"))
		if test.change != nil {
			test.change(&w.in.Case)
			w.save(at("23 10:00"))
		}
		w.look(at("23 10:00"))
		w.until(at("23 16:30"))
		said := plain(w.comment("answer/" + fmt.Sprint(w.in.Case.TurnSince.Unix())))
		if !strings.Contains(said, test.said) {
			t.Errorf("%s: %s", name, said)
		}
	}
}

func decode(t *testing.T, w *world, key string, target bridge.Target, kind bridge.Kind, into any) {
	t.Helper()
	i := slices.IndexFunc(w.shown, func(e bridge.Effect) bool { return e.Key == key })
	if i < 0 {
		t.Fatalf("no effect %s", key)
	}
	if e := w.shown[i]; e.Target != target || e.Kind != kind {
		t.Errorf("%s: %s, %s", key, e.Target, e.Kind)
	}
	if err := json.Unmarshal(w.shown[i].Body, into); err != nil {
		t.Fatal(err)
	}
}

// TestMatrixAfterAnOutage: only the furthest step is done, those before it are noted, and
// what is late is told with it.
func TestMatrixAfterAnOutage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		at   string
		acts bool
		want []string // what of the keys follows the case
		late []string
	}{
		"one step and the acknowledgement": {at: "11:10", want: []string{"late/step/desk"}, late: []string{"acknowledgement", "step/desk"}},
		"by mail, and told with it":        {at: "12:10", acts: true, want: []string{"late/acknowledgement", "compose/2"}, late: []string{"acknowledgement", "step/desk", "step/head"}},
		"who is on call, and told with it": {at: "13:10", want: []string{"oncall/step/guard", "late/acknowledgement"}, late: []string{"acknowledgement", "step/desk", "step/head", "step/guard"}},
		"all of it":                        {at: "16:10", want: []string{"late/step/all", "oncall/step/all"}, late: []string{"acknowledgement", "answer", "step/desk", "step/head", "step/guard", "step/all"}},
	} {
		p := usual(t)
		p.Matrix = steps()
		at := func(s string) time.Time { return clockIn(t, p, s) }
		w := begin(t, p, "ca", at("23 08:30"))
		w.in.Acts = test.acts
		w.sent(at("23 09:00"))
		out := w.look(at("23 " + test.at))
		var got []string
		for _, e := range out.Effects {
			s := strings.Replace(e.Key, "/10001/claranet/1", "", 1)
			got = append(got, strings.TrimSuffix(s, "/1795420800"))
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(test.late, audited(out, "late")); diff != "" || len(w.in.Case.Late) != len(test.late) {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestStepIsStopped by what it waits for.
func TestStepIsStopped(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(w *world)
		want   []string
	}{
		"confirmed": {func(w *world) { w.in.Case.ConfirmedAt = w.in.Now }, []string{"late/step/head", "oncall/step/guard", "late/step/all", "oncall/step/all"}},
		"answered": {func(w *world) {
			wording.Heard(&w.in.Case, w.in.Profile, w.in.Now)
			w.in.Case.State = bridge.Answered
		}, nil},
		"more was told": {func(w *world) {
			w.in.Case.Notices = append(w.in.Case.Notices, bridge.Notice{Serial: 2, SentAt: w.in.Now.Add(time.Minute)})
		}, []string{"late/step/desk", "late/step/head", "oncall/step/guard", "late/step/all", "oncall/step/all"}},
	} {
		p := usual(t)
		p.Expect, p.Matrix = mapping.Expect{}, steps()
		at := func(s string) time.Time { return clockIn(t, p, s) }
		w := begin(t, p, "ca", at("23 08:30"))
		w.sent(at("23 09:00"))
		w.look(at("23 09:30"))
		test.change(w)
		w.save(at("23 09:31"))
		w.look(at("23 09:31"))
		w.until(at("25 17:00"))
		var got []string
		for _, e := range w.shown {
			got = append(got, strings.TrimSuffix(strings.Replace(e.Key, "/10001/claranet/1", "", 1), "/1795420800"))
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if name == "more was told" && !w.in.Case.Late["step/all"].Equal(at("23 14:31")) {
			t.Errorf("%v", w.in.Case.Late)
		}
	}
}
