package message_test

import (
	"strings"
	"testing"

	"escalat/bridge/message"
)

func TestWords(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"none":                   {"caída = ? =? ?=", "caída = ? =? ?="},
		"Q":                      {"=?utf-8?Q?ca=C3=ADda_total?=", "caída total"},
		"B":                      {"=?utf-8?B?Y2HDrWRh?=", "caída"},
		"letter case":            {"=?UTF-8?q?ca=c3=adda?= =?utf-8?b?YQ==?=", "caídaa"},
		"among others":           {"RE: =?utf-8?Q?ca=C3=ADda?= total", "RE: caída total"},
		"adjacent":               {"=?utf-8?Q?uno?= \t =?utf-8?Q?dos?= =?iso-8859-1?Q?tr=E9s?=", "unodostrés"},
		"letter divided":         {"=?utf-8?B?w4k=?= =?utf-8?Q?s_a=C3?= =?UTF-8?B?sWls?=", "És añil"},
		"letter divided, folded": {"=?utf-8?Q?a=C3?=\r\n =?utf-8?Q?=B1o?=", "año"},
		"no blank around":        {"a=?utf-8?Q?=C3=B1?=o(=?utf-8?Q?b?=)", "año(b)"},
		"quoted":                 {`"=?utf-8?Q?N=C3=BAria?=" x`, `"Núria" x`},
		"blanks inside":          {"=?utf-8?Q?ca=C3=ADda total del servicio?=", "caída total del servicio"},
		"raw bytes inside":       {"=?utf-8?Q?caída?=", "caída"},
		"question mark inside":   {"=?utf-8?Q?qu=C3=A9 tal??=", "qué tal?"},
		"language":               {"=?UTF-8*es?B?Y2HDrWRh?= =?utf-8*es-ES?Q?s?=", "caídas"},
		"other name":             {"=?utf8?Q?ca=C3=ADda?= =?UTF_8?Q?s?=", "caídas"},
		"Latin-1 means 1252":     {"=?iso-8859-1?Q?=93s=ED=94_5=80?=", "“sí” 5€"},
		"Latin-1 is UTF-8":       {"=?iso-8859-1?Q?ca=C3=ADda?=", "caída"},
		"UTF-8 is Latin-1":       {"=?utf-8?Q?ca=EDda?=", "caída"},
		"unknown charset":        {"=?x-nobody?Q?ca=C3=ADda?=", "caída"},
		"unknown, not UTF-8":     {"=?unknown-8bit?Q?ca=EDda?=", "caída"},
		"gb2312":                 {"=?gb2312?B?1tDOxA==?=", "中文"},
		"gb2312 means gbk":       {"=?gb2312?B?6Uc=?=", "镚"},
		"iso-2022-jp":            {"=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"},
		"koi8-r":                 {"=?koi8-r?B?9MXT1A==?=", "Тест"},
		"broken base64":          {"=?utf-8?B?Y2HDr WRh?= =?utf-8?B?YQ?= =?utf-8?B?!!?=", "caídaa"},
		"broken escapes":         {"=?utf-8?Q?100%=_=zz=4?=", "100%= =zz=4"},
		"empty":                  {"a =?utf-8?Q??= b", "a  b"},
		"no such encoding":       {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
		"not closed":             {"=?utf-8?Q?abc", "=?utf-8?Q?abc"},
		"half closed":            {"=?utf-8?Q?abc?", "=?utf-8?Q?abc?"},
		"no charset":             {"=??Q?abc?=", "=??Q?abc?="},
		"not closed, another":    {"=?a =?utf-8?Q?s=C3=AD?=", "=?a sí"},
		"controls":               {"=?utf-8?Q?a=0D=0ABcc:_x=00y?=", "a  Bcc: x y"},
		"not decoded twice":      {"=?utf-8?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=", "=?utf-8?Q?x?="},
		"not valid":              {"ca\xedda =?utf-8?Q?x?=", "ca\uFFFDda x"},
		"longest charset":        {"=?" + strings.Repeat("x", 100) + "?Q?a?=", "=?" + strings.Repeat("x", 100) + "?Q?a?="},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := message.Words(test.in); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
