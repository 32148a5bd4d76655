package inside

import (
	"bytes"
	"math"

	"escalat/bridge"
)

// pdfText follows where the letters of a page stand, so far as it tells words and lines
// apart.
type pdfText struct {
	f         *pdfFile
	s         *sink
	font      *pdfFont
	size      float64
	lead      float64
	line, y   float64 // where the line begins
	x         float64 // where the next text begins
	a, d      float64 // how large the matrix makes it
	end, base float64 // where the last text ended
	begun     bool
	shown     int // letters
	unread    int // of which nobody knows what they are
	pictures  bool
}

// formDepth are forms inside each other.
const formDepth = 8

// page hands on the text of a page.
func (f *pdfFile) page(n int, page pdfDict) {
	t := &pdfText{f: f, s: f.w.sink(f.p.path, -n), a: 1, d: 1}
	var content []byte
	parts, ok := f.get(page["Contents"]).([]any)
	if !ok {
		parts = []any{page["Contents"]}
	}
	for _, part := range parts {
		ref, ok := part.(pdfRef)
		if !ok {
			continue
		}
		value, stream, _ := f.object(ref)
		d, _ := value.(pdfDict)
		content = append(append(content, f.decode(d, stream)...), '\n')
		if int64(len(content)) > f.w.lim.Held || f.w.left < 0 {
			f.w.note(errBound)
			break
		}
	}
	t.run(content, f.dict(page["Resources"]), 0)
	t.s.hand()
	switch {
	case t.shown > 0 && t.unread > t.shown/2:
		f.w.say(bridge.OpaqueUnknown)
	case t.shown == 0 && t.pictures:
		f.w.say(bridge.OpaqueImage)
	}
	f.seen = f.seen || t.shown > 0
}

// run follows the operators of a content stream.
func (t *pdfText) run(content []byte, resources pdfDict, depth int) {
	l := &lexer{raw: content}
	var args []any
	for n := 0; ; n++ {
		l.nodes = 0 // the content is bounded by its size
		if n%1024 == 0 && t.f.w.over() {
			return
		}
		v, ok := l.next(0)
		if !ok {
			return
		}
		op, is := v.(pdfWord)
		if !is {
			if args = append(args, v); len(args) > 100 {
				args = args[50:]
			}
			continue
		}
		switch op {
		case "Do":
			t.do(args, resources, depth)
		case "ID":
			t.pictures = true
			end := bytes.Index(l.raw[l.at:], []byte("EI"))
			if end < 0 {
				return
			}
			l.at += end + 2
		default:
			t.operate(string(op), args, resources)
		}
		args = args[:0]
	}
}

// do draws a picture, or what a form holds.
func (t *pdfText) do(args []any, resources pdfDict, depth int) {
	name, ok := last(args, 0).(pdfName)
	if !ok {
		return
	}
	ref, ok := t.f.dict(resources["XObject"])[string(name)].(pdfRef)
	if !ok {
		return
	}
	value, stream, _ := t.f.object(ref)
	d, _ := value.(pdfDict)
	switch {
	case d["Subtype"] == pdfName("Image"):
		t.pictures = true
	case depth >= formDepth || t.f.w.left < 0:
		t.f.w.say(bridge.OpaqueTooLarge)
	case stream != nil:
		t.f.w.left -= int64(len(stream))
		if own := t.f.dict(d["Resources"]); own != nil {
			resources = own
		}
		before := *t
		t.run(t.f.decode(d, stream), resources, depth+1)
		t.font, t.size, t.lead = before.font, before.size, before.lead
	}
}

func last(args []any, n int) any {
	if n >= len(args) {
		return nil
	}
	return args[len(args)-1-n]
}

func num(args []any, n int) float64 {
	f, _ := last(args, n).(float64)
	return f
}

// operate follows an operator of text (9.4).
func (t *pdfText) operate(op string, args []any, resources pdfDict) {
	switch op {
	case "BT":
		t.line, t.x, t.y, t.a, t.d = 0, 0, 0, 1, 1
	case "Tf":
		t.size = num(args, 0)
		if name, ok := last(args, 1).(pdfName); ok {
			t.font = t.f.font(t.f.dict(resources["Font"])[string(name)])
		}
	case "TL":
		t.lead = num(args, 0)
	case "Td", "TD":
		if op == "TD" {
			t.lead = -num(args, 0)
		}
		t.line += num(args, 1) * t.a
		t.x = t.line
		t.y += num(args, 0) * t.d
	case "T*":
		t.x, t.y = t.line, t.y-t.lead*t.d
	case "Tm":
		t.line, t.x, t.y = num(args, 1), num(args, 1), num(args, 0)
		t.a, t.d = math.Hypot(num(args, 5), num(args, 4)), math.Hypot(num(args, 3), num(args, 2))
		if t.a == 0 || t.d == 0 {
			t.a, t.d = 1, 1
		}
	case "'", "\"":
		t.x, t.y = t.line, t.y-t.lead*t.d
		t.show(last(args, 0))
	case "Tj":
		t.show(last(args, 0))
	case "TJ":
		list, _ := last(args, 0).([]any)
		for _, v := range list {
			if n, ok := v.(float64); ok {
				t.x -= n / 1000 * t.size * t.a
			} else {
				t.show(v)
			}
		}
	}
}

// show hands on a string, after a blank or on a new line if it stands apart.
func (t *pdfText) show(v any) {
	raw, ok := v.(pdfString)
	if !ok || len(raw) == 0 {
		return
	}
	text, width, letters, unread := t.font.text(raw)
	t.shown += letters
	t.unread += unread
	em := math.Abs(t.size * t.a)
	switch gap := t.x - t.end; {
	case !t.begun:
	case math.Abs(t.y-t.base) > 0.3*math.Abs(t.size*t.d), gap < -em-1:
		t.s.put("\n")
	case gap > 0.15*em:
		t.s.put(" ")
	}
	t.begun = true
	t.s.write(utf8Of([]byte(text)))
	t.x += width / 1000 * t.size * t.a
	t.end, t.base = t.x, t.y
}
