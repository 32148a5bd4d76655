package sentence

import (
	"slices"
	"strings"
	"unicode"
)

// part is a piece of a sentence while it is made.
type part struct {
	start, end int
	fixed      bool
	mark       bool // of markup
	to         string
}

// writer makes the pieces of one sentence.
type writer struct {
	d     *divider
	parts []part
	// shouted says that all of the sentence is in capitals, titled that most of its
	// words begin with one: there they tell nothing.
	shouted, titled bool
	first           bool // the next word is the first
	start           int
}

// sentence adds the sentence that some tokens are, when it is one and wanted.
func (d *divider) sentence(tokens []token) {
	blank := func(t token) bool { return t.kind == blankToken || t.kind == breakToken }
	for len(tokens) > 0 && blank(tokens[0]) {
		tokens = tokens[1:]
	}
	for len(tokens) > 0 && blank(tokens[len(tokens)-1]) {
		tokens = tokens[:len(tokens)-1]
	}
	if !slices.ContainsFunc(tokens, func(t token) bool { return t.kind == wordToken }) {
		return
	}
	w := writer{d: d, first: true, start: tokens[0].start}
	w.shouted, w.titled = d.capitals(tokens)
	for i := range tokens {
		w.token(tokens, i)
	}
	given := w.pieces()
	if !speaks(given) && !w.told() || d.o.Want != nil && !d.o.Want(d.visible(tokens)) {
		return
	}
	d.units = append(d.units, unit{tokens[0].start, tokens[len(tokens)-1].end, d.block, given})
}

// visible is what shows of some tokens.
func (d *divider) visible(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		switch t.kind {
		case markToken:
		case breakToken:
			b.WriteByte(' ')
		default:
			b.WriteString(d.text(t))
		}
	}
	return b.String()
}

// told says whether the glossary has a translation of something in the sentence.
func (w *writer) told() bool {
	return slices.ContainsFunc(w.parts, func(p part) bool { return p.to != "" && p.to != w.d.src[p.start:p.end] })
}

// speaks says whether something in a sentence can be translated.
func speaks(s Sentence) bool {
	letters := 0
	for _, p := range s {
		if p.Fixed {
			continue
		}
		for _, r := range p.Text {
			if unicode.IsLetter(r) {
				if letters++; letters > 1 {
					return true
				}
			}
		}
	}
	return false
}

// capitals says whether the words of a sentence are all capitals, or most of them
// begin with one.
func (d *divider) capitals(tokens []token) (shouted, titled bool) {
	all, upper, title := 0, 0, 0
	for _, t := range tokens {
		if t.kind != wordToken {
			continue
		}
		_, core, _ := edges(d.text(t))
		_, core = elided(core)
		if len(core) < 2 || technical(core) || d.o.Glossary.keeps(core) {
			continue
		}
		all++
		switch {
		case isCapitals(core):
			upper++
		case unicode.IsUpper(firstRune(core)):
			title++
		}
	}
	return all > 1 && 2*upper > all, all > 2 && 3*(title+upper) >= 2*all
}

// token adds a token of a sentence.
func (w *writer) token(tokens []token, i int) {
	t := tokens[i]
	switch t.kind {
	case wordToken:
		w.word(tokens, i)
	case blankToken:
		w.add(part{start: t.start, end: t.end})
	case fixedToken:
		at := w.head(t.start)
		w.before(at, w.d.src[at:t.start], leadingWord(w.d.text(t)))
		w.add(part{start: t.start, end: t.end, fixed: true, to: t.to})
		w.first = false
	default: // a line break inside a sentence is kept as markup is
		w.add(part{start: t.start, end: t.end, fixed: true, mark: true})
	}
}

func (w *writer) add(p part) {
	if p.start < p.end {
		w.parts = append(w.parts, p)
	}
}

// word adds a word with its punctuation.
func (w *writer) word(tokens []token, i int) {
	t := tokens[i]
	lead, core, trail := edges(w.d.text(t))
	at, end := t.start+len(lead), t.end-len(trail)
	w.edge(t.start, at)
	if core != "" {
		w.core(tokens, i, core, at, end)
		w.first = strings.Contains(trail, ":")
	}
	w.edge(end, t.end)
}

