package post

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
)

// Workflow is Jira's. An issue that is there already stays as it is, and one that is done
// as well, unless evenDone. A workflow that has no way is a *bridge.NotMoved.
type Workflow interface {
	Move(ctx context.Context, issueID, status string, evenDone bool) (time.Time, error)
}

// Mover does effects of the kind bridge.MoveIssue: it takes the issue to the status that
// is configured for a moment.
type Mover struct {
	settled
	Jira   Workflow
	Status map[bridge.Moment]string
	Texts  text.Texts
	Names  map[string]string // of the providers, by profile id
}

// Do moves the issue. A moment that another has followed meanwhile is passed over: what
// comes late must not take back what somebody sees already. An issue that is resolved is
// moved only by what opens its case again.
func (m *Mover) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.MoveBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	if c.Moved != body.Event {
		return json.Marshal(bridge.MarkResult{})
	}
	status := m.Status[body.Event]
	if status == "" {
		return nil, bridge.Permanent(errors.New("no status is configured any more"))
	}
	at, err := m.Jira.Move(ctx, c.IssueID, status, body.Event == bridge.AtReopened)
	return marked(at, err, "status of "+c.IssueKey)
}

// Settle remembers what was written, and tells once of a case that its issue's workflow
// does not go there. What else is refused is only noted.
func (m *Mover) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	o := m.settled.Settle(c, e, ev)
	if why, ok := errors.AsType[*bridge.NotMoved](ev.Err); ok && ev.What == bridge.Failed {
		told := m.Texts.NotMoved(text.NotMoved{Provider: m.Names[c.Provider], Status: why.Status, Fields: why.Fields, Ways: why.Ways})
		o.Effects = []bridge.Effect{bridge.Tell(c, "move", "", told)}
	}
	return o
}

// Value is a custom field whose value is replaced.
type Value interface {
	SetField(ctx context.Context, issueID, field, value string) (time.Time, error)
}

// TurnShower does effects of the kind bridge.ShowTurn: it says in a custom field whose
// turn it is.
type TurnShower struct {
	settled
	Jira  Value
	Field map[string]string // by profile id
}

// Do replaces what the field says.
func (s *TurnShower) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.TurnBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	field := s.Field[c.Provider]
	if field == "" {
		return nil, bridge.Permanent(errors.New("no field is configured any more"))
	}
	at, err := s.Jira.SetField(ctx, c.IssueID, field, body.Text)
	return marked(at, err, "field of "+c.IssueKey)
}
