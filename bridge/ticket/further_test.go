package ticket_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

// again is a text that goes into a ticket that is open.
const again = "Añadimos: también falla el correo."

// TestFurther: what goes into a ticket that is there does so once, whatever happens to the
// requests and answers.
func TestFurther(t *testing.T) {
	t.Parallel()
	before, after, away := lost{err: errBroken}, lost{err: errBroken, after: true}, lost{err: errNobody}
	reply, shut, reopen := bridge.ReplyTicket, bridge.CloseTicket, bridge.ReopenTicket
	closed := func(d *desk) { d.api.tickets[0].state = "closed" }
	for name, test := range map[string]struct {
		kind    bridge.Kind
		arrange func(*desk)
		state   string // of the ticket, afterwards
		calls   []string
		says    string
	}{
		"reply":                     {reply, nil, "open", []string{"reply", "messages"}, "té les dades noves"},
		"reply, the answer is lost": {reply, func(d *desk) { d.api.fails("reply", after) }, "open", nil, "però hi és"},
		"reply, the request is lost": {
			reply, func(d *desk) { d.api.fails("reply", before) }, "open", nil, "té les dades noves",
		},
		"reply, nobody is there at first": {reply, func(d *desk) { d.api.fails("reply", away) }, "open", nil, "té les dades noves"},
		"reply, and it cannot be read back": {
			reply, func(d *desk) { d.api.fails("messages", before) }, "open", nil, "té les dades noves",
		},
		"reply, looked for in vain at first": {
			reply, func(d *desk) {
				d.api.fails("reply", after)
				d.api.fails("titled", away, before)
				d.api.fails("messages", before)
			}, "open", nil, "però hi és",
		},
		"reply, the ticket was closed": {
			reply, closed, "open", []string{"reply", "titled", "reopen", "messages"}, "Estava tancat i amb això s’ha tornat a obrir",
		},
		"reply, it was closed and the answer is lost": {
			reply, func(d *desk) { closed(d); d.api.fails("reopen", after) }, "open", nil, "però hi és",
		},
		"reply, it was closed and nobody is there": {
			reply, func(d *desk) { closed(d); d.api.fails("reopen", away) }, "open", nil, "té les dades noves",
		},
		"reply, by the number that a person told": {
			reply, func(d *desk) { d.api.service = "told" }, "open", []string{"numbered", "reply", "messages"}, "té les dades noves",
		},
		"close":                     {shut, nil, "closed", []string{"reply", "close", "messages"}, "s’ha tancat el tiquet"},
		"close, the answer is lost": {shut, func(d *desk) { d.api.fails("close", after) }, "closed", nil, "s’ha tancat el tiquet"},
		"close, the request is lost": {
			shut, func(d *desk) { d.api.fails("close", before) }, "closed", nil, "s’ha tancat el tiquet",
		},
		"close, what is said is lost": {shut, func(d *desk) { d.api.fails("reply", after) }, "closed", nil, "s’ha tancat el tiquet"},
		"close, nobody is there then": {shut, func(d *desk) { d.api.fails("close", away, away) }, "closed", nil, "s’ha tancat el tiquet"},
		"reopen":                      {reopen, closed, "open", []string{"reopen", "messages"}, "s’ha tornat a obrir el tiquet"},
		"reopen, it is open":          {reopen, nil, "open", []string{"reopen", "titled", "reply", "messages"}, "s’ha tornat a obrir el tiquet"},
		"reopen, the answer is lost":  {reopen, func(d *desk) { closed(d); d.api.fails("reopen", after) }, "open", nil, "s’ha tornat a obrir el tiquet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			about := map[bridge.Kind]bridge.About{shut: bridge.AboutClose, reopen: bridge.AboutReopen}[test.kind]
			c := d.sent(bridge.Notice{Body: again, About: about})
			if about == bridge.AboutClose {
				c.State, c.Closing = bridge.Closed, bridge.ByCommand
			}
			if test.arrange != nil {
				test.arrange(d)
			}
			if d.api.service == "told" {
				c.Ticket = bridge.Ticket{}
			}
			d.at = d.at.Add(time.Hour)
			state := c.State
			c, e, follows := d.run(c, effect(test.kind, "m2@aoc", d.at), 15)
			k := d.api.tickets[0]
			if e.State != bridge.EffectDone || k.state != test.state || c.State != state || len(d.api.tickets) != 1 {
				t.Errorf("effect %s, ticket %s, case %s", e.State, k.state, c.State)
			}
			if len(k.messages) != 2 || k.messages[1].Body != again {
				t.Errorf("messages %+v", k.messages)
			}
			if test.calls != nil && !slices.Equal(d.api.calls, test.calls) {
				t.Errorf("calls %v", d.api.calls)
			}
			comments := told(t, follows)
			if last := comments[len(comments)-1]; !strings.Contains(last, test.says) || !strings.Contains(last, "*9000*") {
				t.Errorf("%q is not in %s", test.says, last)
			}
			if c.Ticket.ID != k.id || !c.Notice("m2@aoc").Left() {
				t.Errorf("ticket %+v, notice %+v", c.Ticket, c.Notice("m2@aoc"))
			}
			if mine := k.messages[1].ID; slices.Contains(c.Ticket.Ours, mine) == (name == "reply, and it cannot be read back") {
				t.Errorf("ours %v, not %d", c.Ticket.Ours, mine)
			}
		})
	}
}

