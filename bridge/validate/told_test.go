package validate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// said is a comment of somebody.
func said(by, id string, created time.Time, body string) bridge.Comment {
	return bridge.Comment{ID: id, Author: bridge.User{ID: by, Mention: "[~" + by + "]"}, Created: created, Body: body}
}

// effects are the keys of what is planned.
func effects(out bridge.Outcome) []string {
	var keys []string
	for _, e := range out.Effects {
		keys = append(keys, e.Key)
	}
	return keys
}

// TestReferenceIsNoted: a ticket number that a person tells is kept, and that is
// said once.
func TestReferenceIsNoted(t *testing.T) {
	t.Parallel()
	for state, asks := range map[bridge.State]bool{
		bridge.Settling: true, bridge.Asked: true, bridge.Sending: false, bridge.Sent: false, bridge.Answered: false, bridge.Undelivered: false,
		bridge.Listed: false, bridge.Refused: false, bridge.Braked: false, bridge.Joined: false,
	} {
		in := input(t, without("impact"))
		in.Case.State, in.Case.LabelledAt, in.Case.References = state, at(8, 30), []string{"INC1"}
		in.Issue.Comments = []bridge.Comment{
			said("anna", "6", at(8, 29), "escalat trucat 66666"), // meant for an earlier case
			said("anna", "7", at(8, 31), "escalat referencia INC77\nescalat referencia inc1"),
			said("pere", "8", at(8, 32), "escalat referencia #INC78."),
		}
		out := Decide(in)
		want := []string{"noted/10001/claranet/2/inc77", "noted/10001/claranet/2/inc1", "noted/10001/claranet/2/inc78"}
		got := effects(out)
		if asks {
			got = slices.DeleteFunc(got, func(key string) bool { return strings.HasPrefix(key, "request/") })
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", state, diff)
		}
		if diff := cmp.Diff([]string{"INC1", "INC77", "INC78"}, out.Case.References); diff != "" || len(in.Case.References) != 1 {
			t.Errorf("%s: %s", state, diff)
		}
		in.Case = out.Case
		if again := Decide(in); len(again.Effects) != 0 || !cmp.Equal(again.Case.References, out.Case.References) {
			t.Errorf("%s: once more %q", state, effects(again))
		}
		in.Issue.Comments[2].Body = "escalat referencia INC79" // it was corrected
		if again := Decide(in); !slices.Equal(effects(again), []string{"noted/10001/claranet/2/inc79"}) {
			t.Errorf("%s: corrected, %q", state, effects(again))
		}
	}
}

func TestReferenceThatIsNotNoted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Input){
		"by who may not": func(in *Input) { in.Issue.Barred, in.Now = []string{"anna"}, at(9, 0).Add(48*time.Hour) },
		"withdrawn":      func(in *Input) { in.Case.State = bridge.Withdrawn },
		"closed":         func(in *Input) { in.Case.State = bridge.Closed },
		"done with":      func(in *Input) { in.Case.Spent = []string{"7/referencia/INC77"} },
	} {
		in := input(t, full)
		in.Case.State, in.Case.LabelledAt = bridge.Sent, at(8, 0)
		in.Issue.Comments = []bridge.Comment{said("anna", "7", at(8, 31), "escalat referencia INC77")}
		change(&in)
		if out := Decide(in); len(out.Effects) != 0 || len(out.Case.References) != 0 {
			t.Errorf("%s: %q, %q", name, effects(out), out.Case.References)
		}
	}
	// What was told long ago, or of a great many, is not answered.
	in := input(t, full)
	in.Case.State, in.Case.LabelledAt = bridge.Sent, at(8, 0)
	in.Issue.Comments = []bridge.Comment{said("anna", "7", at(8, 31), "escalat referencia INC77")}
	in.Now = at(8, 31).Add(25 * time.Hour)
	if out := Decide(in); len(out.Effects) != 0 || !slices.Equal(out.Case.References, []string{"INC77"}) {
		t.Errorf("long ago: %q, %q", effects(out), out.Case.References)
	}
	in.Now = at(9, 0)
	for i := range 30 {
		in.Case.References = append(in.Case.References, fmt.Sprint("N", i))
	}
	if out := Decide(in); len(out.Effects) != 0 || len(out.Case.References) != 30 || action(t, out) != "too many references" {
		t.Errorf("a great many: %q, %q", effects(out), out.Case.References)
	}
}

// TestReferenceOfWhatWaitsForOthers changes nothing else.
func TestReferenceOfWhatWaitsForOthers(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Listed, bridge.Refused, bridge.Braked, bridge.Joined} {
		in := input(t, full)
		in.Case.State, in.Case.LabelledAt, in.Case.DueAt = state, at(8, 30), at(9, 15)
		in.Issue.Comments = []bridge.Comment{said("anna", "7", at(8, 31), "escalat referencia INC77")}
		out := Decide(in)
		want := in.Case
		want.References, want.Spent = []string{"INC77"}, []string{"7/referencia/INC77"}
		if state != bridge.Joined { // which has its own time
			want.DueAt = time.Time{}
		}
		if diff := cmp.Diff(want, out.Case); diff != "" || len(out.Effects) != 1 || action(t, out) != "reference" {
			t.Errorf("%s: %q %s", state, effects(out), diff)
		}
	}
}

