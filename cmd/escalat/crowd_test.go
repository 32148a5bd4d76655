//go:build !race

package main

// crowded is how many tests run at once for each processor.
const crowded = 8
