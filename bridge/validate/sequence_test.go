package validate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// life is an issue that people, a robot and escalat itself write on, and the looks
// that are taken at it.
type life struct {
	in      Input
	chance  *rand.Rand
	answers map[string]bool // which fields are filled in
	blanks  map[string]bool // where a placeholder stands
	asked   []time.Time
	keys    map[string]bool
	history []string
}

func newLife(in Input, seed uint64) *life {
	l := &life{in: in, chance: rand.New(rand.NewPCG(seed, 1)), answers: map[string]bool{}, blanks: map[string]bool{}, keys: map[string]bool{}}
	l.in.PerDay = 1 + l.chance.IntN(4)
	l.in.Quiet = time.Duration(l.chance.IntN(2)) * time.Minute
	l.in.Patience = time.Duration(l.chance.IntN(3)) * 10 * time.Minute
	for id := range lines() {
		l.answers[id] = true
	}
	return l
}

// touch changes something on the issue, or nothing that matters.
func (l *life) touch() {
	now := l.in.Now
	fields := slices.Sorted(maps.Keys(lines()))
	id := fields[l.chance.IntN(len(fields))]
	switch what := l.chance.IntN(16); {
	case what < 9:
		l.answers[id] = true
	case what < 11:
		l.answers[id] = false
	case what < 12:
		l.blanks[id] = !l.blanks[id]
	case what < 14:
		all := [][]string{{"escalar-claranet"}, {"escalar-claranet-xarxa"}, {"escalar-claranet-sistemes", "escalar-claranet-xarxa"}, {"escalar-claranet-sistemes"}}
		l.in.Issue.Labels = all[min(l.chance.IntN(9), 3)]
		l.in.Issue.Labelled = append(l.in.Issue.Labelled, bridge.Labelling{At: now})
	case what < 15: // our own comment: the issue is updated, and nobody was at work
		l.in.Issue.Comments = append(l.in.Issue.Comments, bridge.Comment{ID: fmt.Sprint("own", len(l.history)), Own: true, Created: now})
	}
	var b strings.Builder
	for _, id := range fields {
		label, _, _ := strings.Cut(lines()[id], ":")
		switch {
		case l.answers[id]:
			b.WriteString(lines()[id] + "\n")
		case l.blanks[id]:
			b.WriteString(label + ": ???\n")
		}
	}
	l.in.Issue.Description, l.in.Issue.Updated = b.String(), now
	l.note("touched: %q %q", l.in.Issue.Labels, l.in.Issue.Description)
}

func (l *life) note(format string, args ...any) {
	l.history = append(l.history, l.in.Now.Format("02 15:04:05 ")+fmt.Sprintf(format, args...))
}

// look decides, and holds the decision against what is promised.
func (l *life) look(t *testing.T) {
	t.Helper()
	out := Decide(l.in)
	if len(l.history)%5 == 0 {
		if diff := cmp.Diff(out, Decide(l.in)); diff != "" {
			t.Fatalf("the same decision differs when it is made again:\n%s", diff)
		}
	}
	c := out.Case
	l.note("looked: %s, due %s, missing %v, %v", c.State, c.DueAt.Format("02 15:04:05"), c.Request.Fields, out.Audit)
	l.in.Case = c
	if !c.DueAt.IsZero() && !c.DueAt.After(l.in.Now) {
		l.fail(t, "it is looked at again at once, for ever")
	}
	for _, e := range out.Effects {
		if l.keys[e.Key] {
			l.fail(t, "the key "+e.Key+" is known: nothing happens")
		}
		l.keys[e.Key] = true
		if e.Kind == bridge.PostComment {
			l.asked = append(l.asked, l.in.Now)
			l.note("asked")
		}
	}
	within := slices.DeleteFunc(slices.Clone(l.asked), func(at time.Time) bool { return !at.Add(24 * time.Hour).After(l.in.Now) })
	if len(within) > l.in.PerDay {
		l.fail(t, fmt.Sprintf("%d requests within a day instead of %d", len(within), l.in.PerDay))
	}
	r := l.in.Profile.Judge(l.in.Issue.Input(l.in.Now, l.in.Profile))
	var missing []string
	for _, p := range r.Problems {
		missing = append(missing, p.Field.ID)
	}
	stands := c.State == bridge.Asked && c.Request.Fingerprint == fingerprint(r.Form.ID, missing)
	switch {
	case !c.DueAt.IsZero():
	case len(missing) == 0 && c.State != bridge.Sending:
		l.fail(t, "it is complete, and nobody will ever look")
	case len(missing) > 0 && !stands:
		l.fail(t, fmt.Sprintf("nobody was asked for %q, and nobody will ever look", missing))
	}
}

func (l *life) fail(t *testing.T, why string) {
	t.Helper()
	t.Fatalf("%s\n%s", why, strings.Join(l.history, "\n"))
}

// incomplete is what composing says when somebody took something away meanwhile.
func (l *life) incomplete() {
	c := &l.in.Case
	c.State, c.DueAt, c.Request.Fingerprint = bridge.Settling, l.in.Now, ""
	c.Rounds++
	delete(l.answers, "impact")
	l.note("incomplete")
}

// pass lets time go by, with a look whenever one is due.
func (l *life) pass(t *testing.T, d time.Duration) {
	t.Helper()
	end := l.in.Now.Add(d)
	for looks := 0; !l.in.Case.DueAt.IsZero() && !l.in.Case.DueAt.After(end); looks++ {
		if looks > 100 {
			l.fail(t, "it is looked at again and again although nothing happens")
		}
		l.in.Now = l.in.Case.DueAt
		l.look(t)
	}
	l.in.Now = end
}

// TestWhateverPeopleDo: there are never too many requests, never one twice, and
// what is missing is asked for or will be looked at.
func TestWhateverPeopleDo(t *testing.T) {
	t.Parallel()
	in, requests, sendings, held := input(t, ""), 0, 0, 0
	for seed := range uint64(6) {
		l := newLife(in, seed)
		for range 45 {
			if l.in.Case.State == bridge.Sending {
				sendings++
				l.incomplete()
			}
			l.touch()
			l.look(t)
			if l.in.Case.Request.Held {
				held++
			}
			l.pass(t, time.Duration(l.chance.IntN(1<<(4+l.chance.IntN(12))))*time.Second)
		}
		l.pass(t, 72*time.Hour)
		if !l.in.Case.DueAt.IsZero() {
			l.fail(t, "three days later it is still looked at")
		}
		requests += len(l.asked)
	}
	if requests < 20 || sendings < 8 || held < 8 {
		t.Errorf("%d requests, %d sendings, %d held: the lives are too quiet to prove anything", requests, sendings, held)
	}
}
