package validate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

func jsonInto(raw json.RawMessage, into any) error { return json.Unmarshal(raw, into) }

// file is an attachment of the team.
func file(id, name string, created time.Time) bridge.Attachment {
	return bridge.Attachment{ID: id, Name: name, Size: 1000, Created: created, Author: bridge.User{ID: "anna"}}
}

// toldOf is a case whose notice brought what the description says, the file 1 and not
// the file 2, for which there was no room, nor 3, of a type that is refused.
func toldOf(t *testing.T, description string) Input {
	t.Helper()
	in := input(t, description)
	in.Now, in.Case.State, in.Case.DueAt, in.Case.LabelledAt = at(12, 0), bridge.Sent, time.Time{}, at(8, 1)
	n := bridge.Notice{
		Serial: 1, SentAt: at(9, 0), Kind: "sistemas", Told: map[string]string{}, Files: []bridge.Evidence{{ID: "1"}},
		Omitted: []bridge.Evidence{{ID: "2", Why: bridge.LeftNoRoom}, {ID: "3", Why: bridge.LeftType}, {ID: "4", Why: bridge.LeftForeign}},
	}
	for id, v := range in.Profile.Judge(in.Issue.Following(in.Case, in.Now, in.Profile)).Values.ByField {
		n.Told[id] = bridge.Digest(bridge.Plain(v, nil))
	}
	in.Case.Notices = []bridge.Notice{n}
	customer := file("4", "client.png", at(8, 2))
	customer.Author.Customer = true
	own := file("5", "resposta.pdf", at(11, 0))
	own.Own = true
	in.Issue.Attachments = []bridge.Attachment{
		file("1", "a.png", at(8, 2)), file("2", "gran.log", at(8, 2)), file("3", "prova.exe", at(8, 2)), customer, own,
	}
	return in
}

// compose returns what the additions that are planned bring.
func compose(t *testing.T, out bridge.Outcome) (bodies []bridge.ComposeBody) {
	t.Helper()
	for _, e := range out.Effects {
		if e.Kind != bridge.ComposeMail {
			continue
		}
		var body bridge.ComposeBody
		if err := json.Unmarshal(e.Body, &body); err != nil || e.Key != fmt.Sprint("compose/10001/claranet/2/", body.Serial) {
			t.Fatalf("%s, %v", e.Key, err)
		}
		bodies = append(bodies, body)
	}
	return bodies
}

// composed has the provider have what an addition brings.
func composed(in *Input, body bridge.ComposeBody) {
	n := bridge.Notice{Serial: body.Serial, Kind: "sistemas", Told: map[string]string{}}
	values := in.Profile.Judge(in.Issue.Following(in.Case, in.Now, in.Profile)).Values.ByField
	for _, id := range body.Fields {
		n.Told[id] = bridge.Digest(bridge.Plain(values[id], nil))
	}
	for _, id := range body.Files {
		n.Files = append(n.Files, bridge.Evidence{ID: id})
	}
	in.Case.Notices = append(slices.Clone(in.Case.Notices), n)
}

func changed(with ...string) string {
	s := full
	for i := 0; i < len(with); i += 2 {
		s = strings.Replace(s, with[i], with[i+1], 1)
	}
	return s
}

