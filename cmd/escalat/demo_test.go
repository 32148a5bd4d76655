package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"escalat/internal/demo"
)

// TestExcerpt holds what the README shows of the story to what is told by day. Only
// the time differs.
func TestExcerpt(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector would see here it sees in the stories")
	}
	t.Parallel()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, excerpt, begun := strings.Cut(string(readme), "<!-- demo:begin -->\n\n```\n")
	excerpt, _, ended := strings.Cut(excerpt, "```\n\n<!-- demo:end -->")
	if !begun || !ended || strings.TrimSpace(excerpt) == "" {
		t.Fatal("the README has no excerpt of the story")
	}
	digits := regexp.MustCompile(`\d+`)
	timeless := func(s string) string { return digits.ReplaceAllString(s, "0") }
	if story := tellStory(t, true); !strings.Contains(timeless(story), timeless(excerpt)) {
		t.Errorf("this is not in the story:\n%s\nThe story:\n%s", excerpt, story)
	}
}

// tellStory plays the demonstration while Claranet's desk is open, or closed.
func tellStory(t *testing.T, open bool) string {
	t.Helper()
	dir := t.TempDir()
	if err := writeHours(dir, open); err != nil {
		t.Fatal(err)
	}
	var out, log bytes.Buffer
	err := demo.Run(t.Context(), demo.Config{
		Daemon: func(ctx context.Context, environ []string, log io.Writer) error {
			return runCommand{}.Run(ctx, world{environ: environ, out: log, err: log})
		},
		Key: newKey(1), Out: &out, Err: &log, Further: []string{"ESCALAT_PROFILES_DIR=" + dir},
	})
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, out.String(), log.String())
	}
	return out.String()
}

// TestDemoAtNight tells the story while Claranet's desk takes only calls: whom to
// call stands before everything else, until somebody there has answered.
func TestDemoAtNight(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector would see here it sees in the stories")
	}
	t.Parallel()
	story := tellStory(t, false)
	for _, part := range []string{
		"It is outside Claranet’s hours", "│ (!) TRUQUEU ARA a Claranet: 902 886 336",
		"Labels show how it stands: claranet-cal-trucar, claranet-enviat, escalar-claranet-sistemes.",
		"The labels have changed: claranet-respost, escalar-claranet-sistemes.",
	} {
		if !strings.Contains(strings.Join(strings.Fields(story), " "), part) { // whatever line it is on
			t.Errorf("the story does not say %q:\n%s", part, story)
		}
	}
}
