package guard

import (
	"cmp"
	"slices"
	"strings"

	"escalat/bridge"
)

// mark stands in a view where a mask stands in the text. No person writes it, and no
// detector takes it for a part of a value.
const mark = "\x01"

// span is a part of a text.
type span struct{ start, end int }

// found is something private in a view.
type found struct {
	span
	kind bridge.Private
}

// view is a text as the detectors see it: each mask, and what was found already, is one
// mark. So a text and its masked copy are the same view, and nothing is found in what was
// masked once.
type view struct {
	text string
	cuts []cut
}

// cut says that from at on in the view, an offset is by that much larger in the text.
type cut struct{ at, by int }

// viewOf returns the text with each of the spans, which are in order and apart, replaced.
func viewOf(text string, gone []span, by string) view {
	if len(gone) == 0 {
		return view{text: text}
	}
	var out strings.Builder
	v := view{}
	end, more := 0, 0
	for _, s := range gone {
		out.WriteString(text[end:s.start])
		out.WriteString(by)
		end = s.end
		more += s.end - s.start - len(by)
		if last := len(v.cuts) - 1; last >= 0 && v.cuts[last].at == out.Len() {
			v.cuts = v.cuts[:last]
		}
		v.cuts = append(v.cuts, cut{at: out.Len(), by: more})
	}
	out.WriteString(text[end:])
	v.text = out.String()
	return v
}

// origin returns where in the text a span of the view stands.
func (v view) origin(s span) span { return span{v.before(s.start), v.after(s.end)} }

// before is the offset in the text of what begins at that offset of the view.
func (v view) before(at int) int {
	n, found := slices.BinarySearchFunc(v.cuts, at, func(c cut, at int) int { return c.at - at })
	if found {
		return at + v.cuts[n].by
	}
	if n == 0 {
		return at
	}
	return at + v.cuts[n-1].by
}

// after is the offset in the text of what ends before that offset of the view.
func (v view) after(at int) int {
	if at == 0 {
		return 0
	}
	return v.before(at-1) + 1
}

// masks are the spans of our own masks in a text.
func masks(text string) []span {
	var all []string
	for _, kind := range bridge.Privates() {
		all = append(all, kind.Mask())
	}
	return each(text, all...)
}

// rank is where a kind stands among all: of two that are found in one place, the first is
// told.
func rank(kind bridge.Private) int { return slices.Index(bridge.Privates(), kind) }

// joined are what was found, in order, with what overlaps made one of the longer's kind.
func joined(all []found) []found {
	slices.SortStableFunc(all, func(a, b found) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(rank(a.kind), rank(b.kind)))
	})
	var out []found
	longest := 0
	for _, f := range all {
		if f.start >= f.end {
			continue
		}
		if last := len(out) - 1; last >= 0 && f.start < out[last].end {
			if size := f.end - f.start; size > longest {
				longest, out[last].kind = size, f.kind
			}
			out[last].end = max(out[last].end, f.end)
			continue
		}
		out, longest = append(out, f), f.end-f.start
	}
	return out
}
