package send

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/sentence"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// Translator translates sentences, each result in the place of its sentence; one that
// would be damaged is nil. What is fixed in a sentence it leaves as it is. One that gives
// the texts to others says so by a method Remote() bool.
type Translator interface {
	Translate(ctx context.Context, from, to string, sentences []sentence.Sentence) ([]sentence.Sentence, error)
}

const (
	// translating is how long a translation may take where it is not configured: an
	// incident does not wait for it.
	translating = 20 * time.Second
	// maxSentences and maxTranslated bound what is translated of a notice; what goes beyond
	// stays as it was written.
	maxSentences  = 2_000
	maxTranslated = 128 << 10 // bytes
)

// ProviderGlossary is the program's glossary with what the profile adds and more files in
// the form that sentence.NewGlossary reads; what comes later wins.
func ProviderGlossary(p *mapping.Profile, more ...[]byte) (*sentence.Glossary, error) {
	own, err := json.Marshal(map[string]any{"keep": p.Glossary, "terms": p.Terms}) // which is YAML, too
	if err != nil {
		return nil, fmt.Errorf("glossary of %s: %w", p.ID, err)
	}
	return sentence.NewGlossary(slices.Insert(slices.Clone(more), 0, own)...)
}

// Translated is a text of a notice that was written in Catalan, and what stands in its
// place. Both are as people read them.
type Translated struct {
	Place    string // as of bridge.Hidden
	Label    string // as the provider reads it
	Original string
	Text     string
	// Why is why not all of it was translated; empty: all was.
	Why bridge.Untranslated
}

// passage is a text of the team that a notice brings.
type passage struct {
	saying

	place, label string
	known        bool // to the provider, with what was written
}

type passages []passage

// after are those of a notice after the first: what the issue is about stood there.
func (l passages) after() passages {
	if len(l) > 0 && l[0].place == bridge.PlaceSummary {
		l[0].known = true
	}
	return l
}

// saying is a text as it was written: markup, or plain.
type saying struct {
	text  string
	plain bool
}

// turned is what stands in a notice in the place of the team's texts. Nil: nothing does.
type turned struct {
	texts map[saying]string // of those that became another
	from  []passage         // of these, in their order
	why   bridge.Untranslated
	part  bool // others were not written in Catalan
	// found are those that were written in Catalan.
	found []Translated
	// room bounds the originals in a text, in bytes; nil: nothing does.
	room *int
}

// says is what stands in the place of a text.
func (t *turned) says(s saying) string {
	if t != nil {
		if translated, ok := t.texts[s]; ok {
			return translated
		}
	}
	return s.text
}

// note says in the notice what became of its texts.
func (t *turned) note(n *bridge.Notice) {
	n.Tongue, n.Untranslated = "", t.why
	if len(t.found) > 0 {
		n.Tongue = string(text.Catalan)
	}
}

// inSpanish is what stands in the place of markup.
func (m spanish) inSpanish(markup string) string { return m.turned.says(saying{text: markup}) }

// summary is what the issue is about, without our mark of its key.
func (m spanish) summary() string { return m.turned.says(saying{m.headline(), true}) }

// headline is summary as it was written.
func (m spanish) headline() string {
	return strings.TrimSpace(strings.TrimPrefix(oneLine(m.issue.Summary), "["+m.profile.Tag+" "+m.issue.Key+"]"))
}

// spanishOf is what a mail is made from.
func spanishOf(w writer) spanish {
	switch w := w.(type) {
	case first:
		return w.spanish
	case again:
		return w.spanish
	case addition:
		return w.spanish
	case note:
		return w.spanish
	}
	return spanish{}
}

// originals are the team's texts that a mail brings, in their order.
func originals(w writer) passages {
	switch w := w.(type) {
	case first:
		return w.originals(w.fields(), w.report.Values.Rest, "")
	case again:
		return w.originals(w.fields(), w.report.Values.Rest, w.said)
	case addition:
		return w.originals(w.all(), w.rest(), "").after()
	case note:
		return w.originals(nil, "", w.leaving()[0]).after()
	}
	return nil
}

