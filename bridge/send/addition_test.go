package send_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/mapping"
)

// told is the text of the only effect, a comment.
func told(t *testing.T, o bridge.Outcome) (key, text string) {
	t.Helper()
	if len(o.Effects) != 1 || o.Effects[0].Kind != bridge.PostComment {
		t.Fatalf("effects %+v, want one comment", o.Effects)
	}
	var body bridge.CommentBody
	if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil {
		t.Fatal(err)
	}
	return o.Effects[0].Key, body.Text
}

// TestForced: what a person sends although something is missing says so to the
// provider, in the case and to the team.
func TestForced(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Description = drop(complete, "Impacte", "Persona")
	if r := b.compose(t); !r.Incomplete {
		t.Fatalf("sent although nobody said so: %+v", r)
	}
	b.force()
	e := b.transmitting(t)
	want := []string{"impact", "contact"}
	if diff := cmp.Diff([][]string{want, want}, [][]string{b.c.Pending, b.c.Notices[0].Pending}); diff != "" {
		t.Error(diff)
	}
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil {
		t.Fatal(err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if o.Case.State != bridge.Sent || !o.Case.DueAt.Equal(day) {
		t.Errorf("state %s, due %v: what came meanwhile is not seen", o.Case.State, o.Case.DueAt)
	}
	if _, text := told(t, o); !strings.Contains(text, "Impacte en negoci:\nPersona responsable de contacte de l’AOC:") {
		t.Errorf("what is still missing is not told:\n%s", text)
	}
}

func TestForcedWithoutAKind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Labels = []string{"escalar-claranet"}
	b.force()
	b.transmitting(t)
	n := b.c.Notices[0]
	if diff := cmp.Diff([]string{"kind"}, b.c.Pending); diff != "" || b.c.Kind != "" || n.Kind != "" {
		t.Errorf("kind %q %s", b.c.Kind, diff)
	}
	if diff := cmp.Diff([]string{"application", "started", "impact", "contact", "anomaly", "evidence"}, n.Fields); diff != "" {
		t.Errorf("what the provider was told: %s", diff)
	}
	// The kind was said while it was being composed.
	b = newBench(t)
	b.c.Kind = ""
	b.force()
	if b.transmitting(t); b.c.Kind != "sistemas" || len(b.c.Pending) != 0 {
		t.Errorf("kind %q, pending %q", b.c.Kind, b.c.Pending)
	}
}

func TestDoubtsGoWithTheNotice(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Labels, b.issue.Description = []string{"escalar-claranet-xarxa"}, strings.Replace(redes, "De manera intermitent, sobretot als matins", "Depèn del dia", 1)
	e := b.transmitting(t)
	doubt := bridge.Doubt{Field: "constancy", Code: mapping.NotChoice, Value: "Depèn del dia"}
	if !slices.Contains(b.c.Notices[0].Doubts, doubt) {
		t.Fatalf("doubts %+v", b.c.Notices[0].Doubts)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
	if _, text := told(t, o); !strings.Contains(text, "Depèn del dia") {
		t.Errorf("the doubt is not told:\n%s", text)
	}
}

// TestDoubtsOfAnAddition are those about what it brings.
func TestDoubtsOfAnAddition(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t, "impact", "constancy")
	b.c.Kind = "redes"
	b.issue.Labels, b.issue.Description = []string{"escalar-claranet-xarxa"}, strings.Replace(redes, "De manera intermitent, sobretot als matins", "Depèn del dia", 1)
	for field, want := range map[string]int{"impact": 0, "constancy": 1} {
		if r := b.run(t, adding(2, field)); len(r.Notice.Doubts) != want {
			t.Errorf("%s: %+v", field, r.Notice.Doubts)
		}
	}
}

// TestAddition: it answers the first notice in its thread and leaves the case
// where it stands.
func TestAddition(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t, "impact", "contact", "evidence")
	b.c.State, b.c.Pending = bridge.Answered, []string{"evidence"}
	b.issue.Description = drop(complete, "Persona")
	e := b.follows(t, adding(2, "impact", "contact"))
	m := b.mail(t)
	if diff := cmp.Diff([]string{"first@aoc.cat"}, m.InReplyTo); diff != "" || !slices.Contains(m.References, "first@aoc.cat") || m.Subject != "Re: [AOC AOC-1] Sistemas – Portal" {
		t.Errorf("subject %q, references %q %s", m.Subject, m.References, diff)
	}
	if id, serial, ok := b.composer.Keys.FromMessageID("claranet", m.MessageID); id != b.c.ID || serial != 2 || !ok {
		t.Errorf("the Message-ID names %s/%d, %v", id, serial, ok)
	}
	if strings.Contains(m.Text, "Portal de tramitació") || !strings.Contains(m.Text, send.Marker) || !strings.Contains(m.Text, "\n- Persona responsable de contacto de AOC\n- Evidencias") {
		t.Errorf("the mail:\n%s", m.Text)
	}
	if diff := cmp.Diff([]string{"evidence", "contact"}, b.c.Pending); diff != "" { // it is gone again
		t.Error(diff)
	}
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || !strings.HasSuffix(e.Key, "/2") {
		t.Fatalf("%s: %v", e.Key, err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	n := o.Case.Notice(m.MessageID)
	if o.Case.State != bridge.Answered || !n.SentAt.Equal(day) || !o.Case.DueAt.Equal(day) { // contact may be back
		t.Errorf("state %s, %+v", o.Case.State, n)
	}
	if diff := cmp.Diff([][]string{{"impact"}, {"contact", "evidence"}}, [][]string{n.Fields, n.Pending}); diff != "" {
		t.Error(diff)
	}
	_, text := told(t, o)
	for _, want := range []string{"*Impacte en negoci*", "Persona responsable de contacte de l’AOC:\nEvidències de l’error"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
}

// TestAdditionOfAClosedCase: nothing is added to what was closed, and it is told
// only where a person took the label off; ours comes off by itself when the issue is
// resolved.
func TestAdditionOfAClosedCase(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		closing bridge.Closing
		labels  []string
		told    bool
	}{
		{bridge.ByResolved, []string{label}, false},
		{bridge.ByResolved, nil, false},
		{bridge.ByAnother, []string{label}, false},
		{bridge.ByLabel, nil, true},
		{bridge.ByLabel, []string{label}, true},
	} {
		b := newBench(t)
		b.forcedBefore(t, "impact")
		b.c.Pending = nil
		transmit := b.follows(t, adding(2, "impact")) // before it was closed
		b.c.State, b.c.Closing, b.issue.Labels = bridge.Closed, test.closing, test.labels
		compose := adding(3, "impact")
		composed, err := b.composer.Do(t.Context(), b.c, compose)
		transmitted, err2 := b.transmitter.Do(t.Context(), b.c, transmit)
		if err != nil || err2 != nil || len(b.sent) != 0 {
			t.Fatalf("%s: %v, %v, sent %d", test.closing, err, err2, len(b.sent))
		}
		for _, o := range []bridge.Outcome{
			b.composer.Settle(b.c, compose, bridge.Event{What: bridge.Done, At: day, Result: composed}),
			b.transmitter.Settle(b.c, transmit, bridge.Event{What: bridge.Done, At: day, Result: transmitted}),
		} {
			want := "not added"
			if test.told {
				want = "withdrawn"
			}
			if o.Case.State != bridge.Closed || (len(o.Effects) == 1) != test.told || len(o.Audit) != 1 || o.Audit[0].Action != want {
				t.Errorf("%s, labels %q: %+v", test.closing, test.labels, o)
			}
		}
	}
}

func TestAdditionOfNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t, "impact")
	b.c.Pending = nil
	b.issue.Description = drop(complete, "Impacte")
	r := b.run(t, adding(2, "impact"))
	raw, _ := json.Marshal(r)
	o := b.composer.Settle(b.c, adding(2, "impact"), bridge.Event{What: bridge.Done, At: day, Result: raw})
	if diff := cmp.Diff([]string{"impact"}, o.Case.Pending); diff != "" || !r.Nothing || len(o.Effects) != 0 || o.Case.State != bridge.Sent || !o.Case.DueAt.Equal(day) {
		t.Errorf("%+v %s", o, diff)
	}
}

