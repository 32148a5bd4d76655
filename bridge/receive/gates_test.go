package receive_test

import (
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/mapping/wiki"
)

// TestTheSameBytes are decided once, whatever became of them.
func TestTheSameBytes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	before := &past{same: &bridge.Mail{Folder: "INBOX", UIDValidity: 7, UID: 12, Outcome: bridge.MailQuarantined}}
	if v := b.on(b.said(nil), b.toDesk(desk), bridge.Mail{}, before); v.Outcome != bridge.MailDuplicate || v.Reason != "the same bytes as INBOX/7/12" {
		t.Errorf("%+v", v)
	}
	discarded := &past{same: &bridge.Mail{Folder: "INBOX", UIDValidity: 7, UID: 12, Outcome: bridge.MailDiscarded}}
	if v := b.on(b.said(nil), b.toDesk(desk), bridge.Mail{}, discarded); v.Outcome != bridge.MailDuplicate || v.Reason != "the same bytes as INBOX/7/12, discarded by a person" {
		t.Errorf("%+v", v)
	}
	if v := b.on(b.said(nil), b.toDesk(desk), bridge.Mail{Release: &bridge.Release{Gate: bridge.GateUnproved}}, before); v.Outcome != bridge.MailPosted {
		t.Errorf("one that a person let pass: %+v", v)
	}
}

// TestOneMessageIDForSeveralMails: some desks write so. What has the same date is the
// same mail.
func TestOneMessageIDForSeveralMails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	key := func(at time.Time, hash string) string {
		m := b.said(func(m *bridge.Message) { m.Date, m.Hash = at, hash })
		v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{})
		return v.Case.Effects[len(v.Case.Effects)-1].Key
	}
	if key(now, "a") != key(now.In(time.FixedZone("", 3600)), "b") {
		t.Error("one mail that came two ways has two keys")
	}
	if key(now, "a") == key(now.Add(time.Hour), "b") {
		t.Error("two mails have one key")
	}
	undated := key(time.Time{}, "a")
	m := b.said(func(m *bridge.Message) { m.Date = now })
	if v := b.on(m, b.toDesk(desk), bridge.Mail{}, &past{keys: []string{undated}}); v.Outcome != bridge.MailDuplicate {
		t.Errorf("posted by an earlier version: %+v", v)
	}
}

// TestFlood: what comes after too many mails is kept back, told once an hour.
func TestFlood(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Flood = receive.Flood{Case: 3, Sender: 5, All: 9}
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	b := bench{r, c.Keys, t}
	for name, test := range map[string]struct {
		recent bridge.Recent
		kept   bool
	}{
		"few":           {bridge.Recent{Case: 2, Sender: 4, All: 8}, false},
		"on the case":   {bridge.Recent{Case: 3}, true},
		"of the sender": {bridge.Recent{Sender: 5}, true},
		"in all":        {bridge.Recent{All: 9}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := b.on(b.said(nil), b.toDesk(desk), bridge.Mail{}, &past{recent: test.recent})
			if kept := v.Outcome == bridge.MailQuarantined; kept != test.kept {
				t.Fatalf("%+v", v)
			}
			if !test.kept {
				return
			}
			if v.Gate != bridge.GateFlood || !v.Keep || v.Case.Case.State != bridge.Sent || !strings.Contains(comment(t, v.Case.Effects[0]), "massa correus") {
				t.Errorf("%+v", v)
			}
			v = b.on(b.said(nil), b.toDesk(desk), bridge.Mail{Release: &bridge.Release{Gate: bridge.GateFlood, By: "ops"}}, &past{recent: test.recent})
			if v.Outcome != bridge.MailPosted {
				t.Errorf("let pass: %+v", v)
			}
		})
	}
	if v := newBench(t).on(b.said(nil), b.toDesk(desk), bridge.Mail{}, &past{recent: bridge.Recent{Case: 1e6, Sender: 1e6, All: 1e6}}); v.Outcome != bridge.MailPosted {
		t.Errorf("without bounds: %+v", v)
	}
}

