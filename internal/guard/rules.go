package guard

import (
	_ "embed" // the rules
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"

	"escalat/bridge"
)

// The rules of gitleaks v8.30.0, as they are (MIT licence, gitleaks.LICENSE).
//
//go:embed gitleaks.toml
var gitleaks string

// rules are many patterns of secrets, each with words without which it need not be tried.
type rules struct {
	list   []*rule
	words  *keywords
	of     [][]int // the rules of a word
	always []int   // rules without words
	global allowlist
}

// rule is one pattern of a secret.
type rule struct {
	id      string
	kind    bridge.Private
	pattern func() *regexp.Regexp
	// anchored: the pattern begins with one of the words, so that it is tried only there.
	anchored bool
	generic  bool
	unique   bool // what it finds begins as nothing else does
	ahead    int  // how much of the text from a word on is looked at
	group    int
	entropy  float64
	allowed  []allowlist
}

// The file's shape, as far as it is of use here: paths are those of source files.
type ruleFile struct {
	Allowlist allowFile
	Rules     []struct {
		ID          string
		Regex       string
		Path        string
		SecretGroup int `toml:"secretGroup"`
		Entropy     float64
		Keywords    []string
		Allowlists  []allowFile
	}
}

type allowFile struct {
	Condition   string
	RegexTarget string `toml:"regexTarget"`
	Regexes     []string
	StopWords   []string `toml:"stopwords"`
	Paths       []string
}

// Where a pattern may stand of which the word is a part; of one that has no end, and of a
// private key.
const (
	behind   = 256
	farAhead = 4 << 10
)

func loadRules() (*rules, error) {
	var file ruleFile
	if err := toml.Unmarshal([]byte(gitleaks), &file); err != nil {
		return nil, fmt.Errorf("rules of secrets: %w", err)
	}
	r := &rules{global: newAllowlist(file.Allowlist)}
	at := map[string]int{}
	var words []string
	for _, f := range file.Rules {
		// A rule about paths alone says nothing of a text, one about keys is our own.
		if f.Regex == "" || f.ID == "private-key" {
			continue
		}
		made := &rule{id: f.ID, kind: kindOf(f.ID), group: f.SecretGroup, entropy: f.Entropy, generic: f.ID == "generic-api-key"}
		for _, a := range f.Allowlists {
			if a.Condition != "AND" && len(a.Regexes)+len(a.StopWords) > 0 { // else it is of paths
				made.allowed = append(made.allowed, newAllowlist(a))
			}
		}
		anchors := made.read(f.Regex, f.Keywords)
		r.list = append(r.list, made)
		n := len(r.list) - 1
		if len(anchors) == 0 {
			r.always = append(r.always, n)
		}
		for _, w := range anchors {
			w = strings.ToLower(w)
			if _, known := at[w]; !known {
				at[w] = len(words)
				words, r.of = append(words, w), append(r.of, nil)
			}
			r.of[at[w]] = append(r.of[at[w]], n)
		}
	}
	r.words = newKeywords(words)
	return r, nil
}

// kindOf is the kind of what a rule finds.
func kindOf(id string) bridge.Private {
	switch id {
	case "age-secret-key":
		return bridge.PrivateKey
	case "curl-auth-user", "nuget-config-password", "hashicorp-tf-password", "planetscale-password":
		return bridge.PrivatePassword
	}
	return bridge.PrivateToken
}

// What ends a token in sources, and what else does in texts of people: their punctuation,
// and markup.
const (
	endOfToken = `(?:[\x60'"\s;]|\\[nr]|$)`
	endInText  = `(?:[\x60'"\s;.,:)\]}{|<>&*!?»”\\\x01]|$)`
)

// The beginning that most patterns have: what may stand before a name, then the name.
const anyPrefix = `[\w.-]{0,50}?`

// read takes the pattern and returns the words where it is tried.
func (r *rule) read(pattern string, words []string) []string {
	if !r.generic {
		pattern = strings.ReplaceAll(pattern, endOfToken, endInText)
	}
	rest, flags := strings.TrimPrefix(pattern, "(?i)"), ""
	if rest != pattern {
		flags = "(?i)"
	}
	if after, ok := strings.CutPrefix(rest, anyPrefix); ok {
		if names := namesOf(after); r.generic || len(names) > 0 {
			pattern, r.anchored = flags+`\A`+after, true
			if !r.generic {
				words = names
			}
		}
	}
	r.unique = !r.anchored && !strings.Contains(r.id, "curl") && !strings.Contains(r.id, "yaml") && !strings.Contains(r.id, "nuget")
	r.ahead = min(farAhead, longest(pattern)+8)
	if r.anchored {
		r.ahead = min(r.ahead, 512)
	}
	r.pattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
	return words
}

// longest is how much a pattern matches at most.
func longest(pattern string) int {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return farAhead
	}
	return longestOf(parsed)
}

