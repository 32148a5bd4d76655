package validate

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// sent is a case whose notice said that these fields are to be confirmed.
func sent(t *testing.T, description string, pending ...string) Input {
	t.Helper()
	in := input(t, description)
	in.Case.State, in.Case.DueAt, in.Case.Pending = bridge.Sent, time.Time{}, pending
	in.Case.Notices = []bridge.Notice{{Serial: 1, Pending: pending}}
	return in
}

// addition returns the key and the fields of the addition that is planned, and
// takes the case on.
func addition(t *testing.T, in *Input) (key string, fields []string) {
	t.Helper()
	out := Decide(*in)
	if diff := cmp.Diff(out, Decide(*in)); diff != "" {
		t.Errorf("the same decision differs when it is made again:\n%s", diff)
	}
	in.Case = out.Case
	if len(out.Effects) == 0 {
		return "", nil
	}
	var body bridge.ComposeBody
	if err := json.Unmarshal(out.Effects[0].Body, &body); err != nil || len(out.Effects) != 1 || out.Effects[0].Kind != bridge.ComposeMail {
		t.Fatalf("%+v, %v", out.Effects, err)
	}
	if body.Serial != 1+in.Case.Additions || out.Audit[0].Action != "addition" {
		t.Errorf("serial %d, %d additions, audit %v", body.Serial, in.Case.Additions, out.Audit)
	}
	return out.Effects[0].Key, body.Fields
}

func TestWhatComesLaterFollows(t *testing.T) {
	t.Parallel()
	in := sent(t, without("impact", "contact", "evidence"), "impact", "contact", "evidence")
	if key, _ := addition(t, &in); key != "" {
		t.Fatalf("planned %s although nothing came", key)
	}
	in.Issue.Comments = []bridge.Comment{{ID: "1", Body: "Evidències: una altra\nImpacte: tots", Created: at(8, 30)}}
	key, fields := addition(t, &in)
	if diff := cmp.Diff([]string{"impact", "evidence"}, fields); diff != "" || key != "compose/10001/claranet/2/2" || in.Case.State != bridge.Sent {
		t.Errorf("%s, state %s %s", key, in.Case.State, diff)
	}
	if diff := cmp.Diff([]string{"contact"}, in.Case.Pending); diff != "" {
		t.Error(diff)
	}
	if key, _ := addition(t, &in); key != "" {
		t.Errorf("planned %s once more", key)
	}
	in.Case.State, in.Issue.Description = bridge.Answered, full
	key, fields = addition(t, &in)
	if diff := cmp.Diff([]string{"contact"}, fields); diff != "" || key != "compose/10001/claranet/2/3" || len(in.Case.Pending) != 0 {
		t.Errorf("%s, pending %q %s", key, in.Case.Pending, diff)
	}
}

func TestAdditionWaitsForTheQuietTime(t *testing.T) {
	t.Parallel()
	in := sent(t, without("impact"), "impact")
	in.Quiet = time.Minute
	edit(&in, at(9, 0), full)
	if key, _ := addition(t, &in); key != "" || !in.Case.DueAt.Equal(at(9, 1)) {
		t.Fatalf("planned %q, due %v", key, in.Case.DueAt)
	}
	in.Now = at(9, 1)
	if key, _ := addition(t, &in); key == "" || !in.Case.DueAt.IsZero() || !in.Case.WaitingSince.IsZero() {
		t.Errorf("planned %q, due %v, waits since %v", key, in.Case.DueAt, in.Case.WaitingSince)
	}
	// What came and went while it was waited for is not waited for.
	in = sent(t, without("impact"), "impact")
	in.Quiet = time.Minute
	edit(&in, at(9, 0), full)
	addition(t, &in)
	edit(&in, at(9, 0), without("impact"))
	if addition(t, &in); !in.Case.DueAt.IsZero() || !in.Case.WaitingSince.IsZero() {
		t.Errorf("due %v, waits since %v", in.Case.DueAt, in.Case.WaitingSince)
	}
}

func TestNothingFollowsAnEndedCase(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Sending, bridge.Undelivered, bridge.Withdrawn, bridge.Closed} {
		in := sent(t, full, "impact")
		in.Case.State = state
		if key, _ := addition(t, &in); key != "" {
			t.Errorf("%s: planned %s", state, key)
		}
	}
	in := sent(t, full, "impact")
	in.Issue.Labels = []string{"escalar-altri"}
	if key, _ := addition(t, &in); key != "" {
		t.Errorf("without a label: planned %s", key)
	}
}

