// Command escalat carries escalations between an organisation's Jira and the
// support desks of its providers.
//
// This package only starts things: it reads the command line, has the
// configuration loaded, and hands over to internal/app. Each command stands in
// a file of its own. What a command is for is written in the tags of its
// struct, from which the help and the documents are made.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the image has no time zone database

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Run        runCommand        `cmd:"" help:"Work: watch Jira, escalate, bring replies back. Configured by ESCALAT_* variables."`
	Demo       demoCommand       `cmd:"" help:"Tell the main job as a story, in seconds: everything outside is simulated, nothing leaves this machine."`
	Sim        simCommand        `cmd:"" help:"Play Jira, mail servers and a provider’s desk until interrupted, for trying escalat by hand."`
	Shadow     shadowCommand     `cmd:"" help:"What mode shadow has recorded."`
	Reconcile  reconcileCommand  `cmd:"" help:"Say whether the database and Jira belong together, and which labelled issues the database knows; with --confirm, end what holds escalat."`
	Release    releaseCommand    `cmd:"" help:"Show the escalations that the brake holds, or let those to a provider go on."`
	Mails      mailsCommand      `cmd:"" help:"The mails that the mailbox showed: each with its one outcome."`
	Explain    explainCommand    `cmd:"" help:"Say what became of a mail, and why."`
	Quarantine quarantineCommand `cmd:"" help:"The mails that are kept back for a person."`
	Check      checkCommand      `cmd:"" help:"Say what an issue has of a provider’s form, what is missing and what looks wrong. Nothing is sent or written."`
	Preview    previewCommand    `cmd:"" help:"Show the mail that an issue would become, and what would be asked before. Nothing is sent or written."`
	Replay     replayCommand     `cmd:"" help:"Say what escalat makes of raw mails: what they say anew, of what kind they are, from whom, and what would become of them. Nothing is asked or written."`
	Form       formCommand       `cmd:"" help:"Print a provider’s form as lines to paste into an issue and fill in."`
	Config     configCommand     `cmd:"" help:"Check the configuration and show the values in effect, secrets masked."`
	Keygen     keygenCommand     `cmd:"" help:"Make a new key for ESCALAT_TOKEN_KEYS."`
	Health     healthCommand     `cmd:"" help:"Ask a running escalat whether it is alive; for the health check of a container."`
	Version    versionCommand    `cmd:"" help:"Show the version."`
	Docs       docsCommand       `cmd:"" hidden:"" help:"Write the reference of commands and variables into documents."`
}

// world is what a command may touch besides its own arguments.
type world struct {
	environ []string
	in      io.Reader
	out     io.Writer
	err     io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := start(ctx, os.Args[1:], world{environ: os.Environ(), in: os.Stdin, out: os.Stdout, err: os.Stderr})
	stop()
	os.Exit(code)
}

// start runs the command that args name and returns the exit code.
func start(ctx context.Context, args []string, w world) int {
	app, err := newParser(w)
	if err == nil {
		var line *kong.Context
		if line, err = app.Parse(args); err == nil {
			line.BindTo(ctx, (*context.Context)(nil))
			err = line.Run(w)
		}
	}
	if err != nil {
		fmt.Fprintln(w.err, "escalat:", err)
	}
	return exitCode(err)
}

func newParser(w world) (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("escalat"),
		kong.Description(description()),
		kong.Vars{"mail": mailHelp},
		kong.Writers(w.out, w.err),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
}

func description() string {
	return "Carries escalations between Jira and the support desks of providers.\n\n" +
		"The configuration is read from ESCALAT_* variables: escalat config --reference lists them.\n\n" +
		"Exit codes: " + exitCodes() + "."
}