// TestAdditionKeepsTheKindThatWasTold: whatever the labels say meanwhile.
func TestAdditionKeepsTheKindThatWasTold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t, "evidence")
	b.issue.Labels = []string{"escalar-claranet-xarxa"}
	if r := b.run(t, adding(2, "evidence")); r.Nothing || r.Notice.Kind != "sistemas" {
		t.Errorf("%+v", r)
	}
}

// TestAdditionThatFails does not make an escalation that was sent one that was
// not; its fields are tried once more, in silence, and not for ever.
func TestAdditionThatFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t, "impact")
	b.c.Pending = nil
	failed := bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(errors.New("404"))}
	o := b.composer.Settle(b.c, adding(2, "impact"), failed)
	if diff := cmp.Diff([]string{"impact"}, o.Case.Pending); diff != "" || !o.Case.DueAt.Equal(day) || len(o.Effects) != 0 || o.Case.State != bridge.Sent {
		t.Errorf("the first time: %+v %s", o, diff)
	}
	b.c = o.Case
	b.c.Pending, b.c.DueAt = nil, time.Time{} // planned again, with another one
	o = b.composer.Settle(b.c, adding(3, "impact", "contact"), failed)
	if diff := cmp.Diff([]string{"contact"}, o.Case.Pending); diff != "" || !o.Case.DueAt.Equal(day) {
		t.Errorf("the second time: %+v %s", o, diff)
	}
	if key, text := told(t, o); !strings.HasPrefix(key, "failed/compose/") || !strings.Contains(text, "Impacte en negoci") || strings.Contains(text, "Persona responsable") {
		t.Errorf("%s: %s", key, text)
	}
	b.c = o.Case
	b.c.Pending, b.c.DueAt = nil, time.Time{}
	if o = b.composer.Settle(b.c, adding(4, "contact"), failed); len(o.Case.Pending) != 0 || !o.Case.DueAt.IsZero() || len(o.Effects) != 1 {
		t.Errorf("the last time: %+v", o)
	}
	b.forcedBefore(t, "impact")
	e := b.follows(t, adding(2, "impact"))
	for name, test := range map[string]struct {
		event bridge.Event
		sends int
		key   string
	}{
		"refused":           {bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(errors.New("550"))}, 1, "failed/"},
		"unproved":          {bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(send.ErrUnproved)}, 1, "stuck/"},
		"unknown":           {bridge.Event{What: bridge.Unknown, At: day, Err: errors.New("EOF")}, 1, "unknown/"},
		"again":             {bridge.Event{What: bridge.Absent, At: day}, 1, "again/"},
		"delayed":           {bridge.Event{What: bridge.Delayed, At: night, Err: errors.New("refused")}, 1, "delayed/"},
		"withdrawn":         {bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"withdrawn":"x"}`)}, 1, "withdrawn/"},
		"withdrawn at last": {bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"withdrawn":"x"}`)}, 2, "stuck/"},
	} {
		e.Sends, e.Tries = test.sends, 6
		for _, state := range []bridge.State{bridge.Sending, bridge.Sent, bridge.Closed} {
			b.c.State = state
			o := b.transmitter.Settle(b.c, e, test.event)
			if key, text := told(t, o); !strings.HasPrefix(key, test.key) || !strings.Contains(text, "Impacte en negoci") || o.Case.State != state {
				t.Errorf("%s: %s became %s, %s: %s", name, state, o.Case.State, key, text)
			}
		}
	}
	b.c.State = bridge.Sending
	raw, _ := json.Marshal(bridge.ComposeResult{Withdrawn: "the label was removed"})
	o = b.composer.Settle(b.c, adding(2, "impact"), bridge.Event{What: bridge.Done, At: day, Result: raw})
	if key, _ := told(t, o); !strings.HasPrefix(key, "withdrawn/") || o.Case.State != bridge.Sending {
		t.Errorf("%s: %s", o.Case.State, key)
	}
}

func TestAdditionToNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := b.composer.Do(t.Context(), b.c, adding(2, "impact")); !bridge.IsPermanent(err) {
		t.Errorf("an addition to a notice that is not known: %v", err)
	}
}

func TestTeamIsAddressedWhenNobodyIsKnown(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.transmitter.Team = "[~guardia]"
	b.c.OpenedBy = bridge.User{}
	e := b.transmitting(t)
	for name, ev := range map[string]bridge.Event{
		"sent":    {What: bridge.Done, At: day, Result: json.RawMessage(`{"at":"2026-11-20T10:00:00Z","proof":"answer"}`)},
		"refused": {What: bridge.Failed, At: day, Err: errors.New("550")},
	} {
		if _, text := told(t, b.transmitter.Settle(b.c, e, ev)); !strings.HasPrefix(text, "[~guardia], ") {
			t.Errorf("%s begins\n%s", name, text)
		}
	}
}
