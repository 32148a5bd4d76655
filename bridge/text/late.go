package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Awaited is what has not come from the provider.
type Awaited string

// What it is.
const (
	AwaitedAcknowledgement Awaited = "acknowledgement"
	AwaitedAnswer          Awaited = "answer"
	AwaitedNews            Awaited = "news"
)

// Reckoned is since when what has not come is waited for. Empty: since it was sent.
type Reckoned string

// Else it is since then.
const (
	SinceReopened Reckoned = "reopened" // it was opened again
	SincePassed   Reckoned = "passed"   // the provider passed it on within itself
)

// Late says that something has not come from the provider, and what to do about it.
type Late struct {
	MentionMarkup string
	Key           string // of the issue; of the text for who is on call
	Provider      string
	What          Awaited
	Unconfirmed   bool      // nor was it confirmed that the provider has the notice
	Since         time.Time // already in the zone to be shown
	Reckoned      Reckoned
	Form          string // the name of that to which it was passed on
	// Wall is how long that is, and Working how much of it lay within the hours of the
	// provider's desk.
	Wall, Working time.Duration
	// From and To are what is usual; zero: nothing is known.
	From, To time.Duration
	// Step: a step of the matrix is due, and People are whom it names.
	Step   bool
	People []Person
	Claim  string // the command that claims it in writing
	// Claimed: it is being claimed in writing already. ClaimedAt is when that was done a
	// short while ago, already in the zone to be shown; else zero.
	Claimed   bool
	ClaimedAt time.Time
	Phones    []string // of the desk at this hour
	Portal    string   // may be empty
}

// Person is somebody at the provider.
type Person struct {
	Name, Role, Email string
	Phones            []string
}

// Late writes it as a comment.
func (t Texts) Late(l Late) string {
	w := t.late()
	var b builder
	b.paragraph(address(l.MentionMarkup, strings.Join(t.overdue(l), " ")))
	if l.Step {
		b.paragraph(lines(append([]string{w.step}, t.people(l.People)...)...))
	}
	b.paragraph(t.claim(l))
	b.paragraph(t.desk(l.Phones, l.Portal))
	return b.String()
}

// claim says how to claim what has not come.
func (t Texts) claim(l Late) string {
	w, how := t.late(), t.words.byPhoneOrPortal
	if l.Portal == "" {
		how = t.words.byPhone
	}
	switch {
	case l.Claimed:
		return t.sentence(w.claimed, markup(how))
	case !l.ClaimedAt.IsZero():
		return t.sentence(w.claimedAt, t.when(l.ClaimedAt), markup(how))
	}
	return t.sentence(w.claim, l.Claim, markup(how))
}

// overdue are the sentences that say what has not come.
func (t Texts) overdue(l Late) []string {
	w := t.late()
	long := t.lapse(l.Wall)
	if l.Wall != l.Working {
		long += " (" + fmt.Sprintf(w.within, t.hours(l.Working)) + ")"
	}
	format := map[Awaited]string{AwaitedAcknowledgement: w.acknowledgement, AwaitedAnswer: w.answer, AwaitedNews: w.news}[l.What]
	since := map[Reckoned]string{"": w.sent, SinceReopened: w.reopened, SincePassed: w.passed}[l.Reckoned]
	if l.What == AwaitedNews {
		since = w.since
	}
	told := []string{t.sentence(format, l.Provider, markup(t.sentence(since, t.when(l.Since), l.Form)), markup(long))}
	if l.Unconfirmed && l.What != AwaitedAcknowledgement {
		told = append(told, w.unconfirmed)
	}
	if l.From > 0 && l.To > 0 {
		told = append(told, t.usual(l.From, l.To))
	}
	return told
}

// usual says how long it usually takes.
func (t Texts) usual(from, to time.Duration) string {
	w := t.late()
	whole := from%time.Hour == 0 && to%time.Hour == 0
	switch {
	case from == to:
		return fmt.Sprintf(w.usually, t.hours(from))
	case whole:
		return fmt.Sprintf(w.usualHours, strconv.Itoa(int(from/time.Hour)), strconv.Itoa(int(to/time.Hour)))
	}
	return fmt.Sprintf(w.usual, t.hours(from), t.hours(to))
}

// people lists whom a step names.
func (t Texts) people(people []Person) []string {
	var list []string
	for _, p := range people {
		line := "* *" + t.escape(p.Name) + "*"
		if p.Role != "" {
			line += " (" + t.escape(p.Role) + ")"
		}
		if reach := t.reach(p); reach != "" {
			line += ": " + reach
		}
		list = append(list, line)
	}
	return list
}

func (t Texts) reach(p Person) string {
	var ways []string
	for _, n := range p.Phones {
		ways = append(ways, t.escape(n))
	}
	if p.Email != "" {
		ways = append(ways, t.escape(p.Email))
	}
	return strings.Join(ways, " · ")
}

