package date

import (
	"testing"
	"time"
)

// marked is brief with a ? for what is unsure and a + for what is told besides.
func marked(d Date) string {
	s := brief(d)
	if d.Unsure {
		s += " ?"
	}
	if d.Several {
		s += " +"
	}
	return s
}

func checkMarked(t *testing.T, written time.Time, rows [][2]string) {
	t.Helper()
	for _, row := range rows {
		got := "nothing"
		if d, ok := Read(row[0], written, madrid(t)); ok {
			got = marked(d)
		}
		if got != row[1] {
			t.Errorf("%q: %s, want %s", row[0], got, row[1])
		}
	}
}

// TestDayToldElsehow: a day in an unusual dress is no reason to take today.
func TestDayToldElsehow(t *testing.T) {
	t.Parallel()
	checkMarked(t, time.Date(2026, 11, 22, 12, 0, 0, 0, madrid(t)), [][2]string{
		{"21.11 9:20", "2026-11-21 09:20"},
		{"21.11, 9:20", "2026-11-21 09:20"},
		{"21 / 11 9:20", "2026-11-21 09:20"},
		{"21/11 , 9:20", "2026-11-21 09:20"},
		{"21_11_2026 9:20", "2026-11-21 09:20"},
		{`21\11\2026 9:20`, "2026-11-21 09:20"},
		{"21,11,2026 9:20", "2026-11-21 09:20"},
		{"21 11 2026 9:20", "2026-11-21 09:20"},
		{"21112026 9:20", "2026-11-21 09:20"},
		{"20261121 9:20", "2026-11-21 09:20"},
		{"divendres a les 9:20", "2026-11-20 09:20"},
		{"divendres nit", "~2026-11-20 night"},
		{"9.20", "2026-11-22 09:20"},
		{"9'05", "2026-11-22 09:05"},
		{"9.00", "2026-11-22 09:00"},
		{"9.10", "nothing"}, // 9 October as well
		{"24.30", "nothing"},
		{"21 al matí", "~2026-11-21 morning"},
		{"el 21 al matí", "~2026-11-21 morning"},
		{"el 9 al matí", "~2026-11-09 morning"},
		{"el 21 por la tarde, sobre las 6", "~2026-11-21 18h"},
		{"la matinada de dissabte a diumenge, a les 3", "2026-11-22 03h"},
		{"la nit de dissabte a diumenge, a les 3", "2026-11-22 03h"},
		{"de matinada", "~2026-11-22 dawn"},
		{"de madrugada, sobre las 4", "~2026-11-22 04h"},
		{"aquesta matinada", "~2026-11-22 dawn"},
		{"la nit passada", "~2026-11-21 night"},
		{"22/11/2026 9:5", "2026-11-22 09:05 ?"},
		{"avui a les 9:5", "2026-11-22 09:05 ?"},
		{"21 del 11 a les 9:20", "2026-11-21 09:20"},
		{"el 21 del 11 del 2026 a les 9:20", "2026-11-21 09:20"},
		{"a les 9 del 11", "2026-11-11 09h"},
		{"A primera hora, a les 8", "2026-11-22 08h"},
		{"abans de les 9", "~2026-11-22 09h ?"},
		{"dilluns d’aquesta setmana a les 9", "2026-11-16 09h"},
		{"el 21 d'aquest mes a les 9", "2026-11-21 09h"},
	})
}

