package classify

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxOpening   = 1200 // bytes of a text that count as its beginning
	maxSentences = 14   // beginnings of sentences therein
	maxSentence  = 300  // bytes of one that are looked at
)

// fold is s for comparing: small letters, without accents, single blanks, straight
// apostrophes.
func fold(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
			return -1
		case r == '’' || r == '‘' || r == '´':
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// beginning is at most n bytes of s, in whole characters.
func beginning(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// What stands before a subject: tag is what gateways write, [EXTERN], and number what
// desks do, [Ticket#1]. Behind a number stands what somebody else called the mail.
var (
	tag    = regexp.MustCompile(`^(?i:\[[^\]0-9]{1,30}\]|\*{2,}[^*0-9]{1,30}\*{2,}|(?:extern[oa]?|external) ?:) ?`)
	number = regexp.MustCompile(`^(?:\[[^\]]{1,60}\]|#?[0-9]{4,18} ?[-–:]) ?`)
)

// begins is a subject without what gateways put before it. Re: and its like stay: behind
// them stands the subject of another mail.
func begins(subject string) string { return without(tag, beginning(subject, maxSaid)) }

// title is a subject without all that stands in brackets before it.
func title(subject string) string { return without(number, begins(subject)) }

func without(before *regexp.Regexp, subject string) string {
	subject = strings.TrimSpace(subject)
	for range 4 {
		subject = subject[len(before.FindString(subject)):]
	}
	return subject
}

// text is the beginning of what a mail says by itself.
type text struct {
	sentences []string // from where each begins, as they are written
	folded    []string // the same, folded
	parts     []string // what stands up to the beginning of the next
	all       string   // folded
	ended     bool     // it is all that the mail says
}

// above are the lines with which desks ask to write above them, and rulers.
var above = regexp.MustCompile(`^[\W_]*$|(?:above|over) this line|(?:por )?encima de esta linea|per? (?:sobre|damunt) d'aquesta linia|sobre aquesta linia`)

// quoted begins what a mail quotes.
var quoted = regexp.MustCompile(`^(?:>|-{2,} ?(?:original|mensaje|missatge|forwarded|reenviado|reenviat|message d'origine|ursprungliche|messaggio)|_{10,}$|(?:de|from|von|da) ?: .*@|(?:el|on|le|am|il|em) .{5,120}(?:escribio|ha escrit|va escriure|wrote|a ecrit|schrieb|ha scritto|escreveu) ?:|missatge de .{3,120}:$)`)

// read finds where the sentences of a mail's beginning begin.
func read(said string) text {
	var t text
	own, rest := paragraphs(said)
	t.ended = !rest
	var starts []int
	for i := range own {
		if i == 0 || own[i-1] == ' ' && i > 1 && strings.IndexByte(".!?:;,\n", own[i-2]) >= 0 || own[i-1] == '\n' {
			starts = append(starts, i)
		}
	}
	for n, i := range starts[:min(len(starts), maxSentences)] {
		s := strings.ReplaceAll(beginning(own[i:], maxSentence), "\n", " ")
		next := len(own)
		if n+1 < len(starts) {
			next = starts[n+1]
		}
		t.parts = append(t.parts, strings.TrimSpace(own[i:next]))
		t.sentences = append(t.sentences, s)
		t.folded = append(t.folded, fold(s))
	}
	t.all = fold(own)
	return t
}

// paragraphs joins the lines of a text's beginning that belong together: a line feed
// stays where a sentence may begin behind it. It reports whether there is more than that.
func paragraphs(said string) (own string, more bool) {
	var b strings.Builder
	last := ""
	for line := range strings.Lines(beginning(said, 8*maxOpening)) {
		line = strings.Join(strings.Fields(line), " ")
		folded := fold(beginning(line, maxSentence))
		if b.Len() >= maxOpening || quoted.MatchString(folded) {
			return b.String(), b.Len() >= maxOpening
		}
		if above.MatchString(folded) {
			last = ""
			continue
		}
		switch {
		case b.Len() == 0:
		case len(last) > 50 && !strings.HasSuffix(last, "."): // it goes on
			b.WriteByte(' ')
		default:
			b.WriteByte('\n')
		}
		b.WriteString(line)
		last = line
	}
	return b.String(), len(said) > 8*maxOpening
}
