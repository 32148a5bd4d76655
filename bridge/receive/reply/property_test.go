package reply_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"escalat/bridge/message"
	"escalat/bridge/receive/reply"
)

// options are those of the property tests.
var options = reply.Options{Marker: marker, Footers: []string{"Claranet | Service Desk"}}

// wholesome checks what holds for every text, however hostile.
func wholesome(t *testing.T, pieces []message.Piece, o reply.Options) reply.Result {
	t.Helper()
	r := reply.Read(pieces, o)
	all, kept, cut := strings.Fields(r.Text), strings.Fields(r.Reply), strings.Fields(r.Cut)
	if len(all) > 0 && len(kept) == 0 {
		t.Errorf("a text became an empty reply: %.300q", r.Text)
	}
	if !within(kept, all) || !within(cut, all) || !slices.Equal(sorted(all), sorted(append(slices.Clone(kept), cut...))) {
		t.Errorf("the words of the reply and of what was cut are not those of the text:\n%.300q\n%.300q\n%.300q", r.Text, r.Reply, r.Cut)
	}
	for _, l := range r.Lines {
		for _, s := range l.Spans {
			if s.Start < 0 || s.End < s.Start || s.End > len(l.Text) {
				t.Errorf("span %v of %.300q", s, l.Text)
			}
		}
		if l.Quote < 0 || strings.Contains(l.Text, "\n") || !utf8.ValidString(l.Text) && utf8.ValidString(r.Text) {
			t.Errorf("line %.300q", l.Text)
		}
	}
	const looked = 50_000 // lines
	if got := letters(reply.Plain(r.Lines)); strings.Count(r.Text, "\n") < looked && got != letters(r.Reply) && len(pieces) == 1 && pieces[0].HTML == "" {
		t.Errorf("the lines are not those of the reply:\n%.300q\n%.300q", got, letters(r.Reply))
	}
	return r
}

func sorted(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return words
}

// within reports whether the words stand among all, in that order.
func within(words, all []string) bool {
	for _, w := range all {
		if len(words) > 0 && words[0] == w {
			words = words[1:]
		}
	}
	return len(words) == 0
}

// letters leaves out blanks and what marks a quote.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("> \t\r\n|\v\f\u0085\u00a0", r) {
			return -1
		}
		return r
	}, s)
}

// settled checks that of the reply read again nothing goes but quotes.
func settled(t *testing.T, r reply.Result, o reply.Options) {
	t.Helper()
	again := reply.Read([]message.Piece{{Plain: r.Reply}}, o)
	for l := range strings.Lines(again.Cut) {
		if s := strings.TrimSpace(l); s != "" && !strings.HasPrefix(s, ">") {
			t.Errorf("read again, the reply loses %q:\n%.500s", s, r.Reply)
			return
		}
	}
}

// TestWholesome: nothing is invented, nothing lost, and the reply is new text for good.
func TestWholesome(t *testing.T) {
	t.Parallel()
	for name, test := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settled(t, wholesome(t, []message.Piece{{Plain: test.text}}, options), options)
		})
	}
	for name, test := range mails {
		t.Run("mail "+name, func(t *testing.T) {
			t.Parallel()
			settled(t, wholesome(t, []message.Piece{{HTML: test.html}}, options), options)
			settled(t, wholesome(t, []message.Piece{{Plain: test.plain}}, options), options)
			wholesome(t, []message.Piece{{HTML: test.html, Plain: test.plain}, {Plain: test.plain}}, options)
		})
	}
}

// FuzzReply checks the same of any text, as plain text and as HTML.
func FuzzReply(f *testing.F) {
	for _, test := range cuts {
		f.Add(test.text, "")
	}
	for _, test := range mails {
		f.Add(test.plain, test.html)
	}
	f.Fuzz(func(t *testing.T, plain, html string) {
		wholesome(t, []message.Piece{{Plain: plain}}, options)
		wholesome(t, []message.Piece{{Plain: plain, HTML: html}}, options)
		wholesome(t, []message.Piece{{HTML: html}, {Plain: plain}}, reply.Options{Forwarded: true})
		reply.Own(plain, marker)
		prints := reply.Prints(plain)
		r := reply.Read([]message.Piece{{HTML: html}}, options)
		if kept, cut := reply.Overlap(r.Lines, prints); len(r.Lines) > 0 && len(kept) == 0 || len(prints) > 200 {
			t.Errorf("%d prints leave nothing of %.300q", len(prints), cut)
		}
	})
}

