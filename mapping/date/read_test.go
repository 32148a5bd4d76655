package date

import (
	"testing"
	"time"
	_ "time/tzdata" // the zone must be there on every machine
)

func madrid(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// brief writes a date for tables: the precision is what is written, ~ stands
// before what is approximate, a part of the day behind the day.
func brief(d Date) string {
	s := map[Precision]string{Day: "2006-01-02", Hour: "2006-01-02 15h", Minute: "2006-01-02 15:04"}[d.Precision]
	if d.Precision == Hour && d.At.Minute() != 0 {
		s = "2006-01-02 15h04"
	}
	if d.At.Second() != 0 {
		s += ":05"
	}
	s = d.At.Format(s)
	s += map[Part]string{Dawn: " dawn", Morning: " morning", Noon: " noon", Afternoon: " afternoon", Evening: " evening", Night: " night"}[d.Part]
	if d.Approximate {
		s = "~" + s
	}
	return s
}

// TestRead: what people write at noon of Sunday 22 November 2026.
func TestRead(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	written := time.Date(2026, 11, 22, 12, 0, 0, 0, zone)
	tests := map[string][][2]string{
		"iso": {
			{"2026-11-22", "2026-11-22"},
			{"2026-11-22 09:30", "2026-11-22 09:30"},
			{"2026-11-22T09:30", "2026-11-22 09:30"},
			{"2026-11-22T09:30:00+01:00", "2026-11-22 09:30"},
			{"2026-11-22T08:30Z", "2026-11-22 09:30"},
			{"2026-11-22T08:30:15.123Z", "2026-11-22 09:30:15"},
			{"2026-11-22T03:30:00-05:00", "2026-11-22 09:30"},
			{"2026-11-22T14:00:00+05:30", "2026-11-22 09:30"},
			{"2026-11-21T23:30Z", "2026-11-22 00:30"},
			{"2026-07-01T08:30Z", "2026-07-01 10:30"},
			{"2026/11/22 9:30", "2026-11-22 09:30"},
			{"2026.11.22 9:30", "2026-11-22 09:30"},
			{"20261122T093000Z", "2026-11-22 10:30"},
			{"20261122T0930", "2026-11-22 09:30"},
			{"2026-11-22 09:30:12,345", "2026-11-22 09:30:12"},
			{"2026-11-22_09:30", "2026-11-22 09:30"},
			{"2026-11-22 a les 9", "2026-11-22 09h"},
			{"2026-11-22 09:30 UTC", "2026-11-22 10:30"},
			{"2026-11-22 09:30:00 +0000", "2026-11-22 10:30"},
		},
		"logs": {
			{"[22/Nov/2026:09:30:12 +0100] \"GET / HTTP/1.1\" 503", "2026-11-22 09:30:12"},
			{"192.0.2.7 - - [22/Nov/2026:08:30:12 +0000] \"GET / HTTP/1.1\" 503", "2026-11-22 09:30:12"},
			{"[Sun Nov 22 09:30:12.345678 2026] [error] [client 192.0.2.7:51234] no", "2026-11-22 09:30:12"},
			{"Sun Nov 22 09:30:12 CET 2026", "2026-11-22 09:30:12"},
			{"Sun, 22 Nov 2026 09:30:12 +0100", "2026-11-22 09:30:12"},
			{"Nov 22 09:30:12 srv-web01 httpd[2211]: killed", "2026-11-22 09:30:12"},
			{"2026-11-22 09:30:12.345 ERROR [main] connexió perduda", "2026-11-22 09:30:12"},
			{"date=2026-11-22 time=09:30:12", "2026-11-22 09:30:12"},
			{"22-Nov-2026 09:30:12", "2026-11-22 09:30:12"},
		},
		"figures": {
			{"22/11/2026 9:30", "2026-11-22 09:30"},
			{"22/11/2026 09:30h", "2026-11-22 09:30"},
			{"22/11/2026 9.30", "2026-11-22 09:30"},
			{"22/11/2026 9", "2026-11-22 09h"},
			{"22/11/2026, 09:30 h.", "2026-11-22 09:30"},
			{"22/11/2026 - 9:30", "2026-11-22 09:30"},
			{"22/11/2026-9:30", "2026-11-22 09:30"},
			{"22/11/2026 (9:30)", "2026-11-22 09:30"},
			{"22-11-26 a les 9.30 h", "2026-11-22 09:30"},
			{"22.11.2026 09:30", "2026-11-22 09:30"},
			{"22.11.26 09:30", "2026-11-22 09:30"},
			{"22/11/26 9h30", "2026-11-22 09:30"},
			{"22 / 11 / 2026 9:30", "2026-11-22 09:30"},
			{"22/11 9:30", "2026-11-22 09:30"},
			{"22/11", "2026-11-22"},
			{"22/11 a las 9", "2026-11-22 09h"},
			{"24/12 9:30", "2025-12-24 09:30"},
			{"25/11 9:30", "2026-11-25 09:30"},
			{"26/11 9:30", "2025-11-26 09:30"},
			{"1/2/2026", "2026-02-01"},
			{"29/02/2024 10:00", "2024-02-29 10:00"},
			{"22-11 9:30", "2026-11-22 09:30"},
			{"día 22/11", "2026-11-22"},
			{"*22/11/2026* a las *9:30*", "2026-11-22 09:30"},
			{"_22/11/2026_ 9:30", "2026-11-22 09:30"},
			{"Data: 22/11/2026\nHora: 9:30", "2026-11-22 09:30"},
			{"Fecha:22/11/2026 Hora:9:30", "2026-11-22 09:30"},
			{"Hora: 9:30 Data: 22/11/2026", "2026-11-22 09:30"},
			{"9:30 22/11/2026", "2026-11-22 09:30"},
			{"9:30 h del 22/11/2026", "2026-11-22 09:30"},
			{"a les 9:30 h del dia 21/11", "2026-11-21 09:30"},
			{"22/11/2026 9'30 h", "2026-11-22 09:30"},
			{"22/11/2026 9’30", "2026-11-22 09:30"},
			{"22/11/2026 24:00", "2026-11-23 00:00"},
			{"22/11/2026 0:15", "2026-11-22 00:15"},
			{"22/11/2026 09:30 (CET)", "2026-11-22 09:30"},
			{"22/11/2026 09:30 GMT", "2026-11-22 10:30"},
			{"22/11/2026 09:30 UTC+1", "2026-11-22 09:30"},
			{"22/11/2026 09:30 (UTC+2)", "2026-11-22 08:30"},
			{"22/07/2026 09:30 CEST", "2026-07-22 09:30"},
			{"22/07/2026 09:30 CET", "2026-07-22 09:30"},
			{"22/11/2026 09:30 hora peninsular", "2026-11-22 09:30"},
			{"22/11/2026 a las 9:30 h (hora de Madrid, CET, UTC+1)", "2026-11-22 09:30"},
			{"22/11/2026 9:30 PM", "2026-11-22 21:30"},
			{"22/11/2026 9:30 a. m.", "2026-11-22 09:30"},
			{"22/11/2026 12:15 am", "2026-11-22 00:15"},
			{"22/11/2026 (hora no indicada)", "2026-11-22"},
			{"22/11/2026 de 9:00 a 9:30", "2026-11-22 09:00"},
			{"de 9:00 a 9:30 del 21/11/2026", "2026-11-21 09:00"},
			{"9:00-9:30 h", "2026-11-22 09:00"},
			{"entre les 9 i les 10", "~2026-11-22 09h"},
			{"entre las 9 y las 10 del 21/11", "~2026-11-21 09h"},
			{"22/11/2026 entre les 9 i 10", "~2026-11-22 09h"},
			{"21-22/11/2026", "2026-11-21"},
			{"del 20 al 22/11/2026 a les 9", "2026-11-20 09h"},
			{"22/11/2026 no es pot entrar des de les 9.30 h", "2026-11-22 09:30"},
		},
		"months": {
			{"22 de novembre de 2026 a les 9.35 h", "2026-11-22 09:35"},
			{"22 de nov. a les 9", "2026-11-22 09h"},
			{"22 noviembre 2026 a las 9:35 h", "2026-11-22 09:35"},
			{"22 de noviembre del 2026", "2026-11-22"},
			{"22 de noviembre del 26 a las 9:35", "2026-11-22 09:35"},
			{"2 d’octubre a les 8.15h", "2026-10-02 08:15"},
			{"1r d'agost de 2026", "2026-08-01"},
			{"1º de agosto de 2026 a las 7", "2026-08-01 07h"},
			{"3 de desembre", "2025-12-03"},
			{"12 març 2026 10:00", "2026-03-12 10:00"},
			{"12 marzo, 10:00", "2026-03-12 10:00"},
			{"Nov 22 2026 9:30 AM", "2026-11-22 09:30"},
			{"November 22, 2026, 9:30 pm", "2026-11-22 21:30"},
			{"22 November 2026, 9:35", "2026-11-22 09:35"},
			{"22nd of November at 9", "2026-11-22 09h"},
			{"the 22nd at 9:30", "2026-11-22 09:30"},
			{"3 may 2026 10:00", "2026-05-03 10:00"},
			{"9:35 on 21 November", "2026-11-21 09:35"},
			{"22-nov-26 9:30", "2026-11-22 09:30"},
			{"diumenge, 22 de novembre de 2026, 9:35 h", "2026-11-22 09:35"},
			{"sábado 21 de noviembre a las 23:10", "2026-11-21 23:10"},
			{"Sat 21 Nov 2026 23:10", "2026-11-21 23:10"},
			{"des del 20 de novembre", "2026-11-20"},
			{"20 i 21 de novembre", "2026-11-20"},
			{"22NOV2026 09:30", "2026-11-22 09:30"},
			{"22 d’octubre de l’any 2026", "2026-10-22"},
		},
		"days": {
			{"dia 22 a les 10", "2026-11-22 10h"},
			{"día 20", "2026-11-20"},
			{"el 22 a las 10:00", "2026-11-22 10:00"},
			{"el 20", "2026-11-20"},
			{"dia 28 a les 10", "2026-10-28 10h"},
			{"dia 31 a les 10", "2026-10-31 10h"},
			{"dilluns 23 a les 8", "2026-11-23 08h"},
			{"divendres 20 a les 8", "2026-11-20 08h"},
			{"viernes 23 de octubre a las 8", "2026-10-23 08h"},
			{"viernes 23 a las 8", "2026-10-23 08h"},
			{"dilluns passat a les 9", "2026-11-16 09h"},
			{"el lunes a las 9", "2026-11-16 09h"},
			{"lunes pasado", "2026-11-16"},
			{"el pasado lunes a las 9:15", "2026-11-16 09:15"},
			{"diumenge a les 9", "2026-11-22 09h"},
			{"diumenge a les 13", "2026-11-15 13h"},
			{"diumenge passat", "2026-11-15"},
			{"last Friday at 9:30", "2026-11-20 09:30"},
			{"dj. 19 a les 9.30", "2026-11-19 09:30"},
			{"a les 9 del dimarts", "2026-11-17 09h"},
			{"des de dijous a la tarda", "~2026-11-19 afternoon"},
			{"avui a les 9.30", "2026-11-22 09:30"},
			{"avui 9h", "2026-11-22 09h"},
			{"hoy 9h", "2026-11-22 09h"},
			{"AVUI, A LES 9:30 H", "2026-11-22 09:30"},
			{"hui a les 9", "2026-11-22 09h"},
			{"ahir a les 18 h", "2026-11-21 18h"},
			{"ayer 18h", "2026-11-21 18h"},
			{"ayer por la tarde", "~2026-11-21 afternoon"},
			{"ayer por la tarde, sobre las 6", "~2026-11-21 18h"},
			{"ahir al vespre a les 9", "2026-11-21 21h"},
			{"ahir", "2026-11-21"},
			{"Des d’ahir no funciona", "2026-11-21"},
			{"yesterday 6pm", "2026-11-21 18h"},
			{"6pm yesterday", "2026-11-21 18h"},
			{"a les 18h d'ahir", "2026-11-21 18h"},
			{"a las 18 h de ayer", "2026-11-21 18h"},
			{"9.30 h d’avui", "2026-11-22 09:30"},
			{"anit", "~2026-11-21 night"},
			{"anit a les 3", "2026-11-22 03h"},
			{"anit a les 11", "2026-11-21 23h"},
			{"anoche a las 23:00", "2026-11-21 23:00"},
			{"last night at 2:15", "2026-11-22 02:15"},
			{"abans-d’ahir", "2026-11-20"},
			{"hoy, 22 de noviembre, a las 9:30", "2026-11-22 09:30"},
			{"ahir, dissabte 21/11, a les 9.30 h", "2026-11-21 09:30"},
			{"avui dia 22 a les 9:30", "2026-11-22 09:30"},
			{"ayer sábado a las 10", "2026-11-21 10h"},
			{"la noche del 21 al 22", "~2026-11-21 night"},
			{"la matinada del 22/11 a les 3", "2026-11-22 03h"},
			{"abans d'ahir a les 10h", "2026-11-20 10h"},
			{"anteayer a las 10", "2026-11-20 10h"},
			{"antes de ayer a las 10", "2026-11-20 10h"},
			{"the day before yesterday at 10", "2026-11-20 10h"},
			{"anteanoche a las 2", "2026-11-21 02h"},
			{"aquest matí a les 9", "2026-11-22 09h"},
			{"aquest matí", "~2026-11-22 morning"},
			{"esta mañana a las 9:15", "2026-11-22 09:15"},
			{"this morning at 9", "2026-11-22 09h"},
			{"aquesta nit a les 3", "2026-11-22 03h"},
			{"esta noche a las 23:30", "2026-11-21 23:30"},
			{"aquesta nit", "~2026-11-21 night"},
			{"aquesta matinada a les 4.20", "2026-11-22 04:20"},
			{"esta madrugada", "~2026-11-22 dawn"},
			{"ahir a migdia", "~2026-11-21 12h"},
			{"ahir al migdia a les 2", "2026-11-21 14h"},
			{"ayer a mediodía", "~2026-11-21 12h"},
			{"ayer a medianoche", "~2026-11-22 00h"},
			{"mañana a las 9", "2026-11-23 09h"},
			{"demà a les 9", "2026-11-23 09h"},
			{"22/11/2026 por la tarde (hora no indicada)", "~2026-11-22 afternoon"},
			{"noche del 21/11/2026 al 22/11/2026 (hora no indicada)", "~2026-11-21 night"},
			{"hacia el 20/11/2026", "~2026-11-20"},
		},
		"clock": {
			{"9:35", "2026-11-22 09:35"},
			{"12:10", "2026-11-22 12:10"},
			{"12:11", "2026-11-21 12:11"},
			{"23:50", "2026-11-21 23:50"},
			{"9:35h", "2026-11-22 09:35"},
			{"9.35 h", "2026-11-22 09:35"},
			{"9.35 hores", "2026-11-22 09:35"},
			{"9h", "2026-11-22 09h"},
			{"9 h", "2026-11-22 09h"},
			{"9h30", "2026-11-22 09:30"},
			{"9 h 30 min", "2026-11-22 09:30"},
			{"0930h", "2026-11-22 09:30"},
			{"a les 9 del matí", "2026-11-22 09h"},
			{"las 6 de la tarde", "2026-11-21 18h"},
			{"a les 3 de la tarda (15h)", "2026-11-21 15h"},
			{"les 9", "2026-11-22 09h"},
			{"a la 1", "2026-11-22 01h"},
			{"a la una", "2026-11-22 01h"},
			{"a la una de la tarda", "2026-11-21 13h"},
			{"a les 12 de la nit", "2026-11-22 00h"},
			{"a les 12 del migdia", "2026-11-22 12h"},
			{"a las 2 de la mañana", "2026-11-22 02h"},
			{"a las 11 de la noche", "2026-11-21 23h"},
			{"a las 3 de la noche", "2026-11-22 03h"},
			{"des de les 9.35 h", "2026-11-22 09:35"},
			{"desde las 9:35h", "2026-11-22 09:35"},
			{"since 9:35", "2026-11-22 09:35"},
			{"since 9", "2026-11-22 09h"},
			{"Des de les 9 no funciona", "2026-11-22 09h"},
			{"a partir de les 9", "2026-11-22 09h"},
			{"sobre les 9", "~2026-11-22 09h"},
			{"cap a les 10", "~2026-11-22 10h"},
			{"hacia las 10", "~2026-11-22 10h"},
			{"a eso de las 10", "~2026-11-22 10h"},
			{"alrededor de las 10", "~2026-11-22 10h"},
			{"around 10", "~2026-11-22 10h"},
			{"~9:30", "~2026-11-22 09:30"},
			{"9:30 aprox.", "~2026-11-22 09:30"},
			{"a les 9:30h (aproximadament)", "~2026-11-22 09:30"},
			{"a las 9 y pico", "~2026-11-22 09h"},
			{"a les 9 en punt", "2026-11-22 09h"},
			{"9 o'clock", "2026-11-22 09h"},
			{"a quarts de deu", "~2026-11-22 09:30"},
			{"a dos quarts de deu", "2026-11-22 09:30"},
			{"a tres quarts de nou", "2026-11-22 08:45"},
			{"a 2/4 de 10", "2026-11-22 09:30"},
			{"avui a 3/4 de 9", "2026-11-22 08:45"},
			{"un quart de deu", "2026-11-22 09:15"},
			{"dos quarts i cinc de deu", "2026-11-22 09:35"},
			{"2 quarts de 10 del matí", "2026-11-22 09:30"},
			{"dos quarts de deu del vespre", "2026-11-21 21:30"},
			{"a dos quarts d’una", "2026-11-22 00:30"},
			{"ahir a dos quarts de quatre", "2026-11-21 15:30"},
			{"avui a dos quarts de dotze", "2026-11-22 11:30"},
			{"les nou i deu", "2026-11-22 09:10"},
			{"les nou i quart", "2026-11-22 09:15"},
			{"les deu menys cinc", "2026-11-22 09:55"},
			{"nueve y media", "2026-11-22 09:30"},
			{"nueve menos cuarto", "2026-11-22 08:45"},
			{"a las nueve y veinticinco", "2026-11-22 09:25"},
			{"a les nou i vint-i-cinc", "2026-11-22 09:25"},
			{"a les vint-i-dues", "2026-11-21 22h"},
			{"a las veintitrés", "2026-11-21 23h"},
			{"a les vint i deu", "2026-11-21 20:10"},
			{"half past nine", "2026-11-22 09:30"},
			{"a quarter to ten", "2026-11-22 09:45"},
			{"ten past nine", "2026-11-22 09:10"},
			{"migdia", "~2026-11-22 12h"},
			{"mitjanit", "~2026-11-22 00h"},
			{"mediodía", "~2026-11-22 12h"},
			{"a medianoche", "~2026-11-22 00h"},
			{"cap al migdia", "~2026-11-22 12h"},
			{"9:30 UTC", "2026-11-22 10:30"},
			{"11:30Z", "2026-11-21 12:30"},
			{"error 503 a les 9:30", "2026-11-22 09:30"},
			{"192.0.2.0/24 des de les 9:30", "2026-11-22 09:30"},
		},
		"ago": {
			{"fa 2 hores", "~2026-11-22 10h"},
			{"hace media hora", "~2026-11-22 11:30"},
			{"fa mitja hora", "~2026-11-22 11:30"},
			{"fa 20 minuts", "2026-11-22 11:40"},
			{"fa un parell d’hores", "~2026-11-22 10h"},
			{"hace un par de horas", "~2026-11-22 10h"},
			{"fa una hora i mitja", "~2026-11-22 10h30"},
			{"hace hora y media", "~2026-11-22 10h30"},
			{"hace unos 20 minutos", "~2026-11-22 11:40"},
			{"fa unes 3 hores", "~2026-11-22 09h"},
			{"hace 1 h 20 min", "~2026-11-22 10h40"},
			{"fa 1,5 hores", "~2026-11-22 10h30"},
			{"hace veinte minutos", "2026-11-22 11:40"},
			{"desde hace 3 horas", "~2026-11-22 09h"},
			{"2 hours ago", "~2026-11-22 10h"},
			{"half an hour ago", "~2026-11-22 11:30"},
			{"an hour ago", "~2026-11-22 11h"},
			{"fa un quart d'hora", "2026-11-22 11:45"},
			{"fa 3 dies", "2026-11-19"},
			{"hace tres días a las 9", "2026-11-19 09h"},
			{"fa una setmana", "~2026-11-15"},
			{"a week ago", "~2026-11-15"},
			{"fa 2 mesos", "~2026-09-22"},
			{"ara mateix", "2026-11-22 12:00"},
			{"ahora mismo", "2026-11-22 12:00"},
			{"just ara", "2026-11-22 12:00"},
			{"Ara", "2026-11-22 12:00"},
			{"Ahora mismo no va, empezó a las 9:30", "2026-11-22 09:30"},
		},
	}
	for name, rows := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, row := range rows {
				d, ok := Read(row[0], written, zone)
				if !ok {
					t.Errorf("%q: nothing is read, want %s", row[0], row[1])
					continue
				}
				if got := brief(d); got != row[1] {
					t.Errorf("%q: %s, want %s", row[0], got, row[1])
				}
			}
		})
	}
}

