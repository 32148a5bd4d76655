package validate

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// TestSendNow: a person's word sends what there is, at once.
func TestSendNow(t *testing.T) {
	t.Parallel()
	anna := bridge.User{ID: "anna", Name: "Anna", Mention: "[~anna]"}
	labelled := []bridge.Labelling{{At: at(8, 30), Added: []string{"escalar-claranet-sistemes"}}}
	tests := []struct {
		name    string
		comment bridge.Comment
		change  func(*Input)
		sent    bool
	}{
		{name: "after the label", comment: bridge.Comment{Created: at(8, 31)}, sent: true},
		{name: "at the same time", comment: bridge.Comment{Created: at(8, 30)}, sent: true},
		{name: "before the label", comment: bridge.Comment{Created: at(8, 29)}},
		{name: "before it, edited after it", comment: bridge.Comment{Created: at(8, 10), Updated: at(8, 40)}, sent: true},
		{name: "ours", comment: bridge.Comment{Created: at(8, 31), Own: true}},
		{name: "a customer's", comment: bridge.Comment{Created: at(8, 31), Public: true}},
		{name: "followed by another case", comment: bridge.Comment{Created: at(8, 31)}, change: func(in *Input) { in.Case.Spent = []string{"7"} }},
		{name: "the kind is not known", comment: bridge.Comment{Created: at(8, 31)}, change: func(in *Input) { in.Issue.Labels = []string{"escalar-claranet"} }, sent: true},
		{name: "somebody is still writing", comment: bridge.Comment{Created: at(8, 59)}, change: func(in *Input) { in.Quiet = time.Hour }, sent: true},
		{name: "there were enough requests today", comment: bridge.Comment{Created: at(8, 59)}, change: func(in *Input) {
			in.PerDay, in.Case.Request = 1, bridge.Request{Fingerprint: "x", At: at(8, 58), Count: 1}
		}, sent: true},
		{name: "labelled when it was made", comment: bridge.Comment{Created: at(8, 1)}, change: func(in *Input) {
			in.Case.LabelledAt, in.Case.Ordinal, in.Case.OpenedAt = time.Time{}, 1, at(8, 50)
		}, sent: true},
		{name: "a later case, labelled nobody knows when", comment: bridge.Comment{Created: at(8, 1)}, change: func(in *Input) {
			in.Case.LabelledAt, in.Case.OpenedAt = time.Time{}, at(8, 50)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := input(t, without("impact"))
			in.Issue.Labelled, in.Case.LabelledAt = labelled, at(8, 30)
			test.comment.ID, test.comment.Author, test.comment.Body = "7", anna, "No en sabem més.\nescalat envia-ja"
			in.Issue.Comments = []bridge.Comment{test.comment}
			if test.change != nil {
				test.change(&in)
			}
			out := Decide(in)
			if !test.sent {
				if out.Case.State == bridge.Sending || out.Case.Forced != (bridge.Forced{}) {
					t.Errorf("sent: %+v", out.Case)
				}
				return
			}
			want := []bridge.Effect{bridge.Plan(bridge.ToMail, bridge.ComposeMail, composeKey(&in.Case, 1), bridge.ComposeBody{Serial: 1})}
			if diff := cmp.Diff(want, out.Effects); diff != "" || out.Case.State != bridge.Sending || !out.Case.DueAt.IsZero() {
				t.Errorf("state %s, due %v %s", out.Case.State, out.Case.DueAt, diff)
			}
			if diff := cmp.Diff(bridge.Forced{CommentID: "7", By: anna, At: test.comment.At()}, out.Case.Forced); diff != "" {
				t.Error(diff)
			}
			if last := out.Audit[len(out.Audit)-1]; last.Action != "forced" || last.Reason != "comment 7" {
				t.Errorf("audit %+v", out.Audit)
			}
		})
	}
}

func TestSendNowOfWhatIsComplete(t *testing.T) {
	t.Parallel()
	in := input(t, full)
	in.Quiet = time.Hour
	in.Issue.Comments = []bridge.Comment{
		{ID: "7", Body: "escalat envia-ja", Created: at(8, 58)}, {ID: "8", Body: "escalat envia-ja!", Created: at(8, 59)},
	}
	out := Decide(in)
	if out.Case.State != bridge.Sending || action(t, out) != "complete" || out.Case.Forced.CommentID != "8" {
		t.Errorf("%+v", out)
	}
}
