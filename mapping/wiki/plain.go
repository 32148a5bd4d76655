package wiki

import (
	"strconv"
	"strings"
)

// Plain returns markup as text for a mail: tags go, what they hold stays, a
// link shows its address, an image its file name in brackets, a table its rows
// with a bar between cells, a list its items behind "- " or "1. ", a quote's
// lines behind "> ". What is struck out stays between hyphens. What it does
// not know stays as it is written. Markup beyond one mebibyte is left out.
func Plain(markup string) string { return PlainWith(markup, nil) }

// PlainWith is Plain with the names of the people who are mentioned. For one
// that names returns "" for, what the markup calls the person shows.
func PlainWith(markup string, names func(user string) string) string {
	t := Parse(markup)
	return plainText{src: t.Source, names: names}.whole(t.Root)
}

// Plain returns a node of t as Plain does.
func (t Tree) Plain(n Node) string { return plainText{src: t.Source}.whole(n) }

// plainText shows nodes of src as text.
type plainText struct {
	src   string
	names func(user string) string
}

func (w plainText) whole(n Node) string {
	if n.Kind >= Text {
		return tidy(w.inline(n))
	}
	return tidy(w.block(n))
}

// tidy leaves at most one empty line where several stand, and no blanks at the
// end of a line.
func tidy(s string) string { return strings.Trim(blankLines(s), "\n") }

// blocks shows blocks one below the other. An empty line parts them where one
// does in the source and, unless they stand close, around what stands out.
func (w plainText) blocks(parent Node, closely bool) string {
	var b strings.Builder
	last := parent.InnerStart
	var before Kind
	for _, n := range parent.Children {
		text := w.block(n)
		if text == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if strings.Count(w.src[last:n.Start], "\n") > 1 || !closely && (standsOut(before) || standsOut(n.Kind)) {
				b.WriteByte('\n')
			}
		}
		if n.Kind == Paragraph && !closely {
			b.WriteString(w.indent(parent.InnerStart, n.Start))
		}
		b.WriteString(text)
		last, before = n.End, n.Kind
	}
	return b.String()
}

func standsOut(k Kind) bool {
	return k == Code || k == Preformatted || k == Quote || k == Panel
}

// indent returns the blanks before i on its line: people align what they paste.
func (w plainText) indent(lo, i int) string {
	blanks := w.src[lo:i]
	blanks = blanks[len(strings.TrimRight(blanks, " \t\u00a0")):]
	if start := i - len(blanks); start > lo && w.src[start-1] != '\n' {
		return ""
	}
	return spaces(blanks)
}

