package send_test

import (
	"encoding/json"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/mapping"
)

// TestGuardedCanary: a secret in every place of an issue is in nothing that leaves, is
// stored or is told, by whichever way and whatever it is about.
func TestGuardedCanary(t *testing.T) {
	t.Parallel()
	for _, body := range []bridge.ComposeBody{
		{Serial: 1},
		{Serial: 2, About: bridge.AboutWords, Comment: "7", Digest: bridge.Digest("entreu amb (contraseña oculta)"), Files: []string{"1", "2", "3"}},
		{Serial: 2, About: bridge.AboutClaim, Comment: "8", Said: "és (contraseña oculta)"},
		{Serial: 2, About: bridge.AboutAgain},
		{Serial: 2, Fields: []string{"impact", "anomaly"}, Files: []string{"1", "2", "3"}},
	} {
		for _, by := range bridge.Channels() {
			for _, stops := range []bridge.Private{"", bridge.PrivatePassword} {
				b := newBench(t)
				if by != bridge.ByMail {
					b = newOVH(t, "incidencia", by)
				}
				b.guard().stops = stops
				b.secretly()
				for id, p := range b.composer.Providers {
					p.Channel = by
					b.composer.Providers = map[string]send.Provider{id: p}
				}
				if body.Serial > 1 {
					b.has(t)
					b.c.Notices[0].Channel, b.c.Ticket.ID, b.c.Notices[0].To = by, 7, b.composer.Providers[b.c.Provider].To
				}
				r, o := b.settled(t, about(body.Serial, body))
				if (r.Notice.MessageID == "") != (stops != "") {
					t.Fatalf("%s by %s: %+v", body.About, by, r)
				}
				if all := b.written(t, r, o); strings.Contains(all, secret) {
					t.Errorf("%q by %s: it is in\n%s", body.About, by, all)
				}
				for _, e := range o.Effects {
					if e.Kind != bridge.TransmitMail {
						continue
					}
					b.c = o.Case
					end := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
					if strings.Contains(b.written(t, r, end), secret) {
						t.Errorf("%q by %s: it is told in %+v", body.About, by, end)
					}
				}
			}
		}
	}
}

// secretly puts a secret wherever people write.
func (b *bench) secretly() {
	i, team := &b.issue, bridge.User{ID: "npuig", Name: "Núria Puig"}
	i.Summary += " " + secret
	i.Description = strings.ReplaceAll(i.Description, "\n", " "+secret+"\n") + "\n\nA més: " + secret + "\n{noformat}\n" + secret + "\n{noformat}\n"
	i.Former = []mapping.Revision{{Text: "Impacte: " + secret, Until: day}}
	i.Fields = map[string]bridge.FieldValue{"customfield_1": {Markup: secret, At: day}}
	i.Comments = []bridge.Comment{
		{ID: "6", Body: "Comportament anòmal: " + secret, Author: team, Created: day},
		{ID: "7", Body: "Per a Claranet i OVH: entreu amb " + secret, Author: team, Created: day},
		{ID: "8", Body: "escalat reclama: és " + secret, Author: team, Created: day},
	}
	b.uploadText("1", "nom-"+secret+".txt", "net")
	b.uploadText("2", "contingut.txt", "clau "+secret)
	b.upload("3", "dins.zip", "PK arxiu amb "+secret)
}
