package demo

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// width bounds a line, in letters: what any terminal shows.
const width = 80

// bar stands before what was read back.
const bar = "  │"

// teller prints the story for a person. Its first failure stays in err.
type teller struct {
	out    io.Writer
	colour bool
	err    error
}

func (t *teller) line(s string) {
	if t.err == nil {
		_, t.err = fmt.Fprintln(t.out, strings.TrimRight(s, " "))
	}
}

// paint puts s into an ANSI style, where there are colours.
func (t *teller) paint(style, s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

// title begins a part of the story.
func (t *teller) title(s string) {
	t.line("")
	t.line(t.paint("1", s))
}

// say prints what the narrator says.
func (t *teller) say(s string) {
	for _, l := range wrap(s, width) {
		t.line(l)
	}
}

// show prints what was really written in Jira, behind a bar.
func (t *teller) show(text string) { t.behind(t.paint("36", bar), "", text) }

// mail prints what was really written in a mail, behind a bar of another colour.
func (t *teller) mail(text string) { t.behind(t.paint("33", bar), "", text) }

// forged prints a mail that nobody shall believe.
func (t *teller) forged(text string) { t.behind(t.paint("31", bar), "31", text) }

// behind prints a text behind a bar, in a style where one is given.
func (t *teller) behind(bar, style, text string) {
	for l := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		for _, part := range wrap(l, width-4) {
			if part = strings.TrimRight(part, " "); part != "" && style != "" {
				part = t.paint(style, part)
			}
			t.line(bar + " " + part)
		}
	}
}

// wrap breaks a line between words into parts of at most n letters. Each
// further part is indented as the text of the first; a longer word stays whole.
func wrap(line string, n int) []string {
	line = strings.TrimRight(line, " ")
	words := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' }) // no other blank breaks a line
	if utf8.RuneCountInString(line) <= n || len(words) == 0 {
		return []string{line}
	}
	indent := line[:strings.Index(line, words[0])]
	var parts []string
	part := indent + words[0]
	if words[0] == "*" || words[0] == "-" {
		indent += "  "
	}
	for _, w := range words[1:] {
		if utf8.RuneCountInString(part)+1+utf8.RuneCountInString(w) > n {
			parts = append(parts, part)
			part = indent + w
			continue
		}
		part += " " + w
	}
	return append(parts, part)
}

// until is a text down to the first line with the words, and how many lines follow.
func until(text, words string) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, l := range lines {
		if left := len(lines) - i - 1; left > 1 && strings.Contains(l, words) {
			return strings.Join(lines[:i+1], "\n") + "\n" + more(left)
		}
	}
	return text
}

// ends are the first and the last lines of a text, and how many stand between.
func ends(text string, first, last int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) <= first+last+1 {
		return text
	}
	head, tail := lines[:first], lines[len(lines)-last:]
	return strings.Join(head, "\n") + "\n" + more(len(lines)-first-last) + "\n" + strings.Join(tail, "\n")
}

// oneLine cuts a line that would take more than one, between words, and says so.
func oneLine(line string) string {
	const cut = " […]"
	if utf8.RuneCountInString(line) <= width-4 {
		return line
	}
	return wrap(line, width-4-utf8.RuneCountInString(cut))[0] + cut
}

// short is a Message-ID of which the signed name is cut.
func short(id string) string {
	const kept = 8
	name, domain, _ := strings.Cut(id, "@")
	if len(name) <= kept {
		return id
	}
	return name[:kept] + "[…]@" + domain
}

func more(lines int) string { return fmt.Sprintf("[… %d more lines]", lines) }
