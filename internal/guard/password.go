package guard

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How far from its word a value is looked for.
const reach = 240

const (
	// What may stand around a word or a value: emphasis, quotes, tags.
	decoration = `(?:[*_+~"'\x60“”«»’‘\])}]|\{color[^}\n]{0,20}\}|</?[a-z]{1,8}>|&quot;|\\)*`
	// What may stand between a word and what separates it from its value.
	adjective = `(?:[ \t\x{a0}]+(?:nov[ae]|nueva|new|actual|antiga|antigua|temporal|provisional|inicial|correcta|admin|administrador|root|wifi|wi-fi|vpn|ssh|ftp|sftp|bbdd|bd|db|ldap|ad|windows|linux|mysql|oracle|postgres|general|mestra|maestra|secreta|d'\S{1,30}|d’\S{1,30}))`
	clause    = `(?:[ \t\x{a0}]+(?:de|del|dels|d'|d’|per|pel|para|for|of|al|a|en|in|to|que|which|amb|con)[ \t\x{a0}]+[^\s:=|,;.!?\x01]+(?:\.[^\s:=|,;.!?\x01]+)*(?:[ \t\x{a0}]+[^\s:=|,;!?\x01]{1,40}){0,7}?)`
	bracket   = `(?:[ \t\x{a0}]*\([^()\n\x01]{1,60}\))`

	newlines = `(?:[ \t\x{a0}>|]*\r?\n){0,3}[ \t\x{a0}]*(?:[*#>-]{1,2}[ \t]+)?`
	// What separates: the first group is hard, the second a verb.
	hard = `((?:[ \t\x{a0}]*(?:=>|:=|={1,2}|->|-->|→|⇒|➜|＝)[ \t\x{a0}]*|[ \t\x{a0}]*[:：]{1,2}` + decoration + newlines + `|[ \t]*\|{1,2}[ \t]*|[ \t]*\t[ \t]*|>|[ \t]+value[ \t]*=[ \t]*|[ \t]*,[ \t]*["'])(?:(?:[eé]s|is|la[ \t]+(?:nova|nueva)[ \t]+[eé]s|la|el|següent|siguiente)[ \t]*:?[ \t]+)?)`
	verb = `([ \t\x{a0}]+(?:[-–—]|és|es|is|era|was|ser[àáa]|serà|fue|seria|sería|ser[ií]a|són|son|are|will be|(?:ha|he|hem|s'ha)?[ \t]*queda(?:t|do|da)?|passa a ser|pasa a ser|posada [eé]s)(?:[ \t]+(?:la|el)[ \t]+(?:següent|siguiente))?[ \t]*:?` + newlines + `)`
)

var (
	// After the word: its decoration and qualifiers, then a separator.
	introduction = regexp.MustCompile(`(?i)^` + decoration + `(` + adjective + `{0,2}` + clause + `?` + bracket + `?)` + decoration + `(?:` + hard + `|` + verb + `)`)
	// With nothing between.
	direct = regexp.MustCompile(`(?i)^` + decoration + `(?:` + adjective + `)?(?:[ \t\x{a0}]{1,3}(?:\r?\n[ \t>]*)?|(?:\r?\n[ \t>]*){1,2})`)
	// In brackets.
	bracketed = regexp.MustCompile(`^[^\n().:;,=\x01]{0,40}\(([^\s()\x01]{6,40})\)`)
	// What opens a value.
	opening = regexp.MustCompile(`(?i)^(?:\{color[^}\n]{0,20}\}|\{noformat\}\s*|\{code[^}\n]{0,30}\}\s*|\{quote\}\s*|<!\[CDATA\[|<[a-z]{1,8}>|[*_+](?:[^\s*_+])|[*_]?\{\{|\[)?`)
	// Before the word: what makes of it a thing that is talked about.
	about = regexp.MustCompile(`(?i)(?:errors?|intents?|intentos?|attempts?|canvis?|cambios?|changes?|pol[ií]ti(?:ca|ques)|policy|longitud|length|caducitat|caducidad|expiraci[oó]n?|expiry|reset|restabliment|restablecimiento|recuperaci[oó]n?|recovery|fall[oa]d?[ae]?s?|failed|failure|invalid|incorrect|wrong|bad|accepted|hash|camps?|campos?|field|prompt|sense|sin|without|no|oblit|olvido|historial|complexitat|complejidad|tipus|tipo|form(?:at|ulari|ulario))(?:[ \t]+(?:de|del|la|les|las|el|al|the|of|a|d'|l'))*[ \t]*["'*]?$`)
	// An account stands nearby.
	account = regexp.MustCompile(`(?i)(?:\b|_)(?:wi-?fi|ssid|usuari|usuario|user|username|login|uid|compte|cuenta|account|credencials?|credenciales|credentials?|acc[eé]s|acceso)\b`)
	// Both words, then both values.
	paired = regexp.MustCompile(`(?i)(?:usuari[ao]?s?|users?|usernames?|logins?|nom d['’]usuari|nombre de usuario|compte|cuenta)[*_]{0,2}[ \t]*(?:/|\||\+|&|-|,|i|y|and|e)[ \t]*(?:la[ \t]+|el[ \t]+)?[*_]{0,2}$`)
	pair   = regexp.MustCompile(`^[*_"'{\x60]{0,3}([^\s/|:;,*_"'{}\x60\x01]{1,64})[*_"'}\x60]{0,3}(?:[ \t]*[/|:;][ \t]*|[ \t]*,[ \t]*|[ \t]+(?:i|y|and|e|-|–|amb|con|with)[ \t]+|[ \t]+)[*_"'{\x60]{0,3}(\x01|[^\s|"'{}\x60\x01]{3,64})`)
)

