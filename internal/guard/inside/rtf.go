package inside

import (
	"bufio"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"escalat/bridge"
)

// rtf hands on the text of a document in RTF. Its lines are its paragraphs.
func (w *walker) rtf(p place, r *bufio.Reader) {
	t := &rich{w: w, r: r, s: w.sink(p.path, 1), now: group{skip: 1}}
	for n := 0; ; n++ {
		if n%1024 == 0 && w.over() {
			break
		}
		c, err := r.ReadByte()
		if err != nil {
			w.note(err)
			break
		}
		if !t.byte(c) {
			break
		}
	}
	t.s.hand()
}

// group is what a brace keeps.
type group struct {
	mute bool // it is no text
	skip int  // letters that stand after a \u for those who do not know it
}

type rich struct {
	w      *walker
	r      *bufio.Reader
	s      *sink
	now    group
	outer  []group
	left   int // letters to skip
	high   rune
	starts bool // the group began just now
}

// maxGroups are the braces inside each other.
const maxGroups = 10_000

// byte takes the next one. It is false when the document cannot be followed.
func (t *rich) byte(c byte) bool {
	started := t.starts
	t.starts = false
	switch c {
	case '{':
		if len(t.outer) >= maxGroups {
			t.w.say(bridge.OpaqueTooLarge)
			return false
		}
		t.outer, t.left, t.starts = append(t.outer, t.now), 0, true
	case '}':
		t.left = 0
		if n := len(t.outer); n > 0 {
			t.now, t.outer = t.outer[n-1], t.outer[:n-1]
		}
	case '\\':
		return t.control(started)
	case '\r', '\n':
	default:
		t.letter(rune(c), true)
	}
	return true
}

// control takes a control word or a control sign.
func (t *rich) control(started bool) bool {
	c, err := t.r.ReadByte()
	if err != nil {
		t.w.note(err)
		return false
	}
	if c|0x20 >= 'a' && c|0x20 <= 'z' {
		word, n, has := t.word(c)
		return t.act(word, n, has, started)
	}
	switch c {
	case '\'':
		digits := make([]byte, 2)
		if _, err := io.ReadFull(t.r, digits); err != nil {
			t.w.note(err)
			return false
		}
		n, err := strconv.ParseUint(string(digits), 16, 8)
		if err == nil {
			t.letter(rune(n), true)
		}
	case '*':
		t.starts = started // the word that follows may be known
	case '~':
		t.letter(' ', false)
	case '\r', '\n':
		t.letter('\n', false)
	case '\\', '{', '}':
		t.letter(rune(c), false)
	}
	return true
}

// word reads the rest of a control word and its number.
func (t *rich) word(c byte) (word string, n int, has bool) {
	name, digits := []byte{c}, []byte{}
	for len(name) < 40 && len(digits) < 12 {
		c, err := t.r.ReadByte()
		if err != nil {
			break
		}
		switch {
		case len(digits) == 0 && c|0x20 >= 'a' && c|0x20 <= 'z':
			name = append(name, c)
			continue
		case c >= '0' && c <= '9', c == '-' && len(digits) == 0:
			digits = append(digits, c)
			continue
		case c != ' ':
			_ = t.r.UnreadByte() // it was read just now
		}
		break
	}
	n, err := strconv.Atoi(string(digits))
	return string(name), n, err == nil
}

// act does what a control word says.
func (t *rich) act(word string, n int, has, started bool) bool {
	switch word {
	case "par", "line", "row", "sect", "page", "nestrow":
		t.letter('\n', false)
	case "tab", "cell", "nestcell":
		t.letter('\t', false)
	case "emdash", "endash":
		t.letter('-', false)
	case "uc":
		if has {
			t.now.skip = max(0, min(n, 100))
		}
	case "u":
		t.unit(n)
	case "bin":
		if has && n > 0 {
			_, err := io.CopyN(io.Discard, t.r, int64(n))
			t.w.note(err)
			return err == nil
		}
	case "pict":
		t.w.say(bridge.OpaqueImage)
		t.now.mute = true
	case "objdata":
		t.w.say(bridge.OpaqueUnknown)
		t.now.mute = true
	case "fonttbl", "colortbl", "stylesheet", "themedata", "colorschememapping", "datastore", "latentstyles", "rsidtbl", "listtable", "listoverridetable", "generator", "xmlnstbl", "panose", "falt":
		t.now.mute = t.now.mute || started
	}
	return true
}

// unit takes a unit of UTF-16.
func (t *rich) unit(n int) {
	r := rune(uint16(n)) //nolint:gosec // RTF writes the upper half as negative numbers
	switch {
	case utf16.IsSurrogate(r) && r < 0xdc00:
		t.high = r
	case utf16.IsSurrogate(r):
		t.letter(utf16.DecodeRune(t.high, r), false)
	default:
		t.letter(r, false)
	}
	t.left = t.now.skip
}

// letter hands on a letter. Raw is one in the document's charset.
func (t *rich) letter(r rune, raw bool) {
	if raw && t.left > 0 {
		t.left--
		return
	}
	if t.now.mute {
		return
	}
	if raw && r >= 0x80 {
		t.s.put(latin([]byte{byte(r)}))
		return
	}
	if r < ' ' && r != '\n' && r != '\t' {
		r = ' '
	}
	t.s.write(utf8.AppendRune(nil, r))
}
