package sentence

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
)

//go:embed glossary.yaml
var glossary []byte

// Glossary knows the words that stay as they are and those that have a translation of
// their own, because a machine's is wrong. It is not changed once made, and nil knows
// nothing.
type Glossary struct {
	keep   map[string]bool // in lower case; true: feminine
	terms  map[string]string
	spoken map[string]bool
	// phrases are the terms and kept words of several words, by their first one.
	phrases  map[string][]string
	labels   map[string]string
	orders   map[string]string
	articles map[string]gendered
}

// glossaryFile is a glossary as it is written. A word of several is written with one
// blank between.
type glossaryFile struct {
	// Keep are the words that stay: masculine or without a gender.
	Keep []string `yaml:"keep"`
	// Feminine are those that stay and are feminine, which decides the article.
	Feminine []string `yaml:"feminine"`
	// Terms are the words with their translation.
	Terms map[string]string `yaml:"terms"`
	// Speech are words that are written in capitals, or with one, without being an
	// acronym or a name.
	Speech []string `yaml:"speech"`
	// Labels are the words with the translation they have alone or before a colon.
	Labels map[string]string `yaml:"labels"`
	// Orders are the words with the translation they have at the beginning of a
	// sentence, where they ask for something.
	Orders map[string]string `yaml:"orders"`
	// Articles are what an article, with prepositions before it, becomes in front of a
	// word that stays.
	Articles map[string]gendered `yaml:"articles"`
}

// gendered is a word before a masculine and before a feminine one.
type gendered struct {
	Masculine string `yaml:"m"`
	Feminine  string `yaml:"f"`
}

// maxGlossary bounds a glossary's file, in bytes.
const maxGlossary = 1 << 20

// NewGlossary reads the glossary of technical Catalan that belongs to the program, and
// more in YAML that extends it; what comes later wins.
func NewGlossary(more ...[]byte) (*Glossary, error) {
	g := &Glossary{
		keep: map[string]bool{}, terms: map[string]string{}, spoken: map[string]bool{},
		phrases: map[string][]string{}, labels: map[string]string{}, orders: map[string]string{}, articles: map[string]gendered{},
	}
	if err := g.read(glossary); err != nil {
		return nil, fmt.Errorf("own glossary: %w", err)
	}
	for i, data := range more {
		if err := g.read(data); err != nil {
			return nil, fmt.Errorf("glossary %d: %w", i+1, err)
		}
	}
	return g, nil
}

func (g *Glossary) read(data []byte) error {
	if len(data) > maxGlossary {
		return fmt.Errorf("%d bytes, more than %d", len(data), maxGlossary)
	}
	var file glossaryFile
	if err := yaml.UnmarshalWithOptions(data, &file, yaml.Strict()); err != nil {
		return fmt.Errorf("read YAML: %w", err)
	}
	return g.add(&file)
}

func (g *Glossary) add(file *glossaryFile) error {
	for _, word := range file.Keep {
		if err := g.hold(word, func(key string) { g.keep[key] = false; delete(g.terms, key) }); err != nil {
			return err
		}
	}
	for _, word := range file.Feminine {
		if err := g.hold(word, func(key string) { g.keep[key] = true; delete(g.terms, key) }); err != nil {
			return err
		}
	}
	for word, to := range file.Terms {
		if err := g.hold(word, func(key string) { g.terms[key] = strings.TrimSpace(to); delete(g.keep, key) }); err != nil {
			return err
		}
	}
	for _, table := range []map[string]string{file.Terms, file.Labels, file.Orders} {
		for word, to := range table {
			if strings.TrimSpace(to) == "" || strings.ContainsAny(to, signs+"!\n") {
				return fmt.Errorf("%q becomes %q, which is no plain text", word, to)
			}
		}
	}
	for _, word := range file.Speech {
		g.spoken[strings.ToLower(word)] = true
	}
	maps.Copy(g.labels, file.Labels)
	maps.Copy(g.orders, file.Orders)
	maps.Copy(g.articles, file.Articles)
	return nil
}

// maxGlossaryWord bounds a word or phrase, in characters.
const maxGlossaryWord = 100

// hold files a word under its key.
func (g *Glossary) hold(word string, set func(key string)) error {
	key := strings.ToLower(strings.Join(strings.Fields(word), " "))
	if n := utf8.RuneCountInString(key); n == 0 || n > maxGlossaryWord || !isWordRune(firstRune(key)) {
		return fmt.Errorf("%q is no word", word)
	}
	set(key)
	if first := leadingWord(key); first != key {
		if !slices.Contains(g.phrases[first], key) {
			g.phrases[first] = append(g.phrases[first], key)
		}
	}
	return nil
}

// keeps says whether a word stays.
func (g *Glossary) keeps(word string) bool {
	if g == nil {
		return false
	}
	_, ok := g.keep[strings.ToLower(word)]
	return ok
}

// speech says whether a word with a capital, or in capitals, is an ordinary one.
func (g *Glossary) speech(word string) bool {
	return g != nil && g.spoken[strings.ToLower(word)]
}

// term returns what a word becomes, with capitals like its own.
func (g *Glossary) term(word string) (string, bool) {
	if g == nil {
		return "", false
	}
	to, ok := g.terms[strings.ToLower(word)]
	if !ok {
		return "", false
	}
	return alike(to, word), true
}

// alike gives a word the capitals of its model.
func alike(word, model string) string {
	if word == "" {
		return ""
	}
	if isCapitals(model) {
		return strings.ToUpper(word)
	}
	if first := firstRune(model); unicode.IsUpper(first) {
		r, size := utf8.DecodeRuneInString(word)
		return string(unicode.ToUpper(r)) + word[size:]
	}
	return word
}

// phraseAt returns where the longest phrase of several words ends that begins at i with
// that word, and what it becomes.
func (g *Glossary) phraseAt(s string, i int, first string) (end int, to string) {
	if g == nil {
		return 0, ""
	}
	for _, key := range g.phrases[strings.ToLower(first)] {
		n := i + len(key)
		if n <= end || n > len(s) || !strings.EqualFold(s[i:n], key) || !edge(s, n) {
			continue
		}
		end, to = n, ""
		if words, ok := g.terms[key]; ok {
			to = alike(words, s[i:n])
		}
	}
	return end, to
}

// article returns what becomes of an article, and of the words before it that it takes
// along, before a word that stays, and how many words those are. before are the words
// before, the nearest first; head is an article that is one with the word.
func (g *Glossary) article(before []string, head, word string) (becomes string, words int) {
	if g == nil {
		return "", 0
	}
	head = strings.ToLower(strings.ReplaceAll(head, "’", "'"))
	feminine := g.keep[strings.ToLower(word)]
	try := head
	for n := 0; ; n++ {
		if e, ok := g.articles[strings.TrimSpace(try)]; ok {
			becomes, words = e.Masculine+" ", n
			if feminine && e.Feminine != "" {
				becomes = e.Feminine + " "
			}
		}
		if n == len(before) {
			return becomes, words
		}
		try = before[n] + " " + try
	}
}

// labelled returns what a word becomes that stands alone or before a colon.
func (g *Glossary) labelled(word string) (string, bool) {
	if g == nil {
		return "", false
	}
	to, ok := g.labels[strings.ToLower(word)]
	return alike(to, word), ok
}

// order returns what a word becomes that begins a sentence.
func (g *Glossary) order(word string) (string, bool) {
	if g == nil {
		return "", false
	}
	to, ok := g.orders[strings.ToLower(word)]
	return alike(to, word), ok
}
