// Package dkim verifies the signatures of a mail (RFC 6376).
//
// A signature counts only when all of the text is signed, the From with it, by a key
// that is not weak, not being tested and found in the DNS at this moment, and when
// its time has come and not passed. Time, names and keys are asked of the caller:
// nothing here reads a clock or opens a socket. The work is linear in the mail, which
// is read as a stream, at most once, and not beyond its header when no signature could
// count anyway.
//
// What a signature says of the header is left to the caller: each field can be added
// once more above the one that was signed, and what was not signed is anybody's.
package dkim

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Options is what a mail is verified by.
type Options struct {
	// Wanted reports whether signatures of that domain are of interest; the domain is
	// in lower case.
	Wanted func(domain string) bool
	// Most bounds the signatures of interest that are looked at, from the top.
	Most int
	// Header bounds the header in bytes.
	Header int
	// Lookup returns the TXT records of a name: none when there is no such name, and an
	// error when that cannot be known at present.
	Lookup func(ctx context.Context, name string) ([]string, error)
	// At is the present time.
	At time.Time
}

// Why says why a signature does not count, in constant words.
type Why string

// The reasons.
const (
	Malformed  Why = "signature malformed"
	WeakMethod Why = "signature by a method that is too weak"
	PartOfText Why = "signature of a part of the text"
	NoFrom     Why = "signature without the From"
	Expired    Why = "signature expired"
	Future     Why = "signature of the future"
	NoKey      Why = "no key for the signature"
	BadKey     Why = "key of the signature unusable"
	WeakKey    Why = "key of the signature too weak"
	Testing    Why = "signer is only testing"
	OtherText  Why = "text is not what was signed"
	Wrong      Why = "signature wrong"
)

// Signature is one of a mail.
type Signature struct {
	Domain string   // of the signer, lower case
	Fields []string // names of the signed fields, lower case, as often as they are named
	Why    Why      // empty: it counts
}

// Field is a header field as it stands in the mail.
type Field struct {
	Name string // as it was written
	raw  []byte // with its name; each line ends in CRLF
}

// Is reports whether the field has that name. Names have no letter case.
func (f Field) Is(name string) bool { return strings.EqualFold(f.Name, name) }

// Value is what follows the name, unfolded, without blanks at its ends.
func (f Field) Value() string {
	_, value, _ := bytes.Cut(f.raw, []byte(":"))
	lines := bytes.Split(value, []byte("\r\n"))
	for i, line := range lines {
		lines[i] = bytes.Trim(line, " \t")
	}
	return string(bytes.TrimSpace(bytes.Join(lines, []byte(" "))))
}

// ErrHeader is the error of a header that is too long or has a line that is no field:
// what is signed in it cannot be said.
var ErrHeader = errors.New("dkim: the header is too long or malformed")

// skew is how far the clocks of others may be ahead.
const skew = 10 * time.Minute

// Verify reads a mail and returns its header and the signatures of interest, topmost
// first. The error is ErrHeader, that of the reader or of a lookup, or that of ctx.
func Verify(ctx context.Context, r io.Reader, o Options) ([]Field, []Signature, error) {
	br := bufio.NewReaderSize(r, 32<<10)
	header, err := readHeader(br, o.Header)
	if err != nil {
		return nil, nil, err
	}
	claims := find(header, o)
	keys := map[string]found{}
	for i := range claims {
		c := &claims[i]
		if c.Why != "" {
			continue
		}
		if err := c.fetch(ctx, o.Lookup, keys); err != nil {
			return header, nil, err
		}
	}
	if err := digest(ctx, br, claims); err != nil {
		return header, nil, err
	}
	signatures, named := make([]Signature, len(claims)), byName(header)
	for i := range claims {
		claims[i].verify(named)
		signatures[i] = claims[i].Signature
	}
	return header, signatures, nil
}

// find returns the signatures of interest.
func find(header []Field, o Options) []claim {
	var claims []claim
	for _, f := range header {
		if len(claims) == o.Most {
			break
		}
		if !f.Is("DKIM-Signature") {
			continue
		}
		if c := parse(f, o.At); o.Wanted(c.Domain) {
			claims = append(claims, c)
		}
	}
	return claims
}

// readHeader reads up to the blank line. A mail without one has no text, and its
// signatures sign an empty one.
func readHeader(br *bufio.Reader, most int) ([]Field, error) {
	var header []Field
	for size := 0; ; {
		line, err := readLine(br, most-size)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(text) == 0 {
			return header, nil
		}
		size += len(line)
		if bytes.IndexByte(text, '\r') >= 0 {
			return nil, ErrHeader
		}
		raw := append(slices.Clip(text), '\r', '\n')
		if folded := text[0] == ' ' || text[0] == '\t'; folded && len(header) > 0 {
			last := &header[len(header)-1]
			last.raw = append(last.raw, raw...)
			continue
		}
		name, _, ok := bytes.Cut(text, []byte(":"))
		name = bytes.TrimRight(name, " \t")
		if !ok || len(name) == 0 || bytes.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c > '~' }) {
			return nil, ErrHeader
		}
		header = append(header, Field{Name: string(name), raw: raw})
	}
}

// readLine reads a line with its end.
func readLine(br *bufio.Reader, most int) ([]byte, error) {
	var line []byte
	for {
		chunk, err := br.ReadSlice('\n')
		if len(line)+len(chunk) > most {
			return nil, ErrHeader
		}
		line = append(line, chunk...)
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && !errors.Is(err, io.EOF) {
			err = fmt.Errorf("dkim: read header: %w", err)
		}
		return line, err
	}
}
