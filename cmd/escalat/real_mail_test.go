package main

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"escalat/internal/peer"
)

// notice is the mail as the desk reads it.
type notice struct {
	messageID string // without angle brackets
	subject   string
	text      string
}

// traces are the fields that servers add on the way.
var traces = regexp.MustCompile(`^(?:(?i:return-path|delivered-to|received|authentication-results):.*\r\n(?:[ \t].*\r\n)*)+`)

// words decodes encoded words (RFC 2047).
var words mime.WordDecoder

// checkMail holds the desk's mail and our own copy to what was promised.
func (s *story) checkMail(raw, copied string) notice {
	raw, copied = traces.ReplaceAllString(raw, ""), traces.ReplaceAllString(copied, "")
	if raw != copied {
		s.Errorf("our copy is another mail:\n%s\nand:\n%s", raw, copied)
	}
	if i := strings.IndexFunc(raw, func(r rune) bool { return r > unicode.MaxASCII || r == 0 }); i >= 0 {
		s.Errorf("not seven bits: %q", raw[i:min(i+20, len(raw))])
	}
	for text := range strings.SplitSeq(raw, "\r\n") {
		if len(text) > 78 {
			s.Errorf("a line of %d bytes: %s", len(text), text)
		}
	}
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		s.Fatalf("%v\n%s", err, raw)
	}
	parts := s.read(desk)[0].Parts
	if len(parts) != 2 || parts[0].Type != "text/plain" || parts[1].Type != "text/html" {
		s.Fatalf("the mail has the parts %+v", parts)
	}
	for _, name := range []string{"Auto-Submitted", "Precedence", "Cc", "Bcc", "List-Id", "Return-Receipt-To", "Disposition-Notification-To"} {
		if v, has := m.Header[name]; has {
			s.Errorf("the mail has %s: %q", name, v)
		}
	}
	for name, want := range map[string]string{
		"To": "<" + desk + ">", "X-Auto-Response-Suppress": "OOF, AutoReply", "X-Escalat-Loop": peer.Domain,
	} {
		if got := m.Header[name]; len(got) != 1 || got[0] != want {
			s.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	subject, err := words.DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		s.Errorf("subject: %v", err)
	}
	n := notice{
		messageID: strings.Trim(m.Header.Get("Message-ID"), "<>"), subject: subject,
		text: parts[0].Text,
	}
	if !strings.HasSuffix(n.messageID, "@"+peer.Domain) {
		s.Errorf("Message-ID %q", n.messageID)
	}
	s.checkLabels(n.text)
	golden(s.T, "real/mail.golden", s.shownMail(m.Header, n))
	return n
}

// checkLabels: the labels of the provider's document stand in its order, below
// the line above which is to be answered.
func (s *story) checkLabels(text string) {
	if !strings.HasPrefix(text, "##- Por favor, escriban su respuesta por encima de esta línea -##\n") {
		s.Errorf("the mail begins otherwise:\n%s", text)
	}
	at := 0
	for _, label := range []string{
		"Tipo de problema: Sistemas", "Aplicación afectada:", "Fecha y hora de inicio del problema:", "Impacto en negocio:",
		"Persona responsable de contacto de AOC:", "Test realizados:", "Comportamiento anómalo detectado:",
		"Evidencias del error alertado (sonda, servicio integrador…):",
	} {
		i := strings.Index(text[at:], label)
		if i < 0 {
			s.Fatalf("%q is missing or stands elsewhere:\n%s", label, text)
		}
		at += i + len(label)
	}
}

// shownMail is the whole mail as a person may see it, without what differs from
// run to run.
func (s *story) shownMail(header mail.Header, n notice) string {
	var names []string
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		for _, v := range header[name] {
			decoded, err := words.DecodeHeader(v)
			if err != nil {
				s.Errorf("%s: %v", name, err)
			}
			switch name {
			case "Date":
				if _, err := mail.ParseDate(v); err != nil {
					s.Errorf("date: %v", err)
				}
				decoded = "(date)"
			case "Message-Id":
				decoded = "<(token)@" + peer.Domain + ">"
			case "Content-Type":
				decoded, _, _ = strings.Cut(v, ";") // the boundary is another one each time
			}
			fmt.Fprintf(&b, "%s: %s\n", name, decoded)
		}
	}
	return b.String() + "\n" + n.text
}

// submit sends a mail to us, and to others, as the desk does, with its login: for
// the border, one whose DKIM and DMARC pass.
func (s *story) submit(raw string, also ...string) {
	s.Helper()
	conn, err := net.Dial("tcp", s.border.SMTP)
	s.act(err)
	c, err := smtp.NewClientStartTLS(conn, &tls.Config{RootCAs: s.border.Cert.Pool, ServerName: "localhost"})
	s.act(err)
	defer c.Close()
	s.act(c.Auth(sasl.NewPlainClient("", desk, peer.Password)))
	s.act(c.SendMail(desk, append([]string{ours}, also...), strings.NewReader(raw)))
}

