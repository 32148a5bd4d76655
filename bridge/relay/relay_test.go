package relay_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/relay"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

var (
	labelled = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	wrote    = labelled.Add(time.Hour)
)

const (
	quiet = 2 * time.Minute
	body  = "Per a Claranet: hem reiniciat el node 1"
)

// asking is a decision about a case that the provider has, long after its only comment.
func asking(t *testing.T) relay.Input {
	t.Helper()
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(profiles, func(p mapping.Profile) bool { return p.ID == "claranet" })
	return relay.Input{
		Now: wrote.Add(quiet), Profile: &profiles[i], Texts: texts, Team: "[~guardia]", Quiet: quiet,
		Issue: bridge.Issue{ID: "10001", Key: "ST-1", Comments: []bridge.Comment{
			{ID: "7", Body: body, Author: bridge.User{ID: "anna", Mention: "[~anna]"}, Created: wrote},
		}},
		Case: bridge.Case{
			ID: "abcdefghijklmnop", IssueID: "10001", IssueKey: "ST-1", Provider: "claranet", Ordinal: 1, State: bridge.Sent, LabelledAt: labelled, Additions: 2,
			Notices: []bridge.Notice{{Serial: 1, SentAt: labelled.Add(time.Minute)}},
		},
	}
}

// planned are the texts that are planned to be sent.
func planned(t *testing.T, o bridge.Outcome) []bridge.ComposeBody {
	t.Helper()
	var out []bridge.ComposeBody
	for _, e := range o.Effects {
		if e.Kind != bridge.ComposeMail {
			continue
		}
		var body bridge.ComposeBody
		if err := e.Decode(&body); err != nil || e.Target != bridge.ToMail || e.Key != fmt.Sprint("compose/10001/claranet/1/", body.Serial) {
			t.Fatalf("%+v, %v", e, err)
		}
		out = append(out, body)
	}
	return out
}

// said are the comments that are planned, by their keys.
func said(t *testing.T, o bridge.Outcome) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, e := range o.Effects {
		if e.Kind == bridge.PostComment {
			var c bridge.CommentBody
			if err := json.Unmarshal(e.Body, &c); err != nil {
				t.Fatal(err)
			}
			out[e.Key] = c.Text
		}
	}
	return out
}

// TestGoes: a text goes once, with its files, as soon as nobody edits it any more.
func TestGoes(t *testing.T) {
	t.Parallel()
	in := asking(t)
	in.Issue.Attachments = []bridge.Attachment{
		{ID: "1", Name: "captura.png", Author: bridge.User{ID: "anna"}, Created: wrote.Add(-time.Minute)},
		{ID: "2", Name: "altra.png", Author: bridge.User{ID: "pol"}, Created: wrote},
	}
	in.Now = wrote.Add(time.Minute)
	o := relay.Decide(in)
	if len(o.Effects) != 0 || !o.Case.DueAt.Equal(wrote.Add(quiet)) {
		t.Fatalf("while somebody may be writing: %+v", o)
	}
	in.Now = wrote.Add(quiet)
	o = relay.Decide(in)
	want := []bridge.ComposeBody{{Serial: 4, About: bridge.AboutWords, Comment: "7", Digest: bridge.Digest("hem reiniciat el node 1"), Files: []string{"1"}}}
	if diff := cmp.Diff(want, planned(t, o)); diff != "" || len(o.Effects) != 1 || o.Case.Additions != 3 || len(in.Case.Relayed) != 0 {
		t.Fatal(diff)
	}
	in.Case = o.Case
	if o = relay.Decide(in); len(o.Effects)+len(o.Audit) != 0 {
		t.Errorf("once more: %+v", o)
	}
	in.Case = asking(t).Case
	in.Issue.Comments[0].Updated = wrote.Add(time.Hour)
	if o = relay.Decide(in); len(o.Effects) != 0 || !o.Case.DueAt.Equal(wrote.Add(time.Hour+quiet)) {
		t.Errorf("edited meanwhile: %+v", o)
	}
	in.Quiet = 0
	if o = relay.Decide(in); len(planned(t, o)) != 1 {
		t.Errorf("at once: %+v", o)
	}
	in.Issue.Archived = true
	if o = relay.Decide(in); len(o.Effects) != 0 {
		t.Errorf("archived: %+v", o)
	}
}

