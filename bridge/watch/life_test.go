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
	// labellings counts how often a label came on an issue that had none, answered
	// how many of them a case has answered.
	labellings, answered [2]int
	begun                []time.Time // what the brake let begin
	released             time.Time
	keys                 map[string]bool
	ids                  int
	seen                 map[string]int // what happened, for the test of the test
}

var _ bridge.Lookup = (*life)(nil)

// failing is a test, of whatever kind.
type failing interface {
	Fatalf(format string, args ...any)
}

func newLife(texts text.Texts, profiles []mapping.Profile, pick func(int) int, seen map[string]int) *life {
	l := &life{pick: pick, now: now, texts: texts, profiles: profiles, keys: map[string]bool{}, seen: seen}
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
	switch what := l.pick(30); {
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
		issue.Comments = append(issue.Comments, bridge.Comment{ID: l.id(), Own: true, Created: l.now})
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
	switch c.State {
	case bridge.Settling:
		if !c.Rests(l.issues[i]) {
			c.State = []bridge.State{bridge.Asked, bridge.Sending}[l.pick(2)]
		}
	case bridge.Asked:
		c.State = bridge.Settling
	case bridge.Sending:
		switch {
		case len(l.issues[i].Labels) == 0:
			c.State = bridge.Withdrawn
		case c.Rests(l.issues[i]):
			c.State = bridge.Settling
		case l.pick(4) == 0:
			c.State, c.Notices = bridge.Undelivered, []bridge.Notice{{Serial: 1}}
		default:
			c.State, c.Notices = bridge.Sent, []bridge.Notice{{Serial: 1, SentAt: l.now}}
			l.answered[i] = l.labellings[i]
		}
	case bridge.Sent:
		c.State = bridge.Answered
	}
}

// look decides about an issue, and holds the decision against what is promised.
func (l *life) look(t failing, i int) {
	in := watch.Input{
		Now: l.now, Issue: l.issues[i], Cases: slices.Clone(l.cases[i]), Profiles: l.profiles, Since: now, Texts: l.texts, Team: "[~equip]", Lookup: l,
		NewID: func() (string, error) { return "case" + l.id(), nil },
	}
	before := *l
	out, err := watch.Decide(in)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, o := range out {
		at := slices.IndexFunc(l.cases[i], func(c bridge.Case) bool { return c.ID == o.Case.ID })
		if at < 0 {
			l.begins(t, i, o.Case)
			l.cases[i] = append(slices.Clone(l.cases[i]), o.Case)
		} else {
			before.moves(t, i, l.cases[i][at], o.Case)
			l.cases[i] = slices.Clone(l.cases[i])
			l.cases[i][at] = o.Case
		}
		l.seen[string(o.Case.State)]++
		for _, e := range o.Effects {
			if l.keys[e.Key] {
				t.Fatalf("the key %s is known: nobody would be told", e.Key)
			}
			l.keys[e.Key] = true
			l.seen[strings.Split(e.Key, "/")[0]]++
		}
	}
	if n := len(l.cases[i]); n > 0 {
		switch c := l.cases[i][n-1]; {
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

// begins holds a new case against what is promised.
func (l *life) begins(t failing, i int, c bridge.Case) {
	switch {
	case l.answered[i] >= l.labellings[i]:
		t.Fatalf("a case for a labelling that was answered: %+v", c)
	case l.issues[i].Resolved || l.issues[i].Archived:
		t.Fatalf("a case of what is over: %+v", c)
	case c.OpenedBy == pere && c.State != bridge.Refused:
		t.Fatalf("a case of somebody who may not: %+v", c)
	}
	if c.State != bridge.Refused { // one who may not can ask again and again
		l.answered[i] = l.labellings[i]
	}
}

// moves holds what becomes of a case against what is promised.
func (l life) moves(t failing, i int, from, to bridge.Case) {
	asked := slices.ContainsFunc(l.issues[i].Commands(), func(c bridge.Command) bool {
		return (c.Name == bridge.GoOn || c.Name == bridge.SendNow) && !c.At().Before(from.LabelledAt) && c.At().After(from.KnownUntil.Add(-1))
	})
	wrong := false
	switch {
	case to.State == from.State:
		return
	case to.State == bridge.Sending || from.State == bridge.Sending || to.State == bridge.Sent:
		wrong = true
	case from.State == bridge.Refused:
		wrong = to.State != bridge.Withdrawn
	case from.State == bridge.Listed && to.State == bridge.Settling:
		wrong = !asked
	case from.State == bridge.Braked && to.State == bridge.Settling:
		wrong = !asked && (l.released.IsZero() || l.released.Before(from.BrakedAt))
	case from.State == bridge.Joined && to.State != bridge.Closed:
		leader, _ := l.CaseOf("", from.LeaderIssue)
		wrong = leader.ID == from.Leader && (leader.State.Open() && leader.State != bridge.Joined || len(leader.Notices) > 0 && leader.Notices[0].Left()) || from.LeaderSent
	case !from.State.Open():
		wrong = true
	}
	if wrong {
		t.Fatalf("%s became %s\n%+v", from.State, to.State, to)
	}
	l.seen[string(from.State)+" became "+string(to.State)]++
}

// check is what must hold at any time.
func (l *life) check(t failing) {
	for i := range l.cases {
		open := 0
		for _, c := range l.cases[i] {
			if c.State.Open() {
				open++
			}
			if c.State == bridge.Joined && c.LeaderIssue == l.issues[i].ID {
				t.Fatalf("it shares its own: %+v", c)
			}
		}
		if open > 1 {
			t.Fatalf("%d open cases of one issue: %+v", open, l.cases[i])
		}
	}
	l.now = l.now.Add(time.Minute)
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
		"listed", "refused", "braked", "joined", "settling", "closed", "withdrawn", "not-joined", "barred", "resolved",
		"listed became settling", "listed became joined", "braked became settling", "braked became listed",
		"settling became listed", "settling became joined", "joined became settling", "joined became closed", "sent became closed", "undelivered became closed",
	} {
		if seen[what] == 0 {
			t.Errorf("never %s: the lives are too quiet to prove anything", what)
		}
	}
	t.Log(seen)
}

func (l *life) Writing(string) (bool, error) { return false, nil }
