package receive_test

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/mapping"
)

// references is how Claranet writes its numbers.
func references(t *testing.T) mapping.References {
	t.Helper()
	return profile(t).References
}

// loaded are the profiles, read once: nobody may change them.
var loaded = sync.OnceValues(func() ([]mapping.Profile, error) { return mapping.Load(mapping.Embedded()) })

// embedded is the profile of that id.
func embedded(t *testing.T, id string) *mapping.Profile {
	t.Helper()
	profiles, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	p := profiles[slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == id })]
	return &p
}

// profile is Claranet's.
func profile(t *testing.T) *mapping.Profile { return embedded(t, "claranet") }

// whole is the file that a comment is a part of.
func whole(t *testing.T, e bridge.Effect) string {
	t.Helper()
	var body bridge.CommentBody
	if err := json.Unmarshal(e.Body, &body); err != nil {
		t.Fatal(err)
	}
	return body.Whole
}

// mail is one of a confirmed sender, by default an answer to our first notice.
type mail struct {
	subject, header, body string
	nameless              bool // found by a number or a key, as the queue says it
	at                    time.Time
}

// night is in the night that ends when the desk opens.
var (
	night = time.Date(2026, 3, 2, 23, 30, 0, 0, time.UTC)
	opens = time.Date(2026, 3, 3, 7, 0, 0, 0, time.UTC)
)

