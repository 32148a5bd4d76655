package wiki

import (
	"html"
	"slices"
	"strings"
)

// markKind returns what a mark makes.
func markKind(s string) (Kind, bool) {
	switch s {
	case "*":
		return Strong, true
	case "_":
		return Emphasis, true
	case "??":
		return Citation, true
	case "-":
		return Deleted, true
	case "+":
		return Inserted, true
	case "^":
		return Superscript, true
	case "~":
		return Subscript, true
	}
	return 0, false
}

// readMark reads the mark at i: rule 3. The first of its kind on a line opens,
// the next that can closes.
func (l *line) readMark(i int) int {
	src := l.p.src
	end := i + 1
	if src[i] == '?' && strings.HasPrefix(src[end:l.hi], "?") {
		end++
	}
	kind, ok := markKind(src[i:end])
	if !ok {
		return l.write(i, end, src[i:end])
	}
	prev, next, sign := before(src[l.lo:i]), after(src[end:l.hi]), rune(src[i])
	if at := l.opened(kind, false); at >= 0 {
		if i > l.open[at].end && !isBlank(prev) && !isWord(next) {
			return l.close(at, i, end)
		}
		return l.write(i, end, src[i:end])
	}
	if isWord(prev) || isBlank(next) || next == sign || prev == sign && sign != '*' || sign == '-' && next == '>' || l.full() {
		return l.write(i, end, src[i:end])
	}
	l.wait(mark{kind: kind, start: i, end: end}, textNode(i, end, src[i:end]))
	return end
}

// readForced reads a mark in braces, which needs no edge of a word. Alone it
// shows nothing.
func (l *line) readForced(t span, kind Kind) int {
	if at := l.opened(kind, true); at >= 0 {
		return l.close(at, t.start, t.end)
	}
	l.wait(mark{kind: kind, forced: true, start: t.start, end: t.end}, tagNode(t))
	return t.end
}

func (l *line) readColor(t span) int {
	if strings.TrimSpace(t.args) != "" {
		l.wait(mark{kind: Color, start: t.start, end: t.end, target: strings.TrimSpace(t.args)}, tagNode(t))
		return t.end
	}
	if at := l.opened(Color, false); at >= 0 {
		return l.close(at, t.start, t.end)
	}
	return l.add(tagNode(t))
}

// opened returns which of the open marks is the last of that kind, or -1.
func (l *line) opened(kind Kind, forced bool) int {
	for at, m := range slices.Backward(l.open) {
		if m.kind == kind && m.forced == forced {
			return at
		}
	}
	return -1
}

// wait opens a mark; alone is what it is without a partner.
func (l *line) wait(m mark, alone Node) {
	l.flush()
	m.at = len(l.out)
	l.open = append(l.open, m)
	l.add(alone)
}

// close makes a node of what stands since the open mark. Marks that were opened
// in between have no partner.
func (l *line) close(at, start, end int) int {
	l.flush()
	m := l.open[at]
	l.open = l.open[:at]
	n := Node{Kind: m.kind, Start: m.start, End: end, InnerStart: m.end, InnerEnd: start, Target: m.target}
	n.Children = joinText(slices.Clone(l.out[m.at+1:]))
	l.out = l.out[:m.at]
	return l.add(n)
}

// entity reads the character reference that s begins with: its length and what
// it shows.
func entity(s string) (int, string) {
	end := strings.IndexByte(s[:min(len(s), 12)], ';')
	if end < 2 || strings.LastIndexByte(s[:end], '&') > 0 {
		return 0, ""
	}
	ref := s[:end+1]
	text := html.UnescapeString(ref)
	if text == ref || strings.HasSuffix(text, ";") && text != ";" {
		return 0, ""
	}
	return end + 1, clean(strings.NewReplacer("\u00a0", " ", "\n", " ", "\r", " ").Replace(text))
}

// emoticons are those that Jira draws.
const emoticons = "(y) (n) (i) (/) (x) (!) (+) (-) (?) (on) (off) (*) (*r) (*g) (*b) (*y) (flag) (flagoff) "

// emoticon returns the length of the emoticon that s begins with, or 0.
func emoticon(s string) int {
	if s[0] == '(' {
		end := strings.IndexByte(s[:min(len(s), 9)], ')')
		if end > 0 && !strings.Contains(s[:end], " ") && strings.Contains(emoticons, s[:end+1]+" ") {
			return end + 1
		}
		return 0
	}
	n := 1
	if strings.HasPrefix(s[n:], "-") {
		n++
	}
	if n == len(s) {
		return 0
	}
	switch c := s[n]; {
	case c == ')', c == '(' && s[0] == ':':
		return n + 1
	case s[0] == ':' && (c == 'D' || c == 'P' || c == 'p') && !isWord(after(s[n+1:])):
		return n + 1
	}
	return 0
}
