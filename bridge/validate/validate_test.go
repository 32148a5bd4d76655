package validate

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

const full = "Aplicació afectada: Portal\nData i hora d'inici: desconegut\nImpacte: alt\nContacte AOC: Anna, 900 000 000\n" +
	"Comportament anòmal: 503\nEvidències: captura"

// lines are the answers of full, by the field.
func lines() map[string]string {
	answers := map[string]string{}
	for i, line := range strings.Split(full, "\n") {
		answers[[]string{"application", "started", "impact", "contact", "anomaly", "evidence"}[i]] = line
	}
	return answers
}

// without is full without the answers to some fields.
func without(ids ...string) string {
	left := full
	for _, id := range ids {
		left = strings.Replace(left, lines()[id], "", 1)
	}
	return strings.ReplaceAll(left, "\n\n", "\n")
}

// at is a Sunday in Madrid, where the clock shows one hour more.
func at(hour, minute int) time.Time { return time.Date(2026, 11, 22, hour, minute, 0, 0, time.UTC) }

// loaded are the profiles, read once: nobody may change them.
var loaded = sync.OnceValues(func() ([]mapping.Profile, error) { return mapping.Load(mapping.Embedded()) })

func input(t *testing.T, description string) Input {
	t.Helper()
	profiles, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	return Input{
		Now:     at(9, 0),
		Issue:   bridge.Issue{ID: "10001", Key: "ST-1", Labels: []string{"escalar-claranet-sistemes"}, Description: description, Created: at(8, 0), Updated: at(8, 0)},
		Profile: &profiles[0],
		Texts:   texts,
		Case: bridge.Case{
			ID: "case", IssueID: "10001", Provider: "claranet", State: bridge.Settling, Kind: "sistemas", Ordinal: 2, DueAt: at(8, 1),
			OpenedBy: bridge.User{ID: "pau", Name: "Pau", Mention: "[~pau]"},
		},
	}
}

// comment returns the key and the text of the only effect.
func comment(t *testing.T, out bridge.Outcome) (key, body string) {
	t.Helper()
	if len(out.Effects) != 1 || out.Effects[0].Target != bridge.ToJira || out.Effects[0].Kind != bridge.PostComment {
		t.Fatalf("effects %+v, want one comment", out.Effects)
	}
	var b bridge.CommentBody
	if err := json.Unmarshal(out.Effects[0].Body, &b); err != nil {
		t.Fatal(err)
	}
	return out.Effects[0].Key, b.Text
}

func action(t *testing.T, out bridge.Outcome) string {
	t.Helper()
	if len(out.Audit) != 1 || out.Audit[0].Stage != "validate" || out.Audit[0].At.IsZero() {
		t.Fatalf("audit %+v, want one entry", out.Audit)
	}
	return out.Audit[0].Action
}

func TestCompleteIsComposed(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Settling, bridge.Asked} {
		in := input(t, full)
		in.Case.State = state
		out := Decide(in)
		want := []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.ComposeMail, "compose/10001/claranet/2/1", bridge.ComposeBody{Serial: 1})}
		if diff := cmp.Diff(want, out.Effects); diff != "" {
			t.Errorf("effects (-want +got):\n%s", diff)
		}
		if out.Case.State != bridge.Sending || !out.Case.DueAt.IsZero() || action(t, out) != "complete" {
			t.Errorf("from %s: state %s, due %v, %v", state, out.Case.State, out.Case.DueAt, out.Audit)
		}
	}
}