// TestEdited: what is changed after it has gone does not follow, and that is said once a
// version; what is changed before that is what goes.
func TestEdited(t *testing.T) {
	t.Parallel()
	in := asking(t)
	in.Case.Relay("7", bridge.Digest("hem reiniciat el node 1"))
	in.Issue.Comments[0].Body = body + " i el 2"
	if o := relay.Decide(in); len(o.Effects) != 0 {
		t.Fatalf("while it is on its way: %+v", o)
	}
	for name, n := range map[string]bridge.Notice{
		"sent": {SentAt: wrote}, "seen": {SeenAt: wrote}, "recorded": {Shadow: true}, "unproved": {Unproved: true}, "by hand": {Channel: bridge.ByPortal},
	} {
		n.Serial, n.About, n.Comment = 4, bridge.AboutWords, "7"
		next := in
		next.Case.Notices = append(slices.Clone(in.Case.Notices), n)
		o := relay.Decide(next)
		got := said(t, o)
		if len(o.Effects) != 1 || len(got) != 1 {
			t.Fatalf("%s: %+v", name, o)
		}
		for key, text := range got {
			if !strings.HasPrefix(key, "relay/10001/claranet/1/7/edited/") || !strings.HasPrefix(text, "[~anna], el que heu canviat en el comentari per a Claranet no s’ha enviat") {
				t.Errorf("%s: %s\n%s", name, key, text)
			}
		}
		next.Case = o.Case
		if o = relay.Decide(next); len(o.Effects)+len(o.Audit) != 0 {
			t.Errorf("%s, once more: %+v", name, o)
		}
		next.Issue.Comments = []bridge.Comment{next.Issue.Comments[0]}
		next.Issue.Comments[0].Body = body + " i el 3"
		if got := said(t, relay.Decide(next)); len(got) != 1 {
			t.Errorf("%s, edited again: %v", name, got)
		}
		next.Issue.Comments[0].Body = body
		if o = relay.Decide(next); len(o.Effects) != 0 {
			t.Errorf("%s, put back: %+v", name, o)
		}
		next.Issue.Comments = nil
		if o = relay.Decide(next); len(o.Effects) != 0 {
			t.Errorf("%s, deleted: %+v", name, o)
		}
	}
}

// TestWaits: what each state of the case means for a text.
func TestWaits(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		state bridge.State
		says  string
		later bool // it goes when the provider has the first notice
	}{
		"settling":    {bridge.Settling, "sortirà tot sol darrere del primer correu", true},
		"sending":     {bridge.Sending, "sortirà tot sol darrere del primer correu", true},
		"asked":       {bridge.Asked, "falten les dades que us hem demanat", true},
		"handed":      {bridge.Handed, "Quan hàgiu escrit {{escalat portal}} amb el número", true},
		"listed":      {bridge.Listed, "{{escalat endavant}}", true},
		"braked":      {bridge.Braked, "{{escalat endavant}}", true},
		"closed":      {bridge.Closed, "{{escalat reobre}}", true},
		"refused":     {bridge.Refused, "no en té permís", false},
		"withdrawn":   {bridge.Withdrawn, "Torneu a posar l’etiqueta", false},
		"joined":      {bridge.Joined, "va amb ST-2. Escriviu-lo allà", false},
		"undelivered": {bridge.Undelivered, "Digueu-los-ho per telèfon o pel portal", false},
	} {
		in := asking(t)
		in.Now = wrote.Add(10 * time.Minute)
		in.Case.State, in.Case.LeaderKey = test.state, "ST-2"
		o := relay.Decide(in)
		got := said(t, o)
		if len(got) != 1 || len(planned(t, o)) != 0 {
			t.Fatalf("%s: %+v", name, o)
		}
		for _, text := range got {
			if !strings.HasPrefix(text, "[~anna], ") && !strings.HasPrefix(text, "[~anna], *") || !strings.Contains(text, test.says) {
				t.Errorf("%s:\n%s", name, text)
			}
		}
		in.Case = o.Case
		if o = relay.Decide(in); len(o.Effects)+len(o.Audit) != 0 {
			t.Errorf("%s, once more: %+v", name, o)
		}
		in.Case.State = bridge.Sent
		if o = relay.Decide(in); len(planned(t, o)) != map[bool]int{true: 1}[test.later] {
			t.Errorf("%s, then sent: %+v", name, o)
		}
		in.Issue.Comments[0].Body += " i el 2"
		if o = relay.Decide(in); len(planned(t, o)) != 1 {
			t.Errorf("%s, then written anew: %+v", name, o)
		}
	}
}

