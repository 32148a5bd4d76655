package validate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// told is a sent case of which the provider has the notice.
func told(t *testing.T, description string, pending ...string) Input {
	t.Helper()
	in := sent(t, description, pending...)
	in.Case.Notices = []bridge.Notice{{Serial: 1, To: []string{"css@claranet.es"}, SentAt: at(8, 30), Pending: pending}}
	return in
}

func says(body string, when time.Time) bridge.Comment {
	return bridge.Comment{ID: "9", Author: bridge.User{ID: "anna", Mention: "[~anna]"}, Body: body, Created: when}
}

// TestCommandToSendWhatWasSent is answered once, and only when it is one beyond
// doubt that somebody may still wait for.
func TestCommandToSendWhatWasSent(t *testing.T) {
	t.Parallel()
	const command = "escalat envia-ja"
	tests := map[string]struct {
		comment bridge.Comment
		change  func(*Input)
		words   string // empty: no answer
	}{
		"after it":          {comment: says(command, at(8, 40)), words: "[~anna], aquesta incidència ja es va enviar a Claranet (css@claranet.es) el 22/11/2026 a les 9.30\u00a0h."},
		"what is missing":   {comment: says(command, at(8, 40)), words: "{noformat}\nImpacte en negoci:\n{noformat}"},
		"politely":          {comment: says(command+", si us plau", at(8, 40)), words: "ja es va enviar"},
		"answered":          {comment: says(command, at(8, 40)), change: func(in *Input) { in.Case.State = bridge.Answered }, words: "ja es va enviar"},
		"before it":         {comment: says(command, at(8, 29))},
		"long ago":          {comment: says(command, at(8, 40)), change: func(in *Input) { in.Now = at(8, 41).Add(day) }},
		"the one that sent": {comment: says(command, at(8, 40)), change: func(in *Input) { in.Case.Forced.CommentID = "9" }},
		"misspelt":          {comment: says("escalat enva-ja", at(8, 40))},
		"with more":         {comment: says(command+" perquè no en sabem més", at(8, 40))},
		"a customer's":      {comment: bridge.Comment{ID: "9", Body: command, Created: at(8, 40), Public: true}},
		"ours":              {comment: bridge.Comment{ID: "9", Body: command, Created: at(8, 40), Own: true}},
		"being sent":        {comment: says(command, at(8, 40)), change: func(in *Input) { in.Case.State = bridge.Sending }},
		"refused":           {comment: says(command, at(8, 40)), change: func(in *Input) { in.Case.State = bridge.Undelivered }},
		"only recorded":     {comment: says(command, at(8, 40)), change: func(in *Input) { in.Case.Notices[0].Shadow = true }, words: "no s’ha enviat a Claranet"},
		"redirected": {comment: says(command, at(8, 40)), change: func(in *Input) {
			in.Case.Notices[0].Redirected, in.Case.Notices[0].To = true, []string{"proves@aoc.cat"}
		}, words: "com a prova i cap a proves@aoc.cat"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := told(t, without("impact"), "impact")
			in.Issue.Comments = []bridge.Comment{test.comment}
			if test.change != nil {
				test.change(&in)
			}
			out := Decide(in)
			if test.words == "" {
				if len(out.Effects) != 0 {
					t.Errorf("%+v", out.Effects)
				}
				return
			}
			if key, body := comment(t, out); key != "already/10001/claranet/2/9" || !strings.Contains(body, test.words) {
				t.Errorf("%s: %q is not in\n%s", key, test.words, body)
			}
			if in.Case = out.Case; len(Decide(in).Effects) != 0 || !out.Case.DueAt.IsZero() {
				t.Error("it is answered again")
			}
		})
	}
}

// TestCommandThatDoesNotCount: who writes it where customers or not everybody can
// read it is told once where to write it.
func TestCommandThatDoesNotCount(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*bridge.Comment){
		"public":     func(c *bridge.Comment) { c.Public = true },
		"restricted": func(c *bridge.Comment) { c.Restricted = true },
	} {
		in := input(t, without("impact"))
		in.Quiet = time.Hour // the answer does not wait
		for i, body := range []string{"escalat envia-ja", "escalat envia-ja!"} {
			c := says(body, at(8, 40+i))
			change(&c)
			in.Issue.Comments = append(in.Issue.Comments, c)
		}
		out := Decide(in)
		if key, body := comment(t, out); key != "unheard/10001/claranet/2" || !strings.Contains(body, "[~anna], no s’ha fet res: {{escalat envia-ja}} no compta") {
			t.Errorf("%s: %s\n%s", name, key, body)
		}
		if out.Case.Forced.CommentID != "" || out.Case.State != bridge.Settling {
			t.Errorf("%s: it was followed: %+v", name, out.Case)
		}
		// Nor is anything said of it where nobody waits for it.
		for what, quieten := range map[string]func(*Input){
			"misspelt": func(in *Input) {
				in.Issue.Comments[0].Body, in.Issue.Comments[1].Body = "escalat enva-ja", "un escalat envia-ja"
			},
			"before the label": func(in *Input) { in.Case.LabelledAt = at(8, 50) },
			"long ago":         func(in *Input) { in.Now, in.Quiet = at(9, 0).Add(day), 48*time.Hour },
			"resolved":         func(in *Input) { in.Issue.Resolved = true },
			"sent":             func(in *Input) { in.Case.State = bridge.Sent },
		} {
			in := in
			in.Issue.Comments = append([]bridge.Comment{}, in.Issue.Comments...)
			if quieten(&in); len(Decide(in).Effects) != 0 {
				t.Errorf("%s, %s: %+v", name, what, Decide(in).Effects)
			}
		}
		said := says("escalat envia-ja", at(8, 45))
		said.ID = "10"
		in.Issue.Comments = append(in.Issue.Comments, said)
		if out := Decide(in); out.Case.State != bridge.Sending || len(out.Effects) != 1 {
			t.Errorf("%s: said where it counts as well: %+v", name, out)
		}
	}
}

