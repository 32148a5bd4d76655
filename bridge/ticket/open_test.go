package ticket_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"

	"github.com/google/go-cmp/cmp"
)

// TestOpen: a ticket is opened by the notice's filing, and everything of it is noted.
func TestOpen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c, e, follows := d.run(sending(), effect(bridge.OpenTicket, "m1@aoc", d.at), 3)
	k := d.api.tickets[0]
	want := bridge.NewTicket{Subject: subject, Body: form, Type: "genericRequest", Category: "incident", Product: "hosting", Service: "aoc.test", Impact: "high"}
	if diff := cmp.Diff(want, k.asked); diff != "" || e.State != bridge.EffectDone || e.Tries != 1 {
		t.Errorf("%s, effect %+v", diff, e)
	}
	ticket := bridge.Ticket{ID: k.id, Number: k.number, Ours: []int64{k.messages[0].ID}}
	if diff := cmp.Diff(ticket, c.Ticket); diff != "" || c.State != bridge.Sent || !c.ConfirmedAt.Equal(morning) || !slices.Equal(c.References, []string{k.number}) {
		t.Errorf("%s, case %+v", diff, c)
	}
	if n := c.First(); !n.SentAt.Equal(morning) || !n.Left() {
		t.Errorf("notice %+v", n)
	}
	comments := told(t, follows)
	if diff := cmp.Diff([]string{"filed/transmit/1/ovh/1/1"}, keys(follows)); diff != "" || len(comments) != 1 {
		t.Fatal(diff)
	}
	for _, says := range []string{"*9000*", "OVH", `Incidència \(nivell 1)`, "La resposta sortirà aquí"} {
		if !strings.Contains(comments[0], says) {
			t.Errorf("%q is not in %s", says, comments[0])
		}
	}
	if strings.Contains(comments[0], "TRUQUEU") { // level 1 is there day and night
		t.Errorf("comment %s", comments[0])
	}
}

