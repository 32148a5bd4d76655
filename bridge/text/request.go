package text

import "strings"

// Request asks for missing information.
func (t Texts) Request(r Request) string {
	w := t.words
	var b builder
	if !r.Trial { // nobody is called about a test
		b.paragraph(t.call(r.Call, w.callDontWait))
	}
	b.paragraph(t.kindAsked(r))
	b.paragraph(t.missingAsked(r))
	b.paragraph(t.doubtful(w.checkToo, r.Doubts, true))
	if r.Block != "" {
		lines := 1 + strings.Count(strings.TrimSpace(r.Block), "\n")
		b.paragraph(count(lines, w.copyOne, w.copyMany) + "\n" + frame(r.Block))
	}
	b.paragraph(t.thenSent(r))
	return b.String()
}

// kindAsked is the question which kind it is, or nothing. Each kind stands with
// the words that answer it.
func (t Texts) kindAsked(r Request) string {
	w, k := t.words, r.Kinds
	if k == nil {
		return ""
	}
	why, answer := w.kindNone, w.answerKind
	switch {
	case k.Both:
		why, answer = w.kindBoth, w.answerKindBoth
	case r.Again:
		why = w.kindStillNone
	}
	lines := []string{t.addressed(r, t.sentence(w.askKind, r.Provider, t.either(k.Names), markup(why))) + " " + answer}
	for i, name := range k.Names {
		line := "* *" + t.escape(name) + "*: {{" + t.escape(k.Label+": "+name) + "}}"
		if i < len(k.Labels) {
			line += " " + t.sentence(w.kindLabel, k.Labels[i])
		}
		lines = append(lines, line)
	}
	if proposed := t.proposed(k); proposed != "" {
		lines = append(lines, proposed)
	}
	return strings.Join(lines, "\n")
}

// missingAsked names what is missing besides the kind, or is nothing.
func (t Texts) missingAsked(r Request) string {
	w, n := t.words, len(r.Missing)
	if n == 0 {
		return ""
	}
	var first string
	switch {
	case r.Kinds != nil:
		first = count(n, w.alsoOne, w.alsoMany)
	case r.Again:
		first = t.addressed(r, t.sentence(count(n, w.againOne, w.againMany), r.Provider, within(r.Form)))
	default:
		first = t.addressed(r, t.sentence(count(n, w.askOne, w.askMany), r.Provider, within(r.Form)))
	}
	lines := []string{first}
	for _, m := range r.Missing {
		lines = append(lines, t.missing(m))
	}
	return strings.Join(lines, "\n")
}

// addressed is the first sentence of a request, to whom it is for.
func (t Texts) addressed(r Request, sentence string) string {
	if r.Again {
		sentence = t.words.thanks + upperFirst(sentence)
	}
	return address(r.MentionMarkup, sentence)
}

func (t Texts) missing(m Missing) string {
	var parts []string
	if m.Instead != "" {
		parts = append(parts, t.sentence(t.words.instead, oneLine(m.Instead, maxValue)))
	}
	if m.Help != "" {
		parts = append(parts, t.escape(m.Help))
	}
	line := "* *" + t.escape(m.Label) + "*"
	if len(parts) > 0 {
		line += behind(m.Label, strings.Join(parts, " "))
	}
	if m.Example != "" {
		line += " " + t.sentence(t.words.example, m.Example)
	}
	return line
}

// thenSent says what happens when nothing is missing any more, and how not to
// wait for that.
func (t Texts) thenSent(r Request) string {
	w := t.words
	then, now := w.thenSent, w.sendNow
	switch {
	case r.Trial:
		then = w.thenTrial
	case r.ByHand:
		then, now = w.thenHanded, w.handNow
	}
	s := t.sentence(then, r.Provider)
	if r.Kinds != nil {
		s += " " + w.kindMayNeed
	}
	if r.SendNow != "" {
		s += " " + t.sentence(now, r.SendNow)
	}
	return s
}

// within is a name as it stands within brackets, which has none itself.
func within(name string) string {
	before, inner, found := strings.Cut(strings.TrimSuffix(name, ")"), " (")
	if !found || !strings.HasSuffix(name, ")") || strings.ContainsAny(before+inner, "()") {
		return name
	}
	return before + ", " + inner
}

// either lists what is to be chosen from.
func (t Texts) either(names []string) markup {
	var b strings.Builder
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			b.WriteString(t.words.or(name))
		default:
			b.WriteString(", ")
		}
		b.WriteString(t.escape(name))
	}
	return markup(b.String())
}

// count chooses between the singular and the plural.
func count(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
