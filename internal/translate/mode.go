package translate

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"escalat/bridge"
)

// Bounds of a mode file, which is some 800 bytes.
const (
	maxMode     = 64 << 10 // bytes
	maxPrograms = 32
)

// ErrNotInstalled means that Apertium, or a part of it, is not on this machine.
var ErrNotInstalled = errors.New("not installed")

// packages is what Debian calls it. The data's package pulls neither of the last two,
// and without them nothing is translated and nobody complains.
const packages = "apertium apertium-spa-cat apertium-lex-tools cg3"

var errMode = errors.New("the mode file holds more than programs, their arguments and pipes")

// unmarkedWords tells the generator not to mark the words that it does not know.
const unmarkedWords = "-n"

// command is one program of a pipeline with its arguments.
type command []string

// readMode reads the programs of a mode: what the packages install to say how the
// programs are joined. It is read here and not run by a shell, so that each program is a
// child of ours that can be watched and ended.
func readMode(path string) ([]command, error) {
	f, err := os.Open(path) //nolint:gosec // the path is configuration
	if errors.Is(err, os.ErrNotExist) {
		return nil, bridge.Permanent(fmt.Errorf("%w: there is no %s; Debian's packages are %s", ErrNotInstalled, path, packages))
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxMode))
	if err != nil {
		return nil, err
	}
	commands, err := parseMode(string(raw))
	if err != nil {
		return nil, bridge.Permanent(fmt.Errorf("%s: %w", path, err))
	}
	for _, c := range commands {
		if c[0], err = exec.LookPath(c[0]); err != nil {
			return nil, bridge.Permanent(fmt.Errorf("%w: %w; Debian's packages are %s", ErrNotInstalled, err, packages))
		}
	}
	return commands, nil
}

// parseMode reads the one line of a mode file. Each program gets the option by which
// it answers at once where a text ends.
func parseMode(line string) ([]command, error) {
	words, err := splitMode(strings.TrimSpace(line))
	if err != nil {
		return nil, err
	}
	var commands []command
	var now command
	for _, w := range append(words, "|") {
		switch w {
		case "|":
			if len(now) == 0 || len(commands) == maxPrograms {
				return nil, errMode
			}
			commands = append(commands, append(command{now[0], "-z"}, now[1:]...))
			now = nil
		case "$1": // how unknown words are marked: not at all
			now = append(now, unmarkedWords)
		case "$2": // for the tagger, when ambiguity is to be shown
		default:
			if strings.ContainsAny(w, "$`;&<>()\n\\\"*?#~") {
				return nil, errMode
			}
			now = append(now, strings.Trim(w, "'"))
		}
	}
	return commands, nil
}

// splitMode splits at spaces and pipes, outside quotes.
func splitMode(line string) ([]string, error) {
	var words []string
	start, quoted := -1, false
	end := func(i int) {
		if start >= 0 {
			words = append(words, line[start:i])
		}
		start = -1
	}
	for i := range len(line) {
		switch c := line[i]; {
		case c == '\'':
			quoted = !quoted
			if quoted != (start < 0) { // a quote within a word
				return nil, errMode
			}
			if quoted {
				start = i
			}
		case quoted:
		case c == ' ' || c == '\t':
			end(i)
		case c == '|':
			end(i)
			words = append(words, "|")
		case start < 0:
			start = i
		}
	}
	if quoted {
		return nil, errMode
	}
	end(len(line))
	return words, nil
}

// generator is where the program stands that makes words of lemmas and tags: it is told
// how to mark unknown ones. It is the number of programs when there is none.
func generator(commands []command) int {
	for i, c := range commands {
		if slices.Contains(c, unmarkedWords) {
			return i
		}
	}
	return len(commands)
}
