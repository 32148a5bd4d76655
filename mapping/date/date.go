// Package date reads a day and a time out of what people write: in Catalan,
// Spanish and English, by the calendar or by the clock of speech, in the forms of
// ISO and of logs. It knows no clock: the moment of writing is an argument.
//
// The day stands before the month, always. What could be a date but cannot be
// one (31/02, 27:80, 11/22/2026) is not repaired: nothing is read then, and
// nothing that stands behind it, for a wrong half of a date is worse than none.
//
// A time that the change of the clock skips or repeats is read by the clock from
// before the change, unless the text names the clock (CET, CEST, UTC+1): 2:30 on
// the day of March is 3:30 of the new clock, and 2:30 on the day of October is
// the first of the two. CET in summer is the zone's own clock, where the zone has
// one: few people change the word with the season. CEST in winter is taken as it is
// written. Both leave a doubt. A clock that is named and not known (EST) makes the
// time unreadable.
//
// An hour in figures is an hour of twenty-four unless a part of the day is told.
// The clock of speech (two quarters of ten, nine and a half) has twelve hours: on
// the day of writing the last one that has passed is meant, on another day the
// one between eight and eight.
//
// A clock without a day is one of the day of writing only where nothing around it
// looks like a day: words that are not known before it, or figures that are left
// over, may be a day that was not understood. How long something lasts is no time,
// and when it ends is none that is looked for.
package date

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxText bounds how much of a text is read, in characters.
const maxText = 2000

// Precision says how much of a Date was told.
type Precision int

// The precisions.
const (
	Day    Precision = iota + 1 // the day alone; At is its beginning
	Hour                        // the hour without minutes
	Minute                      // the minute, and the second if there was one
)

// Part is a part of the day.
type Part int

// The parts of the day.
const (
	Dawn      Part = iota + 1 // matinada, madrugada
	Morning                   // matí, mañana
	Noon                      // migdia, mediodía
	Afternoon                 // tarda, tarde
	Evening                   // vespre
	Night                     // nit, noche: it goes on until the next day's dawn
	am                        // of a clock
	pm                        //
)

// Date is what a text tells of a moment.
type Date struct {
	At        time.Time // in the zone
	Precision Precision
	// Part is the part of the day that was told instead of an hour; the Precision
	// is Day then.
	Part        Part
	Approximate bool
	// Several: the text tells another moment as well, and no word says which of
	// them is the beginning.
	Several bool
	// Unsure: At is the likelier of two readings. The hour may be meant in the
	// afternoon or on the day of writing, the clock may be the one of the other
	// season, or the text contradicts itself about the day.
	Unsure     bool
	Start, End int // where in the text it stands, in bytes
}

// Read finds the date and time at which something begins, as meant by somebody
// who wrote at that time, in that zone; nil means UTC: the first one that the text
// tells, unless a word of beginning introduces a later one. "Right now" counts
// only where nothing else is told. Only the first 2,000 characters are read.
func Read(text string, written time.Time, zone *time.Location) (Date, bool) {
	if zone == nil {
		zone = time.UTC
	}
	r := reader{tokens: tokenize(text), written: written, zone: zone}
	d, v := r.read()
	if v == none {
		return r.now()
	}
	return d, v == good
}

// Spanish returns the date as it stands in a ticket: 22/11/2026 a las 9:30 h
// (hora de Madrid, CET, UTC+1).
func (d Date) Spanish() string {
	day := d.At.Format("02/01/2006")
	if d.Precision == Day {
		return d.spanishDay(day) + " (hora no indicada)"
	}
	clock := strconv.Itoa(d.At.Hour())
	if d.Precision == Minute || d.At.Minute() != 0 || d.At.Second() != 0 {
		clock += d.At.Format(":04")
	}
	if d.At.Second() != 0 {
		clock += d.At.Format(":05")
	}
	article := "a las"
	if d.Approximate {
		article = "hacia las"
	}
	if d.At.Hour() == 1 {
		article = strings.TrimSuffix(article, "s")
	}
	return fmt.Sprintf("%s %s %s h (%s)", day, article, clock, clockName(d.At))
}

func (d Date) spanishDay(day string) string {
	switch d.Part {
	case Dawn:
		return day + " de madrugada"
	case Morning:
		return day + " por la mañana"
	case Noon:
		return day + " al mediodía"
	case Afternoon, Evening:
		return day + " por la tarde"
	case Night:
		// The small hours belong to the night and to another date.
		return "noche del " + day + " al " + d.At.AddDate(0, 0, 1).Format("02/01/2006")
	}
	if d.Approximate {
		return "hacia el " + day
	}
	return day
}

// clockName says which clock shows that time: hora de Madrid, CET, UTC+1.
func clockName(t time.Time) string {
	var parts []string
	if _, city, ok := strings.Cut(t.Location().String(), "/"); ok {
		city = city[strings.LastIndexByte(city, '/')+1:]
		parts = append(parts, "hora de "+strings.ReplaceAll(city, "_", " "))
	}
	name, offset := t.Zone()
	if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && name != "UTC" && name != "" {
		parts = append(parts, name)
	}
	return strings.Join(append(parts, "UTC"+offsetText(offset)), ", ")
}

// offsetText writes an offset of seconds as +1, -3:30 or nothing.
func offsetText(offset int) string {
	if offset == 0 {
		return ""
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	text := sign + strconv.Itoa(offset/3600)
	if minutes := offset / 60 % 60; minutes != 0 {
		text += fmt.Sprintf(":%02d", minutes)
	}
	return text
}
