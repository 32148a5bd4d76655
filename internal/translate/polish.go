package translate

import (
	"slices"
	"strings"
	"unicode"
)

// Between the transfer and the generator the stream holds Spanish words as lemma and
// tags. That is where the Spanish of a provider's desk is made of that of the
// dictionary: usted instead of vosotros, and the words of the trade.

// unit is a word between the programs, and the blanks before it. What is joined to it,
// such as pronouns, are further words.
type unit struct {
	blank string
	words []word
}

// word is a lemma, its tags, and what follows the part of it that is inflected.
type word struct {
	lemma string
	tags  []string
	queue string
}

// parseUnits reads a stream; false where it is not what is expected.
func parseUnits(text string) (units []unit, tail string, ok bool) {
	for {
		blank, rest, found := strings.Cut(text, "^")
		if !found {
			return units, text, true
		}
		inside, rest, found := strings.Cut(rest, "$")
		if !found {
			return nil, "", false
		}
		u := unit{blank: blank}
		for part := range strings.SplitSeq(inside, "+") {
			u.words = append(u.words, parseWord(part))
		}
		units, text = append(units, u), rest
	}
}

func parseWord(s string) word {
	lemma, rest, _ := strings.Cut(s, "<")
	if rest == "" {
		return word{lemma: s}
	}
	tags, queue := rest, ""
	if i := strings.LastIndexByte(rest, '>'); i >= 0 {
		tags, queue = rest[:i], rest[i+1:]
	}
	return word{lemma, strings.Split(tags, "><"), queue}
}

func (w word) String() string {
	if len(w.tags) == 0 {
		return w.lemma + w.queue
	}
	return w.lemma + "<" + strings.Join(w.tags, "><") + ">" + w.queue
}

func writeUnits(units []unit, tail string) string {
	var b strings.Builder
	for _, u := range units {
		b.WriteString(u.blank + "^")
		for i, w := range u.words {
			if i > 0 {
				b.WriteByte('+')
			}
			b.WriteString(w.String())
		}
		b.WriteByte('$')
	}
	return b.String() + tail
}

func (w word) has(tag string) bool { return slices.Contains(w.tags, tag) }
func (w word) is(lemma string) bool {
	return strings.EqualFold(w.lemma, lemma)
}

func (w word) verb() bool { return len(w.tags) > 0 && strings.HasPrefix(w.tags[0], "vb") }

// you says whether it is said to several that are called vosotros.
func (w word) you() bool { return w.has("p2") && w.has("pl") }

// rename gives another lemma, with the capital of the old one.
func (w *word) rename(lemma string) {
	if first := []rune(w.lemma); len(first) > 0 && unicode.IsUpper(first[0]) {
		capital := []rune(lemma)
		capital[0] = unicode.ToUpper(capital[0])
		lemma = string(capital)
	}
	w.lemma = lemma
}

func (w *word) retag(from, to string) {
	w.tags = slices.Clone(w.tags)
	for i, t := range w.tags {
		if t == from {
			w.tags[i] = to
		}
	}
}

// polish makes the Spanish of a desk of what the transfer gives.
func polish(text string) string {
	units, tail, ok := parseUnits(text)
	if !ok {
		return text
	}
	p := &polisher{units: units, tail: tail}
	p.trade()
	p.places()
	p.negations()
	p.usage()
	p.purpose()
	for i := range p.units {
		p.courtesy(i)
	}
	p.days()
	return writeUnits(p.units, p.tail)
}

// polisher works on the words of one sentence.
type polisher struct {
	units []unit
	tail  string
}

// drop takes a word away. What stands between the words stays: a blank may hold
// something fixed.
func (p *polisher) drop(i int) {
	blank := p.units[i].blank
	p.units = slices.Delete(p.units, i, i+1)
	switch {
	case i < len(p.units) && strings.TrimSpace(p.units[i].blank+blank) == "":
		p.units[i].blank = blank
	case i < len(p.units):
		p.units[i].blank = blank + p.units[i].blank
	default:
		p.tail = blank + p.tail
	}
}

// head is the first word of a unit; one that is nothing when there is none.
func (p *polisher) head(i int) word {
	if i < 0 || i >= len(p.units) {
		return word{}
	}
	return p.units[i].words[0]
}

// starts says whether a clause begins at unit i.
func (p *polisher) starts(i int) bool {
	before := p.head(i - 1)
	return i == 0 || before.has("sent") || before.has("cm") || before.has("cnjcoo") || before.has("guio") ||
		strings.ContainsAny(p.units[i].blank, "\n") || i == 1 && before.lemma != "" && !before.verb() && strings.ContainsAny(before.lemma, ":(-–")
}

