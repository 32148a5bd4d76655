package sim

import (
	"encoding/json"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// deskRoutes adds the desks' part of the control API.
func deskRoutes(mux *http.ServeMux, desks map[string]*Desk) {
	with := func(f func(*Desk, http.ResponseWriter, *http.Request)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			d := desks[strings.ToLower(r.PathValue("name"))]
			if d == nil {
				answer(w, nil, fmt.Errorf("%w desk %q", ErrUnknown, r.PathValue("name")))
				return
			}
			f(d, w, r)
		}
	}
	mux.HandleFunc("GET /sim/desks/{name}/letters", with(func(d *Desk, w http.ResponseWriter, _ *http.Request) {
		letters, err := d.Letters()
		answer(w, letters, err)
	}))
	mux.HandleFunc("GET /sim/desks/{name}/letters/{letter}", with((*Desk).controlLetter))
	mux.HandleFunc("GET /sim/desks/{name}/letters/{letter}/files/{file}", with((*Desk).controlFile))
	mux.HandleFunc("POST /sim/desks/{name}/replies", with((*Desk).controlReply))
	mux.HandleFunc("POST /sim/desks/{name}/acknowledgements", with((*Desk).controlAcknowledge))
}

// at returns the n-th letter, from 1.
func (d *Desk) at(n string) (int, Letter, error) {
	letters, err := d.Letters()
	if err != nil {
		return 0, Letter{}, err
	}
	i, err := strconv.Atoi(n)
	if err != nil || i < 1 || i > len(letters) {
		return 0, Letter{}, fmt.Errorf("%w letter %q of %s", ErrUnknown, n, d.cfg.Name)
	}
	return i, letters[i-1], nil
}

// controlLetter shows a letter: 1 as JSON, 1.html in a browser, 1.txt its text,
// 1.eml as it was received.
func (d *Desk) controlLetter(w http.ResponseWriter, r *http.Request) {
	number, form, _ := strings.Cut(r.PathValue("letter"), ".")
	n, l, err := d.at(number)
	if err != nil {
		answer(w, nil, err)
		return
	}
	switch form {
	case "":
		answer(w, l, nil)
	case "html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; img-src data:")
		if err := letterPage.Execute(w, page{n, l}); err != nil {
			answer(w, nil, err)
		}
	case "txt":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte(l.Text))
	case "eml":
		w.Header().Set("Content-Type", "message/rfc822")
		_, _ = w.Write(d.mail.Delivered(d.cfg.Address)[n-1])
	default:
		answer(w, nil, fmt.Errorf("%w form %q: want html, txt or eml", ErrUnknown, form))
	}
}

// controlFile sends a file of a letter, from 1.
func (d *Desk) controlFile(w http.ResponseWriter, r *http.Request) {
	_, l, err := d.at(r.PathValue("letter"))
	if err != nil {
		answer(w, nil, err)
		return
	}
	i, err := strconv.Atoi(r.PathValue("file"))
	if err != nil || i < 1 || i > len(l.Files) {
		answer(w, nil, fmt.Errorf("%w file %q of the letter", ErrUnknown, r.PathValue("file")))
		return
	}
	f := l.Files[i-1]
	w.Header().Set("Content-Type", f.Type)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	_, _ = w.Write(f.Content)
}

// page is a letter in a browser.
type page struct {
	N int
	Letter
}

// letterPage shows the header fields, the mail as its HTML form shows it, and its
// files. What the mail says stays in a frame that runs nothing.
var letterPage = template.Must(template.New("letter").Parse(`<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{{.Subject}}</title>
<style>body{font-family:sans-serif;margin:1em}th{text-align:left;padding-right:1em;vertical-align:top}iframe{width:100%;height:75vh;border:1px solid #ccc}</style></head>
<body><table>
<tr><th>From</th><td>{{.Sender}} &lt;{{.From}}&gt;</td></tr>
<tr><th>To</th><td>{{.To}}</td></tr>
<tr><th>Date</th><td>{{.Date.Format "2006-01-02 15:04:05 -0700"}}</td></tr>
<tr><th>Subject</th><td>{{.Subject}}</td></tr>
<tr><th>Message-ID</th><td>{{.MessageID}}</td></tr>{{with .InReplyTo}}
<tr><th>In-Reply-To</th><td>{{.}}</td></tr>{{end}}{{with .Ticket}}
<tr><th>Ticket</th><td>{{.}}</td></tr>{{end}}
<tr><th>Files</th><td>{{range $i, $f := .Files}}{{if $i}}<br>{{end}}<a href="{{$.N}}/files/{{$.Number $i}}">{{$f.Name}}</a> ({{len $f.Content}} bytes){{else}}none{{end}}</td></tr>
<tr><th>Also</th><td><a href="{{.N}}.eml">as it was received</a>, <a href="{{.N}}.txt">as text</a></td></tr>
</table>
{{if .HTML}}<iframe sandbox title="the mail" srcdoc="{{.HTML}}"></iframe>{{else}}<pre>{{.Text}}</pre>{{end}}
</body></html>
`))

// Number counts files from 1.
func (page) Number(i int) int { return i + 1 }

// controlReply answers a letter: JSON, or a form with files, as curl -F sends it.
func (d *Desk) controlReply(w http.ResponseWriter, r *http.Request) {
	var body struct {
		chosen
		Reply
	}
	if isForm(r) {
		form, ok := readForm(w, r, "messageID", "letter", "text", "style", "forged")
		if !ok {
			return
		}
		body.MessageID, body.Letter = form.values["messageID"], json.Number(form.values["letter"])
		body.Text, body.Style, body.Files = form.values["text"], Style(form.values["style"]), form.files
		body.Forged = form.values["forged"] == "true"
	} else if !readControl(w, r, &body) {
		return
	}
	id, err := d.chosen(body.chosen)
	if err == nil {
		id, err = d.Reply(id, body.Reply)
	}
	answer(w, map[string]string{"messageID": id}, err)
}

func (d *Desk) controlAcknowledge(w http.ResponseWriter, r *http.Request) {
	var body chosen
	if !readControl(w, r, &body) {
		return
	}
	ticket := ""
	id, err := d.chosen(body)
	if err == nil {
		id, ticket, err = d.Acknowledge(id)
	}
	answer(w, map[string]string{"messageID": id, "ticket": ticket}, err)
}

// chosen names a letter, by its Message-ID or by its number, from 1.
type chosen struct {
	MessageID string      `json:"messageID"`
	Letter    json.Number `json:"letter"`
}

// chosen returns the Message-ID of the letter.
func (d *Desk) chosen(c chosen) (string, error) {
	if c.MessageID != "" || c.Letter == "" {
		return c.MessageID, nil
	}
	_, l, err := d.at(c.Letter.String())
	return l.MessageID, err
}
