// Package bridge holds the words of the program: what an issue, a case, an
// effect, a message and an outcome are, and which class an error has.
//
// It has no socket, file, SQL, clock or environment. The stages below it
// (watch, validate, send, receive, post) are written in these words;
// the adapters in internal translate the outside into them.
package bridge
