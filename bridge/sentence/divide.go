package sentence

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/mapping/wiki"
)

// Options say what is fixed beyond the rules of this package, and what is wanted.
type Options struct {
	// Plain says that the text is no markup: a summary, a file's name.
	Plain bool
	// Want says of one sentence whether it is to be translated; nil: all are. It
	// sees the sentence without its markup.
	Want func(sentence string) bool
	// Masks are texts that stay wherever they stand: what is hidden is masked so.
	Masks []string
	// Names are those of people and applications, as they are written.
	Names []string
	// Glossary knows the words that stay and those with a fixed translation; nil:
	// none do.
	Glossary *Glossary
}

// maxText bounds the text that is divided, in bytes; what stands beyond stays.
const maxText = 1 << 20

// Text is a text that was divided.
type Text struct {
	whole string // as it was given
	src   string // the part of it that was read, as the markup's parser cleans it
	tail  string // the rest
	plain bool
	units []unit
}

// unit is a sentence to be translated and where it stands.
type unit struct {
	start, end int
	block      int // of which block of the markup it is
	given      Sentence
}

// Divide finds the sentences of a text that are to be translated. It reads every
// text; blocks of code, logs, what tools print and what is all technical are no
// sentences.
func Divide(text string, o Options) Text {
	head, tail := cut(text)
	t := Text{whole: text, tail: tail, plain: o.Plain}
	d := divider{o: &o, phrases: newPhrases(&o)}
	if o.Plain {
		d.src = head
		d.plainBlocks()
	} else {
		tree := wiki.Parse(head)
		d.src = tree.Source
		d.verbatim = verbatimLines(&tree)
		d.blocks(&tree.Root)
	}
	t.src, t.units = d.src, d.units
	return t
}

// cut returns valid text of at most maxText bytes and what stands behind it.
func cut(text string) (head, tail string) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= maxText {
		return text, ""
	}
	n := maxText
	for !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n], text[n:]
}

// Sentences are those to be translated, in the order of the text.
func (t Text) Sentences() []Sentence {
	out := make([]Sentence, len(t.units))
	for i := range t.units {
		out[i] = t.units[i].given
	}
	return out
}

// Original is what stands in the text where the n-th of Sentences does.
func (t Text) Original(n int) string { return t.src[t.units[n].start:t.units[n].end] }

// divider reads one text.
type divider struct {
	o        *Options
	phrases  *phrases
	src      string
	verbatim []extent
	block    int
	tokens   []token // of the present block
	units    []unit
}

// extent is a part of the text, in bytes.
type extent struct{ start, end int }

// token is a part of a block: a run of blanks, a word with its punctuation, or
// something that stays.
type token struct {
	start, end int
	kind       tokenKind
	to         string // what a fixed one becomes, when that is not what it is
}

type tokenKind int

const (
	blankToken  tokenKind = iota
	wordToken             // free unless its word is technical
	fixedToken            // stays, and is content: an address, a quote, a mask
	markToken             // stays, and is markup
	breakToken            // the end of a line
	verbatimEnd           // parts sentences: what stands there is none
)

// blocks reads the blocks below a node.
func (d *divider) blocks(n *wiki.Node) {
	switch n.Kind {
	case wiki.Paragraph, wiki.Heading:
		d.tokens = d.tokens[:0]
		d.inline(n.Children, n.InnerStart, n.InnerEnd)
		d.endBlock()
	case wiki.Code, wiki.Preformatted, wiki.Rule:
	default:
		d.title(n)
		for i := range n.Children {
			d.blocks(&n.Children[i])
		}
	}
}

// title reads what stands above a panel: a text in its tag.
func (d *divider) title(n *wiki.Node) {
	if n.Kind != wiki.Panel || n.Title == "" {
		return
	}
	tag := d.src[n.Start:n.InnerStart]
	if at := strings.Index(tag, n.Title); at > 0 && strings.IndexByte("=: ", tag[at-1]) >= 0 {
		d.tokens = d.tokens[:0]
		d.words(n.Start+at, n.Start+at+len(n.Title))
		d.endBlock()
	}
}

