package sentence

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// With puts the text together again with the translations of Sentences in their
// order. Where one cannot be used, what was written stays: its place among Sentences
// is returned. That is so when a fixed piece did not come through exactly once and in
// its order, when nothing came, or something absurdly long or short, and when the words
// would become markup. If every translation is what was given, and no term of the
// glossary is among it, the text is the one that was divided, to the byte.
func (t Text) With(translated []Sentence) (string, []int) {
	words := make([]string, len(t.units)) // "" keeps what stands there
	var kept []int
	changed := false
	for i := range t.units {
		u, original := &t.units[i], t.Original(i)
		if i < len(translated) {
			words[i] = t.accept(u.given, original, translated[i])
		}
		if words[i] == "" {
			kept = append(kept, i)
			continue
		}
		changed = changed || words[i] != original
	}
	if !changed {
		return t.whole, kept
	}
	if t.plain {
		return t.join(words), kept
	}
	t.holdShape(words)
	kept = kept[:0]
	for i, w := range words {
		if w == "" {
			kept = append(kept, i)
		}
	}
	return t.join(words), kept
}

// accept returns the words of a translation, or nothing when it cannot be used.
func (t Text) accept(given Sentence, original string, translated Sentence) string {
	if len(translated) == 0 || !proportionate(given, translated) {
		return ""
	}
	words, ok := weave(given, translated)
	if !ok || !utf8.ValidString(words) {
		return ""
	}
	if !t.plain && !sameShape(original, words) {
		return ""
	}
	return words
}

// proportionate says whether a translation is about as long as what was translated.
func proportionate(given, translated Sentence) bool {
	size := func(s Sentence) int {
		n := 0
		for _, p := range s {
			if !p.Fixed {
				n += utf8.RuneCountInString(strings.TrimSpace(p.Text))
			}
		}
		return n
	}
	was, is := size(given), size(translated)
	return (is > 0 || was == 0) && is <= 3*was+20 && was <= 3*is+20
}

// weave puts the free words of a translation between the fixed pieces of what was
// given, with the blanks that stood there.
func weave(given, translated Sentence) (string, bool) {
	before, fixed := gaps(given)
	after, came := gaps(translated)
	if len(fixed) != len(came) {
		return "", false
	}
	was, is := strings.Join(before, "\x00"), strings.Join(after, "\x00")
	if newSigns(was, is) {
		return "", false
	}
	var b strings.Builder
	for i := range before {
		free, ok := fit(before[i], after[i])
		if !ok {
			return "", false
		}
		b.WriteString(free)
		if i < len(fixed) {
			if came[i] != fixed[i] || smuggled(fixed[i], was, is) {
				return "", false
			}
			b.WriteString(fixed[i])
		}
	}
	return b.String(), true
}

// gaps returns the free words before, between and behind the fixed pieces, and these.
func gaps(s Sentence) (free, fixed []string) {
	free = []string{""}
	for _, p := range s {
		switch {
		case p.Fixed:
			fixed = append(fixed, p.Text)
			free = append(free, "")
		default:
			free[len(free)-1] += p.Text
		}
	}
	return free, fixed
}

// fit gives the words that came for a gap the blanks around those that stood there.
func fit(was, came string) (string, bool) {
	words := strings.Join(strings.Fields(came), " ")
	if came != was && strings.ContainsFunc(words, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
		return "", false
	}
	if words == strings.Join(strings.Fields(was), " ") {
		return was, true
	}
	bare := strings.TrimSpace(was)
	if bare == "" {
		return "", false // words moved to where none were
	}
	from := strings.Index(was, bare)
	head, tail := was[:from], was[from+len(bare):]
	if words == "" {
		return cmp.Or(head, tail), true
	}
	if tail == "" && strings.HasSuffix(bare, "'") && !strings.HasSuffix(words, "'") {
		tail = " " // the vowel came back
	}
	return head + words + tail, true
}

// smuggled says whether a fixed piece also came among the free words.
func smuggled(fixed, was, is string) bool {
	fixed = strings.TrimSpace(fixed)
	return len(fixed) > 3 && strings.ContainsAny(fixed, "0123456789./:@_-") && strings.Contains(is, fixed) && !strings.Contains(was, fixed)
}

// signs are those that may become markup, whatever stands around them.
const signs = "*_[]{}|^~+#\\<>@\u2060"

// newSigns says whether signs of markup came that were not there.
func newSigns(was, came string) bool {
	for _, r := range signs {
		if n := strings.Count(came, string(r)); n > 0 && n > strings.Count(was, string(r)) {
			return true
		}
	}
	return strings.Count(came, "??") > strings.Count(was, "??") || strings.Count(came, "--") > strings.Count(was, "--") ||
		strings.Count(came, "!") > strings.Count(was, "!") || strings.Contains(came, "://") && !strings.Contains(was, "://")
}

// join is the text with the words that are there.
func (t Text) join(words []string) string {
	var b strings.Builder
	at := 0
	for i := range t.units {
		if words[i] == "" {
			continue
		}
		b.WriteString(t.src[at:t.units[i].start])
		b.WriteString(words[i])
		at = t.units[i].end
	}
	b.WriteString(t.src[at:])
	b.WriteString(t.tail)
	return b.String()
}

// holdShape takes back the words of blocks until the text has the shape that it had.
// A sentence alone was tried before, so this is for what depends on its place.
func (t Text) holdShape(words []string) {
	want := shapeOf(t.src)
	tries := min(maxTries, 4+maxText/(len(t.src)+1)) // a long text takes long to read
	var hold func(lo, hi int)
	hold = func(lo, hi int) {
		if lo >= hi || t.holds(words, lo, hi, want) && tries >= 0 {
			return
		}
		if tries--; tries < 0 || t.units[lo].block == t.units[hi-1].block {
			clear(words[lo:hi])
			return
		}
		mid := (lo + hi) / 2
		for mid < hi && t.units[mid].block == t.units[mid-1].block {
			mid++
		}
		if mid == hi {
			for mid = (lo + hi) / 2; t.units[mid].block == t.units[mid-1].block; {
				mid--
			}
		}
		hold(lo, mid)
		hold(mid, hi)
	}
	hold(0, len(words))
	if !t.holds(words, 0, len(words), want) {
		clear(words)
	}
}

// maxTries bounds how often a text is read to find the block whose shape changed.
const maxTries = 24

// holds says whether the text has its shape when only those words are put in.
func (t Text) holds(words []string, lo, hi int, want string) bool {
	only := make([]string, len(words))
	copy(only[lo:hi], words[lo:hi])
	t.tail = ""
	return shapeOf(t.join(only)) == want
}

// sameShape says whether two lines are the same markup but for their words.
func sameShape(a, b string) bool { return a == b || shapeOf(a) == shapeOf(b) }

// shapeOf tells what markup a text is, without its words: the kinds of its nodes as
// they stand in one another, and where links, images and mentions go.
func shapeOf(markup string) string {
	t := wiki.Parse(markup)
	var b strings.Builder
	shape(&b, &t.Root)
	return b.String()
}

func shape(b *strings.Builder, n *wiki.Node) {
	if n.Kind == wiki.Text {
		return
	}
	b.WriteRune('A' + rune(n.Kind))
	b.WriteRune('0' + rune(n.Level))
	if n.Ordered || n.Header {
		b.WriteByte('+')
	}
	b.WriteString(n.Target)
	if len(n.Children) == 0 {
		b.WriteString(n.Text) // of a block that stays as it is
	}
	b.WriteByte('(')
	for i := range n.Children {
		shape(b, &n.Children[i])
	}
	b.WriteByte(')')
}
