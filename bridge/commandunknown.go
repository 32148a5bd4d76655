package bridge

import (
	"slices"
	"strings"

	"escalat/mapping/spelling"
)

// commandNames are all commands as people are told to write them.
func commandNames() []string {
	return []string{
		Status, SendNow, SendFiles, SendChanges, Again, Phoned, HasAnswered, NotUrgent, Reference, Portal, Claim, Close, Reopen, SameAs, GoOn, Help,
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
