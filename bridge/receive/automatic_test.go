package receive_test

import (
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
)

const (
	desk   = "css@claranet.es"
	second = "guardia@claranet.es"
)

// said is a message that was read, from a confirmed sender of the provider, in answer
// to our first notice.
func (b bench) said(change func(*bridge.Message)) bridge.Message {
	m := bridge.Message{
		MessageID: "reply-1@claranet.es", Subject: "RE: [AOC SUP-42] Portal", From: []bridge.Address{{Name: "Marta", Address: "marta@claranet.es"}},
		Text: "Lo vemos.", Reply: "Lo vemos.", Hash: "hash-1", CaseID: caseID, Answers: b.id("claranet", caseID, 1), Provider: "claranet",
		Authentic: bridge.Authenticity{Allowed: true, Verified: true, Reason: "confirmed by the border"},
	}
	if change != nil {
		change(&m)
	}
	return m
}

// toDesk is a case whose first notice went to those addresses.
func (b bench) toDesk(to ...string) *bridge.Case {
	c := b.theCase()
	c.Ordinal, c.Notices[0].To, c.Notices[0].Copy, c.Notices[0].Subject = 1, to, own, "[AOC SUP-42] Sistemas – Portal – caído"
	return c
}

// on decides on a message.
func (b bench) on(m bridge.Message, c *bridge.Case, mail bridge.Mail, p *past) bridge.Verdict {
	b.t.Helper()
	if mail.ArrivedAt.IsZero() {
		mail.ArrivedAt = now
	}
	mail.Blob = "blob-1"
	v, err := b.Decide(receive.Input{Now: mail.ArrivedAt.Add(time.Minute), Mail: mail, Message: m, Case: c, Ledger: p})
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func bounce(recipient string, change func(*bridge.Bounce)) func(*bridge.Message) {
	return func(m *bridge.Message) {
		m.Kind, m.Sign, m.From = bridge.KindBounce, "report-type: delivery-status", []bridge.Address{{Address: "mailer-daemon@mx.example"}}
		m.Authentic, m.Provider = bridge.Authenticity{Reason: "sender not named by the profile"}, ""
		m.Bounce = &bridge.Bounce{Hard: true, Status: "5.1.1", Recipient: recipient, Diagnostic: "550 5.1.1 no such user"}
		if change != nil {
			change(m.Bounce)
		}
	}
}

// TestBounces: what a bounce means depends on whom it is about.
func TestBounces(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	late := func(n *bridge.Bounce) { n.Hard, n.Status = false, "4.4.1" }
	for name, test := range map[string]struct {
		to       []string
		before   []string // returned from before
		recipent string
		change   func(*bridge.Bounce)
		state    bridge.State
		serial   int
		night    bool
		want     bridge.State
		key      string
		says     string
		silent   string // must not be said
	}{
		"the only address":       {to: []string{desk}, recipent: desk, state: bridge.Sent, want: bridge.Undelivered, key: "bounce/" + caseID + "/1/", says: "NO els ha arribat"},
		"in other letters":       {to: []string{desk}, recipent: "CSS@Claranet.es", state: bridge.Sent, want: bridge.Undelivered, says: "NO els ha arribat"},
		"nobody is named":        {to: []string{desk}, state: bridge.Sent, want: bridge.Undelivered, says: desk},
		"while it is sent":       {to: []string{desk}, recipent: desk, state: bridge.Sending, want: bridge.Undelivered, says: "902 884 622"},
		"at night":               {to: []string{desk}, recipent: desk, state: bridge.Sent, night: true, want: bridge.Undelivered, says: "TRUQUEU ARA", silent: "902 884 622"},
		"one of two":             {to: []string{desk, second}, recipent: desk, state: bridge.Sent, want: bridge.Sent, says: "De les altres adreces no s’ha retornat res"},
		"the second of two":      {to: []string{desk, second}, before: []string{desk}, recipent: second, state: bridge.Sent, want: bridge.Undelivered, says: "NO els ha arribat"},
		"a member of their list": {to: []string{desk}, recipent: "tecnic@claranet.es", state: bridge.Sent, want: bridge.Sent, says: "potser no els ha arribat", silent: "De les altres"},
		"answered meanwhile":     {to: []string{desk}, recipent: desk, state: bridge.Answered, want: bridge.Answered, says: "no ha arribat a css"},
		"closed":                 {to: []string{desk}, recipent: desk, state: bridge.Closed, want: bridge.Closed, says: "NO els ha arribat"},
		"late":                   {to: []string{desk}, recipent: desk, change: late, state: bridge.Sent, want: bridge.Sent, key: "late/" + caseID + "/1", says: "encara no ha arribat", silent: "TRUQUEU"},
		"an addition":            {to: []string{desk}, recipent: desk, state: bridge.Answered, serial: 2, want: bridge.Answered, key: "bounce/" + caseID + "/2/", says: "últim correu", silent: "torneu-la a posar"},
		"both at once":           {to: []string{desk, second}, recipent: desk, change: func(n *bridge.Bounce) { n.Further = []string{second} }, state: bridge.Sent, want: bridge.Undelivered, says: second},
		"our copy":               {to: []string{desk}, recipent: own, state: bridge.Sent, want: bridge.Sent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := b.toDesk(test.to...)
			c.State, c.Notices[0].BouncedTo = test.state, test.before
			serial := max(test.serial, 1)
			if serial == 2 {
				next := c.Notices[0]
				next.Serial, next.MessageID = 2, b.id("claranet", caseID, 2)
				c.Notices = append(c.Notices, next)
			}
			m := b.said(bounce(test.recipent, test.change))
			m.Answers = b.id("claranet", caseID, serial)
			mail := bridge.Mail{ArrivedAt: now}
			if test.night {
				mail.ArrivedAt = night
			}
			v := b.on(m, c, mail, &past{})
			if v.Outcome != bridge.MailBounced || v.Case == nil || v.Case.Case.State != test.want || !v.Keep {
				t.Fatalf("%+v", v)
			}
			if test.says == "" {
				if len(v.Case.Effects) != 0 {
					t.Errorf("it is told: %s", comment(t, v.Case.Effects[0]))
				}
				return
			}
			got := comment(t, v.Case.Effects[0])
			if !strings.Contains(got, test.says) || test.silent != "" && strings.Contains(got, test.silent) || !strings.HasPrefix(v.Case.Effects[0].Key, test.key) {
				t.Errorf("%s: %s", v.Case.Effects[0].Key, got)
			}
			n := v.Case.Case.Notices[serial-1]
			if hard := m.Bounce.Hard; hard == n.Bounced.IsZero() || hard == (len(n.BouncedTo) == len(test.before)) {
				t.Errorf("noted %v %v", n.Bounced, n.BouncedTo)
			}
			if called := !v.Case.Case.CallUntil.IsZero(); called != (test.night && test.want == bridge.Undelivered) {
				t.Errorf("call until %v", v.Case.Case.CallUntil)
			}
			if len(v.Case.Case.Thread) != 0 || !v.Case.Case.AwareAt.IsZero() || len(c.Notices[0].BouncedTo) != len(test.before) {
				t.Errorf("a bounce teaches: %+v", v.Case.Case)
			}
		})
	}
}

