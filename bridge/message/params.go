package message

import (
	"slices"
	"strconv"
	"strings"
)

// maxParams bounds the parameters taken of one field.
const maxParams = 64

// parseParams reads a value with parameters (RFC 2045, section 5.1), names in
// lower case. It puts the pieces of RFC 2231 together, decodes what is encoded in
// either way, and takes what is not quoted up to the next semicolon, as senders
// write file names.
func parseParams(value string) (string, map[string]string) {
	main, rest, _ := strings.Cut(value, ";")
	params := map[string]string{}
	pieces := map[string][]section{}
	for n := 0; rest != "" && n < maxParams; n++ {
		var name, v string
		if name, v, rest = nextParam(rest); name == "" {
			continue
		}
		if !strings.Contains(name, "*") {
			if _, twice := params[name]; !twice {
				params[name] = decodeWords(v)
			}
			continue
		}
		base, s := splitSection(name, v)
		pieces[base] = append(pieces[base], s)
	}
	for base, sections := range pieces {
		params[base] = joinSections(sections)
	}
	return strings.ToLower(strings.TrimSpace(main)), params
}

func nextParam(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, " \t;")
	end := strings.IndexAny(s, "=;")
	if end < 0 {
		return "", "", ""
	}
	if s[end] == ';' {
		return "", "", s[end+1:]
	}
	name = strings.ToLower(strings.TrimSpace(s[:end]))
	s = strings.TrimLeft(s[end+1:], " \t")
	if strings.HasPrefix(s, `"`) {
		value, rest = quoted(s[1:])
		_, rest, _ = strings.Cut(rest, ";")
		return name, value, rest
	}
	value, rest, _ = strings.Cut(s, ";")
	return name, strings.TrimSpace(value), rest
}

// quoted reads up to the closing quote. Only a quote and a backslash are
// escaped: some senders write paths of Windows.
func quoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// section is a piece of a parameter (RFC 2231, section 3).
type section struct {
	n       int
	encoded bool
	value   string
}

func splitSection(name, value string) (base string, s section) {
	base, number, _ := strings.Cut(name, "*")
	number, last := strings.CutSuffix(number, "*")
	s = section{value: value, encoded: last || number == ""}
	if n, err := strconv.Atoi(number); err == nil {
		s.n = n
	}
	return base, s
}

func joinSections(sections []section) string {
	slices.SortStableFunc(sections, func(a, b section) int { return a.n - b.n })
	var raw []byte
	declared := ""
	for i, s := range sections {
		if !s.encoded {
			raw = append(raw, s.value...)
			continue
		}
		if i == 0 {
			if parts := strings.SplitN(s.value, "'", 3); len(parts) == 3 {
				declared, s.value = parts[0], parts[2]
			}
		}
		raw = append(raw, unescape(s.value)...)
	}
	text, _ := decodeText(raw, declared)
	return oneLine(text)
}

// unescape decodes %XX, and leaves what is not one.
func unescape(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}
