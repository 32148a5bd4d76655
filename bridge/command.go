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
	// issue where it names one, see Key; of Reference it is the number, of Phoned the
	// number or nothing, of SendFiles the names of files.
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
	case SameAs, Reference, Phoned:
		return strings.Join(append([]string{c.Comment.ID, c.Name}, c.Args[:min(1, len(c.Args))]...), "/")
	case SendChanges:
		return c.Comment.ID + "/" + c.Name
	case SendFiles:
		mark := c.Comment.ID + "/" + c.Name
		if len(c.Args) > 0 {
			mark += "/" + Digest(strings.Join(c.Args, "/"))
		}
		return mark
	}
	return c.Comment.ID
}

// Number is the ticket number that the command tells, or empty when it tells none.
func (c Command) Number() string {
	if c.Name != Reference && c.Name != Phoned || len(c.Args) == 0 {
		return ""
	}
	return c.Args[0]
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
		for _, l := range spoken(wiki.Parse(c.Body).Root) {
			one := command(l)
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

// line is a line that somebody says by himself.
type line struct {
	text  string
	files []string // the names of the files that it shows or links
}

// maxShown bounds the files of a line.
const maxShown = 30

// spoken returns the lines that somebody says by himself.
func spoken(n wiki.Node) []line {
	switch n.Kind {
	case wiki.Quote, wiki.Code, wiki.Preformatted:
		return nil
	case wiki.Paragraph, wiki.Heading:
		s := speech{lines: []line{{}}}
		s.show(n.Children)
		s.end()
		return s.lines
	}
	var lines []line
	for _, child := range n.Children {
		lines = append(lines, spoken(child)...)
	}
	return lines
}

// speech is what a paragraph says, line by line.
type speech struct {
	lines []line
	open  strings.Builder // of the last line
}

func (s *speech) end() {
	s.lines[len(s.lines)-1].text = s.open.String()
	s.open.Reset()
}

func (s *speech) say(text string) {
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			s.end()
			s.lines = append(s.lines, line{})
		}
		s.open.WriteString(part)
	}
}

func (s *speech) show(nodes []wiki.Node) {
	for _, n := range nodes {
		switch n.Kind {
		case wiki.Text:
			s.say(n.Text)
		case wiki.Break:
			s.say("\n")
		case wiki.Emoticon:
			s.say(" ")
		case wiki.Mention, wiki.Image, wiki.File:
			s.say(" @ ") // a line that begins with it says no command
			if n.Kind != wiki.Mention {
				s.file(n.Target)
			}
		case wiki.Deleted, wiki.Tag:
		case wiki.Link:
			if name, ok := strings.CutPrefix(n.Target, "^"); ok {
				s.say(" @ ")
				s.file(name)
				continue
			}
			if key := issueKey(n.Target); key != "" { // whatever it shows
				s.say(key)
				continue
			}
			s.show(n.Children)
		default:
			s.show(n.Children)
		}
	}
}

func (s *speech) file(name string) {
	if l := &s.lines[len(s.lines)-1]; name != "" && len(l.files) < maxShown {
		l.files = append(l.files, name)
	}
}
