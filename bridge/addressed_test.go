package bridge

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/mapping"
	"escalat/mapping/wiki"
)

func claranet() *mapping.Profile {
	return &mapping.Profile{ID: "claranet", Name: "Claranet", Label: "claranet"}
}

// text is what a comment says to Claranet, and whether and why it goes to nobody.
func text(body string) (text string, fault Fault, found bool) {
	got := Issue{Comments: []Comment{{ID: "7", Body: body, Author: User{ID: "anna"}}}}.Addressed(claranet())
	if len(got) == 0 {
		return "", "", false
	}
	return got[0].Text, got[0].Fault, true
}

// TestAddressed: each way to begin a comment that is for a provider, and what is none.
func TestAddressed(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"Per a Claranet: hola":   "hola",
		"Para Claranet: hola":    "hola",
		"For Claranet: hola":     "hola",
		"To Claranet: hola":      "hola",
		"per claranet:hola":      "hola",
		"PER A CLARANET :\nhola": "hola",

		"\n\u00a0 Per\u00a0a\u00a0Claranet\u00a0:\u00a0hola":         "hola",
		"\u200bPer a Claranet\uff1a hola":                            "hola",
		"Per a l'equip de Claranet: hola":                            "hola",
		"Per a l’equip de Claranet: hola":                            "hola",
		"Para los de Claranet: hola":                                 "hola",
		"Per als companys de Claranet: hola":                         "hola",
		"*Per a Claranet:* hola":                                     "hola",
		"*Per a Claranet*: hola":                                     "hola",
		"_*Per a Claranet:*_ hola":                                   "hola",
		"{*}Per a Claranet:{*} hola":                                 "hola",
		"*Per a* _Claranet_: hola":                                   "hola",
		"{color:red}Per a Claranet:{color} hola":                     "hola",
		"*Per a Claranet: hola*":                                     "*hola*",
		"+*Per a Claranet: hola* i+ adeu":                            "+*hola* i+ adeu",
		"h3. Per a Claranet:\nhola":                                  "hola",
		"h3. *Per a Claranet:*\n\nhola\n\nadeu":                      "hola\n\nadeu",
		"Per a Claranet:\n\nhola\n\n* u\n* dos\n\n{code}\nx\n{code}": "hola\n\n* u\n* dos\n\n{code}\nx\n{code}",
		"Per a Claranet:\\\\hola":                                    "hola",
		"Per a Claranet i OVH: hola":                                 "hola",
		"Per a OVH i Claranet: hola":                                 "hola",
		"Para Claranet y para OVH: hola":                             "hola",
		"Per a Claranet, OVH i Telefónica: hola":                     "hola",
		"Per a Claranet/OVH: hola":                                   "hola",
		"@claranet hola":                                             "hola",
		"@Claranet: hola":                                            "hola",
		"@CLARANET, hola":                                            "hola",
		"*@claranet* hola":                                           "hola",
		`\@claranet hola`:                                            "hola",
		"@claranet\nhola":                                            "hola",
		"@claranet @ovh hola":                                        "hola",
		"@ovh i @claranet: hola":                                     "hola",
		"@claranet, @ovh: hola":                                      "hola",
		"Per a Claranet: !a.png|thumbnail!":                          "!a.png|thumbnail!",
		"Per a Claranet: İ Ⱥ":                                        "İ Ⱥ",
		"Per a Claranet: a: b":                                       "a: b",
	} {
		if got, fault, found := text(body); !found || got != want || fault != "" {
			t.Errorf("%q is %q, %s (%v), want %q", body, got, fault, found, want)
		}
	}
	for body, want := range map[string]Fault{
		"A Claranet: diuen que ja ho miren": FaultUnclear,
		"Per a Claranet\n\nhola":            FaultUnclear,
		"Per a Claranet, hola":              FaultUnclear,
		"Per a Claranet - hola":             FaultUnclear,
		"Per a Claranet (urgent): hola":     FaultUnclear,
		"Per a Claranet i en Joan Puig: ei": "none",

		"Per a Claranet:":                        FaultEmpty,
		"Per a Claranet:\n\n \n":                 FaultEmpty,
		"@claranet":                              FaultEmpty,
		"@claranet:\nescalat trucat":             FaultEmpty,
		"Per a Claranet hem de fer això":         "none",
		"Per a Claranet cal: provar-ho":          "none",
		"Per a OVH: hola":                        "none",
		"Per a tothom: hola":                     "none",
		"Claranet: hola":                         "none",
		"Bon dia,\nPer a Claranet: hola":         "none",
		"Bon dia\n\nPer a Claranet: hola":        "none",
		"bq. Per a Claranet: hola":               "none",
		"{quote}\nPer a Claranet: hola\n{quote}": "none",
		"{code}Per a Claranet: hola{code}":       "none",
		"{{Per a Claranet:}} hola":               "none",
		"-Per a Claranet:- hola":                 "none",
		"* Per a Claranet: hola":                 "none",
		"|Per a Claranet: hola|":                 "none",
		"[~anna] Per a Claranet: hola":           "none",
		"[Per a Claranet:|https://x.es] hola":    "none",
		"@claranet.es no respon":                 "none",
		"@claranetxarxa hola":                    "none",
		"@claranet-xarxa hola":                   "none",
		"@ovh hola":                              "none",
		"anna@claranet hola":                     "none",
		"@ hola":                                 "none",
		"":                                       "none",
		"Per a " + strings.Repeat("x", 200) + " Claranet: hola": "none",
	} {
		got, fault, found := text(body)
		if !found {
			fault = "none"
		}
		if fault != want {
			t.Errorf("%q is %q, %s, want %s", body, got, fault, want)
		}
	}
}

