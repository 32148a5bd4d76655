package main

import (
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// shadowCommands are the commands of the scripts about mode shadow.
func shadowCommands() map[string]func(*testscript.TestScript, bool, []string) {
	return map[string]func(*testscript.TestScript, bool, []string){"byhand": writesByHand, "untouched": untouched, "ageless": ageless}
}

// byhand FROM SUBJECT OFFSET [HEADER…] has somebody of the team write to the desk, with a
// copy to the program's mailbox, so long before now or after it, as time.ParseDuration
// reads it.
func writesByHand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: byhand FROM SUBJECT OFFSET [HEADER…]")
	}
	offset, err := time.ParseDuration(args[2])
	ts.Check(err)
	w := sceneOf(ts)
	raw := strings.Join(append([]string{
		"From: <" + args[0] + ">", "To: Soporte <" + deskOf(ts).Address + ">", "Cc: <" + w.Info.MailAddress + ">",
		"Subject: " + mime.QEncoding.Encode("utf-8", args[1]), "Date: " + time.Now().Add(offset).Format(time.RFC1123Z),
		fmt.Sprintf("Message-ID: <%x@aoc.test>", args[1]+args[2]), "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
	}, append(args[3:], "", "Això no s’ha de desar enlloc.", "")...), "\r\n")
	ts.Check(w.Mail.Deliver(w.Info.MailAddress, []byte(raw)))
}

// untouched wants that the program has written nothing outside: nothing in Jira, no mail,
// nothing in a mailbox, nothing through a provider's API.
func untouched(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: untouched")
	}
	w := sceneOf(ts)
	var wrong []string
	for _, r := range w.Jira.Requests() {
		search := r.Method == http.MethodPost && strings.HasPrefix(r.Path, "/rest/api/2/search")
		if !search && !slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions}, r.Method) {
			wrong = append(wrong, "jira: "+r.Method+" "+r.Path)
		}
	}
	for _, r := range w.OVH.Requests() {
		if r.Method != http.MethodGet {
			wrong = append(wrong, "ovh: "+r.Method+" "+r.Path)
		}
	}
	for _, t := range w.Mail.Transactions() {
		if t.User != "" {
			wrong = append(wrong, "mail to "+strings.Join(t.To, ", "))
		}
	}
	if n := w.Mail.Changes(); n > 0 {
		wrong = append(wrong, fmt.Sprintf("imap: %d changes", n))
	}
	if len(wrong) > 0 {
		ts.Fatalf("written outside:\n%s", strings.Join(wrong, "\n"))
	}
	if len(w.Jira.Requests()) == 0 {
		ts.Fatalf("nothing was asked of Jira at all")
	}
}

// moments are times as the three languages write them, and spans of minutes.
var moments = regexp.MustCompile(`\d{2}/\d{2}/\d{4} a l(a|es) \d{1,2}\.\d{2}\x{a0}h`)

// ageless prints once more what was printed last, with the days and hours masked. Spans
// stay, in hours: they are the same in each run.
func ageless(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: ageless")
	}
	s := moments.ReplaceAllString(ts.ReadFile("stdout"), "DIA HORA")
	fmt.Fprint(ts.Stdout(), regexp.MustCompile(`(\d+)\x{a0}h \d+\x{a0}min`).ReplaceAllString(s, "${1}\u00a0h"))
}
