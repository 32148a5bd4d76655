package wiki

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestTexts shows texts as people write them in Jira, as text and as HTML.
func TestTexts(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/texts/*.wiki")
	if err != nil || len(paths) < 25 {
		t.Fatalf("%d texts: %v", len(paths), err)
	}
	names := func(user string) string {
		return map[string]string{"accountid:5b10a2844c20165700ede21g": "Pere Roca", "mpuig": "Marta Puig"}[user]
	}
	opts := Options{Names: names, Image: func(name string) (string, bool) {
		return "cid:1", strings.HasPrefix(name, "captura")
	}}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			markup, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			page := HTML(string(markup), opts)
			if why := unbalanced(page); why != "" {
				t.Error(why)
			}
			if why := brokenText(string(markup)); why != "" {
				t.Error(why)
			}
			base := strings.TrimSuffix(path, ".wiki")
			golden(t, base+".html", page)
			golden(t, base+".txt", PlainWith(string(markup), names)+"\n")
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