// courtesy turns vosotros into ustedes.
func (p *polisher) courtesy(i int) {
	words := p.units[i].words
	w := &words[0]
	switch {
	case w.verb() && w.you():
		p.verb(i)
	case w.is("os") && w.has("prn"):
		p.pronoun(i)
	case w.is("vuestro") && w.has("det"):
		w.rename("suyo")
		w.retag("m", "mf")
		w.retag("f", "mf")
	case w.is("vuestro"):
		w.rename("suyo")
	case w.is("vosotros"):
		w.rename("usted")
		w.retag("p2", "p3")
		w.retag("m", "mf")
		w.retag("f", "mf")
	}
	if w.is("usted") {
		w.rename("ustedes")
	}
	// What hangs on an infinitive or a command.
	for k := 1; k < len(words); k++ {
		if !words[k].is("os") {
			continue
		}
		reflexive := words[0].has("imp")
		if k+1 < len(words) || reflexive {
			words[k] = parseWord("se<prn><enc><ref><p3><mf><sp>")
		} else {
			words[k] = parseWord("le<prn><enc><p3><mf><pl>")
		}
	}
}

// pronoun is "os" before a verb: for somebody, or of somebody who does something to
// himself.
func (p *polisher) pronoun(i int) {
	next := p.head(i + 1)
	to := "le<prn><pro><p3><mf><pl>"
	if next.is("lo") && next.has("prn") || next.verb() && (next.you() || next.is("haber") && next.has("p3") && next.has("pl")) {
		to = "se<prn><pro><ref><p3><mf><sp>"
	}
	p.replace(i, to)
}

// states are verbs of which one tells more often than one commands.
var states = []string{
	"poder", "tener", "querer", "saber", "ver", "necesitar", "creer", "ser", "estar", "haber", "deber", "recibir", "conocer",
	"pensar", "preferir", "encontrar", "soler", "considerar", "disponer", "trabajar", "usar",
}

// wishes are verbs that ask for something to be done.
var wishes = []string{
	"pedir", "necesitar", "querer", "rogar", "agradecer", "esperar", "proponer", "aconsejar", "recomendar", "convenir", "hacer", "interesar", "preferir",
}

// verb gives a verb the person of ustedes. In Catalan the command is the same word as
// the plain statement, and the dictionary takes it for that.
func (p *polisher) verb(i int) {
	w := &p.units[i].words[0]
	if w.has("pri") {
		w.retag("pri", p.mood(i))
	}
	w.retag("p2", "p3")
}

// mood is what a present tense of vosotros means: a statement (pri), a wish (prs) or a
// command (imp).
func (p *polisher) mood(i int) string {
	state := slices.ContainsFunc(states, p.head(i).is)
	start, negative := i, false
	for start > 0 && !p.starts(start) {
		before := p.head(start - 1)
		if !before.has("prn") && !before.has("adv") && !before.is("no") || before.has("rel") || before.has("itg") || before.has("tn") {
			break
		}
		negative = negative || before.is("no")
		start--
	}
	before := p.head(start - 1)
	wished := p.wish(start - 2)
	if p.head(start - 2).has("cnjcoo") { // que ... i que ...
		wished = p.anyWish(start - 2)
	}
	switch {
	case before.is("que") && wished:
		return "prs"
	case before.is("que") && p.head(start-2).is("para"):
		return "prs"
	case before.is("cuando"), before.is("hasta que"), before.is("en cuanto"):
		return "prs"
	case state, !p.starts(start), p.asked(i):
		return "pri"
	case p.conditional(start):
		return "pri"
	case negative:
		return "prs" // a command not to do something
	}
	return "imp"
}

// wish says whether a unit is a verb that asks for something.
func (p *polisher) wish(i int) bool {
	return p.head(i).verb() && slices.ContainsFunc(wishes, p.head(i).is)
}

// anyWish says whether such a verb stands before a unit in its sentence, with "que".
func (p *polisher) anyWish(i int) bool {
	for i--; i >= 0 && !p.head(i).has("sent"); i-- {
		if p.wish(i) && p.head(i+1).is("que") {
			return true
		}
	}
	return false
}

// conditional says whether a clause goes on with what "si" or "que" began: it is joined
// to it by "y" or "o".
func (p *polisher) conditional(start int) bool {
	if !p.head(start - 1).has("cnjcoo") {
		return false
	}
	for i := start - 2; i >= 0; i-- {
		w := p.head(i)
		if w.has("sent") || w.has("cm") {
			return false
		}
		if w.is("si") && w.has("cnjadv") {
			return true
		}
	}
	return false
}

// asked says whether the sentence of a unit is a question.
func (p *polisher) asked(i int) bool {
	for ; i < len(p.units); i++ {
		if w := p.head(i); w.has("sent") {
			return w.lemma == "?"
		}
	}
	return false
}

// purpose turns "porque" into "para que" where a wish follows: Catalan has one word for
// both.
func (p *polisher) purpose() {
	for i := 0; i < len(p.units); i++ {
		w := p.head(i)
		if !w.is("porque") {
			continue
		}
		j := i + 1
		for j < len(p.units) && !p.head(j).verb() && !p.head(j).has("sent") && !p.head(j).has("cm") {
			j++
		}
		verb := p.head(j)
		wish := verb.has("prs") || verb.has("pis") || verb.you() && verb.has("pri") && !slices.ContainsFunc(states, verb.is)
		if !verb.verb() || !wish {
			continue
		}
		para := parseWord("para<pr>")
		if w.lemma == "Porque" {
			para.lemma = "Para"
		}
		p.units[i].words = []word{para}
		p.units = slices.Insert(p.units, i+1, unit{" ", []word{parseWord("que<cnjsub>")}})
	}
}
