package message

import (
	"net/mail"
	"strings"
	"time"
)

// maxIDLength is the longest line that a mail may have: a longer id is no id.
const maxIDLength = 998

// appendIDs scans ids in angle brackets, with whatever stands between them.
// Blanks inside come from folding. Without any bracket each word with an "@" is
// one. Of more than most the first and the last ones are kept.
func appendIDs(ids []string, value string, most int) []string {
	if strings.Contains(value, "=?") {
		value = Words(value) // some servers encode a long list
	}
	if !strings.Contains(value, "<") {
		for word := range strings.FieldsFuncSeq(value, func(r rune) bool { return strings.ContainsRune(" \t,;()", r) }) {
			if word = strings.Trim(word, `>"'`); strings.Contains(word, "@") {
				ids = appendID(ids, word, most)
			}
		}
	}
	for rest := value; ; {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			return ids
		}
		id := after
		if end := strings.IndexAny(after, "<>"); end >= 0 {
			id = after[:end]
		}
		rest = after[len(id):]
		ids = appendID(ids, strings.Join(strings.Fields(id), ""), most)
	}
}

// appendID takes an id. The first of a thread and the newest say most about it.
func appendID(ids []string, id string, most int) []string {
	if id == "" || len(id) > maxIDLength {
		return ids
	}
	if len(ids) >= most {
		if most == 1 {
			return ids
		}
		copy(ids[1:], ids[2:])
		ids = ids[:len(ids)-1]
	}
	return append(ids, id)
}

// messageID reads a Message-ID, also one without brackets or "@".
func messageID(value string) string {
	if ids := appendIDs(nil, value, 1); len(ids) > 0 {
		return ids[0]
	}
	if words := strings.Fields(value); len(words) == 1 && len(words[0]) <= maxIDLength {
		return strings.Trim(words[0], "<>")
	}
	return ""
}

// parseDate reads a Date (RFC 5322, section 3.3), and some that are not quite
// one.
func parseDate(s string) (time.Time, bool) {
	if t, err := mail.ParseDate(s); err == nil {
		return t, true
	}
	s, _, _ = strings.Cut(s, "(")
	s = strings.Join(strings.Fields(s), " ")
	for _, layout := range []string{
		"Mon, 2 Jan 2006 15:04:05 -07:00", "2 Jan 2006 15:04:05 -07:00", "Mon, 2 Jan 2006 15:04:05",
		time.RFC3339, time.ANSIC, time.UnixDate,
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
