package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"escalat/bridge/send"
)

// twoWay is a long conversation, in which both sides write of their own accord.
type twoWay struct {
	*conversation

	ticket string // as the desk wrote it in its newest mail; empty: not yet
	refers map[string][]string
	told   []string // of each mail of the desk, words that stand in no other
	asked  []string // likewise of what the team has the desk told
}

// hears has the desk write a mail that answers one of the thread, or with none of it. What
// it says is known by words that nobody else writes.
func (c *twoWay) hears(m agentMail, answers, told string) {
	c.Helper()
	name := fmt.Sprintf("desk-%d", c.count("desk")+1)
	id, parent := name+"@claranet.test", ""
	if answers != "" {
		parent = c.ids([]string{answers})[0]
		c.refers[name] = append(slices.Clone(c.refers[answers]), parent)
	}
	c.told = append(c.told, told)
	c.submit(m.raw(id, parent, c.refers[name]), desk)
	c.boxes.Await(c, desk, len(c.mails)+1)
	c.boxes.Await(c, ours, len(c.mails)+1)
	c.checkReaders([]letter{c.comes(name)})
}

// numbers has the desk's newest mail write a ticket like that.
func (c *twoWay) numbers(ticket string) { c.ticket = ticket }

// writes has somebody of the team comment.
func (c *twoWay) writes(who, text string) {
	c.Helper()
	_, err := c.jira.AddComment(who, c.key, text)
	c.act(err)
	c.posts++
}

// leaves waits for a mail of ours, and holds its header to what the desk's newest mail
// demands (RFC 5322, section 3.6.4), its text to its kind, and its files to those of the issue. Each
// of the words stands in it once, and in no other mail of ours.
func (c *twoWay) leaves(kind string, said []string, files ...string) {
	c.Helper()
	name := fmt.Sprintf("aoc-%d", c.count("aoc")+1)
	c.daemon.await("the desk has "+name, func() bool { return c.story.mails(desk) > len(c.mails) })
	c.boxes.Await(c, ours, len(c.mails)+1)
	newest := "" // of the desk
	for _, n := range c.names {
		if strings.HasPrefix(n, "desk-") {
			newest = n
		}
	}
	want := letter{Subject: "[AOC AOC-1] Sistemas – Registre d'entrades (producció) – " + summary}
	if len(c.mails) > 0 {
		want = c.answering(newest, kind)
	}
	l := c.comes(name)
	c.refers[name] = l.References
	got := letter{Subject: l.Subject, InReplyTo: l.InReplyTo, References: l.References}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		c.Errorf("%s (-want +got):\n%s", name, diff)
	}
	if diff := cmp.Diff(c.uploaded(files), l.files(), cmpopts.EquateEmpty(), cmpopts.SortSlices(func(a, b leaf) int { return strings.Compare(a.Name, b.Name) })); diff != "" {
		c.Errorf("files of %s (-Jira +Dovecot):\n%s", name, diff)
	}
	c.checkReaders([]letter{l})
	c.asked = append(c.asked, said...)
	c.framed(name, l, frames[kind])
	for _, words := range said {
		for i, other := range c.mails {
			n := strings.Count(other.Parts[0].Text, words)
			if mine := c.names[i] == name; strings.HasPrefix(c.names[i], "aoc-") && (mine && n != 1 || !mine && n != 0) {
				c.Errorf("%q stands %d times in %s, and was to stand once in %s", words, n, c.names[i], name)
			}
		}
	}
}

// answering is the header of a mail that answers the desk's newest, or our first one.
func (c *twoWay) answering(newest, kind string) letter {
	at := max(0, slices.Index(c.names, newest))
	l := letter{InReplyTo: []string{c.mails[at].ID}}
	for i, m := range c.mails[:at+1] { // of a long thread the first, and the newest
		if i == 0 || at-i < 11 {
			l.References = append(l.References, m.ID)
		}
	}
	subject := []string{"Re: [AOC AOC-1]", c.ticket, "Sistemas – Registre d'entrades (producció) – " + summary}
	if kind == "again" {
		subject[2] = "Reenvío: " + subject[2]
	}
	l.Subject = strings.Join(slices.DeleteFunc(subject, func(s string) bool { return s == "" }), " ")
	return l
}

// frames are the words with which each kind of mail begins.
var frames = map[string]string{
	"first": "*** Información incompleta", "form": "Ampliamos la información de esta incidencia.", "words": "Les escribimos sobre esta incidencia.",
	"files": "Ampliamos la información de esta incidencia.", "claim": "Reclamamos su respuesta a esta incidencia.", "again": "*** Reenvío: les enviamos de nuevo",
	"close": "Por nuestra parte damos por cerrada esta incidencia.", "reopen": "Volvemos a abrir esta incidencia:",
}

