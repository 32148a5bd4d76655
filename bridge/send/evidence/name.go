package evidence

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/mapping/wiki"
)

const (
	// minName is from how many letters a name is known where it merely stands in a
	// text; shorter ones stand there by chance.
	minName = 5
	// maxName bounds a name that is looked for in texts, in bytes; Jira has no longer.
	maxName = 300
	// maxExtension bounds what stands behind a name's last dot, in letters.
	maxExtension = 8
)

// speakable reports whether a name, as bridge.FileKey gives it, is looked for in texts.
func speakable(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	if dot < 1 || len(name) > maxName || utf8.RuneCountInString(name) < minName {
		return false
	}
	ext := name[dot+1:]
	return ext != "" && utf8.RuneCountInString(ext) <= maxExtension && !strings.ContainsFunc(ext, func(r rune) bool { return !inWord(r) })
}

// named returns which of the names (by bridge.FileKey) the texts embed or name, each once, in the
// order of their places.
func named[V any](markup []string, names map[string]V) []string {
	if len(names) == 0 {
		return nil
	}
	words := make([]string, 0, len(names))
	for name := range names {
		if speakable(name) {
			words = append(words, name)
		}
	}
	slices.Sort(words)
	x := newIndex(words)
	var out []string
	seen := map[string]bool{}
	for _, text := range markup {
		for _, name := range x.read(text) {
			if _, is := names[name]; is && !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}

// read returns the names that a text embeds or in which it names a file, in order.
func (x *index) read(markup string) []string {
	tree := wiki.Parse(markup)
	r := reader{index: x}
	r.walk(&tree.Root)
	r.flush()
	found := append(r.embedded, x.find(r.tokens)...)
	slices.SortStableFunc(found, func(a, b mention) int { return cmp.Compare(a.start, b.start) })
	names := make([]string, len(found))
	for i, m := range found {
		names[i] = m.name
	}
	return names
}

// mention is a place where a file is named.
type mention struct {
	start, end int // tokens
	name       string
}

// reader makes of a tree what can be looked through.
type reader struct {
	index    *index
	tokens   []token
	embedded []mention
	pending  strings.Builder
}

func (r *reader) walk(n *wiki.Node) {
	switch {
	case n.Kind == wiki.Deleted:
		return // struck out: not meant any more
	case n.Kind == wiki.Image || n.Kind == wiki.File:
		r.embed(n.Target)
		return
	case n.Kind == wiki.Link && strings.HasPrefix(n.Target, "^"):
		r.embed(n.Target[1:])
	case n.Kind == wiki.Break:
		r.pending.WriteByte('\n')
	case n.Kind < wiki.Text:
		r.flush()
	}
	r.pending.WriteString(n.Text)
	for i := range n.Children {
		r.walk(&n.Children[i])
	}
}

// embed notes a file that is shown or linked.
func (r *reader) embed(target string) {
	r.flush()
	r.embedded = append(r.embedded, mention{start: len(r.tokens), name: bridge.FileKey(target)})
}

// flush cuts what was read so far; a name never goes over it.
func (r *reader) flush() {
	if r.pending.Len() == 0 {
		return
	}
	r.tokens = r.index.cut(r.tokens, bridge.FileKey(r.pending.String()))
	r.tokens = append(r.tokens, token{})
	r.pending.Reset()
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }
