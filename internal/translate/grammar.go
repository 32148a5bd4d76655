package translate

import (
	"slices"
	"strings"
)

// negations takes away the second "no", which Catalan has beside other words that deny.
func (p *polisher) negations() {
	denied := false
	for i := 0; i < len(p.units); i++ {
		w := p.head(i)
		switch {
		case w.has("sent"), w.has("cm"), w.verb(), w.has("cnjcoo") && !w.is("ni"), w.has("cnjsub"):
			denied = false
		case slices.ContainsFunc([]string{"ninguno", "nadie", "nada", "tampoco", "nunca"}, w.is):
			denied = true
		case w.is("no") && denied:
			p.drop(i)
			i--
		}
	}
}

var weekdays = []string{"lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"}

// days gives the days of the week the article that Catalan does not have.
func (p *polisher) days() {
	for i := 0; i < len(p.units); i++ {
		w := &p.units[i].words[0]
		if !slices.ContainsFunc(weekdays, w.is) || !w.has("n") {
			continue
		}
		if !p.wantsArticle(i) {
			continue
		}
		article := parseWord("el<det><def><m><sg>")
		if w.lemma != strings.ToLower(w.lemma) {
			article.lemma, w.lemma = "El", strings.ToLower(w.lemma)
		}
		u := unit{p.units[i].blank, []word{article}}
		p.units[i].blank = " "
		p.units = slices.Insert(p.units, i, u)
		i++
	}
}

// wantsArticle says whether a day of the week stands where it has an article in Spanish
// alone.
func (p *polisher) wantsArticle(i int) bool {
	before := p.head(i - 1)
	switch {
	case i == 0, before.verb(), before.has("cnjsub"), before.has("sent"):
		return true
	case before.is("de"):
		return p.head(i-2).is("antes") || p.head(i-2).is("después")
	}
	return before.is("desde") || before.is("hasta") || before.is("porque")
}

// usage puts right what Spanish says otherwise than Catalan, word by word.
func (p *polisher) usage() {
	supposed := false // "si" was said in this clause
	for i := 0; i < len(p.units); i++ {
		w := &p.units[i].words[0]
		next, before := p.head(i+1), p.head(i-1)
		switch {
		case w.has("sent"), w.has("cm"):
			supposed = false
		case w.is("si") && w.has("cnjadv"):
			supposed = true
		case supposed && w.is("ninguno") && w.has("det"): // si us falta cap dada
			w.rename("alguno")
		case w.is("nada") && w.has("tn") && (supposed || p.asked(i) && !p.earlier(i, func(w word) bool { return w.is("no") })):
			p.replace(i, "algo<prn><tn><m><sg>")
		case w.is("ninguno") && w.has("prn") && next.is("otro"):
			p.replace(i, "ninguno<det><ind><m><sg>")
		case w.is("lo") && w.has("detnt") && next.has("ord") && p.head(i+2).verb(): // el primer està
			p.replace(i, "el<det><def><m><sg>")
		case w.is("el que") && w.has("m") && slices.ContainsFunc(telling, before.is): // hem fet el que dèieu
			p.replace(i, "lo<detnt>")
			p.units = slices.Insert(p.units, i+1, unit{" ", []word{parseWord("que<rel><an><mf><sp>")}})
		case w.is("hay") && next.has("def"): // hi ha la línia
			w.rename("estar")
			if next.has("pl") {
				w.retag("sg", "pl")
			}
		default:
			p.preposition(i)
		}
	}
}

// telling are verbs before what somebody did or said.
var telling = []string{"hacer", "decir", "explicar", "pedir", "indicar", "comentar", "entender", "seguir"}

// preposition puts right the small words between others.
func (p *polisher) preposition(i int) {
	w := &p.units[i].words[0]
	next, before := p.head(i+1), p.head(i-1)
	switch {
	case w.is("de") && before.is("uno") && next.has("adj"): // una de nova
		p.drop(i)
	case w.is("de nuevo") && before.is("uno") && before.has("det"): // un de nou
		p.replace(i-1, "uno<prn><tn><m><sg>")
		p.replace(i, "nuevo<adj><m><sg>")
	case w.is("por") && w.has("pr") && next.is("no") && p.head(i+2).has("inf"): // per no perdre
		w.rename("para")
	case w.is("para") && before.is("faltar") && next.has("inf"): // falten per migrar
		w.rename("por")
	case w.is("a") && w.has("pr") && next.has("inf") && p.takesTime(i): // triga a carregar
		w.rename("en")
	case w.is("a") && before.is("clic"): // fer clic a
		w.rename("en")
	case w.is("en") && before.is("conectar"): // connectat a la xarxa
		w.rename("a")
	case w.is("en") && before.is("ser") && strings.HasPrefix(next.lemma, "*"): // serà en Pere
		p.drop(i)
	case w.is("además de") && p.grows(i): // ha passat de 8 a més de 200
		p.units[i].words = []word{parseWord("a<pr>")}
		p.units = slices.Insert(p.units, i+1, unit{" ", []word{parseWord("más<adv>")}}, unit{" ", []word{parseWord("de<pr>")}})
	case w.has("pri") && w.has("p1") && before.is("que") && p.head(i-2).is("ser") && p.head(i-3).is("poder"): // pot ser que rebem
		w.retag("pri", "prs")
	}
}

// takesTime says whether "tardar" stands before in the clause.
func (p *polisher) takesTime(i int) bool {
	return p.earlier(i, func(w word) bool { return w.is("tardar") })
}

// grows says whether something became more or less in the clause.
func (p *polisher) grows(i int) bool {
	return p.earlier(i, func(w word) bool {
		return w.verb() && slices.ContainsFunc([]string{"pasar", "subir", "bajar", "aumentar", "crecer", "llegar", "ir"}, w.is)
	})
}

// earlier says whether a word of the clause before unit i is such a one.
func (p *polisher) earlier(i int, such func(word) bool) bool {
	for i--; i >= 0 && !p.head(i).has("sent") && !p.head(i).has("cm"); i-- {
		if such(p.head(i)) {
			return true
		}
	}
	return false
}
