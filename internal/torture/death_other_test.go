//go:build !linux

package torture_test

import "syscall"

// dieWithParent can promise nothing where there is no Linux.
func dieWithParent() *syscall.SysProcAttr { return nil }
