package main

import (
	"net/http"
	"strings"
	"testing"

	"escalat/internal/sim"
)

// TestRealTwoWay is a conversation of thirty mails, in which the team and the desk write of
// their own accord, through Exim and Dovecot: texts for the provider in each way to write
// them, additions, files, a claim, the first notice once more, the end and two returns from it, another
// ticket number, and a program that is ended and killed meanwhile. After each mail both sides
// are asked what they have.
func TestRealTwoWay(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector looks for is not in the program that is built here")
	}
	t.Parallel()
	s := newStory(t, false, mailSeen, true)
	s.daemon = newDaemon(t, build(t), append(s.environ(sqlite(t)), "ESCALAT_QUIET_TIME=0s")) // the others show it
	c := &twoWay{
		conversation: &conversation{story: s, now: standing{Labels: []string{label}}}, refers: map[string][]string{},
	}
	t.Cleanup(func() {
		if t.Failed() && c.key != "" {
			t.Logf("the issue:\n%s", c.shownComments())
		}
	})
	s.daemon.start()
	for _, step := range []func(){
		c.begins, c.acknowledges, c.asks, c.completes, c.looks, c.shows, c.insists, c.queries, c.assigned, c.documents,
		c.claims, c.pictures, c.interrupted, c.renumbers, c.goesOn, c.oldNumber, c.repeats, c.solves,
		c.closesIt, c.closedThere, c.surveys, c.returns, c.regrets, c.closesAgain, c.reopens, c.asksMore, c.thanks, c.says, c.ends,
	} {
		step()
	}
}

const pau = "pau.riera"

// begins: what there is goes out on command, with a file.
func (c *twoWay) begins() {
	_, c.key = c.jira.CreateIssue(person, "AOC", summary, incomplete)
	c.upload("estat dels nodes – 9 h.txt", "text/plain", strings.Repeat("node 2: KO · registre d'entrades\n", 40))
	c.act(c.jira.AddLabel(person, c.key, label))
	c.tells(standing{Labels: []string{"claranet-falten-dades"}}, "falten aquestes dades")
	c.calm()
	c.writes(person, "escalat envia-ja")
	c.leaves("first", nil, "estat dels nodes – 9 h.txt")
	c.tells(standing{Labels: []string{"claranet-enviat"}}, "enviat a Claranet")
}

// acknowledges: the desk's robot tells the ticket number, in HTML.
func (c *twoWay) acknowledges() {
	const text = "Estimado cliente:\n\nHemos registrado su solicitud con el número de ticket 1000001.\n\nClaranet"
	c.hears(agentMail{from: robot, subject: ticket + " RE: " + c.mails[0].Subject, automatic: true, plain: text, html: "<p>" + lined(text) + "</p>"},
		"aoc-1", "número de ticket 1000001")
	c.numbers(ticket)
	c.replied(standing{Links: []string{"Claranet 1000001"}})
}

// asks: a person of the desk asks back, with our mail below.
func (c *twoWay) asks() {
	const text = "Buenos días:\n\n¿A cuántos ayuntamientos afecta y qué devuelve exactamente la página?\n\nAnna Soler\nSoporte Claranet"
	plain, rich := byOutlook(text, c.mails[0])
	c.hears(agentMail{from: annaSoler, subject: "RE: " + c.mails[0].Subject + " " + ticket, plain: plain, html: rich}, "aoc-1", "A cuántos ayuntamientos afecta")
	c.replied(standing{Labels: []string{"claranet-respost"}})
}

// completes: what was missing follows by itself, and a text answers the question.
func (c *twoWay) completes() {
	c.describe(complete)
	c.leaves("form", []string{"Datos que estaban pendientes de confirmar:"})
	c.tells(standing{}, "el que faltava")
	c.calm()
	c.writes(person, "Per a Claranet: Bon dia, Anna. Afecta *40 ajuntaments* des de les 9.38 h:\n\n"+
		"* la pàgina d'alta torna un error\n** només en producció\n* la consulta funciona\n\n"+
		"La resposta del servidor és:\n{noformat}\nHTTP/1.1 503 Service Unavailable\nRetry-After: 120\n{noformat}\nGràcies.")
	c.leaves("words", []string{"només en producció", "Retry-After: 120"})
	c.tells(standing{}, "el text per a Claranet")
}

// looks: a colleague answers that, with a file, in plain text.
func (c *twoWay) looks() {
	const text = "Buenas tardes:\n\nEl nodo 2 no acepta conexiones; adjunto el informe.\n¿Pueden enviarnos el registro de Tomcat?\n\nJoan Mas"
	c.hears(agentMail{
		from: joanMas, subject: replyTo("Re: ", c.newest("aoc")), plain: byThunderbird(text, c.newest("aoc")), file: sent{"informe.pdf", []byte(report)},
	}, "aoc-3", "El nodo 2 no acepta conexiones")
	c.replied(standing{Files: []string{"informe.pdf"}})
}

