package message

import (
	"bytes"
	"unicode/utf8"
)

// undeclared decodes a text that is in a transfer encoding which its header does not
// name. It looks for what no letter has: escapes of letters with accents and no equals
// sign beside, or lines of base64 of one length that give a text.
func (w *walk) undeclared(raw []byte) []byte {
	switch {
	case looksQuoted(raw):
		w.defect(defectUnencoded)
		return unescapeQuoted(raw)
	case looksBase64(raw):
		if out := looseBase64(string(raw)); utf8.Valid(out) && bytes.IndexFunc(out, isControl) < 0 {
			w.defect(defectUnencoded)
			return out
		}
	}
	return raw
}

func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f
}

// looksQuoted: at least two escapes are of bytes beyond ASCII, and every equals sign
// begins an escape or ends its line.
func looksQuoted(raw []byte) bool {
	high := 0
	for rest := raw; ; {
		_, after, ok := bytes.Cut(rest, []byte("="))
		if !ok {
			return high >= 2
		}
		rest = after
		if len(after) == 0 || after[0] == '\n' || after[0] == '\r' {
			continue
		}
		if len(after) < 2 {
			return false
		}
		hi, okHi := unhex(after[0])
		if _, okLo := unhex(after[1]); !okHi || !okLo || after[0] >= 'a' || after[1] >= 'a' {
			return false
		}
		if hi >= 8 {
			high++
		}
	}
}

func unescapeQuoted(raw []byte) []byte {
	raw = bytes.ReplaceAll(raw, []byte("=\r\n"), nil)
	return unescapeAt(string(bytes.ReplaceAll(raw, []byte("=\n"), nil)), '=')
}

// looksBase64: at least two lines of one length, a multiple of four, and a last one
// that is no longer.
func looksBase64(raw []byte) bool {
	const shortest = 60 // bytes of a line
	lines := bytes.Split(bytes.TrimSpace(raw), []byte("\n"))
	length := len(trimEOL(lines[0]))
	if len(lines) < 2 || length < shortest || length%4 != 0 {
		return false
	}
	for i, line := range lines {
		line = trimEOL(line)
		whole := i < len(lines)-1
		if whole && len(line) != length || len(line) > length || len(line)%4 != 0 {
			return false
		}
		letters := bytes.TrimRight(line, "=")
		if whole && len(letters) != length || len(line)-len(letters) > 2 || bytes.ContainsFunc(letters, func(r rune) bool { return r > 0x7f || !isBase64(byte(r)) }) {
			return false
		}
	}
	return true
}
