package text

import (
	"path/filepath"
	"testing"
	"time"
)

func outage(calls ...DueCall) Outage {
	return Outage{Since: at(), Waiting: 3, Calls: calls}
}

func waitingCall() DueCall {
	return DueCall{
		Key: "SUP-41", Provider: "Claranet", Numbers: []string{"902 886 336", "+34 934 452 699"},
		Until: at().Add(8 * time.Hour), References: []string{"CAS-4711"},
	}
}

// oncallCases are what our own people on call are told, and of moves of an issue.
func oncallCases() writes {
	mail := func(write func(Texts) (string, string)) func(Texts) string {
		return func(x Texts) string {
			subject, text := write(x)
			return subject + "\n\n" + text
		}
	}
	away := func(o Outage) func(Texts) string {
		return mail(func(x Texts) (string, string) { return x.JiraAway(o) })
	}
	many := outage()
	for range 52 {
		many.Calls = append(many.Calls, DueCall{Key: "SUP-1", Provider: "OVHcloud", Numbers: []string{"902 906 033"}})
	}
	moved := func(n NotMoved) func(Texts) string { return func(x Texts) string { return x.NotMoved(n) } }
	return writes{
		"away":          away(outage()),
		"away-one":      away(Outage{Since: at(), Waiting: 1}),
		"away-call":     away(outage(waitingCall())),
		"away-calls":    away(Outage{Since: at(), Calls: []DueCall{waitingCall(), {Key: "SUP-7", Provider: "OVHcloud", Numbers: []string{"902 906 033"}}}}),
		"away-too-many": away(many),
		"away-hostile":  away(outage(DueCall{Key: hostile, Provider: hostile, Numbers: []string{hostile}, References: []string{hostile}})),
		"back": mail(func(x Texts) (string, string) {
			return x.JiraBack(Back{Since: at(), Until: at().Add(95 * time.Minute)})
		}),
		"failed": func(x Texts) string {
			return x.OnCallFailed(OnCallFailed{Provider: "Claranet", Subject: "SUP-41", Reason: "webhook: it answered 404 Not Found"})
		},
		"failed-bare": func(x Texts) string { return x.OnCallFailed(OnCallFailed{Provider: "Claranet", Subject: "SUP-41"}) },
		"failed-hostile": func(x Texts) string {
			return x.OnCallFailed(OnCallFailed{Provider: hostile, Subject: hostile, Reason: hostile})
		},
		"move-field":   moved(NotMoved{Provider: "Claranet", Status: "En espera", Fields: []string{"Resolució"}}),
		"move-fields":  moved(NotMoved{Provider: "Claranet", Status: "En espera", Fields: []string{"Resolució", "Causa"}, Ways: []string{"En espera"}}),
		"move-ways":    moved(NotMoved{Provider: "Claranet", Status: "En espera", Ways: []string{"En curs", "Tancat"}}),
		"move-no-way":  moved(NotMoved{Provider: "Claranet", Status: "En espera"}),
		"move-hostile": moved(NotMoved{Provider: hostile, Status: hostile, Ways: []string{hostile}}),
	}
}

// TestOnCallGolden: as TestGolden.
func TestOnCallGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		folder, cases := filepath.Join("testdata", "oncall", lang), oncallCases()
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
