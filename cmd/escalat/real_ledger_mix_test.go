package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/internal/peer"
)

// piece is one delivery.
type piece struct {
	class  *class
	mark   string
	issue  int
	route  route
	raw    string
	copies int // how often the mailbox gets it of one delivery
}

// notified is an issue that the desk was told of.
type notified struct {
	letter // our notice, as the desk has it

	key, ticket, base string // base: the Message-ID of the desk's first answer
	files             map[string]bool
}

// mix makes mails about the issues, always the same ones.
type mix struct {
	*story

	issues []notified
	random *rand.Rand
	pieces []piece
	marked int
	corpus map[string][]string // what was read, by pattern
	begun  int                 // of the pieces, those that must be decided before the others come
}

// newMix makes about so many mails of all classes, in an order that is always the same,
// of which those that others refer to come first.
func newMix(s *story, issues []notified, total int) *mix {
	m := &mix{story: s, issues: issues, random: rand.New(rand.NewPCG(6, 1000)), corpus: map[string][]string{}}
	all := classes()
	byName := map[string]*class{}
	for _, c := range all {
		byName[c.name] = c
	}
	for i := range issues {
		m.first(i, byName["acknowledgement"], byName["reply"])
	}
	m.begun = len(m.pieces)
	shares := 0
	for _, c := range all {
		shares += c.share
	}
	for _, c := range all {
		for i := range max(c.share*(total-m.begun)/shares, min(c.share, 1)) {
			c.make(m, i, c)
		}
	}
	for i := 0; len(m.pieces) < total; i++ {
		byName["reply"].make(m, i, byName["reply"])
	}
	rest := m.pieces[m.begun:]
	m.random.Shuffle(len(rest), func(i, j int) { rest[i], rest[j] = rest[j], rest[i] })
	return m
}

// first are the mails by which an issue has a ticket, and an answer that others answer.
func (m *mix) first(i int, acknowledgement, reply *class) {
	n := &m.issues[i]
	e := m.envelope(n)
	e.from, e.inReplyTo, e.subject, e.further = "Claranet Soporte <css@claranet.test>", n.ID, "[Ticket#"+n.ticket+"] RE: "+n.Subject, "Auto-Submitted: auto-replied\r\n"
	m.add(acknowledgement, i, byDesk, e.mark, e.plain(e.mark+"\n\nEstimado cliente:\n\nHemos registrado su solicitud con el número de ticket "+n.ticket+".\n"))
	e = m.envelope(n)
	e.inReplyTo, n.base = n.ID, e.id
	m.add(reply, i, byDesk, e.mark, e.plain(e.mark+"\n\nLo miramos.\n"))
}

// envelope begins a mail of the desk about an issue, with a mark of its own.
func (m *mix) envelope(n *notified) envelope {
	m.marked++
	mark := markOf(m.marked)
	return envelope{
		mark: mark, from: "Anna Soler <anna.soler@claranet.test>", subject: "Re: " + n.Subject, id: mark + "@claranet.test",
		date: "Wed, 17 Jun 2026 10:40:00 +0200",
	}
}

func (m *mix) add(c *class, issue int, by route, mark, raw string) {
	m.pieces = append(m.pieces, piece{class: c, mark: mark, issue: issue, route: by, raw: raw, copies: 1})
}

// any is the next issue, by lot.
func (m *mix) any() (int, *notified) {
	i := m.random.IntN(len(m.issues))
	return i, &m.issues[i]
}

func fromCorpus(m *mix, i int, c *class) {
	corpus := m.samples("testdata/corpus/*/*.eml")
	at, n := m.any()
	e := m.envelope(n)
	e.inReplyTo = n.ID
	// As many as there are, from everywhere.
	m.add(c, at, byDesk, e.mark, e.around(corpus[i*37%len(corpus)]))
}

func refer(set func(*envelope, notified)) func(*mix, int, *class) {
	return func(m *mix, _ int, c *class) {
		at, n := m.any()
		e := m.envelope(n)
		set(&e, *n)
		m.add(c, at, byDesk, e.mark, e.plain(e.mark+"\n\nHemos reiniciado el nodo. ¿Pueden confirmarlo?\n\nAnna Soler\n"))
	}
}

// withFiles brings a file of its own, and one that others of the issue bring too.
func withFiles(m *mix, i int, c *class) {
	at, n := m.any()
	e := m.envelope(n)
	e.inReplyTo = n.ID
	own, shared := fmt.Sprintf("informe de %s\n", e.mark), fmt.Sprintf("logotip %s %d\n", n.key, i%3)
	n.files[own], n.files[shared] = true, true
	m.add(c, at, byDesk, e.mark, e.with(e.mark+"\n\nAdjuntamos el informe.\n",
		sent{e.mark + ".txt", []byte(own)}, sent{"logo.bin", []byte(shared)}))
}

