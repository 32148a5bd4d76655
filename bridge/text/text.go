package text

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Texts writes in one language. It is made by For.
type Texts struct {
	words  *words
	escape func(string) string
}

// For returns the texts in that language: ca, es or en. escape turns a plain
// line into markup that shows it as it is; every argument that is not markup
// goes through it.
func For(lang string, escape func(string) string) (Texts, error) {
	if escape == nil {
		return Texts{}, fmt.Errorf("texts in %q: no escape function", lang)
	}
	for _, w := range []*words{&catalan, &spanish, &english} {
		if w.lang == lang {
			return Texts{words: w, escape: escape}, nil
		}
	}
	return Texts{}, fmt.Errorf("no texts in language %q; there are ca, es and en", lang)
}

// Language returns the language's code: ca, es or en.
func (t Texts) Language() string { return t.words.lang }

// Request asks for missing information.
func (t Texts) Request(r Request) string {
	w := t.words
	var b builder
	b.paragraph(t.call(r.Call, w.callDontWait))
	ask, thenSent := w.askMany, w.thenSentMany
	if len(r.Missing) == 1 {
		ask, thenSent = w.askOne, w.thenSentOne
	}
	lines := []string{address(r.MentionMarkup, t.sentence(ask, r.Provider, r.Form))}
	for _, m := range r.Missing {
		line := "* *" + t.escape(m.Label) + "*"
		if m.Help != "" {
			line += ": " + t.escape(m.Help)
		}
		if m.Example != "" {
			line += " " + t.sentence(w.example, m.Example)
		}
		lines = append(lines, line)
	}
	b.paragraph(strings.Join(lines, "\n"))
	if r.Block != "" {
		copyBlock := w.copyOne
		if strings.Contains(strings.TrimSpace(r.Block), "\n") {
			copyBlock = w.copyMany
		}
		b.paragraph(copyBlock + "\n" + frame(r.Block))
	}
	b.paragraph(t.sentence(thenSent, r.Provider))
	return b.String()
}

// Sent says that the provider's server took a notice.
func (t Texts) Sent(s Sent) string {
	w := t.words
	var b builder
	if !s.Redirected { // nobody is called about a test
		b.paragraph(t.call(s.Call, w.callAlso))
	}
	if s.Redirected {
		b.paragraph(address(s.MentionMarkup, t.sentence(w.redirected, s.Provider, t.list(s.To), t.when(s.At), s.Subject)))
	} else {
		b.paragraph(address(s.MentionMarkup, t.sentence(w.sent, s.Provider, t.list(s.To), t.when(s.At), s.Subject)))
	}
	if s.ByCopy {
		b.paragraph(w.byCopy)
	}
	if s.CopyRefused != "" {
		b.paragraph(t.sentence(w.copyRefused, s.CopyRefused))
	}
	if s.MessageID != "" {
		b.paragraph("Message-ID: " + t.escape(s.MessageID))
	}
	return b.String()
}

// SendFailed says that a notice was refused and nothing was sent.
func (t Texts) SendFailed(p SendProblem) string { return t.problem(p, t.words.sendFailed, true) }

// SendDelayed says that a notice could not be handed to our mail server yet and
// is being tried again.
func (t Texts) SendDelayed(p SendProblem) string { return t.urgent(p, t.words.sendDelayed) }

// SendUnknown says that nobody can tell yet whether a notice was sent.
func (t Texts) SendUnknown(p SendProblem) string { return t.urgent(p, t.words.sendUnknown) }

// SendAgain says that an unproved notice is sent once more.
func (t Texts) SendAgain(p SendProblem) string { return t.problem(p, t.words.sendAgain, false) }

// SendStuck says that a notice was repeated once and is still unproved, so a
// person must decide.
func (t Texts) SendStuck(p SendProblem) string { return t.problem(p, t.words.sendStuck, true) }

