package text

import (
	"path/filepath"
	"strings"
	"testing"
)

func untranslatedCases() writes {
	cases := writes{}
	for _, why := range []string{"none", "away", "partly", "private"} {
		cases[why] = func(x Texts) string { return x.untranslated(why, "Claranet", false) }
	}
	sent := Sent{MentionMarkup: me, Provider: "Claranet", To: []string{"css@claranet.es"}, At: at(), Subject: "[AOC ST-1] Portal", MessageID: "a@b", Untranslated: "away"}
	cases["sent"] = func(x Texts) string { return x.Sent(sent) }
	cases["sent-test"] = func(x Texts) string {
		test := sent
		test.Redirected = true
		return x.Sent(test)
	}
	cases["added"] = func(x Texts) string {
		a := added(x, 0)
		a.Untranslated = "partly"
		return x.Added(a)
	}
	cases["told"] = func(x Texts) string {
		return x.Told(Told{Provider: "Claranet", About: "words", To: []string{"css@claranet.es"}, At: at(), Author: "Núria Puig", Written: at(), MessageID: "a@b", Untranslated: "private"})
	}
	cases["handed"] = func(x Texts) string {
		return x.Handed(Handed{Provider: "OVH", Link: "https://help.ovhcloud.com/", SubjectMarkup: "{noformat}a{noformat}", TextMarkup: "{noformat}b{noformat}", Untranslated: "none"})
	}
	cases["filed"] = func(x Texts) string {
		return x.Filed(Filed{Provider: "OVH", Number: "CS1", At: at(), Subject: "a", Untranslated: "away"})
	}
	return cases
}

// TestUntranslated: who reads that something went out in Catalan also reads what to do.
func TestUntranslated(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"ca", "es", "en"} {
		folder, cases := filepath.Join("testdata", "untranslated", lang), untranslatedCases()
		for name, write := range cases {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				got := write(texts(t, lang))
				if strings.Contains(got, "%!") || strings.Contains(got, "%[") {
					t.Errorf("a gap is wrong:\n%s", got)
				}
				golden(t, filepath.Join(folder, name+".golden"), got+"\n")
			})
		}
		if files, err := filepath.Glob(filepath.Join(folder, "*")); err != nil || len(files) != len(cases) {
			t.Errorf("%s holds %d files for %d cases, %v", folder, len(files), len(cases), err)
		}
		x := texts(t, lang)
		if got := x.untranslated("", "Claranet", false); got != "" {
			t.Errorf("%s: %q of a notice in Spanish", lang, got)
		}
		if got := x.untranslated("away", hostile, false); strings.Contains(got, hostile) {
			t.Errorf("%s: the provider's name is not escaped: %s", lang, got)
		}
		if test := x.untranslated("none", "Claranet", true); strings.Contains(test, "Claranet") {
			t.Errorf("%s: of a test nothing is to be done: %s", lang, test)
		}
	}
}
