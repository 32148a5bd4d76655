package send_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"escalat/bridge"
)

func TestMailLooksLikeAPersons(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.compose(t)
	m := b.mail(t)
	fields := map[string]string{}
	for _, f := range m.Header {
		fields[strings.ToLower(f.Name)] = f.Value
	}
	for _, name := range []string{"auto-submitted", "precedence", "bcc"} {
		if v, ok := fields[name]; ok {
			t.Errorf("%s: %s", name, v)
		}
	}
	if got := fields["x-auto-response-suppress"]; got != "OOF, AutoReply" {
		t.Errorf("X-Auto-Response-Suppress: %s", got)
	}
	if m.MessageID != r.Notice.MessageID || fields["to"] != "<css@claranet.es>" {
		t.Errorf("Message-ID %s, To %s", m.MessageID, fields["to"])
	}
	if id, serial, ok := b.composer.Keys.FromMessageID("claranet", m.MessageID); id != b.c.ID || serial != 1 || !ok {
		t.Errorf("the Message-ID names %s/%d, %v", id, serial, ok)
	}
}

func TestComposeAgainGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compose(t)
	first := b.blobs["b1"]
	b.compose(t)
	if !bytes.Equal(first, b.blobs["b1"]) {
		t.Error("the same case at the same time gave other bytes")
	}
}

func TestComposeFollowsTheIssue(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Labels = nil
	if r := b.compose(t); r.Withdrawn == "" {
		t.Error("a withdrawn issue was composed")
	}
	raw, _ := json.Marshal(b.compose(t))
	o := b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Done, At: day, Result: raw})
	if o.Case.State != bridge.Withdrawn || len(o.Effects) != 1 || o.Effects[0].Kind != bridge.PostComment {
		t.Errorf("%+v", o)
	}

	b = newBench(t)
	b.issue.Description = strings.ReplaceAll(b.issue.Description, "Portal de tramitació", "???")
	raw, _ = json.Marshal(b.compose(t))
	o = b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Done, At: day, Result: raw})
	if o.Case.State != bridge.Settling || o.Case.Request.Fingerprint != "" || !o.Case.DueAt.Equal(day) || o.Case.Rounds != 1 || len(o.Effects) != 0 {
		t.Errorf("%+v", o)
	}
}

func TestComposeErrors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.reading = errors.New("503")
	if _, err := b.composer.Do(t.Context(), b.c, composing()); !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
		t.Errorf("Jira away: %v", err)
	}
	b.reading = bridge.Permanent(errors.New("404"))
	_, err := b.composer.Do(t.Context(), b.c, composing())
	if !bridge.IsPermanent(err) {
		t.Errorf("issue gone: %v", err)
	}
	o := b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Failed, At: day, Err: err})
	if o.Case.State != bridge.Undelivered || len(o.Effects) != 1 {
		t.Errorf("%+v", o)
	}
}

func TestProviderSwitchedOff(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.c.Provider = "ovh"
	if _, err := b.transmitter.Do(t.Context(), b.c, e); !bridge.IsPermanent(err) {
		t.Errorf("transmit: %v", err)
	}
	if _, err := b.composer.Do(t.Context(), b.c, composing()); !bridge.IsPermanent(err) {
		t.Errorf("compose: %v", err)
	}
}
