package main

import (
	"cmp"
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
		text := mailTable(mails) + newestOnly(len(mails), c.Limit) + "Look at one: escalat quarantine show MAIL\n"
		switch {
		case len(mails) == 0 && c.Skip > 0:
			text = "No more waits in quarantine.\n"
		case len(mails) == 0:
			text = "Nothing waits in quarantine.\n"
		}
		_, err = io.WriteString(w.out, text)
		return err
	})
}

// Validate wants a page that there can be.
func (c quarantineListCommand) Validate() error {
	if c.Skip < 0 {
		return fmt.Errorf("--skip is %d, but must not be negative", c.Skip)
	}
	return atLeastOne(c.Limit)
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
		first := all[0].Mail // the newest
		all = slices.DeleteFunc(all, func(e app.Explained) bool { return e.Mail.Outcome != bridge.MailQuarantined })
		if len(all) == 0 {
			return fmt.Errorf("%s is not in quarantine, but %s: escalat explain %s tells why", oneLineOf(store.IDOf(first).String()), cmp.Or(string(first.Outcome), undecided), nameOf(first))
		}
		for i, e := range all {
			if i > 0 {
				fmt.Fprintln(w.out)
			}
			read, kept := reread(ctx, cfg, profiles, l, e.Mail)
			text := explained(e, read, kept)
			if kept {
				text += said(read.Message)
			}
			if _, err := io.WriteString(w.out, text+ways(e.Mail)); err != nil {
				return err
			}
		}
		return nil
	})
}

// said is what the mail says, for a person who must judge it.
func said(m bridge.Message) string {
	text := "  new text:\n" + quoted(m.Reply)
	if m.Reply == "" {
		text = "  new text: none\n"
	}
	if m.Cut != "" {
		text += fmt.Sprintf("  quoted below it, and not told on an issue: %d bytes\n", len(m.Cut))
	}
	return text
}

// quoted is a stranger's text for a terminal.
func quoted(s string) string {
	more := ""
	if len(s) > maxListed {
		more = fmt.Sprintf("  │ … (%d bytes in all)\n", len(s))
		s = strings.ToValidUTF8(s[:maxListed], "")
	}
	return "  │ " + strings.ReplaceAll(steered(strings.TrimRight(s, "\n")), "\n", "\n  │ ") + "\n" + more
}

// ways says what can be done with a mail that waits.
func ways(m bridge.Mail) string {
	why := map[bridge.Gate]string{
		bridge.GateUnproved: "Nothing proves that it comes from whom it says. Ask them by telephone before you let it pass.",
		bridge.GateSender:   "Its sender is none that the profile names. If it is the provider's, add it to the provider's SENDERS, then let this one pass.",
		bridge.GateCase:     "It names no escalation, several, or one that is not known or too old. Say to which issue it belongs.",
		bridge.GateFlood:    "Too many mails came within an hour. If it is no flood, let it pass.",
	}[m.Gate]
	id := nameOf(m)
	lines := []string{"", why}
	if m.Gate != "" {
		release := "escalat quarantine release " + id + " --gate " + string(m.Gate)
		if m.Gate == bridge.GateCase {
			release += " --issue KEY"
		}
		lines = append(lines, "  let it pass:     "+release)
	}
	lines = append(lines, "  end it:          escalat quarantine discard "+id)
	if m.Blob != "" {
		lines = append(lines, "  read all of it:  escalat mails raw "+id+" > mail.eml")
	}
	return strings.Join(lines, "\n") + "\n"
}

type quarantineReleaseCommand struct {
	Mail  string `arg:"" help:"${mail}"`
	Gate  string `help:"The gate that it passes, as “show” names it: unproved, sender, case or flood." placeholder:"GATE"`
	Issue string `help:"Of the gate “case”: key of the issue to which it belongs." placeholder:"KEY"`
	By    string `help:"Who says so, which the comment tells; the user of this machine when it is not given." placeholder:"NAME"`
}

// Validate wants a gate, and the issue where it is needed and nowhere else.
func (c quarantineReleaseCommand) Validate() error {
	if known := []bridge.Gate{bridge.GateUnproved, bridge.GateSender, bridge.GateCase, bridge.GateFlood}; !slices.Contains(known, bridge.Gate(c.Gate)) {
		return errors.New("say which gate the mail passes, --gate unproved, sender, case or flood: escalat quarantine show " + shellWord(c.Mail) + " tells which keeps it")
	}
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
		_, err = fmt.Fprintf(w.out, "%s passes the gate %s: it is decided at once by a running escalat, else by the next one. What becomes of it: escalat explain %s\n", oneLineOf(store.IDOf(m).String()), c.Gate, nameOf(m))
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
		_, err = fmt.Fprintf(w.out, "%s is discarded.\n", oneLineOf(store.IDOf(m).String()))
		return err
	})
}
