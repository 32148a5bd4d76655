package network

import (
	"regexp"
	"slices"
	"strings"
)

const (
	maxLines = 2000
	maxLine  = 1000 // in bytes
)

// format is how one tool prints a route: any of its lines tells it.
type format struct {
	name  string
	lines []*regexp.Regexp
}

// These are parts of the expressions below. What a paste or markup leaves before
// a line is skipped: quotation marks, bars of tables, bullets.
const (
	lead    = `^[\s>|*#-]*`
	hop     = lead + `\d{1,3}`
	address = `(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{1,4}:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%\w+)?)`
	name    = `[\w.-]+`
	noise   = `(?:\s+(?:\[[^\]]*\]|![A-Z0-9]{0,4}|<[^>]*>))*`
	took    = `\s+<?\s*\d+(?:[.,]\d+)?\s*ms(?:ec)?\b`
)

// formats are the tools whose output is known.
var formats = []format{
	{"mtr", []*regexp.Regexp{
		// The report, wide or not, its headline, and what the screen shows.
		regexp.MustCompile(hop + `\.\s?\|--\s*\S`),
		regexp.MustCompile(`(?i)\bLoss\s*%.*\bSnt\b.*\bAvg\b`),
		regexp.MustCompile(`\bMy traceroute\s+\[v`),
		regexp.MustCompile(hop + `\.\s+\S+(?:\s+\(\S+\))?\s+\d{1,3}(?:[.,]\d+)?%(?:\s+\d+(?:[.,]\d+)?){3,}`),
		// --csv, --json, --xml.
		regexp.MustCompile(`^\s*(?:Mtr_Version,Start_Time,|MTR\.\d+[^,]*,\d+,\w+,[^,]*,\d+,)`),
		regexp.MustCompile(`"Loss%"\s*:`),
		regexp.MustCompile(`^\s*<(?:MTR\s+SRC=|HUB\s+COUNT=)`),
		// WinMTR, with the bars of its table or without.
		regexp.MustCompile(`(?i)\bSent\b\W+Recv\b\W+Best\b\W+Avrg\b\W+Wrst\b`),
		regexp.MustCompile(lead + `(?:` + address + `|` + name + `|No response from host)\s+-\s+\d{1,3}\s*\|?(?:\s*\|?\s*\d+\b){5,6}[\s|]*$`),
		regexp.MustCompile(`\bWinMTR\s+(?:statistics|v?\d)`),
	}},
	{"tracepath", []*regexp.Regexp{
		regexp.MustCompile(hop + `\??:\s+(?:\[LOCALHOST\]|no reply|send failed)`),
		regexp.MustCompile(hop + `\??:\s+(?:` + address + `|[\w-]+(?:\.[\w-]+)+|_gateway|` + name + `\s+\(` + address + `\))` + noise + took),
		regexp.MustCompile(`^\s*(?:Resume|Too many hops):\s+pmtu\s+\d+`),
	}},
	{"traceroute", []*regexp.Regexp{
		// Unix: the headline and the hops.
		regexp.MustCompile(`(?i)^[\s>|*#-]*traceroute6?\s+to\s.*\bhops\s+max\b`),
		regexp.MustCompile(hop + `\s+(?:\*\s+)*` + address + `(?:\s+\(` + address + `\))?` + noise + took),
		regexp.MustCompile(hop + `\s+(?:\*\s+)*` + name + `\s+\(` + address + `\)` + noise + took),
		regexp.MustCompile(`^[\s>|#]*\d{1,3}\s+\*\s+\*(?:\s+\*)*\s*$`),
		// Windows: tracert and PathPing, in the languages they are used in here.
		regexp.MustCompile(hop + `(?:\s+(?:<?\s*\d+\s*ms|\*)){3}\s+(?:` + address + `|` + name + `\s+\[` + address + `\])`),
		regexp.MustCompile(hop + `(?:\s+\*){3}\s+(?i:Request timed out|Tiempo de espera agotado|S['’]ha (?:esgotat|excedit|superat) el temps)`),
		regexp.MustCompile(`(?i)^[\s>|]*(?:Tracing route to|Traza a(?: la direcci[oó]n)?|(?:S['’]est[aà] fent (?:un|el) )?(?:Seguiment|Traçat|Traçant)(?: de)?(?: la)? ruta (?:a|cap a|fins a))\s+` + name + `(?:\.|\s|\[|$)` + `.*(?:\[` + address + `\]|\b(?:hops|saltos|salts)\b|` + address + `)`),
		regexp.MustCompile(`(?i)^[\s>|]*(?:over a maximum of \d+ hops|sobre (?:un m[aá]ximo|caminos) de \d+ saltos|(?:amb|sobre) un m[aà]xim de \d+ salts)`),
		regexp.MustCompile(`\d+\s*/\s*\d+\s*=\s*\d+\s*%.*(?:` + address + `|\d+\s*/\s*\d+\s*=\s*\d+\s*%|\|)`),
		regexp.MustCompile(`^\s*TraceRoute\s*:\s*` + address),
	}},
}

// LooksLike reports whether a text holds at least a line of what one of those
// tools prints: mtr, tracepath, traceroute; of any of them if none is named. mtr
// is WinMTR as well, traceroute is tracert and PathPing. That somebody speaks of
// such a tool is not enough, and neither is ping.
func LooksLike(text string, names ...string) bool {
	lines := 0
	for line := range strings.Lines(text[:min(len(text), maxText)]) {
		if lines++; lines > maxLines {
			return false
		}
		line = strings.ReplaceAll(line[:min(len(line), maxLine)], "\u00a0", " ")
		for _, f := range formats {
			if len(names) > 0 && !slices.Contains(names, f.name) {
				continue
			}
			if slices.ContainsFunc(f.lines, func(r *regexp.Regexp) bool { return r.MatchString(strings.TrimRight(line, "\r\n")) }) {
				return true
			}
		}
	}
	return false
}
