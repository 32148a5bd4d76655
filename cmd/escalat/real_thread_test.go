package main

import (
	"fmt"
	"strings"
	"testing"

	"escalat/internal/peer"
)

// TestRealThread is a conversation of ten mails between an issue and the desk, by
// the real program through Exim and Dovecot. After each of them it is asked from
// outside what the desk and the issue have.
func TestRealThread(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector looks for is not in the program that is built here")
	}
	t.Parallel()
	s := newStory(t, false, mailSeen, true)
	s.daemon = newDaemon(t, build(t), s.environ(sqlite(t)))
	c := &conversation{story: s, now: standing{Labels: []string{label}}}
	s.daemon.start()
	c.begin()
	c.acknowledged()
	c.asksBack()
	c.completed()
	c.investigates()
	c.corrected()
	c.traces()
	c.namesTheTicketOnly()
	c.documented()
	c.closes()
	c.end()
}

const ticket = "[Ticket#1000001]"

// begin: what there is goes out on command, with a file, and begins the thread.
func (c *conversation) begin() {
	_, c.key = c.jira.CreateIssue(person, "AOC", summary, incomplete)
	c.upload("estat dels nodes – 9 h.txt", "text/plain", strings.Repeat("node 2: KO · registre d'entrades\n", 40))
	c.act(c.jira.AddLabel(person, c.key, label))
	c.shows("falten aquestes dades", standing{Labels: []string{"claranet-falten-dades"}})
	c.command("escalat envia-ja")
	c.left("", nil, "estat dels nodes – 9 h.txt")
	c.shows("enviat a Claranet", standing{Labels: []string{"claranet-enviat"}})
}

// acknowledged: the desk's robot tells the ticket number. Nobody has answered yet.
func (c *conversation) acknowledged() {
	c.writes(reply{
		from: "Claranet Soporte <css@claranet.test>", subject: ticket + " RE: " + c.mails[0].Subject, automatic: true,
		text: "Estimado cliente:\n\nHemos registrado su solicitud con el número de ticket 1000001.\n\nClaranet\n",
	}, "aoc-1", "aoc-1")
	c.shows("número de ticket 1000001", standing{Labels: []string{"claranet-enviat"}, Links: []string{"Claranet 1000001"}})
}

// asksBack: a person answers our mail, and quotes it.
func (c *conversation) asksBack() {
	var quoted strings.Builder
	for text := range strings.Lines(c.mails[0].Parts[0].Text) {
		quoted.WriteString("> " + text)
	}
	c.writes(reply{
		from: "Anna Soler <anna.soler@claranet.test>", subject: "Re: " + c.mails[0].Subject + " " + ticket,
		text: "Buenos días:\n\n¿A cuántos ayuntamientos afecta y con quién podemos hablar?\n\nAnna Soler\n\n" +
			"El mié, 17 jun 2026 a las 10:12, Suport AOC (<" + ours + ">) escribió:\n" + quoted.String(),
	}, "aoc-1", "aoc-1")
	c.shows("A cuántos ayuntamientos afecta", standing{Labels: []string{"claranet-respost"}})
}

// completed: what was missing follows by itself, also when the server puts it off.
func (c *conversation) completed() {
	c.describe(complete)
	c.deferred(peer.AtRecipients, "temporarily rejected RCPT")
	c.left("desk-2", []string{"aoc-1", "desk-1", "desk-2"})
	c.shows("el que faltava", standing{})
}

// investigates: a colleague answers the robot's mail instead of ours, with a file.
func (c *conversation) investigates() {
	c.writes(reply{
		from: "Joan Mas <joan.mas@noc.claranet.test>", subject: "RE: " + ticket + " RE: " + c.mails[0].Subject,
		text:     "Buenas tardes:\n\nEl nodo 2 no acepta conexiones; adjunto el informe.\n\nJoan Mas\n",
		fileName: "informe.pdf", fileType: "application/pdf", file: report,
	}, "desk-1", "aoc-1", "desk-1")
	c.shows("no acepta conexiones", standing{Files: []string{"informe.pdf"}})
}

const report = "%PDF-1.4\n\xe2\xe3\xcf\xd3 el nodo 2 no acepta conexiones\n%%EOF\n"

