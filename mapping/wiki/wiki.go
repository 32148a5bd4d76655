// Package wiki writes and reads Jira's wiki markup, the only text format that
// both Data Center and Cloud (through API v2) take and return.
//
// Escape, EscapeLine, NoFormat and Show turn the text of a stranger into markup
// that shows that text, Show with what needs a fixed width in one: nothing in it
// becomes a macro, a mention, a link in brackets, an image, emphasis, a heading,
// a list, a table, a rule or an emoticon. A bare http address and an issue key
// stay what Jira makes of them anywhere: a link that shows where it goes. Compose does
// the same with the lines of a page: of their texts nothing is markup, and the lists,
// tables, looks, links and images are those that the lines ask for.
//
// Parse is the way back: a tree of what the markup means, each node with its
// place in the source, whatever people write. Plain shows it as text that a
// person can read in a mail, HTML as a page that can do no harm.
//
// All functions are total, linear in their input and return valid UTF-8.
//
// What is relied on of Jira's renderer, which is the same on both flavours:
//
//  1. A backslash before one of - # * _ + ? ^ ~ | % { } [ ] ( ) ! @ makes that
//     character plain, unless another backslash stands before it. Before any
//     other character a backslash is itself.
//  2. Two backslashes break the line, unless a further one follows before the
//     next space, as in \\server\share.
//  3. Emphasis (* _ - + ^ ~ ??) begins and ends at the edge of a word, so a
//     hyphen or underscore between two letters or digits is plain.
//  4. Headings, quotes, lists, tables and rules are known at the beginning of
//     a line only, after blanks.
//  5. A macro's tag is read from { to the next }, skipping a backslash or a
//     line break and taking the character after it as it is. Inside noformat
//     only its own tag ends the block.
//  6. A word joiner (U+2060) is no part of any syntax and shows as nothing.
//  7. A mark in braces, as Cloud writes {*}, needs no edge of a word.
//
// Where Jira is stricter than people are, Parse is not: blank lines between
// items do not end a list, and a row goes on over lines until a bar ends it.
// Where Jira guesses it is: a list's mark without text, a bracket that goes
// nowhere and an exclamation that names no file are text.
//
// HTML entities are not relied on: Data Center shows them as characters, Cloud
// does not.
package wiki

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// joiner separates two characters that would be markup side by side, where a
// backslash cannot.
const joiner = '\u2060'

// clean returns s as valid UTF-8 without control characters, with \n as the
// only line break. Direction overrides go as well: they would show one text
// and mean another.
func clean(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		case r&0xFFFE == 0xFFFE:
			return -1 // not a character
		}
		return r
	}, s)
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// before and after return the rune that ends or begins s, or a line break when
// s is empty: the edge of a text is the edge of a line.
func before(s string) rune {
	if s == "" {
		return '\n'
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func after(s string) rune {
	if s == "" {
		return '\n'
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
