package receive_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive"
	"escalat/bridge/receive/authentic"
	"escalat/bridge/text"
	"escalat/bridge/token"
	"escalat/mapping/wiki"
)

const (
	own    = "suport@aoc.cat"
	caseID = "abcdefghijklmnop"
	marker = "Responda por encima de esta línea"
)

var now = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// bench is a receiver with its keys.
type bench struct {
	*receive.Receiver
	keys token.Keyring
	t    *testing.T
}

func config(t *testing.T) receive.Config {
	t.Helper()
	keys, err := token.NewKeyring([]token.Key{{ID: 1, Secret: bytes.Repeat([]byte("k"), token.MinSecret)}})
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.Escape)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return receive.Config{
		Own: own, Keys: keys, Texts: texts, Zone: zone, Marker: marker,
		Providers: []receive.Provider{
			{ID: "claranet", Name: "Claranet", Policy: authentic.Policy{Senders: []string{"claranet.es"}, Authserv: "mx.aoc.cat"}, Tag: "AOC", References: references(t), Profile: profile(t)},
			{ID: "ovh", Name: "OVH", Policy: authentic.Policy{Senders: []string{"ovh.com"}, Authserv: "mx.aoc.cat"}, Profile: profile(t)},
		},
	}
}

func newBench(t *testing.T) bench {
	t.Helper()
	c := config(t)
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return bench{r, c.Keys, t}
}

func (b bench) id(provider, caseID string, serial int) string {
	b.t.Helper()
	id, err := b.keys.MessageID(provider, caseID, serial, "aoc.cat")
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

func (b bench) theCase() *bridge.Case {
	return &bridge.Case{
		ID: caseID, IssueID: "10042", IssueKey: "SUP-42", Provider: "claranet", State: bridge.Sent,
		Notices: []bridge.Notice{{Serial: 1, MessageID: b.id("claranet", caseID, 1), SentAt: now.Add(-time.Hour)}},
	}
}

// border writes what the border and the sender write above the rest.
func border(from string) string {
	domain := from[strings.LastIndexByte(from, '@')+1:]
	return "Authentication-Results: mx.aoc.cat; dmarc=pass header.from=" + domain + "\n" +
		"Received: from x by mx.aoc.cat with ESMTPS; Mon\nFrom: Mesa de ayuda <" + from + ">\nMessage-ID: <reply-1@claranet.es>\n"
}

// opener opens a raw mail, as often as it is asked to.
func opener(raw string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(raw)), nil }
}

// past is what was decided before.
type past struct {
	keys   []string // of effects
	same   *bridge.Mail
	recent bridge.Recent
	err    error
}

func (p *past) Known(key string) (bool, error)                          { return slices.Contains(p.keys, key), p.err }
func (p *past) Same(string) (*bridge.Mail, error)                       { return p.same, p.err }
func (p *past) Recent(string, string, time.Time) (bridge.Recent, error) { return p.recent, p.err }

