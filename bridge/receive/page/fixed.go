package page

import (
	"strings"

	"escalat/mapping/wiki"
)

// fixed finds which lines are preformatted. Several lines in a row in a font of a fixed
// width are what a tool printed; in a mail that is all in such a font it means nothing,
// and neither does a preformatted block that is the whole mail, unless the text needs it.
func fixed(rows []row) []row {
	text, mono, pre := 0, 0, 0
	var all strings.Builder
	for _, r := range rows {
		if r.letters == 0 {
			continue
		}
		text++
		if r.mono == r.letters {
			mono++
		}
		if r.Kind == wiki.FixedLine {
			pre++
		}
		if r.Kind == wiki.FixedLine || r.mono > 0 {
			all.WriteString(r.Text + "\n")
		}
	}
	const most = 8 // of ten
	if 10*pre > most*text && !wiki.Aligned(all.String()) {
		for i := range rows {
			if rows[i].Kind == wiki.FixedLine {
				rows[i].Kind = wiki.ProseLine
			}
		}
	}
	if 10*mono > most*text && text > 3 && !wiki.Aligned(all.String()) {
		for i := range rows {
			rows[i].withoutMono()
		}
		return rows
	}
	return monoBlocks(rows)
}

func (r *row) withoutMono() {
	kept := r.Spans[:0]
	for _, s := range r.Spans {
		if s.Style != wiki.MonoStyle {
			kept = append(kept, s)
		}
	}
	r.Spans = kept
}

// monoBlocks makes preformatted lines of those in a font of a fixed width that stand
// together. The room between their paragraphs goes.
func monoBlocks(rows []row) []row {
	kept := make([]row, 0, len(rows))
	for i := 0; i < len(rows); {
		end, lines := monoEnd(rows, i)
		if lines < 2 {
			kept = append(kept, rows[i])
			i++
			continue
		}
		for ; i < end; i++ {
			r := rows[i]
			if r.gap {
				continue
			}
			r.Kind, r.Spans = wiki.FixedLine, nil
			kept = append(kept, r)
		}
	}
	return kept
}

// monoEnd returns where the lines in a fixed width end that begin at i, and how many
// hold text.
func monoEnd(rows []row, i int) (end, lines int) {
	end = i
	for j := i; j < len(rows); j++ {
		r := &rows[j]
		switch {
		case r.Kind != wiki.ProseLine || r.Quote != rows[i].Quote || r.Mark != rows[i].Mark:
			return end, lines
		case r.letters == 0:
			if lines == 0 {
				return end, lines
			}
		case r.mono == r.letters:
			end = j + 1
			lines++
		default:
			return end, lines
		}
	}
	return end, lines
}
