package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"escalat/bridge"
	"escalat/internal/app"
)

type releaseCommand struct {
	Provider string `arg:"" optional:"" help:"Profile id of the provider whose escalations go on; without it they are only listed."`
}

// Run shows what the brake holds, or lets it go on.
func (c releaseCommand) Run(ctx context.Context, w world) error {
	cfg, profiles, err := loadConfig(w.environ)
	if err != nil {
		return err
	}
	said := "held by the brake"
	var held []bridge.Case
	if c.Provider == "" {
		held, err = app.Braked(ctx, cfg)
	} else {
		held, err = app.Release(ctx, cfg, profiles, c.Provider)
		said = "released: a running escalat goes on at once"
	}
	if err != nil {
		return fmt.Errorf("release: %w", err)
	}
	var b strings.Builder
	what := "escalations"
	if len(held) == 1 {
		what = "escalation"
	}
	fmt.Fprintf(&b, "%d %s %s\n", len(held), what, said)
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, one := range held {
		fmt.Fprintf(table, "  %s\t%s\tsince %s\n", one.IssueKey, one.Provider, one.BrakedAt.Format("2006-01-02 15:04"))
	}
	_ = table.Flush() // a strings.Builder takes everything
	if len(held) > 0 && c.Provider == "" {
		b.WriteString("Let them go on: escalat release PROVIDER\n")
	}
	_, err = fmt.Fprint(w.out, b.String())
	return err
}
