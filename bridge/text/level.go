package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Passed says that the provider handles the ticket in another way from now on.
type Passed struct {
	MentionMarkup string
	Provider      string
	Ticket        string // its number; may be empty
	Level         bool   // it is another level of the provider's support
	Form          string // name of the form by which it is handled now
	// From and To are how long an answer usually takes, of the hours of that desk; zero:
	// nothing is known.
	From, To time.Duration
	// Days and the hours are those of that desk: none of the week's days means all of
	// them, equal hours that it never closes.
	Days          []time.Weekday
	Opens, Closes int // minutes after midnight
	// Asks: before anything is done there, something is asked for, a quote for one.
	Asks bool
}

// Passed tells it, and what is usual there.
func (t Texts) Passed(p Passed) string {
	w := t.level()
	ticket := markup(w.theTicket)
	if p.Ticket != "" {
		ticket = markup(t.sentence(w.ticketNumber, p.Ticket))
	}
	format := w.passed
	if p.Level {
		format = w.passedLevel
	}
	told := t.sentence(format, p.Provider, ticket, p.Form)
	then := w.goesOn
	if p.Asks {
		then = w.asks
	}
	return address(p.MentionMarkup, strings.Join([]string{told, t.usualThere(p), then}, " "))
}

// usualThere says when that desk works, and how long an answer usually takes.
func (t Texts) usualThere(p Passed) string {
	w := t.level()
	long := hoursLong(p.To, w)
	if p.From > 0 && p.From != p.To {
		long = hoursBetween(p.From, p.To, w)
	}
	switch always := p.allDay() && len(p.Days) == 0; {
	case always && p.To <= 0:
		return w.worksAlways
	case always:
		return t.sentence(w.answersAlways, markup(long))
	case p.To <= 0:
		return t.sentence(w.works, markup(t.deskHours(p)))
	}
	return t.sentence(w.answers, markup(long), markup(t.deskHours(p)))
}

// allDay reports whether the desk does not close on a day that is open.
func (p Passed) allDay() bool { return p.Opens%(24*60) == p.Closes%(24*60) }

func (t Texts) deskHours(p Passed) string {
	w := t.level()
	if p.allDay() {
		return w.days(p.Days)
	}
	hours := t.joined(t.Hours(p.Opens, p.Closes))
	if len(p.Days) == 0 {
		return w.everyDay + ", " + hours
	}
	return w.days(p.Days) + ", " + hours
}

// hoursLong is a length of time in hours, or in minutes where it is none.
func hoursLong(d time.Duration, w levelWords) string {
	if d%time.Hour != 0 {
		n := int(d.Round(time.Minute) / time.Minute)
		return strconv.Itoa(n) + noBreak + count(n, w.minute, w.minutes)
	}
	n := int(d / time.Hour)
	return strconv.Itoa(n) + noBreak + count(n, w.hour, w.hours)
}

func hoursBetween(from, to time.Duration, w levelWords) string {
	unit, many := time.Hour, w.hours
	if from%time.Hour != 0 || to%time.Hour != 0 {
		unit, many = time.Minute, w.minutes
	}
	return fmt.Sprintf(w.between, int(from/unit), strconv.Itoa(int(to/unit))+noBreak+many)
}

type levelWords struct {
	theTicket     string
	ticketNumber  string // number
	passedLevel   string // provider, ticket, form
	passed        string // provider, ticket, form
	answers       string // how long, hours
	answersAlways string // how long
	works         string // hours
	worksAlways   string
	goesOn        string
	asks          string
	everyDay      string
	between       string // from, to with its unit

	hour, hours, minute, minutes string

	names [7]string // Sunday first
	span  string    // first, last
	and   string
}

// days is which days of the week those are: from Monday to Friday, or each by its name.
func (w levelWords) days(days []time.Weekday) string {
	on := [7]bool{}
	for _, d := range days {
		on[(int(d)+6)%7] = true // Monday first
	}
	var names []string
	first, last := -1, -1
	for i, open := range on {
		if !open {
			continue
		}
		if first < 0 {
			first = i
		}
		last = i
		names = append(names, w.names[(i+1)%7])
	}
	switch n := len(names); {
	case n > 2 && last-first == n-1:
		return fmt.Sprintf(w.span, names[0], names[n-1])
	case n < 2:
		return strings.Join(names, "")
	default:
		return strings.Join(names[:n-1], ", ") + w.and + names[n-1]
	}
}

func (t Texts) level() levelWords {
	switch t.words.lang {
	case "es":
		return levelWords{
			theTicket: "el ticket", ticketNumber: "el ticket %[1]s",
			passedLevel:   "*%[1]s ha cambiado de nivel %[2]s:* %[3]s.",
			passed:        "*%[1]s ha pasado %[2]s a otro equipo:* %[3]s.",
			answers:       "Suelen responder en %[1]s de su horario (%[2]s).",
			answersAlways: "Suelen responder en %[1]s, de día y de noche.",
			worksAlways:   "Atienden de día y de noche.",
			works:         "Su horario: %[1]s.",
			goesOn:        "No tenéis que hacer nada: se sigue esperando su respuesta.",
			asks:          "Antes de empezar suelen pedir algo: leed su mensaje y contestadles.",
			everyDay:      "todos los días",
			between:       "%[1]d–%[2]s", hour: "hora", hours: "horas", minute: "minuto", minutes: "minutos",
			names: [7]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"},
			span:  "de %s a %s", and: " y ",
		}
	case "en":
		return levelWords{
			theTicket: "the ticket", ticketNumber: "ticket %[1]s",
			passedLevel:   "*%[1]s has moved %[2]s to another level:* %[3]s.",
			passed:        "*%[1]s has passed %[2]s to another team:* %[3]s.",
			answers:       "They usually answer within %[1]s of their working time (%[2]s).",
			answersAlways: "They usually answer within %[1]s, day or night.",
			worksAlways:   "They work day and night.",
			works:         "Their hours: %[1]s.",
			goesOn:        "There is nothing for you to do: their answer is still awaited.",
			asks:          "Before they begin they usually ask for something: read their message and answer it.",
			everyDay:      "every day",
			between:       "%[1]d–%[2]s", hour: "hour", hours: "hours", minute: "minute", minutes: "minutes",
			names: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
			span:  "%s to %s", and: " and ",
		}
	}
	return levelWords{
		theTicket: "el tiquet", ticketNumber: "el tiquet %[1]s",
		passedLevel:   "*%[1]s ha canviat de nivell %[2]s:* %[3]s.",
		passed:        "*%[1]s ha passat %[2]s a un altre equip:* %[3]s.",
		answers:       "Solen respondre en %[1]s del seu horari (%[2]s).",
		answersAlways: "Solen respondre en %[1]s, de dia i de nit.",
		worksAlways:   "Atenen de dia i de nit.",
		works:         "El seu horari: %[1]s.",
		goesOn:        "No heu de fer res: se’n continua esperant la resposta.",
		asks:          "Abans de començar solen demanar alguna cosa: llegiu-ne el missatge i contesteu-los.",
		everyDay:      "cada dia",
		between:       "%[1]d–%[2]s", hour: "hora", hours: "hores", minute: "minut", minutes: "minuts",
		names: [7]string{"diumenge", "dilluns", "dimarts", "dimecres", "dijous", "divendres", "dissabte"},
		span:  "de %s a %s", and: " i ",
	}
}
