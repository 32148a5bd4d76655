package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"escalat/bridge"
)

// conversation is an issue and its mails. Those of ours are called aoc-1 and so on,
// those of the desk desk-1.
type conversation struct {
	*story

	mails []letter // in their order
	names []string // of the mails
	now   standing
	posts int // of the team
}

// standing is what the issue shows.
type standing struct {
	Comments int // of the program
	Labels   []string
	Files    []string // of the program
	Links    []string // titles of the links to the desk's tickets
}

func (c *conversation) mailsOf(user string) int { return len(c.read(user)) }

// calm waits until what a person does is not taken for a part of what the program did.
func (c *conversation) calm() {
	c.Helper()
	c.daemon.await("the issue has been at rest", func() bool { return unchanged(c.jira, c.key) > bridge.EchoWindow+pace })
}

func (c *conversation) describe(text string) {
	c.Helper()
	c.calm()
	c.act(c.jira.Edit(person, c.key, map[string]string{"description": text}))
}

func (c *conversation) upload(name, media, content string) {
	c.Helper()
	_, err := c.jira.AddAttachment(person, c.key, name, media, []byte(content))
	c.act(err)
}

func (c *conversation) command(text string) {
	c.Helper()
	c.calm()
	_, err := c.jira.AddComment(person, c.key, text)
	c.act(err)
	c.posts++
}

// writes sends a mail of the desk, which keeps a copy, and answers and refers to
// those mails.
func (c *conversation) writes(r reply, answers string, refers ...string) {
	c.Helper()
	name := fmt.Sprintf("desk-%d", c.count("desk")+1)
	r.id, r.references = name+"@claranet.test", c.ids(refers)
	if answers != "" {
		r.inReplyTo = c.ids([]string{answers})[0]
	}
	c.submit(r.raw(), desk)
	c.boxes.Await(c, desk, len(c.mails)+1)
	c.boxes.Await(c, ours, len(c.mails)+1)
	c.comes(name)
}

// left waits for a mail of ours and holds it to what it is to answer, refer to and
// bring.
func (c *conversation) left(answers string, refers []string, files ...string) {
	c.Helper()
	name := fmt.Sprintf("aoc-%d", c.count("aoc")+1)
	c.daemon.await("the desk has "+name, func() bool { return c.story.mails(desk) > len(c.mails) })
	c.boxes.Await(c, ours, len(c.mails)+1)
	l := c.comes(name)
	want := letter{ID: l.ID, Subject: c.subject(name), References: c.ids(refers)}
	if answers != "" {
		want.InReplyTo = c.ids([]string{answers})
	}
	got := letter{ID: l.ID, Subject: l.Subject, InReplyTo: l.InReplyTo, References: l.References}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		c.Errorf("%s (-want +got):\n%s", name, diff)
	}
	if diff := cmp.Diff(c.uploaded(files), l.files(), cmpopts.EquateEmpty()); diff != "" {
		c.Errorf("files of %s (-Jira +Dovecot):\n%s", name, diff)
	}
}

// subject is that of the first mail, and of those that follow once the ticket number
// is known.
func (*conversation) subject(name string) string {
	const said = "Sistemas – Registre d'entrades (producció) – " + summary
	if name == "aoc-1" {
		return "[AOC AOC-1] " + said
	}
	return "Re: [AOC AOC-1] " + ticket + " " + said
}

// uploaded are the issue's attachments of those names, as a mail should have them.
func (c *conversation) uploaded(names []string) []leaf {
	var out []leaf
	for _, name := range names {
		for _, a := range c.jira.Attachments(c.key) {
			if a.Name == name {
				sum := sha256.Sum256(a.Content)
				out = append(out, leaf{Type: a.MIMEType, Name: name, Size: len(a.Content), Digest: hex.EncodeToString(sum[:])})
			}
		}
	}
	return out
}

// comes notes the newest mail, which must be the same in both mailboxes.
func (c *conversation) comes(name string) letter {
	c.Helper()
	there, here := c.read(desk), c.read(ours)
	if len(there) != len(c.mails)+1 || len(here) != len(there) {
		c.Fatalf("when %s comes the desk has %d mails, we have %d", name, len(there), len(here))
	}
	for _, l := range there {
		if slices.ContainsFunc(c.mails, func(known letter) bool { return known.ID == l.ID }) {
			continue
		}
		c.mails, c.names = append(c.mails, l), append(c.names, name)
		copied := slices.IndexFunc(here, func(other letter) bool { return other.ID == l.ID })
		if copied < 0 || traces.ReplaceAllString(here[copied].Raw, "") != traces.ReplaceAllString(l.Raw, "") {
			c.Errorf("our copy of %s is another mail", name)
		}
		return l
	}
	c.Fatalf("%s has the Message-ID of another mail", name)
	return letter{}
}

