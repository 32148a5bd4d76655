package classify

import (
	"slices"
	"strings"
	"unicode"

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

// nobody reports whether nobody reads what is written to that address.
func nobody(a message.Address) bool {
	local, _, _ := strings.Cut(a.Address, "@")
	local = strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, local)
	return slices.ContainsFunc([]string{
		"mailerdaemon", "postmaster", "noreply", "donotreply", "noresponder", "noresponda", "norespondre", "norespongueu", "nocontestar",
	}, func(name string) bool { return strings.Contains(local, name) })
}

// maxSaid is how far into a subject it is looked, in bytes.
const maxSaid = 500

// absent reports whether a subject begins as the answers of programs for absent people
// do. Behind its beginning it may tell what the issue is about.
func absent(subject string) bool {
	said := opening(subject)
	return slices.ContainsFunc([]string{
		"auto:", "auto reply", "auto-reply", "autoreply", "auto response", "auto-response", "autoresponse", "automatic reply", "automatic response",
		"out of office", "out of the office", "out-of-office", "absent from the office",
		"respuesta automatica", "contestacion automatica", "mensaje automatico", "fuera de la oficina", "fuera de oficina", "ausente", "ausencia",
		"resposta automatica", "missatge automatic", "fora de l'oficina", "fora d'oficina", "absent", "absencia",
		"undeliverable", "undelivered mail", "mail delivery", "delivery status", "delivery failure", "no se puede entregar", "no es pot lliurar",
	}, func(begin string) bool { return strings.HasPrefix(said, begin) })
}

// opening is the beginning of a subject behind what mailboxes and desks put before it:
// Re: and its like, and brackets; in small letters, without accents.
func opening(subject string) string {
	said := fold(beginning(subject, maxSaid))
	for {
		rest := said
		for _, prefix := range []string{"re:", "rv:", "rm:", "fw:", "fwd:", "resp:"} {
			rest = strings.TrimPrefix(rest, prefix)
		}
		if end := strings.IndexByte(rest, ']'); end > 0 && rest[0] == '[' {
			rest = rest[end+1:]
		}
		if rest = strings.TrimSpace(rest); rest == said {
			return said
		}
		said = rest
	}
}
