package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestIssueFixtures holds the fixtures themselves to their own rules, so that a
// slip of the pen is not taken for a fault of the program.
func TestIssueFixtures(t *testing.T) {
	t.Parallel()
	const name = "01-x.txtar"
	good := "Somebody writes.\n\ncrlf: yes\n-- issue.json --\n{\"key\":\"AOC-1\",\"fields\":{\"reporter\":{\"accountId\":\"a\"}}}\n" +
		"-- description --\na\nb\n-- comment anna 2026-11-22T09:00:00+01:00 own --\nc\n-- at --\n2026-11-22T10:00:00+01:00\n" +
		"-- want.json --\n{\"complete\":true,\"kind\":\"redes\",\"fields\":{},\"problems\":[],\"doubts\":[]}\n"
	f, err := parseFixture(name, []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"fields":{"comment":{"comments":[{"author":{"accountId":"escalat","displayName":"Escalat"},"body":"c",` +
		`"created":"2026-11-22T09:00:00.000+0100","id":"20001","jsdPublic":true,"updated":"2026-11-22T09:00:00.000+0100"}],` +
		`"maxResults":1,"startAt":0,"total":1},"description":"a\r\nb","reporter":{"accountId":"a"}},"key":"AOC-1"}`
	if diff := cmp.Diff(want, string(f.issue)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for wrong, right := range map[string]string{
		"":                          "Somebody writes.",
		"crlf: no":                  "crlf: yes",
		"-- descripcion --":         "-- description --",
		"2026-11-22 09:00 own --":   "2026-11-22T09:00:00+01:00 own --",
		" owned --":                 " own --",
		"10:00":                     "2026-11-22T10:00:00+01:00",
		`"complete":false`:          `"complete":true`,
		`"field":{}`:                `"fields":{}`,
		`"doubts":null`:             `"doubts":[]`,
		`{"fields":{"comment":[]}}`: `{"key":"AOC-1","fields":{"reporter":{"accountId":"a"}}}`,
	} {
		if _, err := parseFixture(name, []byte(strings.Replace(good, right, wrong, 1))); err == nil {
			t.Errorf("%q instead of %q is not found out", wrong, right)
		}
	}
}

// fixture is an issue with what is known of it.
type fixture struct {
	issue   []byte
	environ []string
	at      string
	want    verdict
}

func readFixture(file string) (fixture, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return fixture{}, err
	}
	return parseFixture(filepath.Base(file), raw)
}

func parseFixture(name string, raw []byte) (fixture, error) {
	archive := txtar.Parse(raw)
	b := builder{issue: map[string]any{}}
	if err := b.directives(string(archive.Comment)); err != nil {
		return fixture{}, err
	}
	for _, part := range archive.Files {
		if err := b.section(part.Name, part.Data); err != nil {
			return fixture{}, fmt.Errorf("%s: %s: %w", name, part.Name, err)
		}
	}
	return b.build(name)
}

// builder assembles a fixture from its sections.
type builder struct {
	made     fixture
	crlf     bool
	spell    []string // pairs, as strings.NewReplacer takes them
	issue    map[string]any
	comments []any
	formers  []former
}

type former struct {
	text  string
	until string // as Jira writes it
}

// directives reads the lines that end the comment; prose must stand before them.
func (b *builder) directives(comment string) error {
	prose := false
	for line := range strings.Lines(comment) {
		line = strings.TrimSpace(line)
		name, value, _ := strings.Cut(line, ": ")
		from, to, _ := strings.Cut(value, " ")
		switch {
		case name == "crlf" && value == "yes":
			b.crlf = true
		case name == "spell" && strings.HasPrefix(to, "U+"):
			r, err := strconv.ParseUint(to[2:], 16, 21)
			if err != nil {
				return err
			}
			b.spell = append(b.spell, from, string(rune(r)))
		case name == "fill":
			n, err := strconv.Atoi(from)
			if err != nil {
				return err
			}
			b.spell = append(b.spell, "@fill@", strings.Repeat(strings.ReplaceAll(to, `\n`, "\n"), n))
		case name == "crlf" || name == "spell":
			return fmt.Errorf("directive %q", line)
		case line != "":
			prose = true
		}
	}
	if !prose {
		return errors.New("no word on what it shows")
	}
	return nil
}

func (b *builder) section(name string, data []byte) error {
	words := strings.Fields(name)
	switch {
	case name == "issue.json":
		return json.Unmarshal(data, &b.issue)
	case name == "description":
		b.fields()["description"] = b.text(data)
	case words[0] == "former" && len(words) == 2:
		until, err := jiraTime(words[1])
		b.formers = append(b.formers, former{b.text(data), until})
		return err
	case words[0] == "comment" && len(words) > 2:
		return b.comment(words[1], words[2], words[3:], b.text(data))
	case name == "environ":
		b.made.environ = strings.Split(strings.TrimSpace(string(data)), "\n")
	case name == "at":
		b.made.at = strings.TrimSpace(string(data))
		_, err := time.Parse(time.RFC3339, b.made.at)
		return err
	case name == "want.json":
		var err error
		b.made.want, err = readVerdict(data)
		return err
	default:
		return errors.New("no such section")
	}
	return nil
}

// text is a section as Jira stores it: without the line end that the archive
// needs.
func (b *builder) text(data []byte) string {
	s := strings.NewReplacer(b.spell...).Replace(strings.TrimSuffix(string(data), "\n"))
	if b.crlf {
		s = strings.ReplaceAll(s, "\n", "\r\n")
	}
	return s
}

func (b *builder) fields() map[string]any {
	fields, ok := b.issue["fields"].(map[string]any)
	if !ok {
		fields = map[string]any{}
		b.issue["fields"] = fields
	}
	return fields
}

// cloud reports whether the people of the issue are written as Cloud does.
func (b *builder) cloud() bool {
	reporter, _ := b.fields()["reporter"].(map[string]any)
	return reporter["accountId"] != nil
}

func (b *builder) serviceDesk() bool {
	project, _ := b.fields()["project"].(map[string]any)
	return project["projectTypeKey"] == "service_desk"
}

func (b *builder) user(id string) map[string]any {
	display := strings.ToUpper(id[:1]) + id[1:]
	if b.cloud() {
		return map[string]any{"accountId": id, "displayName": display}
	}
	return map[string]any{"name": id, "key": id, "displayName": display}
}

func (b *builder) comment(author, at string, flags []string, body string) error {
	created, err := jiraTime(at)
	if err != nil {
		return err
	}
	c := map[string]any{"id": strconv.Itoa(20001 + len(b.comments)), "body": body, "created": created, "updated": created}
	public := false
	for _, flag := range flags {
		name, value, _ := strings.Cut(flag, "=")
		switch name {
		case "own":
			author = "escalat"
		case "restricted":
			c["visibility"] = map[string]any{"type": "role", "value": "Administrators", "identifier": "Administrators"}
		case "public":
			public = true
		case "edited":
			if c["updated"], err = jiraTime(value); err != nil {
				return err
			}
		default:
			return fmt.Errorf("flag %q", flag)
		}
	}
	switch {
	case public && !b.serviceDesk():
		return errors.New("a customer sees only comments of a service desk")
	case b.cloud(): // which says so of every comment where there is no service desk
		c["jsdPublic"] = public || !b.serviceDesk()
	case b.serviceDesk():
		c["properties"] = []any{map[string]any{"key": "sd.public.comment", "value": map[string]any{"internal": !public}}}
	}
	c["author"] = b.user(author)
	b.comments = append(b.comments, c)
	return nil
}

// build puts the parts together.
func (b *builder) build(name string) (fixture, error) {
	fields := b.fields()
	_, described := fields["description"]
	switch {
	case b.issue["key"] == nil || fields["reporter"] == nil || fields["comment"] != nil:
		return fixture{}, fmt.Errorf("%s: the issue has no key or no reporter, or comments that are no sections", name)
	case b.made.at == "" || b.made.want.Fields == nil:
		return fixture{}, fmt.Errorf("%s: no section at or want.json", name)
	case !described && len(b.formers) > 0:
		return fixture{}, fmt.Errorf("%s: a description that was, and none that is", name)
	case !described:
		fields["description"] = nil
	}
	n := len(b.comments)
	fields["comment"] = map[string]any{"comments": slices.Concat([]any{}, b.comments), "maxResults": n, "startAt": 0, "total": n}
	b.edit(fields["description"])
	raw, err := json.Marshal(b.issue)
	b.made.issue = raw
	return b.made, err
}

// edit adds the edits of the description to the change log: Data Center has the
// oldest first, Cloud the newest.
func (b *builder) edit(now any) {
	if len(b.formers) == 0 {
		return
	}
	log, ok := b.issue["changelog"].(map[string]any)
	if !ok {
		log = map[string]any{"histories": []any{}}
		b.issue["changelog"] = log
	}
	histories, _ := log["histories"].([]any)
	for i, f := range b.formers {
		to := now
		if i+1 < len(b.formers) {
			to = b.formers[i+1].text
		}
		item := map[string]any{"field": "description", "fieldtype": "jira", "fieldId": "description", "from": nil, "fromString": f.text, "to": nil, "toString": to}
		histories = append(histories, map[string]any{
			"id": strconv.Itoa(30001 + i), "author": b.user("anna"), "created": f.until, "items": []any{item},
		})
	}
	if b.cloud() {
		slices.Reverse(histories)
	}
	log["histories"], log["startAt"], log["maxResults"], log["total"] = histories, 0, len(histories), len(histories)
}

// jiraTime turns a time as people write it in a fixture into Jira's.
func jiraTime(s string) (string, error) {
	t, err := time.Parse(time.RFC3339, s)
	return t.Format("2006-01-02T15:04:05.000-0700"), err
}
