package send_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/mapping"
)

const canary = "KANARI"

// planted puts the canary wherever something stands that must not leave.
func (b *bench) planted() {
	i := &b.issue
	team, customer := bridge.User{ID: "npuig", Name: "Núria Puig"}, bridge.User{ID: "c", Name: canary, Customer: true}
	i.Comments = []bridge.Comment{
		{ID: "1", Body: "Nota interna: " + canary, Author: team, Created: day},
		{ID: "2", Body: "Per a Claranet: " + canary, Author: team, Created: day, Restricted: true},
		{ID: "3", Body: "Per a Claranet: " + canary, Author: team, Created: day, Public: true},
		{ID: "4", Body: "Per a Claranet: " + canary, Author: customer, Created: day},
		{ID: "5", Body: "Per a Claranet: " + canary, Author: bridge.User{ID: "escalat"}, Created: day, Own: true},
		{ID: "6", Body: "Per a Claranet: " + canary, Author: bridge.User{ID: "pol"}, Created: day},
		{ID: "7", Body: "Per a Claranet i OVH: text\nescalat trucat " + canary + "1\n-Per a ells: res-", Author: team, Created: day},
		{ID: "8", Body: "Bon dia,\nPer a Claranet: " + canary + "\n\nImpacte en negoci: 40 ajuntaments\n\n" + canary, Author: team, Created: day},
		{ID: "9", Body: "A Claranet: " + canary, Author: team, Created: day},
		{ID: "10", Body: "{quote}\nPer a Claranet: " + canary + "\n{quote}\n" + canary, Author: team, Created: day},
		{ID: "11", Body: "escalat reclama ja\n" + canary, Author: team, Created: day},
	}
	i.Barred = []string{"pol"}
	i.Labels = append(i.Labels, canary)
	i.Fields = map[string]bridge.FieldValue{"customfield_1": {Markup: canary, At: day}, canary: {Markup: canary, At: day}}
	i.Former = []mapping.Revision{{Text: "Impacte: " + canary, Until: day}}
	i.Status = canary
	i.Reporter, i.Creator, i.Assignee = bridge.User{ID: canary, Name: canary, Mention: canary}, bridge.User{Name: canary}, bridge.User{Name: canary}
	i.People = map[string]string{"npuig": "Núria Puig", "altre": canary}
	b.uploadText("100", "client-"+canary+".txt", canary)
	i.Attachments[0].Author.Customer = true
	b.uploadText("101", "nostre-"+canary+".txt", canary)
	i.Attachments[1].Own = true
}

// TestCanary: of what nobody meant for the provider nothing is in any byte that leaves, by
// whichever way and whatever it is about.
func TestCanary(t *testing.T) {
	t.Parallel()
	abouts := []bridge.ComposeBody{
		{About: bridge.AboutWords, Comment: "7"},
		{About: bridge.AboutClaim, Comment: "11", Said: "ja"},
		{About: bridge.AboutAgain},
		{About: bridge.AboutClose},
		{About: bridge.AboutReopen},
		{Fields: []string{"impact"}},
		{Serial: 1},
	}
	for _, body := range abouts {
		for _, by := range bridge.Channels() {
			b := newBench(t)
			if by != bridge.ByMail {
				b = newOVH(t, "incidencia", by)
			}
			for id, p := range b.composer.Providers {
				p.Channel = by
				b.composer.Providers = map[string]send.Provider{id: p}
			}
			b.planted()
			if body.Serial = max(body.Serial, 2); body.About == "" && len(body.Fields) == 0 {
				body.Serial = 1
			}
			if body.Serial > 1 {
				b.has(t)
				b.c.Notices[0].Channel, b.c.Ticket.ID = by, 7
				b.c.Notices[0].To = b.composer.Providers[b.c.Provider].To
				b.c.Kind = map[bool]string{true: "sistemas", false: "incidencia"}[by == bridge.ByMail]
			}
			b.c.ReopenedAt = time.Time{}
			if body.About == bridge.AboutClose {
				b.c.Closing = bridge.ByCommand
			}
			if body.Comment == "7" {
				body.Digest = bridge.Digest("text\n-Per a ells: res-")
			}
			e := bridge.Plan(bridge.ToMail, bridge.ComposeMail, "compose/10001/x/1/1", body)
			r := b.run(t, e)
			if r.Notice.MessageID == "" {
				t.Fatalf("%s by %s: not composed: %+v", body.About, by, r)
			}
			raw, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			for where, left := range b.leaves(t, r.Notice, b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})) {
				if strings.Contains(left, canary) {
					t.Errorf("%q by %s: in the %s:\n%s", body.About, by, where, left)
				}
			}
		}
	}
}

// leaves are the parts of what leaves, or is given to be copied.
func (b *bench) leaves(t *testing.T, n bridge.Notice, o bridge.Outcome) map[string]string {
	t.Helper()
	out := map[string]string{"subject": n.Subject, "body": n.Body, "recipients": strings.Join(append(n.To, n.Cc...), " ")}
	if n.Channel == bridge.ByPortal {
		_, out["comment"] = told(t, o)
	}
	if b.blobs["b1"] == nil {
		return out
	}
	m := b.mail(t)
	out["raw"], out["text"], out["html"] = string(b.blobs["b1"]), m.Text, b.html(t)
	for name, content := range b.content(t) {
		out["file "+name] = name + content
	}
	return out
}
