package torture_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"mime"
	"net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"
)

const (
	label   = "escalar-claranet-sistemes"
	person  = "marta.puig"
	account = "escalat"
	// pace is the time between two looks at what has happened.
	pace = 20 * time.Millisecond
)

// outside is the world around the program: the people who escalate and correct,
// the desk that answers, and what they are owed. It knows nothing of the program
// but what the simulators show.
type outside struct {
	t      *testing.T
	world  *sim.World
	random *rand.Rand
	issues []*issue
	byKey  map[string]*issue
	read   int // mails of the desk that were read
	stray  []string
}

// issue is an escalated issue and what has become of it.
type issue struct {
	key        string
	incomplete bool // opened without a mandatory value
	corrected  bool
	mails      []string // Message-IDs of the mails about it at the desk
	replies    int      // distinct answers that the desk gives
	answered   bool
	files      []string // SHA-256 of the files of the answers
}

func newOutside(t *testing.T, random *rand.Rand) *outside {
	t.Helper()
	cloud := random.IntN(2) == 0
	world, err := sim.Start(t.Context(), sim.WorldConfig{Jira: sim.JiraConfig{Cloud: cloud, Wrap: documents.Wrap(t, cloud)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	return &outside{t: t, world: world, random: random, byKey: map[string]*issue{}}
}

// escalate lets people escalate a few issues, some without saying everything.
func (o *outside) escalate(n int) {
	o.t.Helper()
	for range n {
		i := &issue{incomplete: o.random.IntN(3) == 0, replies: 1 + o.random.IntN(2)}
		_, i.key = o.world.Jira.CreateIssue(person, "AOC", "e-NOTUM no respon", description(!i.incomplete))
		o.issues, o.byKey[i.key] = append(o.issues, i), i
		if err := o.world.Jira.AddLabel(person, i.key, label); err != nil {
			o.t.Fatal(err)
		}
	}
}

func description(complete bool) string {
	text := "Aplicación afectada: e-NOTUM\n" +
		"Fecha y hora de inicio del problema: 21/10/2026 09:35\n" +
		"Persona responsable de contacto de AOC: Marta Puig, 900 000 000\n" +
		"Comportamiento anómalo detectado: error 503\n" +
		"Evidencias del error alertado: la sonda comprueba que la portada responde 200\n"
	if complete {
		text += "Impacto en negocio: los ayuntamientos no pueden notificar\n"
	}
	return text
}

// disturb lets an answer get lost now and then: the other side has done what it
// was asked for, and cannot say so.
func (o *outside) disturb() {
	if o.random.IntN(3) == 0 {
		o.world.Mail.Fail(sim.AtData, "", sim.Fault{Drop: sim.DropAfter})
	}
	if o.random.IntN(3) == 0 {
		o.world.Jira.Fail("POST", "/rest/api/2/issue/*/comment", sim.Fault{Drop: sim.DropAfter})
	}
	if o.random.IntN(4) == 0 {
		o.world.Jira.Fail("POST", "/rest/api/2/issue/*/attachments", sim.Fault{Drop: sim.DropAfter})
	}
}

// act lets the people and the desk do what is their turn.
func (o *outside) act() {
	o.t.Helper()
	o.readMail()
	for _, i := range o.issues {
		if i.incomplete && !i.corrected && len(keys(o.world.Jira.Comments(i.key), "request/")) > 0 {
			i.corrected = true
			if err := o.world.Jira.Edit(person, i.key, map[string]string{"description": description(true)}); err != nil {
				o.t.Fatal(err)
			}
		}
		if len(i.mails) > 0 && !i.answered {
			i.answered = true
			o.answer(i)
		}
	}
}

// readMail sorts what came to the desk by the issue that it names.
func (o *outside) readMail() {
	o.t.Helper()
	for _, raw := range o.world.Mail.Delivered(o.world.Info.Desks[0].Address)[o.read:] {
		o.read++
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			o.t.Fatal(err)
		}
		subject, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		_, rest, _ := strings.Cut(subject, "[AOC ")
		key, _, _ := strings.Cut(rest, "]")
		i := o.byKey[key]
		if i == nil {
			o.stray = append(o.stray, "mail about nothing: "+subject)
			continue
		}
		i.mails = append(i.mails, strings.Trim(m.Header.Get("Message-ID"), "<>"))
	}
}

// answer lets the desk answer; some answers have files, and some arrive twice.
func (o *outside) answer(i *issue) {
	o.t.Helper()
	desk := o.world.Desk(o.world.Info.Desks[0].Name)
	for n := range i.replies {
		r := sim.Reply{Text: "Hemos reiniciado el servicio.", Style: []sim.Style{sim.Outlook, sim.Gmail, sim.Plain}[o.random.IntN(3)]}
		if o.random.IntN(2) == 0 {
			content := bytes.Repeat([]byte(fmt.Sprintf("%s/%d\n", i.key, n)), 1+o.random.IntN(5000))
			sum := sha256.Sum256(content)
			i.files = append(i.files, hex.EncodeToString(sum[:]))
			r.Files = []sim.File{{Name: fmt.Sprintf("informe-%d.txt", n), Type: "text/plain", Content: content}}
		}
		id, err := desk.Reply(i.mails[0], r)
		if err != nil {
			o.t.Fatal(err)
		}
		if o.random.IntN(2) == 0 {
			o.deliverAgain(id)
		}
	}
}

// deliverAgain puts a mail that came into our mailbox there once more.
func (o *outside) deliverAgain(id string) {
	o.t.Helper()
	own := o.world.Info.MailAddress
	for _, raw := range o.world.Mail.Delivered(own) {
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err == nil && strings.Trim(m.Header.Get("Message-ID"), "<>") == id {
			if err := o.world.Mail.Deliver(own, raw); err != nil {
				o.t.Fatal(err)
			}
			return
		}
	}
	o.t.Fatalf("no mail %s to deliver again", id)
}

// until acts until done reports true, and reports false when that takes longer
// than the limit.
func (o *outside) until(limit time.Duration, done func() bool) bool {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), limit)
	defer cancel()
	beat := time.NewTicker(pace)
	defer beat.Stop()
	for {
		o.act()
		if done() {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-beat.C:
		}
	}
}