// shows: somebody else of the team answers in Spanish, with an image and a file.
func (c *twoWay) shows() {
	c.calm()
	for _, f := range [][3]string{
		{"captura.png", "image/png", "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\xff píxel", 5000)},
		{"catalina.log", "text/plain", strings.Repeat("SEVERE: Connection refused (10.0.0.2:8009)\r\n", 1000)},
	} {
		_, err := c.jira.AddAttachment(pau, c.key, f[0], f[1], []byte(f[2]))
		c.act(err)
	}
	c.writes(pau, "Para Claranet:\nBuenas tardes, Joan. Esto es lo que ve un ayuntamiento:\n!captura.png|thumbnail!\n\nY el registro, de las 9:38 en adelante: [^catalina.log]\n\nUn saludo")
	c.leaves("words", []string{"Esto es lo que ve un ayuntamiento"}, "captura.png", "catalina.log")
	c.tells(standing{}, "el text per a Claranet")
}

// insists: the first person, from her web mail.
func (c *twoWay) insists() {
	plain, rich := byGmail("Gracias. Vemos el error en el registro.\n\n¿Pueden ejecutar esta consulta?\n\nSELECT count(*) FROM sesiones WHERE nodo = 2;\n\nAnna", c.newest("aoc"))
	c.hears(agentMail{from: annaSoler, subject: replyTo("Re: ", c.newest("aoc")), plain: plain, html: rich}, "aoc-4", "Vemos el error en el registro")
	c.replied(standing{})
}

// queries: a text with code and a table. What is edited in it when it has left is not sent.
func (c *twoWay) queries() {
	c.calm()
	const text = "@claranet Hem executat la consulta:\n{code:sql}\nSELECT count(*) FROM sesiones WHERE nodo = 2; -- 0 files\n{code}\n||Node||Sessions||\n|1|412|\n|2|0|\n"
	id, err := c.jira.AddComment(person, c.key, text)
	c.act(err)
	c.posts++
	c.leaves("words", []string{"-- 0 files", "412"})
	c.tells(standing{}, "el text per a Claranet")
	c.calm()
	c.act(c.jira.EditComment(person, c.key, id, text+"\nI el node 3 ja no hi és."))
	c.tells(standing{}, "ells tenen el text d’abans")
}

// assigned: the desk's portal writes, which knows of no mail.
func (c *twoWay) assigned() {
	c.hears(agentMail{
		from: "Claranet Portal <portal@claranet.test>", subject: "Actualización de su solicitud " + ticket,
		plain: "Se ha asignado su solicitud al equipo de sistemas. ¿Pueden enviar la configuración del balanceador?\n",
	}, "", "asignado su solicitud al equipo de sistemas")
	c.replied(standing{})
}

// documents: a file follows on command, and another does not. The program is started anew.
func (c *twoWay) documents() {
	if code := c.daemon.stop(patience); code != exitDone {
		c.Errorf("the program ends with %d", code)
	}
	c.daemon.start()
	c.calm()
	for _, name := range []string{"haproxy.cfg", "notes internes.txt"} {
		_, err := c.jira.AddAttachment("laia.font", c.key, name, "text/plain", []byte(strings.Repeat(name+"\n", 50)))
		c.act(err)
	}
	c.tells(standing{}, "escalat envia-adjunts")
	c.calm()
	c.writes(person, "escalat envia-adjunts haproxy.cfg")
	c.leaves("files", nil, "haproxy.cfg")
	c.tells(standing{}, "haproxy.cfg")
}

// claims: an answer is claimed.
func (c *twoWay) claims() {
	c.calm()
	c.writes(person, "escalat reclama: Els ajuntaments ens truquen cada deu minuts.")
	c.leaves("claim", []string{"Els ajuntaments ens truquen cada deu minuts."})
	c.tells(standing{}, "s’ha reclamat resposta a Claranet")
}

// pictures: a person answers the robot's mail, with an image in the text.
func (c *twoWay) pictures() {
	const before, after = "Disculpen la demora. Así está el balanceador ahora:", "Reiniciamos el nodo 2 a las 11:30.\n\nJoan Mas"
	plain, rich := byWeb(before+"\n[imagen]\n"+after, c.mails[1])
	rich = strings.Replace(rich, "[imagen]", `<img src="cid:panel.png" alt="Panel del balanceador">`, 1)
	c.hears(agentMail{
		from: joanMas, subject: replyTo("RE: ", c.mails[1]), plain: plain, html: rich, image: sent{"panel.png", []byte("\x89PNG\r\n\x1a\n" + strings.Repeat("\x01\xfe panel", 3000))},
	}, "desk-1", "Disculpen la demora")
	c.replied(standing{Files: []string{"panel.png"}})
}

