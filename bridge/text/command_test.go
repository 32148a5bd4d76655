package text

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// every are all answers to commands.
func every() []Order {
	return []Order{
		HasAnswered, HasAnsweredUnsent, HasAnsweredUnentered, NotUrgent, Entered, EnteredFurther, NothingToEnter, NumberLacking,
		ClosedTold, ClosedPortal, ClosedUntold, ClosedShared, ClosedUnsent, ClosedAlready, ClosedNothing,
		Reopened, ReopenedPortal, ReopenedUnsent, ReopenedUndelivered, ReopenedUnentered, ReopenedShared, ReopenedUnlabelled, ReopenedAlready,
		RefusedUnsent, RefusedSending, RefusedClosed, RefusedUndelivered, RefusedUnentered, RefusedByPortal, RefusedTooSoon, RefusedElsewhere,
	}
}

func spells() Turn {
	return Turn{Provider: "Claranet", Spells: []Spell{
		{Whose: "us", Wall: 20 * time.Minute, Working: 20 * time.Minute}, {Whose: "provider", Wall: 26 * time.Hour, Working: 9*time.Hour + 30*time.Minute},
	}}
}

func commandCases() writes {
	cases := writes{}
	for _, what := range every() {
		cases["ordered-"+string(what)] = func(x Texts) string {
			return x.Ordered(what, Ordered{
				MentionMarkup: me, Provider: "Claranet", At: at(), Until: at().Add(time.Hour), Reference: "CAS-0471", Leader: "ST-7", Label: "escalar-claranet",
				Turn: spells(), Phones: []string{"902 884 622"}, Portal: "https://online.claranet.es/",
			})
		}
	}
	cases["ordered-hostile"] = func(x Texts) string {
		var all []string
		for _, what := range []Order{Entered, ClosedUntold, ClosedShared, ReopenedUnlabelled, RefusedElsewhere} {
			all = append(all, x.Ordered(what, Ordered{Provider: hostile, Reference: hostile, Leader: hostile, Label: hostile, Phones: []string{hostile}, Portal: hostile}))
		}
		return strings.Join(all, "\n\n")
	}
	for _, stands := range []Standing{
		StandsSettling, StandsSending, StandsHanded, StandsUndelivered, StandsHeld, StandsRefused, StandsWithdrawn,
	} {
		cases["status-"+string(stands)] = func(x Texts) string {
			return x.Status(Status{MentionMarkup: me, Provider: "Claranet", Standing: stands, Turn: Turn{Provider: "Claranet", Whose: "us", Since: at()}})
		}
	}
	for name, status := range map[string]func(Texts) Status{
		"status-asked": func(x Texts) Status {
			return Status{Standing: StandsAsked, Missing: []string{missing(x)[0].Label, missing(x)[1].Label}, Turn: Turn{Provider: "Claranet", Whose: "data", Since: at()}}
		},
		"status-sent": func(Texts) Status {
			turn := spells()
			turn.Whose, turn.Since = "provider", at()
			return Status{
				Standing: StandsSent, SentAt: at(), ConfirmedAt: at().Add(2 * time.Minute), LastSentAt: at().Add(time.Hour), References: []string{"CAS-0471"},
				UsualFrom: time.Hour, UsualTo: 6 * time.Hour, Turn: turn,
			}
		},
		"status-night": func(x Texts) Status {
			call := nightCall(x)
			call.Say = "Llamamos de AOC por una incidencia urgente."
			return Status{Standing: StandsSent, SentAt: at(), Call: call, RemindAt: at().Add(10 * time.Minute)}
		},
		"status-answered": func(x Texts) Status {
			return Status{
				Standing: StandsAnswered, SentAt: at(), HeardAt: at().Add(time.Hour), References: []string{"CAS-0471", "CAS-0472"},
				Pending: []string{missing(x)[0].Label}, NotUrgent: true,
			}
		},
		"status-test":   func(Texts) Status { return Status{Standing: StandsSent, SentAt: at(), Test: true} },
		"status-joined": func(Texts) Status { return Status{Standing: StandsJoined, Leader: "ST-7"} },
		"status-closed": func(Texts) Status { return Status{Standing: StandsClosed, SentAt: at(), Turn: spells()} },
		"status-hostile": func(Texts) Status {
			return Status{Standing: StandsJoined, Leader: hostile, References: []string{hostile}, Missing: []string{hostile}, Pending: []string{hostile}, ConfirmedAt: at(), HeardAt: at(), UsualTo: time.Hour, Call: evil(), RemindAt: at()}
		},
	} {
		cases[name] = func(x Texts) string {
			s := status(x)
			s.MentionMarkup, s.Provider = me, "Claranet"
			if name == "status-hostile" {
				s.MentionMarkup, s.Provider = "", hostile
			}
			return x.Status(s)
		}
	}
	maps.Copy(cases, helpCases())
	return cases
}

