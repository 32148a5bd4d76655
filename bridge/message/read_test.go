package message_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
)

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func read(t *testing.T, raw string) message.Mail {
	t.Helper()
	m, err := message.Read(strings.NewReader(raw), message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const hello = "From: a@b.es\nSubject: hola\n"

func TestTexts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ raw, want string }{
		"plain":             {hello + "\nuno\ndos\n", "uno\ndos"},
		"no body":           {hello, ""},
		"no header end":     {hello + "\n", ""},
		"8-bit UTF-8":       {hello + "\nmañana\n", "mañana"},
		"8-bit, no charset": {hello + "\nma\xf1ana, 5 \x80\n", "mañana, 5 €"},
		"latin1 means 1252": {hello + "Content-Type: text/plain; charset=ISO-8859-1\n\n\x93s\xed\x94\n", "“sí”"},
		"declared utf-8 is 1252": {
			hello + "Content-Type: text/plain; charset=utf-8\n\nma\xf1ana\n", "mañana",
		},
		"one wrong byte in UTF-8": {hello + "Content-Type: text/plain; charset=utf-8\n\náéí\xff\n", "áéí\uFFFD"},
		"unknown charset":         {hello + "Content-Type: text/plain; charset=x-nobody\n\nse\xf1al\n", "señal"},
		"utf-16":                  {hello + "Content-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\naABpAA==\n", "hi"},
		"charset with comment":    {hello + "Content-Type: text/plain; charset=iso-8859-15 (Euro)\n\n\xa4\n", "€"},
		"quoted-printable":        {hello + "Content-Transfer-Encoding: Quoted-Printable\n\nma=C3=B1=\nana =3D   \n=zz\n", "mañana =\n=zz"},
		"8-bit as encoding":       {hello + "Content-Transfer-Encoding: 8-bit\n\nsí\n", "sí"},
		"unknown encoding":        {hello + "Content-Transfer-Encoding: rot13\n\nsí\n", "sí"},
		"base64 in pieces":        {hello + "Content-Transfer-Encoding: base64\n\naG9s\nYQ==\n!IGFk\naW9z\n", "hola adios"},
		"base64 cut":              {hello + "Content-Transfer-Encoding: base64\n\naG9sYSE\n", "hola!"},
		"NUL and controls":        {hello + "\na\x00b\x1b[31mc\td\re\n", "ab[31mc\td\ne"},
		"not a field":             {"no colon here\n" + hello + "also not\n\nuno\n", "also not\n\nuno"},
		"mbox line":               {">From a@b.es Mon Mar  2 10:00:00 2026\n" + hello + "\nuno\n", "uno"},
		"folded first line":       {" folded\n" + hello + "\nuno\n", "uno"},
		"HTML only":               {hello + "Content-Type: text/html; charset=utf-8\n\n<p>Hola", ""},
		"HTML and plain": {
			hello + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<b>rico</b>\n--b\n\nllano\n--b--\n", "llano",
		},
		"alternative": {
			hello + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nllano\n--b\nContent-Type: text/html\n\n<b>rico</b>\n--b--\n",
			"llano",
		},
		"empty alternative": {
			hello + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n  \n--b\nContent-Type: text/html\n\n<b>rico</b>\n--b--\n", "",
		},
		"two texts": {
			hello + "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\nuno\n\n--b\nContent-Disposition: inline\n\ndos\n--b--\nepilogue\n", "uno\n\ndos",
		},
		"end boundary missing": {hello + "Content-Type: multipart/mixed; boundary=\"b c\"\n\n--b c\n\nuno\n", "uno"},
		"boundary in other":    {hello + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\n--bb\n--b x\nuno\n--b--  \n", "--bb\n--b x\nuno"},
		"no boundary":          {hello + "Content-Type: multipart/mixed\n\nuno\n", "uno"},
		"inner never ends": {
			hello + "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nuno\n--o\n\ndos\n--o--\n", "uno\n\ndos",
		},
		"part without blank line": {hello + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n--b\n\nuno\n--b--\n", "uno"},
		"bad type":                {hello + "Content-Type: plain\n\nuno\n", "uno"},
		"type twice":              {hello + "Content-Type: text/plain\nContent-Type: image/png\n\nuno\n", "uno"},
		"long line":               {hello + "\n" + strings.Repeat("á", 50000) + "\n", strings.Repeat("á", 50000)},
		"long quoted line": {
			hello + "Content-Transfer-Encoding: quoted-printable\n\n" + strings.Repeat("=C3=A1", 20000) + "\n", strings.Repeat("á", 20000),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, raw := range []string{test.raw, crlf(test.raw)} {
				m := read(t, raw)
				if diff := cmp.Diff(test.want, m.Text); diff != "" {
					t.Errorf("text (-want +got):\n%s\ndefects %v", diff, m.Defects)
				}
				if len(m.From) != 1 || m.From[0].Address != "a@b.es" {
					t.Errorf("From = %v", m.From)
				}
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	m := read(t, crlf(`Received: from x
	by y; Mon
FROM : =?iso-8859-1?Q?N=FAria?= <Nuria@Claranet.ES>
Subject: =?utf-8?B?w4k=?= =?utf-8?Q?s_a=C3?= =?utf-8?Q?=B1il?=
Message-Id: <One@X> (comment)
In-Reply-To: Message of Monday <two
 @x>, <three@x>
References: <a b@x> junk <c@x><d@x> <e@x
Date: Mon, 2 Mar 2026 10:30:00 +0100 (CET)

`))
	if m.Defects != nil {
		t.Errorf("defects %v", m.Defects)
	}
	if m.Header[0] != (message.Field{Name: "Received", Value: "from x by y; Mon"}) || !m.Header[1].Is("from") {
		t.Errorf("header = %q", m.Header)
	}
	got := []any{m.From, m.Subject, m.MessageID, m.InReplyTo, m.References, m.Date.Unix()}
	want := []any{
		[]message.Address{{Name: "Núria", Address: "Nuria@claranet.es"}},
		"És añil", "One@X",
		[]string{"two@x", "three@x"},
		[]string{"ab@x", "c@x", "d@x", "e@x"},
		int64(1772443800),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSenders(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fields string
		want   []string
	}{
		"none":               {"Subject: x", nil},
		"empty":              {"From:", nil},
		"plain":              {"From: css@claranet.es", []string{"css@claranet.es"}},
		"8-bit name":         {"From: N\xfaria <css@claranet.es>", []string{"css@claranet.es"}},
		"brackets in name":   {"From: Suport [CSS] <css@claranet.es>", []string{"css@claranet.es"}},
		"address as name":    {"From: css@claranet.es <x@evil.com>", []string{"css@claranet.es", "x@evil.com"}},
		"quoted name":        {`From: "css@claranet.es" <x@evil.com>`, []string{"x@evil.com"}},
		"encoded name":       {"From: =?utf-8?q?css=40claranet.es?= <x@evil.com>", []string{"x@evil.com"}},
		"two in one":         {"From: css@claranet.es, x@evil.com", []string{"css@claranet.es", "x@evil.com"}},
		"two fields":         {"From: css@claranet.es\nfrom : x@evil.com", []string{"css@claranet.es", "x@evil.com"}},
		"second after junk":  {"From: css@claranet.es\njunk\nFrom: x@evil.com", []string{"css@claranet.es", "x@evil.com"}},
		"group":              {"From: desk: css@claranet.es;", []string{"css@claranet.es"}},
		"null":               {"From: <>", nil},
		"comment":            {"From: css@claranet.es (x@evil.com)", []string{"css@claranet.es"}},
		"at in local part":   {`From: "css@claranet.es,"@evil.com`, []string{"css@claranet.es,@evil.com"}},
		"folded":             {"From: Suport\n <css@claranet.es>", []string{"css@claranet.es"}},
		"unclosed":           {"From: Suport <css@claranet.es", []string{"css@claranet.es"}},
		"itself as name":     {"From: css@claranet.es <css@claranet.es>", []string{"css@claranet.es"}},
		"itself, other case": {"From: 'CSS@Claranet.es' <css@claranet.es>", []string{"CSS@claranet.es"}},
		"single quotes":      {"From: 'css@claranet.es'", []string{"css@claranet.es"}},
		"no brackets":        {"From: Suport css@claranet.es", []string{"css@claranet.es"}},
		"only the last":      {"From: Suport css@claranet.es>", []string{"css@claranet.es"}},
		"semicolons":         {"From: css@claranet.es; x@evil.com", []string{"css@claranet.es", "x@evil.com"}},
		"mailto":             {"From: Suport [mailto:css@claranet.es]", []string{"css@claranet.es"}},
		"encoded comma":      {"From: =?utf-8?Q?P=C3=A9rez,_Ana?= <css@claranet.es>", []string{"css@claranet.es"}},
		"raw comma":          {"From: =?utf-8?Q?Pérez, Ana (CSS)?= <css@claranet.es>", []string{"css@claranet.es"}},
		"raw at in a word":   {"From: =?utf-8?Q?x@evil.com?= <css@claranet.es>", []string{"css@claranet.es"}},
		"encoded address":    {"From: =?utf-8?Q?Ana_=3Ccss=40claranet.es=3E?=", nil},
		"mailbox in a word":  {"From: =?utf-8?Q?Ana <x@evil.com>?= <css@claranet.es>", []string{"x@evil.com", "css@claranet.es"}},
		"at in quotes":       {`From: "x@evil.com, y" [CSS] <css@claranet.es>`, []string{"css@claranet.es"}},
		"escaped quote":      {`From: "x@evil.com \" y" [CSS] <css@claranet.es>`, []string{"css@claranet.es"}},
		"odd quotes":         {`From: "a" <css@claranet.es>, "b <x@evil.com>`, []string{"css@claranet.es", "x@evil.com"}},
		"two ats":            {"From: css@claranet.es@evil.com", nil},
		"pieces":             {`From: x\css@claranet.es [y]`, nil},
		"groups":             {`From: desk: css@claranet.es, "Y" <y@claranet.es>;, x@evil.com`, []string{"css@claranet.es", "y@claranet.es", "x@evil.com"}},
		"empty group":        {"From: undisclosed-recipients:;", nil},
		"comments":           {"From: (a) Suport (b) <css@claranet.es> (x@evil.com)", []string{"css@claranet.es"}},
		"behind a long one":  {"From: css@claranet.es (" + strings.Repeat("x ", 40_000) + "), x@evil.com", []string{"css@claranet.es", "x@evil.com"}},
		"private letters":    {"From: \ue0000\ue001 =?utf-8?Q?a?= <css@claranet.es>", []string{"css@claranet.es"}},
		"unclosed and other": {`From: "css@claranet.es <x@evil.com>`, []string{"css@claranet.es", "x@evil.com"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, a := range read(t, test.fields+"\n\n").From {
				got = append(got, a.Address)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("From (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamesOfSenders(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"=?utf-8?Q?N=C3=BAria?= <a@b.es>":                   "Núria",
		"=?utf-8?Q?N=C3?= =?utf-8?Q?=BAria?= Puig <a@b.es>": "Núria Puig",
		`"=?iso-8859-1?Q?N=FAria?=" <a@b.es>`:               "Núria",
		"=?utf-8?B?PT91dGYtOD9xP3g/PQ==?= <a@b.es>":         "=?utf-8?q?x?=",
		"=?utf8?Q?Pérez, Ana (CSS)?= <a@b.es>":              "Pérez, Ana (CSS)",
		"=?x-nobody?Q?Ana?= <a@b.es>":                       "Ana",
		"N\xfaria <a@b.es>":                                 "Núria",
		"Suport [CSS] <a@b.es>":                             "Suport [CSS]",
		`"Suport" [=?utf-8?Q?N=C3=BAria?=] <a@b.es`:         `Suport" [Núria]`,
		"a@b.es":                         "",
		"a@b.es (Núria)":                 "Núria",
		`"Ana \"la de\" Xarxa" <a@b.es>`: `Ana "la de" Xarxa`,
		"=?utf-8?Q?a=0D=0AFrom:_x@evil.com?= <a@b.es>": "a  From: x@evil.com",
	} {
		m := read(t, "From: "+value+"\n\n")
		if diff := cmp.Diff([]message.Address{{Name: want, Address: "a@b.es"}}, m.From); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
}

const attachments = `From: a@b.es
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: multipart/related; boundary=i

--i
Content-Type: text/html

<p>hola <img src="cid:logo@x"></p>
--i
Content-Type: IMAGE/png; name="=?utf-8?Q?logo_a=C3=B1il.png?="
Content-Disposition: inline
Content-ID: <logo@x>
Content-Transfer-Encoding: base64

iVBORw==
--i--
--o
Content-Type: text/plain; name=mtr.txt

 1. router

--o
Content-Type: application/pdf
Content-Disposition: attachment; filename*=iso-8859-1'es'informe%20t%E9cnico.pdf; filename="x.pdf"

%PDF
--o
Content-Type: message/rfc822

Content-Type: multipart/mixed; boundary=z

--z

inner
--z--
--o
Content-Disposition: attachment;
	filename*0="parte uno ";
	filename*1="y dos.txt"

--o--
`

func TestPartsAndTheirContents(t *testing.T) {
	t.Parallel()
	want := []message.Part{
		{Index: 1, Name: "logo añil.png", Type: "image/png", Size: 4, Inline: true, ID: "logo@x"},
		{Index: 2, Name: "mtr.txt", Type: "text/plain", Size: 11},
		{Index: 3, Name: "informe técnico.pdf", Type: "application/pdf", Size: 4},
		{Index: 4, Type: "message/rfc822", Size: 59},
		{Index: 5, Name: "parte uno y dos.txt", Type: "text/plain"},
	}
	contents := []string{
		"<p>hola <img src=\"cid:logo@x\"></p>", "\x89PNG", " 1. router\n", "%PDF",
		"Content-Type: multipart/mixed; boundary=z\n\n--z\n\ninner\n--z--", "",
	}
	for i := range want {
		want[i].Digest = sum(contents[i+1])
	}
	m := read(t, attachments)
	if diff := cmp.Diff(want, m.Parts); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	pieces := []message.Piece{{HTML: contents[0]}}
	if diff := cmp.Diff(pieces, m.Pieces); diff != "" || m.Text != "" || m.Defects != nil {
		t.Errorf("text %q, defects %v, pieces (-want +got):\n%s", m.Text, m.Defects, diff)
	}
	for i, want := range contents {
		part, err := message.Open(iotest.OneByteReader(strings.NewReader(attachments)), i, message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(part); err != nil || string(got) != want {
			t.Errorf("part %d = %q, %v, want %q", i, got, err, want)
		}
	}
	whole, err := message.Open(strings.NewReader(attachments), message.Whole, message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(whole); err != nil || string(got) != attachments {
		t.Errorf("whole = %q, %v", got, err)
	}
	for _, index := range []int{6, 99, -2} {
		if _, err := message.Open(strings.NewReader(attachments), index, message.Limits{}); !errors.Is(err, message.ErrNoPart) {
			t.Errorf("part %d: %v", index, err)
		}
	}
}

func TestHashIsOfTheRawMail(t *testing.T) {
	t.Parallel()
	m := read(t, attachments)
	sum := sha256.Sum256([]byte(attachments))
	if m.Hash != hex.EncodeToString(sum[:]) || m.Size != int64(len(attachments)) {
		t.Errorf("hash %s, size %d", m.Hash, m.Size)
	}
}
