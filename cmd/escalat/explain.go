package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"escalat/bridge"
	"escalat/internal/app"
	"escalat/internal/config"
	"escalat/internal/store"
	"escalat/mapping"
)

type explainCommand struct {
	Mail string `arg:"" help:"${mail} Or the key of an issue: all mails about it."`
}

// Run tells what became of a mail and why.
func (c explainCommand) Run(ctx context.Context, w world) error {
	cfg, profiles, err := loadConfig(w.environ)
	if err != nil {
		return err
	}
	return withLedger(ctx, w, func(l *app.Ledger) error {
		all, err := l.Explain(ctx, c.Mail)
		if err != nil {
			return err
		}
		for i, e := range all {
			if i > 0 {
				fmt.Fprintln(w.out)
			}
			read, kept := reread(ctx, cfg, profiles, l, e.Mail)
			if _, err := io.WriteString(w.out, explained(e, read, kept)+next(e.Mail)); err != nil {
				return err
			}
		}
		return nil
	})
}

// next says what a person can do about a mail that waits for one.
func next(m bridge.Mail) string {
	switch m.Outcome {
	case bridge.MailQuarantined:
		return "What it says and what can be done: escalat quarantine show " + nameOf(m) + "\n"
	case bridge.MailUnreadable:
		switch {
		case strings.HasPrefix(m.Reason, "asked for once more"):
			return ""
		case m.Blob == "":
			return "Its bytes are not here. Have the mailbox asked for it once more: escalat mails retry " + nameOf(m) + "\n"
		}
		return "Have it read again: escalat mails retry " + nameOf(m) + "\n"
	}
	return ""
}

// reread reads the mail once more, if it is kept.
func reread(ctx context.Context, cfg config.Config, profiles []mapping.Profile, l *app.Ledger, m bridge.Mail) (out app.Replayed, kept bool) {
	if m.Blob == "" {
		return out, false
	}
	replay, err := app.NewReplay(cfg, profiles)
	if err != nil {
		return out, false
	}
	out, err = replay.Read(ctx, func() (io.ReadCloser, error) {
		_, raw, err := l.Raw(ctx, store.IDOf(m).String())
		return raw, err
	})
	return out, err == nil
}

// explained tells of one mail.
func explained(e app.Explained, read app.Replayed, kept bool) string {
	var b strings.Builder
	m := e.Mail
	fmt.Fprintf(&b, "%s\n", oneLineOf(store.IDOf(m).String()))
	line := func(name, value string) {
		if strings.TrimSpace(value) != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", name, oneLineOf(value))
		}
	}
	line("outcome", cmp.Or(string(m.Outcome), undecided))
	line("because", m.Reason)
	line("gate", string(m.Gate))
	line("Message-ID", m.MessageID)
	line("from", m.Sender)
	line("provider", m.Provider)
	line("arrived", stamp(m.ArrivedAt))
	line("stored", stamp(m.StoredAt))
	line("decided", stamp(m.DecidedAt))
	line("size", fmt.Sprintf("%d bytes", m.Size))
	line("SHA-256", m.Hash)
	if r := m.Release; r != nil {
		line("let pass", fmt.Sprintf("through gate %s by %s, %s", r.Gate, r.By, stamp(r.At)))
	}
	if e.Case != nil {
		line("issue", e.Case.IssueKey+", "+e.Case.Provider+", "+stateWords(e.Case.State))
	}
	if kept {
		line("subject", read.Message.Subject)
		line("kind", strings.TrimSpace(string(read.Message.Kind)+" "+read.Message.Sign))
		line("defects", strings.Join(read.Message.Defects, ", "))
		for _, p := range read.Message.Parts {
			line(fmt.Sprintf("file %d", p.Index), fmt.Sprintf("%s (%s, %d bytes)", cmp.Or(p.Name, unnamed), p.Type, p.Size))
		}
	} else {
		line("content", "not kept")
	}
	b.WriteString(followed(e))
	return b.String()
}

// followed is what the decision led to.
func followed(e app.Explained) string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, entry := range e.Audit {
		fmt.Fprintf(table, "  %s\t%s\t%s\n", stamp(entry.At), oneLineOf(entry.Action), oneLineOf(entry.Reason))
	}
	for _, effect := range e.Effects {
		fmt.Fprintf(table, "  %s\t%s on %s\t%s\n", stamp(effect.PlannedAt), effect.Kind, effect.Target, effect.State)
	}
	_ = table.Flush() // a strings.Builder takes everything
	return b.String()
}

// stamp is a time for a terminal, or nothing.
func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.Local().Format("2006-01-02 15:04:05")
}
