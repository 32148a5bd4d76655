package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"escalat/bridge"
	"escalat/internal/app"
	"escalat/internal/config"
)

type reconcileCommand struct {
	Confirm string `placeholder:"CODE" help:"Confirm what was shown under this code: escalat begins to work, and what is labelled already is not sent by itself."`
}

// Run compares the database with Jira and says what differs. Only a note in the
// database is ever written.
func (c reconcileCommand) Run(ctx context.Context, w world) error {
	cfg, profiles, err := loadConfig(w.environ)
	if err != nil {
		return err
	}
	r, err := app.Reconcile(ctx, cfg, profiles, strings.TrimSpace(c.Confirm))
	if err != nil {
		return fmt.Errorf("reconcile: %w", err)
	}
	_, err = io.WriteString(w.out, explain(r))
	return err
}

// explain says what differs, what that means and what to do.
func explain(r app.Reconciliation) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Database: %s\n\n", r.Database)
	switch {
	case len(r.Reasons) == 0:
		b.WriteString("The database and Jira belong together. Nothing is held.\n")
	case r.Mode == config.Shadow:
		b.WriteString("The database and Jira do not belong together. In mode shadow nothing is written anyway:\n")
	case r.Confirmed:
		b.WriteString("Confirmed. A running escalat begins to work within a minute, otherwise the next one does.\n")
	default:
		b.WriteString("HELD: escalat writes nothing to Jira and sends no mail, because the database and Jira do not belong together:\n")
	}
	for _, reason := range r.Reasons {
		b.WriteString("  - " + reason + "\n")
	}
	b.WriteString("\n" + labelledTable(r))
	if len(r.Reasons) == 0 || r.Confirmed || r.Mode == config.Shadow {
		return b.String()
	}
	fmt.Fprintf(&b, `
Make sure that no other escalat works with this Jira or this mailbox. If the right
database exists elsewhere, use that one instead. Once this is confirmed:
  - what is labelled now and is not known to the database is listed, and NOT sent;
    to send one of them, take its label off and put it back, or comment “escalat endavant”;
  - what the database knows goes on; what it may have written already is looked for first;
  - replies to mails that the database does not know are kept in quarantine: read them in
    the mailbox. With an empty database, what came before the confirmation is not read.

  escalat reconcile --confirm %s
`, r.Code)
	return b.String()
}

// labelledTable shows the labelled issues and what the database knows of them.
func labelledTable(r app.Reconciliation) string {
	if len(r.Issues) == 0 {
		return "No unresolved issue carries an escalation label.\n"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Unresolved issues with an escalation label: %d\n", len(r.Issues)+r.More)
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, i := range r.Issues {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", i.Key, i.Provider, stateWords(i.State), oneLine(i.Summary))
	}
	_ = table.Flush() // a strings.Builder takes everything
	if r.More > 0 {
		fmt.Fprintf(&b, "  … and %d more\n", r.More)
	}
	return b.String()
}

// maxSummary bounds a summary in a table, in characters.
const maxSummary = 60

// oneLine is a stranger's text as a terminal may show it.
func oneLine(s string) string {
	runes := []rune(strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == ' ' }), " "))
	if len(runes) > maxSummary {
		runes = append(runes[:maxSummary-1], '…')
	}
	return string(runes)
}

// stateWords says how a case stands.
func stateWords(s bridge.State) string {
	words := map[bridge.State]string{
		"": "not known to the database", bridge.Settling: "about to be judged", bridge.Asked: "waits for data", bridge.Sending: "being sent",
		bridge.Sent: "sent", bridge.Answered: "answered", bridge.Undelivered: "not delivered", bridge.Withdrawn: "withdrawn",
		bridge.Closed: "closed", bridge.Listed: "labelled before escalat began or was confirmed, not sent", bridge.Refused: "labelled by somebody who may not",
		bridge.Braked: "held by the brake", bridge.Joined: "shares another issue’s escalation",
	}
	if w, ok := words[s]; ok {
		return w
	}
	return string(s)
}
