package message

import (
	"bytes"
	"strings"
)

// block is a header block.
type block struct {
	fields []Field
	// junk are the lines after the last field: the beginning of a body that no empty
	// line parts from the header.
	junk []byte
	// ended: a line ended it. Else there is no body: a boundary or the end of the mail
	// came first.
	ended bool
}

// headerReader gathers a header block.
type headerReader struct {
	p    *parser
	b    block
	name string // of the field that is being read, or empty
	raw  []byte // its value so far
	// skipping: the last line was no field, or one too many.
	skipping, full bool
	size           int
	blanks         int // lines of blanks alone so far
}

// header reads a header block and the line that ends it. Lines that are no fields are
// passed over: one of them must not hide those below it, least of all a second
// From.
func (p *parser) header(top bool) block {
	h := headerReader{p: p}
	for first := true; ; first = false {
		chunk, starts := p.next()
		if len(chunk) == 0 {
			p.delim = endOfMail
			return h.finish(false)
		}
		if starts {
			if d, ok := p.delimiterAt(chunk); ok {
				p.delim = d
				return h.finish(false)
			}
			if len(trimBlank(chunk)) == 0 && h.blanks < maxBlanks {
				chunk = bytes.Clone(chunk) // one looks ahead, which moves the buffer
			}
			if top && first {
				chunk = p.begin(chunk)
			}
			if h.ends(chunk) {
				return h.finish(true)
			}
		}
		h.add(chunk, starts)
	}
}

// begin passes over what stands above the first line of a mail: a byte order mark,
// and empty lines that fields follow.
func (p *parser) begin(chunk []byte) []byte {
	chunk = bytes.TrimPrefix(chunk, []byte("\xef\xbb\xbf"))
	for range maxEmpty {
		if len(trimBlank(chunk)) > 0 || !p.fieldAhead() && !p.emptyAhead() {
			return chunk
		}
		p.defect(defectEmpty)
		chunk, _ = p.next()
		chunk = bytes.Clone(chunk)
	}
	return chunk
}

const (
	maxEmpty  = 10   // empty lines above a header that are passed over
	maxBlanks = 20   // lines of blanks in a header below which one looks
	maxAhead  = 1024 // bytes looked ahead
)

// ends reports whether the line ends the header: an empty one, or one of blanks alone
// that no field follows.
func (h *headerReader) ends(line []byte) bool {
	if len(trimEOL(line)) == 0 {
		return true
	}
	if len(trimBlank(line)) > 0 || h.p.midLine || h.blanks >= maxBlanks {
		return false
	}
	if h.blanks++; h.p.fieldAhead() || h.p.emptyAhead() {
		return false
	}
	h.p.defect(defectSeparator)
	return true
}

// emptyAhead reports whether the next line has nothing but blanks, or there is none.
func (p *parser) emptyAhead() bool {
	ahead, _ := p.br.Peek(maxAhead) // the next read tells the error
	line, _, ended := bytes.Cut(ahead, []byte("\n"))
	return len(trimBlank(line)) == 0 && (ended || len(ahead) < maxAhead)
}

// fieldAhead reports whether the next line that is not folded looks like a field that
// mails have, and not like the first line of a letter ("Hola:").
func (p *parser) fieldAhead() bool {
	ahead, _ := p.br.Peek(maxAhead) // the next read tells the error
	for len(ahead) > 0 && (ahead[0] == ' ' || ahead[0] == '\t') {
		_, ahead, _ = bytes.Cut(ahead, []byte("\n"))
	}
	line, _, _ := bytes.Cut(ahead, []byte("\n"))
	name, _, ok := splitField(line)
	if !ok {
		return false
	}
	switch strings.ToLower(name) {
	case "from", "to", "cc", "bcc", "subject", "date", "received", "sender", "references", "comments", "keywords":
		return true
	}
	return strings.Contains(name, "-")
}

