package app

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/mapping"
)

// The year of these tests: it holds every holiday and both changes of the clock.
var (
	yearBegins = time.Date(2026, 8, 31, 22, 0, 0, 0, time.UTC)
	yearEnds   = time.Date(2027, 9, 1, 22, 0, 0, 0, time.UTC)
)

// event is something that happens at a minute of the year.
type event struct {
	minute int
	what   string
}

// script is what happens to one escalation.
type script struct {
	number         int
	strict         bool // of the office with working days, holidays and a matrix
	provider, kind string
	label          string
	channel        bridge.Channel
	acts           bool          // the matrix is acted on by itself
	takes          time.Duration // from composing until the mail has left
	fails          bool          // the first mail is refused
	events         []event
	outages        [][2]int // minutes in which the program does not run: from, and to
	until          int      // to which it is followed; 0: three days longer than anything happens
}

func (s script) at(e event) time.Time { return minute(e.minute) }

func minute(n int) time.Time { return yearBegins.Add(time.Duration(n) * time.Minute) }

// minuteOf is the minute of the year in which a time lies.
func minuteOf(t time.Time) int { return int(t.Sub(yearBegins) / time.Minute) }

// awake is the first time from then on at which the program runs.
func (s script) awake(at time.Time) time.Time {
	for _, o := range s.outages {
		if !at.Before(minute(o[0])) && at.Before(minute(o[1])) {
			return minute(o[1])
		}
	}
	return at
}

// last is until when it is followed.
func (s script) last() int {
	if s.until > 0 {
		return s.until
	}
	return s.events[len(s.events)-1].minute + 3*24*60
}

func (s script) end() time.Time { return minute(s.last()) }

func (s script) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "escalation %d to %s by %s: %s, strict %v, acts %v, takes %v, fails %v\n", s.number, s.provider, s.channel, s.label, s.strict, s.acts, s.takes, s.fails)
	for _, e := range s.events {
		fmt.Fprintf(&b, "  %s %s\n", minute(e.minute).In(madrid()).Format("Mon 2006-01-02 15:04 MST"), e.what)
	}
	for _, o := range s.outages {
		fmt.Fprintf(&b, "  away from %s to %s\n", stamp(minute(o[0])), stamp(minute(o[1])))
	}
	return b.String()
}

// issue is the issue before it is labelled.
func (s script) issue() bridge.Issue {
	id := fmt.Sprint(20001 + s.number)
	i := bridge.Issue{
		ID: id, Key: "ST-" + id, Summary: "Portal de tramitació", Created: minute(s.events[0].minute - 60), Updated: minute(s.events[0].minute - 60),
		Reporter: ona, Creator: ona, Named: map[string]string{"claranet": "claranet", "ovh": "ovh"},
	}
	if s.complete() {
		i.Description = s.form()
	}
	return i
}

// complete reports whether the form is filled in when the issue is labelled.
func (s script) complete() bool {
	return !slices.ContainsFunc(s.events, func(e event) bool { return e.what == "completed" || e.what == "incomplete" })
}

// form says everything that the provider wants to know.
func (s script) form() string {
	const common = "Referència del servei: ns1234567.ip-198-51-100.eu\nPersona de contacte: Núria Exemple, 900 000 000\n"
	switch s.kind {
	case "sistemas":
		return "Aplicació afectada: Portal de tramitació\nData i hora d'inici del problema: 31/08/2026 a les 9.35 h\nImpacte en negoci: 40 ajuntaments no poden tramitar\n" +
			"Persona responsable de contacte de l'AOC: Núria Exemple, 900 000 000\nComportament anòmal detectat: error 503 en obrir la pàgina\n" +
			"Evidències de l'error alertat: la sonda «portal» falla; comprova que la pàgina respon 200\n"
	case "incidencia":
		return common + "Tipus d’incidència: servidor\nQuè falla: no respon el ping ni el port 443\nDes de quan: 31/08/2026 a les 9.35 h\n" +
			"Impacte: 40 ajuntaments no poden tramitar\nProves realitzades: ping, 100% de pèrdua\n"
	case "infogerencia":
		return common + "Què cal fer: recompilar el PHP 8.2 amb l'extensió imap\nPressupost: acceptat i pagat\n"
	}
	return common + "Tipus de consulta: DNS\nConsulta: com es canvien les DNS de exemple.cat?\n"
}

