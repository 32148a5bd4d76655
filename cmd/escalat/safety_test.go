package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"escalat/internal/sim"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestStoriesOfBoth runs the scripts of testdata/both with each flavour of Jira, as
// FLAVOUR and the condition [cloud] say.
func TestStoriesOfBoth(t *testing.T) {
	t.Parallel()
	flavours := []string{"cloud", "datacenter"}
	oneIn := 1
	if testing.Short() { // what the race detector sees of some it would see of the others
		flavours, oneIn = flavours[:1], 3
	}
	for _, flavour := range flavours {
		t.Run(flavour, func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Files: storiesIn(t, "testdata/both", oneIn), RequireExplicitExec: true, RequireUniqueNames: true, Cmds: storyCommands(), UpdateScripts: *update,
				Setup: func(env *testscript.Env) error {
					env.Setenv("FLAVOUR", flavour)
					return setScene(env)
				},
				Condition: func(name string) (bool, error) { return name == flavour, nil },
			})
		})
	}
}

// TestBrake labels a great many issues at once: a few go out, the rest is held until a
// person releases it, and then each goes out once.
func TestBrake(t *testing.T) {
	t.Parallel()
	const limit = 5
	flood := 100
	if testing.Short() {
		flood = 12
	}
	o := play(t, sim.WorldConfig{Jira: sim.JiraConfig{Cloud: true}})
	for i := range flood {
		o.escalate(fmt.Sprintf("%s (%d)", summary, i+1), complete)
	}
	o.shows("/metrics", fmt.Sprintf(`^escalat_cases\{provider="claranet",state="braked"\} %d$`, flood-limit))
	o.shows("/metrics", fmt.Sprintf(`^escalat_cases\{provider="claranet",state="sent"\} %d$`, limit))
	o.until("it is told that some are held", func() bool { return o.everywhere("està retinguda") > 0 })
	o.calm()
	if n := len(o.toDesk()); n != limit {
		o.Errorf("%d mails went out, want %d", n, limit)
	}
	if n := o.everywhere("està retinguda"); n > limit {
		o.Errorf("%d comments say that an issue is held", n)
	}
	if n := strings.Count(o.log.text(), `"level":"ERROR","msg":"the brake holds`); n != 1 {
		o.Errorf("%d alarms, want one", n)
	}

	listed := o.command("release")
	if !strings.HasPrefix(listed, fmt.Sprintf("%d escalations held by the brake\n", flood-limit)) || strings.Count(listed, "\n  AOC-") != flood-limit {
		o.Errorf("escalat release:\n%s", listed)
	}
	if n := len(o.toDesk()); n != limit {
		o.Errorf("listing has sent %d mails", n-limit)
	}
	released := o.command("release", "claranet")
	if !strings.HasPrefix(released, fmt.Sprintf("%d escalations released", flood-limit)) {
		o.Errorf("escalat release claranet:\n%s", released)
	}
	o.shows("/metrics", fmt.Sprintf(`^escalat_cases\{provider="claranet",state="sent"\} %d$`, flood))
	o.until("each is told that it was sent", func() bool { return o.everywhere("enviat a Claranet") >= flood })
	o.calm()
	sent := map[string]int{}
	key := regexp.MustCompile(`^\[AOC (AOC-\d+)\]`)
	for _, l := range o.letters() {
		if found := key.FindStringSubmatch(l.Subject); found != nil {
			sent[found[1]]++
		}
	}
	for n := range flood {
		if key := fmt.Sprintf("AOC-%d", n+1); sent[key] != 1 || o.told(key, "enviat a Claranet") != 1 {
			o.Errorf("%s was sent %d times and told so %d times", key, sent[key], o.told(key, "enviat a Claranet"))
		}
	}
	if n := len(o.toDesk()); n != flood {
		o.Errorf("%d mails went out, want %d", n, flood)
	}
}

// everywhere counts the program's comments on all issues that say so.
func (o *outside) everywhere(what string) (n int) {
	for _, c := range own(o.Jira) {
		if strings.Contains(c.Body, what) {
			n++
		}
	}
	return n
}
