package guard

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"escalat/bridge"
)

const (
	// deepest is how often a text within a text is decoded.
	deepest = 3
	// shortest is how long a text is at least that is decoded.
	shortest = 12
)

// wrapped finds what is private in encoded texts, the whole of which is then private, and
// tokens that are broken over lines.
func (g *Guard) wrapped(text string, depth int) []found {
	var all []found
	if depth < deepest {
		for _, s := range blobs(text) {
			if kind, ok := g.within(text[s.start:s.end], depth); ok {
				all = append(all, found{span: s, kind: kind})
			}
		}
		all = append(all, g.escaped(text, depth)...)
	}
	return append(all, g.folded(text)...)
}

// within is the kind of what is private in an encoded text.
func (g *Guard) within(blob string, depth int) (bridge.Private, bool) {
	for _, plain := range decoded(unfold(blob)) {
		for _, f := range g.look(plain, depth+1) {
			if g.treat[f.kind] != Allow {
				return f.kind, true
			}
		}
	}
	return "", false
}

// blobs are the parts of a text that may be base64, those over several lines, too.
func blobs(text string) []span {
	var all []span
	for at := 0; at < len(text); {
		if !isBase64(text[at]) {
			at++
			continue
		}
		end := runEnd(text, at)
		if size := end - at; size >= 40 {
			end = foldEnd(text, at, end)
		}
		if end-at >= shortest {
			all = append(all, span{at, end})
		}
		at = end
	}
	return all
}

func isBase64(b byte) bool { return isWord(b) || b == '+' || b == '/' || b == '-' }

// runEnd is the end of what is base64 from an offset on, with its padding.
func runEnd(text string, at int) int {
	for at < len(text) && isBase64(text[at]) {
		at++
	}
	for n := 0; n < 2 && at < len(text) && text[at] == '='; n++ {
		at++
	}
	return at
}

// foldEnd is the end of a text whose first line is that long: lines of the same length
// follow, and a last one that is not longer.
func foldEnd(text string, at, end int) int {
	width := end - at
	for {
		next := lineStart(text, end)
		if next < 0 {
			return end
		}
		stop := runEnd(text, next)
		size := stop - next
		if size < 2 || size > width || stop < len(text) && isWord(text[stop]) {
			return end
		}
		end = stop
		if size < width {
			return end
		}
	}
}

// lineStart is where the words of the next line begin, if the line ends there; else -1.
func lineStart(text string, at int) int {
	for n := 0; at < len(text) && (text[at] == ' ' || text[at] == '\r' || text[at] == '\\') && n < 3; n++ {
		at++
	}
	if at >= len(text) || text[at] != '\n' {
		return -1
	}
	at++
	for n := 0; at < len(text) && (text[at] == ' ' || text[at] == '\t' || text[at] == '>') && n < 24; n++ {
		at++
	}
	return at
}

// unfold is an encoded text without the breaks of its lines.
func unfold(text string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (isBase64(byte(r)) || r == '=') {
			return r
		}
		return -1
	}, text)
}

// decoded are the texts that an encoded one may stand for.
func decoded(blob string) []string {
	blob = strings.TrimRight(blob, "=")
	if len(blob) < shortest-2 || len(blob)%4 == 1 {
		if len(blob) < shortest {
			return nil
		}
		blob = blob[:len(blob)/4*4]
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(blob, "-_") {
		encoding = base64.RawURLEncoding
	}
	if !readable(encoding, blob) {
		return nil
	}
	raw, err := encoding.DecodeString(blob)
	if err != nil {
		return nil
	}
	if plain, ok := legible(raw); ok {
		return []string{plain}
	}
	return nil
}

// readable looks at the beginning alone, since most of what could be base64 is not.
func readable(encoding *base64.Encoding, blob string) bool {
	head := blob[:min(len(blob), 24)/4*4]
	raw, err := encoding.DecodeString(head)
	if err != nil {
		return false
	}
	if len(raw) >= 2 && (raw[1] == 0 || raw[0] == 0xFF || raw[0] == 0xFE) {
		return true
	}
	for n, b := range raw {
		if b < ' ' && b != '\n' && b != '\r' && b != '\t' || b == 0x7F || b >= 0x80 && n == 0 && b < 0xC2 {
			return false
		}
	}
	return true
}

// legible is what bytes say, if it is text: UTF-8, Latin-1 or UTF-16 as of Windows.
func legible(raw []byte) (string, bool) {
	if n := len(raw) / 2; n > 3 && zeros(raw)*3 > len(raw) {
		units := make([]uint16, n)
		for i := range units {
			units[i] = uint16(raw[2*i]) | uint16(raw[2*i+1])<<8
		}
		raw = []byte(string(utf16.Decode(units)))
	}
	text := string(raw)
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\ufffd")
	}
	bad, all := 0, 0
	for _, r := range text {
		all++
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != '\n' && r != '\r' && r != '\t' && r != '\ufeff' {
			bad++
		}
	}
	return text, all > 0 && bad*20 <= all
}

