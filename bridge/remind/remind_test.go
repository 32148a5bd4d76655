package remind

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
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

var update = flag.Bool("update", false, "write the golden files")

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

const form = `Tipus: Sistemes
Aplicació afectada: *e-Exemple*, mòdul de signatura
Inici: 22/11/2026 a les 23.30 h
Impacte: 40 ajuntaments d'exemple no poden signar i hi ha terminis que vencen avui
Persona de contacte: Anna Exemple, 600123456
Comportament anòmal: La pàgina de signatura dona un error 503 en lloc d'obrir-se
Evidències: {noformat}
2026-11-22T23:31:00 ERROR upstream 10.0.0.1
{noformat}`

// claranet is the provider: every day from 8 to 17, in Madrid, by telephone at night.
func claranet(t tester) *mapping.Profile {
	t.Helper()
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	for i := range profiles {
		if p := &profiles[i]; p.ID == "claranet" {
			p.Hours = mapping.Hours{From: "08:00", To: "17:00"}
			p.Expect, p.Matrix = mapping.Expect{}, nil
			return p
		}
	}
	t.Fatal("no profile claranet")
	return nil
}

func texts(t tester, lang string) text.Texts {
	t.Helper()
	x, err := text.For(lang, wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// clockIn reads a time of Madrid in November 2026: "22 23:40".
func clockIn(t tester, p *mapping.Profile, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-11-"+s+":00", p.Location())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// world is one case and its issue, looked at as time goes by.
type world struct {
	t  tester
	in Input
	// keys are those of the effects, and lines what was done, with their times.
	keys  map[string]time.Time
	lines []string
	shown []bridge.Effect
	saw   func(bridge.Outcome) // what was decided; may be nil
}

// begin is the world in which an issue is labelled at that time.
func begin(t tester, p *mapping.Profile, lang string, labelled time.Time) *world {
	t.Helper()
	w := &world{t: t, keys: map[string]time.Time{}}
	w.in = Input{
		Profile: p, Texts: texts(t, lang), Team: "[~team]",
		Issue: bridge.Issue{
			ID: "10001", Key: "SUP-41", Summary: "No es pot signar a e-Exemple", Description: form, Created: labelled.Add(-time.Hour), Labels: []string{"escalar-claranet-sistemes"},
		},
		Case: bridge.Case{
			ID: "case", IssueID: "10001", IssueKey: "SUP-41", Provider: p.ID, Ordinal: 1, State: bridge.Settling, Kind: "sistemas",
			Label: "escalar-claranet-sistemes", LabelledAt: labelled, OpenedAt: labelled, OpenedBy: bridge.User{ID: "anna", Mention: "[~anna]"},
		},
	}
	return w
}

// look decides at that time, as the stages do in their order: the first says that nothing
// is waited for. What follows is saved, and whose turn it is with it.
func (w *world) look(at time.Time) bridge.Outcome {
	w.t.Helper()
	w.in.Now, w.in.Case.DueAt = at, time.Time{}
	out := Decide(w.in)
	if w.saw != nil {
		w.saw(out)
	}
	w.in.Case = out.Case
	for _, e := range out.Effects {
		if before, again := w.keys[e.Key]; again {
			w.t.Fatalf("%s at %v, and before at %v", e.Key, at, before)
		}
		w.keys[e.Key] = at
		w.lines = append(w.lines, at.In(w.in.Profile.Location()).Format("02 15:04:05 ")+e.Key)
		w.shown = append(w.shown, e)
	}
	w.save(at)
	return out
}

func (w *world) save(at time.Time) {
	c := &w.in.Case
	c.Pass(c.Whose(), at, wording.Hours(w.in.Profile, c.Kind).Working)
}

// until looks whenever the case is due, up to that time.
func (w *world) until(end time.Time) {
	w.t.Helper()
	for n := 0; ; n++ {
		due := w.in.Case.DueAt
		if due.IsZero() || due.After(end) {
			return
		}
		if n > 10_000 {
			w.t.Fatalf("it is due again and again at %v", due)
		}
		if due.Before(w.in.Now) {
			w.t.Fatalf("it is due at %v, at %v", due, w.in.Now)
		}
		w.look(due)
	}
}

// sent has the first notice leave.
func (w *world) sent(at time.Time) {
	w.in.Case.State = bridge.Sent
	w.in.Case.Notices = []bridge.Notice{{Serial: 1, MessageID: "1@example", Kind: "sistemas", To: []string{"css@claranet.es"}, SentAt: at}}
	w.save(at)
}

// told are the lines since the last time.
func (w *world) told() []string {
	lines := w.lines
	w.lines = nil
	return lines
}

// comment is the text of the comment with the key that ends so.
func (w *world) comment(ending string) string {
	w.t.Helper()
	for _, e := range w.shown {
		if strings.HasSuffix(e.Key, ending) {
			return markup(w.t, e)
		}
	}
	w.t.Fatalf("no comment %s among %d effects", ending, len(w.shown))
	return ""
}

func markup(t tester, e bridge.Effect) string {
	t.Helper()
	var body bridge.CommentBody
	if e.Kind != bridge.PostComment {
		t.Fatalf("%s is no comment", e.Key)
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		t.Fatal(err)
	}
	return body.Text
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
