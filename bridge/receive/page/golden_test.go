package page

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/mapping/wiki"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestBodies shows whole mails as Jira shows them, and as text.
func TestBodies(t *testing.T) {
	t.Parallel()
	for path, body := range bodies(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			lines, ok := Read(body)
			if !ok {
				t.Error("not whole")
			}
			if why := broken(body, lines); why != "" {
				t.Error(why)
			}
			if why := brokenMarkup(lines); why != "" {
				t.Error(why)
			}
			c := wiki.Compose(wikiLines(lines), func(id string) string {
				name, _, _ := strings.Cut(id, "@")
				return name
			})
			base := strings.TrimSuffix(path, ".html")
			golden(t, base+".wiki", c.Markup(len(c.Text()))+"\n")
			golden(t, base+".txt", c.Text()+"\n")
			if strings.Contains(c.Text(), "INVISIBLE") {
				t.Error("what nobody sees shows")
			}
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
