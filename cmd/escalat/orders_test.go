package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
)

// TestCommandsInReadme holds the table of the commands to the code: each that there is has a
// row, and each way to write it that stands there is understood as that one.
func TestCommandsInReadme(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, begun := strings.Cut(string(readme), "<!-- orders:begin -->")
	table, _, ended := strings.Cut(table, "<!-- orders:end -->")
	if !begun || !ended {
		t.Fatal("the README has no table of the commands")
	}
	told := map[string]bool{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 4 || !strings.Contains(line, "`escalat ") {
			continue
		}
		name := ""
		for i, cell := range cells[:3] {
			ways := regexp.MustCompile("`(escalat [^`]+)`").FindAllStringSubmatch(cell, -1)
			if len(ways) == 0 {
				t.Errorf("no command in %q of %s", cell, line)
			}
			for _, way := range ways {
				got := understood(way[1])
				if i == 0 && name == "" {
					name = got
				}
				if got == "" || got != name {
					t.Errorf("%q is understood as %q, not %q", way[1], got, name)
				}
			}
		}
		if told[name] {
			t.Errorf("%s has two rows", name)
		}
		told[name] = true
	}
	for _, name := range commandNames(t) {
		if !told[name] {
			t.Errorf("the README does not tell of escalat %s", name)
		}
		delete(told, name)
	}
	if len(told) > 0 {
		t.Errorf("the README tells of what there is not: %v", told)
	}
}

// understood is the command that is read of a line, or empty.
func understood(line string) string {
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	got := bridge.Issue{Key: "SUP-1", Comments: []bridge.Comment{{ID: "1", Author: bridge.User{ID: "anna"}, Body: line, Created: at}}}.Commands()
	if len(got) != 1 || !got[0].Sure {
		return ""
	}
	return got[0].Name
}

// commandNames are the names of the commands, as the code declares them.
func commandNames(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../bridge/command.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, decl := range file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.CONST {
			continue
		}
		for _, spec := range d.Specs {
			for _, value := range spec.(*ast.ValueSpec).Values {
				literal, ok := value.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					continue
				}
				if name, err := strconv.Unquote(literal.Value); err == nil && name != bridge.NotKnown {
					names = append(names, name)
				}
			}
		}
	}
	if len(names) < 10 {
		t.Fatalf("only %v are declared", names)
	}
	return names
}
