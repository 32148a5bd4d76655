package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"escalat/internal/peer"
)

// markField names a mail of the mix, whatever becomes of the rest of it. What we or
// others return of a mail holds it as well.
const markField = "X-Test-Mail"

// markOf is the mark of the nth mail: a word of letters that stands nowhere else, and
// in no other mark.
func markOf(n int) string {
	word := make([]byte, 4)
	for i := range word {
		word[i] = byte('a' + n%26)
		n /= 26
	}
	return "marca" + string(word) + "kw"
}

var markWord = regexp.MustCompile(`marca[a-z]{4}kw`)

// markIn is the mark that a raw mail bears in its own header, or in that of a mail which
// it returns.
func markIn(raw string) string {
	_, after, found := strings.Cut(raw, markField+": ")
	if !found {
		return ""
	}
	return markWord.FindString(after[:min(len(after), 40)])
}

// rewritten are the fields of a sample that are ours to set, or a server's on the way.
var rewritten = []string{
	"From", "To", "Cc", "Reply-To", "Sender", "Subject", "Message-ID", "In-Reply-To", "References", "Thread-Index", "Thread-Topic",
	"Return-Path", "Received", "Delivered-To", "DKIM-Signature", "ARC-Seal", "Authentication-Results", "Date",
}

// envelope is what stands in the header of a mail of the mix.
type envelope struct {
	mark, from, subject, id, inReplyTo string
	references                         []string
	date                               string
	further                            string // whole fields
	silent                             bool   // its text is as the sample has it: what is all stock, and stays so
}

// header writes the fields, each of which has its end.
func (e envelope) header() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\r\n%sFrom: %s\r\nTo: %s\r\nSubject: %s\r\nDate: %s\r\nMessage-ID: <%s>\r\n",
		markField, e.mark, e.further, e.from, ours, mime.QEncoding.Encode("utf-8", e.subject), e.date, e.id)
	if e.inReplyTo != "" {
		fmt.Fprintf(&b, "In-Reply-To: <%s>\r\n", e.inReplyTo)
	}
	if len(e.references) > 0 {
		fmt.Fprintf(&b, "References: <%s>\r\n", strings.Join(e.references, ">\r\n <"))
	}
	return b.String()
}

// plain is a mail of one text.
func (e envelope) plain(text string) string {
	return e.header() + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + crlf(text)
}

