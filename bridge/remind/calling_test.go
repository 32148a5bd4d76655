package remind

import (
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// TestCalling: by the case alone it is known at night what Decide would say.
func TestCalling(t *testing.T) {
	t.Parallel()
	p := claranet(t)
	at := func(s string) time.Time { return clockIn(t, p, s) }
	silent := *p
	silent.Contacts.Night.Phones = nil
	for name, test := range map[string]struct {
		labelled, sent, now string
		change              func(c *bridge.Case)
		p                   *mapping.Profile
		test                bool
		since               string // empty: no call
	}{
		"unsent, by day":               {labelled: "23 10:00", now: "23 16:59"},
		"unsent when it closes":        {labelled: "23 10:00", now: "23 17:10", since: "23 17:00"},
		"labelled at night":            {labelled: "23 22:00", now: "23 22:10", since: "23 22:00"},
		"it was told already":          {labelled: "23 22:00", now: "23 23:10", change: func(c *bridge.Case) { wording.Owe(c, p, at("23 22:00")) }, since: "23 22:00"},
		"told the night before":        {labelled: "22 22:00", now: "23 23:10", change: func(c *bridge.Case) { wording.Owe(c, p, at("22 22:00")) }, since: "23 17:00"},
		"asked":                        {labelled: "23 10:00", now: "23 17:10", change: func(c *bridge.Case) { c.State = bridge.Asked }, since: "23 17:00"},
		"being sent":                   {labelled: "23 10:00", now: "23 17:10", change: func(c *bridge.Case) { c.State = bridge.Sending }, since: "23 17:00"},
		"undelivered":                  {labelled: "23 10:00", now: "23 17:10", change: func(c *bridge.Case) { c.State = bridge.Undelivered }, since: "23 17:00"},
		"handed":                       {labelled: "23 10:00", now: "23 17:10", change: func(c *bridge.Case) { c.State = bridge.Handed }, since: "23 17:00"},
		"sent":                         {labelled: "23 10:00", sent: "23 10:05", now: "23 17:10", since: "23 17:00"},
		"a program answered":           {labelled: "23 10:00", sent: "23 10:05", now: "23 17:10", change: func(c *bridge.Case) { c.State = bridge.Answered }, since: "23 17:00"},
		"confirmed":                    {labelled: "23 10:00", sent: "23 10:05", now: "23 17:10", change: func(c *bridge.Case) { c.ConfirmedAt = at("23 10:06") }},
		"somebody wrote while it was":  {labelled: "23 22:00", sent: "23 22:05", now: "23 22:30", change: func(c *bridge.Case) { wording.Owe(c, p, at("23 22:00")); c.HeardAt = at("23 22:20") }},
		"somebody has called":          {labelled: "23 22:00", now: "23 22:30", change: func(c *bridge.Case) { wording.Aware(c, p, at("23 22:20")) }},
		"not urgent":                   {labelled: "23 22:00", now: "23 22:30", change: func(c *bridge.Case) { c.NotUrgent = true }},
		"resolved":                     {labelled: "23 22:00", now: "23 22:30", change: func(c *bridge.Case) { c.ResolvedSince = at("23 22:20") }},
		"resolved, and opened again":   {labelled: "23 22:00", now: "23 22:30", change: func(c *bridge.Case) { c.ResolvedSince, c.ReopenedAt = at("23 22:05"), at("23 22:20") }, since: "23 22:20"},
		"closed":                       {labelled: "23 22:00", now: "23 22:30", change: func(c *bridge.Case) { c.State = bridge.Closed }},
		"joined":                       {labelled: "23 22:00", now: "23 22:30", change: func(c *bridge.Case) { c.State = bridge.Joined }},
		"listed":                       {labelled: "23 22:00", now: "23 22:30", change: func(c *bridge.Case) { c.State = bridge.Listed }},
		"braked when it was due":       {labelled: "23 22:00", now: "23 22:30", change: func(c *bridge.Case) { wording.Owe(c, p, at("23 22:00")); c.State = bridge.Braked }, since: "23 22:00"},
		"nothing goes to the provider": {labelled: "23 22:00", now: "23 22:30", test: true},
		"no telephone":                 {labelled: "23 22:00", now: "23 22:30", p: &silent},
	} {
		w := begin(t, p, "ca", at(test.labelled))
		if test.sent != "" {
			w.sent(at(test.sent))
		}
		c := w.in.Case
		if test.change != nil {
			test.change(&c)
		}
		with := p
		if test.p != nil {
			with = test.p
		}
		var want time.Time
		if test.since != "" {
			want = at(test.since)
		}
		if got := Calling(c, with, at(test.now), test.test); !got.Equal(want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
