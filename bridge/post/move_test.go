package post_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// everyMove has a status for every moment.
func everyMove() map[bridge.Moment]string {
	moves := map[bridge.Moment]string{}
	for _, m := range bridge.Moments() {
		moves[m] = "estat " + string(m)
	}
	return moves
}

// life is a case's states, one after another, each with what moves the issue then.
type life []struct {
	state  bridge.State
	change func(*bridge.Case)
	want   bridge.Moment
}

func TestMovesFollowTheCase(t *testing.T) {
	t.Parallel()
	same := func(*bridge.Case) {}
	closing := func(why bridge.Closing) func(*bridge.Case) { return func(c *bridge.Case) { c.Closing = why } }
	for name, tc := range map[string]struct {
		moves map[bridge.Moment]string
		life  life
	}{
		"to the end": {everyMove(), life{
			{bridge.Settling, same, ""},
			{bridge.Asked, same, bridge.AtAsked},
			{bridge.Asked, same, ""},
			{bridge.Sending, same, ""},
			{bridge.Sent, same, bridge.AtSent},
			{bridge.Answered, same, bridge.AtAnswered},
			{bridge.Answered, same, ""},
			{bridge.Closed, closing(bridge.ByResolved), bridge.AtClosed},
		}},
		"asked twice":      {everyMove(), life{{bridge.Asked, same, bridge.AtAsked}, {bridge.Sending, same, ""}, {bridge.Asked, same, ""}}},
		"by hand":          {everyMove(), life{{bridge.Handed, same, ""}, {bridge.Sent, same, bridge.AtSent}}},
		"returned and not": {everyMove(), life{{bridge.Sent, same, bridge.AtSent}, {bridge.Undelivered, same, ""}, {bridge.Sent, same, ""}}},
		"opened again": {everyMove(), life{
			{bridge.Sent, same, bridge.AtSent},
			{bridge.Closed, closing(bridge.ByCommand), bridge.AtClosed},
			{bridge.Answered, closing(""), bridge.AtReopened},
			{bridge.Answered, same, ""},
			{bridge.Closed, closing(bridge.ByLabel), bridge.AtClosed},
		}},
		"opened again, and nothing follows that": {map[bridge.Moment]string{bridge.AtAnswered: "x", bridge.AtClosed: "y"}, life{
			{bridge.Answered, same, bridge.AtAnswered}, {bridge.Closed, closing(bridge.ByCommand), bridge.AtClosed}, {bridge.Answered, closing(""), bridge.AtAnswered},
		}},
		"another follows":      {everyMove(), life{{bridge.Sent, same, bridge.AtSent}, {bridge.Closed, closing(bridge.ByAnother), ""}}},
		"withdrawn unseen":     {everyMove(), life{{bridge.Settling, same, ""}, {bridge.Withdrawn, same, ""}}},
		"withdrawn when asked": {everyMove(), life{{bridge.Asked, same, bridge.AtAsked}, {bridge.Withdrawn, same, bridge.AtClosed}}},
		"of no concern":        {everyMove(), life{{bridge.Joined, same, ""}, {bridge.Listed, same, ""}, {bridge.Refused, same, ""}, {bridge.Braked, same, ""}}},
		"one moment":           {map[bridge.Moment]string{bridge.AtAnswered: "x"}, life{{bridge.Asked, same, ""}, {bridge.Sent, same, ""}, {bridge.Answered, same, bridge.AtAnswered}, {bridge.Closed, same, ""}}},
		"nothing":              {nil, life{{bridge.Asked, same, ""}, {bridge.Sent, same, ""}, {bridge.Answered, same, ""}, {bridge.Closed, same, ""}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := markedCase(func(*bridge.Case) {})
			m := post.Marks{Profiles: []mapping.Profile{provider()}, Moves: tc.moves}
			for i, step := range tc.life {
				c.State = step.state
				step.change(&c)
				var want []planned
				if step.want != "" {
					want = []planned{{"move", fmt.Sprintf("marks/10001/claranet/2/%d", c.Marks+1), `{"event":"` + string(step.want) + `"}`}}
				}
				if diff := cmp.Diff(want, plan(m, &c)); diff != "" {
					t.Fatalf("step %d (%s): %s", i, step.state, diff)
				}
			}
		})
	}
}

// TestMovesOfOldCases: what was before a status was configured moves nothing.
func TestMovesOfOldCases(t *testing.T) {
	t.Parallel()
	c := markedCase(func(c *bridge.Case) { c.State = bridge.Sent })
	off := post.Marks{Profiles: []mapping.Profile{provider()}}
	if got := plan(off, &c); got != nil {
		t.Errorf("%v", got)
	}
	off.Moves = everyMove()
	if got := plan(off, &c); got != nil {
		t.Errorf("%v", got)
	}
	c.State = bridge.Answered
	if got := plan(off, &c); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// TestMovesOfCasesFromBefore: what a case had come to before moments were noted moves
// nothing, whatever that is, and what follows does.
func TestMovesOfCasesFromBefore(t *testing.T) {
	t.Parallel()
	for state, next := range map[bridge.State]bridge.State{
		bridge.Asked: bridge.Sent, bridge.Sending: bridge.Sent, bridge.Sent: bridge.Answered, bridge.Answered: bridge.Closed, bridge.Closed: bridge.Answered,
	} {
		c := markedCase(func(c *bridge.Case) { c.State, c.Rev = state, 3 })
		m := post.Marks{Profiles: []mapping.Profile{provider()}, Moves: everyMove()}
		for range 2 {
			if got := plan(m, &c); got != nil {
				t.Errorf("%s: %v", state, got)
			}
		}
		if c.State = next; len(plan(m, &c)) != 1 {
			t.Errorf("%s: nothing moves when it is %s", state, next)
		}
	}
}

// TestAMoveThatComesLate takes nothing back.
func TestAMoveThatComesLate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		event, now bridge.Moment
		want       string
	}{
		"in time":        {bridge.AtSent, bridge.AtSent, "10001 to estat sent false"},
		"answered since": {bridge.AtSent, bridge.AtAnswered, ""},
		"opened again":   {bridge.AtReopened, bridge.AtReopened, "10001 to estat reopened true"},
	} {
		j := &marker{}
		c := markedCase(func(c *bridge.Case) { c.Moved = test.now })
		e := bridge.Plan(bridge.ToMarks, bridge.MoveIssue, "k", bridge.MoveBody{Event: test.event})
		raw, err := (&post.Mover{Jira: j, Status: everyMove()}).Do(t.Context(), c, e)
		if err != nil || j.field != test.want {
			t.Errorf("%s: %q, %v", name, j.field, err)
		}
		if passed := string(raw) == "{}"; passed != (test.want == "") {
			t.Errorf("%s: %s", name, raw)
		}
	}
}

