package message

import (
	"bufio"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	maxLine     = 78  // bytes of a header line that can be folded (RFC 5322, section 2.1.1)
	maxEncoded  = 76  // bytes of a line of a body (RFC 2045, sections 6.7 and 6.8)
	maxFileName = 120 // bytes
)

// header is a header being written, line by line.
type header struct{ lines strings.Builder }

// add writes a field, folded at blanks: never before the first word, where some
// programs lose it, and never beside another blank, which could get lost.
func (h *header) add(name, value string) {
	line := name + ":"
	words := strings.Split(value, " ")
	for i, word := range words {
		free := i > 0 && word != "" && words[i-1] != ""
		if free && len(line)+1+len(word) > maxLine {
			h.lines.WriteString(line + "\r\n")
			line = ""
		}
		line += " " + word
	}
	h.lines.WriteString(line + "\r\n")
}

// params writes a field with parameters, each on a line of its own: a blank inside
// a quoted value is no place for folding.
func (h *header) params(name, value string, params ...string) {
	h.lines.WriteString(name + ": " + value)
	for _, p := range params {
		h.lines.WriteString(";\r\n " + p)
	}
	h.lines.WriteString("\r\n")
}

func (h *header) writeTo(w *bufio.Writer) { _, _ = w.WriteString(h.lines.String() + "\r\n") }

// isPlain reports whether s can stand in a field as it is: ASCII that is no encoded
// word, in words that a line can hold.
func isPlain(s string) bool {
	for word := range strings.SplitSeq(s, " ") {
		if len(word) > maxLine-len("Subject: ") || word == "" && s != "" {
			return false
		}
	}
	return isASCII(s) && !strings.Contains(s, "=?")
}

// encodeWords writes a text in encoded words (RFC 2047) that fit the line of any
// field, where it is not plain already.
func encodeWords(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Join(encodedWords(s), " ")
}

// encodedWords returns s in encoded words, divided behind a blank where there is
// one: some programs show a blank between the encoded words of a name.
func encodedWords(s string) []string {
	const room = 52
	var words []string
	word := ""
	for _, r := range s {
		letter := encodeLetter(r)
		if len(word)+len(letter) > room {
			end := strings.LastIndexByte(word, '_') + 1 // an underscore itself is encoded
			if end < room/2 {
				end = len(word)
			}
			words, word = append(words, "=?utf-8?q?"+word[:end]+"?="), word[end:]
		}
		word += letter
	}
	return append(words, "=?utf-8?q?"+word+"?=")
}

// encodeLetter writes a letter in the Q encoding, which must not be divided
// between two words (RFC 2047, section 5).
func encodeLetter(r rune) string {
	switch {
	case r == ' ':
		return "_"
	case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-':
		return string(r)
	}
	return escaped(string(r))
}

// escaped writes each byte of s as quoted-printable does.
func escaped(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "=%02X", c)
	}
	return b.String()
}

func isASCII(s string) bool {
	for _, c := range []byte(s) {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// writeQuoted writes a text as quoted-printable, ended by a line end. No letter is
// divided between two lines, and no line begins with a dot, which SMTP doubles, or
// with "From ", which mailboxes of one file put a ">" before.
func writeQuoted(w *bufio.Writer, text string) {
	if text != "" {
		text = strings.TrimSuffix(text, "\n") + "\n"
	}
	for line := range strings.Lines(text) {
		writeQuotedLine(w, strings.TrimSuffix(line, "\n"))
	}
}

func writeQuotedLine(w *bufio.Writer, line string) {
	column := 0
	for i, r := range line {
		rest := line[i:]
		last := len(rest) == utf8.RuneLen(r)
		token := quote(rest, r, column == 0, last)
		room := maxEncoded - column
		if !last {
			room-- // for the mark of a line that goes on
		}
		if len(token) > room {
			_, _ = w.WriteString("=\r\n")
			column, token = 0, quote(rest, r, true, last)
		}
		_, _ = w.WriteString(token)
		column += len(token)
	}
	_, _ = w.WriteString("\r\n")
}

// quote writes the letter that rest begins with; first and last say whether it
// begins the written line and ends the text's.
func quote(rest string, r rune, first, last bool) string {
	letter := rest[:utf8.RuneLen(r)]
	switch {
	case r == '=', r >= utf8.RuneSelf, r < ' ' && r != '\t', r == 0x7f,
		last && (r == ' ' || r == '\t'),
		first && r == '.',
		first && strings.HasPrefix(rest, "From "):
		return escaped(letter)
	}
	return letter
}

// writeBase64 writes what r holds, which ends with io.EOF and with nothing else: a
// download that broke off is no file.
func writeBase64(w *bufio.Writer, r io.Reader) error {
	const bytesOfLine = maxEncoded / 4 * 3
	in := make([]byte, 256*bytesOfLine)
	var out []byte
	for begun, done := false, false; !done; {
		n := 0
		for n < len(in) && !done {
			m, err := r.Read(in[n:])
			n += m
			if done = errors.Is(err, io.EOF); err != nil && !done {
				return err
			}
		}
		out = out[:0]
		for line := range slices.Chunk(in[:n], bytesOfLine) {
			if begun {
				out = append(out, "\r\n"...)
			}
			begun = true
			out = base64.StdEncoding.AppendEncode(out, line)
		}
		if _, err := w.Write(out); err != nil {
			return err
		}
	}
	return nil
}

// fileName leaves the last element of a path, without controls and without what
// turns the direction of writing, shortened before its extension.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, oneLine(toUTF8([]byte(name))))
	name = strings.TrimSpace(name[strings.LastIndexAny(name, `/\`)+1:])
	if name == "" {
		name = "file"
	}
	if len(name) <= maxFileName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	stem := name[:maxFileName-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return strings.TrimSpace(stem) + ext
}

// maxParam bounds what a line holds of a parameter.
const maxParam = 60

// quotable reports whether a file name may stand in quotes as it is.
func quotable(name string) bool {
	for _, c := range []byte(name) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return len(name) <= maxParam && !strings.Contains(name, "=?") && !strings.Contains(name, "  ")
}

// nameParam writes the file name for programs that do not know RFC 2231: quoted
// where it is plain, else in encoded words.
func nameParam(name string) string {
	if !quotable(name) {
		name = strings.Join(encodedWords(name), "\r\n ")
	}
	return `name="` + name + `"`
}

// fileNameParams writes the file name: quoted where it is plain, else after RFC
// 2231, in sections that fit a line.
func fileNameParams(name string) []string {
	if quotable(name) {
		return []string{`filename="` + name + `"`}
	}
	var sections []string
	current := "utf-8''"
	for _, c := range []byte(name) {
		next := escape(c)
		if len(current)+len(next) > maxParam {
			sections, current = append(sections, current), ""
		}
		current += next
	}
	if sections == nil {
		return []string{"filename*=" + current}
	}
	sections = append(sections, current)
	for i, s := range sections {
		sections[i] = fmt.Sprintf("filename*%d*=%s", i, s)
	}
	return sections
}

// escape writes a byte of an extended value (RFC 2231, section 7).
func escape(c byte) string {
	if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(".-_", c) >= 0 {
		return string(rune(c))
	}
	return fmt.Sprintf("%%%02X", c)
}
