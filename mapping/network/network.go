// Package network finds addresses, networks and names of hosts in what people
// write, and knows the output of the tools that follow a route. It asks no
// network: a name is one by its looks.
//
// What looks like an address but cannot be one is found too, as Bad: it is better
// told than passed over. Versions, dates, times and words of prose are none.
package network

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxText     = 1 << 18 // how much of a text is read, in bytes
	maxFindings = 500
	maxWord     = 2048 // the longest word that can be something, in bytes
)

// Kind says what a Finding is.
type Kind int

// The kinds.
const (
	IP       Kind = iota + 1 // an address
	Network                  // 192.0.2.0/24, 192.0.2.0/255.255.255.0, 192.0.2.x
	Host                     // a name
	Endpoint                 // an address or a name with a port
	URL                      // with its scheme, or a name with a path
)

// Finding is what stands at a place of the text.
type Finding struct {
	Text       string
	Kind       Kind
	Bad        bool // it looks like one but cannot be one
	Start, End int  // in the text, in bytes
}

// Find returns the addresses, networks, names of hosts and URLs of a text, in
// order, at most 500. A bare word is a host only if it is built like the name of
// a server, or is the whole text.
func Find(text string) []Finding {
	f := finder{text: text[:min(len(text), maxText)]}
	for start := 0; start < len(f.text) && len(f.found) < maxFindings; {
		r, size := utf8.DecodeRuneInString(f.text[start:])
		if unicode.IsSpace(r) {
			start += size
			continue
		}
		end := start + strings.IndexFunc(f.text[start:], unicode.IsSpace)
		if end < start {
			end = len(f.text)
		}
		f.word(start, end)
		start = end
	}
	return f.found[:min(len(f.found), maxFindings)]
}

// finder collects what it finds in a text.
type finder struct {
	text  string
	found []Finding
	// before is the last piece of the text before the one that is looked at.
	before string
}

// word looks at what stands between blanks.
func (f *finder) word(start, end int) {
	for start < end && len(f.found) < maxFindings {
		from, to, ok := urlIn(f.text[start:end])
		if !ok {
			f.pieces(start, end)
			return
		}
		f.pieces(start, start+from)
		f.url(start+from, start+to)
		start += to
	}
}

// separator reports whether a character can be no part of an address or a name.
func separator(r rune) bool {
	return strings.ContainsRune(",;()<>\"'“”«»‘’`|{}=&?!¿¡…→", r)
}

// pieces looks at the pieces of a word.
func (f *finder) pieces(start, end int) {
	if strings.HasPrefix(f.text[start:end], `\\`) { // \\server\share
		start += 2
		if n := strings.IndexByte(f.text[start:end], '\\'); n > 0 {
			end = start + n
		}
	}
	for start < end && len(f.found) < maxFindings {
		n := strings.IndexFunc(f.text[start:end], separator)
		stop := start + n
		if n < 0 {
			stop = end
		}
		f.piece(start, stop)
		_, size := utf8.DecodeRuneInString(f.text[stop:])
		start = stop + size
	}
}

// piece looks at one piece, without the marks of emphasis and of sentences that
// stand around it.
func (f *finder) piece(start, end int) {
	s := f.text[start:end]
	trimmed := strings.TrimLeft(s, "*_~+#-./:^")
	if strings.HasPrefix(s, "::") {
		trimmed = s
	}
	start += len(s) - len(trimmed)
	if absolute(s) {
		f.before = ""
		return
	}
	s = trimEnd(trimmed)
	if s == "" {
		return
	}
	if len(s) <= maxWord {
		f.classify(start, s)
	}
	f.before = s
}

// absolute reports whether a piece is a path of a file: /var/log/web01.
func absolute(s string) bool {
	return strings.HasPrefix(s, "/") && strings.Count(s, "/") > 1
}

// trimEnd takes away marks at the end that can be no part of an address: not the
// brackets of IPv6, not 192.0.2.*, not the end of fe80::.
func trimEnd(s string) string {
	for s != "" {
		switch last := s[len(s)-1]; {
		case last == '*' && strings.HasSuffix(s, ".*"), last == ':' && strings.HasSuffix(s, "::"):
			return s
		case strings.IndexByte("*_~+#-./:^\\", last) >= 0, last == ']' && !strings.Contains(s, "["):
			s = s[:len(s)-1]
		default:
			return s
		}
	}
	return s
}

func (f *finder) add(start int, s string, kind Kind, bad bool) {
	f.found = append(f.found, Finding{Text: s, Kind: kind, Bad: bad, Start: start, End: start + len(s)})
}

// classify says what a piece is, and looks at its parts if it is several things.
func (f *finder) classify(start int, s string) {
	if kind, bad, ok := f.kindOf(s); ok {
		f.add(start, s, kind, bad)
		return
	}
	if strings.ContainsAny(s, "@\\") {
		return // an address of mail, a path
	}
	if label, rest, ok := strings.Cut(s, ":"); ok && !strings.ContainsFunc(label, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if kind, bad, ok := f.kindOf(rest); ok { // IP:192.0.2.1
			f.add(start+len(label)+1, rest, kind, bad)
			return
		}
	}
	for _, mark := range []byte{'/', '-', '[', ']', '*'} {
		if f.parts(start, s, mark) {
			return
		}
	}
}

// parts looks at what a mark joins: 192.0.2.1-192.0.2.9, web01/web02. A word
// that is joined to something else is a part of a path or of prose.
func (f *finder) parts(start int, s string, mark byte) bool {
	if !strings.Contains(s, string(rune(mark))) {
		return false
	}
	var found []Finding
	for at := 0; at <= len(s); {
		n := strings.IndexByte(s[at:], mark)
		if n < 0 {
			n = len(s) - at
		}
		part := trimEnd(s[at : at+n])
		kind, bad, ok := f.kindOf(part)
		switch {
		case ok:
			found = append(found, Finding{Text: part, Kind: kind, Bad: bad, Start: start + at, End: start + at + len(part)})
		case part != "" && (mark == '/' || mark == '-') && !number(part):
			return false
		}
		at += n + 1
		if len(found) > maxFindings {
			break
		}
	}
	f.found = append(f.found, found...)
	return len(found) > 0
}

// kindOf says what a whole piece is.
func (f *finder) kindOf(s string) (kind Kind, bad, ok bool) {
	if s == "" {
		return 0, false, false
	}
	for _, form := range []func(string) (Kind, bool, bool){f.ipv4, ipv6, f.named} {
		if kind, bad, ok := form(s); ok {
			return kind, bad, true
		}
	}
	return 0, false, false
}

// alone reports whether a piece is all that the text says.
func (f *finder) alone(s string) bool {
	return len(f.text) <= len(s)+16 && strings.Trim(f.text, " \t\r\n\u00a0*_{}().,;:\"'`") == s
}
