package send_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// tooLarge is the server's refusal of a mail for its size.
func tooLarge() bridge.Event {
	return bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(fmt.Errorf("552 5.3.4 message size exceeds the limit: %w", bridge.ErrTooLarge))}
}

// TestRefusedForItsSize: the incident goes out without its files, under keys of its
// own, and people learn what is missing.
func TestRefusedForItsSize(t *testing.T) {
	t.Parallel()
	for _, room := range []int64{0, 10 << 20} {
		b := newBench(t)
		b.upload("1", "a.log", "evidence")
		b.upload("2", "setup.exe", "MZ")
		first := b.transmitting(t)
		b.room = room
		o := b.transmitter.Settle(b.c, first, tooLarge())
		if o.Case.State != bridge.Sending || len(o.Case.Notices) != 0 || len(o.Effects) != 1 || o.Effects[0].Kind != bridge.ComposeMail || len(o.Audit) != 1 {
			t.Fatalf("%+v", o)
		}
		if len(b.c.Notices) != 1 || b.c.Notices[0].MessageID == "" {
			t.Error("the caller's case was changed")
		}
		b.c = o.Case
		again := b.follows(t, o.Effects[0])
		n := b.c.Notices[0]
		want := map[string]bridge.LeftOut{"a.log": bridge.LeftRefused, "setup.exe": bridge.LeftType}
		if diff := cmp.Diff(want, reasons(n.Omitted)); diff != "" || len(b.content(t)) != 0 || again.Key == first.Key || o.Effects[0].Key == composing().Key {
			t.Errorf("%s, %s %s", o.Effects[0].Key, again.Key, diff)
		}
		sent := b.transmitter.Settle(b.c, again, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
		if _, text := told(t, sent); !strings.Contains(text, "a.log") || sent.Case.Notices[0].Room != room || sent.Case.State != bridge.Sent {
			t.Errorf("room %d, the comment:\n%s", room, text)
		}
		// Refused once more, without files: that is a refusal as any other.
		o = b.transmitter.Settle(b.c, again, tooLarge())
		if key, text := told(t, o); !strings.HasPrefix(key, "failed/") || o.Case.State != bridge.Undelivered || !strings.Contains(text, "552 5.3.4") && !strings.Contains(text, "too large") {
			t.Errorf("%s: %s", key, text)
		}
	}
}

// TestTooLargeAfterAnAttemptThatMayHaveLeft: then nobody may say that it was not sent.
func TestTooLargeAfterAnAttemptThatMayHaveLeft(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*bench, *bridge.Effect){
		"sent twice": func(_ *bench, e *bridge.Effect) { e.Sends = 2 },
		"seen":       func(b *bench, _ *bridge.Effect) { b.c.Notices[0].SeenAt = day },
	} {
		b := newBench(t)
		b.upload("1", "a.log", "evidence")
		e := b.transmitting(t)
		change(b, &e)
		o := b.transmitter.Settle(b.c, e, tooLarge())
		if key, _ := told(t, o); !strings.HasPrefix(key, "failed/") || len(o.Case.Notices) != 1 {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// TestAdditionRefusedForItsSize: its values go without its files; files alone are
// given back.
func TestAdditionRefusedForItsSize(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t, "impact")
	b.c.Pending = nil
	b.upload("1", "a.log", "evidence")
	e := b.follows(t, addingFiles(2, []string{"impact"}, "1"))
	o := b.transmitter.Settle(b.c, e, tooLarge())
	if o.Case.State != bridge.Sent || len(o.Effects) != 1 || o.Effects[0].Kind != bridge.ComposeMail {
		t.Fatalf("%+v", o)
	}
	b.c = o.Case
	b.follows(t, o.Effects[0])
	n := b.c.Notices[1]
	if diff := cmp.Diff(map[string]bridge.LeftOut{"a.log": bridge.LeftRefused}, reasons(n.Omitted)); diff != "" || len(n.Fields) != 1 {
		t.Errorf("%+v %s", n, diff)
	}

	b = newBench(t)
	b.forcedBefore(t)
	b.upload("1", "a.log", "evidence")
	e = b.follows(t, addingFiles(2, nil, "1"))
	o = b.transmitter.Settle(b.c, e, tooLarge())
	if key, text := told(t, o); !strings.HasPrefix(key, "failed/") || !strings.Contains(text, "a.log") || o.Case.State != bridge.Sent || len(o.Case.Brought()) != 0 {
		t.Errorf("%s: %s %+v", key, text, o.Case)
	}
}