func TestReadNothing(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	written := time.Date(2026, 11, 22, 12, 0, 0, 0, zone)
	for _, text := range []string{
		"", " ", "503", "1.2.3", "versió 1.2.3", "versión 10.4.26", "Tomcat 9.0.22", "php 8.2", "HTTP/1.1 503",
		"10.0.0.1", "192.0.2.10:8080", "192.0.2.0/24", "2001:db8::1", "2001:db8:0:10:30::1", "00:11:22:33:44:55",
		"93 445 26 99", "+34 934 452 699", "902-884-622", "12,50 €", "9.30 €", "22,11 euros", "INC-2211-26", "#22/11",
		"ABC-1234", "1763800000", "srv-web01", "web01:8080", "24x7", "24/7", "24 h", "16:9", "100%", "9.30%", "3/4 nodes",
		"31/02", "31/02/2026", "45/13", "45/13/2026", "32/11/2026 9:30", "00/11/2026", "11/22/2026 9:30", "22/13/2026", "29/02/2025",
		"27:80", "25:00", "9:75", "22/11/2026 27:80", "22/11/2026 a les 25", "a les 25", "24:30", "31 de novembre", "30 de febrero de 2026",
		"a les 15 del matí", "dia 45", "2026-13-22", "2026-02-30 09:30",
		"afecta a les 3 webs", "fallen les 3 webs", "durant 2h", "més de 2 h", "durante 2 h",
		"el servidor no respon", "fa falta reiniciar", "2 hores", "2 horas sin servicio", "1763800000 ms", "la setmana passada", "fa estona", "no ho sé", "desconegut", "pendent", "la una o l’altra", "el nou servidor",
		"la mañana", "per la tarda", "tres quarts del mateix", "els dilluns", "cada dilluns a", "set màquines", "he hace tiempo",
		"at 10 Mbps", "nou", "marc", "des de", "a les", "2/3 nodes caiguts",
	} {
		if d, ok := Read(text, written, zone); ok {
			t.Errorf("%q: %s, want nothing", text, brief(d))
		}
	}
}

// TestZoneWithoutAName: an offset alone, as times of a wire have it.
func TestZoneWithoutAName(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 3600)
	written := time.Date(2026, 11, 22, 9, 0, 0, 0, zone)
	for text, want := range map[string]time.Time{
		"20/11/2026 9:20": time.Date(2026, 11, 20, 9, 20, 0, 0, zone),
		"8:50":            time.Date(2026, 11, 22, 8, 50, 0, 0, zone),
		"ahir":            time.Date(2026, 11, 21, 0, 0, 0, 0, zone),
	} {
		if d, ok := Read(text, written, zone); !ok || !d.At.Equal(want) || d.End > len(text) {
			t.Errorf("%q is %v, %v", text, d, ok)
		}
	}
}
