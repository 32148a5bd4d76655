package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"escalat/bridge/message"
	"escalat/internal/sim"

	"github.com/rogpeppe/go-internal/testscript"
)

// scene is the simulated outside of one script; nil until the script wants one.
type scene struct{ *sim.World }

type sceneKey struct{}

// setScene gives each script a scene of its own.
func setScene(env *testscript.Env) error {
	env.Values[sceneKey{}] = &scene{}
	return nil
}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value(sceneKey{}).(*scene) }

// storyCommands are the commands that the scripts have beside testscript's own.
func storyCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits, "world": raise, "hours": setHours, "issue": file, "edit": edit, "says": says, "label": setLabel,
		"await": await, "asked": asked, "thread": thread, "mails": mails,
	}
}

// exits CODE PROGRAM ARG… runs a program that must end with that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// world cloud|datacenter raises a Jira, a mail system and a desk, and tells the
// program about them: everything that it needs, in the default mode.
func raise(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || args[0] != "cloud" && args[0] != "datacenter" {
		ts.Fatalf("usage: world cloud|datacenter")
	}
	w, err := sim.Start(context.Background(), sim.WorldConfig{Jira: sim.JiraConfig{Cloud: args[0] == "cloud"}})
	ts.Check(err)
	ts.Defer(func() { _ = w.Close() })
	sceneOf(ts).World = w
	ca := filepath.Join(ts.Getenv("WORK"), "ca.pem")
	ts.Check(os.WriteFile(ca, []byte(w.Info.CAPEM), 0o600))
	for name, value := range map[string]string{
		"TOKEN_KEYS":         "1:" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32))),
		"JIRA_URL":           w.Info.JiraURL,
		"JIRA_USER":          map[bool]string{true: w.Info.JiraEmail}[w.Info.Cloud],
		"JIRA_TOKEN":         w.Info.JiraToken,
		"JIRA_POLL_INTERVAL": "1s",
		"SMTP_ADDR":          w.Info.SMTPAddr,
		"SMTP_USERNAME":      w.Info.MailAddress,
		"SMTP_PASSWORD":      w.Info.MailPassword,
		"SMTP_CA_FILE":       ca,
		"IMAP_ADDR":          w.Info.IMAPSAddr,
		"IMAP_USERNAME":      w.Info.MailAddress,
		"IMAP_PASSWORD":      w.Info.MailPassword,
		"IMAP_CA_FILE":       ca,
		"MAIL_FROM":          w.Info.MailAddress,
		"MAIL_AUTHSERV_ID":   w.Info.AuthServID,
		"CLARANET_TO":        w.Info.Desks[0].Address,
		"CLARANET_SENDERS":   w.Info.Desks[0].Address,
		"QUIET_TIME":         "0s",
		"QUEUE_TICK":         "100ms",
		"HTTP_ADDR":          freePort(ts),
	} {
		ts.Setenv("ESCALAT_"+name, value)
	}
}

// freePort returns an address that is free now.
func freePort(ts *testscript.TestScript) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	return l.Addr().String()
}

// hours day|night has Claranet's desk open, or closed, whenever the test runs.
func setHours(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || args[0] != "day" && args[0] != "night" {
		ts.Fatalf("usage: hours day|night")
	}
	dir := filepath.Join(ts.Getenv("WORK"), "profiles")
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(writeHours(dir, args[0] == "day"))
	ts.Setenv("ESCALAT_PROFILES_DIR", dir)
}

// issue FILE [LABEL] has a person file and label an issue: the first line is its
// summary, the rest its description.
func file(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: issue FILE [LABEL]")
	}
	j := sceneOf(ts).Jira
	summary, description, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	_, key := j.CreateIssue(person, "AOC", summary, description)
	ts.Check(j.AddLabel(person, key, append(args[1:], label)[0]))
}

// edit KEY FILE has the person write another description.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: edit KEY FILE")
	}
	ts.Check(sceneOf(ts).Jira.Edit(person, args[0], map[string]string{"description": ts.ReadFile(args[1])}))
}

