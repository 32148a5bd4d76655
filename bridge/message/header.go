package message

import (
	"mime"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/emersion/go-message/charset"
)

// maxIDs bounds the ids taken from a mail: the newest ones count.
const maxIDs = 100

// maxIDLength is the longest line that a mail may have: a longer id is no id.
const maxIDLength = 998

// parseField reads "Name: value". A name is printable ASCII without colon
// (RFC 5322, section 2.2); blanks before the colon are old practice.
func parseField(line string) (Field, bool) {
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimRight(name, " \t")
	if !ok || name == "" {
		return Field{}, false
	}
	for _, c := range []byte(name) {
		if c <= ' ' || c > '~' {
			return Field{}, false
		}
	}
	return Field{Name: name, Value: strings.TrimSpace(value)}, true
}

// fold appends a continuation; starts is false for the rest of a long line.
func (f *Field) fold(text string, starts bool) {
	if starts {
		text = strings.TrimSpace(text)
		if f.Value != "" && text != "" {
			text = " " + text
		}
	}
	f.Value += text
}

// first returns the value of the topmost field of that name, or "".
func first(header []Field, name string) string {
	for _, f := range header {
		if f.Is(name) {
			return f.Value
		}
	}
	return ""
}

// contentType reads the Content-Type. An unreadable one counts as absent
// (RFC 2045, section 5.2).
func contentType(header []Field, absent string) (string, map[string]string) {
	media, params := parseParams(first(header, "Content-Type"))
	if main, sub, ok := strings.Cut(media, "/"); !ok || main == "" || sub == "" || strings.ContainsAny(media, " \t\"<>") {
		media = absent
	}
	return media, params
}

// decodeWords decodes the encoded words of an unstructured value (RFC 2047). A
// word in an unknown charset stays as it is.
func decodeWords(s string) string {
	dec := mime.WordDecoder{CharsetReader: charset.Reader}
	decoded, err := dec.DecodeHeader(s)
	if err != nil {
		decoded = s
	}
	return oneLine(toUTF8([]byte(decoded)))
}

// oneLine makes controls into blanks.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		return r
	}, s))
}

var looseAddress = regexp.MustCompile(`[^\s<>"(),:;\[\]@\\]+@[^\s<>"(),:;\[\]@\\]+`)

// addresses reads an address list. From one that breaks the grammar it takes
// everything that looks like an address: a display name that is one makes the
// sender ambiguous instead of choosing for us.
func addresses(value string) (list []Address, clean bool) {
	parser := mail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charset.Reader}}
	parsed, err := parser.ParseList(value)
	if err == nil {
		for _, a := range parsed {
			list = append(list, Address{Name: oneLine(toUTF8([]byte(a.Name))), Address: lowerDomain(a.Address)})
		}
		return list, true
	}
	for _, a := range looseAddress.FindAllString(value, maxIDs) {
		list = append(list, Address{Address: lowerDomain(a)})
	}
	return list, false
}

func lowerDomain(address string) string {
	at := strings.LastIndexByte(address, '@')
	return address[:at+1] + strings.ToLower(address[at+1:])
}

// appendIDs scans ids in angle brackets, with whatever stands between them.
// Blanks inside come from folding. Without any bracket each word with an "@" is
// one. Of too many the last ones are kept.
func appendIDs(ids []string, value string) []string {
	if !strings.Contains(value, "<") {
		for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' }) {
			if word = strings.Trim(word, `>"`); strings.Contains(word, "@") && len(word) <= maxIDLength {
				ids = append(ids, word)
			}
		}
	}
	for rest := value; ; {
		_, after, ok := strings.Cut(rest, "<")
		if !ok {
			break
		}
		id := after
		if end := strings.IndexAny(after, "<>"); end >= 0 {
			id = after[:end]
		}
		rest = after[len(id):]
		if id = strings.Join(strings.Fields(id), ""); id != "" && len(id) <= maxIDLength {
			ids = append(ids, id)
		}
	}
	if len(ids) > maxIDs {
		ids = ids[len(ids)-maxIDs:]
	}
	return ids
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
