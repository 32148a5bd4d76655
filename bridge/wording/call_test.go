package wording_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// TestOwe: a call is due since the case began, or since the desk closed after that, and
// that does not change in the same night.
func TestOwe(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, 11, day, hour, minute, 0, 0, p.Location())
	}
	for name, test := range map[string]struct {
		c           bridge.Case
		days        []string
		since, now  time.Time
		until, told time.Time
	}{
		"labelled tonight":         {c: bridge.Case{LabelledAt: at(20, 23, 40)}, now: at(21, 2, 0), since: at(20, 23, 40), until: at(21, 8, 0)},
		"with the issue":           {c: bridge.Case{OpenedAt: at(20, 23, 41)}, now: at(21, 2, 0), since: at(20, 23, 41), until: at(21, 8, 0)},
		"by day":                   {c: bridge.Case{LabelledAt: at(20, 16, 59)}, now: at(21, 2, 0), since: at(20, 17, 0), until: at(21, 8, 0)},
		"at closing":               {c: bridge.Case{LabelledAt: at(20, 17, 0)}, now: at(20, 17, 0), since: at(20, 17, 0), until: at(21, 8, 0)},
		"last year":                {c: bridge.Case{LabelledAt: at(20, 12, 0).AddDate(-1, 0, 0)}, now: at(21, 2, 0), since: at(20, 17, 0), until: at(21, 8, 0)},
		"nobody knows when":        {now: at(21, 2, 0), since: at(20, 17, 0), until: at(21, 8, 0)},
		"opened again tonight":     {c: bridge.Case{LabelledAt: at(18, 9, 0), ReopenedAt: at(20, 20, 0)}, now: at(21, 2, 0), since: at(20, 20, 0), until: at(21, 8, 0)},
		"by a clock that is ahead": {c: bridge.Case{LabelledAt: at(21, 2, 1)}, now: at(21, 2, 0), since: at(21, 2, 0), until: at(21, 8, 0)},
		"over a weekend": {
			c: bridge.Case{LabelledAt: at(20, 9, 0)}, days: []string{"mon", "tue", "wed", "thu", "fri"}, now: at(22, 12, 0), since: at(20, 17, 0), until: at(23, 8, 0),
		},
		"due already": {
			c:   bridge.Case{LabelledAt: at(20, 22, 0), CallSince: at(20, 21, 0), CallTold: at(20, 21, 10), CallUntil: at(21, 8, 0)},
			now: at(21, 2, 0), since: at(20, 21, 0), until: at(21, 8, 0), told: at(20, 21, 10),
		},
		"it was due last night": {
			c:   bridge.Case{LabelledAt: at(19, 21, 0), CallSince: at(19, 21, 0), CallTold: at(20, 7, 0), CallUntil: at(20, 8, 0)},
			now: at(20, 18, 0), since: at(20, 17, 0), until: at(21, 8, 0),
		},
	} {
		own := *p
		own.Hours.Days = test.days
		c := test.c
		wording.Owe(&c, &own, test.now)
		if !c.CallSince.Equal(test.since) || !c.CallUntil.Equal(test.until) || !c.CallTold.Equal(test.told) {
			t.Errorf("%s: since %v, until %v, told %v", name, c.CallSince, c.CallUntil, c.CallTold)
		}
	}
}

// TestOweIsTheClosing: the desk is closed from then on, and was open, or the case had not
// begun, just before.
func TestOweIsTheClosing(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(rapid.SampledFrom([]int64{1774746000, 1792890000, 1790000000}).Draw(t, "base")+rapid.Int64Range(-200_000, 200_000).Draw(t, "second"), 0)
		hours := wording.Hours(p, "")
		if hours.Open(now) {
			return
		}
		c := bridge.Case{LabelledAt: now.Add(-time.Duration(rapid.Int64Range(0, 40*24*3600).Draw(t, "before")) * time.Second)}
		wording.Owe(&c, p, now)
		for at := c.CallSince; at.Before(c.CallUntil); at = at.Add(time.Minute) {
			if hours.Open(at) {
				t.Fatalf("since %v until %v, and open at %v", c.CallSince, c.CallUntil, at)
			}
		}
		if c.CallSince.Before(c.LabelledAt) || c.CallSince.After(now) || c.CallSince.After(c.LabelledAt) && !hours.Open(c.CallSince.Add(-time.Second)) {
			t.Fatalf("labelled %v, since %v at %v", c.LabelledAt, c.CallSince, now)
		}
	})
}

