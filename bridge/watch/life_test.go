package watch_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/watch"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// life is two issues on which people and escalat write, the looks that are taken at
// them, and what follows from these in the other stages.
type life struct {
	pick     func(n int) int // one of n
	now      time.Time
	texts    text.Texts
	profiles []mapping.Profile
	issues   [2]bridge.Issue
	cases    [2][]bridge.Case
	shown    [2]marks // on the issues
	// labellings counts how often a label came on an issue that had none, answered
	// how many of them a case has answered.
	labellings, answered [2]int
	begun                []time.Time // what the brake let begin
	released             time.Time
	since                time.Time // when it was confirmed
	keys                 map[string]bool
	ids                  int
	seen                 map[string]int // what happened, for the test of the test
}

var _ bridge.Lookup = (*life)(nil)

// marks are the labels that show how a case stands.
type marks struct {
	state string
	call  bool
}

// wanted are those of a case.
func wanted(c bridge.Case) marks {
	m := marks{call: !c.CallUntil.IsZero() && c.State.Open() && c.State != bridge.Joined}
	switch c.State {
	case bridge.Asked, bridge.Sent, bridge.Answered, bridge.Undelivered, bridge.Braked:
		m.state = string(c.State)
	}
	return m
}

// mark shows how a case stands, whenever it is saved, as the marks of an issue are
// planned: what the case holds to be shown is not planned again.
func (l *life) mark(i int, c *bridge.Case) {
	m := wanted(*c)
	switch {
	case c.Closing == bridge.ByAnother:
		m = marks{}
	case m != marks{c.Shown, c.ShownCall}:
		l.shown[i] = m
	}
	c.Shown, c.ShownCall = m.state, m.call
}

// failing is a test, of whatever kind.
type failing interface {
	Fatalf(format string, args ...any)
}

func newLife(texts text.Texts, profiles []mapping.Profile, pick func(int) int, seen map[string]int) *life {
	l := &life{pick: pick, now: now, since: now, texts: texts, profiles: profiles, keys: map[string]bool{}, seen: seen}
	for i := range l.issues {
		l.issues[i] = bridge.Issue{ID: fmt.Sprint(i), Key: fmt.Sprintf("ST-%d", i), Creator: anna, Created: now, Barred: []string{"pere"}}
	}
	return l
}

// limit is how many escalations may begin within half an hour.
const limit = 1

func (l *life) Brake(_ string, take bool) (bridge.Brake, error) {
	l.begun = slices.DeleteFunc(l.begun, func(at time.Time) bool { return l.now.Sub(at) > 30*time.Minute })
	b := bridge.Brake{Open: len(l.begun) < limit, Limit: limit, Window: 30 * time.Minute, ReleasedAt: l.released}
	for _, cases := range l.cases {
		for _, c := range cases {
			if c.State == bridge.Braked {
				b.Held++
			}
		}
	}
	if take && b.Open {
		l.begun = append(l.begun, l.now)
	}
	return b, nil
}

func (l *life) CaseOf(_, issue string) (*bridge.Case, error) {
	for i := range l.issues {
		if n := len(l.cases[i]); n > 0 && (l.issues[i].ID == issue || l.issues[i].Key == issue) {
			c := l.cases[i][n-1]
			return &c, nil
		}
	}
	return nil, nil
}

// id is of the next comment or case.
func (l *life) id() string {
	l.ids++
	return fmt.Sprint(l.ids)
}

// happen lets one thing happen: what stands more often does.
func (l *life) happen(t failing) {
	i := l.pick(2)
	issue := &l.issues[i]
	user := []bridge.User{anna, anna, anna, anna, anna, anna, anna, pere}[l.pick(8)]
	switch what := l.pick(31); {
	case what < 10:
		l.look(t, i)
	case what < 15:
		l.send(i)
	case what < 18:
		l.toggle(issue, user)
	case what < 22:
		said := []string{"endavant", "envia-ja", "igual-que ST-0", "igual-que ST-1", "igual-que ST-7", "igual que ahir"}[l.pick(6)]
		issue.Comments = append(issue.Comments, bridge.Comment{ID: l.id(), Author: user, Body: "escalat " + said, Created: l.now})
	case what < 24:
		l.now = l.now.Add(20 * time.Minute)
	case what < 25:
		l.toggle(issue, user)
		l.now = l.now.Add(time.Minute)
		l.toggle(issue, user)
	case what < 26:
		issue.Resolved, issue.ResolvedAt = !issue.Resolved, l.now
	case what < 27:
		issue.Duplicates = [][]string{nil, {fmt.Sprint(1 - i)}}[l.pick(2)]
	case what < 28:
		l.released = l.now
	case what < 29: // the store forgets that we wrote it
		if l.pick(3) == 0 {
			issue.Comments = append(issue.Comments, bridge.Comment{ID: l.id(), Own: true, Created: l.now})
		}
	case what < 30:
		if l.pick(20) == 0 {
			l.since = l.now
		}
	default:
		issue.Archived = !issue.Archived && l.pick(3) == 0
	}
	l.check(t)
}

