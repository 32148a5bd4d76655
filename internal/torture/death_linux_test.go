package torture_test

import "syscall"

// dieWithParent lets the kernel end the program when the test binary dies.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
