package date

import (
	"strings"
	"time"
)

// fixedZones are the zones that people name, by their offset in hours.
var fixedZones = map[string]int{"z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "cest": 2}

// zoneAt reads the clock that a time is told by: Z, CET, UTC+1, +0100, hora de
// Madrid.
func (r *reader) zoneAt(c *clock, i int) int {
	t := r.tok(i)
	if _, lead, ok := phraseAt(r, i, zoneLeads); ok {
		if end := r.zoneAt(c, lead); end > lead {
			return end
		}
	}
	if end := r.clockOf(c, i); end > i {
		return end
	}
	if offset, end, ok := r.offset(i, t.glued); ok {
		c.fixed, c.offset = true, offset
		return end
	}
	if name, ok := r.ownName(t.text); ok {
		c.zone = name
		return i + 1
	}
	if strangeZones[t.text] || shortZones[t.text] && (r.tok(i+1).kind == 0 || r.tok(i+1).kind == mark) {
		c.foreign = true
		return i + 1
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
	if !c.fixed {
		c.fixed, c.offset = true, hours*3600
	}
	return i + 1
}

// zoneBehind reads the clock that is told behind the day of a time.
func (r *reader) zoneBehind(c *clock, i int) int {
	j := i
	for j-i < 2 && r.in(j, brackets) && r.tok(j).line == r.tok(i-1).line {
		j++
	}
	if end := r.zoneAt(c, j); end > j && r.tok(j).line == r.tok(i-1).line {
		return end
	}
	return i
}

// clockOf reads the place whose clock is meant: hora de Madrid, hora canària,
// London time. One that is not known makes the time unreadable.
func (r *reader) clockOf(c *clock, i int) int {
	j := r.skip(i, horaWord)
	said, of := j > i, r.in(j, ofWords)
	k := r.skip(r.skip(j, ofWords), articles)
	end, ok := r.ownPlace(k)
	if ok && (said || r.is(i, "local") || r.is(end, "time")) {
		return r.skip(end, timeWord)
	}
	if name, end, ok := phraseAt(r, k, cities); ok && (said || r.is(end, "time") || r.is(i-1, "(")) {
		place, err := time.LoadLocation(name)
		c.place, c.foreign = place, err != nil
		return r.skip(end, timeWord)
	}
	if said && of && r.tok(k).kind == word && !r.in(k, startWords) && !r.in(k, beginWords) {
		if _, _, v := r.day(k); v != none {
			return i
		}
		c.foreign = true
		for n := 0; n < 3 && r.tok(k).kind == word; n++ { // hora de New York
			k++
		}
		return k
	}
	if said && foreignWords[r.tok(k).text] {
		c.foreign = true
		return k + 1
	}
	if _, end, ok := phraseAt(r, i+1, cities); ok && !said && (r.is(i, "a") || r.is(i, "en") || r.is(i, "in")) {
		c.unsure = true // whose clock, or where it happened
		return end
	}
	if end, ok := r.placeTime(i); ok && !said {
		c.foreign = true
		return end
	}
	return i
}

// placeTime reads Tokyo time, and New York time.
func (r *reader) placeTime(i int) (int, bool) {
	for n := 1; n < 3 && r.tok(i+n-1).kind == word && !r.in(i+n-1, plainTimes); n++ {
		if r.is(i+n, "time") {
			return i + n + 1, true
		}
	}
	return i, false
}

// ownPlace reads the name of the place that the zone is named by.
func (r *reader) ownPlace(i int) (int, bool) {
	if r.in(i, places) {
		return i + 1, true
	}
	_, city, _ := strings.Cut(r.zone.String(), "/")
	words := strings.FieldsFunc(strings.ToLower(city[strings.LastIndexByte(city, '/')+1:]), func(c rune) bool { return c == '_' })
	if len(words) == 0 {
		return i, false
	}
	end := r.follow(i, words)
	return end, end > i
}

// ownName returns the name of a clock as the zone names it, if it does.
func (r *reader) ownName(text string) (string, bool) {
	if text == "" { // behind the end; and a zone may have no name
		return "", false
	}
	for _, month := range []time.Month{time.January, time.July} {
		name, _ := time.Date(r.written.Year(), month, 1, 0, 0, 0, 0, r.zone).Zone()
		if text != "utc" && strings.ToLower(name) == text {
			return name, true
		}
	}
	return "", false
}

// season looks whether a clock that is named is the one of that time of the year.
// Few people change the word with the season, but nobody says CEST without
// thinking of summer: it is taken as it is written, in doubt.
func (r *reader) season(c *clock, wall time.Time) {
	for _, day := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		if name, _ := wall.Add(day).In(r.zone).Zone(); name == c.zone {
			return
		}
	}
	c.unsure = true
	july := time.Date(r.written.Year(), time.July, 1, 0, 0, 0, 0, r.zone)
	if name, offset := july.Zone(); name == c.zone && july.IsDST() {
		c.fixed, c.offset = true, offset
	}
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
