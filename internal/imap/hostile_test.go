package imap

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

const (
	quick = 500 * time.Millisecond // a CommandTimeout for servers that hang
	often = 10 * time.Millisecond  // a PollInterval
)

// patience is the CommandTimeout for a fault.
func patience(fault string) time.Duration {
	if strings.HasPrefix(fault, "hang") {
		return quick
	}
	return 0
}

func letter(n int) string {
	return fmt.Sprintf("Subject: %d\r\n\r\nbody %d\r\n", n, n)
}

// once gives true the first n times.
func once(n int64) func() bool {
	var asked atomic.Int64
	return func() bool { return asked.Add(1) <= n }
}

// A fault anywhere, whatever it is, only delays the mail.
func TestFaultsAreSurvived(t *testing.T) {
	t.Parallel()
	hang := func(k *talk, _ string) { k.hang() }
	drop := func(k *talk, _ string) { _ = k.conn.Close() }
	bye := func(k *talk, _ string) { k.say("* BYE restarting"); _ = k.conn.Close() }
	garbage := func(k *talk, tag string) { k.say("* )(\x00\x1b[2J {99999999999999\r\n%s WHAT", tag) }
	flood := func(k *talk, _ string) {
		for k.say("* OK %s", strings.Repeat("x", 4000)) {
		}
	}
	buffer := func(k *talk, _ string) {
		k.say("* LIST () \"/\" {3000000000}")
		for k.say("%s", strings.Repeat("x", 4000)) {
		}
	}
	busy := func(k *talk, tag string) { k.say("%s NO [UNAVAILABLE] try later", tag) }
	nonsense := func(k *talk, tag string) {
		k.say("* 1 FETCH (UID 6 FLAGS (\\Seen))\r\n* 3 EXPUNGE\r\n%s BAD what?", tag)
	}
	faults := map[string]func(*talk, string){
		"hang": hang, "drop": drop, "bye": bye, "garbage": garbage, "flood": flood, "buffer": buffer, "busy": busy, "bad": nonsense,
	}
	for _, command := range []string{"GREETING", "CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH 6 (UID RFC", "UID FETCH 6 (UID INT", "UID FETCH 6 (UID BODY", "IDLE"} {
		for name, fault := range faults {
			t.Run(command+" "+name, func(t *testing.T) {
				t.Parallel()
				f := newFake(t, post{uid: 6, body: letter(6)})
				failing := once(1)
				f.script(func(k *talk, tag, said string) bool {
					if !strings.HasPrefix(said, command) || !failing() {
						return false
					}
					if tag == "" {
						tag = "*"
					}
					fault(k, tag)
					return true
				})
				sink := newMemory().at(7, 5)
				r := start(t, sink, Config{Addr: f.addr, CommandTimeout: patience(name), PollInterval: often})
				got := sink.mails(t, 1)
				if got[0].UID != 6 || got[0].Outcome != "" || sink.blob(got[0].Blob) != letter(6) {
					t.Errorf("got %+v", got[0])
				}
				if err := r.stop(); err != nil {
					t.Errorf("Run: %v", err)
				}
				if strings.Contains(r.log.String(), "panic") || strings.Contains(r.log.String(), "level=ERROR") && name != "bad" {
					t.Error(r.log)
				}
			})
		}
	}
}

