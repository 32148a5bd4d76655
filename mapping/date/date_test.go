package date

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSpanish(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	written := time.Date(2026, 11, 22, 12, 0, 0, 0, zone)
	for text, want := range map[string]string{
		"22/11 9:30":              "22/11/2026 a las 9:30 h (hora de Madrid, CET, UTC+1)",
		"22/07/2026 9:30":         "22/07/2026 a las 9:30 h (hora de Madrid, CEST, UTC+2)",
		"avui a les 9":            "22/11/2026 a las 9 h (hora de Madrid, CET, UTC+1)",
		"avui a la 1":             "22/11/2026 a la 1 h (hora de Madrid, CET, UTC+1)",
		"avui a la 1.05 h":        "22/11/2026 a la 1:05 h (hora de Madrid, CET, UTC+1)",
		"sobre la 1 d’avui":       "22/11/2026 hacia la 1 h (hora de Madrid, CET, UTC+1)",
		"cap a les 9":             "22/11/2026 hacia las 9 h (hora de Madrid, CET, UTC+1)",
		"a mitjanit":              "22/11/2026 hacia las 0 h (hora de Madrid, CET, UTC+1)",
		"fa 2 hores":              "22/11/2026 hacia las 10 h (hora de Madrid, CET, UTC+1)",
		"hace hora y media":       "22/11/2026 hacia las 10:30 h (hora de Madrid, CET, UTC+1)",
		"2026-11-22T08:30:12Z":    "22/11/2026 a las 9:30:12 h (hora de Madrid, CET, UTC+1)",
		"22/11/2026":              "22/11/2026 (hora no indicada)",
		"fa una setmana":          "hacia el 15/11/2026 (hora no indicada)",
		"ahir a la tarda":         "21/11/2026 por la tarde (hora no indicada)",
		"dijous al vespre":        "19/11/2026 por la tarde (hora no indicada)",
		"aquest matí":             "22/11/2026 por la mañana (hora no indicada)",
		"esta madrugada":          "22/11/2026 de madrugada (hora no indicada)",
		"aquest migdia":           "22/11/2026 al mediodía (hora no indicada)",
		"anit":                    "noche del 21/11/2026 al 22/11/2026 (hora no indicada)",
		"31/12/2025 por la noche": "noche del 31/12/2025 al 01/01/2026 (hora no indicada)",
	} {
		d, ok := Read(text, written, zone)
		if got := d.Spanish(); !ok || got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestSpanishElsewhere(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"UTC":                            "22/11/2026 a las 9:30 h (UTC)",
		"America/New_York":               "22/11/2026 a las 9:30 h (hora de New York, EST, UTC-5)",
		"Asia/Kolkata":                   "22/11/2026 a las 9:30 h (hora de Kolkata, IST, UTC+5:30)",
		"America/Argentina/Buenos_Aires": "22/11/2026 a las 9:30 h (hora de Buenos Aires, UTC-3)",
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 11, 22, 9, 30, 0, 0, zone)
		got := Date{At: at, Precision: Minute}.Spanish()
		if got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if d, ok := Read(got, at.AddDate(0, 1, 0), zone); !ok || !d.At.Equal(at) {
			t.Errorf("%q is read as %v, %v", got, d.At, ok)
		}
	}
}

// TestClockChange: the days on which the clock is put forward and back.
func TestClockChange(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	for _, tt := range []struct{ text, want string }{ // in UTC
		{"29/03/2026 1:59", "2026-03-29 00:59"},
		{"29/03/2026 2:00", "2026-03-29 01:00"}, // skipped: 3:00 of the new clock
		{"29/03/2026 2:30", "2026-03-29 01:30"},
		{"29/03/2026 2:30 CEST", "2026-03-29 01:30"},
		{"29/03/2026 3:00", "2026-03-29 01:00"},
		{"29/03/2026 3:30 CEST", "2026-03-29 01:30"},
		{"25/10/2026 1:59", "2026-10-24 23:59"},
		{"25/10/2026 2:30", "2026-10-25 00:30"}, // the first of two
		{"25/10/2026 2:30 CEST", "2026-10-25 00:30"},
		{"25/10/2026 2:30 CET", "2026-10-25 01:30"},
		{"25/10/2026 2:30 UTC+1", "2026-10-25 01:30"},
		{"2026-10-25T02:30+01:00", "2026-10-25 01:30"},
		{"2026-10-25T02:30+02:00", "2026-10-25 00:30"},
		{"25/10/2026 3:00", "2026-10-25 02:00"},
		{"25/10/2026", "2026-10-24 22:00"},
		{"25/10/2026 24:00", "2026-10-25 23:00"},
		{"15/07/2026 9:30 CET", "2026-07-15 07:30"},  // the zone's own clock
		{"15/01/2026 9:30 CEST", "2026-01-15 07:30"}, // as it is written
		{"15/07/2026 9:30 WET", "2026-07-15 09:30"},
	} {
		d, ok := Read(tt.text, time.Date(2026, 11, 22, 12, 0, 0, 0, zone), zone)
		if got := d.At.UTC().Format("2006-01-02 15:04"); !ok || got != tt.want {
			t.Errorf("%q: %s, want %s", tt.text, got, tt.want)
		}
	}
	lisbon, err := time.LoadLocation("Europe/Lisbon")
	if err != nil {
		t.Fatal(err)
	}
	d, _ := Read("15/07/2026 9:30 CET", time.Date(2026, 11, 22, 12, 0, 0, 0, zone), lisbon)
	if got := d.At.UTC().Format("15:04"); got != "08:30" {
		t.Errorf("CET in Lisbon: %s UTC", got)
	}
}

