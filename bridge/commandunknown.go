package bridge

import (
	"slices"
	"strings"

	"escalat/mapping/spelling"
)

// commandNames are all commands as people are told to write them.
func commandNames() []string {
	return []string{
		Status, SendNow, SendFiles, SendChanges, SendAnyway, Again, Phoned, HasAnswered, NotUrgent, Reference, Portal, Claim, Close, Reopen, SameAs, GoOn, Help,
	}
}

// Most letters of what looks like the name of a command, and the least.
const (
	maxName = 30
	minName = 4
)

// unknown reads what looks like a command and is none: one word, or two, by themselves on
// the line. Without a stroke before it, it must come near to a command, since people
// write in so few words what they have done.
func (h head) unknown() Command {
	words := slices.DeleteFunc(strings.Fields(h.rest), func(w string) bool { return letters(w) == "" })
	if alone(words) {
		words = nil
	}
	length := len([]rune(h.name))
	if length < minName || length > maxName || len(words) > 1 || strings.ContainsAny(h.word, "/\\@") {
		return Command{}
	}
	near := nearestCommand(h.name)
	_, exact := nameOf(h.name)
	c := Command{Name: NotKnown, Provider: h.provider, Args: []string{strings.Join(append([]string{strings.TrimRight(h.word, ".,;!?")}, words...), " ")}}
	if near != "" {
		c.Args = append(c.Args, near)
	}
	switch {
	case h.slash && !h.parted:
		return c
	case h.capital || h.parted || h.colon || near == "" || past(h.name) || slices.Contains(others(), h.name):
		return Command{}
	case len(words) > 0 && (exact || ticket(words[0]) == ""): // "envia correu" is what somebody does
		return Command{}
	}
	return c
}

// maxSaid bounds what is told of a line that was not understood, in bytes.
const maxSaid = 120

// beside reads a command whose name is right while what stands behind it is not read: nobody
// may wait for what it would do. What tells a story is none, nor is a sentence.
func (h head) beside(line string) Command {
	h = h.joined()
	command := h.called()
	words := slices.DeleteFunc(strings.Fields(h.rest[:min(len(h.rest), maxCommandLine)]), func(w string) bool { return letters(w) == "" })
	if command == "" || h.parted || !h.slash && (h.capital || h.narrates(command, words)) {
		return Command{}
	}
	said := strings.TrimSpace(behind(line, 1))
	said = strings.Join(strings.Fields(strings.ToValidUTF8(said[:min(len(said), maxSaid)], "")), " ")
	return Command{Name: NotKnown, Provider: h.provider, Args: []string{said, command}, Beside: true}
}

// called is the command that has exactly that name, of those behind which not everything is
// taken, or empty.
func (h head) called() string {
	switch command, exact := nameOf(h.name); {
	case exact:
		return command
	case slices.Contains([]string{"trucat", "llamado", "phoned", "called"}, h.name):
		return Phoned
	case slices.Contains([]string{"referencia", "reference"}, h.name):
		return Reference
	}
	return ""
}

// A story of so few words is known by its first ones; in more of them somebody tells what
// he was told.
const maxStory = 5

// narrates reports whether what stands behind a command's name goes on with a story, or
// describes what the word means besides.
func (h head) narrates(command string, words []string) bool {
	first := ""
	if len(words) > 0 {
		first = letters(words[0])
	}
	past := slices.Contains([]string{"ahir", "ayer", "yesterday"}, first) || slices.Contains(days(), first)
	switch command {
	case Status:
		return true
	case HasAnswered:
		return len(words) <= maxStory
	case Phoned, Claim, Close, Again, Reopen:
		return past
	case Portal, Reference:
		return past || slices.Contains(append(narrating(), "caigut", "caiguda", "caido", "caído", "down"), first)
	}
	return slices.Contains(append(narrating(), "hasta", "fins", "until"), first)
}

// nearestCommand is the command to whose name a word comes near, or empty.
func nearestCommand(name string) string {
	const most = 2
	best, least := "", most+1
	for _, command := range commandNames() {
		written := append([]string{letters(command)}, names()[command]...)
		for _, n := range written {
			limit := most
			if len(n) < 7 {
				limit = 1
			}
			if slips := spelling.Slips([]rune(name), []rune(n), limit); slips <= limit && slips < least {
				best, least = command, slips
			}
		}
	}
	return best
}

// past reports whether a word tells of what was done or is being done.
func past(name string) bool {
	for _, end := range []string{
		"at", "ats", "ada", "ades", "ado", "ados", "adas", "it", "its", "ida", "ides", "ido", "idos", "idas", "ut", "uda", "ert", "erta", "erto", "ant", "ent", "ando", "endo", "ing", "ed", "es", "en", "an", "em", "ra", "ran", "rem",
	} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
