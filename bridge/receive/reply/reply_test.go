package reply_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge/receive/reply"
)

const marker = "Responda por encima de esta línea"

const outlook = `De: Suport AOC <suport@aoc.cat>
Enviado el: lunes, 2 de marzo de 2026 10:12
Para: CSS <css@claranet.es>
Asunto: [AOC SUP-42] e-NOTUM no responde

Aplicación afectada: e-NOTUM`

// cuts are answers and the part of them that is new. Where reply is "", all of it is.
var cuts = map[string]struct{ text, reply string }{
	"nothing quoted": {text: "Reiniciado el servicio.\n\nUn saludo,\nCSS"},
	"empty":          {text: ""},
	"Gmail es":       {"Hecho.\n\nEl lun, 2 mar 2026 a las 10:12, Suport AOC (<suport@aoc.cat>) escribió:\n\n> Aplicación: e-NOTUM\n> Impacto: alto\n", "Hecho."},
	"Gmail ca":       {"Fet.\n\nMissatge de Suport AOC <suport@aoc.cat> del dia dl., 2 de març 2026 a les 10:12:\n\n> Aplicació\n", "Fet."},
	"Gmail en":       {"Done.\n\nOn Mon, 2 Mar 2026 at 10:12, Suport AOC <suport@aoc.cat> wrote:\n\n> Application\n", "Done."},
	"broken over two lines": {
		"Hecho.\n\nEl lun, 2 mar 2026 a las 10:12, Suport AOC de la Administració Oberta de\nCatalunya (<suport@aoc.cat>) escribió:\n> Aplicación\n", "Hecho.",
	},
	"broken over three lines": {
		"Hecho.\n\nEl lun, 2 mar 2026 a las 10:12, Suport AOC\n(<\nsuport@aoc.cat>) escribió:\n> Aplicación\n", "Hecho.",
	},
	"Thunderbird es": {"Hecho.\n\nEl 2/3/26 a las 10:12, Suport AOC escribió:\n> Aplicación\n>\n> Impacto\n", "Hecho."},
	"Thunderbird ca": {"Fet.\n\nEl 2/3/26 a les 10:12, Suport AOC ha escrit:\n> Aplicació\n", "Fet."},
	"Catalan, past":  {"Fet.\n\nEl dl., 2 de març 2026, Suport AOC <suport@aoc.cat> va escriure:\n> Aplicació\n", "Fet."},
	"Apple es":       {"Hecho\n\n> El 2 mar 2026, a las 10:12, Suport AOC <suport@aoc.cat> escribió:\n> \n> Aplicación\n", "Hecho"},
	"right under the text": {
		"Hecho.\nEl 2 mar 2026, a las 10:12, Suport AOC <suport@aoc.cat> escribió:\n> Aplicación\n", "Hecho.",
	},
	"quote without marks": {
		"Hecho.\n\nEl lun, 2 mar 2026 a las 10:12, Suport AOC (<suport@aoc.cat>) escribió:\n\nAplicación afectada: e-NOTUM\n", "Hecho.",
	},
	"Outlook es": {"Hecho.\n\n" + outlook, "Hecho."},
	"Outlook es, bold": {
		"Hecho.\n\n*De:* Suport AOC <suport@aoc.cat>\n*Enviado:* lunes\n*Para:* CSS\n*CC:* Jefe\n*Asunto:* e-NOTUM\n\nAplicación", "Hecho.",
	},
	"Outlook es, ruler":   {"Hecho.\n________________________________\n" + outlook, "Hecho."},
	"Outlook es, indent":  {"Hecho.\n\n  De: Suport\n  Enviado el: lunes\n  Para: CSS\n  Asunto: x\n\n  cuerpo", "Hecho."},
	"Outlook ca":          {"Fet.\n\nDe: Suport <suport@aoc.cat>\nEnviat el: dilluns, 2 de març de 2026 10:12\nPer a: CSS\nTema: e-NOTUM\n\nAplicació", "Fet."},
	"Outlook ca, A":       {"Fet.\n\nDe: Suport <suport@aoc.cat>\nEnviat: dilluns\nA: CSS\nAssumpte: e-NOTUM\n\nAplicació", "Fet."},
	"Outlook en":          {"Done.\n\nFrom: Suport <suport@aoc.cat>\nSent: Monday, March 2, 2026 10:12 AM\nTo: CSS\nSubject: e-NOTUM\n\nApplication", "Done."},
	"Outlook, long Para":  {"Hecho.\n\nDe: Suport\nEnviado el: lunes\nPara: uno <uno@claranet.es>;\n dos <dos@claranet.es>\nAsunto: x\n\ncuerpo", "Hecho."},
	"Mensaje original":    {"Hecho.\n\n-----Mensaje original-----\n" + outlook, "Hecho."},
	"Missatge original":   {"Fet.\n\n----- Missatge original -----\nAplicació", "Fet."},
	"Original Message":    {"Done.\n\n-----Original Message-----\nApplication", "Done."},
	"marker":              {"Hecho.\n\n--- " + marker + " ---\n\nAplicación", "Hecho."},
	"marker, quoted":      {"Hecho.\n\n> --- " + marker + " ---\n>\n> Aplicación\n", "Hecho."},
	"marker, other case":  {"Hecho.\n\n=== RESPONDA POR ENCIMA DE ESTA LÍNEA ===\nAplicación", "Hecho."},
	"marker, broken":      {"Hecho.\n\n--- Responda por encima de\nesta línea ---\nAplicación", "Hecho."},
	"marker, unknown who": {"Hecho.\n\nEl lunes Suport AOC escribió:\n" + marker + "\nAplicación", "Hecho."},
	"short marked quote":  {"Hecho.\n\nEl lunes, Suport AOC escribió:\n> Aplicación", "Hecho."},
	"nested quotes": {
		"Hecho.\n\nEl 2/3/26 a las 10:12, Suport escribió:\n>> viejo\n> El 1/3/26 a las 9:00, CSS escribió:\n>> más viejo\n", "Hecho.",
	},
	"long quote, nobody named": {"Hecho.\n\n> uno\n> dos\n> tres\n> cuatro\n> cinco\n", "Hecho."},
	"blockquote, nobody named": {"Hecho.\n\n> Aplicación\n>\n> Impacto\n", "Hecho."},
	"blockquote after answers": {"Sobre esto:\n\n> ¿Reiniciado?\n\nSí, a las 10.\n\n> Gracias\n\n", "Sobre esto:\n\n> ¿Reiniciado?\n\nSí, a las 10."},
	"blockquote, text after":   {text: "Hecho.\n\n> Aplicación\n\nY mañana más."},
	"blockquote, signed":       {"Hecho.\n\n> Aplicación\n\n-- \nCSS Claranet", "Hecho.\n\n> Aplicación"},
	"blockquote only":          {text: "\n> Aplicación\n> Impacto"},
	"blockquote under a ruler": {text: "--------\n> Aplicación"},
	"blockquote, then Outlook": {"Hecho.\n\n> ¿Cuándo?\n\n" + outlook, "Hecho.\n\n> ¿Cuándo?"},
	"telephone es":             {"Hecho.\n\nEnviado desde mi iPhone\n\nEl 2/3/26 a las 10:12, Suport escribió:\n> Aplicación\n", "Hecho."},
	"telephone ca":             {"Fet.\n\nEnviat des del meu iPhone", "Fet."},
	"telephone Outlook":        {"Hecho.\n\nObtener Outlook para Android<https://aka.ms/x>\n________________________________\n" + outlook, "Hecho."},
	"signature":                {"Hecho.\n-- \nCSS Claranet\n902 884 622\n\nEl 2/3/26 a las 10:12, Suport escribió:\n> Aplicación\n", "Hecho."},
	"signature below":          {"Hecho.\n\nEl 2/3/26 a las 10:12, Suport escribió:\n> Aplicación\n\n-- \nCSS Claranet", "Hecho."},
	"answers between": {
		text:  "Hola:\n\nEl 2/3/26 a las 10:12, Suport escribió:\n> ¿Han reiniciado?\nSí, a las 10.\n> ¿Funciona?\nNo.\n> Gracias\n",
		reply: "Hola:\n\n> ¿Han reiniciado?\nSí, a las 10.\n> ¿Funciona?\nNo.",
	},
	"answer below":          {"El 2/3/26 a las 10:12, Suport escribió:\n> Aplicación\n> Impacto\n\nHecho.\n", "Hecho."},
	"answer below greeting": {"Hola:\n\nEl 2/3/26 a las 10:12, Suport escribió:\n> Aplicación\n> Impacto\n\nHecho.\n", "Hola:\n\nHecho."},
	"answer to one line":    {"El 2/3/26 a las 10:12, Suport escribió:\n> ¿Cada cuánto?\n\nCada hora.\n", "> ¿Cada cuánto?\n\nCada hora."},
	"answer to a sentence": {
		"El 2/3/26 a las 10:12, Suport escribió:\n> Impacto: alto\n> ¿Han podido comprobar si el servidor de\n> respaldo también falla?\n>\n\nSí.\n\n> ¿Y el router de la sede?\n\nNo.\n",
		"> ¿Han podido comprobar si el servidor de\n> respaldo también falla?\n\nSí.\n\n> ¿Y el router de la sede?\n\nNo.",
	},
	"answer below a signature": {
		"Os respondo abajo del todo.\n\nEl 2/3/26 a las 10:12, Suport escribió:\n> Aplicación\n>\n> -- \n> Suport AOC\n\nHecho.\n", "Os respondo abajo del todo.\n\nHecho.",
	},
	"quote right under the text": {
		"Os respondo abajo del todo.\nEl 2/3/26 a las 10:12, Suport escribió:\n> Aplicación\n> -- \n> Suport\n\nHecho.\n", "Os respondo abajo del todo.\n\nHecho.",
	},
	"citing": {"Hecho.\n\nMensaje citado por Suport AOC <suport@aoc.cat>:\n\n> Aplicación\n> Impacto\n", "Hecho."},
	"marker on the line of who wrote": {
		"Hecho.\n\n El lun., mar. 2, 2026 a la(s) 10:12, Suport AOC\n<suport@aoc.cat> escribió:   --- " + marker + " ---\nAplicación", "Hecho.",
	},
	"quote only":           {text: "El 2/3/26 a las 10:12, Suport escribió:\n> Aplicación\n> Impacto"},
	"header block only":    {text: outlook},
	"answer below marker":  {marker + "\n\nHecho.", "Hecho."},
	"answer below Outlook": {text: outlook + "\n\nHecho."},
	"forwarded":            {text: "Os paso lo que dice el fabricante.\n\n---------- Mensaje reenviado ---------\n" + outlook},
	"prose with year and time": {
		text: "El corte del 2026 empezó a las 10:12 y afectó a toda la red.\n\nEl 3/2/2026 a las 10:12 se reinició el router.\nEn la sede de Lleida no.",
	},
	"prose that names a writer": {text: "El técnico de guardia escribió:\n\nNo hay conectividad desde las 10:12.\n"},
	"prose with a mailbox":      {text: "El 3/2/2026 a las 10:15 enviamos el informe a juan@aoc.cat:\n\nuno\ndos"},
	"prose, wrote at a time":    {text: "El 3/2/2026 a las 10:12 el proveedor nos escribió:\n\nCorte resuelto."},
	"prose, from and to":        {text: "De: 10.0.0.1\nPara: 10.0.0.2\nPuerto: 443\n\nNo hay respuesta."},
	"labels in the answer":      {text: "Hecho:\n\nAsunto: corte de red\nPara: todos los clientes\nFecha: 2/3/2026\n\nMás mañana."},
	"header lines as evidence":  {text: "El correo rechazado tiene estas cabeceras:\n\nFrom: a@b.es\nTo: c@d.es\nDate: Mon, 2 Mar 2026\nSubject: hola\n\nLo miramos."},
	"rulers and tables":         {text: "Resultado:\n-----------------\nHost     | Loss\n-----------------\nrouter-1 | 0%\n==========\nFin"},
	"commands after >":          {text: "Por favor, ejecuten:\n\n> ping 10.0.0.1\n> tracert 10.0.0.1"},
	"MTR": {
		text: "mtr desde origen:\n\nHOST: aoc-01           Loss%   Snt   Last\n  1.|-- 10.0.0.1        0.0%    10    0.4\n  2.|-- ???            100.0    10    0.0\n--\nfin",
	},
	"said in a sentence": {text: "Enviado desde mi punto de vista, el problema es de red.\n\nEnviado desde mi oficina, con prisa."},
	"original in prose":  {text: "El mensaje original\nno se entendía.\n\n- Mensaje original: ver arriba"},
	"Windows line ends":  {"Hecho.\r\n\r\nEl 2/3/26 a las 10:12, Suport escribió:\r\n> Aplicación\r\n", "Hecho."},
}

