package mapping

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var ticketTests = []struct{ text, want string }{
	// What desks write.
	{"[Ticket#1000001] Sistemas – Portal de ejemplo", "1000001"},
	{"Re: [AOC KEY-123] [Ticket#2026030210000012] Sistemas – Portal – no responde", "2026030210000012"},
	{"RE: [AOC DEMO-12345] [#INC-12345] Redes – sin conectividad", "INC-12345"},
	{"[CLARANET-12345] Incidencia registrada", "CLARANET-12345"},
	{"[#4587123] Recibido: [AOC KEY-7] Sistemas – e-Registro", "4587123"},
	{"[Caso nº 1234] Hemos recibido su petición", "1234"},
	{"[Ref: 778899] Actualización", "778899"},
	{"[Incidència 445566] Resposta del suport", "445566"},
	{"INC0012345 - Servidor sin respuesta", "INC0012345"},
	{"Su solicitud RITM0012345 ha sido registrada.", "RITM0012345"},
	{"CAS-12345-X1Y2Z3 Portal caído CRM:0001234", "CAS-12345-X1Y2Z3"},
	{"Hemos abierto el ticket 1000001 y lo estamos revisando.", "1000001"},
	{"Hem obert el tiquet 1000001.", "1000001"},
	{"Se ha registrado el caso: 45871", "45871"},
	{"Ticket: CLARANET-45871", "CLARANET-45871"},
	{"Incidencia nº INC-45871 asignada al turno de noche.", "INC-45871"},
	{"Le informamos de que su incidencia n.º 45871 está en curso.", "45871"},
	{"La incidencia número 1234567 ha quedado resuelta", "1234567"},
	{"Incidència núm. 1234567", "1234567"},
	{"petición #98765 creada", "98765"},
	{"Petició nº 98765, en curs", "98765"},
	{"Solicitud núm. 4321 recibida", "4321"},
	{"Sol·licitud núm. 4321 rebuda", "4321"},
	{"Su referencia: 7788990.", "7788990"},
	{"Ref. 7788990 / turno de noche", "7788990"},
	{"La vostra referència és 7788990", "7788990"},
	{"Se ha creado el ticket con el número 445566", "445566"},
	{"S’ha creat el cas amb el número 445566", "445566"},
	{"El ticket asignado es el 1234567, gracias", "1234567"},
	{"Número de incidencia: 55667788", "55667788"},
	{"Núm. d’incidència: 5566778", "5566778"},
	{"Nº de caso 30012345", "30012345"},
	{"TICKET#1000001", "1000001"},
	{"Tíquet núm. 33221", "33221"},
	{"Ticket nº\u00a033221: seguimos", "33221"},
	{"El ticket 1000001 sustituye al ticket 1000002; el ticket 1000001 se cierra.", "1000001 1000002"},
	{"Ticket 1000001 [Ticket#1000001] (caso 1000001)", "1000001"},

	// What is none.
	{"Re: [AOC KEY-123] Sistemas – Portal de ejemplo – no responde", ""},
	{"[AOC DEMO-12345] Redes – Portal", ""},
	{"[SUPORT-12345] No s’hi arriba", ""},
	{"Ticket KEY-12345 de nuestro Jira", ""},
	{"Vuestra referencia: AOC KEY-12345", ""},
	{"La incidencia del 12/03/2026 sigue igual", ""},
	{"Ticket 2026-03-12: sin novedad", ""},
	{"Caso 12.03.2026", ""},
	{"Incidencia 20260312", ""},
	{"Ref. 20260312", ""},
	{"Caso 2026", ""},
	{"Referencia 2025: revisión anual", ""},
	{"la incidencia de 2026 que ya conocéis", ""},
	{"Incidencia a las 12:30 h, resuelta a las 1430", ""},
	{"Ticket: 934452663", ""},
	{"Referencia: 93 445 26 63", ""},
	{"Para este caso: 902884622 o +34 934 452 699", ""},
	{"En todo caso, +34 902 884 622", ""},
	{"Caso +34934452663", ""},
	{"Tel. 934452663, ext. 1234", ""},
	{"La petición 10.0.12.45 no llega", ""},
	{"ticket 12345.67.89.10", ""},
	{"Referencia: ORA-12154: TNS no puede resolver el identificador", ""},
	{"[ORA-12154] en el registro", ""},
	{"ref. 0x80070005", ""},
	{"error 50312 en la petición", ""},
	{"Tiempo de la petición: 30000 ms", ""},
	{"Impacto de la incidencia: 15000 usuarios", ""},
	{"En caso de 15000 usuarios", ""},
	{"Referencia: 12345678Z", ""},
	{"caso 12345@exemple.cat", ""},
	{"Ref. 12345,67 euros", ""},
	{"Puerto 8443, solicitud 12345 bytes", ""},
	{"[2026-03-02 09:35:10] GET /ticket/1000001", ""},
	{"https://exemple.cat/tickets?id=1000001", ""},
	{"Acaso 1234567 veces", ""},
	{"tickets pendientes: 10245", ""},
	{"casos 10245 y 10246", ""},
	{"HTTP 503, latencia 12345 ms, paquete 1500", ""},
	{"ECONOMIC1234567", ""},
	{"uuid 6f1c0012345-inc00", ""},
	{"CIF Q0801175A, expediente 1234/2026", ""},
	{"Ticket nº 1234/2026", ""},
	{"", ""},
}

