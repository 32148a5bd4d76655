package receive_test

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

// TestRepliesAreShownAsTheyAre: what a desk pastes in columns stays in columns.
func TestRepliesAreShownAsTheyAre(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/replies/*.txt")
	if err != nil || len(paths) < 3 {
		t.Fatalf("%d replies: %v", len(paths), err)
	}
	b := newBench(t)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := shownReply(t, b, string(body))
			path := strings.TrimSuffix(path, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got+"\n"); diff != "" {
				t.Errorf("%s (-want +got):\n%s", path, diff)
			}
		})
	}
}

// shownReply returns the comment of a reply with that body, the last of its effects.
func shownReply(t *testing.T, b bench, body string) string {
	t.Helper()
	v, _ := b.decide(border("css@claranet.es")+"In-Reply-To: <"+b.id("claranet", caseID, 1)+
		">\nContent-Type: text/plain; charset=utf-8\n\n"+body, b.theCase())
	return comment(t, v.Case.Effects[len(v.Case.Effects)-1])
}

// TestLongColumnsAreCutAndClosed: wherever the limit cuts, the block ends and what
// follows is ours.
func TestLongColumnsAreCutAndClosed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const row, hostile = "web-1    OK   {no*}  [~all] 0,4\n", "web-1    {noformat}   {noformat  {noformat\\}\n"
	for name, body := range map[string]string{
		"one block":         strings.Repeat(row, 3000),
		"hostile":           strings.Repeat(hostile, 2000),
		"log":               strings.Repeat("2026-11-20 09:41:12 ERROR {noformat} [http-8] no es pot connectar\n", 2000),
		"many blocks":       strings.Repeat("Hola, (això) és *prosa* [~all].\n\n"+row+row+"\n", 1000),
		"prose, then block": strings.Repeat("Hola.\n", 5000) + strings.Repeat(row, 2000),
		"long lines":        strings.Repeat(strings.Repeat("{x}    ", 2000)+"\n", 20),
		"two long lines":    strings.Repeat("{", 15000) + "    OK   1\n" + strings.Repeat("{", 15000) + "    KO   2\n" + strings.Repeat(row, 500),
		"open braces":       strings.Repeat("{    {    {\n", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := shownReply(t, b, body)
			if n := utf16Length(shown); n > 32767 || n < 25000 {
				t.Errorf("the comment has %d characters", n)
			}
			blocks, last := 0, wiki.Node{}
			for _, n := range wiki.Parse(shown).Root.Children {
				switch n.Kind {
				case wiki.Preformatted:
					blocks++
				case wiki.Paragraph:
				default:
					t.Fatalf("the comment holds a node of kind %d", n.Kind)
				}
				last = n
			}
			if blocks == 0 || last.Kind != wiki.Paragraph || !strings.HasPrefix(shown[last.Start:], "Fitxers adjunts: ") {
				t.Errorf("%d blocks; the comment ends in %q", blocks, shown[max(0, len(shown)-300):])
			}
			if text := wiki.Plain(shown); !strings.Contains(text, "\n\nTeniu") && !strings.Contains(text, textName+".\n\nFitxers adjunts: ") {
				t.Errorf("what is cut is not told: %q", text[max(0, len(text)-300):])
			}
		})
	}
}
