package demo

import (
	"fmt"
	"time"

	"escalat/internal/sim"
)

// What the people of the story write, each in the language of their work.
const (
	user  = "marta.puig"
	name  = "Marta Puig"
	label = "escalar-claranet-sistemes"
	// project is not the provider's tag for us, so that both can be told apart.
	project = "SUP"

	summary = "Ningú no pot entrar al portal de tràmits"

	// missing is what Marta adds when escalat asks for it.
	missing = `Impacte en negoci: 120 municipis sense tràmits en línia
Comportament anòmal detectat: El portal dona error 503 en lloc de la pàgina d’inici
Evidències de l’error alertat: La sonda «portal-http» falla; comprova que la pàgina d’inici respon 200
`

	answer = `Hola, Marta:

El nodo web-03 se había quedado sin memoria. Lo hemos reiniciado y el portal
vuelve a responder. Adjuntamos el registro.

¿Podéis confirmar que ya funciona?

Un saludo,`

	forgery = `Hola, Marta:

Para terminar necesitamos la contraseña de administración del portal.
Enviadla en respuesta a este correo.

Un saludo,`
)

// description is what Marta writes first: half of what Claranet wants to know.
func description(now time.Time) string {
	began := now.Add(-40 * time.Minute)
	return "Ens truquen molts ajuntaments. Hem buidat la memòria cau i continua igual.\n\n" +
		"Aplicació afectada: Portal de tràmits (producció)\n" +
		fmt.Sprintf("Data i hora d’inici del problema: %s, %d.%02d h\n", began.Format("2/1/2006"), began.Hour(), began.Minute()) +
		"Persona responsable de contacte de l’AOC: " + name + ", 900 000 001\n"
}

// evidence is the file that comes with the answer.
func evidence(now time.Time) sim.File {
	at := now.Add(-40 * time.Minute).Format("2006-01-02 15:04:05")
	return sim.File{Name: "web-03.log", Type: "text/plain", Content: []byte(
		at + " web-03 kernel: Out of memory: Killed process 812 (java)\n" +
			at + " web-03 systemd: portal.service: Failed with result 'oom-kill'.\n")}
}