// TestGates: a person opens one gate, and no other.
func TestGates(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	unproved := func(m *bridge.Message) { m.Authentic.Verified, m.Authentic.Reason = false, "dmarc does not pass" }
	stranger := func(m *bridge.Message) {
		m.Authentic.Allowed, m.Authentic.Reason = false, "sender not named by the profile"
	}
	nobody := func(m *bridge.Message) { unproved(m); stranger(m) }
	nameless := func(m *bridge.Message) { m.CaseID, m.Answers = "", "" }
	several := func(m *bridge.Message) { m.Defects = []string{bridge.SeveralCases}; nameless(m) }
	unknown := func(m *bridge.Message) { m.Answers = b.id("claranet", caseID, 9) }
	all := bridge.Gates()
	for name, test := range map[string]struct {
		change func(*bridge.Message)
		gate   bridge.Gate // that keeps it
		opens  []bridge.Gate
	}{
		"unproved":           {unproved, bridge.GateUnproved, []bridge.Gate{bridge.GateUnproved}},
		"a stranger":         {stranger, bridge.GateSender, []bridge.Gate{bridge.GateSender}},
		"both":               {nobody, bridge.GateSender, nil},
		"nameless":           {nameless, bridge.GateCase, []bridge.Gate{bridge.GateCase}},
		"several":            {several, bridge.GateCase, []bridge.Gate{bridge.GateCase}},
		"unknown notice":     {unknown, bridge.GateCase, []bridge.Gate{bridge.GateCase}},
		"nameless, unproved": {func(m *bridge.Message) { nameless(m); unproved(m) }, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := b.toDesk(desk)
			if v := b.on(b.said(test.change), c, bridge.Mail{}, &past{}); v.Gate != test.gate || (v.Outcome == bridge.MailQuarantined) != (test.gate != "") {
				t.Fatalf("kept by %q: %+v", test.gate, v)
			}
			for _, gate := range all {
				release := &bridge.Release{Gate: gate, By: "Joan Pi"}
				if gate == bridge.GateCase {
					release.CaseID = caseID
				}
				v := b.on(b.said(test.change), c, bridge.Mail{Release: release}, &past{})
				opened := false
				for _, g := range test.opens {
					opened = opened || g == gate
				}
				if (v.Outcome == bridge.MailPosted) != opened {
					t.Errorf("%s: %+v", gate, v)
				}
				if !opened {
					continue
				}
				got := v.Case.Case
				if got.State != bridge.Sent || len(got.Thread)+len(got.References) != 0 || !got.AwareAt.IsZero() || !strings.HasPrefix(v.Reason, "let pass by a person") {
					t.Errorf("it teaches: %+v, %s", got, v.Reason)
				}
				shown := comment(t, v.Case.Effects[len(v.Case.Effects)-1])
				if !strings.Contains(shown, "Joan Pi") || strings.Contains(shown, "no verificat") != (gate == bridge.GateUnproved || gate == bridge.GateSender) {
					t.Error(shown)
				}
			}
		})
	}
}

// TestAReleasedMailTakesNoPlace: the genuine one of that name is posted as well.
func TestAReleasedMailTakesNoPlace(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	forged := b.said(func(m *bridge.Message) { m.Authentic.Verified = false })
	v := b.on(forged, b.toDesk(desk), bridge.Mail{Release: &bridge.Release{Gate: bridge.GateUnproved, By: "ops"}}, &past{})
	var keys []string
	for _, e := range v.Case.Effects {
		keys = append(keys, e.Key)
	}
	genuine := b.said(func(m *bridge.Message) { m.Hash = "hash-2" })
	if v := b.on(genuine, b.toDesk(desk), bridge.Mail{}, &past{keys: keys}); v.Outcome != bridge.MailPosted {
		t.Errorf("%+v", v)
	}
}

