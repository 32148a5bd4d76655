package message

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
)

// isSealed reports whether a leaf is a cryptographic message in place of the text:
// encrypted, or signed with the text inside (RFC 8551). One of another name is a
// document that somebody signed.
func isSealed(l leaf) bool {
	_, p := parseParams(first(l.header, "Content-Disposition"))
	name := strings.ToLower(nameOf(p, l.params))
	switch l.media {
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		return l.parent == "" || name == "" || name == "smime.p7m"
	case "application/octet-stream":
		return name == "smime.p7m"
	}
	return false
}

// isSignature reports whether a part signs another one and holds nothing else.
func isSignature(media string) bool {
	switch media {
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		return true
	}
	return false
}

const (
	armourSealed = "-----BEGIN PGP MESSAGE-----"
	armourSigned = "-----BEGIN PGP SIGNED MESSAGE-----"
	armourEnd    = "\n-----BEGIN PGP SIGNATURE-----"
)

// armoured reports whether the text begins with what is encrypted within itself (RFC 9580,
// section 6.2), in a page behind nothing but tags.
func armoured(pieces []Piece) bool {
	for _, p := range pieces {
		switch {
		case !isBlankText(p.Plain):
			return strings.HasPrefix(strings.TrimSpace(p.Plain), armourSealed)
		case !isBlankText(p.HTML):
			before, _, ok := strings.Cut(p.HTML, armourSealed)
			if body := strings.LastIndex(before, "<body"); body > 0 {
				before = before[body:]
			}
			return ok && isBlankText(tags.ReplaceAllString(before, ""))
		}
	}
	return false
}

var tags = regexp.MustCompile(`<[^>]*>|&nbsp;`)

// unarmour returns the text that is signed within itself (RFC 9580, section 7) without
// what the signature adds. What stands below the signature stays.
func unarmour(text string) string {
	before, signed, ok := strings.Cut(text, armourSigned)
	_, signed, headed := strings.Cut(signed, "\n\n")
	signed, signature, ended := strings.Cut(signed, armourEnd)
	if !ok || !headed || !ended || !isBlankText(before) {
		return text
	}
	_, below, _ := strings.Cut(signature, "\n-----END PGP SIGNATURE-----")
	return strings.ReplaceAll("\n"+signed, "\n- ", "\n")[1:] + below
}

// The kinds of cryptographic messages (RFC 5652), by their object identifiers.
const (
	oidSigned       = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
	oidEnveloped    = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
	oidEncrypted    = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
	oidCompressed   = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"
	oidAuthEnvelope = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
)

// opened looks into a cryptographic message. Signed is the entity that a signature
// holds, or nil; the signature itself is not verified. Else content is the part, to
// be kept.
func (p *parser) opened(l leaf, raw io.Reader) (content, signed io.Reader) {
	br := bufio.NewReaderSize(raw, 4096)
	ahead, _ := br.Peek(br.Size()) // the next read tells the error
	kind, at := cms(ahead)
	if at > 0 {
		_, _ = br.Discard(at) // it was seen ahead
		return nil, newOctets(br)
	}
	said := strings.ToLower(l.params.get("smime-type"))
	switch {
	case kind == oidEnveloped, kind == oidEncrypted, kind == oidAuthEnvelope:
		p.sealed = true
	case kind == oidCompressed, said == "compressed-data": // who knows how long it is
		p.defect(defectCompressed)
	case said == "certs-only":
	case kind != "", said == "signed-data":
		p.defect(SignedContent)
	default:
		p.sealed = true
	}
	return br, nil
}