func longestOf(p *syntax.Regexp) int {
	sum, most := 0, 0
	for _, sub := range p.Sub {
		n := longestOf(sub)
		sum, most = min(farAhead, sum+n), max(most, n)
	}
	switch p.Op {
	case syntax.OpLiteral:
		return len(p.Rune) * utf8.UTFMax
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return utf8.UTFMax
	case syntax.OpStar, syntax.OpPlus:
		return farAhead
	case syntax.OpRepeat:
		if p.Max < 0 {
			return farAhead
		}
		return min(farAhead, sum*p.Max)
	case syntax.OpAlternate:
		return most
	}
	return sum
}

// namesOf are the names with which a pattern begins, “(?:one|two)…”; none when they are
// patterns themselves.
func namesOf(pattern string) []string {
	for _, open := range []string{"(?:", "(?i:"} {
		if after, ok := strings.CutPrefix(pattern, open); ok {
			inner, _, closed := strings.Cut(after, ")")
			if !closed || strings.ContainsAny(inner, `\[(?*+{.^$`) {
				return nil
			}
			return strings.Split(inner, "|")
		}
	}
	return nil
}

// find returns what the rules find in a text.
func (r *rules) find(text string) []found {
	return r.findWith(text, func(*rule) bool { return true })
}

func (r *rules) findWith(text string, of func(*rule) bool) []found {
	at := make(map[int][]int, 8)
	r.words.each(text, func(s sighting) {
		for _, n := range r.of[s.word] {
			at[n] = append(at[n], s.at)
		}
	})
	for _, n := range r.always {
		at[n] = nil
	}
	var all []found
	for n, places := range at {
		rule := r.list[n]
		if !of(rule) {
			continue
		}
		slices.Sort(places)
		for _, m := range rule.matches(text, places) {
			if f, ok := r.secret(rule, text, m); ok {
				all = append(all, f)
			}
		}
	}
	return all
}

// matches are where the rule's pattern stands, each with its groups.
func (r *rule) matches(text string, places []int) [][]int {
	var all [][]int
	end := 0
	for i := 0; i < len(places); i++ {
		at := places[i]
		if at < end {
			continue
		}
		if r.anchored {
			part := text[at:min(len(text), at+r.ahead)]
			if m := r.pattern().FindStringSubmatchIndex(part); m != nil {
				all = append(all, moved(m, at))
				end = at + m[1]
			}
			continue
		}
		from := max(0, end, at-min(behind, r.ahead))
		to := at + r.ahead
		for i+1 < len(places) && places[i+1]-behind <= to {
			i++
			to = places[i] + r.ahead
		}
		to = min(to, len(text))
		for _, m := range r.pattern().FindAllStringSubmatchIndex(text[from:to], -1) {
			all = append(all, moved(m, from))
		}
		end = to
	}
	if places == nil {
		all = r.pattern().FindAllStringSubmatchIndex(text, -1)
	}
	return all
}

// moved is a match of a part of a text, by what is before it.
func moved(match []int, by int) []int {
	match = slices.Clone(match)
	for i := range match {
		if match[i] >= 0 {
			match[i] += by
		}
	}
	return match
}

// secret is what a match says that is secret, if it is.
func (r *rules) secret(rule *rule, text string, match []int) (found, bool) {
	s := span{match[0], match[1]}
	for g := max(1, rule.group); 2*g+1 < len(match); g++ {
		if match[2*g+1] > match[2*g] {
			s = span{match[2*g], match[2*g+1]}
			break
		}
	}
	for s.end > s.start && strings.IndexByte("\r\n", text[s.end-1]) >= 0 {
		s.end--
	}
	if n := strings.IndexByte(text[s.start:s.end], ':'); rule.id == "curl-auth-user" && n > 0 {
		s.start += n + 1
	}
	if n := s.end - 1; n-s.start > 2 && text[s.start] == text[n] && (text[n] == '"' || text[n] == '\'') {
		s = span{s.start + 1, n}
	}
	secret := text[s.start:s.end]
	if rule.entropy > 0 && entropy(secret) <= rule.entropy {
		return found{}, false
	}
	whole := span{match[0], match[1]}
	for n := 0; rule.anchored && whole.start > 0 && n < 50 && isName(text[whole.start-1]); n++ {
		whole.start--
	}
	for _, a := range append([]allowlist{r.global}, rule.allowed...) {
		if a.allows(text, whole, secret) {
			return found{}, false
		}
	}
	kind := rule.kind
	if rule.generic {
		if harmless(secret) {
			return found{}, false
		}
		if name := strings.ToLower(text[whole.start:s.start]); strings.Contains(name, "pass") {
			kind = bridge.PrivatePassword
		}
	}
	return found{span: s, kind: kind}, true
}

func isName(b byte) bool {
	return b == '.' || b == '-' || isWord(b)
}

func isWord(b byte) bool { return b == '_' || isLetter(b) || isDigit(b) }

func isLetter(b byte) bool { return 'a' <= lower(b) && lower(b) <= 'z' }

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// certain is what those rules find whose tokens are told by how they begin.
func (r *rules) certain(text string) []found {
	return r.findWith(text, func(rule *rule) bool { return rule.unique })
}
