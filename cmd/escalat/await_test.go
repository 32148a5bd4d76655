package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/internal/sim"

	"github.com/rogpeppe/go-internal/testscript"
)

// await metric|comment|mail|ready|request REGEXP waits until the program says so: in
// its metrics, in a comment of any issue, in a mail to the desk, in its readiness, or
// in what it asked of Jira since the mark.
// await read KEY waits until it has read what others last did to the issue, await
// mails N until the desk has that many, await polls N until so many more searches were
// answered, await again REGEXP until something was asked twice more, await delivered all
// until Jira has delivered its webhooks, await held all until it holds a request, await ticket|filed REGEXP until a ticket of
// OVH's says so, or something was written through its API, await readings N until so many
// tickets more were read there, await oncall|post REGEXP until people on call were told so,
// by mail or by webhook, await comments N until the program has written
// so many, await status KEY=NAME, await calm KEY until the program has nothing
// left to do and the issue's last change is so long ago that the next one is not taken
// for a part of it, and await past KEY until it is surely past for whoever begins now.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await metric|comment|mail|ready|request|read|mails|polls|again|delivered|held|ticket|filed|readings|oncall|post|comments|status|calm|past WHAT")
	}
	there := awaited(ts, args[0], args[1])
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	beat := time.NewTicker(pace)
	defer beat.Stop()
	for !there(ctx) {
		select {
		case <-ctx.Done():
			ts.Fatalf("no %s matches %s within %s", args[0], args[1], patience)
		case <-beat.C:
		}
	}
}

// awaited says what is waited for.
func awaited(ts *testscript.TestScript, kind, what string) func(context.Context) bool {
	w := sceneOf(ts)
	addr := "http://" + ts.Getenv("ESCALAT_HTTP_ADDR")
	matches := func(see func(context.Context) string) func(context.Context) bool {
		want := regexp.MustCompile("(?m)" + what)
		return func(ctx context.Context) bool { return want.MatchString(see(ctx)) }
	}
	switch kind {
	case "metric":
		return matches(func(ctx context.Context) string { return fetch(ctx, addr+"/metrics") })
	case "ready":
		return matches(func(ctx context.Context) string { return fetch(ctx, addr+"/readyz") })
	case "comment":
		return matches(func(context.Context) string { return strings.Join(bodies(w.Jira), "\n") })
	case "mail":
		return matches(func(context.Context) string { return received(ts) })
	case "request":
		return matches(func(context.Context) string { return strings.Join(requests(w), "\n") })
	case "read":
		return func(context.Context) bool { return lastRead(w.Jira, what) }
	case "mails":
		n := integer(ts, what)
		return func(context.Context) bool { return len(w.Mail.Delivered(deskOf(ts).Address)) >= n }
	case "polls":
		n := searches(w.Jira) + integer(ts, what)
		return func(context.Context) bool { return searches(w.Jira) >= n }
	case "calm":
		return func(ctx context.Context) bool {
			return unchanged(w.Jira, what) > bridge.EchoWindow+pace && nothingWaits(fetch(ctx, addr+"/metrics"))
		}
	case "held":
		return func(context.Context) bool { return happened(w.held) }
	case "past":
		return func(context.Context) bool { return unchanged(w.Jira, what) > beginning }
	case "again":
		want := regexp.MustCompile("(?m)" + what)
		times := func() int { return len(want.FindAllString(strings.Join(requests(w), "\n"), -1)) }
		n := times() + 2
		return func(context.Context) bool { return times() >= n }
	case "delivered":
		return func(ctx context.Context) bool {
			select {
			case <-w.Jira.Delivered():
				return true
			case <-ctx.Done():
				return false
			}
		}
	}
	if there := awaitedOVH(ts, kind, what); there != nil {
		return there
	}
	if there := awaitedTwoWay(ts, kind, what); there != nil {
		return there
	}
	ts.Fatalf("await what? %s", kind)
	return nil
}

// beginning is more than what the program allows for Jira's clock when it begins.
const beginning = 6 * time.Second

// unchanged is how long ago an issue was changed.
func unchanged(j *sim.Jira, key string) time.Duration {
	issue, err := j.Issue(key)
	if err != nil {
		return 0
	}
	return time.Since(issue.Updated)
}

// lastRead reports whether the issue was read since somebody else last changed it.
func lastRead(j *sim.Jira, key string) bool {
	issue, err := j.Issue(key)
	if err != nil {
		return false
	}
	last := issue.Created
	for _, c := range issue.Comments {
		if c.Author != "escalat" && c.Updated.After(last) {
			last = c.Updated
		}
	}
	for _, h := range issue.History {
		if h.Author != "escalat" && h.At.After(last) {
			last = h.At
		}
	}
	return slices.ContainsFunc(j.Requests(), func(r sim.Request) bool {
		return r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/issue/"+issue.ID) && r.At.After(last)
	})
}