// TestAcrossClockChange: what is counted from the moment of writing is counted
// in hours that pass, and days by the wall.
func TestAcrossClockChange(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	written := time.Date(2026, 10, 25, 6, 0, 0, 0, zone)
	for text, want := range map[string]string{
		"fa 6 hores":     "2026-10-25 01:00 CEST",
		"ahir a les 6":   "2026-10-24 06:00 CEST",
		"avui a les 2":   "2026-10-25 02:00 CEST",
		"anit a les 2":   "2026-10-25 02:00 CEST",
		"6:15":           "2026-10-24 06:15 CEST",
		"a les 5":        "2026-10-25 05:00 CET",
		"a mitjanit":     "2026-10-25 00:00 CEST",
		"fa 1 dia":       "2026-10-24 00:00 CEST",
		"fa 1 dia i 2 h": "2026-10-24 04:00 CEST",
	} {
		d, ok := Read(text, written, zone)
		if got := d.At.Format("2006-01-02 15:04 MST"); !ok || got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestRoundTrip: what is written for a ticket is read as the same instant, on the
// days of the clock's change as well, whenever it is read.
func TestRoundTrip(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	begin := time.Date(2024, 1, 1, 0, 0, 0, 0, zone).Unix()
	end := time.Date(2031, 1, 1, 0, 0, 0, 0, zone).Unix()
	check := func(t rapid.TB, at time.Time, precision Precision, rough bool, written time.Time) {
		want := Date{At: at, Precision: precision, Approximate: rough}
		text := want.Spanish()
		got, ok := Read(text, written, zone)
		got.Start, got.End = 0, 0
		if !ok || !got.At.Equal(at) || got.Precision != precision || got.Approximate != rough {
			t.Fatalf("%q is read as %+v, want %+v", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(begin, end).Draw(t, "at"), 0).In(zone)
		written := time.Unix(rapid.Int64Range(begin, end).Draw(t, "written"), 0)
		rough := rapid.Bool().Draw(t, "rough")
		check(t, at, Minute, rough, written)
		check(t, at.Truncate(time.Hour), Hour, rough, written)
		check(t, time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone), Day, rough, written)
	})
	for year := 2024; year <= 2030; year++ {
		for _, month := range []time.Month{time.March, time.October} {
			last := time.Date(year, month+1, 0, 0, 0, 0, 0, zone)
			sunday := last.AddDate(0, 0, -int(last.Weekday()))
			for m := range 6 * 60 {
				check(t, sunday.Add(time.Duration(m)*time.Minute), Minute, false, last)
			}
		}
	}
}

// TestPartsRoundTrip: so are the parts of a day.
func TestPartsRoundTrip(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	at := time.Date(2026, 10, 25, 0, 0, 0, 0, zone)
	for _, p := range []Part{Dawn, Morning, Noon, Afternoon, Night} {
		d := Date{At: at, Precision: Day, Part: p, Approximate: true}
		got, ok := Read(d.Spanish(), at.AddDate(0, 2, 0), zone)
		if p == Noon { // noon is as much an hour
			d.At, d.Precision, d.Part = at.Add(13*time.Hour), Hour, 0
		}
		d.Start, d.End = got.Start, got.End
		if !ok || !got.At.Equal(d.At) || got.Part != d.Part || got.Precision != d.Precision {
			t.Errorf("%q is read as %+v", d.Spanish(), got)
		}
	}
}

// TestForms: a moment in any of the forms that name it whole is read.
func TestForms(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	ca := strings.Fields("gener febrer març abril maig juny juliol agost setembre octubre novembre desembre")
	es := strings.Fields("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(rapid.IntRange(2020, 2035).Draw(t, "year"), time.Month(rapid.IntRange(1, 12).Draw(t, "month")),
			rapid.IntRange(1, 31).Draw(t, "day"), rapid.IntRange(4, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), 0, 0, zone)
		m := int(at.Month()) - 1
		text := rapid.SampledFrom([]string{
			at.Format(time.RFC3339), at.UTC().Format(time.RFC3339), at.Format("2006-01-02 15:04"), at.Format("2/1/2006 15:04"),
			at.Format("02-01-2006 15.04 h"), at.Format("2.1.2006, 15:04h"), at.Format("15:04 2/1/2006"), at.Format("15.04 h del 02/01/2006"),
			at.Format("January 2, 2006 3:04 PM"), at.Format("2 Jan 2006 15:04"), at.Format(time.RFC1123Z), at.Format(time.UnixDate), at.Format(time.ANSIC),
			at.Format("2 de ") + ca[m] + at.Format(" de 2006 a les 15.04 h"), at.Format("2 de ") + es[m] + at.Format(" del 2006 a las 15:04"),
			at.Format("02/Jan/2006:15:04:05 -0700"), at.Format("20060102T150405"), at.Format("2/1/2006 3:04 pm"),
		}).Draw(t, "text")
		wrap := rapid.SampledFrom([]string{"%", "Inici: %", "*%*", "(%)", "des de %.", "\u00a0% ", "- %\nno funciona", "%, aprox."}).Draw(t, "wrap")
		written := at.Add(time.Duration(rapid.IntRange(-400, 4000).Draw(t, "later")) * time.Hour)
		d, ok := Read(strings.Replace(wrap, "%", text, 1), written, zone)
		if !ok || !d.At.Equal(at) || d.Precision != Minute {
			t.Fatalf("%q in %q is read as %v (%v), want %v", text, wrap, d.At, ok, at)
		}
	})
}