// TestNothingChanged: what the provider has is never offered, and neither is what only
// looks different.
func TestNothingChanged(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Input){
		"nothing":        func(*Input) {},
		"markup":         func(in *Input) { in.Issue.Description = changed("Impacte: alt", "*Impacte:*  alt ") },
		"in a comment":   func(in *Input) { in.Issue.Comments = []bridge.Comment{said("anna", "7", at(10, 0), "Impacte: alt")} },
		"our own file":   func(in *Input) { in.Issue.Attachments[4].Created = at(11, 59) },
		"a customer's":   func(in *Input) { in.Issue.Attachments[0].Author.Customer = true; in.Issue.Attachments[0].ID = "9" },
		"a value less":   func(in *Input) { in.Issue.Description = without("impact") },
		"another kind":   func(in *Input) { in.Case.OtherKind = "redes"; in.Issue.Labels = []string{"escalar-claranet-xarxa"} },
		"being sent":     func(in *Input) { in.Case.State = bridge.Sending; in.Issue.Description = changed("alt", "baix") },
		"closed":         func(in *Input) { in.Case.State = bridge.Closed; in.Issue.Description = changed("alt", "baix") },
		"resolved":       func(in *Input) { in.Issue.Resolved = true; in.Issue.Description = changed("alt", "baix") },
		"archived":       func(in *Input) { in.Issue.Archived = true; in.Issue.Description = changed("alt", "baix") },
		"no label":       func(in *Input) { in.Issue.Labels = nil; in.Issue.Description = changed("alt", "baix") },
		"only simulated": func(in *Input) { in.Case.Notices[0].Shadow = true; in.Issue.Description = changed("alt", "baix") },
		"went elsewhere": func(in *Input) { in.Case.Notices[0].Redirected = true; in.Issue.Description = changed("alt", "baix") },
		"pending, and it is there no more": func(in *Input) {
			in.Case.Pending, in.Issue.Description = []string{"impact"}, without("impact")
		},
	} {
		in := toldOf(t, full)
		change(&in)
		for _, sends := range []bool{false, true} {
			in.SendChanges = sends
			if out := Decide(in); len(out.Effects) != 0 || out.Case.Offers != 0 {
				t.Errorf("%s: %q", name, effects(out))
			}
		}
	}
}

// TestMentionBecomesKnown: that somebody who is mentioned has a name by now is no change.
func TestMentionBecomesKnown(t *testing.T) {
	t.Parallel()
	in := toldOf(t, changed("Contacte AOC: Anna", "Contacte AOC: [~anna]"))
	in.Issue.People = map[string]string{"anna": "Anna Exemple"}
	if out := Decide(in); len(out.Effects) != 0 {
		t.Errorf("by now: %q", effects(out))
	}
	v := in.Profile.Judge(in.Issue.Following(in.Case, in.Now, in.Profile)).Values.ByField["contact"]
	in.Case.Notices[0].Told["contact"] = bridge.Digest(bridge.Plain(v, in.Issue.People))
	if out := Decide(in); len(out.Effects) != 0 {
		t.Errorf("all the time: %q", effects(out))
	}
	in.Issue.Description = changed("Contacte AOC: Anna", "Contacte AOC: [~pere]")
	if out := Decide(in); len(out.Effects) != 1 {
		t.Errorf("another: %q", effects(out))
	}
}

// TestOffer: what changed is offered once, after the quiet time, with how it is sent.
func TestOffer(t *testing.T) {
	t.Parallel()
	in := toldOf(t, full)
	in.Quiet = time.Minute
	edit(&in, at(12, 0), changed("Impacte: alt", "Impacte: crític", "Evidències: captura", "Evidències: log"))
	in.Issue.Attachments = append(in.Issue.Attachments, file("6", "nou.png", at(12, 0)))
	out := Decide(in)
	if len(out.Effects) != 0 || !out.Case.DueAt.Equal(at(12, 1)) {
		t.Fatalf("in the quiet time: %q, due %v", effects(out), out.Case.DueAt)
	}
	in.Case, in.Now = out.Case, at(12, 1)
	out = Decide(in)
	key, body := comment(t, out)
	for _, part := range []string{"[~pau]", "Impacte en negoci", "Evidències", "nou.png", "escalat envia-canvis", "escalat envia-adjunts"} {
		if !strings.Contains(body, part) {
			t.Errorf("%q is not in\n%s", part, body)
		}
	}
	if key != "offer/10001/claranet/2/1" || strings.Contains(body, "gran.log") || strings.Contains(body, call) || !out.Case.WaitingSince.IsZero() || out.Case.Offers != 1 {
		t.Errorf("%s, %+v\n%s", key, out.Case, body)
	}
	in.Case, in.Now = out.Case, at(12, 30)
	if again := Decide(in); len(again.Effects) != 0 {
		t.Errorf("once more: %q", effects(again))
	}
	in.Issue.Description = changed("Impacte: alt", "Impacte: crític") // the evidence is as it was
	if out = Decide(in); len(out.Effects) != 0 {
		t.Errorf("less: %q", effects(out))
	}
	in.Case, in.Now = out.Case, at(21, 0)
	in.Issue.Description = changed("Impacte: alt", "Impacte: crític", "Evidències: captura", "Evidències: log")
	key, body = comment(t, Decide(in))
	if key != "offer/10001/claranet/2/2" || !strings.Contains(body, call) {
		t.Errorf("the same again, at night: %s\n%s", key, body)
	}
	in.Case = Decide(in).Case
	if !in.Case.CallUntil.IsZero() {
		t.Errorf("call until %v", in.Case.CallUntil)
	}
	in.Issue.Attachments = in.Issue.Attachments[:5]
	in.Issue.Description = full
	if out = Decide(in); len(out.Effects) != 0 || out.Case.Offered != "" {
		t.Errorf("as it was told: %q, %q", effects(out), out.Case.Offered)
	}
}

