package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge/receive/page"
)

// bareQuote is how many lines marked by ">" count as a quote although nobody is
// said to have written them: fewer may be commands or output.
const bareQuote = 5

// run is a stretch of lines that are all quote or all text.
type run struct {
	start, end int
	quote      bool
	sure       bool // somebody is said to have written the quote
}

// unquote cuts the quotes before end that stand after all new text, and one that stands
// before it. Of those between two texts what is answered stays. last says that nothing
// follows.
func (d *division) unquote(end int, last bool) {
	runs := d.stretches(end)
	if last && d.endsInQuote(runs) {
		runs[len(runs)-1].sure = true
	}
	n := len(runs)
	for n > 0 && !d.holdsText(runs[n-1], n > 1 && runs[n-2].quote) {
		n--
		d.drop(runs[n].start, runs[n].end)
	}
	between := n > 1 && n < len(runs) && runs[n].quote && d.saysMore(runs[n])
	runs = runs[:n]
	if above := d.answersBelow(runs); above >= 0 && !between && !d.saysBelow(runs[above].start) {
		r := runs[above]
		end := r.start + trimEnd(d.lines[r.start:r.end])
		d.drop(r.start, end)
		d.dropQuoted(end, r.end)
		return
	}
	for _, r := range runs {
		if r.quote && r.sure {
			start, end := d.answered(r)
			d.drop(r.start, start)
			d.dropQuoted(end, r.end)
		}
	}
}

// saysMore reports whether a quote is more than a farewell and a name.
func (d *division) saysMore(r run) bool {
	for i := r.start; i < r.end; i++ {
		l := &d.lines[i]
		if isDelimiter(l) || divider.MatchString(l.body) {
			return false
		}
		if len(strings.Fields(l.body)) > 4 || !l.blank() && strings.ContainsAny(l.body[len(l.body)-1:], ".?!") {
			return true
		}
	}
	return false
}

// dropQuoted cuts the quoted lines among those.
func (d *division) dropQuoted(start, end int) {
	for i := start; i < end; i++ {
		d.cut[i] = d.cut[i] || d.lines[i].quoted
	}
}

// maxAnswered is how many lines stay of a quote that is answered.
const maxAnswered = 10

// answered returns the lines of a quote that the text below answers: the last one, with
// those that a program broke it off from. Of a mail that is quoted down to its signature
// no line is answered but all of it.
func (d *division) answered(r run) (start, end int) {
	end = r.start + trimEnd(d.lines[r.start:r.end])
	width := 0
	for _, l := range d.lines[r.start:end] {
		width = max(width, len(l.body))
		if l.quoted && isDelimiter(&l) {
			return end, end
		}
	}
	for start = end - 1; start > r.start && end-start < maxAnswered && d.goesOver(start-1, width); start-- {
	}
	if start < r.start || !d.lines[start].quoted || d.lines[start].marker {
		return end, end
	}
	return start, end
}

// goesOver reports whether the line goes on in the next one: there was no room for its
// first word, which does not begin another sentence.
func (d *division) goesOver(i, width int) bool {
	l, next := &d.lines[i], &d.lines[i+1]
	if l.blank() || !l.quoted || l.marker || l.shown != nil || strings.HasSuffix(l.body, ":") {
		return false
	}
	word, _, _ := strings.Cut(next.body, " ")
	first, _ := utf8.DecodeRuneInString(word)
	return len(l.body)+1+len(word) > width && !unicode.IsUpper(first)
}

// endsInQuote reports whether the text ends in a quote below new text. Some
// programs put a quote there without saying who wrote it. What a colon announces
// may be commands or output, and so may what does not begin as people write.
func (d *division) endsInQuote(runs []run) bool {
	n := len(runs)
	if n < 2 || !runs[n-1].quote || !d.anyTextIn(runs[n-2].start, runs[n-2].end) {
		return false
	}
	for i := runs[n-1].start; i < runs[n-1].end; i++ {
		if body := d.lines[i].body; body != "" {
			first, _ := utf8.DecodeRuneInString(body)
			return (unicode.IsLetter(first) && !unicode.IsLower(first) || strings.ContainsRune("¿¡*[", first)) && !d.announced(runs[n-1].start)
		}
	}
	return true
}

