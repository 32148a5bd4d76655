package mapping

import (
	"strings"
	"time"
	"unicode"
)

// maxSource bounds what is read of one source, in bytes. Jira's own limit for
// a text is 32 767 characters unless an administrator raised it.
const maxSource = 1 << 20

// Source is one text in which values may stand.
type Source struct {
	Text   string    // Jira wiki markup
	At     time.Time // since when it says so
	Origin string    // where it stands, for people: "description", "comment 123"
	// Former is what the text said before, oldest first. A value that stood there
	// already counts from when it came, not from the last edit.
	Former []Revision
}

// Value is what a source says of a field.
type Value struct {
	Text   string // Jira wiki markup, without surrounding blanks
	At     time.Time
	Origin string
}

// Values is what a form's sources say together.
type Values struct {
	// ByField holds the answers, by field id.
	ByField map[string]Value
	// Blanks holds, by field id, what stands under a field's label where an
	// answer should: nothing or a placeholder. A field is never in both.
	Blanks map[string]Value
	// Rest is the text of the first source that belongs to no field, as markup.
	Rest string
}

// Read finds the form's values in the sources, oldest first. Labels are
// recognised in every language of the form and by alias, whatever the letter
// case, accents, bold or bullets; a value goes on until the next label or blank
// line, or to the end of a code block that begins in it.
//
// The newest answer wins; a blank or a placeholder never stands over an answer.
// Of two answers in the first source the earlier becomes part of Rest, so that
// nothing written there is lost. In the other sources only labelled values are
// read, and each ends at the first blank line in any case: what a person wrote
// there without a label was not meant for the provider.
func (f *Form) Read(sources []Source) Values {
	v := Values{ByField: map[string]Value{}, Blanks: map[string]Value{}}
	known := f.knownLabels()
	for i, src := range sources {
		r := reader{known: known, first: i == 0, noEnd: map[string]bool{}}
		pieces := r.read(src.Text)
		if i == 0 {
			v.Rest = rest(pieces)
		}
		for _, p := range pieces {
			if p.field == nil || p.replaced {
				continue
			}
			value := Value{Text: p.value(), At: src.At, Origin: src.Origin}
			switch {
			case !p.blank:
				v.ByField[p.field.ID] = value
				delete(v.Blanks, p.field.ID)
			case v.ByField[p.field.ID].Text == "":
				v.Blanks[p.field.ID] = value
			}
		}
	}
	return v
}

// piece is a run of lines: a field with its value, or text of no field.
type piece struct {
	field    *Field
	raw      []string // with the label
	lines    []string // of the value
	blank    bool     // the value is no answer
	replaced bool     // a later answer in the same source stands over it
}

func (p *piece) value() string { return strings.TrimFunc(strings.Join(p.lines, "\n"), isBlankRune) }

// rest joins what belongs to no field.
func rest(pieces []piece) string {
	var lines []string
	for _, p := range pieces {
		if p.field == nil || p.replaced {
			lines = append(lines, p.raw...)
		}
	}
	var kept []string
	for _, line := range lines {
		last := len(kept) - 1
		tag := fenceTag(line)
		switch {
		case isBlank(line) && (last < 0 || isBlank(kept[last])):
		case tag != "" && last >= 0 && fenceTag(kept[last]) == tag:
			kept = kept[:last] // a block of which only labelled lines were left
		case tag != "" && last >= 1 && isBlank(kept[last]) && fenceTag(kept[last-1]) == tag:
			kept = kept[:last-1]
		default:
			kept = append(kept, line)
		}
	}
	return strings.TrimFunc(strings.Join(kept, "\n"), isBlankRune)
}

// reader cuts one source into pieces.
type reader struct {
	known  map[string]labelled
	first  bool // the first source: text without a label counts
	lines  []string
	pieces []piece
	inside bool            // the last piece is a field whose value goes on
	block  string          // tag of a code block that stands around labels
	noEnd  map[string]bool // tags that are not found any more
}

