package send_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

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

// TestRefusedForItsContent: files are what a server refuses most; without them there is
// nothing left to try.
func TestRefusedForItsContent(t *testing.T) {
	t.Parallel()
	refused := func(err error) bridge.Event {
		return bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(err)}
	}
	content := fmt.Errorf("554 5.7.1 virus: %w", bridge.ErrContent)
	for name, test := range map[string]struct {
		files bool
		err   error
		lean  bool
	}{
		"with files":           {true, content, true},
		"without":              {false, content, false},
		"for something else":   {true, errors.New("550 5.1.1 no such user"), false},
		"for the sender's own": {true, errors.New("530 log in"), false},
	} {
		b := newBench(t)
		if test.files {
			b.upload("1", "a.log", "evidence")
		}
		e := b.transmitting(t)
		o := b.transmitter.Settle(b.c, e, refused(test.err))
		lean := len(o.Effects) == 1 && o.Effects[0].Kind == bridge.ComposeMail
		if lean {
			b.c = o.Case
			b.follows(t, o.Effects[0])
			if got := b.shown(t); !strings.Contains(got, "- a.log (8 bytes): rechazado por el servidor de correo") || len(b.content(t)) != 0 {
				t.Errorf("%s, the mail:\n%s", name, got)
			}
		}
		if lean != test.lean {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

// TestRefusedButItLeft: our own copy proves that the mail with files left although the
// server refused it: then that is what the provider has, and nothing more is sent.
func TestRefusedButItLeft(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*bench){
		"the copy is in the mailbox":   func(b *bench) { b.seen[b.c.Notices[0].MessageID] = day.Add(time.Minute) },
		"the case knows of it":         func(b *bench) { b.c.Notices[0].SeenAt = day.Add(time.Minute) },
		"and the label was taken off":  func(b *bench) { b.seen[b.c.Notices[0].MessageID], b.issue.Labels = day.Add(time.Minute), nil },
		"and Jira is away":             func(b *bench) { b.seen[b.c.Notices[0].MessageID], b.reading = day.Add(time.Minute), errors.New("503") },
		"and the issue says otherwise": func(b *bench) { b.seen[b.c.Notices[0].MessageID], b.issue.Summary = day.Add(time.Minute), "Res" },
	} {
		b := newBench(t)
		b.upload("1", "a.log", "evidence")
		fat := b.transmitting(t)
		before := b.c.Notices[0]
		o := b.transmitter.Settle(b.c, fat, tooLarge())
		b.c = o.Case
		lean := b.follows(t, o.Effects[0])
		if n := b.c.Notices[0]; n.Fat == nil || len(n.Files) != 0 || n.MessageID != before.MessageID {
			t.Fatalf("%s: %+v", name, n)
		}
		change(b)
		raw, err := b.transmitter.Do(t.Context(), b.c, lean)
		if err != nil || len(b.sent) != 0 {
			t.Fatalf("%s: sent %d: %s, %v", name, len(b.sent), raw, err)
		}
		o = b.transmitter.Settle(b.c, lean, bridge.Event{What: bridge.Done, At: day, Result: raw})
		n := o.Case.Notices[0]
		if _, text := told(t, o); !strings.Contains(text, "a.log") || strings.Contains(text, "rebutjat") || len(n.Files) != 1 || len(n.Omitted) != 0 || n.Blob != before.Blob || n.Fat != nil || !n.Left() || o.Case.State != bridge.Sent {
			t.Errorf("%s: %+v\n%s", name, n, text)
		}
	}
	// It was attempted itself: then the copy is its own.
	b := newBench(t)
	b.upload("1", "a.log", "evidence")
	fat := b.transmitting(t)
	o := b.transmitter.Settle(b.c, fat, tooLarge())
	b.c = o.Case
	lean := b.follows(t, o.Effects[0])
	b.seen[b.c.Notices[0].MessageID] = day
	raw, found, err := b.transmitter.Find(t.Context(), b.c, lean)
	if o := b.transmitter.Settle(b.c, lean, bridge.Event{What: bridge.Done, At: day, Result: raw}); !found || err != nil || len(o.Case.Notices[0].Files) != 0 {
		t.Errorf("%v %v %+v", found, err, o)
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
