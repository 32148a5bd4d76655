package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"escalat/bridge"
	"escalat/internal/app"
	"escalat/internal/store"
)

// held is a mail as the mailbox holds it.
type held struct{ mark, hash string }

// contents are all mails of the mailbox, by FOLDER/UIDVALIDITY/UID.
func (r *reconciliation) contents() map[string]held {
	r.Helper()
	all := map[string]held{}
	r.person(func(c *imapclient.Client) {
		folders, err := c.List("", "*", nil).Collect()
		r.act(err)
		for _, f := range folders {
			box, err := c.Select(f.Mailbox, &imap.SelectOptions{ReadOnly: true}).Wait()
			r.act(err)
			if box.NumMessages == 0 {
				continue
			}
			whole := &imap.FetchItemBodySection{Peek: true}
			mails, err := c.Fetch(imap.SeqSet{{Start: 1, Stop: 0}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}}).Collect()
			r.act(err)
			for _, m := range mails {
				raw := m.FindBodySection(whole)
				sum := sha256.Sum256(raw)
				all[fmt.Sprintf("%s/%d/%d", f.Mailbox, box.UIDValidity, m.UID)] = held{markIn(string(raw)), hex.EncodeToString(sum[:])}
			}
		}
	})
	return all
}

func nameOfRow(m bridge.Mail) string { return store.IDOf(m).String() }

// rows are those of the ledger.
func (r *reconciliation) rows() []bridge.Mail {
	r.Helper()
	if r.ledger == nil {
		cfg, _, err := loadConfig(r.environment)
		r.act(err)
		r.ledger, err = app.OpenLedger(r.Context(), cfg)
		r.act(err)
		r.Cleanup(func() { r.act(r.ledger.Close()) })
	}
	rows, err := r.ledger.Mails(r.Context(), app.MailFilter{Limit: 20_000})
	r.act(err)
	return rows
}

// check holds the end to what was promised.
func (r *reconciliation) check() {
	rows := r.rows()
	r.checkArrived()
	r.checkRows(rows)
	r.checkTexts()
	r.checkIssueFiles()
	r.checkAccount(rows)
	r.checkExplained(rows)
	if n := r.mails(desk); n != issuesOfLedger {
		r.Errorf("the desk has %d mails, but there are %d issues", n, issuesOfLedger)
	}
	if n := strings.Count(r.border.Log(), ":"+ours+" "); n != issuesOfLedger {
		r.Errorf("%d mails were submitted with our login, but there are %d issues", n, issuesOfLedger)
	}
	if code := r.daemon.stop(patience); code != exitDone {
		r.Errorf("the program ends with %d", code)
	}
	r.checkLog()
}

// checkArrived: the test itself has lost no mail.
func (r *reconciliation) checkArrived() {
	r.Helper()
	came, want := 0, map[string]int{}
	for _, p := range r.mix.pieces {
		want[p.mark] += p.copies
	}
	for _, h := range r.box {
		want[h.mark]--
		came++
	}
	for mark, n := range want {
		if n > 0 && mark != "" {
			p := r.mix.of(mark)[0]
			r.Errorf("%s %s: %d of it did not arrive", p.class.name, mark, n)
		}
	}
	r.Logf("%d deliveries; the mailbox holds %d mails", len(r.mix.pieces), came)
}

