package bridge

import (
	"slices"
	"strings"
	"unicode"

	"escalat/mapping/wiki"
)

// head is how a line begins that may command: escalat, perhaps a provider, a word that
// may be the name, and perhaps a provider behind it.
type head struct {
	begins   bool   // with escalat
	slash    bool   // and a stroke before it, as nobody begins a sentence
	capital  bool   // or with a capital, as a sentence does
	parted   bool   // a sentence ends, or is divided, behind escalat
	provider string // profile id
	word     string // as it is written
	name     string // its letters
	colon    bool   // a colon stands behind it, or behind the provider that follows it
	rest     string // what stands behind that
}

// maxHead bounds what is read of a line to find its beginning, in bytes.
const maxHead = 200

// head reads the beginning of a line.
func (i Issue) head(text string) head {
	short, slash := strings.CutPrefix(text, "/")
	first, _, rest := word(short)
	h := head{slash: slash, begins: letters(first) == "escalat" && !strings.ContainsFunc(strings.Trim(first, ".,;!*_+-"), isHyphen)}
	if !h.begins || !strings.HasPrefix(strings.ToLower(short), "escalat") {
		return head{}
	}
	h.capital = !strings.HasPrefix(short, "escalat") && strings.ToUpper(first) != first
	h.parted = strings.ContainsAny(first, ".,;!?")
	next, colon, behind := word(rest)
	if p := i.provider(next); p != "" {
		h.provider, h.parted = p, h.parted || !colon && strings.ContainsAny(next, ".,;!?")
		next, colon, behind = word(behind)
	}
	h.word, h.name, h.colon, h.rest = next, letters(next), colon, behind
	if h.colon || h.provider != "" || strings.ContainsAny(next, ".,;!?") {
		return h
	}
	next, colon, behind = word(h.rest)
	if slices.Contains(joints(h.name), letters(next)) && !colon {
		next, colon, behind = word(behind)
	}
	if command, _ := nameOf(h.name); command == SendAnyway && !colon {
		return h // it is a part of the reason
	}
	if p := i.provider(next); p != "" && (colon || !strings.ContainsAny(next, ",;") || alone(strings.Fields(behind[:min(len(behind), maxHead)]))) {
		h.provider, h.colon, h.rest = p, colon, behind
	}
	return h
}

// joints are the words that may stand between the name of a command and a provider.
func joints(name string) []string {
	switch command, _ := nameOf(name); command {
	case Status:
		return []string{"de", "a", "amb", "con", "of", "with"}
	case Claim, Again:
		return []string{"a", "to"}
	}
	return nil
}

// provider is the profile id of the provider that a word names, or empty.
func (i Issue) provider(word string) string {
	lower := strings.ToLower(strings.TrimFunc(word, func(r rune) bool { return strings.ContainsRune(".,;:!?()[]*_@", r) }))
	if id := i.Named[lower]; id != "" {
		return id
	}
	return i.Named[letters(lower)]
}

// word parts a text behind its first word that has letters, and a colon behind that.
func word(text string) (first string, colon bool, rest string) {
	for {
		text = strings.TrimLeftFunc(text, unicode.IsSpace)
		end := strings.IndexFunc(text[:min(len(text), maxHead)], func(r rune) bool { return unicode.IsSpace(r) || r == ':' })
		if end < 0 {
			end = len(text)
			if end > maxHead {
				return "", false, ""
			}
		}
		first, text = text[:end], text[end:]
		rest := strings.TrimLeftFunc(text, unicode.IsSpace)
		if behind, ok := strings.CutPrefix(rest, ":"); ok && letters(first) != "" {
			return first, true, behind
		}
		if letters(first) != "" || rest == "" {
			return first, false, text
		}
		text = strings.TrimPrefix(rest, ":")
	}
}

