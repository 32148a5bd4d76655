package house_test

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// TestPackageComments: every package says once what it promises.
func TestPackageComments(t *testing.T) {
	t.Parallel()
	for dir, files := range packages(load(t)) {
		var documented []string
		for _, s := range files {
			if !s.test && s.ast.Doc != nil {
				documented = append(documented, s.path)
				checkComment(t, s)
			}
		}
		if len(documented) != 1 {
			t.Errorf("package %s has %d package comments, want 1: %v", dir, len(documented), documented)
		}
	}
}

func checkComment(t *testing.T, s source) {
	t.Helper()
	want := "Package " + s.ast.Name.Name + " "
	if s.ast.Name.Name == "main" {
		want = "Command " + path.Base(s.pkg()) + " "
	}
	if !strings.HasPrefix(s.ast.Doc.Text(), want) {
		t.Errorf("%s: the package comment does not begin with %q", s.path, want)
	}
}

// TestFolders: a folder is named by a word of the product.
func TestFolders(t *testing.T) {
	t.Parallel()
	vague := []string{"util", "utils", "common", "helpers", "helper", "types", "service", "services", "domain", "ports", "adapters", "core", "misc", "models", "base"}
	for dir, files := range packages(load(t)) {
		if slices.Contains(vague, path.Base(dir)) {
			t.Errorf("folder %s says nothing about its content", dir)
		}
		for _, s := range files {
			name := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
			if slices.Contains([]string{"util", "utils", "common", "helpers", "helper", "types", "service"}, name) {
				t.Errorf("file %s says nothing about its content", s.path)
			}
		}
	}
}

// TestNoState: no package has an init function, and none a variable that could
// change. Errors, compiled patterns, embedded files and tables that nothing
// writes to are constants that Go has no word for.
func TestNoState(t *testing.T) {
	t.Parallel()
	for dir, files := range packages(load(t)) {
		if dir == "internal/house" {
			continue // parses the sources once for all its tests
		}
		var names []string
		for _, s := range files {
			if s.test {
				continue
			}
			for _, decl := range s.ast.Decls {
				names = append(names, checkDecl(t, s, decl)...)
			}
		}
		for _, s := range files {
			checkWrites(t, s, names)
		}
	}
}

// checkDecl reports an init function or a variable that is no constant, and
// returns the names of the package's tables.
func checkDecl(t *testing.T, s source, decl ast.Decl) (tables []string) {
	t.Helper()
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name == "init" {
			t.Errorf("%s: an init function runs without being called; give the work to a constructor", s.at(d))
		}
	case *ast.GenDecl:
		if d.Tok != token.VAR {
			return nil
		}
		for _, spec := range d.Specs {
			v := spec.(*ast.ValueSpec)
			if !constant(d, v) {
				t.Errorf("%s: package variable %s could change; make it part of a value", s.at(v), v.Names[0].Name)
			}
			for _, name := range v.Names {
				if name.Name != "_" {
					tables = append(tables, name.Name)
				}
			}
		}
	}
	return tables
}

// constant reports whether a package variable only lacks the word const.
func constant(d *ast.GenDecl, v *ast.ValueSpec) bool {
	if v.Names[0].Name == "_" {
		return true // a compile-time assertion
	}
	embedded := func(c *ast.CommentGroup) bool {
		return c != nil && slices.ContainsFunc(c.List, func(l *ast.Comment) bool { return strings.HasPrefix(l.Text, "//go:embed ") })
	}
	if embedded(v.Doc) || embedded(d.Doc) {
		return true
	}
	if len(v.Values) != len(v.Names) {
		return false
	}
	for i, value := range v.Values {
		if !constantExpr(value) && !sentinel(v.Names[i].Name, value) {
			return false
		}
	}
	return true
}

// sentinel reports whether value is an error with fields of its own.
func sentinel(name string, value ast.Expr) bool {
	address, ok := value.(*ast.UnaryExpr)
	return ok && address.Op == token.AND && strings.HasPrefix(strings.ToLower(name), "err")
}