// One mail that breaks the connection each time does not stop the next.
func TestBadMailIsGivenUp(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault func(k *talk, tag string)
		words string
	}{
		{"hang", func(k *talk, _ string) { k.hang() }, "does not answer"},
		{"drop in the middle", func(k *talk, _ string) {
			_, _ = io.WriteString(k.conn, "* 1 FETCH (UID 6 BODY[] {500}\r\nSubject: half")
			_ = k.conn.Close()
		}, "EOF"},
		{"hang in the middle", func(k *talk, _ string) {
			_, _ = io.WriteString(k.conn, "* 1 FETCH (UID 6 BODY[] {500}\r\nSubject: half")
			k.hang()
		}, "does not answer"},
		{"refusal", func(k *talk, tag string) { k.say("%s NO [SERVERBUG] message is corrupt", tag) }, "message is corrupt"},
		{"no content", func(k *talk, tag string) { k.say("* 1 FETCH (UID 6 FLAGS ())\r\n%s OK", tag) }, "no content"},
		{"empty content", func(k *talk, tag string) { k.say("* 1 FETCH (UID 6 BODY[] {0}\r\n)\r\n%s OK", tag) }, "no content"},
		{"nil content", func(k *talk, tag string) { k.say("* 1 FETCH (UID 6 BODY[] NIL)\r\n%s OK", tag) }, "no content"},
		{"refusal after the content", func(k *talk, tag string) {
			k.say("* 1 FETCH (UID 6 BODY[] {2}\r\nab)\r\n%s NO broken", tag)
		}, "broken"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t, post{uid: 5, body: letter(5)}, post{uid: 6, body: letter(6)}, post{uid: 7, body: letter(7)})
			f.script(func(k *talk, tag, said string) bool {
				if said != "UID FETCH 6 (UID BODY.PEEK[])" {
					return false
				}
				f.change(func() { f.fetched[said]++ })
				tt.fault(k, tag)
				return true
			})
			sink := newMemory().at(7, 4)
			r := start(t, sink, Config{Addr: f.addr, CommandTimeout: patience(tt.name), PollInterval: often})
			got := sink.mails(t, 3)
			var outcomes []bridge.MailOutcome
			for _, m := range got {
				outcomes = append(outcomes, m.Outcome)
			}
			if diff := cmp.Diff([]bridge.MailOutcome{"", bridge.MailUnreadable, ""}, outcomes); diff != "" {
				t.Error(diff)
			}
			if got[1].UID != 6 || !strings.Contains(got[1].Reason, tt.words) || got[1].Blob != "" || got[1].ArrivedAt.IsZero() {
				t.Errorf("row %+v lacks %q", got[1], tt.words)
			}
			if sink.blob(got[0].Blob) != letter(5) || sink.blob(got[2].Blob) != letter(7) {
				t.Error("the others did not come whole")
			}
			_ = r.stop()
			if n := f.asked("UID FETCH 6 (UID BODY.PEEK[])"); n != 2 {
				t.Errorf("asked %d times", n)
			}
			if n := f.asked("5 (UID BODY.PEEK[])"); n != 1 {
				t.Errorf("the mail before it was fetched %d times", n)
			}
			if st := r.Status(); st.Stored != 3 || st.Unreadable != 1 {
				t.Errorf("status %+v", st)
			}
		})
	}
}

// With a poll in half an hour only IDLE can tell of a mail.
func TestIdleTells(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	tell := once(3)
	f.script(func(k *talk, tag, said string) bool {
		if said != "IDLE" || !tell() {
			return false
		}
		f.change(func() { f.posts = append(f.posts, post{uid: uint32(len(f.posts) + 1), body: letter(1)}) })
		k.say("+ idling\r\n* %d EXISTS", len(f.posts))
		if line, ok := k.line(); ok && line != "DONE" {
			t.Errorf("said %q while idling", line)
		}
		return k.say("%s OK done", tag)
	})
	sink := newMemory().at(7, 0)
	start(t, sink, Config{Addr: f.addr, PollInterval: maxPoll})
	for uid := range uint32(3) {
		if got := sink.mails(t, 1)[0]; got.UID != uid+1 {
			t.Errorf("row %+v", got)
		}
	}
}

// A change that is told while the folder is being searched is not forgotten.
func TestNewsDuringSearch(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	late := once(1)
	f.script(func(k *talk, tag, said string) bool {
		if !strings.HasPrefix(said, "UID SEARCH") || !late() {
			return false
		}
		f.change(func() { f.posts = append(f.posts, post{uid: 1, body: letter(1)}) })
		return k.say("* SEARCH\r\n* 1 EXISTS\r\n%s OK done", tag)
	})
	sink := newMemory().at(7, 0)
	start(t, sink, Config{Addr: f.addr, PollInterval: maxPoll})
	sink.mails(t, 1)
}

