package message_test

import (
	"slices"
	"testing"
)

func TestCharsets(t *testing.T) {
	t.Parallel()
	const clean, wrong, unknown = "", "text is not in its charset", "unknown charset"
	tests := map[string]struct{ params, raw, want, defect string }{
		"none, UTF-8":             {"", "señal", "señal", clean},
		"none, windows-1252":      {"", "se\xf1al \x80", "señal €", clean},
		"us-ascii is UTF-8":       {"charset=us-ascii", "señal", "señal", clean},
		"us-ascii is 1252":        {"charset=US-ASCII", "se\xf1al", "señal", wrong},
		"utf-8 is 1252":           {"charset=utf-8", "se\xf1al", "señal", wrong},
		"utf-8, one wrong byte":   {"charset=utf-8", "áéí\xff", "áéí\uFFFD", wrong},
		"utf-8 with mark":         {"charset=utf-8", "\xef\xbb\xbfseñal", "señal", clean},
		"latin1 is 1252":          {"charset=iso-8859-1", "\x93s\xed\x94", "“sí”", clean},
		"latin1 is UTF-8":         {"charset=iso-8859-1", "señal – 5 €", "señal – 5 €", wrong},
		"latin1 that fits UTF-8":  {"charset=iso-8859-1", "CAF\xc9\xbb", "CAFÉ»", clean},
		"1252 is UTF-8":           {"charset=windows-1252", "l’avís", "l’avís", wrong},
		"latin9":                  {"charset=iso-8859-15", "\xa4", "€", clean},
		"latin9 is UTF-8":         {"charset=iso-8859-15", "señal – 5 €", "señal – 5 €", wrong},
		"latin2":                  {"charset=iso-8859-2", "\xb3", "ł", clean},
		"mac":                     {"charset=macintosh", "se\x96al", "señal", clean},
		"cp850":                   {"charset=ibm850", "se\xa4al", "señal", clean},
		"gb2312 is gbk":           {"charset=gb2312", "\xe9G", "镚", clean},
		"big5":                    {"charset=big5", "\xa4\xa4", "中", clean},
		"shift_jis":               {"charset=Shift_JIS", "\x93\xfa", "日", clean},
		"iso-2022-jp":             {"charset=iso-2022-jp", "\x1b$BF|\x1b(B", "日", clean},
		"koi8-r":                  {"charset=koi8-r", "\xf4", "Т", clean},
		"utf-16 with mark":        {"charset=utf-16", "\xff\xfes\x00\xed\x00", "sí", clean},
		"utf-16, big, with mark":  {"charset=utf-16", "\xfe\xff\x00s\x00\xed", "sí", clean},
		"utf-16 without":          {"charset=utf-16", "s\x00\xed\x00", "sí", clean},
		"utf-16, big, without":    {"charset=utf-16", "\x00s\x00\xed", "sí", clean},
		"utf-16le":                {"charset=utf-16le", "s\x00\xed\x00", "sí", clean},
		"utf-16be, no zero":       {"charset=utf-16be", "\x4e\x2d\xff", "中", clean},
		"utf-16 is UTF-8":         {"charset=utf-16", "señal", "señal", wrong},
		"not said to be utf-16":   {"charset=utf-8", "\xff\xfes\x00\xed\x00", "sí", clean},
		"utf-16 cut":              {"charset=utf-16", "\xff\xfes\x00\xed", "s", clean},
		"utf-16 broken pairs":     {"charset=utf-16le", "\x00\xd8s\x00", "\uFFFDs", clean},
		"utf-7":                   {"charset=unicode-1-1-utf-7", "se+APE-al 1 +- 1, +AOkA8Q", "señal 1 + 1, éñ", clean},
		"utf-7 broken":            {"charset=utf-7", "a+!b+A", "a+!b", clean},
		"other names":             {"charset=\"utf8\"", "señal", "señal", clean},
		"quotes":                  {"charset='iso-8859-1'", "se\xf1al", "señal", clean},
		"named twice":             {"charset=charset=iso-8859-1", "se\xf1al", "señal", clean},
		"comment":                 {"charset=iso-8859-15 (Euro)", "\xa4", "€", clean},
		"another parameter":       {"charset=iso-8859-15,x", "\xa4", "€", clean},
		"unknown, UTF-8":          {"charset=x-nobody", "señal", "señal", unknown},
		"unknown, 1252":           {"charset=unknown-8bit", "se\xf1al", "señal", unknown},
		"replaced by one mark":    {"charset=iso-2022-kr", "hola", "hola", unknown},
		"empty":                   {"charset=", "se\xf1al", "señal", clean},
		"too long":                {"charset=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "señal", "señal", unknown},
		"twice":                   {"charset=iso-8859-15; charset=utf-8", "\xa4", "€", clean},
		"2231":                    {"charset*=us-ascii'en'iso-8859-15", "\xa4", "€", clean},
		"seven bits are declared": {"", "se\xf1al", "señal", clean},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := read(t, hello+"Content-Type: text/plain; "+test.params+"\nContent-Transfer-Encoding: 7bit\n\n"+test.raw)
			want := slices.DeleteFunc([]string{test.defect}, func(s string) bool { return s == clean })
			if m.Text != test.want || !slices.Equal(m.Defects, want) {
				t.Errorf("%q, want %q; defects %q, want %q", m.Text, test.want, m.Defects, want)
			}
		})
	}
}
