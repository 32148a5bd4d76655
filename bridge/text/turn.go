package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Turn says whose turn it is in a case, and how long it was each one's so far.
type Turn struct {
	Provider string
	Whose    string    // us, data or provider; empty: nobody's
	Since    time.Time // already in the zone to be shown
	Spells   []Spell   // of each one that had its turn, in the order to be told
}

// Spell is how long it was somebody's turn: by the clock, and of that within the hours of
// the provider's desk.
type Spell struct {
	Whose   string // as in Turn
	Wall    time.Duration
	Working time.Duration
}

// Turn says whose turn it is and since when, and on a line of its own how long it was
// each one's. Of what waits for nobody it says the second alone, and nothing of what
// never waited.
func (t Texts) Turn(u Turn) string {
	w := t.turn()
	var pending, times string
	if who := t.side(u.Whose, u.Provider); who != "" {
		pending = t.sentence(t.pendingOn(u.Whose), markup("*"+t.escape(who)+"*"), t.when(u.Since))
	}
	if spells := t.spells(u, func(s string) string { return "*" + t.escape(s) + "*" }); spells != "" {
		times = t.sentence(w.times, markup(spells))
		if closes(u) {
			times = t.sentence(w.timesWithin, markup(spells))
		}
	}
	return lines(pending, times)
}

// TurnLine is Turn in one line of plain text.
func (t Texts) TurnLine(u Turn) string {
	var parts []string
	if who := t.side(u.Whose, u.Provider); who != "" {
		parts = append(parts, strings.TrimSuffix(fmt.Sprintf(t.pendingOn(u.Whose), who, t.words.when(u.Since)), "."))
	}
	if spells := t.spells(u, sameText); spells != "" {
		parts = append(parts, spells)
	}
	return oneLine(strings.Join(parts, " · "), maxTurn)
}

func (t Texts) pendingOn(whose string) string {
	if whose == "data" {
		return t.turn().pendingData
	}
	return t.turn().pending
}

// maxTurn bounds a line about a turn, in characters.
const maxTurn = 300

// side names whose turn it is, or is empty.
func (t Texts) side(whose, provider string) string {
	switch w := t.turn(); whose {
	case "us":
		return w.us
	case "data":
		return w.data
	case "provider":
		return oneLine(provider, maxLabel)
	}
	return ""
}

// spells lists how long it was whose turn. What lay within the desk's hours stands in
// brackets, unless it is the same.
func (t Texts) spells(u Turn, name func(string) string) string {
	within := closes(u)
	var all []string
	for _, s := range u.Spells {
		who := t.side(s.Whose, u.Provider)
		if who == "" || s.Wall < time.Minute { // which is not worth a word
			continue
		}
		told := name(upperFirst(who)) + " " + t.lapse(s.Wall)
		if within {
			told += " (" + t.hours(s.Working) + ")"
		}
		all = append(all, told)
	}
	return strings.Join(all, " · ")
}

// closes reports whether a part of the time lay outside of the desk's hours.
func closes(u Turn) bool {
	for _, s := range u.Spells {
		if s.Wall >= time.Minute && s.Wall != s.Working {
			return true
		}
	}
	return false
}

// lapse says how long something lasted, as a person does: from two days on in days and
// hours.
func (t Texts) lapse(d time.Duration) string {
	if d < 48*time.Hour {
		return t.hours(d)
	}
	days, rest := d/(24*time.Hour), d%(24*time.Hour)/time.Hour
	told := strconv.Itoa(int(days)) + noBreak + t.turn().days
	if rest > 0 {
		told += " " + strconv.Itoa(int(rest)) + oClock
	}
	return told
}

// hours says how long something lasted in hours and whole minutes.
func (t Texts) hours(d time.Duration) string {
	h, m := int(d/time.Hour), int(d%time.Hour/time.Minute)
	hours, minutes := strconv.Itoa(h)+oClock, strconv.Itoa(m)+noBreak+"min"
	switch {
	case h == 0:
		return minutes
	case m == 0:
		return hours
	}
	return hours + " " + minutes
}

// turnWords is one language.
type turnWords struct {
	pending     string // who, time
	pendingData string // what, time
	times       string // how long each one
	timesWithin string // the same, within the hours in brackets
	us, data    string
	days        string // several
}

func (t Texts) turn() turnWords {
	switch t.words.lang {
	case "es":
		return turnWords{
			pending:     "Lo tiene %[1]s desde el %[2]s.",
			pendingData: "Se esperan %[1]s desde el %[2]s.",
			times:       "Tiempo de cada parte: %[1]s.",
			timesWithin: "Tiempo de cada parte (entre paréntesis, en horario de atención): %[1]s.",
			us:          "nuestro equipo",
			data:        "los datos que faltan",
			days:        "días",
		}
	case "en":
		return turnWords{
			pending:     "With %[1]s since %[2]s.",
			pendingData: "Waiting for %[1]s since %[2]s.",
			times:       "Time of each side: %[1]s.",
			timesWithin: "Time of each side (in brackets, within support hours): %[1]s.",
			us:          "our team",
			data:        "the missing data",
			days:        "days",
		}
	}
	return turnWords{
		pending:     "Ho té %[1]s des del %[2]s.",
		pendingData: "S’esperen %[1]s des del %[2]s.",
		times:       "Temps de cada part: %[1]s.",
		timesWithin: "Temps de cada part (entre parèntesis, en horari d’atenció): %[1]s.",
		us:          "el nostre equip",
		data:        "les dades que falten",
		days:        "dies",
	}
}