// greeting is how many lines may stand above a quote that is answered below.
const greeting = 2

// answersBelow returns the index of the one quote that stands above the whole
// answer, with nothing but a greeting before it, or -1.
func (d *division) answersBelow(runs []run) int {
	n := len(runs)
	if n < 2 || n > 3 || !runs[n-2].sure || runs[n-1].quote {
		return -1
	}
	lines := 0
	for i := runs[0].start; n == 3 && i < runs[0].end; i++ {
		if !d.gone(i) {
			lines++
		}
	}
	if lines > greeting || d.quotedLines(runs[n-2]) == 1 {
		return -1
	}
	return n - 2
}

// quotedLines counts the lines of a quote. Of one alone people left only what they answer.
func (d *division) quotedLines(r run) int {
	n := 0
	for i := r.start; i < r.end; i++ {
		if d.lines[i].quoted && !d.lines[i].blank() {
			n++
		}
	}
	if n == 1 {
		if says, _ := attribution(d.lines[:r.end], r.start); says > 0 && d.lines[r.start].quoted {
			return 0
		}
	}
	return n
}

// holdsText reports whether the run must stay. Below a quote a signature alone
// is no text.
func (d *division) holdsText(r run, belowQuote bool) bool {
	if r.quote {
		return !r.sure
	}
	if belowQuote {
		at := d.kept(r.start, r.end)
		return d.anyText(at[:d.footerStart(at, true)])
	}
	return d.anyTextIn(r.start, r.end)
}

// stretches divides the lines before end into runs. The line that says who wrote belongs
// to the quote, and so does a line that a program broke off a quoted one.
func (d *division) stretches(end int) []run {
	var runs []run
	lines := d.lines[:end]
	for i := 0; i < end; {
		n, quote := 1, false
		switch l := &lines[i]; {
		case l.quoted:
			quote = true
		case l.blank():
			quote = len(runs) > 0 && runs[len(runs)-1].quote
		case i > 0 && brokenOff(lines[i-1:]):
			quote = true
		default:
			if says, _ := attribution(lines, i); says > 0 && quoteFollows(lines, i+says) {
				n, quote = says, true
			}
		}
		if last := len(runs) - 1; last >= 0 && runs[last].quote == quote {
			runs[last].end = i + n
		} else {
			runs = append(runs, run{start: i, end: i + n, quote: quote})
		}
		i += n
	}
	sure := false // what is quoted once is quoted further on
	for i := range runs {
		sure = sure || runs[i].quote && d.isSure(runs[i])
		runs[i].sure = sure && runs[i].quote
	}
	return runs
}

func (d *division) isSure(r run) bool {
	marked := 0
	for i := r.start; i < r.end; i++ {
		l := &d.lines[i]
		if l.quoted && !l.blank() {
			marked++
		}
		if l.marker || l.mark == page.Quoted {
			return true
		}
		if l.blank() {
			continue
		}
		if n, _ := attribution(d.lines[:r.end], i); n > 0 || isOriginal(l) || isHeaderBlock(d.lines[i:r.end]) {
			return true
		}
	}
	return marked >= bareQuote && !d.announced(r.start)
}

// brokenOff reports whether the second line is the end of the first, a long
// quoted one, and the quote goes on after it.
func brokenOff(lines []line) bool {
	if len(lines) < 3 || !lines[0].quoted || lines[1].quoted || lines[1].blank() || !lines[2].quoted || len(lines[0].raw) < 60 || lines[0].shown != nil {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(lines[0].body)
	begin, _ := utf8.DecodeRuneInString(lines[1].body)
	return !strings.ContainsRune(".!?:;", end) && unicode.IsLower(begin)
}

// quoteFollows reports whether a quote stands at i, or a blank line or two below.
func quoteFollows(lines []line, i int) bool {
	for n := 0; n <= 3 && i+n < len(lines); n++ {
		if l := &lines[i+n]; !l.blank() || l.quoted {
			return l.quoted
		}
	}
	return false
}