// decide reads the mail and decides on it, with nothing known but the keys given.
func (b bench) decide(raw string, c *bridge.Case, known ...string) (bridge.Verdict, bridge.Message) {
	b.t.Helper()
	m, err := b.Read(b.t.Context(), opener(raw), int64(len(raw)))
	if err != nil {
		b.t.Fatal(err)
	}
	v, err := b.Decide(receive.Input{
		Now: now.Add(time.Minute), Mail: bridge.Mail{Blob: "blob-1", ArrivedAt: now}, Message: m, Case: c,
		Ledger: &past{keys: known},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return v, m
}

func comment(t *testing.T, e bridge.Effect) string {
	t.Helper()
	var body bridge.CommentBody
	if err := json.Unmarshal(e.Body, &body); err != nil || e.Kind != bridge.PostComment || e.Target != bridge.ToJira {
		t.Fatalf("%v is no comment: %v", e, err)
	}
	return body.Text
}

func attachment(t *testing.T, e bridge.Effect) bridge.AttachBody {
	t.Helper()
	var body bridge.AttachBody
	if err := json.Unmarshal(e.Body, &body); err != nil || e.Kind != bridge.PostAttachment || e.Target != bridge.ToJira {
		t.Fatalf("%v is no attachment: %v", e, err)
	}
	return body
}

// sha is the digest of a content.
func sha(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

const withFiles = `Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Reiniciado {el} servicio [a las 10].

El lun, 2 mar 2026 a las 10:12, Suport AOC (<suport@aoc.cat>) escribió:
> --- Responda por encima de esta línea ---
> Aplicación: e-NOTUM
--b
Content-Type: image/png; name="../../etc/captura.png"

PNG
--b
Content-Type: text/plain; name="CAPTURA.PNG"

x
--b--
`

func TestAnAnswerIsPosted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.theCase()
	v, m := b.decide(border("css@claranet.es")+"In-Reply-To: <"+b.id("claranet", caseID, 1)+">\n"+withFiles, c)
	if v.Outcome != bridge.MailPosted || !v.Keep || v.Case == nil || len(v.Case.Effects) != 3 {
		t.Fatalf("verdict %+v of %+v", v, m.Authentic)
	}
	if m.CaseID != caseID || m.Reply != "Reiniciado {el} servicio [a las 10]." {
		t.Errorf("case %q, reply %q", m.CaseID, m.Reply)
	}
	if v.Case.Case.State != bridge.Answered || c.State != bridge.Sent {
		t.Errorf("state %q, the caller's %q", v.Case.Case.State, c.State)
	}
	want := []bridge.AttachBody{
		{Blob: "blob-1", Part: 1, Name: "captura.png", Type: "image/png", Size: 3, Digest: sha("PNG")},
		{Blob: "blob-1", Part: 2, Name: "CAPTURA (2).PNG", Type: "text/plain", Size: 1, Digest: sha("x")},
	}
	got := []bridge.AttachBody{attachment(t, v.Case.Effects[0]), attachment(t, v.Case.Effects[1])}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
	shown := comment(t, v.Case.Effects[2])
	for _, part := range []string{`Reiniciado \{el\} servicio \[a las 10\].`, "Claranet", "Mesa de ayuda", "captura.png", "11.00"} {
		if !strings.Contains(shown, part) {
			t.Errorf("the comment lacks %q:\n%s", part, shown)
		}
	}
	if strings.Contains(shown, "Aplicación") {
		t.Errorf("the comment shows the quote:\n%s", shown)
	}
	var keys []string
	for _, e := range v.Case.Effects {
		keys = append(keys, e.Key)
	}
	// Keys are for ever: these are the first 32 hex digits of
	// sha256("claranet" + "reply-1@claranet.es").
	const hash = "a99b8635c538d11fcffc020d7b8b7ea1"
	wantKeys := []string{"attach/" + caseID + "/" + hash + "/1", "attach/" + caseID + "/" + hash + "/2", "reply/" + caseID + "/" + hash}
	if diff := cmp.Diff(wantKeys, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const other = "qrstuvwxyz234567"
	ref := func(ids ...string) string { return "References: <" + strings.Join(ids, "> <") + ">\n\nHecho.\n" }
	ours := b.id("claranet", caseID, 1)
	css := border("css@claranet.es")
	unverified := strings.Replace(css, "dmarc=pass", "dmarc=fail", 1)
	forged := "Received: from x by mx.aoc.cat with ESMTPS; Mon\n" + css
	replyKey := func(raw string) string {
		v, _ := b.decide(raw, b.theCase())
		return v.Case.Effects[len(v.Case.Effects)-1].Key
	}
	tests := map[string]struct {
		raw     string
		noCase  bool
		known   []string
		outcome bridge.MailOutcome
		reason  string
		effects int
		keep    bool
	}{
		"references":           {raw: css + ref("first@x", ours, "last@y"), outcome: bridge.MailPosted, reason: "confirmed by the border", effects: 1, keep: true},
		"wrapped by a relay":   {raw: css + ref("relay+"+strings.ToUpper(ours)+"=x@relay.example"), outcome: bridge.MailPosted, reason: "confirmed by the border", effects: 1, keep: true},
		"seen before":          {raw: css + ref(ours), known: []string{replyKey(css + ref(ours))}, outcome: bridge.MailDuplicate, reason: "posted before"},
		"no identity":          {raw: border("x@shop.example") + "\nHola\n", noCase: true, outcome: bridge.MailUnrelated, reason: "no identity of ours"},
		"provider, unmatched":  {raw: css + "\nHola\n", noCase: true, outcome: bridge.MailQuarantined, reason: "no identity of ours, from a provider", keep: true},
		"provider, claimed":    {raw: unverified + "\nHola\n", noCase: true, outcome: bridge.MailUnrelated, reason: "no identity of ours, claims to be from a provider"},
		"second provider":      {raw: border("css@ovh.com") + "\nHola\n", noCase: true, outcome: bridge.MailQuarantined, reason: "no identity of ours, from a provider", keep: true},
		"forged identity":      {raw: css + ref(strings.Replace(ours, ours[20:24], "aaaa", 1)), noCase: true, outcome: bridge.MailQuarantined, reason: "no identity of ours, from a provider", keep: true},
		"not a mail":           {raw: "\x00\x01\x02\n\n", noCase: true, outcome: bridge.MailUnreadable, reason: message.Unreadable, keep: true},
		"several cases":        {raw: css + ref(ours, b.id("claranet", other, 1)), noCase: true, outcome: bridge.MailQuarantined, reason: bridge.SeveralCases, keep: true},
		"two providers":        {raw: css + ref(ours, b.id("ovh", caseID, 1)), noCase: true, outcome: bridge.MailQuarantined, reason: bridge.SeveralCases, keep: true},
		"unknown case":         {raw: css + ref(b.id("claranet", other, 1)), noCase: true, outcome: bridge.MailQuarantined, reason: "names a case that is not known", keep: true},
		"wrong case locked":    {raw: css + ref(b.id("claranet", other, 1)), outcome: bridge.MailQuarantined, reason: "names a case that is not known", keep: true},
		"unknown notice":       {raw: css + ref(b.id("claranet", caseID, 2)), outcome: bridge.MailQuarantined, reason: "names a notice that is not known", keep: true},
		"another's identity":   {raw: border("css@ovh.com") + ref(b.id("ovh", caseID, 1)), outcome: bridge.MailQuarantined, reason: "names a notice that is not known", keep: true},
		"another provider":     {raw: border("css@ovh.com") + ref(ours), outcome: bridge.MailQuarantined, reason: "sender not named by the profile", effects: 1, keep: true},
		"stranger":             {raw: border("css@claranet.es.evil.com") + ref(ours), outcome: bridge.MailQuarantined, reason: "sender not named by the profile", effects: 1, keep: true},
		"not confirmed":        {raw: unverified + ref(ours), outcome: bridge.MailQuarantined, reason: "dmarc does not pass", effects: 1, keep: true},
		"confirmation forged":  {raw: forged + ref(ours), outcome: bridge.MailQuarantined, reason: "no Authentication-Results of the border", effects: 1, keep: true},
		"two senders":          {raw: css + "From: x@evil.com\n" + ref(ours), outcome: bridge.MailQuarantined, reason: "several senders", effects: 1, keep: true},
		"no sender":            {raw: strings.Replace(css, "From:", "X-From:", 1) + ref(ours), outcome: bridge.MailQuarantined, reason: "no sender", effects: 1, keep: true},
		"our name, their mail": {raw: border(own) + ref(ours), outcome: bridge.MailQuarantined, reason: "no Received of the border", keep: true},
		"own copy":             {raw: "From: " + own + "\nMessage-ID: <" + ours + ">\n\nx", outcome: bridge.MailOwn, reason: "our own copy"},
		"own copy, no case":    {raw: "From: " + own + "\nMessage-ID: <" + ours + ">\n\nx", noCase: true, outcome: bridge.MailOwn, reason: "our own copy of a notice that is not known"},
		"own id, not ours":     {raw: "From: x@evil.com\nMessage-ID: <" + ours + ">\n\nx", noCase: true, outcome: bridge.MailUnrelated, reason: "no identity of ours"},
		"own copy, two From":   {raw: "From: " + own + ", x@evil.com\nMessage-ID: <" + ours + ">\n\nx", noCase: true, outcome: bridge.MailUnrelated, reason: "no identity of ours"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := b.theCase()
			if test.noCase {
				c = nil
			}
			v, m := b.decide(test.raw, c, test.known...)
			if v.Outcome != test.outcome || v.Reason != test.reason || v.Keep != test.keep {
				t.Errorf("got %s %q keep %v, want %s %q keep %v (%+v)", v.Outcome, v.Reason, v.Keep, test.outcome, test.reason, test.keep, m.Authentic)
			}
			effects := 0
			if v.Case != nil {
				effects = len(v.Case.Effects)
				if len(v.Case.Audit) != 1 || v.Case.Audit[0].Stage != "receive" {
					t.Errorf("audit %v", v.Case.Audit)
				}
			}
			if effects != test.effects {
				t.Errorf("%d effects, want %d", effects, test.effects)
			}
		})
	}
}

func TestQuarantineIsToldOnceASenderWithoutContent(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	keys := map[string]bool{}
	for i, from := range []string{"a@evil.com", "A@evil.com", "b@evil.com"} {
		raw := border(from) + fmt.Sprintf("Subject: s%d\nIn-Reply-To: <%s>\n\nsecreto %d\n", i, b.id("claranet", caseID, 1), i)
		v, _ := b.decide(raw, b.theCase())
		e := v.Case.Effects[0]
		keys[e.Key] = true
		if shown := comment(t, e); strings.Contains(shown, "secreto") || strings.Contains(shown, "Mesa") || !strings.Contains(strings.ToLower(shown), "evil.com") {
			t.Errorf("comment:\n%s", shown)
		}
		if v.Case.Case.State != bridge.Sent {
			t.Errorf("state %s", v.Case.Case.State)
		}
	}
	if len(keys) != 2 {
		t.Errorf("keys %v, want one a sender", keys)
	}
}

// TestWhatOnlyNamesACaseIsToldOnce: anybody can write a ticket number, under as many
// addresses as he likes.
func TestWhatOnlyNamesACaseIsToldOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	key := func(address, id string) string {
		raw := strings.Replace(border(address), "dmarc=pass", "dmarc=fail", 1) + id + "Subject: [Ticket#1000001] x\n\nHola\n"
		m, err := b.Read(b.t.Context(), opener(raw), 0)
		if err != nil {
			t.Fatal(err)
		}
		m.CaseID = caseID // as the queue finds it
		c := b.theCase()
		v, err := b.Decide(receive.Input{Now: now, Message: m, Case: c, Ledger: &past{}})
		if err != nil || v.Outcome != bridge.MailQuarantined || !v.Keep || v.Case == nil || len(v.Case.Effects) != 1 {
			t.Fatalf("%+v, %v", v, err)
		}
		return v.Case.Effects[0].Key
	}
	if one, two := key("css@claranet.es", ""), key("noc@claranet.es", ""); one != two {
		t.Errorf("told as %q and %q", one, two)
	}
	ours := "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n"
	if one, two := key("css@claranet.es", ours), key("noc@claranet.es", ours); one == two {
		t.Errorf("senders who have a mail of ours are both told as %q", one)
	}
}

func TestOwnCopyIsSeenOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.theCase()
	raw := "From: Suport <SUPORT@aoc.cat>\nMessage-ID: <" + b.id("claranet", caseID, 1) + ">\nIn-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n\nx"
	v, m := b.decide(raw, c)
	if !m.Own || v.Case == nil || !v.Case.Case.Notices[0].SeenAt.Equal(now) {
		t.Fatalf("verdict %+v", v)
	}
	if !c.Notices[0].SeenAt.IsZero() {
		t.Error("the caller's case was changed")
	}
	if again, _ := b.decide(raw, &v.Case.Case); again.Outcome != bridge.MailOwn || again.Case != nil {
		t.Errorf("again: %+v", again)
	}
}

