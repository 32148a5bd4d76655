package post_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/text"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

func provider() mapping.Profile {
	return mapping.Profile{ID: "claranet", Name: "Claranet", Label: "claranet", Contacts: mapping.Contacts{Portal: "https://portal.example"}}
}

func allMarks() post.Marks {
	return post.Marks{Profiles: []mapping.Profile{provider()}, StateLabels: true, Links: true, Field: map[string]string{"claranet": "customfield_1"}}
}

func markedCase(change func(*bridge.Case)) bridge.Case {
	c := bridge.Case{ID: "case", IssueID: "10001", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 2, Labels: []string{"escalar-claranet", "Escalat-Claranet"}}
	change(&c)
	return c
}

// planned is an effect as a test names it.
type planned struct{ Kind, Key, Body string }

func plan(m post.Marks, c *bridge.Case) (out []planned) {
	for _, e := range m.Plan(c) {
		if e.Target != bridge.ToMarks {
			out = append(out, planned{"target", string(e.Target), ""})
		}
		out = append(out, planned{string(e.Kind), e.Key, string(e.Body)})
	}
	return out
}

func TestMarksFollowTheCase(t *testing.T) {
	t.Parallel()
	const (
		first  = "marks/10001/claranet/2/1"
		second = "marks/10001/claranet/2/2"
		off    = `{"remove":["claranet-aturat","claranet-cal-obrir-tiquet","claranet-cal-trucar","claranet-enviat","claranet-falten-dades","claranet-no-enviat","claranet-respost"`
	)
	on := func(label string) string {
		return `{"add":["` + label + `"],` + strings.Replace(strings.TrimPrefix(off, "{"), `"`+label+`",`, "", 1) + "]}"
	}
	tests := map[string]struct {
		change func(*bridge.Case)
		want   []planned
		shown  string
	}{
		"settling":    {func(c *bridge.Case) { c.State = bridge.Settling }, nil, ""},
		"listed":      {func(c *bridge.Case) { c.State = bridge.Listed }, nil, ""},
		"refused":     {func(c *bridge.Case) { c.State = bridge.Refused }, nil, ""},
		"asked":       {func(c *bridge.Case) { c.State = bridge.Asked }, []planned{{"labels", first, on("claranet-falten-dades")}}, "claranet-falten-dades"},
		"braked":      {func(c *bridge.Case) { c.State = bridge.Braked }, []planned{{"labels", first, on("claranet-aturat")}}, "claranet-aturat"},
		"sent":        {func(c *bridge.Case) { c.State = bridge.Sent }, []planned{{"labels", first, on("claranet-enviat")}}, "claranet-enviat"},
		"handed":      {func(c *bridge.Case) { c.State = bridge.Handed }, []planned{{"labels", first, on("claranet-cal-obrir-tiquet")}}, "claranet-cal-obrir-tiquet"},
		"undelivered": {func(c *bridge.Case) { c.State = bridge.Undelivered }, []planned{{"labels", first, on("claranet-no-enviat")}}, "claranet-no-enviat"},
		"still sent":  {func(c *bridge.Case) { c.State, c.Shown = bridge.Sent, "claranet-enviat" }, nil, "claranet-enviat"},
		"answered": {
			func(c *bridge.Case) { c.State, c.Shown, c.Marks = bridge.Answered, "claranet-enviat", 1 },
			[]planned{{"labels", second, strings.Replace(on("claranet-respost"), `,"claranet-respost"]`, "]", 1)}},
			"claranet-respost",
		},
		"sending":   {func(c *bridge.Case) { c.State, c.Shown = bridge.Sending, "claranet-falten-dades" }, []planned{{"labels", first, off + "]}"}}, ""},
		"withdrawn": {func(c *bridge.Case) { c.State, c.Shown = bridge.Withdrawn, "claranet-aturat" }, []planned{{"labels", first, off + "]}"}}, ""},
		"closed by label": {
			func(c *bridge.Case) { c.State, c.Closing, c.Shown = bridge.Closed, bridge.ByLabel, "claranet-enviat" },
			[]planned{{"labels", first, off + "]}"}},
			"",
		},
		"closed by another": {
			func(c *bridge.Case) { c.State, c.Closing, c.Shown = bridge.Closed, bridge.ByAnother, "claranet-enviat" }, nil, "",
		},
		"resolved": {
			func(c *bridge.Case) {
				c.State, c.Closing, c.LabelOn, c.Shown = bridge.Closed, bridge.ByResolved, true, "claranet-enviat"
			},
			[]planned{{"labels", first, off + `,"escalar-claranet","Escalat-Claranet"]}`}},
			"",
		},
		"resolved, label gone": {
			func(c *bridge.Case) { c.State, c.Closing = bridge.Closed, bridge.ByResolved }, nil, "",
		},
		"resolved, none known": {
			func(c *bridge.Case) {
				c.State, c.Closing, c.LabelOn, c.Labels = bridge.Closed, bridge.ByResolved, true, nil
			}, nil, "",
		},
		"joined": {
			func(c *bridge.Case) { c.State, c.References = bridge.Joined, []string{"CAS-1"} },
			[]planned{{"link", first, `{"reference":"CAS-1"}`}, {"field", second, `{"reference":"CAS-1"}`}},
			"",
		},
		"second reference": {
			func(c *bridge.Case) {
				c.State, c.Shown, c.References, c.Marked = bridge.Sent, "claranet-enviat", []string{"CAS-1", "CAS-2"}, []string{"CAS-1"}
			},
			[]planned{{"link", first, `{"reference":"CAS-2"}`}, {"field", second, `{"reference":"CAS-2"}`}},
			"claranet-enviat",
		},
		"of a provider that is off": {func(c *bridge.Case) { c.Provider, c.State = "ovh", bridge.Sent }, nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := markedCase(test.change)
			if diff := cmp.Diff(test.want, plan(allMarks(), &c)); diff != "" {
				t.Errorf("planned (-want +got):\n%s", diff)
			}
			if c.Shown != test.shown {
				t.Errorf("shown %q", c.Shown)
			}
			if again := plan(allMarks(), &c); again != nil {
				t.Errorf("planned again: %v", again)
			}
		})
	}
}