// TestColleagues write in the thread of a provider, which is told and changes nothing.
func TestColleagues(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	colleague := func(m *bridge.Message) {
		m.Colleague, m.From[0].Address, m.Subject = true, "anna@aoc.cat", "RE: [Ticket#1234567] [AOC SUP-42] Portal"
	}
	v := b.on(b.said(colleague), b.toDesk(desk), bridge.Mail{}, &past{})
	if got := v.Case.Case; v.Outcome != bridge.MailPosted || got.State != bridge.Sent || len(got.References) != 0 || len(got.Thread) != 1 || got.Heard != "" || !got.AwareAt.IsZero() {
		t.Errorf("%+v", v)
	}
	if shown := comment(t, v.Case.Effects[0]); !strings.Contains(shown, "Correu intern") {
		t.Error(shown)
	}
	v = b.on(b.said(func(m *bridge.Message) { colleague(m); m.Authentic.Verified = false }), b.toDesk(desk), bridge.Mail{}, &past{})
	if v.Outcome != bridge.MailQuarantined || v.Case != nil {
		t.Errorf("not confirmed: %+v", v)
	}
	v = b.on(b.said(func(m *bridge.Message) { colleague(m); m.CaseID, m.Answers = "", "" }), nil, bridge.Mail{}, &past{})
	if v.Outcome != bridge.MailUnrelated || v.Keep {
		t.Errorf("about something else: %+v", v)
	}
}

// TestAnswersToOldNotices prove nothing any more.
func TestAnswersToOldNotices(t *testing.T) {
	t.Parallel()
	c := config(t)
	c.Lifetime = 24 * time.Hour
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	b := bench{r, c.Keys, t}
	for age, want := range map[time.Duration]bridge.MailOutcome{23 * time.Hour: bridge.MailPosted, 25 * time.Hour: bridge.MailQuarantined} {
		theCase := b.toDesk(desk)
		theCase.Notices[0].SentAt = now.Add(-age)
		if v := b.on(b.said(nil), theCase, bridge.Mail{}, &past{}); v.Outcome != want {
			t.Errorf("%s: %+v", age, v)
		}
		if v := newBench(t).on(b.said(nil), theCase, bridge.Mail{}, &past{}); v.Outcome != bridge.MailPosted {
			t.Errorf("%s, without an end: %+v", age, v)
		}
	}
}

// TestAQuoteWithoutMarks: a desk that puts our mail below its answer, without a word
// about it, does not bring it back onto the issue.
func TestAQuoteWithoutMarks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ours := "Tipo de problema: Sistemas\nAplicación afectada: el portal de tramitación de los ayuntamientos\n" +
		"Impacto en negocio: ninguna oficina puede registrar documentos desde esta mañana\n" +
		"Comportamiento anómalo detectado: todas las páginas devuelven un error 502 del balanceador\n" +
		"Descripción adicional: empezó después del último despliegue de la noche\n"
	c := b.toDesk(desk)
	c.Notices[0].Prints = receive.Prints(ours)
	m := b.said(func(m *bridge.Message) {
		m.Reply = "Reiniciado el nodo 2.\nUn saludo\n\n" + ours
		m.Lines = nil
		for line := range strings.SplitSeq(m.Reply, "\n") {
			m.Lines = append(m.Lines, wiki.Line{Text: line})
		}
	})
	v := b.on(m, c, bridge.Mail{}, &past{})
	if shown := comment(t, v.Case.Effects[0]); !strings.Contains(shown, "Un saludo") || strings.Contains(shown, "balanceador") {
		t.Error(shown)
	}
	v = b.on(m, b.toDesk(desk), bridge.Mail{}, &past{})
	if shown := comment(t, v.Case.Effects[0]); !strings.Contains(shown, "balanceador") {
		t.Errorf("of a mail that is not ours nothing is cut: %s", shown)
	}
}