// TestPatience: of a first notice that is just going out nothing is said.
func TestPatience(t *testing.T) {
	t.Parallel()
	in := asking(t)
	in.Case.State, in.Now = bridge.Sending, wrote.Add(9*time.Minute)
	if o := relay.Decide(in); len(o.Effects) != 0 || !o.Case.DueAt.Equal(wrote.Add(10*time.Minute)) {
		t.Errorf("%+v", o)
	}
}

// TestFaults: what goes to nobody is explained once, while somebody may wait for it.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*relay.Input, *bridge.Comment)
		says   string // nothing: nothing is said
	}{
		"unclear":            {func(_ *relay.Input, c *bridge.Comment) { c.Body = "A Claranet: ja ho miren" }, "no queda clar si és per a ells"},
		"empty":              {func(_ *relay.Input, c *bridge.Comment) { c.Body = "Per a Claranet:" }, "no hi ha cap text"},
		"restricted":         {func(_ *relay.Input, c *bridge.Comment) { c.Restricted = true }, "no surt"},
		"public":             {func(_ *relay.Input, c *bridge.Comment) { c.Public = true }, "no surt"},
		"barred":             {func(in *relay.Input, _ *bridge.Comment) { in.Issue.Barred = []string{"anna"} }, "cal permís"},
		"early":              {func(_ *relay.Input, c *bridge.Comment) { c.Created = labelled.Add(-time.Minute) }, "abans que s’escalés"},
		"early, long before": {func(_ *relay.Input, c *bridge.Comment) { c.Created = labelled.Add(-25 * time.Hour) }, ""},
		"early, of another escalation": {func(in *relay.Input, c *bridge.Comment) {
			c.Created, in.Case.Ordinal = labelled.Add(-time.Minute), 2
		}, ""},
		"before the store was lost": {func(in *relay.Input, _ *bridge.Comment) { in.Case.KnownUntil = wrote.Add(time.Second) }, ""},
		"old":                       {func(in *relay.Input, _ *bridge.Comment) { in.Now = wrote.Add(8 * 24 * time.Hour) }, "fa dies que es va escriure"},
		"empty and old":             {func(in *relay.Input, c *bridge.Comment) { c.Body, in.Now = "@claranet", wrote.Add(25*time.Hour) }, ""},
		"a customer":                {func(_ *relay.Input, c *bridge.Comment) { c.Author.Customer = true }, ""},
		"our own":                   {func(_ *relay.Input, c *bridge.Comment) { c.Own = true }, ""},
		"for another":               {func(_ *relay.Input, c *bridge.Comment) { c.Body = "Per a OVH: hola" }, ""},
	} {
		in := asking(t)
		test.change(&in, &in.Issue.Comments[0])
		o := relay.Decide(in)
		got := said(t, o)
		if len(got) != min(1, len(test.says)) || len(planned(t, o)) != 0 {
			t.Fatalf("%s: %+v", name, o)
		}
		for _, text := range got {
			if !strings.Contains(text, test.says) {
				t.Errorf("%s:\n%s", name, text)
			}
		}
		in.Case = o.Case
		if o = relay.Decide(in); len(o.Effects)+len(o.Audit) != 0 {
			t.Errorf("%s, once more: %+v", name, o)
		}
	}
}