// repeating is what shows that a mail repeats another.
var repeating = regexp.MustCompile(`(?m)^>|escribió:|^De: |^Enviado`)

// framed holds a mail of ours to its Spanish frame, in both of its texts. It repeats
// nothing that was written before.
func (c *twoWay) framed(name string, l letter, begins string) {
	c.Helper()
	if len(l.Parts) < 2 || l.Parts[0].Type != "text/plain" || l.Parts[1].Type != "text/html" {
		c.Fatalf("%s has the parts %+v", name, l.Parts)
	}
	text, rich := l.Parts[0].Text, l.Parts[1].Text
	if !strings.HasPrefix(text, send.Marker+"\n\n"+begins) || strings.Count(text, send.Marker) != 1 || strings.Count(rich, "por encima de esta línea") != 1 {
		c.Errorf("%s does not begin with %q:\n%s", name, begins, text)
	}
	_, foot, ended := strings.Cut(text, "\n-- \nRespondan a este correo sin cambiar el asunto y su respuesta llegará a la incidencia AOC-1.\n")
	if !ended || !strings.HasSuffix(strings.TrimSpace(foot), "Suport AOC") {
		c.Errorf("%s does not end as it should:\n%s", name, text)
	}
	if found := repeating.FindString(text); found != "" {
		c.Errorf("%s repeats what was written before: %q\n%s", name, found, text)
	}
	if named := strings.TrimSuffix(strings.TrimPrefix(c.ticket, "[Ticket#"), "]"); named != "" && !strings.Contains(text, "\nSu referencia: "+named+"\n") {
		c.Errorf("%s does not name %s:\n%s", name, named, text)
	}
	for _, words := range c.told {
		if strings.Contains(text, words) || strings.Contains(rich, words) {
			c.Errorf("%s repeats %q", name, words)
		}
	}
}

// tells waits for as many comments of the program as there are words, each of which stands
// in one of them, in that order.
func (c *twoWay) tells(then standing, words ...string) {
	c.Helper()
	before := c.now.Comments
	c.now.Comments += len(words)
	if then.Labels != nil {
		c.now.Labels = append([]string{label}, then.Labels...)
	}
	c.now.Files = append(c.now.Files, then.Files...)
	c.now.Links = append(c.now.Links, then.Links...)
	c.daemon.await(words[0], func() bool { return len(c.jira.Comments(c.key)) >= c.now.Comments+c.posts })
	c.daemon.await("nothing is left to do", c.daemon.idle)
	var news []string
	for _, one := range c.jira.Comments(c.key) {
		if one.Author == "escalat" {
			news = append(news, one.Body)
		}
	}
	for i, body := range news[min(before, len(news)):] {
		if i < len(words) && !strings.Contains(body, words[i]) {
			c.Errorf("comment %d does not say %q:\n%s", i+1, words[i], body)
		}
	}
	c.stands(words[0])
}

// replied waits for the comment with the desk's newest mail.
func (c *twoWay) replied(then standing, further ...string) {
	c.Helper()
	c.tells(then, append([]string{c.told[len(c.told)-1]}, further...)...)
}

// checkReplies: each mail of the desk is on the issue once, in its order, without what it
// repeats of ours.
func (c *twoWay) checkReplies() {
	var all []string
	for _, one := range c.jira.Comments(c.key) {
		if one.Author == "escalat" {
			all = append(all, one.Body)
		}
	}
	at := -1
	for _, words := range c.told {
		has := func(body string) bool { return strings.Contains(body, words) }
		i := slices.IndexFunc(all, has)
		if i <= at {
			c.Errorf("%q stands in comment %d, behind comment %d", words, i, at)
			continue
		}
		if n := strings.Count(strings.Join(all, "\n"), words); n != 1 {
			c.Errorf("%q stands %d times on the issue", words, n)
		}
		at = i
		for _, mine := range append([]string{send.Marker, "Respondan a este correo", "escribió:", "Enviado el:", "Les escribimos sobre"}, c.asked...) {
			if strings.Contains(all[i], mine) {
				c.Errorf("a reply repeats what we wrote (%q):\n%s", mine, all[i])
			}
		}
	}
}

// agoSaid is how long ago something is said to have been.
var agoSaid = regexp.MustCompile(`(Ha|Han) pasado \d+ \w+`)