// TestKindMayFollow: with the kind comes what the provider could not be told
// without it.
func TestKindMayFollow(t *testing.T) {
	t.Parallel()
	in := sent(t, without("impact", "evidence"), "kind", "impact")
	in.Issue.Labels, in.Case.Kind = []string{"escalar-claranet"}, ""
	in.Case.Notices[0].Fields = []string{"application", "started", "contact"}
	if key, _ := addition(t, &in); key != "" {
		t.Fatalf("planned %s", key)
	}
	in.Issue.Labels = []string{"escalar-claranet", "escalar-claranet-sistemes"}
	_, fields := addition(t, &in)
	if diff := cmp.Diff([]string{"kind", "anomaly"}, fields); diff != "" || in.Case.Kind != "sistemas" {
		t.Errorf("kind %q %s", in.Case.Kind, diff)
	}
	if diff := cmp.Diff([]string{"impact", "evidence"}, in.Case.Pending); diff != "" {
		t.Error(diff)
	}
	// The provider knows it as Sistemas, whatever the labels say from now on.
	in.Issue.Labels = []string{"escalar-claranet-xarxa"}
	in.Issue.Description = full
	_, fields = addition(t, &in)
	if diff := cmp.Diff([]string{"impact", "evidence"}, fields); diff != "" || in.Case.Kind != "sistemas" || len(in.Case.Pending) != 0 {
		t.Errorf("kind %q, pending %q %s", in.Case.Kind, in.Case.Pending, diff)
	}
}

// TestWhatWasToldDoesNotFollow: what went out with a notice that could not name the
// kind does not go out again with it; what the kind demands besides is pending.
func TestWhatWasToldDoesNotFollow(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]struct{ come, left []string }{
		"escalar-claranet-sistemes": {[]string{"kind", "evidence", "restart"}, []string{"impact"}},
		"escalar-claranet-xarxa":    {[]string{"kind", "restart"}, []string{"impact", "tests", "source", "target", "route", "constancy"}},
	} {
		in := sent(t, without("impact")+"\nReinici: cal", "kind", "impact")
		in.Issue.Labels, in.Case.Kind = []string{label}, ""
		in.Case.Notices[0].Fields = []string{"application", "started", "contact", "anomaly"}
		_, come := addition(t, &in)
		if diff := cmp.Diff([][]string{want.come, want.left}, [][]string{come, in.Case.Pending}); diff != "" {
			t.Errorf("%s: %s", label, diff)
		}
	}
}

// TestEachPendingFieldFollowsOnce: in whatever order people fill in, take away and
// fill in again, and also when composing finds that something is gone.
func TestEachPendingFieldFollowsOnce(t *testing.T) {
	t.Parallel()
	start := sent(t, "", slices.Sorted(maps.Keys(lines()))...)
	for seed := range uint64(6) {
		chance, in, there := rand.New(rand.NewPCG(seed, 2)), start, map[string]bool{}
		brought, serials := map[string]int{}, 0
		write := func() {
			var b strings.Builder
			for _, id := range slices.Sorted(maps.Keys(there)) {
				b.WriteString(lines()[id] + "\n")
			}
			in.Issue.Description = b.String()
		}
		for step := range 25 {
			for id := range lines() {
				if step > 20 || chance.IntN(4) == 0 {
					there[id] = true
				} else if chance.IntN(4) == 0 {
					delete(there, id)
				}
			}
			write()
			_, fields := addition(t, &in)
			for _, id := range fields {
				if step < 20 && chance.IntN(5) == 0 { // gone before it was composed
					delete(there, id)
					in.Case.Pending = append(slices.Clone(in.Case.Pending), id)
					continue
				}
				brought[id]++
			}
			serials += min(len(fields), 1)
		}
		want := map[string]int{}
		for id := range lines() {
			want[id] = 1
		}
		if diff := cmp.Diff(want, brought); diff != "" || len(in.Case.Pending) != 0 || in.Case.Additions != serials {
			t.Errorf("seed %d: pending %q, %d additions %s", seed, in.Case.Pending, in.Case.Additions, diff)
		}
	}
}
