package validate

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/mapping"
)

// edit changes the description at that time.
func edit(in *Input, now time.Time, description string) {
	in.Now, in.Issue.Updated, in.Issue.Description = now, now, description
}

// asked decides and returns the fields that are asked for, none for no request.
func asked(t *testing.T, in *Input) []string {
	t.Helper()
	out := Decide(*in)
	in.Case = out.Case
	if len(out.Effects) == 0 || out.Case.State == bridge.Sending {
		return nil
	}
	comment(t, out)
	return out.Case.Request.Fields
}

// TestHalfMendedIsLeftAtWork: who fills in what was asked for is not asked again
// after each answer.
func TestHalfMendedIsLeftAtWork(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact", "contact", "evidence"))
	in.Patience = 10 * time.Minute
	if diff := cmp.Diff([]string{"impact", "contact", "evidence"}, asked(t, &in)); diff != "" {
		t.Fatal(diff)
	}
	edit(&in, at(9, 2), without("contact", "evidence"))
	if got := asked(t, &in); got != nil || !in.Case.DueAt.Equal(at(9, 12)) || in.Case.State != bridge.Asked {
		t.Fatalf("asked for %q, due %v, state %s", got, in.Case.DueAt, in.Case.State)
	}
	edit(&in, at(9, 7), without("evidence"))
	if got := asked(t, &in); got != nil || !in.Case.DueAt.Equal(at(9, 17)) || !in.Case.Request.MendingSince.Equal(at(9, 2)) {
		t.Fatalf("asked for %q, due %v", got, in.Case.DueAt)
	}
	half := in
	in.Now = in.Case.DueAt
	if diff := cmp.Diff([]string{"evidence"}, asked(t, &in)); diff != "" || !in.Case.DueAt.IsZero() || !in.Case.Request.MendingSince.IsZero() {
		t.Errorf("due %v %s", in.Case.DueAt, diff)
	}
	in.Now = at(20, 0)
	if got := asked(t, &in); got != nil || !in.Case.DueAt.IsZero() {
		t.Errorf("asked once more for %q, due %v", got, in.Case.DueAt)
	}
	tests := map[string]struct {
		description string
		asked       []string
		state       bridge.State
	}{
		"all is there":                {full, nil, bridge.Sending},
		"all is gone as it was":       {without("impact", "contact", "evidence"), nil, bridge.Asked},
		"something else is missing":   {without("application", "evidence"), []string{"application", "evidence"}, bridge.Asked},
		"a placeholder for an answer": {strings.Replace(full, "Impacte: alt", "Impacte: pendent", 1), nil, bridge.Asked},
	}
	for name, test := range tests {
		in := half
		edit(&in, at(9, 8), test.description)
		if diff := cmp.Diff(test.asked, asked(t, &in)); diff != "" || in.Case.State != test.state {
			t.Errorf("%s: %s %s", name, in.Case.State, diff)
		}
		if waits := !in.Case.DueAt.IsZero(); waits != (name == "a placeholder for an answer") || waits == in.Case.Request.MendingSince.IsZero() {
			t.Errorf("%s: due %v, mending since %v", name, in.Case.DueAt, in.Case.Request.MendingSince)
		}
	}
}

func TestPatienceHasAnEnd(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact", "contact"))
	in.Patience = 10 * time.Minute
	asked(t, &in)
	begun := at(9, 1)
	edit(&in, begun, without("contact"))
	var got []string
	for got == nil && in.Now.Before(at(12, 0)) { // a robot touches the issue every nine minutes
		if got = asked(t, &in); got == nil {
			in.Now = in.Now.Add(9 * time.Minute)
			if !in.Case.DueAt.After(in.Now) {
				in.Now = in.Case.DueAt
				continue
			}
			in.Issue.Updated = in.Now
		}
	}
	if diff := cmp.Diff([]string{"contact"}, got); diff != "" || !in.Now.Equal(begun.Add(50*time.Minute)) {
		t.Errorf("at %v %s", in.Now, diff)
	}
	in = input(t, without("impact", "contact"))
	asked(t, &in)
	edit(&in, at(9, 1), without("contact"))
	if got := asked(t, &in); len(got) != 1 {
		t.Errorf("without patience: asked for %q", got)
	}
}

// TestMendedBesideOurComment: an edit that cannot be told from our own comment is
// one all the same.
func TestMendedBesideOurComment(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact", "contact"))
	in.Patience = 10 * time.Minute
	asked(t, &in)
	in.Issue.Comments = []bridge.Comment{{ID: "1", Own: true, Created: in.Now}}
	edit(&in, at(9, 0).Add(time.Second), without("contact"))
	in.Now = at(9, 1)
	if got := asked(t, &in); got != nil || !in.Case.DueAt.Equal(at(9, 11)) {
		t.Errorf("asked for %q, due %v", got, in.Case.DueAt)
	}
}

// TestOnlyAChangeIsAskedAbout: when the provider's form is changed the requests
// that are open stay as they are until somebody touches the issue.
func TestOnlyAChangeIsAskedAbout(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact"))
	own, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	in.Profile = &own[0]
	asked(t, &in)
	forms := in.Profile.Forms[0].Fields
	for i := range forms {
		if forms[i].ID == "restart" {
			forms[i].Required = true
		}
	}
	in.Now = at(10, 0)
	if got := asked(t, &in); got != nil {
		t.Errorf("asked for %q although nobody changed anything", got)
	}
	edit(&in, at(10, 1), without("impact")+"\n\nI més coses.")
	if diff := cmp.Diff([]string{"impact", "restart"}, asked(t, &in)); diff != "" {
		t.Error(diff)
	}
}

