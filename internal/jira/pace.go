package jira

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"escalat/bridge"
)

// How many requests are made: in no second more than 80 reads and 40 writes.
// Cloud takes 100 and 50, of everybody together.
const (
	readsASecond, readsAtOnce   = 60, 20
	writesASecond, writesAtOnce = 30, 10
)

// issueLimits are how many writes on one issue there are within a span: half of
// what Cloud takes for the short one, because other programs write too.
func issueLimits() [2]issueLimit {
	return [2]issueLimit{{10, 2 * time.Second}, {mostRemembered, longestSpan}}
}

type issueLimit struct {
	writes int
	span   time.Duration
}

const (
	mostRemembered = 80 // writes on one issue
	longestSpan    = 30 * time.Second
	// mostIssues bounds the issues whose writes are remembered, besides those that
	// Jira wants to be left alone. It is more than can have been written on within
	// the longest span.
	mostIssues = 4096
)

// Bounds of the waits that Jira asks for.
const (
	shortestWait = time.Second
	longestWait  = time.Hour
	longestGuess = time.Minute // when it does not say how long
	longestHint  = time.Minute
)

// pace keeps the requests within what Jira bears, for all users of the client
// together: each need not learn for itself that Jira wants to be left alone. What
// Jira asks for is measured by the client's clock; the spacing of requests by
// that of the machine, which nobody sets.
type pace struct {
	clock func() time.Time
	sleep func(ctx context.Context, d time.Duration) error

	mu     sync.Mutex
	reads  *rate.Limiter
	writes *rate.Limiter
	issues map[string]*issuePace
	quiet  time.Time // no request before, by the machine's clock
	until  time.Time // no request before, because Jira said so
	round  int       // counts those pauses
	guess  int       // how many of them in a row were of unknown length
}

// issuePace is what was written on one issue.
type issuePace struct {
	times []time.Time // planned, ascending
	until time.Time   // no write before, because Jira said so
	kept  time.Time   // it is not forgotten before, by the machine's clock
}

