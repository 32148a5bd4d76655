package send_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/send"
)

// morning is when the desk opens after night.
var morning = time.Date(2026, 11, 21, 7, 0, 0, 0, time.UTC)

// ended is a transmission that went well at that time.
func ended(at time.Time) bridge.Event {
	raw, err := json.Marshal(bridge.TransmitResult{At: at, Proof: "answer"})
	if err != nil {
		panic(err)
	}
	return bridge.Event{What: bridge.Done, At: at, Result: raw}
}

// TestNightCallIsDue: the case remembers until when the provider must be called and is
// looked at then; nobody is called twice, about a test, or for what is over.
func TestNightCallIsDue(t *testing.T) {
	t.Parallel()
	soon, late := night.Add(time.Minute), morning.Add(time.Hour)
	tests := map[string]struct {
		at     time.Time
		change func(*bench)
		call   bool
		until  time.Time
		due    time.Time
	}{
		"by day":                          {day, func(*bench) {}, false, time.Time{}, time.Time{}},
		"at night":                        {night, func(*bench) {}, true, morning, morning},
		"it is looked at earlier":         {night, func(b *bench) { b.c.DueAt = soon }, true, morning, soon},
		"it would be looked at later":     {night, func(b *bench) { b.c.DueAt = late }, true, morning, morning},
		"something is pending":            {night, func(b *bench) { b.c.Pending = []string{"impact"} }, true, morning, night},
		"they were called tonight":        {night, func(b *bench) { b.c.AwareAt = night.Add(-time.Hour) }, false, time.Time{}, time.Time{}},
		"they were called last night":     {night, func(b *bench) { b.c.AwareAt = night.AddDate(0, 0, -1) }, false, time.Time{}, time.Time{}},
		"they wrote in the afternoon":     {night, func(b *bench) { b.c.AwareAt, b.c.Heard = day.Add(5*time.Hour), "a@claranet.es" }, false, time.Time{}, time.Time{}},
		"they were called before it":      {night, func(b *bench) { b.c.AwareAt, b.c.LabelledAt = day, day.Add(time.Hour) }, true, morning, morning},
		"it is closed":                    {night, func(b *bench) { b.c.State = bridge.Closed }, true, time.Time{}, time.Time{}},
		"it goes to an address of ours":   {night, func(b *bench) { b.composer.Redirect, b.transmitter.Redirect = "proves@aoc.cat", "proves@aoc.cat" }, false, time.Time{}, time.Time{}},
		"the proof came when they opened": {morning, func(*bench) {}, false, time.Time{}, time.Time{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			test.change(b)
			pending := b.c.Pending
			e := b.transmitting(t)
			b.c.Pending = pending
			o := b.transmitter.Settle(b.c, e, ended(test.at))
			_, text := told(t, o)
			if calls := strings.Contains(text, "902 886 336"); calls != test.call || !o.Case.CallUntil.Equal(test.until) || !o.Case.DueAt.Equal(test.due) {
				t.Errorf("until %v, due %v:\n%s", o.Case.CallUntil, o.Case.DueAt, text)
			}
			if says := strings.Contains(text, "Nuestra referencia es AOC-1"); says != !test.until.IsZero() || strings.Contains(text, "«\\[AOC AOC-1\\] Sistemas") && strings.Count(text, "\\[AOC AOC-1\\]") > 1 {
				t.Errorf("what to say on the telephone:\n%s", text)
			}
		})
	}
}

