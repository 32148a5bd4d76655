package obey

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// at is a Sunday in Madrid, where the clock shows one hour more.
func at(hour, minute int) time.Time { return time.Date(2026, 11, 22, hour, minute, 0, 0, time.UTC) }

// loaded are the profiles, read once: nobody may change them.
var loaded = sync.OnceValues(func() ([]mapping.Profile, error) { return mapping.Load(mapping.Embedded()) })

// fatal is what input needs of a test.
type fatal interface {
	Helper()
	Fatal(args ...any)
}

// input is a case whose notice was sent at 9 h, looked at an hour later.
func input(t fatal, lang string) Input {
	t.Helper()
	profiles, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For(lang, wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	return Input{
		Now: at(10, 0),
		Issue: bridge.Issue{
			ID: "10001", Key: "ST-1", Summary: "El portal cau", Labels: []string{"escalar-claranet-sistemes"}, Created: at(8, 0), Updated: at(8, 0),
			Labelled: []bridge.Labelling{{At: at(8, 30), Added: []string{"escalar-claranet-sistemes"}}}, Named: map[string]string{"claranet": "claranet", "ovh": "ovh"},
		},
		Profile: &profiles[slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == "claranet" })],
		Texts:   texts,
		Case: bridge.Case{
			ID: "case", IssueID: "10001", IssueKey: "ST-1", Provider: "claranet", State: bridge.Sent, Kind: "sistemas", Ordinal: 1,
			OpenedAt: at(8, 30), LabelledAt: at(8, 30), Label: "escalar-claranet-sistemes", OpenedBy: bridge.User{ID: "pau", Mention: "[~pau]"},
			Notices: []bridge.Notice{{Serial: 1, MessageID: "m1", SentAt: at(9, 0), To: []string{"css@claranet.es"}}},
			Turn:    bridge.TurnProvider, TurnSince: at(9, 0), Times: map[bridge.Turn]bridge.Spell{bridge.TurnUs: {Wall: 30 * time.Minute, Working: 30 * time.Minute}},
		},
	}
}

// say adds a comment of Anna's, which has the number of comments so far for its id.
func (in *Input) say(when time.Time, body string) {
	in.Issue.Comments = append(in.Issue.Comments, bridge.Comment{
		ID: fmt.Sprint(70 + len(in.Issue.Comments)), Author: bridge.User{ID: "anna", Mention: "[~anna]"}, Created: when, Body: body,
	})
}

// stands puts the case into a state that it may have.
func (in *Input) stands(state bridge.State) {
	c := &in.Case
	c.State = state
	switch state {
	case bridge.Settling, bridge.Asked, bridge.Listed, bridge.Refused, bridge.Braked, bridge.Sending, bridge.Withdrawn:
		c.Notices = nil
	case bridge.Joined:
		c.Notices, c.Leader, c.LeaderKey = nil, "other", "ST-7"
	case bridge.Undelivered:
		c.Notices[0].SentAt = time.Time{}
	case bridge.Handed:
		c.Notices[0].SentAt, c.Notices[0].Channel = time.Time{}, bridge.ByPortal
	case bridge.Answered:
		c.HeardAt = at(9, 30)
	case bridge.Closed:
		c.Closing = bridge.ByCommand
	}
}

// done is what followed, in words: the action of each audit entry and what was composed.
func done(t fatal, out bridge.Outcome) string {
	t.Helper()
	var words []string
	for _, e := range out.Audit {
		words = append(words, e.Action)
	}
	for _, e := range out.Effects {
		if e.Kind == bridge.ComposeMail {
			words = append(words, "mail:"+string(composed(t, e).About))
		}
	}
	return strings.Join(words, " ")
}

func composed(t fatal, e bridge.Effect) bridge.ComposeBody {
	t.Helper()
	var body bridge.ComposeBody
	if err := json.Unmarshal(e.Body, &body); err != nil {
		t.Fatal(err)
	}
	return body
}

// told are the texts of the comments, by their keys.
func told(t fatal, out bridge.Outcome) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, e := range out.Effects {
		if e.Kind != bridge.PostComment {
			continue
		}
		var body bridge.CommentBody
		if err := json.Unmarshal(e.Body, &body); err != nil {
			t.Fatal(err)
		}
		texts[e.Key] = body.Text
	}
	return texts
}

