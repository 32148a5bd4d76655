package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// bareQuote is how many lines marked by ">" count as a quote although nobody is
// said to have written them: fewer may be commands or output.
const bareQuote = 5

// run is a stretch of lines that are all quote or all text.
type run struct {
	lines []line
	quote bool
	sure  bool // somebody is said to have written the quote
}

// unquote cuts the quotes that stand after all new text, and one that stands
// before it. What lies between two texts stays. toEnd says that nothing follows
// the lines.
func unquote(lines []line, toEnd bool) (kept, dropped []line) {
	runs := stretches(lines)
	last := len(runs)
	if toEnd && endsInQuote(runs) {
		runs[last-1].sure = true
	}
	for last > 0 && !runs[last-1].holdsText(last > 1 && runs[last-2].quote) {
		last--
	}
	above := answersBelow(runs[:last])
	for i, r := range runs {
		if i < last && i != above {
			kept = append(kept, r.lines...)
		} else {
			dropped = append(dropped, r.lines...)
		}
	}
	kept, footer := withoutFooter(kept, false)
	kept, markers := withoutMarker(kept)
	return kept, append(markers, append(footer, dropped...)...)
}

// endsInQuote reports whether the text ends in a quote below new text. Some
// clients put a quote there without saying who wrote it. What a colon announces
// may be commands or output.
func endsInQuote(runs []run) bool {
	n := len(runs)
	if n < 2 || !runs[n-1].quote || !anyText(runs[n-2].lines) {
		return false
	}
	above := runs[n-2].lines
	return !strings.HasSuffix(above[trimEnd(above)-1].body, ":")
}

// greeting is how many lines may stand above a quote that is answered below.
const greeting = 2

// answersBelow returns the index of the one quote that stands above the whole
// answer, with nothing but a greeting before it, or -1.
func answersBelow(runs []run) int {
	n := len(runs)
	if n < 2 || n > 3 || !runs[n-2].sure || runs[n-1].quote {
		return -1
	}
	lines := 0
	for _, l := range runs[0].lines {
		if n == 3 && !l.blank() {
			lines++
		}
	}
	if lines > greeting {
		return -1
	}
	return n - 2
}

// holdsText reports whether the run must stay. Below a quote a signature alone
// is no text.
func (r run) holdsText(belowQuote bool) bool {
	if r.quote {
		return !r.sure
	}
	if !anyText(r.lines) {
		return false
	}
	if belowQuote {
		kept, _ := withoutFooter(r.lines, true)
		return anyText(kept)
	}
	return true
}

// stretches divides the lines into runs. The line that says who wrote belongs
// to the quote, and so does a line that a client broke off a quoted one.
func stretches(lines []line) []run {
	var runs []run
	add := func(quote bool, ls []line) {
		if n := len(runs); n > 0 && runs[n-1].quote == quote {
			runs[n-1].lines = append(runs[n-1].lines, ls...)
			return
		}
		runs = append(runs, run{quote: quote, lines: append([]line(nil), ls...)})
	}
	for i := 0; i < len(lines); {
		n, _ := attribution(lines[i:])
		switch {
		case lines[i].quoted:
			add(true, lines[i:i+1])
			i++
		case n > 0 && quoteFollows(lines[i+n:]):
			add(true, lines[i:i+n])
			i += n
		case i > 0 && brokenOff(lines[i-1:]):
			add(true, lines[i:i+1])
			i++
		case lines[i].blank() && len(runs) > 0 && runs[len(runs)-1].quote:
			add(true, lines[i:i+1])
			i++
		default:
			add(false, lines[i:i+1])
			i++
		}
	}
	sure := false // what is quoted once is quoted further on
	for i := range runs {
		sure = sure || runs[i].quote && runs[i].isSure()
		runs[i].sure = sure && runs[i].quote
	}
	return runs
}

func (r run) isSure() bool {
	marked := 0
	for i, l := range r.lines {
		if l.quoted && !l.blank() {
			marked++
		}
		if n, _ := attribution(r.lines[i:]); n > 0 || l.marker || original.MatchString(l.body) || isHeaderBlock(r.lines[i:]) {
			return true
		}
	}
	return marked >= bareQuote
}

// brokenOff reports whether the second line is the end of the first, a long
// quoted one, and the quote goes on after it.
func brokenOff(lines []line) bool {
	if len(lines) < 3 || !lines[0].quoted || lines[1].quoted || lines[1].blank() || !lines[2].quoted || len(lines[0].raw) < 60 {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(lines[0].body)
	begin, _ := utf8.DecodeRuneInString(lines[1].body)
	return !strings.ContainsRune(".!?:;", end) && unicode.IsLower(begin)
}

// withoutFooter takes a signature after its delimiter (RFC 3676, section 4.3)
// and what a telephone adds off the end. Below a quote there need be nothing
// above the delimiter, and a ruler is one too.
func withoutFooter(lines []line, belowQuote bool) (kept, footer []line) {
	end := len(lines)
	for i, l := range lines {
		if !belowQuote && !anyText(lines[:i]) {
			continue
		}
		short := len(lines)-i <= maxSignature && (i == 0 || lines[i-1].blank())
		if l.raw == "-- " || l.raw == "--" && short || belowQuote && short && ruler.MatchString(l.body) {
			end = i
			break
		}
	}
	for {
		n := trimEnd(lines[:end])
		if n > 0 && isMobile(lines[n-1].body) && !lines[n-1].quoted {
			end = n - 1
			continue
		}
		return lines[:end], lines[end:]
	}
}

// maxSignature is how many lines a signature may have whose delimiter lost its
// blank.
const maxSignature = 10

func withoutMarker(lines []line) (kept, markers []line) {
	for _, l := range lines {
		if l.marker {
			markers = append(markers, l)
			continue
		}
		kept = append(kept, l)
	}
	return kept, markers
}

func isMobile(body string) bool {
	if at := strings.IndexByte(body, '<'); at > 0 {
		body = strings.TrimSpace(body[:at]) // the address of a link
	}
	if at := strings.LastIndex(body, " (http"); at > 0 {
		body = body[:at]
	}
	return len(body) <= 70 && mobile.MatchString(body) && !strings.ContainsAny(body, ",;:") && !strings.HasSuffix(body, ".")
}
