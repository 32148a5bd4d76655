package guard

import (
	"math"
	"regexp"
	"strings"
	"sync"
)

// allowlist says what is no secret though it looks like one.
type allowlist struct {
	patterns []func() *regexp.Regexp
	target   string // what they are held against: the match, its line, else the secret
	stop     *keywords
}

func newAllowlist(f allowFile) allowlist {
	a := allowlist{target: f.RegexTarget}
	for _, p := range f.Regexes {
		a.patterns = append(a.patterns, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(p) }))
	}
	if len(f.StopWords) > 0 {
		a.stop = newKeywords(f.StopWords)
	}
	return a
}

// allows reports whether the secret, of a match in a text, is none.
func (a allowlist) allows(text string, match span, secret string) bool {
	against := secret
	switch a.target {
	case "match":
		against = text[match.start:match.end]
	case "line":
		against = lineAround(text, match)
	}
	for _, p := range a.patterns {
		if p().MatchString(against) {
			return true
		}
	}
	stopped := false
	if a.stop != nil {
		a.stop.each(secret, func(sighting) { stopped = true })
	}
	return stopped
}

// lineAround is the line of a span, as far as it is not too long.
func lineAround(text string, s span) string {
	from, to := max(0, s.start-1000), min(len(text), s.end+1000)
	if n := strings.LastIndexByte(text[from:s.start], '\n'); n >= 0 {
		from += n + 1
	}
	if n := strings.IndexByte(text[s.end:to], '\n'); n >= 0 {
		to = s.end + n
	}
	return text[from:to]
}

// entropy is how many bits a character of the text tells (Shannon).
func entropy(text string) float64 {
	var counts [256]int
	for i := range len(text) {
		counts[text[i]]++
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			share := float64(n) / float64(len(text))
			bits -= share * math.Log2(share)
		}
	}
	return bits
}
