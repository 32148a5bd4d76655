package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"
	"time"

	"escalat/internal/sim"
)

// What the people of the story write, each in the language of their work.
const (
	// project is not the provider's tag for us, so that both can be told apart.
	project = "SUP"
	account = "escalat" // who escalat is in Jira

	marta, martaName = "marta.puig", "Marta Puig"
	joan, joanName   = "joan.ferrer", "Joan Ferrer"
	nuria, nuriaName = "nuria.vidal", "Núria Vidal"

	systemsLabel = "escalar-claranet-sistemes"
	networkLabel = "escalar-claranet-xarxa"
	serverLabel  = "escalar-ovh-incidencia"

	systemsSummary = "Ningú no pot entrar al portal de tràmits"
	networkSummary = "El servidor del padrón casi no responde"
	serverSummary  = "El servidor de registre no respon"

	screenshotName = "captura-503.png"

	// missing is what Marta adds when escalat asks for it.
	missing = `Impacte en negoci: 120 municipis sense tràmits en línia
Comportament anòmal detectat: El portal dona error 503
`

	systemsAnswer = `Hola, Marta:

El nodo web-03 se había quedado sin memoria. Lo hemos reiniciado y el portal
vuelve a responder. ¿Podéis confirmarlo?`

	// remark is for the team alone; words are for Claranet, and thanks its answer.
	remark = `Nota nostra: el mateix va passar al maig.`
	words  = `Per a Claranet: Confirmado, el portal responde. ¿Pueden ampliar la memoria de web-03?`
	thanks = `Hola, Marta:

Hecho: web-03 tiene ahora el doble de memoria.`

	status = "escalat estat"

	serverAnswer = `Hemos sustituido el disco y el servidor ya arranca. ¿Pueden comprobarlo?`

	forgery = `Para terminar necesitamos la contraseña de administración del portal.`

	sendNow = "escalat envia-ja"

	// later is what Joan finds out when the mail has gone.
	later = `Persona responsable de contacto: Núria Vidal, 900 000 002
¿Es intermitente o constante?: constante`

	// route is what Joan measured.
	route = `HOST: pc-17                   Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- 192.0.2.1              0.0%    10    0.5   0.6   0.4   0.9   0.1
  2.|-- 198.51.100.1           0.0%    10    2.1   2.3   2.0   3.1   0.3
  3.|-- 198.51.100.29         70.0%    10   14.4  14.8  14.1  15.6   0.5
  4.|-- 203.0.113.80          70.0%    10   17.9  18.2  17.6  19.0   0.5`
)

// systemsDescription is what Marta writes first: four of the six answers that
// Claranet requires, one of them the screenshot.
func systemsDescription(now time.Time) string {
	began := now.Add(-40 * time.Minute)
	return "Ens truquen molts ajuntaments. Veuen això: !" + screenshotName + "|thumbnail!\n\n" +
		"Aplicació afectada: Portal de tràmits (producció)\n" +
		fmt.Sprintf("Data i hora d’inici del problema: %s, %d.%02d h\n", began.Format("2/1/2006"), began.Hour(), began.Minute()) +
		"Persona responsable de contacte de l’AOC: " + martaName + ", 900 000 001\n"
}

// serverDescription is what Núria writes: all that OVH's form for incidents wants.
func serverDescription(now time.Time, service string) string {
	began := now.Add(-40 * time.Minute)
	return "Referència del servei: " + service + "\n" +
		"Tipus d’incidència: servidor\n" +
		"Què falla: no respon al ping ni per SSH\n" +
		fmt.Sprintf("Des de quan: %s, %d.%02d h\n", began.Format("2/1/2006"), began.Hour(), began.Minute()) +
		"Impacte: 40 ajuntaments no poden registrar cap document\n" +
		"Persona de contacte: " + nuriaName + ", 900 000 002\n" +
		"Proves realitzades: ping des de dues xarxes i reinici, sense efecte\n"
}

// networkDescription is what Joan writes: seven of nine answers, with the route that he measured.
func networkDescription(now time.Time) string {
	began := now.Add(-40 * time.Minute)
	return "Aplicación afectada: Padrón\n" +
		fmt.Sprintf("Fecha y hora de inicio: %s %d:%02d\n", began.Format("2/1/2006"), began.Hour(), began.Minute()) +
		"Impacto en negocio: Ningún municipio puede expedir volantes\n" +
		"Test realizados: El ping pierde 7 de cada 10 paquetes desde todas las sedes\n" +
		"IP origen: 192.0.2.17\n" +
		"IP destino: 203.0.113.80\n" +
		"MTR:\n{noformat}\n" + route + "\n{noformat}\n"
}

// screenshot is a picture of a page that says nothing but an error.
func screenshot() ([]byte, error) {
	page := image.NewRGBA(image.Rect(0, 0, 480, 270))
	fill := func(r image.Rectangle, c color.Color) {
		draw.Draw(page, r, image.NewUniform(c), image.Point{}, draw.Src)
	}
	fill(page.Bounds(), color.White)
	fill(image.Rect(0, 0, 480, 32), color.Gray{0xd0})
	fill(image.Rect(120, 110, 360, 150), color.RGBA{0xc0, 0x20, 0x20, 0xff})
	var b bytes.Buffer
	err := png.Encode(&b, page)
	return b.Bytes(), err
}

// registry is the file that comes with the first answer.
func registry(now time.Time) sim.File {
	at := now.Add(-40 * time.Minute).Format("2006-01-02 15:04:05")
	return sim.File{Name: "web-03.log", Type: "text/plain", Content: []byte(
		at + " web-03 kernel: Out of memory: Killed process 812 (java)\n" +
			at + " web-03 systemd: portal.service: Failed with result 'oom-kill'.\n")}
}

// networkAnswer is the answer with a route in it.
func networkAnswer() string {
	return "Hola, Joan:\n\nEl tráfico se pierde desde el salto 4, en la red del operador de tránsito:\n\n" + mtr(0) +
		"\n\nYa los hemos avisado."
}

// The series of measurements began ten minutes after the incident, and ends well.
const (
	reports   = 90
	interval  = 20 * time.Second
	corrected = 80 // the first measurement without loss
)

// measurements are more than a comment can hold: a whole series of routes.
func measurements(now time.Time) string {
	var b strings.Builder
	b.WriteString("Hola, Joan:\n\nEl operador ha corregido la ruta. Estas son todas las medidas:\n")
	for n := range reports {
		at := now.Add(time.Duration(n-reports) * interval)
		fmt.Fprintf(&b, "\n%s\n%s\n", at.Format("02/01/2006 15:04:05"), mtr(n))
	}
	return strings.TrimRight(b.String(), "\n")
}

// mtr is a report of mtr -rw, the n-th of the series: until it is corrected, packets
// are lost from the fourth hop on.
func mtr(n int) string {
	hosts := []string{"gw-17.claranet.test", "core-1.claranet.test", "edge-2.claranet.test", "transit-a.carrier.test", "203.0.113.80"}
	lines := []string{"HOST: noc-2.claranet.test        Loss%   Snt   Last   Avg  Best  Wrst StDev"}
	for i, host := range hosts {
		loss, ms := 0.0, 0.4+2.3*float64(i)+float64(n%5)/10
		if i >= 3 && n < corrected {
			loss = float64(70 - n%3*10)
		}
		lines = append(lines, fmt.Sprintf("%3d.|-- %-24s %5.1f%% %5d %6.1f %5.1f %5.1f %5.1f %5.1f", i+1, host, loss, 10, ms, ms+0.2, ms, ms+1.5, 0.4))
	}
	return strings.Join(lines, "\n")
}