// names are the newer commands as they are written, by what they are called.
func names() map[string][]string {
	return map[string][]string{
		SendAnyway: {
			"enviaigualment", "enviahoigualment", "enviarigualment", "enviaigualmente", "envialoigualmente", "enviarigualmente", "sendanyway", "senditanyway",
		},
		Status:      {"estat", "estado", "status", "state"},
		Again:       {"reenvia", "reenviar", "reenvieu", "reenvie", "reenviaho", "reenvial", "reenvialo", "reenvio", "resend"},
		HasAnswered: {"contestat", "contestado", "answered"},
		Portal:      {"portal"},
		NotUrgent:   {"nourgent", "nourgente", "noesurgent", "noesurgente", "noturgent"},
		Claim:       {"reclama", "reclamar", "reclameu", "reclame", "reclamaho", "reclamalo", "claim"},
		Close:       {"tanca", "tancar", "tanqueu", "tancaho", "cierra", "cierralo", "cerrar", "close"},
		Reopen:      {"reobre", "reobrir", "reobriu", "reobreho", "reabre", "reabrir", "reabrelo", "reopen"},
		Help:        {"ajuda", "ayuda", "help", "ordres", "comandes", "comandos", "commands"},
	}
}

// others are words that are near to the name of a command and mean something else.
func others() []string {
	return []string{
		"contesta", "conteste", "contestant", "contestando", "contestad", "porta", "estando", "estant", "cercar", "cercat", "cerca", "recobre", "trancar", "tasca", "tanta", "tanda", "banca", "postal", "puntal", "portat",
		"reclamat", "reclamado", "reclamada", "reenviat", "reenviada", "reenviado", "cierta", "sierra", "tierra", "tacar", "tocar", "ajudant", "ajudat", "estable", "estàs", "estava", "estada",
		"estats", "estados", "estaba", "chose", "clase", "these", "start", "stats", "claims", "closed", "reopened",
	}
}

// nameOf is the newer command of that name, and whether it is written so; empty when none
// is. A short word has no slip of the pen: too many others are near to it.
func nameOf(name string) (command string, exact bool) {
	for command, all := range names() {
		if slices.Contains(all, name) {
			return command, true
		}
	}
	if len(name) < 6 || slices.Contains(others(), name) {
		return "", false
	}
	for _, command := range commandNames() {
		if slices.ContainsFunc(names()[command], func(n string) bool { return len(n) > 5 && slipped(name, n) }) {
			return command, false
		}
	}
	return "", false
}

// read reads one of the newer commands.
func (h head) read() Command {
	h = h.joined()
	name, exact := nameOf(h.name)
	if name == "" || h.parted {
		return Command{}
	}
	c := Command{Name: name, Provider: h.provider, Sure: exact}
	said := strings.TrimSpace(h.rest)
	words := slices.DeleteFunc(strings.Fields(said[:min(len(said), maxCommandLine)]), func(w string) bool { return letters(w) == "" })
	plain := idle(objects(name, words)) && len(said) < maxCommandLine
	switch {
	case name == SendAnyway:
		return h.anyway(c, said, words)
	case name == Portal:
		return portal(c, words, h.colon)
	case name == HasAnswered && plain && asks(h.word+said):
		return Command{}
	case plain && !h.colon:
		return c
	case name == NotUrgent && hyphenated(h.word): // in one word, which is no prose
		c.Args, c.Sure = words, false
		return c
	case name != HasAnswered && name != Claim && name != Close:
		return Command{}
	case plain: // what is said stands on the next line
		c.Text = said
		if said == "" {
			c.Text = "\n"
		}
		return c
	case h.colon, h.slash && exact:
		c.Text = said
		return c
	case name == HasAnswered && exact && alone(hour(words)):
		c.Sure = false
		return c
	case name == HasAnswered && exact && !asks(said) && answers(words):
		c.Text, c.Sure = said, false
		return c
	}
	return Command{}
}

// anyway reads the reason behind it, also on the next line. Where the name is written in two
// words, prose may go on behind them.
func (h head) anyway(c Command, said string, words []string) Command {
	apart := letters(h.word) != h.name
	if apart && !h.colon && !h.slash && !alone(words) {
		return Command{}
	}
	switch c.Text = said; {
	case len(words) == 0:
		c.Text = "\n"
	case alone(words): // courtesy is no reason
		c.Text = ""
	}
	return c
}