// TestAddressedWithoutCommands: a command within a text is none of it.
func TestAddressedWithoutCommands(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"Per a Claranet: hola\nescalat trucat 12345\nadeu":              "hola\nadeu",
		"Per a Claranet: hola\n\n*escalat trucat*":                      "hola",
		"Per a Claranet: hola\n\nescalat trucat\n\nadeu":                "hola\n\n\nadeu",
		"Per a Claranet: hola\\\\escalat trucat":                        "hola\\\\",
		"Per a Claranet:\n* u\n* escalat trucat\n* dos":                 "* u\n* dos",
		"Per a Claranet: escalat\nhola escalat trucat":                  "escalat\nhola escalat trucat",
		"Per a Claranet: mireu\n{code}\nescalat trucat\n{code}":         "mireu\n{code}\nescalat trucat\n{code}",
		"Per a Claranet: mireu\n{noformat}\nescalat trucat\n{noformat}": "mireu\n{noformat}\nescalat trucat\n{noformat}",
	} {
		got, _, _ := text(body)
		if wiki.Plain(got) != wiki.Plain(want) {
			t.Errorf("%q is %q, want %q", body, got, want)
		}
	}
}

// TestAddressedByWhom: only the team's own words leave, where all of it sees them.
func TestAddressedByWhom(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	body := "Per a Claranet: hola"
	i := Issue{Barred: []string{"pol"}, Comments: []Comment{
		{ID: "1", Body: body, Author: User{ID: "anna"}, Created: at.Add(time.Minute)},
		{ID: "2", Body: body, Author: User{ID: "anna"}, Created: at, Restricted: true},
		{ID: "3", Body: body, Author: User{ID: "anna"}, Created: at.Add(2 * time.Minute), Public: true},
		{ID: "4", Body: body, Author: User{ID: "pol"}, Created: at.Add(3 * time.Minute)},
		{ID: "5", Body: body, Author: User{ID: "client", Customer: true}, Created: at},
		{ID: "6", Body: body, Author: User{ID: "escalat"}, Created: at, Own: true},
	}}
	var got []string
	for _, a := range i.Addressed(claranet()) {
		got = append(got, a.Comment.ID+":"+string(a.Fault))
	}
	if diff := cmp.Diff([]string{"2:hidden", "1:", "3:hidden", "4:barred"}, got); diff != "" {
		t.Error(diff)
	}
	digest := Digest("hola")
	for id, want := range map[string]Fault{"1": "", "2": FaultHidden, "4": FaultBarred, "5": FaultGone, "6": FaultGone, "9": FaultGone} {
		if a := i.Says(claranet(), id, digest); a.Fault != want || want == "" && a.Text != "hola" {
			t.Errorf("comment %s: %+v", id, a)
		}
	}
	if a := i.Says(claranet(), "1", Digest("adeu")); a.Fault != FaultEdited || a.Text != "hola" {
		t.Errorf("edited: %+v", a)
	}
	i.Comments[0].Body = "A Claranet: hola"
	if a := i.Says(claranet(), "1", digest); a.Fault != FaultGone || a.Text != "" {
		t.Errorf("no address any more: %+v", a)
	}
}

