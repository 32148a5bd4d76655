package message

import (
	"encoding/base64"
	"strings"
)

// Words returns the text of a field's value with its encoded words decoded (RFC 2047),
// on one line, valid UTF-8. It decodes them also where they should not stand, with
// blanks inside, in charsets by other names, and where a letter is divided between two.
// What is no encoded word stays as it is.
func Words(value string) string {
	var out strings.Builder
	var raw []byte // of the words in a row that have the same charset
	declared := ""
	flush := func() {
		text, _ := decodeText(raw, declared)
		out.WriteString(text)
		raw = raw[:0]
	}
	within := false // the last thing was an encoded word
	end := strings.LastIndex(value, "?=") + 1
	if end == 0 {
		return oneLine(strings.ToValidUTF8(value, "\uFFFD"))
	}
	for rest := value[:end+1]; rest != ""; {
		before, w, after := nextWord(rest)
		if within && w.found && strings.Trim(before, " \t\r\n") == "" {
			before = "" // blanks between encoded words are not shown
		}
		if before != "" || !strings.EqualFold(w.charset, declared) {
			flush()
			out.WriteString(before)
		}
		raw, declared, within, rest = append(raw, w.content...), w.charset, w.found, after
	}
	flush()
	out.WriteString(value[end+1:])
	return oneLine(strings.ToValidUTF8(out.String(), "\uFFFD"))
}

// encodedWord is an encoded word.
type encodedWord struct {
	found   bool
	charset string
	content []byte
}

// maxCharset is the longest name of a charset taken for one, in bytes.
const maxCharset = 64

// nextWord divides s at its first encoded word.
func nextWord(s string) (before string, w encodedWord, after string) {
	for from := 0; ; {
		at := strings.Index(s[from:], "=?")
		if at < 0 {
			return s, w, ""
		}
		at += from
		if w, after = parseWord(s[at+2:]); w.found {
			return s[:at], w, after
		}
		from = at + 2
	}
}

// parseWord reads an encoded word whose beginning stands before s.
func parseWord(s string) (w encodedWord, after string) {
	end := strings.IndexByte(s[:min(len(s), maxCharset)], '?')
	if end <= 0 || len(s) < end+3 || s[end+2] != '?' || strings.ContainsAny(s[:end], " \t=\"<>@,;") {
		return w, ""
	}
	payload, after, ok := strings.Cut(s[end+3:], "?=")
	if !ok {
		return w, ""
	}
	w.charset, _, _ = strings.Cut(s[:end], "*") // the language (RFC 2231, section 5)
	switch s[end+1] {
	case 'q', 'Q':
		w.content = unescapeAt(strings.ReplaceAll(payload, "_", " "), '=')
	case 'b', 'B':
		w.content = looseBase64(payload)
	default:
		return w, ""
	}
	w.found = true
	return w, after
}

// unescapeAt decodes each mark that two hexadecimal digits follow, and leaves what is
// none.
func unescapeAt(s string, mark byte) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == mark && i+2 < len(s) {
			hi, okHi := unhex(s[i+1])
			if lo, okLo := unhex(s[i+2]); okHi && okLo {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

// looseBase64 decodes what of s is of the alphabet.
func looseBase64(s string) []byte {
	var out, group []byte
	flush := func() {
		if len(group) > 1 {
			out, _ = base64.RawStdEncoding.AppendDecode(out, group) // every letter is of the alphabet
		}
		group = group[:0]
	}
	for _, c := range []byte(s) {
		if isBase64(c) {
			group = append(group, c)
		}
		if len(group) == 4 || c == '=' {
			flush()
		}
	}
	flush()
	return out
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}