// Withdrawn says that the label was removed before sending: nothing was sent.
// It never asks to call, whatever Call says: there is nothing to call about.
func (t Texts) Withdrawn(p SendProblem) string {
	p.Call = nil
	return t.problem(p, t.words.withdrawn, false)
}

// urgent is problem for what may come right by itself: it speaks of calling
// only for a hurry, and not when the call stands above already.
func (t Texts) urgent(p SendProblem, format string) string {
	if p.Call == nil {
		format += " " + t.words.ifUrgent
	}
	return t.problem(p, format, true)
}

// problem writes one paragraph that names the provider, with the reason, and how
// to reach the desk when the paragraph speaks of that.
func (t Texts) problem(p SendProblem, format string, reach bool) string {
	var b builder
	b.paragraph(t.call(p.Call, t.words.callNow))
	b.paragraph(address(p.MentionMarkup, t.sentence(format, p.Provider)))
	if reach && p.Call == nil {
		b.paragraph(t.desk(p.Phones, p.Portal))
	}
	if p.Reason != "" {
		b.paragraph(t.sentence(t.words.reason, p.Reason))
	}
	return b.String()
}

// desk is how to reach the provider's desk, or nothing.
func (t Texts) desk(phones []string, portal string) string {
	var parts []string
	switch len(phones) {
	case 0:
	case 1:
		parts = append(parts, t.sentence(t.words.phone, phones[0]))
	default:
		parts = append(parts, t.sentence(t.words.phones, t.list(phones)))
	}
	if portal != "" {
		parts = append(parts, t.sentence(t.words.portal, portal))
	}
	return strings.Join(parts, " · ")
}

// Reply shows what the provider answered.
func (t Texts) Reply(r Reply) string {
	var b builder
	b.paragraph(t.sentence(t.words.replied, r.Provider, r.From, t.when(r.At)))
	if strings.TrimSpace(r.BodyMarkup) != "" {
		b.paragraph(r.BodyMarkup)
	}
	b.paragraph(t.notAllShown(r))
	if len(r.Files) > 0 {
		b.paragraph(t.sentence(t.words.files, t.list(r.Files)))
	}
	return b.String()
}

// notAllShown says why the reply is not shown, or not all of it, and where it is.
func (t Texts) notAllShown(r Reply) string {
	w := t.words
	var why string
	switch {
	case r.Shortened:
		why = w.shortened
	case strings.TrimSpace(r.BodyMarkup) == "":
		why = w.noText
	default:
		return ""
	}
	switch {
	case r.Whole != "":
		return why + " " + t.sentence(w.whole, r.Whole)
	case len(r.Files) > 0:
		return why + " " + w.seeFiles
	}
	return why
}

// Quarantined says that a mail about the case was kept back. It shows nothing
// of the mail but the sender's address.
func (t Texts) Quarantined(q Quarantined) string {
	w := t.words
	why := w.notAuthentic
	switch q.Reason {
	case NotAllowed:
		why = w.notAllowed
	case AmbiguousSender:
		why = w.ambiguousSender
	}
	from := q.From
	if from == "" {
		from = w.noSender
	}
	var b builder
	b.paragraph(upperFirst(t.sentence(w.quarantined, q.Provider, from, t.when(q.At), markup(why))))
	b.paragraph(t.desk(q.Phones, q.Portal))
	return b.String()
}

// FileFailed says that a file of a reply could not be attached.
func (t Texts) FileFailed(f FileFailed) string {
	var b builder
	b.paragraph(upperFirst(t.sentence(t.words.fileFailed, f.Provider, f.Name, t.size(f.Size))))
	if f.Reason != "" {
		b.paragraph(t.sentence(t.words.reason, f.Reason))
	}
	return b.String()
}

// CommentFailed stands in the place of a comment that Jira refused for good. It
// holds nothing for which it could be refused as well: no emphasis, no mention,
// only characters that every database keeps, and the reason is cut.
func (t Texts) CommentFailed(f CommentFailed) string {
	var b builder
	b.paragraph(t.sentence(t.words.commentFailed, harmless(f.Provider)))
	if reason := harmless(f.Reason); reason != "" {
		b.paragraph(t.sentence(t.words.reason, reason))
	}
	return b.String()
}

