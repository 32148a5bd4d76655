package main

import (
	"context"
	"io"
	"log/slog"

	"escalat/internal/app"
	"escalat/internal/config"
)

type runCommand struct{}

// Run works until it is told to stop. The log goes to the standard error.
func (runCommand) Run(ctx context.Context, w world) error {
	cfg, profiles, err := loadConfig(w.environ)
	if err != nil {
		return err
	}
	return app.Run(ctx, cfg, profiles, version(), newLog(cfg.Health, w.err))
}

func newLog(h config.Health, out io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: h.Level.Slog()}
	if h.Format == config.Text {
		return slog.New(slog.NewTextHandler(out, options))
	}
	return slog.New(slog.NewJSONHandler(out, options))
}
