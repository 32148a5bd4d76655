package letter

import (
	"strings"
	"unicode"
)

// clean makes every line end a \n and every hard blank a blank, and takes out what
// does not show or makes other text show otherwise: controls, and the marks that
// turn or override the direction of writing.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return '\n'
		case r == 0xa0 || r == 0x202f:
			return ' '
		case unicode.IsControl(r), turns(r), r == 0xfeff, r&0xfffe == 0xfffe:
			return -1
		}
		return r
	}, s)
}

// turns says whether r is a mark of the bidirectional algorithm that reaches
// beyond itself. A text in Arabic needs none of them.
func turns(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

// trim takes the empty lines at both ends and what is blank behind the text.
func trim(s string) string {
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	for {
		line, rest, more := strings.Cut(s, "\n")
		if !more || strings.TrimSpace(line) != "" {
			return s
		}
		s = rest
	}
}
