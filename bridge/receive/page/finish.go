package page

import "escalat/mapping/wiki"

// finish makes the lines of the rows.
func finish(rows []row) []Line {
	rows = tidy(fixed(rows))
	lines := make([]Line, len(rows))
	for i, r := range rows {
		lines[i] = r.Line
	}
	demote(lines)
	return lines
}

// tidy leaves out the empty lines at the ends and those beside others, and rulers that
// part nothing: at the ends, beside others and above an earlier mail.
func tidy(rows []row) []row {
	kept := rows[:0]
	for _, r := range rows {
		if r.letters > 0 && r.Mark == Earlier {
			kept = withoutRuler(kept)
		}
		above := wiki.RulerLine
		if len(kept) > 0 {
			above = kept[len(kept)-1].Kind
		}
		empty := r.isEmpty()
		switch {
		case empty && (len(kept) == 0 || kept[len(kept)-1].isEmpty()):
			continue
		case r.Kind == wiki.RulerLine && (len(kept) == 0 || above == wiki.RulerLine):
			continue
		}
		kept = append(kept, r)
	}
	for len(kept) > 0 && (kept[len(kept)-1].isEmpty() || kept[len(kept)-1].Kind == wiki.RulerLine) {
		kept = kept[:len(kept)-1]
	}
	return kept
}

// isEmpty says whether a line shows nothing; in a preformatted block it is a part of it.
func (r *row) isEmpty() bool {
	return r.letters == 0 && r.Kind == wiki.ProseLine
}

// withoutRuler makes one empty line of the rulers and empty lines that rows end in.
func withoutRuler(rows []row) []row {
	end := len(rows)
	for end > 0 && rows[end-1].ruled() {
		end--
	}
	if end == len(rows) || end == 0 {
		return rows[:end]
	}
	return append(rows[:end], row{})
}

// ruled says whether a line parts what stands around it, and no more.
func (r *row) ruled() bool { return r.Kind == wiki.RulerLine || r.isEmpty() }

// maxAttribution bounds the lines that say who wrote what follows.
const maxAttribution = 8

// demote takes the mark of an attribution off what is too long for one: somebody wrote
// into the place.
func demote(lines []Line) {
	for i := 0; i < len(lines); i++ {
		if lines[i].Mark != Attribution {
			continue
		}
		end := i
		for end < len(lines) && lines[end].Mark == Attribution {
			end++
		}
		if end-i > maxAttribution {
			for j := i; j < end; j++ {
				lines[j].Mark = None
			}
		}
		i = end - 1
	}
}
