package translate

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"escalat/bridge/sentence"
)

// marked are the letters with a meaning in the stream between the programs, and those
// that mark unknown words. The programs treat some of them wrongly even where they are
// escaped, so none is ever given to them.
const marked = `[]{}^$/\@<>~*#+|=`

// stand is how the words begin that stand for fixed pieces. No language has such a word,
// so it passes as an unknown one, and the grammar around it sees a noun. It has no
// digits, at which the programs split.
const stand = "xqz"

// stream is a sentence in Apertium's stream format. What is fixed is not in it: a word
// that nobody knows stands for each run of fixed pieces, or a numbered blank for
// what is no word, such as markup.
type stream struct {
	text string
	held [][]sentence.Piece // by number
	stop bool               // the sentence ends in a full stop of ours
	low  bool               // its first letter was a capital
}

// fit writes letters as the dictionary has them.
var fit = strings.NewReplacer("ŀ", "l·", "Ŀ", "L·", "’", "'", "\u00a0", " ", "\x00", " ")

// encode writes a sentence; false where nothing is to be translated.
func encode(s sentence.Sentence) (*stream, bool) {
	out := &stream{}
	var b strings.Builder
	words := false
	for i := 0; i < len(s); {
		if !s[i].Fixed {
			words = words || strings.ContainsFunc(s[i].Text, unicode.IsLetter)
			out.free(&b, s[i].Text)
			i++
			continue
		}
		end := i
		for end < len(s) && s[end].Fixed {
			end++
		}
		out.fixed(&b, s[i:end], end < len(s) && startsWord(s[end].Text))
		i = end
	}
	text := strings.TrimRightFunc(b.String(), unicode.IsSpace)
	if last, _ := utf8.DecodeLastRuneInString(text); !strings.ContainsRune(".:;?!…", last) {
		// The programs know by it that a sentence ends, as after their own reader of texts.
		text, out.stop = text+".", true
	}
	out.text, out.low = lower(text)
	return out, words
}

// lower takes the capital from the word that begins a sentence: with it the dictionary
// would often see a name. Names proper are fixed.
func lower(text string) (string, bool) {
	first, n := utf8.DecodeRuneInString(text)
	second, _ := utf8.DecodeRuneInString(text[n:])
	if !unicode.IsUpper(first) || !unicode.IsLower(second) && second != ' ' && second != '\'' {
		return text, false
	}
	return string(unicode.ToLower(first)) + text[n:], true
}

// free writes text that is to be translated.
func (st *stream) free(b *strings.Builder, text string) {
	text = known(fit.Replace(norm.NFC.String(strings.ToValidUTF8(text, "?"))))
	for start, end := odd(text); start >= 0; start, end = odd(text) {
		b.WriteString(text[:start])
		st.blank(b, []sentence.Piece{{Text: text[start:end]}})
		text = text[end:]
	}
	b.WriteString(text)
}

// odd finds the first part of a text that must not be given to the programs, or -1.
func odd(text string) (start, end int) {
	for i := range len(text) {
		if strings.IndexByte(marked, text[i]) >= 0 {
			return i, i + 1
		}
		if end := i + len(stand); end <= len(text) && strings.EqualFold(text[i:end], stand) {
			return i, end
		}
	}
	return -1, -1
}

// fixed writes what stands for pieces that pass untouched.
func (st *stream) fixed(b *strings.Builder, pieces []sentence.Piece, glued bool) {
	word := false
	for _, p := range pieces {
		word = word || strings.ContainsFunc(p.Text, isWord)
	}
	last, _ := utf8.DecodeLastRuneInString(b.String())
	if !word || glued || isWord(last) {
		st.blank(b, pieces)
		return
	}
	b.WriteString(stand + letters(len(st.held)))
	st.held = append(st.held, pieces)
}

func (st *stream) blank(b *strings.Builder, pieces []sentence.Piece) {
	b.WriteString("[" + strconv.Itoa(len(st.held)) + "]")
	st.held = append(st.held, pieces)
}

// decode reads what became of it. It gives nothing where a piece did not come back
// exactly once.
func (st *stream) decode(answer string) sentence.Sentence {
	var out sentence.Sentence
	seen := make([]bool, len(st.held))
	if st.stop {
		answer = strings.TrimSuffix(answer, ".")
	}
	for answer != "" {
		free, n, rest := next(answer)
		out = appendPieces(out, sentence.Piece{Text: unmarked.Replace(free)})
		answer = rest
		if n < 0 {
			continue
		}
		if n >= len(seen) || seen[n] {
			return nil
		}
		seen[n] = true
		out = appendPieces(out, st.held[n]...)
	}
	for _, s := range seen {
		if !s {
			return nil
		}
	}
	if st.low && len(out) > 0 && !out[0].Fixed {
		first, n := utf8.DecodeRuneInString(out[0].Text)
		out[0].Text = string(unicode.ToUpper(first)) + out[0].Text[n:]
	}
	return out
}

// opened puts the sign before a question that Spanish begins with, where a sentence is
// one from its beginning.
func opened(s sentence.Sentence) sentence.Sentence {
	last := len(s) - 1
	if last < 0 || s[0].Fixed || s[last].Fixed || !strings.HasSuffix(strings.TrimSpace(s[last].Text), "?") {
		return s
	}
	for _, p := range s {
		if !p.Fixed && strings.Contains(p.Text, "¿") {
			return s
		}
	}
	i := strings.IndexFunc(s[0].Text, func(r rune) bool { return unicode.IsLetter(r) })
	if i < 0 || strings.ContainsAny(s[last].Text[:strings.LastIndexByte(s[last].Text, '?')], ".?!") {
		return s
	}
	s[0].Text = s[0].Text[:i] + "¿" + s[0].Text[i:]
	return s
}

// unmarked takes away what the programs mark words with that they could not handle.
var unmarked = strings.NewReplacer("*", "", "@", "", "#", "", `\`, "")

// next cuts an answer at the first number, which is -1 when there is none.
func next(answer string) (free string, n int, rest string) {
	for i := range len(answer) {
		if answer[i] == '[' {
			inside, rest, found := strings.Cut(answer[i+1:], "]")
			if n, err := strconv.Atoi(inside); err == nil && found && n >= 0 {
				return answer[:i], n, rest
			}
			continue
		}
		if len(answer)-i > len(stand) && strings.EqualFold(answer[i:i+len(stand)], stand) {
			end := i + len(stand)
			for end < len(answer) && isLetter(answer[end]) {
				end++
			}
			if n := number(answer[i+len(stand) : end]); n >= 0 {
				return answer[:i], n, answer[end:]
			}
		}
	}
	return answer, -1, ""
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// letters is a number in letters: a to z, then ba, bb and so on.
func letters(n int) string {
	if n < 26 {
		return string(rune('a' + n))
	}
	return letters(n/26) + string(rune('a'+n%26))
}

// number is what letters wrote, or -1.
func number(s string) int {
	if s == "" || len(s) > 5 {
		return -1
	}
	n := 0
	for i := range len(s) {
		n = n*26 + int(s[i]|0x20-'a')
	}
	return n
}

func isWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_')
}

func startsWord(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return isWord(first)
}

// appendPieces appends pieces; free neighbours become one.
func appendPieces(s sentence.Sentence, pieces ...sentence.Piece) sentence.Sentence {
	for _, p := range pieces {
		switch last := len(s) - 1; {
		case p.Text == "" && !p.Fixed:
		case last >= 0 && !s[last].Fixed && !p.Fixed:
			s[last].Text += p.Text
		default:
			s = append(s, p)
		}
	}
	return s
}
