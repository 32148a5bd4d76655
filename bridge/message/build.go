package message

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	gomessage "github.com/emersion/go-message"
)

// Draft is a mail to be built.
type Draft struct {
	From       Address
	To         []Address
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

const (
	// maxReferences bounds the thread that is told: relays refuse header fields
	// that are too long, so the first and the last ones stay (RFC 5322, section
	// 3.6.4 wants all of them).
	maxReferences = 12
	maxFileName   = 120 // bytes
)

// Build writes the mail. The error names the field that cannot be written, or is
// that of w, of a file, or of opening one. After an error what was written is no
// mail.
func Build(w io.Writer, d Draft) error {
	var header gomessage.Header
	if len(d.Attachments) == 0 {
		textHeader(&header)
	} else {
		// "=_" stands neither in base64 nor in quoted-printable.
		header.SetContentType("multipart/mixed", map[string]string{"boundary": "=_" + digest(d.MessageID)})
	}
	if err := d.addFields(&header); err != nil {
		return fmt.Errorf("message: build: %w", err)
	}
	text := strings.ReplaceAll(cleanText(toUTF8([]byte(d.Text))), "\n", "\r\n")
	if len(d.Attachments) == 0 {
		return writePart(header, func(h gomessage.Header) (io.WriteCloser, error) {
			return gomessage.CreateWriter(w, h)
		}, strings.NewReader(text))
	}
	mixed, err := gomessage.CreateWriter(w, header)
	if err != nil {
		return fmt.Errorf("message: build: %w", err)
	}
	create := func(h gomessage.Header) (io.WriteCloser, error) { return mixed.CreatePart(h) }
	var part gomessage.Header
	textHeader(&part)
	if err := writePart(part, create, strings.NewReader(text)); err != nil {
		return err
	}
	for _, f := range d.Attachments {
		if err := writeFile(f, create); err != nil {
			return err
		}
	}
	if err := mixed.Close(); err != nil {
		return fmt.Errorf("message: build: %w", err)
	}
	return nil
}

type creator func(gomessage.Header) (io.WriteCloser, error)

func textHeader(h *gomessage.Header) {
	h.SetContentType("text/plain", map[string]string{"charset": "utf-8"})
	h.Set("Content-Transfer-Encoding", "quoted-printable")
}

func writeFile(f File, create creator) error {
	name := fileName(f.Name)
	var h gomessage.Header
	media := f.Type
	if main, _, err := mime.ParseMediaType(media); err != nil || strings.HasPrefix(main, "multipart/") || strings.HasPrefix(main, "message/") {
		// A part of these types may not be in base64 (RFC 2045, section 6.4).
		media = "application/octet-stream"
	} else {
		media = main
	}
	h.Set("Content-Type", media)
	h.Set("Content-Transfer-Encoding", "base64")
	h.Set("Content-Disposition", "attachment"+fileNameParam(name))
	content, err := f.Open()
	if err != nil {
		return fmt.Errorf("message: build: open file: %w", err)
	}
	err = writePart(h, create, content)
	return errors.Join(err, content.Close())
}

func writePart(h gomessage.Header, create creator, content io.Reader) error {
	part, err := create(h)
	if err != nil {
		return fmt.Errorf("message: build: %w", err)
	}
	if _, err := io.Copy(part, content); err != nil {
		return fmt.Errorf("message: build: %w", err)
	}
	if err := part.Close(); err != nil {
		return fmt.Errorf("message: build: %w", err)
	}
	return nil
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}

// addFields puts the fields of the draft above those of h.
func (d Draft) addFields(h *gomessage.Header) error {
	var fields [][2]string
	add := func(name, value string) { fields = append(fields, [2]string{name, value}) }
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
	add("Date", d.Date.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	add("From", from)
	add("To", to)
	add("Subject", encodeWords(oneLine(toUTF8([]byte(d.Subject)))))
	for _, f := range []struct {
		name string
		ids  []string
	}{{"Message-ID", []string{d.MessageID}}, {"In-Reply-To", nonEmpty(d.InReplyTo)}, {"References", shorten(d.References)}} {
		value, err := formatIDs(f.name, f.ids)
		if err != nil {
			return err
		}
		if value != "" {
			add(f.name, value)
		}
	}
	for _, f := range d.Headers {
		if err := checkField(f[0], f[1]); err != nil {
			return err
		}
		add(f[0], f[1])
	}
	add("MIME-Version", "1.0")
	for _, f := range slices.Backward(fields) { // Add puts a field on top
		h.Add(f[0], f[1])
	}
	return nil
}

func nonEmpty(id string) []string {
	if id == "" {
		return nil
	}
	return []string{id}
}

func shorten(ids []string) []string {
	if len(ids) <= maxReferences {
		return ids
	}
	return append(append([]string(nil), ids[0]), ids[len(ids)-maxReferences+1:]...)
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

// encodeWords writes a text in encoded words (RFC 2047) that fit the line of any
// field, where it is not plain ASCII already. What it leaves as it is may stand
// in a display name as well.
func encodeWords(s string) string {
	if isASCII(s) && !strings.Contains(s, "=?") {
		return s
	}
	const room = 52
	var words []string
	word := ""
	for _, r := range s {
		letter := encodeLetter(r)
		if len(word)+len(letter) > room {
			words, word = append(words, word), ""
		}
		word += letter
	}
	return "=?utf-8?q?" + strings.Join(append(words, word), "?= =?utf-8?q?") + "?="
}

// encodeLetter writes a letter in the Q encoding, which must not be divided
// between two words (RFC 2047, section 5).
func encodeLetter(r rune) string {
	switch {
	case r == ' ':
		return "_"
	case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-':
		return string(r)
	}
	var b strings.Builder
	for _, c := range []byte(string(r)) {
		fmt.Fprintf(&b, "=%02X", c)
	}
	return b.String()
}

func isASCII(s string) bool {
	for _, c := range []byte(s) {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
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
		if isASCII(display) {
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
	if !allowed || !visible(name) || strings.Contains(name, ":") {
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

// fileName leaves the last element of a path, without controls, shortened
// before its extension.
func fileName(name string) string {
	name = oneLine(toUTF8([]byte(name)))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	if name == "" {
		name = "file"
	}
	if len(name) <= maxFileName {
		return name
	}
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	stem := name[:maxFileName-len(ext)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return stem + ext
}

// fileNameParam writes the file name: quoted where it is plain, else after RFC
// 2231, in sections that fit a line.
func fileNameParam(name string) string {
	const room = 60
	plain := len(name) <= room
	for _, c := range []byte(name) {
		plain = plain && c >= ' ' && c <= '~' && c != '"' && c != '\\'
	}
	if plain {
		return `; filename="` + name + `"`
	}
	var sections []string
	current := "utf-8''"
	for _, c := range []byte(name) {
		next := escape(c)
		if len(current)+len(next) > room {
			sections, current = append(sections, current), ""
		}
		current += next
	}
	if sections == nil {
		return "; filename*=" + current
	}
	var b strings.Builder
	for i, s := range append(sections, current) {
		fmt.Fprintf(&b, "; filename*%d*=%s", i, s)
	}
	return b.String()
}

// escape writes a byte of an extended value (RFC 2231, section 7).
func escape(c byte) string {
	if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(".-_", c) >= 0 {
		return string(rune(c))
	}
	return fmt.Sprintf("%%%02X", c)
}
