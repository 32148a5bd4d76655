package jira

import (
	"net/http"
	"time"
)

// Bounds of how the clocks are compared.
const (
	// clockPrecision is how far an answer's date may be from what is remembered: it
	// is told in whole seconds.
	clockPrecision = 5 * time.Second
	// longestLook is for how long an exchange may last that still tells the time.
	longestLook = time.Minute
)

// offset is how far their time is ahead of our clock, which went from begun to
// ended while they told it.
func offset(theirs, begun, ended time.Time) time.Duration {
	return theirs.Sub(begun.Add(ended.Sub(begun) / 2))
}

// dated is when the answer was given, by the clock of who gave it; zero when it
// does not say, or was kept by somebody in between.
func dated(h http.Header) time.Time {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil || h.Get("Age") != "" {
		return time.Time{}
	}
	return at
}

// look compares the clocks by the date of an answer: one of them may have been
// corrected since Jira was asked for its time. Between Jira and us may stand a
// server that dates the answers by a clock of its own; how far that is ahead of
// Jira's was learned then, and only what changes counts.
func (c *Client) look(h http.Header, begun time.Time) {
	known, ended := c.server.known.Load(), c.now()
	theirs := dated(h)
	if known == nil || !known.dates || theirs.IsZero() || ended.Sub(begun) > longestLook || ended.Before(begun) {
		return
	}
	now := offset(theirs, begun, ended) - known.front
	if far := (now - known.Offset).Abs(); far <= clockPrecision+ended.Sub(begun)/2 {
		return
	}
	changed := *known
	changed.Offset = now
	// Who was first has compared them as well as we have.
	c.server.known.CompareAndSwap(known, &changed)
}