func newPace() *pace {
	return &pace{
		clock: time.Now, sleep: sleep,
		reads:  rate.NewLimiter(readsASecond, readsAtOnce),
		writes: rate.NewLimiter(writesASecond, writesAtOnce),
		issues: make(map[string]*issuePace),
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// admit waits for the call's turn and returns the call as it may be made. While
// Jira wants to be left alone, or when the wait would be longer than the context
// or one exchange lasts, the call ends at once with the time at which to try again.
func (c *Client) admit(ctx context.Context, k call) (call, error) {
	p := c.pace
	now := c.now()
	p.mu.Lock()
	k.round = p.round
	until := p.held(k, now)
	var wait time.Duration
	if until.IsZero() {
		var ok bool
		if wait, ok = p.plan(k, patience(ctx, c.timeout)); !ok {
			until = now.Add(wait)
		}
	}
	p.mu.Unlock()
	if !until.IsZero() {
		err := fmt.Errorf("jira: %s: not asked before %s, so that Jira is not overloaded", k.op, until.UTC().Format(time.RFC3339))
		return k, bridge.Later(k.untouched(err), until)
	}
	if wait <= 0 {
		return k, nil
	}
	if err := p.sleep(ctx, wait); err != nil {
		return k, k.untouched(fmt.Errorf("jira: %s: wait for its turn: %w", k.op, err))
	}
	return k, nil
}

// patience is how long a call may wait for its turn.
func patience(ctx context.Context, most time.Duration) time.Duration {
	if end, ok := ctx.Deadline(); ok {
		return min(most, time.Until(end))
	}
	return most
}

// held returns until when Jira wants no such call; zero when it takes it.
func (p *pace) held(k call, now time.Time) time.Time {
	until := p.until
	if one := p.issues[k.issue]; one != nil && one.until.After(until) {
		until = one.until
	}
	if !until.After(now) {
		return time.Time{}
	}
	return until
}

// plan reserves the next place for the call and returns how long it is until
// then. Nothing is reserved when that is longer than most.
func (p *pace) plan(k call, most time.Duration) (wait time.Duration, ok bool) {
	now := p.clock()
	at := now
	if p.quiet.After(at) {
		at = p.quiet
	}
	limiter := p.reads
	var one *issuePace
	if k.write {
		limiter = p.writes
		if one = p.issue(k.issue, now); one != nil {
			at = one.next(at)
		}
	}
	reserved := limiter.ReserveN(now, 1)
	wait = max(at.Sub(now), reserved.DelayFrom(now))
	if wait > 0 && wait > most {
		reserved.CancelAt(now)
		return wait, false
	}
	if one != nil {
		one.add(now.Add(wait))
	}
	return wait, true
}

// issue returns what is remembered of the issue; nil for none. Those on which
// nothing was written for long are forgotten when there are many.
func (p *pace) issue(id string, now time.Time) *issuePace {
	if id == "" {
		return nil
	}
	one := p.issues[id]
	if one != nil {
		return one
	}
	if len(p.issues) >= mostIssues {
		for other, old := range p.issues {
			if old.over(now) {
				delete(p.issues, other)
			}
		}
	}
	one = &issuePace{}
	p.issues[id] = one
	return one
}

// over reports whether what is remembered has no effect any more.
func (i *issuePace) over(now time.Time) bool {
	last := len(i.times) - 1
	return now.After(i.kept) && (last < 0 || now.Sub(i.times[last]) > longestSpan)
}

// next is the earliest time from at on for one more write.
func (i *issuePace) next(at time.Time) time.Time {
	for _, limit := range issueLimits() {
		if n := len(i.times); n >= limit.writes {
			if free := i.times[n-limit.writes].Add(limit.span); free.After(at) {
				at = free
			}
		}
	}
	return at
}

func (i *issuePace) add(at time.Time) {
	i.times = append(i.times, at)
	slices.SortFunc(i.times, time.Time.Compare)
	i.times = slices.Clone(i.times[max(0, len(i.times)-mostRemembered):])
}

// heed takes notice of a success: guesses begin anew, and a bucket of Data
// Center that is empty is given the time to be filled.
func (c *Client) heed(k call, h http.Header) {
	p := c.pace
	p.mu.Lock()
	defer p.mu.Unlock()
	if k.round == p.round {
		p.guess = 0
	}
	interval := seconds(h.Get("X-RateLimit-Interval-Seconds"))
	if strings.TrimSpace(h.Get("X-RateLimit-Remaining")) != "0" || interval <= 0 {
		return
	}
	if told := seconds(h.Get("Retry-After")); told > 0 {
		interval = told
	}
	if quiet := p.clock().Add(min(interval, longestHint)); quiet.After(p.quiet) {
		p.quiet = quiet
	}
}

// pause holds the calls of the client for what an answer asks for, and returns
// until when. wait is at most longestWait; 0: the answer does not say how long.
func (c *Client) pause(k call, resp *http.Response, wait time.Duration) time.Time {
	p, now := c.pace, c.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if resp.Request != nil && resp.Request.URL != nil && !c.base.covers(resp.Request.URL) {
		// Another host, of files, which is not asked again by other calls.
		return now.Add(max(wait, shortestWait) + c.jitter())
	}
	if k.issue != "" && resp.Header.Get("RateLimit-Reason") == "jira-per-issue-on-write" {
		one := p.issue(k.issue, p.clock())
		wait = max(wait, shortestWait) + c.jitter()
		one.until = bridge.Latest(one.until, now.Add(wait))
		one.kept = bridge.Latest(one.kept, p.clock().Add(wait))
		return one.until
	}
	if k.round != p.round && now.Before(p.until) {
		// It was asked before the present pause began, and teaches nothing new.
		p.until = bridge.Latest(p.until, now.Add(wait))
		return p.until
	}
	if wait <= 0 {
		wait = min(shortestWait<<min(p.guess, 10), longestGuess)
		p.guess++
	}
	p.round++
	p.until = bridge.Latest(p.until, now.Add(max(wait, shortestWait)+c.jitter()))
	return p.until
}

// retryAfter returns for how long the answer asks to be left alone, at most
// longestWait, and whether it says anything (RFC 9110, section 10.2.3: seconds or
// a date). Data Center says 0 with a 429.
func (c *Client) retryAfter(h http.Header) (wait time.Duration, told bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		return seconds(value), true
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	now := c.now()
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs // the date is one of their clock
	}
	return max(0, min(date.Sub(now), longestWait)), true
}

// seconds reads a number of seconds, at most longestWait; 0 for anything else.
func seconds(s string) time.Duration {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || !(n > 0) {
		return 0
	}
	// Compared before it is converted: a huge number would overflow.
	return time.Duration(min(n, longestWait.Seconds()) * float64(time.Second))
}
