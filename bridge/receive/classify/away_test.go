package classify_test

import (
	"testing"

	"escalat/bridge"
)

const (
	replied = "Auto-Submitted: auto-replied\n"
	bulk    = "Precedence: bulk\n"
)

// TestAway: what a mailbox answers for somebody away begins with it. Without a header that
// says so, and of a desk, it is news.
func TestAway(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Estaré fuera de la oficina hasta el lunes.",
		"Hola,\n\nSeré fora fins dilluns.",
		"Hola, Anna,\n\nSeré fora fins dilluns.",
		"Buenos días:\n\nGracias por su mensaje. Actualmente me encuentro ausente.",
		"Gracias por su correo.\nEstoy de viaje y no volveré hasta el jueves.",
		"Bon dia,\n\nGràcies pel vostre missatge. Estic de baixa.",
		"Del 2 al 6 de març seré fora de l’oficina.",
		"Dear colleague,\n\nThank you for your e-mail. I am out of the office until Monday.",
		"Automatic reply. I'm away until 9 March.",
		"I will be on leave until Monday.",
		"Je suis absent jusqu’à lundi.",
		"Ich bin derzeit im Urlaub.",
		"Sono in ferie.",
		"Estou de férias.",
	} {
		for header, want := range map[string]bridge.MailKind{
			replied: bridge.KindAbsence, "X-Autorespond: x\n": bridge.KindAbsence, program: bridge.KindUpdate, bulk: bridge.KindUpdate,
			replied + "X-OTRS-Loop: yes\n": bridge.KindUpdate, replied + "RT-Ticket: 1\n": bridge.KindUpdate, replied + "X-Mailer: Znuny\n": bridge.KindUpdate, "": "",
		} {
			if got := verdict(t, with(header, "RE: [AOC SUP-42] Portal", text), nil); got.Kind != want {
				t.Errorf("%q, %q: %+v", header, text, got)
			}
		}
		for _, subject := range []string{"RE: [Ticket#2026030210000017] Portal", "RE: INC0012345 Portal", "Re: [#12345] Portal", "RE: Incidencia nº 12345"} {
			if got := verdict(t, with(replied, subject, text), nil); got.Kind != bridge.KindUpdate {
				t.Errorf("%q, %q: %+v", subject, text, got)
			}
		}
		for _, header := range []string{replied, program, bulk, replied + "X-OTRS-Loop: yes\n", ""} {
			if got := verdict(t, with(header, "Respuesta automática: [Ticket#12345] Portal", text), nil); got.Kind != bridge.KindAbsence {
				t.Errorf("automatic, %q, %q: %+v", header, text, got)
			}
		}
		if got := verdict(t, with("X-OTRS-Loop: yes\nX-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: a@proveedor.example\n", "RE: x", text), nil); got.Kind != bridge.KindAbsence {
			t.Errorf("a mailbox, %q: %+v", text, got)
		}
	}
}

// TestHardlyAway: who says besides, in the midst of news, that somebody is away, writes
// news; and so does who is on the way to the place.
func TestHardlyAway(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"Buenos días,\n\nEstamos de viaje hacia el CPD; llegamos a las 11 y cambiamos la tarjeta.\n\nMarta",
		"Estem de viatge cap a l’oficina de Girona.",
		"I am travelling to your office with the card.",
		"Hola,\n\nEl router está fuera de servicio.\n\nVolveré a escribir a las 12. Estaré fuera del despacho hasta las 12, llamad al móvil.",
		"El router està reparat. Soc fora de l’oficina fins dilluns.",
		"We restarted it. I am out of the office until Monday.",
		"Hola,\n\nEstaré ausente un rato, pero ya funciona.\n",
		"No estaré disponible. El enlace ya va por la ruta alternativa.",
	} {
		for _, header := range []string{program, bulk, "X-OTRS-Loop: yes\n", "List-Id: <x>\n", "Return-Path: <>\n", "RT-Ticket: 1\n", ""} {
			if got := verdict(t, with(header, "RE: [AOC SUP-42] Portal", text), nil); got.Kind == bridge.KindAbsence {
				t.Errorf("%q, %q: %+v", header, text, got)
			}
		}
	}
	for _, text := range []string{
		"Estamos de viaje hacia el CPD; llegamos a las 11 y cambiamos la tarjeta.",
		"El router està reparat. Soc fora de l’oficina fins dilluns.",
		"No estaré disponible. El enlace ya va por la ruta alternativa.",
	} {
		if got := verdict(t, with(replied, "RE: [AOC SUP-42] Portal", text), nil); got.Kind != bridge.KindUpdate {
			t.Errorf("a mailbox, %q: %+v", text, got)
		}
	}
}

// TestPassedOn: the rule of a mailbox that passes mails on leaves the same header as one
// that answers.
func TestPassedOn(t *testing.T) {
	t.Parallel()
	const rule = "X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: a@proveedor.example\n"
	for _, subject := range []string{"RV: [AOC SUP-42] Portal", "WG: [AOC SUP-42] Portal", "[EXTERN] Fwd: [AOC SUP-42] Portal"} {
		if got := verdict(t, with(rule, subject, "El enlace va por la otra ruta."), nil); got.Kind != bridge.KindUpdate {
			t.Errorf("%q: %+v", subject, got)
		}
	}
	if got := verdict(t, with(rule, "Re: [AOC SUP-42] Portal", "Hasta el jueves."), nil); got.Kind != bridge.KindAbsence {
		t.Errorf("%+v", got)
	}
}
