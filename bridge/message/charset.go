package message

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// encodingOf returns the name that libraries know a charset by, and whether there is
// one.
func encodingOf(declared string) (name string, known bool) {
	if words := strings.FieldsFunc(declared, func(r rune) bool { return strings.ContainsRune(" \t;,\"'(", r) }); len(words) > 0 {
		name = strings.TrimPrefix(strings.ToLower(words[0]), "charset=")
	}
	if len(name) > maxCharset {
		return "", false
	}
	switch name {
	case "":
		return "", false
	case "us-ascii", "ascii", "us_ascii", "ansi_x3.4-1968", "646", "utf-8", "utf8", "utf_8", "unicode-1-1-utf-8", "utf-8-sig", "utf8mb4":
		return "utf-8", true
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "iso8859_1", "8859-1", "latin1", "latin-1", "l1", "ansi", "cp1252", "cp-1252", "windows1252", "win-1252", "x-ansi":
		return "windows-1252", true // the superset of Latin-1 that senders mean by it
	case "utf-7", "utf7", "unicode-1-1-utf-7", "utf-16", "utf16", "utf-16le", "utf-16be", "unicode", "ucs-2":
		return name, true
	case "gb2312", "gb_2312-80", "csgb2312", "x-gbk", "cp936", "ms936", "gbk":
		return "gbk", true
	case "iso8859-15", "iso_8859-15", "latin9", "latin-9", "iso8859_15":
		return "iso-8859-15", true
	case "hz-gb-2312", "iso-2022-kr", "iso-2022-cn", "iso-2022-cn-ext", "replacement":
		return "", false // the libraries have nothing for them but one mark in place of all
	}
	_, err := charset.Reader(name, strings.NewReader(""))
	return name, err == nil
}

// decodeText makes UTF-8 of a text: by its declared charset, else as UTF-8, else
// as windows-1252.
func decodeText(raw []byte, declared string) (text, defect string) {
	name, known := encodingOf(declared)
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")), strings.HasPrefix(name, "utf-16"), name == "utf16", name == "unicode", name == "ucs-2":
		if text, ok := decodeUTF16(raw, name); ok {
			return text, ""
		}
		return toUTF8(raw), defectUTF8
	case !known:
		if strings.Trim(declared, " \t\"'") != "" {
			defect = defectCharset
		}
		return toUTF8(raw), defect
	case name == "utf-8":
		if !utf8.Valid(raw) {
			defect = defectUTF8
		}
		return toUTF8(raw), defect
	case name == "windows-1252", name == "iso-8859-15":
		if looksUTF8(raw) {
			return string(raw), defectUTF8
		}
	case strings.HasSuffix(name, "utf-7"), name == "utf7":
		return decodeUTF7(raw), ""
	}
	r, err := charset.Reader(name, bytes.NewReader(raw))
	if err != nil {
		return toUTF8(raw), defectCharset
	}
	var out bytes.Buffer
	if _, err := out.ReadFrom(r); err != nil {
		return toUTF8(raw), defectUTF8
	}
	return strings.ToValidUTF8(out.String(), "\uFFFD"), ""
}

// toUTF8 takes bytes without a charset for UTF-8, where most of what is not
// ASCII fits it, else for windows-1252.
func toUTF8(raw []byte) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	good, bad := 0, 0
	for rest := raw; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		switch {
		case r == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
		rest = rest[size:]
	}
	if good > bad {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD")
	}
	return string(out)
}

// looksUTF8 reports whether a text that is said to be Latin-1 is UTF-8. Two letters of
// Latin-1 can be one of UTF-8, but hardly one that a European text has.
func looksUTF8(raw []byte) bool {
	if !utf8.Valid(raw) {
		return false
	}
	seen := false
	for _, r := range string(raw) {
		switch {
		case r < utf8.RuneSelf:
		case r < 0xa0, r > 0x17f && r < 0x2000, r > 0x2bff && r < 0x1f000:
			return false
		default:
			seen = true
		}
	}
	return seen
}

// decodeUTF16 reads UTF-16 by its byte order mark, else by its name, else by where the
// zeros of its Latin letters are. It is none when neither says it.
func decodeUTF16(raw []byte, name string) (string, bool) {
	little := name == "utf-16le"
	switch named := little || name == "utf-16be"; {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		little, raw = true, raw[2:]
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		little, raw = false, raw[2:]
	default:
		zeros := [2]int{}
		for i, c := range raw {
			if c == 0 {
				zeros[i%2]++
			}
		}
		if zeros[0]+zeros[1] == 0 && utf8.Valid(raw) {
			return "", false
		}
		if !named {
			little = zeros[1] > zeros[0]
		}
	}
	return decodeUnits(raw, little), true
}

func decodeUnits(raw []byte, little bool) string {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		if units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1]); little {
			units[i] = units[i]>>8 | units[i]<<8
		}
	}
	return string(utf16.Decode(units))
}

// decodeUTF7 reads UTF-7 (RFC 2152).
func decodeUTF7(raw []byte) string {
	var out strings.Builder
	for len(raw) > 0 {
		before, after, ok := bytes.Cut(raw, []byte("+"))
		out.WriteString(toUTF8(before))
		if !ok {
			break
		}
		n := 0
		for n < len(after) && isBase64(after[n]) {
			n++
		}
		if n == 0 {
			out.WriteByte('+')
		}
		units, _ := base64.RawStdEncoding.DecodeString(string(after[:n]))
		out.WriteString(decodeUnits(units, false))
		raw = after[n:]
		if len(raw) > 0 && raw[0] == '-' {
			raw = raw[1:]
		}
	}
	return out.String()
}

// cleanText makes line ends into "\n", hard blanks into blanks, and takes out
// other controls.
func cleanText(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 0xa0, 0x202f:
			return ' '
		case 0x2028, 0x2029:
			return '\n'
		}
		return r
	}, cleanLines(s))
}

// cleanLines makes line ends into "\n" and takes out other controls.
func cleanLines(s string) string {
	s = strings.NewReplacer("\r\r\n", "\n", "\r\n", "\n", "\r", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ' || r >= 0x7f && r < 0xa0 || r == 0xfeff:
			return -1
		}
		return r
	}, s)
}