// joined takes a name that is written in several words: no urgent, no és urgent, envia
// igualment.
func (h head) joined() head {
	if h.colon || !slices.Contains([]string{"no", "not", "envia", "enviaho", "envialo", "enviar", "send", "sendit"}, h.name) {
		return h
	}
	rest, name := h.rest, h.name
	for range 2 {
		next, colon, behind := word(rest)
		name, rest = name+letters(next), behind
		if command, exact := nameOf(name); (command == NotUrgent || command == SendAnyway) && exact {
			h.name, h.colon, h.rest = name, colon, rest
			return h
		}
	}
	return h
}

// portal reads the number behind it. One that is rather an hour or a date is none.
func portal(c Command, words []string, colon bool) Command {
	if len(words) == 0 || !colon && alone(words) {
		return c
	}
	number, rest := numberIn(words)
	if number == "" || !alone(hour(rest)) {
		return Command{}
	}
	c.Args = []string{number}
	return c
}

// objects takes away what a command is said to be done to, which it is done to anyway.
func objects(name string, words []string) []string {
	var all []string
	switch name {
	case Close, Reopen:
		all = []string{"el", "la", "aquest", "aquesta", "este", "esta", "the", "this", "tiquet", "ticket", "cas", "caso", "case", "incidencia"}
	case Claim:
		all = []string{"una", "la", "an", "the", "resposta", "respuesta", "answer"}
	case Again:
		all = []string{"el", "the", "correu", "correo", "mail", "email", "tot", "todo"}
	case Status:
		all = []string{"actual", "please"}
	}
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(all, letters(w)) })
}

// told is the text of a command as markup, from behind its name to the end of the
// paragraph or to the next command, with the blocks that follow without an empty line.
// Where marks stand about the name it is the text without marks.
func (i Issue) told(tree wiki.Tree, lines []line, plain string) string {
	first := lines[0]
	n := 1 // lines
	for n < len(lines) && lines[n].end == first.end && !opensCommand(lines[n].text) {
		n++
	}
	whole := n == len(lines) || lines[n].end != first.end
	source, ok := i.sourceOf(tree, first)
	last := lines[n-1]
	if !ok || slices.ContainsFunc(lines[:n], func(l line) bool { return l.from < 0 }) {
		said := []string{strings.TrimSpace(plain)}
		for _, l := range lines[1:n] {
			said = append(said, strings.TrimSpace(l.text))
		}
		return wiki.Escape(strings.TrimSpace(strings.Join(said, "\n")))
	}
	end := last.to
	if whole {
		end = blocksBehind(tree, first.end)
	}
	return strings.TrimSpace(tree.Source[source:max(source, end)])
}

// sourceOf is where in the source the text of the command in a line begins, if nothing
// about its name is marked.
func (i Issue) sourceOf(tree wiki.Tree, l line) (at int, ok bool) {
	if l.from < 0 || l.to < l.from {
		return 0, false
	}
	source := tree.Source[l.from:l.to]
	raw := strings.TrimLeftFunc(source, unicode.IsSpace)
	got, want := i.head(raw).joined(), i.head(strings.TrimLeftFunc(l.text, unicode.IsSpace)).joined()
	if !got.begins || got.word != want.word || got.colon != want.colon || got.provider != want.provider || strings.ContainsAny(got.word, "*_{[") {
		return 0, false
	}
	return l.to - len(got.rest), true
}

// opensCommand reports whether a line begins like a command.
func opensCommand(text string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimLeft(strings.TrimSpace(text), "*_+-/")), "escalat")
}

// blocksBehind is where the lists, tables and blocks of fixed width end that follow a
// paragraph of the text without an empty line between.
func blocksBehind(tree wiki.Tree, end int) int {
	blocks := tree.Root.Children
	at := slices.IndexFunc(blocks, func(n wiki.Node) bool { return n.InnerEnd == end && n.Kind == wiki.Paragraph })
	if at < 0 {
		return end
	}
	for _, n := range blocks[at+1:] {
		between := tree.Source[min(end, n.Start):n.Start]
		follows := n.Kind == wiki.List || n.Kind == wiki.Table || n.Kind == wiki.Code || n.Kind == wiki.Preformatted
		if !follows || strings.Count(between, "\n") > 1 || slices.ContainsFunc(spoken(n), func(l line) bool { return opensCommand(l.text) }) {
			break
		}
		end = n.End
	}
	return end
}
