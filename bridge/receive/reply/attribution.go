package reply

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"escalat/bridge/receive/page"
)

const (
	maxAttribution = 4   // lines
	maxLine        = 400 // bytes of a line that says who wrote
)

// attribution reports how many lines, from i, say who wrote what follows, or 0; sure
// tells that nothing but a mail program writes so.
func attribution(lines []line, i int) (n int, sure bool) {
	first := &lines[i]
	if first.blank() || first.mark == page.Attribution {
		for i+n < len(lines) && n < 2*maxAttribution && lines[i+n].mark == page.Attribution && lines[i+n].quoted == first.quoted {
			n++
		}
		return n, n > 0
	}
	if continues(lines, i) {
		return 0, false
	}
	joined := ""
	for n < maxAttribution && i+n < len(lines) {
		l := &lines[i+n]
		if l.blank() || l.quoted != first.quoted || len(joined)+len(l.body) > maxLine {
			break
		}
		if n == 1 && !mayGoOn(first.body) {
			break
		}
		joined = strings.TrimSpace(joined + " " + l.body)
		n++
		if ok, sure := saysWhoWrote(joined); ok && !beginsLater(lines[i:i+n]) {
			return n, sure
		}
	}
	return 0, false
}

// mayGoOn reports whether the line can be the beginning of one that says who wrote.
func mayGoOn(body string) bool {
	s := fold(body)
	return strings.Contains(s, "@") || strings.ContainsAny(s, "<(") || begins.MatchString(s) && (date.MatchString(s) || strings.HasPrefix(s, "missatge de ") || strings.HasPrefix(s, "mensaje de "))
}

// beginsLater reports whether the last of the lines are whole by themselves: what
// stands right above them is text.
func beginsLater(lines []line) bool {
	for i := 1; i < len(lines); i++ {
		var b strings.Builder
		for _, l := range lines[i:] {
			b.WriteString(l.body + " ")
		}
		if ok, _ := saysWhoWrote(strings.TrimSpace(b.String())); ok && (begins.MatchString(fold(lines[i].body)) || !begins.MatchString(fold(lines[0].body))) {
			return true
		}
	}
	return false
}

// fullLine is how many bytes a line has at least that a program broke.
const fullLine = 50

// continues reports whether the line is the middle of a paragraph.
func continues(lines []line, i int) bool {
	if i == 0 || lines[i-1].blank() || lines[i-1].quoted != lines[i].quoted || len(lines[i-1].body) < fullLine || lines[i-1].shown != nil {
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(lines[i-1].body)
	begin, _ := utf8.DecodeRuneInString(lines[i].body)
	return (unicode.IsLetter(end) || end == ',') && (unicode.IsLower(begin) || unicode.IsDigit(begin))
}

// attributionBefore is attribution for the last lines before end.
func attributionBefore(lines []line, end int) int {
	for n := 1; n <= maxAttribution && n <= end; n++ {
		if got, _ := attribution(lines[:end], end-n); got == n {
			return n
		}
	}
	return 0
}

// saysWhoWrote reports whether a line says who wrote what follows.
func saysWhoWrote(s string) (ok, sure bool) {
	s = strings.TrimSpace(strings.Trim(s, "-*_ "))
	bare := strings.TrimRight(s, ":： *")
	colon := len(bare) < len(s) && strings.ContainsAny(s[len(bare):], ":：")
	if len(s) > maxLine || !colon && !strings.Contains(s, "@") {
		return false, false
	}
	if at := verbAtEnd(bare); at >= 0 {
		return verbLast(bare[:at], colon)
	}
	if !colon {
		return false, false
	}
	low := fold(bare)
	if m := wroteThen.FindStringSubmatchIndex(low); m != nil {
		return verbInside(low[:m[0]+1], low[m[2]:])
	}
	sure = timed(low) && (messageOf.MatchString(low) || endsMailbox.MatchString(low) && names(bare) > 0)
	return sure || citing.MatchString(low), sure
}

// timed reports whether a day and an hour stand in a text.
func timed(low string) bool { return date.MatchString(low) && clock.MatchString(low) }

// longestVerb is how many letters a verb has at most.
const longestVerb = 16

// verbAtEnd returns where the verb begins that a line ends in, or -1.
func verbAtEnd(s string) int {
	s = strings.TrimSuffix(s, "(a)") // or she
	low := fold(s[back(s, longestVerb):])
	for verb := range strings.SplitSeq(writeWords, "|") {
		if !strings.HasSuffix(low, verb) {
			continue
		}
		at := back(s, utf8.RuneCountInString(verb))
		if before, _ := utf8.DecodeLastRuneInString(s[:at]); at == 0 || !unicode.IsLetter(before) && !unicode.IsDigit(before) {
			return at
		}
	}
	return -1
}

// back returns where the last n letters of s begin.
func back(s string, n int) int {
	at := len(s)
	for ; at > 0 && n > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:at])
		at -= size
	}
	return at
}