// TestClosedThere: what is closed at the provider needs no closing, and no word.
func TestClosedThere(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.sent(bridge.Notice{Body: again, About: bridge.AboutClose})
	c.State, c.Closing = bridge.Closed, bridge.ByCommand
	d.api.tickets[0].state = "closed"
	_, e, follows := d.run(c, effect(bridge.CloseTicket, "m2@aoc", d.at), 1)
	if e.State != bridge.EffectDone || len(d.api.tickets[0].messages) != 1 || len(follows) != 1 {
		t.Errorf("%s %+v", e.State, d.api.tickets[0])
	}
}

// TestTwice: the same text may be said twice, and each is written.
func TestTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.sent(bridge.Notice{Body: again, About: bridge.AboutClaim})
	c, _, _ = d.run(c, effect(bridge.ReplyTicket, "m2@aoc", d.at), 3)
	third := c.Notices[1]
	third.Serial, third.MessageID, third.SentAt = 3, "m3@aoc", time.Time{}
	c.Notices = append(c.Notices, third)
	d.api.fails("reply", lost{err: errBroken})
	c, e, _ := d.run(c, effect(bridge.ReplyTicket, "m3@aoc", d.at), 10)
	if n := len(d.api.tickets[0].messages); n != 3 || e.State != bridge.EffectDone || len(c.Ticket.Ours) != 3 {
		t.Errorf("%d messages, %s, ours %v", n, e.State, c.Ticket.Ours)
	}
}

// TestFurtherHanded: what cannot go into its ticket is given to a person, and the case
// stays as it was.
func TestFurtherHanded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(*desk, *bridge.Case)
		says    string
	}{
		"away":            {func(d *desk, _ *bridge.Case) { d.api.away = errNobody }, "fa massa estona"},
		"refused":         {func(d *desk, _ *bridge.Case) { d.api.fails("reply", lost{err: bridge.Permanent(said("403: no"))}) }, "Motiu: 403: no"},
		"no ticket":       {func(_ *desk, c *bridge.Case) { c.Ticket, c.References = bridge.Ticket{}, nil }, "no ha acceptat"},
		"unknown ticket":  {func(_ *desk, c *bridge.Case) { c.Ticket, c.References = bridge.Ticket{}, []string{"77"} }, "no ha acceptat"},
		"the ticket went": {func(d *desk, _ *bridge.Case) { d.api.tickets = nil }, "404: no such ticket"},
		"lost, and away": {func(d *desk, _ *bridge.Case) {
			d.api.fails("reply", lost{err: nobodyAfterwards(d), after: true})
		}, "no sabem si això ha arribat"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			c := d.sent(bridge.Notice{Body: again, About: bridge.AboutWords, Comment: "7", Source: "digest"})
			test.arrange(d, &c)
			c, e, follows := d.run(c, effect(bridge.ReplyTicket, "m2@aoc", d.at), 40)
			comments := told(t, follows)
			last := comments[len(comments)-1]
			if e.State != bridge.EffectFailed || c.State != bridge.Sent || !strings.Contains(last, test.says) || !strings.Contains(last, again) {
				t.Errorf("%s, %s: %s", e.State, c.State, last)
			}
			if n := c.Notice("m2@aoc"); n.Channel != bridge.ByPortal || n.Left() {
				t.Errorf("notice %+v", n)
			}
		})
	}
}

