package app

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/remind"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// handbook is what stands in the operator's handbook between the marks of that name.
func handbook(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile("../../deploy/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, begun := strings.Cut(string(raw), "<!-- "+name+":begin -->")
	part, _, ended := strings.Cut(part, "<!-- "+name+":end -->")
	if !begun || !ended {
		t.Fatalf("the handbook has no %s", name)
	}
	return part
}

// TestMatrixOfTheHandbook: the file of the handbook is read, and what it tells of it happens
// in the minutes that it tells, and at no other.
func TestMatrixOfTheHandbook(t *testing.T) {
	t.Parallel()
	in := previewed(t, 10)
	p := *in.Profile
	_, file, _ := strings.Cut(handbook(t, "matrix"), "```yaml\n")
	file, _, _ = strings.Cut(file, "```")
	if err := mapping.LoadMatrix("matriu.yaml", []byte(file), &p); err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	day := map[string]int{"Thu": 26, "Fri": 27, "Sun": 29}
	acts := map[time.Time]string{} // of others, by when
	var want []string
	for line := range strings.Lines(handbook(t, "timeline")) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		when := strings.Fields(cells[0])
		if len(when) != 2 || day[when[0]] == 0 {
			continue
		}
		clock, err := time.Parse("15:04", when[1])
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 11, day[when[0]], clock.Hour(), clock.Minute(), 0, 0, p.Location())
		switch who := strings.TrimSpace(cells[1]); {
		case who != "escalat":
			acts[at] = who
		case !strings.Contains(cells[2], "has sent"):
			want = append(want, strings.TrimSpace(cells[0]))
		}
	}
	sent := time.Date(2026, 11, 26, 14, 30, 0, 0, p.Location())
	c := bridge.Case{
		ID: "a", IssueID: "1", IssueKey: "SUP-1", Provider: p.ID, Ordinal: 1, State: bridge.Sent, Kind: "sistemas",
		OpenedAt: sent, LabelledAt: sent, Label: in.Issue.Labels[0],
		Notices: []bridge.Notice{{Serial: 1, MessageID: "m", SentAt: sent}},
	}
	c.Pass(c.Whose(), sent, wording.Hours(&p, c.Kind).Working)
	var got []string
	steps := map[string]bool{}
	for now := sent.Add(time.Minute); now.Before(sent.Add(4 * 24 * time.Hour)); now = now.Add(time.Minute) {
		if who, ok := acts[now]; ok {
			does(&c, &p, who, now)
		}
		o := remind.Decide(remind.Input{Now: now, Issue: in.Issue, Case: c, Profile: &p, Texts: texts})
		c = o.Case
		if len(o.Effects) > 0 {
			got = append(got, now.Format("Mon 15:04"))
		}
		for _, e := range o.Effects {
			var body bridge.CommentBody
			for i, s := range p.Matrix {
				if json.Unmarshal(e.Body, &body) == nil && strings.Contains(body.Text, s.People[0].Name) {
					steps[p.Matrix[i].ID+" "+now.Format("Mon 15:04")] = true
				}
			}
			if e.Kind == bridge.TellOnCall {
				steps["oncall "+now.Format("Mon 15:04")] = true
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-handbook +told)\n%s", diff)
	}
	told := map[string]bool{"torn Thu 16:30": true, "servei Fri 10:30": true, "direccio Sun 12:00": true, "oncall Sun 12:00": true}
	if diff := cmp.Diff(told, steps); diff != "" {
		t.Errorf("steps (-want +got)\n%s", diff)
	}
}

// does is what others do in the handbook: the first time Anna has called, then Claranet
// answers, then Anna writes back.
func does(c *bridge.Case, p *mapping.Profile, who string, now time.Time) {
	switch {
	case who == "Claranet":
		c.State = bridge.Answered
		wording.Heard(c, p, now)
	case c.HeardAt.IsZero():
		wording.Aware(c, p, now)
	default:
		c.Notices = append(c.Notices, bridge.Notice{Serial: 2, MessageID: "n", About: bridge.AboutWords, SentAt: now})
	}
	c.Pass(c.Whose(), now, wording.Hours(p, c.Kind).Working)
}
