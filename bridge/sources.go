package bridge

import (
	"slices"
	"time"

	"escalat/mapping"
)

// Sources returns the texts from which a form's values are read, the
// description first and then the comments, oldest first. A comment counts from
// when it was last edited. Comments that are our own, restricted to a role or
// group, or seen by customers are no source.
//
// The description counts from the issue's creation: the issue does not say when
// it was edited, so a value in a later comment stands over it.
func (i Issue) Sources() []mapping.Source {
	var comments []mapping.Source
	for _, c := range i.Comments {
		if c.Own || c.Restricted || c.Public {
			continue
		}
		comments = append(comments, mapping.Source{Text: c.Body, At: latest(c.Created, c.Updated), Origin: "comment " + c.ID})
	}
	slices.SortStableFunc(comments, func(a, b mapping.Source) int { return a.At.Compare(b.At) })
	return append([]mapping.Source{{Text: i.Description, At: i.Created, Origin: "description"}}, comments...)
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
