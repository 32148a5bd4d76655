package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints the version, the revision and what it was built with.
func (versionCommand) Run(w world) error {
	_, err := fmt.Fprintf(w.out, "escalat %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// version returns what the build recorded: a tag or a pseudo-version, which
// names the commit, or "(devel)" where it was built without version control.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(unknown)"
	}
	return info.Main.Version
}