// maxReason bounds a reason in a comment that must not be refused, in
// characters.
const maxReason = 200

// harmless is s in a size and in characters that no Jira refuses: those beyond
// Unicode's first plane are too long for some databases.
func harmless(s string) string {
	var out []rune
	for _, r := range strings.Join(strings.Fields(s), " ") {
		switch {
		case len(out) == maxReason:
			return string(out) + "..."
		case unicode.IsControl(r) || r > 0xffff:
			r = '?'
		}
		out = append(out, r)
	}
	return string(out)
}

// Hours returns a span of the day as a person says it, from and to being
// minutes after midnight: "de 17 h a 8 h". A number and its h stay on one line.
func (t Texts) Hours(from, to int) string {
	return fmt.Sprintf(t.words.hours, t.words.hour(from), t.words.hour(to))
}

// call is the first thing to read when the telephone must not wait.
func (t Texts) call(c *Call, then string) string {
	if c == nil {
		return ""
	}
	hours := t.words.now
	if c.Hours != "" {
		hours = c.Hours
	}
	numbers := make([]string, len(c.Numbers))
	for i, n := range c.Numbers {
		numbers[i] = t.escape(n)
	}
	return fmt.Sprintf(t.words.call, t.escape(c.Provider), strings.Join(numbers, " · "), t.joined(upperFirst(hours)), then)
}

// joined escapes a text and keeps its no-break spaces, which for the escape
// function are blanks like any other.
func (t Texts) joined(s string) string {
	parts := strings.Split(s, noBreak)
	for i, p := range parts {
		parts[i] = t.escape(p)
	}
	return strings.Join(parts, noBreak)
}

// markup is a string that is escaped already.
type markup string

// sentence fills in a format; strings are escaped, markup is not.
func (t Texts) sentence(format string, args ...any) string {
	for i, a := range args {
		switch a := a.(type) {
		case markup:
			args[i] = string(a)
		case string:
			args[i] = t.escape(a)
		}
	}
	return fmt.Sprintf(format, args...)
}

func (t Texts) list(items []string) markup {
	escaped := make([]string, len(items))
	for i, s := range items {
		escaped[i] = t.escape(s)
	}
	return markup(strings.Join(escaped, ", "))
}

func (t Texts) when(at time.Time) markup { return markup(t.words.when(at)) }

// size is bytes as a person says it.
func (t Texts) size(bytes int64) markup {
	const kB, MB = 1000, 1000 * 1000
	s := fmt.Sprintf("%d bytes", bytes)
	switch {
	case bytes >= MB:
		s = fmt.Sprintf("%.1f MB", float64(bytes)/MB)
	case bytes >= kB:
		s = fmt.Sprintf("%d kB", bytes/kB)
	}
	return markup(strings.Replace(s, ".", t.words.decimal, 1))
}

// frame puts lines to be copied into a block of fixed width. Braces could end
// the block and mean nothing in a form.
func frame(lines string) string {
	return "{noformat}\n" + strings.NewReplacer("{", "(", "}", ")").Replace(lines) + "\n{noformat}"
}

// address puts whom a sentence is for before it.
func address(mention, sentence string) string {
	if mention == "" {
		return upperFirst(sentence)
	}
	return mention + ", " + sentence
}

// upperFirst begins a sentence, which may begin with emphasis.
func upperFirst(s string) string {
	for i, r := range s {
		if r == '*' {
			continue
		}
		return s[:i] + strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// builder joins paragraphs by an empty line and leaves out empty ones.
type builder struct{ paragraphs []string }

func (b *builder) paragraph(s string) {
	if s != "" {
		b.paragraphs = append(b.paragraphs, s)
	}
}

func (b *builder) String() string { return strings.Join(b.paragraphs, "\n\n") }
