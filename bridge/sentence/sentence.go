// Package sentence takes a text in Jira's wiki markup apart into the
// sentences that are to be translated and all that stays as it is, and puts
// it together again.
//
// It promises that what must not change does not: addresses, paths, commands,
// identifiers, numbers, names, masks and every token of markup pass as fixed
// pieces, and a translation in which one of them is missing, double or out of
// place is not used: that sentence stays as it was written. It is pure,
// bounded and knows nothing of the bridge: what is fixed beyond its own rules
// the caller tells it in Options.
package sentence

import "strings"

// Piece is a run of a sentence.
type Piece struct {
	// Text is the run as it stands in the source.
	Text string
	// Fixed says that the run passes a translator untouched.
	Fixed bool
}

// Sentence is what a translator is given at once, in reading order. Two
// neighbours that are both free do not occur in what Divide gives; spaces
// between pieces belong to the free ones.
type Sentence []Piece

// String is the sentence as it is read: all its pieces in order.
func (s Sentence) String() string {
	if len(s) == 1 {
		return s[0].Text
	}
	var b strings.Builder
	for _, p := range s {
		b.WriteString(p.Text)
	}
	return b.String()
}
