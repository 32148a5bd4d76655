package receive_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/receive"
	"escalat/bridge/wording"
)

const opened = "Servidor de ejemplo: no responde al ping desde las 9.40 h."

// ticketed is a case whose ticket was opened by the API an hour ago.
func ticketed() bridge.Case {
	c := *filed()
	c.Notices = []bridge.Notice{{Serial: 1, Channel: bridge.ByAPI, Body: opened, Kind: "incidencia", SentAt: now.Add(-time.Hour)}}
	c.Ticket = bridge.Ticket{ID: 77, Number: ticketNumber, State: "open", Category: "incident", Updated: now.Add(-time.Hour), Ours: []int64{1}}
	return c
}

// read is the ticket as it is read now.
func read(state, category string) bridge.Ticket {
	return bridge.Ticket{ID: 77, Number: ticketNumber, State: state, Category: category, Updated: now.Add(-time.Minute)}
}

func support(id int64, body string) bridge.TicketMessage {
	return bridge.TicketMessage{ID: id, Body: body, Created: now.Add(time.Duration(id-60) * time.Minute), Support: true}
}

func customer(id int64, body string) bridge.TicketMessage {
	m := support(id, body)
	m.Support = false
	return m
}

// comments are what the effects post.
func comments(t *testing.T, effects []bridge.Effect) (out []string) {
	t.Helper()
	for _, e := range effects {
		if e.Kind == bridge.PostComment {
			out = append(out, comment(t, e))
		}
	}
	return out
}

