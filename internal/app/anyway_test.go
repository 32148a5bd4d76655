package app

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

// TestAnywayThroughTheStages: what a person lets leave is known to the stages behind the one
// that follows the command: the changed value is offered to nobody, and a text that went
// masked goes once more. A secret that is written later none of them sees.
func TestAnywayThroughTheStages(t *testing.T) {
	t.Parallel()
	const secret = "s3cr3t-KANARI"
	find := func(text string) (hits []bridge.Hit) {
		for _, value := range []string{secret + "-2", secret} {
			for from := 0; ; {
				at := strings.Index(text[from:], value)
				if at < 0 {
					break
				}
				hits = append(hits, bridge.Hit{Kind: bridge.PrivatePassword, Start: from + at, End: from + at + len(value), Print: bridge.Digest(value)})
				from += at + len(value)
			}
		}
		return hits
	}
	d := deciderInCatalan(t)
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	anna := bridge.User{ID: "anna", Mention: "[~anna]"}
	bare := bridge.Issue{
		ID: "7", Key: "AOC-7", Summary: "Portal", Labels: []string{label}, Created: now.Add(-5 * time.Hour), Updated: now.Add(-4 * time.Hour),
		Description: "Aplicació afectada: Portal\nData i hora d'inici: desconegut\nImpacte: " + secret + "\nContacte AOC: Anna, 900 000 000\nComportament anòmal: 503\nEvidències: captura",
		Comments: []bridge.Comment{
			{ID: "1", Author: anna, Created: now.Add(-2 * time.Hour), Body: "Per a Claranet: entreu amb " + secret},
			{ID: "2", Author: anna, Created: now.Add(-time.Hour), Body: "escalat envia-igualment ho necessiten per entrar amb " + secret},
		},
	}
	issue := bare.Screened(find)
	p := profileOf(d.profiles, "claranet")
	c := bridge.Case{ID: "a", IssueID: "7", IssueKey: "AOC-7", Provider: "claranet", Ordinal: 1, Kind: "sistemas", State: bridge.Sent, Label: label, Labels: []string{label}, LabelledAt: now.Add(-5 * time.Hour)}
	first := bridge.Notice{Serial: 1, Kind: "sistemas", SentAt: now.Add(-4 * time.Hour), Told: map[string]string{}, Hidden: []bridge.Hidden{{Kind: bridge.PrivatePassword, Place: "impact", Line: 1}}}
	for id, v := range p.Judge(issue.Following(c, now, p)).Values.ByField {
		first.Told[id] = bridge.Digest(bridge.Plain(v, nil))
	}
	text := issue.Addressed(p)[0]
	c.Relay("1", text.Digest)
	c.Additions = 1
	c.Notices = []bridge.Notice{first, {Serial: 2, About: bridge.AboutWords, Comment: "1", Source: text.Digest, SentAt: now.Add(-2 * time.Hour), Hidden: []bridge.Hidden{{Kind: bridge.PrivatePassword, Place: bridge.PlaceWords, Line: 1}}}}

	out, err := d.Decide(now, issue, []bridge.Case{c}, roomy{})
	if err != nil || len(out) != 1 {
		t.Fatalf("%d outcomes, %v", len(out), err)
	}
	var bodies []bridge.ComposeBody
	for _, e := range out[0].Effects {
		var body bridge.ComposeBody
		switch {
		case e.Kind != bridge.ComposeMail:
			t.Errorf("besides: %s %s", e.Key, e.Body)
		case e.Decode(&body) != nil:
			t.Fatal(string(e.Body))
		default:
			bodies = append(bodies, body)
		}
	}
	if len(bodies) != 2 || bodies[0].Anyway[0] != "impact" || bodies[1].About != bridge.AboutWords || bodies[1].Comment != "1" || bodies[0].Serial == bodies[1].Serial {
		t.Fatalf("planned: %+v", bodies)
	}
	if want := issue.Allow(issue.Prints()).Addressed(p)[0].Digest; bodies[1].Digest != want {
		t.Errorf("the text is %s, want %s", bodies[1].Digest, want)
	}
	raw, err := json.Marshal([]any{out, out[0].Case, out[0].Audit})
	if err != nil || strings.Contains(string(raw), secret) {
		t.Errorf("the value is in %s, %v", raw, err)
	}

	bare.Description = strings.Replace(bare.Description, "503", "503 amb "+secret+"-2", 1)
	bare.Updated = now.Add(time.Minute)
	out, err = d.Decide(now.Add(time.Hour), bare.Screened(find), []bridge.Case{out[0].Case}, roomy{})
	if err != nil || len(out) != 1 {
		t.Fatalf("%d outcomes, %v", len(out), err)
	}
	if raw, err = json.Marshal([]any{out, out[0].Case}); err != nil || strings.Contains(string(raw), secret+"-2") {
		t.Errorf("the new value is in %s, %v", raw, err)
	}
}
