package sentence

import (
	"regexp"
	"strings"

	"escalat/mapping/wiki"
)

// verbatimLines returns the lines of a markup's paragraphs that no person wrote:
// logs, traces, what tools print. Tables and headings are what people lay out.
func verbatimLines(t *wiki.Tree) []extent {
	prose := make([]byte, len(t.Source))
	for i := range prose {
		prose[i] = ' '
		if t.Source[i] == '\n' {
			prose[i] = '\n'
		}
	}
	uncover(prose, t.Source, &t.Root)
	return verbatimOf(string(prose))
}

// uncover copies what stands in the paragraphs below a node, with the marks of
// lists: a tool's rules can look like those.
func uncover(prose []byte, src string, n *wiki.Node) {
	switch n.Kind {
	case wiki.Paragraph:
		copy(prose[n.Start:n.End], src[n.Start:n.End])
		return
	case wiki.Item:
		copy(prose[n.Start:n.InnerStart], src[n.Start:n.InnerStart])
	case wiki.Table, wiki.Heading, wiki.Code, wiki.Preformatted, wiki.Rule:
		return
	}
	for i := range n.Children {
		uncover(prose, src, &n.Children[i])
	}
}

// verbatimOf returns the lines of a text that no person wrote, as extents without
// their line breaks.
func verbatimOf(s string) []extent {
	fixed := fixedWidth(s)
	var out []extent
	at := 0
	for n, line := range strings.Split(s, "\n") {
		if fixed[n] || isLog(line) {
			out = append(out, extent{at, at + len(line)})
		}
		at += len(line) + 1
	}
	return out
}

// fixedWidth returns the lines that the markup's own rules would show in a fixed
// width, but for columns of words, which people type.
func fixedWidth(s string) map[int]bool {
	out := map[int]bool{}
	tree := wiki.Parse(wiki.Show(s))
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		lines = append(lines, bare(line))
	}
	at := 0
	for i := range tree.Root.Children {
		n := &tree.Root.Children[i]
		if n.Kind != wiki.Preformatted {
			continue
		}
		block := strings.Split(n.Text, "\n")
		start := find(lines, at, bare(block[0]), bare(block[len(block)-1]), len(block))
		if start < 0 {
			break
		}
		at = start + len(block)
		if typed(block) {
			continue
		}
		for k := start; k < at; k++ {
			out[k] = true
		}
	}
	return out
}

// find returns where n lines stand at or behind at that begin and end with these, or -1.
func find(lines []string, at int, first, last string, n int) int {
	for ; at+n <= len(lines); at++ {
		if lines[at] == first && lines[at+n-1] == last {
			return at
		}
	}
	return -1
}

// bare is a line without its blanks: hard ones became soft.
func bare(line string) string { return strings.Join(strings.Fields(line), "") }

// typed says whether most of what stands in some lines is plain words.
func typed(lines []string) bool {
	words, all := 0, 0
	for _, line := range lines {
		for word := range strings.FieldsSeq(line) {
			all++
			if _, core, _ := edges(word); core != "" && !technical(core) && !isCapitals(core) {
				words++
			}
		}
	}
	return 10*words >= 7*all
}

// The lines that tell by themselves what they are. A time to the second alone is
// what people write, too.
var (
	logLine = regexp.MustCompile(`^\s*[\[(<"]*(?:\pL{3} +\d{1,2} |\d{4}[-/.]\d\d[-/.]\d\d[T _]|\d{1,2}[/.-](?:\d\d|\pL{3})[/.-]\d{2,4}[ :]+)?\d\d:\d\d:\d\d\S* .*` +
		`(?:\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|FATAL|CRITICAL|SEVERE|ALERT)\b|%[A-Z]+[-_A-Z0-9]*-\d-|\w\[\d+\]:|\w=\S)` +
		`|^\S+ \S+ \S+ \[\d\d/\pL{3}/\d{4}:\d\d:\d\d:\d\d|^\s*(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|SEVERE)\b[\s:\[|-]+(?:\d|\[|[\w.]+\.[\w.]+)|^<\d{1,3}>|^\s*\[ *\d+\.\d{6}\]`)
	traceLine = regexp.MustCompile(`^\s*at [\w$.<>/]+\(.*\)\s*$|^\s*File ".*", line \d|^\s*\.{3} \d+ (?:more|common)|^\s*Caused by: \S|^\s*#\d+ +(?:0x|\S+\()` +
		`|^\s*Traceback \(most |^\s*Exception in thread |^\s*(?:[\w$]+\.)+[\w$]*(?:Exception|Error)(?::|\s*$)|^\s*ORA-\d{5}`)
	toolLine = regexp.MustCompile(`(?i)^\s*(?:\d+ bytes (?:from|desde) |(?:reply from|respuesta desde|resposta des de) [\da-f:.]+:|\d{1,3}(?:\.\|--|\s+(?:\*\s*){3})|-{3} .+ -{3}\s*$|\d+ packets transmitted|(?:rtt|round-trip) min/|` +
		`icmp_seq|host: \S+ +loss%|traceroute to \S|tracing route to |\d{1,2} +(?:<?\d+(?:[.,]\d+)? ms +){2,}|pinging \S+ )`)
	askLine = regexp.MustCompile(`^\s*(?:[\w.-]+@[\w.-]+[: ]\S*[#$] ?\S|\$ \S|PS [A-Z]:\\[^>]*>|[A-Z]:\\[^>]*>\S)|^\s*[{}\[\]]+[,;]?\s*$|^\s+"[^"]*": ?\S`)
)

// maxLooks bounds how much of a line its kind is looked for in, in bytes.
const maxLooks = 400

// isLog says whether a line alone is one of a log, a trace or what a tool printed.
func isLog(line string) bool {
	if strings.TrimSpace(line) == "" {
		return false
	}
	line = line[:min(len(line), maxLooks)]
	return logLine.MatchString(line) || traceLine.MatchString(line) || toolLine.MatchString(line) || askLine.MatchString(line)
}
