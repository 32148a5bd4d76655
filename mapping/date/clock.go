package date

import "time"

// clock is a time of the day as it is told.
type clock struct {
	hour, minute, second int
	precision            Precision
	part                 Part
	approx               bool
	named                bool           // noon or midnight, by their names
	spoken               bool           // by the clock of speech, which has twelve hours
	loose                bool           // an hour that may as well be a duration: 2 h
	unit                 bool           // h or its like stands there
	fixed                bool           // the offset is told
	offset               int            // in seconds
	padded               bool           // 04
	zone                 string         // the zone's own name of the clock: CET or CEST
	place                *time.Location // the clock of another place
	foreign              bool           // a clock that is not known
	unsure               bool
}

// span is how long after midnight the time is.
func (c clock) span() time.Duration {
	return time.Duration(c.hour)*time.Hour + time.Duration(c.minute)*time.Minute + time.Duration(c.second)*time.Second
}

// settle makes an hour of twenty-four of an hour in a part of the day, if there
// is such an hour.
func (c *clock) settle(p Part) bool {
	if c.named {
		return true
	}
	h := c.hour
	switch p {
	case am, Dawn:
		if h == 12 {
			c.hour = 0
		}
		return h <= 12
	case Morning:
		return h <= 14
	case Noon:
		if h <= 4 && h > 0 {
			c.hour += 12
		}
	case pm, Afternoon:
		if h < 12 {
			c.hour += 12
		}
		return h > 0
	case Evening, Night:
		switch {
		case h == 12:
			c.hour, c.named = 24, true
		case h > 5 && h < 12, h > 0 && h < 6 && p == Evening:
			c.hour += 12
		}
	}
	return true
}

// telling says what stands before a time and makes a bare number an hour.
type telling int

const (
	bare   telling = iota // nothing
	told                  // an article or the day
	among                 // the same, and what follows "and" is another time
	behind                // the day without an article: 22/11/2026 9.30
)

// clock reads a time that begins at i, with the words that announce it.
func (r *reader) clock(i int) (clock, int, verdict) {
	j, how, approx, before := i, bare, false, false
	for j-i < 7 && r.in(j, leads) && !r.hourNext(j) {
		approx = approx || r.in(j, roughly)
		before = before || r.is(j, "abans")
		if how == bare && r.in(j, english) {
			how = told
		}
		if r.is(j, "entre") || r.is(j, "between") {
			how = among
		}
		j++
	}
	article := r.in(j, articles)
	if article && (j > i || r.opens(i)) && how == bare {
		how = told
	}
	if article {
		j++
	}
	if how == bare && j > i && !article && r.tok(j).kind == word && !r.in(j, quarterStarts) {
		if _, _, ok := phraseAt(r, j, clockWords); !ok {
			return clock{}, 0, none
		}
	}
	if r.tok(j).kind == number && !r.clean(j) {
		return clock{}, 0, none
	}
	c, end, v := r.core(j, how)
	if v == good && (c.loose && how == bare && !r.startsHour(j) || article && j == i+1 && c.bald() && !r.closes(end)) {
		return clock{}, 0, none
	}
	c.approx, c.unsure = c.approx || approx || before, c.unsure || before
	return c, end, v
}

// hourNext keeps a lead that is a numeral from being skipped.
func (r *reader) hourNext(i int) bool {
	_, ok := numerals[r.tok(i).text]
	return ok
}

// opens reports whether a text or a part of it begins at i.
func (r *reader) opens(i int) bool {
	return r.tok(i-1).kind == 0 || r.tok(i-1).kind == mark || r.tok(i-1).line != r.tok(i).line || r.in(i-1, startWords)
}

// bald reports whether nothing but an article made an hour of a number.
func (c clock) bald() bool { return c.precision == Hour && !c.unit && !c.named && c.part == 0 }

// closes reports whether a text or a part of it ends before i.
func (r *reader) closes(i int) bool {
	t := r.tok(i)
	return t.kind == 0 || t.kind == mark || t.line != r.tok(i-1).line || r.in(i, ofWords)
}

// startsHour tells "18 h", where something begins, from a duration.
func (r *reader) startsHour(i int) bool {
	if r.is(i+2, "/") || r.is(i+2, "x") || len(r.tok(i+1).text) > 3 && !r.in(i-1, startWords) && !r.in(i-2, startWords) {
		return false // 24 h/7, 2 hores
	}
	return r.opens(i) || r.in(i-1, leads) && !r.in(i-2, lasting)
}

// clockAfter reads the time that stands behind a day, which takes the part of the
// day that may stand between.
func (r *reader) clockAfter(i int, d *day) (clock, int, verdict) {
	how, approx := behind, false
	for k, steps := i, 0; steps < 10 && k < len(r.tokens); steps++ {
		if r.tok(k).line > r.tok(i-1).line+1 {
			break
		}
		if p, next, ok := r.partAfter(k, nil); ok && !r.named(k) {
			if d != nil {
				d.part = p
			}
			k = next
			continue
		}
		if r.is(k, "t") && r.tok(k).glued && r.tok(k+1).kind == number {
			return r.core(k+1, told)
		}
		if c, end, v := r.core(k, how); v != none {
			c.approx = c.approx || approx
			return c, end, v
		}
		switch {
		case r.in(k, roughly):
			approx = true
		case !r.in(k, toClock):
			return clock{}, 0, none
		}
		switch {
		case r.is(k, "entre") || r.is(k, "between"):
			how = among
		case how == behind && (r.in(k, articles) || r.in(k, english) || r.is(k, "hora")):
			how = told
		}
		k++
	}
	return clock{}, 0, none
}