// take decides on a mail to a case.
func (b bench) take(c *bridge.Case, in mail, followers ...bridge.Case) bridge.Verdict {
	b.t.Helper()
	if !in.nameless {
		in.header += "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n"
	}
	m := b.read(in.subject, in.header, in.body)
	if in.nameless {
		m.CaseID = c.ID
	}
	v, err := b.Decide(receive.Input{
		Now: now.Add(time.Minute), Mail: bridge.Mail{Blob: "blob-1", ArrivedAt: in.at, StoredAt: now}, Message: m, Case: c, Followers: followers,
		Ledger: &past{},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if v.Case == nil {
		b.t.Fatalf("%s %q", v.Outcome, v.Reason)
	}
	return v
}

const robot = "Auto-Submitted: auto-replied\n"

// TestLearning: what a mail teaches of the provider's ticket numbers.
func TestLearning(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const ours = "[AOC SUP-42] Sistemas – Portal – seguiment del ticket 55555"
	for name, test := range map[string]struct {
		had  []string
		mail mail
		want []string
		form string // how it is written in a subject
	}{
		"in the subject":             {nil, mail{subject: "RE: [Ticket#1000001] " + ours, body: "Hola"}, []string{"1000001"}, "[Ticket#1000001]"},
		"one more in the subject":    {[]string{"1"}, mail{subject: "[Ticket#1000001]", body: "Hola"}, []string{"1", "1000001"}, "[Ticket#1000001]"},
		"without brackets":           {nil, mail{subject: "Ticket nº 1000001: x", body: "Hola"}, []string{"1000001"}, ""},
		"an echo of our subject":     {nil, mail{subject: "Re: " + ours, body: "Hola"}, nil, ""},
		"in the text of a person":    {nil, mail{body: "Es el mismo corte que el ticket nº 1000002 de otro cliente."}, nil, ""},
		"in the text, not the first": {[]string{"1"}, mail{body: "Véase también el ticket nº 1000002"}, []string{"1"}, ""},
		"a part of ours":             {nil, mail{subject: "Re: " + ours + " [Ticket#5555]", body: "Hola"}, []string{"5555"}, "[Ticket#5555]"},
		"of an absent person":        {nil, mail{header: "Precedence: bulk\n", body: "El ticket nº 1000002"}, nil, ""},
		"subject and text":           {nil, mail{subject: "[Ticket#1000001]", body: "Véase el ticket nº 1000002"}, []string{"1000001"}, "[Ticket#1000001]"},
		"in the text of a program":   {[]string{"1"}, mail{header: robot, body: "El ticket nº 1000002 se ha unido al ticket nº 1000003"}, []string{"1", "1000002", "1000003"}, ""},
		"quoted":                     {nil, mail{body: "Hecho.\n\nEl lun, 2 mar 2026 a las 10:12, X (<x@aoc.cat>) escribió:\n> el ticket nº 1000001\n"}, nil, ""},
		"passed on":                  {nil, mail{subject: "RV: [Ticket#1000001]", body: "ticket nº 1000002"}, nil, ""},
		"known, newly written":       {[]string{"1000001"}, mail{subject: "Re: [Ticket#1000001] x", body: "Hola"}, []string{"1000001"}, "[Ticket#1000001]"},
		"known as a person wrote it": {[]string{"ticket#1000001"}, mail{subject: "[Ticket#1000001]", body: "Hola"}, []string{"ticket#1000001"}, "[Ticket#1000001]"},
		"with words in the brackets": {nil, mail{subject: "Re: [Claranet Ticket nº 1000001] x", body: "Hola"}, []string{"1000001"}, "[Claranet Ticket nº 1000001]"},
		"in our own brackets":        {nil, mail{subject: "Re: [AOC SUP-42 Ticket nº 1000001] x", body: "Hola"}, []string{"1000001"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := b.theCase()
			c.References, c.Notices[0].Subject = test.had, ours
			v := b.take(c, test.mail)
			got := v.Case.Case
			if diff := cmp.Diff(test.want, got.References); diff != "" {
				t.Error(diff)
			}
			if got.Written != test.form {
				t.Errorf("written %q, want %q", got.Written, test.form)
			}
			shown := comment(t, v.Case.Effects[len(v.Case.Effects)-1])
			for _, number := range got.References {
				if told := strings.Contains(shown, "*"+number+"*"); told != !slices.Contains(test.had, number) {
					t.Errorf("%s told: %v\n%s", number, told, shown)
				}
			}
			learned := slices.ContainsFunc(v.Case.Audit, func(e bridge.Entry) bool { return e.Action == "ticket learned" })
			if learned != (len(got.References) > len(test.had)) || len(c.References) != len(test.had) {
				t.Errorf("audit %v; the caller's %v", v.Case.Audit, c.References)
			}
		})
	}
}

// TestTheNewestWrittenForm stays while it is seen, and gives way to what is new.
func TestTheNewestWrittenForm(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.theCase()
	for _, step := range []struct{ subject, want string }{
		{"[Ticket#1000001] x", "[Ticket#1000001]"},
		{"[Ticket#1000002] RE: [Ticket#1000001] x", "[Ticket#1000002]"},
		{"RE: [Ticket#1000001] [Ticket#1000002] x", "[Ticket#1000002]"},
		{"RE: sin número", "[Ticket#1000002]"},
		{"RE: [Ticket#1000001] x", "[Ticket#1000001]"},
	} {
		v := b.take(c, mail{subject: step.subject, body: "Hola"})
		c = &v.Case.Case
		if c.Written != step.want {
			t.Errorf("%s: %q, want %q", step.subject, c.Written, step.want)
		}
	}
	if diff := cmp.Diff([]string{"1000001", "1000002"}, c.References); diff != "" {
		t.Error(diff)
	}
}

// TestWhatIsKeptBackTeachesNothing, however many numbers it names.
func TestWhatIsKeptBackTeachesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	raw := border("css@claranet.es.evil.com") + "Subject: [Ticket#1000001] [AOC SUP-1]\nIn-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n\nticket nº 1000002\n"
	before := *b.theCase()
	v, _ := b.decide(raw, b.theCase())
	if v.Outcome != bridge.MailQuarantined {
		t.Fatalf("%s", v.Outcome)
	}
	before.Strangers = v.Case.Case.Strangers // of whom it was told
	if diff := cmp.Diff(before, v.Case.Case); diff != "" || len(before.Strangers) != 1 {
		t.Error(diff, before.Strangers)
	}
}

// TestWhereTheCaseStandsThen: what an accepted mail proves, and whom it tells of it.
func TestWhereTheCaseStandsThen(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const subject = "[AOC SUP-42] Sistemas – Portal – caído"
	answer := mail{subject: "RE: " + subject, body: "Lo vemos."}
	nameless := mail{subject: "[Ticket#1000001] caído", body: "Lo vemos.", nameless: true}
	echo := mail{subject: "[Ticket#1000001] RE:  " + subject, body: "Lo vemos.", nameless: true}
	taken := mail{subject: "[Ticket#1000001] " + subject, header: robot, body: "Hemos registrado su solicitud."}
	for name, test := range map[string]struct {
		mail    mail
		state   bridge.State
		unsent  bool // nobody knows whether the notice left
		bare    bool // there is no notice
		again   bool // the issue was escalated before
		want    bridge.State
		seen    bool
		calling bool // the provider must still be called
		outcome bridge.MailOutcome
	}{
		"an answer":                          {mail: answer, state: bridge.Sent, want: bridge.Answered, outcome: bridge.MailPosted},
		"an answer to what is unknown":       {mail: answer, state: bridge.Sending, unsent: true, want: bridge.Answered, seen: true, outcome: bridge.MailPosted},
		"an answer by number":                {mail: nameless, state: bridge.Sent, want: bridge.Answered, outcome: bridge.MailPosted},
		"by number, unknown":                 {mail: nameless, state: bridge.Sending, unsent: true, want: bridge.Sending, outcome: bridge.MailPosted},
		"by number, undelivered":             {mail: nameless, state: bridge.Undelivered, unsent: true, want: bridge.Undelivered, outcome: bridge.MailPosted},
		"by number, with our subject":        {mail: echo, state: bridge.Undelivered, unsent: true, want: bridge.Answered, seen: true, outcome: bridge.MailPosted},
		"with the subject of another time":   {mail: echo, state: bridge.Sending, unsent: true, again: true, want: bridge.Sending, outcome: bridge.MailPosted},
		"by number, no notice":               {mail: nameless, state: bridge.Asked, bare: true, want: bridge.Asked, outcome: bridge.MailPosted},
		"by number, being composed":          {mail: nameless, state: bridge.Sending, bare: true, want: bridge.Sending, outcome: bridge.MailPosted},
		"by number, closed":                  {mail: nameless, state: bridge.Closed, want: bridge.Answered, outcome: bridge.MailPosted},
		"by number, handed to a person":      {mail: nameless, state: bridge.Handed, unsent: true, want: bridge.Handed, outcome: bridge.MailPosted},
		"an answer to what a person entered": {mail: echo, state: bridge.Handed, unsent: true, want: bridge.Answered, seen: true, outcome: bridge.MailPosted},
		"what a person entered, taken in":    {mail: taken, state: bridge.Handed, unsent: true, want: bridge.Sent, seen: true, calling: true, outcome: bridge.MailAcknowledged},
		"taken in":                           {mail: taken, state: bridge.Sent, want: bridge.Sent, calling: true, outcome: bridge.MailAcknowledged},
		"taken in, unknown":                  {mail: taken, state: bridge.Sending, unsent: true, want: bridge.Sending, seen: true, calling: true, outcome: bridge.MailAcknowledged},
		"taken in, undelivered":              {mail: taken, state: bridge.Undelivered, unsent: true, want: bridge.Sent, seen: true, calling: true, outcome: bridge.MailAcknowledged},
		"taken in, answered before":          {mail: taken, state: bridge.Answered, want: bridge.Answered, calling: true, outcome: bridge.MailAcknowledged},
		"automatic, without a number":        {mail: mail{subject: subject, header: robot, body: "Estoy fuera."}, state: bridge.Sent, want: bridge.Answered, calling: true, outcome: bridge.MailPosted},
		"automatic, with another's number":   {mail: mail{subject: "RV: [Ticket#1000009]", header: robot, body: "x"}, state: bridge.Sent, want: bridge.Answered, calling: true, outcome: bridge.MailPosted},
		"opened by telephone, taken in then": {mail: mail{subject: "[Ticket#1000001]", header: robot, body: "Hemos registrado su solicitud.", nameless: true}, state: bridge.Asked, bare: true, want: bridge.Asked, calling: true, outcome: bridge.MailAcknowledged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := b.theCase()
			c.State, c.Ordinal, c.CallUntil, c.Notices[0].Subject = test.state, 1, opens, subject
			test.mail.at = night
			if test.unsent {
				c.Notices[0].SentAt = time.Time{}
			}
			if test.bare {
				c.Notices = nil
			}
			if test.again {
				c.Ordinal = 2
			}
			v := b.take(c, test.mail)
			got := v.Case.Case
			seen := !test.bare && !got.Notices[0].SeenAt.IsZero()
			if got.State != test.want || seen != test.seen || v.Outcome != test.outcome {
				t.Errorf("%s, %s, seen %v", v.Outcome, got.State, seen)
			}
			if calling := !got.CallUntil.IsZero(); calling != test.calling || got.AwareAt.Equal(night) == calling {
				t.Errorf("call until %v, aware %v", got.CallUntil, got.AwareAt)
			}
			if got.Heard != "reply-1@claranet.es" || len(got.Thread) != 1 || c.Heard != "" {
				t.Errorf("heard %q, thread %v", got.Heard, got.Thread)
			}
			reason := "confirmed by the border"
			if test.mail.nameless {
				reason += ", found by a ticket number or a key"
			}
			if v.Reason != reason || !v.Keep {
				t.Errorf("reason %q, keep %v", v.Reason, v.Keep)
			}
		})
	}
}

