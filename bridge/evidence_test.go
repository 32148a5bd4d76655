package bridge

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/mapping"
)

func TestKeepRemembersTheNewest(t *testing.T) {
	t.Parallel()
	c := Case{Files: append(make([]string, 0, 8), "0")}
	before, other := c, c
	c.Keep("1", "", "0", "1")
	other.Keep("2")
	if diff := cmp.Diff([][]string{{"0"}, {"0", "1"}, {"0", "2"}}, [][]string{before.Files, c.Files, other.Files}); diff != "" {
		t.Fatal(diff)
	}
	if !c.Has("1") || c.Has("2") || c.Has("") {
		t.Error("what it has")
	}
	for i := range 2 * maxFiles {
		c.Keep(fmt.Sprint("n", i))
	}
	if len(c.Files) != maxFiles || c.Has("1") || !c.Has(fmt.Sprint("n", 2*maxFiles-1)) || !c.Has(fmt.Sprint("n", maxFiles)) {
		t.Errorf("%d, the first is %s", len(c.Files), c.Files[0])
	}
	var many []string
	for i := range maxFiles + 1 {
		many = append(many, fmt.Sprint("m", i))
	}
	if c.Keep(many...); len(c.Files) != maxFiles || c.Has("m0") || !c.Has("m1") {
		t.Errorf("of many at once %d, the first is %s", len(c.Files), c.Files[0])
	}
}

func TestBroughtAndTold(t *testing.T) {
	t.Parallel()
	c := Case{Notices: []Notice{
		{Serial: 1, Files: []Evidence{{ID: "1"}, {ID: "2"}}, Omitted: []Evidence{{ID: "9", Why: LeftNoRoom}}, Told: map[string]string{"impact": "a", "contact": "b"}},
		{Serial: 2, Told: map[string]string{"impact": "c", "tests": ""}},
		{Serial: 3, Files: []Evidence{{ID: "9"}}},
	}}
	if diff := cmp.Diff([]string{"1", "2", "9"}, c.Brought()); diff != "" {
		t.Error(diff)
	}
	for field, want := range map[string]string{"impact": "c", "contact": "b", "tests": "", "other": ""} {
		if got := c.Told(field); got != want {
			t.Errorf("%s: %q", field, got)
		}
	}
	if (&Case{}).Brought() != nil || (&Case{}).Told("impact") != "" {
		t.Error("of nothing")
	}
}

func TestPicture(t *testing.T) {
	t.Parallel()
	for _, a := range []Attachment{{Name: "a.PNG"}, {Name: "x", MIMEType: "Image/png"}, {Name: "b.c.jpeg", MIMEType: "application/octet-stream"}} {
		if !Picture(a) {
			t.Errorf("%+v is a picture", a)
		}
	}
	for _, a := range []Attachment{{}, {Name: "a."}, {Name: "a.png.txt"}, {Name: "a.log", MIMEType: "text/plain"}, {Name: "imatge", MIMEType: "application/zip"}} {
		if Picture(a) {
			t.Errorf("%+v is none", a)
		}
	}
}

func TestDigestOfWhatIsSaid(t *testing.T) {
	t.Parallel()
	people := map[string]string{"anna": "Anna Exemple"}
	plain := func(markup string) string { return Plain(mapping.Value{Text: markup}, people) }
	for _, same := range [][2]string{
		{"alt", " alt\n"}, {"a *b*", "a b"}, {"a\n\n\nb", "a  b"}, {"[~anna]", "Anna Exemple"}, {"|a|\n", "|a|"},
	} {
		if a, b := plain(same[0]), plain(same[1]); Digest(a) != Digest(b) {
			t.Errorf("%q and %q differ: %q, %q", same[0], same[1], a, b)
		}
	}
	for _, other := range [][2]string{{"alt", "Alt"}, {"a b", "ab"}, {"10.0.0.1", "10.0.0.10"}, {"[~pere]", "[~anna]"}, {"", "x"}} {
		if Digest(plain(other[0])) == Digest(plain(other[1])) {
			t.Errorf("%q and %q are the same", other[0], other[1])
		}
	}
	if got := plain("  Truqueu a [~anna] \n"); got != "Truqueu a Anna Exemple" {
		t.Errorf("%q", got)
	}
	if d := Digest(strings.Repeat("x", 1<<20)); len(d) != 16 {
		t.Errorf("%q", d)
	}
}