// add takes a line, or a piece of a long one.
func (h *headerReader) add(chunk []byte, starts bool) {
	h.size += len(chunk)
	if !h.full && h.size > h.p.lim.Header {
		h.full = true
		h.raw = h.raw[:bytes.LastIndexAny(h.raw, " ,")+1] // half an address is another one
	}
	if h.full {
		h.p.defect(HeaderCut)
		return
	}
	if folded := !starts || chunk[0] == ' ' || chunk[0] == '\t'; folded && h.skipping {
		h.b.junk = append(h.b.junk, chunk...)
		return
	} else if folded && h.name != "" {
		h.fold(trimEOL(chunk), starts)
		return
	}
	h.flush()
	name, value, ok := splitField(trimEOL(chunk))
	if h.skipping = !ok; ok {
		h.name, h.raw, h.b.junk = name, append(h.raw[:0], bytes.TrimLeft(value, " \t")...), nil
		return
	}
	h.p.defect(defectLine)
	if !isMboxLine(chunk) {
		h.b.junk = append(h.b.junk, chunk...)
	}
}

// isMboxLine reports whether a line parts the mails of a mailbox file.
func isMboxLine(line []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From "))
}

// fold appends a continuation; starts is false for the rest of a long line.
func (h *headerReader) fold(text []byte, starts bool) {
	if starts {
		h.raw = trimBlank(h.raw)
		if text = bytes.Trim(text, " \t"); len(h.raw) > 0 && len(text) > 0 {
			h.raw = append(h.raw, ' ')
		}
	}
	h.raw = append(h.raw, text...)
}

func (h *headerReader) flush() {
	if h.name == "" {
		return
	}
	if len(h.b.fields) >= h.p.lim.Fields {
		h.p.defect(HeaderCut)
		h.full = true
	} else {
		h.b.fields = append(h.b.fields, Field{Name: h.name, Value: oneLine(toUTF8(h.raw))})
	}
	h.name = ""
}

func (h *headerReader) finish(ended bool) block {
	h.flush()
	if h.b.ended = ended; ended && len(h.b.junk) > 0 {
		h.b.junk = append(h.b.junk, '\n')
	}
	return h.b
}

// splitField reads "Name: value". A name is printable ASCII without colon
// (RFC 5322, section 2.2); blanks before the colon are old practice.
func splitField(line []byte) (name string, value []byte, ok bool) {
	before, value, ok := bytes.Cut(line, []byte(":"))
	before = bytes.TrimRight(before, " \t")
	if !ok || len(before) == 0 {
		return "", nil, false
	}
	for _, c := range before {
		if c <= ' ' || c > '~' {
			return "", nil, false
		}
	}
	return string(before), value, true
}

// first returns the value of the topmost field of that name, or "".
func first(header []Field, name string) string {
	for _, f := range header {
		if f.Is(name) {
			return f.Value
		}
	}
	return ""
}

// contentType reads the Content-Type: the topmost that can be read. Without any the
// type is absent (RFC 2045, section 5.2), and clean tells whether there was none.
func contentType(header []Field, absent string) (media string, p params, clean bool) {
	clean = true
	for _, f := range header {
		if !f.Is("Content-Type") {
			continue
		}
		media, found := parseParams(f.Value)
		if media = readMedia(media); media != "" {
			return media, found, clean
		}
		if clean = false; p == nil {
			p = found
		}
	}
	return absent, p, clean
}

// readMedia reads a media type, also where only half of it is there, or returns "".
func readMedia(media string) string {
	main, sub, _ := strings.Cut(media, "/")
	switch {
	case main == "" || strings.ContainsAny(media, "\"<>"):
		return ""
	case sub != "":
		return media
	case main == "text":
		return "text/plain"
	case main == "html":
		return "text/html"
	case main == "multipart":
		return "multipart/mixed"
	}
	return ""
}

// oneLine makes controls into blanks.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s))
}