// TestABounceIsToldOnce, however often it comes.
func TestABounceIsToldOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.on(b.said(bounce(desk, nil)), b.toDesk(desk), bridge.Mail{}, &past{})
	again := b.said(bounce(strings.ToUpper(desk), nil))
	again.MessageID, again.Hash = "other@mx.example", "hash-2"
	next := first.Case.Case
	second := b.on(again, &next, bridge.Mail{}, &past{})
	if len(first.Case.Effects) != 1 || len(second.Case.Effects) != 0 || len(second.Case.Case.Notices[0].BouncedTo) != 1 {
		t.Errorf("%v, then %v; %v", first.Case.Effects, second.Case.Effects, second.Case.Case.Notices[0].BouncedTo)
	}
}

// TestAForgedBounceDoesNothing: it names no mail that we signed.
func TestAForgedBounceDoesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, test := range map[string]struct {
		change func(*bridge.Message)
		c      *bridge.Case
		want   bridge.MailOutcome
	}{
		"of nothing":                             {func(m *bridge.Message) { m.CaseID, m.Answers, m.Bounce.Recipient = "", "", "x@elsewhere.example" }, nil, bridge.MailUnrelated},
		"of somebody's own mail to the provider": {func(m *bridge.Message) { m.CaseID, m.Answers = "", "" }, nil, bridge.MailQuarantined},
		"by the key":                             {func(m *bridge.Message) { m.Answers = "" }, b.toDesk(desk), bridge.MailQuarantined},
		"of another case": {func(m *bridge.Message) {
			m.CaseID, m.Answers = "ponmlkjihgfedcba", b.id("claranet", "ponmlkjihgfedcba", 1)
		}, nil, bridge.MailBounced},
		"of a notice that is not known": {func(m *bridge.Message) { m.Answers = b.id("claranet", caseID, 7) }, b.toDesk(desk), bridge.MailBounced},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := b.said(bounce(desk, nil))
			test.change(&m)
			v := b.on(m, test.c, bridge.Mail{}, &past{})
			if v.Outcome != test.want {
				t.Errorf("%s, %s", v.Outcome, v.Reason)
			}
			if v.Case != nil && (v.Case.Case.State != bridge.Sent || v.Outcome == bridge.MailBounced) {
				t.Errorf("%+v", v.Case)
			}
		})
	}
}

