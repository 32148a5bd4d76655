package send_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/send"
)

// TestAdditionFollowsOnlyWhatReallyLeft: a provider that never got the first notice
// gets no addition to it, neither composed nor transmitted.
func TestAdditionFollowsOnlyWhatReallyLeft(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*bench)
		err    error
		words  string // of what is told
	}{
		"recorded in shadow": {func(b *bench) { b.c.Notices[0].Shadow = true }, send.ErrFirstSimulated, "sense enviar res"},
		"sent to an own address": {func(b *bench) {
			b.c.Notices[0].To, b.c.Notices[0].Redirected = []string{"proves@aoc.cat"}, true
		}, send.ErrFirstElsewhere, "proves@aoc.cat"},
		"of which nothing is known": {func(b *bench) { b.c.Notices[0].SentAt = b.c.Notices[0].SeenAt }, send.ErrFirstUnsent, "no consta"},
		"sent for real, and redirected now": {func(b *bench) {
			b.composer.Redirect, b.transmitter.Redirect = "proves@aoc.cat", "proves@aoc.cat"
		}, send.ErrFirstReal, "No torneu a posar l’etiqueta"},
		"sent":                                {func(*bench) {}, nil, ""},
		"answered":                            {func(b *bench) { b.c.Notices[0].SentAt, b.c.Notices[0].SeenAt = b.c.Notices[0].SeenAt, day }, nil, ""},
		"recorded in shadow, as this will be": {func(b *bench) { b.c.Notices[0].Shadow, b.composer.Shadow, b.transmitter.Shadow = true, true, true }, nil, ""},
		"redirected, as this is": {func(b *bench) {
			b.c.Notices[0].To, b.c.Notices[0].Redirected = []string{"proves@aoc.cat"}, true
			b.composer.Redirect, b.transmitter.Redirect = "proves@aoc.cat", "proves@aoc.cat"
		}, nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.forcedBefore(t, "impact")
			b.c.Pending = nil
			transmit := b.follows(t, adding(2, "impact")) // before it changed
			b.c.Notices = slices.Clone(b.c.Notices)
			test.change(b)
			var body bridge.TransmitBody
			if err := json.Unmarshal(transmit.Body, &body); err != nil {
				t.Fatal(err)
			}
			if b.composer.Redirect != "" && test.err == nil {
				body.To = []string{b.composer.Redirect}
				transmit = bridge.Plan(bridge.ToMail, bridge.TransmitMail, transmit.Key, body)
			}
			compose := adding(3, "impact")
			_, composing := b.composer.Do(t.Context(), b.c, compose)
			_, transmitting := b.transmitter.Do(t.Context(), b.c, transmit)
			if test.err == nil {
				if composing != nil || transmitting != nil || len(b.sent) != 1 {
					t.Errorf("composing: %v, transmitting: %v, sent %d", composing, transmitting, len(b.sent))
				}
				return
			}
			if len(b.sent) != 0 {
				t.Errorf("sent %+v", b.sent)
			}
			keys := map[string]bool{}
			for kind, o := range map[string]bridge.Outcome{
				"compose":  b.composer.Settle(b.c, compose, bridge.Event{What: bridge.Failed, At: day, Err: composing}),
				"transmit": b.transmitter.Settle(b.c, transmit, bridge.Event{What: bridge.Failed, At: day, Err: transmitting}),
			} {
				key, text := told(t, o)
				if keys[key] = true; !strings.Contains(text, test.words) || !strings.Contains(text, "Impacte en negoci") || len(o.Case.Pending) != 0 || o.Case.State != bridge.Sent {
					t.Errorf("%s: %q is not in %s: %+v", kind, test.words, text, o.Case)
				}
			}
			for _, err := range []error{composing, transmitting} {
				if !errors.Is(err, test.err) || !bridge.IsPermanent(err) {
					t.Errorf("%v, want %v", err, test.err)
				}
			}
			if once := len(keys) == 1; once != (test.err != send.ErrFirstReal) { //nolint:errorlint // which of them the test is about
				t.Errorf("told under %v", keys)
			}
		})
	}
}

