package mapping

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // profiles name zones, and a container may have none

	"github.com/goccy/go-yaml"
)

// maxFile bounds a profile's file, in bytes.
const maxFile = 1 << 20

//go:embed profiles/*.yaml
var embedded embed.FS

// Embedded returns the profiles that are part of the program.
func Embedded() fs.FS {
	sub, err := fs.Sub(embedded, "profiles")
	if err != nil {
		panic("mapping: " + err.Error()) // the name is a constant
	}
	return sub
}

// Load reads every .yaml and .yml file at the root of the file systems, one
// profile a file. A profile of a later file system takes the place of one with
// the same id of an earlier. The profiles come sorted by id.
//
// The error joins everything that is wrong, each with file:line:column where
// there is one.
func Load(fsys ...fs.FS) ([]Profile, error) {
	byID := map[string]Profile{}
	var problems []error
	for _, fsys := range fsys {
		loaded, errs := loadAll(fsys)
		problems = append(problems, errs...)
		maps.Copy(byID, loaded)
	}
	profiles := make([]Profile, 0, len(byID))
	for _, p := range byID {
		profiles = append(profiles, p)
	}
	slices.SortFunc(profiles, func(a, b Profile) int { return strings.Compare(a.ID, b.ID) })
	problems = append(problems, sharedLabels(profiles)...)
	if len(problems) > 0 {
		return nil, fmt.Errorf("load profiles: %w", errors.Join(problems...))
	}
	return profiles, nil
}

// sharedLabels finds profiles that an escalation label could not tell apart.
func sharedLabels(profiles []Profile) []error {
	var problems []error
	owner := map[string]string{}
	for _, p := range profiles {
		if other, taken := owner[p.Label]; taken {
			problems = append(problems, fmt.Errorf("profiles %s and %s have the same label %q", other, p.ID, p.Label))
		}
		owner[p.Label] = p.ID
	}
	return problems
}

func loadAll(fsys fs.FS) (map[string]Profile, []error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, []error{fmt.Errorf("list profiles: %w", err)}
	}
	loaded := map[string]Profile{}
	var problems []error
	for _, e := range entries {
		if ext := path.Ext(e.Name()); e.IsDir() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		p, errs := loadFile(fsys, e.Name())
		problems = append(problems, errs...)
		if len(errs) > 0 {
			continue
		}
		if _, twice := loaded[p.ID]; twice {
			problems = append(problems, fmt.Errorf("%s: another file of the same folder has the id %q too", e.Name(), p.ID))
		}
		loaded[p.ID] = p
	}
	return loaded, problems
}

func loadFile(fsys fs.FS, name string) (Profile, []error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return Profile{}, []error{fmt.Errorf("read profile: %w", err)}
	}
	d, err := parse(name, raw)
	if err != nil {
		return Profile{}, []error{err}
	}
	if d.unknownKeys(d.body, reflect.TypeFor[Profile]()); len(d.faults) > 0 {
		return Profile{}, d.problems() // what follows would only repeat them
	}
	var p Profile
	if err := yaml.NodeToValue(d.body, &p, yaml.Strict()); err != nil {
		return Profile{}, []error{inFile(name, err)}
	}
	d.check(&p)
	if p.location, err = time.LoadLocation(p.Zone); err != nil || p.Zone == "" {
		d.report("$.zone", "%q is no zone; an example is Europe/Madrid", p.Zone)
	}
	if len(d.faults) == 0 {
		p.complete()
	}
	return p, d.problems()
}

// inFile puts file, line and column before an error of the YAML library.
func inFile(name string, err error) error {
	var y yaml.Error
	if !errors.As(err, &y) {
		return fmt.Errorf("%s: %w", name, err)
	}
	line, column := position(y.GetToken())
	return fmt.Errorf("%s:%d:%d: %s", name, line, column, y.GetMessage())
}