// says is what a person writes.
func (s script) says(what string) string {
	return map[string]string{
		"trucat": "escalat trucat", "trucat+": "escalat trucat INC0012345", "no-urgent": "escalat no-urgent", "contestat": "escalat contestat: ho estan mirant",
		"words": "Per a " + strings.ToUpper(s.provider[:1]) + s.provider[1:] + ": hem reiniciat el servidor i continua igual.", "reclama": "escalat reclama", "reenvia": "escalat reenvia",
		"portal": "escalat portal CS1234567", "note": "Ho estem mirant entre tots.", "incomplete": "Encara no tenim totes les dades.",
	}[what]
}

// roll draws scripts.
type roll struct{ *rand.Rand }

func (r roll) one(in int) bool           { return r.IntN(in) == 0 }
func (r roll) between(from, to int) int  { return from + r.IntN(to-from+1) }
func (r roll) of(words ...string) string { return words[r.IntN(len(words))] }
func (r roll) within(spans ...[2]int) int {
	s := spans[r.IntN(len(spans))]
	return r.between(s[0], s[1])
}

func (r roll) wall(day, clock int) int {
	return minuteOf(time.Date(2026, 9, 1+day, 0, clock, 0, 0, madrid()))
}

func (r roll) clock() int     { return []int{8 * 60, 17 * 60, 9 * 60, 18 * 60}[r.IntN(4)] }
func (r roll) anyMinute() int { return r.between(120, 365*24*60-120) }
func (r roll) soon() int {
	return r.within([2]int{0, 5}, [2]int{0, 70}, [2]int{0, 70}, [2]int{60, 600}, [2]int{600, 3 * 24 * 60})
}

// begins draws the minute of the label: at any time, at the very minute at which a desk
// opens or closes, around the changes of the clock and around holidays.
func (r roll) begins() int {
	switch r.IntN(10) {
	case 0, 1:
		return r.wall(r.IntN(364), r.clock())
	case 2:
		return r.wall(r.IntN(364), r.clock()+r.between(-3, 3))
	case 3:
		return minuteOf([]time.Time{time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC), time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC)}[r.IntN(2)]) + r.between(-36*60, 6*60)
	case 4, 5:
		days := spanishHolidays()
		day, err := time.ParseInLocation(time.DateOnly, days[r.IntN(len(days))], madrid())
		if err != nil {
			panic(err)
		}
		return min(max(minuteOf(day)+r.between(-30*60, 26*60), 120), 365*24*60)
	}
	return r.anyMinute()
}