// TestKindExchangedAfterSending: the provider is not told by a label, and the team
// must know that; once a change, however often it is looked at.
func TestKindExchangedAfterSending(t *testing.T) {
	t.Parallel()
	const sistemas, redes = "escalar-claranet-sistemes", "escalar-claranet-xarxa"
	in := told(t, full)
	keys := 0
	for i, step := range []struct {
		labels []string
		told   bool
	}{
		{[]string{sistemas}, false},
		{[]string{sistemas, redes}, false},
		{[]string{redes}, true},
		{[]string{redes}, false},
		{[]string{"escalar-claranet"}, false},
		{[]string{"Escalat-Claranet-Redes"}, false},
		{[]string{sistemas}, false},
		{[]string{redes}, true},
	} {
		in.Issue.Labels = step.labels
		out := Decide(in)
		in.Case = out.Case
		if in.Case.Kind != "sistemas" || !in.Case.DueAt.IsZero() {
			t.Errorf("%d: %+v", i, in.Case)
		}
		if !step.told {
			if len(out.Effects) != 0 {
				t.Errorf("%d: %+v", i, out.Effects)
			}
			continue
		}
		keys++
		key, body := comment(t, out)
		if want := fmt.Sprintf("kind/10001/claranet/2/%d", keys); key != want || action(t, out) != "kind changed" {
			t.Errorf("%d: %s, want %s", i, key, want)
		}
		for _, want := range []string{"[~pau], l’etiqueta diu ara *Xarxa*", "com a *Sistemes*", "902 884 622", "per telèfon o pel portal"} {
			if !strings.Contains(body, want) {
				t.Errorf("%d: %q is not in\n%s", i, want, body)
			}
		}
	}
	for name, change := range map[string]func(*Input){
		"only recorded":        func(in *Input) { in.Case.Notices[0].Shadow = true },
		"redirected":           func(in *Input) { in.Case.Notices[0].Redirected = true },
		"the kind is not told": func(in *Input) { in.Case.Kind = "" },
		"a kind that is gone":  func(in *Input) { in.Case.Kind = "veu" },
		"not sent":             func(in *Input) { in.Case.State = bridge.Undelivered },
	} {
		in := told(t, full)
		in.Issue.Labels = []string{redes}
		if change(&in); len(Decide(in).Effects) != 0 {
			t.Errorf("%s: %+v", name, Decide(in).Effects)
		}
	}
	in = told(t, full)
	in.Issue.Labels, in.Quiet, in.Now = []string{redes}, time.Minute, at(22, 0)
	in.Issue.Labelled = []bridge.Labelling{{At: in.Now}}
	if out := Decide(in); len(out.Effects) != 0 || !out.Case.DueAt.Equal(at(22, 1)) {
		t.Errorf("somebody is at it: %+v", out)
	}
	in.Now = at(22, 1)
	if _, body := comment(t, Decide(in)); !strings.Contains(body, "902 886 336") || strings.Contains(body, "portal") {
		t.Errorf("at night:\n%s", body)
	}
}

// TestTrialIsSaid: a request in mode redirect promises nothing.
func TestTrialIsSaid(t *testing.T) {
	t.Parallel()
	in := input(t, without("impact"))
	in.Trial = true
	if _, body := comment(t, Decide(in)); !strings.Contains(body, "Mode de proves:") || strings.Contains(body, "s’enviarà tota sola") {
		t.Errorf("%s", body)
	}
}

// TestValueThatComesAndGoes: composing that finds nothing has the issue looked at
// again, which ends when nothing is there.
func TestValueThatComesAndGoes(t *testing.T) {
	t.Parallel()
	in := told(t, full, "impact")
	addition(t, &in)
	in.Case.Pending, in.Case.DueAt = []string{"impact"}, in.Now // gone when it was composed
	in.Issue.Description = without("impact")
	if key, _ := addition(t, &in); key != "" || !in.Case.DueAt.IsZero() {
		t.Fatalf("planned %q, due %v", key, in.Case.DueAt)
	}
	in.Case.DueAt, in.Issue.Description = in.Now, full // written again meanwhile
	key, fields := addition(t, &in)
	if diff := cmp.Diff([]string{"impact"}, fields); diff != "" || !in.Case.DueAt.IsZero() || !strings.HasSuffix(key, "/3") {
		t.Errorf("%s, due %v %s", key, in.Case.DueAt, diff)
	}
}
