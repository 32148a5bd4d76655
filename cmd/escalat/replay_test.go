package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"escalat/bridge"

	"github.com/google/go-cmp/cmp"
)

// replayPatience bounds a run over thousands of mails on a busy machine. What hangs is
// named long before by the mail that did not come.
const replayPatience = 10 * patience

// reader is a running “escalat replay --json”. Its last path is the standard input, so
// that it still lives when everything else is read.
type reader struct {
	t     testing.TB
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
	err   bytes.Buffer
	given func() // cancels
}

// replayer is the program: the test itself where the race detector shall see it, else
// as it is delivered.
func replayer(t *testing.T) string {
	t.Helper()
	if !testing.Short() {
		return build(t)
	}
	bin, err := exec.LookPath("escalat")
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

func startReplay(t testing.TB, bin string, paths ...string) *reader {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), replayPatience)
	r := &reader{t: t, cmd: exec.CommandContext(ctx, bin, slices.Concat([]string{"replay", "--json"}, paths, []string{"-"})...), given: cancel}
	r.cmd.Env = []string{"GOMAXPROCS=4"} // as much ahead of the printing on every machine
	r.cmd.Stderr = &r.err
	var err error
	if r.stdin, err = r.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.out = bufio.NewReaderSize(out, 1<<20)
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = r.cmd.Wait() })
	return r
}

// object reads the next one, which must be the mail of that name.
func (r *reader) object(name string) replayed {
	r.t.Helper()
	line, err := r.out.ReadBytes('\n')
	if err != nil {
		r.given()
		_ = r.cmd.Wait()
		r.t.Fatalf("%s: no object: %v; the program ended: %v\n%s", name, err, r.cmd.ProcessState, r.err.Bytes()[:min(r.err.Len(), 10_000)])
	}
	if !utf8.Valid(line) {
		r.t.Errorf("%s: the object is not valid UTF-8", name)
	}
	var o replayed
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		r.t.Fatalf("%s: %v: %.200s", name, err, line)
	}
	for _, missing := range lacking(line) {
		r.t.Errorf("%s: the object has no %s", name, missing)
	}
	if want := strings.ToValidUTF8(name, "\uFFFD"); o.File != want {
		r.t.Fatalf("the object of %s came where that of %s should", o.File, want)
	}
	if !slices.Contains(bridge.MailOutcomes(), bridge.MailOutcome(o.Outcome)) || o.Reason == "" {
		r.t.Errorf("%s: outcome %q, reason %q", name, o.Outcome, o.Reason)
	}
	return o
}

// end gives the last mail and returns how the program ended.
func (r *reader) end(last string) error {
	r.t.Helper()
	if _, err := io.WriteString(r.stdin, last); err != nil {
		r.t.Error(err)
	}
	if err := r.stdin.Close(); err != nil {
		r.t.Error(err)
	}
	if o := r.object("-"); o.Error != "" {
		r.t.Errorf("the standard input: %s", o.Error)
	}
	if rest, err := io.ReadAll(r.out); err != nil || len(rest) > 0 {
		r.t.Errorf("after the last object: %.200q, %v", rest, err)
	}
	return r.cmd.Wait()
}

// lacking are the fields that every object has, whatever the mail, and this has not.
func lacking(line []byte) (missing []string) {
	var o struct {
		Attachments []map[string]any
		Bounce      map[string]any
	}
	var all map[string]any
	if errors.Join(json.Unmarshal(line, &all), json.Unmarshal(line, &o)) != nil {
		return []string{"JSON"}
	}
	look := func(in map[string]any, names ...string) {
		for _, name := range names {
			if _, there := in[name]; !there {
				missing = append(missing, name)
			}
		}
	}
	look(all, "file", "outcome", "kind", "reason", "message_id", "reply", "cut", "attachments", "reference", "bounce", "error")
	for _, a := range o.Attachments {
		look(a, "name", "type", "size", "inline")
	}
	if o.Attachments == nil {
		missing = append(missing, "list of attachments")
	}
	if o.Bounce != nil {
		look(o.Bounce, "status", "recipient", "original_message_id")
	}
	return missing
}

// replayAll reads what lies in a folder, of which every object must be there, and
// returns the most memory that the program had.
func replayAll(t *testing.T, bin, folder string, names []string) (peak int64, kinds map[string]int) {
	t.Helper()
	begun := time.Now()
	r := startReplay(t, bin, folder)
	kinds = map[string]int{}
	for _, name := range names {
		o := r.object(name)
		if o.Error != "" {
			t.Errorf("%s: %s", name, o.Error)
		}
		kinds[o.Outcome]++
		kinds[o.Kind]++
	}
	peak = residentPeak(r.cmd.Process.Pid)
	if err := r.end("Subject: fi\n\nFi.\n"); err != nil || r.err.Len() > 0 {
		t.Errorf("the program ended: %v\n%s", err, r.err.String())
	}
	t.Logf("%d mails, %.0f a second, %d MiB at most: %v", len(names), float64(len(names))/time.Since(begun).Seconds(), peak>>20, kinds)
	return peak, kinds
}

