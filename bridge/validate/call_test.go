package validate

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// night is in the night that ends at opens: 23 h in Madrid, and 8 h of the next day.
var (
	night = at(22, 0)
	opens = at(7, 0).Add(24 * time.Hour)
)

// bodies are the texts of the comments that are planned, by their keys.
func bodies(t *testing.T, out bridge.Outcome) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, e := range out.Effects {
		if e.Kind != bridge.PostComment {
			continue
		}
		var body bridge.CommentBody
		if err := jsonInto(e.Body, &body); err != nil {
			t.Fatal(err)
		}
		texts[e.Key] = body.Text
	}
	return texts
}

const call = "TRUQUEU ARA"

// TestPhoned: that somebody called is noted in every state, and said once.
func TestPhoned(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{
		bridge.Settling, bridge.Asked, bridge.Sending, bridge.Sent, bridge.Answered, bridge.Undelivered, bridge.Listed, bridge.Refused, bridge.Braked, bridge.Joined,
	} {
		in := input(t, full)
		in.Now, in.Quiet = night, time.Hour
		in.Issue.Updated = night
		in.Case.State, in.Case.LabelledAt, in.Case.CallUntil, in.Case.DueAt = state, at(21, 0), opens, time.Time{}
		in.Issue.Comments = []bridge.Comment{said("anna", "6", at(20, 59), "escalat trucat 66666"), said("anna", "7", at(21, 50), "escalat trucat")}
		out := Decide(in)
		if !out.Case.AwareAt.Equal(at(21, 50)) || !out.Case.CallUntil.IsZero() || len(out.Case.References) != 0 {
			t.Errorf("%s: aware %v, call until %v, %q", state, out.Case.AwareAt, out.Case.CallUntil, out.Case.References)
		}
		told := bodies(t, out)
		if len(told) != 1 || !strings.Contains(told["phoned/10001/claranet/2/7"], "22.50") || !strings.Contains(told["phoned/10001/claranet/2/7"], "[~anna]") {
			t.Errorf("%s: %q", state, told)
		}
		in.Case = out.Case
		if again := Decide(in); len(again.Effects) != 0 || !again.Case.AwareAt.Equal(at(21, 50)) {
			t.Errorf("%s: once more %q", state, effects(again))
		}
		in.Issue.Comments[1].Body = "escalat trucat INC77" // the number was added
		out = Decide(in)
		if diff := cmp.Diff([]string{"noted/10001/claranet/2/inc77"}, effects(out)); diff != "" || !cmp.Equal(out.Case.References, []string{"INC77"}) {
			t.Errorf("%s: %q %s", state, out.Case.References, diff)
		}
	}
}

func TestPhonedWithItsNumber(t *testing.T) {
	t.Parallel()
	in := input(t, full)
	in.Case.State, in.Case.LabelledAt, in.Case.CallUntil, in.Now = bridge.Sent, at(21, 0), opens, night
	in.Issue.Comments = []bridge.Comment{said("anna", "7", at(21, 50), "escalat trucat INC77")}
	out := Decide(in)
	told := bodies(t, out)
	if len(told) != 1 || !strings.Contains(told["phoned/10001/claranet/2/7"], "INC77") || !cmp.Equal(out.Case.References, []string{"INC77"}) {
		t.Errorf("%q, %q", told, out.Case.References)
	}
	for name, change := range map[string]func(*Input){
		"long ago": func(in *Input) { in.Now = night.Add(25 * time.Hour) },
		"archived": func(in *Input) { in.Issue.Archived = true },
	} {
		quiet := in
		change(&quiet)
		if out := Decide(quiet); len(out.Effects) != 0 || !out.Case.AwareAt.Equal(at(21, 50)) || !out.Case.CallUntil.IsZero() {
			t.Errorf("%s: %q, %v, %v", name, effects(out), out.Case.AwareAt, out.Case.CallUntil)
		}
	}
	in.Issue.Barred = []string{"anna"}
	if out := Decide(in); !out.Case.AwareAt.IsZero() || !out.Case.CallUntil.Equal(opens) || bodies(t, out)["barred-command/10001/claranet/2"] == "" {
		t.Errorf("by who may not: %q, %+v", effects(out), out.Case.AwareAt)
	}
}

// TestCallOfAnotherNight: what was said in an earlier night, or while the desk was
// open, does not end that the provider must be called now.
func TestCallOfAnotherNight(t *testing.T) {
	t.Parallel()
	for name, when := range map[string]time.Time{"the night before": at(2, 0), "by day": at(15, 0)} {
		in := input(t, full)
		in.Case.State, in.Case.LabelledAt, in.Case.CallUntil, in.Now = bridge.Sent, at(1, 0), opens, night
		in.Issue.Comments = []bridge.Comment{said("anna", "7", when, "escalat trucat")}
		if out := Decide(in); !out.Case.AwareAt.Equal(when) || !out.Case.CallUntil.Equal(opens) {
			t.Errorf("%s: aware %v, call until %v", name, out.Case.AwareAt, out.Case.CallUntil)
		}
	}
}

