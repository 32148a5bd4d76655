//go:build unix

package store

import (
	"errors"
	"fmt"
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

// fileNumber is the file's number in its file system: that of a copy is another,
// and moving the file, or mounting the file system elsewhere, does not change it.
func fileNumber(info os.FileInfo, path string) string {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("file %d", stat.Ino)
	}
	return "file " + path
}
