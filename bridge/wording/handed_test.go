package wording_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// hand is a notice that a person is to enter, of that serial.
func hand(t *testing.T, serial int) (bridge.Case, wording.Hand) {
	t.Helper()
	p, texts := desk(t, "08:00", "17:00")
	n := bridge.Notice{
		Serial: serial, MessageID: "n@aoc.cat", Subject: "[AOC ST-1] Portal", Body: "Tipo: {noformat} Incidencia", Channel: bridge.ByAPI, Kind: "sistemas",
		Pending: []string{"impact", "contact"}, Told: map[string]string{"contact": "x"}, Doubts: []bridge.Doubt{{Field: "started", Code: mapping.Future, Value: "demà"}},
		Files:   []bridge.Evidence{{ID: "1", Name: "mtr.txt"}},
		Omitted: []bridge.Evidence{{ID: "2", Name: "captura.png", Size: 10, Why: bridge.LeftChannel}, {ID: "3", Name: "client.pdf", Why: bridge.LeftForeign}},
		Further: map[bridge.LeftOut]int{bridge.LeftChannel: 3},
		Filed:   &mapping.Filing{Menu: "Soporte", Choice: "Incidente", Link: "https://portal.example.org/", Service: "ns1.example.org"},
	}
	c := bridge.Case{IssueID: "10001", IssueKey: "ST-1", Provider: "claranet", Kind: "sistemas", State: bridge.Sending, OpenedBy: bridge.User{ID: "anna", Mention: "[~anna]"}, References: []string{"111", "222"}, Notices: []bridge.Notice{n}}
	return c, wording.Hand{
		Profile: p, Texts: texts, Team: "[~guardia]", Notice: n, Key: "compose/10001/claranet/1/1", At: time.Date(2026, 11, 20, 11, 0, 0, 0, p.Location()),
	}
}

func commented(t *testing.T, effects []bridge.Effect) (key, body string) {
	t.Helper()
	var c bridge.CommentBody
	if len(effects) != 1 || effects[0].Kind != bridge.PostComment || json.Unmarshal(effects[0].Body, &c) != nil {
		t.Fatalf("%+v", effects)
	}
	return effects[0].Key, c.Text
}

// TestHanded: a person gets all that is to be copied in one comment, and the case waits for
// the number.
func TestHanded(t *testing.T) {
	t.Parallel()
	before, h := hand(t, 1)
	c, effects := wording.Handed(before, h)
	key, body := commented(t, effects)
	if key != "handed/"+h.Key || c.State != bridge.Handed || c.Notices[0].Channel != bridge.ByPortal || !c.CallUntil.IsZero() {
		t.Errorf("%s, %+v", key, c)
	}
	if before.Notices[0].Channel != bridge.ByAPI {
		t.Error("the caller's case was changed")
	}
	for _, want := range []string{
		"[~anna], ", "https://portal.example.org/", "*Soporte*", "*Incidente*", "[AOC ST-1] Portal {noformat}", "Incidencia {noformat}", "captura.png", "3 més", "mtr.txt", "ns1.example.org", "Impacte en negoci:", "«demà»",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is missing:\n%s", want, body)
		}
	}
	for _, not := range []string{"client.pdf", "Persona responsable", "222"} {
		if strings.Contains(body, not) {
			t.Errorf("%q is there:\n%s", not, body)
		}
	}
}

// TestHandedAtNight: what is entered at night is told by telephone, too, unless it is a
// test.
func TestHandedAtNight(t *testing.T) {
	t.Parallel()
	for _, trial := range []bool{false, true} {
		c, h := hand(t, 1)
		h.At, h.Trial = h.At.Add(12*time.Hour), trial
		c, effects := wording.Handed(c, h)
		_, body := commented(t, effects)
		if calls := strings.Contains(body, "TRUQUEU ARA"); calls == trial || c.CallUntil.IsZero() != trial || !c.DueAt.Equal(c.CallUntil) {
			t.Errorf("trial %v: until %v, due %v:\n%s", trial, c.CallUntil, c.DueAt, body)
		}
	}
}

// TestHandedLater: what follows goes into the ticket that is there, and changes nothing
// about how the case stands.
func TestHandedLater(t *testing.T) {
	t.Parallel()
	c, h := hand(t, 2)
	c.State, h.Why, h.Reason = bridge.Answered, text.HandedRefused, "closed"
	c, effects := wording.Handed(c, h)
	_, body := commented(t, effects)
	if c.State != bridge.Answered || !strings.Contains(body, "escalat portal 222") || !strings.Contains(body, "Motiu: closed") || strings.Contains(body, "Assumpte:") {
		t.Errorf("%s:\n%s", c.State, body)
	}
	c.Notices = nil
	h.Notice.Filed = nil
	if c, effects = wording.Handed(c, h); len(c.Notices) != 1 || c.Notices[0].Channel != bridge.ByPortal {
		t.Errorf("%+v", c.Notices)
	}
	if _, body = commented(t, effects); !strings.Contains(body, h.Profile.Contacts.Portal) {
		t.Errorf("no link:\n%s", body)
	}
}

// TestHandedFits: the longest text has room in a comment.
func TestHandedFits(t *testing.T) {
	t.Parallel()
	c, h := hand(t, 1)
	h.Notice.Body = strings.Repeat("línia à\n", 1600)
	_, effects := wording.Handed(c, h)
	if _, body := commented(t, effects); wording.Length(body) > wording.MaxComment {
		t.Errorf("%d", wording.Length(body))
	}
}

// TestUnsaid: what goes out by itself, or is told elsewhere, is not told.
func TestUnsaid(t *testing.T) {
	t.Parallel()
	got := map[string]bool{}
	for _, about := range []bridge.About{bridge.AboutWords, bridge.AboutClaim} {
		for _, why := range []bridge.Fault{bridge.FaultGone, bridge.FaultEdited, bridge.FaultHidden} {
			said, tells := wording.Unsaid(about, why)
			got[string(about)+" "+string(why)+" "+string(said)] = tells
		}
	}
	want := map[string]bool{
		"words gone gone": true, "words edited gone": false, "words hidden gone": false,
		"claim gone command": true, "claim edited command": true, "claim hidden command": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
