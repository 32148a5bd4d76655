package text

import (
	"path/filepath"
	"testing"
	"time"
)

func solved() Solved {
	return Solved{MentionMarkup: me, Provider: "Claranet", Close: "escalat tanca"}
}

func weekdays() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
}

func levelTwo(x Texts) Passed {
	return Passed{
		MentionMarkup: me, Provider: "OVHcloud", Ticket: "1234567", Level: true, Form: say(x, "Assistència tècnica (nivell 2)", "Asistencia técnica (nivel 2)", "Technical assistance (level 2)"),
		From: 12 * time.Hour, To: 24 * time.Hour, Days: weekdays(), Opens: 9 * 60, Closes: 18 * 60,
	}
}

// closingCases are what the provider writes last, of levels and of its tickets.
func closingCases() writes {
	passed := func(change func(*Passed)) func(Texts) string {
		return func(x Texts) string {
			p := levelTwo(x)
			change(&p)
			return x.Passed(p)
		}
	}
	ticket := func(change func(*Reply)) func(Texts) string {
		return func(x Texts) string {
			r := Reply{Provider: "OVHcloud", Ticket: "1234567", At: at(), BodyMarkup: "Hemos reiniciado el servidor."}
			change(&r)
			return x.Reply(r)
		}
	}
	return writes{
		"solved": func(x Texts) string { return x.Solved(solved()) },
		"solved-ticket": func(x Texts) string {
			s := solved()
			s.Provider, s.Ticket = "OVHcloud", "1234567"
			return x.Solved(s)
		},
		"solved-hostile": func(x Texts) string { return x.Solved(Solved{Provider: hostile, Ticket: hostile, Close: hostile}) },
		"ticket-reopened": func(x Texts) string {
			return x.TicketReopened(TicketReopened{MentionMarkup: me, Provider: "OVHcloud", Ticket: "1234567"})
		},
		"ticket-reopened-case": func(x Texts) string {
			return x.TicketReopened(TicketReopened{MentionMarkup: me, Provider: "OVHcloud", Ticket: "1234567", Close: "escalat tanca", Case: true})
		},
		"ticket-reopened-hostile": func(x Texts) string {
			return x.TicketReopened(TicketReopened{Provider: hostile, Ticket: hostile, Close: hostile, Case: true})
		},
		"reply-reopened": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "Soporte <css@claranet.es>", At: at(), BodyMarkup: "Vuelve a fallar.", Reopened: true, MentionMarkup: me, Close: "escalat tanca"})
		},
		"reply-survey": func(x Texts) string {
			return x.Reply(Reply{Provider: "Claranet", From: "css@claranet.es", At: at(), BodyMarkup: "¿Qué le ha parecido?", Survey: true})
		},
		"reply-ticket":              ticket(func(*Reply) {}),
		"reply-ticket-acknowledged": ticket(func(r *Reply) { r.Acknowledged = true }),
		"reply-ticket-portal":       ticket(func(r *Reply) { r.Portal = true }),
		"reply-ticket-hostile":      ticket(func(r *Reply) { r.Ticket, r.Provider, r.Close, r.Reopened = hostile, hostile, hostile, true }),
		"passed":                    passed(func(*Passed) {}),
		"passed-any-hour": passed(func(p *Passed) {
			p.From, p.To, p.Days, p.Opens, p.Closes = time.Hour, 6*time.Hour, nil, 0, 24*60
		}),
		"passed-every-day": passed(func(p *Passed) { p.Level, p.Days, p.From, p.To = false, nil, 30*time.Minute, 90*time.Minute }),
		"passed-one-hour": passed(func(p *Passed) {
			p.From, p.To, p.Days = time.Hour, time.Hour, []time.Weekday{time.Sunday, time.Saturday}
		}),
		"passed-three-days":    passed(func(p *Passed) { p.Ticket, p.Days = "", []time.Weekday{time.Friday, time.Monday, time.Tuesday} }),
		"passed-one-day":       passed(func(p *Passed) { p.From, p.To, p.Days, p.Opens, p.Closes = 0, time.Minute, weekdays()[:1], 0, 0 }),
		"passed-unknown-times": passed(func(p *Passed) { p.From, p.To, p.MentionMarkup = 0, 0, "" }),
		"passed-asks":          passed(func(p *Passed) { p.Asks = true }),
		"passed-hostile":       passed(func(p *Passed) { p.Provider, p.Ticket, p.Form, p.MentionMarkup = hostile, hostile, hostile, "" }),
	}
}

// TestClosingGolden: as TestGolden.
func TestClosingGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		folder, cases := filepath.Join("testdata", "closing", lang), closingCases()
		for name, write := range cases {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				golden(t, filepath.Join(folder, name+".golden"), write(texts(t, lang))+"\n")
			})
		}
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(cases) {
			t.Errorf("%s holds %d files for %d cases", folder, len(files), len(cases))
		}
	}
}
