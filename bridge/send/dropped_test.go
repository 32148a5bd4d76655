package send_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"escalat/bridge"
)

// TestWhatIsTakenOutDoesNotLeave: before the first attempt a notice is held against the
// issue, and composed anew when that says something else.
func TestWhatIsTakenOutDoesNotLeave(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*bench)
		sends  bool
	}{
		"nothing":               {func(*bench) {}, true},
		"a further comment":     {func(b *bench) { b.issue.Comments = []bridge.Comment{{ID: "1", Body: "Hi som", Created: day}} }, true},
		"a further file":        {func(b *bench) { b.upload("2", "captura.png", "png") }, true},
		"blanks":                {func(b *bench) { b.issue.Description = strings.ReplaceAll(b.issue.Description, ": ", ":   ") }, true},
		"a name":                {func(b *bench) { b.issue.People = map[string]string{"npuig": "Núria Puig i Soler"} }, true},
		"a call":                {func(b *bench) { b.c.AwareAt = day }, true},
		"the key":               {func(b *bench) { b.issue.Key = "SUP-7" }, true},
		"a file":                {func(b *bench) { b.issue.Attachments = nil }, false},
		"a value":               {func(b *bench) { b.issue.Description = drop(b.issue.Description, "Redeploy") }, false},
		"what is mandatory":     {func(b *bench) { b.issue.Description = drop(b.issue.Description, "Impacte") }, false},
		"what stands besides":   {func(b *bench) { b.issue.Description = drop(b.issue.Description, "Usuari") }, false},
		"the summary":           {func(b *bench) { b.issue.Summary = "Portal" }, false},
		"a value that differs":  {func(b *bench) { b.issue.Description = strings.Replace(b.issue.Description, "40 aj", "4 aj", 1) }, false},
		"the kind":              {func(b *bench) { b.issue.Labels = []string{"escalar-claranet-xarxa"} }, false},
		"it may have left":      {func(b *bench) { b.issue.Attachments, b.c.Notices[0].SeenAt = nil, day }, true},
		"it does not remember":  {func(b *bench) { b.issue.Attachments, b.c.Notices[0].Source = nil, "" }, true},
		"somebody has answered": {func(b *bench) { b.issue.Attachments, b.c.State = nil, bridge.Answered }, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.issue.Created = day
			b.issue.People = map[string]string{"npuig": "Núria Puig"}
			b.issue.Description = strings.Replace(complete, "Núria Puig", "[~npuig]", 1) + "Redeploy o reinici: cal reiniciar-lo\n\nUsuari root, contrasenya hunter2\n"
			b.upload("1", "claus.pem", "SECRET")
			e := b.transmitting(t)
			test.change(b)
			raw, err := b.transmitter.Do(t.Context(), b.c, e)
			if err != nil || (len(b.sent) == 1) != test.sends {
				t.Fatalf("sent %d: %s, %v", len(b.sent), raw, err)
			}
			o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
			if test.sends {
				if len(o.Case.Notices) != 1 || o.Case.Rounds != 0 {
					t.Errorf("%+v", o)
				}
				return
			}
			if c := o.Case; c.State != bridge.Settling || !c.DueAt.Equal(day) || c.Rounds != 1 || !c.Anew || len(c.Notices) != 0 || len(o.Effects) != 0 || o.Audit[0].Action != "composed anew" {
				t.Errorf("%+v", o)
			}
			if len(b.c.Notices) != 1 {
				t.Error("the caller's case was changed")
			}
		})
	}
}

// TestOnceAttemptedTheBytesStay: what may have left is sent as it was, or not at all.
func TestOnceAttemptedTheBytesStay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload("1", "claus.pem", "SECRET")
	e := b.transmitting(t)
	before := slices.Clone(b.blobs["b1"])
	e.Sends = 2
	b.issue.Attachments = nil
	if _, err := b.transmitter.Do(t.Context(), b.c, e); err != nil || len(b.sent) != 1 || string(b.bytes) != string(before) {
		t.Errorf("sent %d, %v", len(b.sent), err)
	}
}

