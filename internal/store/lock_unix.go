//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the exclusive lock of a file for as long as it is open.
func lockFile(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