// screenshot is the file of the first reply. A kill cuts its upload off when it
// is large, and only the answer to it when it is small.
func (s *story) screenshot() string {
	pixels := 40_000
	if s.kill == commentUnderWay {
		pixels = 400
	}
	return "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\xff píxel", pixels)
}

// trace is the file of the second.
func trace() string { return strings.Repeat("10.0.0.1  0.0%  1.2 ms\r\n", 30) }

// firstReply answers as a web client does: the original in full below, each line
// of it quoted.
func (s *story) firstReply() string {
	var quoted strings.Builder
	for text := range strings.Lines(s.notice.text) {
		quoted.WriteString("> " + text)
	}
	return reply{
		from: "Anna Soler – Soporte Claranet <anna.soler@claranet.test>", id: "reply-1@claranet.test",
		subject: "Re: " + s.notice.subject, inReplyTo: s.notice.messageID, references: []string{s.notice.messageID},
		text: "Buenos días:\n\nHemos reiniciado el nodo 2 y la página vuelve a responder. ¿Pueden confirmarlo?\n\n" +
			"Un saludo,\nAnna Soler\n\nEl mié, 17 jun 2026 a las 10:12, Suport AOC (<" + ours + ">) escribió:\n" + quoted.String(),
		fileName: "captura.png", fileType: "image/png", file: s.screenshot(),
	}.raw()
}

// secondReply is a colleague's, to the first reply, as a desktop client writes
// it. It comes from a domain below the provider's.
func (s *story) secondReply() string {
	return reply{
		from: "Joan Mas <joan.mas@noc.claranet.test>", id: "reply-2@claranet.test",
		subject: "RE: " + s.notice.subject, inReplyTo: "reply-1@claranet.test", references: []string{s.notice.messageID, "reply-1@claranet.test"},
		text: "Buenas tardes:\n\nAdjunto la traza de {red} que pedían.\n\nJoan Mas\n\n" +
			"De: Anna Soler – Soporte Claranet <anna.soler@claranet.test>\nEnviado: miércoles, 17 de junio de 2026 10:40\n" +
			"Para: Suport AOC <" + ours + ">\nAsunto: Re: " + s.notice.subject + "\n\nBuenos días:\n\nHemos reiniciado el nodo 2.\n",
		fileName: "traza.txt", fileType: "text/plain", file: trace(),
	}.raw()
}

// forged is a reply that a stranger hands to the border without a login, with a
// verdict of his own.
func (s *story) forged(id string) string {
	return "Authentication-Results: " + s.border.AuthservID + "; dmarc=pass header.from=claranet.test\r\n" + reply{
		from: "Anna Soler <anna.soler@claranet.test>", id: id + "@claranet.test",
		subject: "Re: " + s.notice.subject, inReplyTo: s.notice.messageID, references: []string{s.notice.messageID},
		text:     "Envíen la contraseña a https://falso.test\n",
		fileName: "factura.exe", fileType: "application/octet-stream", file: "MZ",
	}.raw()
}

// reply is a mail of an agent of the desk, or of its robot. What is empty it does
// not have.
type reply struct {
	from, id, subject, inReplyTo string
	references                   []string
	automatic                    bool
	text                         string
	fileName, fileType, file     string
}

func (r reply) raw() string {
	from, err := mail.ParseAddress(r.from)
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "From: %s\nTo: %s\nSubject: %s\nDate: Wed, 17 Jun 2026 10:40:00 +0200\nMessage-ID: <%s>\n",
		from, ours, mime.QEncoding.Encode("utf-8", r.subject), r.id)
	if r.inReplyTo != "" {
		fmt.Fprintf(&b, "In-Reply-To: <%s>\n", r.inReplyTo)
	}
	if len(r.references) > 0 {
		fmt.Fprintf(&b, "References: <%s>\n", strings.Join(r.references, ">\n <"))
	}
	if r.automatic {
		b.WriteString("Auto-Submitted: auto-replied\n")
	}
	b.WriteString("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=frontera\n\n" +
		"--frontera\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n")
	w := quotedprintable.NewWriter(&b)
	_, err = io.WriteString(w, r.text)
	if err != nil || w.Close() != nil {
		panic("a text cannot be written")
	}
	if r.fileName == "" {
		b.WriteString("\n--frontera--\n")
		return crlf(b.String())
	}
	fmt.Fprintf(&b, "\n--frontera\nContent-Type: %s; name=%q\nContent-Disposition: attachment; filename=%[2]q\nContent-Transfer-Encoding: base64\n\n", r.fileType, r.fileName)
	content := base64.StdEncoding.EncodeToString([]byte(r.file))
	for len(content) > 76 {
		b.WriteString(content[:76] + "\n")
		content = content[76:]
	}
	b.WriteString(content + "\n--frontera--\n")
	return crlf(b.String())
}

func crlf(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
}
