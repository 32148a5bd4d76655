package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func counted(t *testing.T, input string) (text string, well bool) {
	t.Helper()
	var out strings.Builder
	c := newCount(&out)
	if err := c.read(strings.NewReader(input)); err != nil {
		t.Fatal(err)
	}
	well = c.summary()
	return out.String(), well
}

func TestCount(t *testing.T) {
	t.Parallel()
	const (
		pass   = `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p","Test":"A"}` + "\n"
		fail   = `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"output","Package":"p","Test":"A","Output":"why\n"}` + "\n" + `{"Action":"fail","Package":"p","Test":"A"}` + "\n"
		skip   = `{"Action":"output","Package":"p","Test":"A","Output":"    a_test.go:1: no server\n"}` + "\n" + `{"Action":"skip","Package":"p","Test":"A"}` + "\n"
		pkg    = `{"Action":"pass","Package":"p","Elapsed":1.25}` + "\n"
		broken = `{"Action":"output","Package":"p","Output":"FAIL p [build failed]\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n"
	)
	for name, tc := range map[string]struct {
		input string
		last  string
		well  bool
		says  string
	}{
		"one passed":              {pass + pkg + "exit 0\n", "1 passed, 0 failed, 0 skipped", true, "ok   p                                           1.2s"},
		"one failed":              {fail + broken + "exit 1\n", "0 passed, 1 failed, 0 skipped", false, "FAIL p A\nwhy\n"},
		"one skipped":             {skip + pass[:0] + strings.ReplaceAll(pass, `"A"`, `"B"`) + pkg, "1 passed, 0 failed, 1 skipped", true, "SKIP p A: a_test.go:1: no server\n"},
		"only skipped":            {skip + pkg, "0 passed, 1 failed, 1 skipped", false, "no test ran"},
		"nothing":                 {"", "0 passed, 1 failed, 0 skipped", false, "no test ran"},
		"two runs, one failed":    {pass + fail + pass, "0 passed, 1 failed, 0 skipped", false, ""},
		"two runs, one skipped":   {skip + pass, "1 passed, 0 failed, 0 skipped", true, ""},
		"does not build":          {`{"Action":"build-output","ImportPath":"p [p.test]","Output":"x.go:1: oops\n"}` + "\n" + broken, "0 passed, 1 failed, 0 skipped", false, "BUILD p [p.test]\nx.go:1: oops"},
		"panic or timeout":        {pass + `{"Action":"run","Package":"p","Test":"C"}` + "\n" + broken, "1 passed, 1 failed, 0 skipped", false, "FAIL p C\n"},
		"go test fails unnoticed": {pass + pkg + "exit 1\n", "1 passed, 1 failed, 0 skipped", false, "go test ended with exit code 1"},
		"noise":                   {"warning: something\n" + pass + pkg, "1 passed, 0 failed, 0 skipped", true, "warning: something\n"},
		"subtests":                {pass + strings.ReplaceAll(pass+pass, `"A"`, `"A/x"`) + strings.ReplaceAll(pass, `"A"`, `"A/x/y"`) + strings.ReplaceAll(pass, `"A"`, `"A/z"`), "2 passed, 0 failed, 0 skipped", true, ""},
		"subtest fails":           {fail + strings.ReplaceAll(fail, `"A"`, `"A/x"`) + strings.ReplaceAll(pass, `"A"`, `"A/y"`), "1 passed, 1 failed, 0 skipped", false, "FAIL p A/x\nwhy"},
		"parent fails by itself":  {fail + strings.ReplaceAll(pass, `"A"`, `"A/x"`), "1 passed, 1 failed, 0 skipped", false, "FAIL p A\nwhy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, well := counted(t, tc.input)
			lines := strings.Split(strings.TrimSpace(text), "\n")
			if diff := cmp.Diff(tc.last, lines[len(lines)-1]); diff != "" || well != tc.well {
				t.Errorf("well: %v\n%s%s", well, diff, text)
			}
			if !strings.Contains(text, tc.says) {
				t.Errorf("%q is not in\n%s", tc.says, text)
			}
		})
	}
}

// TestSeveralRuns holds that what the failed run of a test said is told, whatever its other
// runs say before and after it.
func TestSeveralRuns(t *testing.T) {
	t.Parallel()
	run := func(how, said string) string {
		return `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"output","Package":"p","Test":"A","Output":"` + said + `\n"}` + "\n" +
			`{"Action":"` + how + `","Package":"p","Test":"A"}` + "\n"
	}
	panics := `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"output","Package":"p","Test":"A","Output":"broken off\n"}` + "\n"
	end := func(how string) string { return `{"Action":"` + how + `","Package":"p"}` + "\n" }
	for name, tc := range map[string]struct{ input, told string }{
		"failed, passed":         {run("fail", "why") + end("fail") + run("pass", "fine") + end("pass"), "\nFAIL p A\nwhy\n"},
		"passed, failed":         {run("pass", "fine") + end("pass") + run("fail", "why") + end("fail"), "\nFAIL p A\nwhy\n"},
		"failed, skipped":        {run("fail", "why") + end("fail") + run("skip", "short") + end("pass"), "\nFAIL p A\nwhy\n"},
		"skipped, failed":        {run("skip", "short") + end("pass") + run("fail", "why") + end("fail"), "\nFAIL p A\nwhy\n"},
		"failed twice":           {run("fail", "why") + end("fail") + run("fail", "again") + end("fail"), "\nFAIL p A\nwhy\n"},
		"broken off, passed":     {panics + end("fail") + run("pass", "fine") + end("pass"), "\nFAIL p A\nbroken off\n"},
		"skipped, skipped again": {run("skip", "short") + end("pass") + run("skip", "why") + end("pass"), "SKIP p A: short\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, _ := counted(t, tc.input)
			if !strings.Contains(text, tc.told) {
				t.Errorf("%q is not in\n%s", tc.told, text)
			}
			for _, other := range []string{"fine", "again"} {
				if strings.Contains(text, other) {
					t.Errorf("%q is in\n%s", other, text)
				}
			}
		})
	}
}

// TestRealEvents holds the reading to what this Go really writes.
func TestRealEvents(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":             "module real\n",
		"good/a_test.go":     "package good\nimport \"testing\"\nfunc TestGood(t *testing.T) { t.Run(\"sub\", func(t *testing.T) {}) }\nfunc TestSkip(t *testing.T) { t.Skip(\"no server here\") }\n",
		"bad/a_test.go":      "package bad\nimport \"testing\"\nfunc TestBad(t *testing.T) { t.Error(\"two is not three\") }\n",
		"panics/a_test.go":   "package panics\nimport \"testing\"\nfunc TestPanic(t *testing.T) { var m map[string]int; m[\"x\"] = 1 }\n",
		"broken/a_test.go":   "package broken\nimport \"testing\"\nfunc TestBroken(t *testing.T) { nonsense() }\n",
		"notests/notests.go": "package notests\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-json", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0")
	events, err := cmd.Output()
	if err == nil {
		t.Fatal("go test did not fail")
	}
	text, well := counted(t, string(events)+"exit 1\n")
	if well || !strings.HasSuffix(text, "\n1 passed, 3 failed, 1 skipped\n") {
		t.Error(text)
	}
	for _, want := range []string{"two is not three", "assignment to entry in nil map", "undefined: nonsense", "SKIP real/good TestSkip: a_test.go:4: no server here"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told:\n%s", want, text)
		}
	}
}