func (m spanish) originals(fields []*mapping.Field, rest, words string) passages {
	list := passages{{saying{m.headline(), true}, bridge.PlaceSummary, "Resumen", false}}
	for _, f := range fields {
		list = append(list, passage{saying{text: m.report.Values.ByField[f.ID].Text}, f.ID, f.Label.In("es"), false})
	}
	list = append(list,
		passage{saying{text: rest}, bridge.PlaceRest, "Descripción adicional", false},
		passage{saying{text: words}, bridge.PlaceWords, "Mensaje", false})
	seen := map[saying]bool{}
	return slices.DeleteFunc(list, func(o passage) bool {
		known := seen[o.saying]
		seen[o.saying] = true
		return known || strings.TrimSpace(o.text) == ""
	})
}

// part is a text that is being translated.
type part struct {
	passage

	divided   sentence.Text
	sentences []sentence.Sentence
	why       bridge.Untranslated // decided before
	result    []sentence.Sentence
}

// turn has translated what of a mail's texts was written in Catalan. It always ends well:
// what cannot be translated stands as it was written, and why is noted.
func (s *Composer) turn(ctx context.Context, c bridge.Case, p Provider, w writer, body bridge.ComposeBody) {
	base := spanishOf(w)
	t := base.turned
	parts, other := divide(base, p, originals(w))
	if t.part = other; len(parts) == 0 {
		return
	}
	s.permit(parts, c, w, base, body)
	away := s.translate(ctx, parts)
	for i := range parts {
		t.add(&parts[i], base, away)
	}
	if s.Watch != nil {
		s.Watch(t.found)
	}
}

// divide finds the texts that were written in Catalan, at least in a sentence, and reports
// whether there are others.
func divide(base spanish, p Provider, all passages) (parts []part, other bool) {
	names := base.known()
	masks := make([]string, 0, len(bridge.Privates()))
	for _, kind := range bridge.Privates() {
		masks = append(masks, kind.Mask())
	}
	thread := text.LanguageOf(base.issue.Summary+"\n"+wiki.Plain(base.issue.Description), "")
	for _, o := range all {
		options := sentence.Options{Plain: o.plain, Masks: masks, Names: names, Glossary: p.Glossary}
		whole := text.LanguageOf(joined(sentence.Divide(o.text, options).Sentences()), thread)
		prior := whole
		if prior == "" {
			prior = thread
		}
		options.Want = func(one string) bool { return text.LanguageOf(one, prior) == text.Catalan }
		d := sentence.Divide(o.text, options)
		if list := d.Sentences(); len(list) > 0 {
			parts = append(parts, part{passage: o, divided: d, sentences: list})
		}
		other = other || whole == text.Spanish || whole == text.English
	}
	return parts, other
}

func joined(sentences []sentence.Sentence) string {
	all := make([]string, len(sentences))
	for i, one := range sentences {
		all[i] = one.String()
	}
	return strings.Join(all, "\n")
}

// known are the names of people and applications, which stay.
func (m spanish) known() []string {
	var names []string
	add := func(name string) {
		if name = oneLine(name); strings.Contains(name, " ") { // a single word may be any
			names = append(names, name)
		}
	}
	for _, name := range m.issue.People {
		add(name)
	}
	for _, c := range m.issue.Comments {
		add(c.Author.Name)
	}
	for _, step := range m.profile.Matrix {
		for _, c := range step.People {
			add(c.Name)
		}
	}
	for _, name := range []string{m.issue.Creator.Name, m.issue.Assignee.Name, m.c.OpenedBy.Name, m.sender} {
		add(name)
	}
	for _, f := range m.report.Form.All() {
		switch {
		case f.Type == mapping.Person:
			add(begins(m.plain(f)))
		case f.Subject:
			if name := called(m.plain(f)); name != "" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names) // a map gives them in any order
	return slices.Compact(names)
}

// begins is the name that whom to call begins with.
func begins(said string) string {
	end := strings.IndexFunc(said, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(" '’·-.", r) })
	if end < 0 {
		end = len(said)
	}
	words := strings.Fields(said[:end])
	if len(words) > 6 { // a sentence
		return ""
	}
	for _, word := range words {
		first, _ := utf8.DecodeRuneInString(word)
		if !unicode.IsUpper(first) && utf8.RuneCountInString(word) > 3 { // “de”, “i”, “del” are of names
			return ""
		}
	}
	return strings.Trim(strings.Join(words, " "), " -.")
}