// TestBesideClock: a clock is one of today only where nothing else looks like a day.
func TestBesideClock(t *testing.T) {
	t.Parallel()
	rows := [][2]string{
		{"9:35, quan hem desplegat", "2026-11-22 09:35"},
		{"a les 9.30 (abans anava bé)", "2026-11-22 09:30"},
		{"La web no respon des de les 9:35", "2026-11-22 09:35"},
		{"No funciona desde las 9:35 h aprox.", "~2026-11-22 09:35"},
		{"porta caigut des de les 9:35", "2026-11-22 09:35"},
		{"lleva caído desde las 9:35", "2026-11-22 09:35"},
		{"9:35, després de l’actualització d’ahir", "2026-11-22 09:35 ?"},
		{"a les 9:35 ho vam notar, dimarts", "nothing"},
		{"Inici: 9:35", "2026-11-22 09:35"},
		{"We cannot access since 9:35", "2026-11-22 09:35"},
		{"a les 9:35, el servidor srv-web01 ha caigut i afecta 20 usuaris", "2026-11-22 09:35"},
		{"a les 9:35 a 192.0.2.7", "2026-11-22 09:35"},
		{"a les 9:35: error 503", "2026-11-22 09:35"},
		{"9:00 - 9:30, tot caigut", "2026-11-22 09:00"},
		{"a las 9:35, no se puede abrir", "2026-11-22 09:35"},
		{"a las 9:35 de golpe", "2026-11-22 09:35"},
	}
	for _, text := range []string{
		"21/11/6 9:20", "21/11/206 9:20", "21/11/20266 9:20", "2111/2026 9:20", "21/11/2O26 9:20", "99112026 9:20", "211120261 9:20", "21112026",
		"21/11/6 a les 9:20", "9:20 21/11/6", "9:20 del 21/11/206", "a les 9:20 h (21/11/20266)", "9:20, 2111/2026",
		"21 de nobembre a les 9:20", "21 nobembre 9:20", "a les 9:20 del 21 de nobembre", "9:20, 21 nobembre", "dia 21 de setmebre a les 9:20", "el 21 de nobiembre a las 9:20",
		"divedres a les 9:20", "a les 9:20 de divedres", "a las 9:20 del viernez", "ahri a les 9:20", "a les 9:20 d’ahri", "on Firday at 9:20",
		"la setmana passada a les 9:00", "la semana pasada a las 9:00", "last week at 9:00", "a les 9:00 de la setmana passada",
		"l'altre dia a les 9:00", "el otro día a las 9:00", "the other day at 9:00", "a les 9:00 de l’altre dia",
		"fa uns dies, a les 9:00", "hace unos días, a las 9:00", "a few days ago, at 9:00", "9:00, fa uns dies",
		"el cap de setmana, cap a les 9:00", "el fin de semana, sobre las 9:00", "at the weekend, around 9:00",
		"a finals d'octubre, cap a les 9:00", "a finales de octubre, hacia las 9:00", "at the end of October, around 9:00",
		"a principis de mes a les 9", "a principios de mes a las 9", "early this month at 9:00", "a mitjans de mes, a les 9:30",
		"cada dia a les 9", "cada día a las 9", "every day at 9", "a les 9 cada dia", "tots els dies a les 9:00",
		"Sempre a les 9, des de dimarts", "Siempre a las 9, desde el martes", "Always at 9, since Tuesday",
		"el mes passat a les 9:00", "el 21 del mes passat a les 9", "dilluns de la setmana passada a les 9", "el lunes de la semana pasada a las 9:00",
		"la setmana passada, dimarts a les 9", "el mes passat, el dia 3 a les 9", "dimarts vinent a les 9", "next Tuesday at 9:30", "Tuesday last week at 9:30",
		"el 3 d’octubre de l’any passat a les 9:00", "fa un any, el 3/10 a les 9:00", "el martes de hace dos semanas a las 9:00",
		"l’endemà a les 9:00", "la setmana passada de matinada",
	} {
		rows = append(rows, [2]string{text, "nothing"})
	}
	checkMarked(t, time.Date(2026, 11, 22, 12, 0, 0, 0, madrid(t)), rows)
}

// TestLasting: how long it lasts is no time, and neither is when it ends.
func TestLasting(t *testing.T) {
	t.Parallel()
	checkMarked(t, time.Date(2026, 11, 22, 12, 0, 0, 0, madrid(t)), [][2]string{
		{"avui fa una hora", "~2026-11-22 11h"},
		{"hoy, hace media hora", "~2026-11-22 11:30"},
		{"avui, des de fa 20 minuts", "2026-11-22 11:40"},
		{"fa 2:30 h", "~2026-11-22 09h30"},
		{"hace 2:30 horas", "~2026-11-22 09h30"},
		{"porta 2:15 hores caigut", "~2026-11-22 09h45"},
		{"lleva 2:15 horas caído", "~2026-11-22 09h45"},
		{"porta caiguda 2 hores", "~2026-11-22 10h"},
		{"lleva ya unas 3 horas caído", "~2026-11-22 09h"},
		{"porta 3 dies caigut", "~2026-11-19"},
		{"fa 2:30", "nothing"},
		{"porta 2:15 caigut", "nothing"},
		{"avui fa 2:30", "2026-11-22"},
		{"dura 2:15 h", "nothing"},
		{"21/11/2026, va durar 2:15 h", "2026-11-21"},
		{"21/11/2026 durant 2:15 h", "2026-11-21"},
		{"més de 2:30 h", "nothing"},
		{"fins a les 9:20", "nothing"},
		{"hasta las 9:20", "nothing"},
		{"until 9:20", "nothing"},
		{"fins avui a les 9:20", "nothing"},
		{"hasta el 21/11/2026 a las 9:20", "nothing"},
		{"funcionava fins a les 9:20", "nothing"},
		{"des de les 9:00 fins a les 9:20", "2026-11-22 09:00"},
		{"desde ayer a las 18:00 hasta hoy a las 9:20", "2026-11-21 18:00"},
		{"ahir fins a les 9:20", "2026-11-21"},
		{"a les 9:00 (fins a les 9:20)", "2026-11-22 09:00"},
		{"21/11/2026 22:00 - 22/11/2026 6:00", "2026-11-21 22:00"},
		{"21/11/2026 de 9:00 a 9:30", "2026-11-21 09:00"},
		{"fins i tot avui a les 9:20", "2026-11-22 09:20"},
	})
}

