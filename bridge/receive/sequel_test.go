package receive_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/receive/authentic"
	"escalat/mapping"
)

// ovh is a bench of OVH's profile alone.
type ovh struct {
	bench
	p *mapping.Profile
}

func newOVH(t *testing.T) ovh {
	t.Helper()
	c := config(t)
	p := embedded(t, "ovh")
	c.Team = "[~equip]"
	c.Providers = []receive.Provider{{
		ID: p.ID, Name: p.Name, Policy: authentic.Policy{Senders: p.Senders, Authserv: "mx.aoc.cat"},
		Tag: p.Tag, References: p.References, Profile: p,
	}}
	c.Colleagues = authentic.Policy{Senders: []string{"aoc.cat"}, Authserv: "mx.aoc.cat"}
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return ovh{bench{r, c.Keys, t}, p}
}

const ticketNumber = "1234567"

// filed is a case that a person entered in the Manager an hour ago.
func filed() *bridge.Case {
	return &bridge.Case{
		ID: caseID, IssueID: "10042", IssueKey: "SUP-42", Provider: "ovh", State: bridge.Sent, Ordinal: 1, Kind: "incidencia",
		OpenedBy: bridge.User{ID: "anna", Mention: "[~anna]"}, References: []string{ticketNumber}, Turn: bridge.TurnProvider, TurnSince: now.Add(-time.Hour),
		Notices: []bridge.Notice{{Serial: 1, Channel: bridge.ByPortal, Body: "No responde al ping.", Kind: "incidencia", SentAt: now.Add(-time.Hour)}},
	}
}

// mail reads a mail of that sender.
func (o ovh) mail(from, subject, header, body string) bridge.Message {
	o.t.Helper()
	raw := border(from) + "Subject: " + subject + "\n" + header + "Content-Type: text/plain; charset=utf-8\n\n" + body + "\n"
	m, err := o.Read(o.t.Context(), opener(raw), int64(len(raw)))
	if err != nil {
		o.t.Fatal(err)
	}
	return m
}

func (o ovh) decide(m bridge.Message, c *bridge.Case, release *bridge.Release, followers ...bridge.Case) bridge.Verdict {
	o.t.Helper()
	if len(m.Tickets) > 0 && slices.ContainsFunc(m.Tickets, c.Knows) { // as the queue finds it
		m.CaseID = c.ID
	}
	v, err := o.Decide(receive.Input{
		Now: now.Add(time.Minute), Mail: bridge.Mail{Blob: "blob-1", ArrivedAt: now, Release: release}, Message: m, Case: c, Followers: followers, Ledger: &past{},
	})
	if err != nil {
		o.t.Fatal(err)
	}
	if v.Case == nil {
		o.t.Fatalf("%s: %s", v.Outcome, v.Reason)
	}
	return v
}

// planned are the kinds of the effects, by the beginnings of their keys.
func planned(effects []bridge.Effect) (out []string) {
	for _, e := range effects {
		out = append(out, strings.Split(e.Key, "/")[0])
	}
	return out
}

const re = "RE: [Ticket#" + ticketNumber + "] caído"

