package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"escalat/internal/demo"
)

// TestDemoAtNight tells the story while Claranet's desk takes only calls: whom to
// call stands before everything else, until somebody there has answered.
func TestDemoAtNight(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := writeHours(dir, false); err != nil {
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
	for _, part := range []string{
		"It is outside Claranet’s hours", "│ (!) TRUQUEU ARA a Claranet: 902 886 336",
		"Labels show how it stands: claranet-cal-trucar, claranet-enviat, escalar-claranet-sistemes.",
		"The labels have changed: claranet-respost, escalar-claranet-sistemes.",
	} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), part) { // whatever line it is on
			t.Errorf("the story does not say %q:\n%s", part, out.String())
		}
	}
}
