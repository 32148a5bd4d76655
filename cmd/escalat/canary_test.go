package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
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
			c.begins()
			c.goesOn()
			c.isLate()
			c.comesBack()
			c.look()
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

// records is a server that keeps what it is sent, and passes it on where there is somebody
// to pass it to.
func (c *cage) records(where string, to *url.URL) (address string) {
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host // what was signed
	}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "unread", http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		c.sent = append(c.sent, outgoing{where + ": " + r.Method, r.URL.RawQuery + "\n" + string(body)})
		c.mu.Unlock()
		if to != nil {
			r.Body = io.NopCloser(bytes.NewReader(body))
			pass.ServeHTTP(w, r)
		}
	}))
	c.Cleanup(server.Close)
	return server.URL
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

// pasted is what people are given to be copied into a portal.
func (c *cage) pasted() (all []outgoing) {
	for _, one := range c.world.Jira.Comments(c.key) {
		if one.Author != "escalat" || !strings.Contains(one.Body, "escalat portal") && !strings.Contains(one.Body, "Copieu-hi") {
			continue
		}
		for i, text := range strings.Split(one.Body, "{noformat}") {
			if i%2 == 1 {
				all = append(all, outgoing{"the text to be copied", text})
			}
		}
	}
	return all
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

func (c *cage) overHTTP() []outgoing {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sent)
}

// look looks for the words in everything that left.
func (c *cage) look() {
	all := slices.Concat(c.overHTTP(), c.pasted())
	mine := 0
	for _, address := range []string{c.world.Info.Desks[0].Address, onCallAddress, "servicio@claranet.test", c.world.Info.MailAddress} {
		for _, raw := range c.world.Mail.Delivered(address) {
			if bytes.Contains(raw, []byte("\r\nFrom: ")) && !bytes.Contains(raw, []byte("\r\nX-Escalat-Loop: ")) && address == c.world.Info.MailAddress {
				continue // the desk's
			}
			all = append(all, outgoing{"a mail to " + address, string(raw)})
		}
	}
	for _, one := range c.world.Mail.Transactions() {
		if one.User == c.world.Info.MailAddress {
			mine += len(one.To)
		}
	}
	if mails := len(slices.DeleteFunc(slices.Clone(all), func(o outgoing) bool { return !strings.HasPrefix(o.where, "a mail") })); mails != mine {
		c.Errorf("%d mails left, %d were looked at", mine, mails)
	}
	whole := map[string]string{}
	for i, o := range all {
		whole[fmt.Sprintf("%s (%d)", o.where, i)] = seenThrough(o.raw)
	}
	for word, place := range c.planted {
		for where, text := range whole {
			if strings.Contains(strings.ToLower(text), word) {
				c.Errorf("%s (%s) is in %s:\n%s", place, word, where, text)
			}
		}
	}
	for where, text := range whole { // people on call are told keys and numbers
		for _, said := range c.controls {
			if (strings.HasPrefix(where, "the webhook") || strings.Contains(where, onCallAddress)) && strings.Contains(level(text), level(said)) {
				c.Errorf("%q is in %s:\n%s", said, where, text)
			}
		}
	}
	for _, text := range c.controls {
		if !slices.ContainsFunc(slices.Collect(maps.Values(whole)), func(out string) bool { return strings.Contains(level(out), level(text)) }) {
			c.Errorf("%q has not left", text)
		}
	}
	c.Logf("%d words in none of %d outgoing texts, in which %d others were found", len(c.planted), len(all), len(c.controls))
}

// level levels blanks and apostrophes, which a text may be written with otherwise.
func level(s string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("’", "'", "&#39;", "'", "\u00a0", " ").Replace(s)), " ")
}

var (
	hexed   = regexp.MustCompile(`[=%][0-9A-Fa-f]{2}`)
	base64s = regexp.MustCompile(`(?m)(?:^[A-Za-z0-9+/]{4,}={0,2}\r?\n?)+|[A-Za-z0-9+/]{16,}={0,2}`)
	escaped = regexp.MustCompile(`\\u[0-9A-Fa-f]{4}`)
)

// seenThrough is all the ways to read what left, whatever it says of itself: as it is, without
// folds, with encoded words, quoted-printable, percent signs, JSON's escapes and base64 decoded.
func seenThrough(raw string) string {
	unfolded := regexp.MustCompile(`\r?\n[ \t]`).ReplaceAllString(raw, " ")
	parts := []string{raw, unfolded}
	if text, err := words.DecodeHeader(unfolded); err == nil {
		parts = append(parts, text)
	}
	pieces := regexp.MustCompile(`"?;? filename\*\d+\*?="?(?:utf-8'[a-z]*')?`).ReplaceAllString(unfolded, "")
	for _, text := range []string{strings.NewReplacer("=\r\n", "", "=\n", "").Replace(raw), pieces} {
		parts = append(parts, hexed.ReplaceAllStringFunc(text, func(h string) string {
			s, err := url.PathUnescape("%" + h[1:])
			if err != nil {
				return h
			}
			return s
		}))
	}
	parts = append(parts, escaped.ReplaceAllStringFunc(strings.NewReplacer(`\n`, "\n", `\"`, `"`).Replace(raw), func(e string) string {
		var r rune
		if _, err := fmt.Sscanf(e, `\u%04x`, &r); err != nil {
			return e
		}
		return string(r)
	}))
	for _, block := range base64s.FindAllString(raw, -1) {
		block = strings.NewReplacer("\r", "", "\n", "").Replace(block)
		if decoded, err := base64.StdEncoding.DecodeString(block + strings.Repeat("=", -len(block)&3)); err == nil {
			parts = append(parts, string(decoded))
		}
	}
	return strings.Join(parts, "\n")
}

// TestSeenThrough: each way to hide a word in something that leaves is seen through.
func TestSeenThrough(t *testing.T) {
	t.Parallel()
	const word = "kanariaqax"
	for name, raw := range map[string]string{
		"as it is": "x " + word, "in a fold": "Subject: x\r\n " + word, "an encoded word": "Subject: " + mime.BEncoding.Encode("utf-8", "à "+word),
		"an encoded word, quoted": "Subject: =?utf-8?q?k=61nariaqax?=", "encoded words that are split": "Subject: =?utf-8?q?kanari?=\r\n =?utf-8?q?aqax?=",
		"quoted-printable": "kan=\r\nari=61qax", "base64": "\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte("un text llarg, del tot " + strings.Repeat("y", 60) + word))[:76] + "\r\n" +
			base64.StdEncoding.EncodeToString([]byte("un text llarg, del tot " + strings.Repeat("y", 60) + word))[76:] + "\r\n",
		"a file’s name": "Content-Disposition: attachment;\r\n filename*0*=utf-8''%C3%A0%20kanari;\r\n filename*1*=aqax.txt", "an escape of JSON": `{"text":"kan\u0061riaqax"}`,
		"a query": "q=kan%61riaqax",
	} {
		if !strings.Contains(seenThrough(raw), word) {
			t.Errorf("%s: not seen in %q", name, seenThrough(raw))
		}
	}
}