// OnCall is Late as a mail to who is on call in our own organisation, in plain text. It
// says nothing of what the issue is about.
func (t Texts) OnCall(l Late) (subject, body string) {
	plain := Texts{words: t.words, escape: func(s string) string { return oneLine(s, maxTurn) }}
	w := t.late()
	subject = oneLine(fmt.Sprintf(w.subject, l.Key, l.Provider), maxValue)
	b := builder{paragraphs: []string{oneLine(l.Key, maxLabel) + " · " + oneLine(l.Provider, maxLabel), unmarked(strings.Join(plain.overdue(l), " "))}}
	if len(l.People) > 0 {
		b.paragraph(unmarked(lines(append([]string{w.step}, plain.people(l.People)...)...)))
	}
	b.paragraph(unmarked(plain.claim(l)))
	b.paragraph(plain.desk(l.Phones, l.Portal))
	return subject, b.String()
}

// unmarked takes the marks of our own sentences out of a text: the items of a list keep
// a dash.
func unmarked(s string) string {
	return strings.NewReplacer("* *", "- ", "*", "", "{{", "«", "}}", "»").Replace(s)
}

// lateWords is one language.
type lateWords struct {
	acknowledgement string // provider, since when, how long
	answer          string // the same
	news            string // the same
	sent, reopened  string // time
	passed          string // time, form
	since           string // time
	within          string // how long
	unconfirmed     string
	usual           string // from, to
	usualHours      string // from, to, in hours
	usually         string // how long
	step            string
	claim           string // command, how to tell the provider
	claimed         string // how to tell the provider
	claimedAt       string // time, how to tell the provider
	subject         string // key, provider
}

func (t Texts) late() lateWords {
	switch t.words.lang {
	case "es":
		return lateWords{
			acknowledgement: "*%[1]s todavía no ha confirmado que haya recibido la incidencia,* %[2]s, hace %[3]s.",
			answer:          "*%[1]s todavía no ha respondido* a la incidencia, %[2]s, hace %[3]s.",
			news:            "*%[1]s no ha dado noticias* %[2]s, hace %[3]s.",
			sent:            "enviada el %[1]s",
			reopened:        "reabierta el %[1]s",
			passed:          "pasada a *%[2]s* el %[1]s",
			since:           "desde el %[1]s",
			within:          "%s en horario de atención",
			unconfirmed:     "Tampoco ha confirmado que la haya recibido.",
			usual:           "Suele tardar entre %s y %s.",
			usualHours:      "Suele tardar entre %s y %s horas.",
			usually:         "Suele tardar %s.",
			step:            "Según la matriz de escalado, ahora hay que hablar con:",
			claim:           "Para reclamarlo por escrito, haced un comentario que diga solo {{%[1]s}}. Si corre prisa, reclamadlo %[2]s.",
			claimed:         "Ahora se reclama por escrito. Si corre prisa, reclamadlo también %[1]s.",
			claimedAt:       "Ya se ha reclamado por escrito el %[1]s. Si corre prisa, reclamadlo también %[2]s.",
			subject:         "escalat: %[1]s, %[2]s no responde",
		}
	case "en":
		return lateWords{
			acknowledgement: "*%[1]s has not confirmed yet that it received the incident,* %[2]s. It has been %[3]s.",
			answer:          "*%[1]s has not answered yet* the incident %[2]s. It has been %[3]s.",
			news:            "*%[1]s has sent no news* %[2]s. It has been %[3]s.",
			sent:            "sent on %[1]s",
			reopened:        "reopened on %[1]s",
			passed:          "passed on to *%[2]s* on %[1]s",
			since:           "since %[1]s",
			within:          "%s within support hours",
			unconfirmed:     "Nor has it confirmed that it received it.",
			usual:           "It usually takes from %s to %s.",
			usualHours:      "It usually takes from %s to %s hours.",
			usually:         "It usually takes %s.",
			step:            "By the escalation matrix, it is time to speak to:",
			claim:           "To claim it in writing, write a comment that says only {{%[1]s}}. If it cannot wait, claim it %[2]s.",
			claimed:         "It is being claimed in writing now. If it cannot wait, claim it %[1]s as well.",
			claimedAt:       "It was already claimed in writing on %[1]s. If it cannot wait, claim it %[2]s as well.",
			subject:         "escalat: %[1]s, no answer from %[2]s",
		}
	}
	return lateWords{
		acknowledgement: "*%[1]s encara no ha confirmat que hagi rebut la incidència,* %[2]s, fa %[3]s.",
		answer:          "*%[1]s encara no ha respost* a la incidència, %[2]s, fa %[3]s.",
		news:            "*%[1]s no ha donat notícies* %[2]s, fa %[3]s.",
		sent:            "enviada el %[1]s",
		reopened:        "reoberta el %[1]s",
		passed:          "passada a *%[2]s* el %[1]s",
		since:           "des del %[1]s",
		within:          "%s en horari d’atenció",
		unconfirmed:     "Tampoc no ha confirmat que l’hagi rebuda.",
		usual:           "Sol trigar entre %s i %s.",
		usualHours:      "Sol trigar entre %s i %s hores.",
		usually:         "Sol trigar %s.",
		step:            "Segons la matriu d’escalat, ara toca parlar amb:",
		claim:           "Per reclamar-ho per escrit, feu un comentari que digui només {{%[1]s}}. Si corre pressa, reclameu-ho %[2]s.",
		claimed:         "Ara es reclama per escrit. Si corre pressa, reclameu-ho també %[1]s.",
		claimedAt:       "Ja s’ha reclamat per escrit el %[1]s. Si corre pressa, reclameu-ho també %[2]s.",
		subject:         "escalat: %[1]s, %[2]s no respon",
	}
}
