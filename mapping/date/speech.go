package date

// numeral reads a number in figures or words. Without hyphens, vint i cinc is one
// number only up to most.
func (r *reader) numeral(i, most int) (int, int, bool) {
	t := r.tok(i)
	if t.kind == number {
		return t.value, i + 1, len(t.text) <= 4
	}
	ten, isTen := tens[t.text]
	if isTen {
		j := i + 1
		hyphen := r.is(j, "-")
		j = r.skip(r.skip(r.skip(j, hyphenMark), andWords), hyphenMark)
		n, ok := numerals[r.tok(j).text]
		if ok && j > i+1 && n > 0 && n < 10 && (hyphen || ten+n <= most) {
			return ten + n, j + 1, true
		}
		return ten, i + 1, true
	}
	n, ok := numerals[t.text]
	return n, i + 1, ok
}

// bareHour reads an hour that nothing but its surroundings makes one: a les 9,
// les nou i deu, nueve menos cuarto, 9 pm.
func (r *reader) bareHour(i int, how telling) (clock, int, verdict) {
	h, end, ok := r.numeral(i, 24)
	if !ok || r.tok(i).kind == number && (len(r.tok(i).text) > 2 || !r.ends(end, "-/") && !r.glueSuffix(end)) {
		return clock{}, 0, none
	}
	figure := r.tok(i).kind == number
	if figure && (r.in(end, hourWords) || r.lasts(i)) { // which lettered did not read
		return clock{}, 0, none
	}
	c := clock{hour: h, precision: Hour, padded: figure && len(r.tok(i).text) == 2}
	next := r.minutes(&c, end, how)
	minutes := next > end
	next = r.suffix(&c, next)
	sure := c.unit || c.part != 0 || minutes && c.precision == Minute
	last := figure && r.tok(end).kind == 0 && r.tok(i-1).kind == number // 22/11/2026 9
	if !sure && (how == bare || r.counted(end) || how == behind && !last) {
		return clock{}, 0, none
	}
	if minutes && c.precision == Minute && (h > 12 || h == 0 && !figure) {
		c.spoken = false
	}
	if !sure && h > 24 && !figure {
		return clock{}, 0, none
	}
	return c, next, c.possible()
}

// glueSuffix reports whether what is glued to a number makes it an hour: 9am.
func (r *reader) glueSuffix(i int) bool {
	return r.in(i, hourWords) || r.in(i, meridiems)
}

// minutes reads what is added to an hour in words, or taken from it: i deu, y
// media, menos cuarto, y pico.
func (r *reader) minutes(c *clock, i int, how telling) int {
	less := r.is(i, "menys") || r.is(i, "menos")
	if !less && !r.is(i, "i") && !r.is(i, "y") {
		return i
	}
	m, end := 0, i+2
	switch {
	case r.in(i+1, quarterWords):
		m = 15
	case r.in(i+1, halfWords):
		m = 30
	case r.in(i+1, bitWords) && !less:
		c.approx = true
		return i + 2
	default:
		n, next, ok := r.numeral(i+1, 59)
		if !ok || n < 1 || n > 59 || how == bare || how == among || !r.ends(next, "") || r.counted(next) || r.in(next, hourWords) {
			return i
		}
		m, end = n, r.skip(next, minuteWords)
	}
	c.precision, c.spoken = Minute, true
	c.minute = m
	if less {
		c.hour, c.minute = (c.hour+23)%24, 60-m
		if c.hour == 0 {
			c.hour = 12
		}
	}
	return end
}

