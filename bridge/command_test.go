package bridge

import (
	"slices"
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
		"Escalat. Envia ja el correu a l'Anna", "escalat evna-ka", "escalats envia-ja", "escalation: send now", "escalar envia-ja", "desescalat envia-ja",
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

// TestCommandsByName: each is recognised in three languages, with a slip of the pen,
// and none in prose.
func TestCommandsByName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		bodies []string
		name   string
		arg    string // the first; empty: none
		sure   bool
	}{
		{[]string{
			"escalat endavant", "/escalat Endavant!", "escalat endavan", "escalat adelante, por favor", "escalat go-ahead", "escalat go ahead please", "*escalat endavant*, gràcies",
		}, GoOn, "", true},
		{[]string{"escalat endvant", "escalat adeelante", "escalat go-haead"}, GoOn, "", false},
		{[]string{"escalat endavant perquè és urgent"}, GoOn, "perquè", false},
		{[]string{
			"escalat igual-que ST-12", "/escalat Igual-Que st-12.", "escalat igual-que [ST-12]", "escalat igual-que [ST-12|https://jira.example.org/browse/ST-12]",
			"escalat igual-que https://jira.example.org/browse/ST-12?focusedId=7", "escalat igual-que [la nostra|https://jira.example.org/browse/st-12#x]",
			"escalat igual-que [https://jira.example.org/browse/ST-12|https://jira.example.org/browse/ST-12|smart-link]", "escalat same-as ST-12 please", "escalat igual-que (ST-12)",
			"escalat igualque ST-12, si us plau",
		}, SameAs, "ST-12", true},
		{[]string{"escalat igual que ST-12", "escalat same as ST-12", "escalat iguall-que ST-12", "escalat igual-que ST-12 perquè és el mateix", "escalat igul que st-12"}, SameAs, "ST-12", false},
		{[]string{"escalat igual-que", "escalat igual-que, gràcies", "escalat same-as"}, SameAs, "", true},
		{[]string{"escalat igual-que ahir"}, SameAs, "ahir", true},
		{[]string{"escalat igual-que ST12"}, SameAs, "ST12", true},
		{[]string{"escalat igual que ahir", "escalat igual-que ahir a la tarda"}, SameAs, "ahir", false},
		{[]string{
			"escalat referencia 12345", "escalat referència: #12345.", "escalat reference 12345", "escalat *referencia* (12345)",
		}, Reference, "12345", true},
		{[]string{"escalat referncia 12345", "escalat referència 12345 de Claranet", "escalat referensia 12345"}, Reference, "12345", false},
		{[]string{"escalat referencia CAS-04711/2_x#1.b"}, Reference, "CAS-04711/2_x#1.b", true},
		{[]string{"escalat referencia INC0012"}, Reference, "INC0012", true},
		{[]string{"escalat referencia 2026-1234"}, Reference, "2026-1234", true},
		{[]string{"escalat referencia 10.30"}, Reference, "10.30", true},
	}
	for _, test := range tests {
		for _, body := range test.bodies {
			got := Issue{Comments: []Comment{{ID: "7", Body: "Bon dia,\n" + body + "\n\nAnna"}}}.Commands()
			if len(got) != 1 || got[0].Name != test.name || got[0].Sure != test.sure || (len(got[0].Args) > 0) != (test.arg != "") || test.arg != "" && got[0].Args[0] != test.arg {
				t.Errorf("%q: %+v", body, got)
			}
		}
	}
	for _, body := range []string{
		"Escalat igual que ST-12 la setmana passada", "Escalat igualment", "escalat referencia", "escalat referència a Claranet", "escalat referencia 1", "escalat referencia " + strings.Repeat("1", 41), "escalat referencia INC(1)2",
		"Escalat referenciant INC12", "Escalat endavantem la reunió", "Escalat adelantando", "Escalat: davant",
	} {
		if got := (Issue{Comments: []Comment{{Body: body}}}).Commands(); len(got) != 0 && got[0].Name != NotKnown {
			t.Errorf("%q: %+v", body, got)
		}
	}
}

