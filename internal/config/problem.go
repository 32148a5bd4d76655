package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"escalat/mapping/spelling"
)

// Problem is one thing that is wrong with the configuration.
type Problem struct {
	Name    string // of the variable
	What    string // words that follow the name
	Example string // a value that would do; may be empty
}

// String returns the problem as one line.
func (p Problem) String() string {
	line := p.Name + " " + p.What
	if p.Example != "" {
		line += "; for example " + p.Name + "=" + p.Example
	}
	return line
}

// Error lists everything that is wrong with the configuration, in the order of
// the reference; unknown names come first.
type Error struct{ Problems []Problem }

// Error returns one line for each problem.
func (e *Error) Error() string {
	var b strings.Builder
	if len(e.Problems) == 1 {
		b.WriteString("the configuration has 1 problem:")
	} else {
		fmt.Fprintf(&b, "the configuration has %d problems:", len(e.Problems))
	}
	for _, p := range e.Problems {
		b.WriteString("\n  " + p.String())
	}
	return b.String()
}

// err returns what was found, in order and with examples, or nil.
func (s *source) err(vars []Variable) error {
	if len(s.problems) == 0 {
		return nil
	}
	place := map[string]int{}
	example := map[string]string{}
	for i, v := range vars {
		place[v.Name], place[v.Name+fileSuffix] = i+1, i+1
		example[v.Name] = v.Example
	}
	problems := slices.Clone(s.problems)
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if c := cmp.Compare(place[a.Name], place[b.Name]); c != 0 || place[a.Name] != 0 {
			return c
		}
		return cmp.Compare(a.Name, b.Name)
	})
	for i, p := range problems {
		problems[i].Example = example[p.Name]
	}
	return &Error{problems}
}

// nearest returns the known name with the fewest changes of a letter, or the
// empty text when none is near enough to have been meant.
func nearest(name string, known []string) string {
	best, least := "", len(strings.TrimPrefix(name, Prefix))/3+1
	for _, k := range known {
		if d := spelling.Distance(name, k); d < least || d == least && best == "" {
			best, least = k, d
		}
	}
	return best
}
