package send_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/send"
)

func TestTeamIsTold(t *testing.T) {
	t.Parallel()
	refused := bridge.Permanent(errors.New("550 5.1.1 no such user"))
	tests := map[string]struct {
		event bridge.Event
		state bridge.State
		key   string
		words string
	}{
		"unknown":  {bridge.Event{What: bridge.Unknown, At: day, Err: errors.New("EOF")}, bridge.Sending, "unknown/", "Claranet"},
		"again":    {bridge.Event{What: bridge.Absent, At: day}, bridge.Sending, "again/", "Claranet"},
		"refused":  {bridge.Event{What: bridge.Failed, At: day, Err: refused}, bridge.Undelivered, "failed/", "550 5.1.1 no such user"},
		"unproved": {bridge.Event{What: bridge.Failed, At: night, Err: bridge.Permanent(send.ErrUnproved)}, bridge.Undelivered, "stuck/", "902 886 336"},
		"by copy":  {bridge.Event{What: bridge.Done, At: night, Result: json.RawMessage(`{"at":"2026-11-20T22:00:00Z","proof":"copy"}`)}, bridge.Sent, "sent/", "902 886 336"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			e := b.transmitting(t)
			o := b.transmitter.Settle(b.c, e, test.event)
			if o.Case.State != test.state || len(o.Effects) != 1 || !strings.HasPrefix(o.Effects[0].Key, test.key) {
				t.Fatalf("%+v", o)
			}
			var body bridge.CommentBody
			if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(body.Text, test.words) {
				t.Errorf("%q is not in:\n%s", test.words, body.Text)
			}
		})
	}
}

// TestDelayIsTold: by day after a minute of failures, at night after the second, and each
// time under the same key, so once.
func TestDelayIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	transmit := b.transmitting(t)
	down := bridge.NotDone(errors.New("connection refused"))
	for _, test := range []struct {
		at    time.Time
		tries int
		told  bool
	}{{day, 1, false}, {day, 5, false}, {day, 6, true}, {day, 7, true}, {night, 1, false}, {night, 2, true}} {
		transmit.Tries = test.tries
		o := b.transmitter.Settle(b.c, transmit, bridge.Event{What: bridge.Delayed, At: test.at, Err: down})
		if got := len(o.Effects) == 1; got != test.told {
			t.Fatalf("after %d failures at %s: %+v", test.tries, test.at, o)
		}
		if !test.told {
			continue
		}
		var body bridge.CommentBody
		if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil {
			t.Fatal(err)
		}
		calls := strings.Contains(body.Text, "902 886 336")
		if !strings.HasPrefix(o.Effects[0].Key, "delayed/") || calls != test.at.Equal(night) || o.Case.State != bridge.Sending {
			t.Errorf("%s: %s", o.Effects[0].Key, body.Text)
		}
	}
	b.reading = errors.New("503") // Jira is away: nobody can be told there
	_, err := b.transmitter.Do(t.Context(), b.c, transmit)
	if o := b.transmitter.Settle(b.c, transmit, bridge.Event{What: bridge.Delayed, At: night, Err: err}); len(o.Effects) != 0 {
		t.Errorf("%+v", o)
	}
}

// TestLaterStateStays: what happened to a case while its notice was under way is
// not undone by how that ended.
func TestLaterStateStays(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Answered, bridge.Closed} {
		b := newBench(t)
		e := b.transmitting(t)
		b.c.State = state
		for what, ev := range map[string]bridge.Event{
			"refused":   {What: bridge.Failed, At: day, Err: errors.New("550")},
			"withdrawn": {What: bridge.Done, At: day, Result: json.RawMessage(`{"withdrawn":"x"}`)},
			"sent":      {What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"copy"}`)},
		} {
			if got := b.transmitter.Settle(b.c, e, ev).Case.State; got != state {
				t.Errorf("%s: %s became %s", what, state, got)
			}
		}
		raw := json.RawMessage(`{"incomplete":true}`)
		if got := b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Done, At: day, Result: raw}).Case.State; got != state {
			t.Errorf("incomplete: %s became %s", state, got)
		}
	}
}
