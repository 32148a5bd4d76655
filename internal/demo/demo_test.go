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
	if out := got.out.String(); !strings.Contains(out, "SUP-1  "+systemsSummary) || strings.Contains(out, "with lines to copy") {
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
	_, s.systems.key = world.Jira.CreateIssue(marta, project, systemsSummary, "")
	for _, say := range []string{marta, account} { // only what escalat says is waited for
		if _, err := world.Jira.AddComment(say, s.systems.key, world.Jira.Mention(marta)+", *enviat*"); err != nil {
			t.Fatal(err)
		}
	}
	if body, err := s.comment(t.Context(), &s.systems, "enviat"); err != nil || s.plain(body) != "@Marta Puig, enviat" || s.systems.said != 1 {
		t.Errorf("got %q, %v", body, err)
	}
	s.systems.said = 0
	if err := s.asked(t.Context()); err == nil || !strings.Contains(err.Error(), "does not say") {
		t.Errorf("a wrong comment is told as the request: %v", err)
	}
	if err := s.count(); err == nil || !strings.Contains(err.Error(), "there are {mails:0 screenshots:0 robot:0 answers:0 forged:0 ovh:0 tickets:0 systems:1 network:0 files:0 server:0} instead of {mails:4 ") {
		t.Errorf("a wrong count is told as right: %v", err)
	}
}

// TestStay: when the story is over, daemon and simulators work on until the end of
// the context, and what the daemon does wrong then is told.
func TestStay(t *testing.T) {
	t.Parallel()
	world, err := sim.Start(t.Context(), sim.WorldConfig{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	for name, tc := range map[string]struct{ why, want error }{
		"interrupted": {context.Canceled, nil},
		"ended":       {fmt.Errorf("%w: no database", errEnded), errEnded},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(tc.why)
		var out bytes.Buffer
		s := &story{world: world, desk: world.Desk("Claranet"), tell: teller{out: &out}}
		if err := s.handOver(ctx); !errors.Is(err, tc.want) {
			t.Errorf("%s: got %v, want %v", name, err, tc.want)
		}
		for _, part := range []string{"until Ctrl-C", world.Info.ControlURL + "/sim/desks/claranet/letters/1.html", "/sim/issues/AOC-4/labels", "escalat portal 8800001"} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("%s: %q is not in\n%s", name, part, out.String())
			}
		}
	}
}

func TestVerbatim(t *testing.T) {
	t.Parallel()
	report := mtr(0)
	if err := verbatim("{noformat}\n"+report+"\n{noformat}", report); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{
		"columns": strings.Join(strings.Fields(report), " "), "a line": report[:len(report)-80], "marks": strings.ReplaceAll(report, "|", `\|`),
	} {
		if err := verbatim(text, report); err == nil {
			t.Errorf("%s: nobody sees that it is changed", name)
		}
	}
	for line := range strings.Lines(report) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > width-4 {
			t.Errorf("%d letters do not fit: %s", n, line)
		}
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
	coloured.show("a")
	coloured.mail("b")
	coloured.forged("c\n\n")
	want = "\n\x1b[1mT\x1b[0m\n\x1b[36m  │\x1b[0m a\n\x1b[33m  │\x1b[0m b\n\x1b[31m  │\x1b[0m \x1b[31mc\x1b[0m\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestShortened(t *testing.T) {
	t.Parallel()
	const text = "1\n2\n3\n4\n5\n6\n"
	for _, tc := range []struct{ got, want string }{
		{until(text, "6"), text},
		{until(text, "5"), text}, // a line that says that one is missing saves nothing
		{until(text, "4"), "1\n2\n3\n4\n[… 2 more lines]"},
		{until(text, "7"), text},
		{oneLine(text[:3]), text[:3]},
		{oneLine("Subject: " + strings.Repeat("paraula ", 9)), "Subject: " + strings.Repeat("paraula ", 8) + "[…]"},
		{short("aea3hm2vgu4t@aoc.test"), "aea3hm2v[…]@aoc.test"},
		{short("desk-1@x.test"), "desk-1@x.test"},
		{ends(text, 3, 2), text},
		{ends(text, 2, 2), "1\n2\n[… 2 more lines]\n5\n6"},
	} {
		if tc.got != tc.want {
			t.Errorf("got %q, want %q", tc.got, tc.want)
		}
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
		Header: []message.Field{
			{Name: "authentication-results", Value: "mx.aoc.test;\tdkim=none; dmarc=fail"},
			{Name: "Authentication-Results", Value: "mx.aoc.test; dmarc=pass"}, // below ours: anybody can write it
			{Name: "Auto-Submitted", Value: "auto-replied"},
		},
		From: []message.Address{{Name: "Laura", Address: "css@claranet.test"}}, Subject: "RE: x",
		Text: "Hola\n\nLaura\n\nDe: Suport\n", Parts: []message.Part{{Name: "a.log"}},
	}
	want := "From: Laura <css@claranet.test>\nSubject: RE: x\nAttachment: a.log\n\nHola\n\nLaura\n\nDe: Suport\n"
	if diff := cmp.Diff(want, shown(m)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if !failed(m) || !automatic(m) || verified(m) != "mx.aoc.test; dkim=none; dmarc=fail" {
		t.Errorf("failed %v, automatic %v, %q", failed(m), automatic(m), verified(m))
	}
	m.Header = m.Header[1:2]
	if failed(m) || automatic(m) {
		t.Errorf("failed %v, automatic %v", failed(m), automatic(m))
	}
}

func TestAsks(t *testing.T) {
	t.Parallel()
	const request = "falten:\n- Un: què\n- Dos: com\n\nCopieu aquestes línies:\n\nUn:\n- Dos:\n"
	if n := asks(request); n != 2 {
		t.Errorf("%d answers are asked for", n)
	}
}

func TestCopied(t *testing.T) {
	t.Parallel()
	subject, text, err := copied("Assumpte:\n{noformat}\n[AOC SUP-3] a {noformat}\n\nText:\n{noformat}\nb\nc {noformat}\n")
	if err != nil || subject != "[AOC SUP-3] a" || text != "b\nc" {
		t.Errorf("%q, %q, %v", subject, text, err)
	}
	if _, _, err := copied("Text:\n{noformat}b{noformat}"); err == nil {
		t.Error("a text without a subject is taken")
	}
}