// TestABounceOfTheProviderIsNews: its desk passes on that something else was returned.
func TestABounceOfTheProviderIsNews(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m := b.said(func(m *bridge.Message) {
		m.Kind, m.Bounce, m.Answers = bridge.KindBounce, &bridge.Bounce{Hard: true}, ""
	})
	if v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{}); v.Outcome != bridge.MailPosted {
		t.Errorf("%s, %s", v.Outcome, v.Reason)
	}
}

// TestReceiptsAreCounted, and nothing else.
func TestReceiptsAreCounted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, test := range map[string]struct {
		change func(*bridge.Message)
		want   bridge.MailOutcome
	}{
		"of our notice":       {nil, bridge.MailReceipt},
		"of nobody we know":   {func(m *bridge.Message) { m.Authentic = bridge.Authenticity{} }, bridge.MailReceipt},
		"of a provider":       {func(m *bridge.Message) { m.CaseID, m.Answers = "", "" }, bridge.MailReceipt},
		"of somebody's mails": {func(m *bridge.Message) { m.CaseID, m.Answers, m.Authentic = "", "", bridge.Authenticity{} }, bridge.MailUnrelated},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := b.said(func(m *bridge.Message) { m.Kind, m.Sign = bridge.KindReceipt, "report-type: disposition-notification" })
			if test.change != nil {
				test.change(&m)
			}
			if v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{}); v.Outcome != test.want || v.Case != nil || v.Keep {
				t.Errorf("%+v", v)
			}
		})
	}
}

// TestAbsencesAreToldOnce a sender and case, and answer nothing.
func TestAbsencesAreToldOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	away := func(from string) bridge.Message {
		return b.said(func(m *bridge.Message) {
			m.Kind, m.Sign, m.Robot, m.Automatic = bridge.KindAbsence, "auto-submitted: auto-replied", true, true
			m.From[0].Address, m.Reply = from, "Estoy de vacaciones hasta el {noformat}lunes. El ticket nº 1234567 lo lleva Joan."
		})
	}
	c := b.toDesk(desk)
	v := b.on(away("marta@claranet.es"), c, bridge.Mail{}, &past{})
	if v.Outcome != bridge.MailAbsent || v.Case.Case.State != bridge.Sent || len(v.Case.Case.References)+len(v.Case.Case.Thread) != 0 || !v.Keep {
		t.Fatalf("%+v", v)
	}
	shown := comment(t, v.Case.Effects[0])
	if !strings.Contains(shown, "absència") || !strings.Contains(shown, `\{noformat`) || !strings.Contains(shown, "902 884 622") {
		t.Error(shown)
	}
	key := v.Case.Effects[0].Key
	if again := b.on(away("Marta@Claranet.es"), c, bridge.Mail{}, &past{keys: []string{key}}); again.Outcome != bridge.MailAbsent || again.Case != nil {
		t.Errorf("%+v", again)
	}
	if other := b.on(away("joan@claranet.es"), c, bridge.Mail{}, &past{keys: []string{key}}); other.Case == nil {
		t.Errorf("%+v", other)
	}
	forged := away("marta@claranet.es")
	forged.Authentic.Verified = false
	if v := b.on(forged, c, bridge.Mail{}, &past{}); v.Outcome != bridge.MailQuarantined {
		t.Errorf("%+v", v)
	}
}

// TestAnAcknowledgementWithoutANumber is one by what its writer says.
func TestAnAcknowledgementWithoutANumber(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m := b.said(func(m *bridge.Message) { m.Kind, m.Robot = bridge.KindAcknowledgement, true })
	v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{})
	if v.Outcome != bridge.MailAcknowledged || v.Case.Case.State != bridge.Sent {
		t.Errorf("%+v", v)
	}
}

// TestAnAcknowledgementOfAPortal: what was entered in a portal was no mail.
func TestAnAcknowledgementOfAPortal(t *testing.T) {
	t.Parallel()
	for by, want := range map[bridge.Channel]string{"": "rebut el correu", bridge.ByPortal: "rebut el tiquet"} {
		b := newBench(t)
		m := b.said(func(m *bridge.Message) { m.Kind, m.Robot = bridge.KindAcknowledgement, true })
		c := b.toDesk(desk)
		c.Notices[0].Channel = by
		if v := b.on(m, c, bridge.Mail{}, &past{}); !strings.Contains(comment(t, v.Case.Effects[0]), want) {
			t.Errorf("%q: %+v", by, v.Case)
		}
	}
}