// TestWhoeverWroteLaterStays: a mail that is read late takes nothing back.
func TestWhoeverWroteLaterStays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.theCase()
	c.AwareAt = now.Add(time.Hour)
	if v := b.take(c, mail{body: "Hola"}); !v.Case.Case.AwareAt.Equal(c.AwareAt) {
		t.Errorf("aware %v", v.Case.Case.AwareAt)
	}
}

func part(name, content string) string {
	return "--b\nContent-Type: image/png; name=\"" + name + "\"\n\n" + content + "\n"
}

// TestFilesAreAttachedOnce an issue, by what they hold.
func TestFilesAreAttachedOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := b.theCase()
	answer := func(text string, parts ...string) (attached []string, shown string, f *bridge.Case) {
		t.Helper()
		raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" +
			text + "\n" + strings.Join(parts, "") + "--b--\n"
		v := b.shared(raw, c, follower(followerID, "43"))
		effects := v.Case.Effects
		for _, e := range effects[:len(effects)-1] {
			attached = append(attached, attachment(t, e).Name)
		}
		if other := comment(t, v.Case.Others[0].Effects[0]); !strings.Contains(other, text) || v.Case.Others[0].Case.Files != nil {
			t.Errorf("the issue that shares it: %s, %v", other, v.Case.Others[0].Case.Files)
		}
		return attached, comment(t, effects[len(effects)-1]), &v.Case.Case
	}
	first, _, next := answer("uno", part("logo.png", "LOGO"), part("captura.png", "A"), part("otra.png", "LOGO"))
	if diff := cmp.Diff([]string{"logo.png", "captura.png"}, first); diff != "" || len(next.Files) != 2 || len(c.Files) != 0 {
		t.Errorf("%s, %v", diff, next.Files)
	}
	c = next
	second, shown, next := answer("dos", part("firma.png", "LOGO"), part("captura.png", "B"), part("firma.png", "A"))
	if diff := cmp.Diff([]string{"captura.png"}, second); diff != "" || len(next.Files) != 3 {
		t.Errorf("%s, %v", diff, next.Files)
	}
	c = next
	if known := shown[strings.LastIndex(shown, "\n"):]; !strings.Contains(known, "firma.png") || strings.Contains(known, "captura.png") {
		t.Errorf("what is known is not told: %s", shown)
	}
	third, shown, next := answer("", part("firma.png", "LOGO"))
	if len(third) != 0 || len(next.Files) != 3 || strings.Contains(shown, "original.eml") {
		t.Errorf("%v, %v: %s", third, next.Files, shown)
	}
}

