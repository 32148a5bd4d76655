package sim

import (
	"bytes"
	"fmt"
	"net/mail"
	"strings"
	"time"
)

// verdict is what the border knows about how a mail came in.
type verdict struct {
	user   string // who was logged in; empty for a stranger
	signed string // the domain whose DKIM signature verifies; empty for none
}

// results is the text of the Authentication-Results line (RFC 8601).
func (v verdict) results(authserv, author string) string {
	switch {
	case v.user != "":
		return authserv + ";\r\n\tauth=pass smtp.auth=" + v.user
	case v.signed == "":
		return authserv + ";\r\n\tdkim=none;\r\n\tdmarc=fail header.from=" + author
	}
	dmarc := "fail"
	if author == v.signed || strings.HasSuffix(author, "."+v.signed) {
		dmarc = "pass"
	}
	return fmt.Sprintf("%s;\r\n\tdkim=pass header.d=%s;\r\n\tdmarc=%s header.from=%s", authserv, v.signed, dmarc, author)
}

// hop is one passage of a mail through the server.
type hop struct {
	id       string
	from     string // envelope sender
	rcpt     string
	helo     string
	protocol string // ESMTP, ESMTPS, ESMTPSA
	at       time.Time
	verdict  verdict
}

// stamp returns the mail as it is stored: Return-Path, the border's verdict
// where there is a border, and Received, put before the bytes as they came.
// What pretends to be the border's verdict is taken out (RFC 8601, section 5).
func stamp(raw []byte, hostname string, h hop, border bool) []byte {
	var out bytes.Buffer
	out.Grow(len(raw) + 512)
	fmt.Fprintf(&out, "Return-Path: <%s>\r\n", h.from)
	if border {
		raw = withoutResults(raw, hostname)
		fmt.Fprintf(&out, "Authentication-Results: %s\r\n", h.verdict.results(hostname, authorDomain(raw)))
	}
	fmt.Fprintf(&out, "Received: from %s ([192.0.2.25])\r\n\tby %s with %s id %s\r\n\tfor <%s>; %s\r\n",
		h.helo, hostname, h.protocol, h.id, h.rcpt, h.at.Format(time.RFC1123Z))
	out.Write(raw)
	return out.Bytes()
}

// withoutResults removes the Authentication-Results lines that name authserv.
// Everything else stays byte for byte.
func withoutResults(raw []byte, authserv string) []byte {
	fields, body := headerFields(raw)
	out := make([]byte, 0, len(raw))
	for _, f := range fields {
		name, value, _ := strings.Cut(string(f), ":")
		id, _, _ := strings.Cut(value, ";")
		words := strings.Fields(id) // the id, perhaps a version
		forged := strings.EqualFold(strings.TrimSpace(name), "Authentication-Results") &&
			len(words) > 0 && strings.EqualFold(words[0], authserv)
		if !forged {
			out = append(out, f...)
		}
	}
	return append(out, body...)
}

// headerFields cuts a mail into its header fields, each with its folded lines,
// and the rest, which begins with the empty line.
func headerFields(raw []byte) (fields [][]byte, rest []byte) {
	for len(raw) > 0 {
		end := lineEnd(raw)
		if len(bytes.TrimRight(raw[:end], "\r\n")) == 0 {
			break
		}
		for end < len(raw) && (raw[end] == ' ' || raw[end] == '\t') {
			end += lineEnd(raw[end:])
		}
		fields = append(fields, raw[:end])
		raw = raw[end:]
	}
	return fields, raw
}

// lineEnd is the length of the first line, with its end.
func lineEnd(raw []byte) int {
	if i := bytes.IndexByte(raw, '\n'); i >= 0 {
		return i + 1
	}
	return len(raw)
}

// headerValue returns the unfolded value of the first field of that name.
func headerValue(raw []byte, name string) string {
	fields, _ := headerFields(raw)
	for _, f := range fields {
		key, value, found := strings.Cut(string(f), ":")
		if found && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(strings.NewReplacer("\r", "", "\n", "").Replace(value))
		}
	}
	return ""
}

// authorDomain is the domain of the first From address, lower case.
func authorDomain(raw []byte) string {
	list, err := mail.ParseAddressList(headerValue(raw, "From"))
	if err != nil || len(list) == 0 {
		return "invalid"
	}
	return domainOf(list[0].Address)
}

// messageIDOf returns the Message-ID without its angle brackets.
func messageIDOf(raw []byte) string {
	return strings.Trim(headerValue(raw, "Message-ID"), "<> ")
}