func fromSamples(by route, patterns ...string) func(*mix, int, *class) {
	return func(m *mix, i int, c *class) {
		var all []string
		for _, p := range patterns {
			all = append(all, m.samples(p)...)
		}
		at, n := m.any()
		sample := all[i%len(all)]
		e := m.envelope(n)
		e.from, e.subject = strings.ReplaceAll(fieldOf(sample, "From"), "proveedor.example", "claranet.test"), fieldOf(sample, "Subject")
		e.subject = strings.NewReplacer("SUP-42", n.key, "1000001", n.ticket).Replace(e.subject)
		e.id = e.mark + "@mx.claranet.test"
		e.silent = c.outcome == bridge.MailReceipt || c.outcome == bridge.MailAbsent
		if by == byDesk || fieldOf(sample, "In-Reply-To")+fieldOf(sample, "References") != "" && strings.Contains(sample, "abcdefgh2345") {
			e.inReplyTo = n.ID
		}
		m.add(c, at, by, e.mark, e.sampled(sample, *n))
	}
}

// strangersBounce returns a mail that we did not sign, to somebody of that domain.
func strangersBounce(domain string) func(*mix, int, *class) {
	return func(m *mix, i int, c *class) {
		fromSamples(byServer, "classify/testdata/bounce-forged.eml", "classify/testdata/bounce-ses.eml")(m, i, c)
		p := &m.pieces[len(m.pieces)-1]
		p.raw = strings.ReplaceAll(p.raw, "claranet.test", domain)
	}
}

func colleague(inThread bool) func(*mix, int, *class) {
	return func(m *mix, _ int, c *class) {
		at, n := m.any()
		e := m.envelope(n)
		e.from, e.id, e.subject = "Núria Soler <nuria.soler@"+peer.Domain+">", e.mark+"@"+peer.Domain, "Dinar de dijous"
		e.from = strings.Replace(e.from, "Núria", "=?utf-8?q?N=C3=BAria?=", 1)
		if inThread {
			e.subject, e.inReplyTo, e.references = "Re: "+n.Subject, n.base, []string{n.ID, n.base}
		}
		m.add(c, at, byDesk, e.mark, e.plain(e.mark+"\n\nHi afegeixo el que he vist jo.\n"))
	}
}

// broken are mails that nobody should write and many do.
func broken(m *mix, i int, c *class) {
	at, n := m.any()
	e := m.envelope(n)
	e.inReplyTo = n.ID
	text := e.mark + "\r\n\r\nL'adreça no respon; ho mirem demà.\r\n"
	latin := strings.NewReplacer("ç", "\xe7", "à", "\xe0").Replace(text)
	const html = "<html><body><p>%s<p>El node <b>2 torna a respondre<table><tr><td>a"
	forms := []string{
		"Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text,
		"Content-Type: multipart/mixed\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + text + "--b--\r\n",
		"Content-Type: text/plain; charset=inexistent-1\r\n\r\n" + text,
		"Content-Type: text/plain; charset=us-ascii\r\n\r\n" + latin,
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + text,
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: x-unknown\r\n\r\n" + text,
		"Content-Type: text/html; charset=utf-8\r\n\r\n" + fmt.Sprintf(html, e.mark),
		"Content-Type: text/plain; charset=\"utf-8\r\n\r\n" + text,
		"\r\n" + text,
		"Content-Type: ;;;\r\nContent-Type: text/plain\r\n\r\n" + text,
		"X-Cru: \xe0\xe9\xff\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n" + latin,
		"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + e.mark + "\r\n\r\n=ZZ 100 % = =\r\n=",
		"Content-Type: multipart/alternative; boundary=\"b\"\r\n\r\n" + strings.Repeat("--b\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n", 60) + "--b\r\n\r\n" + text + "--b--\r\n",
	}
	m.add(c, at, byDesk, e.mark, e.header()+forms[i%len(forms)])
}

// namesake are two mails that bear one Message-ID, as some desks write them.
func namesake(m *mix, i int, c *class) {
	at, n := m.any()
	e := m.envelope(n)
	e.inReplyTo = n.ID
	m.add(c, at, byDesk, e.mark, e.plain(e.mark+"\n\nPrimera parte.\n"))
	other := m.envelope(n)
	other.inReplyTo, other.id, other.date = n.ID, e.id, "Thu, 18 Jun 2026 09:00:00 +0200"
	m.add(c, at, byDesk, other.mark, other.plain(other.mark+"\n\nSegunda parte.\n"))
}

