package bridge

import (
	"slices"
	"strings"
	"unicode"

	"escalat/mapping/spelling"
)

// command reads a line; there is none when the name is empty.
func (i Issue) command(l line) Command {
	l.text = strings.TrimLeftFunc(l.text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("*_+-\u200b\u2060\ufeff", r)
	})
	h := i.head(l.text)
	if !h.begins {
		return Command{}
	}
	if c := h.read(); c.Name != "" {
		return c
	}
	if len(l.text) <= maxCommandLine {
		bare := l
		bare.text = strings.TrimPrefix(l.text, "/")
		if c := i.former(bare); c.Name != "" {
			return c
		}
	}
	if c := h.beside(l.text); c.Name != "" || len(l.text) > maxCommandLine {
		return c
	}
	return h.unknown()
}

// former reads one of the commands in which no text may follow. It may name a provider
// before its name or directly behind it.
func (i Issue) former(l line) Command {
	words := slices.DeleteFunc(strings.Fields(l.text), func(w string) bool { return letters(w) == "" })[1:]
	for at := range min(len(words), 4) {
		provider := i.provider(words[at])
		if provider == "" {
			continue
		}
		name := former(words[:at], "escalat "+strings.Join(words[:at], " "), nil).Name
		if name == "" && at > 0 { // or it would want a number
			name = former(append(slices.Clone(words[:at]), "12345"), "", nil).Name
		}
		without := slices.Concat(words[:at], words[at+1:])
		rest := behind(l.text, 2+at)
		one := former(without, "escalat "+strings.Join(words[:at], " ")+" "+rest, l.files)
		if one.Name != "" && (at == 0 || one.Name == name) {
			one.Provider = provider
			return one
		}
	}
	return former(words, l.text, l.files)
}

// former reads the words behind escalat.
func former(words []string, text string, files []string) Command {
	if len(words) == 0 {
		return Command{}
	}
	for _, read := range []func([]string) Command{sendNow, goOn, sameAs, phoned, reference, sendChanges} {
		if c := read(words); c.Name != "" {
			return c
		}
	}
	return sendFiles(words, text, files)
}

// sendNow reads a command to send what there is.
func sendNow(words []string) Command {
	all := polite(letters(strings.Join(words, "")))
	switch hyphen := hyphenated(words[0]); {
	case saysSendNow(all, hyphen || len(words) > 1):
		return Command{Name: SendNow, Sure: slices.Contains(sendNowNames(), all)}
	case saysSendNow(letters(words[0]), hyphen): // in one word, which is no prose
		return Command{Name: SendNow, Args: words[1:]}
	}
	return Command{}
}

// goOn reads a command to let an escalation go on.
func goOn(words []string) Command {
	names := []string{"endavant", "endavan", "adelante", "goahead"}
	all := polite(letters(strings.Join(words, "")))
	switch {
	case slices.Contains(names, all):
		return Command{Name: GoOn, Sure: true}
	case slices.ContainsFunc(names, func(name string) bool { return slipped(all, name) }):
		return Command{Name: GoOn}
	case slices.Contains(names, letters(words[0])):
		return Command{Name: GoOn, Args: words[1:]}
	}
	return Command{}
}

// sameAs reads a command to share the case of another issue. In two words it is
// one only when nothing but a key follows: "igual que ahir" is how people talk.
func sameAs(words []string) Command {
	name, rest := "", words[1:]
	first, hyphen := letters(words[0]), hyphenated(words[0])
	both := first + letters(strings.Join(words[1:min(2, len(words))], ""))
	for _, n := range []string{"igualque", "sameas"} {
		switch {
		case first == n || hyphen && slipped(first, n):
			name = n
		case len(words) > 1 && (both == n || slipped(both, n)):
			name, rest = n, words[2:]
		}
	}
	if name == "" {
		return Command{}
	}
	apart := len(rest) < len(words)-1
	exact := !apart && first == name
	single := alone(rest[min(1, len(rest)):])
	key := ""
	if len(rest) > 0 {
		key = issueKey(rest[0])
	}
	switch {
	case key != "" && (single || !apart):
		return Command{Name: SameAs, Args: append([]string{key}, rest[1:]...), Sure: exact && single}
	case alone(rest):
		return Command{Name: SameAs, Sure: exact && hyphen}
	case key == "":
		return Command{Name: SameAs, Args: rest, Sure: exact && hyphen && single}
	}
	return Command{}
}