// plainBlocks reads a text without markup: one block.
func (d *divider) plainBlocks() {
	d.verbatim = verbatimOf(d.src)
	d.words(0, len(d.src))
	d.endBlock()
}

func (d *divider) endBlock() {
	d.split()
	d.block++
}

// inline makes tokens of inline nodes that stand between lo and hi.
func (d *divider) inline(nodes []wiki.Node, lo, hi int) {
	for i := range nodes {
		n := &nodes[i]
		d.add(lo, n.Start, markToken)
		d.node(n)
		lo = n.End
	}
	d.add(lo, hi, markToken)
}

func (d *divider) node(n *wiki.Node) {
	switch n.Kind {
	case wiki.Text:
		d.words(n.Start, n.End)
	case wiki.Break:
		d.add(n.Start, n.End, breakToken)
	case wiki.Strong, wiki.Emphasis, wiki.Citation, wiki.Deleted, wiki.Inserted, wiki.Superscript, wiki.Subscript, wiki.Color:
		d.around(n)
	case wiki.Link:
		if d.src[n.Start] != '[' || isAddressLink(n) {
			d.add(n.Start, n.End, fixedToken)
			return
		}
		d.around(n)
	case wiki.Monospace, wiki.Mention, wiki.File:
		d.add(n.Start, n.End, fixedToken)
	default:
		d.add(n.Start, n.End, markToken)
	}
}

// around adds a node that holds others, with its marks.
func (d *divider) around(n *wiki.Node) {
	d.add(n.Start, n.InnerStart, markToken)
	d.inline(n.Children, n.InnerStart, n.InnerEnd)
	d.add(n.InnerEnd, n.End, markToken)
}

// isAddressLink says whether a link shows an address.
func isAddressLink(n *wiki.Node) bool {
	if len(n.Children) != 1 || n.Children[0].Kind != wiki.Text {
		return len(n.Children) == 0
	}
	shown := n.Children[0].Text
	return shown == n.Target || strings.Contains(shown, "://") || !strings.ContainsAny(shown, " \t") && strings.ContainsAny(shown, "@./")
}

func (d *divider) add(start, end int, kind tokenKind) {
	if start < end {
		d.tokens = append(d.tokens, token{start: start, end: end, kind: kind})
	}
}

// words makes tokens of text: words, blanks, ends of lines, and the phrases that
// stay whole. A line that stands as it is parts what is around it.
func (d *divider) words(lo, hi int) {
	d.outside(lo, hi, func(lo, hi int) {
		done := lo
		for _, p := range d.phrases.in(d.src[lo:hi]) {
			d.plainWords(done, lo+p.start)
			d.tokens = append(d.tokens, token{start: lo + p.start, end: lo + p.end, kind: fixedToken, to: p.to})
			done = lo + p.end
		}
		d.plainWords(done, hi)
	})
}

// outside gives the parts from lo to hi that no verbatim line covers.
func (d *divider) outside(lo, hi int, part func(lo, hi int)) {
	for len(d.verbatim) > 0 && d.verbatim[0].end <= lo {
		d.verbatim = d.verbatim[1:]
	}
	for _, v := range d.verbatim {
		if v.start >= hi {
			break
		}
		if lo < v.start {
			part(lo, v.start)
		}
		d.add(max(lo, v.start), min(hi, v.end), verbatimEnd)
		lo = min(max(lo, v.end), hi)
	}
	if lo < hi {
		part(lo, hi)
	}
}

// plainWords makes tokens of words, blanks and ends of lines.
func (d *divider) plainWords(lo, hi int) {
	for lo < hi {
		r, size := utf8.DecodeRuneInString(d.src[lo:hi])
		end := lo + size
		space := unicode.IsSpace(r)
		for end < hi {
			r, size := utf8.DecodeRuneInString(d.src[end:hi])
			if unicode.IsSpace(r) != space {
				break
			}
			end += size
		}
		kind := wordToken
		if space {
			kind = blankToken
			if strings.Contains(d.src[lo:end], "\n") {
				kind = breakToken
			}
		}
		d.add(lo, end, kind)
		lo = end
	}
}
