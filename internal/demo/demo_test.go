package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"escalat/bridge/message"
	"escalat/internal/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// telling is what a story left behind.
type telling struct {
	out, log bytes.Buffer
	err      error
}

// tellWith tells the story with another daemon, whose environment it passes on.
func tellWith(ctx context.Context, t *testing.T, patience time.Duration, daemon func(context.Context, []string, io.Writer) error) *telling {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	var got telling
	got.err = Run(ctx, Config{Daemon: daemon, Key: "1:x", Out: &got.out, Err: &got.log, Patience: patience})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	return &got
}

// idle says that it is ready and does nothing.
func idle(t *testing.T) func(context.Context, []string, io.Writer) error {
	return func(ctx context.Context, _ []string, log io.Writer) error {
		srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		t.Cleanup(srv.Close)
		fmt.Fprintf(log, "{\"msg\":\"started\"}\n{\"msg\":\"listening\",\"addr\":%q}\n", srv.Listener.Addr())
		<-ctx.Done()
		return nil
	}
}

func TestStepThatDoesNotHappen(t *testing.T) {
	got := tellWith(t.Context(), t, 200*time.Millisecond, idle(t))
	want := "demo: step 2, “escalat asks for what is missing”: waited 200ms for a comment"
	if got.err == nil || got.err.Error() != want {
		t.Errorf("got %v, want %s", got.err, want)
	}
	if out := got.out.String(); !strings.Contains(out, "SUP-1  "+summary) || strings.Contains(out, "with lines to copy") {
		t.Errorf("the story goes further than what happened:\n%s", out)
	}
	if !strings.Contains(got.log.String(), `{"msg":"started"}`) {
		t.Errorf("the log is not shown: %q", got.log.String())
	}
}

func TestNobodyReady(t *testing.T) {
	got := tellWith(t.Context(), t, 50*time.Millisecond, func(ctx context.Context, _ []string, _ io.Writer) error {
		<-ctx.Done()
		return nil
	})
	if want := "demo: the start: waited 50ms for escalat to listen"; got.err == nil || got.err.Error() != want {
		t.Errorf("got %v, want %s", got.err, want)
	}
}

func TestDaemonThatEnds(t *testing.T) {
	cause := errors.New("no database")
	got := tellWith(t.Context(), t, time.Hour, func(context.Context, []string, io.Writer) error { return cause })
	if !errors.Is(got.err, cause) || !errors.Is(got.err, errEnded) || !strings.HasPrefix(got.err.Error(), "demo: the start: ") {
		t.Errorf("got %v", got.err)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	got := tellWith(ctx, t, time.Hour, func(ctx context.Context, _ []string, _ io.Writer) error {
		cancel()
		<-ctx.Done()
		return nil
	})
	if !errors.Is(got.err, ErrInterrupted) || got.log.Len() > 0 {
		t.Errorf("got %v, log %q", got.err, got.log.String())
	}
}

// TestWrongComment: the story believes no comment that does not say what it
// tells about it.
func TestWrongComment(t *testing.T) {
	t.Parallel()
	world, err := sim.Start(t.Context(), sim.WorldConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	s := &story{world: world, desk: world.Desk("Claranet"), patience: time.Hour, tell: teller{out: io.Discard}}
	_, s.key = world.Jira.CreateIssue(user, "SUP", summary, "")
	if _, err := world.Jira.AddComment("escalat", s.key, world.Jira.Mention(user)+", *enviat*"); err != nil {
		t.Fatal(err)
	}
	if text, err := s.comment(t.Context(), 0, "enviat"); err != nil || text != "@Marta Puig, enviat" {
		t.Errorf("got %q, %v", text, err)
	}
	if err := s.request(t.Context()); err == nil || !strings.Contains(err.Error(), "does not say") {
		t.Errorf("a wrong comment is told as the request: %v", err)
	}
	if err := s.count(); err == nil || !strings.Contains(err.Error(), "there are 0 mails, 1 comments and 0 files") {
		t.Errorf("a wrong count is told as right: %v", err)
	}
}

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestOutputFails(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var log bytes.Buffer
	err := Run(t.Context(), Config{Daemon: idle(t), Key: "1:x", Out: full{}, Err: &log})
	if !errors.Is(err, io.ErrShortWrite) || log.Len() > 0 {
		t.Errorf("got %v, log %q", err, log.String())
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	plain := teller{out: &out}
	plain.title("1. Títol")
	plain.show("a\n\n* " + strings.Repeat("paraula ", 12) + "\n\n")
	want := "\n1. Títol\n  │ a\n  │\n  │ * paraula paraula paraula paraula paraula paraula paraula paraula paraula\n  │   paraula paraula paraula\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	out.Reset()
	coloured := teller{out: &out, colour: true}
	coloured.title("T")
	if got := out.String(); got != "\n\x1b[1mT\x1b[0m\n" {
		t.Errorf("got %q", got)
	}
}

func TestWrap(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		line string
		want []string
	}{
		{"", []string{""}},
		{"    ", []string{""}},
		{"un dos tres", []string{"un dos tres"}},
		{"un dos tres quatre", []string{"un dos tres", "quatre"}},
		{"àààà éééé íí", []string{"àààà éééé íí"}},
		{"    un dos tres", []string{"    un dos", "    tres"}},
		{"- un dos tres quatre", []string{"- un dos", "  tres", "  quatre"}},
		{"unaparaulamoltllarga i", []string{"unaparaulamoltllarga", "i"}},
	} {
		if diff := cmp.Diff(tc.want, wrap(tc.line, 12)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tc.line, diff)
		}
	}
}

func TestShown(t *testing.T) {
	t.Parallel()
	m := message.Mail{
		From: []message.Address{{Name: "Laura", Address: "css@claranet.test"}}, Subject: "RE: x",
		Text: "Hola\n\nLaura\n\nDe: Suport\nPara: css\n\nuno\ndos\n", Parts: []message.Part{{Name: "a.log"}},
	}
	want := "From: Laura <css@claranet.test>\nSubject: RE: x\nAttachment: a.log\n\nHola\n\nLaura\n\n" +
		"De: Suport\n[… and 4 further lines of the original]\n"
	if diff := cmp.Diff(want, shown(m)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