// hostile are lines of which a megabyte must take no longer a byte than a little.
var hostile = map[string]string{
	"short":       "a\n",
	"blank":       "\n",
	"quotes":      ">\n",
	"deep quotes": strings.Repeat(">", 200) + "\n",
	"dates":       "El martes a las\n",
	"colons":      "El 2/3/26 a las 10:12 a@b.es:\n",
	"wrote":       "El 2/3/26 a las 10:12, X <a@b.es> escribió:\n",
	"headers":     "De: a@b.es\nPara: c\n",
	"blocks":      "De: a@b.es\nEnviado el: hoy\nAsunto: c\n\n",
	"mixed":       "> El a@b.es:\n\nHecho.\n",
	"rulers":      "________\n\n",
	"legal":       "Este mensaje y sus archivos adjuntos es confidencial.\n\n",
	"signatures":  "Hecho.\n\n-- \nX\n",
	"long line":   "confidencial destinatario ",
	"marker":      "Responda por encima\nde esta línea\n",
	"bars":        "X escribió el 3/2/2026 10:12:\n| a\n",
	"prints":      "Antes de imprimir este correo, piense en el medio ambiente.\n\n",
	"telephones":  "----\n\nEnviado desde mi iPhone\n",
	"announced":   "Se dice:\n\nAviso legal\n\n",
	"followups":   "[23-11-2026 12:44] Seguiment\n",
	"entries":     "23-11-2026 12:40:11 CET - X Y (Comentarios adicionales)\nHecho.\n",
	"closings":    "----- Fin del mensaje de X -----\n\n",
	"forwards":    "Hecho:\n---------- Mensaje reenviado ---------\n",
}

// layered are texts whose one half is to be looked through for each line of the other.
var layered = map[string][2]string{
	"rulers, telephones": {"----\n", "Enviado desde mi iPhone\n"},
	"quotes, signatures": {"> a\n\n", "\n--\nX\n"},
	"blanks, dates":      {"\n", "El 2/3/26 a las 10:12, X <a@b.es> escribió:\n"},
	"rulers, blocks":     {"----\n", "De: a@b.es\nEnviado el: hoy\nAsunto: c\n\n"},
	"blanks, notices":    {"\n", "Aviso legal\n\n"},
}

// BenchmarkRead shows that the time is linear: a megabyte takes as long a byte as a
// quarter of one.
func BenchmarkRead(b *testing.B) {
	for name, line := range hostile {
		for _, size := range []int{256 << 10, 1 << 20} {
			text := "Hecho.\n\n" + strings.Repeat(line, size/len(line))
			b.Run(name+map[bool]string{true: "/1 MB", false: "/256 kB"}[size == 1<<20], func(b *testing.B) {
				benchmark(b, text)
			})
		}
	}
	for name, half := range layered {
		for _, lines := range []int{5_000, 20_000} {
			text := strings.Repeat(half[0], lines) + "Hecho.\n" + strings.Repeat(half[1], lines)
			b.Run(name+map[bool]string{true: "/20,000", false: "/5,000"}[lines == 20_000], func(b *testing.B) { benchmark(b, text) })
		}
	}
}

func benchmark(b *testing.B, text string) {
	b.Helper()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		reply.Read([]message.Piece{{Plain: text}}, options)
	}
}

// TestHostile: all of them are read to the end.
func TestHostile(t *testing.T) {
	t.Parallel()
	for name, line := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wholesome(t, []message.Piece{{Plain: "Hecho.\n\n" + strings.Repeat(line, (64<<10)/len(line))}}, options)
		})
	}
	for name, half := range layered {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wholesome(t, []message.Piece{{Plain: strings.Repeat(half[0], 2_000) + "Hecho.\n" + strings.Repeat(half[1], 2_000)}}, options)
		})
	}
}