// TestTroubleAtNightIsDue: a first notice of which nothing good is known asks for the
// call by more than a comment, as one that was sent.
func TestTroubleAtNightIsDue(t *testing.T) {
	t.Parallel()
	refused := bridge.Permanent(errors.New("550 no"))
	composed := func(_ *testing.T, b *bench, ev bridge.Event) bridge.Outcome {
		return b.composer.Settle(b.c, composing(), ev)
	}
	transmitted := func(t *testing.T, b *bench, ev bridge.Event) bridge.Outcome {
		t.Helper()
		e := b.transmitting(t)
		e.Tries = 3
		return b.transmitter.Settle(b.c, e, ev)
	}
	for name, test := range map[string]struct {
		settle func(*testing.T, *bench, bridge.Event) bridge.Outcome
		event  bridge.Event
	}{
		"not composed": {composed, bridge.Event{What: bridge.Failed, Err: refused}},
		"failed":       {transmitted, bridge.Event{What: bridge.Failed, Err: refused}},
		"unproved":     {transmitted, bridge.Event{What: bridge.Failed, Err: bridge.Permanent(send.ErrUnproved)}},
		"unknown":      {transmitted, bridge.Event{What: bridge.Unknown, Err: errors.New("lost")}},
		"sent again":   {transmitted, bridge.Event{What: bridge.Absent}},
		"delayed":      {transmitted, bridge.Event{What: bridge.Delayed, Err: bridge.NotDone(errors.New("451"))}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for mode, change := range map[string]func(*bench){
				"live": func(*bench) {},
				"redirect": func(b *bench) {
					b.composer.Redirect, b.transmitter.Redirect = "proves@aoc.cat", "proves@aoc.cat"
				},
				"shadow": func(b *bench) { b.composer.Shadow, b.transmitter.Shadow = true, true },
			} {
				b := newBench(t)
				change(b)
				test.event.At = night
				o := test.settle(t, b, test.event)
				_, text := told(t, o)
				live := mode == "live"
				if !strings.Contains(text, "902 886 336") || o.Case.CallUntil.Equal(morning) != live || o.Case.DueAt.Equal(morning) != live {
					t.Errorf("%s: until %v, due %v\n%s", mode, o.Case.CallUntil, o.Case.DueAt, text)
				}
				if strings.Contains(text, "Nuestra referencia es AOC-1") != live {
					t.Errorf("%s, what to say on the telephone:\n%s", mode, text)
				}
			}
			b := newBench(t)
			b.c.AwareAt = night.Add(-time.Hour)
			test.event.At, b.c.OpenedAt = night, night
			if test.event.What == bridge.Delayed { // then nothing hurries
				return
			}
			if _, text := told(t, test.settle(t, b, test.event)); strings.Contains(text, "902 886 336") {
				t.Errorf("they know:\n%s", text)
			}
		})
	}
}

// TestWithdrawnAtNightAsksForNoCall, whatever was asked for before.
func TestWithdrawnAtNightAsksForNoCall(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	e.Tries = 2
	b.c = b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Delayed, At: night, Err: bridge.NotDone(errors.New("451"))}).Case
	if b.c.CallUntil.IsZero() {
		t.Fatal("nobody is called")
	}
	gone := bridge.Event{What: bridge.Done, At: night, Result: json.RawMessage(`{"withdrawn":"the label was removed"}`)}
	for name, o := range map[string]bridge.Outcome{"composed": b.composer.Settle(b.c, composing(), gone), "transmitted": b.transmitter.Settle(b.c, e, gone)} {
		if _, text := told(t, o); o.Case.State != bridge.Withdrawn || !o.Case.CallUntil.IsZero() || strings.Contains(text, "902 886 336") {
			t.Errorf("%s: until %v\n%s", name, o.Case.CallUntil, text)
		}
	}
}

// TestNightCallOfAnAddition: who has just written there reads it.
func TestNightCallOfAnAddition(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		aware, heard time.Time
		at           time.Time
		call         bool
	}{
		"by day":                         {time.Time{}, time.Time{}, day, false},
		"at night":                       {time.Time{}, time.Time{}, night, true},
		"they have just written":         {night.Add(-time.Hour), night.Add(-time.Hour), night, false},
		"they wrote yesterday":           {night.AddDate(0, 0, -1), night.AddDate(0, 0, -1), night, true},
		"they were only called":          {night.Add(-time.Hour), time.Time{}, night, true},
		"they wrote by day, then called": {night.Add(-time.Hour), day, night, true},
		"they wrote before 17 h":         {day, day, night, true},
		"they wrote after midnight":      {night.Add(3 * time.Hour), night.Add(3 * time.Hour), night.Add(4 * time.Hour), false},
	} {
		b := newBench(t)
		b.forcedBefore(t, "impact")
		b.c.Pending, b.c.AwareAt, b.c.HeardAt = nil, test.aware, test.heard
		e := b.follows(t, adding(2, "impact"))
		o := b.transmitter.Settle(b.c, e, ended(test.at))
		if _, text := told(t, o); strings.Contains(text, "902 886 336") != test.call || !o.Case.CallUntil.IsZero() {
			t.Errorf("%s: until %v\n%s", name, o.Case.CallUntil, text)
		}
	}
}

