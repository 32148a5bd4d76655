package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/internal/app"
	"escalat/internal/store"
)

type mailsCommand struct {
	List  mailsListCommand  `cmd:"" default:"withargs" help:"List the mails that the mailbox showed, the newest first, and count them all."`
	Raw   mailsRawCommand   `cmd:"" help:"Write the bytes of a mail to the standard output."`
	File  mailsFileCommand  `cmd:"" help:"Write a file that came with a mail to the standard output; “explain” lists them."`
	Retry mailsRetryCommand `cmd:"" help:"Have a mail read and decided once more that was set aside."`
}

type mailsListCommand struct {
	Outcome  string        `help:"Only those with this outcome; “undecided” for those without one." placeholder:"OUTCOME"`
	Provider string        `help:"Only those of this provider." placeholder:"ID"`
	Since    time.Duration `help:"Only those stored within this time, for example 24h." placeholder:"TIME"`
	Limit    int           `help:"At most so many." default:"50"`
}

// undecided stands for no outcome.
const undecided = "undecided"

// Validate refuses an outcome that no mail can have.
func (c mailsListCommand) Validate() error {
	known := []string{undecided}
	for _, o := range bridge.MailOutcomes() {
		known = append(known, string(o))
	}
	if c.Outcome != "" && !slices.Contains(known, c.Outcome) {
		return fmt.Errorf("--outcome is %q, but must be one of: %s", c.Outcome, strings.Join(known, ", "))
	}
	return atLeastOne(c.Limit)
}

func atLeastOne(limit int) error {
	if limit < 1 {
		return fmt.Errorf("--limit is %d, but must be at least 1", limit)
	}
	return nil
}

// newestOnly says that there may be more than is listed.
func newestOnly(listed, limit int) string {
	if listed < limit {
		return ""
	}
	return fmt.Sprintf("These are the newest %d; --limit shows more.\n", limit)
}

// Run lists the mails.
func (c mailsListCommand) Run(ctx context.Context, w world) error {
	return withLedger(ctx, w, func(l *app.Ledger) error {
		filter := app.MailFilter{Outcome: bridge.MailOutcome(c.Outcome), Provider: c.Provider, Limit: c.Limit}
		if c.Outcome == undecided {
			filter.Outcome, filter.Undecided = "", true
		}
		if c.Since > 0 {
			filter.Since = time.Now().Add(-c.Since)
		}
		mails, err := l.Mails(ctx, filter)
		if err != nil {
			return err
		}
		account, err := accountOf(ctx, l)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w.out, mailTable(mails)+newestOnly(len(mails), c.Limit)+account)
		return err
	})
}

// accountOf counts all mails: each has one outcome, so the sum is what was seen.
func accountOf(ctx context.Context, l *app.Ledger) (string, error) {
	a, err := l.Account(ctx)
	if err != nil {
		return "", err
	}
	sum := a.Undecided
	var parts []string
	for _, o := range bridge.MailOutcomes() {
		if n := a.Outcomes[o]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
			sum += n
		}
	}
	if a.Undecided > 0 {
		parts = append(parts, fmt.Sprintf("%d %s", a.Undecided, undecided))
	}
	said := counted(a.Seen, "mail") + " seen"
	if len(parts) > 0 {
		said += ": " + strings.Join(parts, ", ")
	}
	if sum != a.Seen {
		said += fmt.Sprintf("; the sum is %d, which is a fault of escalat: please report it", sum)
	}
	return said + "\n", nil
}

