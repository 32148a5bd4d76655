package message_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
)

func TestBrokenStructures(t *testing.T) {
	t.Parallel()
	const pdf = "Content-Type: application/pdf; name=a.pdf\n\n%PDF\n"
	const noBoundary, noEnd = "multipart without boundary", "end boundary missing"
	tests := map[string]struct {
		raw, text string
		parts     int
		defect    string
	}{
		"end boundary missing":     {mixed + "--b\n\nuno\n--b\n" + pdf, "uno", 1, noEnd},
		"blanks behind":            {mixed + "--b \t\n\nuno\n--b  \n" + pdf + "--b--  \n", "uno", 1, ""},
		"blanks in the parameter":  {hello + "Content-Type: multipart/mixed; boundary=\"b c  \"\n\n--b c\n\nuno\n--b c--\n", "uno", 0, ""},
		"prefix of another, outer": {mixed + "--b\nContent-Type: multipart/mixed; boundary=bb\n\n--bb\n\nuno\n--bb\n" + pdf + "--bb--\n--b\n\ndos\n--b--\n", "uno\n\ndos", 1, ""},
		"prefix of another, inner": {
			hello + "Content-Type: multipart/mixed; boundary=bb\n\n--bb\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nuno\n--b--\n--bb\n" + pdf + "--bb--\n", "uno", 1, "",
		},
		"looks like an end":   {mixed + "--b\nContent-Type: multipart/mixed; boundary=b--\n\n--b--\n\nuno\n--b----\n--b--\n", "uno", 0, ""},
		"the same twice":      {mixed + "--b\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nuno\n--b--\n--b\n" + pdf + "--b--\n", "uno", 1, ""},
		"boundary twice":      {hello + "Content-Type: multipart/mixed; boundary=b; boundary=c\n\n--b\n\nuno\n--b--\n", "uno", 0, ""},
		"boundary of 2231":    {hello + "Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\n\n--bc\n\nuno\n--bc--\n", "uno", 0, ""},
		"boundary like words": {hello + "Content-Type: multipart/mixed; boundary=\"=?us-ascii?Q?b?=\"\n\n--=?us-ascii?Q?b?=\n\nuno\n--=?us-ascii?Q?b?=--\n", "uno", 0, ""},
		"never found":         {mixed + "uno\ndos\n", "uno\ndos", 0, noBoundary},
		"never found, inside": {mixed + "--b\nContent-Type: multipart/alternative; boundary=z\n\nuno\n--b\n" + pdf + "--b--\n", "uno", 1, noBoundary},
		"another is there": {
			mixed + "--z\nContent-Type: text/plain\n\nuno\n--z\n" + pdf + "--z--\n", "uno", 1, noBoundary,
		},
		"none is named":         {hello + "Content-Type: multipart/mixed\n\n-- \n--z\ncontent-type: text/plain\n\nuno\n--z\n" + pdf + "--z--\n", "uno", 1, noBoundary},
		"empty":                 {hello + "Content-Type: multipart/mixed; boundary=\"\"\n\nuno\n--\ndos\n", "uno\n--\ndos", 0, noBoundary},
		"too long":              {hello + "Content-Type: multipart/mixed; boundary=" + strings.Repeat("b", 999) + "\n\nuno\n", "uno", 0, noBoundary},
		"a rule is none":        {hello + "Content-Type: multipart/mixed\n\nuno\n--------\nContent is more than form\n", "uno\n--------\nContent is more than form", 0, noBoundary},
		"adopted only at first": {mixed + "--b\n\nuno\n--z\nContent-Type: text/plain\n\ndos\n--b--\n", "uno\n--z\nContent-Type: text/plain\n\ndos", 0, ""},
		"ends before it begins": {mixed + "uno\n--b--\ndos\n", "uno", 0, ""},
		"preamble and epilogue": {mixed + "uno\n--b\n\ndos\n--b--\ntres\n", "dos", 0, ""},
		"no body":               {strings.TrimSuffix(mixed, "\n"), "", 0, noBoundary},
		"part without line": {
			mixed + "--b\nContent-Type: text/plain\nBuenos días\n--b\n" + pdf + "--b--\n", "Buenos días", 1, "header line is not a field",
		},
		"part without header": {mixed + "--b\nBuenos días\nuno\n--b--\n", "Buenos días\nuno", 0, "header line is not a field"},
		"no junk in a file": {
			mixed + "--b\nContent-Type: text/plain; name=a.txt\nBuenos días\n\nuno\n--b--\n", "", 1, "header line is not a field",
		},
		"encoding of a multipart": {
			hello + "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\nseñal\n--b--\n", "señal", 0, "",
		},
		"quoted multipart": {
			hello + "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: quoted-printable\n\n--b\n\nse=3D\n--b--\n", "se=3D", 0, "",
		},
		"x-mixed":     {hello + "Content-Type: multipart/x-mixed; boundary=b\n\n--b\n\nuno\n--b\n" + pdf + "--b--\n", "uno", 1, ""},
		"appledouble": {mixed + "--b\n\nuno\n--b\nContent-Type: multipart/appledouble; boundary=c\n\n--c\nContent-Type: application/applefile\n\nx\n--c\n" + pdf + "--c--\n--b--\n", "uno", 2, ""},
		"winmail.dat": {mixed + "--b\n\nuno\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n--b--\n", "uno", 1, ""},
		"a mail inside is no text": {
			mixed + "--b\n\nuno\n--b\nContent-Type: message/rfc822\n\nSubject: x\n\ndos\n--b--\n", "uno", 1, "",
		},
		"digest with types": {hello + "Content-Type: multipart/digest; boundary=b\n\n--b\nContent-Type: text/plain\n\nuno\n--b\n\nSubject: x\n\ny\n--b--\n", "uno", 1, ""},
		"returns only":      {strings.ReplaceAll(mixed+"--b\n\nuno\n--b\n"+pdf+"--b--\n", "\n", "\r"), "uno", 1, "lines end in a carriage return"},
		"line ends doubled": {strings.ReplaceAll(mixed+"--b\n\nuno\ndos\n--b\n"+pdf+"--b--\n", "\n", "\r\r\n"), "uno\ndos", 1, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, raw := range []string{test.raw, crlf(test.raw)} {
				if strings.Contains(test.raw, "\r") {
					raw = test.raw
				}
				m := read(t, raw)
				if m.Text != test.text || len(m.Parts) != test.parts {
					t.Errorf("text %q, want %q; parts %v", m.Text, test.text, m.Parts)
				}
				if test.defect != "" && !m.Has(test.defect) || test.defect == "" && m.Defects != nil {
					t.Errorf("defects %q, want %q", m.Defects, test.defect)
				}
				opensAs(t, []byte(raw), m.Parts)
			}
		})
	}
}

// TestWhatLooksAheadKeepsTheLine: to look ahead moves what is buffered.
func TestWhatLooksAheadKeepsTheLine(t *testing.T) {
	t.Parallel()
	for pad := range 200 {
		text := strings.Repeat("x", 32<<10-300+pad)
		line := "-- una línea que parece un límite"
		raw := mixed + text + "\n" + line + "\nfin\n"
		if m := read(t, raw); m.Text != text+"\n"+line+"\nfin" {
			t.Fatalf("with %d bytes before it the line is %q", len(raw)-len(line)-4, m.Text[len(text):])
		}
		m := read(t, "X: "+text+"\n \nFrom: a@b.es\n\nuno\n")
		if diff := cmp.Diff([]message.Field{{Name: "X", Value: text}, {Name: "From", Value: "a@b.es"}}, m.Header); diff != "" {
			t.Fatal(diff)
		}
	}
}
