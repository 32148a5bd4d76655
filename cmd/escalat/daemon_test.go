package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// patience bounds each wait for something that takes its time.
	patience = 60 * time.Second
	pace     = 20 * time.Millisecond
)

// build makes the program as it is delivered and returns its path.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "escalat")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-o", bin, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build the program: %v\n%s", err, out)
	}
	return bin
}

// daemon is the program as a process of its own, started again and again with
// the same environment, which is all that it has.
type daemon struct {
	t       *testing.T
	bin     string
	environ []string
	dir     string // where it runs, empty

	log   journal
	addr  string // of the health server of this life
	cmd   *exec.Cmd
	ended chan error
}

func newDaemon(t *testing.T, bin string, environ []string) *daemon {
	d := &daemon{t: t, bin: bin, dir: t.TempDir(), environ: append([]string{"ESCALAT_HTTP_ADDR=127.0.0.1:0"}, environ...)}
	t.Cleanup(func() {
		if d.cmd != nil {
			d.kill()
		}
		if t.Failed() {
			t.Logf("what the program said:\n%s", d.log.text())
		}
	})
	return d
}

// start returns when every part is ready, and this process leads.
func (d *daemon) start() {
	d.t.Helper()
	begun := len(d.log.text())
	cmd := exec.Command(d.bin, "run")
	cmd.Env, cmd.Dir = d.environ, d.dir
	cmd.Stdout, cmd.Stderr = &d.log, &d.log
	cmd.SysProcAttr = bound()
	ended := make(chan error, 1)
	if err := launch(cmd, ended); err != nil {
		d.t.Fatalf("start the program: %v", err)
	}
	d.cmd, d.ended = cmd, ended
	d.await("the program listens", func() bool {
		d.addr = d.log.listening(begun)
		return d.addr != ""
	})
	d.await("every part is ready", func() bool {
		r, code := d.ready()
		if code != http.StatusOK {
			return false
		}
		for _, p := range r.Parts {
			if p.Why != "" { // ready as long as another process leads
				return false
			}
		}
		return true
	})
}

// launch starts a process and tells how it ended. One goroutine does both on one
// system thread: the kernel's promise of bound goes by the thread.
func launch(cmd *exec.Cmd, ended chan<- error) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			ended <- cmd.Wait()
		}
	}()
	return <-started
}

// kill ends the process as a machine does that loses its power.
func (d *daemon) kill() {
	d.t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		d.t.Fatalf("SIGKILL: %v", err)
	}
	<-d.ended
	d.cmd = nil
}

// stop asks the process to end and returns its exit code.
func (d *daemon) stop(within time.Duration) int {
	d.t.Helper()
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Fatalf("SIGTERM: %v", err)
	}
	late := time.NewTimer(within)
	defer late.Stop()
	select {
	case <-d.ended:
	case <-late.C:
		d.t.Fatalf("the program still runs %s after SIGTERM", within)
	}
	code := d.cmd.ProcessState.ExitCode()
	d.cmd = nil
	return code
}

// await looks again and again until ok, and gives up when the process has ended.
func (d *daemon) await(what string, ok func() bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	beat := time.NewTicker(pace)
	defer beat.Stop()
	for !ok() {
		select {
		case err := <-d.ended:
			d.ended <- err
			d.t.Fatalf("waiting until %s: the program has ended: %v", what, err)
		case <-ctx.Done():
			d.t.Fatalf("waiting until %s: not within %s", what, patience)
		case <-beat.C:
		}
	}
}

// readiness is the JSON of /readyz, as the manual tells it.
type readiness struct {
	Ready bool
	Parts []struct {
		Name  string
		Ready bool
		Since time.Time
		Why   string
	}
}

func (d *daemon) ready() (r readiness, code int) {
	d.t.Helper()
	body, code := d.get("/readyz?format=json")
	if err := json.Unmarshal([]byte(body), &r); code != 0 && err != nil {
		d.t.Fatalf("/readyz: %v: %s", err, body)
	}
	return r, code
}

// get asks the health server; the code is 0 when it did not answer.
func (d *daemon) get(path string) (body string, code int) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.addr+path, http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", 0
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", 0
	}
	return string(raw), resp.StatusCode
}

// health runs the command of the container's health check.
func (d *daemon) health(args ...string) (out string, code int) {
	d.t.Helper()
	cmd := exec.CommandContext(d.t.Context(), d.bin, append([]string{"health"}, args...)...)
	cmd.Env = []string{"ESCALAT_HTTP_ADDR=" + d.addr}
	raw, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		d.t.Fatal(err)
	}
	return string(raw), cmd.ProcessState.ExitCode()
}

// idle reports whether nothing waits that is not handled.
func (d *daemon) idle() bool {
	d.t.Helper()
	metrics, _ := d.get("/metrics")
	return nothingWaits(metrics)
}

// nothingWaits asks the gauges that alarms are made of.
func nothingWaits(metrics string) bool {
	for _, thing := range []string{"effect", "look", "mail"} {
		if !strings.Contains(metrics, fmt.Sprintf("escalat_oldest_unhandled_age_seconds{thing=%q} 0\n", thing)) {
			return false
		}
	}
	return true
}

// journal keeps what the processes write.
type journal struct {
	mu  sync.Mutex
	all strings.Builder
}

// Write implements io.Writer.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.Write(p)
}

func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.all.String()
}

// line is a line of the log.
type line struct{ Level, Msg, Addr, Err string }

// lines returns the whole lines from an offset on. What is no line of a
// structured log has no level.
func (j *journal) lines(from int) []line {
	var out []line
	for text := range strings.Lines(j.text()[from:]) {
		if !strings.HasSuffix(text, "\n") {
			break
		}
		l := line{}
		if json.Unmarshal([]byte(text), &l) != nil {
			l = line{Msg: text}
		}
		out = append(out, l)
	}
	return out
}

func (j *journal) listening(from int) string {
	for _, l := range j.lines(from) {
		if l.Msg == "listening" {
			return l.Addr
		}
	}
	return ""
}
