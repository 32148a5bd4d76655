package dkim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
)

// canonical is the field in the form that is signed (RFC 6376, section 3.4).
func (f Field) canonical(simple bool) []byte {
	if simple {
		return f.raw
	}
	_, value, _ := bytes.Cut(f.raw, []byte(":"))
	words := bytes.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(" \t\r\n", r) })
	out := append([]byte(strings.ToLower(f.Name)), ':')
	out = append(out, bytes.Join(words, []byte(" "))...)
	return append(out, '\r', '\n')
}

// withoutSignature empties the value of b= in a DKIM-Signature.
func withoutSignature(raw []byte) []byte {
	name, value, _ := bytes.Cut(raw, []byte(":"))
	tags := bytes.Split(bytes.TrimSuffix(value, []byte("\r\n")), []byte(";"))
	for i, tag := range tags {
		key, _, _ := bytes.Cut(tag, []byte("="))
		if string(bytes.Trim(key, " \t\r\n")) == "b" {
			tags[i] = tag[:len(key)+1]
		}
	}
	out := append(bytes.Clone(name), ':')
	out = append(out, bytes.Join(tags, []byte(";"))...)
	return append(out, '\r', '\n')
}

// digest reads the text and gives each claim that still may count the digest of it.
func digest(ctx context.Context, r io.Reader, claims []claim) error {
	forms := map[bool]*text{} // by whether it is the simple one
	var writers []io.Writer
	for _, c := range claims {
		if c.Why == "" && forms[c.simpleText] == nil {
			t := &text{sum: sha256.New(), relaxed: !c.simpleText}
			forms[c.simpleText] = t
			writers = append(writers, t)
		}
	}
	if len(writers) == 0 {
		return nil
	}
	if err := copyTo(ctx, io.MultiWriter(writers...), r); err != nil {
		return err
	}
	for simple, t := range forms {
		sum := t.end()
		for i := range claims {
			if claims[i].simpleText == simple {
				claims[i].text = sum
			}
		}
	}
	return nil
}

// copyTo copies until ctx ends.
func copyTo(ctx context.Context, w io.Writer, r io.Reader) error {
	buf := make([]byte, 32<<10)
	for {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("dkim: read text: %w", err)
		}
		n, err := r.Read(buf)
		_, _ = w.Write(buf[:n]) // a digest takes everything
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("dkim: read text: %w", err)
		}
	}
}

// text digests a text in one of its two forms. Line ends are only counted until
// something follows them, because those at the end do not count: a text of nothing
// else costs no memory.
type text struct {
	sum     hash.Hash
	relaxed bool
	breaks  int  // line ends that were not written yet
	blank   bool // blanks that were not written yet; in the relaxed form only
	cr      bool // a CR that may begin a line end
	begun   bool // something was written
	out     []byte
}

// Write implements io.Writer.
func (t *text) Write(p []byte) (int, error) {
	t.out = t.out[:0]
	for _, c := range p {
		switch {
		case c == '\n':
			t.breaks++
			t.cr, t.blank = false, false
		case t.cr:
			t.cr = c == '\r'
			t.put('\r')
			if !t.cr {
				t.put(c)
			}
		case c == '\r':
			t.cr = true
		default:
			t.put(c)
		}
	}
	t.sum.Write(t.out)
	return len(p), nil
}

func (t *text) put(c byte) {
	if t.relaxed && (c == ' ' || c == '\t') {
		t.blank = true
		return
	}
	for ; t.breaks > 0; t.breaks-- {
		t.out = append(t.out, '\r', '\n')
		if len(t.out) >= 32<<10 {
			t.sum.Write(t.out)
			t.out = t.out[:0]
		}
	}
	if t.blank {
		t.out = append(t.out, ' ')
	}
	t.out = append(t.out, c)
	t.blank, t.begun = false, true
}

// end ends the text and returns its digest.
func (t *text) end() []byte {
	t.out = t.out[:0]
	if t.cr {
		t.put('\r')
	}
	t.sum.Write(t.out)
	if t.begun || !t.relaxed { // in the simple form an empty text is one line end
		t.sum.Write([]byte("\r\n"))
	}
	return t.sum.Sum(nil)
}