// checkRows: every mail of the mailbox has a row, every row is of a mail, and those of
// each mail are what its class wants.
func (r *reconciliation) checkRows(rows []bridge.Mail) {
	r.Helper()
	ended, seen := map[string][]bridge.Mail{}, map[string]int{}
	r.recognise(rows)
	for _, row := range rows {
		name := nameOfRow(row)
		if seen[name]++; seen[name] > 1 {
			r.Errorf("%s stands twice in the ledger", name)
		}
		if row.Outcome == "" || row.Reason == "" || !slices.Contains(bridge.MailOutcomes(), row.Outcome) {
			r.Errorf("%s: outcome %q, reason %q", name, row.Outcome, row.Reason)
		}
		mark := r.bears(row)
		if mark == unknownMark {
			r.Errorf("%s (%s, %s) is no mail that ever was", name, row.Outcome, row.Reason)
			continue
		}
		if h, there := r.box[name]; there && row.Hash != "" && row.Hash != h.hash && row.Size <= wholeOfLedger {
			r.Errorf("%s (%s) has other bytes in the ledger", name, mark)
		}
		ended[mark] = append(ended[mark], row)
	}
	for name, h := range r.box {
		if seen[name] == 0 {
			r.Errorf("%s (%s) was lost", name, h.mark)
		}
	}
	for mark, all := range ended {
		if mark != "" { // our own copies have none
			r.checkEnds(mark, all)
		}
	}
	for _, row := range ended[""] {
		if row.Outcome != bridge.MailOwn && row.Outcome != bridge.MailDuplicate {
			r.Errorf("our own copy is %s: %s", row.Outcome, row.Reason)
		}
	}
}

// unknownMark is that of a row of which nobody knows which mail it is.
const unknownMark = "?"

// recognise learns which mails the rows are of that stand for one which was moved since.
func (r *reconciliation) recognise(rows []bridge.Mail) {
	r.byHash, r.byID = map[string]string{}, map[string]string{}
	for _, h := range r.box {
		r.byHash[h.hash] = h.mark
	}
	for _, row := range rows {
		if h, there := r.box[nameOfRow(row)]; there && row.MessageID != "" {
			r.byID[row.MessageID] = h.mark
		}
	}
}

// bears is the mark of the mail that a row is of; our own copies have none.
func (r *reconciliation) bears(row bridge.Mail) string {
	if h, there := r.box[nameOfRow(row)]; there {
		return h.mark
	}
	if mark, known := r.byHash[row.Hash]; known {
		return mark
	}
	if mark, known := r.byID[row.MessageID]; known {
		return mark
	}
	return unknownMark
}

// checkEnds: a mail has ended once as its class wants, and otherwise as a copy of itself.
func (r *reconciliation) checkEnds(mark string, rows []bridge.Mail) {
	r.Helper()
	c := r.mix.of(mark)[0].class
	proper := 0
	for _, row := range rows {
		switch {
		case row.Outcome == c.outcome || c.or != "" && row.Outcome == c.or:
			proper++
			if c.gate != "" && row.Gate != c.gate {
				r.Errorf("%s %s: kept by the gate %q (%s), want %q", c.name, mark, row.Gate, row.Reason, c.gate)
			}
		case row.Outcome == bridge.MailDuplicate:
		default:
			r.Errorf("%s %s: %s is %s (%s %s), want %s", c.name, mark, nameOfRow(row), row.Outcome, row.Gate, row.Reason, c.outcome)
		}
	}
	if proper == 0 || proper > 1 && c.shown == once {
		r.Errorf("%s %s: %d of %d rows are %s", c.name, mark, proper, len(rows), c.outcome)
	}
}

// checkTexts: what the issues show, and what they do not.
func (r *reconciliation) checkTexts() {
	r.Helper()
	where := map[string][]string{}
	for _, n := range r.issues {
		for _, c := range r.jira.Comments(n.key) {
			for _, mark := range slices.Compact(slices.Sorted(slices.Values(textMarks(c.Body)))) {
				where[mark] = append(where[mark], n.key)
			}
		}
	}
	anywhere, checked := map[string]bool{}, map[string]bool{}
	for _, mark := range markWord.FindAllString(string(r.jira.Snapshot()), -1) {
		anywhere[mark] = true
	}
	for _, p := range r.mix.pieces {
		if checked[p.mark] {
			continue
		}
		checked[p.mark] = true
		got, key := where[p.mark], r.issues[p.issue].key
		right := len(got) == 0 || len(got) == 1 && got[0] == key
		if p.class.shown == nowhere && anywhere[p.mark] {
			r.Errorf("%s %s stands in Jira", p.class.name, p.mark)
		}
		if p.class.shown == nowhere && len(got) > 0 || p.class.shown == once && len(got) == 0 || !right {
			r.Errorf("%s %s about %s: its text stands on %v", p.class.name, p.mark, key, got)
		}
	}
}