// TestFilesOf: what a text shows or names, and what came with it.
func TestFilesOf(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	anna, pol := User{ID: "anna"}, User{ID: "pol"}
	i := Issue{Attachments: []Attachment{
		{ID: "1", Name: "abans.png", Author: anna, Created: at.Add(-6 * time.Minute)},
		{ID: "2", Name: "amb.png", Author: anna, Created: at.Add(-5 * time.Minute)},
		{ID: "3", Name: "després.png", Author: anna, Created: at.Add(2 * time.Minute)},
		{ID: "4", Name: "tard.png", Author: anna, Created: at.Add(3 * time.Minute)},
		{ID: "5", Name: "de-pol.png", Author: pol, Created: at},
		{ID: "6", Name: "tomcat error.log", Author: pol, Created: at.Add(-time.Hour)},
		{ID: "7", Name: "error.log", Author: pol, Created: at.Add(-time.Hour)},
		{ID: "8", Name: "captura.png", Author: pol, Created: at.Add(-time.Hour)},
		{ID: "9", Name: "captura.png", Author: pol, Created: at.Add(-time.Minute)},
		{ID: "10", Name: "ratllat.png", Author: pol, Created: at.Add(-time.Hour)},
		{ID: "11", Name: "nostre.pdf", Author: anna, Created: at, Own: true},
		{ID: "12", Name: "client.pdf", Author: User{ID: "c", Customer: true}, Created: at},
		{ID: "13", Name: "sense-autor.png", Created: at},
	}}
	for body, want := range map[string]string{
		"hola":                           "2 3",
		"mireu el Tomcat error.log":      "6 2 3",
		"mireu error.log":                "7 2 3",
		"!captura.png|thumbnail!":        "9 2 3",
		"[^captura.png] i !abans.png!":   "9 1 2 3",
		"-[^ratllat.png]- nostre.pdf":    "2 3",
		"és a client.pdf":                "12 2 3",
		"xcaptura.png i captura.png.bak": "2 3",
	} {
		if got := strings.Join(i.FilesOf(Addressed{Comment: Comment{Author: anna, Created: at}, Text: body}), " "); got != want {
			t.Errorf("%q: %s, want %s", body, got, want)
		}
	}
	if got := i.FilesOf(Addressed{Comment: Comment{Created: at}, Text: "hola"}); len(got) != 0 {
		t.Errorf("nobody's comment: %v", got)
	}
	for n := range 100 {
		i.Attachments = append(i.Attachments, Attachment{ID: "x" + strings.Repeat("i", n), Author: anna, Created: at})
	}
	if got := i.FilesOf(Addressed{Comment: Comment{Author: anna, Created: at}}); len(got) != maxRelayed {
		t.Errorf("%d files", len(got))
	}
}

