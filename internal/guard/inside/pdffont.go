package inside

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"escalat/bridge"
)

// pdfFont says which letters the codes of a font are, and how wide.
type pdfFont struct {
	wide    bool              // codes of two bytes
	unicode map[uint32]string // ToUnicode
	letters *[256]string      // of a simple font
	widths  map[uint32]float64
	usual   float64
}

// maxCodes bounds what a font says of its codes.
const maxCodes = 70_000

// font reads a font, each once.
func (f *pdfFile) font(v any) *pdfFont {
	ref, _ := v.(pdfRef)
	if known, ok := f.fonts[ref]; ok && ref != 0 {
		return known
	}
	if f.w.left -= 4 << 10; f.w.left < 0 { // one that has no number is read each time
		f.w.say(bridge.OpaqueTooLarge)
		return nil
	}
	d := f.dict(v)
	out := &pdfFont{widths: map[uint32]float64{}, usual: 500}
	if stream := d["ToUnicode"]; stream != nil {
		if ref, ok := stream.(pdfRef); ok {
			value, raw, _ := f.object(ref)
			if dict, ok := value.(pdfDict); ok && raw != nil {
				out.unicode = map[uint32]string{}
				out.read(f.decode(dict, raw))
			}
		}
	}
	if d["Subtype"] == pdfName("Type0") {
		out.wide = true
		f.wideWidths(d, out)
	} else {
		f.simple(d, out)
	}
	if ref != 0 {
		f.fonts[ref] = out
	}
	return out
}

// simple reads the encoding and the widths of a font of one byte a letter.
func (f *pdfFile) simple(d pdfDict, out *pdfFont) {
	set := charmap.Windows1252
	encoding := f.get(d["Encoding"])
	name, _ := encoding.(pdfName)
	dict, _ := encoding.(pdfDict)
	if dict != nil {
		name, _ = f.get(dict["BaseEncoding"]).(pdfName)
	}
	if name == "MacRomanEncoding" {
		set = charmap.Macintosh
	}
	out.letters = &[256]string{}
	for i := range out.letters {
		out.letters[i] = string(set.DecodeByte(byte(i)))
	}
	list, _ := f.get(dict["Differences"]).([]any)
	code, glyphs := 0, glyphs()
	for _, v := range list {
		switch v := v.(type) {
		case float64:
			code = int(max(0, min(v, 256)))
		case pdfName:
			if letter := glyphOf(string(v), glyphs); code < 256 && letter != "" {
				out.letters[code] = letter
			}
			code++
		}
	}
	from, _ := f.get(d["FirstChar"]).(float64)
	widths, _ := f.get(d["Widths"]).([]any)
	for i, v := range widths[:min(len(widths), 256)] {
		if n, ok := f.get(v).(float64); ok && from >= 0 && from < 256 {
			out.widths[uint32(from)+uint32(i)] = n
		}
	}
}

// wideWidths reads those of a composite font (9.7.4.3).
func (f *pdfFile) wideWidths(d pdfDict, out *pdfFont) {
	out.usual = 1000
	below, _ := f.get(d["DescendantFonts"]).([]any)
	if len(below) == 0 {
		return
	}
	inner := f.dict(below[0])
	if n, ok := f.get(inner["DW"]).(float64); ok {
		out.usual = n
	}
	list, _ := f.get(inner["W"]).([]any)
	for i := 0; i+1 < len(list) && len(out.widths) < maxCodes; {
		from, ok := f.get(list[i]).(float64)
		if !ok || from < 0 || from > 0xffff {
			return
		}
		switch next := f.get(list[i+1]).(type) {
		case []any:
			for k, v := range next[:min(len(next), 0x10000)] {
				if n, ok := v.(float64); ok {
					out.widths[uint32(from)+uint32(k)] = n
				}
			}
			i += 2
		case float64:
			if i+2 >= len(list) {
				return
			}
			n, _ := f.get(list[i+2]).(float64)
			for code := from; code <= min(next, 0xffff) && len(out.widths) < maxCodes; code++ {
				out.widths[uint32(code)] = n
			}
			i += 3
		default:
			return
		}
	}
}

// read takes a ToUnicode map (9.10.3).
func (p *pdfFont) read(raw []byte) {
	l := &lexer{raw: raw}
	var args []any
	for {
		l.nodes = 0
		v, ok := l.next(0)
		if !ok {
			return
		}
		word, is := v.(pdfWord)
		if !is {
			if args = append(args, v); len(args) > 3*maxCodes {
				return
			}
			continue
		}
		switch word {
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				p.map1(args[i], args[i+1])
			}
		case "endbfrange":
			for i := 0; i+2 < len(args); i += 3 {
				p.map2(args[i], args[i+1], args[i+2])
			}
		}
		args = args[:0]
	}
}