// TestWhatIsOffIsNotPlanned, and waits to be planned once it is on. Closing takes
// the escalation label off all the same.
func TestWhatIsOffIsNotPlanned(t *testing.T) {
	t.Parallel()
	unlinked := provider()
	unlinked.Contacts.Portal = ""
	sent := func(c *bridge.Case) { c.State, c.CallUntil, c.References = bridge.Sent, at, []string{"CAS-1"} }
	resolved := func(c *bridge.Case) {
		c.State, c.Closing, c.LabelOn, c.Shown, c.References = bridge.Closed, bridge.ByResolved, true, "claranet-enviat", []string{"CAS-1"}
	}
	none := post.Marks{Profiles: []mapping.Profile{provider()}}
	for name, test := range map[string]struct {
		marks  post.Marks
		change func(*bridge.Case)
		want   []planned
		marked int
	}{
		"no profile":        {post.Marks{StateLabels: true, Links: true}, resolved, nil, 0},
		"nothing":           {none, sent, nil, 0},
		"nothing, resolved": {none, resolved, []planned{{"labels", "marks/10001/claranet/2/1", `{"remove":["escalar-claranet","Escalat-Claranet"]}`}}, 0},
		"links, no portal":  {post.Marks{Profiles: []mapping.Profile{unlinked}, Links: true}, sent, nil, 0},
		"links":             {post.Marks{Profiles: none.Profiles, Links: true}, sent, []planned{{"link", "marks/10001/claranet/2/1", `{"reference":"CAS-1"}`}}, 1},
		"field of another":  {post.Marks{Profiles: none.Profiles, Field: map[string]string{"ovh": "x"}}, sent, nil, 0},
		"field, not a portal": {
			post.Marks{Profiles: []mapping.Profile{unlinked}, Links: true, Field: map[string]string{"claranet": "x"}},
			sent,
			[]planned{{"field", "marks/10001/claranet/2/1", `{"reference":"CAS-1"}`}},
			1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := markedCase(test.change)
			if diff := cmp.Diff(test.want, plan(test.marks, &c)); diff != "" {
				t.Errorf("planned (-want +got):\n%s", diff)
			}
			if len(c.Marked) != test.marked {
				t.Errorf("marked %v", c.Marked)
			}
			if again := plan(test.marks, &c); again != nil {
				t.Errorf("planned again: %v", again)
			}
		})
	}
}

