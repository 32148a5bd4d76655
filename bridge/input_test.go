package bridge

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/mapping"
)

func TestInput(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 11, 22, 9, minute, 0, 0, time.UTC) }
	issue := Issue{
		Description: "d", Created: at(0), Updated: at(30),
		Comments: []Comment{
			{ID: "1", Body: "edited later", Created: at(1), Updated: at(9)},
			{ID: "2", Body: "own", Created: at(2), Own: true},
			{ID: "3", Body: "restricted", Created: at(3), Restricted: true},
			{ID: "4", Body: "customers", Created: at(4), Public: true},
			{ID: "5", Body: "plain", Created: at(5), Updated: at(5)},
		},
	}
	issue.Attachments = []Attachment{
		{Name: "mtr.txt", Created: at(6)}, {Name: "own.txt", Own: true}, {Name: "customers.txt", Author: User{Customer: true}},
	}
	want := []mapping.Source{
		{Text: "d", At: at(0), Origin: "description"},
		{Text: "plain", At: at(5), Origin: "comment 5"},
		{Text: "edited later", At: at(9), Origin: "comment 1"},
	}
	in := issue.Input(at(40), &mapping.Profile{})
	if diff := cmp.Diff(want, in.Sources); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]mapping.File{{Name: "mtr.txt", At: at(6)}}, in.Files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
