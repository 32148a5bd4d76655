package text

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func checkCases() writes {
	answers := func(x Texts) []Answer {
		d := doubts(x)
		return []Answer{
			{say(x, "Aplicació afectada", "Aplicación afectada", "Affected application"), "Portal\n\n(producció)"},
			{d[0].Label, d[0].Value},
			{say(x, "Evidències de l’error alertat (sonda, servei integrador…)", "Evidencias del error alertado (sonda, servicio integrador…)", "Evidence of the alerted error (probe, integrating service…)"), strings.Repeat("error 503 ", 20)},
		}
	}
	form := func(x Texts) string { return say(x, "Sistemes", "Sistemas", "Systems") }
	return writes{
		"check-complete": func(x Texts) string {
			return x.Check(Check{Form: form(x), Complete: true, Answers: answers(x)})
		},
		"check-doubts": func(x Texts) string {
			return x.Check(Check{Form: form(x), Complete: true, Answers: answers(x), Doubts: doubts(x)})
		},
		"check-incomplete": func(x Texts) string {
			return x.Check(Check{Form: form(x), Answers: answers(x), Doubts: doubts(x)[:1], Missing: []Unanswered{
				{Label: missing(x)[0].Label, Code: "absent"},
				{Label: doubts(x)[1].Label, Code: "placeholder", Instead: say(x, "pendent", "pendiente", "pending")},
			}})
		},
		"check-incomplete-one": func(x Texts) string {
			return x.Check(Check{Form: form(x), Missing: []Unanswered{{Label: missing(x)[0].Label, Code: "placeholder"}}})
		},
		"check-incomplete-why": func(x Texts) string { return x.Check(Check{Form: form(x)}) },
		"check-kind-none": func(x Texts) string {
			return x.Check(Check{Answers: answers(x)[:1], Missing: []Unanswered{{Label: kinds(x).Label, Code: "absent"}, {Label: missing(x)[0].Label, Code: "absent"}}})
		},
		"check-kind-both": func(x Texts) string {
			return x.Check(Check{Answers: answers(x)[:1], Missing: []Unanswered{{Label: kinds(x).Label, Code: "ambiguous"}}})
		},
		"check-hostile": func(x Texts) string {
			evil := hostile + "\x1b[2J\u202e" + strings.Repeat("x", 1000)
			return x.Check(Check{
				Form: evil, Answers: []Answer{{evil, evil}}, Missing: []Unanswered{{evil, evil, evil}}, Doubts: []Doubtful{{evil, evil, evil}},
			})
		},
		// Each sentence once, with and without a value.
		"codes": func(x Texts) string {
			var lines []string
			for _, code := range append(ProblemCodes(), "new") {
				lines = append(lines, code+" → "+x.Problem("Impacto", code))
			}
			for _, code := range append(DoubtCodes(), "new") {
				lines = append(lines, code+" → "+x.Doubt(Doubtful{Label: "Impacto", Value: "x", Why: code}))
			}
			return strings.Join(append(lines, x.Doubt(Doubtful{Label: "Impacto", Why: "no-time"})), "\n")
		},
	}
}

// TestCodesInEveryLanguage: a code that one language lacks would be told in
// general words there.
func TestCodesInEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, w := range []*words{&catalan, &spanish, &english} {
		if diff := cmp.Diff(ProblemCodes(), slices.Sorted(maps.Keys(w.problems))); diff != "" {
			t.Errorf("problems in %s:\n%s", w.lang, diff)
		}
		if diff := cmp.Diff(DoubtCodes(), slices.Sorted(maps.Keys(w.doubts))); diff != "" {
			t.Errorf("doubts in %s:\n%s", w.lang, diff)
		}
	}
}

// TestNothingSteersTheTerminal: what a stranger wrote is shown, not obeyed, and
// nothing of it is markup.
func TestNothingSteersTheTerminal(t *testing.T) {
	t.Parallel()
	const evil = "a\x1b]0;x\x07\u202eb\r\nc\u0085d\x00"
	d := Doubtful{Label: evil, Value: evil, Why: evil}
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		for name, got := range map[string]string{
			"Check":   x.Check(Check{Form: evil, Answers: []Answer{{evil, evil}}, Missing: []Unanswered{{evil, evil, evil}}, Doubts: []Doubtful{d}}),
			"Problem": x.Problem(evil, evil),
			"Doubt":   x.Doubt(d),
		} {
			steers := func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }
			if strings.ContainsFunc(got, steers) || strings.Contains(got, "‹") {
				t.Errorf("%s in %s: %q", name, lang, got)
			}
			if name != "Check" && strings.Contains(got, "\n") {
				t.Errorf("%s in %s has several lines: %q", name, lang, got)
			}
		}
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                  "",
		" a \n\n b\u00a0c ": "a b c",
		"a \x1b b":          "a b",
		"123456789":         "123456789",
		"1234567890":        "12345678…",
		"1234567 9 1":       "1234567…",
		"àèò ·ŀ· ç":         "àèò ·ŀ· ç",
		"a\xffb":            "a\ufffdb",
	} {
		if got := oneLine(in, 9); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", in, got, want)
		}
	}
	if n := utf8.RuneCountInString(oneLine(strings.Repeat("é ", 1000), maxValue)); n > maxValue {
		t.Errorf("%d characters", n)
	}
}