func (c *conversation) count(side string) (n int) {
	for _, name := range c.names {
		if strings.HasPrefix(name, side+"-") {
			n++
		}
	}
	return n
}

// newest is the newest mail of a side.
func (c *conversation) newest(side string) letter {
	return c.mails[slices.Index(c.names, fmt.Sprintf("%s-%d", side, c.count(side)))]
}

func (c *conversation) ids(names []string) (ids []string) {
	for _, name := range names {
		ids = append(ids, c.mails[slices.Index(c.names, name)].ID)
	}
	return ids
}

// shows waits for the program's next comment, which says what is told. What does not
// change is left empty.
func (c *conversation) shows(told string, then standing) {
	c.Helper()
	c.now.Comments++
	if then.Labels != nil {
		c.now.Labels = append([]string{label}, then.Labels...)
	}
	if then.Files != nil {
		c.now.Files = then.Files
	}
	if then.Links != nil {
		c.now.Links = then.Links
	}
	c.daemon.await(told, func() bool { return len(c.jira.Comments(c.key)) >= c.now.Comments+c.posts })
	c.daemon.await("nothing is left to do", c.daemon.idle)
	all := c.jira.Comments(c.key)
	if last := all[len(all)-1]; last.Author != "escalat" || !strings.Contains(last.Body, told) {
		c.Errorf("the newest comment does not say %q:\n%s", told, last.Body)
	}
	c.stands(told)
}

// stands holds the issue to what it should show.
func (c *conversation) stands(when string) {
	c.Helper()
	issue, err := c.jira.Issue(c.key)
	c.act(err)
	got := standing{Comments: len(issue.Comments) - c.posts, Labels: issue.Labels}
	for _, a := range issue.Attachments {
		if a.Author == "escalat" {
			got.Files = append(got.Files, c.masked(a.Name))
		}
	}
	for _, l := range issue.RemoteLinks {
		got.Links = append(got.Links, l.Title)
	}
	if diff := cmp.Diff(c.now, got, cmpopts.EquateEmpty(), cmpopts.SortSlices(strings.Compare)); diff != "" {
		c.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

// wholeText is the file with the whole of a text that a comment cuts.
var wholeText = regexp.MustCompile(`-[0-9a-f]{8}\.txt`)

// masked is a text without what differs from run to run.
func (c *conversation) masked(s string) string {
	for i, l := range c.mails {
		s = strings.ReplaceAll(s, l.ID, "("+c.names[i]+")")
	}
	s = wholeText.ReplaceAllString(s, "-(mail).txt")
	return timeless(strings.ReplaceAll(s, c.jira.Mention(person), "[~"+person+"]"))
}

// hops is a trace, however it is set off.
var hops = regexp.MustCompile(`(?m)(?:^\{noformat\}\n)?(?:^ *\d+\.\S* .*\n)+(?:^\{noformat\}\n)?`)

func (c *conversation) shownComments() string {
	var shown []string
	for _, one := range c.jira.Comments(c.key) {
		body := turnsSaid.ReplaceAllString(one.Body, "")
		shown = append(shown, one.Author+":\n\n"+hops.ReplaceAllString(c.masked(body), "(the trace)\n"))
	}
	return strings.Join(shown, "\n\n----\n\n") + "\n"
}

// turnsSaid is how long each side had its turn: it is said from a minute on, which only a
// slow machine takes.
var turnsSaid = regexp.MustCompile(`\n*Temps de cada part[^\n]*`)

// shownThread is the correspondence as a mail program lists it.
func (c *conversation) shownThread() string {
	var b strings.Builder
	for i, l := range c.mails {
		fmt.Fprintf(&b, "%s: %s\n", c.names[i], l.Subject)
		if len(l.InReplyTo) > 0 {
			fmt.Fprintf(&b, "    answers %s\n", c.masked(strings.Join(l.InReplyTo, " ")))
		}
		if len(l.References) > 0 {
			fmt.Fprintf(&b, "    refers to %s\n", c.masked(strings.Join(l.References, " ")))
		}
		for _, f := range l.files() {
			fmt.Fprintf(&b, "    %s, %s, %d bytes\n", f.Name, f.Type, f.Size)
		}
		if strings.HasPrefix(c.names[i], "aoc-") {
			fmt.Fprintf(&b, "\n%s\n\n", strings.TrimRight(c.masked(l.Parts[0].Text), "\n"))
		}
	}
	return b.String()
}