// TestShadowIsNoSending: what was only recorded says so in the case and the audit.
func TestShadowIsNoSending(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"shadow":true,"at":"2026-11-20T10:00:00Z"}`)})
	n := o.Case.First()
	if !n.Shadow || n.Left() || o.Case.State != bridge.Sent || o.Audit[0].Action != "recorded" {
		t.Errorf("%+v", o)
	}
}

// TestResolvedIsNotSent: neither composed nor transmitted, and nothing is told;
// once it is open again it goes on under other keys.
func TestResolvedIsNotSent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Resolved, b.issue.ResolvedAt = true, day
	if r := b.compose(t); !r.Resolved {
		t.Fatalf("composed %+v", r)
	}
	raw, _ := json.Marshal(b.compose(t))
	o := b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Done, At: night, Result: raw})
	if o.Case.State != bridge.Settling || !o.Case.DueAt.Equal(night) || o.Case.Rounds != 1 || len(o.Effects) != 0 {
		t.Errorf("%+v", o)
	}

	b.issue.Resolved = false
	first := b.transmitting(t)
	b.issue.Resolved = true
	raw, err := b.transmitter.Do(t.Context(), b.c, first)
	if err != nil || len(b.sent) != 0 {
		t.Fatalf("sent %d times, %v", len(b.sent), err)
	}
	o = b.transmitter.Settle(b.c, first, bridge.Event{What: bridge.Done, At: night, Result: raw})
	if o.Case.State != bridge.Settling || !o.Case.DueAt.Equal(night) || o.Case.Rounds != 1 || len(o.Effects) != 0 || len(o.Case.Notices) != 0 {
		t.Errorf("%+v", o)
	}
	if len(b.c.Notices) != 1 {
		t.Error("the caller's case was changed")
	}
	b.c, b.issue.Resolved = o.Case, false
	b.c.State = bridge.Sending
	if second := b.transmitting(t); second.Key == first.Key {
		t.Errorf("the key %s is known: it would never be sent", second.Key)
	}
}

func TestResolvedAfterAnAttemptThatMayHaveLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	e.Sends = 2
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"resolved":true}`)})
	if key, _ := told(t, o); o.Case.State != bridge.Undelivered || !strings.HasPrefix(key, "stuck/") {
		t.Errorf("%+v", o)
	}
}

// TestResolvedButWanted: what a person sends after that goes out, and so does what
// follows a notice that was sent.
func TestResolvedButWanted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Resolved, b.issue.ResolvedAt = true, day
	for at, sent := range map[int]bool{-1: false, 0: true, 1: true} {
		b.c.Forced = bridge.Forced{CommentID: "7", At: day.AddDate(0, 0, at)}
		if r := b.compose(t); r.Resolved == sent {
			t.Errorf("%d days after it: %+v", at, r)
		}
	}
	b.forcedBefore(t, "impact")
	b.issue.ResolvedAt = day.AddDate(0, 0, 1)
	if r := b.run(t, adding(2, "impact")); r.Resolved || r.Nothing {
		t.Errorf("an addition: %+v", r)
	}
}

// TestArchivedIsNotSent: nobody could be told of it.
func TestArchivedIsNotSent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Archived = true
	if r := b.compose(t); !r.Resolved {
		t.Errorf("composed: %+v", r)
	}
	b.issue.Archived = false
	e := b.transmitting(t)
	b.issue.Archived = true
	b.c.Forced = bridge.Forced{CommentID: "7", At: day}
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 0 {
		t.Fatalf("sent %d, %v", len(b.sent), err)
	}
	if o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw}); o.Case.State != bridge.Settling || len(o.Effects) != 0 {
		t.Errorf("%+v", o)
	}
}
