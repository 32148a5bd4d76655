package mapping

import "strings"

// maxLabel bounds a label in a text, in bytes.
const maxLabel = 200

// labelled is a field under one of its labels.
type labelled struct {
	field *Field
	own   bool // the form's own label, not an alias
}

// knownLabels maps every label and alias of the form, by labelKey.
func (f *Form) knownLabels() map[string]labelled {
	known := map[string]labelled{}
	for _, field := range f.All() {
		for _, a := range field.Aliases {
			known[labelKey(a)] = labelled{field, false}
		}
	}
	for _, field := range f.All() {
		for _, l := range field.Label.all() {
			if l != "" {
				known[labelKey(l)] = labelled{field, true}
			}
		}
	}
	return known
}

// matchLabel reads a line as "Label: value". A line that is nothing but one of
// the form's own labels is one as well, without a value: so the headings stand
// in the provider's document.
func matchLabel(known map[string]labelled, line string) (field *Field, value string, ok bool) {
	text, mark := trimDecoration(line)
	label, value, colon := cutColon(text)
	if len(label) > maxLabel {
		return nil, "", false
	}
	l, found := known[labelKey(label)]
	if !found || !colon && !l.own {
		return nil, "", false
	}
	return l.field, trimMark(label, value, mark), true
}

// cutColon cuts at the first colon that is not inside brackets.
func cutColon(s string) (label, value string, ok bool) {
	depth := 0
	for i, r := range s {
		switch {
		case r == '(':
			depth++
		case r == ')' && depth > 0:
			depth--
		case (r == ':' || r == '：') && depth == 0:
			return s[:i], s[i+len(string(r)):], true
		}
		if i > maxLabel {
			break
		}
	}
	return s, "", false
}

// trimDecoration takes away what stands before a label: blanks, bullets,
// numbers, heading, quote and colour marks. mark is the emphasis that begins
// right at the label, or "".
func trimDecoration(line string) (text, mark string) {
	s := strings.TrimFunc(line, isBlankRune)
	for {
		rest, cut := s, ""
		switch {
		case rest == "":
			return "", mark
		case rest[0] == '{':
			end := strings.IndexByte(rest[:min(len(rest), 40)], '}')
			if end < 0 {
				return s, mark
			}
			rest, cut = rest[end+1:], rest[:end+1]
		case strings.IndexByte("*_+-#>", rest[0]) >= 0:
			rest, cut = rest[1:], rest[:1]
		case numbered(rest) > 0:
			rest = rest[numbered(rest):]
		default:
			for _, bullet := range []string{"•", "·", "–", "—", "▪", "◦"} {
				rest = strings.TrimPrefix(rest, bullet)
			}
			if len(rest) == len(s) {
				return s, mark
			}
		}
		trimmed := strings.TrimLeftFunc(rest, isBlankRune)
		if mark = ""; len(trimmed) == len(rest) && (cut == "*" || cut == "_" || cut == "{*}" || cut == "{_}") {
			mark = cut
		}
		s = trimmed
	}
}

// numbered returns the length of a number or heading mark at the beginning.
func numbered(s string) int {
	i := 0
	if len(s) > 2 && s[0] == 'h' && s[1] >= '1' && s[1] <= '6' && s[2] == '.' {
		return 3
	}
	for i < len(s) && i < 2 && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i > 0 && i < len(s) && (s[i] == '.' || s[i] == ')') {
		return i + 1
	}
	return 0
}

// trimMark takes from the value the other half of what began at the label:
// *Label:* value, *Label: value*, or a colour that ends after the label.
func trimMark(label, value, mark string) string {
	value = strings.TrimFunc(value, isBlankRune)
	if mark != "" && !strings.HasSuffix(strings.TrimSpace(label), mark) {
		if rest, ok := strings.CutPrefix(value, mark); ok {
			value = rest
		} else {
			value = strings.TrimSuffix(value, mark)
		}
	}
	value = strings.TrimPrefix(strings.TrimFunc(value, isBlankRune), "{color}")
	return strings.TrimFunc(value, isBlankRune)
}
