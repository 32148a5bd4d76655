package wiki

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// sign is what the looks of one line say.
type sign int

const (
	noSign   sign = iota
	empty         // nothing but blanks
	quoted        // marked by ">"
	tool          // what ping and its like print
	stamped       // begins with a time to the second
	traced        // a place in a program's stack
	coded         // a statement or a member of a structure
	failed        // the error that a stack belongs to
	prompted      // a command behind a shell's prompt
	framed        // a rule of a drawn table
	barred        // a row of it, between bars
	piped         // a row of it, with bars inside
)

// row is a line and what is known of it.
type row struct {
	sign  sign
	gaps  []gap
	hop   bool // begins with a number, as the lines of a route do
	alone bool // one word
	deep  bool // indented, and no item of a list
	plain bool // of words alone
	bar   int  // where the first bar stands
	// in says that the line belongs to what needs a fixed width, column that it does
	// by its gaps, log that it is a line of a log, a trace or code.
	in, column, log bool
}

// The signs of lines. Those that begin with a number of a day or an hour alone are
// what people write.
var (
	toolLine = regexp.MustCompile(`(?i)^\s*(?:ping \S+ ?[(\d]|-{3} .+ -{3}\s*$|traceroute6? to \S|tracing route to |traza a |host: \S|start: \d{4}-|` +
		`pinging |haciendo ping a |fent ping a |(?:reply from|respuesta desde|resposta des de) [\da-f:.]+:|request timed out|tiempo de espera agotado|` +
		`\d+ bytes from |from \S+ .*icmp_seq|no answer yet for icmp_seq|\d+ packets transmitted|(?:rtt|round-trip) min/|resume: pmtu|` +
		`(?:ping statistics for|estad[ií]sticas de ping para) |(?:packets: sent|paquetes: enviados) = |approximate round trip|tiempos aproximados|` +
		`(?:minimum|m[ií]nimo) = |my traceroute  \[|keys:  help |packets +pings\s*$|\S+ \([\da-f.:]+\) -> \S|[-bcdlps][-rwxst]{9}[+.@]? +\d|trace complete|traza completa|over a maximum of |sobre un m[aá]ximo de )`)
	stampLine = regexp.MustCompile(`^[\s\[(<"']*(?:[A-Z]{4,7}\]?:? +\[?|[EWIF]\d{4} )?(?:\pL{3,4}[.,]? +){0,2}[\d/.\-, ]{0,14}(?:\pL{3,4}[ ./-]{1,2}\d{0,4})?[T ,:]{0,3}\d{1,2}:\d\d:\d\d(?:\D|$)` +
		`|^\S{2,60} \S{1,30} \S{1,60} \[\d\d/\pL{3}/\d{4}:\d\d:\d\d:\d\d|^\s*\[ *\d+\.\d{6}\]`)
	traceLine = regexp.MustCompile(`^\s+(?:at [\w$.<>/]+[( ]|File ".*", line \d|\.{3} \d+ (?:more|common))|^\s*(?:Caused by|Suppressed): \S|^\s*#\d+ +(?:0x|\S+\()`)
	failLine  = regexp.MustCompile(`^\s*(?:Exception in thread |Traceback \(most |[\w$.]*(?:Exception|Error)(?::|\s*$))`)
	codeLine  = regexp.MustCompile(`^\s+(?:"[^"]*": ?\S|</?\w[^>]*>.*>?$|.*(?:[{}]|[}\])],|[})\]];)$|.*=.*;$)|^\s*[{}\[\]]+[,;]?\s*$`)
	askLine   = regexp.MustCompile(`^\s*(?:[\w.-]+@[\w.-]+[: ]\S*[#$] ?\S|[$#] \S|PS [A-Z]:\\[^>]*>|[A-Z]:\\[^>]*>\S)`)
	hopLine   = regexp.MustCompile("^\\s*(?:\\d{1,3}(?:\\.\\|--|[.:?]*)|(?:\\| +)*[`|+]?\\|?--)(?:\\s|$)")
	itemLine  = regexp.MustCompile(`^\s*(?:[-*+•·–]|\d{1,3}[.)]|\pL\))\s`)
	contact   = regexp.MustCompile(`(?i)\S@\S|www\.|https?://|(?:^|[^\d.:/-])(?:\+ ?\d{2,3}[ -]?)?(?:\d{2,3}[ -]\d{2,3}(?:[ -]\d{2,3}){1,2}|[6-9]\d{8})(?:[^\d.:/-]|$)|\+\d{9,}`)
)

// maxLooks bounds how much of a line its signs are looked for in, in bytes.
const maxLooks = 400

func head(line string) string { return line[:min(len(line), maxLooks)] }

// look reads one line.
func look(line string) row {
	h := strings.TrimRight(softBlanks(head(line)), " \t")
	bare := strings.TrimSpace(h)
	r := row{sign: signOf(h, bare), bar: strings.IndexAny(h, "|│║")}
	if r.sign == empty || r.sign == quoted {
		return r
	}
	r.gaps = gapsOf(line)
	r.hop = hopLine.MatchString(h)
	r.alone = !strings.ContainsAny(bare, " \t")
	r.plain = !slices.ContainsFunc(strings.Fields(bare), func(word string) bool { return !isProse(word) })
	r.deep = (strings.HasPrefix(h, "  ") || strings.HasPrefix(h, "\t")) && !itemLine.MatchString(h)
	return r
}

func signOf(line, bare string) sign {
	switch {
	case bare == "":
		return empty
	case bare[0] == '>':
		return quoted
	case isFrame(bare):
		return framed
	}
	if first, last := after(bare), before(bare); isBar(first) && isBar(last) && len(bare) > utf8.RuneLen(first) {
		return barred
	}
	for _, known := range []struct {
		sign sign
		line *regexp.Regexp
	}{{tool, toolLine}, {stamped, stampLine}, {traced, traceLine}, {failed, failLine}, {coded, codeLine}, {prompted, askLine}} {
		if known.line.MatchString(line) {
			return known.sign
		}
	}
	if strings.ContainsAny(bare, "|│║") {
		return piped
	}
	return noSign
}

func isBar(r rune) bool { return r == '|' || r == '│' || r == '║' }

// isFrame says whether a line rules a table: strokes with corners, or several.
func isFrame(bare string) bool {
	const strokes, corners = "-=─═━", "+|┼├┤┌┐└┘┬┴│╪╞╡║╠╣╔╗╚╝╬╦╩"
	if strings.Trim(bare, strokes+corners+": \t") != "" || strings.Count(bare, "-")+strings.Count(bare, "=") < 3 && !strings.ContainsAny(bare, "─═━") {
		return false
	}
	groups := strings.Fields(bare)
	single := slices.ContainsFunc(groups, func(g string) bool { return utf8.RuneCountInString(g) < 2 })
	return strings.ContainsAny(bare, corners) || len(groups) > 1 && !single
}
