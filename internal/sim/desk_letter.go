package sim

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mails in other charsets than UTF-8
	"github.com/emersion/go-message/mail"
)

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
	HTML       string    `json:"html,omitempty"` // the body of a mail that has both forms
	Files      []File    `json:"files,omitempty"`
	Ticket     string    `json:"ticket,omitempty"`
}

// File is an attachment of a mail.
type File struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Content []byte `json:"content"`
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

// readParts reads the first text of either form and all files.
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
			text := strings.ReplaceAll(string(content), "\r\n", "\n")
			switch {
			case l.Text == "" && (kind == "text/plain" || kind == ""):
				l.Text = text
			case l.HTML == "" && kind == "text/html":
				l.HTML = text
			}
		}
	}
}