// TestGoingFiles: those of texts that are meant for the case and were not given up.
func TestGoingFiles(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	anna := User{ID: "anna"}
	i := Issue{
		Attachments: []Attachment{{ID: "1", Name: "captura.png", Author: anna, Created: at}, {ID: "2", Name: "altra.png", Author: anna, Created: at.Add(-time.Hour)}},
		Comments:    []Comment{{ID: "7", Body: "Per a Claranet: hola", Author: anna, Created: at}},
	}
	c := Case{LabelledAt: at.Add(-2 * time.Hour)}
	if diff := cmp.Diff(map[string]bool{"1": true}, i.GoingFiles(c, claranet())); diff != "" {
		t.Error(diff)
	}
	late := Case{LabelledAt: at.Add(time.Second)}
	given := c
	given.GiveUp("7", Digest("hola"))
	composed := c
	composed.Notices = []Notice{{Serial: 2, About: AboutWords, Comment: "7"}}
	for name, c := range map[string]Case{"written before": late, "given up": given, "composed": composed} {
		if got := i.GoingFiles(c, claranet()); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	i.Comments[0].Restricted = true
	if got := i.GoingFiles(c, claranet()); len(got) != 0 {
		t.Errorf("restricted: %v", got)
	}
}

// TestRelayed: what a case remembers of the texts for its provider.
func TestRelayed(t *testing.T) {
	t.Parallel()
	var c Case
	before := c
	c.Relay("7", "a")
	if digest, ok := c.OnItsWay("7"); !ok || digest != "a" || before.Relayed != nil {
		t.Errorf("%q, %v", digest, ok)
	}
	copied := c
	c.GiveUp("7", "a")
	if _, ok := c.OnItsWay("7"); ok || !c.GivenUp("7", "a") || c.GivenUp("7", "b") || copied.GivenUp("7", "a") {
		t.Errorf("%+v", c.Relayed)
	}
	c.Unrelay("7")
	if _, ok := c.OnItsWay("7"); ok || c.GivenUp("7", "a") || len(copied.Relayed) != 1 {
		t.Errorf("%+v", c.Relayed)
	}
}

// TestRecompose: what composes a notice once more says all that the first time did.
func TestRecompose(t *testing.T) {
	t.Parallel()
	files := []Evidence{{ID: "1"}}
	for name, test := range map[string]struct {
		n    Notice
		want ComposeBody
	}{
		"first":    {Notice{Serial: 1, Fields: []string{"x"}, Files: files}, ComposeBody{Serial: 1}},
		"addition": {Notice{Serial: 2, Fields: []string{"x"}, Files: files, Omitted: []Evidence{{ID: "2"}}, Source: "s"}, ComposeBody{Serial: 2, Fields: []string{"x"}, Files: []string{"1", "2"}}},
		"words":    {Notice{Serial: 2, About: AboutWords, Comment: "7", Source: "s", Files: files}, ComposeBody{Serial: 2, About: AboutWords, Comment: "7", Digest: "s", Files: []string{"1"}}},
		"claim":    {Notice{Serial: 2, About: AboutClaim, Comment: "7", Said: "x", Cc: []string{"a@b"}}, ComposeBody{Serial: 2, About: AboutClaim, Comment: "7", Said: "x", Cc: []string{"a@b"}}},
		"again":    {Notice{Serial: 2, About: AboutAgain, Source: "s", Files: files}, ComposeBody{Serial: 2, About: AboutAgain}},
	} {
		if diff := cmp.Diff(test.want, test.n.Recompose()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestEntered: what was given to a person counts as told from when it was entered.
func TestEntered(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	c := Case{Notices: []Notice{{Serial: 1, Channel: ByPortal}, {Serial: 2, Channel: ByPortal, SentAt: at.Add(-time.Hour)}, {Serial: 3, Channel: ByAPI}}}
	before := c.Notices
	if !c.Entered(at) || !c.Notices[0].SentAt.Equal(at) || c.Notices[1].SentAt.Equal(at) || !c.Notices[2].SentAt.IsZero() || !before[0].SentAt.IsZero() {
		t.Errorf("%+v", c.Notices)
	}
	if c.Entered(at.Add(time.Hour)) {
		t.Error("twice")
	}
}

// TestAddressedProperties: whatever people write, a text is a part of the comment and never
// what stands in another one.
func TestAddressedProperties(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"Per a Claranet:", "@claranet", "Para Claranet", " i ", "OVH", ":", "*", "_", "\n", "\n\n", "{code}", "{noformat}", "{quote}", "h1. ", "* ", "|", "[", "]", "!", "{color:red}",
		"{color}", "\\", "\\\\", "escalat trucat", "hola", "\u00a0", "\u200b", "-", "{{", "}}", "İ", "^", "~",
	}
	rapid.Check(t, func(t *rapid.T) {
		body := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), "")
		got := Issue{Comments: []Comment{{ID: "1", Body: body}}}.Addressed(claranet())
		if len(got) > 1 {
			t.Fatalf("%d of one comment", len(got))
		}
		for _, a := range got {
			if a.Fault == "" && (Issue{}).commandsIn(a.Text) && !strings.Contains(body, "{") {
				t.Fatalf("%q commands: %q", body, a.Text)
			}
			if words := strings.Fields(a.Text); a.Fault == "" && len(words) > 0 && !strings.Contains(signOf(body), signOf(words[len(words)-1])) {
				t.Fatalf("%q says %q", body, a.Text)
			}
			if slices.Contains([]Fault{FaultUnclear, FaultEmpty}, a.Fault) && strings.TrimSpace(wiki.Plain(a.Text)) != "" {
				t.Fatalf("%q: %s %q", body, a.Fault, a.Text)
			}
		}
	})
}

// FuzzAddressed: whatever a comment is, reading it ends, and what it says to a provider is
// text that holds no more than it.
func FuzzAddressed(f *testing.F) {
	for _, body := range []string{
		"Per a Claranet: hola\nescalat trucat\n!a.png!", "*@claranet* i @ovh: x", "h1. {color:red}Para Claranet:{color} x", "A Claranet: x", "{quote}Per a Claranet: x{quote}", "Per a l’equip de Claranet, OVH: \\\\ x",
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		i := Issue{Comments: []Comment{{ID: "1", Body: body}}, Attachments: []Attachment{{ID: "1", Name: "a.png"}, {ID: "2", Name: "llarg nom.log"}}}
		for _, a := range i.Addressed(claranet()) {
			if !utf8.ValidString(a.Text) || len(a.Text) > 3*len(body) || a.Fault == "" && shapeless(a.Text) {
				t.Errorf("%q: %+v", body, a)
			}
			if got := i.Says(claranet(), "1", a.Digest); a.Fault == "" && (got.Fault != "" || got.Text != a.Text) {
				t.Errorf("%q: %+v", body, got)
			}
			i.FilesOf(a)
		}
	})
}
