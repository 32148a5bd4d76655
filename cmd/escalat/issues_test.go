package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fewestIssues keeps a folder that is not found, or half a checkout, from passing.
const fewestIssues = 70

// verdict is what check prints of an issue, in the order of its JSON.
type verdict struct {
	Complete bool              `json:"complete"`
	Kind     string            `json:"kind"`
	Fields   map[string]string `json:"fields"`
	Problems []remark          `json:"problems"`
	Doubts   []remark          `json:"doubts"`
}

// remark is a problem or a doubt. Its message is for people and has golden
// files of its own; here it must only be there.
type remark struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message,omitempty"`
}

// TestIssues has the command judge issues as people write them. What it must say
// was written by reading the issue; there is no flag that writes it anew.
//
// A fixture's comment says who writes and what is tricky. Directives end it, one
// a line:
//
//	crlf: yes               the texts have Windows line ends
//	spell: ⍽ U+00A0         the texts have that character where the first stands
//	fill: 4000 {panel}      the texts have so many of it where @fill@ stands
//
// Its sections: issue.json; description (without it: null); former UNTIL, the
// description before an edit; comment AUTHOR TIME [restricted] [public] [own]
// [edited=TIME]; environ, a variable a line; at; want.json.
func TestIssues(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "issues", "*.txtar"))
	if err != nil || len(files) < fewestIssues {
		t.Fatalf("%d issues, want %d or more; %v", len(files), fewestIssues, err)
	}
	for i, file := range files {
		if testing.Short() && i%5 > 0 { // what the race detector sees of some it would see of the others
			continue
		}
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			testIssue(t, file)
		})
	}
}

func testIssue(t *testing.T, file string) {
	t.Helper()
	f, err := readFixture(file)
	if err != nil {
		t.Fatal(err)
	}
	issue := filepath.Join(t.TempDir(), "issue.json")
	if err := os.WriteFile(issue, f.issue, 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, stderr := run(t, f.environ, "check", "--issue", issue, "--json", "--at", f.at, "--account", "escalat")
	if code == exitUsage || code == exitConfig {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	got, err := readVerdict([]byte(out))
	if err != nil {
		t.Fatalf("exit code %d: %v\n%s%s", code, err, out, stderr)
	}
	for _, found := range [][]remark{got.Problems, got.Doubts} {
		for i := range found {
			if strings.TrimSpace(found[i].Message) == "" {
				t.Errorf("%s %s has no message", found[i].Field, found[i].Code)
			}
			found[i].Message = ""
		}
	}
	if diff := cmp.Diff(f.want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

var (
	knownKinds = []string{"", "sistemas", "redes"}
	knownCodes = map[bool][]string{
		true:  {"absent", "placeholder", "ambiguous"},
		false: {"unreadable", "no-time", "future", "long-ago", "no-address", "no-host", "no-route", "no-choice", "no-person", "no-phone", "kind-differs"},
	}
	knownFields = []string{
		"kind", "application", "started", "impact", "contact", "tests", "anomaly", "evidence", "probe",
		"source", "target", "route", "constancy", "restart",
	}
)

// readVerdict reads what check prints, strictly: a member more or less, null for
// an empty list or a word that means nothing is an error.
func readVerdict(raw []byte) (verdict, error) {
	var v verdict
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		return v, fmt.Errorf("read the verdict: %w", err)
	}
	if d.More() {
		return v, errors.New("read the verdict: more than one")
	}
	if v.Fields == nil || v.Problems == nil || v.Doubts == nil || !slices.Contains(knownKinds, v.Kind) {
		return v, fmt.Errorf("read the verdict: a member is missing, or null, or the kind %q", v.Kind)
	}
	for id := range v.Fields {
		if !slices.Contains(knownFields, id) {
			return v, fmt.Errorf("read the verdict: field %q", id)
		}
	}
	for problem, list := range map[bool][]remark{true: v.Problems, false: v.Doubts} {
		for _, f := range list {
			if !slices.Contains(knownFields, f.Field) || !slices.Contains(knownCodes[problem], f.Code) {
				return v, fmt.Errorf("read the verdict: field %q, code %q", f.Field, f.Code)
			}
		}
	}
	if v.Complete != (len(v.Problems) == 0) {
		return v, fmt.Errorf("read the verdict: complete is %v with %d problems", v.Complete, len(v.Problems))
	}
	return v, nil
}
