package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
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
	opened  int               // tickets so far
	tickets map[string]string // ticket by Message-ID
}

// NewDesk opens the desk whose mailbox the mail system has.
func NewDesk(m *Mail, cfg DeskConfig) *Desk {
	cfg.defaults()
	return &Desk{cfg: cfg, mail: m, tickets: map[string]string{}}
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
		l.Ticket = d.ticketOf(l)
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

// ticketOf is the ticket of a letter, or empty: that of its conversation, else the
// one that its subject names.
func (d *Desk) ticketOf(l Letter) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range append([]string{l.MessageID, l.InReplyTo}, l.References...) {
		if ticket := d.tickets[id]; ticket != "" {
			return ticket
		}
	}
	for _, ticket := range d.tickets {
		if strings.Contains(l.Subject, inSubject(ticket)) {
			return ticket
		}
	}
	return ""
}

// open returns the ticket of a letter, a new one where it has none.
func (d *Desk) open(l Letter) string {
	ticket := d.ticketOf(l)
	d.mu.Lock()
	defer d.mu.Unlock()
	if ticket == "" {
		d.opened++
		ticket = strconv.Itoa(1_000_000 + d.opened)
	}
	d.tickets[l.MessageID] = ticket
	return ticket
}

// inSubject is how the desk writes a ticket in a subject.
func inSubject(ticket string) string { return "[Ticket#" + ticket + "]" }

// titled puts a ticket, if there is one, before a subject that does not name it yet.
func titled(ticket, subject string) string {
	if ticket == "" || strings.Contains(subject, inSubject(ticket)) {
		return subject
	}
	return inSubject(ticket) + " " + subject
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
		from: d.cfg.Agent + " – Soporte " + d.cfg.Name, subject: prefix + titled(l.Ticket, l.Subject),
		plain: plain, html: html, files: reply.Files, forged: reply.Forged,
	})
}

// Acknowledge answers a mail as the desk's robot does, with a ticket number.
// A conversation has one ticket, whichever of its mails is acknowledged.
func (d *Desk) Acknowledge(messageID string) (ackID, ticket string, err error) {
	l, err := d.letter(messageID)
	if err != nil {
		return "", "", err
	}
	ticket = d.open(l)
	text := "Estimado cliente:\n\nHemos recibido su solicitud y la hemos registrado con el número de ticket " + ticket + ".\n" +
		"Un técnico la revisará lo antes posible. Le rogamos que conserve este número en el asunto de sus mensajes.\n\n" +
		"Reciba un cordial saludo,\nCentro de soporte de " + d.cfg.Name + "\n"
	ackID, err = d.send(l, draft{
		from: "Soporte " + d.cfg.Name, subject: titled(ticket, l.Subject), plain: text,
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