// TestTicket: what a ticket tells, as it is read.
func TestTicket(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	const (
		told     = "*OVH ha respost* (tiquet 1234567, 2/3/2026 a les "
		portal   = "*OVH: escrit al portal des del nostre compte* (tiquet 1234567, "
		ack      = "*OVH ha confirmat que ha rebut el tiquet* (tiquet 1234567, "
		closing  = "[~anna], *OVH ha tancat el tiquet 1234567.* "
		solved   = "[~anna], *OVH dona la incidència per resolta.* "
		passed   = "[~anna], *OVH ha canviat de nivell el tiquet 1234567:* "
		reopened = "[~anna], *aquest cas amb OVH estava tancat; la resposta l’ha reobert.*"
		again    = "[~anna], *OVH ha tornat a obrir el tiquet 1234567.*"
	)
	closed := func(why bridge.Closing, ticket string) func(*bridge.Case) {
		return func(c *bridge.Case) { c.State, c.Closing, c.Ticket.State = bridge.Closed, why, ticket }
	}
	proposed := func(c *bridge.Case) {
		c.State, c.Ticket.State, c.ClosingProposed = bridge.Answered, "closed", now.Add(-20*time.Minute)
	}
	for name, test := range map[string]struct {
		change    func(*bridge.Case)
		ticket    bridge.Ticket
		messages  []bridge.TicketMessage
		state     bridge.State
		heard     bool
		confirmed bool
		kind      string // incidencia when it is empty
		told      []string
	}{
		"nothing new":        {messages: []bridge.TicketMessage{customer(1, opened)}, state: bridge.Sent},
		"an answer":          {messages: []bridge.TicketMessage{customer(1, opened), support(2, "Lo miramos.")}, state: bridge.Answered, heard: true, confirmed: true, told: []string{told}},
		"taken in":           {messages: []bridge.TicketMessage{support(2, "Hola:\n\nOVHcloud ha recibido su solicitud.")}, state: bridge.Sent, confirmed: true, told: []string{ack}},
		"taken in, answered": {messages: []bridge.TicketMessage{support(2, "OVHcloud ha recibido su solicitud."), support(3, "Hecho.")}, state: bridge.Answered, heard: true, confirmed: true, told: []string{ack, told}},
		"an answer that begins like it": {
			change: func(c *bridge.Case) { c.State = bridge.Answered }, messages: []bridge.TicketMessage{support(9, "OVHcloud ha recibido su solicitud y la hace ahora.")},
			state: bridge.Answered, heard: true, confirmed: true, told: []string{told},
		},
		"ours by its id":               {change: func(c *bridge.Case) { c.Ticket.Ours = []int64{1, 4} }, messages: []bridge.TicketMessage{customer(4, "lo que sea")}, state: bridge.Sent},
		"ours by what it says":         {change: func(c *bridge.Case) { c.Ticket.Ours = nil }, messages: []bridge.TicketMessage{customer(1, "<p>Servidor de ejemplo:<br/>no responde al ping desde las 9.40&nbsp;h.</p>")}, state: bridge.Sent},
		"of a person":                  {messages: []bridge.TicketMessage{customer(4, "¿Cómo va?")}, state: bridge.Sent, told: []string{portal}},
		"looked at before":             {change: func(c *bridge.Case) { c.Ticket.Message = 4 }, messages: []bridge.TicketMessage{support(3, "Hola."), support(4, "Hola.")}, state: bridge.Sent},
		"closed there":                 {ticket: read("closed", "incident"), state: bridge.Sent, told: []string{closing}},
		"solved and closed":            {ticket: read("closed", "incident"), messages: []bridge.TicketMessage{support(2, "Damos por resuelta la incidencia.")}, state: bridge.Answered, heard: true, confirmed: true, told: []string{told, solved}},
		"closed by us":                 {change: closed(bridge.ByCommand, "open"), ticket: read("closed", "incident"), messages: []bridge.TicketMessage{support(2, "Aquí sigue la respuesta.")}, state: bridge.Closed, confirmed: true, told: []string{"(i) Aquest cas amb OVH ja està tancat."}},
		"an answer to what is closed":  {change: closed(bridge.ByLabel, "open"), messages: []bridge.TicketMessage{support(2, "Falla otra vez.")}, state: bridge.Answered, heard: true, confirmed: true, told: []string{reopened}},
		"the next one follows":         {change: closed(bridge.ByAnother, "open"), messages: []bridge.TicketMessage{support(2, "Falla otra vez.")}, state: bridge.Closed, heard: true, confirmed: true, told: []string{told}},
		"open again":                   {change: closed(bridge.ByCommand, "closed"), state: bridge.Answered, told: []string{again}},
		"open again, with an answer":   {change: closed(bridge.ByCommand, "closed"), messages: []bridge.TicketMessage{support(2, "Falla otra vez.")}, state: bridge.Answered, heard: true, confirmed: true, told: []string{reopened}},
		"open again, the next follows": {change: closed(bridge.ByAnother, "closed"), state: bridge.Closed},
		"open again after it was told": {change: proposed, state: bridge.Answered, told: []string{again}},
		"open again, by us": {change: func(c *bridge.Case) {
			proposed(c)
			c.Notices = append(c.Notices, bridge.Notice{Serial: 2, About: bridge.AboutReopen, SentAt: now})
		}, state: bridge.Answered},
		"open again, nobody was told": {change: func(c *bridge.Case) { c.Ticket.State = "closed" }, state: bridge.Sent},
		"passed on":                   {ticket: read("open", "assistance"), state: bridge.Sent, kind: "tecnica", told: []string{passed}},
		"passed on, as is said":       {ticket: read("open", "assistance"), messages: []bridge.TicketMessage{support(2, "Ha sido trasladada al soporte de nivel 2.")}, state: bridge.Answered, confirmed: true, kind: "tecnica", told: []string{told, passed}},
		"passed on before":            {change: func(c *bridge.Case) { c.Kind, c.Passed = "tecnica", "tecnica" }, ticket: read("open", "assistance"), state: bridge.Sent, kind: "tecnica"},
		"filed through another form": {change: func(c *bridge.Case) {
			c.Kind, c.Notices[0].Kind, c.Notices[0].Form, c.Ticket.Category = "infogerencia", "infogerencia", "comercial", ""
		}, ticket: read("open", "assistance"), state: bridge.Sent, kind: "infogerencia"},
		"another category of its form":     {change: func(c *bridge.Case) { c.Kind, c.Ticket.Category = "comercial", "assistance" }, ticket: read("open", "billing"), state: bridge.Sent, kind: "comercial"},
		"a category that no form has":      {ticket: read("open", "other"), state: bridge.Sent},
		"another ticket":                   {change: func(c *bridge.Case) { c.Ticket.ID = 78 }, messages: []bridge.TicketMessage{support(2, "Hola.")}, state: bridge.Sent},
		"no ticket":                        {change: func(c *bridge.Case) { c.Ticket = bridge.Ticket{} }, messages: []bridge.TicketMessage{support(2, "Hola.")}, state: bridge.Sent},
		"a provider that is off":           {change: func(c *bridge.Case) { c.Provider = "other" }, messages: []bridge.TicketMessage{support(2, "Hola.")}, state: bridge.Sent},
		"read before what is known":        {change: func(c *bridge.Case) { c.Ticket.Updated = now }, ticket: read("closed", "assistance"), state: bridge.Sent},
		"an answer whose sending was lost": {change: func(c *bridge.Case) { c.State, c.Notices[0].SentAt = bridge.Sending, time.Time{} }, messages: []bridge.TicketMessage{support(2, "Hecho.")}, state: bridge.Answered, heard: true, confirmed: true, told: []string{told}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := ticketed()
			if test.change != nil {
				test.change(&c)
			}
			if test.ticket.ID == 0 {
				test.ticket = read("open", "incident")
			}
			before := c
			out := o.Ticket(receive.TicketInput{Now: now, Case: c, Ticket: test.ticket, Messages: test.messages})
			got := out.Case
			if test.kind == "" {
				test.kind = "incidencia"
			}
			if got.State != test.state || got.Kind != test.kind || !got.HeardAt.IsZero() != test.heard || !got.ConfirmedAt.IsZero() != test.confirmed {
				t.Errorf("%s, %s, heard at %s, confirmed at %s", got.State, got.Kind, got.HeardAt, got.ConfirmedAt)
			}
			if shown := comments(t, out.Effects); !slices.EqualFunc(shown, test.told, strings.HasPrefix) {
				t.Errorf("told %q", shown)
			}
			if len(out.Audit) < len(test.told) {
				t.Errorf("audit %v", out.Audit)
			}
			want := before.Ticket
			if before.Ticket.ID == 77 && before.Provider == "ovh" {
				if !test.ticket.Updated.Before(want.Updated) {
					want.State, want.Category, want.Updated = test.ticket.State, test.ticket.Category, test.ticket.Updated
				}
				for _, m := range test.messages {
					want.Message = max(want.Message, m.ID)
				}
			}
			if diff := cmp.Diff(want, got.Ticket); diff != "" {
				t.Errorf("the ticket (-want +got):\n%s", diff)
			}
			again := o.Ticket(receive.TicketInput{Now: now, Case: got, Ticket: test.ticket, Messages: test.messages})
			if diff := cmp.Diff(bridge.Outcome{Case: got}, again); diff != "" {
				t.Errorf("once more:\n%s", diff)
			}
		})
	}
}

