package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"escalat/internal/app"
)

type shadowCommand struct {
	Report shadowReportCommand `cmd:"" default:"withargs" help:"Sum up what mode shadow has recorded: what escalat would have done, what people did by hand meanwhile, and what to do before going live. Nothing is asked or written outside."`
}

type shadowReportCommand struct {
	Since    string `help:"Only what came since that day, for example 2026-11-16; from its beginning when it is not given." placeholder:"DATE"`
	Language string `help:"Language of the report: ca, es or en; that of the comments when it is not given." placeholder:"LANGUAGE"`
	JSON     bool   `name:"json" help:"Write everything that was recorded, each write with what it would have written, as JSON."`
}

// Validate wants a day that there is, and a language that escalat has.
func (c shadowReportCommand) Validate() error {
	if _, err := c.since(time.UTC); err != nil {
		return err
	}
	if languages := []string{"ca", "es", "en"}; c.Language != "" && !slices.Contains(languages, c.Language) {
		return fmt.Errorf("--language is %q, but must be one of: %s", c.Language, strings.Join(languages, ", "))
	}
	return nil
}

func (c shadowReportCommand) since(zone *time.Location) (time.Time, error) {
	if c.Since == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, c.Since, zone)
	if err != nil {
		return at, fmt.Errorf("--since is %q, but must be a day such as 2026-11-16", c.Since)
	}
	return at, nil
}

// Run writes the report.
func (c shadowReportCommand) Run(ctx context.Context, w world) error {
	cfg, profiles, err := loadConfig(w.environ)
	if err != nil {
		return err
	}
	zone := cfg.General.Timezone.Location()
	since, err := c.since(zone)
	if err != nil {
		return err
	}
	report, err := app.ReportShadow(ctx, cfg, profiles, since, time.Now())
	if err != nil {
		return fmt.Errorf("report of mode shadow: %w", err)
	}
	if c.JSON {
		enc := json.NewEncoder(w.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(report)
	}
	said, err := report.Text(cmp.Or(c.Language, string(cfg.General.Language)), profiles, zone)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w.out, said)
	return err
}
