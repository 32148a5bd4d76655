package post

import (
	"fmt"
	"slices"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// Marks plans what shows on an issue how its case stands. What is off is not
// planned.
type Marks struct {
	Profiles    []mapping.Profile // those that are on
	StateLabels bool
	Links       bool // to the provider's portal, one a reference
	// Field names, by profile id, the custom field that lists the references, and Turn the
	// one that shows whose turn it is.
	Field map[string]string
	Turn  map[string]string
	// Moves names the status to which an issue is moved at a moment.
	Moves map[bridge.Moment]string
	Texts text.Texts // of Turn
}

// suffixes are the ends of the state labels, by the states that show one.
func suffixes() map[bridge.State]string {
	return map[bridge.State]string{
		bridge.Asked:       "falten-dades",
		bridge.Sent:        "enviat",
		bridge.Answered:    "respost",
		bridge.Undelivered: "no-enviat",
		bridge.Braked:      "aturat",
		bridge.Handed:      "cal-obrir-tiquet",
	}
}

// toCall ends the label that asks people to call the provider.
const toCall = "cal-trucar"

// stateLabel is the label that shows the state, or none.
func stateLabel(p *mapping.Profile, s bridge.State) string {
	if suffix := suffixes()[s]; suffix != "" {
		return p.Label + "-" + suffix
	}
	return ""
}

// StateLabels returns every label that shows how the provider's cases stand, sorted.
func StateLabels(p *mapping.Profile) []string {
	out := []string{p.Label + "-" + toCall}
	for state := range suffixes() {
		out = append(out, stateLabel(p, state))
	}
	slices.Sort(out)
	return out
}

// Plan returns what of the issue's marks must follow the case, and notes in the case
// that it was planned. It is to be asked whenever a case is saved.
func (m Marks) Plan(c *bridge.Case) []bridge.Effect {
	p := profile(m.Profiles, c.Provider)
	if p == nil {
		return nil
	}
	var effects []bridge.Effect
	if body := m.labels(c, p); len(body.Add)+len(body.Remove) > 0 {
		effects = append(effects, mark(c, bridge.EditLabels, body))
	}
	effects = append(effects, m.references(c, p)...)
	effects = append(effects, m.move(c)...)
	return append(effects, m.turn(c, p)...)
}

// labels is what must change of the issue's labels. A change takes every other label
// of ours off, which heals what was missed. An issue that was resolved loses the
// escalation labels as well, once.
func (m Marks) labels(c *bridge.Case, p *mapping.Profile) (body bridge.LabelsBody) {
	if c.Closing == bridge.ByAnother { // the labels are the next case's business
		c.Shown, c.ShownCall = "", false
		return body
	}
	wanted, call := stateLabel(p, c.State), mustCall(c)
	if m.StateLabels && (wanted != c.Shown || call != c.ShownCall) {
		if wanted != "" {
			body.Add = append(body.Add, wanted)
		}
		if call {
			body.Add = append(body.Add, p.Label+"-"+toCall)
		}
		body.Remove = slices.DeleteFunc(StateLabels(p), func(l string) bool { return slices.Contains(body.Add, l) })
		c.Shown, c.ShownCall = wanted, call
	}
	if c.Closing == bridge.ByResolved && c.LabelOn && len(c.Labels) > 0 && !c.Unlabelled {
		body.Remove = append(body.Remove, c.Labels...)
		c.Unlabelled = true
	}
	return body
}

// mustCall reports whether people are still to call the provider for the case.
func mustCall(c *bridge.Case) bool {
	return !c.CallUntil.IsZero() && c.State.Open() && c.State != bridge.Joined
}

// references are the marks of the references that have none yet.
func (m Marks) references(c *bridge.Case, p *mapping.Profile) (effects []bridge.Effect) {
	link, fill := m.Links && p.Contacts.Portal != "", m.Field[p.ID] != ""
	if !link && !fill {
		return nil
	}
	for _, reference := range c.References {
		if slices.Contains(c.Marked, reference) {
			continue
		}
		if link {
			effects = append(effects, mark(c, bridge.LinkReference, bridge.ReferenceBody{Reference: reference}))
		}
		if fill {
			effects = append(effects, mark(c, bridge.FillField, bridge.ReferenceBody{Reference: reference}))
		}
		c.Marked = append(slices.Clone(c.Marked), reference)
	}
	return effects
}

// move is the move of the issue that the case's state asks for. That a moment has come is
// noted even where no status is configured for it: when one is, old cases move nothing. Nor
// does what a case had come to before moments were noted.
func (m Marks) move(c *bridge.Case) []bridge.Effect {
	if c.State == c.MovedOf {
		return nil
	}
	before := c.MovedOf == "" && c.Rev > 0 // what it has come to may be weeks old
	c.MovedOf = c.State
	now := m.moment(c)
	if now == "" || now == c.Moved {
		return nil
	}
	c.Moved = now
	if m.Moves[now] == "" || before {
		return nil
	}
	return []bridge.Effect{mark(c, bridge.MoveIssue, bridge.MoveBody{Event: now})}
}

// moment is the moment to which the case has come, or nothing. A case that was closed and
// is not any more was opened again; where nothing is to follow that, what follows its
// state does.
func (m Marks) moment(c *bridge.Case) bridge.Moment {
	reopened := c.Moved == bridge.AtClosed && m.Moves[bridge.AtReopened] != ""
	switch c.State {
	case bridge.Asked:
		return bridge.AtAsked
	case bridge.Sent, bridge.Answered:
		switch {
		case reopened:
			return bridge.AtReopened
		case c.State == bridge.Sent:
			return bridge.AtSent
		}
		return bridge.AtAnswered
	case bridge.Closed:
		if c.Closing != bridge.ByAnother { // the next case goes on with the issue
			return bridge.AtClosed
		}
	case bridge.Withdrawn:
		if c.Moved != "" {
			return bridge.AtClosed
		}
	}
	return ""
}

// turn is what the field that shows the turn must say now. Where the next case has taken
// over, the field is that one's.
func (m Marks) turn(c *bridge.Case, p *mapping.Profile) []bridge.Effect {
	shown := c.Turn == c.ShownTurn && (c.TurnSince.Equal(c.ShownTurnSince) || c.Turn == "")
	if m.Turn[p.ID] == "" || shown {
		return nil
	}
	c.ShownTurn, c.ShownTurnSince = c.Turn, c.TurnSince
	if c.Closing == bridge.ByAnother {
		return nil
	}
	line := m.Texts.TurnLine(wording.Times(*c, p, c.TurnSince))
	return []bridge.Effect{mark(c, bridge.ShowTurn, bridge.TurnBody{Text: line})}
}

// mark plans a mark under the next key.
func mark(c *bridge.Case, kind bridge.Kind, body any) bridge.Effect {
	c.Marks++
	key := fmt.Sprintf("marks/%s/%s/%d/%d", c.IssueID, c.Provider, c.Ordinal, c.Marks)
	return bridge.Plan(bridge.ToMarks, kind, key, body)
}

func profile(profiles []mapping.Profile, id string) *mapping.Profile {
	for i := range profiles {
		if profiles[i].ID == id {
			return &profiles[i]
		}
	}
	return nil
}
