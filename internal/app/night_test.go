package app

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/mapping"
)

var updateNights = flag.Bool("update", false, "write the golden files anew")

// scene is a night: what happens from the label to the next morning, and what people see.
type scene struct {
	label string // when it is labelled, by Madrid's wall
	draft bool   // the form is incomplete then
	until string
	acts  []act
}

// act is something that happens at an hour.
type act struct{ at, what string }

// scenes are the nights of the issue: a colleague is alone with an incident at 23.40 h.
func scenes() map[string]scene {
	record := []act{{"25 00:20", "completed"}, {"25 00:22", "robot"}}
	return map[string]scene{
		// Somebody calls at 1.05 h, and the provider answers at 3.10 h.
		"called": {label: "24 23:40", draft: true, until: "25 12:00", acts: append(slices.Clone(record), act{"25 01:05", "trucat+"}, act{"25 03:10", "answer"})},
		// Nobody calls, and nobody answers before the desk opens.
		"silent": {label: "24 23:40", draft: true, until: "25 18:30", acts: record},
		// A mail of the day that nobody has confirmed when the desk closes.
		"day": {label: "24 16:20", until: "25 08:30", acts: []act{{"24 18:10", "trucat+"}, {"24 18:40", "answer"}}},
		// The mail server is away at night, and a person has it sent once more.
		"refused": {label: "24 23:40", until: "25 08:30", acts: []act{{"25 00:15", "reenvia"}, {"25 00:40", "no-urgent"}}},
	}
}

// draft is the form as it is at 23.40 h.
const draft = "Aplicació afectada: Portal de tramitació\nData i hora d'inici del problema: 24/11/2026 a les 23.15 h\nPersona responsable de contacte de l'AOC: Núria Exemple, 900 000 000\n" +
	"Comportament anòmal detectat: error 503 en obrir la pàgina\n"

const wholeForm = draft + "Impacte en negoci: 40 ajuntaments no poden tramitar\nEvidències de l'error alertat: la sonda «portal» falla; comprova que la pàgina respon 200\n"

// script makes a script of a scene of November 2026.
func (s scene) script(t *testing.T, name string) script {
	t.Helper()
	at := func(clock string) int {
		on, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-"+clock, madrid())
		if err != nil {
			t.Fatal(err)
		}
		return minuteOf(on)
	}
	out := script{
		number: 1, provider: "claranet", kind: "sistemas", label: "escalar-claranet-sistemes", channel: bridge.ByMail, fails: name == "refused",
		events: []event{{at(s.label), "labelled"}}, until: at(s.until),
	}
	for _, a := range s.acts {
		out.events = append(out.events, event{at(a.at), a.what})
	}
	return out
}

// TestNight tells what the team would see of a night, from the label to the morning:
// every comment, every mail, and the label that asks to call, with its time.
func TestNight(t *testing.T) {
	t.Parallel()
	o, err := newOffice(profiles(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range scenes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLife(o, s.script(t, name))
			l.decider.quiet = time.Minute
			l.issue.Key, l.issue.Summary, l.issue.Description, l.full = "ST-482", "El portal de tramitació no s'obre", wholeForm, wholeForm
			if s.draft {
				l.issue.Description = draft
			}
			l.replies = map[string]bridge.Message{
				"robot": {
					Subject: "[Ticket#INC0012345] Hemos recibido su solicitud", Reply: "Hemos recibido su solicitud.\n\nNúmero de ticket: INC0012345",
					Tickets: []mapping.Ticket{{Number: "INC0012345", Written: "[Ticket#INC0012345]"}},
				},
				"answer": {Reply: "Buenas noches:\n\nHemos reiniciado el balanceador y el portal vuelve a responder. ¿Pueden comprobarlo?\n\nUn saludo,\nMarta, guardia de Claranet"},
			}
			if err := l.live(); err != nil {
				t.Fatal(err)
			}
			golden(t, "night-"+name, l.story(t))
		})
	}
}

// story is everything that people see, in its order.
func (l *life) story(t *testing.T) string {
	t.Helper()
	type line struct {
		at    time.Time
		order int
		text  string
	}
	var lines []line
	add := func(at time.Time, order int, title, body string) {
		text := fmt.Sprintf("==== %s  %s\n", at.In(madrid()).Format("02/01 15.04"), title)
		if body != "" {
			text += strings.TrimSpace(body) + "\n\n"
		}
		lines = append(lines, line{at, order, text})
	}
	happened := map[string]string{
		"labelled": "Ona posa l'etiqueta", "completed": "Ona completa el formulari", "robot": "arriba la confirmació automàtica", "answer": "arriba un correu d'una persona de Claranet",
		"trucat+": "Ona: escalat trucat INC0012345", "reenvia": "Ona: escalat reenvia", "no-urgent": "Ona: escalat no-urgent",
	}
	for _, e := range l.script.events {
		add(l.script.at(e), 0, "("+happened[e.what]+")", "")
	}
	for _, s := range l.sent {
		m, err := message.Read(bytes.NewReader(s.raw), message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		add(s.at, 1, "correu a "+strings.Join(s.body.To, ", "), "Assumpte: "+m.Subject+"\n\n"+m.Text)
	}
	for _, one := range l.told {
		add(one.at, 2, "comentari", one.text)
	}
	for _, s := range l.spans {
		at, err := time.ParseInLocation("2006-01-02 15:04 MST", s[:len("2006-01-02 15:04 MST")], madrid())
		if err != nil {
			t.Fatal(err)
		}
		title := "s'hi posa l'etiqueta claranet-cal-trucar"
		if strings.HasSuffix(s, "false") {
			title = "se'n treu l'etiqueta claranet-cal-trucar"
		}
		add(at, 3, title, "")
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return a.order - b.order
	})
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *updateNights {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}
