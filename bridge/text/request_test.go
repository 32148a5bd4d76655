package text

import (
	"strings"
	"testing"
)

// missing are two fields, the second without help and example.
func missing(x Texts) []Missing {
	return []Missing{
		{
			Label:   say(x, "Impacte en negoci", "Impacto en negocio", "Business impact"),
			Help:    say(x, "A qui afecta i què no poden fer.", "A quién afecta y qué no pueden hacer.", "Who is affected and what they cannot do."),
			Example: say(x, "40 ajuntaments no poden registrar", "40 ayuntamientos no pueden registrar", "40 councils cannot register"),
		},
		{Label: say(x, "Evidències", "Evidencias", "Evidence")},
	}
}

// doubts are one with a value and one without.
func doubts(x Texts) []Doubtful {
	return []Doubtful{
		{
			Label: say(x, "Data i hora d’inici", "Fecha y hora de inicio", "Date and time of the beginning"),
			Value: say(x, "demà a les 9", "mañana a las 9", "tomorrow at 9"), Why: "future",
		},
		{Label: say(x, "Persona de contacte", "Persona de contacto", "Contact person"), Why: "no-person"},
	}
}

func kinds(x Texts) *Kinds {
	return &Kinds{
		Label:  say(x, "Tipus de problema", "Tipo de problema", "Kind of problem"),
		Names:  []string{say(x, "Sistemes", "Sistemas", "Systems"), say(x, "Xarxa", "Redes", "Network")},
		Labels: []string{"escalar-claranet-sistemes", "escalar-claranet-xarxa"},
	}
}

// asking is a request for that, with the block that belongs to it.
func asking(x Texts, fields []Missing) Request {
	lines := make([]string, len(fields), len(fields)+1)
	for i, m := range fields {
		lines[i] = m.Label + ":"
	}
	lines = append(lines, say(x, "Redeploy o reinici del servei (opcional):", "Redeploy o reinicio del servicio (opcional):", "Redeploy or restart of the service (optional):"))
	return Request{
		MentionMarkup: me, Provider: "Claranet", Form: say(x, "Sistemes", "Sistemas", "Systems"), Missing: fields,
		Block: strings.Join(lines, "\n"), SendNow: "escalat envia-ja",
	}
}

// whichKind is asking while the kind is not known.
func whichKind(x Texts, fields []Missing) Request {
	r := asking(x, fields)
	r.Form, r.Kinds = "", kinds(x)
	r.Block = r.Kinds.Label + ":\n" + r.Block
	return r
}

func requestCases() writes {
	requests := map[string]func(Texts) Request{
		"request-one": func(x Texts) Request { return asking(x, missing(x)[:1]) },
		"request":     func(x Texts) Request { return asking(x, missing(x)) },
		"request-again-one": func(x Texts) Request {
			r := asking(x, missing(x)[1:])
			r.Again, r.Block = true, r.Missing[0].Label+":"
			return r
		},
		"request-again-many": func(x Texts) Request { r := asking(x, missing(x)); r.Again = true; return r },
		"request-instead": func(x Texts) Request {
			fields := missing(x)
			fields[0].Instead, fields[1].Instead = say(x, "pendent", "pendiente", "pending"), "???"
			return asking(x, fields)
		},
		"request-doubts":     func(x Texts) Request { r := asking(x, missing(x)[:1]); r.Doubts = doubts(x); return r },
		"request-kind-none":  func(x Texts) Request { return whichKind(x, missing(x)) },
		"request-kind-both":  func(x Texts) Request { r := whichKind(x, missing(x)[:1]); r.Kinds.Both = true; return r },
		"request-kind-only":  func(x Texts) Request { return whichKind(x, nil) },
		"request-kind-again": func(x Texts) Request { r := whichKind(x, missing(x)); r.Again = true; return r },
		"request-kind-three": func(x Texts) Request {
			r := whichKind(x, nil)
			r.Kinds.Names = append(r.Kinds.Names, say(x, "Operacions", "Operaciones", "Operations")) // no label chooses it
			return r
		},
		"request-by-hand": func(x Texts) Request {
			r := asking(x, missing(x)[:1])
			r.Provider, r.Form, r.ByHand = "OVH", say(x, "Incidència (nivell 1)", "Incidencia (nivel 1)", "Incident (level 1)"), true
			return r
		},
		"request-trial": func(x Texts) Request { r := asking(x, missing(x)); r.Trial = true; return r },
		"request-question": func(x Texts) Request {
			return asking(x, []Missing{{Label: question(x), Help: say(x, "Sempre o de tant en tant.", "Siempre o de vez en cuando.", "Always or now and then.")}})
		},
		"request-kind-doubts": func(x Texts) Request { r := whichKind(x, nil); r.Doubts = doubts(x); return r },
	}
	cases := writes{
		"request-hostile": func(x Texts) string {
			return x.Request(Request{
				Provider: hostile, Form: hostile, Missing: []Missing{{Label: hostile, Help: hostile, Example: hostile, Instead: hostile}},
				Doubts: []Doubtful{{Label: hostile, Value: hostile, Why: hostile}}, Block: "a{noformat}b:\n{code}", SendNow: hostile, Call: evil(),
			})
		},
		"request-kind-hostile": func(x Texts) string {
			return x.Request(Request{
				Provider: hostile, Kinds: &Kinds{Label: hostile, Names: []string{hostile, hostile}, Labels: []string{hostile, hostile}},
				SendNow: hostile, Call: evil(),
			})
		},
	}
	for name, request := range requests {
		cases[name] = func(x Texts) string { return x.Request(request(x)) }
		cases[name+"-night"] = func(x Texts) string { r := request(x); r.Call = nightCall(x); return x.Request(r) }
	}
	return cases
}

func TestEither(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang, want string
		names      []string
	}{
		{"ca", "", nil},
		{"ca", "‹Sistemes›", []string{"Sistemes"}},
		{"ca", "‹Sistemes› o ‹Xarxa›", []string{"Sistemes", "Xarxa"}},
		{"es", "‹Sistemas›, ‹Redes› o ‹Correo›", []string{"Sistemas", "Redes", "Correo"}},
		{"es", "‹Redes› u ‹Operación›", []string{"Redes", "Operación"}},
		{"es", "‹Redes› u ‹Órdenes›", []string{"Redes", "Órdenes"}},
		{"es", "‹Redes› u ‹hosting›", []string{"Redes", "hosting"}},
		{"es", "‹Redes› o ‹Hardware›", []string{"Redes", "Hardware"}},
		{"en", "‹Systems› or ‹Network›", []string{"Systems", "Network"}},
	} {
		if got := string(texts(t, c.lang).either(c.names)); got != c.want {
			t.Errorf("%s: %q, want %q", c.lang, got, c.want)
		}
	}
}