// TestCommandInEachState: what follows, and in which state the case is then.
func TestCommandInEachState(t *testing.T) {
	t.Parallel()
	states := []bridge.State{
		bridge.Settling, bridge.Asked, bridge.Listed, bridge.Refused, bridge.Braked, bridge.Sending, bridge.Handed, bridge.Sent, bridge.Answered,
		bridge.Undelivered, bridge.Joined, bridge.Closed, bridge.Withdrawn,
	}
	unsent := "settling asked listed refused braked"
	for command, want := range map[string]map[string]string{ // by the states in which it follows: the action, and the state then
		"contestat ho miren": {
			unsent: "answered-unsent", "sending undelivered answered": "answered", "sent": "answered > answered", "handed": "answered-unentered",
			"joined": "refused-elsewhere", "closed withdrawn": "refused-closed",
		},
		"no-urgent": {unsent + " sending handed sent answered undelivered": "not-urgent", "joined": "refused-elsewhere", "closed withdrawn": "refused-closed"},
		"portal CS77": {
			"handed": "entered > sent", unsent + " sending sent answered undelivered": "nothing-to-enter", "joined": "refused-elsewhere", "closed withdrawn": "refused-closed",
		},
		"portal": {unsent + " sending sent answered undelivered handed": "number-lacking", "joined": "refused-elsewhere", "closed withdrawn": "refused-closed"},
		"referencia CS77": {
			"handed": "entered > sent", unsent + " sending sent answered undelivered joined closed withdrawn": "",
		},
		"reclama": {
			unsent: "refused-unsent", "sending": "refused-sending", "handed": "refused-unentered", "sent answered": "claim mail:claim", "undelivered": "refused-undelivered",
			"joined": "refused-elsewhere", "closed withdrawn": "refused-closed",
		},
		"reenvia": {
			unsent: "refused-unsent", "sending": "refused-sending", "handed": "refused-unentered", "sent answered undelivered": "sent once more mail:again",
			"joined": "refused-elsewhere", "closed withdrawn": "refused-closed",
		},
		"tanca": {
			unsent: "closed-unsent > withdrawn", "sending": "refused-sending", "handed undelivered": "closed-untold > closed", "sent answered": "closed-told mail:close > closed",
			"joined": "closed-shared > closed", "closed": "closed-already", "withdrawn": "closed-nothing",
		},
		"reobre": {
			unsent + " sending handed sent answered undelivered joined": "reopened-already", "closed": "reopened mail:reopen > sent", "withdrawn": "reopened-unsent > settling",
		},
		"estat":         {unsent + " sending handed sent answered undelivered joined closed withdrawn": "status"},
		"ajuda":         {unsent + " sending handed sent answered undelivered joined closed withdrawn": "help"},
		"reobri":        {unsent + " sending handed sent answered undelivered joined closed withdrawn": "no command"},
		"tanca ovh":     {unsent + " sending handed sent answered undelivered joined closed withdrawn": "unclear"},
		"trucat":        {unsent + " sending handed sent answered undelivered joined closed withdrawn": ""},
		"envia-ja":      {unsent + " sending handed sent answered undelivered joined closed withdrawn": ""},
		"envia-adjunts": {unsent + " sending handed sent answered undelivered joined closed withdrawn": ""},
	} {
		for _, state := range states {
			in := input(t, "ca")
			in.stands(state)
			in.say(at(9, 50), "escalat "+command)
			out := Decide(in)
			got := done(t, out)
			if out.Case.State != state {
				got += " > " + string(out.Case.State)
			}
			found := false
			for in, want := range want {
				if slices.Contains(strings.Fields(in), string(state)) {
					if found = true; got != want {
						t.Errorf("%s, %s: %q, want %q", command, state, got, want)
					}
				}
			}
			if !found {
				t.Errorf("%s, %s: %q, and nothing is wanted", command, state, got)
			}
			in.Case = out.Case
			if again := Decide(in); len(again.Effects)+len(again.Audit) > 0 || !cmp.Equal(again.Case, out.Case) {
				t.Errorf("%s, %s: once more, %q", command, state, done(t, again))
			}
		}
	}
}

// TestWhoMayNot: nothing follows from what customers, people who may not or robots write,
// from what was said before the label or before the store was lost, nor on an archived
// issue.
func TestWhoMayNot(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Input){
		"a customer":       func(in *Input) { in.Issue.Comments[0].Author.Customer = true },
		"shown to them":    func(in *Input) { in.Issue.Comments[0].Public = true },
		"restricted":       func(in *Input) { in.Issue.Comments[0].Restricted = true },
		"ours":             func(in *Input) { in.Issue.Comments[0].Own = true },
		"barred":           func(in *Input) { in.Issue.Barred = []string{"anna"} },
		"before the label": func(in *Input) { in.Issue.Comments[0].Created = at(8, 29) },
		"a lost past":      func(in *Input) { in.Case.KnownUntil = at(9, 51) },
		"archived":         func(in *Input) { in.Issue.Archived = true },
		"of another":       func(in *Input) { in.Others, in.Case.Provider, in.Case.ID = []bridge.Case{in.Case}, "ovh", "other" },
	} {
		in := input(t, "ca")
		in.say(at(9, 50), "escalat claranet tanca\nescalat claranet estat\nescalat claranet contestat")
		change(&in)
		if out := Decide(in); !cmp.Equal(out, bridge.Outcome{Case: in.Case}) {
			t.Errorf("%s: %q", name, done(t, out))
		}
	}
}