// quarters reads the Catalan clock, which counts the quarters on the way to an
// hour: dos quarts de deu is 9:30. Quarters without a number are thereabouts.
func (r *reader) quarters(i int) (clock, int, verdict) {
	c := clock{precision: Minute, spoken: true}
	j := i
	switch n, next, ok := r.numeral(i, 3); {
	case r.is(i, "mig") && r.is(i+1, "quart"):
		c.minute, j = 7, i+1
		c.approx = true
	case r.is(i, "quarts"):
		c.minute, c.approx = 30, true
	case ok && n >= 1 && n <= 3 && (r.is(next, "quart") || r.is(next, "quarts")):
		c.minute, j = 15*n, next
	case ok && n >= 1 && n <= 3 && r.is(next, "/") && r.is(next+1, "4") && r.glued(next, next+1): // 2/4 de 10
		c.minute, j = 15*n, next+1
	default:
		return clock{}, 0, none
	}
	j++
	if r.is(j, "i") {
		n, next, ok := r.numeral(j+1, 14)
		switch {
		case r.is(j+1, "mig"):
			c.minute, c.approx = c.minute+7, true
			j += 2
		case ok && n >= 1 && n < 15:
			c.minute += n
			j = r.skip(next, minuteWords)
		}
	}
	if !r.in(j, ofWords) {
		return clock{}, 0, none
	}
	j = r.skip(j+1, articles)
	h, end, ok := r.numeral(j, 12)
	if !ok || h < 1 || h > 12 {
		return clock{}, 0, none
	}
	if c.hour = h - 1; h == 1 {
		c.hour = 12
	}
	c.hour, c.minute = c.hour+c.minute/60, c.minute%60
	return c, r.suffix(&c, end), good
}

// pastTo reads half past nine, a quarter to ten, ten past nine.
func (r *reader) pastTo(i int) (clock, int, verdict) {
	c := clock{precision: Minute, spoken: true}
	var j int
	switch n, next, ok := r.numeral(i, 29); {
	case r.is(i, "half"):
		c.minute, j = 30, i+1
	case r.is(i, "a") && r.is(i+1, "quarter"):
		c.minute, j = 15, i+2
	case r.is(i, "quarter"):
		c.minute, j = 15, i+1
	case ok && n >= 1 && n < 30:
		c.minute, j = n, r.skip(next, minuteWords)
	default:
		return clock{}, 0, none
	}
	to := r.is(j, "to")
	if !to && !r.is(j, "past") || to && c.minute == 30 {
		return clock{}, 0, none
	}
	h, end, ok := r.numeral(j+1, 12)
	if !ok || h < 1 || h > 12 || !r.ends(end, "-/") {
		return clock{}, 0, none
	}
	c.hour = h
	if to {
		c.minute = 60 - c.minute
		if c.hour--; c.hour == 0 {
			c.hour = 12
		}
	}
	return c, r.suffix(&c, end), good
}

// suffix reads what may stand behind a time: h, am, del matí, aprox., the zone.
func (r *reader) suffix(c *clock, i int) int {
	for range 8 {
		j := i
		for j-i < 2 && r.in(j, brackets) && r.tok(j).line == r.tok(i-1).line {
			j++
		}
		next := r.suffixAt(c, j, j == i)
		if next == j {
			return i
		}
		i = next
	}
	return i
}

func (r *reader) suffixAt(c *clock, i int, direct bool) int {
	if r.tok(i).line != r.tok(i-1).line {
		return i
	}
	if direct {
		switch {
		case r.in(i, hourWords) && (!r.is(i, "hora") || r.tok(i+1).kind != word):
			c.unit = true
			return i + 1
		case r.is(i, "o") && r.is(i+1, "clock"):
			c.unit = true
			return i + 2
		case r.is(i, "en") && (r.is(i+1, "punt") || r.is(i+1, "punto")):
			c.unit = true
			return i + 2
		}
		if next := r.meridiem(c, i); next > i {
			return next
		}
		if p, next, ok := r.partAfter(i, nil); ok && c.part == 0 && !c.named {
			c.part = p
			return next
		}
	}
	if end, ok := r.roughlyAfter(i); ok {
		c.approx = true
		return end
	}
	return r.zoneAt(c, i)
}

// meridiem reads am, a.m., pm and p. m.
func (r *reader) meridiem(c *clock, i int) int {
	p, end := Part(0), i+1
	switch {
	case r.in(i, meridiems):
		p = meridiemParts[r.tok(i).text]
	case (r.is(i, "a") || r.is(i, "p")) && r.is(i+1, ".") && r.is(i+2, "m"):
		p, end = meridiemParts[r.tok(i).text+"m"], r.skip(i+3, dotMark)
	default:
		return i
	}
	c.part, c.unit = p, true
	return end
}

// roughlyAfter reads "aprox." and its like behind a time.
func (r *reader) roughlyAfter(i int) (int, bool) {
	if r.in(i, roughlyBehind) {
		return r.skip(i+1, dotMark), true
	}
	_, end, ok := phraseAt(r, i, roughlyPhrases)
	return end, ok
}