// spaces makes ordinary spaces of those that do not break.
func spaces(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func (w plainText) block(n Node) string {
	switch n.Kind {
	case Paragraph, Heading:
		n.Children = shown(n.Children)
		return trimLines(w.children(n))
	case Quote:
		return prefixLines(tidy(w.blocks(n, false)), "> ", "> ")
	case Panel:
		return strings.Trim(n.Title+"\n"+w.blocks(n, false), "\n")
	case List:
		return w.list(n)
	case Item, Cell:
		return w.blocks(n, true)
	case Table:
		rows := make([]string, len(n.Children))
		for i, row := range n.Children {
			rows[i] = w.row(row)
		}
		return strings.Join(rows, "\n")
	case Row:
		return w.row(n)
	case Code, Preformatted:
		return n.Text
	case Rule:
		return "----"
	default:
		return w.blocks(n, false)
	}
}

func (w plainText) list(n Node) string {
	items := make([]string, len(n.Children))
	for i, item := range n.Children {
		mark := "- "
		if n.Ordered {
			mark = strconv.Itoa(i+1) + ". "
		}
		items[i] = prefixLines(w.blocks(item, true), mark, strings.Repeat(" ", len(mark)))
	}
	return strings.Join(items, "\n")
}

// row shows cells side by side. Only the last may go on below; the others'
// lines are parted by strokes.
func (w plainText) row(n Node) string {
	cells := make([]string, len(n.Children))
	for i, cell := range n.Children {
		cells[i] = tidy(w.blocks(cell, true))
		switch {
		case i < len(cells)-1:
			cells[i] = strings.ReplaceAll(cells[i], "\n", " / ")
		case strings.Contains(cells[i], "\n") && (cell.Children[0].Kind == Code || cell.Children[0].Kind == Preformatted):
			cells[i] = "\n" + cells[i] // its lines are aligned
		}
	}
	return tidy(prefixLines(strings.TrimSpace(strings.Join(cells, " | ")), "", "  "))
}

// prefixLines puts first before the first line of s and other before the rest.
func prefixLines(s, first, other string) string {
	if other == "" || !strings.Contains(s, "\n") {
		return first + s
	}
	return first + strings.ReplaceAll(s, "\n", "\n"+other)
}

// trimLines takes the empty lines at both ends that tags leave.
func trimLines(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return strings.TrimRight(strings.TrimLeft(s, "\n"), " \t\n")
}

// shown returns the inline nodes of a block without the lines that tags stand
// on alone.
func shown(nodes []Node) []Node {
	kept := make([]Node, 0, len(nodes))
	start, tags, text := 0, false, false // of the present line
	for _, n := range nodes {
		kept = append(kept, n)
		switch {
		case n.Kind == Break && (len(kept) == 1 || tags && !text):
			kept = kept[:start]
		case n.Kind == Tag:
			tags = true
		case n.Kind != Break && (n.Kind != Text || strings.TrimSpace(n.Text) != ""):
			text = true
		}
		if n.Kind == Break {
			start, tags, text = len(kept), false, false
		}
	}
	if tags && !text {
		kept = kept[:max(start-1, 0)] // with the line break before
	}
	return kept
}

func (w plainText) children(n Node) string {
	if len(n.Children) == 1 {
		return w.inline(n.Children[0])
	}
	var b strings.Builder
	for _, c := range n.Children {
		b.WriteString(w.inline(c))
	}
	return b.String()
}

func (w plainText) inline(n Node) string {
	switch n.Kind {
	case Text, Emoticon:
		return spaces(n.Text)
	case Break:
		return "\n"
	case Deleted:
		return "-" + w.children(n) + "-"
	case Link:
		return w.link(n)
	case Mention:
		return nameOf(n.Target, w.names)
	case Image, File:
		return "[" + spaces(n.Target) + "]"
	case Tag:
		return ""
	default:
		return w.children(n)
	}
}

func (w plainText) link(n Node) string {
	text := w.children(n)
	if !tellsAddress(w.src, n, text) {
		return text
	}
	return text + " (" + spaces(strings.TrimPrefix(n.Target, "mailto:")) + ")"
}

// tellsAddress says whether a link shows something else than where it goes, and
// that is a place outside of the issue.
func tellsAddress(src string, n Node, text string) bool {
	if text == spaces(n.Target) || strings.HasSuffix(src[n.Start:n.InnerStart], "mailto:") {
		return false
	}
	return !strings.HasPrefix(n.Target, "#") && !strings.HasPrefix(n.Target, "~")
}

// nameOf returns the name to show of a person who is mentioned.
func nameOf(user string, names func(string) string) string {
	if names != nil {
		if name := strings.Join(strings.Fields(clean(names(user))), " "); name != "" {
			return name
		}
	}
	return user
}

// blankLines leaves at most one empty line where tags left several.
func blankLines(s string) string {
	lines := strings.Split(s, "\n")
	kept := lines[:0]
	for i, line := range lines {
		if i > 0 && strings.TrimSpace(line) == "" && len(kept) > 0 && kept[len(kept)-1] == "" {
			continue
		}
		kept = append(kept, strings.TrimRight(line, " \t"))
	}
	return strings.Join(kept, "\n")
}