// TestWhatTheProviderWritesLast: what of it opens a closed case again, what is heard and
// confirmed, and what proposes to close.
func TestWhatTheProviderWritesLast(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	closed := func(why bridge.Closing) func(*bridge.Case) {
		return func(c *bridge.Case) { c.State, c.Closing, c.LabelOn, c.Unlabelled = bridge.Closed, why, true, true }
	}
	const answer, solved = "El servidor vuelve a responder al ping.", "Hemos cambiado el disco.\n\nDamos por resuelta la incidencia. Un saludo."
	const survey = "Estimado cliente:\n\nValore nuestro servicio en esta página."
	later := func(c *bridge.Case) { c.ClosingProposed = now.Add(-30 * time.Minute) }
	told := func(c *bridge.Case) {
		later(c)
		c.Notices = append(c.Notices, bridge.Notice{Serial: 2, SentAt: now.Add(-10 * time.Minute)})
	}
	for name, test := range map[string]struct {
		change          func(*bridge.Case)
		from            string // OVH, when it is empty
		header, subject string
		body            string
		release         bool
		state           bridge.State
		reopened        bool
		heard           bool
		confirmed       bool
		told            []string
	}{
		"an answer":                                {body: answer, state: bridge.Answered, heard: true, confirmed: true, told: []string{"reply"}},
		"solved":                                   {body: solved, state: bridge.Answered, heard: true, confirmed: true, told: []string{"reply", "closing"}},
		"solved, by a program":                     {body: solved, header: robot, state: bridge.Answered, confirmed: true, told: []string{"reply", "closing"}},
		"solved, in a program's subject":           {body: "Puede consultarlo en el área de cliente.", header: robot, subject: "[Ticket#1234567] Su ticket ha sido cerrado", state: bridge.Answered, confirmed: true, told: []string{"reply", "closing"}},
		"a person's subject only repeats":          {body: answer, subject: "RE: [Ticket#1234567] el ticket ha sido cerrado sin arreglarse", state: bridge.Answered, heard: true, confirmed: true, told: []string{"reply"}},
		"solved, told before":                      {body: solved, change: later, state: bridge.Answered, heard: true, confirmed: true, told: []string{"reply"}},
		"solved, and told something since":         {body: solved, change: told, state: bridge.Answered, heard: true, confirmed: true, told: []string{"reply", "closing"}},
		"not solved":                               {body: "No damos por resuelta la incidencia todavía.", state: bridge.Answered, heard: true, confirmed: true, told: []string{"reply"}},
		"a survey":                                 {body: survey, state: bridge.Sent, told: []string{"reply"}},
		"a survey of a program":                    {body: survey, header: robot, state: bridge.Sent, told: []string{"reply"}},
		"taken in":                                 {body: "OVHcloud ha recibido su solicitud.", header: robot, state: bridge.Sent, confirmed: true, told: []string{"reply"}},
		"taken in, by a number that a person told": {body: "OVHcloud ha recibido su solicitud.", header: robot, change: func(c *bridge.Case) { c.Notices[0].Channel = bridge.ByMail }, state: bridge.Sent, told: []string{"reply"}},
		"of a colleague":                           {body: answer, from: "pere@aoc.cat", state: bridge.Sent, told: []string{"reply"}},
		"of a colleague, to a closed one":          {body: answer, from: "pere@aoc.cat", change: closed(bridge.ByLabel), state: bridge.Closed, told: []string{"reply"}},
		"let pass by a person":                     {body: answer, from: "x@elsewhere.example", change: closed(bridge.ByLabel), release: true, state: bridge.Closed, told: []string{"reply"}},
		"the label was off":                        {body: answer, change: closed(bridge.ByLabel), state: bridge.Answered, reopened: true, heard: true, confirmed: true, told: []string{"reply"}},
		"it was resolved":                          {body: answer, change: closed(bridge.ByResolved), state: bridge.Answered, reopened: true, heard: true, confirmed: true, told: []string{"reply"}},
		"a person closed it":                       {body: answer, change: closed(bridge.ByCommand), state: bridge.Answered, reopened: true, heard: true, confirmed: true, told: []string{"reply"}},
		"it was given up":                          {body: answer, change: closed(""), state: bridge.Answered, reopened: true, heard: true, confirmed: true, told: []string{"reply"}},
		"the next one follows":                     {body: answer, change: closed(bridge.ByAnother), state: bridge.Closed, heard: true, confirmed: true, told: []string{"reply"}},
		"it shared another's":                      {body: answer, change: func(c *bridge.Case) { closed(bridge.ByLabel)(c); c.Notices = nil }, state: bridge.Closed, heard: true, confirmed: true, told: []string{"reply"}},
		"withdrawn":                                {body: answer, change: func(c *bridge.Case) { c.State, c.Notices = bridge.Withdrawn, nil }, state: bridge.Withdrawn, heard: true, confirmed: true, told: []string{"reply"}},
		"closed, and a program's update":           {body: "Asignado a un técnico.", header: robot, change: closed(bridge.ByLabel), state: bridge.Closed, confirmed: true, told: []string{"reply"}},
		"closed, and solved":                       {body: solved, change: closed(bridge.ByLabel), state: bridge.Closed, heard: true, confirmed: true, told: []string{"reply"}},
		"closed, and solved, of a program":         {body: solved, header: robot, change: closed(bridge.ByCommand), state: bridge.Closed, confirmed: true, told: []string{"reply"}},
		"closed, and a survey":                     {body: survey, change: closed(bridge.ByResolved), state: bridge.Closed, told: []string{"reply"}},
		"closed, and taken in":                     {body: "OVHcloud ha recibido su solicitud.", header: robot, change: closed(bridge.ByLabel), state: bridge.Closed, confirmed: true, told: []string{"reply"}},
		"not sent yet":                             {body: answer, change: func(c *bridge.Case) { c.State, c.Notices = bridge.Asked, nil }, state: bridge.Asked, heard: true, confirmed: true, told: []string{"reply"}},
		"not sent yet, and solved":                 {body: solved, change: func(c *bridge.Case) { c.State, c.Notices = bridge.Asked, nil }, state: bridge.Asked, heard: true, confirmed: true, told: []string{"reply"}},
		"to a mail that perhaps never left": {body: answer, change: func(c *bridge.Case) {
			c.State, c.Notices[0].SentAt, c.Notices[0].Channel = bridge.Undelivered, time.Time{}, ""
		}, state: bridge.Undelivered, heard: true, confirmed: true, told: []string{"reply"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := filed()
			if test.change != nil {
				test.change(c)
			}
			before := *c
			from, subject := test.from, test.subject
			if from == "" {
				from = "support@ovh.com"
			}
			if subject == "" {
				subject = re
			}
			m := o.mail(from, subject, test.header, test.body)
			var release *bridge.Release
			if test.from != "" { // as the queue has it of a mail that is let pass, or a colleague's in the thread
				m.CaseID = caseID
			}
			if test.release {
				release = &bridge.Release{Gate: bridge.GateSender, By: "pere", Also: []bridge.Gate{bridge.GateUnproved}}
			}
			v := o.decide(m, c, release)
			got := v.Case.Case
			if got.State != test.state || got.ReopenedAt.IsZero() == test.reopened {
				t.Errorf("%s, reopened at %s", got.State, got.ReopenedAt)
			}
			if test.reopened && (got.Closing != "" || got.LabelOn || got.Unlabelled || !got.DueAt.Equal(now.Add(time.Minute)) || !got.ReopenedAt.Equal(got.DueAt)) {
				t.Errorf("opened again as %+v", got)
			}
			if !test.reopened && got.Closing != before.Closing {
				t.Errorf("closed by %q", got.Closing)
			}
			if !got.HeardAt.IsZero() != test.heard || !got.AwareAt.Equal(got.HeardAt) {
				t.Errorf("heard at %s, aware at %s", got.HeardAt, got.AwareAt)
			}
			if got.ConfirmedAt.IsZero() == test.confirmed {
				t.Errorf("confirmed at %s", got.ConfirmedAt)
			}
			if diff := cmp.Diff(test.told, planned(v.Case.Effects)); diff != "" {
				t.Error(diff)
			}
			shown := comment(t, v.Case.Effects[0])
			if note := strings.HasPrefix(shown, "[~anna], *aquest cas amb OVH estava tancat; la resposta l’ha reobert.*"); note != test.reopened {
				t.Errorf("said that it is open again: %v\n%s", note, shown)
			}
			if len(test.told) > 1 && !got.ClosingProposed.Equal(now.Add(time.Minute)) {
				t.Errorf("proposed at %s", got.ClosingProposed)
			}
		})
	}
}

