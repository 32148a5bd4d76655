package message_test

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	t.Parallel()
	const want = "informe técnico.pdf"
	utf8Name, latin := "informe%20t%C3%A9cnico.pdf", "informe%20t%E9cnico.pdf"
	tests := map[string]struct{ fields, want string }{
		"none":                   {"Content-Disposition: attachment", ""},
		"plain":                  {"Content-Disposition: attachment; filename=a.pdf", "a.pdf"},
		"quoted":                 {`Content-Disposition: attachment; filename="a b;c.pdf"`, "a b;c.pdf"},
		"escaped":                {`Content-Disposition: attachment; filename="a \"b\" \\c.pdf"`, `a "b" \c.pdf`},
		"path of Windows":        {`Content-Disposition: attachment; filename="C:\temp\a.pdf"`, `C:\temp\a.pdf`},
		"blanks, not quoted":     {"Content-Disposition: attachment; filename=informe t\xe9cnico.pdf; size=3", want},
		"parenthesis":            {"Content-Disposition: attachment; filename=a (1).pdf", "a (1).pdf"},
		"quotes inside":          {`Content-Disposition: attachment; filename="el "nuevo" informe.pdf"; size=1`, `el "nuevo" informe.pdf`},
		"quote not closed":       {`Content-Disposition: attachment; filename="a.pdf; size=3`, "a.pdf"},
		"no semicolon":           {`Content-Disposition: attachment; filename="a.pdf" size=3`, "a.pdf"},
		"no semicolon at all":    {`Content-Disposition: attachment filename=a.pdf`, "a.pdf"},
		"no disposition":         {`Content-Disposition: filename=a.pdf`, "a.pdf"},
		"twice":                  {`Content-Disposition: attachment; filename=a.pdf; filename=b.pdf`, "a.pdf"},
		"folded":                 {"Content-Disposition: attachment;\n filename=\"a\n b.pdf\"", "a b.pdf"},
		"only in the type":       {"Content-Type: application/pdf; name=a.pdf", "a.pdf"},
		"only in the type, 2231": {"Content-Type: application/pdf; name*=utf-8''" + utf8Name, want},
		"both":                   {"Content-Type: application/pdf; name=b.pdf\nContent-Disposition: attachment; filename=a.pdf", "a.pdf"},
		"empty one":              {"Content-Type: application/pdf; name=b.pdf\nContent-Disposition: attachment; filename=\"\"", "b.pdf"},
		"raw UTF-8":              {`Content-Disposition: attachment; filename="informe técnico.pdf"`, want},
		"raw windows-1252":       {"Content-Disposition: attachment; filename=\"informe t\xe9cnico.pdf\"", want},
		"controls":               {"Content-Disposition: attachment; filename=\"a\x00b\x07.pdf\"", "a b .pdf"},

		"2047":                  {`Content-Disposition: attachment; filename="=?utf-8?Q?informe_t=C3=A9cnico.pdf?="`, want},
		"2047, not quoted":      {`Content-Disposition: attachment; filename==?utf-8?Q?informe_t=C3=A9cnico.pdf?=`, want},
		"2047, in several":      {"Content-Type: application/pdf; name=\"=?utf-8?Q?informe_t=C3?=\n =?utf-8?Q?=A9cnico.pdf?=\"", want},
		"2047, semicolon":       {`Content-Disposition: attachment; filename="=?utf-8?Q?a;b.pdf?="`, "a;b.pdf"},
		"2047 in 2231":          {"Content-Disposition: attachment; filename*=\"=?utf-8?Q?informe_t=C3=A9cnico.pdf?=\"", want},
		"2047 in pieces":        {"Content-Disposition: attachment; filename*0=\"=?utf-8?Q?informe_t=C3=A9\"; filename*1=\"cnico.pdf?=\"", want},
		"not 2047 when escaped": {"Content-Disposition: attachment; filename*=utf-8''%3D%3Futf-8%3FQ%3Fx%3F%3D", "=?utf-8?Q?x?="},

		"2231":                     {"Content-Disposition: attachment; filename*=UTF-8'es'" + utf8Name, want},
		"2231, Latin-1":            {"Content-Disposition: attachment; filename*=iso-8859-1''" + latin, want},
		"2231, wrong charset":      {"Content-Disposition: attachment; filename*=utf-8''" + latin, want},
		"2231, no such charset":    {"Content-Disposition: attachment; filename*=x-y''" + utf8Name, want},
		"2231, empty charset":      {"Content-Disposition: attachment; filename*=''" + utf8Name, want},
		"2231, no charset":         {"Content-Disposition: attachment; filename*=" + utf8Name, want},
		"2231, one quote":          {"Content-Disposition: attachment; filename*=utf-8'" + utf8Name, want},
		"2231, apostrophes":        {"Content-Disposition: attachment; filename*=l'informe d'avui.pdf", "l'informe d'avui.pdf"},
		"2231, apostrophe more":    {"Content-Disposition: attachment; filename*=utf-8''l'informe.pdf", "l'informe.pdf"},
		"2231, quoted":             {`Content-Disposition: attachment; filename*="utf-8''` + utf8Name + `"`, want},
		"2231, broken escapes":     {"Content-Disposition: attachment; filename*=utf-8''100%25%zz%.pdf", "100%%zz%.pdf"},
		"2231 and plain":           {"Content-Disposition: attachment; filename=b.pdf; filename*=utf-8''" + utf8Name, want},
		"2231 before plain":        {"Content-Disposition: attachment; filename*=utf-8''" + utf8Name + "; filename=\"b.pdf\"", want},
		"2231 broken, plain":       {"Content-Disposition: attachment; filename*=utf-8''%C3%A9%C3%A9%FF.pdf; filename=b.pdf", "b.pdf"},
		"2231 broken alone":        {"Content-Disposition: attachment; filename*=utf-8''%C3%A9%C3%A9%FF.pdf", "éé\uFFFD.pdf"},
		"pieces":                   {"Content-Disposition: attachment; filename*0*=utf-8''informe%20t%C3; filename*1*=%A9cnico; filename*2=.pdf", want},
		"pieces, not in order":     {"Content-Disposition: attachment; filename*2=.pdf; filename*1*=%A9cnico; filename*0*=utf-8''informe%20t%C3", want},
		"pieces, first missing":    {"Content-Disposition: attachment; filename*1=\"a b\"; filename*2=.pdf", "a b.pdf"},
		"pieces from one":          {"Content-Disposition: attachment; filename*1*=utf-8''informe%20; filename*2*=t%C3%A9cnico.pdf", want},
		"pieces twice":             {"Content-Disposition: attachment; filename*0=a; filename*0=x; filename*1=.pdf", "a.pdf"},
		"pieces, huge number":      {"Content-Disposition: attachment; filename*0=a; filename*99999999999999999999=b; filename*9223372036854775807=c", "ac"},
		"pieces, stars forgotten":  {"Content-Disposition: attachment; filename*0=utf-8''informe%20t%C3; filename*1=%A9cnico.pdf", want},
		"pieces, percent is plain": {"Content-Disposition: attachment; filename*0=\"100%25 \"; filename*1=a.pdf", "100%25 a.pdf"},
		"many pieces":              {"Content-Disposition: attachment" + pieces250(), strings.Repeat("x", 200)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := mixed + "--b\n\nuno\n--b\nContent-Type: application/pdf\n" + test.fields + "\n\n%PDF\n--b--\n"
			if strings.Contains(test.fields, "Content-Type") {
				raw = strings.Replace(raw, "Content-Type: application/pdf\n", "", 1)
			}
			m := read(t, raw)
			if len(m.Parts) != 1 || m.Parts[0].Name != test.want || m.Parts[0].Type != "application/pdf" {
				t.Errorf("parts %+v, want %q", m.Parts, test.want)
			}
		})
	}
}

func pieces250() string {
	var b strings.Builder
	for i := range 250 {
		b.WriteString("; filename*")
		b.WriteString(string([]byte{byte('0' + i/100), byte('0' + i/10%10), byte('0' + i%10)}))
		b.WriteString("=x")
	}
	return b.String()
}
