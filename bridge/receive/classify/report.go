package classify

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"escalat/bridge"
	"escalat/bridge/message"
)

const (
	maxGroups    = 200 // of a report
	maxFurther   = 20  // recipients beside the first
	maxOriginals = 10
	maxID        = 500 // bytes of a Message-ID
	maxAddress   = 254 // bytes (RFC 5321, section 4.5.3.1.3)
	maxDiagnosed = 300 // bytes
)

const (
	byReport     = "report-type: delivery-status"
	byMDN        = "report-type: disposition-notification"
	bySuccess    = byReport + "; action: "
	notification = "message/disposition-notification"
)

// report reads what machines write for machines about a mail: of its delivery (RFC 3464)
// or of its reading (RFC 8098). That of another mail, which this one only carries, is
// none: it lies within a part. Whoever lets his mailbox confirm a reading may write into that:
// then it is his mail.
func report(m message.Mail, text string) (Verdict, bool) {
	whole := contentType(m.Header) == "multipart/report"
	reports := whole || server(m) != "" || pathless(m) && returnedSubject.MatchString(fold(begins(m.Subject)))
	mdn := Verdict{Kind: bridge.KindReceipt, Reason: byMDN}
	for _, in := range m.Inner {
		switch {
		case !reports:
		case strings.HasSuffix(in.Type, "delivery-status"): // message/global-delivery-status is RFC 6533's
			if r := readReport(in.Groups); r.action != "" {
				return r.verdict(m), true
			}
		case in.Type == notification || in.Type == "message/global-disposition-notification":
			return mdn, receiptWords(m.Subject, text)
		}
	}
	if whole && m.ReportType == "disposition-notification" {
		return mdn, receiptWords(m.Subject, text)
	}
	return Verdict{}, false
}

func contentType(header []message.Field) string { return word(first(header, "Content-Type")) }

// first is the value of the first field of that name, or empty.
func first(fields []message.Field, name string) string {
	for _, f := range fields {
		if f.Is(name) {
			return strings.TrimSpace(f.Value)
		}
	}
	return ""
}

// delivery is what a report says: the worst that happened, and to whom.
type delivery struct {
	action     string
	recipients []recipient
	originals  []string
}

type recipient struct{ address, status, diagnostic string }

// actions are those of RFC 3464, section 2.3.3, the worst first.
var actions = []string{"failed", "delayed", "relayed", "expanded", "delivered"}

// readReport reads the groups of a report: one of the mail, and one of each recipient. A
// server may write all in one.
func readReport(groups [][]message.Field) delivery {
	var d delivery
	for _, g := range groups[:min(len(groups), maxGroups)] {
		for _, name := range []string{"X-Original-Message-ID", "Original-Message-ID", "Original-Envelope-Id"} {
			if id := unxtext(first(g, name)); strings.Contains(id, "@") {
				d.originals = append(d.originals, id)
			}
		}
		action, r := readRecipient(g)
		if action == "" {
			continue
		}
		worse := slices.Index(actions, action) - slices.Index(actions, d.action)
		switch {
		case d.action == "" || worse < 0:
			d.action, d.recipients = action, []recipient{r}
		case worse == 0:
			d.recipients = append(d.recipients, r)
		}
	}
	return d
}

// readRecipient reads the group of one recipient; without an action it is none.
func readRecipient(g []message.Field) (action string, r recipient) {
	r.diagnostic = typed(first(g, "Diagnostic-Code"))
	r.status = status(word(first(g, "Status")), r.diagnostic)
	for _, name := range []string{"Original-Recipient", "Final-Recipient", "X-Actual-Recipient", "X-Display-Name"} {
		if r.address = address(unxtext(typed(first(g, name)))); r.address != "" {
			break
		}
	}
	said, _, _ := strings.Cut(word(first(g, "Action")), " ")
	switch {
	case slices.Contains(actions, said):
		return said, r
	case r.address == "" && r.status == "":
		return "", r
	case strings.HasPrefix(r.status, "2."):
		return "delivered", r
	case strings.HasPrefix(r.status, "4."):
		return "delayed", r
	case strings.HasPrefix(r.status, "5."):
		return "failed", r
	}
	return "", r
}

// verdict is what the report makes of the mail that brings it. What the server has given
// up is hard, whatever the status: a full mailbox for a week is no passing trouble.
func (d delivery) verdict(m message.Mail) Verdict {
	b := &bridge.Bounce{Hard: d.action == "failed", Delivered: d.action != "failed" && d.action != "delayed"}
	for i, r := range d.recipients {
		switch {
		case i == 0:
			b.Recipient, b.Status, b.Diagnostic = r.address, r.status, diagnosis(r.diagnostic)
		case r.address != "" && b.Recipient == "":
			b.Recipient = r.address
		default:
			further(b, r.address)
		}
	}
	b.Originals = originals(m, d.originals, "")
	switch {
	case b.Delivered:
		return Verdict{Kind: bridge.KindReceipt, Reason: bySuccess + d.action, Bounce: b}
	case !b.Hard:
		return Verdict{Kind: bridge.KindBounce, Reason: bySuccess + d.action, Bounce: b}
	}
	return Verdict{Kind: bridge.KindBounce, Reason: byReport, Bounce: b}
}

