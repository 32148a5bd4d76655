package inside

import (
	"bytes"
	"fmt"
	"slices"
)

// aside hands on what stands beside the pages: what the document says of itself, its notes
// and its forms, and walks the files in it.
func (f *pdfFile) aside() {
	s := f.w.sink(f.p.path, 0)
	ids := f.numbers()
	for id := range f.packed {
		if _, also := f.objects[id]; !also {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	var files []int
	for _, id := range ids {
		value, stream, _ := f.object(pdfRef(id))
		d, ok := value.(pdfDict)
		if ok && stream == nil {
			f.say(s, d)
		} else if ok && (d["Type"] == pdfName("EmbeddedFile") || d["Type"] == pdfName("Metadata")) {
			files = append(files, id)
		}
	}
	s.hand()
	for _, id := range files {
		f.attached(pdfRef(id))
	}
}

// say hands on the strings that somebody wrote.
func (f *pdfFile) say(s *sink, d pdfDict) {
	for _, key := range []string{"Title", "Author", "Subject", "Keywords", "Creator", "T", "TU", "V", "DV", "Contents", "URI", "F", "UF"} {
		if text, ok := f.get(d[key]).(pdfString); ok && len(text) > 0 {
			s.put(f.textOf(text) + "\n")
		}
	}
	for _, ref := range f.dict(d["EF"]) {
		if ref, ok := ref.(pdfRef); ok {
			name, _ := f.get(d["F"]).(pdfString)
			if full, ok := f.get(d["UF"]).(pdfString); ok {
				name = full
			}
			f.names[ref] = f.textOf(name)
		}
	}
	if action := f.dict(d["A"]); action != nil {
		if text, ok := f.get(action["URI"]).(pdfString); ok {
			s.put(f.textOf(text) + "\n")
		}
	}
}

// textOf is a text string (7.9.2.2).
func (f *pdfFile) textOf(raw pdfString) string {
	switch {
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return bigUnits(raw[2:])
	default:
		return string(utf8Of(raw))
	}
}

// attached walks a stream that is a file of its own.
func (f *pdfFile) attached(ref pdfRef) {
	if !f.w.enter() {
		return
	}
	value, stream, _ := f.object(ref)
	d, _ := value.(pdfDict)
	raw := f.decode(d, stream)
	if d["Type"] == pdfName("Metadata") {
		f.w.xmlFrom(f.p, bytes.NewReader(raw), 0)
		return
	}
	name := f.names[ref]
	if name == "" {
		name = fmt.Sprintf("%d", ref)
	}
	f.w.file(f.p.below(name), bytes.NewReader(raw))
}