// TestSeveral: of several moments the one of the beginning is meant.
func TestSeveral(t *testing.T) {
	t.Parallel()
	checkMarked(t, time.Date(2026, 11, 22, 12, 0, 0, 0, madrid(t)), [][2]string{
		{"Després del desplegament del 20/11, a les 9:20 d'avui", "2026-11-22 09:20"},
		{"Tras el despliegue del 20/11, hoy a las 9:20", "2026-11-22 09:20"},
		{"After the deployment of 20/11, at 9:20 today", "2026-11-22 09:20"},
		{"Després del desplegament del 20/11, a les 9:20", "2026-11-20 09:20 ?"},
		{"La caiguda del 20/11 a les 9:20", "2026-11-20 09:20"},
		{"Des del 20/11. Avui a les 9:20 encara no anava", "2026-11-20 +"},
		{"Detectat avui a les 10.00; va començar ahir a les 18.00", "2026-11-21 18:00"},
		{"Detectado hoy a las 10:00. Empezó ayer a las 18:00", "2026-11-21 18:00"},
		{"Detected today at 10:00; it started yesterday at 18:00", "2026-11-21 18:00"},
		{"Va començar ahir a les 18.00; detectat avui a les 10.00", "2026-11-21 18:00"},
		{"Avui a les 10.00 ho hem vist, no va des d’ahir a les 18.00", "2026-11-21 18:00"},
		{"Detectat avui a les 10.00; va començar a les 9.00", "2026-11-22 10:00 +"},
		{"Detectat a les 10:00, començat a les 9:30", "2026-11-22 09:30"},
		{"Ha caigut ahir a les 18.00. Avui a les 9.00 ha tornat a caure", "2026-11-21 18:00 +"},
		{"Ayer a las 18:00. Hoy a las 9:00.", "2026-11-21 18:00 +"},
		{"Avui a les 9.00. Avui a les 9.00", "2026-11-22 09:00"},
		{"avui a les 3 de la tarda (15h)", "2026-11-22 15h"},
		{"20/11/2026 i 22/11/2026", "2026-11-20 +"},
		{"Avui a les 9:00; el 31/02 a les 10:00", "2026-11-22 09:00 +"},
		{"Detectat avui a les 10; començat ahir", "2026-11-21 +"},
	})
}

// TestHalfTold: an hour without its part of the day may be one of the afternoon.
func TestHalfTold(t *testing.T) {
	t.Parallel()
	zone := madrid(t)
	checkMarked(t, time.Date(2026, 11, 22, 18, 0, 0, 0, zone), [][2]string{
		{"avui a les 4", "2026-11-22 04h ?"},
		{"hoy a las 4", "2026-11-22 04h ?"},
		{"today at 4", "2026-11-22 04h ?"},
		{"avui a les quatre", "2026-11-22 04h ?"},
		{"a les 4", "2026-11-22 04h ?"},
		{"ahir a les 5", "2026-11-21 05h ?"},
		{"el dia 21 a la 1", "2026-11-21 01h ?"},
		{"21/11/2026 a las 7", "2026-11-21 07h ?"},
		{"21/11/2026 7", "2026-11-21 07h ?"},
		{"avui a les 7", "2026-11-22 07h"}, // 19 h is to come
		{"avui a les 04", "2026-11-22 04h"},
		{"avui a les 04:00", "2026-11-22 04:00"},
		{"avui a les 4.00 h", "2026-11-22 04:00"},
		{"avui a les 4 h", "2026-11-22 04h"},
		{"avui a les 4 de la matinada", "2026-11-22 04h"},
		{"avui a les 4 de la tarda", "2026-11-22 16h"},
		{"ahir al matí a les 7", "2026-11-21 07h"},
		{"ahir a les 8", "2026-11-21 08h"},
		{"4pm", "2026-11-22 16h"},
	})
	checkMarked(t, time.Date(2026, 11, 22, 10, 0, 0, 0, zone), [][2]string{
		{"a les 11", "2026-11-21 11h ?"},
		{"11:00", "2026-11-21 11:00 ?"},
		{"a les 4", "2026-11-22 04h"},
		{"a les 10", "2026-11-22 10h"},
		{"diumenge a les 13", "2026-11-15 13h ?"},
		{"a mitjanit", "~2026-11-22 00h"},
		{"ahir a les 11", "2026-11-21 11h"},
		{"avui a les 11", "2026-11-22 11h"},
	})
}

