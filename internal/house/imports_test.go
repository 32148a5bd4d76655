package house_test

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

// words are what every part of the program may speak: the vocabulary, the
// rulebook and the leaves. A leaf imports nothing of ours.
func words() []string {
	return append(leaves(), "bridge", "bridge/sentence", "mapping", "mapping/spelling", "mapping/wiki")
}

func leaves() []string {
	return []string{"bridge/calendar", "bridge/message", "bridge/token", "bridge/text"}
}

// rules says for each package of the module which others it may import. A
// package that is not listed fails the test, and so does one that is listed
// and gone: whoever adds a package decides here where it stands.
func rules() map[string][]string {
	rules := map[string][]string{
		"mapping/wiki":     nil,
		"mapping/spelling": nil,
		"mapping/date":     {"mapping/spelling"},
		"mapping/network":  nil,
		"mapping":          {"mapping/wiki", "mapping/date", "mapping/network", "mapping/spelling"},
		"bridge":           {"mapping", "mapping/wiki", "mapping/spelling"},
		"bridge/sentence":  {"mapping/wiki"},
		"bridge/wording":   words(), // what several stages say in the words of the texts

		// Stages never import each other, only their own children.
		"bridge/watch":                  append(words(), "bridge/wording"),
		"bridge/validate":               append(words(), "bridge/wording"),
		"bridge/obey":                   append(words(), "bridge/wording"),
		"bridge/relay":                  append(words(), "bridge/wording"),
		"bridge/remind":                 append(words(), "bridge/wording"),
		"bridge/ticket":                 append(words(), "bridge/wording"),
		"bridge/send":                   append(words(), "bridge/wording", "bridge/send/evidence", "bridge/send/letter"),
		"bridge/send/evidence":          words(),
		"bridge/send/letter":            words(),
		"bridge/receive":                append(words(), "bridge/wording", "bridge/receive/authentic", "bridge/receive/classify", "bridge/receive/page", "bridge/receive/reply"),
		"bridge/receive/authentic":      append(words(), "bridge/receive/authentic/dkim"),
		"bridge/receive/authentic/dkim": nil, // signatures, and nothing of ours
		"bridge/receive/classify":       words(),
		"bridge/receive/page":           words(),
		"bridge/receive/reply":          append(words(), "bridge/receive/page"),
		"bridge/post":                   append(words(), "bridge/wording"),

		// Adapters never import a stage, and of each other only the store.
		"internal/jira":   words(),
		"internal/oauth":  nil, // logging in to the mail servers
		"internal/smtp":   append(words(), "internal/oauth"),
		"internal/imap":   append(words(), "internal/oauth"),
		"internal/clamd":  words(),
		"internal/ovh":    words(),
		"internal/alarm":  words(),
		"internal/config": words(),
		"internal/store":  words(),
		"internal/queue":  append(words(), "internal/store"),
		"internal/web":    append(words(), "internal/store"),

		"internal/translate":    words(),
		"internal/guard":        append(words(), "internal/guard/inside"),
		"internal/guard/inside": words(),

		// The simulators share no code with the clients, so that a mistake of
		// one is not the mistake of both.
		"internal/sim":         nil,
		"internal/demo":        append(words(), "internal/sim"),
		"internal/peer":        nil, // real servers, for tests only
		"internal/contract":    nil, // holds what is said to Jira against its documents, for tests only
		"internal/house":       {"internal/config"},
		"internal/house/count": nil,
		"internal/torture":     nil, // kills the program and counts from outside
	}
	for _, leaf := range leaves() {
		rules[leaf] = nil
	}
	// The wiring may import everything but what starts it and what only tests use.
	var parts []string
	for name := range rules {
		if !slices.Contains(onlyTests(), name) {
			parts = append(parts, name)
		}
	}
	rules["internal/app"] = parts
	rules["cmd/escalat"] = append(slices.Clone(parts), "internal/app")
	return rules
}

// onlyTests lists the packages that no program may contain.
func onlyTests() []string {
	return []string{"internal/peer", "internal/contract", "internal/house", "internal/house/count", "internal/torture"}
}

// alsoInTests lists what the tests of adapters and of the wiring may import
// besides: counterparts to talk to.
func alsoInTests() []string { return []string{"internal/sim", "internal/peer", "internal/contract"} }

func TestImports(t *testing.T) {
	t.Parallel()
	rules := rules()
	seen := map[string]bool{}
	for _, s := range load(t) {
		pkg := s.pkg()
		allowed, listed := rules[pkg]
		if !listed {
			if !seen[pkg] {
				t.Errorf("package %s is not listed in internal/house/imports_test.go", pkg)
			}
			seen[pkg] = true
			continue
		}
		seen[pkg] = true
		if s.test {
			allowed = append(slices.Clone(allowed), pkg)
			if strings.HasPrefix(pkg, "internal/") || strings.HasPrefix(pkg, "cmd/") {
				allowed = append(allowed, alsoInTests()...)
			}
		}
		for path := range s.imports() {
			if ours, ok := strings.CutPrefix(path, module+"/"); ok && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, which the rule of %s does not allow", s.path, path, pkg)
			}
		}
	}
	for _, pkg := range slices.Sorted(maps.Keys(rules)) {
		if !seen[pkg] {
			t.Errorf("package %s is listed in internal/house/imports_test.go, but does not exist", pkg)
		}
	}
}

// TestPure holds the rulebook and the stages to what they know: no socket, no
// file, no SQL, no clock, no environment, no log, no chance.
func TestPure(t *testing.T) {
	t.Parallel()
	for _, s := range load(t) {
		if s.test || !within(s.path, []string{"bridge", "mapping"}) {
			continue
		}
		names := s.imports()
		for path := range names {
			if impure(path) {
				t.Errorf("%s imports %s; the outside is an argument here", s.path, path)
			}
		}
		for _, use := range uses(s, names) {
			t.Errorf("%s: time and the machine are arguments here", use)
		}
	}
}

// impure reports whether a package of the standard library or of others opens
// the way to the outside. net/mail, net/netip, net/textproto and net/url only
// read texts.
func impure(path string) bool {
	if slices.Contains([]string{"net/mail", "net/netip", "net/textproto", "net/url"}, path) {
		return false
	}
	return within(path, []string{
		"net", "os", "database", "log", "syscall", "runtime", "plugin", "unsafe", "math/rand", "crypto/rand",
		"io/ioutil", "testing", "golang.org/x/sys", "github.com/jackc/pgx", "github.com/riverqueue", "modernc.org/sqlite",
		"github.com/andygrunwald/go-jira", "github.com/emersion/go-smtp", "github.com/emersion/go-imap",
	})
}

// uses finds functions of allowed packages that read the clock or the machine.
func uses(s source, names map[string]string) []string {
	forbidden := map[string][]string{
		"time": {
			"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker",
			"Local", // time.LoadLocation is allowed: the zones of the world are data
		},
		"context":       {"WithTimeout", "WithDeadline", "WithTimeoutCause", "WithDeadlineCause"},
		"path/filepath": {"Walk", "WalkDir", "Glob", "Abs", "EvalSymlinks"},
		"fmt":           {"Print", "Printf", "Println", "Scan", "Scanf", "Scanln"},
	}
	var found []string
	ast.Inspect(s.ast, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		id, ok := sel.X.(*ast.Ident)
		if !ok {
			return true
		}
		for path, functions := range forbidden {
			if name, imported := names[path]; imported && id.Name == name && slices.Contains(functions, sel.Sel.Name) {
				found = append(found, s.at(n)+" uses "+name+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return found
}
