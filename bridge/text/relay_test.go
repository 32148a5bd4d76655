package text

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// handed is a ticket of OVH that a person is to open.
func handed(x Texts) Handed {
	return Handed{
		MentionMarkup: me, Provider: "OVH", Link: "https://www.ovh.com/manager/", Menu: "Mis productos → Soporte", Choice: "Declarar un incidente",
		Account: say(x, "identificador de client (NIC)", "identificador de cliente (NIC)", "customer identifier (NIC)"), Identifier: "ab12345-ovh", Service: "ns1.example.org",
		Phones: []string{"902 906 033"}, SubjectMarkup: "{noformat}\n[AOC ST-1] Portal\n{noformat}", TextMarkup: "{noformat}\nTipo: Incidencia\n{noformat}",
	}
}

// relayCases are what goes to the provider at the team's word, and what a person enters.
func relayCases() writes {
	cases := writes{}
	hand := func(name string, change func(x Texts, h *Handed)) {
		cases["handed"+name] = func(x Texts) string {
			h := handed(x)
			change(x, &h)
			return x.Handed(h)
		}
	}
	further := func(h *Handed) { h.Further, h.Number, h.SubjectMarkup = true, "1234567", "" }
	hand("", func(Texts, *Handed) {})
	hand("-files", func(_ Texts, h *Handed) {
		h.Upload, h.Inside = []LeftFile{{Name: "captura.png", Size: 182_400}, {Name: "a.bin"}, {More: 3}}, []string{"mtr.txt"}
	})
	hand("-night", func(x Texts, h *Handed) { h.Call = nightCall(x) })
	hand("-test", func(x Texts, h *Handed) { h.Trial, h.Call = true, nightCall(x) })
	hand("-incomplete", func(x Texts, h *Handed) { h.Pending, h.Doubts = []string{missing(x)[0].Label}, doubts(x) })
	hand("-incomplete-many", func(x Texts, h *Handed) { h.Pending = []string{missing(x)[0].Label, missing(x)[1].Label} })
	hand("-refused", func(_ Texts, h *Handed) { h.Why, h.Reason = HandedRefused, "Invalid serviceName" })
	hand("-away", func(_ Texts, h *Handed) { h.Why = HandedAway })
	hand("-unsure", func(_ Texts, h *Handed) { h.Why = HandedUnsure })
	hand("-further", func(_ Texts, h *Handed) { further(h) })
	hand("-further-refused", func(_ Texts, h *Handed) { further(h); h.Why, h.Number = HandedRefused, "" })
	hand("-words", func(_ Texts, h *Handed) { further(h); h.Author, h.Written = "Anna Puig", at() })
	hand("-cut", func(_ Texts, h *Handed) { further(h); h.Cut = true })
	hand("-close", func(_ Texts, h *Handed) { further(h); h.Closes = true })
	hand("-reopen", func(_ Texts, h *Handed) { further(h); h.Reopens = true })
	hand("-bare", func(_ Texts, h *Handed) {
		*h = Handed{Provider: "Claranet", Choice: "Otros", TextMarkup: "{noformat}\nx\n{noformat}"}
	})
	hand("-menu", func(_ Texts, h *Handed) { h.Choice, h.Phones = "", nil })
	hand("-hostile", func(_ Texts, h *Handed) {
		*h = Handed{Provider: hostile, Why: HandedRefused, Reason: hostile, Link: hostile, Menu: hostile, Choice: hostile, Account: hostile, Identifier: hostile, Service: hostile, Cut: true, Phones: []string{hostile}, Inside: []string{hostile}, Upload: []LeftFile{{Name: hostile, Size: 1}}, Author: hostile, Written: at()}
	})
	for name, u := range map[string]Unentered{
		"": {MentionMarkup: me, Provider: "OVH", For: 15 * time.Minute, Link: "https://www.ovh.com/manager/"}, "-days": {Provider: "OVH", For: 71*time.Hour + 40*time.Minute},
		"-hostile": {Provider: hostile, For: time.Hour, Link: hostile},
	} {
		cases["unentered"+name] = func(x Texts) string { return x.Unentered(u) }
	}
	for _, about := range []string{"words", "claim", "again", "close", "reopen"} {
		told := func(x Texts) Told {
			o := Told{MentionMarkup: me, Provider: "Claranet", About: about, To: []string{"css@claranet.es"}, At: at(), MessageID: "a@b"}
			switch about {
			case "words":
				o.Author, o.Written, o.Files = "Anna Puig", at().Add(-3*time.Minute), []string{"captura.png"}
			case "claim":
				o.Cc = []string{"turno@claranet.es"}
			case "again":
				o.Pending = []string{missing(x)[0].Label}
			}
			return o
		}
		cases["told-"+about] = func(x Texts) string { return x.Told(told(x)) }
		cases["told-"+about+"-test"] = func(x Texts) string {
			o := told(x)
			o.Redirected, o.Call = true, nightCall(x)
			return x.Told(o)
		}
		cases["failed-"+about] = func(x Texts) string {
			return x.SendFailed(SendProblem{MentionMarkup: me, Provider: "Claranet", About: about, Reason: "550 no", Phones: []string{"902 884 622"}, Portal: "https://online.claranet.es/"})
		}
	}
	cases["told-night"] = func(x Texts) string {
		return x.Told(Told{Provider: "Claranet", About: "words", To: []string{"css@claranet.es"}, At: at(), Author: "Anna Puig", Written: at(), Call: nightCall(x), ByCopy: true, CopyRefused: "452 full", Left: []LeftFile{{Name: "a.exe", Why: "type"}}})
	}
	cases["told-hostile"] = func(x Texts) string {
		return x.Told(Told{Provider: hostile, About: "words", To: []string{hostile}, Cc: []string{hostile}, At: at(), Author: hostile, Written: at(), MessageID: hostile, Files: []string{hostile}, CopyRefused: hostile})
	}
	cases["unknown-words"] = func(x Texts) string {
		return x.SendUnknown(SendProblem{MentionMarkup: me, Provider: "Claranet", About: "words"})
	}
	cases["withdrawn-claim"] = func(x Texts) string {
		return x.Withdrawn(SendProblem{MentionMarkup: me, Provider: "Claranet", About: "claim"})
	}
	for _, why := range relayReasons() {
		cases["not-"+string(why)] = func(x Texts) string {
			return x.NotRelayed(NotRelayed{
				MentionMarkup: me, Provider: "Claranet", Why: why, Leader: "ST-2", Command: map[NotRelayedWhy]string{RelayPortal: "escalat portal", RelayHeld: "escalat endavant", RelayClosed: "escalat reobre"}[why],
				Label: map[NotRelayedWhy]string{RelayNowhere: "escalar-claranet"}[why], Many: 30, At: at(), Phones: []string{"902 884 622"}, Portal: "https://online.claranet.es/",
			})
		}
	}
	cases["not-undelivered-night"] = func(x Texts) string {
		return x.NotRelayed(NotRelayed{MentionMarkup: me, Provider: "Claranet", Why: RelayUndelivered, Call: nightCall(x)})
	}
	cases["not-hostile"] = func(x Texts) string {
		return x.NotRelayed(NotRelayed{Provider: hostile, Why: RelayUndelivered, Leader: hostile, Command: hostile, Phones: []string{hostile}, Portal: hostile}) + "\n" + x.NotRelayed(NotRelayed{Provider: hostile, Why: RelayNowhere, Label: hostile})
	}
	return cases
}