// named reports whether noon or midnight stands at i as the hour that is meant,
// and not as a part of the day: "al migdia a les 2".
func (r *reader) named(i int) bool {
	for n := range 3 {
		if _, end, ok := phraseAt(r, i+n, clockWords); ok {
			return !r.hourFollows(end)
		}
		if !r.in(i+n, partLeads) {
			break
		}
	}
	return false
}

// hourFollows reports whether an hour follows, with nothing but the words that
// announce it before it.
func (r *reader) hourFollows(i int) bool {
	how := behind
	for k := i; k < i+6; k++ {
		if _, _, ok := phraseAt(r, k, clockWords); ok {
			return false
		}
		if _, _, v := r.core(k, how); v != none {
			return v == good
		}
		if !r.in(k, toClock) {
			return false
		}
		if r.in(k, articles) {
			how = told
		}
	}
	return false
}

// partAfter reads a part of the day: al matí, por la tarde, vespre.
func (r *reader) partAfter(i int, d *day) (Part, int, bool) {
	j := r.skip(i, commaMark)
	start := j
	for j-start < 3 && r.in(j, partLeads) {
		j++
	}
	p, ok := partWords[r.tok(j).text]
	if !ok || j == start && r.is(j, "manana") {
		return 0, 0, false
	}
	if d != nil {
		d.part = p
	}
	return p, j + 1, true
}

// core reads the time itself.
func (r *reader) core(i int, how telling) (clock, int, verdict) {
	if c, end, v := r.quarters(i); v != none {
		return c, end, v
	}
	if hour, end, ok := phraseAt(r, i, clockWords); ok {
		c := clock{hour: hour, precision: Hour, named: true, approx: true}
		return c, r.suffix(&c, end), good
	}
	if c, end, v := r.pastTo(i); v != none {
		return c, end, v
	}
	if r.tok(i).kind == number && !r.lasts(i) {
		for _, form := range []func(int, telling) (clock, int, verdict){r.separated, r.lettered, r.military} {
			if c, end, v := form(i, how); v != none {
				return c, end, v
			}
		}
	}
	return r.bareHour(i, how)
}

// separated reads 9:30, 09:30:12,345 and, where it is clear that it is a time,
// 9.30, 9'30 and 9,30.
func (r *reader) separated(i int, how telling) (clock, int, verdict) {
	h, ok := r.figures(i, 1, 2)
	sep := r.tok(i + 1).text
	least := 2
	if sep == ":" && how != bare {
		least = 1 // 9:5
	}
	m, ok2 := r.figures(i+2, least, 2)
	if !ok || !ok2 || !contains(":.,'", sep) || !r.glued(i+1, i+2) {
		return clock{}, 0, none
	}
	c := clock{hour: h, minute: m, precision: Minute, unsure: len(r.tok(i+2).text) == 1}
	end := i + 3
	if s, ok := r.figures(end+1, 2, 2); ok && sep == ":" && r.is(end, ":") && r.glued(end, end+1) {
		c.second = s
		end += 2
		if r.in(end, fractions) && r.glued(end, end+1) && r.tok(end+1).kind == number {
			end += 2
		}
	}
	next := r.suffix(&c, end)
	if next == end && !r.ends(end, "-/") || r.in(end, units) {
		return clock{}, 0, none
	}
	if sep != ":" && !c.unit && c.part == 0 && (how == bare || r.counted(end) || how == behind && r.is(end, ".")) {
		return clock{}, 0, none
	}
	return c, next, c.possible()
}

// possible says whether there is such a time.
func (c clock) possible() verdict {
	if c.hour > 24 || c.minute > 59 || c.second > 59 || c.hour == 24 && c.minute+c.second > 0 {
		return impossible
	}
	return good
}

// lettered reads 9h, 9 h, 9h30 and 9 hores.
func (r *reader) lettered(i int, how telling) (clock, int, verdict) {
	h, ok := r.figures(i, 1, 2)
	if !ok || !r.in(i+1, hourWords) {
		return clock{}, 0, none
	}
	c := clock{hour: h, precision: Hour, unit: true, loose: how == bare}
	end := i + 2
	if m, ok := r.figures(end, 2, 2); ok && (r.ends(end+1, "") || r.in(end+1, minuteWords)) && !r.counted(end+1) {
		c.minute, c.precision, c.loose = m, Minute, false
		end = r.skip(end+1, minuteWords)
	}
	end = r.suffix(&c, end)
	if c.part != 0 {
		c.loose = false
	}
	if c.loose && h > 23 {
		return clock{}, 0, none
	}
	return c, end, c.possible()
}

// military reads 0930h, and what stands behind T in 20261122T093012Z.
func (r *reader) military(i int, _ telling) (clock, int, verdict) {
	t := r.tok(i)
	compact := r.is(i-1, "t") && t.glued
	c := clock{precision: Minute}
	switch {
	case len(t.text) == 4 && (compact || r.in(i+1, hourWords)):
		c.hour, c.minute = t.value/100, t.value%100
	case len(t.text) == 6 && compact:
		c.hour, c.minute, c.second = pair(t.text[:2]), pair(t.text[2:4]), pair(t.text[4:])
	default:
		return clock{}, 0, none
	}
	return c, r.suffix(&c, i+1), c.possible()
}

func pair(digits string) int { return 10*int(digits[0]-'0') + int(digits[1]-'0') }
