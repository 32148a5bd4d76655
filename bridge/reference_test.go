package bridge

import (
	"testing"

	"escalat/mapping"
)

// TestRepeats: the number stands in a subject of ours by itself, and is none of the
// case's.
func TestRepeats(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		subject, number string
		known           []string
		want            bool
	}{
		"by itself":         {subject: "[AOC SUP-8] seguiment del ticket 1000", number: "1000", want: true},
		"in other letters":  {subject: "com l’inc-7, però", number: "INC-7", want: true},
		"behind a part":     {subject: "11000, 1000", number: "1000", want: true},
		"twice in itself":   {subject: "1111", number: "11"},
		"a part of another": {subject: "seguiment del ticket 55555", number: "5555"},
		"behind a letter":   {subject: "É1000", number: "1000"},
		"before a letter":   {subject: "1000é", number: "1000"},
		"known":             {subject: "ticket 1000", number: "1000", known: []string{"1000"}},
		"known as written":  {subject: "ticket 1000", number: "1000", known: []string{"Ticket#1000"}},
		"not there":         {subject: "ticket 1000", number: "1001"},
		"no subject":        {number: "1000"},
		"no number":         {subject: "x"},
	} {
		c := Case{References: test.known, Notices: []Notice{{Serial: 1, Subject: "x"}, {Serial: 2, Subject: test.subject}}}
		if got := c.Repeats(mapping.Ticket{Number: test.number, Written: "[Ticket#" + test.number + "]"}); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
