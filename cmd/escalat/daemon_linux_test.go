package main

import "syscall"

// bound makes the kernel end a process with the test binary, whatever ends that.
func bound() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
