package main

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"escalat/internal/sim"

	"github.com/rogpeppe/go-internal/testscript"
)

// jira ACT ARG… is what people and administrators do in Jira:
//
//	unlabel KEY LABEL          resolve|reopen|delete|archive|restore KEY
//	move KEY PROJECT           restrict|show KEY: hides the issue from the program, or no longer
//	duplicates KEY OTHER       a link says that KEY duplicates OTHER
//	group NAME [USER…]         role NAME [USER…]: of AOC
//	customer USER              of a service desk, where accounts say so
//	lacks [PERMISSION…]        that the program's account has not
//	webhook URL [SECRET]       unhook
//	attach KEY FILE            says KEY FILE: internally, on a service desk
func actInJira(ts *testscript.TestScript, neg bool, args []string) {
	j, user := sceneOf(ts).Jira, who(ts)
	arg := func(i int) string {
		if i >= len(args) {
			ts.Fatalf("jira %s wants more", strings.Join(args, " "))
		}
		return args[i]
	}
	acts := map[string]func() error{
		"unlabel":    func() error { return j.RemoveLabel(user, arg(1), arg(2)) },
		"resolve":    func() error { return j.Resolve(user, arg(1), "Done") },
		"reopen":     func() error { return j.Reopen(user, arg(1)) },
		"delete":     func() error { return j.Delete(arg(1)) },
		"archive":    func() error { return j.Archive(user, arg(1)) },
		"restore":    func() error { return j.Restore(arg(1)) },
		"restrict":   func() error { return j.Restrict(arg(1), true) },
		"show":       func() error { return j.Restrict(arg(1), false) },
		"move":       func() error { return j.Move(user, arg(1), arg(2)) },
		"duplicates": func() error { return j.LinkIssues(user, "Duplicate", arg(1), arg(2)) },
		"group":      func() error { j.SetGroup(arg(1), args[2:]...); return nil },
		"role":       func() error { j.SetRole("AOC", arg(1), args[2:], nil); return nil },
		"customer":   func() error { j.SetUser(sim.User{Name: arg(1), AccountType: sim.AccountCustomer}); return nil },
		"lacks":      func() error { return j.SetLacks(args[1:]...) },
		"webhook":    func() error { return j.RegisterWebhook(arg(1), strings.Join(args[2:], "")) },
		"unhook":     func() error { j.RemoveWebhooks(); return nil },
		"says": func() error {
			_, err := j.AddInternalComment(user, arg(1), strings.TrimSuffix(ts.ReadFile(arg(2)), "\n"))
			return err
		},
		"attach": func() error { // KEY FILE
			_, err := j.AddAttachment(user, arg(1), filepath.Base(arg(2)), "", []byte(ts.ReadFile(arg(2))))
			return err
		},
	}
	act := acts[arg(0)]
	if neg || act == nil {
		ts.Fatalf("jira what? %s", args[0])
	}
	ts.Check(act())
}

// reply KEY FILE [NAME] has the desk answer its newest mail about that issue with that
// text, and attach the file of that name.
func replies(ts *testscript.TestScript, neg bool, args []string) { answer(ts, neg, args, false) }

// forge KEY FILE has somebody else answer in the desk's name.
func forges(ts *testscript.TestScript, neg bool, args []string) { answer(ts, neg, args, true) }

func answer(ts *testscript.TestScript, neg bool, args []string, forged bool) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: reply|forge KEY FILE [NAME]")
	}
	desk := sceneOf(ts).Desk(deskOf(ts).Name)
	r := sim.Reply{Text: ts.ReadFile(args[1]), Forged: forged}
	for _, name := range args[2:] {
		r.Files = append(r.Files, sim.File{Name: name, Type: "text/plain", Content: []byte(ts.ReadFile(name))})
	}
	_, err := desk.Reply(newest(ts, args[0]).MessageID, r)
	ts.Check(err)
}

// database save NAME copies the program's SQLite file while nobody works on it;
// database restore NAME puts such a copy in its place, into the same file.
// database due has the writes that wait for a later time wait no longer; database
// morning has the time be past until which a provider must be called; database later has
// what waits have waited for an hour.
func database(ts *testscript.TestScript, neg bool, args []string) {
	passes := map[string]func(path string) error{"due": allDue, "morning": opened, "later": impatient}
	if !neg && len(args) == 1 && passes[args[0]] != nil {
		ts.Check(passes[args[0]](ts.MkAbs("escalat.db")))
		return
	}
	if neg || len(args) != 2 || args[0] != "save" && args[0] != "restore" {
		ts.Fatalf("usage: database save|restore NAME, or due, or morning, or later")
	}
	from, to := ts.MkAbs("escalat.db"), ts.MkAbs(args[1])
	if args[0] == "restore" {
		from, to = to, from
	}
	for _, part := range []string{"", "-wal", "-shm"} {
		raw, err := os.ReadFile(from + part)
		if errors.Is(err, fs.ErrNotExist) && part != "" {
			if err := os.Remove(to + part); err != nil && !errors.Is(err, fs.ErrNotExist) {
				ts.Fatalf("%v", err)
			}
			continue
		}
		ts.Check(err)
		ts.Check(os.WriteFile(to+part, raw, 0o600))
	}
}

// allDue does to a SQLite file what time does: the program waits for minutes, which a
// test has not.
func allDue(path string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	_, err = db.Exec("UPDATE effects SET not_before = 0")
	return errors.Join(err, db.Close())
}

// marks KEY prints what shows on an issue how it stands: its key and resolution, its
// labels, its remote links and the field for references.
func marks(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: marks KEY")
	}
	j := sceneOf(ts).Jira
	issue, err := j.Issue(args[0])
	ts.Check(err)
	slices.Sort(issue.Labels)
	fmt.Fprintf(ts.Stdout(), "%s: %s\n", strings.TrimSpace(issue.Key+" "+issue.Resolution), strings.Join(issue.Labels, " "))
	for _, l := range j.RemoteLinks(args[0]) {
		fmt.Fprintf(ts.Stdout(), "link: %s <%s> %s\n", l.Title, l.URL, l.Relationship)
	}
	if field := issue.Fields[referenceField]; field != "" {
		fmt.Fprintf(ts.Stdout(), "field: %s\n", field)
	}
}

// masked prints once more what was printed last, without what is different in each
// run.
func masked(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: masked")
	}
	s := strings.ReplaceAll(ts.ReadFile("stdout"), filepath.Clean(ts.Getenv("WORK")), "WORK")
	for _, m := range []struct{ what, is string }{
		{`--confirm [0-9a-f]{8}`, "--confirm CODE"},
		{`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`, "TIME"},
		{`\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?`, "DAY HOUR"},
		{`\b[0-9a-f]{64}\b`, "HASH"},
		{`\bINBOX/\d+/`, "INBOX/V/"},
		{`(?m)^(  size +|  quoted below it.*: )\d+`, "${1}N"},
		{`\(([a-z2-7]{12})\b`, "(INSTALLATION"},
		{`\bfile \d+`, "file N"},
		{`127\.0\.0\.1:\d+`, "HOST"},
	} {
		s = regexp.MustCompile(m.what).ReplaceAllString(s, m.is)
	}
	fmt.Fprint(ts.Stdout(), steady(s))
}

// capture NAME REGEXP sets a variable to the first group of what the last output
// matches.
func capture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture NAME REGEXP")
	}
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("nothing matches %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}
