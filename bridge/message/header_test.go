package message_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
)

// TestBrokenHeaders: whatever stands in a header, its fields and the text are found.
func TestBrokenHeaders(t *testing.T) {
	t.Parallel()
	const clean = ""
	tests := map[string]struct{ raw, text, defect string }{
		"whole":                         {hello + "\nuno\n", "uno", clean},
		"line without colon":            {"From: a@b.es\nsin dos puntos\nSubject: hola\n\nuno\n", "uno", "header line is not a field"},
		"blank before the colon":        {"From : a@b.es\nSubject\t: hola\n\nuno\n", "uno", clean},
		"blank within a name":           {"Content Type: text/html\n" + hello + "\nuno\n", "uno", "header line is not a field"},
		"no name":                       {": x\n" + hello + "\nuno\n", "uno", "header line is not a field"},
		"mailbox":                       {"From a@b.es Mon Mar  2 10:00:00 2026\n" + hello + "\nuno\n", "uno", "header line is not a field"},
		"mailbox, quoted":               {">From a@b.es Mon Mar  2 10:00:00 2026\n" + hello + "\nuno\n", "uno", "header line is not a field"},
		"mailbox, within":               {"From: a@b.es\n>From x Mon Mar  2 10:00:00 2026\nSubject: hola\n\nuno\n", "uno", "header line is not a field"},
		"mailbox, last":                 {hello + "From x Mon Mar  2 10:00:00 2026\n\nuno\n", "uno", "header line is not a field"},
		"mailbox line of the text":      {hello + "\n>From aquí\nFrom allí\n", ">From aquí\nFrom allí", clean},
		"byte order mark":               {"\xef\xbb\xbf" + hello + "\nuno\n", "uno", clean},
		"empty lines above":             {"\n \n\n" + hello + "\nuno\n", "uno", "empty lines above the header"},
		"NUL":                           {"From: a@b.es\nSubject: ho\x00la\x00\n\nu\x00no\n", "uno", clean},
		"NUL in a name":                 {"X\x00Y: z\n" + hello + "\nuno\n", "uno", "header line is not a field"},
		"line ends doubled":             {strings.ReplaceAll(hello+"\nuno\ndos\n", "\n", "\r\r\n"), "uno\ndos", clean},
		"returns only":                  {strings.ReplaceAll(hello+"\nuno\ndos\n", "\n", "\r"), "uno\ndos", "lines end in a carriage return"},
		"mixed line ends":               {"From: a@b.es\r\nSubject: hola\n\r\nuno\rdos\r\ntres\n", "uno\ndos\ntres", clean},
		"line of blanks":                {hello + " \t \nuno\n", "uno", "header does not end in an empty line"},
		"line of blanks, greeting":      {hello + " \nHola:\nuno\n", "Hola:\nuno", "header does not end in an empty line"},
		"line of blanks, field":         {"From: a@b.es\n \nSubject: hola\n\nuno\n", "uno", clean},
		"line of blanks, odd field":     {"From: a@b.es\n \nX-Y: z\nSubject: hola\n\nuno\n", "uno", clean},
		"line of blanks, folded":        {"From: a@b.es\nX: y\n \n z\nSubject: hola\n\nuno\n", "uno", clean},
		"line of blanks, empty":         {hello + " \n\nuno\n", "uno", clean},
		"line of blanks at the end":     {hello + " \n", "", clean},
		"text without line between":     {hello + "Buenos días\nuno\n", "Buenos días\nuno", "header line is not a field"},
		"text without line, paragraphs": {hello + "Buenos días\n sangrado\n\nuno\n", "Buenos días\n sangrado\n\nuno", "header line is not a field"},
		"bytes in a name":               {"ca\xeddo: x\n" + hello + "\nuno\n", "uno", "header line is not a field"},
		"folded junk":                   {"From: a@b.es\njunk\n folded: x\nSubject: hola\n\nuno\n", "uno", "header line is not a field"},
		"folding":                       {"From:\n a@b.es\nSubject:\n\thola\n\nuno\n", "uno", clean},
		"blanks before a fold":          {"From: a@b.es\nSubject:  \t \n hola \n\nuno\n", "uno", clean},
		"no value":                      {"X:\nY: \n" + hello + "\nuno\n", "uno", clean},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, raw := range []string{test.raw, strings.ReplaceAll(strings.ReplaceAll(test.raw, "\r\n", "\n"), "\n", "\r\n")} {
				if strings.Contains(test.raw, "\r") {
					raw = test.raw
				}
				m := read(t, raw)
				if len(m.From) != 1 || m.From[0].Address != "a@b.es" || strings.ReplaceAll(m.Subject, " ", "") != "hola" || m.Text != test.text {
					t.Errorf("from %v, subject %q, text %q", m.From, m.Subject, m.Text)
				}
				if want := slices.DeleteFunc([]string{test.defect}, func(s string) bool { return s == clean }); !slices.Equal(want, m.Defects) {
					t.Errorf("defects %q, want %q", m.Defects, want)
				}
			}
		})
	}
}

