package main

import (
	"errors"
	"fmt"
	"strings"

	"escalat/internal/config"

	"github.com/alecthomas/kong"
)

// The exit codes. They are part of the manual: what each means never changes.
const (
	exitDone = iota
	exitFailed
	exitUsage
	exitConfig
)

// exitCode is the only place where an error becomes an exit code.
func exitCode(err error) int {
	var usage *kong.ParseError
	var configuration *config.Error
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &configuration):
		return exitConfig
	}
	return exitFailed
}

// exitCodes tells them for the help and the documents.
func exitCodes() string {
	words := []string{exitDone: "done", exitFailed: "failed", exitUsage: "wrong command line", exitConfig: "wrong configuration"}
	for code, meaning := range words {
		words[code] = fmt.Sprintf("%d %s", code, meaning)
	}
	return strings.Join(words, ", ")
}
