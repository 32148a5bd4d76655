package message

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ErrNoPart says that a mail has no leaf part of that index.
var ErrNoPart = errors.New("message: no such part")

// Whole is the index of the mail itself: Open gives its raw bytes.
const Whole = -1

// Open streams the decoded content of a leaf part out of a raw mail; the
// charset of a text stays as it is. It fails with ErrNoPart, or with the error
// of r, which reading the part may return as well.
func Open(r io.Reader, index int, lim Limits) (io.Reader, error) {
	lim = lim.withDefaults()
	limited := io.LimitReader(r, lim.Bytes)
	if index == Whole {
		return limited, nil
	}
	p := newParser(limited, lim)
	f := finder{index: index}
	top, hasBody := p.header()
	p.entity(entity{top, hasBody, "text/plain"}, &f)
	if p.err != nil {
		return nil, fmt.Errorf("message: part %d: %w", index, p.err)
	}
	if f.found == nil {
		return nil, fmt.Errorf("part %d: %w", index, ErrNoPart)
	}
	return f.found, nil
}

// finder stops the walk at one leaf.
type finder struct {
	index int
	found io.Reader
}

func (f *finder) leaf(l leaf, body io.Reader) ([]piece, bool) {
	if l.index != f.index {
		return nil, false
	}
	f.found = body
	return nil, true
}

// collector takes the texts, and counts and digests what is not text.
type collector struct {
	lim    Limits
	parser *parser
	parts  []Part
	held   int    // bytes of texts so far
	buf    []byte // what passes by of a part
}

// piece is a text to be shown.
type piece struct {
	html bool
	text string
	cut  bool
}

func (p piece) blank() bool { return strings.TrimSpace(p.text) == "" }

// leaf implements visitor.
func (c *collector) leaf(l leaf, body io.Reader) ([]piece, bool) {
	disposition, params := parseParams(first(l.header, "Content-Disposition"))
	name := params["filename"]
	if name == "" {
		name = l.params["name"]
	}
	text := l.media == "text/plain" || l.media == "text/html"
	// Some clients mark the text itself as inline; a name makes it a file.
	if text && name == "" && disposition != "attachment" {
		return []piece{c.piece(l, body)}, false
	}
	if c.buf == nil {
		c.buf = make([]byte, 32<<10)
	}
	sum := sha256.New()
	size, _ := io.CopyBuffer(sum, body, c.buf) // the parser keeps the error
	part := Part{
		Index: l.index, Name: name, Type: l.media, Size: size, Inline: disposition == "inline",
		Digest: hex.EncodeToString(sum.Sum(nil)),
	}
	if ids := appendIDs(nil, first(l.header, "Content-ID")); len(ids) > 0 {
		part.ID = ids[0]
	}
	c.parts = append(c.parts, part)
	return nil, false
}

// maxTexts times Limits.Text is what all the texts of a mail may hold.
const maxTexts = 4

func (c *collector) piece(l leaf, body io.Reader) piece {
	room := min(c.lim.Text, maxTexts*c.lim.Text-c.held)
	raw, _ := io.ReadAll(io.LimitReader(body, int64(room)+1)) // the parser keeps the error
	p := piece{html: l.media == "text/html"}
	if len(raw) > room {
		raw, p.cut = raw[:room], true
	}
	c.held += len(raw)
	text, defect := decodeText(raw, l.params["charset"])
	if defect != "" && !p.cut {
		c.parser.defect(defect)
	}
	p.text = text
	return p
}

// choose picks from the children of a multipart the texts to be shown: all of
// them, or of alternatives (RFC 2046, section 5.1.4) the first that is plain
// text, else the last that shows anything.
func choose(media string, children [][]piece) []piece {
	var all, last []piece
	for _, child := range children {
		plain, shown := false, false
		for _, p := range child {
			plain = plain || !p.html && !p.blank()
			shown = shown || !p.blank()
		}
		if media == "multipart/alternative" && plain {
			return child
		}
		if shown {
			last = child
		}
		all = append(all, child...)
	}
	if media == "multipart/alternative" {
		return last
	}
	return all
}

// text joins the chosen texts.
func (c *collector) text(pieces []piece) string {
	var texts []string
	for _, p := range pieces {
		text := p.text
		if p.html {
			text = htmlText(text, c.lim.Text)
		}
		if p.cut {
			c.parser.defect(TextCut)
		}
		if text = cleanText(text); strings.TrimSpace(text) != "" {
			texts = append(texts, strings.Trim(text, "\n"))
		}
	}
	return strings.Join(texts, "\n\n")
}
