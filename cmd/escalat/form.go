package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"escalat/internal/config"
	"escalat/mapping"
)

type formCommand struct {
	Form     string `arg:"" optional:"" help:"Which form, by its id, name or label: sistemas, redes, xarxa …; without it the forms are listed."`
	Lang     string `help:"Language of the labels: ca, es or en; that of the comments when it is not given." placeholder:"LANG"`
	Provider string `help:"Profile of the provider, when several have such a form." placeholder:"ID"`
}

// Run prints the form as lines to paste into an issue and fill in.
func (c formCommand) Run(w world) error {
	lang, profiles, err := loadForms(w.environ, c.Lang)
	if err != nil {
		return err
	}
	if c.Form == "" {
		return listForms(w.out, profiles, c.Provider, string(lang))
	}
	form, err := findForm(profiles, c.Provider, c.Form)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w.out, form.Block(string(lang)))
	return err
}

// loadForms loads what the forms need, offline: nothing of the configuration but
// the profiles, their custom fields and the language is looked at. A language
// that is given stands over the configured one.
func loadForms(environ []string, given string) (config.Language, []mapping.Profile, error) {
	profiles, err := loadProfiles(environ)
	if err != nil {
		return "", nil, err
	}
	lang, profiles, err := config.Forms(environ, profiles)
	if err == nil && given != "" {
		lang, err = language(given)
	}
	return lang, profiles, err
}

func language(given string) (config.Language, error) {
	var lang config.Language
	if err := lang.UnmarshalText([]byte(given)); err != nil {
		return "", fmt.Errorf("the language %w", err)
	}
	return lang, nil
}

// findForm finds the one form that goes by that name.
func findForm(profiles []mapping.Profile, provider, name string) (*mapping.Form, error) {
	var found []*mapping.Form
	var known []string
	for i := range profiles {
		p := &profiles[i]
		if provider != "" && p.ID != provider {
			continue
		}
		for j := range p.Forms {
			known = append(known, p.Forms[j].ID+" ("+p.ID+")")
			if named(&p.Forms[j], name) {
				found = append(found, &p.Forms[j])
			}
		}
	}
	switch {
	case len(known) == 0:
		return nil, fmt.Errorf("there is no profile %q; there are: %s", provider, strings.Join(ids(profiles), ", "))
	case len(found) == 0:
		return nil, fmt.Errorf("there is no form %q; there are: %s", name, strings.Join(known, ", "))
	case len(found) > 1:
		return nil, fmt.Errorf("several providers have a form %q: choose with --provider", name)
	}
	return found[0], nil
}

// listForms prints a line for each form: its id, its name and its provider.
func listForms(out io.Writer, profiles []mapping.Profile, provider, lang string) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for i := range profiles {
		if p := &profiles[i]; provider == "" || p.ID == provider {
			for _, f := range p.Forms {
				fmt.Fprintf(table, "%s\t%s\t%s\n", f.ID, f.Name.In(lang), p.Name)
			}
		}
	}
	return table.Flush()
}

// named reports whether people may call the form so.
func named(f *mapping.Form, name string) bool {
	names := append([]string{f.ID, f.Name.CA, f.Name.ES, f.Name.EN}, f.Labels...)
	return slices.ContainsFunc(append(names, f.Words...), func(n string) bool { return n != "" && strings.EqualFold(n, name) })
}

func ids(profiles []mapping.Profile) []string {
	out := make([]string, len(profiles))
	for i := range profiles {
		out[i] = profiles[i].ID
	}
	return out
}
