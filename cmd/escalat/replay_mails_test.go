package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// hostileSeed makes the mails of all runs the same.
const hostileSeed = 20261122

// seeds are the mails of all corpora of the project.
func seeds(t testing.TB) (all [][]byte) {
	t.Helper()
	for pattern, atLeast := range map[string]int{
		"../../bridge/receive/testdata/corpus/*/*.eml": 100,
		"../../bridge/receive/classify/testdata/*.eml": 50,
		"testdata/mails/*.eml":                         10,
	} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) < atLeast {
			t.Fatalf("%s: %d mails, %v", pattern, len(found), err)
		}
		for _, name := range found {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, raw)
		}
	}
	slices.SortFunc(all, bytes.Compare) // a map has no order
	return all
}

// hostile makes so many mails in a folder, each damaged in its own way, and returns their
// names in the order in which they are read.
func hostile(t testing.TB, folder string, n int) (names []string) {
	t.Helper()
	from, hurt, explode := seeds(t), damages(), bombs()
	for i := range n {
		r := rand.New(rand.NewPCG(hostileSeed, uint64(i)))
		raw := from[i%len(from)]
		for range 1 + r.IntN(3) {
			raw = hurt[r.IntN(len(hurt))](r, raw, from[r.IntN(len(from))])
		}
		if i%20 == 19 { // some are bombs
			raw = explode[i/20%len(explode)](r, raw)
		}
		name := filepath.Join(folder, fmt.Sprintf("%02d", i/500), fmt.Sprintf("%05d.eml", i))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

var (
	boundaryOf = regexp.MustCompile(`(?i)boundary="?([^";\r\n]+)`)
	charsetOf  = regexp.MustCompile(`(?i)charset="?[^";\r\n]+"?`)
	encodingOf = regexp.MustCompile(`(?i)Content-Transfer-Encoding:[^\r\n]*`)
	typeOf     = regexp.MustCompile(`(?im)^Content-Type:[^\r\n]*`)
)

// damages do to a mail what networks, programs and people do; other is another mail.
func damages() []func(r *rand.Rand, raw, other []byte) []byte {
	return []func(r *rand.Rand, raw, other []byte) []byte{
		func(r *rand.Rand, raw, _ []byte) []byte { return raw[:r.IntN(len(raw)+1)] },
		func(r *rand.Rand, raw, _ []byte) []byte { return raw[r.IntN(len(raw)+1):] },
		flipped,
		boundaries,
		doubled,
		func(r *rand.Rand, raw, _ []byte) []byte {
			return instead(r, raw, charsetOf, "charset=utf-16", "charset=iso-2022-jp", "charset=koi8-r", "charset=gb18030",
				"charset=utf-7", "charset=\xff\xfe", "charset="+strings.Repeat("x", 300), "charset*0*=''ut; charset*1=f-8", "charset=ibm037")
		},
		func(r *rand.Rand, raw, _ []byte) []byte {
			return instead(r, raw, encodingOf, "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable",
				"Content-Transfer-Encoding: x-uuencode", "Content-Transfer-Encoding: binary", "Content-Transfer-Encoding: \xe9", "Content-Transfer-Encoding:")
		},
		func(r *rand.Rand, raw, _ []byte) []byte {
			return instead(r, raw, typeOf, "Content-Type: text/html", "Content-Type: multipart/mixed", "Content-Type: message/rfc822",
				"Content-Type: multipart/report; report-type=delivery-status; boundary=b", "Content-Type: message/delivery-status",
				"Content-Type: application/ms-tnef", "Content-Type: ;;;", "Content-Type: multipart/encrypted; boundary=\"\"", "Content-Type: text/calendar")
		},
		func(_ *rand.Rand, raw, other []byte) []byte { return slices.Concat(raw, other) },
		func(_ *rand.Rand, raw, other []byte) []byte { // the header of the one, the body of the other
			_, body, _ := bytes.Cut(other, []byte("\n\n"))
			header, _, _ := bytes.Cut(raw, []byte("\n\n"))
			return slices.Concat(header, []byte("\n\n"), body)
		},
		func(_ *rand.Rand, raw, _ []byte) []byte { // a mail in a mail
			return slices.Concat([]byte("From: a@b.test\nContent-Type: message/rfc822\n\n"), raw)
		},
		func(r *rand.Rand, raw, _ []byte) []byte { // what nobody would write
			noise := make([]byte, 1+r.IntN(4096))
			for i := range noise {
				noise[i] = byte(r.Uint32())
			}
			return inserted(r, raw, noise)
		},
		func(r *rand.Rand, raw, _ []byte) []byte { // characters that mean something to somebody
			for range 1 + r.IntN(20) {
				marks := []string{"\x00", "\x1b[2J", "\x9b", "\u202e", "\u2028", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\ufeff", "{noformat}", "=?utf-8?q?=00=0d=0a?=", "\r", "\x7f"}
				raw = inserted(r, raw, []byte(marks[r.IntN(len(marks))]))
			}
			return raw
		},
		func(r *rand.Rand, raw, _ []byte) []byte { // line ends
			raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
			ends := []string{"\r\n", "\r", "\n\r", "\n\n", " \n", "\r\r\n"}
			return bytes.ReplaceAll(raw, []byte("\n"), []byte(ends[r.IntN(len(ends))]))
		},
		func(r *rand.Rand, raw, _ []byte) []byte { // lines in another order
			lines := bytes.SplitAfter(raw, []byte("\n"))
			for range 1 + r.IntN(20) {
				a, b := r.IntN(len(lines)), r.IntN(len(lines))
				lines[a], lines[b] = lines[b], lines[a]
			}
			return bytes.Join(lines, nil)
		},
		func(r *rand.Rand, raw, _ []byte) []byte { // one long line
			filler := []string{"A", ">", "<", "=", " ", "é", "&lt;", "> ", "-", "_", "<b>", "http://a.test/ "}
			return inserted(r, raw, []byte("\n"+strings.Repeat(filler[r.IntN(len(filler))], 1+r.IntN(20_000))+"\n"))
		},
	}
}

func flipped(r *rand.Rand, raw, _ []byte) []byte {
	raw = slices.Clone(raw)
	for range min(len(raw), 1+r.IntN(64)) {
		raw[r.IntN(len(raw))] ^= 1 << r.IntN(8)
	}
	return raw
}

// boundaries loses, doubles or spoils the lines that part a mail.
func boundaries(r *rand.Rand, raw, _ []byte) []byte {
	found := boundaryOf.FindAllSubmatch(raw, -1)
	if len(found) == 0 {
		return raw
	}
	line := append([]byte("--"), found[r.IntN(len(found))][1]...)
	parts := bytes.SplitAfter(raw, line)
	at := r.IntN(len(parts))
	switch r.IntN(4) {
	case 0:
		parts[at] = bytes.TrimSuffix(parts[at], line)
	case 1:
		parts[at] = slices.Concat(parts[at], line)
	case 2:
		parts[at] = slices.Concat(parts[at], []byte("--\n"))
	default:
		parts[at] = bytes.ToUpper(parts[at])
	}
	return bytes.Join(parts, nil)
}

// doubled has lines of the header stand there several times.
func doubled(r *rand.Rand, raw, _ []byte) []byte {
	header, _, _ := bytes.Cut(raw, []byte("\n\n"))
	lines := bytes.SplitAfter(header, []byte("\n"))
	for range 1 + r.IntN(10) {
		raw = slices.Concat(lines[r.IntN(len(lines))], raw)
	}
	return raw
}

func instead(r *rand.Rand, raw []byte, of *regexp.Regexp, values ...string) []byte {
	return of.ReplaceAllFunc(raw, func(was []byte) []byte {
		if r.IntN(3) == 0 {
			return was
		}
		return []byte(values[r.IntN(len(values))])
	})
}

func inserted(r *rand.Rand, raw, what []byte) []byte {
	at := r.IntN(len(raw) + 1)
	return slices.Concat(raw[:at], what, raw[at:])
}

// bombs make a mail that costs as much as its sender can make it cost.
func bombs() []func(r *rand.Rand, raw []byte) []byte {
	return []func(r *rand.Rand, raw []byte) []byte{
		func(_ *rand.Rand, raw []byte) []byte { // multiparts in multiparts
			var b bytes.Buffer
			b.WriteString("From: a@b.test\n")
			for i := range 3000 {
				fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
			}
			return append(b.Bytes(), raw...)
		},
		func(_ *rand.Rand, raw []byte) []byte { // mails in mails
			return append(bytes.Repeat([]byte("Content-Type: message/rfc822\n\n"), 5000), raw...)
		},
		func(_ *rand.Rand, _ []byte) []byte { // parts without end
			return append([]byte("Content-Type: multipart/mixed; boundary=b\n\n"), bytes.Repeat([]byte("--b\nContent-Type: text/html\n\n<b>a\n"), 10_000)...)
		},
		func(_ *rand.Rand, raw []byte) []byte { // fields without end
			return append(bytes.Repeat([]byte("From: \"=?utf-8?b?w6k=?=\" <a@b.test>, c@d.test\nReferences: <a@b.test> <c@d.test>\n"), 10_000), raw...)
		},
		func(_ *rand.Rand, raw []byte) []byte { // one field without end
			return append([]byte("Subject: "+strings.Repeat("=?iso-8859-1?q?=E9?= ", 50_000)+"\n"), raw...)
		},
		func(r *rand.Rand, _ []byte) []byte { // elements in elements
			tags := []string{"<div>", "<table><tr><td>", "<blockquote>", "<ul><li>", "<b><i>", "<a href=x>", "<!--", "<p title='", "<font color=red>"}
			return []byte("Content-Type: text/html\n\n" + strings.Repeat(tags[r.IntN(len(tags))], 100_000) + "a")
		},
		func(_ *rand.Rand, _ []byte) []byte { // quotes in quotes
			return slices.Concat([]byte("Subject: a\n\n"), bytes.Repeat([]byte(strings.Repeat(">", 500)+" a\nEl 15/07/2017 a les 07:06, X ha escrit:\n"), 2000))
		},
		func(_ *rand.Rand, raw []byte) []byte { // bounces in bounces
			return append([]byte("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n"),
				bytes.Repeat([]byte("Final-Recipient: rfc822; a@b.test\nAction: failed\nStatus: 5.1.1\n\n"), 20_000)...)
		},
		func(_ *rand.Rand, _ []byte) []byte { // a large file
			line := strings.Repeat("QUJD", 19) + "\n"
			return []byte("Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat(line, 100_000))
		},
		func(_ *rand.Rand, _ []byte) []byte { // a large text
			return []byte("Content-Type: text/plain\n\n" + strings.Repeat("De: a\nEnviado el: b\nPara: c\nAsunto: d\n\n-- \nSalutacions,\n", 100_000))
		},
	}
}
