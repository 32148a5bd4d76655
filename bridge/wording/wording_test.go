package wording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// TestDesk: by day whom the desk says, at night only the night's telephones.
func TestDesk(t *testing.T) {
	t.Parallel()
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	for i := range profiles {
		p := &profiles[i]
		day := time.Date(2026, 11, 20, 10, 0, 0, 0, p.Location())
		phones, portal := wording.Desk(p, "", texts, day)
		if diff := cmp.Diff(p.Contacts.Day.Phones, phones); diff != "" || portal != p.Contacts.Portal || portal == "" {
			t.Errorf("%s by day: portal %q %s", p.ID, portal, diff)
		}
		night := day.Add(13 * time.Hour)
		if call := wording.Call(p, "", texts, night); call == nil {
			continue // its desk is open all night
		}
		phones, portal = wording.Desk(p, "", texts, night)
		if diff := cmp.Diff(p.Contacts.Night.Phones, phones); diff != "" || portal != "" || len(phones) == 0 {
			t.Errorf("%s at night: portal %q %s", p.ID, portal, diff)
		}
	}
}

// desk is a provider with those hours, in Madrid, and its texts.
func desk(t *testing.T, from, to string) (*mapping.Profile, text.Texts) {
	t.Helper()
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	p := profiles[0]
	p.Hours = mapping.Hours{From: from, To: to}
	return &p, texts
}

// TestDue: the call is due until the desk opens, and not when the provider knows since
// the case began or the desk closed.
func TestDue(t *testing.T) {
	t.Parallel()
	p, texts := desk(t, "08:00", "17:00")
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, p.Location())
	}
	for name, test := range map[string]struct {
		aware, began, at, until time.Time // until zero: no call
	}{
		"by day":                      {at: at(20, 10, 0)},
		"at opening":                  {at: at(20, 8, 0)},
		"at closing":                  {at: at(20, 17, 0), until: at(21, 8, 0)},
		"before midnight":             {at: at(20, 23, 0), until: at(21, 8, 0)},
		"after midnight":              {at: at(21, 2, 0), until: at(21, 8, 0)},
		"at the end of the night":     {at: at(21, 7, 59), until: at(21, 8, 0)},
		"it knows since the evening":  {aware: at(20, 23, 0), at: at(21, 2, 0)},
		"it knows since closing":      {aware: at(20, 17, 0), at: at(21, 7, 0)},
		"it knows since it was open":  {aware: at(20, 16, 59), began: at(20, 16, 0), at: at(20, 17, 1)},
		"it knows since last night":   {aware: at(20, 2, 0), began: at(20, 1, 0), at: at(20, 23, 0)},
		"it knew of what was before":  {aware: at(20, 16, 58), began: at(20, 16, 59), at: at(20, 17, 1), until: at(21, 8, 0)},
		"it knew the night before":    {aware: at(20, 2, 0), began: at(20, 9, 0), at: at(20, 23, 0), until: at(21, 8, 0)},
		"it knew a year ago":          {aware: at(20, 23, 0).AddDate(-1, 0, 0), began: at(20, 22, 0), at: at(20, 23, 0), until: at(21, 8, 0)},
		"the clock was put back":      {at: time.Date(2026, 10, 24, 23, 0, 0, 0, p.Location()), until: time.Date(2026, 10, 25, 8, 0, 0, 0, p.Location())},
		"the clock was put forward":   {at: time.Date(2026, 3, 28, 23, 0, 0, 0, p.Location()), until: time.Date(2026, 3, 29, 8, 0, 0, 0, p.Location())},
		"it knows since before that":  {aware: time.Date(2026, 10, 24, 23, 0, 0, 0, p.Location()), at: time.Date(2026, 10, 25, 7, 0, 0, 0, p.Location())},
		"it knows in the double hour": {aware: time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC), at: time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC)},
	} {
		c := bridge.Case{IssueKey: "ST-1", AwareAt: test.aware, LabelledAt: test.began}
		call := wording.Due(&c, p, texts, test.at, "El portal cau")
		if (call != nil) != !test.until.IsZero() || !c.CallUntil.Equal(test.until) {
			t.Errorf("%s: %+v, until %v", name, call, c.CallUntil)
		}
		if call != nil && (!strings.Contains(call.Say, "El portal cau") || len(call.Numbers) == 0 || call.Provider == "") {
			t.Errorf("%s: %+v", name, call)
		}
	}
	p, _ = desk(t, "00:00", "24:00")
	c := bridge.Case{}
	if call := wording.Due(&c, p, texts, at(20, 3, 0), ""); call != nil || !c.CallUntil.IsZero() {
		t.Errorf("a desk that never closes: %+v, until %v", call, c.CallUntil)
	}
}

