package message

import "strings"

// unflow joins the flowed lines of a text whose type says format=flowed (RFC 3676). The
// line "-- " above a signature is never joined, nor are lines that are quoted to
// different depths, nor is an empty one, which parts paragraphs.
func unflow(text string, delsp bool) string {
	var out strings.Builder
	open := false // the last line goes on
	last := 0     // its depth
	for i, line := range strings.Split(text, "\n") {
		depth, content := unquoteFlowed(line)
		joins := open && depth == last && content != "" && content != "-- "
		switch {
		case joins:
		case i > 0:
			out.WriteByte('\n')
			fallthrough
		default:
			out.WriteString(strings.Repeat(">", depth))
			if depth > 0 && content != "" {
				out.WriteByte(' ')
			}
		}
		open, last = strings.HasSuffix(content, " ") && content != "-- ", depth
		if open && delsp {
			content = content[:len(content)-1]
		}
		out.WriteString(content)
	}
	return out.String()
}

// unquoteFlowed takes the quote marks and the blank of stuffing off a line.
func unquoteFlowed(line string) (depth int, content string) {
	content = strings.TrimLeft(line, ">")
	return len(line) - len(content), strings.TrimPrefix(content, " ")
}
