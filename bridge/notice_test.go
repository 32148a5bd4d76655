package bridge

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestAbridge: of a great many files that are left out some are named, of each reason
// one at least, and the others are known all the same.
func TestAbridge(t *testing.T) {
	t.Parallel()
	var n Notice
	var all []Attachment
	add := func(id int, why LeftOut) {
		n.Omitted = append(n.Omitted, Evidence{ID: fmt.Sprint(id), Name: fmt.Sprint("captura ", id, ".png"), Why: why})
	}
	for i := range 5000 {
		all = append(all, Attachment{ID: fmt.Sprint(1000 + i)})
		why := LeftNoRoom
		if i >= 4900 {
			why = LeftForeign
		}
		add(1000+i, why)
	}
	n.Files = []Evidence{{ID: "7000"}}
	whole := slices.Clone(n.Omitted)
	n.Abridge(append(all, Attachment{ID: "odd"}, Attachment{ID: "7000"}))
	further := 0
	for _, many := range n.Further {
		further += many
	}
	foreign := slices.ContainsFunc(n.Omitted, func(f Evidence) bool { return f.Why == LeftForeign })
	if len(n.Omitted) > maxOmitted || len(n.Omitted)+further != 5000 || n.Further[LeftForeign] != 99 || !foreign || n.Upto != 7000 || whole[300].ID != "1300" {
		t.Errorf("%d are named, %v, up to %d", len(n.Omitted), n.Further, n.Upto)
	}
	if raw, err := json.Marshal(n); err != nil || len(raw) > 20_000 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	considered := (&Case{Notices: []Notice{n}}).Considered(append(all, Attachment{ID: "7000"}, Attachment{ID: "7001"}, Attachment{ID: "odd"}, Attachment{}))
	for id, want := range map[string]bool{"1000": true, "5999": true, "4321": true, "7000": true, "7001": false, "odd": false, "": false} {
		if considered[id] != want {
			t.Errorf("%s: %v", id, !want)
		}
	}
	few := Notice{Omitted: whole[:maxOmitted]}
	if few.Abridge(all); len(few.Omitted) != maxOmitted || few.Further != nil || (&Case{Notices: []Notice{few}}).Considered(all)["5999"] {
		t.Errorf("%+v", few)
	}
}

// TestDoubtful: what nobody can say of is no longer doubtful when it is proved, or was
// brought by another notice.
func TestDoubtful(t *testing.T) {
	t.Parallel()
	file := func(id string) []Evidence { return []Evidence{{ID: id}} }
	c := Case{Notices: []Notice{
		{Files: file("1")},
		{Files: file("2"), Unproved: true},
		{Files: file("3"), Unproved: true, SeenAt: time.Unix(1, 0)},
		{Files: file("4"), Unproved: true},
		{Files: file("4")},
	}}
	if diff := cmp.Diff([]string{"2"}, c.Doubtful()); diff != "" {
		t.Error(diff)
	}
}

// TestMeantFiles: the newest of the team, a customer's only where the team has none.
func TestMeantFiles(t *testing.T) {
	t.Parallel()
	customer := User{Customer: true}
	got := MeantFiles([]Attachment{
		{ID: "0", Name: "a.png"},
		{ID: "1", Name: "A .png"},
		{ID: "2", Name: "b.png", Author: customer},
		{ID: "3", Name: "B.png"},
		{ID: "4", Name: "b.png", Author: customer},
		{ID: "5", Name: "c.png", Author: customer},
		{ID: "6", Name: "c.png", Author: customer},
		{ID: "7", Name: "a.png", Own: true},
		{ID: "8", Name: "d\u200b.PNG"},
		{ID: "9", Name: "a.png"},
	})
	if diff := cmp.Diff(map[string]int{"a.png": 9, "a .png": 1, "b.png": 3, "c.png": 6, "d.png": 8}, got); diff != "" {
		t.Error(diff)
	}
}

// TestWithheld: what a case holds back is what did not go since, and not what a person lets
// leave.
func TestWithheld(t *testing.T) {
	t.Parallel()
	c := Case{Notices: []Notice{
		{Serial: 1, Omitted: []Evidence{{ID: "3", Why: LeftClosed}, {ID: "1", Why: LeftPrivate}, {ID: "2", Why: LeftNoRoom}, {ID: "4", Why: LeftImage}, {ID: "5", Why: LeftPrivate}}},
		{Serial: 2, Files: []Evidence{{ID: "5"}}, Omitted: []Evidence{{ID: "1", Why: LeftPrivate}, {ID: "3", Why: LeftRefused}}},
	}}
	c.SetAside([]Evidence{{ID: "7", Why: LeftPrivate}})
	c.SetAside([]Evidence{{ID: "7", Why: LeftClosed}, {ID: "8", Why: LeftClosed}})
	if diff := cmp.Diff([]string{"1", "3", "7", "8"}, c.Withheld()); diff != "" || len(c.Aside) != 2 {
		t.Errorf("%+v\n%s", c.Aside, diff)
	}
	c.Allowed.Files = []string{"3", "8"}
	if diff := cmp.Diff([]string{"1", "7"}, c.Withheld()); diff != "" {
		t.Error(diff)
	}
	for i := range 2 * maxAside {
		c.SetAside([]Evidence{{ID: fmt.Sprint("n", i), Why: LeftClosed}})
	}
	if len(c.Aside) != maxAside || len((&Case{}).Withheld()) != 0 {
		t.Errorf("%d set aside", len(c.Aside))
	}
}

// TestRecomposeAnyway: what a notice brings at a person's word it brings once more.
func TestRecomposeAnyway(t *testing.T) {
	t.Parallel()
	n := Notice{Serial: 2, Fields: []string{"impact"}, Anyway: []string{"impact", PlaceRest}}
	if diff := cmp.Diff(ComposeBody{Serial: 2, Fields: n.Fields, Anyway: n.Anyway}, n.Recompose()); diff != "" {
		t.Error(diff)
	}
}