// TestNotUrgent: nobody is to be called about the case.
func TestNotUrgent(t *testing.T) {
	t.Parallel()
	p, texts := desk(t, "08:00", "17:00")
	night := time.Date(2026, 11, 20, 23, 0, 0, 0, p.Location())
	c := bridge.Case{NotUrgent: true}
	if wording.Due(&c, p, texts, night, "") != nil || wording.Again(c, p, texts, night, "") != nil || !c.CallUntil.IsZero() {
		t.Errorf("%+v", c)
	}
}

// TestDueTells: who is told to call is not reminded of it at once.
func TestDueTells(t *testing.T) {
	t.Parallel()
	p, texts := desk(t, "08:00", "17:00")
	night := time.Date(2026, 11, 20, 23, 0, 0, 0, p.Location())
	c := bridge.Case{LabelledAt: night.Add(-time.Hour)}
	wording.Due(&c, p, texts, night, "")
	if !c.CallTold.Equal(night) || !c.CallSince.Equal(night.Add(-time.Hour)) {
		t.Errorf("told %v, since %v", c.CallTold, c.CallSince)
	}
	wording.Aware(&c, p, night.Add(time.Minute))
	if !c.CallTold.IsZero() || !c.CallSince.IsZero() || !c.CallUntil.IsZero() || !c.ConfirmedAt.Equal(night.Add(time.Minute)) {
		t.Errorf("called: %+v", c)
	}
	wording.Heard(&c, p, night.Add(time.Hour))
	if !c.ConfirmedAt.Equal(night.Add(time.Minute)) {
		t.Errorf("it is confirmed once: %v", c.ConfirmedAt)
	}
}

// TestCallOnAHoliday: the hours of every day are not told on one on which it is closed.
func TestCallOnAHoliday(t *testing.T) {
	t.Parallel()
	p, texts := desk(t, "08:00", "17:00")
	p.Hours.Local = []string{"11-20"}
	for hour, hours := range map[int]string{7: texts.Hours(17*60, 8*60), 8: "", 16: "", 17: texts.Hours(17*60, 8*60)} {
		call := wording.Call(p, "", texts, time.Date(2026, 11, 20, hour, 30, 0, 0, p.Location()))
		if call == nil || call.Hours != hours {
			t.Errorf("at %d: %+v", hour, call)
		}
	}
	p.Hours = mapping.Hours{From: "20:00", To: "06:00", Local: []string{"11-20"}}
	if call := wording.Call(p, "", texts, time.Date(2026, 11, 20, 22, 0, 0, 0, p.Location())); call == nil || call.Hours != "" {
		t.Errorf("over midnight: %+v", call)
	}
}

// TestTimes: the present turn counts until now.
func TestTimes(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	at := func(hour int) time.Time { return time.Date(2026, 11, 20, hour, 0, 0, 0, p.Location()) }
	c := bridge.Case{
		Turn: bridge.TurnProvider, TurnSince: at(15),
		Times: map[bridge.Turn]bridge.Spell{bridge.TurnUs: {Wall: time.Hour, Working: time.Minute}, bridge.TurnProvider: {Wall: time.Hour, Working: time.Hour}},
	}
	want := text.Turn{Provider: p.Name, Whose: "provider", Since: at(15), Spells: []text.Spell{
		{Whose: "us", Wall: time.Hour, Working: time.Minute}, {Whose: "provider", Wall: 5 * time.Hour, Working: 3 * time.Hour},
	}}
	if diff := cmp.Diff(want, wording.Times(c, p, at(19))); diff != "" {
		t.Error(diff)
	}
	want.Spells[1].Wall, want.Spells[1].Working = time.Hour, time.Hour
	if diff := cmp.Diff(want, wording.Times(c, p, at(14))); diff != "" { // a clock that was put back
		t.Error(diff)
	}
	if got := wording.Times(bridge.Case{}, p, at(14)); got.Whose != "" || len(got.Spells) != 0 {
		t.Errorf("%+v", got)
	}
}

