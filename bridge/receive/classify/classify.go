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

// Classify says what kind of mail m is whose text is what its reader sees, with all that it
// quotes. The profile is that of the provider who seems to have sent it, by whose
// acknowledgements its desk is known; nil: of none.
func Classify(m message.Mail, text string, profile *mapping.Profile) Verdict {
	if v, ok := report(m, text); ok {
		return v
	}
	t := read(text)
	if v, ok := returned(m, text, t); ok {
		return v
	}
	sign := program(m, t)
	if reason := receipt(m, text, sign); reason != "" {
		return Verdict{Kind: bridge.KindReceipt, Reason: reason}
	}
	var rules mapping.Mail
	if profile != nil {
		rules = profile.Mail
	}
	s := said{
		subject: fold(begins(m.Subject)), title: title(m.Subject), text: t, rules: rules,
		ticketed: slices.ContainsFunc(m.Header, ticketed), desk: looksDesk(m),
		generated: slices.ContainsFunc(m.Header, generated), answers: slices.ContainsFunc(m.Header, answersItself),
	}
	if prefix, _ := message.CutPrefix(begins(m.Subject)); prefix != message.PassesOn { // rules of mailboxes pass on what people write
		s.vacation = vacation(m.Header)
	}
	if s.automatic = saysAutomatic.FindString(s.subject); sign == "" && strings.Contains(s.automatic, "automati") {
		sign = automaticSubject
	}
	if sign == "" {
		return s.unsigned()
	}
	return s.signed(sign)
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
	vacation  string // by what sign of the header a mailbox answered for somebody away
	ticketed  bool   // a desk's program passes it on
	desk      bool   // it looks like a desk's
	generated bool   // no mail is said to have caused it
	answers   bool   // a mailbox is said to answer by itself
}

// witnessed reports whether anything but its words says that a mail may be an answer for
// somebody away. Of a desk's mail that must be the subject, or the header of a mailbox: its
// people are away as well, and say so beside what they have done. An absence that is taken
// for news costs a comment; news that is taken for an absence costs the news.
func (s said) witnessed() bool {
	switch {
	case s.ticketed:
		return false
	case s.automatic != "" || saysAway.MatchString(s.subject) || s.vacation != "":
		return true
	}
	return !s.desk && !s.generated && s.answers
}

// mailbox reports whether the mail is that of somebody's mailbox, whatever its words say.
func (s said) mailbox() bool {
	const loose = "auto: " // what subjects of people may begin with
	switch {
	case s.ticketed || concerns.MatchString(s.text.all):
		return false
	case s.vacation != "":
		return true
	}
	return !s.desk && s.automatic != "" && (!s.generated || s.automatic != loose)
}

// unsigned is the verdict on a mail that no sign shows to be a program's. Words that only
// programs use are enough: who is believed to be a person is believed to know of the case.
func (s said) unsigned() Verdict {
	switch s.first(false) {
	case awayText:
		return Verdict{Kind: bridge.KindAbsence, Reason: awaySubject}
	case takenText:
		return Verdict{Kind: bridge.KindAcknowledgement, Reason: takenText}
	}
	return Verdict{}
}

// signed is the verdict on a program's mail.
func (s said) signed(sign string) Verdict {
	behind := func(reason string) string { return reason + "; " + sign }
	first, mailbox := s.first(true), s.mailbox()
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
	case mailbox:
		return Verdict{Kind: bridge.KindAbsence, Reason: s.vacation}
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
// of another. That a mail was received says less than what follows, and that somebody is
// away counts only where it opens the mail.
func (s said) first(signed bool) string {
	if s.witnessed() && s.text.away() {
		return awayText
	}
	out := ""
	for i, folded := range s.text.folded {
		switch {
		case s.rules.Acknowledges(s.text.sentences[i]) || takenIn.MatchString(folded) || signed && opens.MatchString(folded):
			return takenText
		case received.MatchString(folded):
			out = receivedText
		}
	}
	return out
}
