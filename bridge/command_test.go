package bridge

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCommandIsRecognised(t *testing.T) {
	t.Parallel()
	const nbsp = "\u00a0"
	commands := map[string][]string{ // and what stands behind it
		"escalat envia-ja":                        nil,
		"/escalat envia-ja":                       nil,
		"ESCALAT Envia-Ja":                        nil,
		"  \t" + nbsp + "escalat envia-ja":        nil,
		"escalat" + nbsp + "envia" + nbsp + "ja":  nil,
		"*escalat envia-ja*":                      nil,
		"*escalat* envia-ja":                      nil,
		"*escalat envia-ja":                       nil,
		"_escalat envia-ja_.":                     nil,
		"* escalat envia-ja":                      nil,
		"h3. escalat envia-ja":                    nil,
		"{{escalat envia-ja}}":                    nil,
		"{color:red}escalat envia-ja{color}":      nil,
		"escalat: envia-ja":                       nil,
		"escalat envia ja!":                       nil,
		"escalat envia ja !!":                     nil,
		"escalat enviaja.":                        nil,
		"escalat envia-ho-ja":                     nil,
		"escalat envia ho ja":                     nil,
		"escalat envia-ya":                        nil,
		"escalat enviar-ya":                       nil,
		"escalat enviar ya.":                      nil,
		"escalat envíalo ya":                      nil,
		"escalat send-now":                        nil,
		"escalat send now":                        nil,
		"escalat envia\u2011ja":                   nil,
		"escalat evnia-ja":                        nil,
		"escalat envi-ja":                         nil,
		"escalat enviaa-ja":                       nil,
		"escalat envia-ka":                        nil,
		"escalat envoaja":                         nil,
		"escalat envia-ja, si us plau":            nil,
		"escalat envia ja, moltes gràcies!":       nil,
		"escalat envia-ja [~anna]":                nil,
		"escalat envia-ja perquè no en sabem més": {"perquè", "no", "en", "sabem", "més"},
	}
	for body, args := range commands {
		got := Issue{Comments: []Comment{{ID: "1", Body: "Bon dia,\n" + body + "\n\nAnna"}}}.Commands()
		if len(got) != 1 || got[0].Name != SendNow || strings.Join(got[0].Args, " ") != strings.Join(args, " ") || got[0].Comment.ID != "1" {
			t.Errorf("%q: %+v", body, got)
		}
	}
	for _, body := range []string{
		"Escalat a Claranet ahir", "Escalat per telèfon", "escalat", "/escalat", "Escalat.", "Escalat enviat ja", "Escalat, enviada a Claranet", "Escalat, enviarà un tècnic",
		"Escalat. Envia ja el correu a l'Anna", "escalat evna-ka", "escalat trucat", "escalats envia-ja", "escalation: send now", "escalar envia-ja", "desescalat envia-ja",
		"Escriviu escalat envia-ja", "[~anna] escalat envia-ja", "bq. escalat envia-ja", "{quote}\nescalat envia-ja\n{quote}", "{noformat}\nescalat envia-ja\n{noformat}",
		"{code}\nescalat envia-ja\n{code}", "-escalat envia-ja-", "escalat envia-ja " + strings.Repeat("i més ", 100), "# {noformat}escalat envia-ja{noformat}",
	} {
		if got := (Issue{Comments: []Comment{{Body: "Bon dia,\n" + body + "\n\nAnna"}}}).Commands(); len(got) != 0 {
			t.Errorf("%q: %+v", body, got)
		}
	}
}

func TestWhoseCommandsCountAndSinceWhen(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 11, 22, 9, minute, 0, 0, time.UTC) }
	const body = "escalat envia-ja"
	issue := Issue{Comments: []Comment{
		{ID: "edited", Body: body, Created: at(1), Updated: at(9)},
		{ID: "own", Body: body, Created: at(2), Own: true},
		{ID: "restricted", Body: body, Created: at(3), Restricted: true},
		{ID: "customers", Body: body, Created: at(4), Public: true},
		{ID: "plain", Body: body, Created: at(5), Updated: at(5)},
		{ID: "many", Body: strings.Repeat(body+"\n", 1000), Created: at(10)},
	}}
	type command struct {
		ID string
		At time.Time
	}
	var got []command
	for _, c := range issue.Commands() {
		got = append(got, command{c.Comment.ID, c.At()})
	}
	want := []command{{"plain", at(5)}, {"edited", at(9)}}
	for range maxCommands {
		want = append(want, command{"many", at(10)})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestSureCommands are written as people are told to; only those are answered.
func TestSureCommands(t *testing.T) {
	t.Parallel()
	for body, sure := range map[string]bool{
		"escalat envia-ja": true, "*/escalat envia-ja*": true, "ESCALAT: envia ja!": true, "escalat enviaja, si us plau": true, "escalat send now": true,
		"escalat enva-ja": false, "escalat envia-ja perquè no en sabem més": false, "escalat envia-jja": false,
	} {
		for where, c := range map[string]Comment{"team": {}, "restricted": {Restricted: true}, "public": {Public: true}, "ours": {Own: true, Public: true}} {
			c.Body = body
			issue := Issue{Comments: []Comment{c}}
			commands, heard := issue.Commands(), issue.Overheard()
			if (len(commands) == 1) != (where == "team") || len(commands) == 1 && commands[0].Sure != sure {
				t.Errorf("%q, %s: commands %+v", body, where, commands)
			}
			if want := sure && (where == "restricted" || where == "public"); (len(heard) == 1) != want {
				t.Errorf("%q, %s: overheard %+v", body, where, heard)
			}
		}
	}
}

func FuzzCommand(f *testing.F) {
	f.Add("escalat envia-ja")
	f.Add("*/escalat\u00a0envia ja, si us plau* (!)")
	f.Fuzz(func(t *testing.T, body string) {
		commands := Issue{Comments: []Comment{{Body: body}}}.Commands()
		if len(commands) > maxCommands {
			t.Errorf("%d commands", len(commands))
		}
		for _, c := range commands {
			if c.Name != SendNow || c.Sure && len(c.Args) > 0 {
				t.Errorf("command %q, sure %v of %q", c.Name, c.Sure, c.Args)
			}
		}
	})
}