func relayReasons() []NotRelayedWhy {
	return []NotRelayedWhy{
		RelayUnclear, RelayEmpty, RelayHidden, RelayBarred, RelayGone, RelayEdited, RelayEarly, RelayOld, RelayFirst, RelayAsked, RelayPortal,
		RelayHeld, RelayRefused, RelayUndelivered, RelayWithdrawn, RelayClosed, RelayJoined, RelayNowhere, RelayDay, RelayCase, RelayCommand,
	}
}

// TestRelayGolden: as TestGolden.
func TestRelayGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		folder, cases := filepath.Join("testdata", "relay", lang), relayCases()
		for name, write := range cases {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				got := write(texts(t, lang))
				if strings.Contains(got, "%!") || strings.Contains(got, "%[") {
					t.Errorf("a gap is wrong:\n%s", got)
				}
				if strings.HasSuffix(name, "-hostile") && strings.Contains(shielded().ReplaceAllString(got, ""), "admin") {
					t.Errorf("not escaped:\n%s", got)
				}
				golden(t, filepath.Join(folder, name+".golden"), got+"\n")
			})
		}
		files, err := filepath.Glob(filepath.Join(folder, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) != len(cases) {
			t.Errorf("%s holds %d files for %d cases", folder, len(files), len(cases))
		}
		words := texts(t, lang).both()
		if len(words.not) != len(relayReasons()) {
			t.Errorf("%s has %d reasons", lang, len(words.not))
		}
	}
}
