package classify

import (
	"slices"
	"strings"

	"escalat/bridge/message"
)

// Automatic reports whether the mail says that a program wrote it (RFC 3834, section
// 5): by any Auto-Submitted but "no".
func Automatic(header []message.Field) bool {
	return slices.ContainsFunc(header, func(f message.Field) bool {
		value := word(f.Value)
		return f.Is("Auto-Submitted") && value != "" && value != "no"
	})
}

// word is the first word of a header's value, without parameters and comments.
func word(value string) string {
	value, _, _ = strings.Cut(value, ";")
	value, _, _ = strings.Cut(value, "(")
	return strings.ToLower(strings.TrimSpace(value))
}

// Robot reports whether anything in the mail looks like the work of a program: its
// header, its sender or its subject. It is rather true of a person's mail, after which
// people call in vain, than false of a program's, after which nobody calls.
func Robot(m message.Mail) bool {
	return Automatic(m.Header) || slices.ContainsFunc(m.Header, mechanical) || slices.ContainsFunc(m.From, nobody) || absent(m.Subject)
}

// mechanical reports whether a field of the header stands in what programs send: what
// desks, lists, mail servers and absent people's mailboxes write there.
func mechanical(f message.Field) bool {
	name, value := strings.ToLower(f.Name), word(f.Value)
	switch name {
	case "precedence", "x-precedence":
		return slices.Contains([]string{"bulk", "junk", "list", "auto_reply", "auto-reply"}, value)
	case "return-path":
		return strings.Trim(value, "<> ") == ""
	case "content-type":
		return value == "multipart/report"
	case "x-loop", "list-id", "x-ms-exchange-inbox-rules-loop", "x-failed-recipients", "x-mail-autoreply", "x-fc-machinegenerated":
		return value != "no"
	}
	return strings.HasPrefix(name, "x-auto") && value != "no"
}

const (
	maxSaid     = 500 // bytes of a subject that are looked at
	maxPrefixes = 8   // of a subject
)

// absent reports whether a subject begins as the answers of programs for absent people
// and the reports of mail servers do. Behind its beginning it may tell what the issue is
// about.
func absent(subject string) bool {
	said := fold(unprefixed(subject))
	return saysAway.MatchString(said) || saysAutomatic.MatchString(said) || returnedSubject.MatchString(said)
}

// unprefixed is a subject without all that mailboxes, gateways and desks put before it.
func unprefixed(subject string) string {
	subject = title(subject)
	for range maxPrefixes {
		prefix, rest := message.CutPrefix(subject)
		if prefix == message.NoPrefix {
			break
		}
		subject = title(rest)
	}
	return subject
}
