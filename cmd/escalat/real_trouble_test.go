package main

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"escalat/internal/peer"
)

// TestRealTrouble is what goes wrong with a mail, by the real program and a real
// Exim: what it ends in, and what the issue tells of it.
func TestRealTrouble(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: what the race detector looks for is not in the program that is built here")
	}
	t.Parallel()
	bin := build(t)
	for _, tc := range troubles() {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := tc.begin(t, bin)
			_, s.key = s.jira.CreateIssue(person, "AOC", summary, complete+"\nLa pantalla: pàgina d'alta.png\n")
			for _, f := range tc.files {
				_, err := s.jira.AddAttachment(person, s.key, f.name, f.media, []byte(strings.Repeat(f.line, f.lines)))
				s.act(err)
			}
			s.act(s.jira.AddLabel(person, s.key, label))
			if tc.passes != nil {
				tc.passes(s)
			}
			s.daemon.await("it has ended", func() bool { return s.told(tc.last) })
			s.daemon.await("nothing is left to do", s.daemon.idle)
			tc.check(s)
		})
	}
}

// trouble is one way in which a mail meets difficulties.
type trouble struct {
	name  string
	to    []string // besides the desk
	alone bool     // not to the desk
	exim  peer.EximOptions
	fault wireFault
	night bool
	down  bool // the server is away at first
	files []upload
	set   []string // further environment

	passes func(*story) // what happens until it is over; nil: nothing
	last   string       // the comment after which nothing follows

	mails  int      // for the desk
	brings []string // names of the files that they bring
	labels []string
}

type upload struct {
	name, media, line string
	lines             int
}

const (
	sentLabel, unsentLabel, callLabel = "claranet-enviat", "claranet-no-enviat", "claranet-cal-trucar"
	sentWords, unsentWords            = "enviat a Claranet", "NO s’ha enviat"
	delayWords                        = "encara no s’ha pogut lliurar"
)

func troubles() []trouble {
	large := upload{"catalina.log", "text/plain", "SEVERE: Connection refused (10.0.0.2:8009)\r\n", 4000}
	small := upload{"pàgina d'alta.png", "image/png", "\x89PNG\r\n\x1a\n\xff\x00", 2000}
	return []trouble{
		{
			name: "greylisted", last: sentWords, mails: 1, labels: []string{sentLabel},
			passes: func(s *story) { s.deferred(peer.AtRecipients, "temporarily rejected RCPT") },
		},
		{
			name: "not-now", last: sentWords, mails: 1, labels: []string{sentLabel}, files: []upload{small}, brings: []string{small.name},
			passes: func(s *story) { s.deferred(peer.AtMail, "temporarily rejected after DATA") },
		},
		{
			name: "busy-for-long", last: sentWords, mails: 1, labels: []string{sentLabel},
			passes: func(s *story) {
				s.border.Defer(s, peer.AtRecipients, true)
				s.daemon.await("the delay is told", func() bool { return s.told(delayWords) })
				s.border.Defer(s, peer.AtRecipients, false)
			},
		},
		{
			name: "answer-lost", fault: cutAnswer, last: sentWords, mails: 1, labels: []string{sentLabel}, files: []upload{small}, brings: []string{small.name},
		},
		{
			name: "mail-lost", fault: cutMail, last: sentWords, mails: 1, labels: []string{sentLabel},
			set: []string{"ESCALAT_MAIL_COPY_WAIT=2s", "ESCALAT_IMAP_POLL_INTERVAL=1s"},
		},
		{
			name: "too-large", exim: peer.EximOptions{SizeLimit: 100_000}, fault: hideSize, last: sentWords, mails: 1, labels: []string{sentLabel},
			files: []upload{large, small},
		},
		{
			name: "size-told", exim: peer.EximOptions{SizeLimit: 100_000}, last: sentWords, mails: 1, labels: []string{sentLabel},
			files: []upload{large, small}, brings: []string{small.name},
		},
		{
			name: "refused", to: []string{"refuse-desk@" + peer.Domain}, alone: true, last: unsentWords, labels: []string{unsentLabel},
			files: []upload{small},
		},
		{
			name: "one-of-two-refused", to: []string{"refuse-noc@" + peer.Domain}, last: unsentWords, labels: []string{unsentLabel},
		},
		{
			name: "away", down: true, last: sentWords, mails: 1, labels: []string{sentLabel},
			passes: func(s *story) { s.away() },
		},
		{
			name: "away-by-night", down: true, night: true, last: sentWords, mails: 1, labels: []string{sentLabel, callLabel},
			passes: func(s *story) { s.away() },
		},
		{
			name: "refused-by-night", night: true, to: []string{"refuse-desk@" + peer.Domain}, alone: true, last: unsentWords,
			labels: []string{unsentLabel, callLabel},
		},
	}
}

