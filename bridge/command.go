package bridge

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"escalat/mapping/spelling"
	"escalat/mapping/wiki"
)

// The names of the commands.
const (
	// SendNow sends what there is.
	SendNow = "envia-ja"
	// GoOn lets an escalation go on that was listed or braked.
	GoOn = "endavant"
	// SameAs shares the case of the issue whose key is the argument.
	SameAs = "igual-que"
	// Reference tells the provider's ticket number, its argument.
	Reference = "referencia"
)

// Command is what a member of the team asks of escalat in a line of a comment.
type Command struct {
	Name string   // as the constants say it, however it was written
	Args []string // what stands behind it on the line
	// Sure: it is written as people are told to write it, without a slip of the pen
	// and alone on its line.
	Sure    bool
	Comment Comment
}

// At is when the command was given: a comment that was edited says so since then.
func (c Command) At() time.Time { return c.Comment.At() }

const (
	maxCommandLine = 300 // bytes; who writes more on a line writes prose
	maxCommands    = 20  // of one comment
)

// Commands returns what the team's comments ask for, oldest first. A command is a
// line that begins with escalat or /escalat and goes on with a command's name; a
// sentence that only begins with the word is none. What is quoted, crossed out
// or shown as it is commands nothing.
func (i Issue) Commands() []Command { return i.commands(Comment.FromTeam) }

// Overheard returns what is written like a command, in so many words, where it is
// none: in a comment that customers or not all of the team see.
func (i Issue) Overheard() []Command {
	heard := i.commands(func(c Comment) bool { return !c.Own && !c.FromTeam() })
	return slices.DeleteFunc(heard, func(c Command) bool { return !c.Sure })
}

func (i Issue) commands(counts func(Comment) bool) []Command {
	var out []Command
	for _, c := range i.Comments {
		if !counts(c) || !strings.Contains(strings.ToLower(c.Body), "escalat") {
			continue
		}
		found := 0
		for _, line := range spoken(wiki.Parse(c.Body).Root) {
			one := command(line)
			if one.Name == "" || found == maxCommands {
				continue
			}
			one.Comment = c
			out = append(out, one)
			found++
		}
	}
	slices.SortStableFunc(out, func(a, b Command) int { return a.At().Compare(b.At()) })
	return out
}

// spoken returns the lines that somebody says by himself.
func spoken(n wiki.Node) []string {
	switch n.Kind {
	case wiki.Quote, wiki.Code, wiki.Preformatted:
		return nil
	case wiki.Paragraph, wiki.Heading:
		var b strings.Builder
		show(&b, n.Children)
		return strings.Split(b.String(), "\n")
	}
	var lines []string
	for _, child := range n.Children {
		lines = append(lines, spoken(child)...)
	}
	return lines
}

func show(b *strings.Builder, nodes []wiki.Node) {
	for _, n := range nodes {
		switch n.Kind {
		case wiki.Text:
			b.WriteString(n.Text)
		case wiki.Break:
			b.WriteByte('\n')
		case wiki.Emoticon:
			b.WriteByte(' ')
		case wiki.Mention, wiki.Image, wiki.File:
			b.WriteString(" @ ") // a line that begins with it says no command
		case wiki.Deleted, wiki.Tag:
		default:
			show(b, n.Children)
		}
	}
}

// command reads a line; there is none when the name is empty.
func command(line string) Command {
	if len(line) > maxCommandLine {
		return Command{}
	}
	line = strings.TrimPrefix(strings.TrimLeftFunc(line, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune("*_+-\u200b\u2060\ufeff", r)
	}), "/")
	if !strings.HasPrefix(strings.ToLower(line), "escalat") {
		return Command{}
	}
	words := slices.DeleteFunc(strings.Fields(line), func(w string) bool { return letters(w) == "" })
	if len(words) < 2 || letters(words[0]) != "escalat" {
		return Command{}
	}
	words = words[1:]
	all := letters(strings.Join(words, ""))
	switch hyphen := strings.ContainsAny(strings.Trim(words[0], "-"), "-\u2010\u2011\u2013"); {
	case saysSendNow(polite(all), hyphen || len(words) > 1):
		return Command{Name: SendNow, Sure: slices.Contains(sendNow(), polite(all))}
	case saysSendNow(letters(words[0]), hyphen): // in one word, which is no prose
		return Command{Name: SendNow, Args: words[1:]}
	}
	return Command{}
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
	for _, name := range sendNow() {
		if s == name || spelling.Slips([]rune(s), []rune(name), 1) == 1 && (apart || s[len(s)-2:] == name[len(name)-2:]) {
			return true
		}
	}
	return false
}

// sendNow are the letters of the command, in the languages in which it is given.
func sendNow() []string {
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
