package main

import (
	"io"
	"time"

	"escalat/bridge"
	"escalat/internal/config"
)

// previewedMail is a mail as JSON.
type previewedMail struct {
	From        string            `json:"from"`
	To          []string          `json:"to"`
	Subject     string            `json:"subject"`
	Date        time.Time         `json:"date"`
	MessageID   string            `json:"message_id"`
	Text        string            `json:"text"`
	HTML        string            `json:"html"`
	Attachments []bridge.Evidence `json:"attachments"`
	Omitted     []bridge.Evidence `json:"omitted"`
	Size        int64             `json:"size"`
}

// previewedEntry is what a person enters in a provider's portal, as JSON.
type previewedEntry struct {
	Link    string            `json:"link"`
	Menu    string            `json:"menu"`
	Choice  string            `json:"choice"`
	Account string            `json:"account"`
	Service string            `json:"service"`
	Subject string            `json:"subject"`
	Text    string            `json:"text"`
	Inside  []bridge.Evidence `json:"inside"`
	Upload  []bridge.Evidence `json:"upload"`
	Omitted []bridge.Evidence `json:"omitted"`
}

// previewedTicket is what the API of a provider's tickets is asked for, as JSON. What is
// empty is not told to it.
type previewedTicket struct {
	Subject     string `json:"subject"`
	Body        string `json:"body"`
	Type        string `json:"type"`
	Category    string `json:"category"`
	Subcategory string `json:"subcategory"`
	Product     string `json:"product"`
	Service     string `json:"service"`
	Impact      string `json:"impact"`
	Urgency     string `json:"urgency"`
}

// proposal is a form for which the facts speak.
type proposal struct {
	Form   string   `json:"form"`
	Reason string   `json:"reason"`
	Words  []string `json:"words"`
}

// shownPreview is a preview as JSON. By mail Mail is there; else Portal, and Ticket where
// the API is asked.
type shownPreview struct {
	Key      string         `json:"key"`
	Provider string         `json:"provider"`
	Form     string         `json:"form"`
	Level    int            `json:"level,omitempty"`
	Channel  bridge.Channel `json:"channel"`
	Mode     config.Mode    `json:"mode"`
	Complete bool           `json:"complete"`
	Problems []finding      `json:"problems"`
	Doubts   []finding      `json:"doubts"`
	// Proposed are the forms for which the facts speak, Against is the one that they speak
	// for although another was chosen, Through is by which other form it is asked for.
	Proposed []proposal       `json:"proposed,omitempty"`
	Against  *proposal        `json:"against,omitempty"`
	Through  string           `json:"through,omitempty"`
	Call     *shownCall       `json:"call,omitempty"`
	Request  *shownRequest    `json:"request,omitempty"`
	Mail     *previewedMail   `json:"mail,omitempty"`
	Portal   *previewedEntry  `json:"portal,omitempty"`
	Ticket   *previewedTicket `json:"ticket,omitempty"`
	// Translations are the texts that were written in Catalan.
	Translations []translation `json:"translations,omitempty"`
	Examples     []string      `json:"examples,omitempty"`
}

// translation is a text that was written in Catalan, and what goes out in its place.
type translation struct {
	Place       string `json:"place"` // the field's id, summary, or rest of the description
	Label       string `json:"label"` // as the provider reads it
	Original    string `json:"original"`
	Translation string `json:"translation"`
	// Untranslated is why not all of it was translated: none (no translator is configured),
	// away, partly or private.
	Untranslated bridge.Untranslated `json:"untranslated,omitempty"`
}

type shownRequest struct {
	Text string `json:"text"`
}

type shownCall struct {
	Numbers []string `json:"numbers"`
	Say     string   `json:"say,omitempty"`
}

// json is the preview for a program.
func (p previewed) json(out io.Writer) error {
	problems, doubts := p.checked.findings()
	r := p.Report
	shown := shownPreview{
		Key: p.issue.Key, Provider: p.Provider.ID, Form: r.Form.ID, Level: r.Form.Level, Channel: p.Channel, Mode: p.cfg.General.Mode,
		Complete: r.Complete(), Problems: problems, Doubts: doubts, Examples: p.invented,
	}
	for _, one := range r.Proposed {
		shown.Proposed = append(shown.Proposed, p.proposal(one))
	}
	if r.Against != nil {
		against := p.proposal(*r.Against)
		shown.Against = &against
	}
	if r.Through != nil {
		shown.Through = r.Through.Form
	}
	if p.Request != "" {
		shown.Request = &shownRequest{p.plain(p.Request)}
	}
	if p.Call != nil {
		shown.Call = &shownCall{p.Call.Numbers, p.Call.Say}
	}
	if p.Channel == bridge.ByMail {
		shown.Mail = p.mail()
	} else {
		shown.Portal = p.entry()
	}
	if t := p.Ticket; t != nil {
		asked := previewedTicket(*t)
		shown.Ticket = &asked
	}
	for _, one := range p.Translated {
		shown.Translations = append(shown.Translations, translation{one.Place, one.Label, one.Original, one.Text, one.Why})
	}
	return printJSON(out, shown)
}

func (p previewed) mail() *previewedMail {
	n := p.Notice
	return &previewedMail{
		p.cfg.Mail.From.String(), n.To, n.Subject, p.Date, n.MessageID, p.Text, p.HTML,
		append([]bridge.Evidence{}, n.Files...), append([]bridge.Evidence{}, n.Omitted...), n.Size,
	}
}

func (p previewed) entry() *previewedEntry {
	e := &previewedEntry{
		Account: p.Provider.Identifier, Subject: p.Notice.Subject, Text: p.Text,
		Inside: append([]bridge.Evidence{}, p.Notice.Files...), Upload: []bridge.Evidence{}, Omitted: []bridge.Evidence{},
	}
	if f := p.Notice.Filed; f != nil {
		e.Link, e.Menu, e.Choice, e.Service = f.Link, f.Menu, f.Choice, f.Service
	}
	for _, f := range p.Notice.Omitted {
		if f.Why == bridge.LeftChannel {
			e.Upload = append(e.Upload, f)
		} else {
			e.Omitted = append(e.Omitted, f)
		}
	}
	return e
}
