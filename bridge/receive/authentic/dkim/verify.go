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

	"github.com/emersion/go-msgauth/dkim"
)

// verify has the library verify the claims that still may count.
func verify(ctx context.Context, header []Field, br *bufio.Reader, claims []*claim, keys map[string][]string) error {
	head, shown := show(header, claims)
	if len(shown) == 0 {
		return nil
	}
	t := &text{ctx: ctx, r: br}
	whole := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(head), t), chunk)
	verifications, err := dkim.VerifyWithOptions(whole, &dkim.VerifyOptions{
		LookupTXT: func(name string) ([]string, error) { return keys[strings.ToLower(name)], nil },
	})
	switch {
	case t.err != nil && !errors.Is(t.err, io.EOF):
		return fmt.Errorf("dkim: read text: %w", t.err)
	case err != nil:
		return fmt.Errorf("dkim: verify: %w", err)
	}
	for i, c := range shown {
		if c != nil {
			c.Why = c.weigh(verifications[i], t.tooBlank())
		}
	}
	return nil
}

// show returns the header as the claims that still may count can see it: of each name
// as many fields, from below, as one of them signs (RFC 6376, section 5.4.2). With it
// come the claims in the order of their fields; nil stands for the field of a
// signature that is there only because another one signs it.
func show(header []Field, claims []*claim) (head []byte, shown []*claim) {
	signed, at := map[string]int{}, map[int]*claim{}
	for _, c := range claims {
		if c.Why != "" {
			continue
		}
		at[c.place] = c
		named := map[string]int{}
		for _, name := range c.Fields {
			named[name]++
			signed[name] = max(signed[name], named[name])
		}
	}
	if len(at) == 0 {
		return nil, nil
	}
	seen := make([]bool, len(header))
	for i, f := range slices.Backward(header) {
		name := strings.ToLower(f.Name)
		seen[i] = at[i] != nil || signed[name] > 0
		signed[name]--
	}
	for i, f := range header {
		if !seen[i] {
			continue
		}
		head = append(head, f.raw...)
		if f.Is(fieldName) {
			shown = append(shown, at[i])
		}
	}
	return append(head, '\r', '\n'), shown
}

// weigh turns what the library says into a verdict. It must have read the same fields
// out of the signature as this package did, for it was shown no others.
func (c *claim) weigh(v *dkim.Verification, tooBlank bool) Why {
	switch {
	case v.Err != nil:
		return why(v.Err)
	case tooBlank:
		return OtherText
	case !strings.EqualFold(v.Domain, c.Domain) || !slices.EqualFunc(v.HeaderKeys, c.Fields, strings.EqualFold):
		return Malformed
	}
	return ""
}

// why puts the library's words into ours. They are all that it says, so a word of a
// later version that is not known here is a signature that cannot be understood.
func why(err error) Why {
	said := strings.TrimPrefix(err.Error(), "dkim: ")
	for _, known := range []struct {
		begin string
		why   Why
	}{
		{"body hash did not verify", OtherText},
		{"signature did not verify", Wrong},
		{"signature has expired", Expired},
		{"no valid key", NoKey},
		{"key is too short", WeakKey},
		{"key ", BadKey},
		{"incompatible public key version", BadKey},
		{"unsupported key algorithm", BadKey},
		{"invalid Ed25519 public key", BadKey},
		{"inappropriate ", BadKey}, // for this method, digest or service
	} {
		if strings.HasPrefix(said, known.begin) {
			return known.why
		}
	}
	return Malformed
}

// mostBlank is how many blanks and line ends in a row a text may have. The library
// keeps them until something follows, and in the simple form looks at all of them
// again each time. No person and no program writes so many.
const mostBlank = 128 << 10

// text is the text as the library reads it. Whatever ends it is an end of the mail
// there: from an error the library would leave its goroutines behind.
type text struct {
	ctx    context.Context // of the one call of verify
	r      *bufio.Reader
	err    error // what ended it
	blanks int   // in a row, up to here
}

// Read implements io.Reader.
func (t *text) Read(p []byte) (int, error) {
	if t.err == nil {
		t.err = t.ctx.Err()
	}
	if t.err == nil {
		_, t.err = t.r.Peek(1) // unlike Read, it does not wait for ever on a reader that gives nothing
	}
	if t.err != nil || t.tooBlank() {
		return 0, io.EOF
	}
	n, err := t.r.Read(p)
	for _, c := range p[:n] {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			t.blanks = 0
			continue
		}
		if t.blanks++; t.tooBlank() {
			break
		}
	}
	return n, err
}

// tooBlank reports whether there were too many blanks, and so not all of it was read.
func (t *text) tooBlank() bool { return t.blanks > mostBlank }
