package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// fewestMails keeps a folder that is not found, or half a checkout, from passing.
const fewestMails = 17

// mailKeys sign the Message-IDs of the golden mails.
const mailKeys = "ESCALAT_TOKEN_KEYS=1:a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="

// TestMails previews issues and holds what a desk would get to golden files: NAME.txt
// is what the command prints, with the text of the mail; NAME.html the page; NAME.eml
// the bytes, where large parts stand as their digests.
//
// The fixtures are those of TestIssues without want.json, and with more sections:
// attachments, a line each: AUTHOR[!customer] TIME TYPE SIZE NAME, where a size of -
// means that "file NAME" is the content, and what escalat uploads is our own; never,
// lines of which nothing may leave; leaves, TYPE NAME of each file as it leaves, where
// it must not leave as it is. The further directive lost: NAME says that Jira does not
// give that file.
func TestMails(t *testing.T) {
	t.Parallel()
	for _, name := range mailNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := composeMail(t, name)
			golden(t, filepath.Join("mails", name+".txt"), m.shown)
			golden(t, filepath.Join("mails", name+".html"), m.page)
			golden(t, filepath.Join("mails", name+".eml"), abridged(m.raw))
			m.check(t)
		})
	}
}

func mailNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "mails", "*.txtar"))
	if err != nil || len(files) < fewestMails {
		t.Fatalf("%d issues, want %d or more; %v", len(files), fewestMails, err)
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(filepath.Base(file), ".txtar")
	}
	return files
}

// mailFixture is an issue with its files.
type mailFixture struct {
	fixture
	files  []mailFile
	never  []string
	leaves []string
}

// mailFile is an attachment; without content Jira does not give it.
type mailFile struct {
	wire    map[string]any
	name    string
	content []byte
}

func readMailFixture(name string) (mailFixture, error) {
	var f mailFixture
	archive, err := txtar.ParseFile(filepath.Join("testdata", "mails", name+".txtar"))
	if err != nil {
		return f, err
	}
	b := builder{issue: map[string]any{}}
	comment, lost, _ := strings.Cut(string(archive.Comment), "\nlost: ")
	if err := b.directives(comment); err != nil {
		return f, err
	}
	contents := map[string]string{}
	var lines []string
	for _, part := range archive.Files {
		file, isFile := strings.CutPrefix(part.Name, "file ")
		switch {
		case isFile:
			contents[b.text([]byte(file))] = string(part.Data)
		case part.Name == "attachments":
			lines = listed(part.Data)
		case part.Name == "never":
			f.never = listed(part.Data)
		case part.Name == "leaves":
			f.leaves = listed([]byte(b.text(part.Data)))
		default:
			err = errors.Join(err, b.section(part.Name, part.Data))
		}
	}
	for i, line := range lines {
		file, ferr := b.mailFile(i, line, contents)
		if file.name == strings.TrimSpace(lost) {
			file.content = nil
		}
		f.files, err = append(f.files, file), errors.Join(err, ferr)
	}
	b.made.want.Fields = map[string]string{} // nothing is judged here
	if err == nil {
		f.fixture, err = b.build(name)
	}
	return f, err
}

func listed(data []byte) []string { return strings.Split(strings.TrimSpace(string(data)), "\n") }

// mailFile reads a line of the section attachments into the issue.
func (b *builder) mailFile(i int, line string, contents map[string]string) (mailFile, error) {
	words := strings.SplitN(line, " ", 5)
	if len(words) < 5 {
		return mailFile{}, fmt.Errorf("attachment %q", line)
	}
	author, flag, _ := strings.Cut(words[0], "!")
	name := b.text([]byte(words[4]))
	at, err := jiraTime(words[1])
	user := b.user(author)
	switch flag {
	case "":
	case "customer":
		user["accountType"] = "customer"
	default:
		return mailFile{}, fmt.Errorf("flag %q", flag)
	}
	content := []byte(contents[name])
	if words[3] != "-" {
		size, serr := strconv.Atoi(words[3])
		err, content = errors.Join(err, serr), noise(name, size)
	}
	f := mailFile{name: name, content: content, wire: map[string]any{
		"id": strconv.Itoa(40001 + i), "filename": name, "size": len(content), "mimeType": b.text([]byte(words[2])), "author": user, "created": at,
	}}
	all, _ := b.fields()["attachment"].([]any)
	b.fields()["attachment"] = append(all, f.wire)
	return f, err
}

