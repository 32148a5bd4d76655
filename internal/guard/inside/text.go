package inside

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"escalat/bridge"
)

const block = 4 << 10

// text hands on a text in UTF-8 or windows-1252, or in both by turns, as logs are that
// several programs write.
func (w *walker) text(p place, r io.Reader) {
	s := w.sink(p.path, 1)
	raw := make([]byte, 0, block+utf8.UTFMax)
	first := true
	for {
		n, err := io.ReadFull(r, raw[len(raw):len(raw)+block])
		fresh := raw[len(raw) : len(raw)+n]
		raw = raw[:len(raw)+n]
		if !likeText(fresh) {
			w.say(bridge.OpaqueUnknown)
		}
		if first && isSVG(raw) {
			w.say(bridge.OpaqueImage)
		}
		if first = false; err != nil {
			s.write(utf8Of(raw))
			if !errors.Is(err, io.ErrUnexpectedEOF) { // the last block is a short one
				w.note(err)
			}
			break
		}
		cut := len(raw) - tail(raw)
		s.write(utf8Of(raw[:cut]))
		raw = append(raw[:0], raw[cut:]...)
	}
	s.hand()
}

// utf16 hands on a text in UTF-16.
func (w *walker) utf16(p place, r io.Reader, little bool) {
	order := unicode.BigEndian
	if little {
		order = unicode.LittleEndian
	}
	w.text(p, transform.NewReader(r, unicode.UTF16(order, unicode.UseBOM).NewDecoder()))
}

// isSVG reports whether a text is a picture as well.
func isSVG(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<")) {
		return false
	}
	at := bytes.Index(head, []byte("<svg"))
	return at >= 0 && !bytes.Contains(bytes.ToLower(head[:at]), []byte("<html"))
}

// tail is how many bytes at the end begin a letter that goes on.
func tail(raw []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(raw); n++ {
		if c := raw[len(raw)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(raw[len(raw)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// utf8Of takes what is no UTF-8 for windows-1252, byte by byte. Controls that part nothing
// become blanks.
func utf8Of(raw []byte) []byte {
	if utf8.Valid(raw) && bytes.IndexFunc(raw, func(r rune) bool { return r < ' ' && isControl(byte(r)) }) < 0 {
		return bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	}
	out := make([]byte, 0, len(raw)+len(raw)/4)
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		switch {
		case r == utf8.RuneError && size == 1:
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(raw[0]))
		case size == 1 && isControl(raw[0]):
			out = append(out, ' ')
		default:
			out = append(out, raw[:size]...)
		}
		raw = raw[size:]
	}
	return out
}
