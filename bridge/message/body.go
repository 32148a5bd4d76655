package message

import (
	"bytes"
	"errors"
	"io"
	"slices"
)

// body is the raw body of a part: everything up to the next boundary. The line
// end before a boundary belongs to the boundary.
type body struct {
	p    *parser
	line []byte // reused
	buf  []byte // what of line is still to be read
	held []byte // the line end that may belong to a boundary
	done bool
	// adopt: the innermost multipart has shown no boundary yet. A line that looks like
	// one becomes it, whatever the header says.
	adopt bool
}

// Read implements io.Reader.
func (b *body) Read(dst []byte) (int, error) {
	for len(b.buf) == 0 {
		if b.done {
			if b.p.err != nil {
				return 0, b.p.err
			}
			return 0, io.EOF
		}
		b.fill()
	}
	n := copy(dst, b.buf)
	b.buf = b.buf[n:]
	return n, nil
}

// gathered is how much is gathered of short lines before it is passed on, in bytes.
const gathered = 4096

// fill gathers lines, as far as they are at hand.
func (b *body) fill() {
	b.line = b.line[:0]
	if len(b.p.bounds) == 0 {
		b.addAll()
		return
	}
	for !b.done && len(b.line) < gathered {
		b.add()
		if b.p.br.Buffered() == 0 {
			break
		}
	}
	b.buf = b.line
}

// addAll takes what is at hand: without a multipart no line means anything.
func (b *body) addAll() {
	_, err := b.p.br.Peek(1)
	if err != nil && !errors.Is(err, io.EOF) {
		b.p.err = err
	}
	ahead, _ := b.p.br.Peek(b.p.br.Buffered())
	b.line = append(b.line, ahead...)
	_, _ = b.p.br.Discard(len(ahead)) // it was seen ahead
	if b.buf = b.line; err != nil {
		b.p.delim, b.done = endOfMail, true
	}
}

// add takes a line, or a piece of a long one.
func (b *body) add() {
	chunk, starts := b.p.next()
	if len(chunk) == 0 {
		b.line = append(b.line, b.held...)
		b.p.delim, b.held, b.done = endOfMail, nil, true
		return
	}
	if starts {
		d, ok := b.p.delimiterAt(chunk)
		if !ok && b.adopt && bytes.HasPrefix(chunk, []byte("--")) {
			chunk = bytes.Clone(chunk) // one looks ahead, which moves the buffer
			d, ok = b.p.adopted(chunk)
		}
		if ok {
			b.p.delim, b.held, b.done = d, nil, true
			return
		}
	}
	text := trimEOL(chunk)
	b.line = append(append(b.line, b.held...), text...)
	b.held = append(b.held[:0], chunk[len(text):]...)
}

// skip reads to the end of the part.
func (b *body) skip() {
	for !b.done {
		b.fill()
	}
	b.buf = nil
}

// trimEOL returns the line without its end, however many carriage returns that has.
func trimEOL(line []byte) []byte {
	n := len(line)
	for n > 0 && (line[n-1] == '\n' || line[n-1] == '\r') {
		n--
	}
	return line[:n]
}

// trimBlank returns the line without its end and the blanks before that.
func trimBlank(line []byte) []byte {
	n := len(line)
	for n > 0 && (line[n-1] == '\n' || line[n-1] == '\r' || line[n-1] == ' ' || line[n-1] == '\t') {
		n--
	}
	return line[:n]
}

// delimiterAt reports whether the line is a boundary of an open multipart
// (RFC 2046, section 5.1.1). An outer one ends the inner ones too.
func (p *parser) delimiterAt(line []byte) (delimiter, bool) {
	if len(p.bounds) == 0 || len(line) < 2 || line[0] != '-' || line[1] != '-' {
		return delimiter{}, false
	}
	s := trimBlank(line[2:])
	for level, boundary := range slices.Backward(p.bounds) {
		if len(s) < len(boundary) || string(s[:len(boundary)]) != boundary {
			continue
		}
		if rest := s[len(boundary):]; len(rest) == 0 || string(rest) == "--" {
			return delimiter{level, len(rest) > 0}, true
		}
	}
	return delimiter{}, false
}

// adopted takes a line for the boundary of the innermost multipart: one that looks
// like it and that a header of a part follows.
func (p *parser) adopted(line []byte) (delimiter, bool) {
	s := trimBlank(line)
	if len(s) < 3 || len(s) > maxBoundary || p.midLine || bytes.HasSuffix(s[2:], []byte("--")) {
		return delimiter{}, false
	}
	boundary := string(s[2:])
	const name = "content-"
	ahead, _ := p.br.Peek(len(name)) // the next read tells the error
	if len(ahead) < len(name) || !bytes.EqualFold(ahead, []byte(name)) {
		return delimiter{}, false
	}
	p.defect(defectBoundary)
	level := len(p.bounds) - 1
	p.bounds[level] = boundary
	return delimiter{level: level}, true
}
