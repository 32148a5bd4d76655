package inside

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"escalat/bridge"
)

// phrases are the texts that the cells of a workbook share.
type phrases struct {
	path string
	all  []string
	used []bool
}

// read takes them from their part.
func (t *phrases) read(w *walker, p place, r io.Reader) {
	t.path = p.path
	var one strings.Builder
	phonetic := 0
	size := int64(0)
	m := &markup{w: w, s: w.sink(p.path, 0)}
	m.begin = func(e xml.StartElement) {
		if e.Name.Local == "rPh" {
			phonetic++
		}
	}
	m.text = func(c xml.CharData) {
		if size += int64(len(c)); size > w.lim.Held {
			w.say(bridge.OpaqueTooLarge)
			return
		}
		if phonetic == 0 {
			one.Write(utf8Of(c))
		}
	}
	m.end = func(e xml.EndElement) {
		switch e.Name.Local {
		case "rPh":
			phonetic--
		case "si":
			if size += 16; size <= w.lim.Held { // so much costs an empty one
				t.all = append(t.all, one.String())
			}
			one.Reset()
		}
	}
	m.read(r)
	t.used = make([]bool, len(t.all))
}

// at is what a cell says by its number.
func (t *phrases) at(w *walker, value string) string {
	n, err := strconv.Atoi(strings.TrimSpace(value))
	if t == nil || err != nil || n < 0 || n >= len(t.all) {
		return value
	}
	t.used[n] = true
	// A long one may be shown a great many times.
	if w.left -= int64(len(t.all[n])); w.left < 0 {
		w.say(bridge.OpaqueTooLarge)
		return ""
	}
	return t.all[n]
}

// rest hands on what no cell shows.
func (t *phrases) rest(w *walker) {
	s := w.sink(t.path, 1)
	for n, text := range t.all {
		if !t.used[n] {
			s.put(text + "\n")
		}
	}
	s.hand()
}

// sheet hands on a sheet: each row is a line of that number, its cells parted by tabs.
func (w *walker) sheet(p place, r io.Reader, shared *phrases) {
	s := w.sink(p.path, 1)
	var value []byte
	var sort string
	cell, rows := false, false
	m := &markup{w: w, s: s}
	m.begin = func(e xml.StartElement) {
		switch e.Name.Local {
		case "row":
			toRow(s, number(e.Attr, "r"), !rows)
			rows = true
		case "c":
			cell, sort = true, attribute(e, "t")
		case "v":
			value = value[:0]
		case "hyperlink", "dataValidation", "protectedRange":
			for _, a := range e.Attr {
				s.put(a.Value + "\t")
			}
		}
	}
	m.text = func(c xml.CharData) {
		if value = append(value, utf8Of(c)...); len(value) > pieceSize {
			s.write(value)
			value = value[:0]
		}
	}
	m.end = func(e xml.EndElement) {
		switch e.Name.Local {
		case "v":
			if sort == "s" {
				value = append(value[:0], shared.at(w, string(value))...)
			}
		case "f": // what it comes from, beside what it gives
			value = append(value, ' ')
			s.write(value)
			value = value[:0]
			return
		case "c", "row":
			cell = cell && e.Name.Local != "c"
		case "t", "r", "is":
			return // the runs of one text
		}
		s.write(trimmed(value, cell))
		value = value[:0]
		switch {
		case e.Name.Local == "c":
			s.put("\t")
		case e.Name.Local == "row", !cell && e.Name.Local != "v":
			s.put("\n")
		}
	}
	m.read(r)
	s.write(trimmed(value, cell))
	s.hand()
}

// toRow goes on with the row of that number. Over a few empty ones the text stays one.
func toRow(s *sink, n int, first bool) {
	const few, last = 50, 1 << 20
	switch now := s.now(); {
	case n < 1 || n > last:
	case !first && n >= now && n-now <= few:
		s.put(strings.Repeat("\n", n-now))
	case first || n > now:
		s.end(n)
	}
}

// trimmed is what stands between the elements; in a cell it is as it is.
func trimmed(value []byte, cell bool) []byte {
	if cell {
		return value
	}
	return []byte(strings.TrimSpace(string(value)))
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