func TestMissingIsAskedFor(t *testing.T) {
	t.Parallel()
	in := input(t, "Aplicació afectada: {html} del portal\nImpacte: pendent\nContacte AOC: Anna, 900 000 000\nComportament anòmal: 503\nEvidències: captura")
	out := Decide(in)
	key, body := comment(t, out)
	if want := "request/10001/claranet/2/" + out.Case.Request.Fingerprint + "/1"; key != want || out.Case.Request.Fingerprint == "" {
		t.Errorf("key %q, want %q", key, want)
	}
	var planned bridge.CommentBody
	if err := json.Unmarshal(out.Effects[0].Body, &planned); err != nil || planned.While == nil || !planned.While.Holds(out.Case) {
		t.Errorf("posted while %+v, %v", planned.While, err)
	}
	if out.Case.State != bridge.Asked || out.Case.Request.Count != 1 || !out.Case.Request.At.Equal(in.Now) || action(t, out) != "ask" {
		t.Errorf("case %+v, audit %+v", out.Case, out.Audit)
	}
	if !strings.HasPrefix(body, "[~pau], per escalar aquesta incidència a Claranet (Sistemes) falten aquestes dades:\n* *Data i hora d’inici del problema*") {
		t.Errorf("the request begins\n%s", body)
	}
	for text, want := range map[string]bool{
		"* *Impacte en negoci*": true, "\nImpacte en negoci:\n": true, "Redeploy o reinici del servei (opcional):": true,
		"Persona responsable": false, "TRUQUEU": false,
	} {
		if strings.Contains(body, text) != want {
			t.Errorf("contains %q is not %v:\n%s", text, want, body)
		}
	}
}

func TestSameSetIsAskedForOnce(t *testing.T) {
	t.Parallel()
	in := input(t, strings.Replace(full, "alt", "", 1))
	first := Decide(in)
	in.Case = first.Case
	second := Decide(in)
	if len(second.Effects) != 0 || action(t, second) != "still-missing" || second.Case.State != bridge.Asked {
		t.Errorf("asked again: %+v", second)
	}
	if diff := cmp.Diff(first.Case, second.Case); diff != "" {
		t.Errorf("the case changed (-first +second):\n%s", diff)
	}
	// A placeholder instead of nothing is the same thing missing.
	in.Issue.Description = strings.Replace(full, "alt", "???", 1)
	if third := Decide(in); len(third.Effects) != 0 {
		t.Errorf("asked again for a placeholder: %+v", third)
	}
	in.Issue.Description = strings.Replace(full, "Anna, 900 000 000", "", 1)
	other := Decide(in)
	if key, _ := comment(t, other); strings.Contains(key, first.Case.Request.Fingerprint) || other.Case.Request.Count != 2 {
		t.Errorf("another set of fields: key %q, request %+v", key, other.Case.Request)
	}
}

// TestSetThatIsMissingAgainIsAskedForAgain: the newest request on the issue is
// always for what is missing now.
func TestSetThatIsMissingAgainIsAskedForAgain(t *testing.T) {
	t.Parallel()
	impact, contact := strings.Replace(full, "alt", "", 1), strings.Replace(full, "Anna, 900 000 000", "", 1)
	in := input(t, "")
	planned := map[string]bool{}
	for i, description := range []string{impact, contact, contact, impact} {
		in.Issue.Description = description
		out := Decide(in)
		if again := Decide(in); cmp.Diff(out, again) != "" {
			t.Errorf("%d: the same decision differs when it is made again:\n%s", i, cmp.Diff(out, again))
		}
		in.Case = out.Case
		if i == 2 { // as before
			if len(out.Effects) != 0 || action(t, out) != "still-missing" {
				t.Errorf("asked again for the same: %+v", out)
			}
			continue
		}
		key, _ := comment(t, out)
		if planned[key] || action(t, out) != "ask" {
			t.Errorf("%d: the key %s is known, nobody is asked", i, key)
		}
		planned[key] = true
	}
	if in.Case.Request.Count != 3 {
		t.Errorf("asked %d times", in.Case.Request.Count)
	}
}

