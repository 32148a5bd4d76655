package validate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// TestOrders: a person's word sends at once what the provider does not have, as one
// addition.
func TestOrders(t *testing.T) {
	t.Parallel()
	changes := changed("Impacte: alt", "Impacte: crític", "Evidències: captura", "Evidències: log")
	more := []bridge.Attachment{file("6", "nou.png", at(10, 0)), file("7", "Captura de pantalla.PNG", at(10, 0)), file("8", "nou.png", at(11, 0))}
	for name, test := range map[string]struct {
		said   []string
		change func(*Input)
		want   bridge.ComposeBody
		answer string
	}{
		"the changes":             {said: []string{"escalat envia-canvis"}, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "evidence"}}},
		"all files":               {said: []string{"escalat envia-adjunts"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"2", "6", "7", "8"}}},
		"both":                    {said: []string{"escalat envia-canvis\nescalat envia-adjunts"}, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "evidence"}, Files: []string{"2", "6", "7", "8"}}},
		"both, by two people":     {said: []string{"escalat envia-adjunts nou.png", "escalat envia-canvis"}, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "evidence"}, Files: []string{"8"}}},
		"twice":                   {said: []string{"escalat envia-canvis", "escalat envia-canvis"}, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "evidence"}}},
		"named, in other letters": {said: []string{"escalat envia-adjunts «captura  de Pantalla.png», GRAN.log"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"7", "2"}}},
		"named behind prose":      {said: []string{"escalat envia-adjunts només captura de pantalla.png"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"7"}}},
		"named, of a customer":    {said: []string{"escalat envia-adjunts client.png prova.exe"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"4", "3"}}},
		"named, and a customer has one of that name": {
			said: []string{"escalat envia-adjunts nou.png"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"8"}},
			change: func(in *Input) {
				in.Issue.Attachments = append(in.Issue.Attachments, file("99", "nou.png", at(11, 59)))
				in.Issue.Attachments[len(in.Issue.Attachments)-1].Author.Customer = true
			},
		},
		"named, and nobody can say whether they left": {
			said: []string{"escalat envia-adjunts nou.png a.png"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"8"}},
			change: func(in *Input) {
				in.Case.Notices = append(slices.Clone(in.Case.Notices), bridge.Notice{Serial: 2, Files: []bridge.Evidence{{ID: "8"}}, Unproved: true})
			},
		},
		"all, and nobody can say of some": {
			said: []string{"escalat envia-adjunts"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"2", "6", "7"}},
			change: func(in *Input) {
				in.Case.Notices = append(slices.Clone(in.Case.Notices), bridge.Notice{Serial: 2, Files: []bridge.Evidence{{ID: "8"}}, Unproved: true})
			},
		},
		"one of two is missing": {said: []string{"escalat envia-adjunts noou.png, nou.png"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"8"}}},
		"what is pending too": {
			said: []string{"escalat envia-canvis"}, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "contact", "evidence"}},
			change: func(in *Input) { in.Case.Pending = []string{"contact"}; delete(in.Case.Notices[0].Told, "contact") },
		},
		"before it left": {
			said: []string{"escalat envia-canvis\nescalat envia-adjunts gran.log"}, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "evidence"}, Files: []string{"2"}},
			change: func(in *Input) { in.Case.Notices[0].SentAt = at(11, 58) },
		},
		"long ago": {
			said: []string{"escalat envia-canvis"}, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "evidence"}},
			change: func(in *Input) { in.Now = at(12, 0).Add(48 * time.Hour) },
		},
		"a resolved one": {
			said: []string{"escalat envia-canvis"}, want: bridge.ComposeBody{Serial: 2, Fields: []string{"impact", "evidence"}},
			change: func(in *Input) { in.Issue.Resolved = true },
		},
		"before the label":                       {said: []string{"escalat envia-canvis"}, change: func(in *Input) { in.Case.LabelledAt = at(11, 59) }},
		"in a life that the store does not know": {said: []string{"escalat envia-canvis"}, change: func(in *Input) { in.Case.KnownUntil = at(11, 55) }},
		"not sent yet":                           {said: []string{"escalat envia-canvis"}, change: func(in *Input) { in.Case.State = bridge.Sending }},
		"nothing says so":                        {said: []string{"escalat envia-canvis"}, change: func(in *Input) { in.Case.Notices[0].SentAt = time.Time{} }},
		"by who may not":                         {said: []string{"escalat envia-canvis perquè sí"}, change: func(in *Input) { in.Issue.Barred = []string{"anna"} }},
		"what it has":                            {said: []string{"escalat envia-adjunts a.png"}, answer: "ja té el que heu demanat"},
		"what is not there":                      {said: []string{"escalat envia-adjunts noou.png resposta.pdf"}, answer: "noou.png"},
		"what they sent":                         {said: []string{"escalat envia-adjunts Resposta.pdf"}, answer: "Claranet ja el té, no cal"},
		"what they sent, behind prose":           {said: []string{"escalat envia-adjunts el fitxer resposta.pdf"}, answer: "Claranet ja el té, no cal"},
		"what they sent, and a file of ours":     {said: []string{"escalat envia-adjunts resposta.pdf, gran.log"}, want: bridge.ComposeBody{Serial: 2, Files: []string{"2"}}},
		"no change":                              {said: []string{"escalat envia-canvis"}, change: func(in *Input) { in.Issue.Description = full }, answer: "no hi ha cap canvi"},
		"no file": {
			said: []string{"escalat envia-adjunts"}, answer: "prova.exe",
			change: func(in *Input) {
				in.Issue.Attachments = append(in.Issue.Attachments[:1:1], in.Issue.Attachments[2:5]...)
			},
		},
		"nothing, before it left": {
			said: []string{"escalat envia-adjunts a.png"}, change: func(in *Input) { in.Case.Notices[0].SentAt = at(11, 58) },
		},
		"nothing, long ago": {
			said: []string{"escalat envia-adjunts a.png"}, change: func(in *Input) { in.Now = at(12, 0).Add(48 * time.Hour) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := toldOf(t, full)
			in.Quiet = time.Hour
			edit(&in, at(11, 59), changes)
			in.Issue.Attachments = append(in.Issue.Attachments, more...)
			for i, body := range test.said {
				in.Issue.Comments = append(in.Issue.Comments, said("anna", string(rune('7'+i)), at(11, 50+i), body))
			}
			if test.change != nil {
				test.change(&in)
			}
			out := Decide(in)
			var want []bridge.ComposeBody
			if test.want.Serial > 0 {
				want = []bridge.ComposeBody{test.want}
			}
			if diff := cmp.Diff(want, compose(t, out)); diff != "" {
				t.Error(diff)
			}
			answers := 0
			for key, body := range bodies(t, out) {
				if strings.HasPrefix(key, "nothing-new/") {
					answers++
					if test.answer == "" || !strings.Contains(body, test.answer) {
						t.Errorf("%s: %s", key, body)
					}
				}
			}
			if answers != min(len(test.answer), 1) {
				t.Errorf("%d answers, want %q", answers, test.answer)
			}
			in.Case = out.Case
			if again := Decide(in); len(compose(t, again)) != 0 || in.Case.State == bridge.Sent && in.Case.Notices[0].Left() && strings.Contains(strings.Join(effects(again), " "), "nothing-new/") {
				t.Errorf("once more: %q", effects(again))
			}
		})
	}
}

