package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"escalat/internal/config"
)

type configCommand struct {
	Reference bool `help:"Print what every variable means, as Markdown, instead."`
}

// Run prints the values in effect, or everything that is wrong.
func (c configCommand) Run(w world) error {
	if c.Reference {
		_, err := io.WriteString(w.out, config.Reference())
		return err
	}
	cfg, _, err := loadConfig(w.environ)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	for _, s := range cfg.Effective() {
		fmt.Fprintf(table, "%s\t%s\t%s\n", s.Name, s.Value, s.Source)
	}
	return table.Flush()
}
