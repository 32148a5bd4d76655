package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escalat/bridge"
	"escalat/internal/peer"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestStoriesOnPostgres: what people do about mails they do beside a running program
// also where that has PostgreSQL.
func TestStoriesOnPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector looks for is not in the program that the scripts run")
	}
	t.Parallel()
	cluster := &peer.Cluster{}
	t.Cleanup(cluster.Stop)
	testscript.Run(t, testscript.Params{
		Files:               []string{"testdata/both/mails.txtar", "testdata/both/quarantine.txtar"},
		RequireExplicitExec: true, RequireUniqueNames: true, Cmds: storyCommands(),
		Setup: func(env *testscript.Env) error {
			env.Setenv("FLAVOUR", "datacenter")
			env.Setenv("ESCALAT_DATABASE_URL", cluster.Database(t))
			return setScene(env)
		},
		Condition: func(name string) (bool, error) { return name == "postgres", nil },
	})
}

func TestShellWord(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"INBOX/1795361990/4":        "INBOX/1795361990/4",
		"<a@b.test>":                "'<a@b.test>'",
		"Correu d'entrada/1/2":      `'Correu d'\''entrada/1/2'`,
		"a;reboot":                  "'a;reboot'",
		"$(reboot)":                 "'$(reboot)'",
		"":                          "''",
		"INBOX.Proveïdors/1/2":      "'INBOX.Proveïdors/1/2'",
		"INBOX/1/2 --gate unproved": "'INBOX/1/2 --gate unproved'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("%q becomes %s, want %s", in, got, want)
		}
	}
}

// TestWays: each gate has a way out that the command line takes, and what nobody may
// override has none but to end it.
func TestWays(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		gate bridge.Gate
		want string
	}{
		{bridge.GateUnproved, "release 'Els meus/1/2' --gate unproved\n"},
		{bridge.GateSender, "release 'Els meus/1/2' --gate sender\n"},
		{bridge.GateCase, "release 'Els meus/1/2' --gate case --issue KEY\n"},
		{bridge.GateFlood, "release 'Els meus/1/2' --gate flood\n"},
		{"", ""},
	} {
		got := ways(bridge.Mail{Folder: "Els meus", UIDValidity: 1, UID: 2, Gate: tc.gate, Blob: "b", Reason: "x"})
		if !strings.Contains(got, tc.want) || strings.Contains(got, "release") != (tc.want != "") || !strings.Contains(got, "discard 'Els meus/1/2'\n") {
			t.Errorf("gate %q: %s", tc.gate, got)
		}
	}
	if got := ways(bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: 2, Gate: bridge.GateCase}); strings.Contains(got, "raw") {
		t.Errorf("of a mail that is not kept: %s", got)
	}
}

// TestStrangersText: nothing that a stranger wrote moves the cursor, turns the direction or
// begins a line of its own.
func TestStrangersText(t *testing.T) {
	t.Parallel()
	const hostile = "a\x1b[2Jb\x07\x00c\u009bd\u202ee\u2066f\u2028g\x7fh\xffi\r\nj"
	if got, want := oneLineOf(hostile), "a[2Jbcdef gh\uFFFDi j"; got != want {
		t.Errorf("on a line: %q, want %q", got, want)
	}
	if got, want := quoted(hostile), "  │ a[2Jbcdefgh\uFFFDi\n  │ j\n"; got != want {
		t.Errorf("as a text: %q, want %q", got, want)
	}
	long := quoted(strings.Repeat("à", maxListed))
	if len(long) > maxListed+100 || !strings.HasSuffix(long, "│ … (8192 bytes in all)\n") {
		t.Errorf("a long text ends %q, %d bytes", long[len(long)-40:], len(long))
	}
	if got := oneLineOf(strings.Repeat("b", 5000)); len(got) > 400 {
		t.Errorf("a line has %d bytes", len(got))
	}
}

// TestTerminal: the bytes of a stranger go into files and pipes, not to a terminal.
func TestTerminal(t *testing.T) {
	t.Parallel()
	if err := notToTerminal(&bytes.Buffer{}); err != nil {
		t.Error(err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	file, err := os.Create(filepath.Join(t.TempDir(), "mail.eml"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, f := range []*os.File{null, file} {
		if err := notToTerminal(f); err != nil {
			t.Errorf("%s: %v", f.Name(), err)
		}
	}
	if terminal, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0); err == nil { // where there is one
		defer terminal.Close()
		if notToTerminal(terminal) == nil {
			t.Error("a terminal gets what a stranger sent")
		}
	}
}
