package post

import (
	"fmt"
	"slices"

	"escalat/bridge"
	"escalat/mapping"
)

// Marks plans what shows on an issue how its case stands. What is off is not
// planned.
type Marks struct {
	Profiles    []mapping.Profile // those that are on
	StateLabels bool
	Links       bool // to the provider's portal, one a reference
	// Field names, by profile id, the custom field that lists the references.
	Field map[string]string
}

// suffixes are the ends of the state labels, by the states that show one.
func suffixes() map[bridge.State]string {
	return map[bridge.State]string{
		bridge.Asked:       "falten-dades",
		bridge.Sent:        "enviat",
		bridge.Answered:    "respost",
		bridge.Undelivered: "no-enviat",
		bridge.Braked:      "aturat",
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
	return append(effects, m.references(c, p)...)
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