// noise is the content of a file about which nobody cares, another one for each name: of a
// picture, or lines of words.
func noise(name string, size int) []byte {
	content := make([]byte, size)
	_, _ = rand.NewChaCha8(sha256.Sum256([]byte(name))).Read(content) // never fails
	if strings.HasSuffix(name, ".png") {
		copy(content, "\x89PNG\r\n\x1a\n")
		return content
	}
	const letters = "aeioulmnrst \naeioulmnrst aeioulm"
	for i, c := range content {
		content[i] = letters[c%32]
	}
	return content
}

// mailed is what the command makes of an issue, in each form in which it shows it.
type mailed struct {
	mailFixture
	name, shown, page string
	raw               []byte
	told              toldMail
}

// toldMail is what preview --json says of the mail.
type toldMail struct {
	Mail struct {
		From, Subject string
		To            []string
		MessageID     string `json:"message_id"`
		Date          time.Time
		Text, HTML    string
		Attachments   []struct{ Name string }
	}
}

func composeMail(t *testing.T, name string) mailed {
	t.Helper()
	f, err := readMailFixture(name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	dir := t.TempDir()
	issue, files := filepath.Join(dir, "issue.json"), filepath.Join(dir, "files")
	err = errors.Join(os.WriteFile(issue, f.issue, 0o600), os.Mkdir(files, 0o700))
	for _, a := range f.files {
		if a.content != nil {
			err = errors.Join(err, os.WriteFile(filepath.Join(files, a.name), a.content, 0o600))
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	environ := append([]string{mailKeys, "ESCALAT_CLARANET_TO=soporte@claranet.example", "ESCALAT_TRANSLATE_WITH=none"}, f.environ...)
	preview := func(form ...string) string {
		code, out, stderr := run(t, environ, append([]string{
			"preview", "--issue", issue, "--files", files, "--at", f.at, "--account", "escalat",
		}, form...)...)
		if code != exitDone || stderr != "" {
			t.Fatalf("%s %q: exit code %d: %s", name, form, code, stderr)
		}
		return out
	}
	m := mailed{mailFixture: f, name: name, shown: preview(), page: preview("--html"), raw: []byte(preview("--eml"))}
	if err := json.Unmarshal([]byte(preview("--json")), &m.told); err != nil {
		t.Fatal(err)
	}
	return m
}

// part is a part of a mail as somebody else reads it.
type part struct {
	Type, Name string
	Size       int64
	Digest     string
}

// parts are those that the mail must have: the texts with a mail's ends of lines, and
// the files as they were uploaded.
func (m mailed) parts() []part {
	text := func(kind, s string) part {
		s = strings.ReplaceAll(s, "\n", "\r\n")
		return part{Type: kind, Size: int64(len(s)), Digest: digestOf([]byte(s))}
	}
	all := []part{text("text/plain", m.told.Mail.Text), text("text/html", m.told.Mail.HTML)}
	for i, a := range m.told.Mail.Attachments {
		p := part{Name: a.Name}
		for _, f := range m.files {
			if f.name == a.Name {
				p.Size, p.Digest = int64(len(f.content)), digestOf(f.content)
				p.Type, _ = f.wire["mimeType"].(string)
			}
		}
		if i < len(m.leaves) {
			p.Type, p.Name, _ = strings.Cut(m.leaves[i], " ")
		}
		all = append(all, p)
	}
	return all
}

func digestOf(content []byte) string { return fmt.Sprintf("%x", sha256.Sum256(content)) }

// compare holds what somebody else read in the mail to what must be there.
func (m mailed) compare(t *testing.T, got []part) {
	t.Helper()
	if diff := cmp.Diff(m.parts(), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", m.name, diff)
	}
}

// maxShownPart is how large a part stands in a golden mail, in bytes. The texts are in
// golden files of their own.
const maxShownPart = 16 << 10

// abridged is a mail with a digest in the place of each large part and of each file.
func abridged(raw []byte) string {
	var b strings.Builder
	for i, p := range bytes.SplitAfter(raw, []byte("\r\n--=_")) {
		head, body, found := bytes.Cut(p, []byte("\r\n\r\n"))
		if i == 0 || !found || len(body) <= maxShownPart && !bytes.Contains(head, []byte("base64")) {
			b.Write(p)
			continue
		}
		body = bytes.TrimSuffix(body, []byte("\r\n--=_"))
		fmt.Fprintf(&b, "%s\r\n\r\n(%d bytes, SHA-256 %s)\r\n--=_", head, len(body), digestOf(body))
	}
	return b.String()
}