// TestProposedOnce: the same once more proposes nothing, whatever came between.
func TestProposedOnce(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	c := filed()
	proposals := 0
	for i, body := range []string{"Damos por resuelta la incidencia.", "¿Algo más?", "La incidencia ha quedado resuelta.", "Su ticket ha sido cerrado."} {
		m := o.mail("support@ovh.com", re, "", body)
		m.MessageID = strings.Repeat("x", i+1)
		v := o.decide(m, c, nil)
		c = &v.Case.Case
		if told := planned(v.Case.Effects); slices.Contains(told, "closing") {
			proposals++
			if got := comment(t, v.Case.Effects[1]); !strings.HasPrefix(got, "[~anna], *OVH dona la incidència per resolta.*") || !strings.Contains(got, "{{escalat tanca}}") {
				t.Errorf("%s", got)
			}
		}
	}
	if proposals != 1 {
		t.Errorf("%d proposals", proposals)
	}
}

// TestASharedCaseIsProposedToItsLeaderAlone: who shares it reads what was written.
func TestASharedCaseIsProposedToItsLeaderAlone(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	f := follower(followerID, "43")
	f.Provider = "ovh"
	v := o.decide(o.mail("support@ovh.com", re, "", "Damos por resuelta la incidencia."), filed(), nil, f)
	if diff := cmp.Diff([]string{"reply", "closing"}, planned(v.Case.Effects)); diff != "" {
		t.Error(diff)
	}
	if len(v.Case.Others) != 1 || !slices.Equal(planned(v.Case.Others[0].Effects), []string{"reply"}) || v.Case.Others[0].Case.HeardAt.IsZero() {
		t.Fatalf("%+v", v.Case.Others)
	}
	survey := o.decide(o.mail("support@ovh.com", re, "", "Valore nuestro servicio."), filed(), nil, f)
	if len(survey.Case.Others) != 1 || !survey.Case.Others[0].Case.HeardAt.IsZero() || !strings.HasPrefix(comment(t, survey.Case.Others[0].Effects[0]), "*OVH demana que valoreu") {
		t.Errorf("a survey: %+v", survey.Case.Others)
	}
}

