package message

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxParams bounds the parameters taken of one field.
const maxParams = 200

// params are the parameters of a field, by name in lower case. What RFC 2231 encodes
// stands decoded beside the plain one, under the name with a star.
type params map[string]string

// get returns a parameter as it was written.
func (p params) get(name string) string {
	if v, ok := p[name]; ok {
		return v
	}
	return p[name+"*"]
}

// nameOf returns the name of a file: by RFC 2231 or by RFC 2047, of its disposition
// or of its type. One that could not be decoded gives way to another.
func nameOf(disposition, media params) string {
	best := ""
	for _, s := range []string{disposition["filename*"], Words(disposition["filename"]), media["name*"], Words(media["name"])} {
		if s != "" && !strings.ContainsRune(s, '\uFFFD') {
			return s
		}
		best = cmp.Or(best, s)
	}
	return best
}

// parseParams reads a value with parameters (RFC 2045, section 5.1). It puts the
// pieces of RFC 2231 together, and takes what is not quoted up to the next semicolon,
// as senders write file names. Encoded words stay.
func parseParams(value string) (string, params) {
	main, rest := splitMain(value)
	p := params{}
	pieces := map[string][]section{}
	for n := 0; rest != "" && n < maxParams; n++ {
		var name, v string
		if name, v, rest = nextParam(rest); name == "" {
			continue
		}
		if !strings.Contains(name, "*") {
			if _, twice := p[name]; !twice {
				p[name] = v
			}
			continue
		}
		base, s := splitSection(name, v)
		pieces[base] = append(pieces[base], s)
	}
	for base, sections := range pieces {
		p[base+"*"] = joinSections(sections)
	}
	return main, p
}

// splitMain divides a value from its parameters, also where the semicolon or the
// value is missing.
func splitMain(value string) (main, rest string) {
	main, rest, _ = strings.Cut(value, ";")
	main = strings.TrimSpace(main)
	if i := strings.IndexAny(main, " \t,"); i >= 0 {
		if strings.Contains(main[i:], "=") {
			rest = main[i+1:] + ";" + rest
		}
		main = main[:i]
	}
	if strings.Contains(main, "=") {
		main, rest = "", main+";"+rest
	}
	return strings.ToLower(main), rest
}

func nextParam(s string) (name, value, rest string) {
	s = strings.TrimLeft(s, " \t;,")
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
		return name, value, rest
	}
	value, rest, _ = strings.Cut(s, ";")
	return name, strings.TrimSpace(value), rest
}

// quoted reads up to the closing quote: one that another parameter or nothing
// follows, since some senders leave quotes inside as they are. Only a quote and a
// backslash are escaped: some senders write paths of Windows. Where no quote closes,
// a semicolon does.
func quoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"' && closes(s[i+1:]):
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	value, rest, _ = strings.Cut(s, ";")
	return strings.TrimSpace(value), rest
}

// closes reports whether a quote before s closes.
func closes(s string) bool {
	s = strings.TrimLeft(s, " \t")
	if s == "" || s[0] == ';' {
		return true
	}
	const longest = 40 // bytes of a parameter's name
	name, _, ok := strings.Cut(s[:min(len(s), longest)], "=")
	return ok && strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789-*") == ""
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
	slices.SortStableFunc(sections, func(a, b section) int { return cmp.Compare(a.n, b.n) })
	sections = slices.CompactFunc(sections, func(a, b section) bool { return a.n == b.n })
	declared, value, ok := splitCharset(sections[0].value)
	_, known := encodingOf(declared)
	if marked := slices.ContainsFunc(sections, func(s section) bool { return s.encoded }); known && !marked {
		for i := range sections { // the stars were forgotten
			sections[i].encoded = true
		}
	}
	if ok && sections[0].encoded {
		sections[0].value = value
	}
	var raw []byte
	words := false
	for _, s := range sections {
		words = words || strings.Contains(s.value, "=?")
		if s.encoded {
			raw = append(raw, unescapeAt(s.value, '%')...)
		} else {
			raw = append(raw, s.value...)
		}
	}
	text, _ := decodeText(raw, declared)
	if words { // both encodings, one in the other
		return Words(text)
	}
	return oneLine(text)
}

// splitCharset divides charset'language'text. Some senders leave the language out with
// its quote.
func splitCharset(s string) (declared, text string, ok bool) {
	declared, text, ok = strings.Cut(s, "'")
	language, after, two := strings.Cut(text, "'")
	two = two && isToken(language)
	_, known := encodingOf(declared)
	if !ok || !isToken(declared) || !two && !known {
		return "", s, false
	}
	if two {
		text = after
	}
	return declared, text, true
}

// isToken reports whether s is empty or could name a charset or a language.
func isToken(s string) bool {
	return len(s) < maxCharset && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-_.:+") == ""
}
