package receive_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/receive"
)

const (
	followerID = "qrstuvwxyz234567"
	otherID    = "234567qrstuvwxyz"
)

// follower shares the case of the bench.
func follower(id, issueID string) bridge.Case {
	return bridge.Case{
		ID: id, IssueID: issueID, IssueKey: "SUP-" + issueID, Provider: "claranet", State: bridge.Joined,
		Leader: caseID, LeaderKey: "SUP-42", Label: "escalar-claranet",
	}
}

// shared decides on an answer to a case that others share.
func (b bench) shared(raw string, c *bridge.Case, followers ...bridge.Case) bridge.Verdict {
	b.t.Helper()
	m, err := b.Read(b.t.Context(), opener(raw), int64(len(raw)))
	if err != nil {
		b.t.Fatal(err)
	}
	v, err := b.Decide(receive.Input{
		Now: now, Mail: bridge.Mail{Blob: "blob-1", ArrivedAt: now}, Message: m, Case: c, Followers: followers,
		Ledger: &past{},
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// TestAnAnswerIsPostedOnAllThatShareIt: the files on the issue that was escalated,
// the comment on each. Of those that share it only this is noted: nobody need call.
func TestAnAnswerIsPostedOnAllThatShareIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	followers := []bridge.Case{follower(followerID, "43"), follower(otherID, "44")}
	followers[1].CallUntil = now.Add(-3 * time.Hour) // when the desk opened
	v := b.shared(border("css@claranet.es")+"In-Reply-To: <"+b.id("claranet", caseID, 1)+">\n"+withFiles, b.theCase(), followers...)
	if v.Outcome != bridge.MailPosted || len(v.Case.Effects) != 3 || len(v.Case.Others) != 2 || v.Case.Case.State != bridge.Answered {
		t.Fatalf("%s, %d effects, %d others", v.Outcome, len(v.Case.Effects), len(v.Case.Others))
	}
	own := comment(t, v.Case.Effects[2])
	if strings.Contains(own, "SUP-") || !strings.HasSuffix(own, `Fitxers adjunts: captura.png, CAPTURA \(2).PNG`) {
		t.Errorf("the comment on the issue itself:\n%s", own)
	}
	const hash = "a99b8635c538d11fcffc020d7b8b7ea1"
	for i, o := range v.Case.Others {
		want := followers[i]
		want.AwareAt, want.HeardAt, want.ConfirmedAt, want.CallUntil = now, now, now, time.Time{}
		if diff := cmp.Diff(want, o.Case); diff != "" {
			t.Errorf("the follower (-before +after):\n%s", diff)
		}
		if len(o.Effects) != 1 || o.Effects[0].Key != "reply/"+followers[i].ID+"/"+hash || len(o.Audit) != 1 {
			t.Fatalf("%+v", o)
		}
		shown := comment(t, o.Effects[0])
		if want := strings.Replace(own, "adjunts: ", "adjunts a SUP-42: ", 1); shown != want {
			t.Errorf("got\n%s\nwant\n%s", shown, want)
		}
	}
}

// TestALongAnswerIsSharedAlike: each comment is cut, the mail is attached once, and
// every comment says where it is.
func TestALongAnswerIsSharedAlike(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	raw := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n\n" + strings.Repeat("una línea\n", 5000)
	v := b.shared(raw, b.theCase(), follower(followerID, "43"))
	if len(v.Case.Effects) != 3 || attachment(t, v.Case.Effects[1]).Part != message.Whole || len(v.Case.Others) != 1 {
		t.Fatalf("%d effects, %d others", len(v.Case.Effects), len(v.Case.Others))
	}
	if shown := comment(t, v.Case.Effects[2]); !strings.Contains(shown, "sencer al fitxer adjunt "+textName) || utf16Length(shown) > 32767 {
		t.Errorf("the issue itself: %q", shown[len(shown)-200:])
	}
	if shown := comment(t, v.Case.Others[0].Effects[0]); !strings.Contains(shown, "sencer a SUP-42, al fitxer adjunt "+textName) || utf16Length(shown) > 32767 {
		t.Errorf("the other: %q", shown[len(shown)-200:])
	}
}

// TestWhatOnlyOthersCutIsAttached: their comments say a little more, and so there
// are answers which fit on one issue alone.
func TestWhatOnlyOthersCutIsAttached(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	head := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n"
	const tail = "\n--b\nContent-Type: image/png; name=a.png\n\nx\n--b--\n"
	length := func(n int) int {
		v := b.shared(head+strings.Repeat("x", n)+tail, b.theCase())
		return utf16Length(comment(t, v.Case.Effects[len(v.Case.Effects)-1]))
	}
	n := 32767 - (length(100) - 100)
	if length(n) != 32767 {
		t.Fatalf("%d characters", length(n))
	}
	v := b.shared(head+strings.Repeat("x", n)+tail, b.theCase(), follower(followerID, "43"))
	if len(v.Case.Effects) != 4 || attachment(t, v.Case.Effects[1]).Name != textName || attachment(t, v.Case.Effects[2]).Name != "original.eml" {
		t.Fatalf("%d effects", len(v.Case.Effects))
	}
	if shown := comment(t, v.Case.Others[0].Effects[0]); !strings.Contains(shown, textName+", original.eml") {
		t.Errorf("%q", shown[len(shown)-200:])
	}
}

func TestWhoDoesNotShare(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	parted, another, same, closed := follower(otherID, "43"), follower(otherID, "43"), follower(otherID, "10042"), follower(otherID, "43")
	parted.State, another.Leader, closed.State = bridge.Settling, "somebody else", bridge.Closed
	answer := border("css@claranet.es") + "In-Reply-To: <" + b.id("claranet", caseID, 1) + ">\n\nHecho\n"
	for name, f := range map[string]bridge.Case{"parted": parted, "of another": another, "the same issue": same, "closed": closed} {
		if v := b.shared(answer, b.theCase(), f); len(v.Case.Others) != 0 {
			t.Errorf("%s: %+v", name, v.Case.Others)
		}
	}
	// What is kept back is told on the issue that was escalated alone.
	stranger := strings.ReplaceAll(answer, "css@claranet.es", "x@evil.example")
	if v := b.shared(stranger, b.theCase(), follower(followerID, "43")); v.Outcome != bridge.MailQuarantined || len(v.Case.Effects) != 1 || len(v.Case.Others) != 0 {
		t.Errorf("%+v", v)
	}
	own := "From: " + own + "\nMessage-ID: <" + b.id("claranet", caseID, 1) + ">\n\nx"
	if v := b.shared(own, b.theCase(), follower(followerID, "43")); v.Outcome != bridge.MailOwn || len(v.Case.Others) != 0 {
		t.Errorf("%+v", v)
	}
}

// TestWhatAProgramWritesTooLateSaysSo, but not where the next case follows the issue.
func TestWhatAProgramWritesTooLateSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const note = "Aquesta incidència ja no s’escala des d’aquí."
	for name, test := range map[string]struct {
		state   bridge.State
		closing bridge.Closing
		want    bool
	}{
		"open":         {bridge.Answered, "", false},
		"undelivered":  {bridge.Undelivered, "", false},
		"label gone":   {bridge.Closed, bridge.ByLabel, true},
		"resolved":     {bridge.Closed, bridge.ByResolved, true},
		"before":       {bridge.Closed, "", true},
		"next follows": {bridge.Closed, bridge.ByAnother, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := b.theCase()
			c.State, c.Closing = test.state, test.closing
			v := b.shared(border("css@claranet.es")+"Auto-Submitted: auto-generated\nIn-Reply-To: <"+b.id("claranet", caseID, 1)+">\n\nAsignado\n", c, follower(followerID, "43"))
			if got := strings.Contains(comment(t, v.Case.Effects[0]), note); got != test.want {
				t.Errorf("said: %v", got)
			}
			if test.state == bridge.Closed && v.Case.Case.State != bridge.Closed {
				t.Errorf("state %s", v.Case.Case.State)
			}
			// The label of the other issue is on, and its case is open.
			if strings.Contains(comment(t, v.Case.Others[0].Effects[0]), note) {
				t.Error("said on the issue that shares the case")
			}
		})
	}
}
