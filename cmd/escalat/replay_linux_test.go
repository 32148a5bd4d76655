package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// residentPeak is the most memory that a running process ever had, in bytes. What the
// kernel tells of an ended one also counts the memory of its parent.
func residentPeak(pid int) int64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	found := regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`).FindSubmatch(raw)
	if found == nil {
		return 0
	}
	n, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return n << 10
}

// TestReplayOfOddities: whatever lies in a folder is an object or a note. Nothing is
// waited for, nothing is read without end, nobody is led in circles.
func TestReplayOfOddities(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	write := func(name, text string) { must(os.WriteFile(at(name), []byte(text), 0o600)) }
	must(os.MkdirAll(at("in/deeper"), 0o755))
	must(os.Mkdir(at("in/.git"), 0o755))
	write("in/.git/config", "[core]")
	write("in/1.eml", "Subject: \xe9\xff\x00\x1b[2J\n\n\xc3\x28 \xed\xa0\x80\x00\u2028{}")
	write("in/\xff\xfe\x1b\n.eml", "Subject: a\n\nb")
	write("in/deeper/3.eml", "Subject: a\n\nb")
	must(os.Symlink("3.eml", at("in/deeper/4.eml")))
	must(os.Symlink("..", at("in/deeper/up")))
	must(os.Symlink("circle", at("in/deeper/circle")))
	must(os.Symlink("/dev/zero", at("in/deeper/zero")))
	must(os.Symlink("/proc/self/mem", at("in/deeper/mem")))
	must(syscall.Mkfifo(at("in/deeper/pipe"), 0o600))
	write("in/empty", "")

	r := startReplay(t, replayer(t), at("in"), at("in/deeper/pipe"))
	for _, want := range []struct{ name, fault string }{
		{"1.eml", ""},
		{"deeper/3.eml", ""},
		{"deeper/4.eml", ""},
		{"deeper/circle", "too many levels of symbolic links"},
		{"deeper/mem", "."},
		{"deeper/pipe", "is no file"},
		{"deeper/zero", "is no file"},
		{"empty", ""},
		{"\xff\xfe\x1b\n.eml", ""},
		{"deeper/pipe", "is no file"},
	} {
		o := r.object(at("in/" + want.name))
		if (want.fault == "") != (o.Error == "") || !regexp.MustCompile(want.fault).MatchString(o.Error) {
			t.Errorf("%q: the error is %q, want %q", want.name, o.Error, want.fault)
		}
	}
	if err := r.end(""); err != nil {
		t.Errorf("the program ended: %v", err)
	}
	if got, want := r.err.String(), "escalat: "+at("in/deeper/up")+" leads to a folder and is not followed\n"; got != want {
		t.Errorf("noted %q, want %q", got, want)
	}
}

// TestReplayOfWhatIsForbidden: a file and a folder that the program may not read.
func TestReplayOfWhatIsForbidden(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("-short: the program would have to be built for it")
	}
	bin, dir := build(t), t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "closed"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{"1.eml": 0o644, "2.eml": 0, "closed/3.eml": 0o644, "open.eml": 0o644} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("Subject: a\n\nb"), mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "closed"), 0o700) })
	cmd := exec.CommandContext(t.Context(), bin, "replay", "--json", dir)
	cmd.Env = []string{}
	if os.Geteuid() == 0 { // who may read everything
		const nobody = 65534
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		for _, d := range []string{dir, filepath.Dir(dir), filepath.Dir(bin), filepath.Dir(filepath.Dir(bin))} {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	var notes strings.Builder
	cmd.Stderr = &notes
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the program ended: %v: %s", err, notes.String())
	}
	lines := slices.Collect(strings.Lines(string(out)))
	if len(lines) != 3 || !strings.Contains(lines[1], "permission denied") || strings.Contains(lines[0]+lines[2], "permission denied") {
		t.Errorf("objects:\n%s", out)
	}
	if !strings.Contains(notes.String(), "closed: permission denied") {
		t.Errorf("noted %q", notes.String())
	}
}