// TestReplayOfThousands reads mails that are damaged in every way, and bombs between
// them: each is an object, and ten times as many do not need ten times the memory, but
// what a few of the worst need at once.
func TestReplayOfThousands(t *testing.T) {
	t.Parallel()
	few, many := 500, 5000
	if testing.Short() {
		few, many = 0, 300
	}
	folder := t.TempDir()
	names := hostile(t, folder, many)
	bin := replayer(t)
	peak, kinds := replayAll(t, bin, folder, names)
	for _, k := range []string{byPerson, string(bridge.KindBounce), string(bridge.KindAbsence), string(bridge.MailUnreadable)} {
		if kinds[k] == 0 {
			t.Errorf("not one of %d mails is %s: the mails show too little", many, k)
		}
	}
	if few == 0 || peak == 0 {
		return
	}
	first := t.TempDir()
	before, _ := replayAll(t, bin, first, hostile(t, first, few))
	if peak > 3*before {
		t.Errorf("%d mails need %d MiB, %d need %d MiB", few, before>>20, many, peak>>20)
	}
	if most := int64(512 << 20); peak > most {
		t.Errorf("%d mails need %d MiB, more than %d MiB", many, peak>>20, most>>20)
	}
}

// TestReplayOfForeignMails does the same with the mails in the folder ESCALAT_MAILS.
func TestReplayOfForeignMails(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("ESCALAT_MAILS")
	if folder == "" {
		t.Skip("ESCALAT_MAILS is not set: no folder of mails of one's own is read")
	}
	var names []string
	err := filepath.WalkDir(folder, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && d.Type().IsRegular() {
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", folder, len(names), err)
	}
	replayAll(t, build(t), folder, names)
}

// TestReplayIsTheSame: the same mails give the same bytes, however many are read at once.
func TestReplayIsTheSame(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	hostile(t, folder, 60)
	code, first, said := run(t, nil, "replay", "--json", folder)
	again, second, _ := run(t, nil, "replay", "--json", folder)
	if code != exitDone || again != exitDone || said != "" {
		t.Fatalf("exit codes %d and %d: %s", code, again, said)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("(-first +second):\n%s", diff)
	}
	if n := strings.Count(first, "\n"); n != 60 {
		t.Errorf("%d objects", n)
	}
}

// fullDisk takes a few bytes and then no more.
type fullDisk struct{ left int }

func (f *fullDisk) Write(b []byte) (int, error) {
	if f.left -= len(b); f.left < 0 {
		return 0, errors.New("no space left")
	}
	return len(b), nil
}

// TestReplayStops: nobody reads thousands of mails whose objects get lost.
func TestReplayStops(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	hostile(t, folder, 200)
	var said bytes.Buffer
	if code := start(t.Context(), []string{"replay", "--json", folder}, world{out: &fullDisk{5000}, err: &said}); code != exitFailed || said.String() != "escalat: no space left\n" {
		t.Errorf("exit code %d: %s", code, said.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	said.Reset()
	if code := start(ctx, []string{"replay", "--json", folder}, world{out: &out, err: &said}); code != exitFailed || out.Len() > 0 {
		t.Errorf("exit code %d after an interrupt, %d bytes: %s", code, out.Len(), said.String())
	}
}

// BenchmarkReplay reads the mails of the corpora with the program as it is delivered,
// and compares that with reading their files.
func BenchmarkReplay(b *testing.B) {
	bin, err := exec.LookPath("escalat")
	if err != nil {
		b.Fatal(err)
	}
	folder, n, bytes := b.TempDir(), 0, int64(0)
	for range 5 {
		for _, raw := range seeds(b) {
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05d.eml", n)), raw, 0o600); err != nil {
				b.Fatal(err)
			}
			n, bytes = n+1, bytes+int64(len(raw))
		}
	}
	b.SetBytes(bytes)
	var reading, replaying time.Duration
	for b.Loop() {
		begun := time.Now()
		for i := range n {
			if _, err := os.ReadFile(filepath.Join(folder, fmt.Sprintf("%05d.eml", i))); err != nil {
				b.Fatal(err)
			}
		}
		reading += time.Since(begun)
		begun = time.Now()
		cmd := exec.CommandContext(b.Context(), bin, "replay", "--json", folder)
		cmd.Env = []string{}
		if out, err := cmd.Output(); err != nil || strings.Count(string(out), "\n") != n {
			b.Fatalf("%d bytes of objects, %v", len(out), err)
		}
		replaying += time.Since(begun)
	}
	b.ReportMetric(float64(n*b.N)/replaying.Seconds(), "mails/s")
	b.ReportMetric(float64(replaying)/float64(reading), "x-reading")
}
