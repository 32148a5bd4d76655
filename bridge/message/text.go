package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"html"
	"io"
	"strings"
	"unicode/utf8"
)

// collector takes the texts, and counts and digests what is not text.
type collector struct {
	*walk

	parts  []Part
	inners []Inner
	held   int    // bytes of texts so far
	buf    []byte // what passes by of a part
}

// leaf implements visitor.
func (c *collector) leaf(l leaf, body io.Reader) ([]Piece, bool) {
	disposition, params := parseParams(first(l.header, "Content-Disposition"))
	name := nameOf(params, l.params)
	if isText(l, disposition, name) {
		return []Piece{c.piece(l, body)}, false
	}
	if c.buf == nil {
		c.buf = make([]byte, 32<<10)
	}
	sum := sha256.New()
	var to io.Writer = sum
	var begin beginning
	isInner := kindOf(l.media) != notInner && c.roomInside()
	if isInner {
		to = io.MultiWriter(sum, &begin)
	}
	size, _ := io.CopyBuffer(to, body, c.buf) // the parser keeps the error
	c.parts = append(c.parts, Part{
		Index: l.index, Name: name, Type: l.media, Size: size, Inline: disposition == "inline",
		ID: messageID(first(l.header, "Content-ID")), Digest: hex.EncodeToString(sum.Sum(nil)),
		Signature: isSignature(l.media),
	})
	if isInner {
		c.inners = append(c.inners, begin.inner(l.index, l.media, c.lim))
	}
	return nil, false
}

// roomInside reports whether one more report may be read.
func (c *collector) roomInside() bool {
	if len(c.inners) < c.lim.Inner {
		return true
	}
	c.defect(defectInner)
	return false
}

// isText reports whether a leaf is the text. Some clients mark that as inline; a name
// makes it a file, but not where it is all that there is or one of alternatives.
func isText(l leaf, disposition, name string) bool {
	if l.media != "text/plain" && l.media != "text/html" || disposition == "attachment" {
		return false
	}
	return name == "" || l.parent == "" || l.parent == "multipart/alternative"
}

// maxTexts times Limits.Text is what all the texts of a mail may hold.
const maxTexts = 4

func (c *collector) piece(l leaf, body io.Reader) Piece {
	room := min(c.lim.Text, maxTexts*c.lim.Text-c.held)
	body = io.MultiReader(bytes.NewReader(l.junk), body)
	raw, _ := io.ReadAll(io.LimitReader(body, int64(room)+1)) // the parser keeps the error
	cut := len(raw) > room
	if cut {
		raw = wholeLetters(raw[:room])
	}
	c.held += len(raw)
	if l.plain {
		raw = c.undeclared(raw)
	}
	declared := l.params.get("charset")
	if l.media == "text/html" && declared == "" {
		declared = metaCharset(raw)
	}
	text, defect := decodeText(raw, declared)
	if defect != "" && !cut {
		c.defect(defect)
	}
	if l.media == "text/html" {
		return Piece{HTML: cleanLines(text), HTMLCut: cut}
	}
	if text = cleanText(text); strings.EqualFold(l.params.get("format"), "flowed") {
		text = unflow(text, strings.EqualFold(l.params.get("delsp"), "yes"))
	}
	return Piece{Plain: unarmour(text), PlainCut: cut}
}

// wholeLetters leaves out a letter of UTF-8 that was cut.
func wholeLetters(raw []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(raw); i++ {
		if c := raw[len(raw)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(raw[len(raw)-i:]) {
				return raw[:len(raw)-i]
			}
			break
		}
	}
	return raw
}

// metaCharset returns the charset that a page names in its own beginning.
func metaCharset(page []byte) string {
	const enough = 1024
	_, after, ok := bytes.Cut(bytes.ToLower(page[:min(len(page), enough)]), []byte("charset="))
	if !ok {
		return ""
	}
	after = bytes.TrimLeft(after, `"'`)
	if end := bytes.IndexAny(after, "\"'/>; \t\r\n"); end >= 0 {
		after = after[:end]
	}
	return string(after)
}

func isBlankText(s string) bool { return strings.TrimSpace(s) == "" }

func (p Piece) blank() bool { return isBlankText(p.Plain) && isBlankText(p.HTML) }

// choose picks from the children of a multipart the texts: all of them, or of
// alternatives (RFC 2046, section 5.1.4) the first that is plain text beside the last
// that is HTML.
func choose(media string, children [][]Piece) []Piece {
	var all []Piece
	var shown [][]Piece
	for _, child := range children {
		all = append(all, child...)
		if !blankPieces(child) {
			shown = append(shown, child)
		}
	}
	switch {
	case media != "multipart/alternative":
		return all
	case len(shown) == 0:
		return nil
	case len(shown) == 1:
		return shown[0]
	}
	return alternatives(shown)
}

func blankPieces(pieces []Piece) bool {
	for _, p := range pieces {
		if !p.blank() {
			return false
		}
	}
	return true
}

// alternatives joins children that show the same: one of them is the plain text, one
// the HTML. One that is both shows it all by itself.
func alternatives(children [][]Piece) []Piece {
	plain, rich := -1, -1
	for i, child := range children {
		var hasPlain, hasHTML bool
		for _, p := range child {
			hasPlain = hasPlain || !isBlankText(p.Plain)
			hasHTML = hasHTML || !isBlankText(p.HTML)
		}
		if hasPlain && plain < 0 {
			plain = i
		}
		if hasHTML {
			rich = i
		}
	}
	switch {
	case rich < 0 || plain == rich:
		return children[plain]
	case plain < 0:
		return children[rich]
	}
	var p Piece
	p.Plain, p.PlainCut = plainOf(children[plain])
	p.HTML, p.HTMLCut = htmlOf(children[rich])
	return append([]Piece{p}, pagesOf(children[plain])...)
}

// pagesOf are the pieces that are HTML only. Among those of the plain text they are rather
// shown twice than lost.
func pagesOf(pieces []Piece) []Piece {
	var pages []Piece
	for _, p := range pieces {
		if isBlankText(p.Plain) && !isBlankText(p.HTML) {
			pages = append(pages, p)
		}
	}
	return pages
}

// plainOf joins the plain texts of pieces to one.
func plainOf(pieces []Piece) (text string, cut bool) {
	var texts []string
	for _, p := range pieces {
		if !isBlankText(p.Plain) {
			texts = append(texts, p.Plain)
		}
		cut = cut || p.PlainCut
	}
	if len(texts) == 1 {
		return texts[0], cut
	}
	for i, t := range texts {
		texts[i] = strings.Trim(t, "\n")
	}
	return strings.Join(texts, "\n\n"), cut
}

// htmlOf joins pieces to one page.
func htmlOf(pieces []Piece) (page string, cut bool) {
	var pages []string
	for _, p := range pieces {
		if isBlankText(p.HTML) && !isBlankText(p.Plain) {
			lines := strings.ReplaceAll(html.EscapeString(strings.Trim(p.Plain, "\n")), "\n", "<br>\n")
			p.HTML, p.HTMLCut = "<div>"+lines+"</div>", p.PlainCut
		}
		if !isBlankText(p.HTML) {
			pages = append(pages, p.HTML)
		}
		cut = cut || p.HTMLCut
	}
	return strings.Join(pages, "\n"), cut
}

// text joins the plain texts of the pieces.
func (c *collector) text(pieces []Piece) string {
	for _, p := range pieces {
		if p.PlainCut || p.HTMLCut && isBlankText(p.Plain) {
			c.defect(TextCut)
		}
	}
	text, _ := plainOf(pieces)
	return strings.Trim(text, "\n")
}
