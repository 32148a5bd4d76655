package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"escalat/internal/config"
	"escalat/internal/jira"
	"escalat/internal/web"

	"github.com/alecthomas/kong"
)

type docsCommand struct {
	Files []string `arg:"" optional:"" name:"file" type:"existingfile" help:"Documents whose marked sections are written anew; without any, the sections are printed."`
}

// Run writes the sections into the documents that have their markers.
func (d docsCommand) Run(app *kong.Kong, w world) error {
	sections, err := sections(app)
	if err != nil {
		return err
	}
	if len(d.Files) == 0 {
		for _, s := range sections {
			if _, err := io.WriteString(w.out, s.body+"\n"); err != nil {
				return err
			}
		}
		return nil
	}
	for _, file := range d.Files {
		if err := rewrite(file, sections); err != nil {
			return fmt.Errorf("docs: %w", err)
		}
	}
	return nil
}

// section is a part of a document that is generated. It stands between
// <!-- name:begin --> and <!-- name:end -->.
type section struct{ name, body string }

func sections(app *kong.Kong) ([]section, error) {
	metrics, err := web.Reference()
	if err != nil {
		return nil, err
	}
	return []section{
		{"commands", reference(app.Model)}, {"config", config.Reference()}, {"metrics", metrics}, {"calls", jira.Reference()},
	}, nil
}

func rewrite(file string, sections []section) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text := string(old)
	for _, s := range sections {
		if text, err = s.put(text); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	if text == string(old) {
		return nil
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

// put replaces the section in text. A text without its markers is returned as
// it is; one marker alone is an error.
func (s section) put(text string) (string, error) {
	begin, end := "<!-- "+s.name+":begin -->\n", "<!-- "+s.name+":end -->"
	before, rest, found := strings.Cut(text, begin)
	if !found {
		if strings.Contains(text, end) {
			return "", fmt.Errorf("%s stands without %s", end, strings.TrimSpace(begin))
		}
		return text, nil
	}
	_, after, found := strings.Cut(rest, end)
	if !found {
		return "", fmt.Errorf("%s stands without %s", strings.TrimSpace(begin), end)
	}
	return before + begin + "\n" + strings.TrimSpace(s.body) + "\n\n" + end + after, nil
}

// reference describes every command that is not hidden, as Markdown.
func reference(app *kong.Application) string {
	var b strings.Builder
	b.WriteString("| command | what it does |\n|---|---|\n")
	for _, cmd := range app.Leaves(true) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", usage(app.Name, cmd), strings.Join(describe(cmd), "<br>"))
	}
	fmt.Fprintf(&b, "\nExit codes: %s.\n", exitCodes())
	return b.String()
}

func usage(app string, cmd *kong.Node) string {
	words := []string{app, strings.TrimSpace(cmd.Path())}
	for _, arg := range cmd.Positional {
		words = append(words, arg.Summary())
	}
	return strings.Join(words, " ")
}

// describe returns the help of a command and of each of its arguments.
func describe(cmd *kong.Node) []string {
	lines := []string{cmd.Help}
	if cmd.Detail != "" {
		lines = append(lines, strings.Join(strings.Fields(cmd.Detail), " "))
	}
	for _, arg := range cmd.Positional {
		lines = append(lines, fmt.Sprintf("`%s`: %s", arg.Summary(), arg.Help))
	}
	for _, flag := range cmd.Flags {
		if !flag.Hidden && flag.Name != "help" {
			lines = append(lines, fmt.Sprintf("`%s`: %s", flag, flag.Help))
		}
	}
	return lines
}
