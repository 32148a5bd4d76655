package mapping

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Mail is how a provider's mails are read.
type Mail struct {
	// Proof is the weakest proof of the sender's domain that is accepted: dmarc, spf or
	// address; empty: dmarc.
	Proof string `yaml:"proof"`
	// Acknowledgements are regular expressions (RE2, any letter case) of what begins the
	// subject or the text of a mail with which its desk's program takes ours in.
	Acknowledgements []string `yaml:"acknowledgements"`
	// Footers are beginnings of paragraphs that its mails end in, such as its legal
	// notice: from there on they are cut.
	Footers []string `yaml:"footers"`
	// Closings are regular expressions (RE2, any letter case) of what the provider writes
	// when it holds the case to be solved or closed.
	Closings []string `yaml:"closings"`
	// Surveys are those of what it writes only to ask how it was: subjects, or beginnings
	// of the text.
	Surveys []string `yaml:"surveys"`
	// Passes are what it writes when it passes a ticket on to be handled by another form.
	Passes []Pass `yaml:"passes"`

	openings, closings, surveys []*regexp.Regexp // made when the profile is checked
}

// Pass is what a provider writes when a ticket is handled by another form from now on.
type Pass struct {
	Says []string `yaml:"says"` // regular expressions (RE2, any letter case)
	Form string   `yaml:"form"` // id

	says []*regexp.Regexp
}

// maxHeeded bounds how much of a mail's text is looked through, in bytes.
const maxHeeded = 16 << 10

// Acknowledges reports whether a text begins as those with which the desk's program
// takes our mail in.
func (m Mail) Acknowledges(text string) bool {
	return slices.ContainsFunc(m.openings, func(e *regexp.Regexp) bool { return e.MatchString(text) })
}

// Closes reports whether the provider holds the case to be solved or closed by what it
// writes. The text is what is new in its mail.
func (m Mail) Closes(text string) bool { return states(m.closings, text) }

// IsSurvey reports whether a mail only asks how it was: its subject says so, or what its
// text has to say first, behind the greeting.
func (m Mail) IsSurvey(subject, text string) bool {
	begins := beginning(text)
	return slices.ContainsFunc(m.surveys, func(e *regexp.Regexp) bool { return e.MatchString(subject) || e.MatchString(begins) })
}

// PassesTo returns the id of the form by which the provider handles the ticket from now
// on, when it writes so.
func (m Mail) PassesTo(text string) (form string, ok bool) {
	for _, p := range m.Passes {
		if states(p.says, text) {
			return p.Form, true
		}
	}
	return "", false
}

// states reports whether a text says one of the phrases, and does not deny it: "no damos
// por resuelta …".
func states(phrases []*regexp.Regexp, text string) bool {
	if len(phrases) == 0 {
		return false
	}
	paragraphs := paragraphs(text)
	for _, e := range phrases {
		for _, said := range paragraphs {
			for _, at := range e.FindAllStringIndex(said, maxStated) {
				if !denied(said[:at[0]]) {
					return true
				}
			}
		}
	}
	return false
}

// maxStated bounds how often a phrase is looked for in a paragraph, when it is denied.
const maxStated = 10

// paragraphs are those of the beginning of a text, each on one line: mails break phrases.
func paragraphs(text string) []string {
	text = strings.ToValidUTF8(text[:min(len(text), maxHeeded)], "")
	var all []string
	var said []string
	for line := range strings.Lines(text + "\n\n") {
		words := strings.Fields(line)
		if len(words) == 0 && len(said) > 0 {
			all, said = append(all, strings.Join(said, " ")), nil
		}
		said = append(said, words...)
	}
	return all
}

// denied reports whether the last word of the clause before a phrase, but for pronouns
// and auxiliaries, says that it is not so, or not yet.
func denied(before string) bool {
	const most = 40 // bytes that are looked at
	clause := before[strings.LastIndexAny(before, ".,;:!?")+1:]
	words := strings.Fields(normal(strings.ToValidUTF8(clause[max(0, len(clause)-most):], "")))
	for _, word := range slices.Backward(words) {
		switch word {
		case "lo", "la", "los", "las", "le", "se", "nos", "es", "ho", "el", "els", "l", "it",
			"ha", "han", "hem", "hemos", "he", "sido", "estado", "estat", "a", "ete", "has", "have", "been", "was", "is":
			continue
		case "no", "not", "ne", "nunca", "never", "sin", "sense", "si", "if", "cuando", "quan", "quand", "when", "until":
			return true
		}
		return false
	}
	return false
}

// maxGreeting bounds what a line may have to be no more than a greeting, in characters.
const maxGreeting = 60

// beginning is the first paragraph of a text that is more than a greeting, without one.
func beginning(text string) string {
	for line := range strings.Lines(text[:min(len(text), maxHeeded)]) {
		if said := strings.TrimSpace(line); said != "" && !greets(said) {
			break
		}
		text = text[len(line):]
	}
	if all := paragraphs(text); len(all) > 0 {
		return all[0]
	}
	return ""
}

// greets reports whether a line may be no more than a greeting.
func greets(line string) bool {
	return utf8.RuneCountInString(line) <= maxGreeting && strings.ContainsAny(line[len(line)-1:], ",:!")
}