const filled = `h2. Dades
|Tipus|Sistemes|
|*Aplicació afectada*|e-Exemple (mòdul "signatura") i http://exemple.cat/a|
|Inici|22/11/2026 a les 23.30 h|
|Impacte|40 ajuntaments|
|Contacte|[~anna] 600123456|
|Comportament anòmal|{color:red}Error 503{color} en obrir|
|Evidències|{noformat}ERROR 10.0.0.1{noformat}|`

// TestSpoken is what a person reads aloud at night.
func TestSpoken(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, p.Location())
	const begins, ends = "Llamamos de AOC por una incidencia urgente: «No es pot signar». ", "Nuestra referencia es ST-1. Los datos les llegarán por correo."
	left := bridge.Notice{Serial: 1, Kind: "sistemas", SentAt: now}
	api, handed := left, bridge.Notice{Serial: 1, Channel: bridge.ByPortal}
	api.Channel = bridge.ByAPI
	const facts = "Aplicación afectada: e-Exemple (mòdul \"signatura\") i http://exemple.cat/a. Fecha y hora de inicio del problema: 22/11/2026 a las 23:30 h. " +
		"Impacto en negocio: 40 ajuntaments. Persona responsable de contacto de AOC: Anna Exemple 600 123 456. Comportamiento anómalo detectado: Error 503 en obrir. "
	for name, test := range map[string]struct {
		description string
		labels      []string
		c           bridge.Case
		want        string
	}{
		"nothing is known": {labels: []string{"escalar-claranet"}, want: begins + ends},
		"filled in":        {description: filled, want: begins + facts + ends},
		"sent, with their number": {
			description: filled, c: bridge.Case{Kind: "sistemas", Notices: []bridge.Notice{left}, References: []string{"INC1", "INC2"}},
			want: begins + facts + "Nuestra referencia es ST-1. Su número de ticket es INC2. Tienen los datos en el correo que les hemos enviado.",
		},
		"sent, and the label was changed": {
			description: filled, labels: []string{"escalar-claranet-xarxa"}, c: bridge.Case{Kind: "sistemas", Notices: []bridge.Notice{left}},
			want: begins + facts + "Nuestra referencia es ST-1. Tienen los datos en el correo que les hemos enviado.",
		},
		"by the API":  {c: bridge.Case{Kind: "sistemas", Notices: []bridge.Notice{api}}, want: begins + "Nuestra referencia es ST-1. Tienen los datos en el ticket."},
		"by hand":     {c: bridge.Case{State: bridge.Handed, Kind: "sistemas", Notices: []bridge.Notice{handed}}, want: begins + "Nuestra referencia es ST-1. Los datos no les han llegado todavía: se los damos ahora."},
		"unknown":     {description: "Inici: desconegut\nImpacte: -\nAplicació: PENDENT", want: begins + "Fecha y hora de inicio del problema: desconocido. " + ends},
		"hard to say": {description: "Aplicació: a\u202e\x1b[2J…\nInici: ahir o demà", want: begins + "Aplicación afectada: a[2J… Fecha y hora de inicio del problema: ahir o demà. " + ends},
	} {
		issue := bridge.Issue{
			Key: "ST-1", Summary: "No es pot  signar ", Description: test.description, Created: now.Add(-time.Hour), Labels: test.labels,
			People: map[string]string{"~anna": "Anna Exemple", "[~anna]": "Anna Exemple", "anna": "Anna Exemple"},
		}
		if issue.Labels == nil {
			issue.Labels = []string{"escalar-claranet-sistemes"}
		}
		test.c.IssueKey = "ST-1"
		if diff := cmp.Diff(test.want, wording.Spoken(p, issue, test.c, now)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestSpokenIsBounded: it is one line without markup, which ends with our number and
// names whom to call back, however much was filled in.
func TestSpokenIsBounded(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, "08:00", "17:00")
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, p.Location())
	long := strings.Repeat("*paraula* ñandú_ {color:red}x{color} ", 300)
	issue := bridge.Issue{
		Key: "ST-1", Summary: strings.Repeat("cau ", 100), Created: now, Labels: []string{"escalar-claranet-sistemes"},
		Description: "Aplicació: " + long + "\nInici: " + long + "\nImpacte: " + long + "\nContacte: Anna 600123456 " + long + "\nProves: " + long + "\nComportament anòmal: " + long + "\nRedeploy: " + long,
	}
	got := wording.Spoken(p, issue, bridge.Case{IssueKey: "ST-1"}, now)
	if n := utf8.RuneCountInString(got); n > 660 || n < 400 || strings.ContainsAny(got, "\n*{}") || !strings.HasSuffix(got, "Los datos les llegarán por correo.") || !strings.Contains(got, "Anna 600 123 456") {
		t.Errorf("%d: %s", n, got)
	}
}

