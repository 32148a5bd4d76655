package message_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
)

const (
	alternative = hello + "Content-Type: multipart/alternative; boundary=b\n\n"
	mixed       = hello + "Content-Type: multipart/mixed; boundary=b\n\n"
	rich        = "Content-Type: text/html\n\n"
)

func TestPieces(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		raw   string
		want  []message.Piece
		parts []string // media types
	}{
		"plain alone": {hello + "\nuno\n", []message.Piece{{Plain: "uno\n"}}, nil},
		"HTML alone":  {hello + rich + "<p>uno", []message.Piece{{HTML: "<p>uno"}}, nil},
		"nothing":     {hello + "\n \n", nil, nil},
		"alternative": {
			alternative + "--b\n\nuno\n--b\n" + rich + "<b>uno</b>\n--b--\n", []message.Piece{{Plain: "uno", HTML: "<b>uno</b>"}}, nil,
		},
		"HTML first": {
			alternative + "--b\n" + rich + "<b>uno</b>\n--b\n\nuno\n--b--\n", []message.Piece{{Plain: "uno", HTML: "<b>uno</b>"}}, nil,
		},
		"related inside": {
			alternative + "--b\n\nuno\n--b\nContent-Type: multipart/related; boundary=r\n\n--r\n" + rich +
				"<b>uno</b><img src=cid:a>\n--r\nContent-Type: image/png\nContent-ID: <a>\n\nx\n--r--\n--b--\n",
			[]message.Piece{{Plain: "uno", HTML: "<b>uno</b><img src=cid:a>"}},
			[]string{"image/png"},
		},
		"alternative inside related": {
			hello + "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nuno\n--b\n" +
				rich + "<b>uno</b>\n--b--\n--r\nContent-Type: image/png\n\nx\n--r--\n",
			[]message.Piece{{Plain: "uno", HTML: "<b>uno</b>"}},
			[]string{"image/png"},
		},
		"mixed inside, files between": {
			alternative + "--b\n\nuno\ndos\n--b\nContent-Type: multipart/mixed; boundary=m\n\n--m\n" + rich + "<p>uno\n--m\nContent-Type: application/pdf\n\nx\n--m\n" +
				rich + "<p>dos\n--m\n\n<tres>\ncuatro\n--m--\n--b--\n",
			[]message.Piece{{Plain: "uno\ndos", HTML: "<p>uno\n<p>dos\n<div>&lt;tres&gt;<br>\ncuatro</div>"}},
			[]string{"application/pdf"},
		},
		"HTML beside plain in the plain one": {
			alternative + "--b\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\nuno\n--m\n" + rich + "<p>dos\n--m--\n--b\n" + rich + "<b>todo</b>\n--b--\n",
			[]message.Piece{{Plain: "uno", HTML: "<b>todo</b>"}, {HTML: "<p>dos"}},
			nil,
		},
		"HTML beside plain, and plain": {
			alternative + "--b\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\nuno\n--m\n" + rich + "<p>dos\n--m--\n--b\n\nuno, dos\n--b--\n",
			[]message.Piece{{Plain: "uno"}, {HTML: "<p>dos"}},
			nil,
		},
		"one alternative of several pieces": {
			alternative + "--b\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\nuno\n--m\n" + rich + "<p>dos\n--m--\n--b--\n",
			[]message.Piece{{Plain: "uno"}, {HTML: "<p>dos"}},
			nil,
		},
		"alternatives within": {
			alternative + "--b\n\nuno\n--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\nuno bis\n--c\n" + rich + "<p>uno\n--c--\n--b--\n",
			[]message.Piece{{Plain: "uno", HTML: "<p>uno"}},
			nil,
		},
		"only plain ones":    {alternative + "--b\n\nuno\n--b\n\ndos\n--b--\n", []message.Piece{{Plain: "uno"}}, nil},
		"only HTML ones":     {alternative + "--b\n" + rich + "uno\n--b\n" + rich + "dos\n--b--\n", []message.Piece{{HTML: "dos"}}, nil},
		"the plain is blank": {alternative + "--b\n\n  \n--b\n" + rich + "dos\n--b--\n", []message.Piece{{HTML: "dos"}}, nil},
		"the HTML is blank":  {alternative + "--b\n\nuno\n--b\n" + rich + " \n--b--\n", []message.Piece{{Plain: "uno"}}, nil},
		"all blank":          {alternative + "--b\n\n \n--b\n" + rich + " \n--b--\n", nil, nil},
		"several texts": {
			mixed + "--b\nContent-Type: multipart/alternative; boundary=a\n\n--a\n\nuno\n--a\n" + rich + "<p>uno\n--a--\n--b\nContent-Type: image/png\n\nx\n--b\nContent-Disposition: inline\n\ndos\n--b\n" + rich + "<p>tres\n--b--\n",
			[]message.Piece{{Plain: "uno", HTML: "<p>uno"}, {Plain: "dos"}, {HTML: "<p>tres"}},
			[]string{"image/png"},
		},
		"invitation": {
			alternative + "--b\n\nuno\n--b\n" + rich + "<p>uno\n--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--b--\n",
			[]message.Piece{{Plain: "uno", HTML: "<p>uno"}},
			[]string{"text/calendar"},
		},
		"texts that are none": {
			mixed + "--b\n\nuno\n--b\nContent-Type: text/enriched\n\n<bold>x\n--b\nContent-Type: text/vcard\n\nBEGIN:VCARD\n--b\nContent-Type: text/x-vcard\n\nx\n--b\nContent-Type: text/csv\n\na,b\n--b--\n",
			[]message.Piece{{Plain: "uno"}},
			[]string{"text/enriched", "text/vcard", "text/x-vcard", "text/csv"},
		},
		"a name does not make the only text a file": {
			hello + "Content-Type: text/plain; name=body.txt\n\nuno\n", []message.Piece{{Plain: "uno\n"}}, nil,
		},
		"nor an alternative": {
			alternative + "--b\nContent-Type: text/plain; name=a.txt\n\nuno\n--b\nContent-Type: text/html; name=a.htm\n\n<p>uno\n--b--\n",
			[]message.Piece{{Plain: "uno", HTML: "<p>uno"}},
			nil,
		},
		"an attachment is a file": {hello + "Content-Disposition: attachment\n\nuno\n", nil, []string{"text/plain"}},
		"a name makes a text a file": {
			mixed + "--b\n\nuno\n--b\nContent-Type: text/html; name=a.htm\nContent-Disposition: inline\n\n<p>uno\n--b--\n",
			[]message.Piece{{Plain: "uno"}},
			[]string{"text/html"},
		},
		"HTML keeps its hard blanks": {hello + rich + "a\u00a0b\x00\r\n", []message.Piece{{HTML: "a\u00a0b\n"}}, nil},
		"charset that only the page names": {
			hello + rich + "<meta charset=\"ISO-8859-2\"><p>\xb3", []message.Piece{{HTML: "<meta charset=\"ISO-8859-2\"><p>ł"}}, nil,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, test.raw)
			var parts []string
			for _, p := range m.Parts {
				parts = append(parts, p.Type)
			}
			if diff := cmp.Diff([]any{test.want, test.parts}, []any{m.Pieces, parts}); diff != "" {
				t.Errorf("pieces and parts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCutPiecesSayIt(t *testing.T) {
	t.Parallel()
	lim := message.Limits{Text: 9}
	raw := alternative + "--b\n\nññññññ\n--b\n" + rich + "<p>corto\n--b--\n"
	m, err := message.Read(strings.NewReader(raw), lim)
	if err != nil {
		t.Fatal(err)
	}
	want := []message.Piece{{Plain: "ññññ", PlainCut: true, HTML: "<p>corto"}}
	if diff := cmp.Diff(want, m.Pieces); diff != "" || !m.Has(message.TextCut) {
		t.Errorf("defects %v, pieces (-want +got):\n%s", m.Defects, diff)
	}
	m, err = message.Read(strings.NewReader(strings.Replace(raw, "<p>corto", "<p>muy largo", 1)), message.Limits{Text: 10})
	if err != nil || !m.Pieces[0].HTMLCut || m.Pieces[0].HTML != "<p>muy lar" {
		t.Errorf("%v %+v", err, m.Pieces)
	}
	// All texts together have a bound as well.
	raw = mixed + strings.Repeat("--b\n\n123456789\n--b\nContent-Type: image/png\n\nx\n", 9)
	m, err = message.Read(strings.NewReader(raw), lim)
	if err != nil || len(m.Pieces) != 4 || len(m.Parts) != 9 {
		t.Errorf("%v, %d parts, %+v", err, len(m.Parts), m.Pieces)
	}
}

func TestFlowed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ params, in, want string }{
		"joined":            {"format=flowed", "La línea \nes una.\nOtra.\n", "La línea es una.\nOtra."},
		"not declared":      {"charset=utf-8", "La línea \nes una.\n", "La línea \nes una."},
		"fixed":             {"format=fixed", "La línea \nes una.\n", "La línea \nes una."},
		"letter case":       {`Format="Flowed"`, "uno \ndos\n", "uno dos"},
		"delsp":             {"format=flowed; DelSp=Yes", "incomunica \ndo y  \nsolo\n", "incomunicado y solo"},
		"stuffed":           {"format=flowed", " From aquí\n  dos\n > no es cita\n", "From aquí\n dos\n> no es cita"},
		"signature":         {"format=flowed", "Un saludo \n-- \nAna \nPérez\n", "Un saludo \n-- \nAna Pérez"},
		"stuffed signature": {"format=flowed", "uno\n -- \nAna\n", "uno\n-- \nAna"},
		"quoted":            {"format=flowed", "> cita \n> que sigue\n>> más \n>> hondo\nyo\n", "> cita que sigue\n>> más hondo\nyo"},
		"quoted signature":  {"format=flowed", "> fin \n> -- \n> Ana\n", "> fin \n> -- \n> Ana"},
		"other depth":       {"format=flowed", "> cita \nrespuesta\n", "> cita \nrespuesta"},
		"empty quoted line": {"format=flowed", "> a \n>\n> b\n", "> a \n>\n> b"},
		"paragraphs":        {"format=flowed", "uno \n\ndos\n", "uno \n\ndos"},
		"only blanks":       {"format=flowed", "uno \n  \ndos\n", "uno  dos"},
		"ends open":         {"format=flowed", "uno \n", "uno "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := hello + "Content-Type: text/plain; " + test.params + "\n\n" + test.in
			for _, raw := range []string{raw, crlf(raw)} {
				m := read(t, raw)
				if m.Text != test.want || strings.TrimSuffix(m.Pieces[0].Plain, "\n") != test.want {
					t.Errorf("text %q, piece %q, want %q", m.Text, m.Pieces[0].Plain, test.want)
				}
			}
		})
	}
}
