package reply_test

import (
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escalat/bridge/message"
	"escalat/bridge/receive/reply"
)

// leastProse is how many stretches of prose there are at least.
const leastProse = 200

// TestProse: of what people, tools and files say nothing is cut, alone, in a mail, or
// all of it together, as plain text and as HTML.
func TestProse(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/prose/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, path := range paths {
		all, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts := strings.Split(strings.TrimSpace(string(all)), "\n%%\n")
		n += len(texts)
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			for _, text := range texts {
				uncut(t, text)
				uncut(t, "Buenos días:\n\n"+text)
				uncut(t, "Bon dia,\n"+text+"\n\nSalutacions,\nMireia Inventada")
				uncut(t, strings.ReplaceAll("Buenas tardes, os escribo por lo del corte de ayer en la sede de Girona, que sigue igual.\n\n"+text+"\n", "\n", "\r\n"))
			}
			uncut(t, strings.Join(texts, "\n\n"))
			uncut(t, strings.Join(texts, "\n\n")+"\n\nUn saludo,\nMarta")
		})
	}
	if n < leastProse {
		t.Errorf("%d stretches of prose, want %d", n, leastProse)
	}
}

func uncut(t *testing.T, text string) {
	t.Helper()
	for form, p := range map[string]message.Piece{
		"plain":        {Plain: text},
		"paragraphs":   {HTML: "<div>" + strings.ReplaceAll(html.EscapeString(text), "\n", "</div><div>") + "<br></div>"},
		"preformatted": {HTML: "<p>Hola:</p><pre>" + html.EscapeString(text) + "</pre>"},
	} {
		if r := reply.Read([]message.Piece{p}, options); r.Cut != "" {
			t.Errorf("%s: cut %.200q of\n%.400s", form, r.Cut, text)
		}
	}
}
