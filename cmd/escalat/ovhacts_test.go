package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestStoriesOfOVH runs the scripts of testdata/ovh with each flavour of Jira, as FLAVOUR
// says.
func TestStoriesOfOVH(t *testing.T) {
	t.Parallel()
	// What OVH does is the same for both: of Data Center some show it, and so they do to
	// the race detector.
	for flavour, oneIn := range map[string]int{"cloud": 1, "datacenter": 4} {
		if testing.Short() {
			oneIn *= 6
		}
		t.Run(flavour, func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Files: storiesIn(t, "testdata/ovh", oneIn), RequireExplicitExec: true, RequireUniqueNames: true, Cmds: storyCommands(), UpdateScripts: *update,
				Setup: func(env *testscript.Env) error {
					env.Setenv("FLAVOUR", flavour)
					return setScene(env)
				},
			})
		})
	}
}

// storiesIn are the stories of a folder, or one in so many of them.
func storiesIn(t *testing.T, dir string, oneIn int) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no stories in %s: %v", dir, err)
	}
	if *update {
		return all
	}
	var some []string
	for i := 0; i < len(all); i += oneIn {
		some = append(some, all[i])
	}
	return some
}

// ovhSender is who writes OVH's mails in the stories.
const ovhSender = "support@ovh.test"

// useOVH manual|api switches OVH on by that channel, with desks that are open whenever the
// test runs.
func useOVH(ts *testscript.TestScript, channel string) {
	info := sceneOf(ts).Info.OVH
	for name, value := range map[string]string{
		"ESCALAT_OVH_CHANNEL": channel, "ESCALAT_OVH_ACCOUNT": info.Account, "ESCALAT_OVH_SENDERS": ovhSender,
	} {
		ts.Setenv(name, value)
	}
	if channel == "api" {
		setAPI(ts, "ESCALAT_OVH_")
	}
	raw, err := os.ReadFile("../../mapping/profiles/ovh.yaml")
	ts.Check(err)
	writeProfile(ts, "ovh.yaml", always(ts, string(raw), "      from: \"09:00\"\n      to: \"18:00\"\n      days: [mon, tue, wed, thu, fri]\n      holidays: [es]\n"))
}

// always is a profile with a desk that never closes in the place of one with those hours.
func always(ts *testscript.TestScript, profile, hours string) string {
	if strings.Count(profile, hours) != 1 {
		ts.Fatalf("the profile has other hours")
	}
	indent, _, _ := strings.Cut(hours, "from")
	return strings.Replace(profile, hours, indent+"from: \"00:00\"\n"+indent+"to: \"24:00\"\n", 1)
}

// useAcme mail|manual|api switches the invented provider Acme on by that channel, with a
// desk that is open whenever the test runs. All that is known of it is its profile.
func useAcme(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: acme mail|manual|api")
	}
	raw, err := os.ReadFile("../../mapping/testdata/providers/acme.yaml")
	ts.Check(err)
	writeProfile(ts, "acme.yaml", always(ts, string(raw), "  from: \"08:00\"\n  to: \"20:00\"\n  days: [mon, tue, wed, thu, fri]\n  holidays: [es, es-ct]\n  local: [09-24, 2027-02-12]\n"))
	ts.Setenv("DESK", "Acme")
	ts.Setenv("ESCALAT_ACME_CHANNEL", args[0])
	ts.Setenv("ESCALAT_ACME_SENDERS", deskOf(ts).Address)
	if args[0] == "mail" {
		ts.Setenv("ESCALAT_ACME_TO", deskOf(ts).Address)
		return
	}
	ts.Setenv("ESCALAT_ACME_ACCOUNT", "C-000")
	if args[0] == "api" {
		setAPI(ts, "ESCALAT_ACME_")
	}
}

// setAPI tells the program where the API of tickets is.
func setAPI(ts *testscript.TestScript, prefix string) {
	info := sceneOf(ts).Info.OVH
	for name, value := range map[string]string{
		"API_ENDPOINT": info.URL, "API_KEY": info.AppKey, "API_SECRET": info.AppSecret, "API_CONSUMER_KEY": info.ConsumerKey, "API_POLL_INTERVAL": "10s",
	} {
		ts.Setenv(prefix+name, value)
	}
}

