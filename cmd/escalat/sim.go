package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"escalat/internal/demo"
	"escalat/internal/sim"
)

type simCommand struct {
	What    string `arg:"" optional:"" enum:"all,jira" default:"all" help:"“jira” plays Jira alone, for trying something else against it; “all”, the default, a whole world."`
	Cloud   bool   `negatable:"dc" help:"Play Jira Cloud (--cloud) or Data Center (--dc, the default)."`
	Jira    string `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where Jira listens; port 0 is any free one, as everywhere here."`
	SMTP    string `name:"smtp" default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where SMTP with STARTTLS listens."`
	IMAP    string `name:"imap" default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where IMAP over TLS listens."`
	OVH     string `name:"ovh" default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where OVHcloud’s API of tickets listens."`
	Control string `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where the control API listens, by which people and the desk act."`
	Env     bool   `help:"Print only the variables with which “escalat run” works in this world, ready to be sourced by a shell."`
}

// Run plays the world until ctx ends. The certificate and escalat's database
// live in a folder that goes with it: a database that outlived the simulated
// issues would speak of others under the same keys.
func (s simCommand) Run(ctx context.Context, w world) (err error) {
	if s.What == "jira" {
		return s.jiraAlone(ctx, w)
	}
	dir, err := os.MkdirTemp("", "escalat-sim-")
	if err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	played, err := sim.Start(context.WithoutCancel(ctx), sim.WorldConfig{
		Jira: sim.JiraConfig{Cloud: s.Cloud}, JiraAddr: s.Jira, ControlAddr: s.Control,
		Mail: sim.MailConfig{SMTPAddr: s.SMTP, IMAPSAddr: s.IMAP}, OVHAddr: s.OVH, OVH: sim.OVHConfig{Notify: demo.Mailbox},
	})
	if err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	defer func() { err = errors.Join(err, played.Close()) }()
	environ, err := demo.Environ(played.Info, dir, newKey(1))
	if err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	text, file := "# Control API: "+played.Info.ControlURL+"/sim/\n"+exports(environ), filepath.Join(dir, "env")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	if !s.Env {
		text = guide(played.Info, file)
	}
	if _, err := io.WriteString(w.out, text); err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	<-ctx.Done()
	return nil
}

// jiraAlone plays Jira until ctx ends. Its control API is at the same address.
func (s simCommand) jiraAlone(ctx context.Context, w world) (err error) {
	j := sim.NewJira(sim.JiraConfig{Cloud: s.Cloud})
	url, err := j.Start(s.Jira)
	if err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	defer func() { err = errors.Join(err, j.Close()) }()
	info := sim.WorldInfo{Cloud: s.Cloud, JiraURL: url}
	flavour, login := "Data Center", "curl -H 'Authorization: Bearer sim-token'"
	environ := []string{"ESCALAT_JIRA_URL=" + url, "ESCALAT_JIRA_TOKEN=sim-token"}
	if info.Cloud {
		flavour, login = "Cloud", "curl -u escalat@aoc.test:sim-token"
		environ = append(environ, "ESCALAT_JIRA_USER=escalat@aoc.test")
	}
	text := exports(environ)
	if !s.Env {
		text = fmt.Sprintf(jiraGuide, flavour, url, login)
	}
	if _, err := io.WriteString(w.out, text); err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	<-ctx.Done()
	return nil
}

// jiraGuide says what to do with a Jira: its flavour, its address, how to log in.
const jiraGuide = `Jira %[1]s, simulated until Ctrl-C at %[2]s. Everything is kept in memory.

As people, by the control API:

  curl %[2]s/sim/issues -d '{"user": "marta.puig", "project": "AOC", "summary": "Prova", "labels": ["escalar-claranet"]}'
  curl %[2]s/sim/issues/AOC-1/comments -d '{"user": "marta.puig", "body": "Hola"}'
  curl %[2]s/sim/requests

As a program, by the REST interface:

  %[3]s %[2]s/rest/api/2/issue/AOC-1
`

// exports writes variables as a shell reads them.
func exports(environ []string) string {
	var b strings.Builder
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		fmt.Fprintf(&b, "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
	}
	return b.String()
}

// guide says what listens where and what to do with it.
func guide(info sim.WorldInfo, envFile string) string {
	return "Simulated until Ctrl-C. Everything is kept in memory; nothing leaves this machine.\n\n" +
		demo.Addresses(info) +
		"\nLet escalat work in it, in another terminal:\n\n  . " + envFile + "\n  escalat run\n" +
		"\nHere a person tells OVH by hand; to have its API told, begin with:\n\n  . " + envFile + "\n  " + demo.ByAPI + " escalat run\n" +
		demo.Acts(info, 0, 0, 0)
}
