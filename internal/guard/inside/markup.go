package inside

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"io"
	"strconv"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"escalat/bridge"
)

// markup hands on the text of an XML part of a document: a paragraph is a line, and so is
// a row of a table.
type markup struct {
	w     *walker
	s     *sink
	cells int // that are open
	depth int
	wrote bool                   // there was text since the last element began
	begin func(xml.StartElement) // of what else a sort of part has
	text  func(xml.CharData)
	end   func(xml.EndElement)
}

// said are the attributes that hold what somebody wrote, or where something is.
func said(element, attr string) bool {
	switch attr {
	case "Target", "descr", "title", "href", "string-value", "connection", "command", "formula", "author":
		return true
	case "val":
		return element == "docVar"
	}
	return false
}

// xml walks an XML part.
func (w *walker) xml(p place, r io.Reader) { w.xmlFrom(p, r, 1) }

func (w *walker) xmlFrom(p place, r io.Reader, line int) {
	m := &markup{w: w, s: w.sink(p.path, line)}
	m.read(r)
	m.s.hand()
}

// decoderOf reads XML that may be wrong, in UTF-8 or UTF-16.
func decoderOf(r io.Reader) *xml.Decoder {
	b := bufio.NewReaderSize(r, 16<<10)
	if head, _ := b.Peek(2); bytes.Equal(head, []byte("\xff\xfe")) || bytes.Equal(head, []byte("\xfe\xff")) {
		b = bufio.NewReader(transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()))
	}
	d := xml.NewDecoder(b)
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return d
}

// read goes through the part.
func (m *markup) read(r io.Reader) {
	pace := &paced{r: r}
	d := decoderOf(pace)
	for n := 0; ; n++ {
		pace.since = 0
		token, err := d.RawToken()
		if err != nil {
			m.w.note(err)
			return
		}
		if n%1024 == 0 && m.w.over() {
			return
		}
		switch t := token.(type) {
		case xml.StartElement:
			if m.depth++; m.depth > m.w.lim.XMLDepth {
				m.w.say(bridge.OpaqueTooLarge)
				return
			}
			m.wrote = false
			m.open(t)
		case xml.EndElement:
			m.depth--
			m.close(t)
			m.wrote = false
		case xml.CharData:
			m.chars(t)
		case xml.Comment:
			m.s.write(utf8Of(t))
		}
	}
}

func (m *markup) open(t xml.StartElement) {
	if m.begin != nil {
		m.begin(t)
		return
	}
	switch t.Name.Local {
	case "tc", "table-cell", "covered-table-cell":
		m.cells++
	case "tab":
		m.s.put("\t")
	case "s":
		m.s.put(" ")
	case "br", "cr", "line-break":
		m.s.put(m.parting())
	case "encryption-data":
		m.w.say(bridge.OpaqueEncrypted)
	}
	for _, a := range t.Attr {
		if said(t.Name.Local, a.Name.Local) && a.Value != "" {
			m.s.put(m.parting())
			m.s.write(utf8Of([]byte(a.Value)))
			m.s.put(m.parting())
		}
	}
}

func (m *markup) chars(t xml.CharData) {
	if m.text != nil {
		m.text(t)
		return
	}
	if len(bytes.TrimSpace(t)) == 0 && bytes.ContainsAny(t, "\r\n") {
		return // between the elements
	}
	m.wrote = true
	m.s.write(utf8Of(t))
}

func (m *markup) close(t xml.EndElement) {
	if m.end != nil {
		m.end(t)
		return
	}
	switch t.Name.Local {
	case "tc", "table-cell", "covered-table-cell":
		m.cells = max(0, m.cells-1)
		m.s.put("\t")
	case "p", "h", "si", "row", "comment", "list-item":
		m.s.put(m.parting())
	case "tr", "table-row":
		m.s.put("\n")
	default:
		if m.wrote && !isRun(t.Name.Local) {
			m.s.put(m.parting())
		}
	}
}

// isRun reports whether an element is a stretch of a text that goes on after it.
func isRun(element string) bool {
	switch element {
	case "t", "span", "a", "instrText", "delText", "tab", "s":
		return true
	}
	return false
}

// parting is what stands between two paragraphs. Within a table a row is one line.
func (m *markup) parting() string {
	if m.cells > 0 {
		return " "
	}
	return "\n"
}

// number is an attribute's, or -1.
func number(attrs []xml.Attr, name string) int {
	for _, a := range attrs {
		if a.Name.Local == name {
			if n, err := strconv.Atoi(a.Value); err == nil {
				return n
			}
		}
	}
	return -1
}

// maxToken is how long one element or one text may be, as it is held in memory.
const maxToken = 8 << 20

// paced ends a token that has no end.
type paced struct {
	r     io.Reader
	since int // the last token
}

// Read implements io.Reader.
func (p *paced) Read(b []byte) (int, error) {
	if p.since > maxToken {
		return 0, errBound
	}
	n, err := p.r.Read(b)
	p.since += n
	return n, err
}