// TestOpenOnce: whatever happens to the requests and the answers, there is one ticket, or
// a person has the text.
func TestOpenOnce(t *testing.T) {
	t.Parallel()
	before, after := lost{err: errBroken}, lost{err: errBroken, after: true}
	away := lost{err: errNobody}
	for name, test := range map[string]struct {
		arrange  func(*desk)
		attempts int
		tickets  int
		state    bridge.State
		keys     []string
		says     string // the last comment
	}{
		"the answer is lost": {
			arrange: func(d *desk) { d.api.fails("create", after) },
			tickets: 1, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "no ens ho va arribar a confirmar",
		},
		"the request is lost": {
			arrange: func(d *desk) { d.api.fails("create", before) },
			tickets: 1, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "obert el tiquet",
		},
		"the answer is lost, then the list is": {
			arrange: func(d *desk) { d.api.fails("create", after); d.api.fails("list", before, away, before) },
			tickets: 1, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "no ens ho va arribar a confirmar",
		},
		"nobody is there, for a moment": {
			arrange: func(d *desk) { d.api.fails("create", away, away) },
			tickets: 1, state: bridge.Sent, keys: []string{"filed/"}, says: "obert el tiquet",
		},
		"nobody is there, told": {
			arrange: func(d *desk) { d.api.fails("create", away); d.api.fails("list", away, away, away, away, away) },
			tickets: 1, state: bridge.Sent, keys: []string{"delayed/", "filed/"}, says: "obert el tiquet",
		},
		"it said that it did nothing, and did it": {
			arrange: func(d *desk) { d.api.fails("create", lost{err: errNobody, after: true}) },
			tickets: 1, state: bridge.Sent, keys: []string{"filed/"}, says: "no ens ho va arribar a confirmar",
		},
		"away for longer than configured": {
			arrange: func(d *desk) { d.api.away = errNobody }, attempts: 60,
			tickets: 0, state: bridge.Handed, keys: []string{"delayed/", "handed/"}, says: "fa massa estona",
		},
		"too busy for longer than configured": {
			arrange: func(d *desk) { d.api.away = bridge.NotDone(said("503 Service Unavailable")) }, attempts: 60,
			tickets: 0, state: bridge.Handed, keys: []string{"delayed/", "handed/"}, says: "503 Service Unavailable",
		},
		"lost, then away for longer than configured": {
			arrange: func(d *desk) { d.api.fails("create", lost{err: nobodyAfterwards(d), after: true}) }, attempts: 60,
			tickets: 1, state: bridge.Handed, keys: []string{"unknown/", "handed/"}, says: "no sabem si això ha arribat",
		},
		"it answers, and never does it": {
			arrange: func(d *desk) { d.api.fails("create", slices.Repeat([]lost{before}, 100)...) }, attempts: 100,
			tickets: 0, state: bridge.Handed, keys: []string{"unknown/", "handed/"}, says: "fa massa estona",
		},
		"refused": {
			arrange: func(d *desk) {
				d.api.fails("create", lost{err: bridge.Permanent(said("400: [category] no"))}, lost{err: bridge.Permanent(said("400: [category] no"))})
			},
			tickets: 0, state: bridge.Handed, keys: []string{"handed/"}, says: `Motiu: 400: \[category\] no`,
		},
		"the service is not known": {
			arrange: func(d *desk) { d.api.service = "other.test" },
			tickets: 1, state: bridge.Sent, keys: []string{"filed/"}, says: "no ha reconegut la referència de servei «aoc.test»",
		},
		"the service is not known, and then the answer is lost": {
			arrange: func(d *desk) { d.api.service = "other.test"; d.api.fails("create", lost{}, after) },
			tickets: 1, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "no ens ho va arribar a confirmar",
		},
		"a ticket of the same subject says something else": {
			arrange: func(d *desk) { d.api.add(subject, "otra cosa"); d.api.fails("create", before) },
			tickets: 2, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "*9001*",
		},
		"a ticket of the same text has another subject": {
			arrange: func(d *desk) { d.api.add("[AOC ST-2] No responde", form); d.api.fails("create", before) },
			tickets: 2, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "*9001*",
		},
		"a ticket like ours is of another case": {
			arrange: func(d *desk) {
				d.api.add(subject, form)
				d.cases = []bridge.Case{{ID: "another", References: []string{"9000"}}}
				d.api.fails("create", after)
			},
			tickets: 2, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "*9001*",
		},
		"two tickets like ours": {
			arrange: func(d *desk) { d.api.add(subject, form); d.api.fails("create", after) },
			tickets: 2, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "*9000*",
		},
		"a ticket like ours is old": {
			arrange: func(d *desk) {
				d.api.add(subject, form).created = morning.Add(-time.Hour)
				d.api.fails("create", after)
			},
			tickets: 2, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "*9001*",
		},
		"a great many tickets": {
			arrange: func(d *desk) {
				for range 60 {
					d.api.add("Otra cosa", "otra")
				}
				d.api.fails("create", after)
			},
			tickets: 61, state: bridge.Sent, keys: []string{"unknown/", "filed/"}, says: "*9060*",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			if test.arrange(d); test.attempts == 0 {
				test.attempts = 12
			}
			c, e, follows := d.run(sending(), effect(bridge.OpenTicket, "m1@aoc", d.at), test.attempts)
			if e.State != bridge.EffectDone && e.State != bridge.EffectFailed {
				t.Errorf("effect %+v", e)
			}
			if len(d.api.tickets) != test.tickets || c.State != test.state {
				t.Errorf("%d tickets, state %s", len(d.api.tickets), c.State)
			}
			comments := told(t, follows)
			if len(keys(follows)) != len(test.keys) {
				t.Fatalf("effects %v: %v", keys(follows), comments)
			}
			for i, key := range keys(follows) {
				if !strings.HasPrefix(key, test.keys[i]) || slices.Index(keys(follows), key) != i {
					t.Errorf("effects %v", keys(follows))
				}
			}
			if last := comments[len(comments)-1]; !strings.Contains(last, test.says) {
				t.Errorf("%q is not in %s", test.says, last)
			}
			if handed := c.State == bridge.Handed; handed != (c.First().Channel == bridge.ByPortal) || handed == c.First().Left() {
				t.Errorf("notice %+v", c.First())
			}
		})
	}
}

// nobodyAfterwards is an error of a call behind which the API is away.
func nobodyAfterwards(d *desk) error { return &leaving{d} }

type leaving struct{ d *desk }

