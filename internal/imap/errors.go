package imap

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
)

// maxWords bounds what is kept of a server's text, in characters.
const maxWords = 300

// sinkError is a failure of ours, not of the server or a mail.
type sinkError struct{ err error }

func (e *sinkError) Error() string { return "store: " + e.err.Error() }
func (e *sinkError) Unwrap() error { return e.err }

// bigError says that a mail is bigger than the server had announced.
type bigError struct{ size int64 }

func (e *bigError) Error() string { return fmt.Sprintf("%d bytes, more than announced", e.size) }

// shorten cleans a text and takes our password out of it: a server may repeat
// what it was told.
func (r *Reader) shorten(text string) string {
	if p := r.cfg.Password; p != "" {
		for _, secret := range []string{
			p,
			base64.StdEncoding.EncodeToString([]byte("\x00" + r.cfg.Username + "\x00" + p)),
		} {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return clean(text)
}

// clean makes a stranger's text one short line of printable characters.
func clean(text string) string {
	text = strings.Map(func(c rune) rune {
		if c == unicode.ReplacementChar || !unicode.IsPrint(c) {
			return ' '
		}
		return c
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxWords {
		text = string(runes[:maxWords]) + "…"
	}
	return text
}
