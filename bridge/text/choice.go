package text

import (
	"strconv"
	"strings"
	"time"
)

// Contradicted says, before anything is sent, that the facts speak for another form than
// a person chose.
type Contradicted struct {
	MentionMarkup string
	Provider      string
	Chosen        string        // name of the form that was chosen
	Proposed      string        // of the one that the facts speak for
	Reason        string        // why, as a clause
	Label         string        // that chooses that one
	Within        time.Duration // after which it is sent as chosen; 0: it is being sent
}

// Contradicted writes it.
func (t Texts) Contradicted(c Contradicted) string {
	w := t.choice()
	var b builder
	b.paragraph(address(c.MentionMarkup, t.sentence(w.contradicted, c.Chosen, c.Proposed, t.clause(c.Reason))))
	if c.Within <= 0 {
		b.paragraph(t.sentence(w.goesNow, c.Provider, c.Chosen))
		return b.String()
	}
	b.paragraph(t.sentence(w.goesSoon, c.Provider, c.Chosen, t.joined(w.seconds(c.Within)), c.Label))
	return b.String()
}

// Through says that what was asked for goes by another kind of ticket first.
type Through struct {
	MentionMarkup string
	Provider      string
	Tell          string // what the profile says of it, in the team's language
}

// Through writes it. A profile has sentences of its own: behind a name they go on small,
// unless they begin with the provider's.
func (t Texts) Through(c Through) string {
	tell := c.Tell
	if c.MentionMarkup != "" && !strings.HasPrefix(tell, c.Provider) {
		tell = lowerFirst(tell)
	}
	return address(c.MentionMarkup, t.escape(tell))
}

// proposed says which kind the facts speak for, or is nothing.
func (t Texts) proposed(k *Kinds) string {
	if k.Proposed == "" {
		return ""
	}
	return t.sentence(t.choice().proposed, k.Proposed, t.clause(k.Reason))
}

// clause is a reason as it stands within a sentence, without its full stop.
func (t Texts) clause(reason string) markup {
	return markup(t.escape(strings.TrimSuffix(strings.TrimSpace(reason), ".")))
}

type choiceWords struct {
	proposed     string // kind, reason
	contradicted string // chosen, proposed, reason
	goesSoon     string // provider, chosen, time, label
	goesNow      string // provider, chosen
	seconds      func(time.Duration) string
}

func (t Texts) choice() choiceWords {
	switch t.words.lang {
	case "es":
		return choiceWords{
			proposed:     "Por lo que se explica, parece *%[1]s*: %[2]s.",
			contradicted: "habéis elegido *%[1]s*, pero por lo que se explica parece *%[2]s*: %[3]s.",
			goesSoon:     "Se enviará a %[1]s como *%[2]s* dentro de %[3]s. Si no es lo que queréis, cambiad antes la etiqueta por {{%[4]s}}.",
			goesNow:      "Se envía a %[1]s como *%[2]s*, tal como habéis pedido.",
			seconds:      func(d time.Duration) string { return span(d, "segundo", "segundos", "minuto", "minutos") },
		}
	case "en":
		return choiceWords{
			proposed:     "From what is said, it looks like *%[1]s*: %[2]s.",
			contradicted: "you chose *%[1]s*, but from what is said it looks like *%[2]s*: %[3]s.",
			goesSoon:     "It will go to %[1]s as *%[2]s* in %[3]s. If that is not what you want, change the label to {{%[4]s}} before.",
			goesNow:      "It is going to %[1]s as *%[2]s*, as you asked.",
			seconds:      func(d time.Duration) string { return span(d, "second", "seconds", "minute", "minutes") },
		}
	}
	return choiceWords{
		proposed:     "Pel que s’hi explica, sembla *%[1]s*: %[2]s.",
		contradicted: "heu triat *%[1]s*, però pel que s’hi explica sembla *%[2]s*: %[3]s.",
		goesSoon:     "S’enviarà a %[1]s com a *%[2]s* d’aquí a %[3]s. Si no és el que voleu, canvieu abans l’etiqueta per {{%[4]s}}.",
		goesNow:      "S’envia a %[1]s com a *%[2]s*, tal com heu demanat.",
		seconds:      func(d time.Duration) string { return span(d, "segon", "segons", "minut", "minuts") },
	}
}

// span is a short time in whole minutes, or in seconds where it is none.
func span(d time.Duration, second, seconds, minute, minutes string) string {
	n, one, many := int(d.Round(time.Second)/time.Second), second, seconds
	if n%60 == 0 {
		n, one, many = n/60, minute, minutes
	}
	return strconv.Itoa(n) + noBreak + count(n, one, many)
}
