package sim

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// Style is the mail program that an agent writes with.
type Style string

// The styles.
const (
	Outlook Style = "outlook" // HTML and text, the original below a block of headers
	Gmail   Style = "gmail"   // HTML and text, the original quoted below one line
	Plain   Style = "plain"   // text without the original
)

// render writes the answer with the original below. HTML is empty where the
// style has none.
func (s Style) render(text string, l Letter, cfg DeskConfig) (plain, markup string, err error) {
	text = strings.TrimRight(text, "\n")
	signature := cfg.Agent + "\nSoporte técnico\n" + cfg.Name
	sender := l.Sender
	setDefault(&sender, l.From)
	switch s {
	case "", Outlook:
		plain, markup = outlook(text, signature, sender, l, cfg)
	case Gmail:
		plain, markup = gmail(text, signature, sender, l, cfg)
	case Plain:
		plain = text + "\n\n" + signature + "\n"
	default:
		return "", "", fmt.Errorf("%w style %q", ErrUnknown, s)
	}
	return plain, markup, nil
}

func outlook(text, signature, sender string, l Letter, cfg DeskConfig) (plain, markup string) {
	sent := outlookDate(l.Date.In(cfg.Zone))
	plain = text + "\n\n" + signature + "\n\n" +
		"De: " + sender + " <" + l.From + ">\n" +
		"Enviado el: " + sent + "\n" +
		"Para: " + l.To + "\n" +
		"Asunto: " + l.Subject + "\n\n" + l.Text
	var b strings.Builder
	b.WriteString(`<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head>` +
		`<body lang="ES" link="#0563C1" vlink="#954F72"><div class="WordSection1">`)
	paragraphs(&b, text+"\n\n"+signature)
	b.WriteString(`<p class="MsoNormal"><o:p>&nbsp;</o:p></p>` +
		`<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">`)
	fmt.Fprintf(&b, "<b>De:</b> %s &lt;%s&gt; <br><b>Enviado el:</b> %s<br><b>Para:</b> %s<br><b>Asunto:</b> %s<o:p></o:p></p></div></div>",
		html.EscapeString(sender), html.EscapeString(l.From), sent, html.EscapeString(l.To), html.EscapeString(l.Subject))
	b.WriteString(`<p class="MsoNormal"><o:p>&nbsp;</o:p></p>`)
	paragraphs(&b, l.Text)
	b.WriteString("</div></body></html>\n")
	return plain, b.String()
}

// paragraphs writes each line as Word does.
func paragraphs(b *strings.Builder, text string) {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if line == "" {
			line = "\u00a0"
		}
		fmt.Fprintf(b, "<p class=\"MsoNormal\">%s<o:p></o:p></p>\n", spaced(line))
	}
}

func gmail(text, signature, sender string, l Letter, cfg DeskConfig) (plain, markup string) {
	sent := gmailDate(l.Date.In(cfg.Zone))
	var quoted strings.Builder
	for line := range strings.Lines(strings.TrimRight(l.Text, "\n")) {
		quoted.WriteString(strings.TrimRight("> "+strings.TrimRight(line, "\n"), " ") + "\n")
	}
	plain = text + "\n\n-- \n" + signature + "\n\n\n" +
		"El " + sent + ", " + sender + " (<" + l.From + ">)\nescribió:\n\n" + quoted.String()
	markup = fmt.Sprintf(`<div dir="ltr">%s</div><div dir="ltr" class="gmail_signature">%s</div><br>`+
		`<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">El %s, %s (&lt;<a href="mailto:%s">%s</a>&gt;) escribió:<br></div>`+
		`<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">%s</blockquote></div>`+"\n",
		breaks(text), breaks(signature), sent, html.EscapeString(sender), html.EscapeString(l.From), html.EscapeString(l.From), breaks(l.Text))
	return plain, markup
}

func breaks(text string) string {
	return strings.ReplaceAll(spaced(text), "\n", "<br>\n")
}

// spaced escapes a text and keeps its columns: of several blanks in a row all but
// the last one do not break, as mail programs write what is pasted into them.
func spaced(text string) string {
	text = html.EscapeString(text)
	for strings.Contains(text, "  ") {
		text = strings.ReplaceAll(text, "  ", "\u00a0 ")
	}
	return text
}

// outlookDate is "miércoles, 21 de octubre de 2026 10:12".
func outlookDate(t time.Time) string {
	days := [...]string{"domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"}
	months := [...]string{
		"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
	}
	return fmt.Sprintf("%s, %d de %s de %d %s", days[t.Weekday()], t.Day(), months[t.Month()-1], t.Year(), t.Format("15:04"))
}

// gmailDate is "mié, 21 oct 2026 a las 10:12".
func gmailDate(t time.Time) string {
	days := [...]string{"dom", "lun", "mar", "mié", "jue", "vie", "sáb"}
	months := [...]string{"ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"}
	return fmt.Sprintf("%s, %d %s %d a las %s", days[t.Weekday()], t.Day(), months[t.Month()-1], t.Year(), t.Format("15:04"))
}