// passwords finds what follows a word for a password, a PIN or a token.
func (d *finder) passwords(text string) []found {
	var all []found
	end := 0
	for _, l := range d.labelsIn(text) {
		if l.start < end {
			continue
		}
		if s, ok := l.value(text); ok {
			all = append(all, found{span: s, kind: l.kind})
			end = s.end
		}
		if s, ok := l.reversed(text); ok {
			all = append(all, found{span: s, kind: l.kind})
		}
	}
	return all
}

// value is what follows the word, if it is one.
func (l label) value(text string) (span, bool) {
	window := text[:runeAt(text, l.end+reach)]
	rest := window[l.end:]
	if l.tight(window) { // nothing to be read between
		if c := take(window, l.end+1, l.inQuery(window)); c.end > c.start && l.accepts(window, c, true, false) {
			return c.span, true
		}
		return span{}, false
	}
	if m := introduction.FindStringSubmatchIndex(rest); m != nil {
		at, isHard := l.end+m[1], m[4] >= 0 || strings.Contains(rest[m[6]:m[7]], ":")
		if l.sort != pin && l.sort != token && paired.MatchString(window[max(0, l.start-40):l.start]) {
			if p := pair.FindStringSubmatchIndex(window[at:]); p != nil && !talked(window[at+p[4]:at+p[5]]) {
				return trimmed(window, span{at + p[4], at + p[5]}), true
			}
		}
		qualified := m[3] > m[2]
		// The words between lead to another value: “the password of … user: …”.
		c, below := take(window, at, l.inQuery(window)), strings.Contains(rest[m[3]:m[1]], "\n")
		// What a sentence or a field on the next line says is no value of this one.
		apart := !below || (c.opened || c.alone(window) || surely(c.text(window))) && !assignment.MatchString(c.text(window))
		if m[5] > m[4] && rest[m[4]:m[5]] == ">" && !strings.HasPrefix(window[c.end:], "<") {
			return span{}, false // a placeholder, not an element
		}
		if apart && l.accepts(window, c, isHard, qualified) {
			return c.span, true
		}
		if below {
			return span{}, false
		}
		return l.further(window, at)
	}
	return l.besides(window)
}

// digitsAndSigns are what a password has that stands in a sentence.
const digitsAndSigns = "0123456789!#$%&*+=?@^~_<>|\\"

// further looks for a verb later in the sentence: “contrasenya: la nova és …”.
func (l label) further(window string, at int) (span, bool) {
	if l.sort == pin {
		return span{}, false
	}
	line, _, _ := strings.Cut(window[at:], "\n")
	m := later.FindStringSubmatchIndex(line)
	if m == nil {
		return span{}, false
	}
	c := take(window, at+m[1], false)
	return c.span, c.opened && chosen(c.text(window)) || surely(c.text(window))
}