// edge adds punctuation: free, unless it could be markup.
func (w *writer) edge(start, end int) {
	w.add(part{start: start, end: end, fixed: strings.ContainsAny(w.d.src[start:end], `[]{}*_|<>\`)})
}

// core adds a word without its punctuation.
func (w *writer) core(tokens []token, i int, core string, at, end int) {
	head, rest, to := "", core, ""
	known := false
	if w.first {
		if to, known = w.d.o.Glossary.order(core); w.label(tokens, i) {
			to, known = w.d.o.Glossary.labelled(core)
		}
	}
	if !known {
		to, known = w.d.o.Glossary.term(core)
	}
	if !known {
		head, rest = elided(core)
		to, known = w.d.o.Glossary.term(rest)
	}
	if !known && !w.stays(tokens, i, rest) {
		w.add(part{start: at, end: end})
		return
	}
	split := w.before(at, head, rest)
	w.add(part{start: split, end: end, fixed: true, to: to})
}

// label says whether the word at i is all that its sentence says, or what stands
// before a colon.
func (w *writer) label(tokens []token, i int) bool {
	_, _, trail := edges(w.d.text(tokens[i]))
	if strings.HasPrefix(trail, ":") {
		return true
	}
	words := 0
	for _, t := range tokens {
		if t.kind == wordToken || t.kind == fixedToken {
			words++
		}
	}
	return words == 1
}

// before adds what stands before a word that stays and depends on it: an article, also
// one that lost its vowel, with the prepositions before it. No translator can know what
// becomes of "de l'" in front of a word it does not see, so the glossary says it. It
// returns where the word itself begins.
func (w *writer) before(at int, head, word string) int {
	start := at + len(head)
	becomes, words := w.d.o.Glossary.article(w.last(), head, word)
	if becomes == "" {
		w.add(part{start: at, end: start})
		return start
	}
	from := at
	for range words {
		w.parts = w.parts[:len(w.parts)-2] // the word and its blank
		from = w.end()
	}
	if w.shouted {
		becomes = strings.ToUpper(becomes)
	}
	w.add(part{start: from, end: start, fixed: true, to: likeFirst(becomes, w.d.src[from:start])})
	return start
}

// head takes back an article without its vowel that stands right before i, and returns
// where it begins: d'Ona Puig.
func (w *writer) head(i int) int {
	for _, apostrophe := range []string{"'", "’"} {
		at := i - 1 - len(apostrophe)
		if at < w.start || at > w.start && w.d.src[at-1] != ' ' {
			continue
		}
		if head, _ := elided(w.d.src[at:i] + "x"); head == "" || !strings.HasSuffix(head, apostrophe) {
			continue
		}
		n := len(w.parts)
		for n > 0 && !w.parts[n-1].fixed && w.parts[n-1].start >= at {
			n--
		}
		if w.parts = w.parts[:n]; w.end() == at {
			return at
		}
	}
	return i
}

// end is where the next part begins: the parts have no gaps.
func (w *writer) end() int {
	if len(w.parts) == 0 {
		return w.start
	}
	return w.parts[len(w.parts)-1].end
}

// maxArticle is how many words an article takes along: des de l'.
const maxArticle = 3

// last are the free words right before the next part, the nearest first.
func (w *writer) last() []string {
	var words []string
	for n := len(w.parts); n > 1 && len(words) < maxArticle; n -= 2 {
		blank, word := w.parts[n-1], w.parts[n-2]
		if blank.fixed || word.fixed || strings.Trim(w.d.src[blank.start:blank.end], " \t") != "" {
			break
		}
		words = append(words, strings.ToLower(w.d.src[word.start:word.end]))
	}
	return words
}

// likeFirst gives a word the capital that its model begins with.
func likeFirst(word, model string) string {
	if word != "" && unicode.IsUpper(firstRune(model)) {
		return strings.ToUpper(word[:1]) + word[1:]
	}
	return word
}

// stays says whether a word stays where it stands.
func (w *writer) stays(tokens []token, i int, core string) bool {
	switch {
	case technical(core), w.d.o.Glossary.keeps(core):
		return true
	case isCapitals(core):
		return !w.shouted && (len(core) <= maxAcronym || w.named()) && isASCII(core) && !w.d.o.Glossary.speech(core)
	case w.d.afterNumber(tokens, i):
		return units[core]
	}
	return w.isName(tokens, i, core)
}

// isASCII says whether a word has no accents: acronyms have none.
func isASCII(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return r > unicode.MaxASCII })
}

// named says whether the word before is one behind which a name of some system follows,
// which may be a long one in capitals: la taula FACTURES.
func (w *writer) named() bool {
	last := w.last()
	return len(last) > 0 && namers[last[0]]
}

var namers = set(`taula taules vista esquema índex columna camp usuari usuària grup rol cua procés tasca paquet procediment
	variable paràmetre entorn servidor màquina volum disc fitxer carpeta projecte clau entitat`)

// maxAcronym is how long a word in capitals is that stands for several.
const maxAcronym = 5

// afterNumber says whether a number stands before a word.
func (d *divider) afterNumber(tokens []token, i int) bool {
	if i < 2 || tokens[i-1].kind != blankToken || tokens[i-2].kind != wordToken {
		return false
	}
	_, core, trail := edges(d.text(tokens[i-2]))
	return trail == "" && core != "" && strings.Trim(core, "0123456789.,:-+/") == "" && strings.ContainsAny(core, "0123456789")
}

var units = set(`ms s seg min h hs d b B kB KB MB GB TB PB KiB MiB GiB TiB kb Kb Mb Gb Tb bps kbps Kbps Mbps Gbps Mbit Gbit bits bytes
	Hz kHz MHz GHz m cm mm km V A W kW kVA dB dBm nm px ppm rpm fps C`)

// isName says whether a word inside a sentence is written as a name and no word that
// people write with a capital out of respect.
func (w *writer) isName(tokens []token, i int, core string) bool {
	if w.titled || w.shouted || w.first || !unicode.IsUpper(firstRune(core)) || len(core) < 3 {
		return false
	}
	if i > 0 && tokens[i-1].kind != blankToken {
		return false // in brackets, behind a mark: it may begin what stands there
	}
	return !w.d.o.Glossary.speech(core) && !isCommon(core)
}

// isCommon says whether a word ends as those do that name an office or a matter.
func isCommon(core string) bool {
	lower := strings.ToLower(core)
	for _, end := range []string{"ció", "sió", "xió", "tat", "ment", "ments", "ància", "ència", "ncies", "ança", "atge", "dor", "dors", "dora", "ista", "isme", "ària", "ori", "cions", "sions"} {
		if strings.HasSuffix(lower, end) && len(lower) > len(end)+2 {
			return true
		}
	}
	return false
}

// pieces makes the pieces: neighbours that are both fixed are one, with the blanks and
// signs between them.
func (w *writer) pieces() Sentence {
	var out Sentence
	for i := 0; i < len(w.parts); {
		fixed := w.parts[i].fixed
		end := i + 1
		for end < len(w.parts) {
			if w.parts[end].fixed == fixed {
				end++
			} else if next := w.bridge(end); fixed && next > end {
				end = next
			} else {
				break
			}
		}
		var b strings.Builder
		for _, p := range w.parts[i:end] {
			if p.to != "" {
				b.WriteString(p.to)
			} else {
				b.WriteString(w.d.src[p.start:p.end])
			}
		}
		out = append(out, Piece{Text: b.String(), Fixed: fixed})
		i = end
	}
	return out
}

// bridge returns where the next fixed part stands when nothing but blanks and signs
// parts it from the fixed one before i, else i.
func (w *writer) bridge(i int) int {
	for n := i; n < len(w.parts); n++ {
		p := w.parts[n]
		if p.fixed {
			return n
		}
		if strings.ContainsFunc(w.d.src[p.start:p.end], unicode.IsLetter) {
			return i
		}
	}
	return i
}
