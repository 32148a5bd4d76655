package main

import (
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"mime"
	"mime/quotedprintable"
	"slices"
	"strings"
)

// agentMail is a mail of the desk. One with HTML has its text beside it, as mail programs
// write both; one with an image shows it within the HTML.
type agentMail struct {
	from, subject string
	automatic     bool
	plain, html   string
	image         sent // whose Content-ID is its name
	file          sent
}

const (
	annaSoler = "Anna Soler <anna.soler@claranet.test>"
	joanMas   = "Joan Mas <joan.mas@noc.claranet.test>"
	robot     = "Claranet Soporte <css@claranet.test>"
)

// raw is the mail on the wire, with an id, what it answers and what it refers to.
func (m agentMail) raw(id, answers string, refers []string) string {
	var b strings.Builder
	address := strings.SplitAfter(m.from, " <")
	fmt.Fprintf(&b, "From: %s\nTo: %s\nSubject: %s\nDate: Wed, 17 Jun 2026 10:40:00 +0200\nMessage-ID: <%s>\n",
		strings.Join(address, ""), ours, mime.QEncoding.Encode("utf-8", m.subject), id)
	if answers != "" {
		fmt.Fprintf(&b, "In-Reply-To: <%s>\nReferences: <%s>\n", answers, strings.Join(refers, ">\n <"))
	}
	if m.automatic {
		b.WriteString("Auto-Submitted: auto-replied\nX-Auto-Response-Suppress: All\n")
	}
	b.WriteString("MIME-Version: 1.0\n" + m.body())
	return crlf(b.String())
}

// body is the tree of parts, no deeper than it must be.
func (m agentMail) body() string {
	body := textPart("plain", m.plain)
	if m.html != "" {
		rich := textPart("html", m.html)
		if m.image.name != "" {
			rich = partsOf("related", rich, fmt.Sprintf("Content-Type: image/png; name=%q\nContent-ID: <%[1]s>\nContent-Disposition: inline; filename=%[1]q\n%s", m.image.name, inBase64(m.image.content)))
		}
		body = partsOf("alternative", body, rich)
	}
	if m.file.name != "" {
		body = partsOf("mixed", body, fmt.Sprintf("Content-Type: application/octet-stream; name=%q\nContent-Disposition: attachment; filename=%[1]q\n%s", m.file.name, inBase64(m.file.content)))
	}
	return body
}

func partsOf(subtype string, parts ...string) string {
	boundary := "frontera-" + subtype
	return "Content-Type: multipart/" + subtype + "; boundary=" + boundary + "\n\n--" + boundary + "\n" +
		strings.Join(parts, "\n--"+boundary+"\n") + "\n--" + boundary + "--\n"
}

func textPart(subtype, text string) string {
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil || w.Close() != nil {
		panic("a text cannot be written")
	}
	return "Content-Type: text/" + subtype + "; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" + b.String()
}

func inBase64(content []byte) string {
	var b strings.Builder
	for chunk := range slices.Chunk(content, 57) {
		b.WriteString(base64.StdEncoding.EncodeToString(chunk) + "\n")
	}
	return "Content-Transfer-Encoding: base64\n\n" + b.String()
}

// replyTo is the subject of an answer: programs do not pile up what begins one.
func replyTo(prefix string, l letter) string {
	return prefix + strings.TrimPrefix(strings.TrimPrefix(l.Subject, "Re: "), "RE: ")
}

// lined writes the lines of a text as a program does that breaks them.
func lined(text string) string { return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>\n") }

// byOutlook writes a text as Word does, and what it answers below a block of headers.
func byOutlook(text string, l letter) (plain, markup string) {
	words := func(text string) string {
		var b strings.Builder
		for line := range strings.SplitSeq(text, "\n") {
			if line = html.EscapeString(line); line == "" {
				line = "&nbsp;"
			}
			b.WriteString("<p class=MsoNormal>" + line + "<o:p></o:p></p>\n")
		}
		return b.String()
	}
	const when = "miércoles, 17 de junio de 2026 10:12"
	return text + "\n\nDe: Suport AOC <" + ours + ">\nEnviado el: " + when + "\nPara: " + desk + "\nAsunto: " + l.Subject + "\n\n" + l.Parts[0].Text,
		`<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang=ES link="#0563C1"><div class=WordSection1>` + words(text) +
			`<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>De:</b> Suport AOC &lt;` + ours +
			`&gt; <br><b>Enviado el:</b> ` + when + `<br><b>Para:</b> ` + desk + `<br><b>Asunto:</b> ` + html.EscapeString(l.Subject) + `<o:p></o:p></p></div></div>` +
			words(l.Parts[0].Text) + "</div></body></html>\n"
}

// byGmail quotes what it answers below one line.
func byGmail(text string, l letter) (plain, markup string) {
	return text + "\n\nEl mié, 17 jun 2026 a las 10:12, Suport AOC (<" + ours + ">)\nescribió:\n\n" + quoting(l.Parts[0].Text),
		`<div dir="ltr">` + lined(text) + `</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">El mié, 17 jun 2026 a las 10:12, Suport AOC (&lt;<a href="mailto:` + ours + `">` + ours + `</a>&gt;) escribió:<br></div>` +
			`<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">` + lined(l.Parts[0].Text) + "</blockquote></div>\n"
}

// byThunderbird writes no HTML.
func byThunderbird(text string, l letter) string {
	return text + "\n\nEl 17/6/26 a las 10:12, Suport AOC escribió:\n" + quoting(l.Parts[0].Text)
}

// byWeb is Outlook on the web: a rule, and the earlier mail below it.
func byWeb(text string, l letter) (plain, markup string) {
	return text + "\n________________________________\nDe: Suport AOC <" + ours + ">\nEnviado: miércoles, 17 de junio de 2026 10:12\nPara: " + desk + "\nAsunto: " + l.Subject + "\n\n" + l.Parts[0].Text,
		`<html><body dir="ltr"><div class="elementToProof" style="font-family: Aptos">` + lined(text) + `</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" style="font-size:11pt" color="#000000"><b>De:</b> Suport AOC &lt;` + ours +
			`&gt;<br><b>Enviado:</b> miércoles, 17 de junio de 2026 10:12<br><b>Para:</b> ` + desk + `<br><b>Asunto:</b> ` + html.EscapeString(l.Subject) + `</font><div>&nbsp;</div></div><div dir="ltr">` + lined(l.Parts[0].Text) + "</div></body></html>\n"
}

func quoting(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight("> "+strings.TrimRight(line, "\n"), " ") + "\n")
	}
	return b.String()
}
