package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
	"time"
)

// draft is a mail that a desk is about to send.
type draft struct {
	messageID  string
	from, to   string
	subject    string
	date       time.Time
	inReplyTo  string
	references []string
	extra      []string // whole header lines
	plain      string
	html       string // may be empty
	files      []File
	forged     bool
}

// address writes a mailbox with a display name.
func address(name, address string) string {
	if encoded := mime.QEncoding.Encode("utf-8", name); encoded != name {
		return encoded + " <" + address + ">"
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `" <` + address + ">"
}

// bytes writes the mail in the form in which it travels.
func (d draft) bytes() ([]byte, error) {
	var out bytes.Buffer
	line := func(name, value string) { fmt.Fprintf(&out, "%s: %s\r\n", name, value) }
	line("From", d.from)
	line("To", "<"+d.to+">")
	line("Subject", mime.QEncoding.Encode("utf-8", d.subject))
	line("Date", d.date.Format(time.RFC1123Z))
	line("Message-ID", "<"+d.messageID+">")
	if d.inReplyTo != "" {
		line("In-Reply-To", "<"+d.inReplyTo+">")
		line("References", "<"+strings.Join(d.references, ">\r\n <")+">")
	}
	for _, l := range d.extra {
		out.WriteString(l + "\r\n")
	}
	line("MIME-Version", "1.0")
	var err error
	if len(d.files) == 0 {
		err = d.writeText(func(h textproto.MIMEHeader) (io.Writer, error) {
			writeHeader(&out, h)
			return &out, nil
		})
	} else {
		err = d.writeMixed(&out)
	}
	return out.Bytes(), err
}

func writeHeader(out *bytes.Buffer, h textproto.MIMEHeader) {
	for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
		if v := h.Get(name); v != "" {
			fmt.Fprintf(out, "%s: %s\r\n", name, v)
		}
	}
	out.WriteString("\r\n")
}

// boundary is fixed by the Message-ID, so that the same mail has the same bytes.
func (d draft) boundary(kind string) string {
	sum := sha256.Sum256([]byte(kind + d.messageID))
	return "_" + kind + "_" + hex.EncodeToString(sum[:12])
}

// writeText writes the text, and its HTML form beside it, into what open gives.
func (d draft) writeText(open func(textproto.MIMEHeader) (io.Writer, error)) error {
	if d.html == "" {
		w, err := open(textHeader("text/plain"))
		if err != nil {
			return err
		}
		return quote(w, d.plain)
	}
	boundary := d.boundary("alternative")
	w, err := open(textproto.MIMEHeader{"Content-Type": {`multipart/alternative; boundary="` + boundary + `"`}})
	if err != nil {
		return err
	}
	mw := multipart.NewWriter(w)
	if err := mw.SetBoundary(boundary); err != nil {
		return err
	}
	for _, form := range [][2]string{{"text/plain", d.plain}, {"text/html", d.html}} {
		part, err := mw.CreatePart(textHeader(form[0]))
		if err != nil {
			return err
		}
		if err := quote(part, form[1]); err != nil {
			return err
		}
	}
	return mw.Close()
}

// writeMixed writes the text and then the files.
func (d draft) writeMixed(out *bytes.Buffer) error {
	boundary := d.boundary("mixed")
	fmt.Fprintf(out, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", boundary)
	mw := multipart.NewWriter(out)
	if err := mw.SetBoundary(boundary); err != nil {
		return err
	}
	if err := d.writeText(func(h textproto.MIMEHeader) (io.Writer, error) { return mw.CreatePart(h) }); err != nil {
		return err
	}
	for _, f := range d.files {
		setDefault(&f.Type, "application/octet-stream")
		part, err := mw.CreatePart(textproto.MIMEHeader{
			"Content-Type":              {mime.FormatMediaType(f.Type, map[string]string{"name": f.Name})},
			"Content-Disposition":       {mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})},
			"Content-Transfer-Encoding": {"base64"},
		})
		if err != nil {
			return err
		}
		text := base64.StdEncoding.EncodeToString(f.Content)
		for len(text) > 76 {
			fmt.Fprintf(part, "%s\r\n", text[:76])
			text = text[76:]
		}
		fmt.Fprintf(part, "%s\r\n", text)
	}
	return mw.Close()
}

func textHeader(kind string) textproto.MIMEHeader {
	return textproto.MIMEHeader{
		"Content-Type": {kind + `; charset="utf-8"`}, "Content-Transfer-Encoding": {"quoted-printable"},
	}
}

// quote writes a text as quoted-printable with network line ends.
func quote(w io.Writer, text string) error {
	q := quotedprintable.NewWriter(w)
	if _, err := io.WriteString(q, strings.ReplaceAll(text, "\n", "\r\n")); err != nil {
		return err
	}
	return q.Close()
}
