package wiki

import (
	"strings"
	"unicode"
)

// Escape returns markup that shows s as it is, line by line. Runs of blanks
// show as one, as in all of Jira's text.
func Escape(s string) string {
	var b strings.Builder
	s = clean(s)
	b.Grow(len(s) + len(s)/8)
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		escapeLine(&b, line)
	}
	return b.String()
}

// EscapeLine is Escape for a name, a subject or an address inside a sentence:
// line breaks and runs of blanks become one space.
func EscapeLine(s string) string {
	return Escape(strings.Join(strings.Fields(clean(s)), " "))
}

func escapeLine(b *strings.Builder, line string) {
	i := escapeStart(b, line)
	for i < len(line) {
		if n := addressLength(line, i); n > 0 {
			b.WriteString(line[i : i+n])
			i += n
			continue
		}
		r := after(line[i:])
		size := len(string(r))
		prev, next := before(line[:i]), after(line[i+size:])
		switch {
		case r == '\\':
			i += escapeBackslash(b, line, i)
			continue
		case needsBackslash(r, prev, next, line[i:]):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
			if isFace(r, next) {
				b.WriteRune(joiner)
			}
		}
		i += size
	}
}

// escapeStart writes what would be a block's mark at the beginning of a line
// and returns how much of the line that was: rule 4.
func escapeStart(b *strings.Builder, line string) int {
	i := len(line) - len(strings.TrimLeftFunc(line, isMargin))
	b.WriteString(line[:i])
	rest := line[i:]
	if len(rest) >= 3 && rest[2] == '.' && (rest[:2] == "bq" || rest[0] == 'h' && rest[1] >= '1' && rest[1] <= '6') {
		b.WriteString(rest[:2])
		b.WriteRune(joiner)
		return i + 2
	}
	for i < len(line) && line[i] == '#' {
		b.WriteString(`\#`)
		i++
	}
	return i
}

// isMargin says whether r may stand before a block's mark for some renderer: a blank
// of any kind, or a character that shows as nothing.
func isMargin(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// needsBackslash says whether r is markup where it stands. rest begins with r.
func needsBackslash(r, prev, next rune, rest string) bool {
	switch r {
	case '{', '}', '[', ']', '*', '!', '|', '^', '~', '+':
		return true
	case '-', '_':
		return !isWord(prev) || !isWord(next) // rule 3
	case '?':
		return prev == '?' || next == '?'
	case '#':
		return prev == '&' // an entity
	case '(':
		return strings.ContainsRune(":;-", prev) || strings.IndexByte(rest[:min(len(rest), 10)], ')') > 0
	case ')':
		return strings.ContainsRune(":;-", prev)
	}
	return false
}

// isFace says whether r and next make an emoticon of a colon and a letter.
func isFace(r, next rune) bool { return r == ':' && (next == 'D' || next == 'P' || next == 'p') }

// escapeBackslash writes the backslash at i, and the second of a pair that
// begins a network path, and returns how many bytes of the line that was.
// Elsewhere a backslash is kept apart from what it would act on: rules 1 and 2.
func escapeBackslash(b *strings.Builder, line string, i int) int {
	rest := line[i+1:]
	if before(line[:i]) != '\\' && strings.HasPrefix(rest, `\`) && isWord(after(rest[1:])) {
		if strings.Contains(firstWord(rest[1:]), `\`) {
			b.WriteString(`\\`)
			return 2
		}
	}
	b.WriteByte('\\')
	if !isWord(after(rest)) {
		b.WriteRune(joiner)
	}
	return 1
}

// maxWord bounds how far the end of a word is looked for, in bytes.
const maxWord = 300

// firstWord returns what s holds before its first blank.
func firstWord(s string) string {
	s = s[:min(len(s), maxWord)]
	if end := strings.IndexAny(s, " \t\u00a0\n"); end >= 0 {
		return s[:end]
	}
	return s
}

// addressLength returns the length of the http address that begins at i, or 0.
// An address is left alone, because a backslash would become part of where the
// link goes. It holds no character that is markup inside a word.
func addressLength(line string, i int) int {
	rest := line[i:]
	if !strings.HasPrefix(rest, "http") {
		return 0
	}
	if prev := before(line[:i]); prev != '\n' && prev != ' ' && prev != '\t' && prev != '<' && prev != '(' {
		return 0
	}
	scheme := "http://"
	if strings.HasPrefix(rest, "https://") {
		scheme = "https://"
	} else if !strings.HasPrefix(rest, scheme) {
		return 0
	}
	after := rest[len(scheme):]
	n := 0
	for n < len(after) && isAddressByte(after[n]) {
		n++
	}
	// What ends a sentence does not belong to the address, and a sign at its
	// end could pair with one outside.
	for n > 0 && !isWord(rune(after[n-1])) && after[n-1] != '/' {
		n--
	}
	if n == 0 || strings.Contains(after[:n], "??") || strings.Contains(after[:n], "--") {
		return 0
	}
	return len(scheme) + n
}

func isAddressByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
		strings.IndexByte("-._/?#%&=:,;@$", c) >= 0
}
