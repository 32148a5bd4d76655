package send

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

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

// turned is what stands in a notice in the place of the team's texts. Nil: nothing does.
type turned struct {
	texts map[saying]string // of those that became another
	from  []passage         // of these, in their order
	why   bridge.Untranslated
	part  bool // others were not written in Catalan
	// found are those that were written in Catalan.
	found []Translated
	// room is what there is for the originals in a text, in bytes, where that is bound.
	bound bool
	room  int
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
		whole := text.LanguageOf(asWritten(sentence.Divide(o.text, options)), thread)
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

// asWritten are the sentences of a text as they were written: in those to be translated the
// glossary's words are Spanish already.
func asWritten(d sentence.Text) string {
	all := make([]string, len(d.Sentences()))
	for i := range all {
		all[i] = d.Original(i)
	}
	return strings.Join(all, "\n")
}

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
		frame := s.frame(c, base.names())
		frame.allowed = nil
		_, shown, _ := frame.blocks(w.blocks(nil, nil))
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
		if size+len(p.text) > maxTranslated || len(list)+len(p.sentences) > maxSentences {
			p.why = bridge.PartlyTranslated
			continue
		}
		size += len(p.text)
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

// worse is of two reasons the one that says more.
func worse(a, b bridge.Untranslated) bridge.Untranslated {
	order := []bridge.Untranslated{"", bridge.PartlyTranslated, bridge.NotPermitted, bridge.TranslatorAway, bridge.NoTranslator}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}