// TestARefusedFileIsAttachedAgain when it comes again: the case does not hold it to be
// on the issue.
func TestARefusedFileIsAttachedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nuno\n" +
		part("informe.png", "A") + part("captura.png", "B") + "--b--\n"
	first := b.shared(raw, b.theCase())
	next := first.Case.Case
	next.Lose(attachment(t, first.Case.Effects[0]).Digest)
	second := b.shared(strings.Replace(raw, "reply-1@", "reply-2@", 1), &next)
	if e := second.Case.Effects; len(e) != 2 || attachment(t, e[0]).Name != "informe.png" || len(next.Files) != 1 || len(second.Case.Case.Files) != 2 {
		t.Errorf("%+v, had %v", e, next.Files)
	}
}

// TestTheTextIsWhatJiraIsTold: should Jira take less than the limit, the file that is
// there already holds the whole.
func TestTheTextIsWhatJiraIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.take(b.theCase(), mail{body: strings.Repeat("salto 1 10.0.0.1\n", 4000)}, follower(followerID, "43"))
	if e := v.Case.Effects; whole(t, e[len(e)-1]) != textName || whole(t, v.Case.Others[0].Effects[0]) != "" {
		t.Errorf("%q, and on the other issue %q", whole(t, e[len(e)-1]), whole(t, v.Case.Others[0].Effects[0]))
	}
	if v = b.take(b.theCase(), mail{body: "breve"}); whole(t, v.Case.Effects[0]) != "" {
		t.Errorf("a short one: %q", whole(t, v.Case.Effects[0]))
	}
}