// TestReturnsBeginNoField: a border takes a carriage return alone for a letter, so what
// stands behind it is no field that it saw.
func TestReturnsBeginNoField(t *testing.T) {
	t.Parallel()
	m := read(t, "From: a@b.es\nSubject: uno\rAuthentication-Results: mx; dmarc=pass\r\rdos\n\ntexto\n")
	want := []message.Field{{Name: "From", Value: "a@b.es"}, {Name: "Subject", Value: "uno Authentication-Results: mx; dmarc=pass  dos"}}
	if diff := cmp.Diff(want, m.Header); diff != "" || m.Text != "texto" {
		t.Errorf("text %q, header (-want +got):\n%s", m.Text, diff)
	}
}

func TestRawBytesInHeaders(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("señal ", 9000)
	tests := map[string]struct{ raw, want string }{
		"UTF-8":           {"caída del servicio", "caída del servicio"},
		"windows-1252":    {"ca\xedda \x93total\x94 5\x80", "caída “total” 5€"},
		"mostly UTF-8":    {"caída aérea \xff", "caída aérea \uFFFD"},
		"controls":        {"uno\x01\x7f\u0085dos", "uno   dos"},
		"beyond a buffer": {long, strings.TrimSpace(long)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, "From: a@b.es\nSubject: "+test.raw+"\n\n")
			if m.Subject != test.want || m.Header[1].Value != test.want {
				t.Errorf("subject %.60q, field %.60q", m.Subject, m.Header[1].Value)
			}
		})
	}
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ fields, want string }{ // want is the type of a part, or the text
		"none":                {"X: y", "señal"},
		"empty":               {"Content-Type:", "señal"},
		"half":                {"Content-Type: text", "señal"},
		"other half":          {"Content-Type: text/", "señal"},
		"HTML":                {"Content-Type: html", "señal"},
		"empty charset":       {"Content-Type: text/plain; charset=", "señal"},
		"empty quoted":        {`Content-Type: text/plain; charset=""`, "señal"},
		"no semicolon":        {"Content-Type: text/plain charset=utf-8", "señal"},
		"comma":               {"Content-Type: text/plain, charset=utf-8", "señal"},
		"comment":             {"Content-Type: text/plain (letter); charset=utf-8 (of course)", "señal"},
		"semicolons":          {"Content-Type: text/plain;;; ; charset=utf-8;", "señal"},
		"blanks":              {"Content-Type:  TEXT/PLAIN ; Charset = UTF-8", "señal"},
		"not a type":          {"Content-Type: =?utf-8?Q?text/plain?=", "señal"},
		"empty, then good":    {"Content-Type:\nContent-Type: image/png", "image/png"},
		"good, then another":  {"Content-Type: image/png\nContent-Type: text/plain", "image/png"},
		"junk, then good":     {"Content-Type: <>/x\nContent-Type: image/png", "image/png"},
		"half of a multipart": {"Content-Type: multipart; boundary=x", "señal"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, hello+test.fields+"\n\nseñal\n")
			got := ""
			for _, p := range m.Pieces {
				got = strings.TrimSpace(p.Plain + p.HTML)
			}
			for _, p := range m.Parts {
				got = p.Type
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	var many strings.Builder
	for i := range 500 {
		fmt.Fprintf(&many, "<%d@x> ", i)
	}
	kept := []string{"0@x"}
	for i := 401; i < 500; i++ {
		kept = append(kept, fmt.Sprintf("%d@x", i))
	}
	tests := map[string]struct {
		value string
		want  []string
	}{
		"none":             {"", nil},
		"prose":            {"Message of Monday", nil},
		"prose and id":     {"Your message of Monday <a@x>", []string{"a@x"}},
		"no brackets":      {"a@x, b@x; c@x", []string{"a@x", "b@x", "c@x"}},
		"one bracket":      {"<a@x b@x>", []string{"a@xb@x"}},
		"missing brackets": {"<a@x <b@x> c@x>", []string{"a@x", "b@x"}},
		"only the last":    {"a@x>", []string{"a@x"}},
		"comments":         {"<a@x> (was: <b@x>) (x)", []string{"a@x", "b@x"}},
		"comment, no <":    {"(a@x)", []string{"a@x"}},
		"folded":           {"<a@\n x> <b\n\t@x>", []string{"a@x", "b@x"}},
		"encoded":          {"=?us-ascii?Q?=3Ca=40x=3E?= =?us-ascii?Q?_=3Cb=40x=3E?=", []string{"a@x", "b@x"}},
		"quoted":           {`"a@x"`, []string{"a@x"}},
		"empty":            {"<> < >", nil},
		"too long":         {"<" + strings.Repeat("x", 999) + "> <b@x>", []string{"b@x"}},
		"500 of them":      {many.String(), kept},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, "From: a@b.es\nReferences: "+test.value+"\nIn-Reply-To: "+test.value+"\n\n")
			if diff := cmp.Diff([][]string{test.want, test.want}, [][]string{m.References, m.InReplyTo}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for value, want := range map[string]string{
		"<a@x>": "a@x", "a@x": "a@x", "< a@ x >": "a@x", "<a@x> <b@x>": "a@x", "1234567890": "1234567890", "<1234>": "1234", "dos palabras": "", "<>": "", "": "",
	} {
		if m := read(t, "From: a@b.es\nMessage-ID: "+value+"\n\n"); m.MessageID != want {
			t.Errorf("Message-ID %q is %q, want %q", value, m.MessageID, want)
		}
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header string
		lim    message.Limits
		fields int
	}{
		"fields":  {strings.Repeat("A: b\n", 50), message.Limits{Fields: 20}, 20},
		"bytes":   {strings.Repeat("A: b\n", 50), message.Limits{Header: 100}, 20},
		"folds":   {"A: b\n" + strings.Repeat(" c\n", 100), message.Limits{Header: 100}, 1},
		"blanks":  {"A: b\n" + strings.Repeat(" \n", 100) + "C: d\n", message.Limits{}, 2},
		"no line": {"A: " + strings.Repeat("b", 100_000), message.Limits{Header: 50_000}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := message.Read(strings.NewReader(test.header+"\n\ntexto\n"), test.lim)
			if err != nil || len(m.Header) != test.fields || m.Has(message.HeaderCut) == (name == "blanks") || m.Text != "texto" {
				t.Errorf("%v, %d fields, defects %v, text %q", err, len(m.Header), m.Defects, m.Text)
			}
		})
	}
	m, err := message.Read(strings.NewReader("References: <a@x> <b@x\n <c@"+strings.Repeat("x", 100)+">\n\n"), message.Limits{Header: 40})
	if err != nil || !slices.Equal(m.References, []string{"a@x"}) {
		t.Errorf("%v, references %q", err, m.References)
	}
	list := strings.TrimSuffix(strings.Repeat("x@example.net, ", 500), ", ")
	for _, from := range []string{list, list + ";" + list, strings.Repeat(list+", ", 20)} {
		m, err := message.Read(strings.NewReader("From: "+from+"\nFrom: "+from+"\n\n"), message.Limits{Addresses: 30})
		if err != nil || len(m.From) > 30 || len(m.From) == 0 || strings.Contains(from, ";") != m.Has("From is not an address list") && len(from) < 50_000 {
			t.Errorf("%v, %d addresses, defects %v", err, len(m.From), m.Defects)
		}
		for _, a := range m.From {
			if a.Address != "x@example.net" {
				t.Errorf("%q", a.Address)
			}
		}
	}
}
