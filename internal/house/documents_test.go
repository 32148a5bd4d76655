package house_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"escalat/internal/config"
)

// documents lists what must exist and whose paths must.
func documents() []string {
	return []string{"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "deploy/README.md"}
}

// TestPathsExist: a path that a document names in code or in a link is there.
func TestPathsExist(t *testing.T) {
	t.Parallel()
	for _, doc := range documents() {
		text, err := os.ReadFile(filepath.Join(root, doc))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, path := range named(string(text)) {
			if !exists(filepath.Dir(doc), path) && !exists(".", path) {
				t.Errorf("%s names %s, which does not exist", doc, path)
			}
		}
	}
}

// exists reports whether a path is there, seen from a folder of ours.
func exists(folder, path string) bool {
	_, err := os.Stat(filepath.Join(root, folder, path))
	return err == nil
}

// named returns the paths of this repository that a Markdown text names.
func named(text string) []string {
	links := regexp.MustCompile(`\]\(([^)#\s]+)[^)]*\)`)
	code := regexp.MustCompile("`([^`\n]+)`")
	var paths []string
	for _, m := range links.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(m[1], "://") && !strings.HasPrefix(m[1], "mailto:") {
			paths = append(paths, m[1])
		}
	}
	for _, m := range code.FindAllStringSubmatch(text, -1) {
		if looksLikePath(m[1]) {
			paths = append(paths, strings.TrimPrefix(m[1], "./"))
		}
	}
	return paths
}

// looksLikePath reports whether a piece of code can only be a path of ours: it
// begins with a folder of the root, or is the name of a file that stands alone.
func looksLikePath(code string) bool {
	if strings.ContainsAny(code, " *<>{}$=…") {
		return false
	}
	first, _, folder := strings.Cut(strings.TrimPrefix(code, "./"), "/")
	if folder {
		return slices.Contains([]string{"cmd", "bridge", "mapping", "internal", "deploy", ".ci"}, first)
	}
	return slices.Contains([]string{".md", ".yml", ".yaml", ".service"}, filepath.Ext(code)) || strings.HasSuffix(code, ".env.example") || code == "Makefile" || code == "Dockerfile"
}

func TestNamed(t *testing.T) {
	t.Parallel()
	got := named("See [the plan](ARCHITECTURE.md#one), `internal/web` and `./deploy/x.service`, not `a/b`, `go test ./...`, " +
		"`internal/<name>/`, [site](https://example.cat/x.md) `y.service` or `README.md`.")
	want := []string{"ARCHITECTURE.md", "internal/web", "deploy/x.service", "y.service", "README.md"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEnvironmentExample: the example names every variable, and what it sets is
// a configuration that loads.
func TestEnvironmentExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "deploy/escalat.env.example"))
	if err != nil {
		t.Fatal(err)
	}
	var set []string
	named := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		name, _, assigned := strings.Cut(strings.TrimPrefix(line, "#"), "=")
		if !assigned || !strings.HasPrefix(name, config.Prefix) {
			continue
		}
		named[name] = true
		if !strings.HasPrefix(line, "#") {
			// A shell, systemd and Compose take the quotes off.
			value := strings.Trim(strings.TrimPrefix(line, name+"="), `"`)
			set = append(set, name+"="+strings.ReplaceAll(value, "/run/credentials/escalat.service/", secrets(t)))
		}
	}
	profiles := []string{"claranet", "ovh"}
	if _, err := config.Load(set, profiles); err != nil {
		t.Error(err)
	}
	for _, v := range config.Describe(profiles) {
		// What every provider has is shown by one of them.
		other := strings.NewReplacer("_OVH_", "_CLARANET_", "_CLARANET_", "_OVH_").Replace(v.Name)
		if !named[v.Name] && !named[other] && (!v.Secret || !named[v.Name+"_FILE"] && !named[other+"_FILE"]) {
			t.Errorf("the example does not name %s", v.Name)
		}
	}
	for _, v := range config.Describe(profiles) {
		delete(named, v.Name)
		delete(named, v.Name+"_FILE")
	}
	for name := range named {
		t.Errorf("the example names %s, which is no variable", name)
	}
}

// secrets makes the folder of secrets that the example points to.
func secrets(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"jira-token": "x", "imap-password": "x", "smtp-password": "x",
		"token-keys": "1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir + "/"
}
