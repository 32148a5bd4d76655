//go:build unix

package translate

import (
	"os/exec"
	"syscall"
)

// apart gives a program a process group of its own: what is typed at our terminal does
// not end it, and it can be ended with all that it has started.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// endGroup ends a program and all that it has started.
func endGroup(cmd *exec.Cmd) {
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	_ = cmd.Process.Kill()
}