// TestOfferOfWhatNoMailBrings: it is named once, with what to do, and not promised.
func TestOfferOfWhatNoMailBrings(t *testing.T) {
	t.Parallel()
	in := toldOf(t, full)
	in.Issue.Attachments = append(in.Issue.Attachments, file("6", "nou.exe", at(10, 0)))
	out := Decide(in)
	if _, body := comment(t, out); !strings.Contains(body, "* nou.exe (1 kB), pel tipus de fitxer") || strings.Contains(body, "envia-adjunts") {
		t.Error(body)
	}
	in.Case = out.Case
	if again := Decide(in); len(again.Effects) != 0 {
		t.Errorf("once more: %q", effects(again))
	}
	in.Issue.Attachments = append(in.Issue.Attachments, file("7", "nou.png", at(11, 0)))
	_, body := comment(t, Decide(in))
	promised, refused, found := strings.Cut(body, "Per correu no es pot enviar a Claranet:")
	if !found || !strings.Contains(promised, "nou.png") || strings.Contains(promised, "nou.exe") || !strings.Contains(refused, "nou.exe") {
		t.Error(body)
	}
}

// TestNightOffer: who has written since the desk closed reads it; whom a person called
// does not.
func TestNightOffer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*bridge.Case)
		call   bool
		say    bool
	}{
		"at night":      {func(*bridge.Case) {}, true, false},
		"a call is due": {func(c *bridge.Case) { c.CallUntil = opens }, true, true},
		"they wrote":    {func(c *bridge.Case) { c.AwareAt, c.HeardAt = at(21, 0), at(21, 0) }, false, false},
		"they called":   {func(c *bridge.Case) { c.AwareAt = at(21, 0) }, true, false},
		"long ago":      {func(c *bridge.Case) { c.AwareAt, c.HeardAt = at(11, 0), at(11, 0) }, true, false},
	} {
		in := toldOf(t, full)
		in.Now, in.Issue.Description = night, changed("Impacte: alt", "Impacte: crític")
		test.change(&in.Case)
		_, body := comment(t, Decide(in))
		if strings.Contains(body, call) != test.call || strings.Contains(body, "Llamamos de AOC") != test.say {
			t.Errorf("%s:\n%s", name, body)
		}
	}
}

