// Package message reads the mails of strangers and builds our own.
//
// Read never fails on what a mail contains. It salvages what is there, keeps
// every text valid UTF-8, and notes in Defects what was wrong. Size, header,
// parts, depth and text are bounded by Limits; what lies beyond is left out and
// noted. A mail is read as a stream: only its header and its text are held in
// memory, an attachment is counted and digested by Read and streamed out later by
// Open. Both walk the mail in the same way, so an index of one is an index of the
// other.
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

// Limits bounds what is read of one mail. A zero field means its default.
type Limits struct {
	Bytes  int64 // of the raw mail; default 64 MiB
	Header int   // bytes of one header block; default 256 KiB
	Parts  int   // leaf parts; default 500
	Depth  int   // multiparts inside each other; default 20
	Text   int   // bytes of one text part, as it is shown; default 1 MiB
}

func (l Limits) withDefaults() Limits {
	l.Bytes = orDefault(l.Bytes, 64<<20)
	l.Header = orDefault(l.Header, 256<<10)
	l.Parts = orDefault(l.Parts, 500)
	l.Depth = orDefault(l.Depth, 20)
	l.Text = orDefault(l.Text, 1<<20)
	return l
}

func orDefault[N int | int64](n, d N) N {
	if n <= 0 {
		return d
	}
	return n
}

// Defects that others decide on. The rest of them are only told.
const (
	// Unreadable: there is not one header field.
	Unreadable = "no header field"
	// Oversized: the mail is longer than Limits.Bytes; the rest was not read.
	Oversized = "mail too long"
	// HeaderCut: the header is longer than Limits.Header; fields are missing.
	HeaderCut = "header too long"
	// TextCut: Text is only the beginning.
	TextCut = "text too long"
	// PartsCut: there are more leaf parts than Limits.Parts.
	PartsCut = "too many parts"
)

const (
	defectLine     = "header line is not a field"
	defectNested   = "parts nested too deeply"
	defectBoundary = "multipart without boundary"
	defectEnd      = "end boundary missing"
	defectEncoding = "unknown transfer encoding"
	defectBase64   = "broken base64"
	defectQuoted   = "broken quoted-printable"
	defectCharset  = "unknown charset"
	defectUTF8     = "text is not in its charset"
	defectFrom     = "From is not an address list"
	defectDate     = "Date is unreadable"
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
	// Text is the text as the sender's client shows it: plain text where there
	// is some, else the HTML in plain lines, quotes marked by "> ".
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

// Field is a header field. Value is unfolded, valid UTF-8, and otherwise as it
// was sent: encoded words are not decoded.
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
	p := newParser(io.LimitReader(counted, lim.Bytes), lim)
	c := collector{lim: lim, parser: p}
	top, hasBody := p.header()
	pieces := p.entity(entity{top, hasBody, "text/plain"}, &c)
	m := Mail{Header: top, Parts: c.parts}
	m.readHeader(p)
	m.Text = c.text(pieces)
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
			from, clean := addresses(f.Value)
			if !clean {
				p.defect(defectFrom)
			}
			m.From = append(m.From, from...)
		case f.Is("In-Reply-To"):
			m.InReplyTo = appendIDs(m.InReplyTo, f.Value)
		case f.Is("References"):
			m.References = appendIDs(m.References, f.Value)
		}
	}
	if ids := appendIDs(nil, first(m.Header, "Message-ID")); len(ids) > 0 {
		m.MessageID = ids[0]
	}
	m.Subject = decodeWords(first(m.Header, "Subject"))
	if date := first(m.Header, "Date"); date != "" {
		var ok bool
		if m.Date, ok = parseDate(date); !ok {
			p.defect(defectDate)
		}
	}
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
