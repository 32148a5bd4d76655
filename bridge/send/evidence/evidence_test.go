package evidence

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

const plenty = 20 << 20

// file is an attachment of the team; its id is its name where none is said.
func file(name string, with ...func(*bridge.Attachment)) bridge.Attachment {
	a := bridge.Attachment{ID: name, Name: name, Size: 1000, Author: bridge.User{ID: "anna"}}
	for _, f := range with {
		f(&a)
	}
	return a
}

func id(id string) func(*bridge.Attachment) { return func(a *bridge.Attachment) { a.ID = id } }

func size(n int64) func(*bridge.Attachment)                  { return func(a *bridge.Attachment) { a.Size = n } }
func own(a *bridge.Attachment)                               { a.Own = true }
func customer(a *bridge.Attachment)                          { a.Author.Customer = true }
func files(a ...bridge.Attachment) (out []bridge.Attachment) { return append(out, a...) }

// shown writes a choice: ids, and of what is left the reason.
func shown(take, omitted []bridge.Evidence) string {
	var out []string
	for _, e := range take {
		out = append(out, e.ID)
	}
	for _, e := range omitted {
		out = append(out, "-"+e.ID+":"+string(e.Why))
	}
	return strings.Join(out, " ")
}

func TestChoose(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		in   Input
		want string
	}{
		{"nothing", Input{Room: plenty}, ""},
		{
			"pictures only where somebody means them", Input{
				Attachments: files(file("a.png"), file("b.png"), file("c.png"), file("d.docx"), file("e.docx"), file("f.log")), Sparing: true,
				Markup: []string{"!b.png!"}, Patterns: []string{"*.png"}, Answering: []string{"c*"}, Images: map[string]bool{"d.docx": true}, Room: plenty,
			}, "b.png c.png f.log e.docx -a.png:image -d.docx:image",
		},
		{"pictures that went before", Input{Attachments: files(file("a.png"), file("b.png")), Sparing: true, Meant: []string{"a.png"}, Room: plenty}, "a.png -b.png:image"},
		{"pictures that a person asks for", Input{Attachments: files(file("a.png"), file("b.png")), Sparing: true, Only: []string{"a.png"}, Room: plenty}, "a.png"},
		{
			"what may not go leaves its place", Input{
				Attachments: files(file("a.log"), file("b.log")), Left: map[string]bridge.LeftOut{"b.log": bridge.LeftPrivate}, Room: Encoded(1000),
			}, "a.log -b.log:private",
		},
		{"what may not go is not asked for in vain", Input{Attachments: files(file("a.log")), Only: []string{"a.log"}, Left: map[string]bridge.LeftOut{"a.log": bridge.LeftClosed}, Room: plenty}, "-a.log:closed"},
		{"the team's, newest first", Input{Attachments: files(file("a.txt"), file("b.txt")), Room: plenty}, "b.txt a.txt"},
		{
			"what texts name first, then patterns, then others", Input{
				Attachments: files(file("server.log"), file("mtr.txt"), file("altres.txt"), file("foto.png"), file("nota.txt")),
				Markup:      []string{"Vegeu server.log", "!foto.png|thumbnail!"}, Patterns: []string{"*MTR*", "!*nota*"}, Room: plenty,
			}, "server.log foto.png mtr.txt nota.txt altres.txt",
		},
		{
			"the newest of a name is meant, the older ones come last", Input{
				Attachments: files(file("x.png", id("1")), file("b.txt"), file("X.png", id("2")), file("c.txt")),
				Markup:      []string{"!x.png!"}, Room: plenty,
			}, "2 c.txt b.txt 1",
		},
		{
			"an older one that the provider lacks", Input{
				Attachments: files(file("x.png", id("1")), file("x.png", id("2")), file("b.txt")),
				Markup:      []string{"!x.png!"}, Brought: []string{"2"}, Room: plenty,
			}, "b.txt 1",
		},
		{
			"an excluding pattern", Input{
				Attachments: files(file("captura.png"), file("a.txt"), file("image001.png")),
				Patterns:    []string{"*.png", "!image[0-9][0-9][0-9].*"}, Room: plenty,
			}, "captura.png image001.png a.txt",
		},
		{
			"customers", Input{
				Attachments: files(file("dni.pdf", customer), file("factura.pdf", customer), file("log.txt")),
				Markup:      []string{"Adjunta *factura.pdf*."}, Room: plenty,
			}, "factura.pdf log.txt -dni.pdf:foreign",
		},
		{
			"customers, whatever their files are called", Input{
				Attachments: files(file("mtr.txt", customer), file("captura.png", customer), file("mtr2.txt")),
				Patterns:    []string{"*mtr*", "*.png"}, Room: plenty,
			}, "mtr2.txt -captura.png:foreign -mtr.txt:foreign",
		},
		{
			"a customer's newer one of a name that the team's has", Input{
				Attachments: files(file("y.png", id("1")), file("x.png", id("2")), file("x.png", id("3"), customer), file("y.png", id("4"), customer)),
				Markup:      []string{"!x.png!"}, Patterns: []string{"*.png"}, Room: plenty,
			}, "2 1 -4:foreign -3:foreign",
		},
		{
			"a customer's of a name that nobody of the team has", Input{
				Attachments: files(file("x.png", id("1"), customer), file("x.png", id("2"), customer)), Markup: []string{"!x.png!"}, Room: plenty,
			}, "2 -1:foreign",
		},
		{
			"our own are never spoken of, even asked for", Input{
				Attachments: files(file("tot.pdf", own), file("a.txt")), Markup: []string{"[^tot.pdf]"}, Only: []string{"tot.pdf", "a.txt"}, Room: plenty,
			}, "a.txt",
		},
		{
			"our own is not the newest of a name", Input{
				Attachments: files(file("a.txt"), file("x.png", id("1"), customer), file("x.png", id("2"), own)), Markup: []string{"!x.png!"}, Room: plenty,
			}, "1 a.txt",
		},
		{
			"types", Input{
				Attachments: files(file("factura.pdf.exe"), file("app.js"), file("com"), file("report of app"), file("www.exemple.com.txt"), file("bolcat.exe.gz"), file("log.gz")),
				Room:        plenty,
			}, "log.gz www.exemple.com.txt report of app com -bolcat.exe.gz:type -app.js:type -factura.pdf.exe:type",
		},
		{
			"hidden types", Input{
				Attachments: files(file("a.EXE "), file("b.exe..."), file("c.pdf          .exe"), file("d.\u202eexe"), file("e.ｅｘｅ"), file(".exe")), Room: plenty,
			}, "-.exe:type -e.ｅｘｅ:type -d.\u202eexe:type -c.pdf          .exe:type -b.exe...:type -a.EXE :type",
		},
		{
			"only those asked for, in that order, also a customer's", Input{
				Attachments: files(file("a.txt"), file("b.txt", customer), file("c.txt"), file("d.txt")),
				Only:        []string{"b.txt", "nobody", "a.txt", "b.txt", "d.txt"}, Brought: []string{"d.txt"}, Room: plenty,
			}, "b.txt a.txt",
		},
		{"none asked for", Input{Attachments: files(file("a.txt")), Only: []string{}, Room: plenty}, ""},
		{
			"smaller ones behind one that does not fit", Input{
				Attachments: files(file("petit.txt", size(10)), file("mig.txt", size(3000)), file("gran.txt", size(90_000)), file("altre.txt", size(4000))), Room: 9000,
			}, "altre.txt petit.txt -gran.txt:too-large -mig.txt:no-room",
		},
		{"no room", Input{Attachments: files(file("a.txt", size(0))), Room: 0}, "-a.txt:no-room"},
		{"less than no room", Input{Attachments: files(file("a.txt", size(math.MaxInt64))), Room: math.MinInt64}, "-a.txt:no-room"},
		{
			"sizes that are none",
			Input{Attachments: files(file("a.txt", size(-5)), file("b.txt", size(0)), file("c.txt", size(math.MaxInt64))), Room: 2048},
			"b.txt a.txt -c.txt:too-large",
		},
		{"the largest room", Input{Attachments: files(file("a.txt", size(1<<40)), file("b.txt", size(1<<40))), Room: math.MaxInt64}, "b.txt a.txt"},
		{"an id twice", Input{Attachments: files(file("a.txt", id("1")), file("b.txt", id("1"))), Room: plenty}, "1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, shown(Choose(tt.in))); diff != "" {
				t.Errorf("choice (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMany: no mail has more than thirty, whatever the room.
func TestMany(t *testing.T) {
	t.Parallel()
	var in Input
	for i := range 35 {
		in.Attachments = append(in.Attachments, file(fmt.Sprintf("f%02d.txt", i)))
	}
	in.Room = plenty
	take, omitted := Choose(in)
	if len(take) != maxFiles || take[0].ID != "f34.txt" || len(omitted) != 5 || omitted[0].ID != "f04.txt" || omitted[0].Why != bridge.LeftNoRoom {
		t.Errorf("%s", shown(take, omitted))
	}
}

func TestEncoded(t *testing.T) {
	t.Parallel()
	for size, want := range map[int64]int64{
		math.MinInt64: 0, -1: 0, 0: 0, 1: 4 + 2, 3: 4 + 2, 4: 8 + 2, 57: 76 + 2, 58: 80 + 4, math.MaxInt64: math.MaxInt64 - partHeader,
	} {
		if got := Encoded(size); got != want+partHeader {
			t.Errorf("Encoded(%d) = %d, want %d", size, got, want+partHeader)
		}
	}
	if got := Encoded(math.MaxInt64 / 2); got < math.MaxInt64/2 {
		t.Errorf("Encoded of half of the largest = %d", got)
	}
}

// large is an issue with many files and a long text that names the last ones.
func large() Input {
	in := Input{Room: plenty, Patterns: []string{"*captura*", "!logo*"}}
	for i := range 5000 {
		in.Attachments = append(in.Attachments, file(fmt.Sprintf("registre del servidor %d - còpia.log", i), customer))
	}
	text := strings.Repeat("El registre del servidor 17 - còpia. Falla el servei a les 9.35 h, vegeu-ho. ", 13_000)
	in.Markup = []string{text[:1_000_000] + "\n\nregistre del servidor 4999 - còpia.log, registre del servidor 3 - còpia.log"}
	return in
}

func TestLarge(t *testing.T) {
	t.Parallel()
	take, omitted := Choose(large())
	if len(take) != 2 || !strings.Contains(take[0].Name, " 4999 ") || !strings.Contains(take[1].Name, " 3 ") || len(omitted) != 4998 {
		t.Errorf("%d taken, %d left", len(take), len(omitted))
	}
}

// TestHostileLarge: names made to be looked for again and again.
func TestHostileLarge(t *testing.T) {
	t.Parallel()
	in := Input{Room: plenty, Markup: []string{strings.Repeat("a ", 400_000)}}
	for i := range 140 {
		in.Attachments = append(in.Attachments, file(strings.Repeat("a ", i+1)+"b.log"), file(strings.Repeat(".log", i+1)))
	}
	if take, omitted := Choose(in); len(take)+len(omitted) != 280 {
		t.Errorf("%d taken, %d left", len(take), len(omitted))
	}
}

func BenchmarkChoose(b *testing.B) {
	in := large()
	for b.Loop() {
		Choose(in)
	}
}

// TestInputUntouched: what is chosen from stays as it was.
func TestInputUntouched(t *testing.T) {
	t.Parallel()
	in := Input{Attachments: files(file("a.txt"), file("b.txt", own), file("c.txt")), Room: plenty}
	before := slices.Clone(in.Attachments)
	Choose(in)
	if diff := cmp.Diff(before, in.Attachments); diff != "" {
		t.Errorf("attachments (-before +after):\n%s", diff)
	}
}