// TestMoveThatIsRefused: that a workflow does not go there is told, once of a case.
func TestMoveThatIsRefused(t *testing.T) {
	t.Parallel()
	mover, ok := actors(t, &marker{})[bridge.MoveIssue].(*post.Mover)
	if !ok {
		t.Fatal("no mover")
	}
	c := markedCase(func(*bridge.Case) {})
	settle := func(key string, err error) bridge.Outcome {
		return mover.Settle(c, bridge.Plan(bridge.ToMarks, bridge.MoveIssue, key, bridge.MoveBody{Event: bridge.AtSent}), bridge.Event{What: bridge.Failed, At: at, Err: err})
	}
	lacks := &bridge.NotMoved{Status: "Tancat", Fields: []string{"Causa [1]", "Equip"}}
	first, second := settle("marks/1", bridge.Permanent(fmt.Errorf("jira: %w", lacks))), settle("marks/2", &bridge.NotMoved{Status: "En curs"})
	for _, o := range []bridge.Outcome{first, second} {
		if len(o.Effects) != 1 || len(o.Audit) != 1 || o.Effects[0].Key != "move/10001/claranet/2" || o.Effects[0].Target != bridge.ToJira {
			t.Fatalf("%+v", o)
		}
	}
	var body bridge.CommentBody
	if err := first.Effects[0].Decode(&body); err != nil || !strings.Contains(body.Text, `*Causa \[1\]*, *Equip*`) || !strings.Contains(body.Text, "*Tancat*") || !strings.Contains(body.Text, "Claranet") {
		t.Errorf("%s, %v", body.Text, err)
	}
	if o := settle("marks/3", bridge.Permanent(errors.New("403"))); len(o.Effects) != 0 || len(o.Audit) != 1 {
		t.Errorf("%+v", o)
	}
}

func TestTurnIsShown(t *testing.T) {
	t.Parallel()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	m := post.Marks{Profiles: []mapping.Profile{provider()}, Turn: map[string]string{"claranet": "Torn"}, Texts: texts}
	working := func(from, to time.Time) time.Duration { return to.Sub(from) }
	c := markedCase(func(*bridge.Case) {})
	const hour = time.Hour
	spell := func(whose string, d time.Duration) text.Spell { return text.Spell{Whose: whose, Wall: d, Working: d} }
	shows := func(what string, turns ...text.Turn) {
		t.Helper()
		var got, want []string
		for _, u := range turns {
			u.Provider, u.Since = "Claranet", c.TurnSince
			want = append(want, texts.TurnLine(u))
		}
		for _, e := range m.Plan(&c) {
			var body bridge.TurnBody
			if err := json.Unmarshal(e.Body, &body); err != nil || e.Kind != bridge.ShowTurn || e.Target != bridge.ToMarks {
				t.Fatalf("%s: %+v, %v", what, e, err)
			}
			got = append(got, body.Text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", what, diff)
		}
	}
	shows("nobody's yet")
	c.Pass(bridge.TurnUs, at, working)
	shows("ours", text.Turn{Whose: "us"})
	shows("still ours")
	c.Pass(bridge.TurnProvider, at.Add(time.Hour), working)
	shows("theirs", text.Turn{Whose: "provider", Spells: []text.Spell{spell("us", hour)}})
	c.Pass(bridge.TurnUs, at.Add(2*time.Hour), working)
	c.Pass(bridge.TurnProvider, at.Add(3*time.Hour), working)
	shows("theirs once more", text.Turn{Whose: "provider", Spells: []text.Spell{spell("us", 2*hour), spell("provider", hour)}})
	c.Pass("", at.Add(4*time.Hour), working)
	shows("over", text.Turn{Spells: []text.Spell{spell("us", 2*hour), spell("provider", 2*hour)}})
	shows("still over")
	c.Pass(bridge.TurnUs, at.Add(5*time.Hour), working)
	c.Closing = bridge.ByAnother
	shows("another follows")
	late := markedCase(func(c *bridge.Case) { c.TurnSince = at })
	if got := plan(m, &late); got != nil {
		t.Errorf("what is over when it is switched on: %v", got)
	}
	late.Pass(bridge.TurnUs, at, working)
	m.Turn = nil
	if got := plan(m, &late); got != nil || late.ShownTurn != "" {
		t.Errorf("off: %v", got)
	}
}