func (l *life) toggle(issue *bridge.Issue, user bridge.User) {
	change := bridge.Labelling{By: user, At: l.now}
	if issue.Labels = slices.Clone(issue.Labels); slices.Contains(issue.Labels, label) {
		issue.Labels, change.Removed = nil, []string{label}
	} else {
		issue.Labels, change.Added = []string{label}, []string{label}
		l.labellings[issue.ID[0]-'0']++
	}
	issue.Labelled = append(slices.Clone(issue.Labelled), change)
}

// send is what the other stages do with the issue's last case.
func (l *life) send(i int) {
	if len(l.cases[i]) == 0 {
		return
	}
	c := &l.cases[i][len(l.cases[i])-1]
	defer l.mark(i, c)
	if c.State.Open() && c.State != bridge.Joined { // now and then the provider must be called
		c.CallUntil = []time.Time{{}, l.now}[l.ids/3%2]
	}
	switch c.State {
	case bridge.Settling:
		if c.ResolvedSince = (time.Time{}); c.Rests(l.issues[i]) {
			c.ResolvedSince = l.now
		} else {
			c.State = []bridge.State{bridge.Asked, bridge.Sending}[l.pick(2)]
		}
	case bridge.Asked:
		c.State = bridge.Settling
	case bridge.Sending:
		switch {
		case len(l.issues[i].Labels) == 0:
			c.State, c.CallUntil = bridge.Withdrawn, time.Time{}
		case c.Rests(l.issues[i]):
			c.State = bridge.Settling
		case l.pick(3) == 0:
			c.State, c.Notices = bridge.Undelivered, []bridge.Notice{{Serial: 1}}
		default:
			c.State, c.Notices = bridge.Sent, []bridge.Notice{{Serial: 1, SentAt: l.now}}
			l.answered[i] = l.labellings[i]
		}
	case bridge.Sent:
		c.State = bridge.Answered
	case bridge.Answered:
		if l.pick(3) == 0 { // a person closes it
			c.State, c.Closing, c.LabelOn, c.LabelsAt, c.CallUntil = bridge.Closed, bridge.ByCommand, len(l.issues[i].Labels) > 0, newest(l.issues[i]), time.Time{}
			l.answered[i] = l.labellings[i]
			l.seen["closed by a person"]++
		}
	case bridge.Closed: // an answer
		if c.OpensAgain() && l.pick(2) == 0 {
			l.seen["opened again, closed by "+string(c.Closing)]++
			c.Reopen(bridge.Answered, l.now)
		}
	}
}

