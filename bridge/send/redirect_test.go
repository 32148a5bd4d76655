package send_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/send"
)

func TestRedirect(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.composer.Redirect, b.transmitter.Redirect = "proves@aoc.cat", "proves@aoc.cat"
	e := b.transmitting(t)
	var body bridge.TransmitBody
	if err := json.Unmarshal(e.Body, &body); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"proves@aoc.cat"}, body.To); diff != "" {
		t.Error(diff)
	}
	if bytes.Contains(b.blobs["b1"], []byte("css@claranet.es")) {
		t.Error("the provider's address stands in a mail that is redirected")
	}
}

// TestModeChangedMeanwhile: what was composed in one mode does not leave in another.
func TestModeChangedMeanwhile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.transmitter.Redirect = "proves@aoc.cat"
	_, err := b.transmitter.Do(t.Context(), b.c, e)
	if !errors.Is(err, send.ErrOtherRecipients) || !bridge.IsPermanent(err) || len(b.sent) != 0 {
		t.Errorf("sent %d times, %v", len(b.sent), err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"copy"}`)})
	var body bridge.CommentBody
	if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil || strings.Contains(body.Text, "prova") {
		t.Errorf("a mail that went to the provider is told as a trial: %s", body.Text)
	}
}
