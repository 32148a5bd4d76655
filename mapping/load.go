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
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
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
	if len(raw) > maxFile {
		return Profile{}, []error{fmt.Errorf("%s: larger than %d bytes", name, maxFile)}
	}
	tree, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return Profile{}, []error{inFile(name, err)}
	}
	if len(tree.Docs) != 1 || tree.Docs[0].Body == nil {
		return Profile{}, []error{fmt.Errorf("%s: one YAML document is expected", name)}
	}
	body := tree.Docs[0].Body
	d := document{name: name, body: body}
	if d.unknownKeys(body, reflect.TypeFor[Profile]()); len(d.problems) > 0 {
		return Profile{}, d.problems // what follows would only repeat them
	}
	var p Profile
	if err := yaml.NodeToValue(body, &p, yaml.Strict()); err != nil {
		return Profile{}, []error{inFile(name, err)}
	}
	d.check(&p)
	if p.location, err = time.LoadLocation(p.Zone); err != nil || p.Zone == "" {
		d.report("$.zone", "%q is no zone; an example is Europe/Madrid", p.Zone)
	}
	return p, d.problems
}

// inFile puts file, line and column before an error of the YAML library.
func inFile(name string, err error) error {
	var y yaml.Error
	if !errors.As(err, &y) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s:%s: %s", name, position(y.GetToken()), y.GetMessage())
}

func position(t *token.Token) string {
	if t == nil || t.Position == nil {
		return "1:1"
	}
	return fmt.Sprintf("%d:%d", t.Position.Line, t.Position.Column)
}

// document is a profile's file while it is checked.
type document struct {
	name     string
	body     ast.Node
	problems []error
}

// report adds a problem of what stands at the path, or of what should hold it.
func (d *document) report(at, format string, args ...any) {
	where := "1:1"
	for at != "" && at != "$" {
		if p, err := yaml.PathString(at); err == nil {
			if node, err := p.FilterNode(d.body); err == nil && node != nil {
				where = position(firstToken(node))
				break
			}
		}
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	d.problems = append(d.problems, fmt.Errorf("%s:%s: %s", d.name, where, fmt.Sprintf(format, args...)))
}

// firstToken is where a node begins; the library gives a mapping the position
// of its first colon.
func firstToken(n ast.Node) *token.Token {
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return n.Values[0].Key.GetToken()
		}
	case *ast.MappingValueNode:
		return n.Key.GetToken()
	}
	return n.GetToken()
}

// unknownKeys reports every key that t has no place for, with the nearest that
// it has.
func (d *document) unknownKeys(n ast.Node, t reflect.Type) {
	switch n := n.(type) {
	case *ast.AnchorNode:
		d.unknownKeys(n.Value, t)
	case *ast.SequenceNode:
		if t.Kind() == reflect.Slice {
			for _, v := range n.Values {
				d.unknownKeys(v, t.Elem())
			}
		}
	case *ast.MappingNode:
		for _, v := range n.Values {
			d.unknownKeys(v, t)
		}
	case *ast.MappingValueNode:
		if t.Kind() != reflect.Struct {
			return // a wrong type, which the decoder says
		}
		key := n.Key.GetToken().Value
		if n.Key.IsMergeKey() {
			return
		}
		if field, ok := keysOf(t)[key]; ok {
			d.unknownKeys(n.Value, field)
			return
		}
		d.problems = append(d.problems, fmt.Errorf("%s:%s: unknown key %q; the nearest known is %q",
			d.name, position(n.Key.GetToken()), key, nearest(key, keysOf(t))))
	}
}

func keysOf(t reflect.Type) map[string]reflect.Type {
	keys := map[string]reflect.Type{}
	for f := range t.Fields() {
		if key := f.Tag.Get("yaml"); key != "" {
			keys[key] = f.Type
		}
	}
	return keys
}

// nearest returns the key with the smallest edit distance to word.
func nearest(word string, keys map[string]reflect.Type) string {
	best, least := "", -1
	for key := range keys {
		n := Distance(word, key)
		if least < 0 || n < least || n == least && key < best {
			best, least = key, n
		}
	}
	return best
}

// Distance is how many bytes must be changed, added or taken away to make b of a
// (Levenshtein): how far a word is from the one that was meant.
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