// TestBarredCommand: who commands and may not is told so, once a case, and nothing
// follows from it.
func TestBarredCommand(t *testing.T) {
	t.Parallel()
	const body = "escalat envia-ja"
	for name, test := range map[string]struct {
		state  bridge.State
		change func(*Input)
		told   bool
	}{
		"settling":         {state: bridge.Settling, told: true},
		"asked":            {state: bridge.Asked, told: true},
		"being sent":       {state: bridge.Sending, told: true},
		"sent":             {state: bridge.Sent, told: true},
		"braked":           {state: bridge.Braked, told: true},
		"listed":           {state: bridge.Listed},
		"refused":          {state: bridge.Refused},
		"joined":           {state: bridge.Joined},
		"closed":           {state: bridge.Closed},
		"archived":         {state: bridge.Sent, change: func(in *Input) { in.Issue.Archived = true }},
		"resolved":         {state: bridge.Asked, change: func(in *Input) { in.Issue.Resolved = true }},
		"a customer's":     {state: bridge.Asked, change: func(in *Input) { in.Issue.Comments[0].Author.Customer, in.Issue.Barred = true, nil }, told: true},
		"before the label": {state: bridge.Asked, change: func(in *Input) { in.Case.LabelledAt = at(8, 32) }},
		"long ago":         {state: bridge.Asked, change: func(in *Input) { in.Now = at(9, 0).Add(48 * time.Hour) }},
		"in a sentence":    {state: bridge.Asked, change: func(in *Input) { in.Issue.Comments[0].Body += " perquè sí" }},
	} {
		in := input(t, without("impact"))
		in.Case.State, in.Case.LabelledAt, in.Issue.Barred = test.state, at(8, 30), []string{"pere"}
		in.Issue.Comments = []bridge.Comment{said("pere", "7", at(8, 31), body), said("pere", "8", at(8, 32), "escalat trucat INC7")}
		if test.change != nil {
			test.change(&in)
		}
		if name == "before the label" || name == "in a sentence" || name == "a customer's" {
			in.Issue.Comments = in.Issue.Comments[:1]
		}
		out := Decide(in)
		told := slices.DeleteFunc(effects(out), func(key string) bool { return !strings.HasPrefix(key, "barred-command/") })
		if want := []string{"barred-command/10001/claranet/2"}; slices.Equal(told, want) != test.told || !test.told && len(told) > 0 {
			t.Errorf("%s: %q", name, told)
		}
		if out.Case.Forced != (bridge.Forced{}) || len(out.Case.References) != 0 || test.state != bridge.Sending && out.Case.State == bridge.Sending {
			t.Errorf("%s: followed: %+v", name, out.Case)
		}
		if unheard := slices.ContainsFunc(effects(out), func(key string) bool { return strings.HasPrefix(key, "unheard/") }); unheard {
			t.Errorf("%s: told to write it elsewhere", name)
		}
	}
}

// TestWhatWaitsForOthers is left alone: a joined case keeps when it looks at the one
// that it shares.
func TestWhatWaitsForOthers(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Listed, bridge.Refused, bridge.Braked, bridge.Joined} {
		in := input(t, full)
		in.Case.State = state
		out := Decide(in)
		want := in.Case
		if state != bridge.Joined {
			want.DueAt = time.Time{}
		}
		if diff := cmp.Diff(bridge.Outcome{Case: want}, out); diff != "" {
			t.Errorf("%s: %s", state, diff)
		}
	}
}

// TestArchivedRests: nothing is asked, sent or added.
func TestArchivedRests(t *testing.T) {
	t.Parallel()
	in := input(t, full)
	in.Issue.Archived = true
	in.Issue.Comments = []bridge.Comment{said("anna", "7", at(8, 31), "escalat envia-ja")}
	out := Decide(in)
	if out.Case.State != bridge.Settling || len(out.Effects) != 0 || action(t, out) != "archived" || !out.Case.DueAt.IsZero() {
		t.Fatalf("%+v", out)
	}
	in.Case, in.Now = out.Case, at(9, 5)
	if again := Decide(in); len(again.Effects)+len(again.Audit) != 0 {
		t.Errorf("once more: %+v", again)
	}
	in.Issue.Archived = false
	if back := Decide(in); back.Case.State != bridge.Sending || back.Audit[0].Action != "reopened" {
		t.Errorf("no longer: %+v", back)
	}
	in = sent(t, full, "impact")
	in.Issue.Archived = true
	if out := Decide(in); len(out.Effects) != 0 || !slices.Equal(out.Case.Pending, []string{"impact"}) {
		t.Errorf("an addition: %q", effects(out))
	}
}

// TestALongNight: however many commands there were, none is followed twice, not even
// those of which it was forgotten that they were.
func TestALongNight(t *testing.T) {
	t.Parallel()
	for _, n := range []int{60, 1000} {
		in := input(t, full)
		in.Case.State, in.Case.LabelledAt, in.Now = bridge.Undelivered, at(0, 0), at(23, 0)
		for i := range n {
			in.Issue.Comments = append(in.Issue.Comments, said("anna", fmt.Sprint(i), at(1, 0).Add(time.Duration(i)*time.Second), "escalat trucat"))
		}
		out := Decide(in)
		if len(out.Audit) != n {
			t.Fatalf("%d of %d were followed", len(out.Audit), n)
		}
		if in.Case = out.Case; n == 1000 {
			in.Now = in.Now.Add(26 * time.Hour)
		}
		if again := Decide(in); len(again.Audit) != 0 || len(again.Effects) != 0 {
			t.Errorf("of %d, %d again, %q", n, len(again.Audit), effects(again))
		}
	}
}