// further adds a recipient once.
func further(b *bridge.Bounce, a string) {
	same := func(known string) bool { return strings.EqualFold(known, a) }
	if a != "" && !same(b.Recipient) && len(b.Further) < maxFurther && !slices.ContainsFunc(b.Further, same) {
		b.Further = append(b.Further, a)
	}
}

// originals are the Message-IDs that a bounce may speak of: of the mail that it returns,
// those that the report names, those that it answers, and those that its text shows. What
// the returned mail answers is no mail that was returned.
func originals(m message.Mail, reported []string, text string) []string {
	ids := returnedIDs(m)
	ids = append(ids, reported...)
	ids = append(append(ids, m.InReplyTo...), m.References...)
	for _, found := range shownID.FindAllStringSubmatch(text, maxOriginals) {
		ids = append(ids, found[1])
	}
	var out []string
	for _, id := range ids {
		id = strings.Trim(strings.TrimSpace(id), "<>")
		if id != "" && !strings.ContainsFunc(id, odd) && len(id) <= maxID && len(out) < maxOriginals && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// returnedIDs are those of the mails that it carries.
func returnedIDs(m message.Mail) []string {
	var ids []string
	for _, in := range m.Inner {
		if strings.Contains(in.Type, "rfc822") || in.Type == "message/global" || in.Type == "message/global-headers" {
			for _, g := range in.Groups[:min(len(in.Groups), 1)] {
				ids = append(ids, first(g, "Message-ID"))
			}
		}
	}
	return ids
}

// shownID is a Message-ID in the copy of a header.
var shownID = regexp.MustCompile(`(?im)^[> \t]*(?:X-Original-)?Message-ID:[ \t]*<?([^<>\s]{1,500}@[^<>\s]{1,500})>?`)

// typed is a value without the type before it: rfc822; a@b, smtp; 550 no.
func typed(value string) string {
	kind, rest, ok := strings.Cut(value, ";")
	if !ok || strings.ContainsAny(strings.TrimSpace(kind), " @<") {
		return value
	}
	return strings.TrimSpace(rest)
}

// escaped is an octet as xtext writes it (RFC 3461, section 4).
var escaped = regexp.MustCompile(`\+[0-9A-F]{2}`)

// unxtext undoes xtext, which some servers give back as they were given it.
func unxtext(s string) string {
	return strings.ToValidUTF8(escaped.ReplaceAllStringFunc(s, func(e string) string {
		b, err := url.PathUnescape("%" + e[1:])
		if err != nil || b < " " || b > "~" {
			return e
		}
		return b
	}), "")
}

// address is the address in s, its domain in small letters, or empty.
func address(s string) string {
	if _, after, ok := strings.Cut(s, "<"); ok {
		s, _, _ = strings.Cut(after, ">")
	}
	s = strings.TrimSuffix(strings.TrimPrefix(strings.Trim(strings.TrimSpace(s), `"'`), "mailto:"), ".")
	s, _, _ = strings.Cut(s, " ")
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at == len(s)-1 || len(s) > maxAddress || strings.ContainsFunc(s, odd) || strings.ContainsAny(s, `,;:"()[]\|{}`) {
		return ""
	}
	return s[:at] + strings.ToLower(s[at:])
}

// odd is what stands in no address and in no Message-ID.
func odd(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || r == '<' || r == '>'
}

var (
	// wholeStatus and statusIn are a status code (RFC 3463); an address of a host goes on.
	wholeStatus = regexp.MustCompile(`^[245]\.[0-9]{1,3}\.[0-9]{1,3}$`)
	statusIn    = regexp.MustCompile(`(?:^|[^0-9A-Za-z.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:$|[^0-9.]|\.(?:$|[^0-9]))`)
)

// status is a status code, or the one that the diagnostic has where that says more.
func status(said, diagnostic string) string {
	if !wholeStatus.MatchString(said) {
		said = ""
	}
	told := ""
	if found := statusIn.FindStringSubmatch(beginning(diagnostic, 2000)); found != nil {
		told = found[1]
	}
	if said == "" || strings.HasSuffix(said, ".0.0") && told != "" && told[0] == said[0] {
		return told
	}
	return said
}

// diagnosis is what a server said, in one line.
func diagnosis(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, strings.ToValidUTF8(beginning(s, 10*maxDiagnosed), ""))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxDiagnosed {
		s = strings.TrimSpace(beginning(s, maxDiagnosed-len("…"))) + "…"
	}
	return s
}
