package watch_test

import (
	"slices"
	"time"

	"escalat/bridge"
)

// begins holds a new case against what is promised.
func (l *life) begins(t failing, i int, c bridge.Case) {
	fresh := c
	fresh.Spent = nil // what has it go on is spent by that
	for _, earlier := range l.cases[i] {
		fresh.Spend(earlier.Spent...)
	}
	switch {
	case l.answered[i] >= l.labellings[i]:
		t.Fatalf("a case for a labelling that was answered: %+v", c)
	case l.issues[i].Resolved || l.issues[i].Archived:
		t.Fatalf("a case of what is over: %+v", c)
	case c.OpenedBy == pere && c.State != bridge.Refused && c.State != bridge.Listed && !l.asked(i, fresh, time.Time{}):
		t.Fatalf("a case of somebody who may not: %+v", c)
	}
	if c.State != bridge.Refused { // one who may not can ask again and again
		l.answered[i] = l.labellings[i]
	}
}

// asked reports whether somebody who may has the case go on, and was not heard yet.
func (l life) asked(i int, c bridge.Case, since time.Time) bool {
	return slices.ContainsFunc(l.issues[i].Commands(), func(one bridge.Command) bool {
		goes := one.Name == bridge.GoOn || one.Name == bridge.SendNow
		return goes && !one.At().Before(c.LabelledAt) && !one.At().Before(since) && !slices.Contains(c.Spent, one.Mark())
	})
}

// stands reports whether nothing will be sent for a leader soon.
func stands(c *bridge.Case) bool {
	switch c.State {
	case bridge.Settling, bridge.Asked:
		return !c.ResolvedSince.IsZero()
	case bridge.Sending, bridge.Sent, bridge.Answered, bridge.Undelivered:
		return false
	}
	return true
}

// keeps holds a case as it was decided against what is promised.
func (l *life) keeps(t failing, i int, c bridge.Case) {
	issue, held := l.issues[i], c.State == bridge.Listed || c.State == bridge.Refused || c.State == bridge.Braked
	leader, _ := l.CaseOf("", c.LeaderIssue)
	switch {
	case held && (issue.Archived || issue.Resolved && !l.asked(i, c, issue.ResolvedAt)):
		t.Fatalf("it is held although its issue is over: %+v", c)
	case c.State == bridge.Joined && !issue.Archived && leader.ID == c.Leader && leader.State == bridge.Undelivered && !c.LeaderSent &&
		(c.LeaderFailed != c.Leader || !c.DueAt.Equal(l.now.Add(time.Hour))):
		t.Fatalf("nobody was told that what it shares was not delivered, or it looks too often: %+v", c)
	case c.State.Open() && !held && !issue.Resolved && !issue.Archived && len(issue.Labels) > 0:
		for _, one := range issue.Commands() {
			if one.Name == bridge.GoOn && !one.At().Before(bridge.Latest(c.LabelledAt, c.KnownUntil)) && !slices.Contains(c.Spent, one.Mark()) {
				t.Fatalf("comment %s may have a later one go on: %+v", one.Comment.ID, c)
			}
		}
	}
}

// moves holds what becomes of a case against what is promised.
func (l life) moves(t failing, i int, from, to bridge.Case) {
	asked, issue := l.asked(i, from, from.KnownUntil), l.issues[i]
	wrong := false
	switch {
	case to.State == from.State:
		return
	case to.State == bridge.Sending || from.State == bridge.Sending || to.State == bridge.Sent:
		wrong = true
	case from.State == bridge.Refused:
		wrong = to.State != bridge.Withdrawn && !asked
	case from.State == bridge.Listed && to.State == bridge.Settling:
		wrong = !asked
	case from.State == bridge.Braked && to.State == bridge.Settling:
		wrong = !asked && (l.released.IsZero() || l.released.Before(from.BrakedAt))
	case from.State == bridge.Joined && to.State != bridge.Closed:
		leader, _ := l.CaseOf("", from.LeaderIssue)
		wrong = leader.ID == from.Leader && (!stands(leader) || len(leader.Notices) > 0 && leader.Notices[0].Left()) || from.LeaderSent || issue.Archived
	case !from.State.Open():
		wrong = true
	case !from.ReopenedAt.IsZero() && !from.Relabelled && len(issue.Labels) == 0: // nothing took its label off since
		wrong = !issue.Resolved || issue.ResolvedAt.Before(from.ReopenedAt)
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
		for n, c := range l.cases[i] {
			if n < len(l.cases[i])-1 && c.OpensAgain() {
				t.Fatalf("an answer would open it again, although another follows: %+v", c)
			}
			if c.State.Open() {
				open++
			}
			if c.State == bridge.Joined && c.LeaderIssue == l.issues[i].ID {
				t.Fatalf("it shares its own: %+v", c)
			}
		}
		if n := len(l.cases[i]); n > 0 && l.shown[i] != wanted(l.cases[i][n-1]) {
			t.Fatalf("the labels show %+v, but the newest case is %+v", l.shown[i], l.cases[i][n-1])
		}
		if open > 1 {
			t.Fatalf("%d open cases of one issue: %+v", open, l.cases[i])
		}
	}
	l.now = l.now.Add(time.Minute)
}