// reference reads a command that tells the provider's ticket number.
func reference(words []string) Command {
	first := letters(words[0])
	exact := first == "referencia" || first == "reference"
	if !exact && !slipped(first, "referencia") && !slipped(first, "reference") || len(words) < 2 {
		return Command{}
	}
	number, rest := numberIn(words[1:])
	if number == "" { // an hour is none where somebody tells of a call, but here it is all there is
		if number, rest = ticket(words[1]), words[2:]; number == "" {
			return Command{}
		}
	}
	return Command{Name: Reference, Args: []string{number}, Sure: exact && alone(rest)}
}

// alone reports whether only courtesy stands there.
func alone(words []string) bool { return polite(letters(strings.Join(words, ""))) == "" }

// slipped reports whether s is the name with one slip of the pen, not at its ends:
// there words differ that mean something else.
func slipped(s, name string) bool {
	return len(s) > 2 && s[0] == name[0] && s[len(s)-1] == name[len(name)-1] && spelling.Slips([]rune(s), []rune(name), 1) == 1
}

func hyphenated(word string) bool {
	return strings.ContainsAny(strings.Trim(word, "-"), "-\u2010\u2011\u2013")
}

// polite takes away the courtesy at the end of a command.
func polite(s string) string {
	for _, courtesy := range []string{"gracies", "gracias", "moltes", "muchas", "siusplau", "sisplau", "porfavor", "please", "thanks"} {
		if short, ok := strings.CutSuffix(s, courtesy); ok {
			s = short
		}
	}
	return s
}

// saysSendNow reports whether letters are the command, with one typing error at
// most. Written as one word without a hyphen its end must be right: enviada and
// enviara are words of their own. That something was sent already is news.
func saysSendNow(s string, apart bool) bool {
	if s == "enviatja" || s == "enviatya" {
		return false
	}
	for _, name := range sendNowNames() {
		if s == name || spelling.Slips([]rune(s), []rune(name), 1) == 1 && (apart || s[len(s)-2:] == name[len(name)-2:]) {
			return true
		}
	}
	return false
}

// sendNowNames are the letters of the command, in the languages in which it is
// given.
func sendNowNames() []string {
	return []string{"enviaja", "enviahoja", "enviaya", "enviarya", "envialoya", "sendnow"}
}

// letters is what s says when a hyphen, an accent or a capital makes no
// difference.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		switch {
		case r == 'à' || r == 'á':
			return 'a'
		case r == 'è' || r == 'é':
			return 'e'
		case r == 'í' || r == 'ï':
			return 'i'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return r
		}
		return -1
	}, s)
}

// Bounds of a key and of a ticket number.
const (
	maxProject = 30
	maxNumber  = 12
	minTicket  = 2
	maxTicket  = 40
)

// issueKey is the key of an issue that a word is, or that its address ends with;
// else empty.
func issueKey(word string) string {
	if at := strings.LastIndex(word, "/browse/"); at >= 0 {
		word = word[at+len("/browse/"):]
		if end := strings.IndexAny(word, "?#/|"); end >= 0 {
			word = word[:end]
		}
	}
	word = strings.ToUpper(strings.TrimFunc(word, func(r rune) bool { return !plain(r) && !unicode.IsLetter(r) }))
	project, number, found := strings.Cut(word, "-")
	if !found || len(project) < 2 || len(project) > maxProject || number == "" || len(number) > maxNumber || project[0] < 'A' || project[0] > 'Z' {
		return ""
	}
	other := func(r rune) bool { return r != '_' && !plain(r) }
	if strings.ContainsFunc(project, other) || strings.ContainsFunc(number, func(r rune) bool { return r < '0' || r > '9' }) {
		return ""
	}
	return word
}

// ticket is the provider's number that a word is, or empty: one has a digit.
func ticket(word string) string {
	word = strings.TrimLeft(strings.TrimRight(word, ".,;:!?)]"), "#([")
	other := func(r rune) bool { return !plain(r) && !strings.ContainsRune("-/_#.", r) }
	if len(word) < minTicket || len(word) > maxTicket || strings.ContainsFunc(word, other) || !strings.ContainsAny(word, "0123456789") {
		return ""
	}
	return word
}

func plain(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}