// corrected: a value that the provider was told changes. That is offered, and sent
// when a person says so.
func (c *conversation) corrected() {
	c.describe(strings.Replace(complete, "40 ajuntaments", "65 ajuntaments", 1))
	c.shows("escalat envia-canvis", standing{})
	c.command("escalat envia-canvis")
	c.left("desk-3", []string{"aoc-1", "desk-1", "desk-2", "aoc-2", "desk-3"})
	c.shows("els canvis", standing{})
}

// traces: a text that is longer than a comment may be.
func (c *conversation) traces() {
	var trace strings.Builder
	for hop := range 400 {
		fmt.Fprintf(&trace, "%4d.|-- 10.%d.%d.1   0.0%%   100    %d.4    1.6    0.9   12.3    0.4   {red} [nodo_%d]\n", hop+1, hop/200, hop%200, hop%9, hop)
	}
	c.writes(reply{
		from: "Anna Soler <anna.soler@claranet.test>", subject: c.newest("aoc").Subject,
		text: "Buenas tardes:\n\nEste es el MTR desde el balanceador:\n\n" + trace.String() + "\nAnna Soler\n",
	}, "aoc-3", "aoc-1", "desk-1", "desk-2", "aoc-2", "desk-3", "aoc-3")
	c.shows("MTR desde el balanceador", standing{Files: []string{"informe.pdf", "comentari-(mail).txt", "original.eml"}})
	for _, a := range c.jira.Attachments(c.key) {
		if wholeText.MatchString(a.Name) && !strings.Contains(string(a.Content), trace.String()) {
			c.Errorf("%s does not hold the whole trace", a.Name)
		}
	}
}

// namesTheTicketOnly: the desk's portal writes, which knows of no mail.
func (c *conversation) namesTheTicketOnly() {
	c.writes(reply{
		from: "Claranet Portal <portal@claranet.test>", subject: "Actualización de su solicitud " + ticket,
		text: "Se ha asignado su solicitud al equipo de sistemas. ¿Pueden enviar una captura?\n",
	}, "")
	c.shows("equipo de sistemas", standing{})
}

// documented: two files follow on command. The mail binds the portal's to the thread.
func (c *conversation) documented() {
	c.calm()
	c.upload("pàgina d'alta.png", "image/png", "\x89PNG\r\n\x1a\n"+strings.Repeat("\x00\xff píxel", 9000))
	c.upload("catalina.log", "text/plain", strings.Repeat("SEVERE: Connection refused (10.0.0.2:8009)\r\n", 2000))
	c.shows("escalat envia-adjunts", standing{})
	c.command("escalat envia-adjunts")
	c.left("desk-5", []string{"aoc-1", "desk-1", "desk-2", "aoc-2", "desk-3", "aoc-3", "desk-4", "desk-5"}, "pàgina d'alta.png", "catalina.log")
	c.shows("catalina.log", standing{})
}

// closes: the desk's last mail brings a file that the issue has already.
func (c *conversation) closes() {
	c.writes(reply{
		from: "Joan Mas <joan.mas@noc.claranet.test>", subject: "RE: " + c.newest("aoc").Subject,
		text:     "Buenas tardes:\n\nEl nodo 2 vuelve a aceptar conexiones. Adjunto de nuevo el informe y cerramos el ticket.\n\nJoan Mas\n",
		fileName: "informe (final).pdf", fileType: "application/pdf", file: report,
	}, "aoc-4", "desk-5", "aoc-4")
	c.shows("cerramos el ticket", standing{})
}

// end: everything was said once, and all programs show one conversation.
func (c *conversation) end() {
	c.daemon.await("nothing is left to do", c.daemon.idle)
	if code := c.daemon.stop(patience); code != exitDone {
		c.Errorf("the program ends with %d", code)
	}
	c.stands("in the end")
	c.checkLog()
	c.checkThreads(ours, len(c.mails))
	c.checkThreads(desk, len(c.mails))
	c.checkReaders(c.read(desk))
	if n := len(c.mails); n != 10 || c.mailsOf(ours) != n || c.mailsOf(desk) != n {
		c.Errorf("%d mails, of which we have %d and the desk %d", n, c.mailsOf(ours), c.mailsOf(desk))
	}
	golden(c.T, "real/thread.golden", c.shownThread())
	golden(c.T, "real/thread-comments.golden", c.shownComments())
}