// interrupted: the program is killed when the server has taken a text and its answer is
// lost. It is not sent again.
func (c *twoWay) interrupted() {
	if code := c.daemon.stop(patience); code != exitDone {
		c.Errorf("the program ends with %d", code)
	}
	broken := newWire(c.T, c.border, waitForEnd)
	c.daemon.environ = append(c.daemon.environ, "ESCALAT_SMTP_ADDR="+broken.addr)
	c.daemon.start()
	c.calm()
	c.writes(person, "Per a Claranet: D'acord, avisem els ajuntaments del reinici de les 11.30 h.")
	c.daemon.await("the answer is lost", func() bool { return happened(broken.answered) })
	c.daemon.kill()
	c.daemon.start()
	c.leaves("words", []string{"avisem els ajuntaments del reinici"})
	c.tells(standing{}, byCopy[2:])
}

const secondTicket = "[Ticket#1000777]"

// renumbers: the robot opens another ticket for the same, while a comment is under way when
// the program is killed.
func (c *twoWay) renumbers() {
	release := make(chan struct{})
	underWay := c.jira.Fail(http.MethodPost, "/rest/api/2/issue/*/comment", sim.Fault{Hold: release})
	c.hears(agentMail{
		from: robot, subject: secondTicket + " " + replyTo("RE: ", c.newest("aoc")), automatic: true,
		plain: "Estimado cliente:\n\nHemos registrado su solicitud con el número de ticket 1000777, relacionado con el anterior.\n\nClaranet\n",
	}, "aoc-8", "con el número de ticket 1000777")
	c.daemon.await("the comment is under way", func() bool { return happened(underWay) })
	c.daemon.kill()
	close(release)
	c.daemon.start()
	c.numbers(secondTicket)
	c.replied(standing{Links: []string{"Claranet 1000777"}})
}

// goesOn: what follows bears the new number.
func (c *twoWay) goesOn() {
	c.calm()
	c.writes(pau, "*Per a Claranet:* Els dos tiquets són el mateix problema, oi?")
	c.leaves("words", []string{"Els dos tiquets són el mateix problema, oi?"})
	c.tells(standing{}, "el text per a Claranet")
}

// oldNumber: a person answers an old mail, which bears the first number: that is where she
// will look for our answer.
func (c *twoWay) oldNumber() {
	plain, rich := byOutlook("Sí, los hemos unido en el primero. El nodo 2 ya está reiniciado.\n\nAnna Soler\nSoporte Claranet", c.mails[7])
	c.hears(agentMail{from: annaSoler, subject: replyTo("RE: ", c.mails[7]), plain: plain, html: rich}, c.names[7], "los hemos unido en el primero")
	c.numbers(ticket)
	c.replied(standing{})
}

// repeats: the whole issue goes out once more, as it is now, with what the desk was given.
func (c *twoWay) repeats() {
	c.calm()
	c.writes(person, "escalat reenvia")
	c.leaves("again", []string{"Si la están atendiendo con otro número de ticket, dígannoslo."}, "estat dels nodes – 9 h.txt", "captura.png", "catalina.log", "haproxy.cfg")
	c.tells(standing{}, "s’ha tornat a enviar")
}

// solves: the desk holds the issue to be solved.
func (c *twoWay) solves() {
	plain, rich := byGmail("El nodo 2 vuelve a aceptar conexiones desde las 11:34.\nSi no indican lo contrario, damos por resuelta la incidencia.\n\nJoan Mas", c.newest("aoc"))
	c.hears(agentMail{from: joanMas, subject: replyTo("Re: ", c.newest("aoc")), plain: plain, html: rich}, "aoc-10", "desde las 11:34")
	c.replied(standing{}, "dona la incidència per resolta")
}

// closesIt: so does the team, with a word of thanks.
func (c *twoWay) closesIt() {
	c.calm()
	c.writes(person, "escalat tanca: Ja funciona a tots els ajuntaments. Moltes gràcies!")
	c.leaves("close", []string{"Ja funciona a tots els ajuntaments."})
	c.tells(standing{Labels: []string{}}, "queda tancat", "per tancada")
}

// closedThere: the robot says so as well, which opens nothing again.
func (c *twoWay) closedThere() {
	c.hears(agentMail{
		from: robot, subject: replyTo("RE: ", c.newest("aoc")), automatic: true, plain: "Su ticket 1000001 ha sido cerrado a petición suya.\n\nClaranet\n",
	}, "aoc-11", "cerrado a petición suya")
	c.replied(standing{})
}