var later = regexp.MustCompile(`(?i)^[^\n.;?!\x01]{0,60}?(?:[ \t]|^)(?:és|es|is|serà|será)[ \t]*:?[ \t]+`)

// besides looks at what follows with nothing but a blank between.
func (l label) besides(window string) (span, bool) {
	if l.ident && !l.option(window) || !l.option(window) && !strings.ContainsAny(window[l.end:min(len(window), l.end+100)], digitsAndSigns) {
		return span{}, false
	}
	if m := bracketed.FindStringSubmatchIndex(window[l.end:]); m != nil && l.sort != token && l.sort != pin && surely(window[l.end+m[2]:l.end+m[3]]) {
		return span{l.end + m[2], l.end + m[3]}, true
	}
	m := direct.FindStringIndex(window[l.end:])
	if m == nil {
		return span{}, false
	}
	c := take(window, l.end+m[1], false)
	value := c.text(window)
	below := strings.Contains(window[l.end:l.end+m[1]], "\n")
	switch {
	case below && (strings.Trim(before(window, l.start), " \t*_>#|{}-") != "" || !c.alone(window)):
		return span{}, false // the end of a sentence, or of a line that is not the word's alone
	case c.start == c.end || talked(value):
	case l.sort == pin:
		return c.span, len(value) >= 4 && len(value) <= 8 && allDigits(value)
	case l.option(window):
		return c.span, !below && !blank(value) && !strings.HasPrefix(value, "-") && len(value) > 2
	case l.sort == strong || l.sort == phrase:
		return c.span, !about.MatchString(before(window, l.start)) && (surely(value) || c.opened && chosen(value))
	case l.sort == weak:
		return c.span, surely(value) && account.MatchString(before(window, l.start))
	}
	return span{}, false
}

// option reports whether the word is one of a command: “--password”.
func (l label) option(window string) bool {
	from := l.start
	for from > 0 && isName(window[from-1]) && l.start-from < 24 {
		from--
	}
	return strings.HasPrefix(window[from:], "--") || window[from:l.start] == "-" && l.end-l.start > 3
}

// inQuery reports whether the word stands in an address or a form, where & ends a value.
func (l label) inQuery(window string) bool {
	return l.start > 0 && (window[l.start-1] == '?' || window[l.start-1] == '&') || strings.HasPrefix(window[l.end:], "=") && strings.Contains(window[l.end:min(len(window), l.end+80)], "&")
}

// before is the end of the line before an offset.
func before(text string, at int) string {
	from := max(0, at-80)
	if n := strings.LastIndexByte(text[from:at], '\n'); n >= 0 {
		from += n + 1
	}
	return text[from:at]
}

// accepts judges what stands after a separator.
func (l label) accepts(window string, c candidate, isHard, qualified bool) bool {
	value := c.text(window)
	if l.sort == token && len(value) >= 32 && entropy(value) > 4 && !strings.Contains(value, "://") {
		return isHard && tokenLike(value)
	}
	if value == "" || blank(value) || shapes.MatchString(value) || strings.HasSuffix(value, ":") && !c.opened {
		return false
	}
	if !c.opened && announced.MatchString(window[c.end:]) {
		return false
	}
	switch l.sort {
	case pin:
		return len(value) >= 4 && len(value) <= 8 && allDigits(value)
	case token:
		return isHard && tokenLike(value)
	}
	if set := l.assigned(window) || l.ident && c.opened; set && unset.MatchString(value) || !set && (talked(value) || l.in.isHeading(value)) || isPublicKey(value) {
		return false
	}
	if talkedAbout := about.MatchString(before(window, l.start)); talkedAbout {
		return surely(value)
	}
	if chosen(value) && (!named.MatchString(value) || mixedEnd(value) || l.assigned(window) || l.sort == strong && !qualified) {
		return l.sort == strong || l.sort == phrase || isHard && (!qualified || surely(value)) || surely(value)
	}
	if allDigits(value) {
		return isHard && len(value) >= 4 && (l.sort != weak || l.assigned(window) || account.MatchString(near(window, l.start)))
	}
	if c.opened && isHard && !qualified {
		return l.sort != weak || l.ident || account.MatchString(near(window, l.start))
	}
	return isHard && l.plain(window, c, qualified)
}

