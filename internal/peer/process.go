package peer

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

const stopTimeout = 10 * time.Second

// process is a running server.
type process struct {
	name string
	cmd  *exec.Cmd
	log  string // path of what it says
	done chan struct{}
}

// launch starts a program in a group of its own. One goroutine starts it and
// waits for it on one system thread: the kernel's promise to end it with its
// parent is bound to that thread.
func launch(as identity, dir, log, path string, args ...string) (*process, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = out.Close() }()
	p := &process{name: path, cmd: exec.Command(path, args...), log: log, done: make(chan struct{})}
	p.cmd.Dir = dir
	p.cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = as.attributes()
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer close(p.done)
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// stop asks the process to end, and ends it and its group if it does not.
func (p *process) stop(how syscall.Signal) {
	_ = p.cmd.Process.Signal(how)
	timer := time.NewTimer(stopTimeout)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
	}
	killGroup(p.cmd.Process.Pid)
	<-p.done
}

// said returns the end of what the process wrote.
func (p *process) said() string {
	raw, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	if len(raw) > 2000 {
		raw = raw[len(raw)-2000:]
	}
	return strings.TrimSpace(string(raw))
}

// run executes a program to its end.
func run(as identity, path string, args ...string) (string, error) {
	return runWith(as, "", path, args...)
}

// runWith is run for a program that reads its input.
func runWith(as identity, input, path string, args ...string) (string, error) {
	cmd := exec.Command(path, args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC"}
	cmd.SysProcAttr = as.attributes()
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
