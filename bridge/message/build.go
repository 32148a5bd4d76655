package message

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"time"
)

// Draft is a mail to be built.
type Draft struct {
	From       Address
	To         []Address
	Cc         []Address // may be none
	Subject    string
	Date       time.Time // in the zone that the mail shall show
	MessageID  string    // without angle brackets
	InReplyTo  string    // without angle brackets; may be empty
	References []string  // without angle brackets, oldest first
	// Headers are further fields, written in this order: names that begin with
	// "X-", Reply-To or Auto-Submitted.
	Headers [][2]string
	Text    string
	// HTML says the same as Text; empty: the mail has no such part.
	HTML        string
	Attachments []File
}

// File is an attachment. Open is called once a Build; what it returns is read as
// a stream.
type File struct {
	Name string
	Type string // media type; application/octet-stream when empty
	Open func() (io.ReadCloser, error)
}

// Build writes the mail. The error names the field that cannot be written, or is
// that of w, of a file, or of opening one. After an error what was written is no
// mail.
func Build(w io.Writer, d Draft) error {
	var h header
	if err := d.addFields(&h); err != nil {
		return fmt.Errorf("message: build: %w", err)
	}
	// What is written to it fails again in Flush.
	out := bufio.NewWriterSize(w, 32<<10)
	if err := d.write(out, &h); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("message: build: %w", err)
	}
	return nil
}

// write writes the mail whose header begins with h.
func (d Draft) write(w *bufio.Writer, h *header) error {
	if len(d.Attachments) == 0 {
		d.writeText(w, h)
		return nil
	}
	mixed := d.open(w, h, "mixed")
	mixed.next()
	d.writeText(w, new(header))
	for _, f := range d.Attachments {
		mixed.next()
		if err := writeFile(w, f); err != nil {
			return err
		}
	}
	mixed.end()
	return nil
}

// writeText writes the text, in the two forms that say the same where there are
// two: the one that shows more comes last (RFC 2046, section 5.1.4).
func (d Draft) writeText(w *bufio.Writer, h *header) {
	if d.HTML == "" {
		writeLeaf(w, h, "plain", d.Text)
		return
	}
	both := d.open(w, h, "alternative")
	both.next()
	writeLeaf(w, new(header), "plain", d.Text)
	both.next()
	writeLeaf(w, new(header), "html", d.HTML)
	both.end()
}

func writeLeaf(w *bufio.Writer, h *header, subtype, text string) {
	h.add("Content-Type", "text/"+subtype+"; charset=utf-8")
	h.add("Content-Transfer-Encoding", "quoted-printable")
	h.writeTo(w)
	writeQuoted(w, cleanText(toUTF8([]byte(text))))
}

// multipart is one that is being written.
type multipart struct {
	w        *bufio.Writer
	boundary string
	begun    bool
}

// open writes the header of a multipart. Its boundary follows from the id of the
// mail, so that the same draft gives the same bytes. "=_" stands neither in base64
// nor in quoted-printable, and each level has a digest of its own: no content and
// no other level can hold the line.
func (d Draft) open(w *bufio.Writer, h *header, subtype string) *multipart {
	m := &multipart{w: w, boundary: "=_" + digest(subtype+" "+d.MessageID)}
	h.params("Content-Type", "multipart/"+subtype, `boundary="`+m.boundary+`"`)
	h.writeTo(w)
	return m
}

// next begins a part. The line end before a boundary belongs to the boundary.
func (m *multipart) next() {
	if m.begun {
		_, _ = m.w.WriteString("\r\n")
	}
	m.begun = true
	_, _ = m.w.WriteString("--" + m.boundary + "\r\n")
}

func (m *multipart) end() { _, _ = m.w.WriteString("\r\n--" + m.boundary + "--\r\n") }

// writeFile writes an attachment. Its name stands in Content-Disposition after RFC
// 2231, which current programs read first. For those that do not know it, it stands
// in Content-Type as well, in encoded words in quotes: RFC 2047 does not allow that,
// but Outlook, Gmail and Thunderbird write it so, and old ticket systems read
// nothing else.
func writeFile(w *bufio.Writer, f File) error {
	name := fileName(f.Name)
	var h header
	h.params("Content-Type", mediaType(f.Type), nameParam(name))
	h.add("Content-Transfer-Encoding", "base64")
	h.params("Content-Disposition", "attachment", fileNameParams(name)...)
	content, err := f.Open()
	if err != nil {
		return fmt.Errorf("message: build: open file: %w", err)
	}
	h.writeTo(w)
	if err := writeBase64(w, content); err != nil {
		return errors.Join(fmt.Errorf("message: build: %w", err), content.Close())
	}
	if err := content.Close(); err != nil {
		return fmt.Errorf("message: build: close file: %w", err)
	}
	return nil
}

