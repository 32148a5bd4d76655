package message

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// decoded undoes the transfer encoding (RFC 2045, section 6). A name that
// nobody knows leaves the bytes as they are.
func (p *parser) decoded(header []Field, raw io.Reader) io.Reader {
	name, _, _ := strings.Cut(first(header, "Content-Transfer-Encoding"), "(")
	switch strings.Trim(strings.ToLower(name), " \t;\"") {
	case "base64":
		return &base64Reader{p: p, src: raw}
	case "quoted-printable", "quoted_printable":
		return &quotedReader{p: p, src: bufio.NewReader(raw)}
	case "", "7bit", "8bit", "binary", "7-bit", "8-bit":
		return raw
	default:
		p.defect(defectEncoding)
		return raw
	}
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
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
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
	if len(r.group) == 1 {
		r.p.defect(defectBase64)
		r.group = r.group[:0]
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
	carry []byte // an escape that the end of the buffer cut
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
	chunk = append(r.carry, chunk...)
	r.carry = nil
	if errors.Is(err, bufio.ErrBufferFull) {
		// Keep an escape in one piece.
		if i := bytes.LastIndexByte(chunk, '='); i >= len(chunk)-2 {
			r.carry = bytes.Clone(chunk[i:])
			chunk = chunk[:i]
		}
		r.buf = r.unquote(chunk)
		return
	}
	r.err = err
	text := bytes.TrimRight(chunk, "\r\n")
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

// decodeText makes UTF-8 of a text: by its declared charset, else as UTF-8, else
// as windows-1252, the superset of Latin-1 that senders mean by it.
func decodeText(raw []byte, declared string) (text, defect string) {
	name := ""
	if words := strings.Fields(strings.ToLower(declared)); len(words) > 0 {
		name = strings.Trim(words[0], `"'`)
	}
	switch name {
	case "", "us-ascii", "ascii":
		return toUTF8(raw), ""
	case "utf-8", "utf8":
		if utf8.Valid(raw) {
			return string(raw), ""
		}
		return toUTF8(raw), defectUTF8
	case "iso-8859-1", "latin1":
		name = "windows-1252"
	}
	r, err := charset.Reader(name, bytes.NewReader(raw))
	if err != nil {
		return toUTF8(raw), defectCharset
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return toUTF8(raw), defectUTF8
	}
	return strings.ToValidUTF8(string(out), "\uFFFD"), ""
}

// toUTF8 takes bytes without a charset for UTF-8, where most of what is not
// ASCII fits it, else for windows-1252.
func toUTF8(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	good, bad := 0, 0
	for rest := raw; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		rest = rest[size:]
	}
	if good > bad {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(out)
}

// cleanText makes line ends into "\n", hard blanks into blanks, and takes out
// other controls.
func cleanText(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == 0xa0 || r == 0x202f:
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfeff:
			return -1
		}
		return r
	}, s)
}
