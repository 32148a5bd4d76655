package bridge

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// pair are two cases of an issue, Claranet's opened first.
func pair(claranet, ovh func(*Case)) (a, b Case) {
	began := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	a = Case{ID: "a", Provider: "claranet", Ordinal: 1, State: Sent, OpenedAt: began, LabelledAt: began, Notices: []Notice{{Serial: 1, SentAt: began}}}
	b = Case{ID: "b", Provider: "ovh", Ordinal: 1, State: Sent, OpenedAt: began.Add(time.Minute), LabelledAt: began, Notices: []Notice{{Serial: 1, SentAt: began}}}
	claranet(&a)
	ovh(&b)
	return a, b
}

// commanding is an issue with one comment, of an hour after its cases began.
func commanding(body string) Issue {
	return Issue{Named: named(), Comments: []Comment{{ID: "7", Body: body, Created: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}}}
}

// whose says for which cases the commands of an issue are meant: a, b, or ab; in capitals
// whose business it is to ask.
func whose(i Issue, a, b Case) string {
	out := ""
	for _, of := range [][2]Case{{a, b}, {b, a}} {
		mine, unclear := Meant(i, i.Commands(), of[0], of[1:])
		out += strings.Repeat(of[0].ID, len(mine)) + strings.Repeat(strings.ToUpper(of[0].ID), len(unclear))
	}
	return out
}

func TestMeantForOneOfTwo(t *testing.T) {
	t.Parallel()
	is := func(s State) func(*Case) {
		return func(c *Case) {
			c.State = s
			if slices.Contains([]State{Settling, Asked, Sending, Handed, Undelivered, Withdrawn}, s) {
				c.Notices = nil
			}
			if s == Handed {
				c.Notices = []Notice{{Serial: 1, Channel: ByPortal}}
			}
		}
	}
	calling := func(c *Case) { c.CallUntil = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC) }
	heard := func(c *Case) { c.State, c.HeardAt = Answered, time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC) }
	numbered := func(c *Case) { c.References = []string{"CS77"} }
	hidden := func(c *Case) { c.Stopped = []Hidden{{Kind: PrivateCard}} }
	withheld := func(c *Case) { c.SetAside([]Evidence{{ID: "7", Why: LeftPrivate}}) }
	same := func(*Case) {}
	for _, test := range []struct {
		body   string
		a, b   func(*Case)
		whose  string
		reason string
	}{
		{"escalat trucat ovh", same, calling, "b", "it names it"},
		{"escalat claranet trucat", same, calling, "a", "it names it"},
		{"escalat telefònica estat", same, same, "B", "it names another"},
		{"escalat estat", same, same, "ab", "each says how it stands"},
		{"escalat estat", same, is(Closed), "a", "of those that are open"},
		{"escalat estat", is(Closed), is(Withdrawn), "ab", "none is open"},
		{"escalat ajuda", same, same, "b", "once an issue"},
		{"/escalat tanquis", same, same, "b", "once an issue"},
		{"escalat envia-canvis", same, same, "ab", "both may have news"},
		{"escalat envia-adjunts a.png", is(Closed), same, "b", "the other is closed"},
		{"escalat envia-igualment ho cal", same, same, "B", "what leaves to one need not leave to the other"},
		{"escalat envia-igualment ho cal", hidden, same, "a", "the other hides nothing"},
		{"escalat envia-igualment ho cal", same, withheld, "b", "the other withholds nothing"},
		{"escalat envia-igualment ho cal", hidden, withheld, "B", "both do"},
		{"escalat envia-igualment ovh: ho cal", hidden, withheld, "b", "it names it"},
		{"escalat envia-igualment ho cal", same, is(Closed), "a", "the other is closed"},
		{"escalat envia-ja", is(Asked), same, "a", "the other was sent"},
		{"escalat envia-ja", is(Asked), is(Settling), "ab", "both wait"},
		{"escalat envia-ja", same, same, "ab", "both were sent"},
		{"escalat endavant", is(Braked), is(Listed), "ab", "both are held"},
		{"escalat igual-que ST-12", is(Asked), same, "a", "the other was sent"},
		{"escalat trucat", calling, same, "a", "one call is due"},
		{"escalat trucat", calling, calling, "B", "two calls are due"},
		{"escalat trucat", same, same, "B", "none is due"},
		{"escalat trucat", same, is(Closed), "a", "one is open"},
		{"escalat trucat CS77", calling, numbered, "b", "it is the number of the other"},
		{"escalat no-urgent", same, calling, "b", "one call is due"},
		{"escalat contestat ho miren", heard, same, "b", "one was told last"},
		{"escalat contestat ho miren", same, same, "B", "both are waited for"},
		{"escalat contestat ho miren", heard, is(Asked), "a", "one was told"},
		{"escalat portal CS1", same, is(Handed), "b", "one is to be entered"},
		{"escalat portal CS1", same, func(c *Case) { c.Notices[0].Channel = ByAPI }, "b", "one goes by no mail"},
		{"escalat portal CS1", is(Handed), is(Handed), "B", "both are to be entered"},
		{"escalat referencia CS1", numbered, same, "b", "the other has one"},
		{"escalat referencia cs77", numbered, same, "a", "it has it"},
		{"escalat reclama", heard, same, "b", "the other has answered"},
		{"escalat reclama: quan?", same, same, "B", "both are waited for"},
		{"escalat reclama", same, is(Asked), "a", "the other was not sent"},
		{"escalat reclama", is(Asked), is(Settling), "b", "none was: one of them says so"},
		{"escalat reenvia", func(c *Case) { c.Notices[0].Bounced = c.OpenedAt }, same, "a", "it was returned"},
		{"escalat reenvia", same, same, "B", "both were sent"},
		{"escalat tanca", same, is(Closed), "a", "one is open"},
		{"escalat tanca", same, is(Asked), "B", "both are open"},
		{"escalat reobre", is(Closed), same, "a", "one is closed"},
		{"escalat reobre", is(Closed), is(Closed), "B", "both are closed"},
		{"escalat reobre", is(Withdrawn), is(Closed), "b", "of the other nothing was sent"},
		{"escalat reobre", same, same, "b", "both are open: one of them says so"},
		{"escalat tanca", same, func(c *Case) { c.LabelledAt = time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC) }, "a", "the other was labelled later"},
		{"escalat trucat", func(c *Case) { c.Spent = []string{"7/trucat"} }, calling, "", "the other has done it"},
		{"escalat tanca", func(c *Case) { c.State, c.Spent = Closed, []string{"7/tanca"} }, same, "", "it was done"},
		{"escalat tanca", same, func(c *Case) { c.Spent = []string{"7/tanca"} }, "B", "it has asked"},
		{"escalat tanca claranet", same, func(c *Case) { c.Spent = []string{"7/tanca"} }, "a", "who was asked has said it"},
	} {
		a, b := pair(test.a, test.b)
		if got := whose(commanding(test.body), a, b); got != test.whose {
			t.Errorf("%q, %s: %q, want %q", test.body, test.reason, got, test.whose)
		}
	}
}

