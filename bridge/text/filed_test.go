package text

import (
	"path/filepath"
	"testing"
	"time"
)

func filed(x Texts) Filed {
	return Filed{
		MentionMarkup: me, Provider: "OVH", Number: "8800001", At: at(), Subject: "[AOC ST-1] La web no respon", Link: "https://www.ovh.example/manager/",
		As: say(x, "Incidència (nivell 1)", "Incidencia (nivel 1)", "Incident (level 1)"),
	}
}

func further(about string) Filed {
	f := Filed{MentionMarkup: me, Provider: "OVH", Number: "8800001", At: at(), Further: true, About: about}
	if about == "words" {
		f.Author, f.Written = "Marta Puig", at().Add(-time.Minute)
	}
	return f
}

func trouble() TicketTrouble {
	return TicketTrouble{
		MentionMarkup: me, Provider: "OVH", Until: at().Add(25 * time.Minute), Reason: "503 Service Unavailable", Phones: []string{"902 906 033"}, Portal: "https://www.ovh.example/manager/",
	}
}

func filedCases() writes {
	return writes{
		"opened": func(x Texts) string { return x.Filed(filed(x)) },
		"opened-everything": func(x Texts) string {
			f := filed(x)
			f.Found, f.Service, f.Follows, f.Call = true, "aoc.cat", true, nightCall(x)
			f.Inside, f.Upload = []string{"mtr.txt"}, []LeftFile{{Name: "captura.png", Size: 120_000}, {Name: "vídeo.mp4", Size: 12_000_000}}
			f.Pending, f.Doubts = []string{missing(x)[0].Label}, doubts(x)[:1]
			return x.Filed(f)
		},
		"opened-plain": func(x Texts) string {
			f := filed(x)
			f.As, f.Link, f.Upload = "", "", []LeftFile{{Name: "captura.png", Size: 120_000}}
			return x.Filed(f)
		},
		"opened-hostile": func(x Texts) string {
			return x.Filed(Filed{Provider: hostile, Number: hostile, At: at(), Subject: hostile, As: hostile, Service: hostile, Link: hostile, Upload: []LeftFile{{Name: hostile}}, Inside: []string{hostile}})
		},
		"further": func(x Texts) string {
			f := further("")
			f.Added, f.Changed, f.Inside = []string{missing(x)[0].Label}, []string{missing(x)[1].Label}, []string{"mtr.txt"}
			return x.Filed(f)
		},
		"further-part": func(x Texts) string {
			f := further("")
			f.Added, f.Pending, f.Reopened = []string{missing(x)[0].Label}, []string{missing(x)[1].Label}, true
			f.Upload, f.Link = []LeftFile{{Name: "captura.png", Size: 120_000}}, "https://www.ovh.example/manager/"
			return x.Filed(f)
		},
		"further-cut":    func(x Texts) string { f := further("words"); f.Cut = true; return x.Filed(f) },
		"further-words":  func(x Texts) string { return x.Filed(further("words")) },
		"further-claim":  func(x Texts) string { f := further("claim"); f.Found = true; return x.Filed(f) },
		"further-again":  func(x Texts) string { f := further("again"); f.Call = nightCall(x); return x.Filed(f) },
		"further-close":  func(x Texts) string { return x.Filed(further("close")) },
		"further-reopen": func(x Texts) string { return x.Filed(further("reopen")) },
		"delayed":        func(x Texts) string { return x.TicketDelayed(trouble()) },
		"delayed-night": func(x Texts) string {
			p := trouble()
			p.Call, p.Until = nightCall(x), time.Time{}
			return x.TicketDelayed(p)
		},
		"delayed-further": func(x Texts) string {
			p := trouble()
			p.Further, p.Number = true, "8800001"
			return x.TicketDelayed(p)
		},
		"unknown": func(x Texts) string { return x.TicketUnknown(trouble()) },
		"unknown-further": func(x Texts) string {
			p := trouble()
			p.Further, p.Number, p.About, p.Reason, p.Call = true, "8800001", "words", "", nightCall(x)
			return x.TicketUnknown(p)
		},
		"withdrawn-further": func(x Texts) string {
			p := trouble()
			p.Further, p.Number, p.About = true, "8800001", "claim"
			return x.TicketWithdrawn(p)
		},
		"trouble-hostile": func(x Texts) string {
			p := TicketTrouble{Provider: hostile, Reason: hostile, Further: true, Number: hostile, About: hostile, Phones: []string{hostile}, Portal: hostile}
			return x.TicketDelayed(p) + "\n\n" + x.TicketUnknown(p) + "\n\n" + x.TicketWithdrawn(p)
		},
	}
}

// TestFiled: read each file aloud before it is committed.
func TestFiled(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		folder, cases := filepath.Join("testdata", "filed", lang), filedCases()
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
