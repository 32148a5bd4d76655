package guard

import (
	"regexp"
	"strings"

	"escalat/bridge"
)

var (
	identityShape = regexp.MustCompile(`(?i)^(?:ES[- ]?)?(?:\d{8}|\d{2}\.\d{3}\.\d{3}|\d{2} \d{3} \d{3}|[XYZKLM][-. ]?\d{7}|[XYZ][-. ]?\d\.?\d{3}\.?\d{3}|\d{7})[-./_ ]{0,2}[A-Z]`)
	identityTold  = regexp.MustCompile(`(?i)\b(?:dnis?|nies?|nifs?|d\.n\.i\.?|n\.i\.f\.?|n\.i\.e\.?|document(?:o|s)?|doc\.?|identitat|identidad|identificador|interessad[ao]|interesad[ao]|titular|passaport)\b`)
)

// letters are those that a DNI's number leads to, by its remainder.
const letters = "TRWAGMYFPDXBNJZSQVHLCKE"

// identities finds DNI, NIE and NIF of persons by their letters. That of a company is not
// private.
func identities(text string) []found {
	var all []found
	for _, s := range shapesAt(text, identityShape, mayIdentity) {
		if identity(text, s) {
			all = append(all, found{span: s, kind: bridge.PrivateIdentity})
		}
	}
	return all
}

func identity(text string, s span) bool {
	if s.end < len(text) && text[s.end] == '@' || strings.HasSuffix(text[:s.start], "[~") { // an address, or somebody who is mentioned
		return false
	}
	value := text[s.start:s.end]
	plain := strings.ToUpper(bare(value))
	plain = strings.TrimPrefix(plain, "ES")
	letter := plain[len(plain)-1]
	digits := plain[:len(plain)-1]
	short := len(digits) == 7 && isDigit(digits[0])
	switch digits[0] {
	case 'X', 'K', 'L', 'M':
		digits = digits[1:]
	case 'Y':
		digits = "1" + digits[1:]
	case 'Z':
		digits = "2" + digits[1:]
	}
	if !allDigits(digits) || letters[number(digits)%23] != letter || repeated(digits) {
		return false
	}
	told := identityTold.MatchString(text[runeAt(text, max(0, s.start-60)):s.start])
	last := value[len(value)-1]
	blankBefore := strings.ContainsAny(value, " ")
	switch {
	case told:
		return true
	case short:
		return false
	case blankBefore: // a word, perhaps
		return last == letter && !strings.ContainsRune("AEY", rune(last))
	}
	// Small letters without a separator are of hashes, too.
	return last == letter || !strings.ContainsRune("abdef", rune(last)) || strings.ContainsAny(value, "-.")
}

// shapesAt are where a pattern stands that is no part of a longer word or number. The
// pattern is tried where a word begins that may, by its first bytes, be one.
func shapesAt(text string, pattern *regexp.Regexp, may func(word string) bool) []span {
	var all []span
	for at := 0; at < len(text); at++ {
		if b := text[at]; !isDigit(b) && !isLetter(b) || at > 0 && (isDigit(text[at-1]) || isLetter(text[at-1])) {
			continue
		}
		if len(text)-at < 8 || !may(text[at:]) {
			continue
		}
		m := pattern.FindStringIndex(text[at:min(len(text), at+64)])
		if m == nil {
			continue
		}
		if s := (span{at, at + m[1]}); apart(text, s) {
			all = append(all, s)
			at = s.end - 1
		}
	}
	return all
}

// mayNumber reports whether a word begins with two digits.
func mayNumber(word string) bool { return isDigit(word[0]) && isDigit(word[1]) }

// mayIdentity reports whether a word begins as a DNI or a NIE may.
func mayIdentity(word string) bool {
	switch lower(word[0]) {
	case 'x', 'y', 'z', 'k', 'l', 'm':
		return isDigit(word[1]) || !isLetter(word[1]) && isDigit(word[2])
	case 'e':
		return lower(word[1]) == 's' && !isLetter(word[3])
	}
	return mayNumber(word)
}

// apart reports whether a span is no part of a longer word, number or identifier.
func apart(text string, s span) bool {
	if s.start > 0 {
		b := text[s.start-1]
		if isLetter(b) || isDigit(b) || b >= 0x80 && !strings.HasSuffix(text[:s.start], "\u00a0") && !endsMark(text[:s.start]) {
			return false
		}
		if strings.IndexByte("-._/", b) >= 0 && s.start > 1 && isDigit(text[s.start-2]) {
			return false
		}
	}
	if s.end < len(text) {
		b := text[s.end]
		if isLetter(b) || isDigit(b) || strings.IndexByte("-./", b) >= 0 && s.end+1 < len(text) && isDigit(text[s.end+1]) {
			return false
		}
	}
	return true
}

// endsMark reports whether a text ends with punctuation that is not ASCII.
func endsMark(text string) bool {
	for _, m := range []string{"º", "ª", "«", "“", "‘", "’", "–", "—", "·", "•", "¿", "¡", "→", "\u200b"} {
		if strings.HasSuffix(text, m) {
			return true
		}
	}
	return false
}

// bare is a number without what separates its groups.
func bare(value string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '.' || r == '/' || r == '_' || r == '\u00a0' {
			return -1
		}
		return r
	}, value)
}

// number is what digits say; of many digits, what is left of it.
func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

// remainder is what a number of many digits leaves.
func remainder(digits string, by int) int {
	n := 0
	for i := range len(digits) {
		n = (n*10 + int(digits[i]-'0')) % by
	}
	return n
}
