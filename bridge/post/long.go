package post

import (
	"strings"
	"unicode/utf8"

	"escalat/bridge/wording"
)

// shortest is the least that a limit named by Jira is believed to be, in characters.
const shortest = 200

// tooLong reports whether Jira refused a comment of that length because of it, and
// how long another may be. Jira says so in the language of the account, with the
// number written as one does there. Where it names no number that could be it, the
// limit is a tenth of what was too long.
func tooLong(reason string, length int) (limit int, ok bool) {
	_, words, refused := strings.Cut(reason, "400 Bad Request")
	if !refused {
		return 0, false
	}
	limit, named := limitIn(words, length)
	switch {
	case !named && length > wording.MaxComment:
		return wording.MaxComment, true
	case !named:
		limit = length / 10
	}
	return limit, length > wording.MaxComment || saysLong(words)
}

// saysLong reports whether the words are of a length, in the languages that an
// account of ours may have.
func saysLong(words string) bool {
	words = strings.ToLower(words)
	for _, sign := range []string{"too long", "limit", "límit", "llarg", "largo", "larga"} {
		if strings.Contains(words, sign) {
			return true
		}
	}
	return false
}

// limitIn returns the greatest number in the words that is less than the length:
// 32,767, 32.767, 32 767 or 32767.
func limitIn(words string, length int) (limit int, ok bool) {
	for i := 0; i < len(words); {
		n, size := number(words[i:])
		if n >= shortest && n < length && n > limit {
			limit, ok = n, true
		}
		i += max(size, 1)
	}
	return limit, ok
}

// maxNumber bounds a number that is read.
const maxNumber = 1 << 40

// number reads the number that s begins with, in groups of three or in one, and
// returns how many bytes it takes; none when s does not begin with a digit.
func number(s string) (n, size int) {
	for size < len(s) {
		rest := s[size:]
		switch r, width := utf8.DecodeRuneInString(rest); {
		case isDigit(rest[0]):
			n = min(10*n+int(rest[0]-'0'), maxNumber)
			size++
		case size > 0 && strings.ContainsRune(",.'’ \u00a0\u202f", r) && group(rest[width:]):
			size += width
		default:
			return n, size
		}
	}
	return n, size
}

// group reports whether s begins with three digits and no more.
func group(s string) bool {
	return len(s) >= 3 && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[2]) && (len(s) == 3 || !isDigit(s[3]))
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
