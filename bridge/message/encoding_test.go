package message_test

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

const uu = "begin 644 nota.txt\n#<\\.M\n`\nend\n" // says "sí"

func TestTransferEncodings(t *testing.T) {
	t.Parallel()
	const clean, unencoded = "", "text is not in its transfer encoding"
	const quotedBreak, base64Break = "broken quoted-printable", "broken base64"
	text := strings.TrimSpace(strings.Repeat("La línea de datos está caída desde las 10:12. ", 5))
	encoded := base64.StdEncoding.EncodeToString([]byte(text))
	var lines string
	for line := range slices.Chunk([]byte(encoded), 76) {
		lines += string(line) + "\n"
	}
	tests := map[string]struct{ encoding, raw, want, defect string }{
		"7bit with eight":       {"7bit", "señal", "señal", clean},
		"8bit":                  {"8BIT", "señal", "señal", clean},
		"comment":               {"8bit (all of them)", "señal", "señal", clean},
		"semicolon":             {"base64;", "aG9sYQ==", "hola", clean},
		"quotes":                {`"base64"`, "aG9sYQ==", "hola", clean},
		"more than the name":    {"quoted-printable; charset=utf-8", "se=C3=B1al", "señal", clean},
		"empty":                 {"", "señal", "señal", clean},
		"unknown":               {"rot13", "señal", "señal", "unknown transfer encoding"},
		"two fields":            {"\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: 8bit", "aG9sYQ==", "hola", clean},
		"base64":                {"base64", lines, text, clean},
		"base64 in one line":    {"base64", encoded, text, clean},
		"base64 is plain":       {"base64", text + "\n", text, unencoded},
		"base64 is short plain": {"base64", "De acuerdo, gracias.\n", "De acuerdo, gracias.", unencoded},
		"base64 is HTML":        {"base64", "<p>recibido</p>", "<p>recibido</p>", unencoded},
		"base64, other bytes":   {"base64", "aG9s\x00IGFkaW9z\n", "hol adios", base64Break},
		"base64, cut":           {"base64", "aG9sYSE", "hola!", clean},
		"base64, a letter over": {"base64", "aG9sY", "hol", base64Break},
		"base64, joined":        {"base64", "aG9s\nYQ==\n!IGFk\naW9z\n", "hola adios", base64Break},
		"base64, blanks at end": {"base64", "aG9s  \nYQ== \n", "hola", clean},
		"base64 not declared":   {"", lines, text, unencoded},
		"short lines are text":  {"", "aG9s\nYWFh\n", "aG9s\nYWFh", clean},
		"one line is text":      {"", encoded[:76], encoded[:76], clean},
		"a key is text": {
			"", strings.Repeat("A/+8", 16) + "\n" + strings.Repeat("/////", 4) + "\n", strings.Repeat("A/+8", 16) + "\n" + strings.Repeat("/////", 4), clean,
		},
		"quoted":                   {"quoted-printable", "se=C3=B1al =3D x=\n y=20\n", "señal = x y ", clean},
		"quoted, lower case":       {"Quoted-Printable", "se=c3=b1al", "señal", clean},
		"quoted, broken":           {"quoted-printable", "a=zz b=4 c=", "a=zz b=4 c", quotedBreak},
		"quoted is plain":          {"quoted-printable", "señal x=y\n", "señal x=y", quotedBreak},
		"quoted not declared":      {"", "La l=C3=ADnea est=C3=A1 ca=\n=C3=ADda.", "La línea está caída.", unencoded},
		"quoted not declared, CR":  {"7bit", "La l=C3=ADnea est=\r\n=C3=A1.", "La línea está.", unencoded},
		"one escape is text":       {"", "x=C3 y", "x=C3 y", clean},
		"an address is text":       {"", "https://example.net/?a=C3=B1&b=%C3", "https://example.net/?a=C3=B1&b=%C3", clean}, // "=%" is no escape
		"uuencode":                 {"x-uuencode", uu, "sí", clean},
		"uuencode, text above":     {"x-uue", "hola\n\n" + uu + "adiós\n", "sí", clean},
		"uuencode is plain":        {"x-uuencode", "señal\n", "señal", unencoded},
		"uuencode, no end":         {"uuencode", "begin 644 a\n#<\\.M\n", "sí", clean},
		"uuencode, blanks lost":    {"x-uuencode", "begin 644 a\n$86)C\n`\nend\n", "abc", clean},
		"uuencode, not its bytes":  {"x-uuencode", "begin 644 a\n#<\\.\x7f\nend\n", "sß", "broken uuencode"},
		"uuencode, endless line":   {"x-uuencode", "begin 644 a\n" + strings.Repeat("x", 9000) + "\n#<\\.M\nend\n", "sí", "broken uuencode"},
		"in a text is text":        {"", "Va:\n" + uu, "Va:\n" + strings.TrimSpace(uu), clean},
		"beyond a buffer":          {"quoted-printable", strings.Repeat("=C3=B1", 3000), strings.Repeat("ñ", 3000), clean},
		"escape that a buffer cut": {"quoted-printable", strings.Repeat("x", 4095) + "=C3=B1", strings.Repeat("x", 4095) + "ñ", clean},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, hello+"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "+test.encoding+"\n\n"+test.raw)
			want := slices.DeleteFunc([]string{test.defect}, func(s string) bool { return s == clean })
			if m.Text != test.want || !slices.Equal(m.Defects, want) {
				t.Errorf("%.200q, want %.200q; defects %q, want %q", m.Text, test.want, m.Defects, want)
			}
		})
	}
}
