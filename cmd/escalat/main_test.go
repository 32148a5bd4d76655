package main

import (
	"bytes"
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"escalat/internal/config"
	"escalat/internal/contract"

	"github.com/rogpeppe/go-internal/testscript"
)

// documents are what Jira says of its own interface.
var documents = contract.New()

func TestMain(m *testing.M) {
	testscript.Main(crowd{m}, map[string]func(){"escalat": main})
}

// crowd has more tests at once than there are processors: most of the time they wait
// for the program, and it for its next look.
type crowd struct{ *testing.M }

// Run runs the tests. Only here is this process the test, and not the program.
func (c crowd) Run() int {
	flag.Parse()
	_ = flag.Set("test.parallel", strconv.Itoa(crowded*runtime.GOMAXPROCS(0)))
	return c.M.Run()
}

// TestStories runs the scripts of testdata against the real command line, each
// in an empty folder and with nothing but its own environment.
func TestStories(t *testing.T) {
	t.Parallel()
	oneIn := 1
	if testing.Short() { // what the race detector sees of some it would see of the others
		oneIn = 5
	}
	testscript.Run(t, testscript.Params{
		Files: storiesIn(t, "testdata", oneIn), RequireExplicitExec: true, RequireUniqueNames: true, Setup: setScene, Cmds: storyCommands(), UpdateScripts: *update,
	})
}

func run(t *testing.T, environ []string, args ...string) (code int, out, err string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = start(t.Context(), args, world{environ: environ, out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

func TestHealth(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_, _ = w.Write([]byte("this is " + r.URL.Path + "\n"))
	}))
	t.Cleanup(srv.Close)
	_, port, _ := strings.Cut(srv.Listener.Addr().String(), ":")
	for name, tc := range map[string]struct {
		environ []string
		args    []string
		code    int
		out     string
	}{
		"by the address":     {[]string{"ESCALAT_HTTP_ADDR=127.0.0.1:" + port}, nil, exitDone, "this is /healthz\n"},
		"every interface":    {[]string{"ESCALAT_HTTP_ADDR=:" + port}, nil, exitDone, "this is /healthz\n"},
		"every IPv4":         {[]string{"ESCALAT_HTTP_ADDR=0.0.0.0:" + port, "ESCALAT_MODE=wrong"}, nil, exitDone, "this is /healthz\n"},
		"by URL, not ready":  {nil, []string{srv.URL + "/readyz"}, exitFailed, "this is /readyz\n"},
		"nobody listens":     {[]string{"ESCALAT_HTTP_ADDR=127.0.0.1:1"}, nil, exitFailed, ""},
		"no URL":             {nil, []string{"::"}, exitFailed, ""},
		"wrong address":      {[]string{"ESCALAT_HTTP_ADDR=nonsense"}, nil, exitConfig, ""},
		"wrong command line": {nil, []string{"a", "b"}, exitUsage, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, err := run(t, tc.environ, append([]string{"health"}, tc.args...)...)
			if code != tc.code || out != tc.out || (code != exitDone) != (err != "") {
				t.Errorf("got %d %q, want %d %q; %s", code, out, tc.code, tc.out, err)
			}
		})
	}
	if got := reachable("[::]:80"); got != "[::1]:80" {
		t.Errorf("every IPv6 address is called at %s", got)
	}
}

func TestKeygen(t *testing.T) {
	t.Parallel()
	_, one, _ := run(t, nil, "keygen")
	_, other, _ := run(t, nil, "keygen", "--id", "7")
	if !strings.HasPrefix(one, "1:") || !strings.HasPrefix(other, "7:") || one[2:] == other[2:] {
		t.Errorf("keys %q and %q", one, other)
	}
	var keys config.Keys
	if err := keys.UnmarshalText([]byte(strings.TrimSpace(one) + "," + strings.TrimSpace(other))); err != nil || keys.IsZero() {
		t.Errorf("the configuration refuses the keys: %v", err)
	}
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	if got, want := exitCodes(), "0 done, 1 failed, 2 wrong command line, 3 wrong configuration"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := exitCode(context.Canceled); got != exitFailed {
		t.Errorf("an error of no class exits with %d", got)
	}
}

// TestDocuments holds the generated sections of the documents to the program.
func TestDocuments(t *testing.T) {
	t.Parallel()
	app, err := newParser(world{})
	if err != nil {
		t.Fatal(err)
	}
	written, err := sections(app)
	if err != nil {
		t.Fatal(err)
	}
	places := map[string]string{"commands": "../../README.md", "config": "../../README.md", "metrics": "../../deploy/README.md", "calls": "../../deploy/README.md"}
	for _, s := range written {
		file := places[s.name]
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "<!-- "+s.name+":begin -->") {
			t.Errorf("%s has no section %s", file, s.name)
		}
		now, err := s.put(string(text))
		if err != nil {
			t.Error(err)
		}
		if now != string(text) {
			t.Errorf("%s: the section %s is out of step; make docs writes it anew", file, s.name)
		}
	}
}

func TestSection(t *testing.T) {
	t.Parallel()
	s := section{"x", "new\n"}
	for _, tc := range []struct{ name, text, want string }{
		{"replaced", "a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb", "a\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nb"},
		{"same again", "<!-- x:begin -->\n\nnew\n\n<!-- x:end -->", "<!-- x:begin -->\n\nnew\n\n<!-- x:end -->"},
		{"no markers", "a\n", "a\n"},
		{"no end", "<!-- x:begin -->\nold\n", ""},
		{"no begin", "<!-- x:end -->\nold\n", ""},
		{"wrong order", "<!-- x:end -->\n<!-- x:begin -->\n", ""},
	} {
		got, err := s.put(tc.text)
		if got != tc.want || (err != nil) != (tc.want == "") {
			t.Errorf("%s: got %q, %v", tc.name, got, err)
		}
	}
}