// writeProfile puts a profile into the script's own folder of profiles.
func writeProfile(ts *testscript.TestScript, name, text string) {
	dir := filepath.Join(ts.Getenv("WORK"), "profiles")
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	ts.Setenv("ESCALAT_PROFILES_DIR", dir)
}

// ovh ACT ARG… is what OVH does, or a person in its customer area:
//
//	manual|api               switches it on by that channel
//	answer|writes N FILE     OVH, or a person of ours, writes into the ticket of that number
//	pass N CATEGORY          hands it to another of its desks
//	shut N [FILE]            closes it, with a last word
//	reopen N                 opens it again
//	enter KEY CATEGORY       a person copies the newest text into a new ticket
//	paste KEY N              or into that one
//	mail SUBJECT FILE        OVH's robot writes a mail
//	fails METHOD PATH STATUS [MESSAGE]   the API answers so until it is mended
//	drops METHOD PATH before|after       it loses one answer, before or after it did what was asked
//	holds METHOD PATH                    it takes its time with one request, until resume
//	mended                   nothing fails any more
func ovhActs(ts *testscript.TestScript, neg bool, args []string) {
	o := sceneOf(ts).OVH
	arg := func(i int) string {
		if i >= len(args) {
			ts.Fatalf("ovh %s wants more", strings.Join(args, " "))
		}
		return args[i]
	}
	number := func(i int) int64 { return int64(integer(ts, arg(i))) }
	said := func(i int) string { return strings.TrimSpace(ts.ReadFile(arg(i))) }
	acts := map[string]func() error{
		"manual": func() error { useOVH(ts, "manual"); return nil },
		"api":    func() error { useOVH(ts, "api"); return nil },
		"answer": func() error { return o.Answer(number(1), said(2)) },
		"writes": func() error { return o.Write(number(1), said(2)) },
		"pass":   func() error { return o.Pass(number(1), arg(2)) },
		"reopen": func() error { return o.Reopen(number(1)) },
		"shut": func() error {
			if len(args) == 2 {
				return o.Shut(number(1), "")
			}
			return o.Shut(number(1), said(2))
		},
		"enter": func() error {
			subject, body := copied(ts, arg(1))
			_, err := o.Enter(sim.NewTicket{Subject: subject, Body: body, Category: arg(2)})
			return err
		},
		"paste": func() error {
			_, body := copied(ts, arg(1))
			return o.Write(number(2), body)
		},
		"mail": func() error { return ovhMail(ts, arg(1), ts.ReadFile(arg(2))) },
		"fails": func() error {
			f := sim.Fault{Status: integer(ts, arg(3)), Times: -1}
			if len(args) > 4 {
				f.Text, f.Header = fmt.Sprintf(`{"class":"Client","message":%q}`, args[4]), map[string]string{"Content-Type": "application/json"}
			}
			o.Fail(anyMethod(arg(1)), arg(2), f)
			return nil
		},
		"drops": func() error {
			o.Fail(anyMethod(arg(1)), arg(2), sim.Fault{Drop: arg(3)})
			return nil
		},
		"holds": func() error {
			w := sceneOf(ts)
			w.resume = make(chan struct{})
			w.held = o.Fail(anyMethod(arg(1)), arg(2), sim.Fault{Hold: w.resume})
			return nil
		},
		"mended": func() error { o.ClearFaults(); return nil },
	}
	act := acts[arg(0)]
	if neg || act == nil {
		ts.Fatalf("ovh what? %s", args[0])
	}
	ts.Check(act())
}

// anyMethod is a method, of which - is any.
func anyMethod(name string) string { return strings.TrimPrefix(name, "-") }

// copied is what a person copies out of the newest comment on the issue that has something
// to be copied: the subject, where there is one, and the text.
func copied(ts *testscript.TestScript, key string) (subject, body string) {
	blocks := regexp.MustCompile(`(?s)\{noformat\}\n?(.*?)\n?\{noformat\}`)
	for _, c := range slices.Backward(sceneOf(ts).Jira.Comments(key)) {
		if c.Author != "escalat" {
			continue
		}
		switch found := blocks.FindAllStringSubmatch(c.Body, -1); len(found) {
		case 0:
		case 1:
			return "", strings.TrimSpace(found[0][1])
		default:
			return strings.TrimSpace(found[0][1]), strings.TrimSpace(found[1][1])
		}
	}
	ts.Fatalf("nothing is to be copied from %s", key)
	return "", ""
}

