package sentence

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSentence is where a sentence is parted at the next blank, in bytes; at twice of it,
// it is parted anywhere.
const maxSentence = 1500

// split divides the tokens of a block into sentences.
func (d *divider) split() {
	first, line := 0, 0
	for i := range d.tokens {
		t := &d.tokens[i]
		ends := false
		switch t.kind {
		case verbatimEnd:
			ends = true
		case breakToken:
			ends = !d.goesOn(line, i)
			line = i + 1
		case blankToken:
			ends = d.endsAt(i) || t.start-d.tokens[first].start > maxSentence
		}
		if ends {
			d.sentence(d.tokens[first:i])
			first = i + 1
		} else if t.end-d.tokens[first].start > 2*maxSentence && i > first {
			d.sentence(d.tokens[first:i])
			first = i
		}
	}
	if first < len(d.tokens) {
		d.sentence(d.tokens[first:])
	}
}

func (d *divider) text(t token) string { return d.src[t.start:t.end] }

// endsAt says whether a sentence ends before the blank at i.
func (d *divider) endsAt(i int) bool {
	p, n := i-1, i+1
	for p >= 0 && d.tokens[p].kind == markToken {
		p--
	}
	for n < len(d.tokens) && d.tokens[n].kind == markToken {
		n++
	}
	if p < 0 || n == len(d.tokens) || d.tokens[p].kind != wordToken {
		return false
	}
	word := strings.TrimRight(d.text(d.tokens[p]), `)]"'»”’*_`)
	end, _ := utf8.DecodeLastRuneInString(word)
	if !strings.ContainsRune(".!?…", end) || end == '.' && d.isAbbreviation(p, word) {
		return false
	}
	return d.tokens[n].kind == fixedToken || begins(d.text(d.tokens[n]))
}

// begins says whether a sentence can begin with the word.
func begins(word string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, `([{"'«“‘*_\-`))
	return unicode.IsUpper(r) || unicode.IsDigit(r) || r == '¿' || r == '¡' || r == '/' || r == utf8.RuneError
}

// isAbbreviation says whether the point behind a word is its own: of an
// abbreviation, an initial, or a number that begins a line.
func (d *divider) isAbbreviation(i int, word string) bool {
	bare := strings.ToLower(strings.TrimRight(strings.TrimLeft(word, `([{"'«“‘*_`), "."))
	if utf8.RuneCountInString(bare) == 1 && unicode.IsLetter(firstRune(bare)) {
		return !d.afterNumber(d.tokens, i) // a unit ends a sentence, an initial does not
	}
	if abbreviations[bare] {
		return true
	}
	if strings.Trim(bare, "0123456789") != "" {
		return false
	}
	return i == 0 || d.tokens[i-1].kind == breakToken
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

var abbreviations = set(`sr sra srs sres dr dra núm num tel tlf ext av avda pl pg pàg pág art aprox p.ex p.e ex etc vs incl
	màx máx mín min st sta sant c/ ctra dept depto dpt dep ref resp esp ca approx fig cia nr nº`)

// wrapped is how long a line is, in characters, that was broken because it was full.
const wrapped = 60

// goesOn says whether a sentence goes on behind the line break at i. line is where
// the line before it begins.
func (d *divider) goesOn(line, i int) bool {
	if strings.Count(d.text(d.tokens[i]), "\n") != 1 || i == 0 || i+1 == len(d.tokens) || i <= line {
		return false
	}
	last, next := d.tokens[i-1], d.tokens[i+1]
	if last.kind == blankToken && i > line+1 {
		last = d.tokens[i-2]
	}
	if next.kind == blankToken && i+2 < len(d.tokens) {
		next = d.tokens[i+2]
	}
	if last.kind != wordToken && last.kind != fixedToken || next.kind != wordToken {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(d.text(last))
	return unicode.IsLower(firstRune(d.text(next))) && !strings.ContainsRune(".!?…:;", end) &&
		utf8.RuneCountInString(d.src[d.tokens[line].start:last.end]) >= wrapped
}
