package mapping

import "strings"

// verbs say what somebody will still do with the answer.
var verbs = wordSet(
	"aclarir", "aclarar", "averiguar", "completar", "comprovar", "comprobar", "concretar", "confirmar", "conèixer", "conocer", "consultar", "definir",
	"determinar", "dir", "decir", "emplenar", "esbrinar", "escriure", "escribir", "especificar", "indicar", "informar", "obtenir", "obtener", "omplir",
	"posar", "poner", "preguntar", "rebre", "recibir", "rellenar", "revisar", "saber", "validar", "verificar", "veure", "ver", "adjuntar", "complete", "fill", "confirm",
)

// orders are those verbs that say it to whom fills in a form, alone.
var orders = wordSet("adjuntar", "completar", "emplenar", "escriure", "escribir", "especificar", "indicar", "omplir", "rellenar", "complete", "fill")

// awaited and begins are the words before such a verb, by normal.
var (
	awaited = []string{
		"pendent de", "pendents de", "pendent d", "pendiente de", "pendientes de", "pendent", "pendiente", "pending to",
		"pte de", "pte", "pdte de", "pdte", "pdt de", "pdt",
	}
	begins = []string{"to", "per", "por", "a", "cal", "falta", "hay que"}
)

// waits are what else is waited for.
var waits = wordSet(
	"resposta", "respuesta", "informació", "información", "info", "dades", "datos", "confirmació", "confirmación", "detall", "detalle", "detalles", "saber-ho", "saberlo",
)

// anyone are the words behind a promise that say nothing of the matter itself: by
// whom and with whom.
var anyone = wordSet(
	"a", "al", "als", "amb", "con", "d", "de", "del", "dels", "el", "els", "l", "la", "las", "les", "lo", "los", "per", "por", "part", "parte", "aquí", "here", "avui", "hoy", "demà", "mañana", "encara", "aún",
	"client", "cliente", "clients", "negoci", "negocio", "equip", "equipo", "proveïdor", "proveedor", "usuari", "usuario", "usuaris", "usuarios", "integrador", "ajuntament", "ayuntamiento",
	"dada", "dades", "dato", "datos", "detall", "detalls", "detalle", "detalles", "informació", "información", "hora", "data", "fecha", "impacte", "impacto", "contacte", "contacto", "més", "más",
)

// isPromise reads "pendent de confirmar" and the like. What says of which matter
// is an answer: "pendent de validar expedients".
func isPromise(word string) bool {
	if strings.ContainsAny(word, "0123456789") {
		return false
	}
	for _, begin := range awaited {
		if words := behindWord(word, begin); len(words) > 0 {
			if (verbs[words[0]] || waits[words[0]]) && areAnyone(words[1:]) || words[0] == "que" && isHeard(words[1:]) {
				return true
			}
		}
	}
	for _, begin := range begins {
		if words := behindWord(word, begin); len(words) > 0 && verbs[words[0]] && (len(words) == 1 || len(words) == 2 && here[words[1]]) {
			return true
		}
	}
	words := strings.Fields(word)
	return len(words) > 0 && orders[words[0]] && (len(words) == 1 || len(words) == 2 && here[words[1]])
}

var here = wordSet("aquí", "here")

// behindWord returns the words behind those that a text, by normal, begins with.
func behindWord(text, begin string) []string {
	rest, ok := strings.CutPrefix(text, begin+" ")
	if !ok || len(rest) > maxPrompt {
		return nil
	}
	return strings.Fields(rest)
}

func areAnyone(words []string) bool {
	for _, w := range words {
		if !anyone[w] {
			return false
		}
	}
	return len(words) <= 5
}

// isHeard says whether somebody is still to say something: "pendent que ho
// confirmin".
func isHeard(words []string) bool {
	heard := false
	for _, w := range words {
		for _, begin := range []string{"confirm", "inform", "dig", "respon", "conte", "envi", "pass", "pas", "arrib", "lleg"} {
			heard = heard || strings.HasPrefix(w, begin)
		}
	}
	return heard && len(words) <= 6
}

// asking are words with which an answer is asked for and not given, by normal.
var asking = wordSet("quin", "quina", "quins", "quines", "qui", "què", "quan", "on", "cuál", "cuáles", "quién", "qué", "cuándo", "dónde", "which", "what", "who", "when", "where")

// isAsked says whether a text is nothing but a question: "quina?".
func isAsked(word, text string) bool { return asking[word] && strings.Contains(text, "?") }

// isTold says whether a blank, by normal, tells more than a form's own words do:
// from whom an answer is awaited.
func isTold(word string) bool { return isPromise(word) && strings.Count(word, " ") > 2 }