// TestNightCallOfAnAdditionWhileACallIsDue: it says what to tell, as of the first mail.
func TestNightCallOfAnAdditionWhileACallIsDue(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t, "impact")
	b.c.Pending, b.c.CallUntil, b.c.Notices[0].Subject = nil, night.Add(9*time.Hour), "[AOC AOC-1] Sistemas – El portal cau"
	e := b.follows(t, adding(2, "impact"))
	if _, text := told(t, b.transmitter.Settle(b.c, e, ended(night))); !strings.Contains(text, "El portal cau") || !strings.Contains(text, "{{escalat trucat}}") {
		t.Error(text)
	}
}

// TestTold: each mail remembers what it says of each field, so that only what differs
// is told again.
func TestTold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.c.OpenedAt = day
	b.issue.Description = strings.Replace(complete, "Núria Puig", "[~npuig]", 1)
	e := b.transmitting(t)
	if got := len(b.c.Notices[0].Told); got != 6 || b.c.Told("impact") != bridge.Digest("40 ajuntaments no poden tramitar") || b.c.Told("restart") != "" {
		t.Fatalf("%d fields told: %v", got, b.c.Notices[0].Told)
	}
	b.c = b.transmitter.Settle(b.c, e, ended(day)).Case

	// What nobody changed is not told again, also when a name became known.
	b.issue.People = map[string]string{"npuig": "Núria Puig"}
	if r := b.run(t, adding(2, "impact", "contact", "restart")); !r.Nothing {
		t.Errorf("%+v", r.Notice)
	}
	b.issue.Description = strings.Replace(b.issue.Description, "40 ajuntaments", "60 ajuntaments", 1) + "Redeploy o reinici: cal reiniciar-lo\n"
	add := adding(2, "impact", "contact", "restart")
	e = b.follows(t, add)
	n := b.c.Notices[1]
	if strings.Join(n.Fields, " ") != "impact restart" || strings.Join(n.Changed, " ") != "impact" || len(n.Pending)+len(b.c.Pending) != 0 {
		t.Errorf("%+v, pending %q", n, b.c.Pending)
	}
	got := b.shown(t)
	for _, want := range []string{"*** Redeploy o reinicio del servicio: cal reiniciar-lo ***", "Datos actualizados:\n\nImpacto en negocio: 60 ajuntaments no poden tramitar\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	for _, not := range []string{"40 ajuntaments", "pendiente", "Aplicación"} {
		if strings.Contains(got, not) {
			t.Errorf("%q is in\n%s", not, got)
		}
	}
	if b.c.Told("impact") != bridge.Digest("60 ajuntaments no poden tramitar") {
		t.Error("it would be told again")
	}
	_, text := told(t, b.transmitter.Settle(b.c, e, ended(day)))
	for _, want := range []string{"Impacte en negoci", "Redeploy o reinici"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	// The server refuses it: the provider still knows the old value only.
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(fmt.Errorf("550 no"))})
	if o.Case.Told("impact") != bridge.Digest("40 ajuntaments no poden tramitar") || o.Case.State != bridge.Sent || len(o.Effects) != 1 {
		t.Errorf("%+v", o)
	}
	// What was corrected and is gone again waits for nobody.
	b.c = o.Case
	b.issue.Description = drop(b.issue.Description, "Impacte", "Redeploy")
	raw, _ := json.Marshal(b.run(t, adding(3, "impact", "restart")))
	if o := b.composer.Settle(b.c, adding(3, "impact", "restart"), bridge.Event{What: bridge.Done, At: day, Result: raw}); len(o.Case.Pending) != 0 || len(o.Effects) != 0 {
		t.Errorf("%+v", o)
	}
}

