//go:build !unix

package store

import (
	"errors"
	"os"
)

// lockFile says that a file cannot be locked here, so that no second process can
// be kept away from an SQLite file.
func lockFile(*os.File) (bool, error) {
	return false, errors.New("this system has no file locks for SQLite; use PostgreSQL")
}

// fileNumber is the path where files have no numbers.
func fileNumber(_ os.FileInfo, path string) string { return "file " + path }
