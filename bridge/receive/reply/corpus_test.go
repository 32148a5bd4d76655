package reply_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escalat/bridge/receive/reply"
)

// corpusFloor is the share of public pairs that must come out right. The pairs
// want signatures cut and news lost that this package keeps on purpose, so it is
// not all of them.
const corpusFloor = 0.80

// TestCorpus scores the package on reply-pairs.jsonl in the folder that
// ESCALAT_CORPUS names: one JSON object a line, with id, corpus, input and
// expected. White space is collapsed before comparing.
func TestCorpus(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("ESCALAT_CORPUS")
	if folder == "" {
		t.Skip("ESCALAT_CORPUS is not set: the public reply pairs are NOT scored")
	}
	f, err := os.Open(filepath.Join(folder, "reply-pairs.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	right, total := map[string]int{}, map[string]int{}
	var allRight, all int
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var pair struct{ ID, Corpus, Input, Expected string }
		if err := json.Unmarshal(scan.Bytes(), &pair); err != nil {
			t.Fatal(err)
		}
		all++
		total[pair.Corpus]++
		got, _ := reply.Cut(pair.Input, "")
		if collapse(got) == collapse(pair.Expected) {
			allRight++
			right[pair.Corpus]++
			continue
		}
		t.Logf("%s: %.200q", pair.ID, got)
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	for corpus, n := range total {
		t.Logf("%-12s %d of %d", corpus, right[corpus], n)
	}
	t.Logf("together     %d of %d", allRight, all)
	if all == 0 || float64(allRight) < corpusFloor*float64(all) {
		t.Errorf("%d of %d pairs are right, want at least %.0f %%", allRight, all, corpusFloor*100)
	}
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
