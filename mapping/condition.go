package mapping

import (
	"slices"
	"strings"

	"escalat/mapping/wiki"
)

// facts are what conditions look at.
type facts struct {
	summary string
	values  Values
	words   map[string][]string
}

// demanded reports whether the field must be answered, as things are.
func (f *Field) demanded(k facts) bool {
	return f.Required && (f.When == nil || f.When.holds(k))
}

func (c *Condition) holds(k facts) bool {
	holds := func(part Condition) bool { return part.holds(k) }
	switch {
	case c.Not != nil:
		return !c.Not.holds(k)
	case len(c.Any) > 0:
		return slices.ContainsFunc(c.Any, holds)
	case len(c.All) > 0:
		return !slices.ContainsFunc(c.All, func(part Condition) bool { return !part.holds(k) })
	}
	text, option, filled := k.answer(c.Field)
	switch {
	case c.Filled != nil:
		return filled == *c.Filled
	case c.Says != "":
		return says(text, k.words[c.Says])
	}
	return slices.ContainsFunc(c.Is, func(answer string) bool {
		return option == answer && answer != "" || option == "" && filled && normal(answer) == normal(text)
	})
}

// answer returns what a field's answer says as plain text, and which option it
// chooses.
func (k facts) answer(field string) (text, option string, filled bool) {
	if field == summaryID {
		return k.summary, "", normal(k.summary) != ""
	}
	v, filled := k.values.ByField[field]
	if v.Option != nil {
		option = v.Option.ID
	}
	return wiki.Plain(v.Text), option, filled
}

// says reports whether a text holds one of the words, as a word.
func says(text string, words []string) bool {
	padded := " " + normal(text) + " "
	return slices.ContainsFunc(words, func(w string) bool {
		w = normal(w)
		return w != "" && strings.Contains(padded, " "+w+" ")
	})
}

// asks appends the ids of the fields that the condition looks at. What lies
// deeper than a condition may go is left out.
func (c *Condition) asks(ids []string, depth int) []string {
	if depth > maxCondition {
		return ids
	}
	if c.Field != "" {
		ids = append(ids, c.Field)
	}
	if c.Not != nil {
		ids = c.Not.asks(ids, depth+1)
	}
	for _, parts := range [][]Condition{c.All, c.Any} {
		for i := range parts {
			ids = parts[i].asks(ids, depth+1)
		}
	}
	return ids
}
