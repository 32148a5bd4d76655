package date

import "time"

// fixedZones are the zones that people name, by their offset in hours.
var fixedZones = map[string]int{"z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2}

// zoneAt reads the clock that a time is told by: Z, CET, UTC+1, +0100, hora de
// Madrid.
func (r *reader) zoneAt(c *clock, i int) int {
	t := r.tok(i)
	if r.is(i, "hora") || r.is(i, "local") {
		return r.clockOf(i)
	}
	if offset, end, ok := r.offset(i, t.glued); ok {
		c.fixed, c.offset = true, offset
		return end
	}
	hours, ok := fixedZones[t.text]
	if !ok || t.text == "z" && (!t.glued || r.tok(i+1).glued && r.tok(i+1).kind != mark) {
		return i
	}
	if t.text == "utc" || t.text == "gmt" {
		if offset, end, ok := r.offset(i+1, true); ok {
			c.fixed, c.offset = true, offset
			return end
		}
	}
	if name, ok := r.ownName(t.text); ok {
		c.zone = name
	} else if !c.fixed {
		c.fixed, c.offset = true, hours*3600
	}
	return i + 1
}

// clockOf skips words that name the zone's own clock: hora de Madrid, hora local.
func (r *reader) clockOf(i int) int {
	j := r.skip(i, horaWord)
	j = r.skip(r.skip(j, ofWords), articles)
	if r.in(j, places) {
		return j + 1
	}
	if !r.is(i-1, "(") || j == i {
		return i
	}
	for n := 0; n < 3 && r.tok(j).kind == word; n++ { // hora de New York
		j++
	}
	return j
}

// ownName returns CET or CEST as the zone names its clock, if it does.
func (r *reader) ownName(text string) (string, bool) {
	if text != "cet" && text != "cest" {
		return "", false
	}
	for _, month := range []time.Month{time.January, time.July} {
		name, _ := time.Date(r.written.Year(), month, 1, 0, 0, 0, 0, r.zone).Zone()
		if name == "CET" || name == "CEST" {
			return map[string]string{"cet": "CET", "cest": "CEST"}[text], true
		}
	}
	return "", false
}

// offset reads +01:00, +0100, +01 and +1, in seconds. A minus with a colon or
// few digits is more often a span of time: it counts only behind seconds or T.
func (r *reader) offset(i int, glued bool) (int, int, bool) {
	sign := r.tok(i).text
	if sign != "+" && sign != "-" || !r.tok(i+1).glued || r.tok(i+1).kind != number {
		return 0, 0, false
	}
	digits := len(r.tok(i + 1).text)
	n := r.tok(i + 1).value
	m, colon := r.figures(i+3, 2, 2)
	colon = colon && r.is(i+2, ":") && r.glued(i+2, i+3)
	end, offset := i+2, n*3600
	switch {
	case digits == 4:
		offset = (n/100*60 + n%100) * 60
	case digits > 2:
		return 0, 0, false
	case colon:
		offset += m * 60
		end = i + 4
	}
	if digits != 4 && (!glued || sign == "-" && !r.behindSeconds(i)) || offset > 14*3600 || !r.ends(end, "") {
		return 0, 0, false
	}
	if sign == "-" {
		offset = -offset
	}
	return offset, end, true
}

// behindSeconds reports whether a whole time of the log or of ISO, or the name of
// a zone, stands before i.
func (r *reader) behindSeconds(i int) bool {
	if r.tok(i-1).kind == word {
		return true
	}
	return r.is(i-4, ":") || r.is(i-4, "t") || r.is(i-2, ".") || r.is(i-2, ",")
}