// TestStale: what was said yesterday is noted in silence, and nothing is sent for it.
func TestStale(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"contestat": "answered", "no-urgent": "not-urgent", "portal CS1": "nothing-to-enter", "reclama": "too late", "reenvia": "too late", "tanca": "too late",
		"estat": "too late", "ajuda": "too late", "reobri": "too late", "tanca ovh": "unclear",
	} {
		in := input(t, "ca")
		in.say(at(9, 50), "escalat "+command)
		in.Now = at(10, 0).Add(24 * time.Hour)
		in.Case.CallUntil = in.Now.Add(time.Hour)
		out := Decide(in)
		if got := done(t, out); got != want || len(out.Effects) != 0 || len(out.Case.Spent) != 1 {
			t.Errorf("%s: %q, %d effects", command, got, len(out.Effects))
		}
		if command == "contestat" && (!out.Case.HeardAt.Equal(at(9, 50)) || out.Case.CallUntil.IsZero()) {
			t.Errorf("heard %v, call until %v", out.Case.HeardAt, out.Case.CallUntil)
		}
	}
}

func TestAnsweredEndsTheCall(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	in.Now, in.Case.CallUntil, in.Case.CallSince = at(22, 0), at(7, 0).Add(24*time.Hour), at(21, 0)
	in.say(at(21, 50), "escalat contestat ho miren")
	out := Decide(in)
	c := out.Case
	if c.State != bridge.Answered || !c.HeardAt.Equal(at(21, 50)) || !c.AwareAt.Equal(at(21, 50)) || !c.ConfirmedAt.Equal(at(21, 50)) || !c.CallUntil.IsZero() || !c.CallSince.IsZero() {
		t.Errorf("%+v", c)
	}
	if c.Whose() != bridge.TurnUs {
		t.Errorf("turn of %q", c.Whose())
	}
	in.Case = c
	in.Case.ConfirmedAt = at(9, 5)
	in.say(at(21, 55), "escalat contestat ja està")
	if c = Decide(in).Case; !c.ConfirmedAt.Equal(at(9, 5)) || !c.HeardAt.Equal(at(21, 55)) {
		t.Errorf("%+v", c)
	}
	in = input(t, "ca")
	in.Case.CallUntil = at(23, 0)
	in.say(at(9, 50), "escalat no-urgent")
	if c = Decide(in).Case; !c.NotUrgent || !c.CallUntil.IsZero() || !c.AwareAt.IsZero() {
		t.Errorf("%+v", c)
	}
}

// TestEntered: the number says when and where what was to be entered was.
func TestEntered(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	in.stands(bridge.Handed)
	in.say(at(9, 50), "escalat portal CS77")
	out := Decide(in)
	c := out.Case
	if !c.First().SentAt.Equal(at(9, 50)) || !c.ConfirmedAt.Equal(at(9, 50)) || !slices.Equal(c.References, []string{"CS77"}) || !in.Case.First().SentAt.IsZero() {
		t.Errorf("%+v", c)
	}
	// What follows is entered there, too, under the number that is known.
	c.Notices = append(c.Notices, bridge.Notice{Serial: 2, Channel: bridge.ByPortal})
	c.HeardAt, c.State = at(9, 52), bridge.Answered
	in.Case = c
	in.say(at(9, 55), "escalat portal")
	out = Decide(in)
	if got := done(t, out); got != "entered-further" || !out.Case.Notices[1].SentAt.Equal(at(9, 55)) || !out.Case.First().SentAt.Equal(at(9, 50)) || out.Case.State != bridge.Answered {
		t.Errorf("%q, %+v", got, out.Case)
	}
	if texts := told(t, out); !strings.Contains(texts["portal/10001/claranet/1/71/portal"], "CS77") {
		t.Errorf("%q", texts)
	}
	in.Case = out.Case
	in.Issue.Comments[1].Body = "escalat portal CS78" // it was corrected
	if out = Decide(in); done(t, out) != "nothing-to-enter" || !slices.Equal(out.Case.References, []string{"CS77", "CS78"}) {
		t.Errorf("%q, %q", done(t, out), out.Case.References)
	}
}