func TestKeyAndMark(t *testing.T) {
	t.Parallel()
	comment := Comment{ID: "7"}
	for _, test := range []struct {
		command   Command
		key, mark string
	}{
		{Command{Name: SendNow, Args: []string{"ST-1"}}, "", "7"},
		{Command{Name: GoOn}, "", "7"},
		{Command{Name: SameAs, Args: []string{"ST-1", "x"}}, "ST-1", "7/igual-que/ST-1"},
		{Command{Name: SameAs, Args: []string{"st-1"}}, "", "7/igual-que/st-1"},
		{Command{Name: SameAs}, "", "7/igual-que"},
		{Command{Name: Reference, Args: []string{"ST-1"}}, "", "7/referencia/ST-1"},
		{Command{Name: Phoned}, "", "7/trucat"},
		{Command{Name: Phoned, Args: []string{"INC1"}}, "", "7/trucat/INC1"},
		{Command{Name: SendChanges, Args: []string{"x"}}, "", "7/envia-canvis"},
		{Command{Name: SendFiles}, "", "7/envia-adjunts"},
		{Command{Name: SendFiles, Args: []string{"a.png", "b.png"}}, "", "7/envia-adjunts/" + Digest("a.png/b.png")},
		{Command{Name: SendNow, Provider: "ovh"}, "", "7"},
		{Command{Name: Phoned, Provider: "ovh"}, "", "7/trucat@ovh"},
		{Command{Name: Portal, Provider: "ovh", Args: []string{"123"}}, "", "7/portal/123@ovh"},
		{Command{Name: HasAnswered, Text: "ho miren"}, "", "7/contestat"},
		{Command{Name: Claim, Text: "quan?"}, "", "7/reclama"},
		{Command{Name: Status}, "", "7/estat"},
		{Command{Name: NotKnown, Args: []string{"tanquis", "tanca"}}, "", "7/?/" + Digest("tanquis/tanca")},
	} {
		if test.command.Comment = comment; test.command.Key() != test.key || test.command.Mark() != test.mark {
			t.Errorf("%+v: %q, %q", test.command, test.command.Key(), test.command.Mark())
		}
	}
	for word, want := range map[string]string{
		"ST-1": "ST-1", "a_b2-99": "A_B2-99", "«ST-1»": "ST-1", "ST-1,": "ST-1", "S-1": "", "ST-": "", "-1": "", "2T-1": "", "ST-1a": "", "ST-1-2": "", "ST": "", "": "", "ÀST-1": "", "SÀT-1": "",
		"ST-" + strings.Repeat("1", 13): "", strings.Repeat("A", 31) + "-1": "",
	} {
		if got := issueKey(word); got != want {
			t.Errorf("%q: %q", word, got)
		}
	}
}

// TestWhoMayCommand: who may not is overheard, and known to be barred.
func TestWhoMayCommand(t *testing.T) {
	t.Parallel()
	const body = "escalat endavant"
	issue := Issue{Barred: []string{"pere", ""}, Comments: []Comment{
		{ID: "may", Author: User{ID: "anna"}, Body: body},
		{ID: "not", Author: User{ID: "pere"}, Body: body},
		{ID: "not sure", Author: User{ID: "pere"}, Body: body + " perquè sí"},
		{ID: "not, restricted", Author: User{ID: "pere"}, Body: body, Restricted: true},
		{ID: "restricted", Author: User{ID: "anna"}, Body: body, Restricted: true},
		{ID: "customer", Author: User{ID: "c", Customer: true}, Body: body},
		{ID: "nobody", Body: body},
		{ID: "own", Body: body, Own: true},
	}}
	if got := issue.Commands(); len(got) != 1 || got[0].Comment.ID != "may" || got[0].Barred {
		t.Errorf("commands %+v", got)
	}
	got := map[string]bool{}
	for _, c := range issue.Overheard() {
		got[c.Comment.ID] = c.Barred
	}
	if diff := cmp.Diff(map[string]bool{"not": true, "not, restricted": true, "restricted": false, "customer": true, "nobody": true}, got); diff != "" {
		t.Error(diff)
	}
}

// TestMeant: what was said before the label was put on is meant for no case.
func TestMeant(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 11, 22, 9, minute, 0, 0, time.UTC) }
	issue := Issue{Created: at(1)}
	for want, c := range map[time.Time]Case{
		at(1): {Ordinal: 1, OpenedAt: at(3)},
		at(2): {Ordinal: 2, OpenedAt: at(3), LabelledAt: at(2)},
		at(3): {Ordinal: 2, OpenedAt: at(3)},
	} {
		if got := c.Meant(issue); !got.Equal(want) {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func FuzzCommand(f *testing.F) {
	f.Add("escalat envia-ja")
	f.Add("*/escalat\u00a0envia ja, si us plau* (!)")
	f.Add("escalat igual-que [la nostra|https://jira.example.org/browse/ST-12?x=1]\nescalat trucat #INC-12/3.")
	f.Add("escalat trucat a les 10.30 h\nescalat envia-adjunts «una captura.png», [^mtr.txt] i \"b c.log\"\nescalat envia canvis")
	f.Add("escalat ovh reclama: quan *ho* tindreu?\n* a\n* b\n\nescalat tanca\nescalat contestat ho miren\n/escalat tancuis\nescalat estat de ovh\nescalat no és urgent")
	f.Add("*escalat reclama:* a\\\\b\n{noformat}\nc\n{noformat}\nescalat portal ovh CS12")
	f.Fuzz(func(t *testing.T, body string) {
		commands := Issue{Named: map[string]string{"ovh": "ovh"}, Comments: []Comment{{Body: body}}}.Commands()
		if len(commands) > maxCommands {
			t.Errorf("%d commands", len(commands))
		}
		for _, c := range commands {
			switch {
			case (c.Name == Reference || c.Name == Portal && len(c.Args) > 0) && (len(c.Args) != 1 || ticket(c.Args[0]) != c.Args[0]),
				c.Name == Phoned && (len(c.Args) > 1 || c.Number() != "" && ticket(c.Number()) != c.Number()),
				slices.Contains(c.Args, ""),
				c.Key() != "" && issueKey(c.Key()) != c.Key(),
				(c.Name == SendNow || c.Name == GoOn) && c.Sure && len(c.Args) > 0,
				c.Text != "" && c.Name != Claim && c.Name != Close && c.Name != HasAnswered,
				c.Name == NotKnown && (c.Sure || len(c.Args) == 0 || len(c.Args) > 2),
				c.Provider != "" && c.Provider != "ovh",
				!slices.Contains(append(commandNames(), NotKnown), c.Name):
				t.Errorf("command %q, sure %v of %q", c.Name, c.Sure, c.Args)
			}
		}
	})
}