func isSearch(r sim.Request) bool {
	return r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/rest/api/2/search")
}

func searches(j *sim.Jira) (n int) {
	for _, r := range j.Requests() {
		if isSearch(r) {
			n++
		}
	}
	return n
}

func fetch(ctx context.Context, url string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return ""
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return ""
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return ""
	}
	return string(raw)
}

// own are the comments that the program wrote, of all issues.
func own(j *sim.Jira) []sim.Comment {
	return slices.DeleteFunc(everyComment(j), func(c sim.Comment) bool { return c.Author != "escalat" })
}

func bodies(j *sim.Jira) (out []string) {
	for _, c := range everyComment(j) {
		out = append(out, c.Body)
	}
	return out
}

// everyComment gathers the comments of all issues; one that was moved is met under
// both its keys.
func everyComment(j *sim.Jira) (all []sim.Comment) {
	const gap = 5 // deleted ones in a row
	met := map[string]bool{}
	for _, project := range []string{"AOC", "INF", "SD"} {
		for n, missing := 1, 0; missing < gap; n++ {
			comments := j.Comments(fmt.Sprintf("%s-%d", project, n))
			if comments == nil {
				missing++
			}
			for _, c := range comments {
				if !met[c.ID] {
					all = append(all, c)
				}
				met[c.ID] = true
			}
		}
	}
	return all
}

// mark has asked, count and await request begin here.
func mark(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: mark")
	}
	w := sceneOf(ts)
	w.marked = len(w.Jira.Requests())
}

// requests are what was asked of Jira since the mark, with the status of the answer.
func requests(w *scene) (out []string) {
	for _, r := range w.Jira.Requests()[w.marked:] {
		out = append(out, fmt.Sprintf("%s %s %d", r.Method, r.Path, r.Status))
	}
	return out
}

// writes are those that are no GET and no search.
func writes(w *scene) (out []string) {
	for _, r := range w.Jira.Requests()[w.marked:] {
		if r.Method != http.MethodGet && !isSearch(r) {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// count comments|mails|requests|writes|tickets|filed|oncall|posts N [REGEXP] wants exactly so many:
// comments of the program on all issues, mails that it submitted for the desk, what it
// asked of Jira since the mark, of which writes are all but GET and search, and OVH's
// tickets, what was written through its API, and what people on call were told by mail and
// by webhook.
func count(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: count comments|mails|requests|writes|tickets|filed|oncall|posts N [REGEXP]")
	}
	w := sceneOf(ts)
	var all []string
	switch args[0] {
	case "comments":
		for _, c := range own(w.Jira) {
			all = append(all, c.Body)
		}
	case "mails":
		for _, t := range w.Mail.Transactions() {
			if t.User != "" && slices.Contains(t.To, deskOf(ts).Address) {
				all = append(all, t.From+" to "+strings.Join(t.To, ", "))
			}
		}
	case "tickets":
		for _, t := range w.OVH.Tickets() {
			all = append(all, t.Subject)
		}
	case "filed":
		all = writesOf(w.OVH)
	case "requests":
		all = requests(w)
	case "writes":
		all = writes(w)
	case "oncall", "posts":
		all = countedTwoWay(w, args[0])
	default:
		ts.Fatalf("count what? %s", args[0])
	}
	if len(args) == 3 {
		want := regexp.MustCompile("(?m)" + args[2])
		all = slices.DeleteFunc(all, func(s string) bool { return !want.MatchString(s) })
	}
	if len(all) != integer(ts, args[1]) {
		ts.Fatalf("%d %s, want %s:\n%s", len(all), args[0], args[1], strings.Join(all, "\n"))
	}
}

var numbers = regexp.MustCompile(`\d{3,}`)

// asked prints what was asked of Jira since the mark, each kind of request once, and
// each mail that was ever submitted with its recipients.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: asked")
	}
	w := sceneOf(ts)
	seen := map[string]bool{}
	for _, r := range w.Jira.Requests()[w.marked:] {
		seen[r.Method+" "+numbers.ReplaceAllString(r.Path, "N")] = true
	}
	var lines []string
	for text := range seen {
		lines = append(lines, text)
	}
	slices.Sort(lines)
	for _, t := range w.Mail.Transactions() {
		lines = append(lines, "mail from "+t.From+" to "+strings.Join(t.To, ", "))
	}
	fmt.Fprintln(ts.Stdout(), strings.Join(lines, "\n"))
}