// TestIncompleteAgainIsAskedForAgain: what composing found incomplete comes back
// without the fingerprint of the last request.
func TestIncompleteAgainIsAskedForAgain(t *testing.T) {
	t.Parallel()
	missing := strings.Replace(full, "alt", "", 1)
	in := input(t, missing)
	first := Decide(in)
	in.Case, in.Issue.Description = first.Case, full
	in.Case = Decide(in).Case
	in.Case.State, in.Case.Rounds, in.Case.Request.Fingerprint = bridge.Settling, 1, ""
	in.Issue.Description = missing
	second := Decide(in)
	before, _ := comment(t, first)
	if key, _ := comment(t, second); key == before || second.Case.State != bridge.Asked || second.Case.Request.Count != 2 {
		t.Errorf("key %s as before, %+v", key, second.Case.Request)
	}
}

func TestCommentsFillFields(t *testing.T) {
	t.Parallel()
	in := input(t, strings.Replace(full, "alt", "", 1))
	in.Issue.Comments = []bridge.Comment{
		{ID: "1", Body: "Impacte: x", Created: at(8, 1), Restricted: true},
		{ID: "2", Body: "Impacte: x", Created: at(8, 2), Public: true},
		{ID: "3", Body: "Impacte: x", Created: at(8, 3), Own: true},
	}
	if out := Decide(in); out.Case.State != bridge.Asked {
		t.Errorf("a comment that is no source filled a field: %s", out.Case.State)
	}
	in.Issue.Comments = append(in.Issue.Comments, bridge.Comment{ID: "4", Body: "Hola\nImpacte: molt", Created: at(8, 4)})
	if out := Decide(in); out.Case.State != bridge.Sending {
		t.Errorf("the comment did not fill the field: %s", out.Case.State)
	}
}

func TestNightCallsFirst(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		now  time.Time
		call bool
	}{
		{"opening in Madrid", at(7, 0), false},
		{"a minute before", at(6, 59), true},
		{"last minute", at(15, 59), false},
		{"closing", at(16, 0), true},
		{"summer's clock", time.Date(2026, 7, 1, 6, 30, 0, 0, time.UTC), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			in := input(t, "")
			in.Now = tt.now
			_, body := comment(t, Decide(in))
			const call = "(!) *TRUQUEU ARA a Claranet: 902 886 336 · \\+34 934 452 699 · \\+34 933 933 991.* De 17\u00a0h a 8\u00a0h les incidències s’hi notifiquen per telèfon."
			if got := strings.HasPrefix(body, call); got != tt.call {
				t.Errorf("begins with the call: %v, want %v\n%s", got, tt.call, body)
			}
		})
	}
}

func TestQuietTime(t *testing.T) {
	t.Parallel()
	const quiet = time.Minute
	tests := []struct {
		name   string
		change func(*bridge.Issue)
		due    time.Time // zero: decided
	}{
		{"long ago", func(*bridge.Issue) {}, time.Time{}},
		{"edited just now", func(i *bridge.Issue) { i.Updated = at(8, 59).Add(30 * time.Second) }, at(9, 0).Add(30 * time.Second)},
		{"edited a quiet time ago", func(i *bridge.Issue) { i.Updated = at(8, 59) }, time.Time{}},
		{"labelled just now", func(i *bridge.Issue) { i.Labelled = []bridge.Labelling{{At: at(9, 0)}} }, at(9, 1)},
		{"commented just now", func(i *bridge.Issue) {
			i.Comments = []bridge.Comment{{Created: at(8, 0), Updated: at(9, 0)}}
		}, at(9, 1)},
		{"attached just now", func(i *bridge.Issue) { i.Attachments = []bridge.Attachment{{Created: at(9, 0)}} }, at(9, 1)},
		{"our own comment does not count", func(i *bridge.Issue) {
			i.Comments = []bridge.Comment{{Created: at(9, 0), Own: true}}
			i.Updated = at(9, 0).Add(time.Second)
		}, time.Time{}},
		{"an edit after our own comment does", func(i *bridge.Issue) {
			i.Comments = []bridge.Comment{{Created: at(8, 58), Own: true}}
			i.Updated = at(8, 59).Add(time.Second)
		}, at(9, 0).Add(time.Second)},
	}
	for _, tt := range tests {
		for _, state := range []bridge.State{bridge.Settling, bridge.Asked} {
			t.Run(tt.name+"/"+string(state), func(t *testing.T) {
				t.Parallel()
				in := input(t, full)
				in.Quiet, in.Case.State = quiet, state
				tt.change(&in.Issue)
				out := Decide(in)
				if tt.due.IsZero() {
					if out.Case.State != bridge.Sending {
						t.Errorf("state %s, audit %+v; want it decided", out.Case.State, out.Audit)
					}
					return
				}
				if out.Case.State != state || !out.Case.DueAt.Equal(tt.due) || len(out.Effects) != 0 || action(t, out) != "wait" {
					t.Errorf("state %s, due %v, effects %v; want due %v", out.Case.State, out.Case.DueAt, out.Effects, tt.due)
				}
				if !out.Case.WaitingSince.Equal(in.Now) {
					t.Errorf("waits since %v", out.Case.WaitingSince)
				}
				in.Now, in.Case = tt.due, out.Case
				if out := Decide(in); out.Case.State != bridge.Sending || !out.Case.WaitingSince.IsZero() {
					t.Errorf("at the due time: state %s, due %v, waits since %v", out.Case.State, out.Case.DueAt, out.Case.WaitingSince)
				}
			})
		}
	}
}

