package bridge

import (
	"slices"
	"strings"
	"time"

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
	// Phoned says that the provider was called; its argument, if there is one, is the
	// ticket number.
	Phoned = "trucat"
	// SendFiles sends the attachments that the provider does not have: those that the
	// arguments name, or all.
	SendFiles = "envia-adjunts"
	// SendChanges sends the values of the form that were changed since they were sent.
	SendChanges = "envia-canvis"
)

// Command is what a member of the team asks of escalat in a line of a comment.
type Command struct {
	Name string // as the constants say it, however it was written
	// Args are what stands behind it on the line. Of SameAs that is the key of the
	// issue where it names one, see Key; of Reference it is the number.
	Args []string
	// Sure: it is written as people are told to write it, without a slip of the pen
	// and alone on its line.
	Sure    bool
	Comment Comment
	// Barred: who says it may command nothing; see Overheard.
	Barred bool
}

// At is when the command was given: a comment that was edited says so since then.
func (c Command) At() time.Time { return c.Comment.At() }

// answeredFor is how long after a command somebody waits for its answer.
const answeredFor = 24 * time.Hour

// Stale reports whether nobody waits any more for an answer to the command.
func (c Command) Stale(now time.Time) bool { return now.Sub(c.At()) > answeredFor }

// Mark is what Case.Spend remembers the command by: its comment, and of one that
// has an argument also that, so that what it is changed to is another.
func (c Command) Mark() string {
	switch c.Name {
	case SameAs, Reference:
		return strings.Join(append([]string{c.Comment.ID, c.Name}, c.Args[:min(1, len(c.Args))]...), "/")
	}
	return c.Comment.ID
}

// Key is the key of the issue that SameAs names, or empty when it names none.
func (c Command) Key() string {
	if c.Name != SameAs || len(c.Args) == 0 || issueKey(c.Args[0]) != c.Args[0] {
		return ""
	}
	return c.Args[0]
}

// Meant is since when what people command is meant for the case: since the issue
// was labelled.
func (c *Case) Meant(i Issue) time.Time {
	switch {
	case !c.LabelledAt.IsZero():
		return c.LabelledAt
	case c.Ordinal <= 1: // labelled when the issue was made
		return i.Created
	}
	return c.OpenedAt
}

const (
	maxCommandLine = 300 // bytes; who writes more on a line writes prose
	maxCommands    = 20  // of one comment
)

// Commands returns what those of the team who may ask for, oldest first. A command
// is a line that begins with escalat or /escalat and goes on with a command's name;
// a sentence that only begins with the word is none. What is quoted, crossed out
// or shown as it is commands nothing.
func (i Issue) Commands() []Command {
	return i.commands(func(c Comment) bool { return c.FromTeam() && i.May(c.Author) })
}

// Overheard returns what is written like a command, in so many words, where it is
// none: by somebody who may not, or in a comment that customers or not all of the
// team see.
func (i Issue) Overheard() []Command {
	heard := i.commands(func(c Comment) bool { return !c.Own && (!c.FromTeam() || !i.May(c.Author)) })
	for n := range heard {
		heard[n].Barred = !i.May(heard[n].Comment.Author)
	}
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
		case wiki.Link:
			b.WriteString(linked(n))
		default:
			show(b, n.Children)
		}
	}
}

// linked is what a link shows; one to an issue, whatever it shows, is its key.
func linked(n wiki.Node) string {
	if key := issueKey(n.Target); key != "" {
		return key
	}
	var b strings.Builder
	show(&b, n.Children)
	return b.String()
}