// textMarks are the marks of a text, but for those in the names of files.
func textMarks(text string) (found []string) {
	for _, at := range markWord.FindAllStringIndex(text, -1) {
		if !strings.HasPrefix(text[at[1]:], ".txt") {
			found = append(found, text[at[0]:at[1]])
		}
	}
	return found
}

// checkIssueFiles: each content is on an issue once, those of our mails among them.
func (r *reconciliation) checkIssueFiles() {
	r.Helper()
	for _, n := range r.issues {
		times := map[string]int{}
		for _, a := range r.jira.Attachments(n.key) {
			content := string(a.Content)
			if times[content]++; times[content] == 2 {
				r.Errorf("%s has the content of %s twice", n.key, a.Name)
			}
			for _, mark := range markWord.FindAllString(content, -1) {
				if p := r.mix.of(mark); len(p) > 0 && (p[0].class.shown != once || r.issues[p[0].issue].key != n.key) {
					r.Errorf("%s %s is in the file %s of %s", p[0].class.name, mark, a.Name, n.key)
					break
				}
			}
		}
		for content := range n.files {
			if times[content] != 1 {
				r.Errorf("%s has %q %d times", n.key, content, times[content])
			}
		}
	}
}

// checkAccount: the commands and the metrics count what the ledger holds.
func (r *reconciliation) checkAccount(rows []bridge.Mail) {
	r.Helper()
	for name, want := range map[string]int{
		"escalat_ledger_difference": 0, "escalat_ledger_undecided": 0, "escalat_ledger_seen": len(rows), "escalat_mails_set_aside": 0,
	} {
		r.patient(fmt.Sprintf("%s is %d", name, want), func() bool { return r.gauge(name) == strconv.Itoa(want) })
	}
	count := map[bridge.MailOutcome]int{}
	for _, row := range rows {
		count[row.Outcome]++
	}
	var parts []string
	for _, o := range bridge.MailOutcomes() {
		if n := count[o]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	out, code := r.command("mails", "--limit", "20000")
	want := fmt.Sprintf("\n%d mails seen: %s\n", len(rows), strings.Join(parts, ", "))
	if code != exitDone || !strings.HasSuffix(out, want) || strings.Count(out, "\n") != len(rows)+2 {
		r.Errorf("escalat mails: %d, %d lines, …%s; want %s", code, strings.Count(out, "\n"), out[max(0, len(out)-300):], want)
	}
	r.Log(strings.TrimSpace(want))
}

// checkExplained: what became of one mail of each class, as the program tells it.
func (r *reconciliation) checkExplained(rows []bridge.Mail) {
	r.Helper()
	asked := map[string]bool{}
	for _, row := range rows {
		pieces := r.mix.of(r.bears(row))
		if len(pieces) == 0 || asked[pieces[0].class.name] || row.Outcome == bridge.MailDuplicate {
			continue
		}
		asked[pieces[0].class.name] = true
		name := cmp.Or(row.MessageID, nameOfRow(row))
		out, code := r.command("explain", name)
		if code != exitDone || !strings.Contains(out, fmt.Sprintf("%s\n  %-12s %s\n  %-12s ", nameOfRow(row), "outcome", row.Outcome, "because")) {
			r.Errorf("escalat explain %s (%s): %d\n%s", name, row.Outcome, code, out)
		}
	}
	for _, p := range r.mix.pieces {
		if !asked[p.class.name] {
			r.Errorf("no mail of the class %q was explained", p.class.name)
			asked[p.class.name] = true
		}
	}
}

// command runs the program beside the one that runs.
func (r *reconciliation) command(args ...string) (out string, code int) {
	r.Helper()
	cmd := exec.CommandContext(r.Context(), r.daemon.bin, args...)
	var said, wrong bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = r.environment, r.TempDir(), &said, &wrong
	err := cmd.Run()
	if err != nil && cmd.ProcessState == nil {
		r.Fatal(err)
	}
	return said.String() + wrong.String(), cmd.ProcessState.ExitCode()
}
