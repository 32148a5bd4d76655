package text

import (
	"fmt"
)

// privately are things that did not leave as they are.
func privately(x Texts) Private {
	field := say(x, "Impacte en negoci", "Impacto en negocio", "Impact on business")
	return Private{
		Hidden: []Hidden{
			{Kind: "password", Place: "rest", Line: 3},
			{Kind: "identity", Label: field, Line: 1},
			{Kind: "identity", Label: field, Line: 4},
			{Kind: "token", Place: "summary"},
		},
		Files: []Withheld{
			{Name: "traces.zip", Size: 1_234_567, Inside: []Hidden{{Kind: "password", Label: "config/app.yml", Line: 12}, {Kind: "key", Label: "config/id_rsa", Line: 1}}},
			{Name: "padró.pdf", Size: 2000, Inside: []Hidden{{Kind: "person", Line: 2, Page: true}, {Kind: "person", Line: 3, Page: true}}},
			{Name: "app.log", Inside: []Hidden{{Kind: "card", Line: 7}}},
			{Name: "clau.7z", Size: 12, Closed: "encrypted"},
			{Name: "bolcat.bin", Closed: "unknown"},
			{Name: "gran.tar.gz", Closed: "too-large"},
			{Name: "malmès.docx", Closed: "broken"},
			{Name: "altre", Closed: "of tomorrow"},
		},
		Images: []LeftFile{{Name: "captura.png"}, {Name: "pantalla 2.jpg"}},
	}
}

func privateCases() writes {
	sent := func(x Texts, p Private) string {
		s := incomplete(x, 0)
		s.Private = p
		return x.Sent(s)
	}
	cases := writes{
		"private-all":  func(x Texts) string { return sent(x, privately(x)) },
		"private-one":  func(x Texts) string { return sent(x, Private{Hidden: privately(x).Hidden[:1]}) },
		"private-file": func(x Texts) string { return sent(x, Private{Files: privately(x).Files[2:3]}) },
		"private-image": func(x Texts) string {
			return sent(x, Private{Images: []LeftFile{{Name: "captura.png"}}})
		},
		"private-many": func(x Texts) string {
			var p Private
			for i := range 20 {
				p.Hidden = append(p.Hidden, Hidden{Kind: "token", Label: fmt.Sprint("camp ", i), Line: 1}, Hidden{Kind: "account", Place: "words", Line: i + 1})
				p.Files = append(p.Files, Withheld{Name: fmt.Sprintf("f%d.bin", i), Closed: "unknown"})
				p.Images = append(p.Images, LeftFile{Name: fmt.Sprintf("f%d.png", i)})
			}
			p.Images = append(p.Images, LeftFile{More: 7})
			return sent(x, p)
		},
		"private-hostile": func(x Texts) string {
			return sent(x, Private{
				Hidden: []Hidden{{Kind: "password", Label: hostile, Line: 1}, {Kind: hostile, Place: hostile}},
				Files:  []Withheld{{Name: hostile, Inside: []Hidden{{Kind: "key", Label: hostile, Line: 2}}}, {Name: hostile, Closed: hostile}},
				Images: []LeftFile{{Name: hostile}},
			})
		},
		"private-nothing-new": func(x Texts) string {
			return x.NothingNew(NothingNew{MentionMarkup: me, Provider: "Claranet", Files: true, Private: Private{Files: privately(x).Files[2:3]}})
		},
		"private-nothing-new-left": func(x Texts) string {
			return x.NothingNew(NothingNew{MentionMarkup: me, Provider: "Claranet", Files: true, Left: []LeftFile{
				{Name: "app.log", Why: "private"}, {Name: "b.log", Why: "private"}, {Name: "clau.7z", Why: "closed"}, {Name: "captura.png", Why: "image"},
			}})
		},
		"private-added": func(x Texts) string {
			return x.Added(Added{MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at(), MessageID: "a@b", Anyway: true, Changed: []string{"Impacte"}, Files: []string{"app.log"}})
		},
		"private-added-test": func(x Texts) string {
			return x.Added(Added{MentionMarkup: me, Provider: "Claranet", To: []string{"test@aoc.cat"}, At: at(), MessageID: "a@b", Anyway: true, Redirected: true})
		},
		"private-status": func(x Texts) string {
			return x.Status(Status{MentionMarkup: me, Provider: "Claranet", Standing: StandsStopped})
		},
	}
	for _, what := range []AnywayWhat{AnywayReason, AnywayNothing, AnywayNoted, AnywayLate} {
		cases["anyway-"+string(what)] = func(x Texts) string { return x.Anyway(Anyway{MentionMarkup: me, Provider: "Claranet", What: what}) }
	}
	for name, s := range map[string]Stopped{"first": {First: true}, "form": {}, "words": {About: "words"}, "claim": {About: "claim"}} {
		cases["stopped-"+name] = func(x Texts) string {
			s.MentionMarkup, s.Provider, s.Hidden = me, "Claranet", privately(x).Hidden[:3]
			return x.Stopped(s)
		}
	}
	cases["stopped-night"] = func(x Texts) string {
		return x.Stopped(Stopped{MentionMarkup: me, Provider: "Claranet", First: true, Hidden: privately(x).Hidden[:1], Call: nightCall(x)})
	}
	return cases
}
