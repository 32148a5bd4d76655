package text

// NotMoved says that the workflow does not take an issue to a status.
type NotMoved struct {
	Provider string
	Status   string
	Fields   []string // that the transition wants filled in; may be empty
	Ways     []string // the statuses to which the workflow leads from here; may be empty
}

// maxWays bounds the fields and the statuses that a comment names.
const maxWays = 12

// NotMoved says it, why, and what to do. It is said once.
func (t Texts) NotMoved(n NotMoved) string {
	w := t.move()
	why := w.noWay
	switch {
	case len(n.Fields) == 1:
		why = t.sentence(w.oneField, t.bold(n.Fields))
	case len(n.Fields) > 1:
		why = t.sentence(w.fields, t.bold(n.Fields[:min(len(n.Fields), maxWays)]))
	case len(n.Ways) > 0:
		why = t.sentence(w.ways, t.bold(n.Ways[:min(len(n.Ways), maxWays)]))
	}
	return upperFirst(t.sentence(w.notMoved, n.Status, n.Provider, markup(why)) + " " + w.yourselves)
}

// moveWords is one language.
type moveWords struct {
	notMoved         string // status, provider, why
	oneField, fields string
	ways, noWay      string
	yourselves       string
}

func (t Texts) move() moveWords {
	switch t.words.lang {
	case "es":
		return moveWords{
			notMoved:   "la incidencia no ha podido pasar al estado *%[1]s*, como le tocaba por cómo está el caso con %[2]s: %[3]s.",
			oneField:   "la transición pide rellenar el campo %s",
			fields:     "la transición pide rellenar los campos %s",
			ways:       "desde el estado actual solo se puede pasar a %s",
			noWay:      "desde el estado actual escalat no puede pasarla a ningún otro",
			yourselves: "Si hace falta, cambiadlo vosotros. El caso sigue igual, y no se volverá a avisar de esto aquí.",
		}
	case "en":
		return moveWords{
			notMoved:   "the issue could not go to the status *%[1]s*, which is its place as the case with %[2]s stands: %[3]s.",
			oneField:   "the transition wants the field %s to be filled in",
			fields:     "the transition wants the fields %s to be filled in",
			ways:       "from its present status it can only go to %s",
			noWay:      "from its present status escalat can take it to no other",
			yourselves: "Change it yourselves if need be. The case goes on all the same, and this will not be told here again.",
		}
	}
	return moveWords{
		notMoved:   "la incidència no ha pogut passar a l’estat *%[1]s*, com li tocava per com està el cas amb %[2]s: %[3]s.",
		oneField:   "la transició demana omplir el camp %s",
		fields:     "la transició demana omplir els camps %s",
		ways:       "des de l’estat actual només es pot passar a %s",
		noWay:      "des de l’estat actual escalat no la pot passar a cap altre",
		yourselves: "Si cal, canvieu-lo vosaltres. El cas continua igual, i no se’n tornarà a avisar aquí.",
	}
}
