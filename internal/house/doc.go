// Package house holds the tests of the house: the rules of the whole module
// that no compiler checks. It reads the sources and the documents; it runs
// nothing, and no other package imports it.
package house
