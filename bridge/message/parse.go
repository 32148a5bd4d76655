package message

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// parser walks a mail from the first byte to the last, line by line.
type parser struct {
	br      *bufio.Reader
	lim     Limits
	bounds  []string // of the multiparts that are open, outermost first
	midLine bool     // the last chunk did not end its line
	// delim is the boundary line that ended what was read last.
	delim   delimiter
	leaves  int
	stopped bool  // the visitor has what it wanted, or there are too many leaves
	err     error // of the reader, never io.EOF
	defects []string
}

// delimiter is a boundary line. Level is the place in bounds, or -1 at the end
// of the mail.
type delimiter struct {
	level int
	final bool
}

var endOfMail = delimiter{level: -1}

// visitor is told of each leaf. It returns the text that the leaf is, if it is
// text, and whether the walk shall stop with the body unread.
type visitor interface {
	leaf(l leaf, body io.Reader) (pieces []piece, stop bool)
}

// leaf is a part without parts of its own.
type leaf struct {
	index  int
	header []Field
	media  string // media type, lower case
	params map[string]string
}

// entity is a header and what may follow it.
type entity struct {
	header   []Field
	hasBody  bool
	inherits string // the media type when the header names none
}

func newParser(r io.Reader, lim Limits) *parser {
	return &parser{br: bufio.NewReaderSize(r, 32<<10), lim: lim, delim: endOfMail}
}

// defect notes a defect once. There are few of them, so the list is bounded.
func (p *parser) defect(d string) {
	if !slices.Contains(p.defects, d) {
		p.defects = append(p.defects, d)
	}
}

// next returns the next line with its end, or a piece of one that is longer than
// the buffer; starts tells whether it begins a line. It returns nil at the end.
func (p *parser) next() (chunk []byte, starts bool) {
	chunk, err := p.br.ReadSlice('\n')
	starts = !p.midLine
	p.midLine = errors.Is(err, bufio.ErrBufferFull)
	if err != nil && !p.midLine && !errors.Is(err, io.EOF) {
		p.err = err
	}
	return chunk, starts
}

// drain reads to the end of the mail.
func (p *parser) drain() {
	if _, err := io.Copy(io.Discard, p.br); err != nil && p.err == nil {
		p.err = err
	}
}

// delimiterAt reports whether the line is a boundary of an open multipart
// (RFC 2046, section 5.1.1). An outer one ends the inner ones too.
func (p *parser) delimiterAt(line []byte) (delimiter, bool) {
	if len(p.bounds) == 0 || !bytes.HasPrefix(line, []byte("--")) {
		return delimiter{}, false
	}
	s := strings.TrimRight(string(line[2:]), " \t\r\n")
	for level, boundary := range slices.Backward(p.bounds) {
		if rest, ok := strings.CutPrefix(s, boundary); ok && (rest == "" || rest == "--") {
			return delimiter{level, rest == "--"}, true
		}
	}
	return delimiter{}, false
}

// header reads a header block and its blank line. Lines that are no fields are
// passed over: one of them must not hide those below it, least of all a second
// From.
//
// Without the blank line there is no body: a boundary or the end of the mail
// came first.
func (p *parser) header() (fields []Field, hasBody bool) {
	size, skipping := 0, false
	for {
		chunk, starts := p.next()
		if len(chunk) == 0 {
			p.delim = endOfMail
			return fields, false
		}
		if starts {
			if d, ok := p.delimiterAt(chunk); ok {
				p.delim = d
				return fields, false
			}
			if len(bytes.TrimRight(chunk, "\r\n")) == 0 {
				return fields, true
			}
		}
		if size += len(chunk); size > p.lim.Header {
			p.defect(HeaderCut)
			continue
		}
		folded := !starts || chunk[0] == ' ' || chunk[0] == '\t'
		switch text := toUTF8(bytes.TrimRight(chunk, "\r\n")); {
		case folded && skipping:
		case folded && len(fields) > 0:
			fields[len(fields)-1].fold(text, starts)
		default:
			f, ok := parseField(text)
			if skipping = !ok; ok {
				fields = append(fields, f)
			} else {
				p.defect(defectLine)
			}
		}
	}
}

// entity reads the body that follows a header, which may be the text of a
// single part or a multipart. It returns the texts to be shown.
func (p *parser) entity(e entity, v visitor) []piece {
	media, params := contentType(e.header, e.inherits)
	if strings.HasPrefix(media, "multipart/") {
		boundary := strings.TrimRight(params["boundary"], " \t")
		switch {
		case boundary == "":
			p.defect(defectBoundary)
			media = "text/plain"
		case len(p.bounds) >= p.lim.Depth:
			p.defect(defectNested)
			media = "application/octet-stream"
		default:
			return p.multipart(media, boundary, e, v)
		}
	}
	if p.leaves >= p.lim.Parts {
		p.defect(PartsCut)
		p.stopped = true
		return nil
	}
	l := leaf{index: p.leaves, header: e.header, media: media, params: params}
	p.leaves++
	raw := &body{p: p, done: !e.hasBody}
	pieces, stop := v.leaf(l, p.decoded(e.header, raw))
	if p.stopped = stop; !stop {
		raw.skip()
	}
	return pieces
}

// multipart reads the parts up to the end boundary and what stands after it.
func (p *parser) multipart(media, boundary string, e entity, v visitor) []piece {
	level := len(p.bounds)
	inner := "text/plain"
	if media == "multipart/digest" {
		inner = "message/rfc822" // RFC 2046, section 5.1.5
	}
	p.bounds = append(p.bounds, boundary)
	(&body{p: p, done: !e.hasBody}).skip() // the preamble
	var children [][]piece
	for p.delim == (delimiter{level: level}) {
		header, hasBody := p.header()
		children = append(children, p.entity(entity{header, hasBody, inner}, v))
		if p.stopped {
			return choose(media, children)
		}
	}
	p.bounds = p.bounds[:level]
	if p.delim == (delimiter{level, true}) {
		(&body{p: p}).skip()
	} else {
		p.defect(defectEnd)
	}
	return choose(media, children)
}

// body is the raw body of a part: everything up to the next boundary. The line
// end before a boundary belongs to the boundary.
type body struct {
	p    *parser
	line []byte // reused
	buf  []byte // what of line is still to be read
	held []byte // the line end that may belong to a boundary
	done bool
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

func (b *body) fill() {
	chunk, starts := b.p.next()
	if len(chunk) == 0 {
		b.p.delim = endOfMail
		b.buf, b.held, b.done = b.held, nil, true
		return
	}
	if starts {
		if d, ok := b.p.delimiterAt(chunk); ok {
			b.p.delim, b.held, b.done = d, nil, true
			return
		}
	}
	text := bytes.TrimRight(chunk, "\r\n")
	b.line = append(append(b.line[:0], b.held...), text...)
	b.buf = b.line
	b.held = append(b.held[:0], chunk[len(text):]...)
}

// skip reads to the end of the part.
func (b *body) skip() {
	for !b.done {
		b.fill()
	}
	b.buf = nil
}
