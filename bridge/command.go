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
	// SendAnyway sends what was masked or withheld because it looks private; its text is the
	// reason, which is audited.
	SendAnyway = "envia-igualment"
	// Status asks how the case stands.
	Status = "estat"
	// Again sends the first notice once more, as it was.
	Again = "reenvia"
	// HasAnswered says that the provider answered by telephone; what it said is the text.
	HasAnswered = "contestat"
	// Portal says that a notice was entered in the provider's portal; its argument is the
	// ticket number.
	Portal = "portal"
	// NotUrgent says that nobody is to be called.
	NotUrgent = "no-urgent"
	// Claim claims an answer of the provider, Close closes the case and Reopen opens it
	// again; the text of the first two is told to the provider.
	Claim  = "reclama"
	Close  = "tanca"
	Reopen = "reobre"
	// Help asks which commands there are.
	Help = "ajuda"
	// NotKnown is what looks like a command and is none; its arguments are what was
	// written and, where one comes near to it, the command that was perhaps meant.
	NotKnown = "?"
)

// Command is what a member of the team asks of escalat in a line of a comment.
type Command struct {
	Name string // as the constants say it, however it was written
	// Args are what stands behind it on the line. Of SameAs that is the key of the
	// issue where it names one, see Key; of Reference it is the number, of Phoned the
	// number or nothing, of SendFiles the names of files, of Portal the number or nothing.
	Args []string
	// Text is what follows HasAnswered, Claim, Close and SendAnyway, up to the end of the
	// paragraph; Jira markup.
	Text string
	// Provider is the id of the profile of the provider that the command names; empty: it
	// names none. See Meant.
	Provider string
	// Sure: it is written as people are told to write it, without a slip of the pen
	// and alone on its line.
	Sure bool
	// Beside, of NotKnown: the name is a command's, but what stands beside it is not read.
	Beside  bool
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
// has an argument or names a provider also that, so that what it is changed to is another.
// A text that is changed makes no other: what was told to the provider is told.
func (c Command) Mark() string {
	mark := c.Comment.ID + "/" + c.Name
	switch {
	case c.Name == SendAnyway && c.Text != "":
		mark += "/reason" // without one it did nothing
	case c.Name == SendNow || c.Name == GoOn:
		return c.Comment.ID
	case len(c.Args) == 0 || c.Name == SendChanges:
	case c.Name == SendFiles || c.Name == NotKnown:
		mark += "/" + Digest(strings.Join(c.Args, "/"))
	default:
		mark += "/" + c.Args[0]
	}
	if c.Provider != "" { // who was asked which one is meant has said it
		mark += "@" + c.Provider
	}
	return mark
}

// Number is the ticket number that the command tells, or empty when it tells none.
func (c Command) Number() string {
	if c.Name != Reference && c.Name != Phoned && c.Name != Portal || len(c.Args) == 0 {
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
// or shown as it is commands nothing. What looks like a command and is none is one of
// the name NotKnown.
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
		tree := wiki.Parse(c.Body)
		lines := spoken(tree.Root)
		for n, l := range lines {
			one := i.command(l)
			if one.Name == "" || found == maxCommands {
				continue
			}
			if one.Text != "" {
				one.Text = i.told(tree, lines[n:], one.Text)
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
	// Where it stands in the source, and where the paragraph ends; from is -1 where that
	// is not known.
	from, to, end int
}

// maxShown bounds the files of a line.
const maxShown = 30

// spoken returns the lines that somebody says by himself.
func spoken(n wiki.Node) []line {
	switch n.Kind {
	case wiki.Quote, wiki.Code, wiki.Preformatted:
		return nil
	case wiki.Paragraph, wiki.Heading:
		s := speech{lines: []line{{from: n.InnerStart, end: n.InnerEnd}}}
		s.show(n.Children)
		s.end(n.InnerEnd)
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

// end ends a line at that place of the source.
func (s *speech) end(at int) {
	l := &s.lines[len(s.lines)-1]
	l.text, l.to = s.open.String(), at
	s.open.Reset()
}

// next begins another line at that place.
func (s *speech) next(at int) {
	s.lines = append(s.lines, line{from: at, end: s.lines[0].end})
}

func (s *speech) say(text string) {
	for i, part := range strings.Split(text, "\n") {
		if i > 0 {
			s.end(s.lines[0].end)
			s.next(-1)
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
			s.end(n.Start)
			s.next(n.End)
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
