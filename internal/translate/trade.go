package translate

import (
	"slices"
	"strings"
)

// better are lemmas that the dictionary has and a desk does not use.
var better = map[string]string{
	"trucar<vblex>": "llamar", "posar<vblex>": "poner", "galleta<n>": "cookie", "mesa<n>": "tabla", "cortafuego<n>": "cortafuegos",
	"azulejo<n>": "mostrador", "tablero<n>": "panel", "asentamiento<n>": "asiento", "encaminador<n>": "router",
	"pleno<adj>": "lleno",
}

// homographs are what the dictionary takes for another word than a desk means.
var homographs = map[string]string{
	"madriguera<n>": "caer<vblex><pri><p3><sg>",  // cau
	"feudo<n>":      "hacer<vblex><pri><p2><pl>", // feu
}

// trade uses the words of the trade.
func (p *polisher) trade() {
	for i := 0; i < len(p.units); i++ {
		w := &p.units[i].words[0]
		if len(w.tags) == 0 {
			continue
		}
		key := strings.ToLower(w.lemma) + "<" + w.tags[0] + ">"
		if lemma, ok := better[key]; ok {
			w.rename(lemma)
			if lemma == "cortafuegos" {
				w.retag("sg", "sp")
				w.retag("pl", "sp")
			}
		}
		if other, ok := homographs[key]; ok && w.has("sg") && !p.head(i-1).has("det") {
			p.replace(i, other)
		}
		switch next := p.head(i + 1); {
		case w.is("hacer") && w.verb() && next.is("servir") && next.has("inf"): // fer servir
			w.rename("usar")
			w.tags = append([]string{"vblex"}, w.tags[1:]...)
			p.drop(i + 1)
		case w.is("poner") && strings.Contains(w.queue, "en marcha"): // engegar
			w.rename("encender")
			w.queue = ""
		case w.is("sentir") && p.head(i-1).is("se"): // se sent
			w.rename("oír")
		case len(p.units) <= 2 && w.is("ser") && w.has("pp"): // a heading: Estat
			p.replace(i, "estado<n><m><sg>")
		case w.is("establo") && (p.head(i-1).verb() || p.head(i-2).verb()): // estable
			p.replace(i, "estable<adj><mf><sg>")
		}
	}
}

// replace puts another word into the place of a unit, with its capital.
func (p *polisher) replace(i int, with string) {
	was := p.units[i].words[0]
	w := parseWord(with)
	is := word{lemma: was.lemma}
	is.rename(w.lemma)
	w.lemma = is.lemma
	p.units[i].words = []word{w}
}

// within are what something happens in, where Catalan says "at"; inside are the verbs
// that say so.
var (
	within = []string{"cortafuegos", "registro", "log", "captura", "clúster", "cuadro", "panel", "router", "carpeta", "fichero", "base", "servidor", "edificio", "sistema", "ticket", "paso", "tarea", "notificación", "correo", "mensaje"}
	inside = []string{
		"ser", "estar", "aparecer", "activar", "fallar", "haber", "salir", "quedar", "figurar", "constar", "encontrar", "decir", "ver", "acordar", "comentar", "explicar",
		"indicar", "falla",
	}
)

// places says "en" where something is: Catalan has one word for where and whither.
func (p *polisher) places() {
	for i := range p.units {
		w := &p.units[i].words[0]
		if w.is("ser") && w.verb() && !w.has("pp") && (p.head(i+1).is("en") || p.head(i+1).is("a")) && p.placed(i+2) {
			w.rename("estar")
			w.retag("vbser", "vblex")
		}
		if !w.is("a") || !w.has("pr") || !p.head(i+1).has("def") || !p.placed(i+1) {
			continue
		}
		noun, before := p.head(i+2), p.head(i-1)
		if before.has("adv") {
			before = p.head(i - 2)
		}
		first := i == 0 || before.has("sent") || before.has("cm") || before.has("cnjcoo") && slices.ContainsFunc(within, noun.is)
		if noun.has("n") && first || slices.ContainsFunc(inside, before.is) || noun.is("cortafuegos") ||
			p.adverbial(i-1) && slices.ContainsFunc(within, noun.is) {
			w.rename("en")
		}
	}
}

// hours are what follows an article and is no place.
var hours = []string{
	"hora", "vez", "tarde", "mañana", "noche", "minuto", "día", "fin", "final", "contrario", "menos", "mes", "año", "cabo", "principio",
}

// placed says whether a place may be named from unit i on: an article and a noun, or
// something unknown that is no hour.
func (p *polisher) placed(i int) bool {
	if !p.head(i).has("def") && !p.head(i).has("dem") && !p.head(i).has("ind") {
		return false
	}
	if p.head(i + 1).is("mismo") {
		i++
	}
	w := p.head(i + 1)
	if strings.HasPrefix(w.lemma, "*") {
		return !p.head(i).is("el") || p.head(i).has("sg")
	}
	return w.has("n") && !slices.ContainsFunc(hours, w.is)
}

// adverbial says whether a unit and what stands before it in its clause has a verb of
// being somewhere.
func (p *polisher) adverbial(i int) bool {
	for ; i >= 0 && !p.head(i).has("sent") && !p.head(i).has("cm"); i-- {
		if w := p.head(i); w.verb() {
			return slices.ContainsFunc(inside, w.is) || w.is("abrir") || w.is("bloquear")
		}
	}
	return false
}
