package inside

import (
	"bytes"
	"regexp"
	"slices"
	"sort"
	"strconv"

	"escalat/bridge"
)

// pdfFile is a PDF. Its cross-reference tables are not believed: what objects there are is
// seen by going through the file once, so that none of its pointers can lead astray.
type pdfFile struct {
	w       *walker
	p       place
	raw     []byte
	starts  []int          // where objects begin, in order
	objects map[int]int    // after “obj”, by number; the last one of a number counts
	packed  map[int][]byte // objects that stand in streams
	nodes   int            // values that may still be read
	kept    map[pdfRef]any // what was read already, of objects that are no streams
	room    int            // for more of them
	fonts   map[pdfRef]*pdfFont
	names   map[pdfRef]string // of embedded files
	seen    bool              // there was text
}

const (
	pdfObjects = 500_000
	pdfValues  = 20_000_000
	pdfKept    = 500_000
	pdfPages   = 20_000
)

// pdf walks a PDF: the text of its pages, what it says of itself, its notes and forms, and
// the files it carries.
func (w *walker) pdf(p place, raw []byte) {
	f := &pdfFile{w: w, p: p, raw: raw, objects: map[int]int{}, packed: map[int][]byte{}, nodes: pdfValues, fonts: map[pdfRef]*pdfFont{}, names: map[pdfRef]string{}, kept: map[pdfRef]any{}, room: pdfKept}
	if sealedPDF(raw) {
		w.say(bridge.OpaqueEncrypted)
		return
	}
	f.index()
	f.unpack()
	f.aside()
	pages := f.pages()
	if len(pages) == 0 {
		w.say(bridge.OpaqueBroken)
	}
	for n, page := range pages {
		if w.over() || w.left < 0 {
			break
		}
		f.page(n+1, page)
	}
	if !f.seen {
		w.say(bridge.OpaqueImage)
	}
	if f.nodes <= 0 {
		w.say(bridge.OpaqueTooLarge)
	}
}

// sealedPDF reports whether a trailer names what it is encrypted with.
func sealedPDF(raw []byte) bool {
	for {
		_, after, ok := bytes.Cut(raw, []byte("/Encrypt"))
		if !ok {
			return false
		}
		raw = after
		rest := bytes.TrimLeft(after[:min(len(after), 40)], " \r\n\t")
		if bytes.HasPrefix(rest, []byte("<<")) {
			return true
		}
		fields := bytes.Fields(rest)
		if len(fields) < 3 || !bytes.HasPrefix(fields[2], []byte("R")) {
			continue
		}
		if _, err := strconv.Atoi(string(fields[0])); err == nil {
			return true
		}
	}
}

// index finds the objects.
func (f *pdfFile) index() {
	for at := 0; ; {
		next := bytes.Index(f.raw[at:], []byte("obj"))
		if next < 0 {
			return
		}
		at += next + 3
		if n, start, ok := numberBefore(f.raw, at-3); ok {
			if len(f.starts) >= pdfObjects {
				f.w.say(bridge.OpaqueTooLarge)
				return
			}
			f.objects[n] = at
			f.starts = append(f.starts, start)
		}
	}
}

// numberBefore reads the two numbers before a place, of which the first is wanted.
func numberBefore(raw []byte, end int) (n, start int, ok bool) {
	field := func() string {
		for end > 0 && isPDFSpace(raw[end-1]) {
			end--
		}
		to := end
		for end > 0 && to-end < 10 && raw[end-1] >= '0' && raw[end-1] <= '9' {
			end--
		}
		return string(raw[end:to])
	}
	if end > 0 && raw[end-1] == 'd' { // endobj
		return 0, 0, false
	}
	generation := field()
	n, err := strconv.Atoi(field())
	return n, end, generation != "" && err == nil
}

// parse reads the value at a place, which ends where the next object begins, and the bytes
// of its stream, packed as they are.
func (f *pdfFile) parse(at int) (value any, stream []byte) {
	end := len(f.raw)
	if i := sort.SearchInts(f.starts, at); i < len(f.starts) {
		end = f.starts[i]
	}
	l := &lexer{raw: f.raw[at:end]}
	value = f.read(l)
	dict, ok := value.(pdfDict)
	if !ok {
		return value, nil
	}
	if l.space(); !bytes.HasPrefix(l.raw[l.at:], []byte("stream")) {
		return value, nil
	}
	from := at + l.at + len("stream")
	if from < len(f.raw) && f.raw[from] == '\r' {
		from++
	}
	if from < len(f.raw) && f.raw[from] == '\n' {
		from++
	}
	if size, ok := f.length(dict["Length"]); ok && size >= 0 && size <= float64(len(f.raw)-from) {
		if to := from + int(size); bytes.HasPrefix(bytes.TrimLeft(f.raw[to:min(to+20, len(f.raw))], "\r\n \t"), []byte("endstream")) {
			return value, nonNil(f.raw[from:to])
		}
	}
	body := f.raw[min(from, end):end]
	if to := bytes.Index(body, []byte("endstream")); to >= 0 {
		body = body[:to]
	}
	return value, nonNil(body)
}

