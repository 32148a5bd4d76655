package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"escalat/bridge/message"
	"escalat/internal/sim"

	"github.com/rogpeppe/go-internal/testscript"
)

// scene is the simulated outside of one script; nil until the script wants one.
type scene struct {
	*sim.World

	t      testing.TB // of the script
	marked int        // requests of Jira before the mark

	posts  *postbox        // what people on call were told by webhook
	held   <-chan struct{} // closed when a request is held
	resume chan struct{}   // closing it lets that go on
}

type sceneKey struct{}

// setScene gives each script a scene of its own.
func setScene(env *testscript.Env) error {
	t, ok := env.T().(testing.TB) // testscript knows less of it
	if !ok {
		return fmt.Errorf("%T is no test", env.T())
	}
	env.Values[sceneKey{}] = &scene{t: t}
	return nil
}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value(sceneKey{}).(*scene) }

// storyCommands are the commands that the scripts have beside testscript's own.
func storyCommands() map[string]func(*testscript.TestScript, bool, []string) {
	all := map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits, "world": raise, "hours": setHours, "issue": file, "issues": fileMany, "edit": edit, "says": says, "label": setLabel,
		"jira": actInJira, "reply": replies, "forge": forges, "database": database,
		"await": await, "mark": mark, "count": count, "asked": asked, "thread": thread, "marks": marks, "mails": mails,
		"masked": masked, "capture": capture, "robot": acknowledges, "writes": writesAnew, "poses": poses, "log": writeLog,
		"files": files, "references": references, "hold": hold, "resume": resume, "drop": drop,
		"ovh": ovhActs, "acme": useAcme, "tickets": printTickets,
	}
	maps.Copy(all, twoWayCommands())
	maps.Copy(all, shadowCommands())
	return all
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
// program about them: everything that it needs, in the default mode. Jira has the
// projects AOC, INF and SD, which has customers, and a custom field for references.
// FREE_ADDR is an address that nobody listens on.
func raise(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || args[0] != "cloud" && args[0] != "datacenter" {
		ts.Fatalf("usage: world cloud|datacenter")
	}
	cloud := args[0] == "cloud"
	statuses, ways := workflow(ts.Getenv("WORKFLOW"))
	w, err := sim.Start(context.Background(), sim.WorldConfig{Jira: sim.JiraConfig{
		Cloud: cloud, Projects: []string{"AOC", "INF"}, ServiceDesks: []string{"SD"},
		Fields:   []sim.Field{{ID: referenceField, Name: "Referència del proveïdor"}, {ID: turnField, Name: "Torn"}},
		Statuses: statuses, Transitions: ways, Wrap: documents.Wrap(sceneOf(ts).t, cloud),
	}, Desks: []sim.DeskConfig{{}, {Name: "Acme", Address: "soporte@acme.test", Agent: "Pau Exemple"}}, Mail: sim.MailConfig{Mailboxes: people()}, OVH: sim.OVHConfig{From: ovhSender, Notify: ts.Getenv("OVH_MAILS")}})
	ts.Check(err)
	ts.Defer(func() { _ = w.Close() })
	sceneOf(ts).World = w
	environ, err := environOf(w, ts.Getenv("WORK"))
	ts.Check(err)
	for name, value := range environ {
		ts.Setenv(name, value)
	}
	ts.Setenv("ESCALAT_HTTP_ADDR", freePort(ts))
	ts.Setenv("FREE_ADDR", freePort(ts))
}

// environOf is everything that the program needs to know of a world, in the default
// mode, with pauses as short as a test wants them. What is a file goes into dir.
func environOf(w *sim.World, dir string) (map[string]string, error) {
	ca := filepath.Join(dir, "ca.pem")
	user := ""
	if w.Info.Cloud {
		user = w.Info.JiraEmail
	}
	return map[string]string{
		"ESCALAT_TOKEN_KEYS":         "1:" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("k", 32))),
		"ESCALAT_JIRA_URL":           w.Info.JiraURL,
		"ESCALAT_JIRA_USER":          user,
		"ESCALAT_JIRA_TOKEN":         w.Info.JiraToken,
		"ESCALAT_JIRA_POLL_INTERVAL": "1s",
		"ESCALAT_SMTP_ADDR":          w.Info.SMTPAddr,
		"ESCALAT_SMTP_USERNAME":      w.Info.MailAddress,
		"ESCALAT_SMTP_PASSWORD":      w.Info.MailPassword,
		"ESCALAT_SMTP_CA_FILE":       ca,
		"ESCALAT_IMAP_ADDR":          w.Info.IMAPSAddr,
		"ESCALAT_IMAP_USERNAME":      w.Info.MailAddress,
		"ESCALAT_IMAP_PASSWORD":      w.Info.MailPassword,
		"ESCALAT_IMAP_CA_FILE":       ca,
		"ESCALAT_MAIL_FROM":          w.Info.MailAddress,
		"ESCALAT_MAIL_AUTHSERV_ID":   w.Info.AuthServID,
		"ESCALAT_CLARANET_TO":        w.Info.Desks[0].Address,
		"ESCALAT_CLARANET_SENDERS":   w.Info.Desks[0].Address,
		"ESCALAT_QUIET_TIME":         "0s",
		"ESCALAT_TRANSLATE_WITH":     "none", // a story says itself when somebody translates
		"ESCALAT_QUEUE_TICK":         "100ms",
	}, os.WriteFile(ca, []byte(w.Info.CAPEM), 0o600)
}

