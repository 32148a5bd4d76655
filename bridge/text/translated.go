package text

// untranslatedWords are of texts that go to a provider in Catalan.
type untranslatedWords struct {
	why  map[string]string // by a code, one of bridge.Untranslated
	next string            // provider
}

// untranslated says that texts go out in Catalan, why, and what to do about it; nothing
// where why is empty. Nothing is to be done about a test.
func (t Texts) untranslated(why, provider string, test bool) string {
	w := t.turning()
	told := w.why[why]
	if told == "" || test {
		return told
	}
	return told + " " + t.sentence(w.next, provider)
}

func (t Texts) turning() untranslatedWords {
	switch t.words.lang {
	case "es":
		return untranslatedWords{
			why: map[string]string{
				"none":    "*Hay texto en catalán,* porque no hay ningún traductor configurado.",
				"away":    "*Hay texto en catalán,* porque el traductor no ha respondido.",
				"partly":  "*Algunas frases van en catalán,* porque traducidas automáticamente no quedaban bien.",
				"private": "*Hay texto en catalán:* contiene datos que habéis dejado salir, y esos no se dan a un traductor externo.",
			},
			next: "Si %[1]s no lo entiende, escribidlo en castellano en un comentario que empiece por {{Para %[1]s:}}.",
		}
	case "en":
		return untranslatedWords{
			why: map[string]string{
				"none":    "*Some of the text is in Catalan,* because no translator is configured.",
				"away":    "*Some of the text is in Catalan,* because the translator did not answer.",
				"partly":  "*Some sentences are in Catalan,* because they did not come out well in translation.",
				"private": "*Some of the text is in Catalan:* it holds data that you let leave, and those are not given to an outside translator.",
			},
			next: "If %[1]s does not understand it, write it in Spanish in a comment that begins with {{Para %[1]s:}}.",
		}
	}
	return untranslatedWords{
		why: map[string]string{
			"none":    "*Hi va text en català,* perquè no hi ha cap traductor configurat.",
			"away":    "*Hi va text en català,* perquè el traductor no ha respost.",
			"partly":  "*Algunes frases hi van en català,* perquè traduïdes automàticament no quedaven bé.",
			"private": "*Hi va text en català:* conté dades que heu deixat sortir, i aquestes no es donen a un traductor extern.",
		},
		next: "Si %[1]s no ho entén, escriviu-ho en castellà en un comentari que comenci per {{Per a %[1]s:}}.",
	}
}
