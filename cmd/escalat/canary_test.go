package main

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/sim"
)

// TestCanary puts a word of its own into each place whose content must not leave, has the
// real program tell a provider everything that it can, by each channel, and looks for the
// words in every byte that left: in mails, however they are encoded, in what an API was sent,
// in what people are given to copy into a portal, and in what people on call were told. What is to
// leave is looked for by the same means.
func TestCanary(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector looks for is not in the program that is built here")
	}
	t.Parallel()
	bin := build(t)
	for _, way := range []outlet{
		{name: "mail", cloud: true, provider: "Claranet", label: label},
		{name: "api", provider: "OVH", label: "escalar-ovh-incidencia"},
		{name: "manual", cloud: true, provider: "OVH", label: "escalar-ovh-incidencia"},
	} {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			c := &cage{T: t, outlet: way, planted: map[string]string{}}
			c.raise(bin)
			defer c.look() // also at what left before a step failed
			c.begins()
			c.goesOn()
			c.isLate()
			c.comesBack()
		})
	}
}

// outlet is a channel with its provider.
type outlet struct {
	name            string
	cloud           bool
	provider, label string
}

// cage is the world of one outlet, with its canaries.
type cage struct {
	*testing.T
	outlet

	world    *sim.World
	daemon   *daemon
	database string
	key      string
	planted  map[string]string // the places of the words
	controls []string          // what is to leave

	mu   sync.Mutex
	sent []outgoing // over HTTP
}

// outgoing is something that left.
type outgoing struct{ where, raw string }

// canary makes a word that stands in that place alone.
func (c *cage) canary(place string) string {
	word := fmt.Sprintf("kanari%cq%cx", 'a'+len(c.planted)/26, 'a'+len(c.planted)%26)
	c.planted[word] = place
	return word
}

// leaves notes a text that is to leave.
func (c *cage) leaves(text string) string {
	c.controls = append(c.controls, text)
	return text
}

