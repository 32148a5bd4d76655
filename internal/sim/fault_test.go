package sim_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"escalat/internal/sim"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	path := "/rest/api/2/issue/" + key + "/comment"
	comment := doc{"body": "hola"}

	j.Fail("POST", "/rest/api/2/issue/*/comment", sim.Fault{Status: 429, Header: map[string]string{"Retry-After": "0"}, Times: 2})
	for range 2 {
		if r := c.want(http.StatusTooManyRequests, "POST", path, comment); r.header.Get("Retry-After") != "0" {
			t.Errorf("header %v", r.header)
		}
	}
	c.want(http.StatusCreated, "POST", path, comment)

	j.Fail("POST", "/rest/api/2/issue/", sim.Fault{Drop: sim.DropBefore})
	if _, err := c.send("POST", path, comment); err == nil {
		t.Error("an answer over a dropped connection")
	}
	if n := len(j.Comments(key)); n != 1 {
		t.Errorf("%d comments after a drop before, want 1", n)
	}

	struck := j.Fail("", "/rest/api/2/issue/*/comment", sim.Fault{Drop: sim.DropAfter, Skip: 1})
	c.want(http.StatusOK, "GET", path, nil)
	if _, err := c.send("POST", path, comment); err == nil {
		t.Error("an answer over a dropped connection")
	}
	<-struck
	if n := len(j.Comments(key)); n != 2 {
		t.Errorf("%d comments after a lost answer, want 2", n)
	}
	requests := j.Requests()
	if last := requests[len(requests)-1]; last.Status != 0 {
		t.Errorf("a lost answer is logged with status %d", last.Status)
	}

	j.Fail("", "", sim.Fault{Status: 503, Times: -1})
	c.want(http.StatusServiceUnavailable, "GET", path, nil)
	c.want(http.StatusServiceUnavailable, "GET", "/rest/api/2/myself", nil)
	j.ClearFaults()
	c.want(http.StatusOK, "GET", path, nil)
}

func TestHeldRequestEndsWithTheServer(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	release := make(chan struct{})
	held := j.Fail("GET", "/rest/api/2/myself", sim.Fault{Hold: release})
	done := make(chan int, 1)
	go func() {
		r, err := c.send("GET", "/rest/api/2/myself", nil)
		if err != nil {
			r.status = -1
		}
		done <- r.status
	}()
	<-held
	close(release)
	if status := <-done; status != http.StatusOK {
		t.Errorf("released: status %d", status)
	}

	held = j.Fail("GET", "/rest/api/2/myself", sim.Fault{Delay: 3_600_000})
	go func() {
		_, err := c.send("GET", "/rest/api/2/myself", nil)
		if err == nil {
			done <- 1
		}
		done <- 0
	}()
	<-held
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if <-done != 0 {
		t.Error("an answer from a closed server")
	}
}

// TestLateEffect: what was asked for is done although nobody waits any more.
func TestLateEffect(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	release := make(chan struct{})
	held := j.Fail("POST", "/rest/api/2/issue/*/comment", sim.Fault{Hold: release, Drop: sim.DropAfter})
	ctx, giveUp := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := c.with(ctx).send("POST", "/rest/api/2/issue/"+key+"/comment", doc{"body": "tard"})
		done <- err
	}()
	<-held
	giveUp()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if n := len(j.Comments(key)); n != 0 {
		t.Errorf("%d comments before the release", n)
	}
	close(release)
	if err := j.Close(); err != nil { // waits for the handler
		t.Fatal(err)
	}
	if n := len(j.Comments(key)); n != 1 {
		t.Errorf("%d comments, want the late one", n)
	}
}