// TestTickets holds the embedded profile's patterns to what desks write, and to what
// only looks like it.
func TestTickets(t *testing.T) {
	t.Parallel()
	r := loadClaranet(t).References
	for _, tt := range ticketTests {
		var got []string
		for _, f := range r.Tickets(tt.text) {
			got = append(got, f.Number)
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

// TestTicketWritten: the brackets around a number are remembered, and what is written
// in a subject is known again, whatever the number.
func TestTicketWritten(t *testing.T) {
	t.Parallel()
	r := loadClaranet(t).References
	for text, want := range map[string]string{
		"Re: [AOC KEY-1] [Ticket#1000001] Sistemas": "[Ticket#1000001]",
		"RV: [#INC-12345] Sistemas":                 "[#INC-12345]",
		"[Caso  nº 1234] x":                         "[Caso nº 1234]",
		"Hemos abierto el ticket 1000001.":          "ticket 1000001",
	} {
		if got := r.Tickets(text); len(got) != 1 || got[0].Written != want {
			t.Errorf("%q is written %v, want %q", text, got, want)
		}
	}
	for _, n := range []string{"1234", "1000001", "2026030210000012", "INC0012345", "INC-12345", "CLARANET-12345", "CAS-12345-X1Y2Z3"} {
		if !r.finds("Re: [AOC KEY-12345] "+r.Write(n)+" Sistemas – Portal", n) {
			t.Errorf("%s is not known again in %s", n, r.Write(n))
		}
	}
}

// TestTicketBounds: a stranger's text gives a few numbers, and its end is not read.
func TestTicketBounds(t *testing.T) {
	t.Parallel()
	r := loadClaranet(t).References
	many := ""
	for _, n := range []string{"11111", "22222", "33333", "44444", "55555", "66666"} {
		many += "ticket " + n + "\n"
	}
	if got := r.Tickets(many); len(got) != maxTickets {
		t.Errorf("%d numbers", len(got))
	}
	if got := r.Tickets(strings.Repeat("é", maxTicketed) + " ticket 1000001"); got != nil {
		t.Errorf("found %v behind the end", got)
	}
	cut := strings.Repeat(" ", maxTicketed-len("ticket 10000")) + "ticket 1000001"
	if got := r.Tickets(cut); got != nil {
		t.Errorf("found %v, cut off", got)
	}
	if got := (References{Patterns: []Pattern{{source: "(a)"}}}).Tickets("a"); got != nil {
		t.Errorf("a profile that was not loaded found %v", got)
	}
}

// FuzzTickets: what is found stands in the text, within its bounds, each number once.
func FuzzTickets(f *testing.F) {
	for _, tt := range ticketTests {
		f.Add(tt.text)
	}
	f.Add("ticket " + strings.Repeat("9", 50) + "\xff[Ticket#")
	r := loadClaranet(f).References
	f.Fuzz(func(t *testing.T, text string) {
		found := r.Tickets(text)
		if len(found) > maxTickets {
			t.Fatalf("%d numbers", len(found))
		}
		seen := map[string]bool{}
		for _, ticket := range found {
			n := strings.ToLower(ticket.Number)
			if n == "" || seen[n] || len(n) > maxTicket || len(ticket.Written) > maxWritten || !utf8.ValidString(ticket.Written) && utf8.ValidString(text) {
				t.Fatalf("%+v in %q", ticket, text)
			}
			seen[n] = true
			if !strings.Contains(text, ticket.Number) || !strings.Contains(ticket.Written, ticket.Number) || !strings.ContainsAny(n, "0123456789") {
				t.Fatalf("%+v does not stand in %q", ticket, text)
			}
		}
	})
}