// TestPlace: a date says where it stands, and only the beginning is read.
func TestPlace(t *testing.T) {
	t.Parallel()
	written := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	text := "Caiguda còmplet: el 22/11 a les 9.30 h, tot"
	d, ok := Read(text, written, nil)
	if !ok || text[d.Start:d.End] != "22/11 a les 9.30 h" {
		t.Errorf("it stands at %q", text[d.Start:d.End])
	}
	long := strings.Repeat("·", maxText-6)
	if _, ok := Read(long+" 9:30", written, nil); !ok {
		t.Error("the end of what is read is not")
	}
	if d, ok := Read(long+"       9:30", written, nil); ok {
		t.Errorf("what is beyond is read: %v", d)
	}
}

func FuzzRead(f *testing.F) {
	zone := madrid(f)
	for _, s := range []string{
		"22/11/2026 9:30", "avui a les 9.30", "fa 2 hores", "a dos quarts de deu", "2026-11-22T09:30:00+01:00", "entre les 9 i les 10", "dilluns passat",
		"Nov 22 09:30:12 2026", "noche del 21/11/2026", "hace hora y media", "24:00", "\xff9:30", "29/02", "31/10 a les 12 de la nit UTC-12",
		"Detectat avui a les 10.00; va començar ahir a les 18.00", "porta 2:15 hores caigut", "21 de nobembre a les 9:20, fins a les 10", "22/11/2026 9:30 hora canària", "avui dilluns 21.11 9:20",
	} {
		f.Add(s, int64(1795345200))
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64) {
		written := time.Unix(seconds%(1<<33), 0)
		d, ok := Read(text, written, zone)
		if !ok {
			if d != (Date{}) {
				t.Fatalf("%q: nothing is read, and yet %+v", text, d)
			}
			return
		}
		if d.Start < 0 || d.Start >= d.End || d.End > len(text) {
			t.Fatalf("%q: it stands from %d to %d", text, d.Start, d.End)
		}
		if d.At.Location() != zone || d.Precision < Day || d.Precision > Minute || d.Part > Night {
			t.Fatalf("%q: %+v", text, d)
		}
		again, ok := Read(text, written, zone)
		if !ok || !again.At.Equal(d.At) {
			t.Fatalf("%q is read as %v and as %v", text, d.At, again.At)
		}
		if y := d.At.Year(); y < 1990 || y > 2100 {
			return
		}
		if back, ok := Read(d.Spanish(), written, zone); !ok || d.Precision != Day && !back.At.Equal(d.At) {
			t.Fatalf("%q is written as %q and read as %v", text, d.Spanish(), back.At)
		}
	})
}
