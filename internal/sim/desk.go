package sim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mails in other charsets than UTF-8
	"github.com/emersion/go-message/mail"
)

// DeskConfig says whose desk is played.
type DeskConfig struct {
	Name    string         // as the control API and the mails name it; default "Claranet"
	Address string         // default "css@claranet.test"
	Agent   string         // who answers; default "Laura Gómez"
	Zone    *time.Location // in which quotes tell the time; default UTC
	// Password opens the desk's mailbox over IMAP; default "desk-secret".
	Password string
}

func (c *DeskConfig) defaults() {
	setDefault(&c.Name, "Claranet")
	setDefault(&c.Address, "css@claranet.test")
	setDefault(&c.Agent, "Laura Gómez")
	setDefault(&c.Password, "desk-secret")
	if c.Zone == nil {
		c.Zone = time.UTC
	}
}

// Desk is a provider's service desk: it reads its mailbox and answers when it
// is told to. Its methods may be called concurrently.
type Desk struct {
	cfg  DeskConfig
	mail *Mail

	mu      sync.Mutex
	serial  int
	tickets map[string]string // ticket by Message-ID
}

// NewDesk opens the desk whose mailbox the mail system has.
func NewDesk(m *Mail, cfg DeskConfig) *Desk {
	cfg.defaults()
	return &Desk{cfg: cfg, mail: m, tickets: map[string]string{}}
}

// Letter is a mail as the people at the desk read it.
type Letter struct {
	MessageID  string    `json:"messageID"` // without angle brackets, as all below
	InReplyTo  string    `json:"inReplyTo,omitempty"`
	References []string  `json:"references,omitempty"`
	From       string    `json:"from"`    // address
	Sender     string    `json:"sender"`  // display name
	ReplyTo    string    `json:"replyTo"` // address
	To         string    `json:"to"`
	Subject    string    `json:"subject"`
	Date       time.Time `json:"date"`
	Text       string    `json:"text"`
	Files      []File    `json:"files,omitempty"`
	Ticket     string    `json:"ticket,omitempty"`
}

// File is an attachment of a mail.
type File struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Content []byte `json:"content"`
}

// Letters reads everything that the desk received, oldest first. A mail that
// cannot be read is an error: the desk would call.
func (d *Desk) Letters() ([]Letter, error) {
	letters := []Letter{}
	for i, raw := range d.mail.Delivered(d.cfg.Address) {
		l, err := readLetter(raw)
		if err != nil {
			return nil, fmt.Errorf("read mail %d of %s: %w", i+1, d.cfg.Address, err)
		}
		d.mu.Lock()
		l.Ticket = d.tickets[l.MessageID]
		d.mu.Unlock()
		letters = append(letters, l)
	}
	return letters, nil
}

// letter returns the letter with that Message-ID.
func (d *Desk) letter(messageID string) (Letter, error) {
	letters, err := d.Letters()
	if err != nil {
		return Letter{}, err
	}
	i := slices.IndexFunc(letters, func(l Letter) bool { return l.MessageID == strings.Trim(messageID, "<>") })
	if i < 0 {
		return Letter{}, fmt.Errorf("%w mail %q at %s", ErrUnknown, messageID, d.cfg.Address)
	}
	return letters[i], nil
}

// readLetter reads a mail.
func readLetter(raw []byte) (Letter, error) {
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) {
		return Letter{}, err
	}
	defer func() { _ = r.Close() }()
	var l Letter
	l.MessageID, _ = r.Header.MessageID()
	l.References, _ = r.Header.MsgIDList("References")
	if ids, _ := r.Header.MsgIDList("In-Reply-To"); len(ids) > 0 {
		l.InReplyTo = ids[0]
	}
	l.Subject, _ = r.Header.Subject()
	l.Date, _ = r.Header.Date()
	l.To, _ = r.Header.Text("To")
	from, err := r.Header.AddressList("From")
	if err != nil || len(from) == 0 {
		return Letter{}, errors.New("no author")
	}
	l.From, l.Sender, l.ReplyTo = from[0].Address, from[0].Name, from[0].Address
	if to, err := r.Header.AddressList("Reply-To"); err == nil && len(to) > 0 {
		l.ReplyTo = to[0].Address
	}
	return l, l.readParts(r)
}

