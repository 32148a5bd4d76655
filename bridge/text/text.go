package text

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
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
			return Texts{words: w, escape: func(s string) string { return faceless(escape(s)) }}, nil
		}
	}
	return Texts{}, fmt.Errorf("no texts in language %q; there are ca, es and en", lang)
}

// Language returns the language's code: ca, es or en.
func (t Texts) Language() string { return t.words.lang }

// faceless keeps what ends in the eyes of an emoticon apart from a bracket behind it.
func faceless(s string) string {
	if strings.HasSuffix(strings.TrimSuffix(s, "-"), ":") || strings.HasSuffix(strings.TrimSuffix(s, "-"), ";") {
		return s + joiner
	}
	return s
}

// joiner shows as nothing and is no part of any markup.
const joiner = "\u2060"

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
	s := fmt.Sprintf(t.words.call, t.escape(c.Provider), strings.Join(numbers, " · "), t.joined(upperFirst(hours)), then)
	if say := oneLine(c.Say, maxSay); say != "" {
		say = strings.NewReplacer("«", "“", "»", "”").Replace(say) // it is quoted itself
		s += "\n" + t.sentence(t.words.sayThis, say) + "\n" + t.sentence(t.words.thenPhoned, phoned)
	}
	return s
}

// phoned is how the command that says that the provider was called is written.
const phoned = "escalat trucat"

// maxSay bounds what is to be said on the telephone, in characters.
const maxSay = 700

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
			format = t.elided(format, i, a)
			args[i] = t.escape(a)
		}
	}
	return fmt.Sprintf(format, args...)
}

// elided is a format in which Catalan's «de» has lost its vowel before that argument, where
// that is a name that begins with one.
func (t Texts) elided(format string, argument int, name string) string {
	if t.words.lang != "ca" || !strings.ContainsRune("aeiouàèéíòóúAEIOUÀÈÉÍÒÓÚ", first(name)) {
		return format
	}
	verb := fmt.Sprintf("%%[%d]s", argument+1)
	return strings.ReplaceAll(format, " de "+verb, " d’"+verb)
}

func (t Texts) list(items []string) markup {
	escaped := make([]string, len(items))
	for i, s := range items {
		escaped[i] = t.escape(s)
	}
	return markup(strings.Join(escaped, ", "))
}

// bold is list with each item in bold.
func (t Texts) bold(items []string) markup {
	set := make([]string, len(items))
	for i, s := range items {
		set[i] = "*" + t.escape(s) + "*"
	}
	return markup(strings.Join(set, ", "))
}

func (t Texts) when(at time.Time) markup { return markup(t.words.when(at)) }

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
// lowerFirst is a sentence that goes on behind something else, but for capitals that stay
// ones.
func lowerFirst(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if word == "" || strings.ToUpper(word) == word && utf8.RuneCountInString(word) > 1 {
		return s
	}
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}

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

// lines joins lines of one paragraph and leaves out empty ones.
func lines(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), "\n")
}

func (b *builder) String() string { return strings.Join(b.paragraphs, "\n\n") }
