package text

import (
	"strings"
	"testing"
	"time"
)

func callCases() writes {
	reminder := func(x Texts, why Owed, due time.Duration) Reminder {
		call := *nightCall(x)
		call.Say = "Llamamos de AOC por una incidencia urgente: «El portal cae». Aplicación afectada: Portal. Nuestra referencia es SUP-41. Los datos les llegarán por correo."
		return Reminder{MentionMarkup: me, Call: call, For: due, Why: why, SentAt: at()}
	}
	cases := writes{
		"call-hostile": func(x Texts) string {
			call := *evil()
			call.Say = hostile
			return x.Reminder(Reminder{Call: call, For: time.Hour, Why: OwedUnconfirmed, SentAt: at()})
		},
		"call-holiday": func(x Texts) string {
			r := reminder(x, OwedRecord, 30*time.Minute)
			r.Call.Hours = ""
			return x.Reminder(r)
		},
		"desk-open-bare": func(x Texts) string { return x.DeskOpen(DeskOpen{Provider: "Claranet"}) },
		"desk-open-hostile": func(x Texts) string {
			return x.DeskOpen(DeskOpen{Provider: hostile, Why: OwedUnconfirmed, SentAt: at(), Phones: []string{hostile}, Portal: hostile})
		},
	}
	for _, why := range []Owed{OwedUnsent, OwedSending, OwedRecord, OwedUnconfirmed, OwedUndelivered, OwedHanded} {
		cases["call-closing-"+string(why)] = func(x Texts) string { return x.Reminder(reminder(x, why, 0)) }
		cases["call-"+string(why)] = func(x Texts) string { return x.Reminder(reminder(x, why, 2*time.Hour+3*time.Second)) }
		if why == OwedRecord { // by day it is none
			continue
		}
		cases["desk-open-"+string(why)] = func(x Texts) string {
			return x.DeskOpen(DeskOpen{
				MentionMarkup: me, Provider: "Claranet", Why: why, SentAt: at(),
				Phones: []string{"902 884 622", "+34 934 452 663"}, Portal: "https://portal.claranet.es",
			})
		}
	}
	return cases
}

// TestReminderSaysFirstWhom: the numbers, what to say, how to confirm, how to silence.
func TestReminderSaysFirstWhom(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		got := texts(t, lang).Reminder(Reminder{
			MentionMarkup: me, Call: Call{Provider: "Claranet", Numbers: []string{"902 886 336"}, Say: strings.Repeat("hola ", 125)}, For: time.Hour,
		})
		last := -1
		for _, part := range []string{"902 886 336", "hola hola hola", "hola.", "escalat trucat", me, "escalat no-urgent"} {
			i := strings.Index(got, strings.TrimSuffix(part, "."))
			if i < 0 || part != "hola." && i < last {
				t.Errorf("%s: %q in %q", lang, part, got)
			}
			last = max(last, i)
		}
		if strings.Count(got, "hola") != 125 {
			t.Errorf("%s: what to say is cut", lang)
		}
	}
}
