package message

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"
)

// decoded undoes the transfer encoding (RFC 2045, section 6). A name that nobody knows
// leaves the bytes as they are, and so does one that the bytes are not in. Plain tells
// whether no encoding is declared.
func (p *parser) decoded(header []Field, raw io.Reader) (content io.Reader, plain bool) {
	switch name := transferEncoding(header); name {
	case "base64", "x-base64", "b64", "base-64":
		return p.ifEncoded(raw, unlikeBase64, func(src io.Reader) io.Reader { return &base64Reader{p: p, src: src} }), false
	case "quoted-printable", "quoted_printable", "quotedprintable", "x-quoted-printable":
		return &quotedReader{p: p, src: bufio.NewReader(raw)}, false
	case "x-uuencode", "uuencode", "x-uue", "uue":
		return p.ifEncoded(raw, unlikeUU, func(src io.Reader) io.Reader { return &uuReader{p: p, src: bufio.NewReader(src)} }), false
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit", "7 bit", "8 bit", "none", "raw", "bit7", "bit8":
		return raw, true
	default:
		p.defect(defectEncoding)
		return raw, false
	}
}

// transferEncoding returns the topmost transfer encoding that is not empty.
func transferEncoding(header []Field) string {
	for _, f := range header {
		if f.Is("Content-Transfer-Encoding") {
			name, _, _ := strings.Cut(f.Value, "(")
			name, _, _ = strings.Cut(name, ";")
			if name = strings.Trim(strings.ToLower(name), " \t\"',."); name != "" {
				return name
			}
		}
	}
	return ""
}

// ifEncoded decodes what does not look unlike it from its beginning.
func (p *parser) ifEncoded(raw io.Reader, unlike func(ahead []byte) bool, decode func(io.Reader) io.Reader) io.Reader {
	br := bufio.NewReaderSize(raw, 4096)
	ahead, _ := br.Peek(br.Size()) // the next read tells the error
	if unlike(ahead) {
		p.defect(defectUnencoded)
		return br
	}
	return decode(br)
}

// unlikeBase64 reports whether a text is none in base64: it has blanks within its
// lines and signs of other kinds, a tenth of it or more. Only so many are junk that
// somebody put between.
func unlikeBase64(ahead []byte) bool {
	letters, others := 0, 0
	for line := range bytes.SplitSeq(ahead, []byte("\n")) {
		for _, c := range bytes.TrimSpace(line) {
			if isBase64(c) || c == '=' {
				letters++
			} else {
				others++
			}
		}
	}
	return others*10 >= letters && others > 0
}

// base64Reader decodes base64 and passes over whatever is not a letter of it.
// Padding ends a group, not the part: some senders join encoded pieces.
type base64Reader struct {
	p     *parser
	src   io.Reader
	in    [4096]byte
	group []byte // letters of the group begun, at most 3
	out   []byte
	buf   []byte
	err   error
}

// Read implements io.Reader.
func (r *base64Reader) Read(dst []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.fill()
	}
	n := copy(dst, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *base64Reader) fill() {
	n, err := r.src.Read(r.in[:])
	r.buf = r.buf[:0]
	for _, c := range r.in[:n] {
		switch {
		case isBase64(c):
			if r.group = append(r.group, c); len(r.group) == 4 {
				r.flush()
			}
		case c == '=':
			r.flush()
		case c != '\r' && c != '\n' && c != ' ' && c != '\t':
			r.p.defect(defectBase64)
		}
	}
	if r.err = err; err != nil {
		r.flush()
	}
	r.out = r.buf
}

// flush decodes the group. One letter alone holds no byte.
func (r *base64Reader) flush() {
	switch len(r.group) {
	case 0:
		return
	case 1:
		r.p.defect(defectBase64)
		r.group = r.group[:0]
		return
	}
	// Every letter is of the alphabet, so there is no error but in the unused
	// bits of a last group, which do not matter.
	r.buf, _ = base64.RawStdEncoding.AppendDecode(r.buf, r.group)
	r.group = r.group[:0]
}

// quotedReader decodes quoted-printable (RFC 2045, section 6.7). A wrong
// escape stands for itself.
type quotedReader struct {
	p     *parser
	src   *bufio.Reader
	line  []byte // reused
	buf   []byte // what of line is still to be read
	chunk []byte // reused; it begins with an escape that the end of the buffer cut
	err   error
}

// Read implements io.Reader.
func (r *quotedReader) Read(dst []byte) (int, error) {
	for len(r.buf) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		r.fill()
	}
	n := copy(dst, r.buf)
	r.buf = r.buf[n:]
	return n, nil
}

func (r *quotedReader) fill() {
	chunk, err := r.src.ReadSlice('\n')
	chunk = append(r.chunk, chunk...)
	r.chunk = chunk[:0]
	if errors.Is(err, bufio.ErrBufferFull) {
		// Keep an escape in one piece.
		if i := bytes.LastIndexByte(chunk, '='); i >= len(chunk)-2 {
			r.buf = r.unquote(chunk[:i])
			r.chunk = append(r.chunk, chunk[i:]...)
			return
		}
		r.buf = r.unquote(chunk)
		return
	}
	r.err = err
	text := trimEOL(chunk)
	end := chunk[len(text):]
	text = bytes.TrimRight(text, " \t") // added on the way
	if bytes.HasSuffix(text, []byte("=")) {
		text, end = text[:len(text)-1], nil
	}
	r.buf = append(r.unquote(text), end...)
}

func (r *quotedReader) unquote(s []byte) []byte {
	out := r.line[:0]
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			hi, okHi := unhex(s[i+1])
			lo, okLo := unhex(s[i+2])
			if okHi && okLo {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		if s[i] == '=' {
			r.p.defect(defectQuoted)
		}
		out = append(out, s[i])
	}
	r.line = out
	return out
}

func unhex(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}