func codeOf(v any) (uint32, bool) {
	raw, ok := v.(pdfString)
	if !ok || len(raw) == 0 || len(raw) > 4 {
		return 0, false
	}
	var n uint32
	for _, c := range raw {
		n = n<<8 | uint32(c)
	}
	return n, true
}

func (p *pdfFont) map1(from, to any) {
	code, ok := codeOf(from)
	text, also := to.(pdfString)
	if ok && also && len(text) < 64 && len(p.unicode) < maxCodes {
		p.unicode[code] = bigUnits(text)
	}
}

func (p *pdfFont) map2(from, to, texts any) {
	low, ok := codeOf(from)
	high, also := codeOf(to)
	if !ok || !also || high < low || high-low > 0xffff {
		return
	}
	list, isList := texts.([]any)
	base, _ := texts.(pdfString)
	for code := low; len(p.unicode) < maxCodes; code++ {
		if n := int(code - low); isList && n < len(list) {
			text, _ := list[n].(pdfString)
			p.unicode[code] = bigUnits(text[:min(len(text), 64)])
		} else if !isList && len(base) >= 2 && len(base) < 64 {
			r, size := utf8.DecodeLastRuneInString(bigUnits(base))
			before := bigUnits(base)
			p.unicode[code] = before[:len(before)-size] + string(r+rune(n)) //nolint:gosec // below 65,536
		}
		if code == high {
			return
		}
	}
}

// text reads a string: its letters, how wide it is, how many codes it has, and how many of
// them nobody can read.
func (p *pdfFont) text(raw []byte) (text string, width float64, codes, unread int) {
	if p == nil {
		return string(utf8Of(raw)), 500 * float64(len(raw)), len(raw), 0
	}
	var out bytes.Buffer
	step := 1
	if p.wide {
		step = 2
	}
	for ; len(raw) >= step; raw = raw[step:] {
		code := uint32(raw[0])
		if p.wide {
			code = code<<8 | uint32(raw[1])
		}
		letter, ok := p.unicode[code]
		if !ok && p.letters != nil && code < 256 {
			letter, ok = p.letters[code], true
		}
		codes++
		if !ok {
			unread++
		}
		out.WriteString(letter)
		n, ok := p.widths[code]
		if !ok {
			n = p.usual
		}
		width += n
	}
	return out.String(), width, codes, unread
}

// glyphOf is the letter that a glyph's name means, or nothing.
func glyphOf(name string, known map[string]string) string {
	if letter, ok := known[name]; ok {
		return letter
	}
	name, _, _ = strings.Cut(name, ".")
	if utf8.RuneCountInString(name) == 1 {
		return string(utf8Of([]byte(name)))
	}
	digits, ok := strings.CutPrefix(name, "uni")
	if !ok {
		digits, ok = strings.CutPrefix(name, "u")
	}
	if n, err := strconv.ParseUint(digits, 16, 21); ok && err == nil && len(digits) >= 4 {
		return string(utf8Of([]byte(string(rune(n)))))
	}
	return known[name]
}

// glyphs are the names of what European texts have beside the plain letters.
func glyphs() map[string]string {
	words := strings.Fields(`space exclam quotedbl numbersign dollar percent ampersand quotesingle
		parenleft parenright asterisk plus comma hyphen period slash
		zero one two three four five six seven eight nine colon semicolon less equal greater question at
		bracketleft backslash bracketright asciicircum underscore grave braceleft bar braceright asciitilde
		quoteleft quoteright quotedblleft quotedblright endash emdash bullet ellipsis Euro
		aacute agrave eacute egrave iacute igrave oacute ograve uacute ugrave idieresis udieresis ntilde ccedilla
		Aacute Agrave Eacute Egrave Iacute Igrave Oacute Ograve Uacute Ugrave Idieresis Udieresis Ntilde Ccedilla
		exclamdown questiondown periodcentered ordfeminine ordmasculine degree guillemotleft guillemotright
		minus nbspace fi fl ff ffi ffl`)
	letters := []string{}
	for _, r := range " !\"#$%&'()*+,-./0123456789:;<=>?@[\\]^_`{|}~‘’“”–—•…€áàéèíìóòúùïüñçÁÀÉÈÍÌÓÒÚÙÏÜÑÇ¡¿·ªº°«»- " {
		letters = append(letters, string(r))
	}
	letters = append(letters, "fi", "fl", "ff", "ffi", "ffl")
	out := map[string]string{}
	for i, name := range words[:min(len(words), len(letters))] {
		out[name] = letters[i]
	}
	return out
}