// twice is one mail that is sent twice: another Received is all that differs.
func twice(m *mix, _ int, c *class) {
	at, n := m.any()
	e := m.envelope(n)
	e.inReplyTo = n.ID
	for range 2 {
		m.add(c, at, byDesk, e.mark, e.plain(e.mark+"\n\nLo repetimos por si no llegó.\n"))
	}
}

func toAndCopy(m *mix, i int, c *class) {
	twice(m, i, c)
	m.pieces = m.pieces[:len(m.pieces)-1]
	m.pieces[len(m.pieces)-1].copies = 2
}

func inJunk(m *mix, i int, c *class) {
	refer(func(e *envelope, n notified) { e.inReplyTo = n.ID })(m, i, c)
	m.pieces[len(m.pieces)-1].route = filtered
}

// returnedByExim goes to somebody who is not there, as our notice would.
func returnedByExim(m *mix, _ int, c *class) {
	at, n := m.any()
	e := m.envelope(n)
	m.add(c, at, returned, e.mark, markField+": "+e.mark+"\r\n"+traces.ReplaceAllString(n.Raw, ""))
}

func large(size int) func(*mix, int, *class) {
	return func(m *mix, i int, c *class) {
		at, n := m.any()
		e := m.envelope(n)
		e.inReplyTo = n.ID
		m.add(c, at, byDesk, e.mark, e.with(e.mark+"\n\nAdjuntamos el volcado.\n", sent{"volcado.bin", bytes.Repeat([]byte(e.mark+" 0123456\n"), size*3/4/20)}))
	}
}

func hugeStranger(m *mix, i int, c *class) {
	large(1_400_000)(m, i, c)
	p := &m.pieces[len(m.pieces)-1]
	p.route = byNobody
	p.raw = strings.NewReplacer("anna.soler@claranet.test", "fotos@fora.test", "In-Reply-To: <"+m.issues[p.issue].ID+">\r\n", "", "[AOC ", "[fotos ").Replace(p.raw)
}

// garbage has not one field. Its mark stands where no header is.
func garbage(m *mix, i int, c *class) {
	at, n := m.any()
	e := m.envelope(n)
	m.add(c, at, appended, e.mark, "%!PS\r\n%%EOF "+markField+": "+e.mark+"\r\n"+strings.Repeat("%\r\n", i))
}

func forge(by route, set func(*envelope, notified)) func(*mix, int, *class) {
	return func(m *mix, _ int, c *class) {
		at, n := m.any()
		e := m.envelope(n)
		set(&e, *n)
		m.add(c, at, by, e.mark, e.plain(e.mark+"\n\nEnvíen la contraseña a https://falso.test\n"))
	}
}

// bent is an identity that we did not sign.
func bent(id string) string {
	at := strings.IndexByte(id, '@') - 3
	for _, other := range "abcdefgh" {
		if rune(id[at]) != other {
			return id[:at] + string(other) + id[at+1:]
		}
	}
	return id
}

// severalIssues names two of them, by what we signed or by what anybody can write.
func severalIssues(m *mix, i int, c *class) {
	at, n := m.any()
	other := m.issues[(at+1)%len(m.issues)]
	e := m.envelope(n)
	if i%2 == 0 {
		e.references = []string{n.ID, other.ID}
	} else {
		e.subject = "[AOC " + n.key + "] y [AOC " + other.key + "]"
	}
	m.add(c, at, byDesk, e.mark, e.plain(e.mark+"\n\n¿Es lo mismo?\n"))
}

// predicted is a forgery under the Message-ID of a genuine answer.
func predicted(m *mix, _ int, c *class) {
	at, n := m.any()
	e := m.envelope(n)
	e.inReplyTo = n.ID
	m.add(c, at, byNobody, e.mark, e.plain(e.mark+"\n\nEnvíen la contraseña.\n"))
	genuine := m.envelope(n)
	genuine.inReplyTo, genuine.id = n.ID, e.id
	reply := &class{name: "forged before", outcome: bridge.MailPosted, shown: once}
	m.add(reply, at, byDesk, genuine.mark, genuine.plain(genuine.mark+"\n\nEsta es la respuesta.\n"))
}

func unrelatedMail(by route, from, further string) func(*mix, int, *class) {
	return func(m *mix, _ int, c *class) {
		at, n := m.any()
		e := m.envelope(n)
		address := from[strings.IndexByte(from, '<')+1:]
		e.from, e.id, e.subject, e.further = "<"+address, e.mark+"@fora.test", "Novetats de la setmana", further
		m.add(c, at, by, e.mark, e.plain(e.mark+"\n\nRes que tingui a veure amb res.\n"))
	}
}

// of returns the pieces of a mark; of the pieces of none there is none.
func (m *mix) of(mark string) []piece {
	return slices.DeleteFunc(slices.Clone(m.pieces), func(p piece) bool { return p.mark != mark })
}