// draw draws the script of that number. Equal seeds draw equal scripts.
func draw(seed uint64, number int) script {
	r := roll{rand.New(rand.NewPCG(seed, uint64(number)))} //nolint:gosec // a script is no secret
	s := script{number: number, strict: r.one(3), acts: r.one(2), channel: bridge.ByMail, provider: "claranet", kind: "sistemas", label: "escalar-claranet-sistemes"}
	if r.one(3) {
		s.provider, s.kind = "ovh", r.of("incidencia", "tecnica", "infogerencia")
		s.label, s.channel = "escalar-ovh-"+s.kind, []bridge.Channel{bridge.ByPortal, bridge.ByAPI}[r.IntN(2)]
		s.kind = strings.TrimPrefix(s.kind, "asistencia-")
	}
	begins := r.begins()
	s.takes = time.Duration(r.within([2]int{0, 0}, [2]int{0, 3}, [2]int{0, 40})) * time.Minute
	s.fails = s.channel == bridge.ByMail && r.one(12)
	add := func(after int, what string) { s.events = append(s.events, event{begins + after, what}) }
	ready := 0
	switch r.IntN(4) {
	case 0:
		ready = 3 + r.soon()
		add(ready, "completed")
	case 1:
		if r.one(3) {
			add(1, "incomplete")
			ready = 100_000
		}
	}
	gone := ready + 2 + int(s.takes/time.Minute)
	if s.channel == bridge.ByPortal && !r.one(6) {
		gone += r.soon()
		add(gone, "portal")
	}
	if s.fails && !r.one(3) {
		gone += 1 + r.soon()
		add(gone, "reenvia")
	}
	if !r.one(4) {
		add(gone+1+r.soon(), r.of("robot", "robot", "robot", "program"))
	}
	over := gone + r.within([2]int{1, 600}, [2]int{600, 5 * 24 * 60}, [2]int{600, 5 * 24 * 60}, [2]int{5 * 24 * 60, 16 * 24 * 60})
	if ready > 10_000 {
		over = r.between(10, 3*24*60)
	}
	for range r.IntN(3) {
		add(r.between(0, over), "answer")
	}
	for range r.IntN(4) {
		add(r.between(0, over), r.of("trucat", "trucat+", "no-urgent", "contestat", "words", "words", "reclama", "note", "portal"))
	}
	if r.one(3) {
		add(r.within([2]int{1, 70}, [2]int{30, 600}), r.of("trucat", "trucat+"))
	}
	s.events = slices.DeleteFunc(s.events, func(e event) bool {
		return e.minute-begins >= over || e.what == "portal" && s.channel != bridge.ByPortal
	})
	add(over, r.of("resolved", "resolved", "resolved", "unlabelled"))
	slices.SortFunc(s.events, func(a, b event) int { return cmp.Or(a.minute-b.minute, strings.Compare(a.what, b.what)) })
	s.events = slices.CompactFunc(s.events, func(a, b event) bool { return a.minute == b.minute })
	s.events = append([]event{{begins, "labelled"}}, s.events...)
	if r.one(4) {
		s.outages = r.outages(begins, begins+over)
	}
	return s
}

// outages draws when the program does not run.
func (r roll) outages(from, to int) (out [][2]int) {
	for at := from - r.between(0, 60); at < to; {
		at += r.within([2]int{1, 120}, [2]int{100, 3000})
		ends := at + r.within([2]int{2, 40}, [2]int{30, 300}, [2]int{300, 1400})
		out = append(out, [2]int{at, ends})
		at = ends + 1
		if r.one(2) {
			break
		}
	}
	return out
}

// strictProfiles are those of providers that work on working days, with a matrix.
func strictProfiles(profiles []mapping.Profile) []mapping.Profile {
	out := slices.Clone(profiles)
	for i := range out {
		p := &out[i]
		p.Matrix = []mapping.Step{
			{ID: "desk", After: mapping.Duration(90 * time.Minute), Without: mapping.WithoutAcknowledgement, Ways: []string{mapping.WayPropose}, People: []mapping.Contact{{Name: "Nombre Ejemplo", Phones: []string{"900 000 001"}}}},
			{ID: "head", After: mapping.Duration(3 * time.Hour), Without: mapping.WithoutAnswer, Ways: []string{mapping.WayPropose, mapping.WayMail}, People: []mapping.Contact{{Name: "Nombre Segundo", Email: "segundo@claranet.es"}}},
			{ID: "guard", After: mapping.Duration(5 * time.Hour), Without: mapping.WithoutAnswer, Ways: []string{mapping.WayOnCall}},
			{ID: "all", After: mapping.Duration(9 * time.Hour), Without: mapping.WithoutNews, Ways: []string{mapping.WayMail, mapping.WayWebhook}},
		}
		if p.ID == "claranet" {
			p.Hours = mapping.Hours{From: "08:00", To: "17:00", Days: []string{"mon", "tue", "wed", "thu", "fri"}, Holidays: []string{"es-ct"}, Local: []string{"09-24", "2027-05-17"}}
		}
	}
	return out
}