// TestToldGoesByTheMarkup: a name that is not known any more, or has changed, is no
// difference; nor is it of a notice that remembers names.
func TestToldGoesByTheMarkup(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Description = strings.Replace(complete, "Núria Puig", "[~npuig]", 1)
	b.issue.People = map[string]string{"npuig": "Núria Puig"}
	e := b.transmitting(t)
	b.c = b.transmitter.Settle(b.c, e, ended(day)).Case
	unnamed := newBench(t)
	unnamed.issue.Description = b.issue.Description
	if unnamed.transmitting(t); unnamed.c.Told("contact") != b.c.Told("contact") || b.c.Told("contact") == "" {
		t.Error("what is remembered goes by the name")
	}
	older := b.c
	older.Notices = slices.Clone(b.c.Notices)
	older.Notices[0].Told = maps.Clone(older.Notices[0].Told)
	older.Notices[0].Told["contact"] = bridge.Digest("Núria Puig, 934 000 000")
	for name, test := range map[string]struct {
		c      bridge.Case
		people map[string]string
		same   bool
	}{
		"reassigned":            {b.c, nil, true},
		"renamed":               {b.c, map[string]string{"npuig": "Núria Puig i Soler"}, true},
		"the same":              {b.c, b.issue.People, true},
		"an older notice":       {older, b.issue.People, true},
		"an older, and renamed": {older, nil, false}, // nobody can say
	} {
		aside := *b
		aside.world = &world{read: day, blobs: map[string][]byte{}, issue: b.issue}
		aside.c, aside.issue.People = test.c, test.people
		composer := *b.composer
		aside.composer = &composer
		composer.Issues, composer.Blobs = aside.world, aside.world
		if r := aside.run(t, adding(2, "contact")); r.Nothing != test.same {
			t.Errorf("%s: %+v", name, r.Notice)
		}
	}
}

// TestFollowing: the comment says what happens to later changes.
func TestFollowing(t *testing.T) {
	t.Parallel()
	texts := map[bool]string{}
	for _, sends := range []bool{false, true} {
		b := newBench(t)
		p := b.transmitter.Providers["claranet"]
		p.SendChanges = sends
		b.transmitter.Providers["claranet"] = p
		e := b.transmitting(t)
		_, texts[sends] = told(t, b.transmitter.Settle(b.c, e, ended(day)))
	}
	if texts[false] == texts[true] {
		t.Errorf("it makes no difference:\n%s", texts[true])
	}
}

// TestWhatCameWhileItWasSent is looked at as soon as it was sent.
func TestWhatCameWhileItWasSent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*bench)
		looks  bool
	}{
		"nothing":        {func(*bench) {}, false},
		"a comment":      {func(b *bench) { b.issue.Comments = []bridge.Comment{{ID: "1", Body: "Hi som", Created: day}} }, false},
		"a file":         {func(b *bench) { b.upload("2", "captura.png", "png") }, true},
		"a file of ours": {func(b *bench) { b.upload("2", "resposta.eml", "x"); b.issue.Attachments[1].Own = true }, false},
		"a value": {func(b *bench) {
			b.issue.Comments = []bridge.Comment{{ID: "1", Body: "Impacte: tot Catalunya", Created: day}}
		}, true},
		"a further value": {func(b *bench) {
			b.issue.Comments = []bridge.Comment{{ID: "1", Body: "Redeploy: cal reiniciar-lo", Created: day}}
		}, true},
		"a value that is gone": {func(b *bench) { b.issue.Description = drop(b.issue.Description, "Impacte") }, false},
		"a name":               {func(b *bench) { b.issue.People = map[string]string{"npuig": "Núria Puig"} }, false},
	} {
		b := newBench(t)
		b.issue.Created = day.Add(-time.Hour)
		b.issue.Description = strings.Replace(complete, "Núria Puig", "[~npuig]", 1)
		b.upload("1", "a.log", "evidence")
		e := b.transmitting(t)
		test.change(b)
		e.Sends = 2 // it may have left: the bytes stay
		raw, err := b.transmitter.Do(t.Context(), b.c, e)
		if err != nil || len(b.sent) != 1 {
			t.Fatal(err)
		}
		e.Sends = 1
		o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
		if o.Case.DueAt.Equal(day) != test.looks {
			t.Errorf("%s: due %v, %s", name, o.Case.DueAt, raw)
		}
	}
}