// ovhMail has OVH send us a mail that answers none of ours.
func ovhMail(ts *testscript.TestScript, subject, text string) error {
	w := sceneOf(ts)
	raw := "From: Soporte OVHcloud <" + ovhSender + ">\r\nTo: <" + w.Info.MailAddress + ">\r\n" +
		"Subject: " + mime.QEncoding.Encode("utf-8", subject) + "\r\nDate: " + time.Now().Format(time.RFC1123Z) + "\r\n" +
		fmt.Sprintf("Message-ID: <ovh-%d@ovh.test>\r\n", len(w.Mail.Transactions())) +
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
		strings.ReplaceAll(text, "\n", "\r\n")
	return w.Mail.Provider("ovh.test").Send(ovhSender, []string{w.Info.MailAddress}, []byte(raw))
}

// tickets prints OVH's tickets: how each is filed and what was written in it.
func printTickets(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: tickets")
	}
	fmt.Fprint(ts.Stdout(), ticketsOf(sceneOf(ts).OVH))
}

func ticketsOf(o *sim.OVH) string {
	var b strings.Builder
	for _, t := range o.Tickets() {
		fmt.Fprintf(&b, "=== %d %s: %s\n", t.Number, t.State, steady(t.Subject))
		for _, p := range [][2]string{
			{"type", t.Type},
			{"category", t.Category},
			{"subcategory", t.Subcategory},
			{"product", t.Product},
			{"service", t.Service},
			{"impact", t.Impact},
			{"urgency", t.Urgency},
		} {
			fmt.Fprintf(&b, "%s: %s\n", p[0], cmp.Or(p[1], "-"))
		}
		for _, m := range t.Messages {
			fmt.Fprintf(&b, "--- %s\n%s\n", m.From, steady(m.Body))
		}
	}
	return b.String()
}

// writesOf is what was asked of OVH's API, with the status of the answer; what only reads is
// left out.
func writesOf(o *sim.OVH) (out []string) {
	for _, r := range o.Requests() {
		if r.Method != http.MethodGet {
			out = append(out, fmt.Sprintf("%s %s %d", r.Method, strings.TrimPrefix(r.Path, "/1.0"), r.Status))
		}
	}
	return out
}

// awaitedOVH says what of OVH is waited for: a ticket that has a text, what was written
// through its API, or that so many more readings of it were answered.
func awaitedOVH(ts *testscript.TestScript, kind, what string) func(context.Context) bool {
	o := sceneOf(ts).OVH
	switch kind {
	case "ticket":
		want := regexp.MustCompile("(?m)" + what)
		return func(context.Context) bool { return want.MatchString(ticketsOf(o)) }
	case "filed":
		want := regexp.MustCompile("(?m)" + what)
		return func(context.Context) bool { return want.MatchString(strings.Join(writesOf(o), "\n")) }
	case "readings":
		n := readings(o) + integer(ts, what)
		return func(context.Context) bool { return readings(o) >= n }
	}
	return nil
}

// readings are how often a ticket was read with success.
func readings(o *sim.OVH) (n int) {
	for _, r := range o.Requests() {
		id, ticket := strings.CutPrefix(r.Path, "/1.0/support/tickets/")
		if _, err := strconv.Atoi(id); ticket && err == nil && r.Status == http.StatusOK {
			n++
		}
	}
	return n
}

// impatient does to a SQLite file what an hour of an API's absence does: what waits for it
// was planned before that, and is due.
func impatient(path string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	r, err := db.Exec("UPDATE effects SET not_before = 0, planned_at = planned_at - ? WHERE state IN ('planned', 'started', 'unknown')", time.Hour.Milliseconds())
	if err == nil {
		n, counted := r.RowsAffected()
		if err = counted; n == 0 {
			err = errors.Join(err, errors.New("nothing waits"))
		}
	}
	return errors.Join(err, db.Close())
}