// TestAgain: of what comes later the provider is called while nobody there has written
// since the desk closed, also when a person called; what to say is told while the call
// about the case itself is due.
func TestAgain(t *testing.T) {
	t.Parallel()
	p, texts := desk(t, "08:00", "17:00")
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, p.Location()) }
	for name, test := range map[string]struct {
		aware, heard, until, at time.Time
		call, say               bool
	}{
		"by day":                            {at: at(20, 10)},
		"at night":                          {at: at(20, 23), call: true},
		"a call is due":                     {until: at(21, 8), at: at(20, 23), call: true, say: true},
		"a call was due":                    {until: at(20, 8), at: at(20, 23), call: true},
		"a person called":                   {aware: at(20, 22), at: at(20, 23), call: true},
		"they wrote":                        {aware: at(20, 22), heard: at(20, 22), at: at(20, 23)},
		"they wrote, then a person called":  {aware: at(20, 22), heard: at(20, 21), at: at(20, 23)},
		"they wrote by day, a person calls": {aware: at(20, 22), heard: at(20, 12), at: at(20, 23), call: true},
		"they wrote the night before":       {aware: at(19, 22), heard: at(19, 22), at: at(20, 23), call: true},
	} {
		c := bridge.Case{IssueKey: "ST-1", AwareAt: test.aware, HeardAt: test.heard, CallUntil: test.until}
		call := wording.Again(c, p, texts, test.at, "El portal cau")
		if (call != nil) != test.call || call != nil && strings.Contains(call.Say, "El portal cau") != test.say {
			t.Errorf("%s: %+v", name, call)
		}
	}
}

// TestHeard: who writes is aware, and reads mail.
func TestHeard(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	wrote := time.Date(2026, 11, 20, 23, 0, 0, 0, p.Location())
	c := bridge.Case{CallUntil: wrote.Add(9 * time.Hour)}
	wording.Heard(&c, p, wrote)
	wording.Heard(&c, p, wrote.Add(-time.Hour)) // which came later
	if !c.HeardAt.Equal(wrote) || !c.AwareAt.Equal(wrote) || !c.CallUntil.IsZero() {
		t.Errorf("heard %v, aware %v, call until %v", c.HeardAt, c.AwareAt, c.CallUntil)
	}
	wording.Aware(&c, p, wrote.Add(time.Hour)) // a person called
	if !c.HeardAt.Equal(wrote) {
		t.Errorf("a call is no mail: heard %v", c.HeardAt)
	}
}

// TestAware: it ends the call of its own night only, and never goes back.
func TestAware(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, p.Location()) }
	for name, test := range map[string]struct {
		at    time.Time
		until time.Time
		due   bool
	}{
		"the same night":         {at(20, 23), at(21, 8), false},
		"after the desk opened":  {at(21, 9), at(21, 8), false},
		"the night before":       {at(20, 3), at(21, 8), true},
		"before the desk closed": {at(20, 16), at(21, 8), true},
		"no call was due":        {at(20, 23), time.Time{}, false},
	} {
		c := bridge.Case{CallUntil: test.until, AwareAt: at(19, 1)}
		if wording.Aware(&c, p, test.at); c.CallUntil.IsZero() == test.due || !c.AwareAt.Equal(test.at) {
			t.Errorf("%s: until %v, aware %v", name, c.CallUntil, c.AwareAt)
		}
		if wording.Aware(&c, p, at(18, 1)); !c.AwareAt.Equal(test.at) {
			t.Errorf("%s: aware %v", name, c.AwareAt)
		}
	}
}

// TestSay: what is read aloud is Spanish, short, and true of the mail.
func TestSay(t *testing.T) {
	t.Parallel()
	p, texts := desk(t, "08:00", "17:00")
	now := time.Date(2026, 11, 20, 23, 0, 0, 0, p.Location())
	left := []bridge.Notice{{Serial: 1, SentAt: now}}
	for name, test := range map[string]struct {
		c       bridge.Case
		summary string
		want    string
	}{
		"asked": {
			summary: "El portal cau",
			want:    "Llamamos de AOC por una incidencia urgente: «El portal cau». Nuestra referencia es ST-1. Los datos les llegarán por correo.",
		},
		"sent": {
			c: bridge.Case{Notices: left}, summary: " El portal\n cau ",
			want: "Llamamos de AOC por una incidencia urgente: «El portal cau». Nuestra referencia es ST-1. Tienen los datos en el correo que les hemos enviado.",
		},
		"with their number": {
			c: bridge.Case{Notices: left, References: []string{"INC1", "INC2"}}, summary: "El portal cau",
			want: "Llamamos de AOC por una incidencia urgente: «El portal cau». Nuestra referencia es ST-1. Su número de ticket es INC2. Tienen los datos en el correo que les hemos enviado.",
		},
		"only recorded": {
			c: bridge.Case{Notices: []bridge.Notice{{Serial: 1, SentAt: now, Shadow: true}}}, summary: "El portal cau",
			want: "Llamamos de AOC por una incidencia urgente: «El portal cau». Nuestra referencia es ST-1. Los datos les llegarán por correo.",
		},
		"not delivered": {
			c: bridge.Case{State: bridge.Undelivered}, summary: "El portal cau",
			want: "Llamamos de AOC por una incidencia urgente: «El portal cau». Nuestra referencia es ST-1. No nos consta que el correo con los datos haya salido: se los damos ahora.",
		},
		"no summary": {want: "Llamamos de AOC por una incidencia urgente. Nuestra referencia es ST-1. Los datos les llegarán por correo."},
		"a long one": {
			summary: strings.Repeat("ñandú ", 50),
			want:    "Llamamos de AOC por una incidencia urgente: «" + strings.TrimSpace(strings.Repeat("ñandú ", 13)) + "…». Nuestra referencia es ST-1. Los datos les llegarán por correo.",
		},
	} {
		test.c.IssueKey = "ST-1"
		call := wording.Due(&test.c, p, texts, now, test.summary)
		if call == nil {
			t.Fatalf("%s: no call", name)
		}
		if diff := cmp.Diff(test.want, call.Say); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