// TestOfferOfWhatIsNew: an answer that the form did not have is news, in a case of which
// it is known what was told.
func TestOfferOfWhatIsNew(t *testing.T) {
	t.Parallel()
	in := toldOf(t, full)
	in.Issue.Description = full + "\nReinici: cal reiniciar-ho"
	if _, body := comment(t, Decide(in)); !strings.Contains(body, "einici") {
		t.Error(body)
	}
	in.Case.Notices[0].Told = nil
	if out := Decide(in); len(out.Effects) != 0 {
		t.Errorf("nobody knows what was told: %q", effects(out))
	}
	// Of a notice that says nothing of files, those that came after it are new.
	in = toldOf(t, full)
	in.Case.Notices[0].Told, in.Case.Notices[0].Files, in.Case.Notices[0].Omitted = nil, nil, nil
	if out := Decide(in); len(out.Effects) != 0 {
		t.Errorf("files that were there: %q", effects(out))
	}
	in.Issue.Attachments = append(in.Issue.Attachments, file("6", "nou.png", at(9, 1)))
	if _, body := comment(t, Decide(in)); !strings.Contains(body, "nou.png") || strings.Contains(body, "gran.log") {
		t.Error(body)
	}
	// A field that files alone answer is none; they are.
	in = toldOf(t, full)
	in.Issue.Labels, in.Case.Kind = []string{"escalar-claranet-xarxa"}, "redes"
	in.Case.Notices[0].Kind, in.Case.Notices[0].Told = "redes", map[string]string{"application": bridge.Digest("Portal")}
	in.Issue.Description, in.Issue.Attachments = "Aplicació afectada: Portal", []bridge.Attachment{file("6", "mtr.txt", at(9, 1))}
	if _, body := comment(t, Decide(in)); !strings.Contains(body, "mtr.txt") || strings.Contains(body, "envia-canvis") {
		t.Error(body)
	}
}

// TestChangesAreSentByThemselves where that is configured, as one addition, once.
func TestChangesAreSentByThemselves(t *testing.T) {
	t.Parallel()
	in := toldOf(t, without("contact"))
	in.SendChanges, in.Quiet, in.Case.Pending = true, time.Minute, []string{"contact"}
	edit(&in, at(12, 0), changed("Impacte: alt", "Impacte: crític", "Evidències: captura", "Evidències: [^nou.png]"))
	in.Issue.Attachments = append(in.Issue.Attachments, file("6", "nou.png", at(12, 0)), file("7", "altre.png", at(12, 0)))
	if out := Decide(in); len(out.Effects) != 0 {
		t.Fatalf("in the quiet time: %q", effects(out))
	}
	in.Now = at(12, 1)
	out := Decide(in)
	want := []bridge.ComposeBody{{Serial: 2, Fields: []string{"impact", "contact", "evidence"}, Files: []string{"6", "7"}}}
	if diff := cmp.Diff(want, compose(t, out)); diff != "" || len(out.Effects) != 1 || len(out.Case.Pending) != 0 || out.Case.Additions != 1 || out.Case.Offers != 0 {
		t.Fatalf("%q %s", effects(out), diff)
	}
	in.Case = out.Case
	if again := Decide(in); len(again.Effects) != 0 {
		t.Errorf("before it is composed: %q", effects(again))
	}
	composed(&in, want[0])
	if out = Decide(in); len(out.Effects) != 0 || out.Case.Offered != "" {
		t.Errorf("after it: %q, %q", effects(out), out.Case.Offered)
	}
	in.Case = out.Case
	in.Issue.Description = changed("Evidències: captura", "Evidències: [^nou.png]")
	want = []bridge.ComposeBody{{Serial: 3, Fields: []string{"impact"}}}
	if diff := cmp.Diff(want, compose(t, Decide(in))); diff != "" {
		t.Errorf("changed back: %s", diff)
	}
}