func (r *reader) read(text string) []piece {
	if len(text) > maxSource {
		text = strings.ToValidUTF8(text[:maxSource], "")
	}
	r.lines = splitLines(text)
	for i := 0; i < len(r.lines); i++ {
		line := r.lines[i]
		if tag := fenceTag(line); tag != "" {
			i = r.fence(i, tag)
			continue
		}
		if field, value, ok := matchLabel(r.known, line); ok {
			r.pieces = append(r.pieces, piece{field: field, raw: []string{line}, lines: []string{value}})
			r.inside = true
			continue
		}
		if isBlank(line) {
			r.inside = false
		}
		r.add(line)
	}
	r.judge()
	return r.pieces
}

// add puts a line to the value that goes on, else to the text of no field.
func (r *reader) add(line string) {
	last := len(r.pieces) - 1
	if r.inside {
		r.pieces[last].raw = append(r.pieces[last].raw, line)
		r.pieces[last].lines = append(r.pieces[last].lines, line)
		return
	}
	if last < 0 || r.pieces[last].field != nil {
		r.pieces = append(r.pieces, piece{})
		last++
	}
	r.pieces[last].raw = append(r.pieces[last].raw, line)
}

// fence takes the line i, which is a code block's tag, and returns the last
// line taken. A block that begins in a value belongs to it whole; one that
// stands by itself may be the form, copied together with its frame.
func (r *reader) fence(i int, tag string) int {
	switch {
	case r.block == tag:
		r.block, r.inside = "", false
		r.add(r.lines[i])
	case r.inside && r.block == "":
		end := r.fenceEnd(i, tag)
		for j := i; j <= end; j++ {
			if !r.first && isBlank(r.lines[j]) {
				return j - 1
			}
			r.add(r.lines[j])
		}
		return end
	default:
		if !r.inside && r.block == "" && r.fenceEnd(i, tag) > i {
			r.block = tag
		}
		r.add(r.lines[i])
	}
	return i
}

// fenceEnd returns the line of the tag that ends the block which begins at i,
// or i when it has no end.
func (r *reader) fenceEnd(i int, tag string) int {
	if r.noEnd[tag] {
		return i
	}
	for j := i + 1; j < len(r.lines); j++ {
		if fenceTag(r.lines[j]) == tag {
			return j
		}
	}
	r.noEnd[tag] = true
	return i
}

// judge says of each value whether it is an answer, and which answers a later
// one of the same field stands over.
func (r *reader) judge() {
	newest := map[*Field]bool{}
	for i := len(r.pieces) - 1; i >= 0; i-- {
		p := &r.pieces[i]
		if p.field == nil {
			continue
		}
		p.blank = p.field.isPlaceholder(p.value())
		if !p.blank {
			p.replaced = newest[p.field]
			newest[p.field] = true
		}
	}
}

// splitLines splits a text into lines, with the tag of a code block always on a
// line of its own.
func splitLines(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		for {
			start, end := findFence(line)
			if start < 0 {
				break
			}
			if !isBlank(line[:start]) {
				lines = append(lines, line[:start])
			}
			lines = append(lines, line[start:end])
			if line = line[end:]; isBlank(line) {
				line = ""
				break
			}
		}
		if line != "" || len(lines) == 0 || fenceTag(lines[len(lines)-1]) == "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// findFence returns where the first tag of a code block begins and ends in the
// line, or -1.
func findFence(line string) (start, end int) {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '{':
			rest := line[i:min(len(line), i+200)]
			end := strings.IndexByte(rest, '}')
			if end > 0 && fenceTag(rest[:end+1]) != "" {
				return i, i + end + 1
			}
		}
	}
	return -1, -1
}

// fenceTag returns code or noformat when the line is such a block's tag.
func fenceTag(line string) string {
	if len(line) < 6 || len(line) > 200 || line[0] != '{' || line[len(line)-1] != '}' {
		return ""
	}
	name, _, _ := strings.Cut(strings.ToLower(line[1:len(line)-1]), ":")
	if name == "code" || name == "noformat" {
		return name
	}
	return ""
}

func isBlank(line string) bool { return strings.IndexFunc(line, notBlankRune) < 0 }

// isBlankRune: spaces of any width, and what shows as nothing.
func isBlankRune(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff' || unicode.IsControl(r)
}

func notBlankRune(r rune) bool { return !isBlankRune(r) }