// TestOtherClocks: the clock of another place is read or nothing is.
func TestOtherClocks(t *testing.T) {
	t.Parallel()
	checkMarked(t, time.Date(2026, 11, 22, 12, 0, 0, 0, madrid(t)), [][2]string{
		{"22/11/2026 9:30 EST", "nothing"},
		{"22/11/2026 9:30 (PST)", "nothing"},
		{"9:30 PDT", "nothing"},
		{"9:30 22/11/2026 EST", "nothing"},
		{"9:30 del 22/11/2026 UTC", "2026-11-22 10:30"},
		{"22/11/2026 9:30 EST (UTC-5)", "2026-11-22 15:30"}, // what the offset tells
		{"22/11/2026 a les 9:30 hora de Londres", "2026-11-22 10:30"},
		{"22/11/2026 a las 9:30 (hora de Londres)", "2026-11-22 10:30"},
		{"22/07/2026 9:30 London time", "2026-07-22 10:30"},
		{"22/11/2026 a les 9:30, hora canària", "2026-11-22 10:30"},
		{"a las 9:30 hora canaria", "2026-11-22 10:30"},
		{"22/07/2026 9:30 hora de las Canarias", "2026-07-22 10:30"},
		{"a les 9:30 del 21/11 (hora canària)", "2026-11-21 10:30"},
		{"11:30 hora canària", "2026-11-21 12:30 ?"},
		{"22/11/2026 9:30 hora de París", "nothing"},
		{"22/11/2026 9:30 hora UTC", "2026-11-22 10:30"},
		{"22/11/2026 9:30, zona horària EST", "nothing"},
		{"22/11/2026 9:30 ET", "nothing"},
		{"22/11/2026 9:30 (hora servidor)", "nothing"},
		{"22/11/2026 9:30 en Canarias", "2026-11-22 09:30 ?"},
		{"22/11/2026 9:30 a Barcelona", "2026-11-22 09:30"},
		{"22/11/2026 9:30 hora argentina", "nothing"},
		{"22/11/2026 9:30 Tokyo time", "nothing"},
		{"22/11/2026 9:30 New York time", "nothing"},
		{"22/11/2026 9:30 start time", "2026-11-22 09:30"},
		{"22/11/2026 9:30 local time", "2026-11-22 09:30"},
		{"22/11/2026 9:30 hora local", "2026-11-22 09:30"},
		{"22/11/2026 9:30 hora de Madrid", "2026-11-22 09:30"},
		{"22/11/2026 9:30 hora d’inici", "2026-11-22 09:30"},
		{"22/11/2026 9:30 CEST", "2026-11-22 08:30 ?"},
		{"9:30 CEST", "2026-11-22 08:30 ?"},
		{"22/07/2026 9:30 CEST", "2026-07-22 09:30"},
		{"22/07/2026 9:30 CET", "2026-07-22 09:30 ?"},
		{"22/11/2026 9:30 CET", "2026-11-22 09:30"},
	})
}

// TestContradicted: figures win over words, and words that contradict each other
// tell nothing.
func TestContradicted(t *testing.T) {
	t.Parallel()
	checkMarked(t, time.Date(2026, 11, 22, 12, 0, 0, 0, madrid(t)), [][2]string{
		{"dissabte 22/11/2026", "2026-11-22 ?"},
		{"sábado 22/11/2026 9:30", "2026-11-22 09:30 ?"},
		{"dissabte 22/11 a les 9:30", "2026-11-22 09:30 ?"},
		{"22/11/2026 (dissabte) a les 9:30", "2026-11-22 09:30 ?"},
		{"22/11/2026, dissabte", "2026-11-22 ?"},
		{"diumenge 22/11/2026", "2026-11-22"},
		{"avui dilluns", "nothing"},
		{"hoy lunes a las 9", "nothing"},
		{"a les 9 d’avui dilluns", "nothing"},
		{"today, Monday, at 9:30", "nothing"},
		{"avui diumenge a les 9", "2026-11-22 09h"},
		{"ahir 22/11", "2026-11-22 ?"},
		{"ayer 22/11 a las 9:30", "2026-11-22 09:30 ?"},
		{"avui dia 21 a les 9", "2026-11-21 09h ?"},
		{"avui dilluns 22/11/2026", "2026-11-22 ?"},
		{"ahir dissabte 21 a les 10", "2026-11-21 10h"},
		{"ahir divendres 21 a les 10", "2026-11-21 10h ?"},
		{"viernes 21 a las 10", "2026-11-21 10h ?"},
		{"viernes 23 a las 10", "2026-10-23 10h"},
		{"anit 22/11 a les 3", "2026-11-22 03h"},
	})
}