func TestCut(t *testing.T) {
	t.Parallel()
	for name, test := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := test.reply
			if want == "" {
				want = strings.TrimSpace(test.text)
			}
			got, cut := reply.Cut(test.text, marker)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("reply (-want +got):\n%s", diff)
			}
			if lost := words(test.text) - words(got) - words(cut); lost != 0 {
				t.Errorf("%d words are neither in the reply nor in the cut part %q", lost, cut)
			}
		})
	}
}

func words(s string) int { return len(strings.Fields(s)) }

// TestOwn: what is surely the writer's, of texts of which Cut keeps more.
func TestOwn(t *testing.T) {
	t.Parallel()
	const attribution = "El lun, 2 mar 2026 a las 10:12, X (<x@aoc.cat>) escribió:"
	for name, test := range map[string][2]string{
		"all":            {"Hola.\n\nHecho.", "Hola.\n\nHecho."},
		"marked":         {"Hola.\n> cita\nHecho.", "Hola.\nHecho."},
		"nothing":        {"> cita\n> más", ""},
		"said by whom":   {attribution + "\n> cita\n\nHecho.", "Hecho."},
		"not marked":     {"Hecho.\n" + attribution + "\ncita", "Hecho."},
		"an original":    {"Hecho.\n\n-----Mensaje original-----\ncita", "Hecho."},
		"a forward":      {"Hecho.\n\n---------- Forwarded message ---------\ncita", "Hecho."},
		"header lines":   {"De: a@x.es\nEnviado: hoy\nAsunto: b\n\ncita", ""},
		"our marker":     {"Hecho.\n--- " + "Responda por encima" + " ---\ncita", "Hecho."},
		"a colon, prose": {"Incidencia: la red\nHecho.", "Incidencia: la red\nHecho."},
	} {
		if got := reply.Own(test[0], "Responda por encima"); got != test[1] {
			t.Errorf("%s: %q, want %q", name, got, test[1])
		}
	}
}
