package receive_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive"
)

const (
	bombText = "Content-Type: text/plain; charset=utf-8\n\n"
	bombPage = "Content-Type: text/html; charset=utf-8\n\n"
)

// bombs are mails that cost a reader much more than they cost their sender, of about so
// many bytes, behind a header that names the case.
func bombs() map[string]func(size int) string {
	fill := func(head, unit, tail string) func(int) string {
		return func(size int) string { return head + strings.Repeat(unit, max(size/len(unit), 1)) + tail }
	}
	numbered := func(head, format, tail string) func(int) string {
		return func(size int) string {
			var b strings.Builder
			b.WriteString(head)
			for i := 0; b.Len() < size; i++ {
				fmt.Fprintf(&b, format, i, i)
			}
			return b.String() + tail
		}
	}
	return map[string]func(int) string{
		"one line":                    fill(bombText, "x", "\n"),
		"one line of words":           fill(bombText, "x y ", "\n"),
		"empty lines":                 fill(bombText, "\n", "fi\n"),
		"parts":                       fill("Content-Type: multipart/mixed; boundary=b\n\n", "--b\n\nx\n", "--b--\n"),
		"files":                       numbered("Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHola\n", "--b\nContent-Type: image/png; name=%d.png\n\n%d\n", "--b--\n"),
		"nested multiparts":           numbered("Content-Type: multipart/mixed; boundary=b\n\n--b\n", "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", ""),
		"nested mails":                fill("Content-Type: message/rfc822\n\n", "Content-Type: message/rfc822\n\n", "Subject: x\n\nx\n"),
		"nested alternatives":         numbered("Content-Type: multipart/alternative; boundary=b\n\n--b\n", "Content-Type: multipart/alternative; boundary=b%d\n\n--b%d\n", bombPage+"<p>x"),
		"a boundary that never comes": fill("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n", "\n--c", "\n"),
		"quoted-printable":            fill("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n", "=3D=\n", "\n"),
		"quoted-printable, blanks":    fill("Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n", " ", "\n"),
		"base64":                      fill("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n", "PiA+ID4g", "\n"),
		"base64 of nothing":           fill("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n", "=\n", "\n"),
		"uuencode":                    fill(bombText, "begin 644 a\n", "end\n"),
		"fields":                      fill("", "X: y\n", bombText+"Hola\n"),
		"references":                  fill("References:", " <a@b>", "\n"+bombText+"Hola\n"),
		"subject":                     fill("Subject: ", "[AOC SUP-1] [Ticket#1234567] ", "\n"+bombText+"Hola\n"),
		"subject of marks":            fill("Subject: ", "[[((AOC ", "\n"+bombText+"Hola\n"),
		"subject of encoded words":    fill("Subject: ", "=?utf-8?q?a?= ", "\n"+bombText+"Hola\n"),
		"prefixes":                    fill("Subject: ", "Re: ", "\n"+bombText+"Hola\n"),
		"comments":                    fill("Content-Type: text/plain ", "(", "\n\nHola\n"),
		"parameters":                  numbered("Content-Type: text/plain", "; name*%d*=utf-8''%%41%d", "\n\nHola\n"),
		"deep page":                   fill(bombPage, "<div>", "Hola"),
		"deep quotes":                 fill(bombPage, "<blockquote>", "Hola"),
		"deep lists":                  fill(bombPage, "<ul><li>", "Hola"),
		"deep tables":                 fill(bombPage, "<table><tr><td>", "Hola"),
		"cells":                       fill(bombPage+"<table border=1><tr>", "<td>x", "</table>"),
		"rows":                        fill(bombPage+"<table border=1>", "<tr><td>x<td>y", "</table>"),
		"spans":                       fill(bombPage+"<table border=1><tr>", "<td colspan=1000 rowspan=65534>x", "</table>"),
		"unclosed tags":               fill(bombPage, "<b><i><a href=x><font>", "Hola"),
		"attributes":                  numbered(bombPage+"<p", " a%d=%d", ">Hola"),
		"styles":                      numbered(bombPage+"<style>", ".a%d .b%d{display:none}\n", "</style>Hola"),
		"entities":                    fill(bombPage, "&amp", "Hola"),
		"comments in a page":          fill(bombPage, "<!-- <", "Hola"),
		"links":                       fill(bombPage, "<a href=\"http://a.example/\">x</a> ", "Hola"),
		"quote marks":                 fill(bombText, ">", " x\n"),
		"quoted lines":                fill(bombText, "> x\n", "Hola\n"),
		"quotes by turns":             fill(bombText, "> x\ny\n", "\n"),
		"attributions":                fill(bombText, "El mar, 3 feb 2026 a las 10:12, X <a@b.es> ", "escribió:\n"),
		"attribution lines":           fill(bombText, "El mar, 3 feb 2026 a las 10:12,\n", "escribió:\n"),
		"attributions, Catalan":       fill(bombText, "Missatge de X <a@b> del dia ", "dl., 4 de nov. 2019 a les 18:42:\n"),
		"header blocks":               fill(bombText, "De: x\nEnviado el: y\nPara: z\n", "Hola\n"),
		"rulers":                      fill(bombText, "_", "\n"),
		"original message":            fill(bombText, "-----Mensaje ", "original-----\n"),
		"markers":                     fill(bombText, "--- Responda por encima de esta ", "línea ---\n"),
		"signatures":                  fill(bombText, "-- \n", "Hola\n"),
		"disclaimers":                 fill(bombText, "Este mensaje es confidencial y va dirigido exclusivamente a su destinatario. ", "\n"),
		"tickets":                     numbered(bombText, "ticket %d incidencia nº INC-%d ", "\n"),
		"half of a ticket":            fill(bombText, "número de número de ", "\n"),
		"digits":                      fill(bombText, "ticket 1", "\n"),
		"markup":                      fill(bombText, "{{[[!!", "\n"),
		"markup, to escape":           fill(bombText, "\\", "\n"),
		"columns":                     fill(bombText, "a  b   c\n", "\n"),
		"combining marks":             fill(bombText, "e\u0301\u0301", "\n"),
		"NULs":                        fill(bombText, "\x00", "\n"),
		"letters of no charset":       fill("Content-Type: text/plain; charset=x\n\n", "\xff", "\n"),
		"state that shifts":           fill("Content-Type: text/plain; charset=iso-2022-jp\n\n", "\x1b$B\x1b(B", "Hola\n"),
		"bounce in words":             fill("Return-Path: <>\nSubject: Undelivered Mail Returned to Sender\n"+bombText, "<x@y.example>: 550 5.1.1 host said ", "\n"),
		"groups of a report":          numbered("Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n", "Final-Recipient: rfc822; x%d@y%d.example\nAction: failed\n\n", "--b--\n"),
	}
}

