package translate

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/sentence"
)

// TestKilled: somebody ends one program, or all of them, between two calls and within
// one; the text is translated all the same.
func TestKilled(t *testing.T) {
	t.Parallel()
	for name, victims := range map[string]func(n int) []int{
		"the first": func(int) []int { return []int{0} },
		"the last":  func(n int) []int { return []int{n - 1} },
		"one":       func(n int) []int { return []int{n / 2} },
		"all": func(n int) (all []int) {
			for i := range n {
				all = append(all, i)
			}
			return all
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := real(t, 1)
			ask := func() {
				out, err := a.Translate(t.Context(), "ca", "es", []sentence.Sentence{plain("La xarxa no va.")})
				if err != nil || out[0].String() != "La red no va." {
					t.Fatalf("%q, %v", out, err)
				}
			}
			ask()
			cmds := running(a)
			for _, v := range victims(len(cmds)) {
				if err := cmds[v].Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
					t.Fatal(err)
				}
			}
			ask()
			if s := a.Status(); s.Started != 2 || s.Running != 1 {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestHalfEnded: of a line of which one half was ended, the other half does not stay.
func TestHalfEnded(t *testing.T) {
	t.Parallel()
	for half := range 2 {
		a := real(t, 1)
		if _, err := a.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		old := a.idle[0]
		[]*pipeline{old.front, old.back}[half].close()
		if _, err := a.Check(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !old.front.ended() || !old.back.ended() || a.idle[0] == old {
			t.Errorf("half %d: the old line is still there", half)
		}
	}
}

// running are the programs of the pipelines that nobody uses.
func running(a *Apertium) []*exec.Cmd {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []*exec.Cmd
	for _, l := range a.idle {
		all = append(all, l.front.cmds...)
		if l.back != nil {
			all = append(all, l.back.cmds...)
		}
	}
	return all
}

// TestKilledWithin: the real pipeline is ended while it has a request that it cannot
// have answered yet.
func TestKilledWithin(t *testing.T) {
	t.Parallel()
	a := real(t, 1)
	commands, err := readMode(filepath.Join(defaultModes, "cat-spa.mode"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := startLine("cat-spa", commands)
	if err != nil {
		t.Fatal(err)
	}
	// A stopped program holds up the request until the pipeline is ended.
	victim := l.front.cmds[4]
	if err := victim.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	a.mu.Lock()
	a.idle = append(a.idle, l)
	a.mu.Unlock()
	done := make(chan error, 1)
	go func() {
		out, err := a.Translate(t.Context(), "ca", "es", []sentence.Sentence{plain("La xarxa no va.")})
		if err == nil && out[0].String() != "La red no va." {
			err = fmt.Errorf("%q", out)
		}
		done <- err
	}()
	for taken := false; !taken; {
		a.mu.Lock()
		taken = a.busy == 1
		a.mu.Unlock()
	}
	if err := victim.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if s := a.Status(); s.Started != 1 || s.Running != 1 || s.Failed != 0 {
		t.Errorf("%+v", s)
	}
}

// TestTrouble: whatever a pipeline does, there is an error in time, none of its programs
// stays, and the text is not repeated.
func TestTrouble(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		scripts []string
		cfg     ApertiumConfig
		is      error
		started int64
	}{
		"hangs":              {[]string{echo, `sleep 1000`}, ApertiumConfig{Timeout: 300 * time.Millisecond}, errTooSlow, 1},
		"hangs with a child": {[]string{echo, `sleep 1000 & wait`}, ApertiumConfig{Timeout: 300 * time.Millisecond}, errTooSlow, 1},
		"reads nothing":      {[]string{`sleep 1000`}, ApertiumConfig{Timeout: 300 * time.Millisecond}, errTooSlow, 1},
		"gives nothing":      {[]string{`printf '\000'; exec cat >/dev/null`}, ApertiumConfig{}, errSilent, 2},
		"gives blanks":       {[]string{`printf ' \n[e0]\000'; exec cat >/dev/null`}, ApertiumConfig{}, errSilent, 2},
		"floods":             {[]string{echo, `exec cat /dev/zero`}, ApertiumConfig{}, nil, 2},
		"floods with text":   {[]string{echo, `while :; do echo "flood and flood and flood and flood"; done`}, ApertiumConfig{}, errFlood, 1},
		"ends at once":       {[]string{echo, `exit 3`}, ApertiumConfig{}, errBroken, 2},
		"ends well at once":  {[]string{`exit 0`, echo}, ApertiumConfig{}, errBroken, 2},
		"answers others":     {[]string{`printf 'something else[e7]\000'; exec cat >/dev/null`}, ApertiumConfig{}, errBroken, 2},
		"answers too much":   {[]string{`printf 'a[e0]\000b[e0]\000'; exec cat >/dev/null`}, ApertiumConfig{}, errBroken, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := fake(t, test.cfg, test.scripts...)
			const secret = "el secret de la casa"
			out, err := a.Translate(t.Context(), "ca", "es", []sentence.Sentence{plain(secret + strings.Repeat(" gran", 3_000))})
			if err == nil || out != nil || test.is != nil && !errors.Is(err, test.is) || bridge.IsPermanent(err) {
				t.Errorf("%v, %v", out, err)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("%v repeats the text", err)
			}
			if s := a.Status(); s.Running != 0 || s.Started != test.started || s.Failed != 1 || s.Err == nil {
				t.Errorf("%+v", s)
			}
		})
	}
}

// TestOrphan: what a program of a pipeline has started does not outlive it.
func TestOrphan(t *testing.T) {
	t.Parallel()
	at := filepath.Join(t.TempDir(), "pid")
	a := fake(t, ApertiumConfig{Timeout: time.Second}, `sleep 1000 & echo $! >`+at+`; wait`)
	if _, err := a.Translate(t.Context(), "ca", "es", []sentence.Sentence{plain("casa")}); !errors.Is(err, errTooSlow) {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	if _, err := fmt.Sscan(string(raw), &pid); err != nil {
		t.Fatal(err)
	}
	// It may be dead and not yet buried by whoever adopted it.
	for {
		state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(state), ") Z ") {
			return
		}
		if t.Context().Err() != nil {
			t.Fatal("it still runs")
		}
	}
}
