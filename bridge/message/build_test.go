package message_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/message"
)

var update = flag.Bool("update", false, "write the golden files")

func file(name, media, content string) message.File {
	return message.File{Name: name, Type: media, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
}

func draft() message.Draft {
	return message.Draft{
		From:       message.Address{Name: "Suport tècnic AOC", Address: "suport@aoc.cat"},
		To:         []message.Address{{Address: "css@claranet.es"}, {Name: "Guardia, 24x7", Address: "guardia@claranet.es"}},
		Subject:    "[AOC SUP-42] La aplicación e-NOTUM no responde desde las 10:12 y las administraciones no pueden practicar notificaciones electrónicas",
		Date:       time.Date(2026, 3, 2, 10, 30, 0, 0, time.FixedZone("CET", 3600)),
		MessageID:  "token@aoc.cat",
		InReplyTo:  "first@aoc.cat",
		References: []string{"first@aoc.cat"},
		Headers:    [][2]string{{"X-Auto-Response-Suppress", "OOF, AutoReply"}, {"X-Escalat-Loop", "1"}},
		Text: "Responda por encima de esta línea\n\nAplicación afectada: e-NOTUM\n.\nFrom aquí\n" +
			strings.Repeat("una línea muy larga con acentos áéíóú ", 60) + "\n-- \nfirma \n",
		Attachments: []message.File{
			file("captura de pantalla.png", "image/png", "\x89PNG\r\n\x1a\n\x00\xff"),
			file("rutas añadidas por el equipo técnico de guardia el día del corte de comunicaciones.txt", "text/plain", "línea\n--=_x\nfin"),
			file("correu.eml", "message/rfc822", "Subject: dins\r\n\r\ncos"),
		},
	}
}

func build(t *testing.T, d message.Draft) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := message.Build(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBuildComesBackFromRead(t *testing.T) {
	t.Parallel()
	d := draft()
	raw := build(t, d)
	m, err := message.Read(bytes.NewReader(raw), message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Defects != nil {
		t.Errorf("defects: %v", m.Defects)
	}
	want := message.Mail{
		From: []message.Address{d.From}, MessageID: d.MessageID, InReplyTo: []string{d.InReplyTo}, References: d.References,
		Subject: d.Subject, Date: d.Date, Text: strings.TrimRight(d.Text, "\n"), Size: int64(len(raw)),
		Pieces: []message.Piece{{Plain: d.Text}},
		Parts: []message.Part{
			{Index: 1, Name: "captura de pantalla.png", Type: "image/png", Size: 10, Digest: sum("\x89PNG\r\n\x1a\n\x00\xff")},
			{Index: 2, Name: "rutas añadidas por el equipo técnico de guardia el día del corte de comunicaciones.txt", Type: "text/plain", Size: 16, Digest: sum("línea\n--=_x\nfin")},
			{Index: 3, Name: "correu.eml", Type: "application/octet-stream", Size: 20, Digest: sum("Subject: dins\r\n\r\ncos")},
		},
	}
	m.Header, m.Hash, want.Date, m.Date = nil, "", want.Date.UTC(), m.Date.UTC()
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("Read(Build(d)) (-want +got):\n%s", diff)
	}
	for i, f := range d.Attachments {
		part, err := message.Open(bytes.NewReader(raw), i+1, message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		source, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		wantContent, err := io.ReadAll(source)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, wantContent) {
			t.Errorf("attachment %d = %q, want %q", i, got, wantContent)
		}
	}
}

func TestBuildIsWhatRelaysCarry(t *testing.T) {
	t.Parallel()
	d := draft()
	d.HTML = "<p>From aquí</p>\n.\n" + strings.Repeat("<b>áé</b>", 500)
	raw := build(t, d)
	if !bytes.Equal(raw, build(t, d)) {
		t.Error("the same draft gave two mails")
	}
	if _, rest, _ := bytes.Cut(raw, []byte("\nSubject: ")); !bytes.Contains(rest[:200], []byte("?=\r\n =?")) {
		t.Errorf("the subject is not folded:\n%s", rest[:200])
	}
	for i, line := range bytes.SplitAfter(raw, []byte("\n")) {
		if len(line) > 0 && !bytes.HasSuffix(line, []byte("\r\n")) {
			t.Errorf("line %d does not end in CRLF: %q", i, line)
		}
		if len(line) > 80 {
			t.Errorf("line %d has %d bytes: %q", i, len(line), line)
		}
		if bytes.HasPrefix(line, []byte(".")) || i > 20 && bytes.HasPrefix(line, []byte("From ")) {
			t.Errorf("line %d is changed on the way: %q", i, line)
		}
		for _, c := range line {
			if c >= 0x80 || c == 0 {
				t.Fatalf("line %d is not seven-bit: %q", i, line)
			}
		}
	}
	parsed, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	to, err := parsed.Header.AddressList("To")
	if err != nil || len(to) != 2 || to[1].Name != "Guardia, 24x7" {
		t.Errorf("To = %v, %v", to, err)
	}
	if parsed.Header.Get("Bcc") != "" || parsed.Header.Get("X-Escalat-Loop") != "1" {
		t.Errorf("header = %v", parsed.Header)
	}
}

func TestBuildGolden(t *testing.T) {
	t.Parallel()
	plain := draft()
	plain.Attachments = nil
	both, all := plain, draft()
	both.HTML = "<!DOCTYPE html>\n<html lang=\"es\">\n<body>\n<p>Aplicación: e-NOTUM</p>\n</body>\n</html>\n"
	all.HTML = both.HTML
	for name, d := range map[string]message.Draft{"plain.eml": plain, "attachments.eml": draft(), "html.eml": both, "html-attachments.eml": all} {
		got := build(t, d)
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNoValueMakesAHeaderField(t *testing.T) {
	t.Parallel()
	const evil = "x\r\nBcc: victim@example.com\r\n\r\nbody"
	tests := map[string]func(*message.Draft){
		"subject":      func(d *message.Draft) { d.Subject = evil },
		"subject LF":   func(d *message.Draft) { d.Subject = "x\nBcc: victim@example.com" },
		"subject CR":   func(d *message.Draft) { d.Subject = "é\rBcc: victim@example.com" },
		"from name":    func(d *message.Draft) { d.From.Name = evil },
		"from":         func(d *message.Draft) { d.From.Address = "a@b.cat\r\nBcc: victim@example.com" },
		"from list":    func(d *message.Draft) { d.From.Address = "a@b.cat, c@d.cat" },
		"to":           func(d *message.Draft) { d.To[0].Address = "a@b.cat>\r\nBcc: <victim@example.com" },
		"to name":      func(d *message.Draft) { d.To[0].Name = evil },
		"message id":   func(d *message.Draft) { d.MessageID = "a@b>\r\nBcc: victim@example.com" },
		"in reply to":  func(d *message.Draft) { d.InReplyTo = evil },
		"references":   func(d *message.Draft) { d.References = []string{"a@b", evil} },
		"header name":  func(d *message.Draft) { d.Headers = [][2]string{{"X-A: b\r\nBcc", "victim@example.com"}} },
		"header value": func(d *message.Draft) { d.Headers = [][2]string{{"X-A", evil}} },
		"bcc":          func(d *message.Draft) { d.Headers = [][2]string{{"Bcc", "victim@example.com"}} },
		"file name":    func(d *message.Draft) { d.Attachments[0].Name = evil },
		"file quote":   func(d *message.Draft) { d.Attachments[0].Name = "a\"\r\nBcc: victim@example.com" },
		"file type":    func(d *message.Draft) { d.Attachments[0].Type = "image/png\r\nBcc: victim@example.com" },
		"boundary":     func(d *message.Draft) { d.Attachments[0].Type = `multipart/mixed; boundary="x"` },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := draft()
			change(&d)
			var b bytes.Buffer
			if err := message.Build(&b, d); err != nil {
				if strings.Contains(err.Error(), "victim") && !strings.HasPrefix(name, "header name") {
					t.Errorf("the error shows the value: %v", err)
				}
				return // refused
			}
			for line := range strings.SplitSeq(b.String(), "\r\n") {
				if strings.HasPrefix(strings.ToLower(line), "bcc:") {
					t.Fatalf("a field was made:\n%s", b.String())
				}
			}
			m, err := message.Read(bytes.NewReader(b.Bytes()), message.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Defects) > 0 || len(m.Parts) != 3 {
				t.Errorf("defects %v, %d parts", m.Defects, len(m.Parts))
			}
		})
	}
}

func TestBuildRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*message.Draft){
		"no from":       func(d *message.Draft) { d.From = message.Address{} },
		"no to":         func(d *message.Draft) { d.To = nil },
		"no date":       func(d *message.Draft) { d.Date = time.Time{} },
		"no message id": func(d *message.Draft) { d.MessageID = "" },
		"8-bit address": func(d *message.Draft) { d.To[0].Address = "núria@claranet.es" },
		"file is away": func(d *message.Draft) {
			d.Attachments[0].Open = func() (io.ReadCloser, error) { return nil, errors.New("away") }
		},
		"file is cut": func(d *message.Draft) {
			d.Attachments[0].Open = func() (io.ReadCloser, error) {
				return io.NopCloser(io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(io.ErrUnexpectedEOF))), nil
			}
		},
		"file breaks": func(d *message.Draft) {
			d.Attachments[0].Open = func() (io.ReadCloser, error) {
				return io.NopCloser(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader("abc")))), nil
			}
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := draft()
			change(&d)
			if err := message.Build(io.Discard, d); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	long := func(n, size int) []string {
		var ids []string
		for i := range n {
			ids = append(ids, fmt.Sprintf("%s-%d@aoc.cat", strings.Repeat("r", size), i))
		}
		return ids
	}
	few, many, wide, huge := long(3, 10), long(50, 10), long(50, 150), long(3, 850)
	tests := map[string]struct {
		references []string
		inReplyTo  string
		want       []string
	}{
		"none":                  {nil, "", nil},
		"only what it answers":  {nil, "a@b.cat", []string{"a@b.cat"}},
		"few":                   {few, few[2], few},
		"with what it answers":  {few, "a@b.cat", append(slices.Clone(few), "a@b.cat")},
		"twice":                 {append(slices.Clone(few), few...), "", few},
		"many":                  {many, many[49], append([]string{many[0]}, many[39:]...)},
		"answers an older one":  {many, many[20], append([]string{many[0], many[20]}, many[40:]...)},
		"too long for a field":  {wide, wide[49], append([]string{wide[0]}, wide[45:]...)},
		"no room for the first": {huge, huge[2], huge[2:]},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := draft()
			d.References, d.InReplyTo = test.references, test.inReplyTo
			raw := build(t, d)
			m, err := message.Read(bytes.NewReader(raw), message.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, m.References); diff != "" {
				t.Errorf("References (-want +got):\n%s", diff)
			}
			for _, f := range m.Header {
				if f.Is("References") && len(f.Name)+2+len(f.Value) > 998 {
					t.Errorf("References have %d bytes", len(f.Value))
				}
			}
		})
	}
}

func sum(content string) string {
	digest := sha256.Sum256([]byte(content))
	return hex.EncodeToString(digest[:])
}
