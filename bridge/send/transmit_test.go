package send_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/send"
)

func TestTransmitsTheStoredBytes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.bytes, b.blobs["b1"]) || b.sent[0].Copy != "escalat@aoc.cat" || b.sent[0].Size != int64(len(b.bytes)) {
		t.Errorf("sent %+v", b.sent)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	n := o.Case.Notices[0]
	if o.Case.State != bridge.Sent || !n.SentAt.Equal(day) || n.Answer == "" || len(o.Effects) != 1 {
		t.Errorf("%+v", o)
	}
}

func TestNothingIsSentBeforeTheMailboxWasRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.read = time.Time{}
	if _, err := b.transmitter.Do(t.Context(), b.c, e); !errors.Is(err, send.ErrMailboxUnread) || !bridge.IsNotDone(err) || len(b.sent) != 0 {
		t.Errorf("sent %d times, %v", len(b.sent), err)
	}
}

func TestWithdrawnBeforeTransmission(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.issue.Labels = nil
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 0 {
		t.Fatalf("sent %d, %v", len(b.sent), err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if o.Case.State != bridge.Withdrawn || !o.Case.Notices[0].SentAt.IsZero() {
		t.Errorf("%+v", o.Case)
	}
}

func TestWithdrawnAfterAnAttemptThatMayHaveLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	e.Sends = 2
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"withdrawn":"the label was removed"}`)})
	if o.Case.State != bridge.Undelivered || len(o.Effects) != 1 || !strings.HasPrefix(o.Effects[0].Key, "stuck/") {
		t.Errorf("%+v", o)
	}
}

func TestUnknownSend(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		after time.Duration
		delay time.Duration
		late  time.Duration // since the mailbox was read
		sends int
		hold  bool
		copy  bool
		found bool
		err   error
	}{
		"the copy came":                      {after: time.Second, sends: 1, copy: true, found: true},
		"too early to say":                   {after: time.Minute, sends: 1, err: send.ErrWaitingForCopy},
		"copies are slow here":               {after: 8 * time.Minute, delay: 3 * time.Minute, sends: 1, err: send.ErrWaitingForCopy},
		"no copy: once more":                 {after: 2 * time.Minute, sends: 1},
		"nobody has looked since":            {after: time.Hour, late: 59 * time.Minute, sends: 1, err: send.ErrWaitingForCopy},
		"looked long enough after it":        {after: time.Hour, late: 58 * time.Minute, sends: 1},
		"no copy after the second time":      {after: 2 * time.Minute, sends: 2, err: send.ErrUnproved},
		"no copy, and never a second time":   {after: 2 * time.Minute, sends: 1, hold: true, err: send.ErrUnproved},
		"the copy came late, but in the end": {after: time.Hour, sends: 2, hold: true, copy: true, found: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			e := b.transmitting(t)
			e.Sends = test.sends
			b.now, b.delay, b.transmitter.Hold = day.Add(test.after), test.delay, test.hold
			b.read = b.now.Add(-test.late)
			if test.copy {
				b.seen[b.c.Notices[0].MessageID] = day
			}
			_, found, err := b.transmitter.Find(t.Context(), b.c, e)
			if found != test.found || !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
				t.Errorf("found %v, %v", found, err)
			}
			if bridge.IsPermanent(err) != errors.Is(test.err, send.ErrUnproved) {
				t.Errorf("class of %v", err)
			}
		})
	}
}

func TestAnAnswerProvesTheSending(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.c.Notices[0].SeenAt = day
	if _, found, err := b.transmitter.Find(t.Context(), b.c, e); !found || err != nil {
		t.Errorf("%v %v", found, err)
	}
}

func TestCopyThatComesBeforeTheSecondSend(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	e.Sends = 2
	b.seen[b.c.Notices[0].MessageID] = day
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 0 || !strings.Contains(string(raw), `"proof":"copy"`) {
		t.Errorf("%s, sent %d times, %v", raw, len(b.sent), err)
	}
}
