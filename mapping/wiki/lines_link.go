package wiki

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

const (
	// maxTarget bounds the address of a link, maxLabel its text, in bytes: both together
	// stay below what is read as one.
	maxTarget = 2000
	maxLabel  = 600
)

// link adds a link: its text and where it goes. Where that is not allowed the text stays
// alone; where the text shows another address than the link's, both show.
func (b *lineBuilder) link(shown, target string) {
	target, ok := addressOf(target)
	label := strings.TrimFunc(shown, isBlank)
	if !ok || label == "" || isTelephone(label, target) {
		b.text.WriteString(shown)
		return
	}
	before, behind, _ := strings.Cut(shown, label)
	b.text.WriteString(before)
	start := b.end()
	switch {
	case sameAddress(label, target):
		b.alone(target)
	case len(label) > maxLabel || strings.Contains(label, "://") || deceives(label, target) || !strings.ContainsFunc(label, isWord):
		b.text.WriteString(label + " (")
		b.alone(target)
		b.text.WriteString(")")
	default:
		b.text.WriteString(label)
		end := b.end()
		b.text.WriteString(" (" + strings.TrimPrefix(target, "mailto:") + ")")
		b.parts = append(b.parts, part{start: start, end: b.end(), style: LinkStyle, label: end, target: target})
	}
	b.text.WriteString(behind)
}

// alone adds a link that shows its address. Jira knows none such to a telephone.
func (b *lineBuilder) alone(target string) {
	if strings.HasPrefix(target, "tel:") {
		b.text.WriteString(target)
		return
	}
	start := b.end()
	b.text.WriteString(strings.TrimPrefix(target, "mailto:"))
	b.parts = append(b.parts, part{start: start, end: b.end(), style: LinkStyle, label: b.end(), target: target, alone: true})
}

// markup returns the markup of a link that shows whole.
func (p part) markup(text string) string {
	if p.alone {
		return "[" + p.target + "]"
	}
	return "[" + Escape(text[p.start:p.label]) + "|" + p.target + "]"
}

// addressOf returns the address of a link as it stands in markup: of the web, of mail or
// a telephone, and no character in it that could end the link or begin another.
func addressOf(target string) (string, bool) {
	if len(target) > maxTarget || target != clean(target) {
		return "", false
	}
	scheme, rest, _ := strings.Cut(target, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
		u, err := url.Parse(target)
		if err != nil || u.User != nil || u.Host == "" || strings.ContainsFunc(u.Host, func(r rune) bool {
			return r >= utf8.RuneSelf || !isWord(r) && !strings.ContainsRune("-.:", r)
		}) {
			return "", false
		}
		address := encoded(strings.ToLower(scheme) + ":" + rest)
		return address, len(address) <= maxTarget
	case "mailto":
		name, host, ok := strings.Cut(rest, "@")
		return "mailto:" + rest, ok && isPlain(name, "._%+=-") && isPlain(host, ".-") && strings.Contains(host, ".")
	case "tel":
		return "tel:" + rest, isPlain(rest, "+-.") && strings.ContainsAny(rest, "0123456789")
	}
	return "", false
}

// isPlain says whether s is of letters and figures of ASCII, and those signs.
func isPlain(s, signs string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r >= utf8.RuneSelf || !isWord(r) && !strings.ContainsRune(signs, r)
	})
}

// encoded writes those characters of an address that markup could take for its own as
// addresses write any character.
func encoded(address string) string {
	const hex, signs = "0123456789ABCDEF", "-._/?#&=:,;@$+"
	var b strings.Builder
	for i := 0; i < len(address); i++ {
		c := address[i]
		switch {
		case c == '%' && i+2 < len(address) && isHex(address[i+1]) && isHex(address[i+2]):
		case c == '#' && i > 0 && address[i-1] == '&': // an entity
			b.WriteString("%23")
			continue
		case c >= utf8.RuneSelf || !isWord(rune(c)) && strings.IndexByte(signs, c) < 0:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isTelephone says whether a text is the number that a link calls.
func isTelephone(label, target string) bool {
	number, ok := strings.CutPrefix(target, "tel:")
	return ok && strings.HasSuffix(figures(number), figures(label)) && len(figures(label)) > 2
}

func figures(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// sameAddress says whether a text is where its link goes, written so or nearly so.
func sameAddress(label, target string) bool {
	bare := func(s string) string {
		for _, scheme := range []string{"https://", "http://", "mailto:"} {
			s = strings.TrimPrefix(s, scheme)
		}
		return strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
	}
	return strings.EqualFold(bare(label), bare(target)) || strings.EqualFold(bare(encoded(label)), bare(target))
}

// deceives says whether a text shows an address that is not where its link goes.
func deceives(label, target string) bool {
	host := hostOf(target)
	for word := range strings.FieldsSeq(label) {
		shown := hostOf(strings.TrimFunc(word, func(r rune) bool { return !isWord(r) }))
		if shown != "" && shown != host && !strings.HasSuffix(host, "."+shown) {
			return true
		}
	}
	return false
}

// hostOf returns the host that a word shows, without www; nothing when it shows none.
func hostOf(word string) string {
	_, rest, ok := strings.Cut(word, "://")
	if !ok {
		rest = strings.TrimPrefix(word, "mailto:")
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 && !ok {
		rest = rest[at+1:]
	}
	if end := strings.IndexAny(rest, "/?#:"); end >= 0 {
		rest = rest[:end]
	}
	if dot := strings.LastIndexByte(rest, '.'); dot < 1 || len(rest)-dot < 3 || strings.ContainsFunc(rest[dot+1:], func(r rune) bool { return !isWord(r) || r >= '0' && r <= '9' }) {
		if !ok {
			return ""
		}
	}
	return strings.TrimPrefix(strings.ToLower(rest), "www.")
}
