package send_test

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/mapping"
)

const words = "Per a Claranet: Bon dia,\n\nHem fet el que ens vau demanar:\n# hem reiniciat el *node 1*\n# hem esborrat la memòria cau de {{/var/cache/portal}}\n" +
	"escalat trucat 12345\n\n||Node||Estat||\n|web-1|503|\n|web-2|200|\n\nSegueix fallant, mireu-ho a [la sonda|https://sonda.example.org/portal?id=7] i a la captura:\n!captura 2.png|thumbnail!\n" +
	"{code:title=catalina.out}\njava.lang.OutOfMemoryError: {heap}\n    at org.example.Portal\n{code}\nEl registre sencer és a portal.log. Gràcies, [~npuig]"

// follows makes the case one that the provider has, with a number of its own.
func (b *bench) has(t *testing.T) {
	t.Helper()
	b.forcedBefore(t)
	first := &b.c.Notices[0]
	first.MessageID, first.Kind, first.SentAt = "first@aoc.cat", "sistemas", day.Add(-5*time.Hour)
	first.Told = map[string]string{"impact": bridge.Digest("30 ajuntaments no poden tramitar"), "application": bridge.Digest("Portal de tramitació")}
	b.c.References, b.c.Written = []string{"40018"}, "[Ticket#40018]"
	b.c.Thread, b.c.Heard = []string{"first@aoc.cat", "robot@claranet.es"}, "robot@claranet.es"
	b.c.ConfirmedAt = day.Add(-290 * time.Minute)
	b.issue.People = map[string]string{"npuig": "Núria Puig"}
}

// matrix gives the provider people to whom a claim may be copied.
func (b *bench) matrix() {
	p := *b.composer.Providers["claranet"].Profile
	p.Matrix = []mapping.Step{
		{ID: "shift", People: []mapping.Contact{{Name: "Íria Ejemplo", Role: mapping.Phrase{CA: "cap de torn", ES: "jefa de turno"}, Email: "turno@claranet.es"}}},
		{ID: "account", People: []mapping.Contact{{Name: "Pau Muestra", Email: "Cuenta@claranet.es"}, {Name: "Sin correo"}}},
	}
	for _, t := range []*send.Telling{&b.composer.Telling, &b.transmitter.Telling} {
		t.Providers = map[string]send.Provider{"claranet": {Profile: &p, To: []string{"css@claranet.es"}}}
	}
}

// says adds a comment of the team.
func (b *bench) says(id, body string) {
	b.issue.Comments = append(b.issue.Comments, bridge.Comment{
		ID: id, Body: body, Author: bridge.User{ID: "npuig", Name: "Núria Puig"}, Created: day.Add(-10 * time.Minute),
	})
}

// relaying is the effect that sends the text of a comment.
func (b *bench) relaying(t *testing.T, serial int, comment string, files ...string) bridge.Effect {
	t.Helper()
	for _, a := range b.issue.Addressed(b.composer.Providers["claranet"].Profile) {
		if a.Comment.ID == comment {
			b.c.Relay(comment, a.Digest)
			return about(serial, bridge.ComposeBody{About: bridge.AboutWords, Comment: comment, Digest: a.Digest, Files: files})
		}
	}
	t.Fatalf("comment %s is for nobody", comment)
	return bridge.Effect{}
}

func about(serial int, body bridge.ComposeBody) bridge.Effect {
	e := adding(serial)
	body.Serial = serial
	return bridge.Plan(e.Target, e.Kind, e.Key, body)
}