// TestComposedAnewIsAttempted: whoever goes on editing holds up nothing for ever, but
// what waits for its server is held against the issue again.
func TestComposedAnewIsAttempted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	edit := func() { b.issue.Summary += "!" }
	edit()
	raw, _ := b.transmitter.Do(t.Context(), b.c, e)
	b.c = b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw}).Case
	b.c.State = bridge.Sending // as validate decides
	again := b.transmitting(t)
	if again.Key == e.Key || b.c.Anew || !b.c.Notices[0].Anew {
		t.Fatalf("%s, %+v", again.Key, b.c)
	}
	edit()
	b.sending = bridge.NotDone(errors.New("connection refused"))
	_, err := b.transmitter.Do(t.Context(), b.c, again)
	if err == nil || len(b.sent) != 1 {
		t.Fatalf("attempted %d times, %v", len(b.sent), err)
	}
	o := b.transmitter.Settle(b.c, again, bridge.Event{What: bridge.Delayed, At: day, Err: err})
	if b.c = o.Case; len(o.Effects) != 0 || b.c.Notices[0].Anew {
		t.Fatalf("%+v", o)
	}
	if raw, err := b.transmitter.Do(t.Context(), b.c, again); err != nil || len(b.sent) != 1 || !strings.Contains(string(raw), `"changed":true`) {
		t.Errorf("%s, %v", raw, err)
	}
}

// TestAdditionIsComposedAnew with what is still there, at once and under other keys.
func TestAdditionIsComposedAnew(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t, "impact", "contact")
	b.c.Pending = nil
	b.upload("1", "claus.pem", "SECRET")
	b.upload("2", "a.log", "evidence")
	e := b.follows(t, addingFiles(2, []string{"impact", "contact"}, "1", "2"))
	b.issue.Attachments = b.issue.Attachments[1:]
	b.issue.Description = drop(complete, "Persona")
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 0 {
		t.Fatalf("sent %d: %s, %v", len(b.sent), raw, err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if len(o.Effects) != 1 || o.Effects[0].Kind != bridge.ComposeMail || o.Case.State != bridge.Sent || len(o.Case.Notices) != 1 || o.Effects[0].Key != "compose/10001/claranet/1/2/anew/1" {
		t.Fatalf("%+v", o)
	}
	b.c = o.Case
	again := b.follows(t, o.Effects[0])
	n := b.c.Notices[1]
	if again.Key == e.Key || len(n.Files) != 1 || n.Files[0].Name != "a.log" || !slices.Equal(n.Fields, []string{"impact"}) || !slices.Equal(b.c.Pending, []string{"contact"}) {
		t.Errorf("%s: %+v, pending %q", again.Key, n, b.c.Pending)
	}
	if raw, err := b.transmitter.Do(t.Context(), b.c, again); err != nil || len(b.sent) != 1 || strings.Contains(string(b.bytes), "claus.pem") {
		t.Errorf("sent %d: %s, %v", len(b.sent), raw, err)
	}
	// Nothing of it is there any more: nobody is written to.
	b.issue.Attachments, b.issue.Description = nil, drop(b.issue.Description, "Impacte")
	raw, _ = json.Marshal(b.run(t, o.Effects[0]))
	if o := b.composer.Settle(b.c, o.Effects[0], bridge.Event{What: bridge.Done, At: day, Result: raw}); len(o.Effects) != 0 || o.Audit[0].Action != "nothing to add" {
		t.Errorf("%+v", o)
	}
}

// TestChangedWhenItCannotBePutBack: what happened to the case meanwhile stays, and an
// incident that still waits is composed at once.
func TestChangedWhenItCannotBePutBack(t *testing.T) {
	t.Parallel()
	for state, effects := range map[bridge.State]int{bridge.Answered: 1, bridge.Closed: 0} {
		b := newBench(t)
		e := b.transmitting(t)
		b.c.State = state
		o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"changed":true}`)})
		if o.Case.State != state || len(o.Effects) != effects {
			t.Errorf("%s: %+v", state, o)
		}
	}
}