// TestAMailAboutATicketThatAPersonEntered is found by its number, like any provider's,
// and by the key in its subject before anybody has told the number.
func TestAMailAboutATicketThatAPersonEntered(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	for _, subject := range []string{re, "[CS1234567] caído", "Su ticket nº 1234567", "Ticket 1234567: caído"} {
		m := o.mail("soporte@ovh.es", subject, "", "Lo miramos.")
		if m.CaseID != "" || !m.Authentic.Verified || len(m.Tickets) != 1 || !strings.HasSuffix(m.Tickets[0].Number, ticketNumber) {
			t.Errorf("%s: %+v", subject, m.Tickets)
		}
	}
	const subject = "[AOC SUP-42] Incidencia – vps – caído"
	c := filed()
	c.State, c.References, c.Notices[0].SentAt, c.Notices[0].Subject = bridge.Handed, nil, time.Time{}, subject
	m := o.mail("soporte@ovh.es", "[Ticket#"+ticketNumber+"] "+subject, robot, "OVHcloud ha recibido su solicitud.")
	if !slices.Equal(m.Keys, []string{"SUP-42"}) {
		t.Fatalf("keys %q", m.Keys)
	}
	m.CaseID = caseID
	got := o.decide(m, c, nil).Case.Case
	if got.State != bridge.Sent || !slices.Equal(got.References, []string{ticketNumber}) || !got.ConfirmedAt.Equal(now) || !got.HeardAt.IsZero() {
		t.Errorf("%s, %q, confirmed at %s", got.State, got.References, got.ConfirmedAt)
	}
}

