package inside

import (
	"bytes"
	"unicode/utf8"
)

const (
	pieceSize = 64 << 10 // bytes
	// overlap is as long as a private key and its frame.
	overlap = 4 << 10
)

// sink cuts the text of one place into pieces.
type sink struct {
	w     *walker
	path  string
	line  int // of the first byte of buf; 0: there are no lines; a page is negative
	seen  int // ends of lines in buf
	buf   []byte
	fresh bool // buf has something that was not handed on
}

func (w *walker) sink(path string, line int) *sink { return &sink{w: w, path: path, line: line} }

// write takes text that is valid UTF-8.
func (s *sink) write(text []byte) {
	for len(text) > 0 {
		n := min(len(text), pieceSize-len(s.buf))
		if n < len(text) {
			for n > 0 && !utf8.RuneStart(text[n]) {
				n--
			}
		}
		s.buf = append(s.buf, text[:n]...)
		s.seen += bytes.Count(text[:n], []byte("\n"))
		s.fresh = s.fresh || n > 0
		if text = text[n:]; len(text) > 0 {
			s.hand()
			s.keep()
		}
	}
}

// put is write for a string.
func (s *sink) put(text string) { s.write([]byte(text)) }

// hand hands on what there is.
func (s *sink) hand() {
	if s.fresh && !s.w.over() {
		s.w.scan(s.path, s.line, string(s.buf))
	}
	s.fresh = false
}

// keep leaves the end of a piece for the next one.
func (s *sink) keep() {
	cut := max(0, len(s.buf)-overlap)
	for cut > 0 && !utf8.RuneStart(s.buf[cut]) {
		cut--
	}
	gone := bytes.Count(s.buf[:cut], []byte("\n"))
	s.seen -= gone
	s.line = LineAt(s.line, gone)
	s.buf = append(s.buf[:0], s.buf[cut:]...)
}

// end hands on the rest and begins anew on a line.
func (s *sink) end(line int) {
	s.hand()
	s.buf, s.line, s.seen = s.buf[:0], line, 0
}

// now is the line of what is written next.
func (s *sink) now() int { return LineAt(s.line, s.seen) }

// LineAt is the line of a place in a piece that begins on that line, so many ends of lines
// further on. Where there are no lines it is 0, and on a page it is the page, which stays
// negative.
func LineAt(line, ends int) int {
	if line <= 0 {
		return line
	}
	return line + ends
}
