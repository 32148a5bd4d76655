package reply_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"escalat/bridge/message"
	"escalat/bridge/receive/reply"
)

// corpusFloor is the share of public pairs that must come out right. Some pairs want
// news lost that this package keeps on purpose (what stands below "Sent from my …", a
// farewell and a name, an answer below the quote), so it is not all of them.
const corpusFloor = 0.85

// score counts what is right of what there is.
type score struct{ right, all int }

// scores are those of a set, by name.
type scores map[string]score

func (s scores) add(name string, right bool) {
	n := s[name]
	n.all++
	if right {
		n.right++
	}
	s[name] = n
}

func (s scores) log(t *testing.T, what string) {
	t.Helper()
	names := make([]string, 0, len(s))
	for name := range s {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Logf("%-8s %-12s %3d of %3d", what, name, s[name].right, s[name].all)
	}
}

// TestCorpus scores the package on reply-pairs.jsonl in the folder that
// ESCALAT_CORPUS names: one JSON object a line, with id, corpus, lang, input and
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
	corpora, languages, all := scores{}, scores{}, scores{}
	scan := bufio.NewScanner(f)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var pair struct{ ID, Corpus, Lang, Input, Expected string }
		if err := json.Unmarshal(scan.Bytes(), &pair); err != nil {
			t.Fatal(err)
		}
		pieces := []message.Piece{{Plain: pair.Input}}
		got := reply.Read(pieces, reply.Options{})
		right := collapse(got.Reply) == collapse(pair.Expected)
		corpora.add(pair.Corpus, right)
		languages.add(pair.Lang, right)
		all.add("", right)
		if !right {
			t.Logf("not right: %s", pair.ID)
		}
		wholesome(t, pieces, options)
		settled(t, got, reply.Options{})
	}
	if err := scan.Err(); err != nil {
		t.Fatal(err)
	}
	corpora.log(t, "corpus")
	languages.log(t, "language")
	all.log(t, "together")
	if n := all[""]; n.all == 0 || float64(n.right) < corpusFloor*float64(n.all) {
		t.Errorf("%d of %d pairs are right, want at least %.0f %%", n.right, n.all, corpusFloor*100)
	}
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