// TestThePassingOn of a ticket: the case follows, with its clock, and nobody is asked for
// anything anew.
func TestThePassingOn(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	for name, test := range map[string]struct {
		body, header string
		state        bridge.State
		kind         string // before; incidencia when it is empty
		want         string // after
		heard, aware bool
		told         string
	}{
		"to level 2":              {body: "Su consulta ha sido trasladada al soporte de nivel 2.", want: "tecnica", aware: true, told: "[~anna], *OVH ha canviat de nivell el tiquet 1234567:* Assistència tècnica \\(nivell 2). Solen respondre en 12–24\u00a0hores"},
		"by a program":            {body: "Su ticket ha sido transferido al servicio de asistencia.", header: robot, want: "tecnica", told: "[~anna], *OVH ha canviat de nivell"},
		"to level 1":              {body: "Hemos abierto un ticket de incidencia.", kind: "tecnica", want: "incidencia", aware: true, told: "[~anna], *OVH ha canviat de nivell el tiquet 1234567:* Incidència \\(nivell 1). Solen respondre en 1–6\u00a0hores, de dia i de nit."},
		"to another team":         {body: "Su solicitud ha sido pasada al equipo comercial.", kind: "tecnica", want: "comercial", aware: true, told: "[~anna], *OVH ha passat el tiquet 1234567 a un altre equip:*"},
		"to infogerencia":         {body: "Lo que pide requiere una infogerencia; le adjuntamos presupuesto.", want: "infogerencia", heard: true, aware: true, told: "[~anna], *OVH ha canviat de nivell el tiquet 1234567:* Infogerència \\(nivell 3)."},
		"it is there already":     {body: "Su consulta ha sido trasladada al soporte de nivel 2.", kind: "tecnica", want: "tecnica", aware: true},
		"not sent":                {body: "Su consulta ha sido trasladada al soporte de nivel 2.", state: bridge.Asked, want: "incidencia", aware: true},
		"an answer, no passing":   {body: "El nivel 2 de RAID no es posible.", want: "incidencia", heard: true, aware: true},
		"handed, and found there": {body: "Su consulta ha sido trasladada al soporte de nivel 2.", state: bridge.Handed, want: "tecnica", aware: true, told: "[~anna], *OVH ha canviat de nivell"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := filed()
			if test.kind != "" {
				c.Kind, c.Notices[0].Kind = test.kind, test.kind
			}
			if test.state != "" {
				c.State = test.state
			}
			c.Late = map[string]time.Time{"answer": now}
			before := c.Kind
			v := o.decide(o.mail("support@ovh.com", re, test.header, test.body), c, nil)
			got := v.Case.Case
			if got.Kind != test.want || got.ToldKind() != before || got.HeardAt.IsZero() == test.heard || got.AwareAt.IsZero() == test.aware {
				t.Errorf("kind %q, told as %q, heard at %s, aware at %s", got.Kind, got.ToldKind(), got.HeardAt, got.AwareAt)
			}
			if test.told == "" {
				if len(v.Case.Effects) != 1 || got.Passed != "" || len(got.Late) != 1 || !got.TurnSince.Equal(c.TurnSince) {
					t.Errorf("told %q, passed to %q, late %v since %s", planned(v.Case.Effects), got.Passed, got.Late, got.TurnSince)
				}
				return
			}
			at := now.Add(time.Minute)
			if got.Passed != test.want || len(got.Late) != 0 || got.Turn != bridge.TurnProvider || !got.TurnSince.Equal(at) || got.Times[bridge.TurnProvider].Wall != 61*time.Minute {
				t.Errorf("passed to %q, late %v, turn %s since %s, times %v", got.Passed, got.Late, got.Turn, got.TurnSince, got.Times)
			}
			if got.OtherKind != before {
				t.Errorf("a label that names %s would be told as a change: %q", before, got.OtherKind)
			}
			if shown := comment(t, v.Case.Effects[len(v.Case.Effects)-1]); !strings.HasPrefix(shown, test.told) {
				t.Errorf("told\n%s", shown)
			}
		})
	}
}