// readParts reads the first plain text and all files.
func (l *Letter) readParts(r *mail.Reader) error {
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !message.IsUnknownCharset(err) {
			return err
		}
		content, err := io.ReadAll(part.Body)
		if err != nil {
			return err
		}
		switch h := part.Header.(type) {
		case *mail.AttachmentHeader:
			name, _ := h.Filename()
			kind, _, _ := h.ContentType()
			l.Files = append(l.Files, File{Name: name, Type: kind, Content: content})
		case *mail.InlineHeader:
			kind, _, _ := h.ContentType()
			if l.Text == "" && (kind == "text/plain" || kind == "") {
				l.Text = strings.ReplaceAll(string(content), "\r\n", "\n")
			}
		}
	}
}

// Reply is what an agent answers.
type Reply struct {
	Text  string `json:"text"`
	Style Style  `json:"style"` // default Outlook
	Files []File `json:"attachments,omitempty"`
	// Forged: the mail claims to come from the desk, but somebody else sends it.
	Forged bool `json:"forged,omitempty"`
}

// Reply answers a mail of the desk as a person there does: with the original
// below. It returns the Message-ID of the answer.
func (d *Desk) Reply(messageID string, reply Reply) (string, error) {
	l, err := d.letter(messageID)
	if err != nil {
		return "", err
	}
	prefix := "RE: "
	if reply.Style == Gmail {
		prefix = "Re: "
	}
	plain, html, err := reply.Style.render(reply.Text, l, d.cfg)
	if err != nil {
		return "", err
	}
	return d.send(l, draft{
		from: d.cfg.Agent + " – Soporte " + d.cfg.Name, subject: prefix + l.Subject,
		plain: plain, html: html, files: reply.Files, forged: reply.Forged,
	})
}

// Acknowledge answers a mail as the desk's robot does, with a ticket number.
// The same mail always has the same ticket.
func (d *Desk) Acknowledge(messageID string) (ackID, ticket string, err error) {
	l, err := d.letter(messageID)
	if err != nil {
		return "", "", err
	}
	d.mu.Lock()
	if d.tickets[l.MessageID] == "" {
		d.tickets[l.MessageID] = strconv.Itoa(1_000_001 + len(d.tickets))
	}
	ticket = d.tickets[l.MessageID]
	d.mu.Unlock()
	text := "Estimado cliente:\n\nHemos recibido su solicitud y la hemos registrado con el número de ticket " + ticket + ".\n" +
		"Un técnico la revisará lo antes posible. Le rogamos que conserve este número en el asunto de sus mensajes.\n\n" +
		"Reciba un cordial saludo,\nCentro de soporte de " + d.cfg.Name + "\n"
	ackID, err = d.send(l, draft{
		from: "Soporte " + d.cfg.Name, subject: "[Ticket#" + ticket + "] " + l.Subject, plain: text,
		extra: []string{"Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"},
	})
	return ackID, ticket, err
}

// send completes a draft and transmits it to who wrote the letter.
func (d *Desk) send(l Letter, m draft) (string, error) {
	d.mu.Lock()
	d.serial++
	m.messageID = fmt.Sprintf("desk-%06d@%s", d.serial, domainOf(d.cfg.Address))
	d.mu.Unlock()
	m.from = address(m.from, d.cfg.Address)
	m.to = l.ReplyTo
	m.date = d.mail.cfg.Now().In(d.cfg.Zone)
	m.inReplyTo = l.MessageID
	m.references = append(slices.Clone(l.References), l.MessageID)
	raw, err := m.bytes()
	if err != nil {
		return "", fmt.Errorf("write reply to %s: %w", l.MessageID, err)
	}
	way := d.mail.Provider(domainOf(d.cfg.Address))
	if m.forged {
		way = d.mail.Provider("")
	}
	return m.messageID, way.Send(d.cfg.Address, []string{m.to}, raw)
}

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
	mux.HandleFunc("POST /sim/desks/{name}/replies", with((*Desk).controlReply))
	mux.HandleFunc("POST /sim/desks/{name}/acknowledgements", with((*Desk).controlAcknowledge))
}

func (d *Desk) controlReply(w http.ResponseWriter, r *http.Request) {
	var body struct {
		MessageID string `json:"messageID"`
		Reply
	}
	if !readControl(w, r, &body) {
		return
	}
	id, err := d.Reply(body.MessageID, body.Reply)
	answer(w, map[string]string{"messageID": id}, err)
}

func (d *Desk) controlAcknowledge(w http.ResponseWriter, r *http.Request) {
	var body struct {
		MessageID string `json:"messageID"`
	}
	if !readControl(w, r, &body) {
		return
	}
	id, ticket, err := d.Acknowledge(body.MessageID)
	answer(w, map[string]string{"messageID": id, "ticket": ticket}, err)
}