// TestOrdersWait: what is asked for while the first mail is on its way is done when it
// has left.
func TestOrdersWait(t *testing.T) {
	t.Parallel()
	in := toldOf(t, full)
	in.Issue.Comments = []bridge.Comment{said("anna", "7", at(8, 50), "escalat envia-adjunts")}
	for _, state := range []bridge.State{bridge.Sending, bridge.Undelivered, bridge.Braked} {
		in.Case.State = state
		out := Decide(in)
		if len(out.Effects) != 0 || len(out.Case.Spent) != 0 {
			t.Fatalf("%s: %q, spent %q", state, effects(out), out.Case.Spent)
		}
	}
	in.Case.State = bridge.Answered
	if diff := cmp.Diff([]bridge.ComposeBody{{Serial: 2, Files: []string{"2"}}}, compose(t, Decide(in))); diff != "" {
		t.Errorf("one had no room: %s", diff)
	}
	in.Issue.Attachments = in.Issue.Attachments[:1]
	out := Decide(in)
	if len(out.Effects) != 0 || !cmp.Equal(out.Case.Spent, []string{"7/envia-adjunts"}) {
		t.Errorf("the mail brought it: %q, spent %q", effects(out), out.Case.Spent)
	}
}

// TestOrderAndTheRest: what nobody asked for still waits for the quiet time.
func TestOrderAndTheRest(t *testing.T) {
	t.Parallel()
	in := toldOf(t, without("contact"))
	in.Quiet, in.Case.Pending = time.Hour, []string{"contact"}
	edit(&in, at(11, 59), changed("Impacte: alt", "Impacte: crític"))
	in.Issue.Comments = append(in.Issue.Comments, said("anna", "7", at(11, 50), "escalat envia-adjunts gran.log"))
	out := Decide(in)
	if diff := cmp.Diff([]bridge.ComposeBody{{Serial: 2, Files: []string{"2"}}}, compose(t, out)); diff != "" || !cmp.Equal(out.Case.Pending, []string{"contact"}) {
		t.Fatalf("pending %q %s", out.Case.Pending, diff)
	}
	if !out.Case.DueAt.Equal(at(12, 59)) {
		t.Errorf("due %v", out.Case.DueAt)
	}
	in.Case, in.Now = out.Case, at(12, 59)
	out = Decide(in)
	if diff := cmp.Diff([]bridge.ComposeBody{{Serial: 3, Fields: []string{"contact"}}}, compose(t, out)); diff != "" {
		t.Error(diff)
	}
	if keys := effects(out); len(keys) != 2 || keys[1] != "offer/10001/claranet/2/1" {
		t.Errorf("%q", keys)
	}
}
