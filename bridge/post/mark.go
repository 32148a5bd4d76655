package post

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping"
)

// Labels is Jira's labels. Those that are there already, or are not there, are no
// error. The time is when Jira took it, by its clock.
type Labels interface {
	EditLabels(ctx context.Context, issueID string, add, remove []string) (time.Time, error)
}

// Labeller does effects of the kind bridge.EditLabels.
type Labeller struct {
	settled
	Jira Labels
}

// Do puts labels on and takes others off. An escalation label that was seen off
// meanwhile is not taken off again: somebody may have put it back. What the case was to
// show is the next one's business once that has taken its place.
func (l *Labeller) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.LabelsBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	if !c.LabelOn {
		body.Remove = slices.DeleteFunc(body.Remove, func(l string) bool { return slices.Contains(c.Labels, l) })
	}
	if len(body.Add)+len(body.Remove) == 0 || len(body.Add) > 0 && c.Closing == bridge.ByAnother {
		return json.Marshal(bridge.MarkResult{})
	}
	at, err := l.Jira.EditLabels(ctx, c.IssueID, body.Add, body.Remove)
	return marked(at, err, "labels of "+c.IssueKey)
}

// Link is a remote link of an issue.
type Link struct {
	GlobalID     string // names the link for ever; at most 255 bytes
	URL          string
	Title        string
	Summary      string
	Relationship string // the heading below which it is shown
	Application  string // the name of where it leads
}

// Links is Jira's remote links. One with a known GlobalID is changed.
type Links interface {
	SetLink(ctx context.Context, issueID string, l Link) (time.Time, error)
}

// Linker does effects of the kind bridge.LinkReference: it links the provider's
// portal under the reference.
type Linker struct {
	settled
	Jira     Links
	Profiles []mapping.Profile
	Texts    text.Texts
}

// Do links the reference.
func (l *Linker) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.ReferenceBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	p := profile(l.Profiles, c.Provider)
	if p == nil || p.Contacts.Portal == "" {
		return nil, bridge.Permanent(errors.New("the provider is off, or has no portal any more"))
	}
	at, err := l.Jira.SetLink(ctx, c.IssueID, Link{
		GlobalID: globalID(c, body.Reference), URL: p.Contacts.Portal, Title: shortened(p.Name + " " + body.Reference),
		Relationship: l.Texts.Relationship(p.Name), Application: p.Name,
	})
	return marked(at, err, "link of "+c.IssueKey)
}

// maxLink bounds the id and the title of a link, in bytes.
const maxLink = 255

// globalID names the link of a reference for ever.
func globalID(c bridge.Case, reference string) string {
	id := fmt.Sprintf("escalat=%s-%s-%d-", c.IssueID, c.Provider, c.Ordinal)
	if len(id)+len(reference) > maxLink {
		sum := sha256.Sum256([]byte(reference))
		reference = hex.EncodeToString(sum[:])
	}
	return id + reference
}

// shortened is s in one line that Jira takes for a title.
func shortened(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxLink {
		s = strings.ToValidUTF8(s[:maxLink-len("…")], "") + "…"
	}
	return s
}

// Fields is Jira's custom fields. A value that the field has already is no error.
type Fields interface {
	AppendField(ctx context.Context, issueID, field, value string) (time.Time, error)
}

// FieldFiller does effects of the kind bridge.FillField: it adds the reference to a
// custom field.
type FieldFiller struct {
	settled
	Jira  Fields
	Field map[string]string // by profile id
}

// Do adds the reference to the field.
func (f *FieldFiller) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.ReferenceBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	field := f.Field[c.Provider]
	if field == "" {
		return nil, bridge.Permanent(errors.New("no field is configured any more"))
	}
	at, err := f.Jira.AppendField(ctx, c.IssueID, field, body.Reference)
	return marked(at, err, "field of "+c.IssueKey)
}

func marked(at time.Time, err error, what string) (json.RawMessage, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return json.Marshal(bridge.MarkResult{At: at})
}

// settled is what all that makes marks has in common: a mark that may have been made
// is made again, and one that Jira refuses is nothing to trouble people with.
type settled struct{}

// Find finds nothing without looking: what is done twice is the same.
func (settled) Find(context.Context, bridge.Case, bridge.Effect) (json.RawMessage, bool, error) {
	return nil, false, nil
}

// Settle remembers what was written, and notes what was refused.
func (settled) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	switch ev.What {
	case bridge.Failed:
		return bridge.Outcome{Case: c, Audit: entry(ev, "mark refused", e.Key)}
	case bridge.Done:
		var r bridge.MarkResult
		if err := json.Unmarshal(ev.Result, &r); err == nil {
			return wrote(c, r.At)
		}
	}
	return bridge.Outcome{}
}

// wrote remembers a write that has no id, if it is known when it was.
func wrote(c bridge.Case, at time.Time) bridge.Outcome {
	if at.IsZero() {
		return bridge.Outcome{}
	}
	c.Wrote("", at)
	return bridge.Outcome{Case: c}
}
