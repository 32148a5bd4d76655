package receive_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/receive"
)

const (
	// ownFloor is how many mails of the project's own corpus must come out right: all.
	ownFloor = 312
	// ownLeast is how many there are at least.
	ownLeast = 312
	// oneIn is how much of it is read where the race detector makes it slow.
	oneIn = 8
	// ownAlternatives is how many of them say the same as plain text and as HTML.
	ownAlternatives = 80
	// ownMarker is the line that the mails quoted in the corpus begin with.
	ownMarker = "##- Por favor, escriban su respuesta por encima de esta línea -##"
)

// pair is a mail of the corpus and the new text that a careful colleague would put
// on the issue: see testdata/corpus/README.md.
type pair struct {
	name string // group/name
	raw  []byte
	want string
}

func (p pair) group() string { return filepath.Dir(p.name) }

// language is the part of the file's name that says it: 01-ca-reinici. A mail in
// several languages goes by the one of its new text.
func (p pair) language() string {
	for word := range strings.SplitSeq(filepath.Base(p.name), "-") {
		if slices.Contains([]string{"es", "ca", "en"}, word) {
			return word
		}
	}
	return ""
}

func ownCorpus(t *testing.T) []pair {
	t.Helper()
	root := filepath.Join("testdata", "corpus")
	files, err := filepath.Glob(filepath.Join(root, "*", "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	pairs := make([]pair, 0, len(files))
	for i, f := range files {
		if testing.Short() && i%oneIn != 0 {
			continue
		}
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		bare := strings.TrimSuffix(f, ".eml")
		want, err := os.ReadFile(bare + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(root, bare)
		if err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pair{filepath.ToSlash(name), raw, string(want)})
	}
	return pairs
}

func corpusReceiver(t *testing.T) *receive.Receiver {
	t.Helper()
	c := config(t)
	c.Own, c.Marker = "escalat@aoc.example", ownMarker
	for i := range c.Providers {
		c.Providers[i].Authserv = "mx.aoc.example"
	}
	c.Providers[0].Senders = []string{"claranet.example"}
	r, err := receive.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tally counts what is right of what there is, by a name.
type tally map[string][2]int

func (c tally) add(name string, right bool) {
	n := c[name]
	n[1]++
	if right {
		n[0]++
	}
	c[name] = n
}

func (c tally) log(t *testing.T) {
	t.Helper()
	names := make([]string, 0, len(c))
	for name := range c {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		t.Logf("%-26s %3d of %3d", name, c[name][0], c[name][1])
	}
}

// TestOwnCorpus reads every mail of the corpus as the daemon does.
func TestOwnCorpus(t *testing.T) {
	t.Parallel()
	r, pairs := corpusReceiver(t), ownCorpus(t)
	groups, languages, right := tally{}, tally{}, 0
	for _, p := range pairs {
		m := readPair(t, r, p)
		diff := cmp.Diff(squeeze(p.want), squeeze(m.Reply))
		ok := diff == ""
		if ok {
			right++
		} else {
			t.Logf("%s (-want +got):\n%s", p.name, diff)
		}
		groups.add(p.group(), ok)
		languages.add(p.language(), ok)
		wholesome(t, p.name, m)
	}
	groups.log(t)
	languages.log(t)
	t.Logf("%d of %d right", right, len(pairs))
	floor, least := ownFloor, ownLeast
	if testing.Short() {
		floor, least = len(pairs), ownLeast/oneIn
	}
	if right < floor || len(pairs) < least {
		t.Errorf("%d of %d right, floor %d of at least %d", right, len(pairs), floor, least)
	}
}

// TestOwnCorpusInOtherClothes changes what must not matter: a mail reads the same with the
// line ends of a Unix mailbox, and without the plain text that its client wrote beside
// the HTML.
func TestOwnCorpusInOtherClothes(t *testing.T) {
	t.Parallel()
	r, changed := corpusReceiver(t), 0
	for _, p := range ownCorpus(t) {
		want := readPair(t, r, p).Reply
		other := p
		if other.raw = bytes.ReplaceAll(p.raw, []byte("\r\n"), []byte("\n")); readPair(t, r, other).Reply != want {
			t.Errorf("%s reads otherwise with other line ends", p.name)
		}
		if other.raw = withoutPlain(p.raw); other.raw == nil {
			continue
		}
		changed++
		if diff := cmp.Diff(squeeze(want), squeeze(readPair(t, r, other).Reply)); diff != "" {
			t.Errorf("%s reads otherwise without its plain text (-both +HTML):\n%s", p.name, diff)
		}
	}
	least := ownAlternatives
	if testing.Short() {
		least /= 2 * oneIn
	}
	if changed < least {
		t.Errorf("only %d mails have plain text and HTML", changed)
	}
}

// withoutPlain hides the plain text of a mail that has HTML as well; nil: it has not both.
func withoutPlain(raw []byte) []byte {
	plain, html := []byte("Content-Type: text/plain"), []byte("Content-Type: text/html")
	if !bytes.Contains(raw, []byte("multipart/alternative")) || !bytes.Contains(raw, plain) || !bytes.Contains(raw, html) {
		return nil
	}
	return bytes.Replace(raw, plain, []byte("Content-Type: application/x-hidden"), 1)
}

func readPair(t *testing.T, r *receive.Receiver, p pair) bridge.Message {
	t.Helper()
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(p.raw)), nil }
	m, err := r.Read(t.Context(), open, int64(len(p.raw)))
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	return m
}

// wholesome checks what holds for every mail: its texts are UTF-8, its reply is empty
// only when it has no text, and what is not in the reply is among what was cut.
func wholesome(t *testing.T, name string, m bridge.Message) {
	t.Helper()
	for _, s := range []string{m.Subject, m.Text, m.Reply, m.Cut} {
		if !utf8.ValidString(s) {
			t.Errorf("%s: not UTF-8: %q", name, s)
		}
	}
	if squeeze(m.Reply) == "" && squeeze(m.Text) != "" {
		t.Errorf("%s: the reply is empty, the mail is not", name)
	}
	have := words(m.Reply + "\n" + m.Cut)
	for word, n := range words(m.Text) {
		if have[word] < n {
			t.Errorf("%s: %q stands %d times in the mail, %d times in what is kept and cut", name, word, n, have[word])
		}
	}
}

// words counts the words of a text, whatever stands around them.
func words(s string) map[string]int {
	count := map[string]int{}
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		count[w]++
	}
	return count
}

// squeeze collapses white space; a line of nothing but quote marks is white space too.
func squeeze(s string) string {
	var kept []string
	for line := range strings.Lines(s) {
		if strings.Trim(line, "> \t\r\n") != "" {
			kept = append(kept, strings.Fields(line)...)
		}
	}
	return strings.Join(kept, " ")
}