func (c *cage) act(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

const offForm = "customfield_10055" // no field of a form

// raise makes the world, whose people and secrets are canaries, and starts the program.
func (c *cage) raise(bin string) {
	desks := []string{}
	if c.cloud {
		desks = append(desks, "SD")
	}
	w, err := sim.Start(c.Context(), sim.WorldConfig{
		Jira: sim.JiraConfig{
			Cloud: c.cloud, Token: c.canary("Jira’s token"), Projects: []string{"AOC"}, ServiceDesks: desks, Wrap: documents.Wrap(c.T, c.cloud),
			Fields: []sim.Field{{ID: offForm, Name: "Cost intern"}, {ID: "customfield_10056", Name: "Work log", Type: "textarea"}},
		},
		Bridge: sim.Mailbox{Password: c.canary("the mailbox’s password")},
		Mail:   sim.MailConfig{Mailboxes: people()},
		OVH:    sim.OVHConfig{From: ovhSender, AppSecret: c.canary("the API’s secret"), ConsumerKey: c.canary("the API’s consumer key")},
	})
	c.act(err)
	c.Cleanup(func() {
		w.Jira.ClearFaults()
		if err := w.Close(); err != nil {
			c.Error(err)
		}
	})
	c.world = w
	c.peopled()
	dir := c.TempDir()
	c.database = filepath.Join(dir, "escalat.db")
	environ, err := environOf(w, dir)
	c.act(err)
	c.act(writeHours(dir, true))
	const steps = "steps:\n  - id: cap\n    after: 1h\n    without: news\n    ways: [propose, mail, oncall, webhook]\n" +
		"    people:\n      - name: Cap Exemple\n        phones: [\"900 000 002\"]\n        email: servicio@claranet.test\n"
	c.act(os.WriteFile(filepath.Join(dir, "steps.txt"), []byte(steps), 0o600))
	maps.Copy(environ, map[string]string{
		"ESCALAT_MODE": "live", "ESCALAT_DATABASE_URL": c.database, "ESCALAT_PROFILES_DIR": dir,
		"ESCALAT_TOKEN_KEYS": "1:" + base64.StdEncoding.EncodeToString([]byte(c.canary("the key of the Message-IDs")+strings.Repeat("k", 22))),
		"ESCALAT_ONCALL_TO":  onCallAddress,
		"ESCALAT_OPS_ADDR":   "127.0.0.1:0", "ESCALAT_OPS_PASSWORD": c.canary("the page’s password") + "-long-enough",
		"ESCALAT_ONCALL_WEBHOOK":        c.records("the webhook", nil) + "/" + c.canary("the webhook’s address"),
		"ESCALAT_ONCALL_WEBHOOK_SECRET": c.canary("the webhook’s secret") + "-long-enough",
		"SECRET_OF_THE_MACHINE":         c.canary("the environment"), "HOME": "/home/" + c.canary("the home folder"),
	})
	prefix := "ESCALAT_" + strings.ToUpper(c.provider) + "_"
	environ[prefix+"MATRIX"], environ[prefix+"ACTS"] = filepath.Join(dir, "steps.txt"), "act"
	if c.name != "mail" {
		o := w.Info.OVH
		environ[prefix+"CHANNEL"], environ[prefix+"ACCOUNT"], environ[prefix+"SENDERS"] = c.name, o.Account, ovhSender
	}
	if c.name == "api" {
		o := w.Info.OVH
		api, err := url.Parse(strings.TrimSuffix(o.URL, "/1.0"))
		c.act(err)
		environ[prefix+"API_ENDPOINT"], environ[prefix+"API_KEY"] = c.records("the API", api)+"/1.0", o.AppKey
		environ[prefix+"API_SECRET"], environ[prefix+"API_CONSUMER_KEY"], environ[prefix+"API_POLL_INTERVAL"] = o.AppSecret, o.ConsumerKey, "10s"
	}
	var all []string
	for name, value := range environ {
		all = append(all, name+"="+value)
	}
	c.daemon = newDaemon(c.T, bin, all)
	c.daemon.start()
}

// peopled gives the people names and addresses.
func (c *cage) peopled() {
	for _, name := range []string{person, "pau.riera", "client.extern"} {
		c.world.Jira.SetUser(sim.User{
			Name: name, DisplayName: "Nom " + c.canary("the name of "+name), Email: c.canary("the address of "+name) + "@aoc.test",
			AccountType: map[bool]string{true: sim.AccountCustomer}[name == "client.extern"],
		})
	}
	c.world.Jira.SetUser(sim.User{Name: "laia.font", DisplayName: "Laia Font", Email: c.canary("the address of who is mentioned") + "@aoc.test"})
}

// says has somebody of the team comment, out of the customers' sight.
func (c *cage) says(who, text string) (id string) {
	c.Helper()
	id, err := c.world.Jira.AddInternalComment(who, c.key, text)
	c.act(err)
	return id
}

func (c *cage) attaches(who, key, name, content string) {
	c.Helper()
	_, err := c.world.Jira.AddAttachment(who, key, name, "text/plain", []byte(content))
	c.act(err)
}

// calm waits until nothing is left to do, and what a person does then is seen.
func (c *cage) calm() {
	c.Helper()
	c.daemon.await("nothing is left to do", func() bool {
		return unchanged(c.world.Jira, c.key) > bridge.EchoWindow+pace && c.daemon.idle()
	})
}

// goes has somebody do something, and waits until more has left by the outlet.
func (c *cage) goes(what string, do func()) {
	c.Helper()
	c.calm()
	n := c.count()
	do()
	c.daemon.await(what+" has left", func() bool { return c.count() > n })
	c.daemon.await("nothing is left to do", c.daemon.idle)
}

// count is how much has left by the outlet.
func (c *cage) count() int {
	switch c.name {
	case "mail":
		return len(c.world.Mail.Delivered(c.world.Info.Desks[0].Address))
	case "api":
		return len(writesOf(c.world.OVH))
	}
	return len(c.pasted())
}

// form is what the issue says of the provider's form.
func (c *cage) form(impact, further string) string {
	if c.provider == "Claranet" {
		return "Aplicació afectada: Registre d'entrades\nData i hora d'inici del problema: desconegut\nImpacte en negoci: " + impact +
			"\nPersona responsable de contacte de l'AOC: Núria Soler, 900 000 000\nComportament anòmal detectat: error 503\n" +
			"Evidències de l'error alertat: «503 Service Unavailable»\n\n" + further
	}
	return "Referència del servei: ns3012345.ip-198-51-100.example\nTipus d'incidència: servidor\nQuè falla: no respon\nDes de quan: desconegut\nImpacte: " + impact +
		"\nPersona de contacte: Núria Soler, 900 000 000\nProves realitzades: ping, sense resposta\n\n" + further
}

// begins: an issue with a past is labelled, and told.
func (c *cage) begins() {
	j, project := c.world.Jira, "AOC"
	if c.cloud {
		project = "SD"
	}
	to := "Per a " + c.provider + ": "
	_, c.key = j.CreateIssue(person, project, "Abans "+c.canary("a former summary"), c.form(c.canary("a former value"), c.canary("a former description")))
	summary, impact, further := c.leaves("Els ajuntaments no hi poden entrar"), c.leaves("40 ajuntaments sense registre – àrea tècnica"), c.leaves("Ens truquen des de primera hora; l’avís és de la guàrdia.")
	c.act(j.Edit(person, c.key, map[string]string{
		"summary": summary, "description": c.form(impact, further), offForm: c.canary("a field that is of no form"), "Work log": c.canary("a work log"),
		"assignee": "pau.riera",
	}))
	c.act(j.AddLabel(person, c.key, c.canary("a label")))
	c.says(person, "Nota interna: "+c.canary("a comment before the first notice"))
	c.says("pau.riera", to+c.canary("a text for the provider before the label"))
	c.hides("before the label")
	_, other := j.CreateIssue(person, project, c.canary("another issue’s summary"), c.canary("another issue’s description")+" "+c.key)
	_, err := j.AddComment(person, other, to+c.canary("another issue’s comment"))
	c.act(err)
	c.attaches(person, other, c.canary("the name of another issue’s file")+".log", c.canary("another issue’s file"))
	c.act(j.LinkIssues(person, "Relates", c.key, other))
	c.attaches(person, c.key, "sonda àrea.log", "registre de la sonda\n")
	if c.name == "mail" {
		c.leaves("registre de la sonda")
		c.leaves("sonda àrea.log")
	}
	c.goes("the first notice", func() { c.act(j.AddLabel(person, c.key, c.label)) })
	c.answers()
}

// hides has people write what not everybody of the team sees, or what customers do; these
// write and upload what the provider is not to see.
func (c *cage) hides(when string) {
	j, to := c.world.Jira, "Per a "+c.provider+": "
	for _, text := range []string{to + c.canary("a restricted comment "+when), "escalat reclama: " + c.canary("a restricted command "+when)} {
		_, err := j.AddRestrictedComment(person, c.key, text, &sim.Visibility{Type: "role", Value: "Administrators"})
		c.act(err)
	}
	if !c.cloud {
		return
	}
	for _, text := range []string{to + c.canary("a customer’s comment "+when), "escalat reclama: " + c.canary("a customer’s command "+when)} {
		_, err := j.AddComment("client.extern", c.key, text)
		c.act(err)
	}
	_, err := j.AddComment(person, c.key, to+c.canary("a comment that customers see, "+when))
	c.act(err)
	c.attaches("client.extern", c.key, "dni "+c.canary("the name of a customer’s file "+when)+".txt", c.canary("a customer’s file "+when))
}

// answers: the provider has it, and writes what is not to be written back.
func (c *cage) answers() {
	c.calm()
	text := "Lo estamos mirando: " + c.canary("an answer of the provider")
	switch c.name {
	case "mail":
		letters, err := c.world.Desks["claranet"].Letters()
		c.act(err)
		_, _, err = c.world.Desks["claranet"].Acknowledge(letters[0].MessageID)
		c.act(err)
		_, err = c.world.Desks["claranet"].Reply(letters[0].MessageID, sim.Reply{Text: text, Files: []sim.File{{
			Name: c.canary("the name of the provider’s file") + ".txt", Type: "text/plain", Content: []byte(c.canary("the provider’s file")),
		}}})
		c.act(err)
	case "api":
		c.act(c.world.OVH.Answer(c.world.OVH.Tickets()[0].Number, text))
	default:
		c.says(person, "escalat portal 8800001")
		c.daemon.await("the number is noted", func() bool { return c.told("8800001") })
		return
	}
	c.daemon.await("the answer is on the issue", func() bool { return c.told("Lo estamos mirando") })
}

// told reports whether a comment of the program says that.
func (c *cage) told(what string) bool {
	return slices.ContainsFunc(c.world.Jira.Comments(c.key), func(one sim.Comment) bool { return one.Author == "escalat" && strings.Contains(one.Body, what) })
}

// goesOn: everything that a person can have told, beside what the person says to others.
func (c *cage) goesOn() {
	j, to := c.world.Jira, "Per a "+c.provider+": "
	c.hides("after the first notice")
	c.says(person, "Nota: "+c.canary("a comment after the first notice")+" "+j.Mention("laia.font"))
	c.says("pau.riera", "Bon dia,\n"+to+c.canary("a text that does not begin the comment"))
	c.says("pau.riera", "{quote}\n"+to+c.canary("a quoted text")+"\n{quote}\nhi estem d'acord")
	c.says("pau.riera", "{code}\n"+to+c.canary("a text in code")+"\n{code}")
	c.says("pau.riera", "A "+c.provider+": "+c.canary("a text of which nobody knows for whom it is"))
	c.says("pau.riera", "escalat contestat: "+c.canary("what was said by telephone"))
	c.attaches("pau.riera", c.key, "notes "+c.canary("the name of a file that nobody has sent")+".txt", c.canary("a file that nobody has sent"))
	c.attaches("laia.font", c.key, "annex.txt", "contingut de l'annex\n")
	var id string
	words := to + c.leaves("És la mateixa avaria") + ", ho diu " + j.Mention("laia.font") + ": mireu [^annex.txt]."
	c.leaves("Laia Font")
	if c.name == "mail" {
		c.leaves("contingut de l'annex")
	}
	c.goes("the text", func() { id = c.says("laia.font", words) })
	c.calm()
	c.act(j.EditComment("laia.font", c.key, id, words+" "+c.canary("an edit of a text that has left")))
	c.daemon.await("the edit is told of", func() bool { return c.told("ells tenen el text d’abans") })
	if c.name != "manual" {
		c.goes("the first notice once more", func() { c.says(person, "escalat reenvia\n\n"+c.canary("what stands beside a command")) })
	}
	c.calm()
	impact := c.leaves("95 ajuntaments")
	c.act(j.Edit(person, c.key, map[string]string{"description": c.form(impact, c.canary("what was added to the description"))}))
	c.daemon.await("the change is offered", func() bool { return c.told("envia-canvis") })
	c.goes("the change", func() { c.says(person, "escalat envia-canvis") })
	c.goes("the claim", func() {
		c.says(person, "escalat reclama: "+c.leaves("L’alcalde ens truca")+"\n\n"+c.canary("another paragraph of a claim"))
	})
	if c.name == "manual" { // until then nobody is waited for
		c.calm()
		c.says(person, "escalat portal 8800001")
		c.daemon.await("it is entered", func() bool { return c.told("també és al tiquet") })
	}
}

// isLate: the time passes in which nothing comes, and people are told.
func (c *cage) isLate() {
	c.calm()
	if code := c.daemon.stop(patience); code != exitDone {
		c.Errorf("the program ends with %d", code)
	}
	c.act(aged(c.database, 5*time.Hour))
	n := c.count()
	c.daemon.start()
	c.daemon.await("people on call are told", func() bool {
		return len(c.world.Mail.Delivered(onCallAddress)) > 0 && slices.ContainsFunc(c.overHTTP(), func(o outgoing) bool { return strings.HasPrefix(o.where, "the webhook") })
	})
	c.daemon.await("the claim of the matrix has left", func() bool { return c.count() > n })
}

// comesBack: the case is closed, and opened again.
func (c *cage) comesBack() {
	c.goes("the end", func() {
		c.says(person, "escalat tanca: "+c.leaves("Ja ho hem resolt")+"\n\n"+c.canary("another paragraph of the end"))
	})
	c.goes("the return", func() { c.says("pau.riera", "escalat reobre\n"+c.canary("what stands below a command")) })
	c.calm()
	if code := c.daemon.stop(patience); code != exitDone {
		c.Errorf("the program ends with %d", code)
	}
}
