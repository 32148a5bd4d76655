package message

import (
	"errors"
	"fmt"
	"io"
)

// ErrNoPart says that a mail has no leaf part of that index.
var ErrNoPart = errors.New("message: no such part")

// Whole is the index of the mail itself: Open gives its raw bytes.
const Whole = -1

// Open streams the decoded content of a leaf part out of a raw mail; the
// charset of a text stays as it is. It fails with ErrNoPart, or with the error
// of r, which reading the part may return as well.
func Open(r io.Reader, index int, lim Limits) (io.Reader, error) {
	lim = lim.withDefaults()
	limited := io.LimitReader(r, lim.Bytes)
	if index == Whole {
		return limited, nil
	}
	f := finder{index: index}
	w := walk{lim: lim}
	w.mail(limited, &f)
	if w.err != nil {
		return nil, fmt.Errorf("message: part %d: %w", index, w.err)
	}
	if f.found == nil {
		return nil, fmt.Errorf("part %d: %w", index, ErrNoPart)
	}
	return f.found, nil
}

// finder stops the walk at one leaf.
type finder struct {
	index int
	found io.Reader
}

// leaf implements visitor.
func (f *finder) leaf(l leaf, body io.Reader) ([]Piece, bool) {
	if l.index != f.index {
		return nil, false
	}
	f.found = body
	return nil, true
}