// complete reports whether nobody is owed anything any more.
func (o *outside) complete() bool { return len(o.count().lost) == 0 }

// tally is what was found outside, and what is wrong with it.
type tally struct {
	issues, requests, mails, sent, answers, files int
	unknown, again, delayed                       int // comments that say that an answer was lost, that a mail is sent again, or goes later
	lost, doubled, strange                        []string
}

// count compares what there is with what there should be.
func (o *outside) count() tally {
	o.readMail()
	c := tally{issues: len(o.issues), strange: append([]string(nil), o.stray...)}
	for _, i := range o.issues {
		c.judge(i, o.world.Jira.Comments(i.key), o.world.Jira.Attachments(i.key))
		if now, err := o.world.Jira.Issue(i.key); err == nil {
			c.labelled(i, now.Labels)
		}
	}
	ids := map[string]int{}
	for _, t := range o.world.Mail.Transactions() {
		if t.User != "" {
			ids[t.MessageID]++
		}
	}
	for id, n := range ids {
		c.times("submission of", id, n)
	}
	return c
}

// times notes how often something is there that should be there once.
func (c *tally) times(what, which string, n int) {
	switch {
	case n == 0:
		c.lost = append(c.lost, what+" "+which)
	case n > 1:
		c.doubled = append(c.doubled, fmt.Sprintf("%s %s: %d times", what, which, n))
	}
}

func (c *tally) judge(i *issue, comments []sim.Comment, attachments []sim.Attachment) {
	c.times("mail about", i.key, len(i.mails))
	c.mails += len(i.mails)
	due := map[string]int{"request/": 0, "sent/": 1, "reply/": i.replies}
	if i.incomplete {
		due["request/"] = 1
	}
	for prefix, want := range due {
		found := keys(comments, prefix)
		for key, n := range found {
			c.times("comment", i.key+" "+key, n)
		}
		for range want - len(found) {
			c.times("comment", i.key+" "+prefix, 0)
		}
		if len(found) > want {
			c.strange = append(c.strange, fmt.Sprintf("%s: %d comments %s, want %d", i.key, len(found), prefix, want))
		}
	}
	c.requests += len(keys(comments, "request/"))
	c.sent += len(keys(comments, "sent/"))
	c.answers += len(keys(comments, "reply/"))
	c.further(i, comments)
	c.attached(i, attachments)
}

// labelled: the issue carries the escalation label and the one that shows how its
// case stands, and no other.
func (c *tally) labelled(i *issue, labels []string) {
	labels = slices.Sorted(slices.Values(labels))
	switch {
	case slices.Equal(labels, []string{"claranet-respost", label}):
	case !slices.Contains(labels, "claranet-respost"):
		c.lost = append(c.lost, i.key+" state label")
	default:
		c.strange = append(c.strange, fmt.Sprintf("%s: labels %q", i.key, labels))
	}
}

// further counts the comments that only trouble brings, each at most once, and
// refuses every other.
func (c *tally) further(i *issue, comments []sim.Comment) {
	for key, n := range keys(comments, "") {
		switch kind, _, _ := strings.Cut(key, "/"); kind {
		case "request", "sent", "reply":
		case "unknown":
			c.unknown++
			c.times("comment", i.key+" "+key, n)
		case "delayed": // at night, when an attempt came too late to be made
			c.delayed++
		case "again":
			c.again++
			c.times("comment", i.key+" "+key, n)
		default:
			c.strange = append(c.strange, fmt.Sprintf("%s: %d comments %q", i.key, n, key))
		}
	}
}

func (c *tally) attached(i *issue, attachments []sim.Attachment) {
	found := map[string]int{}
	for _, a := range attachments {
		found[a.SHA256]++
	}
	for _, sum := range i.files {
		c.times("file", i.key+" "+sum, found[sum])
		if found[sum] > 0 {
			c.files++
		}
		delete(found, sum)
	}
	for sum := range found {
		c.strange = append(c.strange, i.key+": file "+sum)
	}
}

// keys counts the program's comments by their key, those whose key begins with
// prefix. A comment of the program without a key counts under "none".
func keys(comments []sim.Comment, prefix string) map[string]int {
	found := map[string]int{}
	for _, one := range comments {
		if one.Author != account {
			continue
		}
		var mark struct {
			Key string `json:"key"`
		}
		mark.Key = "none"
		for _, p := range one.Properties {
			if p.Key == "escalat" {
				_ = json.Unmarshal(p.Value, &mark)
			}
		}
		if strings.HasPrefix(mark.Key, prefix) {
			found[mark.Key]++
		}
	}
	return found
}
