package evidence

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// index finds many names in a text in one pass (Aho and Corasick, 1975), word by word.
type index struct {
	words map[string]int32 // each word and sign of the names, from 1
	next  map[edge]int32
	nodes []node // the first is the root
}

type edge struct{ from, word int32 }

// node is what was read so far: the beginning of a name.
type node struct {
	name string // the name that ends here
	// depth is how many words were read; fail is the node of the longest end of them
	// that begins a name, and shorter the longest that is a name.
	depth, fail, shorter int32
}

// token is a word of a text, or a sign between words.
type token struct {
	id   int32 // 0: stands in no name
	word bool
	glue bool // makes one word of those beside it
}

// newIndex makes an index of names, as key gives them.
func newIndex(names []string) *index {
	x := &index{words: map[string]int32{}, next: map[edge]int32{}, nodes: []node{{}}}
	var level []edge // those that lead to the nodes, by depth
	for _, name := range names {
		at := int32(0)
		for _, w := range split(name) {
			id, known := x.words[w]
			if !known {
				id = int32(len(x.words) + 1)
				x.words[w] = id
			}
			to, known := x.next[edge{at, id}]
			if !known {
				to = int32(len(x.nodes))
				x.next[edge{at, id}] = to
				x.nodes = append(x.nodes, node{depth: x.nodes[at].depth + 1})
				level = append(level, edge{at, id})
			}
			at = to
		}
		x.nodes[at].name = name
	}
	slices.SortStableFunc(level, func(a, b edge) int { return cmp.Compare(x.nodes[a.from].depth, x.nodes[b.from].depth) })
	for _, e := range level {
		x.link(e)
	}
	return x
}

// link tells the node behind an edge where to go on when a name breaks off.
func (x *index) link(e edge) {
	n := &x.nodes[x.next[e]]
	if e.from != 0 {
		n.fail = x.step(x.nodes[e.from].fail, e.word)
	}
	if n.shorter = n.fail; x.nodes[n.fail].name == "" {
		n.shorter = x.nodes[n.fail].shorter
	}
}

// step reads a word.
func (x *index) step(at, word int32) int32 {
	for {
		if to, ok := x.next[edge{at, word}]; ok || at == 0 {
			return to
		}
		at = x.nodes[at].fail
	}
}

// find returns where names stand as words of their own: of those that end together the
// longest, and of those that overlap the first.
func (x *index) find(text []token) []mention {
	var found []mention
	at := int32(0)
	for i, t := range text {
		at = x.step(at, t.id)
		for n := at; n != 0; n = x.nodes[n].shorter {
			start := i + 1 - int(x.nodes[n].depth)
			if x.nodes[n].name != "" && apart(text, start, i+1) {
				found = append(found, mention{start, i + 1, x.nodes[n].name})
				break
			}
		}
	}
	slices.SortStableFunc(found, func(a, b mention) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	end := 0
	return slices.DeleteFunc(found, func(m mention) bool {
		if m.start < end {
			return true
		}
		end = m.end
		return false
	})
}

// apart reports whether the tokens are a word of their own: no part of a longer name,
// a path or an address.
func apart(text []token, start, end int) bool {
	before := start > 1 && text[start-1].glue && text[start-2].word
	behind := end+1 < len(text) && text[end].glue && text[end+1].word
	return !before && !behind
}

// cut appends the tokens of a text, as bridge.FileKey gives it.
func (x *index) cut(tokens []token, text string) []token {
	for _, s := range split(text) {
		r, _ := utf8.DecodeRuneInString(s)
		tokens = append(tokens, token{id: x.words[s], word: inWord(r), glue: strings.ContainsRune(`_-./\@%`, r)})
	}
	return tokens
}

// split parts a text into words and the signs between them.
func split(text string) []string {
	var out []string
	for text != "" {
		r, n := utf8.DecodeRuneInString(text)
		if inWord(r) {
			if n = strings.IndexFunc(text, func(r rune) bool { return !inWord(r) }); n < 0 {
				n = len(text)
			}
		}
		out = append(out, text[:n])
		text = text[n:]
	}
	return out
}