// FuzzSpoken: whatever was written, it is one line that can be read aloud, begins with
// who calls and ends with where the data is.
func FuzzSpoken(f *testing.F) {
	for _, seed := range []string{filled, "", "Aplicació: «x»\n\nInici: 31/2/2026", "Contacte: 600123456 +34600123456 12345678901234567890", "|Impacte|{noformat}a\n|b|{noformat}|"} {
		f.Add("No es pot signar", seed, "INC1")
	}
	profiles, err := mapping.Load(mapping.Embedded())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, summary, description, reference string) {
		for i := range profiles {
			p := &profiles[i]
			now := time.Date(2026, 11, 23, 0, 0, 0, 0, p.Location())
			issue := bridge.Issue{Key: "ST-1", Summary: summary, Description: description, Created: now, Labels: []string{p.LabelOf(&p.Forms[0])}}
			got := wording.Spoken(p, issue, bridge.Case{IssueKey: "ST-1", References: []string{reference}}, now)
			if n := utf8.RuneCountInString(got); n > 700 || strings.ContainsAny(got, "\n\r\t\x1b") || !utf8.ValidString(got) ||
				!strings.HasPrefix(got, "Llamamos de "+p.Tag) || !strings.HasSuffix(got, "Los datos les llegarán por correo.") {
				t.Errorf("%s: %d: %q", p.ID, n, got)
			}
		}
	})
}

// TestNewestReminder at each minute of a night, and just before.
func TestNewestReminder(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 11, 20, 23, 40, 0, 0, time.UTC)
	for after, want := range map[time.Duration]struct {
		n    int
		next time.Duration
	}{
		-time.Second: {-1, 0}, 0: {0, 10 * time.Minute}, 10*time.Minute - 1: {0, 10 * time.Minute}, 10 * time.Minute: {1, 30 * time.Minute},
		30*time.Minute - 1: {1, 30 * time.Minute}, 30 * time.Minute: {2, time.Hour}, time.Hour - 1: {2, time.Hour}, time.Hour: {3, 2 * time.Hour},
		2*time.Hour - 1: {3, 2 * time.Hour}, 2 * time.Hour: {4, 3 * time.Hour}, 8*time.Hour + time.Minute: {10, 9 * time.Hour},
	} {
		n, next := wording.NewestReminder(since, since.Add(after))
		if n != want.n || !next.Equal(since.Add(want.next)) {
			t.Errorf("after %v: %d, next %v", after, n, next)
		}
	}
}
