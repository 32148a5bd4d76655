package jira

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/mapping/spelling"
)

// fieldMemory holds which custom fields are meant; it is guarded by its turn,
// which is held while Jira is asked.
type fieldMemory struct {
	turn   chan struct{}
	wanted []string // as configured
	bound  []boundField
	known  bool
	// references are the fields that AppendField writes.
	wantedReferences []string
	references       []boundField
	referencesKnown  bool
}

// boundField is a custom field that was asked for.
type boundField struct {
	text  string // as configured
	id    string
	names []string // by which a change log may call it
	// markup: its texts are wiki markup. Any other text is shown as it is.
	markup bool
}

type wireField struct {
	ID           string      `json:"id"`
	Name         string      `json:"name"`
	Untranslated string      `json:"untranslatedName"`
	Schema       fieldSchema `json:"schema"`
}

type fieldSchema struct {
	Type   string `json:"type"`
	Custom string `json:"custom"`
}

// markup reports whether the field's texts are wiki markup: those of the two
// text fields of Jira, and of a text field of which no more is known.
func (s fieldSchema) markup() bool {
	_, kind, _ := strings.Cut(s.Custom, ":")
	return kind == "textfield" || kind == "textarea" || s.Custom == "" && (s.Type == "string" || s.Type == "")
}

func (w wireField) custom() bool { return customID.MatchString(w.ID) }

// called reports whether the field has that name, in whatever letter case.
func (w wireField) called(name string) bool {
	return slices.ContainsFunc(w.names(), func(n string) bool { return strings.EqualFold(n, name) })
}