// look decides about an issue, and holds the decision against what is promised.
func (l *life) look(t failing, i int) {
	in := watch.Input{
		Now: l.now, Issue: l.issues[i], Cases: slices.Clone(l.cases[i]), Profiles: l.profiles, Since: l.since, Confirmed: l.since.After(now), Texts: l.texts, Team: "[~equip]", Lookup: l,
		NewID: func() (string, error) { return "case" + l.id(), nil },
	}
	before := *l
	reopened := slices.ContainsFunc(l.cases[i], func(c bridge.Case) bool { return !c.ReopenedAt.IsZero() && !c.Relabelled && c.State.Open() })
	out, err := watch.Decide(in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for n := range out {
		l.mark(i, &out[n].Case)
		o := out[n]
		at := slices.IndexFunc(l.cases[i], func(c bridge.Case) bool { return c.ID == o.Case.ID })
		if at < 0 {
			l.begins(t, i, o.Case)
			l.cases[i] = append(slices.Clone(l.cases[i]), o.Case)
		} else {
			before.moves(t, i, l.cases[i][at], o.Case)
			l.cases[i] = slices.Clone(l.cases[i])
			l.cases[i][at] = o.Case
			if over := l.issues[i].Resolved || l.issues[i].Archived; over && o.Case.State == bridge.Withdrawn && len(l.issues[i].Labels) > 0 {
				l.answered[i] = l.labellings[i] - 1 // it is judged anew when that is opened again
			}
		}
		l.keeps(t, i, o.Case)
		l.seen[string(o.Case.State)]++
		for _, e := range o.Effects {
			if l.keys[e.Key] {
				t.Fatalf("the key %s is known: nobody would be told", e.Key)
			}
			l.keys[e.Key] = true
			l.seen["told "+strings.Split(e.Key, "/")[0]]++
		}
	}
	if n := len(l.cases[i]); n > 0 {
		switch c := l.cases[i][n-1]; {
		case reopened && c.Relabelled: // a label that is put on it has it followed, and is no other
			l.answered[i] = l.labellings[i]
			l.seen["followed by its label again"]++
		case c.State == bridge.Settling, c.State == bridge.Asked, c.State == bridge.Sending, c.Closing == bridge.ByResolved && c.LabelsAt.Equal(newest(l.issues[i])):
			l.answered[i] = l.labellings[i] // what is sent next answers every labelling so far
		}
	}
	l.twice(t, i, in)
	l.post(i, out)
}

func newest(issue bridge.Issue) time.Time { return issue.Labelled[len(issue.Labelled)-1].At }

// twice decides once more on what came of it.
func (l *life) twice(t failing, i int, in watch.Input) {
	in.Cases = slices.Clone(l.cases[i])
	out, err := watch.Decide(in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, o := range out {
		at := slices.IndexFunc(l.cases[i], func(c bridge.Case) bool { return c.ID == o.Case.ID })
		if at < 0 || len(o.Effects)+len(o.Audit) > 0 {
			// What was released in the same moment was braked before it.
			if at >= 0 && l.cases[i][at].State == bridge.Braked && l.released.Equal(l.now) {
				continue
			}
			t.Fatalf("deciding again: %+v", o)
		}
		if diff := cmp.Diff(l.cases[i][at], o.Case); diff != "" {
			t.Fatalf("deciding again: %s", diff)
		}
	}
}

// post writes the comments, and remembers them.
func (l *life) post(i int, out []bridge.Outcome) {
	for _, o := range out {
		for range o.Effects {
			id := l.id()
			l.issues[i].Comments = append(l.issues[i].Comments, bridge.Comment{ID: id, Own: true, Created: l.now})
			at := slices.IndexFunc(l.cases[i], func(c bridge.Case) bool { return c.ID == o.Case.ID })
			l.cases[i][at].Wrote(id, l.now)
		}
	}
}

// lives makes lives to which things happen as picked.
func lives(t *testing.T, seen map[string]int) func(pick func(int) int) *life {
	t.Helper()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	loaded := profiles(t)
	return func(pick func(int) int) *life { return newLife(texts, loaded, pick, seen) }
}

// TestWhateverHappens to two issues.
func TestWhateverHappens(t *testing.T) {
	t.Parallel()
	begin := lives(t, map[string]int{})
	rapid.Check(t, func(rt *rapid.T) {
		l := begin(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "what") })
		for range rapid.IntRange(5, 60).Draw(rt, "length") {
			l.happen(rt)
		}
	})
}

// TestLongLives are evenly mixed, and full enough to prove something.
func TestLongLives(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	begin := lives(t, seen)
	for seed := range uint64(250) {
		l := begin(rand.New(rand.NewPCG(seed, 1)).IntN)
		for range 200 {
			l.happen(t)
		}
	}
	for _, what := range []string{
		"listed", "refused", "braked", "joined", "settling", "closed", "withdrawn",
		"told not-joined", "told barred", "told resolved", "told listed", "told braked", "told joined", "told leader-failed",
		"listed became withdrawn", "refused became withdrawn", "braked became withdrawn", "refused became settling",
		"listed became settling", "listed became joined", "braked became settling", "braked became listed",
		"settling became listed", "settling became joined", "joined became settling", "joined became closed", "sent became closed", "undelivered became closed",
		"closed by a person", "opened again, closed by label", "opened again, closed by resolved", "opened again, closed by command", "followed by its label again",
	} {
		if seen[what] == 0 {
			t.Errorf("never %s: the lives are too quiet to prove anything", what)
		}
	}
	t.Log(seen)
}

func (l *life) Writing(string) (bool, error) { return false, nil }
