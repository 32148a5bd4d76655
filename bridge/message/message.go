// Package message reads the mails of strangers and builds our own.
//
// Read never fails on what a mail contains. Whatever a reader could still read it reads:
// broken headers, charsets and transfer encodings that are not the declared ones,
// boundaries that are missing or others, names encoded in every way. It keeps
// every text valid UTF-8, and notes in Defects what was wrong. What stands in a header
// only for a tolerant reader is a field to it too, so that a second sender is seen; an
// address or a field is never made of what a border takes for something else.
//
// The text comes in Pieces, of which each may be there as plain text and as HTML.
// Everything else is in Parts; of reports and of mails inside the mail the header
// fields stand in Inner. The content of a signature (S/MIME) is read without verifying
// it, what is encrypted is a part and Sealed says it. Nothing is unpacked.
//
// Size, fields, parts, depth, text and reports are bounded by Limits; what lies beyond
// is left out and noted. The time is linear in the size, whatever a mail has inside.
// A mail is read as a stream: only its header and its text are held in memory, an
// attachment is counted and digested by Read and streamed out later by Open. Both walk
// the mail in the same way, so an index of one is an index of the other.
//
// Build writes a mail that any server may carry: seven-bit, folded, without a
// random byte, so that the same draft always gives the same bytes. No value of a
// draft can begin a header field of its own.
package message

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Mail is what could be read of a mail.
type Mail struct {
	// Header holds the fields of the mail's own header, topmost first.
	Header     []Field
	From       []Address // of all From fields, in order
	MessageID  string    // without angle brackets
	InReplyTo  []string  // without angle brackets
	References []string  // without angle brackets, oldest first
	Subject    string
	Date       time.Time // zero when absent or unreadable
	// Text is the plain text alone. What a mail has as HTML only stands in Pieces.
	Text string
	// Pieces are the stretches of its text, in order, each as plain text, as HTML, or
	// as both.
	Pieces []Piece
	Parts  []Part // the leaf parts that are not the text
	// ReportType is the report-type of a multipart/report (RFC 6522), lower case.
	ReportType string
	// Inner are the machine-readable beginnings of what it carries of other mails.
	Inner []Inner
	// Sealed: the content is encrypted (S/MIME, OpenPGP).
	Sealed  bool
	Hash    string // SHA-256 of the raw mail, hex
	Size    int64  // raw bytes
	Defects []string
}

// Has reports whether the mail has that defect.
func (m *Mail) Has(defect string) bool { return slices.Contains(m.Defects, defect) }

// Piece is a stretch of a mail's text. Of alternatives (RFC 2046, section 5.1.4) it has
// both; an empty one is missing. Both are valid UTF-8.
type Piece struct {
	Plain string // flowed lines (RFC 3676) are joined
	HTML  string
	// PlainCut and HTMLCut: it is only the beginning.
	PlainCut, HTMLCut bool
}

// Inner is what a leaf part says of another mail: message/delivery-status,
// message/disposition-notification, text/rfc822-headers, message/rfc822 and their kin.
type Inner struct {
	Index int
	Type  string // media type, lower case
	// Groups are blocks of fields: those of a report (RFC 3464, section 2.1), or the
	// header of the mail, and for message/rfc822 then nothing.
	Groups [][]Field
}

// Field is a header field. Value is unfolded, valid UTF-8 with blanks for
// controls, and otherwise as it was sent: encoded words are for Words to decode.
type Field struct {
	Name  string // as it was written
	Value string
}

// Is reports whether the field has that name. Names have no letter case.
func (f Field) Is(name string) bool { return strings.EqualFold(f.Name, name) }

// Address is a mailbox (RFC 5322, section 3.4).
type Address struct {
	Name    string // decoded; never to be trusted
	Address string // lower-case domain
}

// Part is a leaf part.
type Part struct {
	Index  int    // of the leaf parts, depth first, from 0; the text counts too
	Name   string // as the sender wrote it, decoded; not safe as a file name
	Type   string // media type, lower case
	Size   int64  // decoded bytes
	Inline bool
	ID     string // Content-ID without angle brackets
	Digest string // SHA-256 of the decoded bytes, hex
	// Signature: it signs the rest of the mail (RFC 1847), which nobody reads.
	Signature bool
}

// Read reads a mail. The error is that of r, never one of the mail: after an
// error the mail is not whole, and nothing should be decided on it.
func Read(r io.Reader, lim Limits) (Mail, error) {
	lim = lim.withDefaults()
	sum := sha256.New()
	counted := &counter{r: io.TeeReader(r, sum)}
	c := collector{walk: &walk{lim: lim}}
	p, top, pieces := c.mail(io.LimitReader(counted, lim.Bytes), &c)
	m := Mail{Header: top, Parts: c.parts, Inner: c.inners}
	m.readHeader(p)
	m.Text = c.text(pieces)
	for _, piece := range pieces {
		if !piece.blank() {
			m.Pieces = append(m.Pieces, piece)
		}
	}
	m.ReportType = p.report
	m.Sealed = p.sealed || armoured(m.Pieces)
	p.drain()
	if counted.n >= lim.Bytes && more(r) {
		p.defect(Oversized)
	}
	m.Hash, m.Size, m.Defects = hex.EncodeToString(sum.Sum(nil)), counted.n, p.defects
	if p.err != nil {
		return m, fmt.Errorf("message: read: %w", p.err)
	}
	return m, nil
}

// more reports whether r goes on.
func more(r io.Reader) bool {
	n, err := io.ReadFull(r, make([]byte, 1))
	return n == 1 && err == nil
}

func (m *Mail) readHeader(p *parser) {
	if len(m.Header) == 0 {
		p.defect(Unreadable)
	}
	for _, f := range m.Header {
		switch {
		case f.Is("From"):
			m.readFrom(p, f.Value)
		case f.Is("In-Reply-To"):
			m.InReplyTo = appendIDs(m.InReplyTo, f.Value, p.lim.IDs)
		case f.Is("References"):
			m.References = appendIDs(m.References, f.Value, p.lim.IDs)
		}
	}
	m.MessageID = messageID(first(m.Header, "Message-ID"))
	m.Subject = Words(first(m.Header, "Subject"))
	if date := first(m.Header, "Date"); date != "" {
		var ok bool
		if m.Date, ok = parseDate(date); !ok {
			p.defect(defectDate)
		}
	}
}

// readFrom takes the addresses of a From. More than the bound are as ambiguous as many.
func (m *Mail) readFrom(p *parser, value string) {
	from, clean := addresses(value)
	if !clean {
		p.defect(defectFrom)
	}
	if len(m.From)+len(from) > p.lim.Addresses {
		p.defect(defectAddresses)
		from = from[:max(0, p.lim.Addresses-len(m.From))]
	}
	m.From = append(m.From, from...)
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