// TestPendingIsNoNews: what was to be confirmed follows by itself and is not offered,
// also not while it is on its way.
func TestPendingIsNoNews(t *testing.T) {
	t.Parallel()
	in := toldOf(t, without("contact"))
	in.Case.Pending = []string{"contact"}
	in.Issue.Description = full
	out := Decide(in)
	want := []bridge.ComposeBody{{Serial: 2, Fields: []string{"contact"}}}
	if diff := cmp.Diff(want, compose(t, out)); diff != "" || len(out.Effects) != 1 {
		t.Fatalf("%q %s", effects(out), diff)
	}
	in.Case = out.Case
	if again := Decide(in); len(again.Effects) != 0 {
		t.Errorf("before it is composed: %q", effects(again))
	}
	in.Issue.Description = changed("Contacte AOC: Anna", "Contacte AOC: Pere")
	if again := Decide(in); !slices.Equal(effects(again), []string{"offer/10001/claranet/2/1"}) {
		t.Errorf("changed meanwhile: %q", effects(again))
	}
}

// TestFilesOfAValueComeWithIt: what is pending and now shows a file brings it.
func TestFilesOfAValueComeWithIt(t *testing.T) {
	t.Parallel()
	in := toldOf(t, without("evidence"))
	in.Case.Pending = []string{"evidence"}
	in.Issue.Description = changed("Evidències: captura", "Evidències: !GRAN.log|thumbnail! i [el client|^client.png], no [^a.png] ni [^resposta.pdf] ni -[^prova.exe]-")
	want := []bridge.ComposeBody{{Serial: 2, Fields: []string{"evidence"}, Files: []string{"2", "4"}}}
	if diff := cmp.Diff(want, compose(t, Decide(in))); diff != "" {
		t.Error(diff)
	}
}

// TestNewsGoesByTheMarkup: who is mentioned may become known, change the name or be
// unknown again without any news.
func TestNewsGoesByTheMarkup(t *testing.T) {
	t.Parallel()
	in := toldOf(t, strings.Replace(full, "Anna", "[~anna]", 1))
	for name, people := range map[string]map[string]string{"known": {"anna": "Anna Puig"}, "renamed": {"anna": "Anna Puig i Soler"}, "reassigned": nil} {
		in.Issue.People, in.SendChanges = people, true
		if out := Decide(in); len(out.Effects) != 0 {
			t.Errorf("%s: %s %s", name, out.Effects[0].Key, out.Effects[0].Body)
		}
	}
	// An older notice remembers the name as it was, and still is.
	in.Issue.People = map[string]string{"anna": "Anna Puig"}
	contact := in.Profile.Judge(in.Issue.Following(in.Case, in.Now, in.Profile)).Values.ByField["contact"]
	if in.Case.Notices[0].Told["contact"] = bridge.Digest(bridge.Plain(contact, in.Issue.People)); in.Case.Notices[0].Told["contact"] == bridge.Digest(bridge.Plain(contact, nil)) {
		t.Fatal("nobody is mentioned")
	}
	if out := Decide(in); len(out.Effects) != 0 {
		t.Errorf("%+v", out.Effects)
	}
}

// TestThousandsOfFilesAreNoNews: the notice names a few of those that it left out.
func TestThousandsOfFilesAreNoNews(t *testing.T) {
	t.Parallel()
	in := toldOf(t, full)
	in.Issue.Attachments = nil
	n := &in.Case.Notices[0]
	n.Files, n.Omitted = nil, nil
	for i := range 5000 {
		a := file(fmt.Sprint(100+i), fmt.Sprintf("captura %d.png", i), at(8, 2))
		in.Issue.Attachments = append(in.Issue.Attachments, a)
		n.Omitted = append(n.Omitted, bridge.Evidence{ID: a.ID, Name: a.Name, Why: bridge.LeftNoRoom})
	}
	n.Abridge(in.Issue.Attachments)
	if out := Decide(in); len(out.Effects) != 0 {
		t.Errorf("%s", out.Effects[0].Body)
	}
	in.Issue.Attachments = append(in.Issue.Attachments, file("5100", "nova.png", at(10, 0)))
	if out := Decide(in); len(out.Effects) != 1 || !strings.Contains(string(out.Effects[0].Body), "nova.png") || strings.Contains(string(out.Effects[0].Body), "captura") {
		t.Errorf("%+v", out.Effects)
	}
}
