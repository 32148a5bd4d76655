// Package page reads the HTML of a mail into lines: what its reader sees, and what the
// structure says of each line: that it is quoted, that it begins an earlier mail, that it
// is a signature.
//
// What no reader sees is left out: comments, scripts, what a style hides, what stands in
// no size or in the colour of its ground. A link goes to http, https, a mail address or
// a telephone; of another only the text stays. A picture is shown only where it is a part
// of the mail; of one elsewhere there stays what is written for those who do not see it.
//
// A table is one where it holds values in columns. Most tables of mails place things on
// the page: those are read cell by cell.
//
// Tags may be missing, crossed or unknown. Bytes, elements and depth are bounded, and the
// time is linear in the bytes.
package page

import (
	"strings"

	"escalat/mapping/wiki"
)

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

const (
	// maxBytes bounds the HTML that is read.
	maxBytes = 4 << 20
	// maxNodes bounds its elements and texts.
	maxNodes = 200_000
	// maxDepth bounds how many elements stand in one another.
	maxDepth = 400
)

// Read reads HTML. Empty lines stand where a reader sees them, never two in a row, none
// at either end. It reports false when the HTML is beyond a bound; then the lines are of
// its beginning, or where it is too deep, of all of it but without what the structure
// says of the deepest.
func Read(html string) (lines []Line, ok bool) {
	if ok = len(html) <= maxBytes; !ok {
		html = html[:maxBytes]
	}
	root, whole := parse(strings.ToValidUTF8(html, "\uFFFD"))
	w := &writer{}
	w.children(root, context{ink: unknown, ground: unknown})
	w.flush()
	return finish(w.rows), ok && whole
}