func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// read reads one value with what is left of all values.
func (f *pdfFile) read(l *lexer) any {
	if f.nodes <= 0 || f.w.over() {
		return nil
	}
	v, ok := l.next(0)
	if !ok {
		return nil
	}
	if id, is := v.(float64); is && id >= 0 && id < 1<<30 { // a reference, perhaps
		ahead := *l
		_, second := first(ahead.next(0)).(float64)
		if word, third := first(ahead.next(0)).(pdfWord); second && third && word == "R" {
			*l, v = ahead, pdfRef(id)
		}
	}
	f.nodes -= l.nodes + 10 + l.at/64
	return v
}

func first(v any, _ bool) any { return v }

// get follows references, which may be a few, and not in a circle.
func (f *pdfFile) get(v any) any {
	for range 5 {
		ref, ok := v.(pdfRef)
		if !ok {
			return v
		}
		if v, _, ok = f.object(ref); !ok {
			return nil
		}
	}
	return nil
}

// object reads an object. Its stream is nil when it is none.
func (f *pdfFile) object(ref pdfRef) (value any, stream []byte, ok bool) {
	if known, found := f.kept[ref]; found {
		return known, nil, true
	}
	before := f.nodes
	if at, found := f.objects[int(ref)]; found {
		f.nodes -= 10
		value, stream = f.parse(at)
	} else if raw, found := f.packed[int(ref)]; found {
		value = f.read(&lexer{raw: raw})
	} else {
		return nil, nil, false
	}
	if cost := before - f.nodes; stream == nil && f.room >= cost && f.nodes > 0 {
		f.kept[ref] = value
		f.room -= cost
	}
	return value, stream, true
}

// length is that of a stream. It may be an object of its own, but only a number, so that
// finding a stream never needs another one.
func (f *pdfFile) length(v any) (float64, bool) {
	ref, ok := v.(pdfRef)
	if !ok {
		n, ok := v.(float64)
		return n, ok
	}
	raw := f.packed[int(ref)]
	if at, found := f.objects[int(ref)]; found {
		raw = f.raw[at:]
	}
	l := &lexer{raw: raw[:min(len(raw), 40)]}
	n, ok := first(l.next(0)).(float64)
	return n, ok
}

// dict is a dictionary, empty where there is none.
func (f *pdfFile) dict(v any) pdfDict {
	d, _ := f.get(v).(pdfDict)
	return d
}

// unpack finds the objects that stand in streams.
func (f *pdfFile) unpack() {
	held := f.w.lim.Held
	for _, id := range f.numbers() {
		value, stream, _ := f.object(pdfRef(id))
		d, _ := value.(pdfDict)
		if stream == nil || d["Type"] != pdfName("ObjStm") {
			continue
		}
		raw := f.decode(d, stream)
		if held -= int64(len(raw)); held < 0 {
			f.w.say(bridge.OpaqueTooLarge)
			return
		}
		from, _ := f.get(d["First"]).(float64)
		if from < 0 || from > float64(len(raw)) {
			continue
		}
		l := &lexer{raw: raw[:int(from)]}
		for {
			id, ok := first(l.next(0)).(float64)
			at, also := first(l.next(0)).(float64)
			if !ok || !also || len(f.packed) >= pdfObjects {
				break
			}
			if begin := from + at; id >= 0 && id < 1<<30 && at >= 0 && begin < float64(len(raw)) {
				f.packed[int(id)] = raw[int(begin):]
			}
		}
	}
}

// numbers are those of the objects in the file, in order.
func (f *pdfFile) numbers() []int {
	out := make([]int, 0, len(f.objects))
	for id := range f.objects {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

var rootOf = regexp.MustCompile(`/Root[ \r\n\t]+(\d{1,9})[ \r\n\t]+\d+[ \r\n\t]+R`)

// pages are the pages in their order; where the tree is broken, in that of their numbers.
func (f *pdfFile) pages() []pdfDict {
	var root pdfDict
	for _, m := range rootOf.FindAllSubmatch(f.raw, 100) {
		id, err := strconv.Atoi(string(m[1]))
		if d := f.dict(pdfRef(id)); err == nil && d["Pages"] != nil {
			root = d
		}
	}
	out := f.tree(root["Pages"])
	if len(out) > 0 {
		return out
	}
	ids := f.numbers()
	for id := range f.packed {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if d := f.dict(pdfRef(id)); d["Type"] == pdfName("Page") && len(out) < pdfPages {
			out = append(out, d)
		}
	}
	return out
}

// tree goes through the pages without coming back to one. What a node leaves out it has
// from the one above.
func (f *pdfFile) tree(top any) []pdfDict {
	type node struct{ ref, resources any }
	var out []pdfDict
	seen := map[pdfRef]bool{}
	for todo := []node{{ref: top}}; len(todo) > 0 && !f.w.over(); {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		ref, ok := n.ref.(pdfRef)
		if !ok || seen[ref] {
			continue
		}
		seen[ref] = true
		d := f.dict(ref)
		if d == nil {
			continue
		}
		if d["Resources"] == nil {
			d["Resources"] = n.resources
		}
		kids, ok := f.get(d["Kids"]).([]any)
		if !ok {
			if len(out) >= pdfPages {
				f.w.say(bridge.OpaqueTooLarge)
				return out
			}
			out = append(out, d)
		}
		for _, kid := range slices.Backward(kids) {
			todo = append(todo, node{kid, d["Resources"]})
		}
	}
	return out
}
