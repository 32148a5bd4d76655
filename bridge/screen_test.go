package bridge

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/mapping"
)

// findWord finds each occurrence of a word.
func findWord(word string, kind Private) func(string) []Hit {
	return func(text string) (hits []Hit) {
		for from := 0; ; {
			at := strings.Index(text[from:], word)
			if at < 0 {
				return hits
			}
			hits = append(hits, Hit{Kind: kind, Start: from + at, End: from + at + len(word), Print: "print of " + word})
			from += at + len(word)
		}
	}
}

func TestScreened(t *testing.T) {
	t.Parallel()
	bare := Issue{
		Key: "SUP-1", Summary: "Pass s3cret", Description: "La contrasenya és s3cret.\nI s3cret.",
		Former:      []mapping.Revision{{Text: "s3cret d'abans"}},
		Fields:      map[string]FieldValue{"customfield_1": {Markup: "*s3cret*"}},
		Comments:    []Comment{{ID: "1", Body: "és s3cret"}, {ID: "2", Body: "s3cret", Own: true}},
		Attachments: []Attachment{{ID: "7", Name: "s3cret.txt"}},
	}
	issue := bare.Screened(findWord("s3cret", PrivatePassword))
	want := bare
	want.Summary, want.Description = "Pass (contraseña oculta)", "La contrasenya és (contraseña oculta).\nI (contraseña oculta)."
	want.Former = []mapping.Revision{{Text: "(contraseña oculta) d'abans"}}
	want.Fields = map[string]FieldValue{"customfield_1": {Markup: "*(contraseña oculta)*"}}
	want.Comments = []Comment{{ID: "1", Body: "és (contraseña oculta)"}, {ID: "2", Body: "s3cret", Own: true}}
	want.Attachments = []Attachment{{ID: "7", Name: "(contraseña oculta).txt"}}
	masked := issue
	masked.Screen = nil
	if diff := cmp.Diff(want, masked); diff != "" {
		t.Errorf("masked (-want +got):\n%s", diff)
	}
	if bare.Comments[0].Body != "és s3cret" || bare.Fields["customfield_1"].Markup != "*s3cret*" || bare.Attachments[0].Name != "s3cret.txt" {
		t.Error("the issue that was screened has changed")
	}
	if diff := cmp.Diff([]string{"print of s3cret"}, issue.Prints()); diff != "" {
		t.Errorf("prints: %s", diff)
	}
	allowed := issue.Allow(issue.Prints())
	allowed.Screen = nil
	if diff := cmp.Diff(bare, allowed); diff != "" {
		t.Errorf("allowed (-want +got):\n%s", diff)
	}
	again := issue.Allow(issue.Prints()).Allow([]string{"another"})
	again.Screen = nil
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("masked again (-want +got):\n%s", diff)
	}
	if got := bare.Allow([]string{"x"}); got.Summary != bare.Summary || got.Prints() != nil {
		t.Error("an issue that was not screened is not as it was")
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	hit := func(start, end int, print string) Hit {
		return Hit{Kind: PrivateIdentity, Start: start, End: end, Print: print}
	}
	for name, test := range map[string]struct {
		text    string
		hits    []Hit
		allowed []string
		want    string
	}{
		"none":         {text: "abc", want: "abc"},
		"one":          {text: "abcdef", hits: []Hit{hit(2, 4, "")}, want: "ab(DNI o NIE oculto)ef"},
		"whole":        {text: "abc", hits: []Hit{hit(0, 3, "")}, want: "(DNI o NIE oculto)"},
		"out of order": {text: "abcdef", hits: []Hit{hit(4, 5, ""), hit(0, 1, "")}, want: "(DNI o NIE oculto)bcd(DNI o NIE oculto)f"},
		"within":       {text: "abcdef", hits: []Hit{hit(1, 5, "a"), hit(2, 3, "b")}, want: "a(DNI o NIE oculto)f"},
		"overlapping":  {text: "abcdef", hits: []Hit{hit(1, 3, "a"), hit(2, 5, "b")}, want: "a(DNI o NIE oculto)f"},
		"allowed":      {text: "abcdef", hits: []Hit{hit(0, 1, "a"), hit(2, 3, "b")}, allowed: []string{"b"}, want: "(DNI o NIE oculto)bcdef"},
		"beyond":       {text: "abc", hits: []Hit{hit(-4, 1, ""), hit(2, 99, ""), hit(8, 9, "")}, want: "(DNI o NIE oculto)b(DNI o NIE oculto)"},
		"in a letter":  {text: "àèb", hits: []Hit{hit(1, 3, "")}, want: "(DNI o NIE oculto)b"},
	} {
		if got := mask(test.text, test.hits, test.allowed); got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

// Whatever is found, nothing of it is left, and all the rest is.
func TestMaskLeavesTheRest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[abxàé\n ]{0,30}`).Draw(t, "text")
		masked := mask(text, findWord("x", PrivateCard)(text), nil)
		if want := strings.ReplaceAll(text, "x", PrivateCard.Mask()); masked != want {
			t.Fatalf("%q, want %q", masked, want)
		}
		if got := len(Masks(masked, PlaceRest)); got != strings.Count(text, "x") {
			t.Fatalf("%d masks in %q", got, masked)
		}
	})
}

func TestMasks(t *testing.T) {
	t.Parallel()
	text := "un (IBAN oculto)\n\n(contraseña oculta) i (IBAN oculto)"
	want := []Hidden{
		{PrivateAccount, "what", 1}, {PrivatePassword, "what", 3}, {PrivateAccount, "what", 3},
	}
	if diff := cmp.Diff(want, Masks(text, "what")); diff != "" {
		t.Error(diff)
	}
	seen := map[string]bool{}
	for _, kind := range Privates() {
		if m := kind.Mask(); seen[m] || strings.ContainsAny(m, `[]{}*_|!:<>/\`) {
			t.Errorf("%s: %s", kind, m)
		}
		seen[kind.Mask()] = true
	}
}

// What was written after a time is not among what stood there then.
func TestPrintsUntil(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 22, 11, 50, 0, 0, time.UTC)
	before, after := at.Add(-time.Minute), at.Add(time.Minute)
	find := func(text string) (hits []Hit) {
		for from := 0; ; {
			n := strings.Index(text[from:], "s-")
			if n < 0 {
				return hits
			}
			hits = append(hits, Hit{Kind: PrivatePassword, Start: from + n, End: from + n + 3, Print: text[from+n : from+n+3]})
			from += n + 3
		}
	}
	issue := Issue{
		Summary: "s-1", Description: "s-3 s-4",
		Former:      []mapping.Revision{{Text: "s-0", Until: before}, {Text: "s-2", Until: after}, {Text: "s-3", Until: after.Add(time.Minute)}},
		Fields:      map[string]FieldValue{"a": {Markup: "s-5", At: before}, "b": {Markup: "s-6", At: after}},
		Comments:    []Comment{{Body: "s-7", Created: before, Updated: before}, {Body: "s-8", Created: before, Updated: after}, {Body: "s-9", Created: before, Own: true}},
		Attachments: []Attachment{{Name: "s-a", Created: before}, {Name: "s-b", Created: after}},
	}
	want := []string{"s-1", "s-2", "s-5", "s-7", "s-a"}
	if diff := cmp.Diff(want, issue.Screened(find).PrintsUntil(at)); diff != "" {
		t.Error(diff)
	}
	if got := issue.PrintsUntil(at); got != nil {
		t.Errorf("of an issue that was not screened: %q", got)
	}
}
