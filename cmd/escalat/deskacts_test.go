package main

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"mime"
	"os"
	"slices"
	"strings"
	"time"

	"escalat/internal/sim"

	"github.com/rogpeppe/go-internal/testscript"
)

// newest is the desk's newest mail about that issue.
func newest(ts *testscript.TestScript, key string) sim.Letter {
	letters, err := sceneOf(ts).Desk(deskOf(ts).Name).Letters()
	ts.Check(err)
	slices.Reverse(letters)
	n := slices.IndexFunc(letters, func(l sim.Letter) bool { return strings.Contains(l.Subject, " "+key+"]") })
	if n < 0 {
		ts.Fatalf("the desk has no mail about %s", key)
	}
	return letters[n]
}

// robot KEY has the desk's robot acknowledge its newest mail about that issue.
func acknowledges(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: robot KEY")
	}
	_, _, err := sceneOf(ts).Desk(deskOf(ts).Name).Acknowledge(newest(ts, args[0]).MessageID)
	ts.Check(err)
}

// writes SUBJECT FILE has the desk begin a conversation; poses SUBJECT FILE has somebody
// else do so in its name.
func writesAnew(ts *testscript.TestScript, neg bool, args []string) {
	begins(ts, neg, args, "claranet.test", "desk-new")
}

func poses(ts *testscript.TestScript, neg bool, args []string) { begins(ts, neg, args, "", "posed") }

func begins(ts *testscript.TestScript, neg bool, args []string, domain, name string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: writes|poses SUBJECT FILE")
	}
	w := sceneOf(ts)
	raw := "From: Soporte Claranet <" + w.Info.Desks[0].Address + ">\r\nTo: <" + w.Info.MailAddress + ">\r\n" +
		"Subject: " + mime.QEncoding.Encode("utf-8", args[0]) + "\r\nDate: " + time.Now().Format(time.RFC1123Z) + "\r\n" +
		fmt.Sprintf("Message-ID: <%s-%d@claranet.test>\r\n", name, len(w.Mail.Transactions())) +
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
		strings.ReplaceAll(ts.ReadFile(args[1]), "\n", "\r\n")
	ts.Check(w.Mail.Provider(domain).Send(w.Info.Desks[0].Address, []string{w.Info.MailAddress}, []byte(raw)))
}

// drop FILE puts a raw mail into our mailbox as it is: no border has seen it.
func drop(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: drop FILE")
	}
	w := sceneOf(ts)
	ts.Check(w.Mail.Deliver(w.Info.MailAddress, []byte(ts.ReadFile(args[0]))))
}

// log NAME BYTES writes a file with that many bytes of a log.
func writeLog(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: log NAME BYTES")
	}
	size := integer(ts, args[1])
	var b strings.Builder
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "%s %06d GET /registre 503\n", args[0], n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()[:size]), 0o600))
}

// files KEY prints what the mails to the desk about an issue bring, and whether those
// are the bytes of one of its attachments.
func files(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: files KEY")
	}
	w := sceneOf(ts)
	letters, err := w.Desk(deskOf(ts).Name).Letters()
	ts.Check(err)
	there := map[string]bool{}
	for _, a := range w.Jira.Attachments(args[0]) {
		there[a.Name+a.SHA256] = true
	}
	for _, l := range letters {
		if !strings.Contains(l.Subject, " "+args[0]+"]") {
			continue
		}
		fmt.Fprintf(ts.Stdout(), "--- %s\n", l.Subject)
		for _, f := range l.Files {
			sum, is := sha256.Sum256(f.Content), "the very file"
			if !there[f.Name+hex.EncodeToString(sum[:])] {
				is = "NOT the file"
			}
			fmt.Fprintf(ts.Stdout(), "%s %s, %d bytes, %s\n", f.Name, f.Type, len(f.Content), is)
		}
	}
}

// references KEY prints of each mail to the desk about an issue its subject and what it
// answers and refers to: ours by their number.
func references(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: references KEY")
	}
	letters, err := sceneOf(ts).Desk(deskOf(ts).Name).Letters()
	ts.Check(err)
	names := map[string]string{}
	for _, l := range letters {
		if !strings.Contains(l.Subject, " "+args[0]+"]") {
			continue
		}
		name := func(id string) string {
			if names[id] != "" {
				return names[id]
			}
			return id
		}
		var refers []string
		for _, id := range l.References {
			refers = append(refers, name(id))
		}
		names[l.MessageID] = fmt.Sprintf("ours-%d", len(names)+1)
		fmt.Fprintf(ts.Stdout(), "%s: %s\nanswers: %s\nrefers to: %s\n", names[l.MessageID], l.Subject, name(l.InReplyTo), strings.Join(refers, " "))
	}
}

// hold METHOD PATH SKIP has Jira take its time with such a request, after so many others;
// await held waits until one is held, and resume lets it go on.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: hold METHOD PATH SKIP")
	}
	w := sceneOf(ts)
	w.resume = make(chan struct{})
	w.held = w.Jira.Fail(args[0], args[1], sim.Fault{Hold: w.resume, Skip: integer(ts, args[2])})
}

func resume(ts *testscript.TestScript, neg bool, args []string) {
	w := sceneOf(ts)
	if neg || len(args) != 0 || w.resume == nil {
		ts.Fatalf("usage: resume, after hold")
	}
	close(w.resume)
	w.resume = nil
}

// opened does to a SQLite file what the hours of a night do: that until when the
// provider must be called is past.
func opened(path string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	past := time.Now().Add(-time.Minute)
	r, err := db.Exec("UPDATE cases SET due_at = ?, body = json_set(body, '$.callUntil', ?) WHERE json_extract(body, '$.callUntil') IS NOT NULL",
		past.UnixMilli(), past.UTC().Format(time.RFC3339))
	if err == nil {
		n, counted := r.RowsAffected()
		if err = counted; n == 0 {
			err = errors.Join(err, errors.New("nobody must be called"))
		}
	}
	return errors.Join(err, db.Close())
}