func constantExpr(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.CompositeLit: // a table; checkWrites watches it
		sel, ok := x.Type.(*ast.SelectorExpr)
		return !ok || !isName(sel.X, "sync") && !isName(sel.X, "atomic")
	case *ast.CallExpr:
		switch fun := x.Fun.(type) {
		case *ast.Ident: // a table made by a function of the package
			return fun.Name != "make" && fun.Name != "new"
		case *ast.ArrayType: // bytes of a text
			return true
		}
		return slices.Contains([]string{
			"errors.New", "fmt.Errorf", "regexp.MustCompile", "strings.NewReplacer", "netip.MustParsePrefix",
			"netip.MustParseAddr", "template.Must", "big.NewInt",
			"base32.NewEncoding", "base64.NewEncoding",
		}, callee(x)) || chained(x)
	}
	return false
}

// chained allows an encoding with another padding.
func chained(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "WithPadding" {
		return false
	}
	inner, ok := sel.X.(*ast.CallExpr)
	if !ok {
		_, std := sel.X.(*ast.SelectorExpr) // base32.StdEncoding
		return std
	}
	return constantExpr(inner)
}

func callee(call *ast.CallExpr) string {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return id.Name + "." + sel.Sel.Name
}

// checkWrites reports a statement that changes one of the package's variables
// or hands its address to a function.
func checkWrites(t *testing.T, s source, names []string) {
	t.Helper()
	report := func(n ast.Node, e ast.Expr) {
		if id := rootOf(e); id != nil && slices.Contains(names, id.Name) && !shadowed(s, id) {
			t.Errorf("%s: package variable %s is changed here", s.at(n), id.Name)
		}
	}
	ast.Inspect(s.ast, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.AssignStmt:
			if x.Tok != token.DEFINE {
				for _, left := range x.Lhs {
					report(n, left)
				}
			}
		case *ast.IncDecStmt:
			report(n, x.X)
		case *ast.CallExpr:
			if id, ok := x.Fun.(*ast.Ident); ok && (id.Name == "delete" || id.Name == "clear") {
				report(n, x.Args[0])
			}
			for _, arg := range x.Args {
				if address, ok := arg.(*ast.UnaryExpr); ok && address.Op == token.AND {
					report(n, address.X)
				}
			}
		}
		return true
	})
}

// rootOf returns the variable at the beginning of x, x.f, x[i], *x and (x).
func rootOf(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// shadowed reports whether the function around id declares the same name
// itself: the parameter or local variable is meant then.
func shadowed(s source, id *ast.Ident) bool {
	found := false
	for _, decl := range s.ast.Decls {
		if decl.Pos() > id.Pos() || decl.End() < id.End() {
			continue
		}
		ast.Inspect(decl, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.AssignStmt:
				if x.Tok == token.DEFINE {
					for _, left := range x.Lhs {
						found = found || isName(left, id.Name)
					}
				}
			case *ast.RangeStmt:
				found = found || isName(x.Key, id.Name) || isName(x.Value, id.Name)
			case *ast.Field:
				for _, name := range x.Names {
					found = found || name.Name == id.Name
				}
			case *ast.ValueSpec:
				_, global := decl.(*ast.GenDecl)
				for _, name := range x.Names {
					found = found || !global && name.Name == id.Name
				}
			}
			return !found
		})
	}
	return found
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// TestNoSleep: a test that waits by the clock is either slow or wrong.
func TestNoSleep(t *testing.T) {
	t.Parallel()
	for _, s := range load(t) {
		name, imported := s.imports()["time"]
		if !s.test || !imported {
			continue
		}
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && callee(call) == name+".Sleep" {
				t.Errorf("%s sleeps; wait for what happens instead", s.at(n))
			}
			return true
		})
	}
}

// TestSizes: a file that is longer tells two stories.
func TestSizes(t *testing.T) {
	t.Parallel()
	const most = 500
	for _, s := range load(t) {
		lines := s.fset.File(s.ast.Pos()).LineCount()
		if !s.test && lines > most {
			t.Errorf("%s has %d lines, want at most %d: divide it by meaning", s.path, lines, most)
		}
	}
}
