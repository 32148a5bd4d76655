package evidence

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/mapping/wiki"
)

func keys(names ...string) map[string]bool {
	out := map[string]bool{}
	for _, n := range names {
		out[bridge.FileKey(n)] = true
	}
	return out
}

func TestNamed(t *testing.T) {
	t.Parallel()
	have := []string{
		"captura.png", "mi captura.png", "server.log", "a.md", "Captura de pantalla 2026-03-02 a les 9.35.10.png", "error_503 (1).har",
		"connexió.txt", "informe final.pdf", "README", "[x] y.txt", "a_b_c.log",
	}
	tests := []struct{ name, markup, want string }{
		{"embedded", "!captura.png!", "captura.png"},
		{"thumbnail", "a\n!captura.png|thumbnail,width=300!\nb", "captura.png"},
		{"linked", "[^server.log]", "server.log"},
		{"linked with words", "[el registre|^server.log]", "server.log"},
		{"in a table, in a list", "|a|!captura.png!|\n\n* x\n** [^server.log]", "captura.png|server.log"},
		{"short and embedded", "[^a.md]", "a.md"},
		{"short and named by chance", "a.md", ""},
		{"without an extension", "README", ""},
		{"without an extension, linked", "[^README]", "readme"},
		{"letter case", "Vegeu CAPTURA.PNG.", "captura.png"},
		{"accents written in two", "connexio\u0301.txt", "connexió.txt"},
		{"a longer name has it", "Mi captura.png i captura.png", "mi captura.png|captura.png"},
		{"part of another name", "mi-captura.png captura.png.zip x_server.log server.logs captura.png-vella", ""},
		{"part of a path or an address", "/var/log/server.log https://exemple.cat/captura.png C:\\temp\\captura.png anna@server.log", ""},
		{"behind an apostrophe, in brackets, at the end", "l’server.log (captura.png).", "server.log|captura.png"},
		{"blanks of a Mac", "vegeu Captura de pantalla 2026-03-02 a les\u202f9.35.10.png", "captura de pantalla 2026-03-02 a les 9.35.10.png"},
		{"over a line", "vegeu l’informe\nfinal.pdf", "informe final.pdf"},
		{"not over paragraphs", "el mi\n\ncaptura.png", "captura.png"},
		{"marks around", "*captura.png* {{server.log}} «captura.png»", "captura.png|server.log"},
		{"signs of markup in the name", `error\_503 \(1\).har i a_b_c.log`, "error_503 (1).har|a_b_c.log"},
		{"in brackets that are no link", "[x] y.txt", "[x] y.txt"},
		{"in a block as it is", "{noformat}\ntail server.log\n{noformat}", "server.log"},
		{"struck out", "ja no: -captura.png i [^server.log]-", ""},
		{"order of both kinds", "server.log !captura.png! informe final.pdf", "server.log|captura.png|informe final.pdf"},
		{"unknown", "!nova.png! [^vell.log] res.txt", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := gocmp.Diff(tt.want, strings.Join(named([]string{tt.markup}, keys(have...)), "|")); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

// plainly is find without an index: at each place the longest name that ends there,
// and of those that overlap the first.
func plainly(x *index, names []string, text []token) []mention {
	var all []mention
	for end := 1; end <= len(text); end++ {
		best := mention{start: end}
		for _, name := range names {
			words := x.cut(nil, name)
			start := end - len(words)
			if start >= 0 && start < best.start && slices.Equal(words, text[start:end]) && apart(text, start, end) {
				best = mention{start, end, name}
			}
		}
		if best.name != "" {
			all = append(all, best)
		}
	}
	slices.SortFunc(all, func(a, b mention) int { return cmp.Or(a.start-b.start, b.end-a.end) })
	var out []mention
	for _, m := range all {
		if len(out) == 0 || m.start >= out[len(out)-1].end {
			out = append(out, m)
		}
	}
	return out
}

// TestFind holds the index against looking for each name at each place.
func TestFind(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[ab]([ab .-]{0,6}[ab])?`), 1, 12, rapid.ID).Draw(t, "names")
		for i := range names {
			names[i] = bridge.FileKey(names[i])
		}
		slices.Sort(names)
		names = slices.Compact(names)
		x := newIndex(names)
		text := x.cut(nil, bridge.FileKey(rapid.StringMatching(`[abc .-]{0,60}`).Draw(t, "text")))
		if diff := gocmp.Diff(plainly(x, names, text), x.find(text), gocmp.AllowUnexported(mention{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("found (-want +got):\n%s", diff)
		}
	})
}

// TestProperties: what holds of every choice.
func TestProperties(t *testing.T) {
	t.Parallel()
	name := rapid.SampledFrom([]string{"a.log", "captura.png", "Captura.PNG", "nota final.txt", "x.exe", "mtr.txt", "", "dades", "logo.png"})
	attachment := rapid.Custom(func(t *rapid.T) bridge.Attachment {
		return bridge.Attachment{
			ID: rapid.StringMatching(`[1-9][0-9]?`).Draw(t, "id"), Name: name.Draw(t, "name"), Own: rapid.IntRange(0, 5).Draw(t, "own") == 0,
			Size:   rapid.OneOf(rapid.Int64(), rapid.Int64Range(0, 5000)).Draw(t, "size"),
			Author: bridge.User{Customer: rapid.Bool().Draw(t, "customer")},
		}
	})
	ids := rapid.SliceOf(rapid.StringMatching(`[1-9][0-9]?`))
	rapid.Check(t, func(t *rapid.T) {
		in := Input{
			Attachments: rapid.SliceOfN(attachment, 0, 60).Draw(t, "attachments"), Markup: rapid.SliceOf(name).Draw(t, "markup"),
			Patterns: []string{"*mtr*", "*.png", "!logo*"}, Brought: ids.Draw(t, "brought"),
			Room: rapid.OneOf(rapid.Int64(), rapid.Int64Range(-1, 40_000)).Draw(t, "room"),
		}
		if rapid.Bool().Draw(t, "some") {
			in.Only = append([]string{}, ids.Draw(t, "only")...)
		}
		checkChoice(t, in)
	})
}

func checkChoice(t *rapid.T, in Input) {
	take, omitted := Choose(in)
	if again, left := Choose(in); !slices.Equal(again, take) || !slices.Equal(left, omitted) {
		t.Fatalf("another time it is %s", shown(again, left))
	}
	left := max(in.Room, 0)
	for _, e := range take {
		if left -= Encoded(e.Size); left < 0 || e.Why != "" {
			t.Fatalf("%+v of %s does not fit", e, shown(take, omitted))
		}
	}
	if len(take) > maxFiles {
		t.Fatalf("%d files", len(take))
	}
	want := map[string]bool{}
	for _, a := range in.Attachments {
		if !a.Own && !slices.Contains(in.Brought, a.ID) && (in.Only == nil || slices.Contains(in.Only, a.ID)) {
			want[a.ID] = true
		}
	}
	got := map[string]bool{}
	for _, e := range append(slices.Clone(take), omitted...) {
		if got[e.ID] {
			t.Fatalf("%s stands twice", e.ID)
		}
		got[e.ID] = true
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Fatalf("ids (-want +got):\n%s", diff)
	}
	if slices.ContainsFunc(omitted, func(e bridge.Evidence) bool { return e.Why == "" }) {
		t.Fatalf("no reason in %s", shown(take, omitted))
	}
	checkOrder(t, in, take, omitted)
}

// checkOrder: each list stands in the order of the candidates.
func checkOrder(t *rapid.T, in Input, take, omitted []bridge.Evidence) {
	place := map[string]int{}
	last := group(0)
	for i, c := range in.candidates() {
		if c.group < last {
			t.Fatalf("group %d behind %d", c.group, last)
		}
		last, place[c.file.ID] = c.group, i
	}
	for _, list := range [][]bridge.Evidence{take, omitted} {
		if !slices.IsSortedFunc(list, func(a, b bridge.Evidence) int { return place[a.ID] - place[b.ID] }) {
			t.Fatalf("order of %s", shown(take, omitted))
		}
	}
}

// FuzzNamed: whatever a text and a name are, reading ends; and a name that stands in a
// text by itself is found.
func FuzzNamed(f *testing.F) {
	for _, s := range []string{"captura.png", "Captura de pantalla\u202f2.png", "a_b*c.log", "[^x].txt", "(x) y.txt", "-a-.txt", "e\u0301.txt", "--.txt", "{a}.txt", "\xff.txt", "..txt", "İstanbul.log"} {
		f.Add(s, "!captura.png! "+s)
	}
	f.Fuzz(func(t *testing.T, name, markup string) {
		have := keys(name, "captura.png")
		for _, n := range named([]string{markup}, have) {
			if !have[n] {
				t.Fatalf("%q is no name", n)
			}
		}
		k := bridge.FileKey(name)
		if !speakable(k) || !utf8.ValidString(name) || k != bridge.FileKey(wiki.Plain(wiki.EscapeLine(name))) {
			return // not to be written so that it shows
		}
		if got := named([]string{"vegeu " + wiki.EscapeLine(name) + " ara"}, keys(name)); len(got) != 1 || got[0] != k {
			t.Fatalf("%q is not found: %q", name, got)
		}
	})
}
