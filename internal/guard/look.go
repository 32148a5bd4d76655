package guard

import "strings"

// finder holds the words by which the detectors find their places. Nothing of it changes.
type finder struct {
	commands, connections, headers, keys *clues
	births, homes, fields, properties    *keywords

	labels *keywords
	sorts  []labelSort // of the labels
}

func newFinder() *finder {
	d := &finder{
		commands: newCommands(), connections: newConnections(), headers: newHeaders(), keys: newKeys(),
		births: newKeywords([]string{"nascu", "nacid", "born", "naixement", "nacimiento", "naix.", "nac."}),
		homes:  newKeywords([]string{"domicili", "resident", "empadrona", "que viu", "que vive", "living"}),
		fields: newKeywords([]string{
			"nom", "name", "cognom", "apellido", "surname", "primer", "segon", "segundo", "full name", "data", "fecha", "lloc", "lugar", "f. n", "f.n", "birth", "dob", "adre", "domicili", "direcci", "home address", "address",
			"dni", "nif", "nie", "sexe", "sexo", "municipi", "poblaci", "nacionali", "codi postal", "código postal", "cp", "tel", "mòbil", "móvil", "mail", "e-mail", "correu", "correo",
		}),
		properties: newKeywords([]string{"pwd=", "pwd =", "password=", "password =", "accountkey=", "sharedaccesskey="}),
	}
	var words []string
	for sort, some := range labelWords() {
		for _, w := range some {
			words, d.sorts = append(words, strings.Map(lowerRune, w)), append(d.sorts, sort)
		}
	}
	d.labels = newKeywords(words)
	return d
}

// look tries every detector on a text. Depth is how often what it holds was decoded.
func (g *Guard) look(text string, depth int) []found {
	d := g.finder
	all := g.rules.find(text)
	for _, detect := range []func(string) []found{
		d.passwords, d.passwordsOfCommands, d.columns, d.privateKeys, d.reached, d.shown,
		identities, accounts, socials, cards, healths, d.persons,
	} {
		all = append(all, detect(text)...)
	}
	return append(all, g.wrapped(text, depth)...)
}