// TestTooLargeToBeFetched: it is said, and where it is.
func TestTooLargeToBeFetched(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m := b.said(func(m *bridge.Message) { m.Defects, m.Size = []string{bridge.HeaderOnly}, 312_000_000 })
	v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{})
	if v.Outcome != bridge.MailOversized || !strings.Contains(comment(t, v.Case.Effects[0]), "312,0 MB") || v.Case.Case.State != bridge.Sent {
		t.Errorf("%+v", v)
	}
	m.CaseID, m.Answers = "", ""
	if v := b.on(m, nil, bridge.Mail{}, &past{}); v.Outcome != bridge.MailOversized || !v.Keep || v.Case != nil {
		t.Errorf("%+v", v)
	}
	m.Authentic.Verified = false
	if v := b.on(m, nil, bridge.Mail{}, &past{}); v.Outcome != bridge.MailUnrelated || v.Keep {
		t.Errorf("%+v", v)
	}
}

// TestABounceOfWhatAPersonWrote by hand in the thread says nothing of our notice.
func TestABounceOfWhatAPersonWrote(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ours := b.id("claranet", caseID, 1)
	report := func(returned string) string {
		return "From: Mail Delivery System <mailer-daemon@mx.example>\nSubject: Undelivered Mail Returned to Sender\nReferences: <" + ours + ">\n" +
			"Message-ID: <b@mx.example>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
			"--b\n\nIt could not be delivered.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n" +
			"Final-Recipient: rfc822; css@claranet.es\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\n" +
			"Message-ID: <" + returned + ">\nReferences: <" + ours + ">\nSubject: RE: [AOC SUP-42]\n\n--b--\n"
	}
	for returned, want := range map[string]bridge.MailOutcome{ours: bridge.MailBounced, "hand@aoc.cat": bridge.MailQuarantined} {
		m, err := b.Read(t.Context(), opener(report(returned)), 0)
		if err != nil {
			t.Fatal(err)
		}
		v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{})
		if v.Outcome != want || (v.Case != nil) != (want == bridge.MailBounced) {
			t.Errorf("%s: %+v", returned, v)
		}
	}
}

// TestTheWholeAfterItsHeader: once it is fetched it is posted.
func TestTheWholeAfterItsHeader(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	header := b.said(func(m *bridge.Message) { m.Defects = []string{bridge.HeaderOnly} })
	first := b.on(header, b.toDesk(desk), bridge.Mail{}, &past{})
	keys := []string{first.Case.Effects[0].Key}
	if v := b.on(b.said(func(m *bridge.Message) { m.Hash = "whole" }), b.toDesk(desk), bridge.Mail{}, &past{keys: keys}); v.Outcome != bridge.MailPosted {
		t.Errorf("%+v", v)
	}
	if v := b.on(header, b.toDesk(desk), bridge.Mail{}, &past{keys: keys}); v.Outcome != bridge.MailDuplicate {
		t.Errorf("told twice: %+v", v)
	}
}

// TestWhatIsToldOfAReleasedMail: that it was one, whatever kind it is of.
func TestWhatIsToldOfAReleasedMail(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, change := range map[string]func(*bridge.Message){
		"an absence": func(m *bridge.Message) { m.Kind = bridge.KindAbsence },
		"too large":  func(m *bridge.Message) { m.Defects = []string{bridge.HeaderOnly} },
	} {
		m := b.said(change)
		m.Authentic.Verified = false
		v := b.on(m, b.toDesk(desk), bridge.Mail{Release: &bridge.Release{Gate: bridge.GateUnproved, By: "Joan Pi"}}, &past{})
		if v.Case == nil {
			t.Fatalf("%s: %+v", name, v)
		}
		if shown := comment(t, v.Case.Effects[0]); !strings.Contains(shown, "no verificat") || !strings.Contains(shown, "Joan Pi") {
			t.Errorf("%s: %s", name, shown)
		}
	}
}

// TestWhatIsNoWordOfTheProvider: a colleague's absence is counted, and no more.
func TestWhatIsNoWordOfTheProvider(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	m := b.said(func(m *bridge.Message) { m.Kind, m.Colleague = bridge.KindAbsence, true })
	if v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{}); v.Outcome != bridge.MailAbsent || v.Case != nil {
		t.Errorf("%+v", v)
	}
	m = b.said(func(m *bridge.Message) { m.Kind, m.Automatic = bridge.KindUpdate, true })
	if v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{}); v.Outcome != bridge.MailPosted || v.Case.Case.State != bridge.Answered {
		t.Errorf("an update is no acknowledgement: %+v", v)
	}
}
