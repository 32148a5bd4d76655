// Package classify says what kind of mail one is: of a person, or one of the five that
// programs send.
//
// A report that machines write for machines (RFC 3464, RFC 8098) says it by itself.
// Otherwise a header tells at most that a program wrote a mail, never what for: desks are
// programs, and nothing of theirs is thrown away for that. What for, its words tell, and
// of several the first sentence that tells something. Words alone make no bounce, for
// people speak of bounces, forward them and answer them.
//
// Nothing here is proved: anybody can write a bounce. What a mail names is returned as
// it names it.
package classify

import (
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/mapping"
)

// Verdict is what kind of mail one is, and by which sign.
type Verdict struct {
	Kind   bridge.MailKind // empty: a person wrote it
	Reason string          // constant words, for the ledger; empty of a person's
	// Bounce is what a bounce says, and of a receipt that a mail has arrived.
	Bounce *bridge.Bounce
}

// Classify says what kind of mail m is. The profile is that of the provider who seems to
// have sent it, by whose acknowledgements its desk is known; nil: of none. It reads the
// mail's text by itself: nothing needs to be cut before.
func Classify(m message.Mail, profile *mapping.Profile) Verdict {
	if v, ok := report(m); ok {
		return v
	}
	t := read(m.Text)
	if v, ok := returned(m, t); ok {
		return v
	}
	sign := program(m, t)
	if reason := receipt(m, t, sign); reason != "" {
		return Verdict{Kind: bridge.KindReceipt, Reason: reason}
	}
	var rules mapping.Mail
	if profile != nil {
		rules = profile.Mail
	}
	s := said{
		subject: fold(begins(m.Subject)), title: title(m.Subject), text: t, rules: rules,
		ticketed: slices.ContainsFunc(m.Header, ticketed),
	}
	if s.automatic = saysAutomatic.FindString(s.subject); sign == "" && strings.Contains(s.automatic, "automati") {
		sign = automaticSubject
	}
	if sign == "" {
		return s.unsigned()
	}
	return s.signed(sign, vacation(m.Header))
}

// The signs of words.
const (
	automaticSubject = "subject: automatic reply"
	awaySubject      = "subject: away"
	awayText         = "text: away"
	takenSubject     = "subject: request taken in"
	takenText        = "text: request taken in"
	receivedText     = "text: received"
)

// said is what a mail's words say.
type said struct {
	subject   string // folded, with Re:
	title     string // the subject behind all brackets, as it is written
	automatic string // what the subject begins with that says it is an automatic reply
	text      text
	rules     mapping.Mail
	ticketed  bool // a desk's program passes it on
}

// unsigned is the verdict on a mail that no sign shows to be a program's. Words that only
// programs use are enough: who is believed to be a person is believed to know of the case.
func (s said) unsigned() Verdict {
	switch first := s.first(false); {
	case first == awayText && (s.automatic != "" || saysAway.MatchString(s.subject)):
		return Verdict{Kind: bridge.KindAbsence, Reason: awaySubject}
	case first == takenText:
		return Verdict{Kind: bridge.KindAcknowledgement, Reason: takenText}
	}
	return Verdict{}
}

// signed is the verdict on a program's mail.
func (s said) signed(sign, vacation string) Verdict {
	behind := func(reason string) string { return reason + "; " + sign }
	first := s.first(true)
	mailbox := !s.ticketed && !concerns.MatchString(s.text.all) // and no desk
	switch {
	case first == awayText:
		return Verdict{Kind: bridge.KindAbsence, Reason: behind(awayText)}
	case first == takenText:
		return Verdict{Kind: bridge.KindAcknowledgement, Reason: behind(takenText)}
	case !s.ticketed && saysAway.MatchString(s.subject):
		return Verdict{Kind: bridge.KindAbsence, Reason: behind(awaySubject)}
	case s.taken():
		return Verdict{Kind: bridge.KindAcknowledgement, Reason: behind(takenSubject)}
	case first == receivedText:
		return Verdict{Kind: bridge.KindAcknowledgement, Reason: behind(receivedText)}
	case mailbox && s.automatic != "" && sign == automaticSubject:
		return Verdict{Kind: bridge.KindAbsence, Reason: sign}
	case mailbox && s.automatic != "":
		return Verdict{Kind: bridge.KindAbsence, Reason: behind(automaticSubject)}
	case mailbox && vacation != "":
		return Verdict{Kind: bridge.KindAbsence, Reason: vacation}
	}
	return Verdict{Kind: bridge.KindUpdate, Reason: sign}
}

// taken reports whether the subject is that of a desk's program that has taken ours in.
func (s said) taken() bool {
	folded := fold(s.title)
	behind := fold(title(folded[min(len(s.automatic), len(folded)):]))
	return opened.MatchString(folded) || opened.MatchString(behind) || s.rules.Acknowledges(s.title)
}

// first is what the first of the sentences says that says anything, of a program's mail or
// of another. That a mail was received says less than what follows.
func (s said) first(signed bool) string {
	out := ""
	for i, folded := range s.text.folded {
		switch {
		case !s.ticketed && away.MatchString(folded):
			return awayText
		case s.rules.Acknowledges(s.text.sentences[i]) || takenIn.MatchString(folded) || signed && opens.MatchString(folded):
			return takenText
		case received.MatchString(folded):
			out = receivedText
		}
	}
	return out
}