func (l *leaving) Error() string {
	l.d.api.away = errNobody
	return "the connection ended"
}

// TestPatience: nothing is handed over before its time, nor while Jira is away.
func TestPatience(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.api.away = errNobody
	c, e, _ := d.run(sending(), effect(bridge.OpenTicket, "m1@aoc", d.at), 30)
	if c.State != bridge.Sending || e.State != bridge.EffectPlanned {
		t.Fatalf("after half an hour: %s, %s", c.State, e.State)
	}
	d.api.away, d.jira = nil, errors.New("jira is away")
	c, e, follows := d.run(c, e, 100)
	if c.State != bridge.Sending || e.State != bridge.EffectPlanned || len(follows) != 0 {
		t.Fatalf("Jira is away: %s, %s, %v", c.State, e.State, keys(follows))
	}
	d.jira = nil
	if c, _, _ = d.run(c, e, 1); c.State != bridge.Sent || len(d.api.tickets) != 1 {
		t.Errorf("at last: %s", c.State)
	}
}

// TestKilled: a process that died at it has another look for the ticket.
func TestKilled(t *testing.T) {
	t.Parallel()
	for name, written := range map[string]bool{"before it wrote": false, "after it wrote": true} {
		d := newDesk(t)
		e := effect(bridge.OpenTicket, "m1@aoc", d.at)
		e.State, e.Tries, e.Sends, e.AttemptedAt = bridge.EffectStarted, 1, 1, d.at
		if written {
			d.api.add(subject, strings.ReplaceAll(form, "\n", "<br />\r\n"))
		}
		d.at = d.at.Add(90 * time.Minute) // longer than anybody would wait for
		c, _, follows := d.run(sending(), e, 5)
		if len(d.api.tickets) != 1 || c.State != bridge.Sent || c.Ticket.Number != "9000" {
			t.Errorf("%s: %d tickets, %+v", name, len(d.api.tickets), c.Ticket)
		}
		if written && !c.First().SentAt.Equal(morning) {
			t.Errorf("%s: sent at %v", name, c.First().SentAt)
		}
		if n := len(told(t, follows)); n != 1 {
			t.Errorf("%s: %d comments", name, n)
		}
	}
}