// surveys: nor does what asks how it was.
func (c *twoWay) surveys() {
	c.hears(agentMail{
		from: robot, subject: "Encuesta de satisfacción " + ticket, plain: "Valore la atención recibida en https://encuesta.claranet.test/1000001\n",
	}, "", "Valore la atención recibida")
	c.replied(standing{})
}

// returns: a person does.
func (c *twoWay) returns() {
	plain, rich := byOutlook("Buenas tardes:\n\nVolvemos a ver cortes en el nodo 2. ¿Los notan también ustedes?\n\nAnna Soler", c.mails[0])
	c.hears(agentMail{from: annaSoler, subject: replyTo("RE: ", c.newest("aoc")), plain: plain, html: rich}, "aoc-11", "Volvemos a ver cortes en el nodo 2")
	c.replied(standing{Labels: []string{"claranet-respost"}})
}

// regrets: the talk goes on.
func (c *twoWay) regrets() {
	c.calm()
	c.writes(person, "Per a Claranet:\n# Sí, des de les 15.10 h\n# Ara hi ha talls cada cinc minuts\n")
	c.leaves("words", []string{"Ara hi ha talls cada cinc minuts"})
	c.tells(standing{}, "el text per a Claranet")
	c.hears(agentMail{
		from: joanMas, subject: replyTo("Re: ", c.newest("aoc")), plain: byThunderbird("Hemos sustituido la tarjeta de red; vigílenlo esta tarde, por favor.\n\nJoan Mas", c.newest("aoc")),
	}, "aoc-12", "sustituido la tarjeta de red")
	c.replied(standing{})
}

// closesAgain: without a word.
func (c *twoWay) closesAgain() {
	c.calm()
	c.writes(person, "escalat tanca")
	c.leaves("close", nil)
	c.tells(standing{Labels: []string{}}, "queda tancat", "per tancada")
}

// reopens: the team, this time.
func (c *twoWay) reopens() {
	c.calm()
	c.writes(pau, "escalat reobre")
	c.leaves("reopen", nil)
	c.tells(standing{Labels: []string{"claranet-respost"}}, "torna a estar obert", "tornem a obrir la incidència")
}

// asksMore: the desk wants to know more.
func (c *twoWay) asksMore() {
	plain, rich := byWeb("Lo reabrimos. ¿Qué ha cambiado desde las 16:00?\n\nAnna Soler", c.newest("aoc"))
	c.hears(agentMail{from: annaSoler, subject: replyTo("RE: ", c.newest("aoc")), plain: plain, html: rich}, "aoc-14", "Qué ha cambiado desde las 16:00")
	c.replied(standing{})
}

// thanks: the last text, with characters that mark up something elsewhere.
func (c *twoWay) thanks() {
	c.calm()
	c.writes(person, "Para Claranet: Nada: era la caché del proxy (<proxy-2>, puerto 8080 & 8443). Ya responde; lo vigilamos hasta mañana.")
	c.leaves("words", []string{"Nada: era la caché del proxy (<proxy-2>, puerto 8080 & 8443)."})
	c.tells(standing{}, "el text per a Claranet")
}

// says: the desk's last mail.
func (c *twoWay) says() {
	c.hears(agentMail{
		from: joanMas, subject: replyTo("Re: ", c.newest("aoc")), plain: byThunderbird("Perfecto, hemos cerrado el ticket. Un saludo.\n\nJoan Mas", c.newest("aoc")),
	}, "aoc-15", "Perfecto, hemos cerrado el ticket")
	c.replied(standing{}, "dona la incidència per resolta")
}

// ends: everything was said once, and all programs show one conversation.
func (c *twoWay) ends() {
	c.daemon.await("nothing is left to do", c.daemon.idle)
	if code := c.daemon.stop(patience); code != exitDone {
		c.Errorf("the program ends with %d", code)
	}
	c.checkReplies()
	c.checkLog()
	c.checkReaders(c.read(desk))
	if n := len(c.mails); n != 30 || c.mailsOf(ours) != n || c.mailsOf(desk) != n {
		c.Errorf("%d mails, of which we have %d and the desk %d", n, c.mailsOf(ours), c.mailsOf(desk))
	}
	if n := strings.Count(c.border.Log(), " <= "+ours+" "); n != c.count("aoc") {
		c.Errorf("%d mails were submitted, %d came", n, c.count("aoc"))
	}
	golden(c.T, "real/two-way.golden", agoSaid.ReplaceAllString(c.shownThread(), "$1 pasado TIEMPO"))
	golden(c.T, "real/two-way-comments.golden", c.shownComments())
	c.checkThreads(ours, len(c.mails))
	c.checkThreads(desk, len(c.mails))
}