// cms reads the beginning of a cryptographic message. At is where the octets of a
// signed content begin, or 0.
func cms(b []byte) (kind string, at int) {
	whole := len(b)
	var ok bool
	if b, ok = enter(b, 0x30); !ok { // ContentInfo
		return "", 0
	}
	if kind, b, ok = value(b, 0x06); !ok || kind != oidSigned {
		return kind, 0
	}
	for _, tag := range []byte{0xa0, 0x30} { // content, SignedData
		if b, ok = enter(b, tag); !ok {
			return kind, 0
		}
	}
	for _, tag := range []byte{0x02, 0x31} { // version, digestAlgorithms
		if _, b, ok = value(b, tag); !ok {
			return kind, 0
		}
	}
	if b, ok = enter(b, 0x30); !ok { // encapContentInfo
		return kind, 0
	}
	if _, b, ok = value(b, 0x06); !ok {
		return kind, 0
	}
	if b, ok = enter(b, 0xa0); !ok || !holdsEntity(b) {
		return kind, 0
	}
	return kind, whole - len(b)
}

// holdsEntity reports whether octets begin with a header field.
func holdsEntity(b []byte) bool {
	for range 2 { // a string, or one in pieces
		tag, _, size, ok := element(b)
		if !ok || tag&^0x20 != 0x04 {
			return false
		}
		if b = b[size:]; tag == 0x04 {
			break
		}
	}
	line, _, _ := bytes.Cut(b, []byte("\n"))
	_, _, ok := splitField(line)
	return ok
}

// enter passes over the tag and the length of an element.
func enter(b []byte, tag byte) (content []byte, ok bool) {
	got, _, size, ok := element(b)
	if !ok || got != tag {
		return b, false
	}
	return b[size:], true
}

// value returns the content of an element of known length, and what follows it.
func value(b []byte, tag byte) (content string, rest []byte, ok bool) {
	got, length, size, ok := element(b)
	if !ok || got != tag || length < 0 || length > len(b)-size {
		return "", b, false
	}
	return string(b[size : size+length]), b[size+length:], true
}

// element reads a tag and a length (X.690, section 8.1). The length is -1 where an end
// mark says it; size is what both take.
func element(b []byte) (tag byte, length, size int, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return 0, 0, 0, false
	}
	n := int(b[1])
	switch {
	case n < 0x80:
		return b[0], n, 2, true
	case n == 0x80:
		return b[0], -1, 2, true
	}
	if n &= 0x7f; n > 4 || len(b) < 2+n {
		return 0, 0, 0, false
	}
	for _, c := range b[2 : 2+n] {
		length = length<<8 | int(c)
	}
	return b[0], length, 2 + n, length >= 0
}

// octets reads an octet string, whole or in pieces.
type octets struct {
	br     *bufio.Reader
	pieces bool // more of them may follow
	left   int  // of the piece that is being read
}

func newOctets(br *bufio.Reader) io.Reader {
	tag, length, ok := header4(br)
	switch {
	case !ok || tag == 0x04 && length < 0:
		return bytes.NewReader(nil)
	case tag == 0x04:
		return &octets{br: br, left: length}
	case length >= 0:
		br = bufio.NewReader(io.LimitReader(br, int64(length)))
	}
	return &octets{br: br, pieces: true}
}

// header4 reads the tag and the length of an element.
func header4(br *bufio.Reader) (tag byte, length int, ok bool) {
	ahead, _ := br.Peek(6) // the next read tells the error
	tag, length, size, ok := element(ahead)
	if ok {
		_, _ = br.Discard(size) // it was seen ahead
	}
	return tag, length, ok
}

// Read implements io.Reader.
func (o *octets) Read(dst []byte) (int, error) {
	for o.left == 0 {
		if !o.pieces {
			return 0, io.EOF
		}
		tag, length, ok := header4(o.br)
		if !ok || tag != 0x04 || length < 0 {
			o.pieces = false // the end mark, or nothing that could be read
			if _, err := o.br.Peek(1); err != nil && !errors.Is(err, io.EOF) {
				return 0, err
			}
			return 0, io.EOF
		}
		o.left = length
	}
	n, err := o.br.Read(dst[:min(len(dst), o.left)])
	o.left -= n
	if errors.Is(err, io.EOF) {
		o.pieces, o.left = false, 0
	}
	return n, err
}