// mediaType returns what a file is said to be. A part that is a multipart or a
// message may not be in base64 (RFC 2045, section 6.4).
func mediaType(declared string) string {
	media, _, err := mime.ParseMediaType(declared)
	if err != nil || len(media) > 60 || !strings.Contains(media, "/") || strings.HasPrefix(media, "multipart/") || strings.HasPrefix(media, "message/") {
		return "application/octet-stream"
	}
	return media
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// addFields puts the fields of the draft into h.
func (d Draft) addFields(h *header) error {
	from, err := formatAddresses("From", []Address{d.From})
	if err != nil {
		return err
	}
	to, err := formatAddresses("To", d.To)
	if err != nil {
		return err
	}
	if d.Date.IsZero() {
		return errors.New("no Date")
	}
	h.add("Date", d.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	h.add("From", from)
	h.add("To", to)
	if len(d.Cc) > 0 {
		cc, err := formatAddresses("Cc", d.Cc)
		if err != nil {
			return err
		}
		h.add("Cc", cc)
	}
	h.add("Subject", encodeWords(oneLine(toUTF8([]byte(d.Subject)))))
	if err := d.addIDs(h); err != nil {
		return err
	}
	for _, f := range d.Headers {
		if err := checkField(f[0], f[1]); err != nil {
			return err
		}
		h.add(f[0], f[1])
	}
	h.add("MIME-Version", "1.0")
	return nil
}

func (d Draft) addIDs(h *header) error {
	for _, f := range []struct {
		name string
		ids  []string
	}{{"Message-ID", []string{d.MessageID}}, {"In-Reply-To", nonEmpty(d.InReplyTo)}, {"References", d.thread()}} {
		value, err := formatIDs(f.name, f.ids)
		if err != nil {
			return err
		}
		if value != "" {
			h.add(f.name, value)
		}
	}
	return nil
}

func nonEmpty(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

const (
	// maxReferences and maxThread bound the thread that is told, as RFC 5322,
	// section 3.6.4, allows: some relays unfold a field and refuse it beyond 998
	// bytes.
	maxReferences = 12
	maxThread     = 998 - len("References:")
)

// thread returns the References: with what the mail answers among them, of the
// others the first, which holds the thread together, and as many of the last as
// there is room for.
func (d Draft) thread() []string {
	var ids []string
	for _, id := range append(slices.Clone(d.References), nonEmpty(d.InReplyTo)...) {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	order := []string{ids[len(ids)-1]}
	if d.InReplyTo != "" {
		order[0] = d.InReplyTo
	}
	order = append(order, ids[0])
	for _, id := range slices.Backward(ids) {
		order = append(order, id)
	}
	told, room := map[string]bool{}, maxThread
	for i, id := range order {
		size := len(" <>") + len(id)
		if told[id] {
			continue
		}
		if len(told) == maxReferences || i > 0 && size > room {
			break
		}
		told[id], room = true, room-size
	}
	return slices.DeleteFunc(ids, func(id string) bool { return !told[id] })
}

func formatIDs(name string, ids []string) (string, error) {
	var out []string
	for _, id := range ids {
		if id == "" || len(id) > 900 || !visible(id) || strings.ContainsAny(id, "<>") {
			return "", fmt.Errorf("%s: not an id", name)
		}
		out = append(out, "<"+id+">")
	}
	return strings.Join(out, " "), nil
}

// visible reports whether s is printable ASCII without blanks.
func visible(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

func formatAddresses(name string, list []Address) (string, error) {
	var out []string
	for _, a := range list {
		parsed, err := mail.ParseAddress(a.Address)
		if err != nil || !visible(a.Address) || parsed.Address != a.Address || len(a.Address) > 254 {
			return "", fmt.Errorf("%s: not an address", name)
		}
		display := oneLine(toUTF8([]byte(a.Name)))
		if isPlain(display) {
			parsed.Name = display // String quotes it where needed
			out = append(out, parsed.String())
			continue
		}
		out = append(out, encodeWords(display)+" "+parsed.String())
	}
	if len(out) == 0 {
		return "", fmt.Errorf("no %s", name)
	}
	return strings.Join(out, ", "), nil
}

// checkField lets through the fields that a draft may add.
func checkField(name, value string) error {
	lower := strings.ToLower(name)
	allowed := lower == "reply-to" || lower == "auto-submitted" || strings.HasPrefix(lower, "x-")
	if !allowed || len(name) > 70 || !visible(name) || strings.Contains(name, ":") {
		return fmt.Errorf("field %q: cannot be added", name)
	}
	for _, c := range []byte(value) {
		if c < ' ' || c > '~' {
			return fmt.Errorf("field %s: value is not one line of printable ASCII", name)
		}
	}
	if len(value) > 900 {
		return fmt.Errorf("field %s: value too long", name)
	}
	return nil
}