// TestNowhere: a text for a provider to whom the issue was never escalated is said to go
// nowhere, once, by one of the issue's cases, with the label that escalates.
func TestNowhere(t *testing.T) {
	t.Parallel()
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	ovh := func(change func(*bridge.Case)) bridge.Case {
		c := bridge.Case{ID: "o", IssueID: "10001", Provider: "ovh", Ordinal: 1, State: bridge.Sent, OpenedAt: labelled, LabelledAt: labelled}
		change(&c)
		return c
	}
	for name, test := range map[string]struct {
		body   string
		change func(*relay.Input, *bridge.Comment)
		says   bool
		goes   bool
	}{
		"for another":          {"Per a OVH: hola", func(*relay.Input, *bridge.Comment) {}, true, false},
		"by its sign":          {"@ovh hola", func(*relay.Input, *bridge.Comment) {}, true, false},
		"for both":             {"Per a Claranet i OVH: hola", func(*relay.Input, *bridge.Comment) {}, true, true},
		"of a closed case":     {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) { in.Case.State = bridge.Closed }, true, false},
		"it may be about them": {"A OVH: ja ho miren", func(*relay.Input, *bridge.Comment) {}, false, false},
		"restricted":           {"Per a OVH: hola", func(_ *relay.Input, c *bridge.Comment) { c.Restricted = true }, false, false},
		"barred":               {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) { in.Issue.Barred = []string{"anna"} }, false, false},
		"early":                {"Per a OVH: hola", func(_ *relay.Input, c *bridge.Comment) { c.Created = labelled.Add(-time.Minute) }, false, false},
		"old":                  {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) { in.Now = wrote.Add(8 * 24 * time.Hour) }, false, false},
		"archived":             {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) { in.Issue.Archived = true }, false, false},
		"about to be escalated": {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) {
			in.Issue.Labels = []string{"escalar-ovh"}
		}, false, false},
		"escalated": {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) {
			in.Others = []bridge.Case{ovh(func(*bridge.Case) {})}
		}, false, false},
		"escalated once": {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) {
			in.Others = []bridge.Case{ovh(func(c *bridge.Case) { c.State = bridge.Closed })}
		}, false, false},
		"switched off": {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) {
			in.Profiles = []mapping.Profile{*in.Profile}
		}, false, false},
		"another case says it": {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) {
			in.Others = []bridge.Case{ovh(func(c *bridge.Case) { c.Provider, c.OpenedAt = "tef", labelled.Add(time.Minute) })}
		}, false, false},
		"the other case is closed": {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) {
			in.Others = []bridge.Case{ovh(func(c *bridge.Case) {
				c.Provider, c.OpenedAt, c.State = "tef", labelled.Add(time.Minute), bridge.Closed
			})}
		}, true, false},
		"the other has said it": {"Per a OVH: hola", func(in *relay.Input, _ *bridge.Comment) {
			in.Others = []bridge.Case{ovh(func(c *bridge.Case) {
				c.Provider, c.State, c.Spent = "tef", bridge.Closed, []string{"relay/7/nowhere/ovh"}
			})}
		}, false, false},
	} {
		in := asking(t)
		in.Profiles, in.Case.OpenedAt = profiles, labelled
		in.Issue.Comments[0].Body = test.body
		test.change(&in, &in.Issue.Comments[0])
		o := relay.Decide(in)
		got := said(t, o)
		if len(got) != map[bool]int{true: 1}[test.says] || len(planned(t, o)) != map[bool]int{true: 1}[test.goes] {
			t.Fatalf("%s: %+v", name, o)
		}
		for key, text := range got {
			if key != "relay/10001/claranet/1/7/nowhere/ovh" || !strings.HasPrefix(text, "[~anna], el text per a OVH") || !strings.Contains(text, "{{escalar-ovh}}") {
				t.Errorf("%s: %s\n%s", name, key, text)
			}
		}
		in.Case = o.Case
		if o = relay.Decide(in); len(o.Effects)+len(o.Audit) != 0 {
			t.Errorf("%s, once more: %+v", name, o)
		}
	}
}

// TestUndeliveredAtNight: outside the desk's hours what cannot go is said on the telephone,
// unless it is a test.
func TestUndeliveredAtNight(t *testing.T) {
	t.Parallel()
	in := asking(t)
	in.Case.State, in.Now = bridge.Undelivered, time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	for _, test := range []bool{false, true} {
		in.Trial = test
		for _, text := range said(t, relay.Decide(in)) {
			if strings.Contains(text, "TRUQUEU ARA") == test {
				t.Errorf("trial %v:\n%s", test, text)
			}
		}
	}
}

