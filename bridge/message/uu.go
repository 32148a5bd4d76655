package message

import (
	"bufio"
	"bytes"
	"errors"
)

// uuReader decodes uuencode: what stands between its lines "begin" and "end".
type uuReader struct {
	p     *parser
	src   *bufio.Reader
	buf   []byte // what of line is still to be read
	line  []byte // reused
	begun bool
	long  bool // the line goes on that is too long
	err   error
}

// isUUBegin reports whether encoded lines follow this one: "begin 644 name".
func isUUBegin(line []byte) bool {
	words := bytes.Fields(line)
	if len(words) < 2 || string(words[0]) != "begin" || len(words[1]) > 4 || len(words[1]) < 3 {
		return false
	}
	for _, c := range words[1] {
		if c < '0' || c > '7' {
			return false
		}
	}
	return true
}

// unlikeUU reports whether no encoded line begins there.
func unlikeUU(ahead []byte) bool {
	for line := range bytes.SplitSeq(ahead, []byte("\n")) {
		if isUUBegin(line) {
			return false
		}
	}
	return true
}

// Read implements io.Reader.
func (r *uuReader) Read(dst []byte) (int, error) {
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

func (r *uuReader) fill() {
	chunk, err := r.src.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		r.p.defect(defectUU) // its lines have 62 bytes
		r.long = true
		return
	}
	if r.err = err; r.long {
		r.long = false
		return
	}
	line := trimEOL(chunk)
	switch {
	case !r.begun:
		r.begun = isUUBegin(line)
	case string(line) == "end":
		r.begun = false
	case len(line) > 0:
		r.buf = r.decode(line)
	}
}

// decode decodes a line. Blanks at its end, which get lost, are zeros.
func (r *uuReader) decode(line []byte) []byte {
	length := int(line[0]-' ') & 63
	out := r.line[:0]
	for rest := line[1:]; len(out) < length; {
		var group [4]byte
		n := copy(group[:], rest)
		rest = rest[n:]
		for i, c := range group {
			if c != 0 && (c < ' ' || c > '`') {
				r.p.defect(defectUU)
			}
			if group[i] = 0; c != 0 {
				group[i] = (c - ' ') & 63
			}
		}
		out = append(out, group[0]<<2|group[1]>>4, group[1]<<4|group[2]>>2, group[2]<<6|group[3])
	}
	r.line = out
	return out[:length]
}
