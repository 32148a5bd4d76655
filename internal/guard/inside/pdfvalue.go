package inside

import (
	"bytes"
	"strconv"
)

// What a PDF is made of (ISO 32000-1, 7.3). A number is a float64, a string a pdfString,
// an array a []any.
type (
	pdfName   string
	pdfString []byte
	pdfWord   string // an operator, or a stray word
	pdfDict   map[string]any
	pdfRef    int
)

const (
	pdfDepth = 40      // arrays and dictionaries inside each other
	pdfNodes = 200_000 // values inside one
)

// lexer reads values. It never fails: what is wrong becomes words.
type lexer struct {
	raw   []byte
	at    int
	nodes int
}

func isPDFSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isPDFDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

func (l *lexer) space() {
	for l.at < len(l.raw) {
		switch c := l.raw[l.at]; {
		case isPDFSpace(c):
			l.at++
		case c == '%':
			for l.at < len(l.raw) && l.raw[l.at] != '\n' && l.raw[l.at] != '\r' {
				l.at++
			}
		default:
			return
		}
	}
}

// next reads a value or an operator. It is false at the end.
func (l *lexer) next(depth int) (any, bool) {
	l.space()
	if l.nodes++; l.at >= len(l.raw) || l.nodes > pdfNodes {
		return nil, false
	}
	switch c := l.raw[l.at]; {
	case c == '/':
		l.at++
		return l.name(), true
	case c == '(':
		return l.literal(), true
	case c == '<' && l.at+1 < len(l.raw) && l.raw[l.at+1] == '<' && depth < pdfDepth:
		l.at += 2
		return l.dict(depth), true
	case c == '<':
		return l.hex(), true
	case c == '[' && depth < pdfDepth:
		l.at++
		return l.array(depth), true
	case isPDFDelimiter(c):
		l.at++
		if c == '>' && l.at < len(l.raw) && l.raw[l.at] == '>' {
			l.at++
			return pdfWord(">>"), true
		}
		return pdfWord([]byte{c}), true
	}
	from := l.at
	for l.at < len(l.raw) && !isPDFSpace(l.raw[l.at]) && !isPDFDelimiter(l.raw[l.at]) {
		l.at++
	}
	word := l.raw[from:l.at]
	if c := word[0]; len(word) < 40 && (c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.') {
		if n, err := strconv.ParseFloat(string(word), 64); err == nil {
			return n, true
		}
	}
	return pdfWord(word), true
}

// array reads up to its end; three of its values may be a reference.
func (l *lexer) array(depth int) []any {
	var out []any
	for {
		v, ok := l.next(depth + 1)
		if word, is := v.(pdfWord); !ok || is && word == "]" {
			return out
		}
		out = referred(append(out, v))
	}
}

// referred makes the end of a list into a reference, if it is one.
func referred(list []any) []any {
	n := len(list)
	if n < 3 {
		return list
	}
	if word, ok := list[n-1].(pdfWord); !ok || word != "R" {
		return list
	}
	id, ok := list[n-3].(float64)
	if _, also := list[n-2].(float64); !ok || !also || id < 0 || id > 1<<30 {
		return list
	}
	return append(list[:n-3], pdfRef(id))
}

func (l *lexer) dict(depth int) pdfDict {
	var list []any
	for {
		v, ok := l.next(depth + 1)
		if word, is := v.(pdfWord); !ok || is && word == ">>" {
			break
		}
		list = referred(append(list, v))
	}
	out := pdfDict{}
	for i := 0; i+1 < len(list); {
		key, ok := list[i].(pdfName)
		if !ok {
			i++
			continue
		}
		out[string(key)] = list[i+1]
		i += 2
	}
	return out
}

func (l *lexer) name() pdfName {
	var out []byte
	for l.at < len(l.raw) && !isPDFSpace(l.raw[l.at]) && !isPDFDelimiter(l.raw[l.at]) {
		c := l.raw[l.at]
		l.at++
		if c == '#' && l.at+2 <= len(l.raw) {
			if n, err := strconv.ParseUint(string(l.raw[l.at:l.at+2]), 16, 8); err == nil {
				c = byte(n)
				l.at += 2
			}
		}
		out = append(out, c)
	}
	return pdfName(out)
}

// literal reads a string in round brackets.
func (l *lexer) literal() pdfString {
	l.at++
	var out []byte
	for open := 1; l.at < len(l.raw); l.at++ {
		switch c := l.raw[l.at]; c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				l.at++
				return out
			}
		case '\\':
			out = l.escape(out)
			continue
		}
		out = append(out, l.raw[l.at])
	}
	return out
}

// escape reads what follows a backslash and stops on its last byte.
func (l *lexer) escape(out []byte) []byte {
	if l.at++; l.at >= len(l.raw) {
		return out
	}
	c := l.raw[l.at]
	switch c {
	case 'n':
		return append(out, '\n')
	case 'r':
		return append(out, '\r')
	case 't':
		return append(out, '\t')
	case 'b', 'f':
		return append(out, ' ')
	case '\n':
		return out
	case '\r':
		if l.at+1 < len(l.raw) && l.raw[l.at+1] == '\n' {
			l.at++
		}
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	n := 0
	for i := 0; i < 3 && l.at < len(l.raw) && l.raw[l.at] >= '0' && l.raw[l.at] <= '7'; i++ {
		n = n<<3 | int(l.raw[l.at]-'0')
		l.at++
	}
	l.at--
	return append(out, byte(n))
}

func (l *lexer) hex() pdfString {
	l.at++
	end := bytes.IndexByte(l.raw[l.at:], '>')
	if end < 0 {
		end = len(l.raw) - l.at
	}
	out := unhex(l.raw[l.at : l.at+end])
	l.at = min(len(l.raw), l.at+end+1)
	return out
}

func unhex(raw []byte) []byte {
	out := make([]byte, 0, len(raw)/2+1)
	odd := false
	for _, c := range raw {
		n := 0
		switch {
		case c >= '0' && c <= '9':
			n = int(c - '0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			n = int(c|0x20-'a') + 10
		default:
			continue
		}
		if odd {
			out[len(out)-1] |= byte(n)
		} else {
			out = append(out, byte(n<<4))
		}
		odd = !odd
	}
	return out
}