// counted says how many of a thing there are.
func counted(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// mailTable lists mails. Of those in quarantine it says which gate keeps them.
func mailTable(mails []bridge.Mail) string {
	if len(mails) == 0 {
		return ""
	}
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STORED\tMAIL\tOUTCOME\tFROM\tBECAUSE")
	for _, m := range mails {
		outcome := cmp.Or(string(m.Outcome), undecided)
		if m.Gate != "" {
			outcome += " (" + string(m.Gate) + ")"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", m.StoredAt.Local().Format("2006-01-02 15:04"), oneLineOf(store.IDOf(m).String()), outcome, cmp.Or(oneLineOf(m.Sender), "-"), oneLineOf(m.Reason))
	}
	_ = table.Flush() // a strings.Builder takes everything
	return b.String()
}

type mailsRawCommand struct {
	Mail string `arg:"" help:"${mail}"`
}

// Run writes the bytes of the mail.
func (c mailsRawCommand) Run(ctx context.Context, w world) error {
	if err := notToTerminal(w.out); err != nil {
		return err
	}
	return withLedger(ctx, w, func(l *app.Ledger) error {
		_, raw, err := l.Raw(ctx, c.Mail)
		if err != nil {
			return err
		}
		defer func() { _ = raw.Close() }()
		_, err = io.Copy(w.out, raw)
		return err
	})
}

type mailsFileCommand struct {
	Mail string `arg:"" help:"${mail}"`
	Part int    `arg:"" help:"Number of the file, as “explain” lists it."`
}

// Run writes a file that came with the mail.
func (c mailsFileCommand) Run(ctx context.Context, w world) error {
	if err := notToTerminal(w.out); err != nil {
		return err
	}
	return withLedger(ctx, w, func(l *app.Ledger) error {
		_, raw, err := l.Raw(ctx, c.Mail)
		if err != nil {
			return err
		}
		defer func() { _ = raw.Close() }()
		part, err := message.Open(raw, c.Part, message.Limits{Bytes: 1 << 40})
		if err != nil {
			return fmt.Errorf("%w: escalat explain %s lists the files", err, shellWord(c.Mail))
		}
		_, err = io.Copy(w.out, part)
		return err
	})
}

// notToTerminal refuses what a stranger sent to a terminal, which it might steer.
func notToTerminal(out io.Writer) error {
	f, ok := out.(*os.File)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	null, nullErr := os.Stat(os.DevNull)
	if err != nil || info.Mode()&os.ModeCharDevice == 0 || nullErr == nil && os.SameFile(info, null) {
		return nil
	}
	return errors.New("what a stranger sent may steer a terminal: write it into a file, with > FILE, or pipe it into something")
}

type mailsRetryCommand struct {
	Mail string `arg:"" help:"${mail}"`
	By   string `help:"Who says so; the user of this machine when it is not given." placeholder:"NAME"`
}

// Run has the mail decided once more.
func (c mailsRetryCommand) Run(ctx context.Context, w world) error {
	return withLedger(ctx, w, func(l *app.Ledger) error {
		m, err := l.Retry(ctx, c.Mail, whoever(c.By))
		if err != nil {
			return err
		}
		if m.Blob == "" {
			_, err = fmt.Fprintf(w.out, "%s is asked for once more with the next comparison of the mailbox (ESCALAT_IMAP_COMPARE_INTERVAL), if the server still has it.\n", oneLineOf(store.IDOf(m).String()))
			return err
		}
		_, err = fmt.Fprintf(w.out, "%s is read again at once by a running escalat, else by the next one. What becomes of it: escalat explain %s\n", oneLineOf(store.IDOf(m).String()), nameOf(m))
		return err
	})
}

// nameOf names a mail for a command, as a shell reads it.
func nameOf(m bridge.Mail) string { return shellWord(oneLineOf(store.IDOf(m).String())) }

// shellWord puts into quotes what a shell would not take for one word.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("-_./@+:,%", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// mailHelp says how a mail is named.
const mailHelp = "The mail: its Message-ID, FOLDER/UIDVALIDITY/UID or UID alone."

// withLedger opens the configured database.
func withLedger(ctx context.Context, w world, do func(*app.Ledger) error) (err error) {
	cfg, _, err := loadConfig(w.environ)
	if err != nil {
		return err
	}
	l, err := app.OpenLedger(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	return do(l)
}

// whoever is the name of who acts.
func whoever(said string) string {
	if said = strings.TrimSpace(said); said != "" {
		return said
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "somebody"
}