func TestAnAnswerProvesAnUnknownSend(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for state, want := range map[bridge.State]bridge.State{
		bridge.Sending: bridge.Answered, bridge.Undelivered: bridge.Answered, bridge.Answered: bridge.Answered, bridge.Closed: bridge.Answered,
	} {
		c := b.theCase()
		c.State, c.Notices[0].SentAt = state, time.Time{}
		v, _ := b.decide(border("css@claranet.es")+"In-Reply-To: <"+b.id("claranet", caseID, 1)+">\n\nHecho\n", c)
		if v.Case.Case.State != want || !v.Case.Case.Notices[0].SeenAt.Equal(now) {
			t.Errorf("%s: %+v", state, v.Case.Case)
		}
	}
}

func TestErrorsFromOutsideAreTold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	away := errors.New("store away")
	if _, err := b.Read(t.Context(), func() (io.ReadCloser, error) { return io.NopCloser(iotest.ErrReader(away)), nil }, 0); !errors.Is(err, away) {
		t.Errorf("Read: %v", err)
	}
	raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n\nHecho\n"
	m, err := b.Read(b.t.Context(), opener(raw), 0)
	if err != nil || m.Size != int64(len(raw)) {
		t.Fatalf("size %d, %v", m.Size, err)
	}
	_, err = b.Decide(receive.Input{Now: now, Message: m, Case: b.theCase(), Ledger: &past{err: away}})
	if !errors.Is(err, away) {
		t.Errorf("Decide: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*receive.Config){
		"no own":             func(c *receive.Config) { c.Own = "" },
		"own with name":      func(c *receive.Config) { c.Own = "Suport <suport@aoc.cat>" },
		"no zone":            func(c *receive.Config) { c.Zone = nil },
		"no provider":        func(c *receive.Config) { c.Providers = nil },
		"twice":              func(c *receive.Config) { c.Providers = append(c.Providers, c.Providers[0]) },
		"no authserv":        func(c *receive.Config) { c.Providers[0].Authserv = "" },
		"no senders":         func(c *receive.Config) { c.Providers[0].Senders = nil },
		"no profile":         func(c *receive.Config) { c.Providers[1].Profile = nil },
		"sender is a TLD":    func(c *receive.Config) { c.Providers[0].Senders = []string{"es"} },
		"sender is empty":    func(c *receive.Config) { c.Providers[0].Senders = []string{""} },
		"sender with a star": func(c *receive.Config) { c.Providers[0].Senders = []string{"*.claranet.es"} },
		"our own address":    func(c *receive.Config) { c.Providers[0].Senders = []string{"claranet.es", "aoc.cat"} },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(t)
			change(&c)
			if _, err := receive.New(c); err == nil {
				t.Error("no error")
			}
		})
	}
}

func FuzzDecide(f *testing.F) {
	f.Add(withFiles)
	f.Add("\nHecho.\n")
	f.Add("Content-Type: text/html\n\n<p>" + strings.Repeat("{x}", 9000))
	f.Fuzz(func(t *testing.T, rest string) {
		b := newBench(t)
		v, m := b.decide(border("css@claranet.es")+"In-Reply-To: <"+b.id("claranet", caseID, 1)+">\n"+rest, b.theCase())
		if v.Outcome == "" || v.Reason == "" {
			t.Fatalf("no outcome: %+v", v)
		}
		if v.Outcome != bridge.MailPosted {
			return
		}
		last := v.Case.Effects[len(v.Case.Effects)-1]
		if n := utf16Length(comment(t, last)); n > 32767 {
			t.Errorf("a comment of %d characters", n)
		}
		if strings.TrimSpace(m.Text) != "" && strings.TrimSpace(m.Reply) == "" {
			t.Error("the reply was lost")
		}
	})
}
