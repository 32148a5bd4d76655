package message_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
)

// seeds are the mails beside the tests.
func seeds(f *testing.F, add func(raw []byte)) {
	f.Helper()
	found := 0
	err := filepath.WalkDir("testdata", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".eml" {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found++
		add(raw)
		return nil
	})
	if err != nil || found < 10 {
		f.Fatalf("%d mails in testdata: %v", found, err)
	}
}

func FuzzRead(f *testing.F) {
	seeds(f, func(raw []byte) { f.Add(raw) })
	for _, s := range []string{
		attachments, crlf(attachments), strings.ReplaceAll(attachments, "\n", "\r"),
		hello + "Content-Type: text/html\n\n<a href=http://x>y</a><pre>\n a</pre><ol><li>z<td>1<td>2",
		hello + "Content-Transfer-Encoding: base64\n\naG9sYQ==",
		hello + "Content-Transfer-Encoding: x-uuencode\n\n" + uu,
		hello + "Content-Type: text/plain; format=flowed; delsp=yes\n\n> a \n>> b \n-- \nc",
		"From: a@b, \"x\" <c@d\nReferences: <<a@b>\nContent-Type: a/b; x*0*=%; x*1=\"\\\"\n\n--",
		"From: =?utf-8?Q?a,b?= <c@d>, e@f@g\nSubject: =?utf-16?B?AGE=?= =?x?Q?=C3?=\n \n\nx",
		alternative + "--b\n\nuno\n--b\n" + rich + "<p>uno\n--b--\n",
		mixed + "--z\nContent-Type: message/delivery-status\n\n" + delivery + "--z\nContent-Type: message/rfc822\n\n" + returned,
		hello + "Content-Type: application/pkcs7-mime\n\n" + signedData(true, ber(0x24, true, ber(0x04, false, "A: b\n\nc"))),
	} {
		f.Add([]byte(s))
	}
	lim := message.Limits{Bytes: 100_000, Header: 8000, Fields: 100, Addresses: 10, IDs: 10, Parts: 10, Entities: 15, Depth: 4, Text: 8000, Inner: 3}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := message.Read(bytes.NewReader(raw), lim)
		if err != nil {
			t.Fatal(err)
		}
		again, err := message.Read(&small{raw}, lim)
		if diff := cmp.Diff(m, again); diff != "" || err != nil {
			t.Errorf("read again: %v (-first +again):\n%s", err, diff)
		}
		valid(t, m)
		bounded(t, m, lim)
		opened(t, raw, m, lim)
	})
}

// small reads a few bytes at a time.
type small struct{ rest []byte }

func (s *small) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), 7)], s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

// valid: every text is UTF-8 without the controls that do harm.
func valid(t *testing.T, m message.Mail) {
	t.Helper()
	lines := []string{m.Subject, m.MessageID, m.ReportType}
	lines = append(append(append(lines, m.References...), m.InReplyTo...), m.Defects...)
	texts := []string{m.Text}
	for _, p := range m.Parts {
		lines = append(lines, p.Name, p.Type, p.ID)
	}
	for _, p := range m.Pieces {
		texts = append(texts, p.Plain, p.HTML)
	}
	headers := [][]message.Field{m.Header}
	for _, in := range m.Inner {
		lines = append(lines, in.Type)
		headers = append(headers, in.Groups...)
	}
	for _, h := range headers {
		for _, f := range h {
			lines = append(lines, f.Name, f.Value)
		}
	}
	for _, a := range m.From {
		lines = append(lines, a.Name, a.Address)
	}
	for i, s := range append(lines, texts...) {
		if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\x1b") || i < len(lines) && strings.Contains(s, "\n") {
			t.Errorf("not valid: %q", s)
		}
	}
}

// bounded: nothing is more than the limits allow. A charset makes at most three bytes
// of one, a link in HTML stands there twice.
func bounded(t *testing.T, m message.Mail, lim message.Limits) {
	t.Helper()
	most := 4 * 3 * lim.Text
	pieces := 0
	for _, p := range m.Pieces {
		pieces += len(p.Plain) + len(p.HTML)
		if strings.TrimSpace(p.Plain) == "" && strings.TrimSpace(p.HTML) == "" {
			t.Errorf("a blank piece: %+v", p)
		}
	}
	if len(m.Text) > 4*most || pieces > 8*most || len(m.Parts)+len(m.Pieces) > 2*lim.Parts || m.Size > lim.Bytes {
		t.Errorf("%d bytes of text, %d of pieces, %d parts, %d pieces, %d bytes", len(m.Text), pieces, len(m.Parts), len(m.Pieces), m.Size)
	}
	if len(m.From) > lim.Addresses || len(m.References) > lim.IDs || len(m.InReplyTo) > lim.IDs || len(m.Inner) > lim.Inner || len(m.Header) > lim.Fields {
		t.Errorf("%d addresses, %d references, %d reports, %d fields", len(m.From), len(m.References), len(m.Inner), len(m.Header))
	}
}

// opened: every part can be read again, and there is no other.
func opened(t *testing.T, raw []byte, m message.Mail, lim message.Limits) {
	t.Helper()
	last := -1
	for _, p := range m.Parts {
		if p.Index <= last {
			t.Errorf("part %d follows part %d", p.Index, last)
		}
		last = p.Index
		part, err := message.Open(bytes.NewReader(raw), p.Index, lim)
		if err != nil {
			t.Fatalf("part %d: %v", p.Index, err)
		}
		content, err := io.ReadAll(part)
		if err != nil || int64(len(content)) != p.Size || sum(string(content)) != p.Digest {
			t.Errorf("part %d has %d bytes, was said to have %d, or others (%v)", p.Index, len(content), p.Size, err)
		}
	}
	for _, in := range m.Inner {
		if in.Index > last {
			t.Errorf("a report is of part %d, the last is %d", in.Index, last)
		}
	}
	if _, err := message.Open(bytes.NewReader(raw), lim.Parts, lim); !errors.Is(err, message.ErrNoPart) {
		t.Errorf("there are more parts than the bound: %v", err)
	}
}

func FuzzWords(f *testing.F) {
	for _, s := range []string{"=?utf-8?Q?ca=C3=ADda?= =?utf-8?B?w4k=?=", "=?utf-7*es?q?+AOk?=", "=?iso-2022-jp?B?GyRC?=", "=?=?=?a?Q??==?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := message.Words(s)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\r\n") || len(got) > 3*len(s) {
			t.Errorf("%q", got)
		}
		if !strings.Contains(s, "=?") && utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f }) < 0 && got != strings.TrimSpace(s) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