func helpCases() writes {
	return writes{
		"help": func(x Texts) string {
			return x.Help(Help{MentionMarkup: me, Provider: "Claranet", Several: []string{"claranet"}})
		},
		"help-several": func(x Texts) string {
			return x.Help(Help{MentionMarkup: me, Provider: "OVHcloud", Several: []string{"claranet", "ovh"}})
		},
		"help-hostile": func(x Texts) string { return x.Help(Help{Provider: hostile, Several: []string{hostile, hostile}}) },
		"mistaken":     func(x Texts) string { return x.Mistaken(Mistaken{MentionMarkup: me, Said: "tanquis", Meant: "tanca"}) },
		"mistaken-usage": func(x Texts) string {
			return x.Mistaken(Mistaken{MentionMarkup: me, Said: "referencia", Meant: "referencia"})
		},
		"mistaken-beside": func(x Texts) string {
			var all []string
			for _, m := range []Mistaken{
				{Said: "tanca ja funciona", Meant: "tanca"},
				{Said: "reclama necessitem resposta avui", Meant: "reclama"},
				{Said: "reobre ha tornat a fallar", Meant: "reobre"},
				{Said: "contestat amb en Joan, que reinicien demà", Meant: "contestat"},
				{Said: "trucat 2 cops", Meant: "trucat"},
				{Said: "portal fet", Meant: "portal"},
				{Said: "reenvia: demà", Meant: "reenvia"},
				{Said: hostile, Meant: hostile, Provider: hostile},
				{Said: hostile, Meant: "reobre", Provider: hostile},
			} {
				if m.Beside = true; m.Provider == "" {
					m.MentionMarkup, m.Provider = me, "Claranet"
				}
				all = append(all, x.Mistaken(m))
			}
			return strings.Join(all, "\n\n")
		},
		"mistaken-far":     func(x Texts) string { return x.Mistaken(Mistaken{MentionMarkup: me, Said: "tiquet nou"}) },
		"mistaken-hostile": func(x Texts) string { return x.Mistaken(Mistaken{Said: hostile, Meant: hostile}) },
		"which": func(x Texts) string {
			return x.Which(Which{MentionMarkup: me, Commands: []string{"escalat trucat claranet", "escalat trucat ovh"}})
		},
		"which-three": func(x Texts) string {
			return x.Which(Which{Commands: []string{"escalat tanca a", "escalat tanca b", "escalat tanca c"}})
		},
		"which-nobody": func(x Texts) string { return x.Which(Which{MentionMarkup: me, Named: "ovh"}) },
		"which-hostile": func(x Texts) string {
			return x.Which(Which{Commands: []string{hostile}}) + "\n" + x.Which(Which{Named: hostile})
		},
	}
}

// TestCommandGolden: as TestGolden.
func TestCommandGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		folder, cases := filepath.Join("testdata", "command", lang), commandCases()
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

// TestCommandWords: each answer is there in every language, and one that names a command
// shows it.
func TestCommandWords(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		x := texts(t, lang)
		if got := len(x.orders()); got != len(every()) {
			t.Errorf("%s: %d answers, want %d", lang, got, len(every()))
		}
		for _, what := range every() {
			if format := x.orders()[what]; format == "" || strings.Contains(format, "%[2]s") != (what.names() != "") {
				t.Errorf("%s, %s: %q names %q", lang, what, format, what.names())
			}
		}
		for stands, format := range x.status().standing {
			if strings.Contains(format, "%[2]s") != (stands.names() != "") {
				t.Errorf("%s, %s: %q names %q", lang, stands, format, stands.names())
			}
		}
		if got, want := len(x.status().standing), len(texts(t, "en").status().standing); got != want {
			t.Errorf("%s: %d standings, want %d", lang, got, want)
		}
	}
}
