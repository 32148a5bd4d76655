package text

import (
	"strings"
	"testing"
)

func problemCases() writes {
	problem := SendProblem{MentionMarkup: me, Provider: "Claranet", Reason: "550 5.1.1 User unknown"}
	badProblem := SendProblem{Provider: hostile, Reason: hostile, Call: evil()}
	byDay := problem
	byDay.Phones, byDay.Portal = []string{"902 884 622", "+34 934 452 600"}, "https://portal.claranet.es"
	badDay := SendProblem{Provider: hostile, Reason: hostile, Phones: []string{hostile}, Portal: hostile}
	// byNight knows the desk's day numbers too: they must not stand there.
	byNight := func(x Texts) SendProblem { p := byDay; p.Call = nightCall(x); return p }
	cases := writes{
		"send-failed":             func(x Texts) string { return x.SendFailed(problem) },
		"send-failed-hostile":     func(x Texts) string { return x.SendFailed(badProblem) },
		"send-failed-day":         func(x Texts) string { return x.SendFailed(byDay) },
		"send-failed-day-hostile": func(x Texts) string { return x.SendFailed(badDay) },
		"send-failed-night":       func(x Texts) string { return x.SendFailed(byNight(x)) },
		"send-delayed":            func(x Texts) string { return x.SendDelayed(byDay) },
		"send-delayed-night":      func(x Texts) string { return x.SendDelayed(byNight(x)) },
		"send-delayed-hostile":    func(x Texts) string { return x.SendDelayed(badProblem) },
		"send-unknown":            func(x Texts) string { return x.SendUnknown(byDay) },
		"send-unknown-night":      func(x Texts) string { return x.SendUnknown(byNight(x)) },
		"send-again-night":        func(x Texts) string { return x.SendAgain(byNight(x)) },
		"send-stuck-day":          func(x Texts) string { return x.SendStuck(byDay) },
		"send-stuck-night":        func(x Texts) string { return x.SendStuck(byNight(x)) },
		"withdrawn-night":         func(x Texts) string { p := byNight(x); p.Reason = ""; return x.Withdrawn(p) },
		"send-unknown-hostile":    func(x Texts) string { return x.SendUnknown(badProblem) },
		"send-again":              func(x Texts) string { return x.SendAgain(SendProblem{Provider: "Claranet"}) },
		"send-again-hostile":      func(x Texts) string { return x.SendAgain(badProblem) },
		"send-stuck":              func(x Texts) string { return x.SendStuck(problem) },
		"send-stuck-hostile":      func(x Texts) string { return x.SendStuck(badProblem) },
		"withdrawn":               func(x Texts) string { return x.Withdrawn(SendProblem{MentionMarkup: me, Provider: "Claranet"}) },
		"withdrawn-hostile":       func(x Texts) string { return x.Withdrawn(badProblem) },
	}
	for name, write := range map[string]func(Texts, SendProblem) string{
		"send-failed": Texts.SendFailed, "send-delayed": Texts.SendDelayed, "send-unknown": Texts.SendUnknown,
		"send-again": Texts.SendAgain, "send-stuck": Texts.SendStuck, "withdrawn": Texts.Withdrawn,
	} {
		cases[name+"-added"] = func(x Texts) string { return write(x, addition(x, byDay)) }
		cases[name+"-added-night"] = func(x Texts) string { return write(x, addition(x, byNight(x))) }
		cases[name+"-added-hostile"] = func(x Texts) string {
			p := badDay
			p.Added = []string{hostile}
			return write(x, p)
		}
	}
	return cases
}

// addition is the same problem of a notice that brings what had been missing.
func addition(x Texts, p SendProblem) SendProblem {
	p.Added = []string{say(x, "Impacte en negoci", "Impacto en negocio", "Business impact"), say(x, "Evidències", "Evidencias", "Evidence")}
	return p
}

// TestAdditionIsNotSentAnew: the label that sends everything again is no way to
// send what was missing.
func TestAdditionIsNotSentAnew(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		again := map[string]string{"ca": "torneu-la a posar", "es": "volved a ponerla", "en": "put it on again"}[lang]
		for name, write := range map[string]func(SendProblem) string{"SendFailed": x.SendFailed, "SendStuck": x.SendStuck} {
			first := SendProblem{Provider: "Claranet", Portal: "https://portal.claranet.es"}
			if got := write(first); !strings.Contains(got, again) {
				t.Errorf("%s in %s of a first notice does not say %q: %q", name, lang, again, got)
			}
			if got := write(addition(x, first)); strings.Contains(got, again) {
				t.Errorf("%s in %s of an addition: %q", name, lang, got)
			}
		}
	}
}
