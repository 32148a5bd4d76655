//go:build !unix

package translate

import "os/exec"

// apart does nothing: there are no process groups here.
func apart(*exec.Cmd) {}

// endGroup ends a program.
func endGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