// says KEY FILE has the person comment.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says KEY FILE")
	}
	_, err := sceneOf(ts).Jira.AddComment(person, args[0], strings.TrimSuffix(ts.ReadFile(args[1]), "\n"))
	ts.Check(err)
}

// label KEY LABEL has the person put a label on.
func setLabel(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: label KEY LABEL")
	}
	ts.Check(sceneOf(ts).Jira.AddLabel(person, args[0], args[1]))
}

// thread KEY prints the comments of an issue, each below who wrote it.
func thread(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: thread KEY")
	}
	for _, c := range sceneOf(ts).Jira.Comments(args[0]) {
		fmt.Fprintf(ts.Stdout(), "--- %s\n%s\n", c.Author, steady(c.Body))
	}
}

// mails prints what the desk received.
func mails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: mails")
	}
	fmt.Fprint(ts.Stdout(), received(ts))
}

// lastRead is the key of the issue when it was read since it was last changed,
// else nothing.
func lastRead(j *sim.Jira, key string) string {
	issue, err := j.Issue(key)
	if err != nil {
		return ""
	}
	for _, r := range j.Requests() {
		if r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/issue/"+issue.ID) && r.At.After(issue.Updated) {
			return key
		}
	}
	return ""
}

// received is what the desk received: each mail's subject, what it answers, and
// its text.
func received(ts *testscript.TestScript) string {
	w := sceneOf(ts)
	var b strings.Builder
	for _, raw := range w.Mail.Delivered(w.Info.Desks[0].Address) {
		m, err := message.Read(bytes.NewReader(raw), message.Limits{})
		ts.Check(err)
		answers := "nothing"
		if len(m.InReplyTo) > 0 {
			answers = "an earlier mail"
		}
		fmt.Fprintf(&b, "--- %s\nanswers: %s\n%s\n", m.Subject, answers, steady(m.Text))
	}
	return b.String()
}

// steady takes out of a text what is different in each run.
func steady(s string) string { return timeless(messageIDs.ReplaceAllString(s, "<message-id>")) }

var messageIDs = regexp.MustCompile(`[a-z0-9]{20,}(\.[a-z0-9]+)*@[a-z0-9.]+`)

// await metric|comment|mail|ready REGEXP waits until the program says so: in its
// metrics, in a comment of any issue, in a mail to the desk, or in its readiness.
// await read KEY waits until it has read the issue as it is now.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await metric|comment|mail|ready|read WHAT")
	}
	want := regexp.MustCompile("(?m)" + args[1])
	addr := "http://" + ts.Getenv("ESCALAT_HTTP_ADDR")
	see, ok := map[string]func(context.Context) string{
		"metric":  func(ctx context.Context) string { return fetch(ctx, addr+"/metrics") },
		"ready":   func(ctx context.Context) string { return fetch(ctx, addr+"/readyz") },
		"comment": func(context.Context) string { return comments(sceneOf(ts).Jira) },
		"mail":    func(context.Context) string { return received(ts) },
		"read":    func(context.Context) string { return lastRead(sceneOf(ts).Jira, args[1]) },
	}[args[0]]
	if !ok {
		ts.Fatalf("await what? %s", args[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	beat := time.NewTicker(pace)
	defer beat.Stop()
	for !want.MatchString(see(ctx)) {
		select {
		case <-ctx.Done():
			ts.Fatalf("no %s matches %s within %s", args[0], args[1], patience)
		case <-beat.C:
		}
	}
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

// comments joins the comments of the first issues.
func comments(j *sim.Jira) string {
	var b strings.Builder
	for n := 1; ; n++ {
		issue, err := j.Issue("AOC-" + strconv.Itoa(n))
		if err != nil {
			return b.String()
		}
		for _, c := range issue.Comments {
			b.WriteString(c.Body + "\n")
		}
	}
}

var numbers = regexp.MustCompile(`\d{3,}`)

// asked prints what was asked of Jira, each kind of request once, and each mail
// that was submitted with its recipients.
func asked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: asked")
	}
	w := sceneOf(ts)
	seen := map[string]bool{}
	for _, r := range w.Jira.Requests() {
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
