package message_test

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"escalat/bridge/message"
)

// stream gives a mail piece by piece, so that only what a reader holds is in memory.
type stream struct {
	head  string
	body  func(i int) string
	left  int64 // bytes
	next  int
	rest  string
	begun bool
}

func newStream(head string, size int64, body func(i int) string) *stream {
	return &stream{head: head, body: body, left: size}
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, io.EOF
	}
	for s.rest == "" {
		if s.begun {
			s.rest = s.body(s.next)
			s.next++
			continue
		}
		s.rest, s.begun = s.head, true
	}
	n := copy(p[:min(int64(len(p)), s.left)], s.rest)
	s.rest, s.left = s.rest[n:], s.left-int64(n)
	return n, nil
}

// bombs are mails that are made to cost their reader more than their size.
func bombs() map[string]struct {
	head string
	body func(i int) string
} {
	type bomb = struct {
		head string
		body func(i int) string
	}
	const (
		tiny    = "--b\nContent-Type: image/png\n\nx\n"
		octets  = "Content-Type: application/octet-stream\nContent-Transfer-Encoding: "
		isText  = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
		address = "x@example.net, "
	)
	line := strings.Repeat("QUJD", 19) + "\n"
	same := func(s string) func(int) string {
		long := strings.Repeat(s, 1+4096/len(s))
		return func(int) string { return long }
	}
	return map[string]bomb{
		"ordinary": {mixed + "--b\n\nuno\n--b\n" + octets + "base64\n\n", same(line)},
		"multiparts in each other": {hello, func(i int) string {
			return fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}},
		"boundaries that begin alike": {hello, func(i int) string {
			return fmt.Sprintf("Content-Type: multipart/mixed; boundary=%s\n\n--%[1]s\n", strings.Repeat("b", 1+i%10_000))
		}},
		"lines like boundaries": {
			hello + strings.Repeat("Content-Type: multipart/mixed; boundary="+strings.Repeat("b", 900)+"\n\n--"+strings.Repeat("b", 900)+"\n", 19) + "\n",
			same("--" + strings.Repeat("b", 899) + "\n"),
		},
		"tiny parts":            {mixed, same(tiny)},
		"multiparts of nothing": {mixed, same("--b\nContent-Type: multipart/mixed; boundary=c\n\n--c--\n")},
		"long header":           {"From: a@b.es\n", same("X: " + strings.Repeat("y", 70) + "\n")},
		"short fields":          {"From: a@b.es\n", same("X:\n")},
		"folded field":          {"From: a@b.es\nX:\n", same(" y\n")},
		"folded blanks":         {"From: a@b.es\nX:\n", same(" \n")},
		"one line of header":    {"From: a@b.es\nX: ", same("y")},
		"many addresses":        {"From: ", same(address)},
		"broken addresses":      {"From: <;", same(address)},
		"quotes in addresses":   {"From: <;", same(`"\"`)},
		"unfinished words":      {"Subject: ", same("=?a?q?x ")},
		"words":                 {"Subject: ", same("=?a?q?=C3?= ")},
		"parameters":            {"Content-Type: text/plain", same(`; a*0*="x"`)},
		"quotes in parameters":  {"Content-Type: text/plain; a=", same(`" "`)},
		"ids":                   {"References: ", same("<x@y>")},
		"one line of text":      {hello + "\n", same("x")},
		"empty lines in a part": {mixed + "--b\n" + octets + "8bit\n\n", same("\n")},
		"dashes in a part":      {mixed + "--b\n" + octets + "8bit\n\n", same("--\n")},
		"empty lines":           {hello + "\n", same("\n")},
		"returns":               {hello + "\n", same("\r")},
		"returns only":          {strings.ReplaceAll(hello, "\n", "\r") + "\r", same("x\r")},
		"quotes":                {hello + isText + "8bit\n\n", same(">")},
		"base64 in one line":    {hello + octets + "base64\n\n", same("QUJD")},
		"base64 of nothing":     {hello + octets + "base64\n\n", same("=")},
		"quoted in one line":    {hello + octets + "quoted-printable\n\n", same("=C3=B1")},
		"equals signs":          {hello + isText + "quoted-printable\n\n", same("=")},
		"uuencode":              {hello + octets + "x-uuencode\n\nbegin 644 a\n", same("M" + strings.Repeat("<", 60) + "\n")},
		"HTML in each other":    {hello + "Content-Type: text/html\n\n", same("<blockquote><table><tr><td>")},
		"HTML attributes":       {hello + "Content-Type: text/html\n\n<a ", same("a=b ")},
		"HTML comment":          {hello + "Content-Type: text/html\n\n", same("<!--")},
		"reports":               {mixed, same("--b\nContent-Type: message/delivery-status\n\nStatus: 5\n\nStatus: 5\n")},
		"long report":           {hello + "Content-Type: message/delivery-status\n\n", same("Status: 5\n\n")},
		"signed pieces": {
			hello + "Content-Type: application/pkcs7-mime\n\n" + signedData(true, ber(0x24, true, ber(0x04, false, "A: b\n\n")))[:60],
			same("\x04\x01x"),
		},
		"signatures in each other": {hello, same("Content-Type: application/pkcs7-mime\n\n" + signedData(true, ber(0x24, true, ber(0x04, false, "A: b\n")))[:56])},
		"zip":                      {hello + "Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n", same(line)},
	}
}

// TestBombs counts what is held of mails that grow without end, since time cannot be
// tested.
func TestBombs(t *testing.T) {
	const size = 1 << 20
	lim := message.Limits{Text: size / 4, Header: size / 8}
	for name, b := range bombs() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := message.Read(newStream(b.head, size, b.body), lim)
		runtime.ReadMemStats(&after)
		if err != nil || m.Size != size {
			t.Errorf("%s: %d bytes: %v", name, m.Size, err)
		}
		// A text passes through a few hands.
		if held := after.TotalAlloc - before.TotalAlloc; held > 16*size {
			t.Errorf("%s: reading %d bytes allocated %d", name, size, held)
		}
		texts := len(m.Text)
		for _, p := range m.Pieces {
			texts += len(p.Plain) + len(p.HTML)
		}
		header := 0
		for _, f := range m.Header {
			header += len(f.Name) + len(f.Value)
		}
		if texts > 3*size || header > size/8 || len(m.Header) > 2000 || len(m.Parts) > 500 || len(m.From) > 100 || len(m.References) > 100 || len(m.Inner) > 20 {
			t.Errorf("%s: %d bytes of text, %d of header, %d fields, %d parts, %d addresses, %d reports",
				name, texts, header, len(m.Header), len(m.Parts), len(m.From), len(m.Inner))
		}
	}
}

// BenchmarkRead shows how many times as much each bomb costs as an ordinary mail of its
// size.
func BenchmarkRead(b *testing.B) {
	const size = 50 << 20
	all := bombs()
	ordinary := 0.0 // nanoseconds
	for _, name := range append([]string{"ordinary"}, slices.Sorted(maps.Keys(all))...) {
		if name == "ordinary" && ordinary > 0 {
			continue
		}
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := message.Read(newStream(all[name].head, size, all[name].body), message.Limits{}); err != nil {
					b.Fatal(err)
				}
			}
			took := float64(b.Elapsed().Nanoseconds()) / float64(b.N)
			if name == "ordinary" {
				ordinary = took
			}
			b.ReportMetric(took/ordinary, "x-ordinary")
		})
	}
}
