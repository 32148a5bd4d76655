package receive

import (
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/receive/reply"
	"escalat/mapping"
)

// maxWritten bounds how the provider writes its number in a subject, in bytes.
const maxWritten = 60

// learn notes in the case the ticket numbers that the mail tells, and how the
// provider writes the newest of them in a subject. It returns those that are new.
//
// What stands in the subject is the provider's filing, unless it is an echo of our
// own. A person's text also speaks of the tickets of others: only a program's teaches.
// What is passed on teaches nothing.
func learn(c *bridge.Case, m bridge.Message) (learned []string) {
	if reply.Forwards(m.Subject) {
		return nil
	}
	note := func(t mapping.Ticket) {
		if !c.Knows(t) && c.Refer(t.Number) {
			learned = append(learned, t.Number)
		}
	}
	subject := slices.DeleteFunc(slices.Clone(m.Tickets), c.Repeats)
	for _, t := range subject {
		note(t)
	}
	if m.Automatic || m.Kind == bridge.KindAcknowledgement {
		for _, t := range m.Spoken {
			note(t)
		}
	}
	rewrite(c, m.Subject, subject, learned)
	return learned
}

// rewrite notes how the provider writes its number in the subject, in brackets: one
// that it has just told, else the first, unless the present one stands there too.
func rewrite(c *bridge.Case, subject string, tickets []mapping.Ticket, learned []string) {
	var forms []string
	for _, t := range tickets {
		form := bracketed(subject, t)
		switch {
		case form == "" || !c.Knows(t):
		case slices.Contains(learned, t.Number):
			c.Written = form
			return
		default:
			forms = append(forms, form)
		}
	}
	if len(forms) > 0 && !slices.Contains(forms, c.Written) {
		c.Written = forms[0]
	}
}

// bracketed returns the brackets in which the ticket stands in the subject, with
// their content: [Ticket#123]. Ours, with the key in them, are not the provider's.
func bracketed(subject string, t mapping.Ticket) string {
	subject = strings.Join(strings.Fields(subject), " ")
	at := strings.Index(subject, t.Written)
	if at < 0 {
		return ""
	}
	from := at + strings.Index(t.Written, t.Number)
	to := from + len(t.Number)
	open, end := strings.LastIndexAny(subject[:from], "[]"), strings.IndexAny(subject[to:], "[]")
	if open < 0 || end < 0 || subject[open] != '[' || subject[to+end] != ']' {
		return ""
	}
	form := subject[open : to+end+1]
	if len(form) > maxWritten || tagged.MatchString(form) {
		return ""
	}
	return form
}
