package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	netmail "net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"escalat/internal/peer"
)

// composeMails composes every golden mail.
func composeMails(t *testing.T) []mailed {
	t.Helper()
	var all []mailed
	for _, name := range mailNames(t) {
		all = append(all, composeMail(t, name))
	}
	return all
}

// pythonMail is a mail as Python's own parser reads it.
type pythonMail struct {
	Subject, MessageID string
	Date               time.Time
	From               [][2]string
	To, Shape          []string
	Parts              []part
	Old                []string // names as old programs read them
	Faults, Between    []string
}

// TestMailsByPython has an independent parser read the mails. It must find nothing
// wrong, and the same.
func TestMailsByPython(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector would see here it sees in the stories")
	}
	t.Parallel()
	python := pythonOrSkip(t)
	all, dir := composeMails(t), t.TempDir()
	args := []string{"-I", "-X", "utf8", filepath.Join("testdata", "mails", "parts.py")}
	for _, m := range all {
		file := filepath.Join(dir, m.name+".eml")
		if err := os.WriteFile(file, m.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	out, err := exec.CommandContext(t.Context(), python, args...).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("%v: %s", err, failed.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(out))
	for _, m := range all {
		var got pythonMail
		if err := d.Decode(&got); err != nil {
			t.Fatalf("%s: %v", m.name, err)
		}
		m.byPython(t, got)
	}
}

// pythonOrSkip finds Python.
func pythonOrSkip(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		const text = "NOT TESTED AGAINST ANOTHER PARSER: python3 is not installed (apt-get install python3)"
		if os.Getenv("ESCALAT_REQUIRE_PEERS") == "1" {
			t.Fatal(text)
		}
		t.Skip(text)
	}
	return path
}

func (m mailed) byPython(t *testing.T, got pythonMail) {
	t.Helper()
	told := m.told.Mail
	from, err := netmail.ParseAddress(told.From)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Faults) > 0 || len(got.Between) > 0 {
		t.Errorf("%s: faults %q, between the parts %q", m.name, got.Faults, got.Between)
	}
	for i := range got.From { // Python shows a blank between encoded words, against RFC 2047, section 6.2
		got.From[i][0] = strings.Join(strings.Fields(got.From[i][0]), " ")
	}
	want := pythonMail{
		Subject: told.Subject, MessageID: "<" + told.MessageID + ">", Date: got.Date, From: [][2]string{{from.Name, from.Address}},
		To: told.To, Shape: []string{"multipart/mixed", "multipart/alternative"}, Faults: got.Faults, Between: got.Between,
	}
	if len(told.Attachments) == 0 {
		want.Shape = want.Shape[1:]
	}
	for _, p := range got.Parts { // both names of a file are the same
		want.Old = append(want.Old, p.Name)
	}
	parts := got.Parts
	got.Parts = nil
	if diff := cmp.Diff(want, got); diff != "" || !got.Date.Equal(told.Date) {
		t.Errorf("%s, date %s, want %s (-want +got):\n%s", m.name, got.Date, told.Date, diff)
	}
	m.compare(t, parts)
}

// TestMailsByDovecot has a real server take the mails apart and undo the encodings.
func TestMailsByDovecot(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector would see here it sees in the stories")
	}
	t.Parallel()
	boxes := peer.Dovecot(t)
	all, user := composeMails(t), peer.Users()[1]
	c, err := imapclient.DialInsecure(boxes.IMAP, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Login(user, peer.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	for i, m := range all {
		boxes.Deliver(t, user, string(m.raw))
		// LMTP answers when the mail is stored. Selecting it anew shows it.
		if box, err := c.Select("INBOX", nil).Wait(); err != nil || int(box.NumMessages) != i+1 {
			t.Fatalf("%s: %+v, %v", m.name, box, err)
		}
		m.byDovecot(t, c, uint32(i+1))
	}
	stored := boxes.Await(t, user, len(all))
	for i, m := range all {
		if got := traces.ReplaceAllString(stored[i], ""); got != string(m.raw) {
			t.Errorf("%s: another mail arrived:\n%s", m.name, cmp.Diff(string(m.raw), got))
		}
	}
}

func (m mailed) byDovecot(t *testing.T, c *imapclient.Client, number uint32) {
	t.Helper()
	fetch := func(options imap.FetchOptions) *imapclient.FetchMessageBuffer {
		got, err := c.Fetch(imap.SeqSetNum(number), &options).Collect()
		if err != nil || len(got) != 1 {
			t.Fatalf("%s: %d mails, %v", m.name, len(got), err)
		}
		return got[0]
	}
	whole := fetch(imap.FetchOptions{Envelope: true, BodyStructure: &imap.FetchItemBodyStructure{Extended: true}})
	m.byEnvelope(t, whole.Envelope)
	var parts []part
	whole.BodyStructure.Walk(func(path []int, s imap.BodyStructure) bool {
		single, ok := s.(*imap.BodyStructureSinglePart)
		if !ok {
			return true
		}
		item := &imap.FetchItemBinarySection{Part: slices.Clone(path), Peek: true}
		content := fetch(imap.FetchOptions{BinarySection: []*imap.FetchItemBinarySection{item}}).FindBinarySection(item)
		parts = append(parts, part{single.MediaType(), fileNameIn(t, single), int64(len(content)), digestOf(content)})
		return true
	})
	m.compare(t, parts)
}

func (m mailed) byEnvelope(t *testing.T, e *imap.Envelope) {
	t.Helper()
	told := m.told.Mail
	from, err := netmail.ParseAddress(told.From)
	if err != nil {
		t.Fatal(err)
	}
	type envelope struct {
		Subject, MessageID, From, Name string
		To                             []string
		Date                           string
	}
	got := envelope{Subject: e.Subject, MessageID: e.MessageID, Date: e.Date.UTC().Format(time.RFC3339)}
	if len(e.From) == 1 {
		got.From, got.Name = e.From[0].Addr(), e.From[0].Name
	}
	for _, a := range slices.Concat(e.To, e.Cc, e.Bcc) {
		got.To = append(got.To, a.Addr())
	}
	want := envelope{told.Subject, told.MessageID, from.Address, from.Name, told.To, told.Date.UTC().Format(time.RFC3339)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", m.name, diff)
	}
}

// fileNameIn decodes the name after RFC 2231, which the server passes on as it stands.
func fileNameIn(t *testing.T, s *imap.BodyStructureSinglePart) string {
	t.Helper()
	d := s.Disposition()
	if d == nil {
		return ""
	}
	field := d.Value
	for name, value := range d.Params {
		if strings.HasSuffix(name, "*") {
			field += fmt.Sprintf("; %s=%s", name, value)
		} else {
			field += fmt.Sprintf("; %s=%q", name, value)
		}
	}
	value, params, err := mime.ParseMediaType(field)
	if err != nil || value != "attachment" {
		t.Errorf("%q: %v", field, err)
	}
	return params["filename"]
}
