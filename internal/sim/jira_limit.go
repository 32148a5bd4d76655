package sim

import (
	"math"
	"net/http"
	"strconv"
	"time"
)

// Limits are the limits of rate of a Jira; what is 0 is as on a real one.
type Limits struct {
	// On Cloud, for each endpoint and second: GET and POST (default 100), PUT
	// and DELETE (50), the reading of an issue (150).
	Reads, Writes, Issues int
	// On Cloud, writes to one issue: in two seconds (20) and in thirty (100).
	ShortWrites, LongWrites int
	// On Data Center, the account's bucket: its size (50), what is put into it
	// (10) in each Interval (1 s).
	Bucket, Fill int
	Interval     time.Duration
}

// complete sets what is not given; it returns a copy.
func (l *Limits) complete() *Limits {
	if l == nil {
		return nil
	}
	c := *l
	for _, d := range []struct {
		to       *int
		standard int
	}{{&c.Reads, 100}, {&c.Writes, 50}, {&c.Issues, 150}, {&c.ShortWrites, 20}, {&c.LongWrites, 100}, {&c.Bucket, 50}, {&c.Fill, 10}} {
		if *d.to == 0 {
			*d.to = d.standard
		}
	}
	if c.Interval == 0 {
		c.Interval = time.Second
	}
	return &c
}

// limiter counts the requests. Its methods are called under mu.
type limiter struct {
	limits *Limits
	seen   map[string][]time.Time // Cloud: what was let through, by what is limited
	tokens int                    // Data Center
	filled time.Time
}

func newLimiter(cfg JiraConfig) limiter {
	l := limiter{limits: cfg.Limits, seen: map[string][]time.Time{}}
	if cfg.Limits != nil {
		l.tokens, l.filled = cfg.Limits.Bucket, cfg.Now()
	}
	return l
}

// window is so many requests in so long.
type window struct {
	of     string
	most   int
	span   time.Duration
	reason string
}

// free reports how many more the window lets through, and how long it takes
// until it lets one through again.
func (l *limiter) free(w window, now time.Time) (left int, wait time.Duration) {
	list := l.seen[w.of+w.span.String()]
	for len(list) > 0 && !list[0].Add(w.span).After(now) {
		list = list[1:]
	}
	l.seen[w.of+w.span.String()] = list
	if left = w.most - len(list); left <= 0 {
		return 0, list[len(list)-w.most].Add(w.span).Sub(now)
	}
	return left, 0
}

// windows are those that a request has to pass on Cloud. The caller holds mu.
func (j *Jira) windows(method, pattern, path string) []window {
	l := j.cfg.Limits
	burst := window{of: pattern, most: l.Reads, span: time.Second, reason: "jira-burst-based"}
	write := method == http.MethodPut || method == http.MethodDelete
	switch {
	case write:
		burst.most = l.Writes
	case pattern == "GET /rest/api/2/issue/{issue}":
		burst.most = l.Issues
	}
	list := []window{burst}
	if issue, about := j.about(path); about && issue != nil && method != http.MethodGet {
		of := "issue " + issue.ID + " "
		list = append(list,
			window{of: of, most: l.ShortWrites, span: 2 * time.Second, reason: "jira-per-issue-on-write"},
			window{of: of, most: l.LongWrites, span: 30 * time.Second, reason: "jira-per-issue-on-write"})
	}
	return list
}

// limited refuses what comes too fast; counted is what was let through.
func (j *Jira) limited(api *http.ServeMux, next http.Handler) http.Handler {
	if j.cfg.Limits == nil {
		return next
	}
	take := j.takeToken
	if j.cfg.Cloud {
		take = func(h http.Header, r *http.Request) bool {
			_, pattern := api.Handler(r)
			return j.takeBurst(h, r, pattern)
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if take(w.Header(), r) {
			next.ServeHTTP(w, r)
			return
		}
		refuse(w, http.StatusTooManyRequests, "Rate limit exceeded.")
	})
}

// takeBurst is Cloud's limit. Headers tell what is left only when it is little.
func (j *Jira) takeBurst(h http.Header, r *http.Request, pattern string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.cfg.Now()
	list := j.windows(r.Method, pattern, r.URL.Path)
	for _, w := range list {
		left, wait := j.limits.free(w, now)
		if left > 0 {
			if left*5 <= w.most {
				h.Set("X-RateLimit-NearLimit", "true")
			}
			continue
		}
		h.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
		h.Set("X-RateLimit-Limit", strconv.Itoa(w.most))
		h.Set("X-RateLimit-Remaining", "0")
		// The burst's time has no seconds, as was seen.
		layout := "2006-01-02T15:04Z"
		if w.span > time.Second {
			layout = "2006-01-02T15:04:05Z"
		}
		h.Set("X-RateLimit-Reset", now.Add(wait).UTC().Format(layout))
		h.Set("RateLimit-Reason", w.reason)
		return false
	}
	for _, w := range list {
		j.limits.seen[w.of+w.span.String()] = append(j.limits.seen[w.of+w.span.String()], now)
	}
	return true
}

// takeToken is Data Center's limit, which every answer tells of. It says that
// one may go on at once also when it refuses, as was seen.
func (j *Jira) takeToken(h http.Header, _ *http.Request) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	l, c := &j.limits, j.cfg.Limits
	if n := int(j.cfg.Now().Sub(l.filled) / c.Interval); n > 0 {
		l.tokens = min(c.Bucket, l.tokens+min(n, c.Bucket)*c.Fill)
		l.filled = l.filled.Add(time.Duration(n) * c.Interval)
	}
	ok := l.tokens > 0
	if ok {
		l.tokens--
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(c.Bucket))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(l.tokens))
	h.Set("X-RateLimit-Interval-Seconds", strconv.Itoa(max(1, int(c.Interval.Seconds()))))
	h.Set("X-RateLimit-FillRate", strconv.Itoa(c.Fill))
	h.Set("Retry-After", "0")
	return ok
}
