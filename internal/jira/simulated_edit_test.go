package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/sim"
)

// simulator starts a Jira and returns how it is reached.
func simulator(t *testing.T, flavour Flavour, cfg sim.JiraConfig) (*sim.Jira, Config) {
	t.Helper()
	cfg.Cloud, cfg.Wrap = flavour == Cloud, documents.Wrap(t, flavour == Cloud)
	j := sim.NewJira(cfg)
	at, err := j.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	client := Config{URL: at, Token: "sim-token", Projects: []string{"AOC"}}
	if flavour == Cloud {
		client.User = "escalat@aoc.test"
	}
	return j, client
}

// bothSimulated runs a test against simulators of both flavours.
func bothSimulated(t *testing.T, test func(t *testing.T, flavour Flavour)) {
	for _, flavour := range []Flavour{Cloud, DataCenter} {
		t.Run(string(flavour), func(t *testing.T) {
			t.Parallel()
			test(t, flavour)
		})
	}
}

// What people change in the same moment is not lost.
func TestSimulatedEdits(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		j, cfg := simulator(t, flavour, sim.JiraConfig{Fields: []sim.Field{{Name: "Referència"}}})
		cfg.ReferenceFields = []string{"Referència"}
		c := simulated(t, cfg)
		id, key := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if err := j.AddLabel("marta.puig", key, fmt.Sprintf("persona-%d", i)); err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				if _, err := c.EditLabels(t.Context(), id, []string{fmt.Sprintf("claranet-%d", i)}, []string{"missing"}); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, reference := range []string{"INC-1", "INC-2", "INC-1"} {
			l := Link{GlobalID: "escalat:" + reference, URL: "https://portal.example.org/" + reference, Title: reference, Relationship: "escalat a"}
			_, link := c.SetLink(t.Context(), id, l)
			_, field := c.AppendField(t.Context(), id, "Referència", reference)
			if link != nil || field != nil {
				t.Fatal(link, field)
			}
		}
		got, err := c.Issue(t.Context(), key)
		if err != nil || len(got.Labels) != 16 {
			t.Errorf("labels %q, %v", got.Labels, err)
		}
		var titles []string
		for _, l := range j.RemoteLinks(id) {
			titles = append(titles, l.Title)
		}
		if diff := cmp.Diff([]string{"INC-1", "INC-2"}, titles); diff != "" {
			t.Errorf("links (-want +got):\n%s", diff)
		}
		text, err := c.textOf(t.Context(), "read", id, c.custom.references[0].id)
		if err != nil || text != "INC-1, INC-2" {
			t.Errorf("field %q, %v", text, err)
		}
	})
}

func TestSimulatedArchiveAndDuplicates(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		j, cfg := simulator(t, flavour, sim.JiraConfig{})
		cfg.DuplicateLinks = []string{"Duplicate"}
		c := simulated(t, cfg)
		original, _ := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
		_, first := j.Issue(original)
		duplicate, key := j.CreateIssue("pere.mas", "AOC", "El portal no va", "")
		if err := j.LinkIssues("pere.mas", "Duplicate", duplicate, original); first != nil || err != nil {
			t.Fatal(first, err)
		}
		for id, want := range map[string][]string{duplicate: {original}, original: nil} {
			got, err := c.Issue(t.Context(), id)
			if err != nil || !slices.Equal(got.Duplicates, want) || got.Archived || got.Creator != got.Reporter || got.Creator.IsZero() {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if err := j.Archive("marta.puig", key); err != nil {
			t.Fatal(err)
		}
		if got, err := c.Issue(t.Context(), duplicate); err != nil || !got.Archived {
			t.Errorf("%+v, %v", got, err)
		}
		_, _, comment := c.Comment(t.Context(), duplicate, "k", "text")
		_, labels := c.EditLabels(t.Context(), duplicate, []string{"a"}, nil)
		if !bridge.IsPermanent(labels) || !strings.Contains(labels.Error(), "archived") {
			t.Errorf("%v", labels)
		}
		if !errors.Is(comment, bridge.ErrUnwritable) || bridge.IsPermanent(comment) || !bridge.IsNotDone(comment) {
			t.Errorf("%v", comment)
		}
	})
}