func zeros(raw []byte) int {
	n := 0
	for _, b := range raw {
		if b == 0 {
			n++
		}
	}
	return n
}

var percent = regexp.MustCompile(`^[\w.~+&=!*-]*(?:%[0-9A-Fa-f]{2}[\w.~+&=!*-]*){2,400}`)

// escaped finds what is private in texts that are escaped as in an address.
func (g *Guard) escaped(text string, depth int) []found {
	var all []found
	for from := 0; from < len(text); {
		n := strings.IndexByte(text[from:], '%')
		if n < 0 {
			break
		}
		at := from + n
		for at > from && (isName(text[at-1]) || strings.IndexByte("~+&=!*", text[at-1]) >= 0) {
			at--
		}
		m := []int{at, at + len(percent.FindString(text[at:min(len(text), at+4000)]))}
		from += n + 1
		if m[1] == m[0] {
			continue
		}
		from = m[1]
		plain, err := url.QueryUnescape(text[m[0]:m[1]])
		if err != nil || !utf8.ValidString(plain) {
			continue
		}
		for _, f := range g.look(plain, max(depth+1, deepest)) {
			if g.treat[f.kind] != Allow {
				all = append(all, found{span: span{m[0], m[1]}, kind: f.kind})
				break
			}
		}
	}
	return all
}

// folded finds tokens that are broken over lines. Only tokens that cannot be taken for
// words are looked for: joined lines say much that nobody wrote.
func (g *Guard) folded(text string) []found {
	var gaps []span
	for from := 0; ; {
		n := strings.IndexByte(text[from:], '\n')
		if n < 0 {
			break
		}
		from += n + 1
		if s, ok := gap(text, from-1); ok {
			gaps = append(gaps, s)
		}
	}
	if len(gaps) == 0 {
		return nil
	}
	v := viewOf(text, gaps, "")
	var all []found
	for _, f := range g.rules.certain(v.text) {
		f.span = v.origin(f.span)
		if overlaps(f.span, gaps) && f.kind != bridge.PrivatePassword {
			all = append(all, f)
		}
	}
	return all
}

// gap is what lies between the parts of a token that a line's end at that offset may break.
func gap(text string, at int) (span, bool) {
	s := span{at, at + 1}
	for s.start > 0 && at-s.start < 4 && strings.IndexByte(" \t\r\\", text[s.start-1]) >= 0 {
		s.start--
	}
	for s.end < len(text) && s.end-at < 14 && strings.IndexByte(" \t>|", text[s.end]) >= 0 {
		s.end++
	}
	for n := 1; n <= 6; n++ {
		if s.start-n < 0 || !isToken(text[s.start-n]) {
			return s, false
		}
	}
	return s, s.end+1 < len(text) && isToken(text[s.end]) && isToken(text[s.end+1])
}

func isToken(b byte) bool { return isBase64(b) || b == '.' || b == '~' || b == '=' }

// overlaps reports whether one of the spans, which are in order, lies within another.
func overlaps(s span, all []span) bool {
	for _, one := range all {
		if one.start > s.start && one.end < s.end {
			return true
		}
	}
	return false
}