// with is a mail of a text and files.
func (e envelope) with(text string, files ...sent) string {
	var b strings.Builder
	b.WriteString(e.header() + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"=_mix\"\r\n\r\n" +
		"--=_mix\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + crlf(text))
	for _, f := range files {
		fmt.Fprintf(&b, "\r\n--=_mix\r\nContent-Type: application/octet-stream; name=%q\r\nContent-Disposition: attachment; filename=%[1]q\r\n"+
			"Content-Transfer-Encoding: base64\r\n\r\n%s", f.name, folded(f.content))
	}
	return b.String() + "\r\n--=_mix--\r\n"
}

// sent is a file of a mail.
type sent struct {
	name    string
	content []byte
}

// folded is base64 in lines.
func folded(content []byte) string {
	var b strings.Builder
	for chunk := range slices.Chunk(content, 57) {
		b.WriteString(base64.StdEncoding.EncodeToString(chunk) + "\r\n")
	}
	return b.String()
}

// around puts a sample's content into a mail of the mix: its fields but those that are
// set anew, and its text with the mark above it.
func (e envelope) around(sample string) string {
	header, body := halves(crlf(sample))
	kept := unfolded(header, func(name string) bool {
		return !slices.ContainsFunc(rewritten, func(other string) bool { return strings.EqualFold(other, name) })
	})
	if e.silent {
		return e.header() + kept + "\r\n" + body
	}
	return e.header() + marked(kept, body, e.mark)
}

func halves(raw string) (header, body string) {
	header, body, _ = strings.Cut(raw, "\r\n\r\n")
	return header + "\r\n", body
}

var field = regexp.MustCompile(`(?m)^([^\s:]+):.*(?:\r\n[ \t].*)*\r\n`)

// unfolded returns the fields that are kept, as they are.
func unfolded(header string, keep func(name string) bool) string {
	return field.ReplaceAllStringFunc(header, func(whole string) string {
		if name, _, _ := strings.Cut(whole, ":"); keep(name) {
			return whole
		}
		return ""
	})
}

// marked is an entity with the mark above each of its texts: whichever of the
// alternatives is read has it.
func marked(header, body, mark string) string {
	m, err := mail.ReadMessage(strings.NewReader(header + "\r\n"))
	if err != nil {
		return header + "\r\n" + mark + "\r\n\r\n" + body
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	switch disposition, _, _ := mime.ParseMediaType(m.Header.Get("Content-Disposition")); {
	case strings.EqualFold(disposition, "attachment"):
		return header + "\r\n" + body
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		delimiter := "--" + params["boundary"]
		parts := strings.Split("\r\n"+body, "\r\n"+delimiter)
		for i, part := range parts {
			if i > 0 && !strings.HasPrefix(part, "--") {
				rest, inner, _ := strings.Cut(part, "\r\n")
				h, b := halves(inner)
				if strings.HasPrefix(inner, "\r\n") {
					h, b = "", inner[2:]
				}
				parts[i] = rest + "\r\n" + marked(h, b, mark)
			}
		}
		return header + "\r\n" + strings.TrimPrefix(strings.Join(parts, "\r\n"+delimiter), "\r\n")
	case err == nil && kind != "text/plain" && kind != "text/html":
		return header + "\r\n" + body
	}
	above := mark + "\r\n\r\n"
	if kind == "text/html" {
		above = "<div>" + mark + "</div>\r\n"
	}
	if strings.EqualFold(strings.TrimSpace(m.Header.Get("Content-Transfer-Encoding")), "base64") {
		content, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, strings.NewReader(body)))
		if err == nil {
			return header + "\r\n" + folded(slices.Concat(inCharset(above, params["charset"], content), content))
		}
	}
	return header + "\r\n" + above + body
}

// inCharset is ASCII in the charset of a text.
func inCharset(ascii, charset string, content []byte) []byte {
	if !strings.HasPrefix(strings.ToLower(charset), "utf-16") {
		return []byte(ascii)
	}
	big := strings.EqualFold(charset, "utf-16be") || bytes.HasPrefix(content, []byte("\xfe\xff"))
	var out []byte
	for i := range len(ascii) {
		if big {
			out = append(out, 0, ascii[i])
		} else {
			out = append(out, ascii[i], 0)
		}
	}
	return out
}

// sampled is a sample of another test, which speaks of our notice and our issue.
func (e envelope) sampled(sample string, of notified) string {
	sample = strings.NewReplacer(
		"1.k7.abcdefgh2345@organitzacio.example", of.ID, "escalat@organitzacio.example", ours, "organitzacio.example", peer.Domain,
		"proveedor.example", "claranet.test", "SUP-42", of.key, "1000001", of.ticket,
	).Replace(sample)
	return e.around(sample)
}

// samples reads the mails of another package's tests, in the order of their names.
func (m *mix) samples(pattern string) (raws []string) {
	m.Helper()
	if known, found := m.corpus[pattern]; found {
		return known
	}
	files, err := filepath.Glob(filepath.Join("../../bridge/receive", pattern))
	m.act(err)
	if len(files) == 0 {
		m.Fatalf("no mail is %s", pattern)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		m.act(err)
		raws = append(raws, string(raw))
	}
	m.corpus[pattern] = raws
	return raws
}

// fieldOf is a field of a raw mail, decoded.
func fieldOf(raw, name string) string {
	header, _ := halves(crlf(raw))
	value := ""
	for _, whole := range field.FindAllString(header, -1) {
		if n, v, _ := strings.Cut(whole, ":"); strings.EqualFold(n, name) && value == "" {
			value = strings.TrimSpace(strings.NewReplacer("\r\n", "").Replace(v))
		}
	}
	decoded, err := words.DecodeHeader(value)
	if err != nil {
		return value
	}
	return decoded
}
