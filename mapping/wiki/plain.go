package wiki

import (
	"html"
	"strings"
)

// maxMarkup bounds what Plain reads, in bytes. Jira's own limit for a text is
// 32 767 characters unless an administrator raised it.
const maxMarkup = 1 << 20

// maxEmphasis bounds how far the partner of a mark is looked for, in bytes. It
// keeps Plain linear whatever is nested in what.
const maxEmphasis = 400

// Plain returns markup as text for a mail: tags go, what they hold stays, a
// link shows its address, an image its file name in brackets. What it does not
// know stays as it is written. Markup beyond one mebibyte is left out.
func Plain(markup string) string {
	markup = clean(markup)
	if len(markup) > maxMarkup {
		markup = strings.ToValidUTF8(markup[:maxMarkup], "")
	}
	var b strings.Builder
	fence := ""
	for i, line := range strings.Split(markup, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		fence = plainLine(&b, line, fence)
	}
	return strings.Trim(blankLines(b.String()), "\n")
}

// plainLine writes one line and returns the tag of the literal block that is
// open at its end, or "".
func plainLine(b *strings.Builder, line, fence string) string {
	for {
		if fence != "" {
			end := strings.Index(line, "{"+fence+"}")
			if end < 0 {
				b.WriteString(line)
				return fence
			}
			b.WriteString(strings.TrimRight(line[:end], " "))
			line = line[end+len(fence)+2:]
		}
		start, tag, length := literalTag(line)
		if start < 0 {
			plainText(b, line)
			return ""
		}
		plainText(b, line[:start])
		line, fence = line[start+length:], tag
	}
}

// literalTag finds the first {code} or {noformat} tag that is not escaped.
func literalTag(line string) (start int, tag string, length int) {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '{':
			name, n := tagAt(line[i:])
			if name == "code" || name == noformat {
				return i, name, n
			}
		}
	}
	return -1, "", 0
}

// tagAt returns the name of the macro tag that s begins with, in lower case,
// and the tag's length; "" when it begins with none.
func tagAt(s string) (name string, length int) {
	end := strings.IndexByte(s[:min(len(s), 200)], '}')
	if end < 2 {
		return "", 0
	}
	name, _, _ = strings.Cut(s[1:end], ":")
	return strings.ToLower(name), end + 1
}

func plainText(b *strings.Builder, line string) {
	trimmed := strings.TrimLeft(line, " \t")
	if len(trimmed) > 3 && trimmed[0] == 'h' && trimmed[1] >= '1' && trimmed[1] <= '6' && trimmed[2] == '.' {
		line = strings.TrimLeft(trimmed[3:], " \t")
	}
	i := 0
	for i < len(line) {
		n, text := plainAt(line, i)
		if n == 0 {
			n, text = 1, line[i:i+1]
		}
		b.WriteString(text)
		i += n
	}
}

// plainAt reads the markup at i: how long it is and what it shows. 0 means
// that there is none.
func plainAt(line string, i int) (int, string) {
	rest := line[i:]
	switch rest[0] {
	case '\\':
		return plainBackslash(line, i)
	case '{':
		return plainBrace(rest)
	case '[':
		return plainLink(rest)
	case '!':
		return plainImage(line, i)
	case '*', '_':
		return plainEmphasis(line, i)
	case '&':
		return plainEntity(rest)
	case 'h':
		n := addressLength(line, i)
		return n, rest[:n]
	}
	return 0, ""
}

func plainBackslash(line string, i int) (int, string) {
	rest := line[i+1:]
	prev := before(line[:i])
	if prev != '\\' && strings.HasPrefix(rest, `\`) {
		if !strings.Contains(firstWord(rest[1:]), `\`) {
			return 2, "\n" // rule 2
		}
		return 2, `\\`
	}
	if rest != "" && strings.IndexByte("-#*_+?^~|%{}[]()!@", rest[0]) >= 0 {
		return 2, rest[:1]
	}
	return 0, ""
}

func plainBrace(rest string) (int, string) {
	if strings.HasPrefix(rest, "{{") {
		if end := strings.Index(rest[:min(len(rest), 2000)], "}}"); end > 2 {
			return end + 2, rest[2:end]
		}
		return 0, ""
	}
	name, n := tagAt(rest)
	switch name {
	case "color", "quote", "panel", "anchor", "*", "_", "-", "+", "^", "~", "??":
		return n, ""
	}
	return 0, ""
}

func plainLink(rest string) (int, string) {
	end := strings.IndexByte(rest[:min(len(rest), 2000)], ']')
	if end < 2 {
		return 0, ""
	}
	name, target, linked := strings.Cut(rest[1:end], "|")
	target, _, _ = strings.Cut(target, "|") // smart links carry a third part
	switch {
	case strings.HasPrefix(name, "~"):
		return end + 1, name[1:]
	case linked && (target == name || target == ""):
		return end + 1, name
	case linked:
		return end + 1, name + " (" + strings.TrimPrefix(target, "mailto:") + ")"
	case strings.HasPrefix(name, "^"):
		return end + 1, "[" + name[1:] + "]"
	case strings.Contains(name, "://"), strings.HasPrefix(name, "mailto:"):
		return end + 1, strings.TrimPrefix(name, "mailto:")
	}
	return 0, ""
}

func plainImage(line string, i int) (int, string) {
	rest := line[i+1:]
	end := strings.IndexByte(rest[:min(len(rest), 500)], '!')
	if end < 3 || isWord(before(line[:i])) || rest[0] == ' ' || isWord(after(rest[end+1:])) {
		return 0, ""
	}
	name, _, _ := strings.Cut(rest[:end], "|")
	if !strings.Contains(name, ".") {
		return 0, ""
	}
	return end + 2, "[" + name + "]"
}

// plainEmphasis takes away a mark that stands at the edge of a word, when its
// partner stands on the same line.
func plainEmphasis(line string, i int) (int, string) {
	mark := line[i]
	if isWord(before(line[:i])) || i+2 >= len(line) || line[i+1] == ' ' || line[i+1] == mark {
		return 0, ""
	}
	for j := i + 2; j < len(line) && j < i+maxEmphasis; j++ {
		switch {
		case line[j] == '\\':
			j++
		case line[j] == mark && line[j-1] != ' ' && !isWord(after(line[j+1:])):
			var inner strings.Builder
			plainText(&inner, line[i+1:j])
			return j + 1 - i, inner.String()
		}
	}
	return 0, ""
}

func plainEntity(rest string) (int, string) {
	end := strings.IndexByte(rest[:min(len(rest), 10)], ';')
	if end < 2 {
		return 0, ""
	}
	text := html.UnescapeString(rest[:end+1])
	if text == rest[:end+1] {
		return 0, ""
	}
	return end + 1, clean(strings.ReplaceAll(text, "\u00a0", " "))
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