// TestRequestAtNight says whom to call, and not when somebody has.
func TestRequestAtNight(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact"))
	in.Now, in.Case.IssueKey, in.Issue.Summary = night, "ST-1", "El portal cau"
	out := Decide(in)
	_, body := comment(t, out)
	if !strings.Contains(body, call) || !strings.Contains(body, "El portal cau") || !out.Case.CallUntil.Equal(opens) || !out.Case.CallTold.Equal(night) {
		t.Errorf("call until %v, told %v\n%s", out.Case.CallUntil, out.Case.CallTold, body)
	}
	for name, test := range map[string]struct {
		said, labelled time.Time
		calls          bool
	}{"called in the same night": {at(21, 30), at(1, 0), false}, "in another": {at(3, 0), at(1, 0), false}, "before it was escalated": {at(3, 0), at(4, 0), true}} {
		in := input(t, without("impact"))
		in.Now, in.Case.LabelledAt = night, test.labelled
		in.Issue.Comments = []bridge.Comment{said("anna", "7", test.said, "escalat trucat")}
		out := Decide(in)
		request := bodies(t, out)["request/10001/claranet/2/"+out.Case.Request.Fingerprint+"/1"]
		if strings.Contains(request, call) != test.calls || request == "" || out.Case.CallUntil.IsZero() == test.calls {
			t.Errorf("%s: until %v\n%s", name, out.Case.CallUntil, request)
		}
	}
	in = input(t, without("impact"))
	if out := Decide(in); !out.Case.CallUntil.IsZero() || strings.Contains(bodies(t, out)["x"], call) {
		t.Errorf("by day: %v", out.Case.CallUntil)
	}
}

// TestMisplaced: what is written where it does not count is answered once a case and
// command.
func TestMisplaced(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Settling, bridge.Asked, bridge.Sending, bridge.Sent, bridge.Answered, bridge.Undelivered, bridge.Braked} {
		in := input(t, full)
		in.Quiet, in.Issue.Updated, in.Case.State, in.Case.LabelledAt, in.Case.CallUntil = time.Hour, at(9, 0), state, at(8, 30), opens
		for i, body := range []string{"escalat trucat", "escalat trucat 12345", "escalat envia-adjunts a.png", "escalat envia-canvis", "escalat trcat"} {
			c := said("anna", string(rune('1'+i)), at(8, 40+i), body)
			c.Public = true
			in.Issue.Comments = append(in.Issue.Comments, c)
		}
		out := Decide(in)
		want := []string{"unheard/10001/claranet/2/trucat", "unheard/10001/claranet/2/envia-canvis", "unheard/10001/claranet/2/envia-adjunts"}
		if diff := cmp.Diff(want, effects(out)); diff != "" || !out.Case.AwareAt.IsZero() || len(out.Case.References) != 0 {
			t.Errorf("%s: %s", state, diff)
		}
		if told := bodies(t, out)["unheard/10001/claranet/2/trucat"]; !strings.Contains(told, "{{escalat trucat}}") {
			t.Errorf("%s: %s", state, told)
		}
		in.Issue.Archived = true
		if out := Decide(in); len(out.Effects) != 0 {
			t.Errorf("%s, archived: %q", state, effects(out))
		}
	}
}

// TestNobodyIsCalledAboutATest: in no mode but the one in which mails go to the provider
// is it noted that it must be called.
func TestNobodyIsCalledAboutATest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		trial, shadow bool
		until         time.Time
	}{"live": {until: opens}, "redirect": {trial: true}, "shadow": {shadow: true}} {
		in := input(t, without("impact"))
		in.Now, in.Trial, in.Shadow = night, test.trial, test.shadow
		out := Decide(in)
		if _, body := comment(t, out); !out.Case.CallUntil.Equal(test.until) || body == "" {
			t.Errorf("%s: call until %v", name, out.Case.CallUntil)
		}
	}
}

// TestToldWhereItIsShared: the case that leads cannot be changed from here, so people
// are told where else to write it.
func TestToldWhereItIsShared(t *testing.T) {
	t.Parallel()
	for words, key := range map[string]string{
		"escalat trucat": "phoned/10001/claranet/2/7", "escalat trucat INC77": "phoned/10001/claranet/2/7", "escalat referencia INC77": "noted/10001/claranet/2/inc77",
	} {
		for state, told := range map[bridge.State]bool{bridge.Joined: true, bridge.Sent: false} {
			in := input(t, full)
			in.Now, in.Case.State, in.Case.LabelledAt, in.Case.Leader, in.Case.LeaderKey = night, state, at(21, 0), "leader", "ST-9"
			in.Issue.Comments = []bridge.Comment{said("anna", "7", at(21, 50), words)}
			out := Decide(in)
			if body := bodies(t, out)[key]; strings.Contains(body, "ST-9") != told || body == "" || len(out.Others) != 0 {
				t.Errorf("%s, %s: %s", state, words, body)
			}
		}
	}
}