func TestGoldenAbout(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(*testing.T, *bench) bridge.Effect{
		"words": func(t *testing.T, b *bench) bridge.Effect {
			b.upload("1", "captura 2.png", "\x89PNG")
			b.upload("2", "portal.log", "500\n")
			b.upload("3", "eina.exe", "MZ")
			b.says("7", words)
			return b.relaying(t, 2, "7", "1", "2", "3")
		},
		"claim": func(_ *testing.T, b *bench) bridge.Effect {
			b.matrix()
			b.says("8", "escalat reclama tenim l'alcalde al telèfon")
			return about(2, bridge.ComposeBody{About: bridge.AboutClaim, Comment: "8", Said: "tenim l'alcalde al telèfon", Cc: []string{"turno@claranet.es", "CUENTA@claranet.es"}})
		},
		"claim-answered": func(_ *testing.T, b *bench) bridge.Effect {
			b.c.State, b.c.HeardAt = bridge.Answered, day.Add(-26*time.Hour)
			b.c.Notices[0].SentAt = day.Add(-30 * time.Hour)
			b.c.Notices = append(b.c.Notices, bridge.Notice{Serial: 2, SentAt: day.Add(-25 * time.Hour)})
			return about(3, bridge.ComposeBody{About: bridge.AboutClaim})
		},
		"claim-nothing": func(_ *testing.T, b *bench) bridge.Effect {
			b.c.ConfirmedAt, b.c.References, b.c.Written = time.Time{}, nil, ""
			b.c.Notices[0].SentAt = day.Add(-59 * time.Minute)
			return about(2, bridge.ComposeBody{About: bridge.AboutClaim})
		},
		"again": func(_ *testing.T, b *bench) bridge.Effect {
			b.upload("1", "captura.png", "\x89PNG")
			b.c.Notices[0].Files = []bridge.Evidence{{ID: "1", Name: "captura.png"}}
			return about(2, bridge.ComposeBody{About: bridge.AboutAgain})
		},
		"close": func(_ *testing.T, b *bench) bridge.Effect {
			b.c.State, b.c.Closing = bridge.Closed, bridge.ByCommand
			b.issue.Labels = nil
			return about(2, bridge.ComposeBody{About: bridge.AboutClose})
		},
		"reopen": func(_ *testing.T, b *bench) bridge.Effect {
			b.c.State, b.c.ReopenedAt = bridge.Answered, day
			b.issue.Labels = nil
			b.says("9", "escalat reobre torna a fallar des de les 9 h")
			return about(2, bridge.ComposeBody{About: bridge.AboutReopen, Comment: "9", Said: "torna a fallar des de les 9 h"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.has(t)
			e := make(t, b)
			if r := b.run(t, e); r.Nothing || r.Resolved || r.Withdrawn != "" || r.Notice.MessageID == "" {
				t.Fatalf("not composed: %+v", r)
			}
			golden(t, name, b.shown(t))
			golden(t, name+".eml", strings.ReplaceAll(string(b.blobs["b1"]), "\r\n", "\n"))
		})
	}
}

// TestWordsInTheThread: a text answers the newest message, leaves what the form says alone
// and is told as sent.
func TestWordsInTheThread(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.has(t)
	b.c.Pending, b.c.Offered = []string{"contact"}, "x"
	b.upload("1", "captura 2.png", "\x89PNG")
	b.says("7", words)
	b.issue.Comments[len(b.issue.Comments)-1].Author.Mention = "[~npuig]"
	before := b.c
	e := b.follows(t, b.relaying(t, 2, "7", "1"))
	n := b.c.Notices[1]
	m := b.mail(t)
	if m.Subject != "Re: [AOC AOC-1] [Ticket#40018] Sistemas – Portal" || !slices.Equal(m.InReplyTo, []string{"robot@claranet.es"}) || !slices.Equal(m.References, []string{"first@aoc.cat", "robot@claranet.es"}) {
		t.Errorf("%s in reply to %v after %v", m.Subject, m.InReplyTo, m.References)
	}
	if n.About != bridge.AboutWords || n.Comment != "7" || n.Author != "Núria Puig" || len(n.Told)+len(n.Pending)+len(n.Fields) != 0 || len(n.Files) != 1 {
		t.Errorf("%+v", n)
	}
	if diff := cmp.Diff([]string{"contact"}, b.c.Pending); diff != "" || b.c.Offered != "x" || b.c.Told("impact") != before.Told("impact") || b.c.Kind != before.Kind {
		t.Errorf("the form's bookkeeping was touched: %+v", b.c)
	}
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 1 {
		t.Fatalf("%d sent, %v", len(b.sent), err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if _, text := told(t, o); !strings.HasPrefix(text, "[~npuig], ") || !strings.Contains(text, "Núria Puig, 20/11/2026 a les 10.50") || !strings.Contains(text, "captura 2.png") {
		t.Errorf("told:\n%s", text)
	}
	if !o.Case.ToldAt().Equal(day) || o.Case.State != bridge.Sent || !slices.Contains(o.Case.Thread, n.MessageID) {
		t.Errorf("%+v", o.Case)
	}
}

// TestAgainBringsWhatIsKnown: once the provider has the form, a file that came since goes
// only where somebody has sent it or a text that leaves names it.
func TestAgainBringsWhatIsKnown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*bench)
		want   []string
	}{
		"the provider has the form": {func(*bench) {}, []string{"esquema.png", "sent.log", "first.png", "left.zip"}},
		"it may not have it":        {func(b *bench) { b.c.Notices[0].SentAt, b.c.Notices[0].Unproved = time.Time{}, true }, []string{"esquema.png", "notes internes.txt", "sent.log", "first.png", "left.zip"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.has(t)
			b.issue.Description += "\n\nVegeu !esquema.png!"
			for id, file := range []string{"first.png", "left.zip", "sent.log", "notes internes.txt", "esquema.png"} {
				b.upload(strconv.Itoa(1+id), file, file)
			}
			b.c.Notices[0].Files = []bridge.Evidence{{ID: "1", Name: "first.png"}}
			b.c.Notices[0].Omitted = []bridge.Evidence{{ID: "2", Name: "left.zip", Why: bridge.LeftNoRoom}}
			b.c.Notices = append(b.c.Notices, bridge.Notice{Serial: 2, SentAt: day, Files: []bridge.Evidence{{ID: "3", Name: "sent.log"}}})
			test.change(b)
			r := b.run(t, about(3, bridge.ComposeBody{About: bridge.AboutAgain}))
			var got []string
			for _, f := range r.Notice.Files {
				got = append(got, f.Name)
			}
			slices.Sort(got)
			slices.Sort(test.want)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNumberOfTheSubject: a mail's text names the number that its subject bears, which the
// provider need not have given last.
func TestNumberOfTheSubject(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		references    []string
		written, want string
	}{
		"the newest":             {[]string{"1", "40018", "40777"}, "[Ticket#40777]", "Su referencia: 40777"},
		"an older one":           {[]string{"40018", "40777"}, "[Ticket#40018]", "Su referencia: 40018"},
		"none is written":        {[]string{"40018", "40777"}, "", "Su referencia: 40777"},
		"a part of another":      {[]string{"400", "40777", "40018"}, "[Ticket#40777]", "Su referencia: 40777"},
		"a person has copied it": {[]string{"Ticket#40018", "40777"}, "[Ticket#40018]", "Su referencia: Ticket#40018"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.has(t)
			b.c.References, b.c.Written = test.references, test.written
			b.run(t, about(2, bridge.ComposeBody{About: bridge.AboutClaim}))
			if text := b.mail(t).Text; !strings.Contains(text, test.want+"\n") {
				t.Errorf("no %q in:\n%s", test.want, text)
			}
		})
	}
}

// TestClaimGoesToTheMatrix: besides the provider only people who stand in its matrix when
// it leaves have a claim, and in mode redirect nobody.
func TestClaimGoesToTheMatrix(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.has(t)
	b.matrix()
	body := bridge.ComposeBody{About: bridge.AboutClaim, Cc: []string{"turno@claranet.es", "TURNO@claranet.es", "css@claranet.es", "ningu@example.org", "cuenta@claranet.es", ""}}
	e := b.follows(t, about(2, body))
	var transmit bridge.TransmitBody
	if err := e.Decode(&transmit); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"css@claranet.es", "turno@claranet.es", "Cuenta@claranet.es"}, transmit.To); diff != "" {
		t.Error(diff)
	}
	if n := b.c.Notices[1]; !slices.Equal(n.To, []string{"css@claranet.es"}) || len(n.Cc) != 2 {
		t.Errorf("to %v, copied to %v", n.To, n.Cc)
	}
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 1 || !strings.Contains(string(b.bytes), "Cc: <turno@claranet.es>, <Cuenta@claranet.es>\r\n") {
		t.Fatalf("%v:\n%s", err, b.bytes)
	}
	if _, text := told(t, b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})); !strings.Contains(text, "turno@claranet.es, Cuenta@claranet.es") {
		t.Errorf("told:\n%s", text)
	}

	with := *b.transmitter.Providers["claranet"].Profile
	with.Matrix = with.Matrix[:1] // somebody has left
	b.transmitter.Providers = map[string]send.Provider{"claranet": {Profile: &with, To: []string{"css@claranet.es"}}}
	if _, err := b.transmitter.Do(t.Context(), b.c, e); !errors.Is(err, send.ErrOtherRecipients) {
		t.Errorf("to who is not in the matrix: %v", err)
	}
	b.matrix()
	b.transmitter.Redirect = "test@aoc.cat"
	if _, err := b.transmitter.Do(t.Context(), b.c, e); !errors.Is(err, send.ErrFirstReal) || len(b.sent) != 1 {
		t.Errorf("in mode redirect: %v, %d sent", err, len(b.sent))
	}
}

