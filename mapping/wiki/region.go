package wiki

import "strings"

// fixedLines returns which of the lines make sense in a fixed width only, as ranges
// in order. One line alone never does.
func fixedLines(lines []string) []extent {
	rows := make([]row, len(lines))
	signature := false
	for i, line := range lines {
		rows[i] = look(line)
		if signature = rows[i].sign != empty && (signature || strings.TrimSpace(line) == "--"); signature {
			rows[i].gaps = nil
		}
	}
	m := marker(rows)
	m.signs()
	m.columns()
	m.neighbours()
	return m.regions()
}

// marker says of lines that they are in, from what stands around them.
type marker []row

// signs marks the lines that tell by themselves.
func (m marker) signs() {
	for i := range m {
		r := &m[i]
		switch r.sign {
		case tool, framed, barred:
			r.in = true
		case stamped, traced, coded:
			r.in, r.log = true, true
		case piped:
			r.in = m.sameBar(i, i-1) || m.sameBar(i, i+1)
		}
	}
}

// sameBar says whether line i has its first bar where the line at j has it, or a
// corner of its rule.
func (m marker) sameBar(i, j int) bool {
	return j >= 0 && j < len(m) && (m[j].sign == framed || m[j].sign == piped && m[j].bar == m[i].bar)
}

// columns marks the lines whose gaps are those of a line near.
func (m marker) columns() {
	for i := range m {
		if len(m[i].gaps) == 0 {
			continue
		}
		for j := i + 1; j < min(i+3, len(m)); j++ {
			if j == i+2 && !m[i+1].slight() {
				break
			}
			if similar(m[i].gaps, m[j].gaps) {
				m[i].in, m[i].column = true, true
				m[j].in, m[j].column = true, true
				break
			}
		}
	}
}

// slight says whether a line does not part what stands around it.
func (r row) slight() bool {
	return r.sign == empty || r.sign == framed || r.sign != quoted && (r.hop || r.alone)
}

// neighbours marks the lines that belong to one beside them: further stations of a
// route, what goes on below a line of a log, the error above a stack, the command
// above what it printed.
func (m marker) neighbours() {
	for i := 1; i < len(m); i++ {
		m[i].follow(m[i-1])
	}
	for i := len(m) - 2; i >= 0; i-- {
		r, next := &m[i], m[i+1]
		if r.sign == prompted && next.sign == empty && i+2 < len(m) {
			next = m[i+2]
		}
		switch {
		case r.in || !next.in:
		case r.hop && next.hop && next.sign != stamped, r.sign == prompted:
			r.in = true
		case r.sign == failed && next.log:
			r.in, r.log = true, true
		}
	}
}

func (r *row) follow(above row) {
	switch {
	case r.in || !above.in || r.sign == empty || r.sign == quoted:
	case above.log && (r.deep || r.sign == failed):
		r.in, r.log = true, true
	case r.hop && above.hop && above.sign != stamped:
		r.in = true
	}
}

// regions returns the ranges of lines that are in and bear each other out.
func (m marker) regions() []extent {
	var all []extent
	for i := 0; i < len(m); i++ {
		if !m[i].in {
			continue
		}
		end := i + 1
		for step := m.on(end); step > 0; step = m.on(end) {
			end += step
		}
		if m.bearsOut(i, end) {
			all = append(all, extent{i, end})
		}
		i = end - 1
	}
	return all
}

// on returns how many lines further a range that ends at i goes on. One line between
// does not tear it apart that is empty, or one word, or a long line of a log that was
// broken.
func (m marker) on(i int) int {
	switch {
	case i < len(m) && m[i].in:
		return 1
	case i+1 >= len(m) || !m[i+1].in:
		return 0
	}
	last, between, next := m[i-1], m[i], m[i+1]
	if between.sign == empty || between.sign != quoted && (between.alone || last.sign == stamped && next.sign == stamped) {
		return 2
	}
	return 0
}

// bearsOut says whether the lines of a range are enough of one sort. Two lines of
// words in two columns can be names below a letter.
func (m marker) bearsOut(start, end int) bool {
	columns, logs, clear, told := 0, 0, 0, false
	var signs [piped + 1]int
	for _, r := range m[start:end] {
		signs[r.sign]++
		if r.column {
			columns++
			told = told || !r.plain || strong(r.gaps) > 1
		}
		if r.log {
			logs++
		}
		if r.sign == stamped || r.sign == traced || r.sign == coded {
			clear++
		}
	}
	return columns > 2 || columns == 2 && told || signs[tool] > 1 || logs > 2 && 2*clear >= logs && clear > 1 ||
		signs[framed] > 0 && signs[barred]+signs[piped] > 0 || signs[barred] > 1
}