// referenceField is the custom field that may show the provider's references.
const referenceField = "customfield_10020"

// freePort returns an address that is free now. Linux has a great many of this machine:
// on one of its own nobody else takes the port before the program does.
func freePort(ts *testscript.TestScript) string {
	host := "127.0.0.1"
	if runtime.GOOS == "linux" {
		host = fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250))
	}
	l, err := net.Listen("tcp", host+":0")
	ts.Check(err)
	defer l.Close()
	return l.Addr().String()
}

// deskOf is the desk that the acts and mails of a script are about: its DESK, else
// Claranet's.
func deskOf(ts *testscript.TestScript) sim.DeskInfo {
	desks := sceneOf(ts).Info.Desks
	n := slices.IndexFunc(desks, func(d sim.DeskInfo) bool { return d.Name == cmp.Or(ts.Getenv("DESK"), "Claranet") })
	if n < 0 {
		ts.Fatalf("no desk %s", ts.Getenv("DESK"))
	}
	return desks[n]
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

// who is the person who acts: the script's WHO, else Marta Puig.
func who(ts *testscript.TestScript) string { return cmp.Or(ts.Getenv("WHO"), person) }

// issue FILE [LABEL] has a person file and label an issue: the first line is its
// summary, the rest its description. A label - is none. The project is the script's
// PROJECT, else AOC.
func file(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: issue FILE [LABEL]")
	}
	j := sceneOf(ts).Jira
	summary, description, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	_, key := j.CreateIssue(who(ts), cmp.Or(ts.Getenv("PROJECT"), "AOC"), summary, description)
	if name := append(args[1:], label)[0]; name != "-" {
		ts.Check(j.AddLabel(who(ts), key, name))
	}
}

// issues N FILE [LABEL] does so N times.
func fileMany(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: issues N FILE [LABEL]")
	}
	for range integer(ts, args[0]) {
		file(ts, false, args[1:])
	}
}

func integer(ts *testscript.TestScript, number string) int {
	n, err := strconv.Atoi(number)
	ts.Check(err)
	return n
}

// edit KEY FILE has the person write another description.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: edit KEY FILE")
	}
	ts.Check(sceneOf(ts).Jira.Edit(who(ts), args[0], map[string]string{"description": ts.ReadFile(args[1])}))
}

// says KEY FILE has the person comment.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says KEY FILE")
	}
	_, err := sceneOf(ts).Jira.AddComment(who(ts), args[0], strings.TrimSuffix(ts.ReadFile(args[1]), "\n"))
	ts.Check(err)
}

// label KEY LABEL has the person put a label on.
func setLabel(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: label KEY LABEL")
	}
	ts.Check(sceneOf(ts).Jira.AddLabel(who(ts), args[0], args[1]))
}

// thread KEY prints the comments of an issue, each below who wrote it; of a service
// desk also whether its customers see it.
func thread(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: thread KEY")
	}
	j := sceneOf(ts).Jira
	for _, c := range j.Comments(args[0]) {
		body := steady(c.Body)
		if ts.Getenv("FLAVOUR") != "" { // one story for both: people are named alike
			for _, name := range []string{person, who(ts)} {
				body = strings.ReplaceAll(body, j.Mention(name), "[~"+name+"]")
			}
		}
		fmt.Fprintf(ts.Stdout(), "--- %s%s\n%s\n", c.Author, seenBy(args[0], c), body)
	}
}

// seenBy says of a comment of a service desk whether it is internal.
func seenBy(key string, c sim.Comment) string {
	if !strings.HasPrefix(key, "SD-") {
		return ""
	}
	for _, p := range c.Properties {
		if p.Key == "sd.public.comment" && strings.Contains(string(p.Value), "true") {
			return " (internal)"
		}
	}
	return " (public)"
}

// mails prints what the desk received.
func mails(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: mails")
	}
	fmt.Fprint(ts.Stdout(), received(ts))
}

// received is what the desk received: each mail's subject, what it answers, and
// its text.
func received(ts *testscript.TestScript) string {
	w := sceneOf(ts)
	var b strings.Builder
	for _, raw := range w.Mail.Delivered(deskOf(ts).Address) {
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
func steady(s string) string {
	return timeless(messageIDs.ReplaceAllString(lasted.ReplaceAllString(s, "$1"), "<message-id>"))
}

// lasted is how long something has lasted, of which the hours alone are the same.
var lasted = regexp.MustCompile(`(\bfa \d+\x{a0}h) \d+\x{a0}min`)

var messageIDs = regexp.MustCompile(`[a-z0-9]{20,}(\.[a-z0-9]+)*@[a-z0-9.]+`)
