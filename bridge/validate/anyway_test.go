package validate

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

const secret = "s3cr3t-KANARI"

// secrets finds the secret, with the digits that follow it.
func secrets(text string) (hits []bridge.Hit) {
	for from := 0; ; {
		at := strings.Index(text[from:], secret)
		if at < 0 {
			return hits
		}
		start, end := from+at, from+at+len(secret)
		for end < len(text) && text[end] >= '0' && text[end] <= '9' {
			end++
		}
		hits = append(hits, bridge.Hit{Kind: bridge.PrivatePassword, Start: start, End: end, Print: bridge.Digest(text[start:end])})
		from = end
	}
}

func printOf(value string) string { return bridge.Digest(value) }

// maskedOf is a case that was sent with what is private masked, with a withheld file.
func maskedOf(t *testing.T, description string) Input {
	t.Helper()
	in := toldOf(t, strings.ReplaceAll(description, secret, bridge.PrivatePassword.Mask()))
	in.Issue.Description = description
	in.Issue.Attachments = append(in.Issue.Attachments, file("20", "app.log", at(8, 2)), file("21", "clau.7z", at(8, 2)))
	in.Case.Notices[0].Omitted = append(in.Case.Notices[0].Omitted, bridge.Evidence{ID: "20", Why: bridge.LeftPrivate}, bridge.Evidence{ID: "21", Why: bridge.LeftClosed})
	in.Case.Notices[0].Hidden = []bridge.Hidden{{Kind: bridge.PrivatePassword, Place: "impact", Line: 1}}
	return in
}

// screened is the input as it is read.
func screened(in Input) Input {
	in.Issue = in.Issue.Screened(secrets).Allow(in.Case.Allowed.Prints)
	return in
}