// TestATicketIsShownAsItReads: plain text, HTML, and what is both, all of it harmless.
func TestATicketIsShownAsItReads(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	for body, want := range map[string]string{
		"Primera línea\r\nSegunda":                     "Primera línea\nSegunda",
		"ping <IP> &eacute;s {code} [~admin] !x.png!":  "ping <IP> és \\{code\\} \\[\\~admin\\] \\!x.png\\!",
		"<p>Hola:</p><p>Hecho<br>ya. {html}</p>":       "Hola:\n\nHecho\nya. \\{html\\}",
		"Reinicie\n<strong>ahora</strong>\ny avise":    "Reinicie\n*ahora*\ny avise",
		"<script>alert(1)</script><div>Visible</div>":  "Visible",
		"<ul><li>uno</li><li>dos</li></ul>":            "* uno\n* dos",
		"<a href=\"javascript:x()\">aquí</a><br>sigue": "aquí\nsigue",
		"  \n": "no",
	} {
		out := o.Ticket(receive.TicketInput{Now: now, Case: ticketed(), Ticket: read("open", "incident"), Messages: []bridge.TicketMessage{support(2, body)}})
		got := comment(t, out.Effects[0])
		_, shown, _ := strings.Cut(got, "\n\n")
		if want == "no" {
			if !strings.Contains(shown, "text") {
				t.Errorf("nothing says that it is empty: %q", got)
			}
			continue
		}
		if shown != want {
			t.Errorf("%q is shown as\n%q, want\n%q", body, shown, want)
		}
	}
}

