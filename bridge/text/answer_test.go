package text

import (
	"strings"
	"testing"
)

// question is a label that is one.
func question(x Texts) string {
	return say(x, "És intermitent o constant?", "¿Es intermitente o constante?", "Is it intermittent or constant?")
}

func already(x Texts, pending ...string) Already {
	return Already{MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at(), Pending: pending}
}

func answerCases() writes {
	cases := writes{
		"already":      func(x Texts) string { return x.Already(already(x)) },
		"already-one":  func(x Texts) string { return x.Already(already(x, question(x))) },
		"already-many": func(x Texts) string { return x.Already(already(x, missing(x)[0].Label, question(x))) },
		"already-redirected": func(x Texts) string {
			a := already(x, missing(x)[0].Label)
			a.Redirected, a.To = true, []string{"test@aoc.cat"}
			return x.Already(a)
		},
		"already-simulated": func(x Texts) string {
			a := already(x, missing(x)[0].Label)
			a.Simulated = true
			return x.Already(a)
		},
		"already-hostile": func(x Texts) string {
			return x.Already(Already{Provider: hostile, To: []string{hostile}, At: at(), Pending: []string{hostile}})
		},
		"unheard":         func(x Texts) string { return x.Unheard(Unheard{MentionMarkup: me, SendNow: "escalat envia-ja"}) },
		"unheard-hostile": func(x Texts) string { return x.Unheard(Unheard{SendNow: hostile}) },
		"kind-changed": func(x Texts) string {
			k := changed(x)
			k.Phones, k.Portal = []string{"902 884 622", "+34 934 452 600"}, "https://portal.claranet.es"
			return x.KindChanged(k)
		},
		"kind-changed-night": func(x Texts) string {
			k := changed(x)
			k.Phones = nightCall(x).Numbers
			return x.KindChanged(k)
		},
		"kind-changed-hostile": func(x Texts) string {
			return x.KindChanged(KindChanged{Provider: hostile, Told: hostile, Now: hostile, Phones: []string{hostile}, Portal: hostile})
		},
		"not-added-hostile": func(x Texts) string {
			return x.NotAdded(SendProblem{Provider: hostile, Added: []string{hostile}, First: FirstElsewhere, FirstTo: []string{hostile}, Call: evil()})
		},
	}
	for _, first := range []FirstNotice{FirstUnsent, FirstSimulated, FirstElsewhere} {
		cases["not-added-"+string(first)] = func(x Texts) string { return x.NotAdded(notAdded(x, first)) }
		cases["not-added-"+string(first)+"-night"] = func(x Texts) string {
			p := notAdded(x, first)
			p.Call = nightCall(x)
			return x.NotAdded(p)
		}
	}
	return cases
}

func changed(x Texts) KindChanged {
	k := kinds(x)
	return KindChanged{MentionMarkup: me, Provider: "Claranet", Told: k.Names[0], Now: k.Names[1]}
}

func notAdded(x Texts, first FirstNotice) SendProblem {
	p := addition(x, SendProblem{MentionMarkup: me, Provider: "Claranet", Reason: "an error", First: first})
	if first == FirstElsewhere {
		p.FirstTo = []string{"proves@aoc.cat"}
	}
	return p
}

// TestQuestionTakesNoColon: a label that is a question ends by itself wherever it
// is only shown.
func TestQuestionTakesNoColon(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		label := question(x)
		for name, got := range map[string]string{
			"Sent":    x.Sent(Sent{At: at(), Pending: []string{label}}),
			"Added":   x.Added(Added{At: at(), Pending: []string{label}}),
			"Already": x.Already(already(x, label)),
			"Request": x.Request(Request{Missing: []Missing{{Label: label, Help: "?"}}}),
			"Problem": x.Problem(label, "absent"),
			"Doubt":   x.Doubt(Doubtful{Label: label, Why: "no-choice"}),
			"Doubts":  x.Sent(Sent{At: at(), Doubts: []Doubtful{{Label: label, Why: "no-choice"}}}),
		} {
			if !strings.Contains(got, "?") || strings.ContainsAny(strings.NewReplacer("?:", "\x00", "?*:", "\x00", "?›*:", "\x00").Replace(got), "\x00") {
				t.Errorf("%s in %s: %s", name, lang, got)
			}
		}
	}
}

// TestTrialPromisesNothing: in mode redirect nothing goes to the provider, and
// nobody is called.
func TestTrialPromisesNothing(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		r := asking(x, missing(x))
		promise := x.sentence(x.words.thenSent, r.Provider)
		if got := x.Request(r); !strings.Contains(got, promise) {
			t.Fatalf("%s: %q is not in\n%s", lang, promise, got)
		}
		r.Trial, r.Call = true, nightCall(x)
		if got := x.Request(r); strings.Contains(got, promise) || strings.Contains(got, "902 886 336") || !strings.Contains(got, x.sentence(x.words.thenTrial, r.Provider)) {
			t.Errorf("%s:\n%s", lang, got)
		}
	}
}