func everything(t *testing.T, out bridge.Outcome) string {
	t.Helper()
	raw, err := json.Marshal([]any{out, out.Case, out.Effects, out.Audit})
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestAnyway: a person's word lets leave what was masked and withheld, as one addition, once;
// what is written later is masked again.
func TestAnyway(t *testing.T) {
	t.Parallel()
	private := strings.Replace(full, "Impacte: alt", "Impacte: "+secret, 1)
	all := bridge.ComposeBody{Serial: 2, Fields: []string{"impact"}, Anyway: []string{"impact"}, Files: []string{"20", "21"}}
	for name, test := range map[string]struct {
		description string
		said        string
		change      func(*Input)
		want        bridge.ComposeBody
		answer      string
		prints      []string
	}{
		"fields and files":      {said: "escalat envia-igualment Ho necessiten", want: all, prints: []string{printOf(secret)}},
		"in Spanish":            {said: "escalat envía-igualmente lo necesitan", want: all, prints: []string{printOf(secret)}},
		"in English":            {said: "escalat send-anyway: they need it", want: all, prints: []string{printOf(secret)}},
		"the secret as reason":  {said: "escalat envia-igualment és " + secret, want: all, prints: []string{printOf(secret)}},
		"the rest":              {description: private + "\n\nA més:\n\n" + secret, said: "escalat envia-igualment sí", want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact"}, Anyway: []string{"impact", "rest"}, Files: []string{"20", "21"}}, prints: []string{printOf(secret)}},
		"the summary":           {said: "escalat envia-igualment sí", change: func(in *Input) { in.Issue.Summary = "Portal " + secret }, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact"}, Anyway: []string{"impact", "summary"}, Files: []string{"20", "21"}}, prints: []string{printOf(secret)}},
		"files alone":           {description: full, said: "escalat envia-igualment sí", want: bridge.ComposeBody{Serial: 2, Files: []string{"20", "21"}}},
		"a file that was taken": {description: full, said: "escalat envia-igualment sí", change: func(in *Input) { in.Issue.Attachments = in.Issue.Attachments[:6] }, want: bridge.ComposeBody{Serial: 2, Files: []string{"20"}}},
		"what only the notice gave away": {
			description: full, said: "escalat envia-igualment sí", change: func(in *Input) {
				in.Case.Notices[0].Omitted = nil
				in.Case.Notices[0].Framed = map[string]string{"p": "application"}
			},
			want: bridge.ComposeBody{Serial: 2, Fields: []string{"application"}, Anyway: []string{"application"}}, prints: []string{"p"},
		},
		"without a reason": {said: "escalat envia-igualment", answer: "hi ha d’anar el motiu"},
		"with courtesy":    {said: "escalat envia-igualment, si us plau", answer: "hi ha d’anar el motiu"},
		"nothing private":  {description: full, said: "escalat envia-igualment sí", change: func(in *Input) { in.Case.Notices[0].Omitted = nil }, answer: "no hi ha res amagat"},
		"only between us": {description: full, said: "escalat envia-igualment sí", change: func(in *Input) {
			in.Case.Notices[0].Omitted = nil
			in.Issue.Comments[0].Body += "\n\nEntre nosaltres: " + secret
		}, answer: "no hi ha res amagat"},
		"allowed before": {said: "escalat envia-igualment sí", change: func(in *Input) {
			in.Case.Allowed = bridge.Allowed{Prints: []string{printOf(secret)}, Files: []string{"20", "21"}}
		}, answer: "no hi ha res amagat", prints: []string{printOf(secret)}},
		"closed":                 {said: "escalat envia-igualment sí", change: func(in *Input) { in.Case.State = bridge.Closed }, answer: "està tancat"},
		"joined":                 {said: "escalat envia-igualment sí", change: func(in *Input) { in.Case.State, in.Case.LeaderKey = bridge.Joined, "ST-7" }, answer: "ST-7"},
		"long ago":               {said: "escalat envia-igualment sí", change: func(in *Input) { in.Now = at(12, 0).Add(48 * time.Hour) }},
		"before the label":       {said: "escalat envia-igualment sí", change: func(in *Input) { in.Case.LabelledAt = at(11, 59) }},
		"by who may not":         {said: "escalat envia-igualment sí", change: func(in *Input) { in.Issue.Barred = []string{"anna"} }},
		"where customers see it": {said: "escalat envia-igualment sí", change: func(in *Input) { in.Issue.Comments[0].Public = true }},
		"on an archived issue":   {said: "escalat envia-igualment sí", change: func(in *Input) { in.Issue.Archived = true }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.description == "" {
				test.description = private
			}
			in := maskedOf(t, test.description)
			in.Issue.Comments = []bridge.Comment{said("anna", "7", at(11, 50), test.said)}
			if test.change != nil {
				test.change(&in)
			}
			out := Decide(screened(in))
			var want []bridge.ComposeBody
			if test.want.Serial > 0 {
				want = []bridge.ComposeBody{test.want}
			}
			if diff := cmp.Diff(want, compose(t, out)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.prints, out.Case.Allowed.Prints); diff != "" {
				t.Errorf("allowed: %s", diff)
			}
			if len(want) > 0 && (out.Case.Allowed.CommentID != "7" || out.Case.Allowed.By.ID != "anna" || !out.Case.Allowed.At.Equal(at(11, 50)) || out.Case.Allowed.Reason == "") {
				t.Errorf("%+v", out.Case.Allowed)
			}
			allowed := slices.ContainsFunc(out.Audit, func(e bridge.Entry) bool {
				return e.Action == "allowed" && strings.Contains(e.Reason, "comment 7 of anna; reason: ")
			})
			if allowed != (len(want) > 0) {
				t.Errorf("audit: %+v", out.Audit)
			}
			if all := everything(t, out); strings.Contains(all, secret) {
				t.Errorf("the value is in\n%s", all)
			}
			answer := ""
			for key, body := range bodies(t, out) {
				if strings.HasPrefix(key, "envia-igualment/") {
					answer += body
				}
			}
			if (answer == "") != (test.answer == "") || !strings.Contains(answer, test.answer) {
				t.Errorf("answered %q, want %q", answer, test.answer)
			}
			in.Case = out.Case
			if again := Decide(screened(in)); len(compose(t, again)) > 0 || strings.Contains(strings.Join(effects(again), " "), "envia-igualment/") {
				t.Errorf("once more: %q", effects(again))
			}
		})
	}
}

// TestAnywayWithReasonLater: who adds the reason to the comment is heard.
func TestAnywayWithReasonLater(t *testing.T) {
	t.Parallel()
	in := maskedOf(t, full)
	in.Issue.Comments = []bridge.Comment{said("anna", "7", at(11, 50), "escalat envia-igualment")}
	in.Case = Decide(screened(in)).Case
	in.Issue.Comments[0].Body += " ho necessiten"
	if got := compose(t, Decide(screened(in))); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

// TestNewSecretAfterAnyway: only what stood there leaves; a new value is masked and offered
// as it is masked.
func TestNewSecretAfterAnyway(t *testing.T) {
	t.Parallel()
	in := maskedOf(t, strings.Replace(full, "Impacte: alt", "Impacte: "+secret, 1))
	in.Issue.Comments = []bridge.Comment{said("anna", "7", at(11, 50), "escalat envia-igualment ho necessiten")}
	in.Case = Decide(screened(in)).Case
	edit(&in, at(12, 30), strings.Replace(full, "Impacte: alt", "Impacte: "+secret+" i "+secret+"99", 1))
	now := screened(in)
	v := in.Profile.Judge(now.Issue.Following(in.Case, in.Now, in.Profile)).Values.ByField["impact"]
	if v.Text != secret+" i "+bridge.PrivatePassword.Mask() {
		t.Errorf("the stages see %q", v.Text)
	}
	if all := everything(t, Decide(now)); strings.Contains(all, secret+"99") {
		t.Errorf("the new one is in\n%s", all)
	}
}

// TestAnywayBeforeItLeft: of a case of which nothing was sent the word is noted and answered.
func TestAnywayBeforeItLeft(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Settling, bridge.Asked, bridge.Sending, bridge.Handed, bridge.Undelivered, bridge.Braked, bridge.Listed, bridge.Refused} {
		in := input(t, strings.Replace(full, "Impacte: alt", "Impacte: "+secret, 1))
		in.Case.State, in.Case.LabelledAt = state, at(8, 0)
		in.Issue.Comments = []bridge.Comment{said("anna", "7", at(8, 40), "escalat envia-igualment ho necessiten")}
		out := Decide(screened(in))
		sends := state == bridge.Settling || state == bridge.Asked
		if got := compose(t, out); (len(got) == 1) != sends || sends && got[0].Serial != 1 {
			t.Errorf("%s: %+v", state, got)
		}
		noted := false
		for key, body := range bodies(t, out) {
			noted = noted || strings.HasPrefix(key, "envia-igualment/") && strings.Contains(body, "queda registrat")
		}
		if !noted || !slices.Equal(out.Case.Allowed.Prints, []string{printOf(secret)}) || strings.Contains(everything(t, out), secret) {
			t.Errorf("%s: %+v", state, out)
		}
	}
}

// TestStoppedWaits: what was stopped is composed anew when somebody changes the issue or lets
// it leave, and not before.
func TestStoppedWaits(t *testing.T) {
	t.Parallel()
	private := strings.Replace(full, "Impacte: alt", "Impacte: "+secret, 1)
	stopped := func() Input {
		in := input(t, private)
		in.Case = Decide(screened(in)).Case
		in.Case.State, in.Case.Rounds = bridge.Asked, 1
		in.Case.Stopped = []bridge.Hidden{{Kind: bridge.PrivatePassword, Place: "impact", Line: 1}}
		return in
	}
	in := stopped()
	if out := Decide(screened(in)); len(out.Effects) > 0 || out.Case.State != bridge.Asked || !out.Case.DueAt.IsZero() {
		t.Fatalf("nothing was changed: %+v", out)
	}
	for name, change := range map[string]func(*Input){
		"taken out": func(in *Input) { edit(in, at(9, 30), full) },
		"allowed": func(in *Input) {
			in.Issue.Comments = []bridge.Comment{said("anna", "7", at(8, 50), "escalat envia-igualment ho necessiten")}
		},
		"somebody lets it leave before": func(in *Input) { in.Case.Allowed.Prints = []string{printOf(secret)} },
	} {
		in := stopped()
		change(&in)
		out := Decide(screened(in))
		if out.Case.State != bridge.Sending || !slices.Contains(effects(out), "compose/10001/claranet/2/1/1") {
			t.Errorf("%s: %+v", name, out)
		}
	}
	in = stopped()
	edit(&in, at(9, 30), without("contact"))
	if out := Decide(screened(in)); out.Case.State != bridge.Asked || len(out.Case.Request.Fields) == 0 {
		t.Errorf("incomplete by now: %+v", out)
	}
}

// TestStoppedAddition: a field that the provider waits for is not tried as long as it holds
// what stopped it.
func TestStoppedAddition(t *testing.T) {
	t.Parallel()
	in := maskedOf(t, strings.Replace(full, "Impacte: alt", "Impacte: "+secret, 1))
	delete(in.Case.Notices[0].Told, "impact")
	in.Case.Pending = []string{"impact"}
	in.Case.Stopped = []bridge.Hidden{{Kind: bridge.PrivatePassword, Place: "impact", Line: 1}}
	if got := compose(t, Decide(screened(in))); len(got) > 0 {
		t.Errorf("tried: %+v", got)
	}
	edit(&in, at(12, 0), full)
	if got := compose(t, Decide(screened(in))); len(got) != 1 || !slices.Equal(got[0].Fields, []string{"impact"}) {
		t.Errorf("taken out: %+v", got)
	}
}

// TestAnywayTexts: a text for the provider that went masked goes once more; one that is under
// way is composed anew by itself.
func TestAnywayTexts(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sent   time.Time
		again  bool
		giveUp bool
	}{"it went": {at(11, 0), true, false}, "it is under way": {time.Time{}, false, false}, "it was held": {time.Time{}, true, true}} {
		in := maskedOf(t, full)
		in.Case.Notices[0].Omitted = nil
		in.Issue.Comments = []bridge.Comment{
			said("anna", "6", at(10, 0), "Per a Claranet: entreu amb "+secret), said("anna", "7", at(11, 50), "escalat envia-igualment ho necessiten"),
		}
		digest := screened(in).Issue.Addressed(in.Profile)[0].Digest
		in.Case.Relay("6", digest)
		if test.giveUp {
			in.Case.GiveUp("6", digest)
		}
		in.Case.Notices = append(in.Case.Notices, bridge.Notice{Serial: 2, About: bridge.AboutWords, Comment: "6", SentAt: test.sent})
		out := Decide(screened(in))
		if _, planned := out.Case.OnItsWay("6"); planned == test.again && !test.giveUp || test.again != (len(out.Case.Allowed.Prints) == 1) || len(compose(t, out)) > 0 {
			t.Errorf("%s: %v, %+v", name, out.Case.Relayed, out.Case.Allowed)
		}
		if out.Case.GivenUp("6", digest) {
			t.Errorf("%s: still given up", name)
		}
	}
}

// TestPicturesAreOffered: where changes are sent by themselves, a picture that nothing names
// is offered, once, and goes when a value shows it.
func TestPicturesAreOffered(t *testing.T) {
	t.Parallel()
	for _, guarded := range []bool{true, false} {
		in := toldOf(t, full)
		in.SendChanges, in.Guarded = true, guarded
		in.Issue.Attachments = append(in.Issue.Attachments, file("6", "foto.png", at(10, 0)), file("7", "nou.log", at(10, 0)), file("8", "vista.png", at(10, 0)))
		edit(&in, at(12, 0), strings.Replace(full, "Impacte: alt", "Impacte: !vista.png!", 1))
		out := Decide(in)
		want := bridge.ComposeBody{Serial: 2, Fields: []string{"impact"}, Files: []string{"8", "7"}}
		if !guarded {
			want.Files = []string{"8", "6", "7"}
		}
		if diff := cmp.Diff([]bridge.ComposeBody{want}, compose(t, out)); diff != "" {
			t.Errorf("guarded %v: %s", guarded, diff)
		}
		offered := ""
		for key, body := range bodies(t, out) {
			if strings.HasPrefix(key, "offer/") {
				offered += body
			}
		}
		if guarded != strings.Contains(offered, "foto.png") || strings.Contains(offered, "vista.png") || strings.Contains(offered, "nou.log") {
			t.Errorf("guarded %v: offered %q", guarded, offered)
		}
		in.Case = out.Case
		in.Issue.Attachments = append(in.Issue.Attachments, file("9", "altre.log", at(11, 0)))
		if again := Decide(in); strings.Contains(strings.Join(effects(again), " "), "offer/") {
			t.Errorf("guarded %v: offered again: %q", guarded, effects(again))
		}
	}
}

// TestAllFilesButWithheld: all that another mail can bring is not what was withheld.
func TestAllFilesButWithheld(t *testing.T) {
	t.Parallel()
	in := maskedOf(t, full)
	withheld := in.Case.Notices[0].Withheld()
	in.Case.Notices[0].Omitted = []bridge.Evidence{{ID: "2", Why: bridge.LeftImage}, {ID: "3", Why: bridge.LeftType}, {ID: "4", Why: bridge.LeftForeign}, withheld[0]}
	in.Case.SetAside(withheld[1:])
	in.Issue.Comments = []bridge.Comment{said("anna", "7", at(11, 50), "escalat envia-adjunts")}
	out := Decide(screened(in))
	if got := compose(t, out); len(got) > 0 {
		t.Errorf("%+v", got)
	}
	for _, body := range bodies(t, out) {
		for _, says := range []string{"app.log (1 kB), per contenir dades", "clau.7z (1 kB), perquè no se n’ha pogut revisar", "gran.log (1 kB), perquè el text no ho esmenta"} {
			if !strings.Contains(body, says) {
				t.Errorf("no %q in\n%s", says, body)
			}
		}
	}
	in.Issue.Comments[0].Body = "escalat envia-adjunts gran.log"
	if got := compose(t, Decide(screened(in))); len(got) != 1 || !slices.Equal(got[0].Files, []string{"2"}) {
		t.Errorf("by its name: %+v", got)
	}
}