// TestClaimRedirected: a test's claim goes to nobody but the own address.
func TestClaimRedirected(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.has(t)
	b.matrix()
	b.composer.Redirect, b.transmitter.Redirect = "test@aoc.cat", "test@aoc.cat"
	b.c.Notices[0].To, b.c.Notices[0].Redirected = []string{"test@aoc.cat"}, true
	e := b.follows(t, about(2, bridge.ComposeBody{About: bridge.AboutClaim, Cc: []string{"turno@claranet.es"}}))
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 1 || !slices.Equal(b.sent[0].To, []string{"test@aoc.cat"}) || strings.Contains(string(b.bytes), "\nCc:") {
		t.Fatalf("%v: %+v", err, b.sent)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if _, text := told(t, o); !strings.Contains(text, "*prova, Claranet no ha rebut res:* el correu per reclamar resposta ha anat a test@aoc.cat") {
		t.Errorf("told:\n%s", text)
	}
}

// TestAgain: the first notice once more brings its evidence again, says what is told now,
// and is held against the issue before it leaves.
func TestAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.has(t)
	b.upload("1", "captura.png", "\x89PNG")
	b.c.Notices[0].Files = []bridge.Evidence{{ID: "1", Name: "captura.png"}}
	b.c.State, b.c.Notices[0].SentAt, b.c.Notices[0].Unproved = bridge.Undelivered, time.Time{}, true
	e := b.follows(t, about(2, bridge.ComposeBody{About: bridge.AboutAgain}))
	n := b.c.Notices[1]
	if len(n.Files) != 1 || n.Told["impact"] != bridge.Digest("40 ajuntaments no poden tramitar") || n.Kind != "sistemas" || n.Source == "" {
		t.Errorf("%+v", n)
	}
	b.issue.Description = strings.Replace(b.issue.Description, "40 aj", "50 aj", 1)
	raw, _ := b.transmitter.Do(t.Context(), b.c, e)
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if len(b.sent) != 0 || len(o.Effects) != 1 || o.Effects[0].Kind != bridge.ComposeMail {
		t.Fatalf("what was edited meanwhile: %+v", o)
	}
	b.c = o.Case
	e = b.follows(t, o.Effects[0])
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 1 {
		t.Fatalf("%d sent, %v", len(b.sent), err)
	}
	o = b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if _, text := told(t, o); o.Case.State != bridge.Sent || !strings.Contains(text, "s’ha tornat a enviar") || !strings.Contains(text, "captura.png") {
		t.Errorf("%s:\n%s", o.Case.State, text)
	}
	// The provider has the form by that one: more may follow.
	b.c = o.Case
	b.c.State = bridge.Sent
	if r := b.run(t, adding(3, "application")); r.Nothing && r.Notice.MessageID == "" {
		t.Errorf("%+v", r)
	}
}