// TestUnwanted: what is not wanted any more is not written, and the case stands as after a
// mail.
func TestUnwanted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arrange func(*desk, *bridge.Case)
		state   bridge.State
		notice  bool // is kept
		keys    []string
	}{
		"the label is gone":     {func(d *desk, _ *bridge.Case) { d.issue.Labels = nil }, bridge.Withdrawn, true, []string{"withdrawn/"}},
		"the issue is resolved": {func(d *desk, _ *bridge.Case) { d.issue.Resolved = true }, bridge.Settling, false, nil},
		"it was archived":       {func(d *desk, _ *bridge.Case) { d.issue.Archived = true }, bridge.Settling, false, nil},
		"the issue was changed": {func(d *desk, _ *bridge.Case) { d.anew = true }, bridge.Settling, false, nil},
		"it was closed since": {func(d *desk, c *bridge.Case) {
			d.anew = true
			c.State, c.Closing = bridge.Closed, bridge.ByResolved
		}, bridge.Closed, true, nil},
		"resolved, and sent all the same": {func(d *desk, c *bridge.Case) {
			d.issue.Resolved, d.issue.ResolvedAt = true, morning.Add(-time.Hour)
			c.Forced = bridge.Forced{CommentID: "7", At: morning}
		}, bridge.Sent, true, []string{"filed/"}},
	} {
		d, c := newDesk(t), sending()
		test.arrange(d, &c)
		c, e, follows := d.run(c, effect(bridge.OpenTicket, "m1@aoc", d.at), 3)
		opened := 0
		if test.state == bridge.Sent {
			opened = 1
		}
		if c.State != test.state || (c.First() != nil) != test.notice || len(d.api.tickets) != opened || e.State != bridge.EffectDone {
			t.Errorf("%s: %s, notice %v, %d tickets", name, c.State, c.First(), len(d.api.tickets))
		}
		if got := keys(follows); len(got) != len(test.keys) || len(got) > 0 && !strings.HasPrefix(got[0], test.keys[0]) {
			t.Errorf("%s: %v", name, got)
		}
		if test.state == bridge.Settling && (c.Rounds != 1 || c.DueAt.IsZero() || c.Anew != d.anew) {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// TestTrial: what was composed for the API does not go there in mode redirect.
func TestTrial(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Trial = true
	c, _, follows := d.run(sending(), effect(bridge.OpenTicket, "m1@aoc", d.at), 1)
	if comments := told(t, follows); c.State != bridge.Handed || len(comments) != 1 || !strings.Contains(comments[0], "no ho entreu de debò") || len(d.api.calls) != 0 {
		t.Errorf("%s %v %v", c.State, comments, d.api.calls)
	}
}

// TestNoAPI: what was composed for an API that is not used any more goes to a person.
func TestNoAPI(t *testing.T) {
	t.Parallel()
	for says, state := range map[string]bridge.EffectState{"obriu el tiquet a OVH": bridge.EffectPlanned, "no sabem si això ha arribat": bridge.EffectUnknown} {
		d := newDesk(t)
		p := d.Providers["ovh"]
		p.API = nil
		d.Providers["ovh"] = p
		e := effect(bridge.OpenTicket, "m1@aoc", d.at)
		e.State = state
		c, _, follows := d.run(sending(), e, 1)
		if comments := told(t, follows); c.State != bridge.Handed || len(comments) != 1 || !strings.Contains(comments[0], says) || strings.Contains(comments[0], "no ha acceptat") {
			t.Errorf("%s %v", c.State, comments)
		}
	}
}

// TestShadow: what was only recorded opens nothing and calls nobody.
func TestShadow(t *testing.T) {
	t.Parallel()
	d, c := newDesk(t), sending()
	e := effect(bridge.OpenTicket, "m1@aoc", d.at)
	o := d.Settle(c, e, bridge.Event{What: bridge.Done, At: d.at, Result: []byte(`{"at":"2026-11-20T10:00:00Z","proof":"","shadow":true}`)})
	if first := o.Case.First(); o.Case.State != bridge.Sent || !first.Shadow || first.Left() || o.Case.Ticket.ID != 0 || len(o.Effects) != 1 || !o.Case.CallUntil.IsZero() {
		t.Errorf("%+v", o)
	}
	if c.Notices[0].Shadow {
		t.Error("the case that was given is changed")
	}
}

// TestLost: an effect without its notice, or of a provider that is gone, ends.
func TestLost(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, c := range map[string]bridge.Case{
		"no notice":   {ID: "case", Provider: "ovh"},
		"no provider": {ID: "case", Provider: "acme", Notices: sending().Notices},
	} {
		_, e, follows := d.run(c, effect(bridge.OpenTicket, "m1@aoc", d.at), 1)
		if e.State != bridge.EffectFailed || len(follows) != 0 || len(d.api.calls) != 0 {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

// TestUploads: the comment says what a person is to upload, and what is inside.
func TestUploads(t *testing.T) {
	t.Parallel()
	d, c := newDesk(t), sending()
	c.Notices[0].Files = []bridge.Evidence{{ID: "3", Name: "mtr.txt", Size: 100, Digest: "abc"}}
	c.Notices[0].Omitted = []bridge.Evidence{{ID: "1", Name: "captura.png", Size: 2_000_000, Why: bridge.LeftChannel}, {ID: "2", Name: "logo.png", Why: bridge.LeftForeign}}
	c.Notices[0].Further = map[bridge.LeftOut]int{bridge.LeftChannel: 3}
	c.Pending = []string{"since"}
	c.Notices[0].Pending = c.Pending
	c, _, follows := d.run(c, effect(bridge.OpenTicket, "m1@aoc", d.at), 1)
	comment := told(t, follows)[0]
	for _, says := range []string{"Adjunteu a mà al tiquet: captura.png (2,0 MB) ", "3", "mtr.txt", "https://www.ovh.com/manager/", "pendiente de confirmar"} {
		if !strings.Contains(comment, says) {
			t.Errorf("%q is not in %s", says, comment)
		}
	}
	if strings.Contains(comment, "logo.png") || !c.Has("abc") || !c.DueAt.Equal(morning) {
		t.Errorf("%s %+v", comment, c)
	}
}
