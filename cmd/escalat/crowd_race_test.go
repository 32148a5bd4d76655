//go:build race

package main

// crowded is how many tests run at once for each processor: with the race detector the
// program works ten times as long, and waits little.
const crowded = 2
