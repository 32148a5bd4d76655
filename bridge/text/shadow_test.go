package text

import (
	"path/filepath"
	"testing"
	"time"
)

// TestShadowReport: the report of a full week, of a quiet one, and of one that is over.
func TestShadowReport(t *testing.T) {
	t.Parallel()
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC) }
	missing := map[string][]string{"ca": {"Impacte en negoci", "Evidències"}, "es": {"Impacto en negocio", "Evidencias"}, "en": {"Business impact", "Evidence"}}
	for _, lang := range []string{"ca", "es", "en"} {
		names := missing[lang]
		full := Shadow{
			From: at(9, 8, 0), To: at(20, 18, 0), Running: true, Issues: 14, Listed: 1, Refused: 2, Braked: 1, Waiting: 2,
			Escalations: []ShadowEscalations{{Provider: "Claranet", Kind: "Sistemas", Number: 6}, {Provider: "Claranet", Kind: "Redes", Number: 3}, {Provider: "OVH", Number: 1}},
			Further:     1, Requests: 5, Asked: 4, Fields: []Tally{{Name: names[0], Number: 3}, {Name: names[1], Number: 2}},
			Calls: []Tally{{Name: "Claranet", Number: 2}, {Name: "OVH", Number: 1}}, Comments: 21, Files: 1, Labels: 12, Others: 3, OnCall: 1,
			Posted: 7, Acknowledged: 9, Absent: 1, Bounced: 1, Quarantined: 2, Unreadable: 1,
			Compared: []Compared{
				{Issue: "AOC-1", Provider: "Claranet", Finding: "both", ByHand: at(10, 10, 42), Escalat: at(10, 10, 39), Judged: true},
				{Issue: "AOC-2", Provider: "Claranet", Finding: "both", ByHand: at(10, 12, 0), Escalat: at(10, 14, 5), Missing: names, Judged: true},
				{Issue: "AOC-3", Provider: "Claranet", Finding: "both", ByHand: at(11, 9, 20), Escalat: at(11, 9, 0)},
				{Issue: "AOC-4", Provider: "Claranet", Finding: "both", ByHand: at(11, 10, 0), Escalat: at(11, 10, 0), Judged: true},
				{Issue: "AOC-5", Provider: "Claranet", Finding: "escalat", Escalat: at(12, 22, 3)},
				{Issue: "AOC-6", Provider: "Claranet", Finding: "waiting", ByHand: at(12, 9, 0), Missing: names[:1], Judged: true},
				{Issue: "AOC-7", Provider: "Claranet", Finding: "no-label", ByHand: at(13, 9, 0)},
				{Issue: "AOC-8", Provider: "Claranet", Finding: "cannot-say", Unsure: "before"},
				{Issue: "AOC-9", Provider: "Claranet", Finding: "cannot-say", Unsure: "answers"},
				{Issue: "AOC-10", Provider: "OVH", Finding: "cannot-say", Unsure: "channel"},
				{Issue: "AOC-11", Provider: "Claranet", Finding: "cannot-say", Unsure: "held"},
				{Issue: "AOC-12", Provider: "Claranet", Finding: "cannot-say", Unsure: "unsent"},
			},
			Hidden: []Hidden{{Kind: "password"}, {Kind: "password"}, {Kind: "identity"}}, Withheld: 1, Images: 3, Stopped: 1,
			Translated: 6, NoTranslator: 1, Away: 2, Partly: 1, Denied: 1, Failed: 1,
		}
		one := Shadow{
			From: at(9, 8, 0), To: at(9, 18, 0), Running: true, Issues: 1, Listed: 0, Refused: 1, Waiting: 1,
			Escalations: []ShadowEscalations{{Provider: "Claranet", Kind: "Redes", Number: 1}}, Further: 2, Requests: 1, Asked: 1,
			Comments: 1, Files: 2, Labels: 1, Others: 1, OnCall: 2, Posted: 1, Absent: 2, Bounced: 2, Acknowledged: 1, Quarantined: 1, Unreadable: 2, Failed: 2,
			Compared: []Compared{{Issue: "AOC-1", Provider: "Claranet", Finding: "both", ByHand: at(9, 10, 0), Escalat: at(9, 10, 30), Judged: true}},
			Withheld: 2, Images: 1, Stopped: 2, Translated: 1, Away: 1, Denied: 2, Partly: 2, NoTranslator: 2, Braked: 2, Hidden: []Hidden{{Kind: "card"}},
		}
		quiet := Shadow{From: at(9, 8, 0), To: at(10, 8, 0), Running: true}
		over := Shadow{From: at(9, 8, 0), To: at(10, 8, 0), Compared: []Compared{
			{Issue: "AOC-1", Provider: "Claranet", Finding: "both", ByHand: at(9, 10, 0), Escalat: at(9, 10, 0), Judged: true},
		}}
		for name, s := range map[string]Shadow{"full": full, "one": one, "quiet": quiet, "over": over} {
			golden(t, filepath.Join("testdata", "shadow", lang, name+".golden"), plainTexts(t, lang).ShadowReport(s))
		}
	}
}

func plainTexts(t *testing.T, lang string) Texts {
	t.Helper()
	texts, err := For(lang, func(s string) string { return s })
	if err != nil {
		t.Fatal(err)
	}
	return texts
}
