package page

import (
	"fmt"
	"strings"

	"escalat/mapping/wiki"
)

// dump writes lines compactly: the mark, the kind, the quote, the text with what looks
// special in it between angle brackets.
func dump(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(dumpLine(l) + "\n")
	}
	return b.String()
}

func dumpLine(l Line) string {
	if l.Text == "" && len(l.Spans) == 0 && l.Kind == wiki.ProseLine {
		return ""
	}
	marks := []string{"", "quoted ", "EARLIER ", "attribution ", "signature ", "forwarded "}
	kinds := []string{"", "h", "* ", "# ", "row ", "| ", "----"}
	head := marks[l.Mark] + strings.Repeat("> ", l.Quote) + strings.Repeat("  ", max(l.Level-1, 0)) + kinds[l.Kind]
	switch l.Kind {
	case wiki.HeadingLine:
		head += fmt.Sprintf("%d ", l.Level)
	case wiki.RowLine:
		cells := make([]string, len(l.Cells))
		for i, c := range l.Cells {
			cells[i] = strings.ReplaceAll(spans(c.Text, c.Spans), "\n", "⏎")
			if c.Header {
				cells[i] = "!" + cells[i]
			}
		}
		return head + strings.Join(cells, " | ")
	}
	return head + spans(l.Text, l.Spans)
}

func spans(text string, all []wiki.Span) string {
	var b strings.Builder
	done := 0
	for _, s := range all {
		b.WriteString(text[done:s.Start])
		style := []string{"", "b", "i", "s", "tt", "a", "img"}[s.Style]
		if s.Target != "" {
			style += " " + s.Target
		}
		b.WriteString("<" + style + ">" + text[s.Start:s.End] + "</>")
		done = s.End
	}
	return b.String() + text[done:]
}