// called is the name of an application, if a value is one and no sentence: short and with a
// capital, and not with an article.
func called(said string) string {
	name, _, more := strings.Cut(said, "\n")
	name = strings.TrimRight(oneLine(name), " .:;,")
	first, _ := utf8.DecodeRuneInString(name)
	words := strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == '\'' || r == '’' })
	switch {
	case more || len(words) == 0 || len(words) > maxCalled || utf8.RuneCountInString(name) > maxApplication:
		return ""
	case !unicode.IsUpper(first) && !unicode.IsDigit(first):
		return ""
	case slices.Contains([]string{"el", "la", "els", "les", "l", "un", "una", "tot", "tots", "totes", "no", "en"}, strings.ToLower(words[0])):
		return ""
	}
	return name
}

// maxCalled bounds the words of an application's name.
const maxCalled = 7

// permit decides which texts a translator that gives them to others may have: nothing
// that the guard has not looked at, nor what a person lets leave for the provider
// alone.
func (s *Composer) permit(parts []part, c bridge.Case, w writer, base spanish, body bridge.ComposeBody) {
	if far, ok := s.Translator.(interface{ Remote() bool }); !ok || !far.Remote() {
		return
	}
	kept := func(passage) bool { return true }
	if base.issue.Screen != nil {
		bare := base
		bare.issue, bare.turned = base.issue.Allow(nil), nil
		masked := originals(written(bare, body, s.Now()))
		_, shown, _ := s.frame(c, base.names()).blocks(w.blocks(nil, nil))
		kept = func(o passage) bool {
			return !slices.ContainsFunc(masked, func(m passage) bool { return m.saying == o.saying }) ||
				slices.ContainsFunc(shown, func(f framed) bool { return f.Place == o.place || !f.sure })
		}
	}
	for i := range parts {
		if kept(parts[i].passage) {
			parts[i].why = bridge.NotPermitted
		}
	}
}

// translate has the texts translated that may be, and returns why none was.
func (s *Composer) translate(ctx context.Context, parts []part) bridge.Untranslated {
	if s.Translator == nil {
		return bridge.NoTranslator
	}
	var list []sentence.Sentence
	size := 0
	for i := range parts {
		p := &parts[i]
		if p.why != "" {
			continue
		}
		if size += len(p.text); size > maxTranslated || len(list)+len(p.sentences) > maxSentences {
			p.why = bridge.PartlyTranslated
			continue
		}
		list = append(list, p.sentences...)
	}
	if len(list) == 0 {
		return ""
	}
	within := ctx
	if s.Within != nil {
		most := s.Patience
		if most <= 0 {
			most = translating
		}
		bound, done := s.Within(ctx, most)
		defer done()
		within = bound
	}
	results, err := s.Translator.Translate(within, string(text.Catalan), string(text.Spanish), list)
	if err != nil || len(results) != len(list) {
		return bridge.TranslatorAway
	}
	for i := range parts {
		if p := &parts[i]; p.why == "" {
			p.result, results = results[:len(p.sentences)], results[len(p.sentences):]
		}
	}
	return ""
}

// add notes what became of a text.
func (t *turned) add(p *part, base spanish, away bridge.Untranslated) {
	words, why := p.text, p.why
	if why == "" {
		why = away
	}
	if why == "" {
		var kept []int
		if words, kept = p.divided.With(p.result); len(kept) > 0 {
			why = bridge.PartlyTranslated
		}
		if slices.Equal(strings.Fields(words), strings.Fields(p.text)) {
			words = p.text
		}
	}
	if words == p.text && why == "" {
		return // it says the same in both
	}
	if words != p.text {
		if t.texts == nil {
			t.texts = map[saying]string{}
		}
		t.texts[p.saying] = words
	}
	if p.known {
		return
	}
	t.found = append(t.found, Translated{p.place, p.label, base.reads(p.saying), base.reads(saying{words, p.plain}), why})
	if words != p.text {
		t.from = append(t.from, p.passage)
	}
	t.why = worse(t.why, why)
}

// reads is a text as people read it.
func (m spanish) reads(s saying) string {
	if s.plain {
		return s.text
	}
	return strings.TrimSpace(m.shown(s.text))
}

// worse is of two reasons the one that says more.
func worse(a, b bridge.Untranslated) bridge.Untranslated {
	order := []bridge.Untranslated{"", bridge.PartlyTranslated, bridge.NotPermitted, bridge.TranslatorAway, bridge.NoTranslator}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}