func TestRequestsADay(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact"))
	in.PerDay = 2
	asked(t, &in)
	edit(&in, at(9, 10), without("contact"))
	asked(t, &in)
	held := 0
	for minute := range 3 {
		edit(&in, at(9, 20+minute), without("contact", "evidence"))
		out := Decide(in)
		held += len(out.Audit)
		if in.Case = out.Case; len(out.Effects) != 0 || !in.Case.DueAt.Equal(at(9, 0).Add(24*time.Hour)) || in.Case.Request.Count != 2 {
			t.Fatalf("effects %v, due %v", out.Effects, in.Case.DueAt)
		}
	}
	if held != 1 {
		t.Errorf("%d entries of the audit for one request that is held", held)
	}
	in.Now = in.Case.DueAt.Add(-time.Second)
	if got := asked(t, &in); got != nil {
		t.Errorf("asked for %q within the day", got)
	}
	in.Now = in.Case.DueAt
	if diff := cmp.Diff([]string{"contact", "evidence"}, asked(t, &in)); diff != "" {
		t.Errorf("the request that was held: %s", diff)
	}
	if diff := cmp.Diff([]time.Time{at(9, 10)}, in.Case.Request.Earlier); diff != "" || in.Case.Request.Held {
		t.Errorf("held %v %s", in.Case.Request.Held, diff)
	}
	edit(&in, in.Now.Add(time.Minute), without("application"))
	asked(t, &in)
	if want := at(9, 10).Add(24 * time.Hour); !in.Case.DueAt.Equal(want) {
		t.Errorf("due %v, want %v", in.Case.DueAt, want)
	}
	edit(&in, in.Now.Add(time.Minute), full)
	if asked(t, &in); in.Case.State != bridge.Sending {
		t.Errorf("what is complete waits for tomorrow: %s", in.Case.State)
	}
}

func TestWhoIsAddressed(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact"))
	in.Team = "[~guardia]"
	if _, body := comment(t, Decide(in)); !strings.HasPrefix(body, "[~pau], ") {
		t.Errorf("begins\n%s", body)
	}
	in.Case.OpenedBy = bridge.User{}
	if _, body := comment(t, Decide(in)); !strings.HasPrefix(body, "[~guardia], ") {
		t.Errorf("begins\n%s", body)
	}
	in.Team = ""
	if _, body := comment(t, Decide(in)); !strings.HasPrefix(body, "Per escalar ") {
		t.Errorf("begins\n%s", body)
	}
}

// TestDoubtsAreTold: they stand in a request, and never cause one.
func TestDoubtsAreTold(t *testing.T) {
	t.Parallel()
	doubtful := strings.Replace(full, "desconegut", "fa una estona", 1)
	if out := Decide(input(t, doubtful)); out.Case.State != bridge.Sending {
		t.Errorf("a doubt held the escalation back: %s", out.Case.State)
	}
	in := input(t, strings.Replace(doubtful, "Impacte: alt", "Impacte: ???", 1))
	d := decision{Input: in}
	r := in.Profile.Judge(in.Issue.Input(in.Now, in.Profile))
	got := d.words(r, false)
	if len(got.Missing) != 1 || got.Missing[0].Instead != "???" || got.Missing[0].Label != "Impacte en negoci" || got.Missing[0].Example == "" || got.Kinds != nil {
		t.Errorf("missing %+v", got.Missing)
	}
	if len(got.Doubts) != 1 || got.Doubts[0].Value != "fa una estona" || got.Doubts[0].Why != string(mapping.Unreadable) || got.SendNow != "escalat envia-ja" {
		t.Errorf("doubts %+v", got.Doubts)
	}
}

func TestKindIsAsked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		labels []string
		both   bool
	}{{[]string{"escalar-claranet"}, false}, {[]string{"escalar-claranet-sistemes", "escalar-claranet-xarxa"}, true}} {
		in := input(t, strings.Replace(full, "Comportament", "h2. Comportament", 1))
		in.Issue.Labels = test.labels
		out := Decide(in)
		comment(t, out)
		if diff := cmp.Diff([]string{"kind"}, out.Case.Request.Fields); diff != "" || out.Case.Kind != "" {
			t.Errorf("%q: kind %q %s", test.labels, out.Case.Kind, diff)
		}
		d := decision{Input: in}
		got := d.words(in.Profile.Judge(in.Issue.Input(in.Now, in.Profile)), false)
		if got.Kinds == nil || got.Form != "" || got.Kinds.Both != test.both || len(got.Missing) != 0 {
			t.Fatalf("%q: %+v", test.labels, got)
		}
		if diff := cmp.Diff([]string{"Sistemes", "Xarxa"}, got.Kinds.Names); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"escalar-claranet-sistemes", "escalar-claranet-xarxa"}, got.Kinds.Labels); diff != "" {
			t.Error(diff)
		}
	}
	in := input(t, full)
	in.Issue.Labels = []string{"escalar-claranet"}
	asked(t, &in)
	edit(&in, at(9, 10), full+"\n\nTipus de problema: Sistemes")
	if out := Decide(in); out.Case.State != bridge.Sending || out.Case.Kind != "sistemas" || len(out.Audit) != 2 || out.Audit[0].Action != "kind" {
		t.Errorf("the kind that a line says: %+v", out)
	}
}
