package post_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/mapping"
)

// TestCallLabel: it is on while the provider must be called, whatever else the labels
// show, in the same change as they.
func TestCallLabel(t *testing.T) {
	t.Parallel()
	body := func(add ...string) string {
		var off []string
		p := provider()
		for _, l := range post.StateLabels(&p) {
			if !strings.Contains(strings.Join(add, " "), l) {
				off = append(off, `"`+l+`"`)
			}
		}
		on := ""
		if len(add) > 0 {
			on = `"add":["` + strings.Join(add, `","`) + `"],`
		}
		return "{" + on + `"remove":[` + strings.Join(off, ",") + "]}"
	}
	const enviat, trucar = "claranet-enviat", "claranet-cal-trucar"
	for name, test := range map[string]struct {
		change func(*bridge.Case)
		want   string // of the only change; empty: none
		call   bool   // it is shown then
	}{
		"asked, and to be called": {func(c *bridge.Case) { c.State, c.CallUntil = bridge.Asked, at }, body("claranet-falten-dades", trucar), true},
		"settling":                {func(c *bridge.Case) { c.State, c.CallUntil = bridge.Settling, at }, body(trucar), true},
		"sent, still":             {func(c *bridge.Case) { c.State, c.Shown, c.CallUntil, c.ShownCall = bridge.Sent, enviat, at, true }, "", true},
		"sent, from now on":       {func(c *bridge.Case) { c.State, c.Shown, c.CallUntil = bridge.Sent, enviat, at }, body(enviat, trucar), true},
		"sent, no more":           {func(c *bridge.Case) { c.State, c.Shown, c.ShownCall = bridge.Sent, enviat, true }, body(enviat), false},
		"answered, and no more":   {func(c *bridge.Case) { c.State, c.Shown, c.ShownCall = bridge.Answered, enviat, true }, body("claranet-respost"), false},
		"withdrawn":               {func(c *bridge.Case) { c.State, c.CallUntil, c.ShownCall = bridge.Withdrawn, at, true }, body(), false},
		"closed": {func(c *bridge.Case) {
			c.State, c.Closing, c.CallUntil, c.Shown, c.ShownCall = bridge.Closed, bridge.ByLabel, at, enviat, true
		}, body(), false},
		"joined": {func(c *bridge.Case) { c.State, c.CallUntil = bridge.Joined, at }, "", false},
		"closed by another": {func(c *bridge.Case) {
			c.State, c.Closing, c.CallUntil, c.ShownCall = bridge.Closed, bridge.ByAnother, at, true
		}, "", false},
	} {
		c := markedCase(test.change)
		var want []planned
		if test.want != "" {
			want = []planned{{"labels", "marks/10001/claranet/2/1", test.want}}
		}
		if diff := cmp.Diff(want, plan(allMarks(), &c)); diff != "" || c.ShownCall != test.call {
			t.Errorf("%s: shown %v %s", name, c.ShownCall, diff)
		}
		if again := plan(allMarks(), &c); again != nil {
			t.Errorf("%s: planned again: %v", name, again)
		}
		c = markedCase(test.change)
		shown := c.ShownCall
		off := post.Marks{Profiles: []mapping.Profile{provider()}}
		if got := plan(off, &c); got != nil || c.ShownCall != shown && c.Closing != bridge.ByAnother {
			t.Errorf("%s: planned although it is off: %v, %v", name, got, c.ShownCall)
		}
	}
}
