// Package torture holds the kill harness: tests that start the real program,
// kill, pause and restart it at the worst moments, and count outside of it, in
// the simulators, what became of the work. It imports nothing of the program.
//
// What it holds the program to: every escalated issue is sent exactly once,
// every request, notice of sending and answer stands on the issue exactly once,
// every attached file likewise, and nothing else is written anywhere. Comments
// are told apart by the key that Jira keeps with them, not by their text.
//
// The program is built with testdata/point in place of the two files point.go
// (see orders there), so that it can be made to die between any two steps. The
// short form runs with every go test; ESCALAT_TORTURE=N is the long form, with N
// kills on each database. That the harness notices anything is itself tested:
// it must fail against a program that forgets to write down what it is about to
// do.
package torture
