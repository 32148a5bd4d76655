package message_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"escalat/bridge/message"
)

// leafReader says what Python's parser of mails reads of the leaf parts of files.
const leafReader = `
import email, email.policy, hashlib, json, sys
out = []
for name in sys.argv[1:]:
    m = email.message_from_bytes(open(name, 'rb').read(), policy=email.policy.default)
    got = {'Subject': m['Subject'], 'From': [[a.display_name, a.addr_spec] for a in m['From'].addresses], 'Leaves': []}
    queue = [m]
    while queue:
        part = queue.pop(0)
        if part.get_content_maintype() == 'multipart':
            queue = list(part.iter_parts()) + queue
            continue
        leaf = {'Type': part.get_content_type(), 'Name': part.get_filename() or '', 'Text': ''}
        content = part.get_payload(decode=True)
        if content is not None:
            leaf['Digest'] = hashlib.sha256(content).hexdigest()
        if part.get_content_maintype() == 'text':
            leaf['Text'] = part.get_content().replace('\r\n', '\n').rstrip('\n')
        got['Leaves'].append(leaf)
    out.append(got)
json.dump(out, sys.stdout)
`

type (
	readLeaf struct{ Type, Name, Digest, Text string }
	readMail struct {
		Subject string
		From    [][2]string
		Leaves  []readLeaf
	}
)

// TestPythonReadsTheSameOfOthers compares what is read of good mails in the shape of
// the common clients.
func TestPythonReadsTheSameOfOthers(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: python3 is not installed, so no parser but our own has read the mails of others")
	}
	files, err := filepath.Glob(filepath.Join("testdata", "read", "*.eml"))
	if err != nil || len(files) < 9 {
		t.Fatalf("%d mails: %v", len(files), err)
	}
	cmd := exec.CommandContext(t.Context(), python, append([]string{"-c", leafReader}, files...)...)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("python3: %v", err)
	}
	var theirs []readMail
	if err := json.Unmarshal(out, &theirs); err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m := read(t, string(raw))
		ours := readMail{Subject: m.Subject}
		want := theirs[i]
		for j, a := range m.From {
			if j < len(want.From) && want.From[j][0] == "" {
				a.Name = "" // a comment is no name to Python
			}
			ours.From = append(ours.From, [2]string{a.Name, a.Address})
		}
		if len(m.Defects) > 0 {
			t.Errorf("%s: defects %v", file, m.Defects)
		}
		texts := map[string]bool{}
		for _, p := range m.Pieces {
			for _, s := range []string{p.Plain, p.HTML} {
				texts[strings.TrimRight(s, "\n")] = true
			}
		}
		ours.Leaves = leaves(t, raw, m, want.Leaves, texts)
		if diff := cmp.Diff(want, ours, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-Python +ours):\n%s", file, diff)
		}
	}
}

// leaves says what we read of the leaf parts: of a text, that it is among the pieces.
func leaves(t *testing.T, raw []byte, m message.Mail, theirs []readLeaf, texts map[string]bool) []readLeaf {
	t.Helper()
	parts := map[int]message.Part{}
	for _, p := range m.Parts {
		parts[p.Index] = p
	}
	var list []readLeaf
	for i := 0; ; i++ {
		part, err := message.Open(bytes.NewReader(raw), i, message.Limits{})
		if err != nil {
			return list
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		l := readLeaf{Digest: sum(string(content))}
		var their readLeaf
		if i < len(theirs) {
			their = theirs[i]
		}
		p, file := parts[i]
		switch {
		case file:
			l.Type, l.Name, l.Text = p.Type, p.Name, their.Text
			if p.Digest != l.Digest {
				t.Errorf("part %d is not what its digest says", i)
			}
		case texts[their.Text] || joined(texts, their.Text):
			l.Type, l.Text = their.Type, their.Text
		}
		list = append(list, l)
	}
}

// joined reports whether a text is a piece of one that was joined.
func joined(texts map[string]bool, text string) bool {
	for t := range texts {
		if text != "" && strings.Contains(t, text) {
			return true
		}
	}
	return false
}
