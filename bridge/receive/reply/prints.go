package reply

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"escalat/mapping/wiki"
)

const (
	// maxPrints bounds what is kept of a text that we send: about 1,500 words.
	maxPrints = 200
	// minPrint is how many letters a print has at least that is ours for sure.
	minPrint = 20
	// oneIn is how often a word ends a print.
	oneIn = 4
	// minOverlap is how many lines of ours a quote has at least.
	minOverlap = 3
)

// Prints returns fingerprints of a text that we send, for Overlap. A print is a few words;
// it ends at words that are known by themselves, so that the breaks of lines do not matter,
// nor do case, accents and signs.
func Prints(text string) []uint32 {
	var all []uint32
	seen := map[uint32]bool{}
	add := func(p piece) {
		if !seen[p.print] && len(all) < maxPrints {
			seen[p.print] = true
			all = append(all, p.print)
		}
	}
	var f filler
	for text != "" && len(all) < maxPrints {
		s, more, _ := strings.Cut(text, "\n")
		f.line(s, add)
		text = more
	}
	f.end(add)
	return all
}

// piece is a few words that stand one after the other.
type piece struct {
	print   uint32
	letters int
	lines   []int // in which they stand, by number,
	in      []int // and how many letters of them
}

// filler makes pieces of lines.
type filler struct {
	now    piece
	hash   uint32
	number int // of the present line
}

// line adds a line. An empty one ends the piece.
func (f *filler) line(s string, done func(piece)) {
	words := strings.FieldsFunc(bare(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		f.end(done)
	}
	for _, word := range words {
		n := utf8.RuneCountInString(word)
		h := fnv.New32a()
		_, _ = h.Write([]byte(word))
		f.hash = f.hash*16777619 ^ h.Sum32()
		f.now.letters += n
		if last := len(f.now.lines) - 1; last >= 0 && f.now.lines[last] == f.number {
			f.now.in[last] += n
		} else {
			f.now.lines, f.now.in = append(f.now.lines, f.number), append(f.now.in, n)
		}
		if f.now.letters >= minPrint && h.Sum32()%oneIn == 0 || f.now.letters > 10*minPrint {
			f.end(done)
		}
	}
	f.number++
}

func (f *filler) end(done func(piece)) {
	if f.now.letters > 0 {
		f.now.print = f.hash
		done(f.now)
	}
	f.now, f.hash = piece{}, 0
}

// bare takes case and accents out of a line.
func bare(s string) string { return fold(norm.NFC.String(s)) }

// known is how much of a line is ours.
type known struct {
	letters int // of it
	ours    int // in pieces of ours
	sure    int // in pieces of ours that are long
}

// Overlap cuts off the end of a new text what the prints know to be a quote of ours: at
// least three lines behind which nothing is new. The rest is never empty.
func Overlap(lines []wiki.Line, prints []uint32) (kept []wiki.Line, cut string) {
	ours := map[uint32]bool{}
	for _, p := range prints {
		ours[p] = true
	}
	if len(ours) == 0 || len(lines) > maxLines {
		return lines, ""
	}
	all := make([]known, len(lines))
	add := func(p piece) {
		for i, at := range p.lines {
			all[at].letters += p.in[i]
			if ours[p.print] {
				all[at].ours += p.in[i]
				if p.letters >= minPrint {
					all[at].sure += p.in[i]
				}
			}
		}
	}
	var f filler
	for _, l := range lines {
		f.line(strings.TrimLeft(l.Text, "> "), add)
	}
	f.end(add)
	start, found := len(lines), 0
	for i, k := range slices.Backward(all) {
		if k.letters > 0 && 2*k.ours < k.letters || len(lines[i].Spans) > 0 && k.letters == 0 {
			break
		}
		if k.letters > 0 && 2*k.sure >= k.letters {
			start = i
			found++
		}
	}
	for start > 0 && leads(lines[start-1].Text) {
		start--
	}
	if found < minOverlap || !anyWord(lines[:start]) {
		return lines, ""
	}
	cut = Plain(lines[start:])
	for start > 0 && lines[start-1].Text == "" && len(lines[start-1].Spans) == 0 {
		start--
	}
	return lines[:start], strings.Trim(cut, "\n")
}

// leads reports whether a line above our text only leads to it.
func leads(s string) bool {
	s = visible(s)
	if s == "" || divider.MatchString(s) || original.MatchString(fold(s)) {
		return true
	}
	ok, _ := saysWhoWrote(s)
	return ok
}

// Plain shows lines as plain text.
func Plain(lines []wiki.Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(plain(l, 0) + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

func anyWord(lines []wiki.Line) bool {
	for _, l := range lines {
		if visible(l.Text) != "" && !divider.MatchString(visible(l.Text)) {
			return true
		}
	}
	return false
}
