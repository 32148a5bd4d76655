// Package page reads the HTML of a mail into lines: what its reader sees, and what the
// structure says of each line: that it is quoted, that it begins an earlier mail, that it
// is a signature.
package page

import "escalat/mapping/wiki"

// Mark is what the structure says of a line.
type Mark int

// The marks.
const (
	None Mark = iota
	// Quoted: it lies in what a mail program marks as the quote of an earlier mail.
	Quoted
	// Earlier: with it an earlier mail begins, of which everything below is a part.
	Earlier
	// Attribution: it says who wrote what is quoted below.
	Attribution
	// Signature: it lies in what a mail program marks as the signature.
	Signature
	// Forwarded: it lies in a mail that was passed on, which is news.
	Forwarded
)

// Line is a line of the mail.
type Line struct {
	wiki.Line

	Mark Mark
}

// Read reads HTML. It reports false when that cannot be shown whole within the bounds:
// too deep or too long.
func Read(html string) (lines []Line, ok bool) { return nil, html == "" }
