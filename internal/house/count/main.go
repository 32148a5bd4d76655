// Command count reads what "go test -json" says, from standard input, and tells
// it to people: a line for each package, the output of what failed, the reason
// of what was skipped, and as its last line
//
//	N passed, N failed, N skipped
//
// A test with subtests is not counted beside them. A test that ran in several
// runs counts once, with its worst result. A package that does not build, a
// panic, a timeout, a run in which nothing passed, and a "go test" that ended
// with an error (a line "exit N" with N other than 0) count as failed, so the
// exit code is 0 only when the last line is true.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	c := newCount(os.Stdout)
	if err := c.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "count:", err)
		os.Exit(1)
	}
	if !c.summary() {
		os.Exit(1)
	}
}

// event is a line of "go test -json" (go doc test2json).
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Output     string
	Elapsed    float64
}

type key struct{ pkg, test string }

// result is how a test ended; a greater one is worse.
type result int

const (
	skipped result = iota + 1
	passed
	failed
)

type count struct {
	out     io.Writer
	results map[key]result
	running map[key]bool
	output  map[key]*strings.Builder // of what runs
	ended   map[key]string           // output of the first run with the worst result, if that is not passed
	builds  map[string]*strings.Builder
	exit    string // what "go test" ended with, when it was an error
}

func newCount(out io.Writer) *count {
	return &count{
		out: out, results: map[key]result{}, running: map[key]bool{},
		output: map[key]*strings.Builder{}, ended: map[key]string{}, builds: map[string]*strings.Builder{},
	}
}

func (c *count) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line = strings.TrimSpace(line); line != "" {
			c.line(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the events: %w", err)
		}
	}
}

func (c *count) line(line string) {
	var e event
	if json.Unmarshal([]byte(line), &e) == nil && e.Action != "" {
		c.event(e)
		return
	}
	if status, ok := strings.CutPrefix(line, "exit "); ok {
		if status != "0" {
			c.exit = status
		}
		return
	}
	fmt.Fprintln(c.out, line)
}

func (c *count) event(e event) {
	k := key{e.Package, e.Test}
	switch e.Action {
	case "build-output":
		add(c.builds, e.ImportPath, e.Output)
	case "run":
		c.running[k] = true
		delete(c.output, k)
	case "output":
		add(c.output, k, e.Output)
	case "pass", "fail", "skip":
		delete(c.running, k)
		c.end(k, e)
	}
}

func add[K comparable](to map[K]*strings.Builder, k K, text string) {
	if to[k] == nil {
		to[k] = &strings.Builder{}
	}
	to[k].WriteString(text)
}

func (c *count) end(k key, e event) {
	how := map[string]result{"pass": passed, "fail": failed, "skip": skipped}[e.Action]
	if k.test == "" {
		c.endPackage(k, how, e.Elapsed)
		return
	}
	c.ends(k, how)
}

// ends notes how a run ended. What it said is kept when no run before it ended as badly, so
// that a later run of the same test does not hide why one failed.
func (c *count) ends(k key, how result) {
	text := c.output[k]
	delete(c.output, k)
	if how <= c.results[k] {
		return
	}
	c.results[k] = how
	delete(c.ended, k)
	if how != passed && text != nil {
		c.ended[k] = text.String()
	}
}

// endPackage tells how a package ended. One that failed although none of its
// tests did is a failure of its own: a panic, a timeout, a build.
func (c *count) endPackage(k key, how result, seconds float64) {
	word := map[result]string{passed: "ok", failed: "FAIL", skipped: "-"}[how]
	fmt.Fprintf(c.out, "%-5s%-40s%7.1fs\n", word, k.pkg, seconds)
	for running := range c.running {
		if running.pkg == k.pkg {
			delete(c.running, running)
			c.ends(running, failed)
		}
	}
	if how == failed && !c.anyFailed(func(o key) bool { return o.pkg == k.pkg && o.test != "" }) {
		c.ends(k, failed)
		return
	}
	delete(c.output, k)
}

func (c *count) anyFailed(of func(key) bool) bool {
	for k, how := range c.results {
		if how == failed && of(k) {
			return true
		}
	}
	return false
}

// counted reports whether a test counts: one with subtests does not, unless it
// failed and none of them did.
func (c *count) counted(k key, parents map[key]bool) bool {
	if !parents[k] {
		return true
	}
	below := func(o key) bool { return o.pkg == k.pkg && strings.HasPrefix(o.test, k.test+"/") }
	return c.results[k] == failed && !c.anyFailed(below)
}

// summary tells what failed and what was skipped and ends with the numbers. It
// reports whether all is well.
func (c *count) summary() bool {
	parents := map[key]bool{}
	for k := range c.results {
		for i, r := range k.test {
			if r == '/' {
				parents[key{k.pkg, k.test[:i]}] = true
			}
		}
	}
	number := map[result]int{}
	order := slices.SortedFunc(maps.Keys(c.results), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.pkg, b.pkg), cmp.Compare(a.test, b.test))
	})
	for _, k := range order {
		if c.counted(k, parents) {
			number[c.results[k]]++
			c.tell(k)
		}
	}
	if number[failed] == 0 && c.exit != "" {
		number[failed]++
		fmt.Fprintf(c.out, "\nFAIL go test ended with exit code %s\n", c.exit)
	}
	if number[failed] == 0 && number[passed] == 0 {
		number[failed]++
		fmt.Fprintln(c.out, "\nFAIL no test ran")
	}
	c.tellBuilds()
	fmt.Fprintf(c.out, "\n%d passed, %d failed, %d skipped\n", number[passed], number[failed], number[skipped])
	return number[failed] == 0
}

// tell shows the output of a failure and the reason of a skip.
func (c *count) tell(k key) {
	text := c.ended[k]
	switch c.results[k] {
	case failed:
		fmt.Fprintf(c.out, "\nFAIL %s %s\n%s", k.pkg, k.test, text)
	case skipped:
		fmt.Fprintf(c.out, "SKIP %s %s: %s\n", k.pkg, k.test, reason(text))
	}
}

func (c *count) tellBuilds() {
	for _, pkg := range slices.Sorted(maps.Keys(c.builds)) {
		fmt.Fprintf(c.out, "\nBUILD %s\n%s", pkg, c.builds[pkg])
	}
}

// reason takes from the output of a skipped test what the test said.
func reason(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			return line
		}
	}
	return "no reason given"
}
