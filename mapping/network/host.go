package network

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxLabel = 63
	maxName  = 253
)

// named reads the name of a host, with a port or a path behind it.
func (f *finder) named(s string) (Kind, bool, bool) {
	name, tail := s, ""
	if n := strings.IndexAny(s, ":/"); n >= 0 {
		name, tail = s[:n], s[n:]
	}
	if strings.ContainsAny(name, "@\\[]*") {
		return 0, false, false
	}
	full := qualified(name)
	switch {
	case !full && !serverName(name) && (!f.alone(s) || !lone(name)):
		return 0, false, false
	case tail == "":
		return Host, !validName(name), true
	case tail[0] == ':':
		return endpoint(!validName(name), tail[1:])
	case full:
		return URL, !validName(name), true
	}
	return 0, false, false
}

// qualified reports whether a name ends like one of the network.
func qualified(name string) bool {
	n := strings.LastIndexByte(name, '.')
	if n <= 0 {
		return false
	}
	top, rest := name[n+1:], name[:n]
	if end := strings.ToLower(top); !topLevels[end] && (!fileEnds[end] || !strings.Contains(rest, ".")) {
		return false
	}
	if !strings.ContainsFunc(rest, unicode.IsLetter) && !strings.ContainsFunc(rest, unicode.IsDigit) {
		return false
	}
	letters := true // U.S, of initials
	for label := range strings.SplitSeq(name, ".") {
		letters = letters && utf8.RuneCountInString(label) <= 2
	}
	if letters && len(name) < 6 {
		return false
	}
	first, _ := utf8.DecodeRuneInString(top) // a sentence that ends without a blank: caigut.Es
	return !unicode.IsUpper(first) || top == strings.ToUpper(top) && rest == strings.ToUpper(rest)
}

// validName reports whether each label of a name can be one. Underlines and the
// letters of other alphabets can.
func validName(name string) bool {
	if len(name) > maxName {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
		}) {
			return false
		}
	}
	return true
}

// lone reports whether a word that is the whole text may be the name of a host.
func lone(name string) bool {
	return strings.ContainsFunc(name, unicode.IsLetter) && !strings.Contains(name, ".")
}

// serverName reports whether a single word is built like the name of a server:
// srv-web01, PRE-APP02, bd2, SRV-CORREU.
func serverName(s string) bool {
	if len(s) < 3 || len(s) > 2*maxLabel || s[0] < 'A' || strings.Trim(s, nameMarks) != "" {
		return false
	}
	lower := strings.ToLower(s)
	if lower == "localhost" {
		return true
	}
	stem := strings.TrimRight(lower, "0123456789")
	digits := lower[len(stem):]
	if notServers[stem] || notServers[lower] {
		return false
	}
	parts := strings.FieldsFunc(lower, func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) == 0 {
		return false
	}
	known, numbered := false, false
	for _, p := range parts {
		word := strings.TrimRight(p, "0123456789")
		known = known || serverWords[word]
		numbered = numbered || word != "" && word != p && !notServers[word]
	}
	switch {
	case len(parts) == 1:
		return len(digits) > 0 && !year(digits) && len(digits) <= 4 && (serverWords[stem] || len(stem) >= 3 && letters(stem) && cased(s, len(digits)))
	case digits != "" && strings.TrimRight(stem, "-_") != stem: // SRV-01, and not the key of an issue
		return known || digits[0] == '0' && len(digits) > 1
	case numbered:
		return known || digits != "" && letters(parts[0])
	}
	return known && (s == strings.ToUpper(s) || hosts[parts[0]])
}

// year tells sql2019 from a server.
func year(digits string) bool { return len(digits) == 4 && digits >= "1990" && digits < "2100" }

// nameMarks are what the name of a server is made of.
const nameMarks = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"

func letters(s string) bool { return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz") == "" }

// cased reports whether a word is not written like one of prose that got a
// number: Nivell2, but WEB01 and web01.
func cased(s string, digits int) bool {
	stem := s[:len(s)-digits]
	return stem == strings.ToLower(stem) || stem == strings.ToUpper(stem)
}

// urlIn finds a URL in a word.
func urlIn(s string) (from, to int, ok bool) {
	n := strings.Index(s, "://")
	if n <= 0 {
		return 0, 0, false
	}
	from = strings.LastIndexFunc(s[:n], func(r rune) bool {
		return !strings.ContainsRune(nameMarks+"+.:", r) || r == '_'
	})
	if from++; from > 0 && from < n { // what was found may be longer than a byte
		_, size := utf8.DecodeRuneInString(s[from-1:])
		from += size - 1
	}
	from += len(s[from:n]) - len(strings.TrimLeft(s[from:n], "+.-:0123456789"))
	if from >= n {
		return 0, 0, false
	}
	rest := s[n+3:]
	end := strings.IndexFunc(rest, func(r rune) bool { return strings.ContainsRune("<>\"|{}«»“”`", r) })
	if end < 0 {
		end = len(rest)
	}
	if closing := strings.LastIndexByte(rest[:end], ']'); closing >= 0 && !strings.HasPrefix(rest, "[") {
		end = strings.IndexByte(rest, ']')
	}
	rest = strings.TrimRight(rest[:end], ".,;:!?'*_’…")
	if strings.HasSuffix(rest, ")") && !strings.Contains(rest, "(") {
		rest = strings.TrimRight(rest, ").,;")
	}
	return from, n + 3 + len(rest), true
}

// url looks at the host of a URL.
func (f *finder) url(start, end int) {
	s := f.text[start:end]
	scheme, rest, _ := strings.Cut(s, "://")
	if f.before = ""; len(s) > maxWord {
		return
	}
	if strings.HasPrefix(strings.ToLower(scheme), "file") || rest == "" {
		return
	}
	host := rest
	if n := strings.IndexAny(rest, "/?#\\"); n >= 0 {
		host = rest[:n]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	f.add(start, s, URL, !f.validAuthority(host))
}

// validAuthority reports whether an address or a name, with or without a port,
// can be one.
func (f *finder) validAuthority(s string) bool {
	if strings.HasPrefix(s, "[") {
		_, bad, ok := ipv6(s)
		return ok && !bad
	}
	name, port, cut := strings.Cut(s, ":")
	if cut && !validPort(port) {
		return false
	}
	if strings.Trim(name, "0123456789.") == "" {
		_, err := netip.ParseAddr(name)
		return err == nil
	}
	return validName(strings.TrimSuffix(name, "."))
}