func TestSimulatedMembers(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
		j, cfg := simulator(t, flavour, sim.JiraConfig{Now: func() time.Time { return now }})
		j.SetGroup("suport", "marta.puig")
		j.SetGroup("guardia", "joan.vila")
		j.SetRole("AOC", "Tècnics", []string{"pere.mas"}, []string{"guardia"})
		cfg.Groups, cfg.Roles, cfg.Now = []string{"Suport"}, []string{"tècnics"}, func() time.Time { return now }
		c := simulated(t, cfg)
		if err := c.CheckMembership(t.Context()); err != nil {
			t.Fatal(err)
		}
		member := func(name string, want bool) {
			t.Helper()
			u := wireUser{Name: j.User(name).Name, AccountID: j.User(name).AccountID}.user(flavour)
			if got, err := c.Member(t.Context(), u, "AOC"); err != nil || got != want {
				t.Errorf("%s: %t, %v", name, got, err)
			}
		}
		for name, want := range map[string]bool{"marta.puig": true, "pere.mas": true, "joan.vila": true, "anna.roca": false} {
			member(name, want)
		}
		if err := j.RenameUser("pere.mas", "pere.mas.old"); err != nil {
			t.Fatal(err)
		}
		j.SetUser(sim.User{Name: "pere.mas", AccountID: "557058:another", Key: "JIRAUSER99"})
		now = now.Add(time.Hour)
		member("pere.mas.old", true)
		member("pere.mas", false)
		for lack, remedy := range map[string]string{"USER_PICKER": "Browse users and groups", "ADMINISTER_PROJECTS": "Administer Projects"} {
			if err := j.SetLacks(lack); err != nil {
				t.Fatal(err)
			}
			err := simulated(t, cfg).CheckMembership(t.Context())
			if !bridge.IsPermanent(err) || !strings.Contains(err.Error(), remedy) {
				t.Errorf("without %s: %v", lack, err)
			}
		}
	})
}

// A client alone never meets the limits that real Jiras have.
func TestSimulatedLimits(t *testing.T) {
	t.Parallel()
	bothSimulated(t, func(t *testing.T, flavour Flavour) {
		var mu sync.Mutex
		now := time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)
		clock := func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		}
		j, cfg := simulator(t, flavour, sim.JiraConfig{Now: clock, Limits: &sim.Limits{Bucket: 20, Fill: 10}})
		cfg.Now = clock
		c := simulated(t, cfg)
		c.pace.clock = clock
		c.pace.sleep = func(_ context.Context, d time.Duration) error {
			mu.Lock()
			defer mu.Unlock()
			now = now.Add(d)
			return nil
		}
		id, _ := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
		for i := range 250 {
			_, _, post := c.Comment(t.Context(), id, "k", "text")
			_, read := c.Issue(t.Context(), id)
			if post != nil || read != nil {
				t.Fatalf("%d: %v, %v", i, post, read)
			}
		}
		refused := slices.ContainsFunc(j.Requests(), func(r sim.Request) bool { return r.Status == http.StatusTooManyRequests })
		if n := len(j.Requests()); refused || n < 500 {
			t.Errorf("%d requests, refused %t", n, refused)
		}
	})
}

func TestSimulatedFullIssue(t *testing.T) {
	t.Parallel()
	j, cfg := simulator(t, Cloud, sim.JiraConfig{PerIssue: sim.PerIssue{Comments: 1, RemoteLinks: 1, Attachments: 100}})
	c := simulated(t, cfg)
	id, _ := j.CreateIssue("marta.puig", "AOC", "El portal no respon", "")
	for i := range 2 {
		_, _, comment := c.Comment(t.Context(), id, "k", "text")
		_, link := c.SetLink(t.Context(), id, Link{GlobalID: fmt.Sprint(i), URL: "https://example.org", Title: "t"})
		for _, err := range []error{comment, link} {
			if bridge.IsPermanent(err) != (i == 1) || i == 1 && !strings.Contains(err.Error(), "the issue is full") {
				t.Errorf("%d: %v", i, err)
			}
		}
	}
}