// announced is what follows the name of another value.
var announced = regexp.MustCompile(`^[ \t]*(?:=|:[ \t\r\n])`)

// unset are values of a configuration that set nothing.
var unset = regexp.MustCompile(`(?i)^(?:true|false|null|none|nil|undefined|yes|no|y|n|on|off|ok|ko|fail(?:ed)?|[01]|required|optional|prompt|ask|hidden|masked|redacted|incorrect\w*|invalid\w*|missing|empty|expired|wrong|unknown)$`)

// plain judges a word such as any other: it is a value only where nothing else can be.
func (l label) plain(window string, c candidate, qualified bool) bool {
	value := c.text(window)
	if utf8.RuneCountInString(value) < 3 {
		return false
	}
	if l.sort == phrase {
		return true
	}
	if l.tight(window) {
		return true
	}
	if !c.alone(window) {
		return false
	}
	if l.sort == weak {
		return l.ident && l.assigned(window) || account.MatchString(near(window, l.start))
	}
	return !qualified || !account.MatchString(window[l.end:c.start])
}

// assigned reports whether the word is followed by “=” at once, as in a configuration.
func (l label) assigned(window string) bool {
	return strings.HasPrefix(strings.TrimLeft(window[l.end:], `"'] `), "=")
}

// tight reports whether “=” stands between the word and what follows, and nothing else.
func (l label) tight(window string) bool {
	rest, ok := strings.CutPrefix(window[l.end:], "=")
	return ok && rest != "" && !strings.ContainsRune("= \t\r\n", rune(rest[0]))
}

// near is the text before an offset, where an account may be named.
func near(text string, at int) string { return text[runeAt(text, max(0, at-80)):at] }

func isPublicKey(value string) bool {
	return strings.HasPrefix(value, "ssh-") || strings.HasPrefix(value, "ecdsa-") || strings.HasPrefix(value, "AAAA")
}

// tokenLike reports whether a text is like what programs make.
func tokenLike(value string) bool {
	if len(value) < 8 || named.MatchString(strings.ToLower(value)) || strings.ContainsAny(value, "()<> ") {
		return false
	}
	m := madeOf(value)
	return m.digits > 1 && m.lower+m.upper > 1 && entropy(value) > 2.5 || len(value) >= 20 && m.inner && m.upper > 2 && entropy(value) > 3.5
}

// candidate is what may be a value.
type candidate struct {
	span
	opened bool // quotes or markup say where it ends
}

func (c candidate) text(window string) string { return window[c.start:c.end] }

// alone reports whether nothing follows on its line that could make it a part of a
// sentence.
func (c candidate) alone(window string) bool {
	rest, _, _ := strings.Cut(window[c.end:], "\n")
	rest = strings.TrimLeft(rest, ".;,*_}\"'`)]!?{ \t\r\u00a0")
	return rest == "" || rest[0] == '|' || rest[0] == '<' || rest[0] == '(' || rest[0] == '/' || rest[0] == '-' || window[c.end:c.end+1] == "," || window[c.end:c.end+1] == ";" || window[c.end:c.end+1] == "&" || strings.HasPrefix(rest, "color}") || strings.HasPrefix(rest, "noformat")
}

