//go:build !linux

package main

import "syscall"

// bound binds nothing: only Linux ends a process with its parent.
func bound() *syscall.SysProcAttr { return nil }