// TestEnteredAfterTheirMail: the provider's own mail may come before somebody tells the
// number under which the first notice was entered.
func TestEnteredAfterTheirMail(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Sent, bridge.Answered} {
		in := input(t, "ca")
		in.stands(bridge.Handed)
		in.Case.State, in.Case.References, in.Case.ConfirmedAt = state, []string{"CS77"}, at(9, 45)
		in.say(at(9, 50), "escalat portal CS77")
		out := Decide(in)
		if got := done(t, out); got != "entered" || out.Case.State != state || !out.Case.First().SentAt.Equal(at(9, 50)) || !out.Case.ConfirmedAt.Equal(at(9, 45)) {
			t.Errorf("%s: %q, %+v", state, got, out.Case)
		}
	}
}

// TestInTheirOrder: of several commands each finds the case as those before it left it.
func TestInTheirOrder(t *testing.T) {
	t.Parallel()
	in := input(t, "ca")
	in.say(at(9, 50), "escalat tanca\nescalat reobre\nescalat tanca\nescalat reclama")
	in.say(at(9, 49), "escalat contestat")
	out := Decide(in)
	want := "answered closed-told reopened claim mail:close mail:reopen mail:claim" // the same line twice is said once
	if got := done(t, out); got != want || out.Case.State != bridge.Answered {
		t.Errorf("%q, %s", got, out.Case.State)
	}
}

// TestNothingIsDoneTwice: in whatever order commands are written, edited and read, none is
// done twice, and no key or serial is used twice.
func TestNothingIsDoneTwice(t *testing.T) {
	t.Parallel()
	lines := []string{
		"escalat estat", "escalat contestat ho miren", "escalat contestat: ja està", "escalat no-urgent", "escalat portal CS1", "escalat portal CS2", "escalat reclama", "escalat reclama: quan?",
		"escalat reenvia", "escalat tanca", "escalat tanca: gràcies", "escalat reobre", "escalat ajuda", "escalat reobri", "escalat trucat", "hola", "escalat ovh tanca", "escalat claranet reobre",
	}
	rapid.Check(t, func(t *rapid.T) {
		in := input(t, "ca")
		in.stands(rapid.SampledFrom([]bridge.State{bridge.Settling, bridge.Sent, bridge.Answered, bridge.Handed, bridge.Undelivered, bridge.Closed, bridge.Withdrawn, bridge.Joined}).Draw(t, "state"))
		keys, did, serials := map[string]bool{}, map[string]int{}, map[int]bool{}
		for n := range rapid.IntRange(1, 12).Draw(t, "looks") {
			in.Now = at(10, n)
			if i := rapid.IntRange(0, len(in.Issue.Comments)).Draw(t, "comment"); i < len(in.Issue.Comments) {
				in.Issue.Comments[i].Body, in.Issue.Comments[i].Updated = rapid.SampledFrom(lines).Draw(t, "edited"), in.Now
			} else {
				in.say(in.Now, rapid.SampledFrom(lines).Draw(t, "line")+"\n"+rapid.SampledFrom(lines).Draw(t, "line"))
			}
			marks := map[string]bool{}
			for _, one := range in.Issue.Commands() {
				marks[one.Mark()] = true
			}
			before := len(in.Case.Spent)
			out := Decide(in)
			if len(out.Audit) > len(marks) || len(out.Audit) > len(out.Case.Spent)-before+strings.Count(done(t, out), "reopened-unsent") {
				t.Fatalf("%q of %d commands", done(t, out), len(marks))
			}
			for _, mark := range out.Case.Spent[before:] {
				if did[mark]++; did[mark] > 1 {
					t.Fatalf("%s again", mark)
				}
			}
			for _, e := range out.Effects {
				if keys[e.Key] && !strings.Contains(e.Key, "estat/") && !strings.Contains(e.Key, "ajuda/") && !strings.Contains(e.Key, "no-command/") {
					t.Fatalf("key %s again", e.Key)
				}
				keys[e.Key] = true
				if e.Kind == bridge.ComposeMail {
					serial := composed(t, e).Serial
					if serials[serial] || serial != 1+out.Case.Additions && serial > out.Case.Additions+1 {
						t.Fatalf("serial %d again", serial)
					}
					serials[serial] = true
				}
			}
			in.Case = out.Case
			if again := Decide(in); len(again.Effects)+len(again.Audit) > 0 || !cmp.Equal(again.Case, out.Case) {
				t.Fatalf("once more: %q", done(t, again))
			}
		}
	})
}