// begin starts everything around an issue.
func (tc trouble) begin(t *testing.T, bin string) *story {
	t.Helper()
	s := &story{T: t, open: !tc.night, boxes: peer.Dovecot(t)}
	s.border = peer.Exim(t, s.boxes, tc.exim)
	s.wire = &wire{addr: s.border.SMTP} // straight
	if tc.fault != "" {
		s.wire = newWire(t, s.border, tc.fault)
	}
	s.jira, s.url = startJira(t, false)
	to := tc.to
	if !tc.alone {
		to = append([]string{desk}, to...)
	}
	s.daemon = newDaemon(t, bin, append(s.environ(sqlite(t)), append(tc.set, "ESCALAT_CLARANET_TO="+strings.Join(to, ","))...))
	if tc.down {
		s.border.Stop()
	}
	s.daemon.start()
	return s
}

// deferred has the server put the mail off, until its log says so twice.
func (s *story) deferred(at peer.Step, logged string) {
	s.border.Defer(s, at, true)
	s.daemon.await("it was put off twice", func() bool { return strings.Count(s.border.Log(), logged) >= 2 })
	s.border.Defer(s, at, false)
}

// away waits until the delay is told, and brings the server back.
func (s *story) away() {
	s.daemon.await("the delay is told", func() bool { return s.told(delayWords) })
	s.border.Start(s)
}

// check holds the end of the trouble to what was promised.
func (tc trouble) check(s *story) {
	issue, err := s.jira.Issue(s.key)
	s.act(err)
	if diff := cmp.Diff(append([]string{label}, tc.labels...), issue.Labels, cmpopts.SortSlices(strings.Compare)); diff != "" {
		s.Errorf("labels (-want +got):\n%s", diff)
	}
	if n := strings.Count(s.border.Log(), " <= "+ours+" "); n != tc.mails {
		s.Errorf("%d mails were submitted:\n%s", n, s.border.Log())
	}
	s.boxes.Await(s, desk, tc.mails)
	s.boxes.Await(s, ours, tc.mails)
	mails := s.read(desk)
	if len(mails) != tc.mails || s.mails(ours) != tc.mails {
		s.Fatalf("the desk has %d mails, we have %d", len(mails), s.mails(ours))
	}
	var id string
	for _, l := range mails {
		id = l.ID
		if diff := cmp.Diff(tc.uploaded(), l.files(), cmpopts.EquateEmpty()); diff != "" {
			s.Errorf("files (-Jira +Dovecot):\n%s", diff)
		}
	}
	if len(mails) > 0 {
		s.checkReaders(mails)
		for _, f := range tc.files {
			if !strings.Contains(mails[0].Parts[0].Text, f.name) {
				s.Errorf("the mail says nothing of %s:\n%s", f.name, mails[0].Parts[0].Text)
			}
		}
	}
	golden(s.T, "real/trouble-"+tc.name+".golden", s.shownTrouble(id))
}

// uploaded are the files that the mail is to bring.
func (tc trouble) uploaded() (out []leaf) {
	for _, f := range tc.files {
		if slices.Contains(tc.brings, f.name) {
			content := strings.Repeat(f.line, f.lines)
			sum := sha256.Sum256([]byte(content))
			out = append(out, leaf{Type: f.media, Name: f.name, Size: len(content), Digest: hex.EncodeToString(sum[:])})
		}
	}
	return out
}

// local is an address of this machine.
var local = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// shownTrouble are the comments, without what differs from run to run.
func (s *story) shownTrouble(id string) string {
	var shown []string
	for _, c := range s.jira.Comments(s.key) {
		body := strings.ReplaceAll(c.Body, s.jira.Mention(person), "[~"+person+"]")
		if id != "" {
			body = strings.ReplaceAll(body, id, "(token)@"+peer.Domain)
		}
		shown = append(shown, timeless(local.ReplaceAllString(body, "127.0.0.1:N")))
	}
	return strings.Join(shown, "\n\n----\n\n") + "\n"
}