func TestOldUIDIsNotNew(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 5, body: letter(5)})
	searched := make(chan string, 100)
	f.script(func(_ *talk, _, said string) bool {
		if strings.HasPrefix(said, "UID SEARCH") {
			searched <- said
		}
		return false
	})
	sink := newMemory().at(7, 5)
	start(t, sink, Config{Addr: f.addr, PollInterval: time.Millisecond})
	for range 3 {
		if said := <-searched; said != "UID SEARCH UID 6:*" {
			t.Errorf("said %q", said)
		}
	}
	f.change(func() { f.posts = append(f.posts, post{uid: 9, body: letter(9)}) })
	if c := sink.next(t); position(c.From) != [2]uint32{7, 5} || position(c.To) != [2]uint32{7, 9} || len(c.Mails) != 1 {
		t.Errorf("commit %+v", c)
	}
	if n := f.asked("5 (UID BODY.PEEK[])"); n != 0 {
		t.Error("the old mail was fetched again")
	}
}

// A mail that the server claims to have and does not give does not move the
// cursor: it may be a number out of thin air above all mails to come.
func TestPhantomsDoNotMoveTheCursor(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	ghost := once(1)
	f.script(func(k *talk, tag, said string) bool {
		return strings.HasPrefix(said, "UID SEARCH") && ghost() && k.say("* SEARCH 4294967295\r\n%s OK", tag)
	})
	sink := newMemory().at(7, 5)
	start(t, sink, Config{Addr: f.addr, PollInterval: time.Millisecond})
	f.change(func() { f.posts = append(f.posts, post{uid: 6, body: letter(6)}) })
	if c := sink.next(t); position(c.To) != [2]uint32{7, 6} {
		t.Errorf("commit %+v", c)
	}
}

func TestUIDValidityChange(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 1, body: letter(1)}, post{uid: 2, body: letter(2)})
	f.change(func() { f.validity = 8 })
	sink := newMemory().at(7, 1000)
	r := start(t, sink, Config{Addr: f.addr})
	if diff := cmp.Diff(commit{"INBOX", Cursor{7, 1000, 1000, 0}, Cursor{8, 0, 0, 2}, nil}, sink.next(t)); diff != "" {
		t.Error(diff)
	}
	c := sink.next(t)
	if position(c.From) != [2]uint32{8, 0} || position(c.To) != [2]uint32{8, 2} || len(c.Mails) != 2 || c.Mails[0].UIDValidity != 8 {
		t.Errorf("commit %+v", c)
	}
	_ = r.stop()
	if !strings.Contains(r.log.String(), "made anew") {
		t.Error("nobody was told")
	}
}

func TestServerWithoutUIDNext(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 40, body: letter(1)}, post{uid: 41, body: letter(2)})
	sink := newMemory()
	start(t, sink, Config{Addr: f.addr})
	if diff := cmp.Diff(commit{"INBOX", Cursor{}, Cursor{7, 41, 41, 0}, nil}, sink.next(t)); diff != "" {
		t.Error(diff)
	}
}

func TestServerThatLiesAboutSizes(t *testing.T) {
	t.Parallel()
	big := "Subject: big\r\n\r\n" + strings.Repeat("x", 5000)
	f := newFake(t, post{uid: 6, body: big, size: 10}, post{uid: 7, body: letter(7), size: 1})
	sink := newMemory().at(7, 5)
	start(t, sink, Config{Addr: f.addr, MaxSize: 1000, KeepSize: 1000})
	got := sink.mails(t, 2)
	if got[0].Outcome != "" || got[0].Size != int64(len(big)) || sink.blob(got[0].Blob) != "Subject: big\r\n\r\n" {
		t.Errorf("row %+v", got[0])
	}
	if got[1].Outcome != "" || sink.blob(got[1].Blob) != letter(7) || got[1].Size != int64(len(letter(7))) {
		t.Errorf("row %+v", got[1])
	}
}

