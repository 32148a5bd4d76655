package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/internal/app"
	"escalat/internal/store"
)

type quarantineCommand struct {
	List    quarantineListCommand    `cmd:"" default:"withargs" help:"List the mails that wait for a person, the newest first."`
	Show    quarantineShowCommand    `cmd:"" help:"Show what a mail says, what keeps it back and what can be done."`
	Release quarantineReleaseCommand `cmd:"" help:"Let a mail pass one gate. Its comment says so; nothing is learned from it, and its sender is trusted no more than before: to trust a domain, add it to the provider's SENDERS."`
	Discard quarantineDiscardCommand `cmd:"" help:"End a mail and drop its content; in the mailbox it stays."`
}

type quarantineListCommand struct {
	Skip  int `help:"Pass over so many." default:"0"`
	Limit int `help:"At most so many." default:"50"`
}

// Run lists what waits.
func (c quarantineListCommand) Run(ctx context.Context, w world) error {
	return withLedger(ctx, w, func(l *app.Ledger) error {
		mails, err := l.Quarantined(ctx, c.Skip, c.Limit)
		if err != nil {
			return err
		}
		text := mailTable(mails)
		if len(mails) == 0 {
			text = "Nothing waits in quarantine.\n"
		} else {
			text += "Look at one: escalat quarantine show MAIL\n"
		}
		_, err = io.WriteString(w.out, text)
		return err
	})
}

type quarantineShowCommand struct {
	Mail string `arg:"" help:"${mail}"`
}

// Run shows a mail that waits.
func (c quarantineShowCommand) Run(ctx context.Context, w world) error {
	cfg, profiles, err := loadConfig(w.environ)
	if err != nil {
		return err
	}
	return withLedger(ctx, w, func(l *app.Ledger) error {
		all, err := l.Explain(ctx, c.Mail)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(e app.Explained) bool { return e.Mail.Outcome != bridge.MailQuarantined })
		if len(all) == 0 {
			return errors.New("it is not in quarantine: escalat explain tells what became of it")
		}
		for _, e := range all {
			read, kept := reread(ctx, cfg, profiles, l, e.Mail)
			text := explained(e, read, kept)
			if kept {
				text += "  new text:\n" + quoted(read.Message.Reply)
			}
			if _, err := io.WriteString(w.out, text+ways(e.Mail)); err != nil {
				return err
			}
		}
		return nil
	})
}

// quoted is a stranger's text for a terminal.
func quoted(s string) string {
	more := ""
	if len(s) > maxListed {
		s, more = strings.ToValidUTF8(s[:maxListed], ""), "  │ …\n"
	}
	return "  │ " + strings.ReplaceAll(steered(strings.TrimRight(s, "\n")), "\n", "\n  │ ") + "\n" + more
}

// ways says what can be done with a mail that waits.
func ways(m bridge.Mail) string {
	id := store.IDOf(m).String()
	release := "escalat quarantine release " + id + " --gate " + string(m.Gate)
	if m.Gate == bridge.GateCase {
		release += " --issue KEY"
	}
	why := map[bridge.Gate]string{
		bridge.GateUnproved: "Nothing proves that it comes from whom it says. Ask them by telephone before you let it pass.",
		bridge.GateSender:   "Its sender is none that the profile names. If it is the provider's, add it to the provider's SENDERS, then let this one pass.",
		bridge.GateCase:     "It names no escalation, several, or one that is not known. Say to which issue it belongs.",
		bridge.GateFlood:    "Too many mails came within an hour.",
	}[m.Gate]
	return fmt.Sprintf("\n%s\n  %s\n  escalat quarantine discard %s\n", why, release, id)
}

type quarantineReleaseCommand struct {
	Mail  string `arg:"" help:"${mail}"`
	Gate  string `required:"" enum:"unproved,sender,case,flood" help:"The gate that it passes, as “show” names it: ${enum}." placeholder:"GATE"`
	Issue string `help:"Of the gate “case”: key of the issue to which it belongs." placeholder:"KEY"`
	By    string `help:"Who says so, which the comment tells; the user of this machine when it is not given." placeholder:"NAME"`
}

// Validate wants the issue where it is needed, and nowhere else.
func (c quarantineReleaseCommand) Validate() error {
	if (c.Gate == string(bridge.GateCase)) != (c.Issue != "") {
		return errors.New("--issue KEY goes with --gate case, and with no other")
	}
	return nil
}

// Run lets the mail pass.
func (c quarantineReleaseCommand) Run(ctx context.Context, w world) error {
	return withLedger(ctx, w, func(l *app.Ledger) error {
		m, err := l.Release(ctx, c.Mail, bridge.Gate(c.Gate), c.Issue, whoever(c.By))
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w.out, "%s goes on: a running escalat decides it at once. See escalat explain %s\n", store.IDOf(m), store.IDOf(m))
		return err
	})
}

type quarantineDiscardCommand struct {
	Mail string `arg:"" help:"${mail}"`
	By   string `help:"Who says so; the user of this machine when it is not given." placeholder:"NAME"`
}

// Run ends the mail.
func (c quarantineDiscardCommand) Run(ctx context.Context, w world) error {
	return withLedger(ctx, w, func(l *app.Ledger) error {
		m, err := l.Discard(ctx, c.Mail, whoever(c.By))
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w.out, "%s is discarded.\n", store.IDOf(m))
		return err
	})
}
