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
	ask := w.askMany
	if len(r.Missing) == 1 {
		ask = w.askOne
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
		b.paragraph(w.copyBlock + "\n" + frame(r.Block))
	}
	b.paragraph(t.sentence(w.thenSent, r.Provider))
	return b.String()
}

// Sent says that the provider's server took a notice.
func (t Texts) Sent(s Sent) string {
	w := t.words
	var b builder
	b.paragraph(t.call(s.Call, w.callAlso))
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
func (t Texts) SendFailed(p SendProblem) string { return t.problem(p, t.words.sendFailed) }

// SendUnknown says that nobody can tell yet whether a notice was sent.
func (t Texts) SendUnknown(p SendProblem) string { return t.problem(p, t.words.sendUnknown) }

// SendAgain says that an unproved notice is sent once more.
func (t Texts) SendAgain(p SendProblem) string { return t.problem(p, t.words.sendAgain) }

// SendStuck says that a notice was repeated once and is still unproved, so a
// person must decide.
func (t Texts) SendStuck(p SendProblem) string { return t.problem(p, t.words.sendStuck) }

// Withdrawn says that the label was removed before sending: nothing was sent.
func (t Texts) Withdrawn(p SendProblem) string { return t.problem(p, t.words.withdrawn) }

// problem writes one paragraph that names the provider, with the reason.
func (t Texts) problem(p SendProblem, format string) string {
	var b builder
	b.paragraph(t.call(p.Call, t.words.callAlso))
	b.paragraph(address(p.MentionMarkup, t.sentence(format, p.Provider)))
	if p.Reason != "" {
		b.paragraph(t.sentence(t.words.reason, p.Reason))
	}
	return b.String()
}

// Reply shows what the provider answered.
func (t Texts) Reply(r Reply) string {
	var b builder
	b.paragraph(t.sentence(t.words.replied, r.Provider, r.From, t.when(r.At)))
	b.paragraph(r.BodyMarkup)
	if r.Shortened {
		b.paragraph(t.words.shortened)
	}
	if len(r.Files) > 0 {
		b.paragraph(t.sentence(t.words.files, t.list(r.Files)))
	}
	return b.String()
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
	return upperFirst(t.sentence(w.quarantined, q.Provider, from, t.when(q.At), markup(why)))
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
