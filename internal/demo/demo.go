// Package demo tells escalat's job as a story of three issues: what was missing in
// them, the mails to the provider, its robot and its people, a forgery, what the team
// writes back, and a provider that takes no mail. It plays the world around escalat with the simulators and lets the daemon work in it over real
// sockets, on a real database, in a temporary folder.
//
// It promises to print only what was read back from the simulators, to end by
// itself unless it is asked to stay, and to leave nothing behind. When something
// does not happen in time, or happens otherwise than told, Run says which step failed
// and shows the end of the daemon's log.
package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"escalat/internal/sim"
)

// patience is how long a step may take. An idle machine needs about a second.
const patience = 30 * time.Second

// ErrInterrupted means that the story was stopped before its end.
var ErrInterrupted = errors.New("the demonstration was interrupted")

// errEnded means that the daemon left the story by itself.
var errEnded = errors.New("escalat ended by itself")

// Config says how the story is told. Every field up to Err is needed.
type Config struct {
	// Daemon works with these ESCALAT_* variables until ctx ends, and writes its
	// log as JSON lines.
	Daemon func(ctx context.Context, environ []string, log io.Writer) error
	// Key is one for ESCALAT_TOKEN_KEYS.
	Key string
	Out io.Writer // for the story
	Err io.Writer // for the daemon's log after a failure
	// Colour says whether Out understands ANSI colours.
	Colour bool
	// Patience is how long a step may take; default 30 seconds.
	Patience time.Duration
	// Stay: after the story daemon and simulators work on until ctx ends.
	Stay bool
	// Further variables for the daemon, as NAME=value.
	Further []string
}

// Run tells the story. It returns when the daemon and the simulators have ended
// and the folder is gone: nil at the end of the story, ErrInterrupted when ctx
// ended before it.
func Run(ctx context.Context, cfg Config) (err error) {
	if cfg.Patience == 0 {
		cfg.Patience = patience
	}
	dir, err := os.MkdirTemp("", "escalat-demo-")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	// The world outlives ctx, so that the daemon can end in order.
	world, err := sim.Start(context.WithoutCancel(ctx), sim.WorldConfig{
		Jira: sim.JiraConfig{Zone: madrid, Projects: []string{project}}, Desks: []sim.DeskConfig{{Zone: madrid}},
		OVH: sim.OVHConfig{Notify: Mailbox},
	})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer func() { err = errors.Join(err, world.Close()) }()

	s := &story{world: world, desk: world.Desk("Claranet"), zone: madrid, patience: cfg.Patience, tell: teller{out: cfg.Out, colour: cfg.Colour}}
	return s.run(ctx, cfg, dir)
}

// run lets the daemon work while the story is told. It is counted when the
// daemon has ended, so that nothing can follow.
func (s *story) run(ctx context.Context, cfg Config, dir string) error {
	environ, err := Environ(s.world.Info, dir, cfg.Key)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	environ = append(environ, "ESCALAT_SHUTDOWN_TIMEOUT=5s", "ESCALAT_QUEUE_TICK=50ms")
	environ = append(environ, cfg.Further...)
	file, err := os.Create(filepath.Join(dir, "escalat.log"))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer file.Close()

	s.log = newLog(file)
	working, stop := context.WithCancelCause(ctx)
	ended := make(chan error, 1)
	go func() {
		err := cfg.Daemon(working, environ, s.log)
		why := errEnded
		if err != nil {
			why = fmt.Errorf("%w: %w", errEnded, err)
		}
		stop(why)
		ended <- err
	}()
	err = s.play(working)
	if err == nil && cfg.Stay {
		err = s.stay(working)
	}
	stop(nil)
	daemonErr := <-ended
	if err == nil {
		s.step = "the end"
		err = daemonErr
	}
	if err == nil && !cfg.Stay {
		if err = s.count(); err == nil {
			err = s.farewell()
		}
	}
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ErrInterrupted
	case s.tell.err != nil:
		return fmt.Errorf("demo: print: %w", s.tell.err)
	}
	showEnd(cfg.Err, file.Name())
	return fmt.Errorf("demo: %s: %w", s.step, err)
}

// stay counts and hands over.
func (s *story) stay(working context.Context) error {
	s.step = "the end"
	if err := s.count(); err != nil {
		return err
	}
	return s.handOver(working)
}

// handOver says what to do, and lets daemon and simulators work until somebody ends
// them.
func (s *story) handOver(working context.Context) error {
	letters, err := s.desk.Letters()
	if err != nil {
		return err
	}
	s.tell.title("Everything stays up until Ctrl-C")
	control := s.world.Info.ControlURL
	s.tell.say("What was told can be looked at:")
	s.tell.line("")
	for _, i := range []incident{s.systems, s.network, s.server} {
		s.tell.line("  " + control + "/sim/issues/" + i.key + ".txt")
	}
	for n := range letters {
		s.tell.line(fmt.Sprintf("  %s/sim/desks/claranet/letters/%d.html", control, n+1))
	}
	s.tell.line("")
	guide := Addresses(s.world.Info) + Acts(s.world.Info, issues, len(letters), len(s.world.OVH.Tickets()))
	for line := range strings.SplitSeq(strings.TrimRight(guide, "\n"), "\n") {
		s.tell.line(line)
	}
	if s.tell.err != nil {
		return s.tell.err
	}
	<-working.Done()
	if why := context.Cause(working); errors.Is(why, errEnded) {
		return why
	}
	return nil
}

// showEnd copies the last lines of the daemon's log.
func showEnd(out io.Writer, name string) {
	const lines = 25
	raw, err := os.ReadFile(name)
	if err != nil || len(raw) == 0 {
		return
	}
	all := bytes.SplitAfter(bytes.TrimRight(raw, "\n"), []byte("\n"))
	fmt.Fprintf(out, "\nThe end of escalat's log:\n%s\n\n", bytes.Join(all[max(len(all)-lines, 0):], nil))
}