// TestMarksLeaveTheCallersAlone: a case that is copied shares its slices.
func TestMarksLeaveTheCallersAlone(t *testing.T) {
	t.Parallel()
	before := markedCase(func(c *bridge.Case) {
		c.State, c.References = bridge.Sent, []string{"CAS-1"}
		c.Marked = append(make([]string, 0, 4), "CAS-0")
		c.Closing, c.LabelOn = bridge.ByResolved, true
	})
	one, two := before, before
	two.References = []string{"CAS-2"}
	allMarks().Plan(&one)
	allMarks().Plan(&two)
	if diff := cmp.Diff([]string{"CAS-0", "CAS-1"}, one.Marked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStateLabels(t *testing.T) {
	t.Parallel()
	p := provider()
	want := []string{"claranet-aturat", "claranet-cal-obrir-tiquet", "claranet-cal-trucar", "claranet-enviat", "claranet-falten-dades", "claranet-no-enviat", "claranet-respost"}
	if diff := cmp.Diff(want, post.StateLabels(&p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// marker is a Jira that takes marks.
type marker struct {
	add, remove []string
	link        post.Link
	field       string
	err         error
}

func (m *marker) EditLabels(_ context.Context, issueID string, add, remove []string) (time.Time, error) {
	m.add, m.remove = append([]string{issueID}, add...), remove
	return at, m.err
}

func (m *marker) SetLink(_ context.Context, issueID string, l post.Link) (time.Time, error) {
	m.link = l
	m.field = issueID
	return at, m.err
}

func (m *marker) AppendField(_ context.Context, issueID, field, value string) (time.Time, error) {
	m.field = issueID + " " + field + "=" + value
	return at, m.err
}

func (m *marker) SetField(_ context.Context, issueID, field, value string) (time.Time, error) {
	m.field = issueID + " " + field + ":=" + value
	return at, m.err
}

func (m *marker) Move(_ context.Context, issueID, status string, evenDone bool) (time.Time, error) {
	m.field = fmt.Sprintf("%s to %s %t", issueID, status, evenDone)
	return at, m.err
}

// actor is what the engine asks of all that makes marks.
type actor interface {
	Do(context.Context, bridge.Case, bridge.Effect) (json.RawMessage, error)
	Find(context.Context, bridge.Case, bridge.Effect) (json.RawMessage, bool, error)
	Settle(bridge.Case, bridge.Effect, bridge.Event) bridge.Outcome
}

func actors(t *testing.T, j *marker) map[bridge.Kind]actor {
	t.Helper()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	return map[bridge.Kind]actor{
		bridge.EditLabels:    &post.Labeller{Jira: j},
		bridge.LinkReference: &post.Linker{Jira: j, Profiles: []mapping.Profile{provider()}, Texts: texts},
		bridge.FillField:     &post.FieldFiller{Jira: j, Field: map[string]string{"claranet": "customfield_1"}},
		bridge.ShowTurn:      &post.TurnShower{Jira: j, Field: map[string]string{"claranet": "customfield_2"}},
		bridge.MoveIssue:     &post.Mover{Jira: j, Status: map[bridge.Moment]string{bridge.AtSent: "En espera"}, Texts: texts, Names: map[string]string{"claranet": "Claranet"}},
	}
}

func TestMarksAreMade(t *testing.T) {
	t.Parallel()
	bodies := map[bridge.Kind]any{
		bridge.EditLabels:    bridge.LabelsBody{Add: []string{"a"}, Remove: []string{"b", "c"}},
		bridge.LinkReference: bridge.ReferenceBody{Reference: "CAS-1"},
		bridge.FillField:     bridge.ReferenceBody{Reference: "CAS-1"},
		bridge.ShowTurn:      bridge.TurnBody{Text: "Pendent de Claranet"},
		bridge.MoveIssue:     bridge.MoveBody{Event: bridge.AtSent},
	}
	want := map[bridge.Kind]marker{
		bridge.EditLabels: {add: []string{"10001", "a"}, remove: []string{"b", "c"}},
		bridge.LinkReference: {field: "10001", link: post.Link{
			GlobalID: "escalat=10001-claranet-2-CAS-1", URL: "https://portal.example", Title: "Claranet CAS-1",
			Relationship: "escalat a Claranet", Application: "Claranet",
		}},
		bridge.FillField: {field: "10001 customfield_1=CAS-1"},
		bridge.ShowTurn:  {field: "10001 customfield_2:=Pendent de Claranet"},
		bridge.MoveIssue: {field: "10001 to En espera false"},
	}
	c := markedCase(func(c *bridge.Case) { c.Moved = bridge.AtSent })
	for kind, body := range bodies {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			j := &marker{}
			a := actors(t, j)[kind]
			e := bridge.Plan(bridge.ToMarks, kind, "marks/1", body)
			raw, err := a.Do(t.Context(), c, e)
			if err != nil || string(raw) != `{"at":"2026-11-20T10:00:00Z"}` {
				t.Fatalf("%s, %v", raw, err)
			}
			if diff := cmp.Diff(want[kind], *j, cmp.AllowUnexported(marker{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if o := a.Settle(c, e, bridge.Event{What: bridge.Done, Result: raw}); o.Case.ID != c.ID || !o.Case.Echo(at) || len(o.Effects)+len(o.Audit) != 0 {
				t.Errorf("%+v", o)
			}
			if o := a.Settle(c, e, bridge.Event{What: bridge.Done, Result: json.RawMessage(`{"shadow":true}`)}); o.Case.ID != "" {
				t.Errorf("only recorded: %+v", o)
			}
			if o := a.Settle(c, e, bridge.Event{What: bridge.Unknown}); o.Case.ID != "" {
				t.Errorf("unknown: %+v", o)
			}
			o := a.Settle(c, e, bridge.Event{What: bridge.Failed, At: at, Err: errors.New("403")})
			wantAudit := []bridge.Entry{{At: at, Stage: "post", Action: "mark refused", Reason: "marks/1: 403"}}
			if diff := cmp.Diff(wantAudit, o.Audit); diff != "" || len(o.Effects) != 0 {
				t.Errorf("%v (-want +got):\n%s", o.Effects, diff)
			}
			if raw, found, err := a.Find(t.Context(), c, e); raw != nil || found || err != nil {
				t.Errorf("%s %v %v", raw, found, err)
			}
			j.err = bridge.NotDone(errors.New("429"))
			if _, err := a.Do(t.Context(), c, e); !bridge.IsNotDone(err) || !strings.Contains(err.Error(), "AOC-1") {
				t.Errorf("%v", err)
			}
			e.Body = json.RawMessage(`{`)
			if _, err := a.Do(t.Context(), c, e); !bridge.IsPermanent(err) {
				t.Errorf("a broken body: %v", err)
			}
		})
	}
}

// TestMarksOfAFormerConfiguration are refused, so that they hold up nothing.
func TestMarksOfAFormerConfiguration(t *testing.T) {
	t.Parallel()
	unlinked := provider()
	unlinked.Contacts.Portal = ""
	c := markedCase(func(*bridge.Case) {})
	body := bridge.ReferenceBody{Reference: "CAS-1"}
	for name, a := range map[string]actor{
		"no provider": &post.Linker{Jira: &marker{}},
		"no portal":   &post.Linker{Jira: &marker{}, Profiles: []mapping.Profile{unlinked}},
		"no field":    &post.FieldFiller{Jira: &marker{}},
		"no turn":     &post.TurnShower{Jira: &marker{}},
		"no status":   &post.Mover{Jira: &marker{}},
	} {
		if _, err := a.Do(t.Context(), c, bridge.Plan(bridge.ToMarks, bridge.LinkReference, "k", body)); !bridge.IsPermanent(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestLinksAreBounded: whatever a reference is, Jira takes its link, and two of them
// are two links.
func TestLinksAreBounded(t *testing.T) {
	t.Parallel()
	c := markedCase(func(*bridge.Case) {})
	ids := map[string]bool{}
	for _, reference := range []string{strings.Repeat("ñ", 200), strings.Repeat("ñ", 200) + "x", "a\n\tb"} {
		j := &marker{}
		if _, err := actors(t, j)[bridge.LinkReference].Do(t.Context(), c, bridge.Plan(bridge.ToMarks, bridge.LinkReference, "k", bridge.ReferenceBody{Reference: reference})); err != nil {
			t.Fatal(err)
		}
		ids[j.link.GlobalID] = true
		if len(j.link.GlobalID) > 255 || len(j.link.Title) > 255 || !utf8.ValidString(j.link.Title) || strings.ContainsAny(j.link.Title, "\n\t") {
			t.Errorf("%+v", j.link)
		}
	}
	if len(ids) != 3 {
		t.Errorf("%d links", len(ids))
	}
}
