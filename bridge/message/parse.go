package message

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
)

// walk is what a walk through a mail knows, whatever it walks inside of.
type walk struct {
	lim      Limits
	leaves   int
	entities int
	stopped  bool  // the visitor has what it wanted, or there are too many parts
	err      error // of the reader, never io.EOF
	defects  []string
	report   string // the report-type of the first multipart/report
	sealed   bool
}

// defect notes a defect once. There are few of them, so the list is bounded.
func (w *walk) defect(d string) {
	if !slices.Contains(w.defects, d) {
		w.defects = append(w.defects, d)
	}
}

// parser walks a mail from the first byte to the last, line by line.
type parser struct {
	*walk

	br      *bufio.Reader
	bounds  []string // of the multiparts that are open, outermost first
	around  int      // multiparts that are open around it
	midLine bool     // the last chunk did not end its line
	// delim is the boundary line that ended what was read last.
	delim delimiter
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
	leaf(l leaf, body io.Reader) (pieces []Piece, stop bool)
}

// leaf is a part without parts of its own.
type leaf struct {
	index  int
	header []Field
	junk   []byte // lines above the body that belong to it
	media  string // media type, lower case
	params params
	parent string // media type of the multipart that it is directly in, or empty
	plain  bool   // no transfer encoding is declared
}

// entity is a header and what may follow it.
type entity struct {
	block

	inherits string // the media type when the header names none
	parent   string
}

func newParser(r io.Reader, w *walk) *parser {
	return &parser{walk: w, br: bufio.NewReaderSize(r, 32<<10), delim: endOfMail}
}

// mail walks a whole mail.
func (w *walk) mail(r io.Reader, v visitor) (*parser, []Field, []Piece) {
	p := newParser(r, w)
	p.separate()
	top := p.header(true)
	return p, top.fields, p.entity(entity{block: top, inherits: "text/plain"}, v)
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

// entity reads the body that follows a header, which may be the text of a
// single part or a multipart. It returns the texts.
func (p *parser) entity(e entity, v visitor) []Piece {
	if p.entities++; p.entities > p.lim.Entities {
		p.defect(PartsCut)
		p.stopped = true
		return nil
	}
	media, params, clean := contentType(e.fields, e.inherits)
	if !clean {
		p.defect(defectType)
	}
	if strings.HasPrefix(media, "multipart/") {
		if p.around+len(p.bounds) < p.lim.Depth {
			return p.multipart(media, params, e, v)
		}
		p.defect(defectNested)
		media = "application/octet-stream"
	}
	raw := &body{p: p, done: !e.ended}
	pieces := p.leafOf(leaf{header: e.fields, junk: e.junk, media: media, params: params, parent: e.parent}, raw, v)
	if !p.stopped {
		raw.skip()
	}
	return pieces
}

// leafOf shows a leaf to the visitor, or what a signature holds.
func (p *parser) leafOf(l leaf, raw io.Reader, v visitor) []Piece {
	var content io.Reader
	content, l.plain = p.decoded(l.header, raw)
	if isSealed(l) {
		var signed io.Reader
		if content, signed = p.opened(l, content); signed != nil {
			return p.inside(signed, l.parent, v)
		}
	}
	if p.leaves >= p.lim.Parts {
		p.defect(PartsCut)
		p.stopped = true
		return nil
	}
	l.index = p.leaves
	p.leaves++
	pieces, stop := v.leaf(l, content)
	p.stopped = stop
	return pieces
}

// inside walks the entity that a signature holds.
func (p *parser) inside(content io.Reader, parent string, v visitor) []Piece {
	if p.around+len(p.bounds) >= p.lim.Depth {
		p.defect(defectNested)
		return nil
	}
	sub := newParser(content, p.walk)
	sub.around = p.around + len(p.bounds) + 1
	return sub.entity(entity{block: sub.header(false), inherits: "text/plain", parent: parent}, v)
}

// maxBoundary is the longest boundary taken for one, in bytes (RFC 2046 has 70).
const maxBoundary = 998

// noBoundary stands for a boundary that is not known: no line has a line end.
const noBoundary = "\n"

// multipart reads the parts up to the end boundary and what stands after it.
func (p *parser) multipart(media string, params params, e entity, v visitor) []Piece {
	level := len(p.bounds)
	inner := "text/plain"
	switch {
	case media == "multipart/digest":
		inner = "message/rfc822" // RFC 2046, section 5.1.5
	case media == "multipart/encrypted":
		p.sealed = true
	case media == "multipart/report" && p.report == "":
		p.report = strings.ToLower(strings.TrimSpace(params.get("report-type")))
	}
	boundary := strings.TrimRight(params.get("boundary"), " \t")
	if boundary == "" || len(boundary) > maxBoundary {
		p.defect(defectBoundary)
		boundary = noBoundary
	}
	p.bounds = append(p.bounds, boundary)
	before, found := p.preamble(level, e.ended)
	if !found {
		p.bounds = p.bounds[:level]
		p.defect(defectBoundary)
		l := leaf{media: "text/plain", junk: e.junk, params: params, parent: e.parent}
		return p.leafOf(l, bytes.NewReader(before), v)
	}
	var children [][]Piece
	if p.delim.final { // it ends before it begins
		children = append(children, p.leafOf(leaf{media: "text/plain", parent: e.parent}, bytes.NewReader(before), v))
	}
	for p.delim == (delimiter{level: level}) {
		children = append(children, p.entity(entity{block: p.header(false), inherits: inner, parent: media}, v))
		if p.stopped {
			break
		}
	}
	if p.stopped { // what was found is still to be read, up to these bounds
		return choose(media, children)
	}
	p.bounds = p.bounds[:level]
	if p.delim == (delimiter{level, true}) {
		(&body{p: p}).skip()
	} else {
		p.defect(defectEnd)
	}
	return choose(media, children)
}

// preamble reads up to the first boundary of a multipart. Where there is none, what it
// read is the text, of which it holds no more than can be shown.
func (p *parser) preamble(level int, hasBody bool) (text []byte, found bool) {
	b := &body{p: p, done: !hasBody, adopt: true}
	for !b.done {
		b.fill()
		room := p.lim.Text + 1 - len(text)
		text = append(text, b.buf[:min(len(b.buf), room)]...)
	}
	return text, p.delim.level == level && hasBody
}
