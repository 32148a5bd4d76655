package torture_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sync"
	"testing"
)

// root is the module's folder.
const root = "../.."

// workshop builds the programs that are tortured, each once.
type workshop struct {
	mu    sync.Mutex
	dir   string
	built map[string]string
}

// program returns the program as it is, but for its points.
func (w *workshop) program(t *testing.T) string {
	t.Helper()
	return w.build(t, "escalat", nil)
}

// forgetful returns a program that claims an effect in memory only: it does not
// write down what it is about to do, and nothing fences its result.
func (w *workshop) forgetful(t *testing.T) string {
	t.Helper()
	const path = "internal/store/effects.go"
	source := read(t, path)
	source = change(t, source, `(?s)err := tx\.exactly\(ctx, ErrFenced, .UPDATE effects SET state = 'started'.*?string\(e\.State\)\)`, "var err error")
	source = change(t, source, ` AND tries = \$\d+ AND state = 'started'`, "")
	source = change(t, source, `e\.CaseID, e\.ID, e\.Tries\)`, "e.CaseID, e.ID)")
	return w.build(t, "forgetful", map[string]string{path: source})
}

// change replaces the one place that matches. A source in which that is not one
// place is an error: the sabotage would sabotage nothing.
func change(t *testing.T, source, pattern, changed string) string {
	t.Helper()
	place := regexp.MustCompile(pattern)
	if n := len(place.FindAllString(source, -1)); n != 1 {
		t.Fatalf("the source has %d places, want one, that match\n%s", n, pattern)
	}
	return place.ReplaceAllString(source, changed)
}

// build builds the program once with some of its sources replaced, beside the
// points.
func (w *workshop) build(t *testing.T, name string, changed map[string]string) string {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if path := w.built[name]; path != "" {
		return path
	}
	if w.dir == "" {
		dir, err := os.MkdirTemp("", "torture-")
		if err != nil {
			t.Fatal(err)
		}
		w.dir, w.built = dir, map[string]string{}
	}
	sources := map[string]string{
		"internal/store/point.go": pointOf(t, "store"),
		"internal/queue/point.go": pointOf(t, "queue"),
	}
	maps.Copy(sources, changed)
	path := filepath.Join(w.dir, name)
	build := exec.CommandContext(t.Context(), "go", "build", "-overlay", w.overlay(t, name, sources), "-o", path, "./cmd/escalat")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	w.built[name] = path
	return path
}

// overlay writes the sources and the file that tells go build where they are.
func (w *workshop) overlay(t *testing.T, name string, sources map[string]string) string {
	t.Helper()
	places := map[string]string{}
	for path, source := range sources {
		place, err := filepath.Abs(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(place); err != nil {
			t.Fatalf("nothing to replace: %v", err)
		}
		places[place] = filepath.Join(w.dir, fmt.Sprintf("%s-%d.go", name, len(places)))
		if err := os.WriteFile(places[place], []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := json.Marshal(map[string]any{"Replace": places})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.dir, name+".json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (w *workshop) close() { _ = os.RemoveAll(w.dir) }

// pointOf returns the source of the point for a package.
func pointOf(t *testing.T, pkg string) string {
	t.Helper()
	return change(t, read(t, "internal/torture/testdata/point/point.go"), `(?m)^package point$`, "package "+pkg)
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
