package inside

import (
	"bytes"
	"path"
	"strconv"
	"strings"
)

// peeked are the bytes of a file that tell what it is.
const peeked = 8 << 10

type kind int

const (
	isUnknown kind = iota
	isText
	isUTF16Little
	isUTF16Big
	isMail
	isRTF
	isGzip
	isBzip2
	isTar
	isZip
	isPDF
	isOLE
	isPNG
	isImage
	isEncrypted
)

// kindOf says what a file is by its first bytes. Its name and its type only decide whether
// a text is a mail.
func kindOf(head []byte, p place) kind {
	if k := magic(head); k != isUnknown {
		return k
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(head, []byte("\x00\x00\xfe\xff")):
		return isUnknown // UTF-32, which nobody writes
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return isUTF16Little
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return isUTF16Big
	case isTarHeader(head):
		return isTar
	}
	if k := zeros(head); k != isText {
		return k
	}
	switch {
	case !likeText(head):
		return isUnknown
	case bytes.Contains(head, []byte("-----BEGIN PGP MESSAGE-----")) && bytes.HasPrefix(bytes.TrimSpace(head), []byte("-----BEGIN PGP")):
		return isEncrypted
	case isMailHeader(head, p):
		return isMail
	}
	return isText
}

// magic knows a file by the bytes that its sort begins with, if no text begins so.
func magic(head []byte) kind {
	for _, m := range []struct {
		prefix string
		kind   kind
	}{
		{"PK\x03\x04", isZip},
		{"PK\x05\x06", isZip},
		{"PK\x07\x08", isZip},
		{"\x1f\x8b", isGzip},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", isOLE},
		{"{\\rtf", isRTF},
		{"\x89PNG\r\n\x1a\n", isPNG},
		{"\xff\xd8\xff", isImage},
		{"GIF87a", isImage},
		{"GIF89a", isImage},
		{"II*\x00", isImage},
		{"MM\x00*", isImage},
		{"\xd7\xcd\xc6\x9a", isImage}, // WMF
		{"\x00\x00\x01\x00", isImage}, // ICO
	} {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.kind
		}
	}
	at := func(from int, s string) bool { return len(head) >= from+len(s) && string(head[from:from+len(s)]) == s }
	switch {
	case at(0, "BZh") && (at(4, "1AY&SY") || at(4, "\x17\x72\x45\x38\x50\x90")):
		return isBzip2
	case at(0, "RIFF") && at(8, "WEBP"), at(4, "ftypheic"), at(4, "ftypavif"), at(4, "ftypmif1"), at(4, "ftypheix"):
		return isImage
	case at(0, "\x01\x00\x00\x00") && at(40, " EMF"), at(0, "BM") && at(6, "\x00\x00\x00\x00"):
		return isImage
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")) && (at(0, "%PDF-") || !likeText(head)):
		return isPDF
	}
	return isUnknown
}

// zeros tells UTF-16 without a mark, by where the zeros of its Latin letters are, from what
// is no text.
func zeros(head []byte) kind {
	n := [2]int{}
	for i, c := range head {
		if c == 0 {
			n[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case n[0]+n[1] == 0:
		return isText
	case n[1] > half/2 && n[0] <= half/50:
		return isUTF16Little
	case n[0] > half/2 && n[1] <= half/50:
		return isUTF16Big
	}
	return isText // if they are few: a log of a machine that lost its power
}

// likeText reports whether bytes have no more controls than a text has.
func likeText(raw []byte) bool {
	n := 0
	for _, c := range raw {
		if isControl(c) {
			n++
		}
	}
	return n <= max(2, len(raw)/50) && (n == 0 || n < len(raw)/2)
}

func isControl(c byte) bool {
	return c < ' ' && !strings.ContainsRune("\t\n\r\f\v\b\x1b", rune(c)) || c == 0x7f
}

// isTarHeader reports whether the sum of the first header is right.
func isTarHeader(head []byte) bool {
	if len(head) < 512 || head[0] == 0 {
		return false
	}
	want, err := strconv.ParseUint(strings.Trim(string(head[148:156]), " \x00"), 8, 32)
	if err != nil {
		return false
	}
	sum := uint64(8 * ' ')
	for i, c := range head[:512] {
		if i < 148 || i >= 156 {
			sum += uint64(c)
		}
	}
	return sum == want
}

// isMailHeader reports whether a text begins with the header of a mail. A file that is said
// to be one needs less of it.
func isMailHeader(head []byte, p place) bool {
	said := p.mime == "message/rfc822" || strings.EqualFold(path.Ext(p.name), ".eml")
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), "\r\n")
	known := 0
	for i, line := range strings.Split(string(head), "\n") {
		line = strings.TrimRight(line, "\r")
		if line == "" {
			break
		}
		name, _, field := strings.Cut(line, ":")
		switch {
		case i > 0 && (line[0] == ' ' || line[0] == '\t'):
		case !field || strings.ContainsAny(name, " \t"):
			return said && known > 0
		default:
			switch strings.ToLower(name) {
			case "from", "to", "subject", "date", "message-id", "mime-version", "received", "content-type", "return-path", "content-transfer-encoding":
				known++
			}
		}
	}
	return known >= 3 || said && known > 0
}
