package guard

// look tries every detector on a text. Depth is how often what it holds was decoded.
func (g *Guard) look(text string, depth int) []found {
	all := g.rules.find(text)
	for _, detect := range detectors() {
		all = append(all, detect(text)...)
	}
	return append(all, g.wrapped(text, depth)...)
}

// detectors are those that are not rules of tokens.
func detectors() []func(string) []found {
	return []func(string) []found{
		passwords, commands, columns, privateKeys, connections, headers,
		identities, accounts, socials, cards, healths, persons,
	}
}
