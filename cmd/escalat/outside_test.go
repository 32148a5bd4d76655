package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"
)

// outside is a world with the program in it, which is watched from outside alone.
type outside struct {
	*testing.T
	*sim.World

	environ []string
	addr    string // of its health server
	log     journal
	over    chan struct{} // closed when the program has ended
}

// play starts a world and the program in it, in mode live and with those further
// variables, and returns when it works.
func play(t *testing.T, cfg sim.WorldConfig, set ...string) *outside {
	t.Helper()
	cfg.Jira.Wrap = documents.Wrap(t, cfg.Jira.Cloud)
	w, err := sim.Start(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	o := &outside{T: t, World: w, over: make(chan struct{})}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Logf("what the program said:\n%s", o.log.text())
		}
	})
	dir := t.TempDir()
	if err := writeHours(dir, true); err != nil {
		t.Fatal(err)
	}
	vars, err := environOf(w, dir)
	if err != nil {
		t.Fatal(err)
	}
	o.environ = []string{
		"ESCALAT_MODE=live", "ESCALAT_HTTP_ADDR=127.0.0.1:0", "ESCALAT_PROFILES_DIR=" + dir, "ESCALAT_DATABASE_URL=" + filepath.Join(dir, "a.db"),
	}
	for name, value := range vars {
		o.environ = append(o.environ, name+"="+value)
	}
	for _, one := range set { // in the place of what is there
		name, _, _ := strings.Cut(one, "=")
		o.environ = slices.DeleteFunc(o.environ, func(was string) bool { return strings.HasPrefix(was, name+"=") })
	}
	o.environ = append(o.environ, set...)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() {
		defer close(o.over)
		ended <- start(ctx, []string{"run"}, world{environ: o.environ, out: &o.log, err: &o.log})
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != exitDone {
			t.Errorf("the program ended with %d", code)
		}
	})
	o.until("the program listens", func() bool {
		o.addr = o.log.listening(0)
		return o.addr != ""
	})
	o.shows("/readyz", `^jira: ready`)
	return o
}

// command runs another command of the program and returns what it printed.
func (o *outside) command(args ...string) string {
	o.Helper()
	code, out, err := run(o.T, o.environ, args...)
	if code != exitDone {
		o.Errorf("escalat %s: %d %s", strings.Join(args, " "), code, err)
	}
	return out
}

// until looks again and again until ok.
func (o *outside) until(what string, ok func() bool) {
	o.Helper()
	ctx, cancel := context.WithTimeout(o.Context(), 2*patience)
	defer cancel()
	beat := time.NewTicker(pace)
	defer beat.Stop()
	for !ok() {
		select {
		case <-o.over:
			o.Fatalf("waiting until %s: the program has ended", what)
		case <-ctx.Done():
			o.Fatalf("waiting until %s: not within %s", what, 2*patience)
		case <-beat.C:
		}
	}
}

// shows waits until the health server says so.
func (o *outside) shows(path, want string) {
	o.Helper()
	re := regexp.MustCompile("(?m)" + want)
	o.until(path+" shows "+want, func() bool { return re.MatchString(fetch(o.Context(), "http://"+o.addr+path)) })
}

// calm waits until nothing is left to do, and no poll takes what comes for an echo.
func (o *outside) calm() {
	o.Helper()
	o.until("nothing waits", func() bool { return nothingWaits(fetch(o.Context(), "http://"+o.addr+"/metrics")) })
	n := searches(o.Jira) + 4
	o.until("some polls are over", func() bool { return searches(o.Jira) >= n })
}

// escalate has a person file and label an issue.
func (o *outside) escalate(summary, description string) (key string) {
	o.Helper()
	_, key = o.Jira.CreateIssue(person, "AOC", summary, description)
	o.must(o.Jira.AddLabel(person, key, label))
	return key
}

func (o *outside) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// told counts the program's comments on the issue that say so.
func (o *outside) told(key, what string) (n int) {
	for _, c := range o.Jira.Comments(key) {
		if c.Author == "escalat" && strings.Contains(c.Body, what) {
			n++
		}
	}
	return n
}

// toDesk are the mails that the program submitted for the desk.
func (o *outside) toDesk() (out []sim.Transaction) {
	for _, t := range o.Mail.Transactions() {
		if t.User != "" {
			out = append(out, t)
		}
	}
	return out
}

// letters are what the desk has read.
func (o *outside) letters() []sim.Letter {
	o.Helper()
	letters, err := o.Desk("claranet").Letters()
	o.must(err)
	return letters
}

// since is what was asked of Jira after the first n requests, in order, without what
// is different in each run.
func (o *outside) since(n int) (all []string) {
	for _, r := range o.Jira.Requests()[n:] {
		all = append(all, fmt.Sprintf("%s %s", r.Method, numbers.ReplaceAllString(r.Path, "N")))
	}
	return all
}

// claimed is where the program says on Jira which installation works with it.
const claimed = " /rest/api/2/user/properties/escalat"

// beside are those that are no search, and not about the claim: that is looked after
// once in a minute in which something was written, whatever it was.
func beside(requests []string) (out []string) {
	for _, r := range requests {
		if !strings.HasPrefix(r, http.MethodPost+" /rest/api/2/search") && !strings.HasSuffix(r, claimed) {
			out = append(out, r)
		}
	}
	return out
}