// TestMeantForTheOnly: what was escalated once takes whatever is not for another.
func TestMeantForTheOnly(t *testing.T) {
	t.Parallel()
	a, earlier := pair(func(c *Case) { c.Ordinal = 2 }, func(c *Case) { c.Provider, c.State = "claranet", Closed })
	for body, want := range map[string]string{"escalat tanca": "a", "escalat tanca claranet": "a", "escalat tanca ovh": "A", "escalat reobre": "a", "escalat estat": "a"} {
		i := commanding(body)
		mine, unclear := Meant(i, i.Commands(), a, []Case{earlier, a})
		if got := strings.Repeat("a", len(mine)) + strings.Repeat("A", len(unclear)); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

// TestMeantOfWhatIsExplained: what stands beside a command is one case's business, like
// what is no command.
func TestMeantOfWhatIsExplained(t *testing.T) {
	t.Parallel()
	same := func(*Case) {}
	a, b := pair(same, same)
	for body, want := range map[string]string{"escalat tanca ja funciona": "b", "escalat claranet tanca ja funciona": "a", "escalat tanca ahir": ""} {
		if got := whose(commanding(body), a, b); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
}

// TestMeantIsDoneOnce: what is done once is, whatever the cases and whichever of them looks
// first; and each command that counts for a case is somebody's.
func TestMeantIsDoneOnce(t *testing.T) {
	t.Parallel()
	bodies := []string{"trucat", "trucat CS77", "contestat ho miren", "no-urgent", "portal CS1", "referencia CS77", "reclama", "reenvia", "tanca", "reobre", "ajuda", "envia-igualment ho cal"}
	states := []State{Settling, Asked, Sending, Sent, Answered, Handed, Undelivered, Withdrawn, Closed, Listed, Refused, Braked, Joined}
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) func(*Case) {
			return func(c *Case) {
				c.State = rapid.SampledFrom(states).Draw(t, name)
				if rapid.Bool().Draw(t, name+" calls") {
					c.CallUntil = time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
				}
				if rapid.Bool().Draw(t, name+" unsent") {
					c.Notices = nil
				}
			}
		}
		a, b := pair(draw("a"), draw("b"))
		i := commanding("escalat " + rapid.SampledFrom(bodies).Draw(t, "body"))
		got := whose(i, a, b)
		if len(got) != 1 {
			t.Fatalf("%q", got)
		}
		// However the cases stand afterwards, nobody does it once more.
		done := map[string]*Case{"a": &a, "b": &b}[strings.ToLower(got)]
		done.Spend(i.Commands()[0].Mark())
		draw("a then")(&a)
		draw("b then")(&b)
		for _, of := range [][2]Case{{a, b}, {b, a}} {
			mine, unclear := Meant(i, i.Commands(), of[0], of[1:])
			for _, one := range append(mine, unclear...) {
				if of[0].ID != done.ID {
					t.Fatalf("%s, which was done by %s, is of %s too", one.Name, done.ID, of[0].ID)
				}
			}
		}
	})
}
