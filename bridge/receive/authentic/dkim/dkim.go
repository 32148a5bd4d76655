// Package dkim says which signatures of a mail count (RFC 6376).
//
// They are verified by go-msgauth. This package says what it is asked, and bounds it:
// a signature counts only when all of the text is signed, the From with it, by a key
// that is not weak, not being tested and found in the DNS at this moment, and when
// its time has come and not passed at the time that the caller names. (The library
// reads the machine's clock too: what has expired by either is refused.) Keys are asked
// of the caller, for no other domains than those of interest: signatures of others,
// however many stand above, cost nothing and hide none.
//
// The mail is read as a stream, at most once, and not beyond its header when no
// signature could count anyway. A reader that fails ends the library's work like the
// end of the mail would, so that it leaves no goroutine behind; then the error is
// returned. What costs the library the square of its length is kept from it: fields
// that nobody signed, thousands of names, and blanks without end.
//
// What a signature says of the header is left to the caller: each field can be added
// once more above the one that was signed, and what was not signed is anybody's.
package dkim

import (
	"bufio"
	"context"
	"fmt"
	"io"
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

// chunk is how much is read at once.
const chunk = 32 << 10

// Verify reads a mail and returns its header and the signatures of interest, topmost
// first. The error is ErrHeader, that of the reader or of a lookup, or that of ctx.
func Verify(ctx context.Context, r io.Reader, o Options) ([]Field, []Signature, error) {
	br := bufio.NewReaderSize(r, chunk)
	header, err := readHeader(br, o.Header)
	if err != nil {
		return nil, nil, err
	}
	claims := find(header, o)
	keys, err := fetch(ctx, o.Lookup, claims)
	if err != nil {
		return header, nil, err
	}
	if err := verify(ctx, header, br, claims, keys); err != nil {
		return header, nil, err
	}
	signatures := make([]Signature, len(claims))
	for i, c := range claims {
		signatures[i] = c.Signature
	}
	return header, signatures, nil
}

// find returns the signatures of interest.
func find(header []Field, o Options) []*claim {
	var claims []*claim
	for i, f := range header {
		if len(claims) == o.Most {
			break
		}
		if !f.Is(fieldName) {
			continue
		}
		if c := parse(f, i, o.At); o.Wanted(c.Domain) {
			claims = append(claims, c)
		}
	}
	return claims
}

// fetch asks for the keys, once for all signatures that have the same.
func fetch(ctx context.Context, lookup func(context.Context, string) ([]string, error), claims []*claim) (map[string][]string, error) {
	keys := map[string][]string{}
	for _, c := range claims {
		if c.Why != "" {
			continue
		}
		records, ok := keys[c.key]
		if !ok {
			var err error
			if records, err = lookup(ctx, c.key); err != nil {
				return nil, fmt.Errorf("dkim: key %s: %w", c.key, err)
			}
			records = spaced(records)
			keys[c.key] = records
		}
		c.Why = c.permits(records)
	}
	return keys, nil
}

// spaced has blanks for tabs, which the library does not take out of a key.
func spaced(records []string) []string {
	list := make([]string, len(records))
	for i, record := range records {
		list[i] = strings.ReplaceAll(record, "\t", " ")
	}
	return list
}