func (b bench) bomb(raw string) string {
	return border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\nDate: Mon, 2 Mar 2026 10:29:58 +0100\nMIME-Version: 1.0\n" + raw
}

// walls counts what is read of a mail.
type walls struct {
	io.Reader

	n *int64
}

func (w walls) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	*w.n += int64(n)
	return n, err
}

func (w walls) Close() error { return nil }

// explode decides on a bomb and checks that nothing of it is lost: what the comment does not
// show is in a file, or the raw mail is.
func (b bench) explode(t *testing.T, raw string) {
	t.Helper()
	read := int64(0)
	m, err := b.Read(t.Context(), func() (io.ReadCloser, error) { return walls{strings.NewReader(raw), &read}, nil }, int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	if read > int64(len(raw)) {
		t.Errorf("%d bytes were read of %d", read, len(raw))
	}
	if len(m.Parts) > 500 || len(m.Text) > 4<<20 || len(m.Reply) > 4<<20 || len(m.References) > 100 || len(m.Keys) > 10 || len(m.From) > 100 {
		t.Errorf("%d parts, %d of text, %d of reply, %d references", len(m.Parts), len(m.Text), len(m.Reply), len(m.References))
	}
	c := b.theCase()
	v, err := b.Decide(receive.Input{Now: now.Add(time.Minute), Mail: bridge.Mail{Blob: "blob-1", ArrivedAt: now}, Message: m, Case: c, Ledger: &past{}})
	if err != nil {
		t.Fatal(err)
	}
	if !v.Keep {
		t.Fatalf("%s %q: the mail is not kept", v.Outcome, v.Reason)
	}
	if v.Outcome == bridge.MailQuarantined || v.Outcome == bridge.MailUnreadable || v.Outcome == bridge.MailBounced {
		return
	}
	whole, size := false, 0
	for _, e := range v.Case.Effects {
		switch e.Kind {
		case bridge.PostAttachment:
			var body bridge.AttachBody
			if err := json.Unmarshal(e.Body, &body); err != nil {
				t.Fatal(err)
			}
			whole = whole || body.Part == message.Whole
		case bridge.PostComment:
			size += len(comment(t, e))
		}
	}
	cut := slices.ContainsFunc([]string{message.Oversized, message.TextCut, message.PartsCut}, func(d string) bool { return slices.Contains(m.Defects, d) })
	if !whole && cut {
		t.Errorf("%v, and no original.eml", m.Defects)
	}
	if size > 200_000 || len(v.Case.Effects) > 600 {
		t.Errorf("a comment of %d bytes, %d effects", size, len(v.Case.Effects))
	}
}

// TestBombs: whatever a mail does to its reader, the reader reads it once, keeps within
// its bounds, and the mail is kept.
func TestBombs(t *testing.T) {
	t.Parallel()
	b, all := newBench(t), bombs()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b.explode(t, b.bomb(all[name](64<<10)))
		})
	}
	t.Run("50 MB in one line", func(t *testing.T) {
		t.Parallel()
		size := 50 << 20
		if testing.Short() {
			size = 3 << 20
		}
		b.explode(t, b.bomb(all["one line"](size)))
	})
	t.Run("100,000 parts", func(t *testing.T) {
		t.Parallel()
		b.explode(t, b.bomb(all["parts"](100_000*len("--b\n\nx\n"))))
	})
}

// BenchmarkBombs shows by its ns/byte whether each bomb costs in proportion to its size.
func BenchmarkBombs(b *testing.B) {
	all := bombs()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, size := range []int{64 << 10, 256 << 10, 1 << 20} {
			b.Run(fmt.Sprintf("%s/%dk", name, size>>10), func(b *testing.B) {
				r, err := receive.New(config(&testing.T{}))
				if err != nil {
					b.Fatal(err)
				}
				raw := border("css@claranet.es") + all[name](size)
				b.SetBytes(int64(len(raw)))
				for b.Loop() {
					m, err := r.Read(b.Context(), opener(raw), int64(len(raw)))
					if err != nil {
						b.Fatal(err)
					}
					m.CaseID = caseID
					c := &bridge.Case{ID: caseID, IssueID: "1", IssueKey: "SUP-1", Provider: "claranet", State: bridge.Sent}
					if _, err := r.Decide(receive.Input{Now: now, Mail: bridge.Mail{Blob: "b", ArrivedAt: now}, Message: m, Case: c, Ledger: &past{}}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
