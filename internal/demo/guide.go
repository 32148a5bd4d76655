package demo

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"escalat/internal/sim"
)

// firstTicket is the number of the first ticket that the simulated OVH opens.
const firstTicket = 8_800_001

// issues is how many issues the story makes.
const issues = 3

// Addresses says what of the world listens where.
func Addresses(info sim.WorldInfo) string {
	var b strings.Builder
	flavour := "Data Center"
	if info.Cloud {
		flavour = "Cloud"
	}
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  Jira\t%s\t%s, project %s\n", info.JiraURL, flavour, strings.Join(info.Projects, ", "))
	fmt.Fprintf(table, "  SMTP\t%s\tSTARTTLS\n", info.SMTPAddr)
	fmt.Fprintf(table, "  IMAP\t%s\tTLS, mailbox %s\n", info.IMAPSAddr, info.MailAddress)
	for _, d := range info.Desks {
		fmt.Fprintf(table, "  Desk\t%s\t%s\n", d.Address, d.Name)
	}
	fmt.Fprintf(table, "  OVH\t%s\tAPI of tickets, customer %s; by hand unless %s\n", info.OVH.URL, info.OVH.Account, ByAPI)
	fmt.Fprintf(table, "  Control\t%s\tJSON, see below\n", info.ControlURL)
	_ = table.Flush() // a strings.Builder takes everything
	return b.String()
}

// Acts shows how to do by hand what happens in the story, in a world that has so
// many issues, letters and tickets of OVH already.
func Acts(info sim.WorldInfo, issues, letters, tickets int) string {
	return strings.NewReplacer(
		"CONTROL", info.ControlURL, "KEY", info.Projects[0]+"-"+strconv.Itoa(issues+1), "OTHER", info.Projects[0]+"-"+strconv.Itoa(issues+2),
		"TICKET", strconv.Itoa(firstTicket+tickets), "SERVICE", info.OVH.Services[0], "PROJECT", info.Projects[0],
		"DESK", strings.ToLower(info.Desks[0].Name), "LETTER", strconv.Itoa(letters+1),
	).Replace(`
Write an issue, attach something, and label it:

  curl CONTROL/sim/issues -d '{"user": "marta.puig", "project": "PROJECT", "summary": "El portal no respon", "description":
    "Aplicació: Portal\nInici del problema: desconegut\nImpacte: Total\nPersona de contacte: Marta Puig"}'
  echo 'GET / 503' >portal.log
  curl CONTROL/sim/issues/KEY/attachments -F user=marta.puig -F file=@portal.log
  curl CONTROL/sim/issues/KEY/labels -d '{"user": "marta.puig", "add": ["escalar-claranet-sistemes"]}'

See what escalat asks for, and answer it:

  curl CONTROL/sim/issues/KEY.txt
  curl CONTROL/sim/issues/KEY/comments -d '{"user": "marta.puig", "body":
    "Comportament anòmal: El portal dona error\nEvidències: El registre portal.log mostra l’error 503"}'

Look at the mail: in a browser CONTROL/sim/desks/DESK/letters/LETTER.html,
or here:

  curl CONTROL/sim/desks/DESK/letters/LETTER.txt

Be the desk: its robot confirms with a ticket, a person answers with a file:

  curl CONTROL/sim/desks/DESK/acknowledgements -d '{"letter": LETTER}'
  echo 'web-03: reiniciado' >web-03.log
  curl CONTROL/sim/desks/DESK/replies -F letter=LETTER -F text=Resuelto. -F file=@web-03.log

See what became of it, write back, and ask how it stands:

  curl CONTROL/sim/issues/KEY.txt
  curl CONTROL/sim/issues/KEY/comments -d '{"user": "marta.puig", "body": "Per a Claranet: Confirmado, gracias."}'
  curl CONTROL/sim/issues/KEY/comments -d '{"user": "marta.puig", "body": "escalat estat"}'

OVH, by hand: escalat gives you the text, you enter it in the customer area and tell the number, OVH answers:

  curl CONTROL/sim/issues -d '{"user": "marta.puig", "project": "PROJECT", "summary": "El servidor no respon", "labels": ["escalar-ovh-incidencia"],
    "description": "Referència del servei: SERVICE\nTipus d’incidència: servidor\nQuè falla: no respon al ping\nDes de quan: desconegut\nImpacte: Total\nPersona de contacte: Marta Puig, 900 000 001\nProves realitzades: ping"}'
  curl CONTROL/sim/issues/OTHER.txt
  curl CONTROL/sim/ovh/tickets -d '{"subject": "[AOC OTHER] El servidor no respon", "body": "no respon al ping", "category": "incident"}'
  curl CONTROL/sim/issues/OTHER/comments -d '{"user": "marta.puig", "body": "escalat portal TICKET"}'
  curl CONTROL/sim/ovh/tickets/TICKET/answer -d '{"text": "Hemos sustituido el disco."}'
`)
}