// TestNeverQuiet: a robot that touches the issue more often than the quiet time
// delays the decision, but does not prevent it.
func TestNeverQuiet(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bridge.State{full: bridge.Sending, strings.Replace(full, "alt", "", 1): bridge.Asked} {
		in := input(t, name)
		in.Quiet = time.Minute
		touched := in.Now
		for waits := 0; in.Case.State == bridge.Settling; waits++ {
			in.Issue.Updated = in.Now.Add(-10 * time.Second)
			out := Decide(in)
			if waits > 0 && out.Case.State == bridge.Settling && !out.Case.WaitingSince.Equal(touched) || waits > 10 {
				t.Fatalf("after %d waits since %v: due %v", waits, out.Case.WaitingSince, out.Case.DueAt)
			}
			if in.Case = out.Case; in.Case.State == bridge.Settling {
				in.Now = in.Case.DueAt
			}
		}
		if in.Case.State != want || in.Now.Sub(touched) != 5*in.Quiet || !in.Case.WaitingSince.IsZero() {
			t.Errorf("state %s after %s, waits since %v", in.Case.State, in.Now.Sub(touched), in.Case.WaitingSince)
		}
	}
}

// TestWaitOutlivesNoClock: neither an edit in the future nor a wait that began
// there holds an escalation for longer than the longest wait.
func TestWaitOutlivesNoClock(t *testing.T) {
	t.Parallel()
	in := input(t, full)
	in.Quiet = time.Minute
	in.Issue.Updated, in.Case.WaitingSince = at(20, 0), at(22, 0)
	out := Decide(in)
	if !out.Case.WaitingSince.Equal(in.Now) || !out.Case.DueAt.Equal(in.Now.Add(5*time.Minute)) {
		t.Errorf("waits since %v until %v", out.Case.WaitingSince, out.Case.DueAt)
	}
	in.Now, in.Case = out.Case.DueAt, out.Case
	if out := Decide(in); out.Case.State != bridge.Sending {
		t.Errorf("state %s, due %v", out.Case.State, out.Case.DueAt)
	}
}

func TestNothingToDecide(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Sending, bridge.Undelivered, bridge.Withdrawn, bridge.Closed} {
		in := input(t, full)
		in.Case.State, in.Case.Pending = state, []string{"impact"}
		want := bridge.Outcome{Case: in.Case}
		want.Case.DueAt = time.Time{} // what waits for nothing is not looked at for ever
		if diff := cmp.Diff(want, Decide(in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
	}
}
