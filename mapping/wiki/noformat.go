package wiki

import "strings"

const noformat = "noformat"

// NoFormat returns a block that shows s as it is, in a fixed width, whatever s
// contains, the block's own tag included.
func NoFormat(s string) string {
	s = strings.Trim(clean(s), "\n")
	var b strings.Builder
	b.WriteString("{noformat}\n")
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '{' && opensNoFormat(s[i+1:]) {
			b.WriteRune(joiner)
		}
	}
	// The space keeps the end apart from an open brace in s, which would else
	// take it for its own: rule 5.
	b.WriteString(" {noformat}")
	return b.String()
}

// opensNoFormat says whether a brace before s would make it the block's tag.
// The renderer passes over backslashes and line breaks in a tag, and so must we;
// which blanks it takes off a name nobody knows.
func opensNoFormat(s string) bool {
	want := noformat
	for _, r := range s {
		switch {
		case want == "":
			return true
		case r == '\\' || isMargin(r):
		case r|0x20 == rune(want[0]):
			want = want[1:]
		default:
			return false
		}
	}
	return want == ""
}