// TestFurtherUnwanted: what is not wanted any more does not go into the ticket, and who
// waits for it hears why.
func TestFurtherUnwanted(t *testing.T) {
	t.Parallel()
	words := bridge.Notice{Body: again, About: bridge.AboutWords, Comment: "7", Source: "digest"}
	for name, test := range map[string]struct {
		n       bridge.Notice
		arrange func(*desk, *bridge.Case)
		keys    []string
		says    string
		kept    bool // the notice
	}{
		"the label is gone": {words, func(d *desk, _ *bridge.Case) { d.issue.Labels = nil }, []string{"withdrawn/"}, "el vostre text ja no anirà al tiquet *9000* d’OVH", true},
		"an addition, closed by the label": {
			bridge.Notice{Body: again},
			func(_ *desk, c *bridge.Case) { c.State, c.Closing = bridge.Closed, bridge.ByLabel },
			[]string{"withdrawn/"},
			"l’ampliació ja no anirà", true,
		},
		"the case was closed":    {words, func(_ *desk, c *bridge.Case) { c.State, c.Closing = bridge.Closed, bridge.ByCommand }, []string{"unsaid/"}, "escalat reobre", true},
		"an addition, closed":    {bridge.Notice{Body: again}, func(_ *desk, c *bridge.Case) { c.State, c.Closing = bridge.Closed, bridge.ByResolved }, nil, "", true},
		"closing, open again":    {bridge.Notice{Body: again, About: bridge.AboutClose}, nil, nil, "", true},
		"the comment is gone":    {words, func(d *desk, _ *bridge.Case) { d.why = bridge.FaultGone }, []string{"unsaid/"}, "s’ha esborrat el comentari", false},
		"the comment was edited": {words, func(d *desk, _ *bridge.Case) { d.why = bridge.FaultEdited }, nil, "", false},
		"the issue was changed":  {bridge.Notice{Body: again, Fields: []string{"since"}}, func(d *desk, _ *bridge.Case) { d.anew = true }, []string{"compose/1/ovh/1/2/anew/1"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			c := d.sent(test.n)
			c.Relay("7", "digest")
			if test.arrange != nil {
				test.arrange(d, &c)
			}
			kind := bridge.ReplyTicket
			if test.n.About == bridge.AboutClose {
				kind = bridge.CloseTicket
			}
			c, e, follows := d.run(c, effect(kind, "m2@aoc", d.at), 1)
			if e.State != bridge.EffectDone || len(d.api.calls) != 0 || (c.Notice("m2@aoc") != nil) != test.kept {
				t.Errorf("%s, calls %v, notice %v", e.State, d.api.calls, c.Notice("m2@aoc"))
			}
			if got := keys(follows); len(got) != len(test.keys) || len(got) > 0 && !strings.HasPrefix(got[0], test.keys[0]) {
				t.Fatalf("effects %v", got)
			}
			if comments := strings.Join(told(t, follows), "\n"); !strings.Contains(comments, test.says) {
				t.Errorf("%q is not in %s", test.says, comments)
			}
			if _, relayed := c.Relayed["7"]; strings.HasPrefix(name, "the c") && relayed {
				t.Error("the text is still on its way")
			}
			if test.n.About == bridge.AboutForm && d.anew && !c.Anew {
				t.Error("it is not composed anew")
			}
		})
	}
}

// TestAgainAfterFailure: the first notice once more makes an end of that it was not there.
func TestAgainAfterFailure(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.sent(bridge.Notice{Body: again, About: bridge.AboutAgain})
	c.State = bridge.Undelivered
	if c, _, _ = d.run(c, effect(bridge.ReplyTicket, "m2@aoc", d.at), 1); c.State != bridge.Sent {
		t.Errorf("state %s", c.State)
	}
}
