package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"escalat/mapping/spelling"
)

// document is a profile's file while it is checked.
type document struct {
	name    string
	body    ast.Node
	anchors map[string]ast.Node // built when the first place is looked for
	faults  []fault
}

// fault is something wrong at a place of the file.
type fault struct {
	line, column int
	text         string
}

// problems returns the faults in the file's order. What stands under an anchor is
// checked wherever it is used, and told once.
func (d *document) problems() []error {
	slices.SortStableFunc(d.faults, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.column, b.column))
	})
	var errs []error
	for i, f := range d.faults {
		if !slices.Contains(d.faults[:i], f) {
			errs = append(errs, fmt.Errorf("%s:%d:%d: %s", d.name, f.line, f.column, f.text))
		}
	}
	return errs
}

// report adds a problem of what stands at the path, or of what should hold it.
func (d *document) report(at, format string, args ...any) {
	for at != "" && at != "$" {
		if n := d.find(at); n != nil {
			d.add(firstToken(n), format, args...)
			return
		}
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	d.add(nil, format, args...)
}

func (d *document) add(t *token.Token, format string, args ...any) {
	line, column := position(t)
	d.faults = append(d.faults, fault{line, column, fmt.Sprintf(format, args...)})
}

func position(t *token.Token) (line, column int) {
	if t == nil || t.Position == nil {
		return 1, 1
	}
	return t.Position.Line, t.Position.Column
}

// find returns the node at a path such as $.forms[0].label.es, or nil. It goes
// through anchors and aliases, which the library's own paths do not.
func (d *document) find(path string) ast.Node {
	n := d.content(d.body)
	for step := range strings.FieldsFuncSeq(strings.TrimPrefix(path, "$"), func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		switch parent := n.(type) {
		case *ast.SequenceNode:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(parent.Values) {
				return nil
			}
			n = parent.Values[i]
		case *ast.MappingNode:
			n = valueOf(step, parent.Values...)
		case *ast.MappingValueNode:
			n = valueOf(step, parent)
		default:
			return nil
		}
		if n = d.content(n); n == nil {
			return nil
		}
	}
	return n
}

func valueOf(key string, pairs ...*ast.MappingValueNode) ast.Node {
	for _, pair := range pairs {
		if pair.Key.GetToken().Value == key {
			return pair.Value
		}
	}
	return nil
}

// content is what stands behind an anchor or an alias.
func (d *document) content(n ast.Node) ast.Node {
	for range 8 { // an alias may stand for an alias, but not for long
		switch named := n.(type) {
		case *ast.AnchorNode:
			n = named.Value
		case *ast.AliasNode:
			n = d.anchor(named.Value.GetToken().Value)
		default:
			return n
		}
	}
	return nil
}

func (d *document) anchor(name string) ast.Node {
	if d.anchors == nil {
		d.anchors = map[string]ast.Node{}
		ast.Walk(anchors(d.anchors), d.body)
	}
	return d.anchors[name]
}

// anchors collects what stands behind each anchor.
type anchors map[string]ast.Node

// Visit implements ast.Visitor.
func (a anchors) Visit(n ast.Node) ast.Visitor {
	if named, ok := n.(*ast.AnchorNode); ok {
		a[named.Name.GetToken().Value] = named.Value
	}
	return a
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
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
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
		switch t.Kind() {
		case reflect.Map:
			d.unknownKeys(n.Value, t.Elem())
			return
		case reflect.Struct:
		default:
			return // a wrong type, which the decoder says
		}
		key := n.Key.GetToken().Value
		if n.Key.IsMergeKey() {
			return
		}
		keys := keysOf(t)
		if len(keys) == 0 {
			return // what reads itself, and says it
		}
		if field, ok := keys[key]; ok {
			d.unknownKeys(n.Value, field)
			return
		}
		d.add(n.Key.GetToken(), "unknown key %q; the nearest known is %q", key, nearest(key, slices.Collect(maps.Keys(keys))))
	}
}

func keysOf(t reflect.Type) map[string]reflect.Type {
	keys := map[string]reflect.Type{}
	for f := range t.Fields() {
		if key := f.Tag.Get("yaml"); key != "" && key != "-" {
			keys[key] = f.Type
		}
	}
	return keys
}

// known reports what is none of the known words, with the nearest of them, and
// whether it is one.
func (d *document) known(at, what, s string, words []string) bool {
	switch {
	case slices.Contains(words, s):
		return true
	case len(words) == 0:
		d.report(at, "%s %q is unknown; none is known", what, s)
	default:
		d.report(at, "%s %q is unknown; the nearest known is %q", what, s, nearest(s, words))
	}
	return false
}

// nearest returns the known word with the smallest edit distance.
func nearest(word string, known []string) string {
	best, least := "", -1
	for _, k := range known {
		n := spelling.Distance(word, k)
		if least < 0 || n < least || n == least && k < best {
			best, least = k, n
		}
	}
	return best
}