// TestALongMessage is cut, and whole in a file, for those who share the case as well.
func TestALongMessage(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	f := follower(followerID, "43")
	f.Provider = "ovh"
	long := strings.Repeat("Línea de un registro que no acaba nunca.\n", 3000)
	out := o.Ticket(receive.TicketInput{
		Now: now, Case: ticketed(), Followers: []bridge.Case{f}, Ticket: read("open", "incident"),
		Messages: []bridge.TicketMessage{support(3, "Fin."), support(2, long)},
	})
	if len(out.Effects) != 3 || len(out.Others) != 1 || len(out.Others[0].Effects) != 2 {
		t.Fatalf("%d effects, %d others", len(out.Effects), len(out.Others))
	}
	file := attachment(t, out.Effects[0])
	if file.Text != strings.TrimSpace(long) || file.Blob != "" || file.Size != int64(len(file.Text)) {
		t.Errorf("a file of %d bytes", file.Size)
	}
	var body bridge.CommentBody
	if err := json.Unmarshal(out.Effects[1].Body, &body); err != nil || body.Whole != file.Name || !strings.Contains(body.Text, file.Name) || strings.Contains(body.Text, ".eml") {
		t.Errorf("%v, whole %q, in\n%s", err, body.Whole, body.Text[len(body.Text)-300:])
	}
	shared := comment(t, out.Others[0].Effects[0])
	if !strings.Contains(shared, file.Name) || !strings.Contains(shared, "SUP-42") || len(shared) > 40_000 {
		t.Errorf("shared as\n%s", shared[len(shared)-300:])
	}
	if got := out.Others[0].Case; !got.HeardAt.Equal(now.Add(-57 * time.Minute)) {
		t.Errorf("the follower: heard at %s", got.HeardAt)
	}
	keys := []string{out.Effects[1].Key, out.Effects[2].Key, out.Others[0].Effects[0].Key, out.Others[0].Effects[1].Key}
	want := []string{"reply/" + caseID + "/ticket-77-2", "reply/" + caseID + "/ticket-77-3", "reply/" + followerID + "/ticket-77-2", "reply/" + followerID + "/ticket-77-3"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
}

// TestEachMessageOnce and in order, however often and in which order the API lists them,
// and however many at once.
func TestEachMessageOnce(t *testing.T) {
	t.Parallel()
	o := newOVH(t)
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(0, 90).Draw(rt, "messages")
		var all []bridge.TicketMessage
		var want []string
		for i := range n {
			m := support(int64(2*i+3), fmt.Sprintf("Mensaje %d", i))
			if rapid.IntRange(0, 4).Draw(rt, "who") == 0 {
				m = customer(m.ID, opened)
			} else {
				m.Support = rapid.Bool().Draw(rt, "support")
				want = append(want, fmt.Sprintf("reply/%s/ticket-77-%d", caseID, m.ID))
			}
			all = append(all, m)
		}
		c, at := ticketed(), now.Add(-time.Minute)
		var got []string
		for read := range 400 {
			// It grows, and now and then an older answer comes late.
			shown := all[:min(n, rapid.IntRange(0, n).Draw(rt, "shown")+read)]
			list := slices.Concat(shown, shown[:rapid.IntRange(0, len(shown)).Draw(rt, "twice")])
			list = rapid.Permutation(list).Draw(rt, "order")
			ticket := bridge.Ticket{ID: 77, Number: ticketNumber, State: "open", Category: "incident", Updated: at.Add(time.Duration(len(shown)) * time.Second)}
			out := o.Ticket(receive.TicketInput{Now: now, Case: c, Ticket: ticket, Messages: list})
			for _, e := range out.Effects {
				got = append(got, e.Key)
			}
			settled := len(shown) == n && len(out.Effects) == 0 && out.Case.Ticket.Updated.Equal(ticket.Updated)
			if c = out.Case; settled {
				break
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// FuzzTicket: whatever stands in a message, it is told in one comment that fits, and by
// the second reading not once more.
func FuzzTicket(f *testing.F) {
	for _, body := range []string{opened, "<p>Hola<br>a</p>", "&#0;&lt;b&gt;", "<b>\n</b>", "\xff<div\x00>", strings.Repeat("<div>", 2000), "OVHcloud ha recibido su solicitud.", "Damos por cerrado el ticket"} {
		f.Add(body, true)
		f.Add(body, false)
	}
	var once sync.Once
	var o ovh
	f.Fuzz(func(t *testing.T, body string, theirs bool) {
		once.Do(func() { o = newOVH(t) })
		m := support(2, body)
		m.Support = theirs
		in := receive.TicketInput{Now: now, Case: ticketed(), Ticket: read("open", "incident"), Messages: []bridge.TicketMessage{m, m}}
		out := o.Ticket(in)
		for _, shown := range comments(t, out.Effects) {
			if n := wording.Length(shown); n > wording.MaxComment || n == 0 {
				t.Errorf("a comment of %d", n)
			}
		}
		if replies := slices.DeleteFunc(planned(out.Effects), func(s string) bool { return s != "reply" }); len(replies) > 1 || theirs && len(replies) == 0 {
			t.Errorf("told %d times", len(replies))
		}
		in.Case = out.Case
		if again := o.Ticket(in); len(again.Effects)+len(again.Audit) != 0 {
			t.Errorf("told again: %+v", again.Effects)
		}
	})
}
