package text

import (
	"strings"
	"testing"
	"time"
)

// turns are the turns of a case that took them all.
func turns(whose string) Turn {
	return Turn{Provider: "OVH", Whose: whose, Since: at(), Spells: []Spell{
		{Whose: "data", Wall: 65 * time.Minute, Working: 5 * time.Minute},
		{Whose: "us", Wall: 40 * time.Minute, Working: 40 * time.Minute},
		{Whose: "provider", Wall: 51*time.Hour + 20*time.Minute, Working: 18 * time.Hour},
	}}
}

func turnCases() writes {
	never := Turn{Provider: "Claranet", Whose: "provider", Since: at(), Spells: []Spell{
		{Whose: "data", Wall: 59 * time.Second}, {Whose: "us", Wall: 2 * time.Hour, Working: 2 * time.Hour}, {Whose: "provider", Wall: 48 * time.Hour, Working: 48 * time.Hour},
	}}
	hostiles := turns("provider")
	hostiles.Provider = hostile
	return writes{
		"turn-provider":   func(x Texts) string { return x.Turn(turns("provider")) },
		"turn-data":       func(x Texts) string { return x.Turn(turns("data")) },
		"turn-us":         func(x Texts) string { return x.Turn(turns("us")) },
		"turn-nobody":     func(x Texts) string { return x.Turn(turns("")) },
		"turn-always":     func(x Texts) string { return x.Turn(never) },
		"turn-first":      func(x Texts) string { return x.Turn(Turn{Provider: "Claranet", Whose: "us", Since: at()}) },
		"turn-nothing":    func(x Texts) string { return x.Turn(Turn{Provider: "Claranet"}) },
		"turn-hostile":    func(x Texts) string { return x.Turn(hostiles) },
		"turn-line":       func(x Texts) string { return x.TurnLine(turns("provider")) },
		"turn-line-data":  func(x Texts) string { return x.TurnLine(turns("data")) },
		"turn-line-first": func(x Texts) string { return x.TurnLine(Turn{Provider: "Claranet", Whose: "us", Since: at()}) },
	}
}

// TestTurnLineIsOneLine: Jira shows it as it is.
func TestTurnLineIsOneLine(t *testing.T) {
	t.Parallel()
	u := turns("provider")
	u.Provider = "a\nb\x1b[2J\u202e" + strings.Repeat("x", 1000)
	got := texts(t, "ca").TurnLine(u)
	if strings.ContainsAny(got, "\n\x1b\u202e") || len([]rune(got)) > maxTurn || !strings.Contains(got, "a b[2Jxx") {
		t.Errorf("%q", got)
	}
}

// TestLapse says lengths of time as people do.
func TestLapse(t *testing.T) {
	t.Parallel()
	x := texts(t, "ca")
	for d, want := range map[time.Duration]string{
		-time.Second: "0 min", 0: "0 min", 59 * time.Second: "0 min", time.Minute: "1 min",
		time.Hour - time.Second: "59 min", time.Hour: "1 h", 90 * time.Minute: "1 h 30 min", 47*time.Hour + 59*time.Minute: "47 h 59 min",
		48 * time.Hour: "2 dies", 73*time.Hour + 59*time.Minute: "3 dies 1 h",
	} {
		if got := strings.ReplaceAll(x.lapse(d), noBreak, " "); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