// verbLast judges "El 3/2/26 a las 10:12, X <a@b> escribió:" by what stands before the verb.
func verbLast(who string, colon bool) (ok, sure bool) {
	low := fold(who)
	if !date.MatchString(low) {
		return colon, false
	}
	hasClock, hasMailbox := clock.MatchString(low), mailbox.MatchString(low)
	switch {
	case hasMailbox && (colon || hasClock):
		sure = bracketed.MatchString(who) || names(who) > 0
	case colon && opens.MatchString(low) && clockComma.MatchString(low):
		sure = names(who) > 1
	}
	return sure || colon, sure
}

// maxBehind is how many bytes stand behind the verb at most, without a mailbox.
const maxBehind = 60

// verbInside judges "X <a@b> escribió el 3/2/2026 10:12:" and "Am 3.2.26 schrieb X <a@b>:".
func verbInside(before, after string) (ok, sure bool) {
	when := dated.MatchString(after) && timed(after)
	switch {
	case date.MatchString(before) && mailbox.MatchString(after):
		sure = endsMailbox.MatchString(after)
		return sure, sure
	case len(after) > maxBehind:
		return false, false
	}
	return when || timed(before), when && bracketed.MatchString(before)
}

// names returns how many words of a name stand in what says who wrote, and 0 when it
// says more, as people do.
func names(who string) int {
	n, mailboxes := 0, 0
	for i, word := range strings.Fields(who) {
		word = strings.Trim(word, `.,:;"'“”«»()[]<>*-`)
		low := fold(word)
		first, _ := utf8.DecodeRuneInString(word)
		switch {
		case strings.Contains(word, "@"):
			mailboxes++
		case word == "", calendar.MatchString(low), particle(low) && (i == 0 || !unicode.IsUpper(first)):
		case person.MatchString(low), unicode.IsLower(first):
			return 0
		case unicode.IsLetter(first):
			n++
		}
	}
	return n + mailboxes
}

// particle reports whether a small word stands in names, or in and behind a time.
func particle(low string) bool {
	switch low {
	case "de", "del", "la", "las", "los", "els", "les", "i", "y", "e", "d", "van", "von", "der", "den", "da", "dos", "do", "das", "di", "el", "en", "na",
		"via", "a", "m", "am", "pm", "a.m", "p.m", "p", "h", "hs", "hrs", "horas", "hores", "at", "on", "um", "uhr", "klo", "kl", "le", "il", "in", "data", "em", "op", "as", "dia",
		"w", "dniu", "dnia", "użytkownik", "uzytkownik", "г", "в", "о", "р", "missatge", "mensaje", "from", "the", "of":
		return true
	}
	return strings.HasPrefix(low, "d'") || strings.HasPrefix(low, "l'") || !strings.ContainsFunc(low, unicode.IsLetter)
}