// TestBounds: only so many go out in a day and in a case; the rest waits, or is said.
func TestBounds(t *testing.T) {
	t.Parallel()
	in := asking(t)
	in.Issue.Comments = nil
	for n := range 32 {
		in.Issue.Comments = append(in.Issue.Comments, bridge.Comment{ID: fmt.Sprint(n), Body: fmt.Sprint(body, n), Created: wrote.Add(time.Duration(n) * time.Minute)})
	}
	in.Now = wrote.Add(2 * time.Hour)
	o := relay.Decide(in)
	if len(planned(t, o)) != 30 || len(said(t, o)) != 2 || !o.Case.DueAt.Equal(wrote.Add(24*time.Hour)) {
		t.Fatalf("%d go, %d are said, due %v", len(planned(t, o)), len(said(t, o)), o.Case.DueAt)
	}
	for _, text := range said(t, o) {
		if !strings.HasPrefix(text, "[~guardia], ") || !strings.Contains(text, "sortirà el 21/11/2026 a les 10.00") || !strings.Contains(text, "ja n’han sortit 30") {
			t.Error(text)
		}
	}
	in.Case, in.Now = o.Case, wrote.Add(24*time.Hour)
	if o = relay.Decide(in); len(planned(t, o)) != 1 || !o.Case.DueAt.Equal(wrote.Add(24*time.Hour)) {
		t.Errorf("a day later: %d, due %v", len(planned(t, o)), o.Case.DueAt)
	}
	in = asking(t)
	for n := range 300 {
		in.Case.Relay(fmt.Sprint("x", n), "d")
	}
	o = relay.Decide(in)
	if got := said(t, o); len(planned(t, o)) != 0 || len(got) != 1 {
		t.Errorf("%+v", o)
	}
}

// TestEachProviderGetsIt: a text for two goes to each one by its own case.
func TestEachProviderGetsIt(t *testing.T) {
	t.Parallel()
	in := asking(t)
	in.Issue.Comments[0].Body = "Per a Claranet i OVH: hola"
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for i := range profiles {
		in.Profile = &profiles[i]
		if got := planned(t, relay.Decide(in)); len(got) != 1 || got[0].Digest != bridge.Digest("hola") {
			t.Errorf("%s: %+v", in.Profile.ID, got)
		}
	}
}

// TestDecideProperties: whatever is written when, a text is planned at most once, nothing
// is said twice, and the caller's case stays as it was.
func TestDecideProperties(t *testing.T) {
	t.Parallel()
	states := []bridge.State{bridge.Settling, bridge.Asked, bridge.Sending, bridge.Sent, bridge.Answered, bridge.Handed, bridge.Undelivered, bridge.Closed, bridge.Listed, bridge.Joined}
	bodies := []string{body, "@claranet hola", "A Claranet: x", "Per a Claranet:", "res", "Per a OVH: x"}
	base := asking(t)
	rapid.Check(t, func(t *rapid.T) {
		in := base
		keys := map[string]bool{}
		sent := map[string]bool{}
		for step := range rapid.IntRange(1, 12).Draw(t, "steps") {
			in.Issue.Comments = nil
			for n := range rapid.IntRange(0, 4).Draw(t, "comments") {
				in.Issue.Comments = append(in.Issue.Comments, bridge.Comment{
					ID: fmt.Sprint(n), Body: rapid.SampledFrom(bodies).Draw(t, "body"), Created: wrote, Restricted: rapid.IntRange(0, 5).Draw(t, "restricted") == 0,
				})
			}
			in.Case.State = rapid.SampledFrom(states).Draw(t, "state")
			in.Now = wrote.Add(time.Duration(step) * time.Duration(rapid.IntRange(0, 600).Draw(t, "minutes")) * time.Minute)
			before, _ := json.Marshal(in.Case)
			o := relay.Decide(in)
			if after, _ := json.Marshal(in.Case); string(before) != string(after) {
				t.Fatal("the caller's case was changed")
			}
			for _, e := range o.Effects {
				if keys[e.Key] {
					t.Fatalf("%s twice", e.Key)
				}
				keys[e.Key] = true
				var body bridge.ComposeBody
				if e.Kind == bridge.ComposeMail && (e.Decode(&body) != nil || sent[body.Comment]) {
					t.Fatalf("comment %s is sent twice", body.Comment)
				}
				sent[body.Comment] = e.Kind == bridge.ComposeMail || sent[body.Comment]
			}
			in.Case = o.Case
		}
	})
}
