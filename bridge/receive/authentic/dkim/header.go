package dkim

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// mostLines bounds the lines of a header: the library puts a folded field together in
// the square of its lines.
const mostLines = 10000

// Field is a header field as it stands in the mail.
type Field struct {
	Name string // as it was written
	raw  []byte // with its name; each line ends in CRLF
}

// Is reports whether the field has that name. Names have no letter case.
func (f Field) Is(name string) bool { return strings.EqualFold(f.Name, name) }

// Value is what follows the name, unfolded, without blanks at its ends.
func (f Field) Value() string {
	_, value, _ := bytes.Cut(f.raw, []byte(":"))
	lines := bytes.Split(value, []byte("\r\n"))
	for i, line := range lines {
		lines[i] = bytes.Trim(line, " \t")
	}
	return string(bytes.TrimSpace(bytes.Join(lines, []byte(" "))))
}

// ErrHeader is the error of a header that is too long or has a line that is no field:
// what is signed in it cannot be said.
var ErrHeader = errors.New("dkim: the header is too long or malformed")

// readHeader reads up to the blank line. A mail without one has no text, and its
// signatures sign an empty one.
func readHeader(br *bufio.Reader, most int) ([]Field, error) {
	var header []Field
	for size, lines := 0, 0; ; lines++ {
		line, err := readLine(br, most-size)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(text) == 0 {
			return header, nil
		}
		size += len(line)
		if lines == mostLines || bytes.IndexByte(text, '\r') >= 0 {
			return nil, ErrHeader
		}
		raw := append(slices.Clip(text), '\r', '\n')
		if folded := text[0] == ' ' || text[0] == '\t'; folded && len(header) > 0 {
			last := &header[len(header)-1]
			last.raw = append(last.raw, raw...)
			continue
		}
		name, _, ok := bytes.Cut(text, []byte(":"))
		name = bytes.TrimRight(name, " \t")
		if !ok || len(name) == 0 || bytes.ContainsFunc(name, notInName) {
			return nil, ErrHeader
		}
		header = append(header, Field{Name: string(name), raw: raw})
	}
}

func notInName(r rune) bool { return r <= ' ' || r > '~' }

// readLine reads a line with its end.
func readLine(br *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	for {
		chunk, err := br.ReadSlice('\n')
		if len(line)+len(chunk) > most {
			return nil, ErrHeader
		}
		line = append(line, chunk...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			err = fmt.Errorf("dkim: read header: %w", err)
		}
		return line, err
	}
}
