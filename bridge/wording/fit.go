package wording

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/mapping/wiki"
)

// MaxComment is Jira's limit of a comment, as Length counts. An administrator of
// Data Center may have set another.
const MaxComment = 32767

// maxWhole bounds the text that is attached instead of being shown, in bytes.
const maxWhole = 1 << 20

// Length counts characters as Java does, in UTF-16.
func Length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x10000 {
			n++
		}
	}
	return n
}

// Comment plans a comment. Of one that is longer than the limit it plans a part,
// behind a file with the whole that the part names.
func Comment(texts text.Texts, key string, body bridge.CommentBody, limit int) []bridge.Effect {
	if Length(body.Text) <= limit {
		return []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, key, body)}
	}
	var effects []bridge.Effect
	whole := body.Text
	if body.Whole == "" {
		sum := sha256.Sum256([]byte(key))
		body.Whole = texts.WholeName(hex.EncodeToString(sum[:4]))
		file := begin(whole, maxWhole)
		effects = append(effects, bridge.Plan(bridge.ToJira, bridge.PostAttachment, "whole/"+key, bridge.AttachBody{
			Text: file, Name: body.Whole, Type: "text/plain; charset=utf-8", Size: int64(len(file)),
		}))
	}
	note := texts.CutShort(body.Whole)
	body.Text = Fit(strings.TrimSuffix(whole, between+note), limit, note)
	return append(effects, bridge.Plan(bridge.ToJira, bridge.PostComment, key, body))
}

// between separates paragraphs.
const between = "\n\n"

// Fit returns as much of the markup as fits the limit together with the note that
// ends it: whole blocks, lines, items and rows. A block that it ends in is closed.
// A line is cut only when little else would be left, and then outside of marks.
func Fit(markup string, limit int, note string) string {
	room := limit - Length(between+note)
	tree := wiki.Parse(markup)
	s := surveyor{tree: tree, most: min(len(tree.Source), utf8.UTFMax*max(room, 0))}
	s.blocks(tree.Root.Children, "")
	fitting := choose(tree.Source, s.lines, room)
	if n := len(fitting); n == 0 || fitting[n-1].at < room/2 {
		if words := choose(tree.Source, s.words, room); len(words) > 0 && (n == 0 || words[len(words)-1].at > fitting[n-1].at) {
			fitting = append(fitting, words[len(words)-1])
		}
	}
	for tries := 0; tries < maxPlaces && len(fitting) > 0; tries++ {
		last := fitting[len(fitting)-1]
		fitting = fitting[:len(fitting)-1]
		got := strings.TrimRight(tree.Source[:last.at], " \t\n") + last.closing + between + note
		if apart(got, note) {
			return got
		}
	}
	return note
}

// maxPlaces bounds how many places are tried in markup that is odd enough to take
// the note for its own.
const maxPlaces = 20

// apart reports whether the note stands by itself at the end, behind something.
func apart(markup, note string) bool {
	tree := wiki.Parse(markup)
	blocks := tree.Root.Children
	return len(blocks) > 1 && blocks[len(blocks)-1].Start == len(tree.Source)-len(note)
}

// place is where a text may be cut, in bytes, and what then closes the blocks that
// are open there.
type place struct {
	at      int
	closing string
}

// choose returns those of the places, which stand in order, up to which the text has
// room.
func choose(source string, places []place, room int) (fitting []place) {
	done, length := 0, 0
	for _, p := range places {
		length += Length(source[done:max(done, p.at)])
		done = p.at
		if length > room {
			break
		}
		if length+Length(p.closing) <= room {
			fitting = append(fitting, p)
		}
	}
	return fitting
}

// surveyor collects the places where a text may be cut: at the end of a line or
// block, and within a line, where nothing is marked.
type surveyor struct {
	tree         wiki.Tree
	most         int // bytes; what stands behind does not fit in any case
	lines, words []place
}

func (s *surveyor) blocks(nodes []wiki.Node, closing string) {
	for _, n := range nodes {
		switch n.Kind {
		case wiki.Paragraph:
			s.paragraph(n, closing)
		case wiki.Code: // the blank keeps the tag apart from an open brace, as wiki.NoFormat does
			s.literal(n, " {code}"+closing)
		case wiki.Preformatted:
			s.literal(n, " {noformat}"+closing)
		case wiki.Quote, wiki.Panel:
			if tag := s.tag(n); tag != "" {
				s.blocks(n.Children, "\n"+tag+closing)
			}
		case wiki.Table, wiki.List:
			s.parts(n, closing)
		}
		if open := n.InnerEnd == n.End && (n.Kind == wiki.Code || n.Kind == wiki.Preformatted); !open {
			s.line(n.End, closing)
		}
	}
}

func (s *surveyor) line(at int, closing string) { s.lines = append(s.lines, place{at, closing}) }

// tag is what closes a block that a tag opens, or nothing for one of a line.
func (s *surveyor) tag(n wiki.Node) string {
	opening := s.tree.Source[n.Start:n.InnerStart]
	if end := strings.IndexAny(opening, ":}"); strings.HasPrefix(opening, "{") && end > 0 {
		return opening[:end] + "}"
	}
	return ""
}

// parts are the rows of a table and the items of a list, with those below them.
func (s *surveyor) parts(n wiki.Node, closing string) {
	for _, part := range n.Children {
		for _, below := range part.Children {
			if below.Kind == wiki.List {
				s.parts(below, closing)
			}
		}
		s.line(part.End, closing)
	}
}

// literal is a block that is shown as it is.
func (s *surveyor) literal(n wiki.Node, closing string) {
	inner := s.tree.Source[n.InnerStart:max(n.InnerStart, min(n.InnerEnd, s.most))]
	for i := range inner {
		if inner[i] == '\n' && i > 0 {
			s.line(n.InnerStart+i, closing)
		}
		if i > 0 {
			s.words = append(s.words, place{n.InnerStart + i, closing})
		}
	}
	if n.InnerEnd == n.End { // it was never closed
		s.line(n.End, closing)
	}
}

func (s *surveyor) paragraph(n wiki.Node, closing string) {
	for _, child := range n.Children {
		switch child.Kind {
		case wiki.Break:
			s.line(child.Start, closing)
		case wiki.Text:
			for at := child.Start + 1; at <= min(child.End, s.most); at++ {
				if s.parted(at) {
					s.words = append(s.words, place{at, closing})
				}
			}
		}
	}
}

// parted reports whether a text may be cut there: between two words, or where no
// word ends for long.
func (s *surveyor) parted(at int) bool {
	src := s.tree.Source
	if at == len(src) || src[at] == ' ' {
		return true
	}
	const long = 200 // bytes
	last := src[max(0, at-long):at]
	return at >= long && utf8.RuneStart(src[at]) && !strings.ContainsAny(last, " \n") && isLetter(src[at-1]) && isLetter(src[at])
}

// isLetter reports whether b is a letter or digit, or a part of a letter beyond
// ASCII: nothing that could belong to a mark.
func isLetter(b byte) bool {
	return b >= utf8.RuneSelf || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// begin returns the beginning of s in so many bytes, between letters.
func begin(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