// take reads what stands at an offset as a value.
func take(window string, at int, query bool) candidate {
	m := opening.FindString(window[at:])
	if len(m) > 1 && strings.IndexByte("*_+", m[0]) >= 0 && m[1] != '{' {
		m = m[:1]
	}
	at += len(m)
	for _, quotes := range [][2]string{{`\"`, `\"`}, {`"`, `"`}, {"'", "'"}, {"`", "`"}, {"“", "”"}, {"«", "»"}, {"‘", "’"}, {"&quot;", "&quot;"}} {
		after, quoted := strings.CutPrefix(window[at:], quotes[0])
		if !quoted {
			continue
		}
		from := at + len(quotes[0])
		line, _, _ := strings.Cut(after, "\n")
		if n := strings.Index(line, quotes[1]); n > 0 && !strings.Contains(line[:n], mark) {
			return trim(window, span{from, from + n}, true)
		}
		at = from
		break
	}
	if strings.HasSuffix(m, "{{") {
		if n := strings.Index(window[at:], "}}"); n > 0 && window[at] == ' ' { // of a template, not of markup
			return candidate{span: span{at, at}}
		} else if n > 0 && !strings.ContainsAny(window[at:at+n], "\n"+mark) {
			return trim(window, span{at, at + n}, true)
		}
	}
	if strings.HasPrefix(m, "{noformat") || strings.HasPrefix(m, "{code") || strings.HasPrefix(m, "<![") {
		if n := strings.IndexAny(window[at:], "{\n]"+mark); n > 0 && window[at+n] != mark[0] {
			return trim(window, span{at, at + n}, true)
		}
	}
	return word(window, at, m, query)
}

// word reads up to a blank, or what else ends a value where it stands.
func word(window string, at int, opened string, query bool) candidate {
	end := at
	for end < len(window) {
		r, size := utf8.DecodeRuneInString(window[end:])
		if unicode.IsSpace(r) || strings.ContainsRune("|\"<\x01`“”«»", r) || query && r == '&' || r == ';' || r == '&' && (strings.HasPrefix(window[end:], "&quot;") || strings.HasPrefix(window[end:], "&lt;")) || r == '{' && strings.HasPrefix(window[end:], "{color") || r == '{' && strings.HasPrefix(window[end:], "{noformat") {
			break
		}
		if r == ',' && end+1 < len(window) && (unicode.IsSpace(rune(window[end+1])) || next.MatchString(window[end+1:])) {
			break
		}
		end += size
	}
	s := span{at, end}
	switch opened {
	case "*", "_", "+":
		s.end = at + len(strings.TrimRight(window[at:end], opened+".,;:"))
	case "[":
		s.end = at + len(strings.TrimRight(window[at:end], "].,;:"))
	}
	return candidate{span: trimmed(window, s), opened: opened != "" && opened != "["}
}

// next is the name of the next value in a list of them.
var next = regexp.MustCompile(`^["' ]?\w+["']?[=:]`)

func trim(window string, s span, opened bool) candidate {
	for s.end > s.start && window[s.end-1] == ' ' {
		s.end--
	}
	for s.end > s.start && window[s.start] == ' ' {
		s.start++
	}
	return candidate{span: s, opened: opened}
}

// trimmed is the span without the punctuation of the sentence around it.
func trimmed(window string, s span) span {
	for s.end > s.start {
		switch last, _ := utf8.DecodeLastRuneInString(window[s.start:s.end]); {
		case strings.ContainsRune(".,;:?'’”»}\\", last),
			last == ')' && !strings.Contains(window[s.start:s.end], "("),
			last == ']' && !strings.Contains(window[s.start:s.end], "["):
			s.end -= utf8.RuneLen(last)
			continue
		}
		break
	}
	return s
}

// runeAt is the offset, or the next at which a character begins.
func runeAt(text string, at int) int {
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	return min(at, len(text))
}

// backwards is a value that the word follows.
var backwards = regexp.MustCompile(`(?i)(\S{6,64})[ \t]+(?:és|es|is|com|como|as)[ \t]+(?:(?:a|la|el|the|de)[ \t]+)*(?:nova[ \t]+|nueva[ \t]+|new[ \t]+)?$`)

// reversed is the value before the word, if one is there.
func (l label) reversed(text string) (span, bool) {
	if l.sort == pin || l.sort == token {
		return span{}, false
	}
	line := before(text, l.start)
	if !strings.HasSuffix(line, " ") || !strings.ContainsAny(line, digitsAndSigns) {
		return span{}, false
	}
	m := backwards.FindStringSubmatchIndex(line)
	if m == nil {
		return span{}, false
	}
	from := l.start - len(line)
	value := text[from+m[2] : from+m[3]]
	s := trimmed(text, span{from + m[3] - len(strings.TrimLeft(value, "*_{\"'`(«“")), from + m[3]})
	s.end = s.start + len(strings.TrimRight(text[s.start:max(s.start, s.end)], "*_}\"'`»”"))
	return s, surely(text[s.start:s.end])
}
