package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"escalat/internal/demo"
)

type demoCommand struct {
	Stay bool `help:"Afterwards leave escalat and the simulators working until Ctrl-C, and show how to go on by hand."`
}

// Run tells the story with the daemon of “escalat run”, to which it gives an
// environment of its own.
func (c demoCommand) Run(ctx context.Context, w world) error {
	// A reader that goes away, as “head” does, must not leave the folder behind.
	signal.Ignore(syscall.SIGPIPE)
	defer signal.Reset(syscall.SIGPIPE)
	return demo.Run(ctx, demo.Config{
		Daemon: func(ctx context.Context, environ []string, log io.Writer) error {
			return runCommand{}.Run(ctx, world{environ: environ, out: log, err: log})
		},
		Key: newKey(1), Out: w.out, Err: w.err, Colour: colours(w), Stay: c.Stay,
	})
}

// colours reports whether the output is a terminal whose user wants colours
// (no-color.org).
func colours(w world) bool {
	file, ok := w.out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	return !slices.ContainsFunc(w.environ, func(line string) bool {
		name, value, _ := strings.Cut(line, "=")
		return name == "NO_COLOR" && value != "" || line == "TERM=dumb"
	})
}
