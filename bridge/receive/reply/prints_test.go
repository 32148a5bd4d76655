package reply_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
	"escalat/bridge/receive/reply"
	"escalat/mapping/wiki"
)

// ours is a mail of ours, as plain text.
const ours = `Tipo de problema: Sistemas
Incidencia de AOC: SUP-1517 – Arxiu digital fuera de servicio

Aplicación afectada: Arxiu digital
Fecha y hora de inicio del problema: 23/11/2026 a las 9:15 h (hora de Madrid)
Impacto en negocio: alto, unos 200 usuarios no pueden entrar ningún documento en el archivo desde primera hora.

Persona de contacto: Laia Mostra

Comportamiento observado: al abrir la aplicación aparece un error 503 y, si se vuelve a intentar a los pocos minutos, la sesión se cierra sin ningún aviso.

Un saludo,
Suport AOC`

// wrapped breaks the lines of a text after so many letters.
func wrapped(text string, width int) string {
	var b strings.Builder
	for l := range strings.Lines(text) {
		n := 0
		for word := range strings.FieldsSeq(l) {
			if n > 0 && n+len(word) > width {
				b.WriteString("\n")
				n = 0
			} else if n > 0 {
				b.WriteString(" ")
			}
			b.WriteString(word)
			n += len(word) + 1
		}
		b.WriteString("\n")
	}
	return b.String()
}

// read returns the lines of a plain text.
func read(text string) []wiki.Line {
	return reply.Read([]message.Piece{{Plain: text}}, reply.Options{}).Lines
}

func TestOverlap(t *testing.T) {
	t.Parallel()
	prints := reply.Prints(ours)
	const news = "Buenos días:\n\nHemos reiniciado el servicio a las 10:05.\n\nÓscar"
	tail := ours[strings.Index(ours, "Comportamiento"):]
	for name, test := range map[string]struct{ text, kept string }{
		"as it is":           {news + "\n\n" + ours, news},
		"broken at 72":       {news + "\n\n" + wrapped(ours, 72), news},
		"broken at 40":       {news + "\n\n" + wrapped(ours, 40), news},
		"joined":             {news + "\n\n" + strings.ReplaceAll(strings.ReplaceAll(ours, ": ", ":\n"), "fuera de", "fuera  de"), news},
		"without accents":    {news + "\n\n" + strings.NewReplacer("ó", "o", "á", "a", "ú", "u", "–", "-").Replace(ours), news},
		"below a ruler":      {news + "\n\n----------\nEl 23/11/2026 Suport AOC escribió:\n\n" + ours, news},
		"indented, bulleted": {news + "\n\n" + strings.ReplaceAll("\n"+ours, "\n", "\n  | "), news},
		"the beginning":      {news + "\n\n" + ours[:strings.Index(ours, "\nPersona")], news},
		"new text behind":    {news + "\n\n" + ours + "\n\nLo miramos.", news + "\n\n" + ours + "\n\nLo miramos."},
		"new text between":   {ours[:strings.Index(ours, "\nPersona")] + "\n\nLo miramos hoy mismo.\n\n" + wrapped(tail, 40), ours[:strings.Index(ours, "\nPersona")] + "\n\nLo miramos hoy mismo."},
		"nothing else":       {ours, ours},
		"two lines of ours":  {news + "\n\nAplicación afectada: Arxiu digital\nFecha y hora de inicio del problema: 23/11/2026 a las 9:15 h (hora de Madrid)", news + "\n\nAplicación afectada: Arxiu digital\nFecha y hora de inicio del problema: 23/11/2026 a las 9:15 h (hora de Madrid)"},
		"short words":        {news + "\n\nUn saludo,\nSuport AOC\nUn saludo,\nSuport AOC", news + "\n\nUn saludo,\nSuport AOC\nUn saludo,\nSuport AOC"},
		"nothing of ours":    {news, news},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := read(test.text)
			kept, cut := reply.Overlap(lines, prints)
			if diff := cmp.Diff(collapse(test.kept), collapse(reply.Plain(kept))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := words(reply.Plain(kept)) + words(cut); got != words(test.text) {
				t.Errorf("%d words of %d; cut %q", got, words(test.text), cut)
			}
		})
	}
}

// TestPrints: they are few, and do not depend on the breaks of lines.
func TestPrints(t *testing.T) {
	t.Parallel()
	if n := len(reply.Prints(strings.Repeat(ours+"\n\n"+strings.ToUpper(ours)+" 1\n\nOtra cosa distinta.\n", 500))); n == 0 || n > 200 {
		t.Errorf("%d prints", n)
	}
	var long strings.Builder
	for i := range 10_000 {
		long.WriteString(strconv.Itoa(i*7919) + " ")
	}
	if n := len(reply.Prints(long.String())); n != 200 {
		t.Errorf("%d prints of a long text", n)
	}
	paragraph := ours[strings.Index(ours, "Comportamiento"):]
	if diff := cmp.Diff(reply.Prints(paragraph), reply.Prints(strings.ToUpper(wrapped(paragraph, 30)))); diff != "" {
		t.Errorf("broken otherwise (-want +got):\n%s", diff)
	}
	if got, cut := reply.Overlap(read(ours), nil); cut != "" || len(got) == 0 {
		t.Errorf("cut %q without prints", cut)
	}
}