func TestEmptyMail(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 6}, post{uid: 7})
	f.script(func(k *talk, tag, said string) bool {
		return said == "UID FETCH 7 (UID BODY.PEEK[])" && k.say("* 2 FETCH (UID 7 BODY[] NIL)\r\n%s OK", tag)
	})
	sink := newMemory().at(7, 5)
	start(t, sink, Config{Addr: f.addr})
	for _, m := range sink.mails(t, 2) {
		if m.Outcome != "" || m.Blob == "" || m.Size != 0 {
			t.Errorf("row %+v", m)
		}
	}
}

func TestRefusedLogin(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	tried := make(chan struct{}, 100)
	f.script(func(k *talk, tag, said string) bool {
		if !strings.HasPrefix(said, "LOGIN") {
			return false
		}
		tried <- struct{}{}
		return k.say("%s NO [AUTHENTICATIONFAILED] you said %s", tag, said)
	})
	r := start(t, newMemory(), Config{Addr: f.addr, Backoff: 50 * time.Microsecond, BackoffMax: 50 * time.Microsecond})
	for range 3 {
		<-tried
	}
	_ = r.stop()
	text := r.log.String()
	if n := strings.Count(text, "mailbox refuses the login"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, text)
	}
	st := r.Status()
	if strings.Contains(text+st.Err, password) || !strings.Contains(st.Err, "***") || st.Connected || !st.ErrSince.Equal(clock) {
		t.Errorf("status %+v, log:\n%s", st, text)
	}
	if !errors.Is(st.Cause, ErrRefused) {
		t.Errorf("cause %v", st.Cause)
	}
}

func TestOurOwnFailuresBlameNoMail(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 6, body: letter(6)})
	sink := newMemory().at(7, 5)
	failing := once(5)
	sink.failBlob = func() error {
		if failing() {
			return errors.New("disk full")
		}
		return nil
	}
	start(t, sink, Config{Addr: f.addr})
	if got := sink.mails(t, 1)[0]; got.Outcome != "" || sink.blob(got.Blob) != letter(6) {
		t.Errorf("row %+v", got)
	}
}

func TestAnotherReaderTakesOver(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 6, body: letter(6)})
	sink := newMemory().at(7, 5)
	sink.failCommit = func() error { return fmt.Errorf("epoch 4: %w", ErrMoved) }
	r, err := New(Config{Addr: f.addr, TLS: None, Username: "u", Password: "p"})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Run(t.Context(), sink); !errors.Is(err, ErrMoved) {
		t.Errorf("Run: %v", err)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add([]byte("* SEARCH 6\r\n"), []byte("* 1 FETCH (UID 6 BODY[] {3}\r\nabc)\r\n"))
	f.Add([]byte("* ESEARCH (TAG \"T1\") UID ALL 6:4000000000\r\n"), []byte("* 1 FETCH (BODY[] NIL UID 6)\r\n"))
	f.Fuzz(func(t *testing.T, search, fetch []byte) {
		server := newFake(t, post{uid: 6, body: letter(6)})
		server.script(func(k *talk, _, said string) bool {
			switch {
			case k.n > 1:
			case strings.HasPrefix(said, "UID SEARCH"):
				_, _ = k.conn.Write(search)
			case strings.Contains(said, "BODY"):
				_, _ = k.conn.Write(fetch)
			}
			return false
		})
		sink := newMemory().at(7, 5)
		r := start(t, sink, Config{Addr: server.addr, CommandTimeout: quick, PollInterval: often})
		sink.mails(t, 1)
		if err := r.stop(); err != nil {
			t.Error(err)
		}
	})
}
