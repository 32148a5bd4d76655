package text

import (
	"strings"
	"testing"
	"time"
)

func lateCases() writes {
	late := func(what Awaited) Late {
		return Late{
			MentionMarkup: me, Key: "SUP-41", Provider: "OVH", What: what, Unconfirmed: true, Since: at(), Wall: 20*time.Hour + 10*time.Minute, Working: 7 * time.Hour,
			From: time.Hour, To: 6 * time.Hour, Claim: "escalat reclama", Phones: []string{"902 884 622", "+34 934 452 663"}, Portal: "https://portal.example",
		}
	}
	step := func(x Texts, what Awaited) Late {
		l := late(what)
		l.Step, l.People = true, []Person{
			{Name: "Marta Exemple", Role: say(x, "cap de servei", "jefa de servicio", "service manager"), Phones: []string{"600 000 001", "+34 930 000 000"}, Email: "marta@example.net"},
			{Name: "Guàrdia", Phones: []string{"600 000 002"}},
			{Name: "Joan Exemple", Email: "joan@example.net"},
			{Name: "Ningú"},
		}
		return l
	}
	bad := Late{
		Key: hostile, Provider: hostile, What: AwaitedNews, Since: at(), Wall: time.Hour, Working: time.Hour, Step: true, Claim: hostile,
		People: []Person{{Name: hostile, Role: hostile, Phones: []string{hostile}, Email: hostile}}, Phones: []string{hostile}, Portal: hostile,
	}
	return writes{
		"late-acknowledgement": func(x Texts) string { return x.Late(late(AwaitedAcknowledgement)) },
		"late-answer":          func(x Texts) string { return x.Late(late(AwaitedAnswer)) },
		"late-answer-confirmed": func(x Texts) string {
			l := late(AwaitedAnswer)
			l.Unconfirmed, l.Working, l.From, l.To, l.Portal = false, l.Wall, 90*time.Minute, 2*time.Hour, ""
			return x.Late(l)
		},
		"late-news": func(x Texts) string {
			l := late(AwaitedNews)
			l.Unconfirmed, l.From, l.Wall = false, l.To, 50*time.Hour
			return x.Late(l)
		},
		"late-claimed": func(x Texts) string {
			l := late(AwaitedAnswer)
			l.Claimed, l.From, l.To = true, 0, 0
			return x.Late(l)
		},
		"late-claimed-before": func(x Texts) string {
			l := late(AwaitedAnswer)
			l.ClaimedAt = at().Add(40 * time.Minute)
			return x.Late(l)
		},
		"late-reopened":        func(x Texts) string { l := late(AwaitedAcknowledgement); l.Reckoned = SinceReopened; return x.Late(l) },
		"late-reopened-answer": func(x Texts) string { l := late(AwaitedAnswer); l.Reckoned = SinceReopened; return x.Late(l) },
		"late-reopened-news":   func(x Texts) string { l := late(AwaitedNews); l.Reckoned = SinceReopened; return x.Late(l) },
		"late-passed": func(x Texts) string {
			l := late(AwaitedAnswer)
			l.Reckoned, l.Form = SincePassed, say(x, "Assistència tècnica", "Asistencia técnica", "Technical assistance")
			return x.Late(l)
		},
		"late-passed-hostile": func(x Texts) string {
			l := bad
			l.What, l.Reckoned, l.Form = AwaitedAcknowledgement, SincePassed, hostile
			return x.Late(l)
		},
		"late-step":    func(x Texts) string { return x.Late(step(x, AwaitedAnswer)) },
		"late-hostile": func(x Texts) string { return x.Late(bad) },
		"late-on-call": func(x Texts) string { return onCall(x, step(x, AwaitedAnswer)) },
		"late-on-call-bare": func(x Texts) string {
			l := late(AwaitedAcknowledgement)
			l.Claimed, l.Phones, l.Portal = true, nil, ""
			return onCall(x, l)
		},
	}
}

func onCall(x Texts, l Late) string {
	subject, body := x.OnCall(l)
	return subject + "\n\n" + body
}

// TestOnCallIsPlain: no markup is left in a mail, and no line steers a terminal or makes
// another header.
func TestOnCallIsPlain(t *testing.T) {
	t.Parallel()
	nasty := "a\r\nBcc: x\x1b[2J" + strings.Repeat("x", 1000)
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		for _, what := range []Awaited{AwaitedAcknowledgement, AwaitedAnswer, AwaitedNews} {
			for _, claimed := range []bool{false, true} {
				l := Late{Key: "SUP-41", Provider: "Claranet", What: what, Claimed: claimed, Unconfirmed: true, Claim: "escalat reclama", People: []Person{{Name: "Marta"}}, Phones: []string{"902"}}
				subject, body := x.OnCall(l)
				if strings.ContainsAny(subject+body, "*{}") || !strings.Contains(subject, "SUP-41") || !strings.Contains(body, "902") || !strings.Contains(body, "- Marta") {
					t.Errorf("%s, %s: %q %q", lang, what, subject, body)
				}
			}
		}
		subject, body := x.OnCall(Late{Key: "SUP-41", Provider: nasty, What: AwaitedNews, People: []Person{{Name: nasty}}, Phones: []string{nasty}, Portal: nasty})
		if strings.ContainsAny(subject, "\r\n\x1b") || strings.ContainsAny(body, "\r\x1b") || strings.Contains(body, "\nBcc") || len(body) > 4000 {
			t.Errorf("%s: %q %q", lang, subject, body)
		}
	}
}