func (w wireField) names() []string {
	var names []string
	for _, n := range []string{w.Name, w.Untranslated} {
		if n = strings.TrimSpace(n); n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

func (w wireField) String() string {
	return fmt.Sprintf("%q (%s)", shorten(oneLine(cmp.Or(w.Name, w.Untranslated)), longestName), w.ID)
}

// longestName is how much of a field's name is repeated, in characters.
const longestName = 80

// checkNames reports names that say nothing.
func checkNames(what string, names []string) error {
	var problems []error
	for i, name := range names {
		if strings.TrimSpace(name) == "" {
			problems = append(problems, fmt.Errorf("jira: %s %d of %d has no name", what, i+1, len(names)))
		}
	}
	return errors.Join(problems...)
}

// Bind asks Jira which custom fields Config.Fields and Config.ReferenceFields
// mean. What no field has, or more than one, and a reference field that is no text,
// is a permanent error, which names every such problem; when Jira does not answer
// the error is temporary. The first success is remembered. Without fields nothing
// is asked.
func (c *Client) Bind(ctx context.Context) error {
	if len(c.custom.wanted)+len(c.custom.wantedReferences) == 0 {
		return nil
	}
	_, _, err := c.boundFields(ctx, true)
	return err
}

// boundFields returns what is bound of the two kinds of fields, together with the
// error of what is not: each kind serves without the other. The fields for
// references are asked for only where they are wanted. What is bound is never
// changed.
func (c *Client) boundFields(ctx context.Context, all bool) (fields, references []boundField, err error) {
	m := &c.custom
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return nil, nil, fmt.Errorf("jira: wait to ask which fields there are: %w", ctx.Err())
	}
	if !m.known || all && !m.referencesKnown {
		err = c.bind(ctx, m)
	}
	return m.bound, m.references, err
}

func (c *Client) bind(ctx context.Context, m *fieldMemory) error {
	var list []json.RawMessage
	if err := c.ask(ctx, "ask which fields there are", "rest/api/2/field", &list); err != nil {
		return preliminary(err)
	}
	if len(list) == 0 {
		return errors.New("jira: ask which fields there are: the answer has no list of fields")
	}
	all := catalogue(members[wireField](list))
	bound, err := all.bind(m.wanted, wireField.any)
	if err == nil {
		m.bound, m.known = bound, true
	}
	references, problem := all.bind(m.wantedReferences, wireField.text)
	if problem == nil {
		m.references, m.referencesKnown = references, true
	}
	if err := errors.Join(err, problem); err != nil {
		return bridge.Permanent(fmt.Errorf("jira: custom fields: %w", err))
	}
	return nil
}

// fields are the bound fields for the reading of an issue. It says nothing
// about the issue when they cannot be bound.
func (c *Client) fields(ctx context.Context) ([]boundField, error) {
	if len(c.custom.wanted) == 0 {
		return nil, nil
	}
	bound, _, err := c.boundFields(ctx, false)
	if bound == nil && err != nil {
		return nil, preliminary(err)
	}
	return bound, nil
}

// reference is the bound reference field of that name or id.
func (c *Client) reference(ctx context.Context, text string) (boundField, error) {
	if !slices.Contains(c.custom.wantedReferences, text) {
		return boundField{}, bridge.Permanent(errors.New("it is not configured as a field for references"))
	}
	_, bound, err := c.boundFields(ctx, true)
	for _, f := range bound {
		if f.text == text {
			return f, nil
		}
	}
	return boundField{}, err
}

// catalogue is what is known of Jira's fields.
type catalogue []wireField

// What may be the matter with a field. errNoField is told apart because a file
// need not know every field.
var (
	errNoField     = errors.New("no custom field that the account sees has this id or name")
	errSystemField = errors.New("this is a field of Jira's own, not a custom field")
	errNoText      = errors.New("this is not a text field")
)

// any takes every field.
func (w wireField) any() error { return nil }

// text takes a field in which a text can be written.
func (w wireField) text() error {
	if w.Schema.markup() && (w.Schema.Type == "string" || w.Schema.Type == "") {
		return nil
	}
	return fmt.Errorf("%w: %s", errNoText, w)
}

// bind finds every field, or says of each that it does not find what is wrong.
func (l catalogue) bind(wanted []string, fits func(wireField) error) ([]boundField, error) {
	var bound []boundField
	var problems []error
	for _, text := range wanted {
		if slices.ContainsFunc(bound, func(b boundField) bool { return b.text == text }) {
			continue
		}
		f, err := l.find(text)
		if near := l.nearest(text, err); len(near) > 0 {
			err = fmt.Errorf("%w; the nearest: %s", err, join(near))
		}
		if err == nil {
			err = fits(f)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%q: %w", text, err))
			continue
		}
		bound = append(bound, f.bound(text))
	}
	return bound, errors.Join(problems...)
}

func (w wireField) bound(text string) boundField {
	return boundField{text: text, id: w.ID, names: w.names(), markup: w.Schema.markup()}
}

// find returns the custom field with that id, or else the only one of that name.
func (l catalogue) find(text string) (wireField, error) {
	text = strings.TrimSpace(text)
	var named []wireField
	system := false
	for _, f := range l {
		switch {
		case f.ID == text && f.custom():
			return f, nil
		case f.ID == text:
			return wireField{}, errSystemField
		case f.custom() && f.called(text):
			named = append(named, f)
		case !f.custom() && f.called(text):
			system = true
		}
	}
	switch {
	case len(named) == 1:
		return named[0], nil
	case len(named) > 1:
		return wireField{}, fmt.Errorf("%d custom fields have this name: use the id of one of them: %s", len(named), join(named))
	case system:
		return wireField{}, errSystemField
	}
	return wireField{}, errNoField
}

// mostNamed bounds how many fields an error names.
const mostNamed = 10

func join(fields []wireField) string {
	texts := make([]string, 0, len(fields))
	for _, f := range fields[:min(len(fields), mostNamed)] {
		texts = append(texts, f.String())
	}
	if len(fields) > mostNamed {
		texts = append(texts, "…")
	}
	return strings.Join(texts, ", ")
}

// nearest returns the up to three custom fields that are most like a text which
// no field has, where at least half of it is the same.
func (l catalogue) nearest(text string, err error) []wireField {
	if !errors.Is(err, errNoField) {
		return nil
	}
	text = strings.TrimSpace(text)
	type near struct {
		field wireField
		far   int
	}
	var found []near
	for _, f := range l {
		if !f.custom() {
			continue
		}
		far := len(text)/2 + 1
		for _, word := range append(f.names(), f.ID) {
			if len(word) <= 2*len(text) {
				far = min(far, spelling.Distance(strings.ToLower(text), strings.ToLower(word)))
			}
		}
		if far <= len(text)/2 {
			found = append(found, near{f, far})
		}
	}
	slices.SortStableFunc(found, func(a, b near) int { return cmp.Compare(a.far, b.far) })
	out := make([]wireField, 0, 3)
	for _, n := range found[:min(len(found), 3)] {
		out = append(out, n.field)
	}
	return out
}
