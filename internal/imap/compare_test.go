package imap

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// A mail that the server gives late, below the cursor, is read once; what was there
// before the first start never is.
func TestLateMail(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 4, body: letter(4)}, post{uid: 5, body: letter(5)}, post{uid: 7, body: letter(7)})
	sink := newMemory()
	sink.cursors["INBOX"] = Cursor{UIDValidity: 7, UID: 7, First: 4}
	sink.rows = []bridge.Mail{{Folder: "INBOX", UIDValidity: 7, UID: 5}, {Folder: "INBOX", UIDValidity: 7, UID: 7}}
	r := start(t, sink, Config{Addr: f.addr, PollInterval: often, Now: slow(), CompareInterval: time.Nanosecond})
	f.change(func() { f.posts = append([]post{{uid: 3, body: letter(3)}, {uid: 6, body: letter(6)}}, f.posts...) })
	c := sink.next(t)
	if c.From != c.To || position(c.To) != [2]uint32{7, 7} || len(c.Mails) != 1 || c.Mails[0].UID != 6 || sink.blob(c.Mails[0].Blob) != letter(6) {
		t.Errorf("commit %+v", c)
	}
	f.change(func() { f.posts = append(f.posts, post{uid: 8, body: letter(8)}) })
	if c := sink.next(t); position(c.From) != [2]uint32{7, 7} || position(c.To) != [2]uint32{7, 8} || c.To.First != 4 {
		t.Errorf("commit %+v", c)
	}
	_ = r.stop()
	for _, uid := range []string{"3", "4", "5"} {
		if n := f.asked(uid + " (UID BODY.PEEK[])"); n != 0 {
			t.Errorf("mail %s was fetched", uid)
		}
	}
	if st := r.Status(); st.FoundCompared != 1 || st.Stored != 2 || st.LastCompare.IsZero() || !strings.Contains(r.log.String(), "not there when they should have been") {
		t.Errorf("status %+v", st)
	}
}

// What the server lists and does not give is asked for once.
func TestGhosts(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.script(func(k *talk, tag, said string) bool {
		if !strings.HasPrefix(said, "UID SEARCH UID 1:") {
			return false
		}
		k.say("* SEARCH 4 5 3000000000\r\n%s OK", tag)
		return true
	})
	sink := newMemory()
	sink.cursors["INBOX"] = Cursor{UIDValidity: 7, UID: 9}
	f.posts = []post{{uid: 10, body: letter(10)}}
	r := start(t, sink, Config{Addr: f.addr, PollInterval: often, Now: slow(), CompareInterval: time.Nanosecond})
	for uid := range uint32(5) {
		if got := sink.mails(t, 1)[0]; got.UID != 10+uid {
			t.Errorf("row %+v", got)
		}
		f.change(func() { f.posts = append(f.posts, post{uid: 11 + uid, body: letter(1)}) })
	}
	_ = r.stop()
	n := 0
	for what, times := range f.fetched {
		if strings.HasPrefix(what, "4 ") || strings.HasPrefix(what, "5 ") {
			n += times
		}
	}
	if n != 2 {
		t.Errorf("asked %d times: %v", n, f.fetched)
	}
}

func TestNewest(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		set       string
		low, high uint32
		limit     int
		want      []uint32
	}{
		{"1:4294967295", 5, 9, 10, []uint32{9, 8, 7, 6}},
		{"1:4294967295", 5, 4_000_000_000, 2, []uint32{4_000_000_000, 3_999_999_999}},
		{"3,8,9:12,8", 3, 10, 10, []uint32{10, 9, 8}},
		{"3", 3, 10, 10, nil},
		{"1", 0, 10, 10, []uint32{1}},
		{"4294967295", 0, 4_294_967_295, 10, []uint32{4_294_967_295}},
	} {
		if diff := cmp.Diff(tt.want, newest(uidSet(t, tt.set), tt.low, tt.high, tt.limit)); diff != "" {
			t.Errorf("%s from %d to %d:\n%s", tt.set, tt.low, tt.high, diff)
		}
	}
	if got := newest(goimap.UIDSet{{Start: 0, Stop: 5}}, 0, 9, 10); len(got) != 5 {
		t.Errorf("from 0: %v", got)
	}
}

// UIDNEXT may be missing or untrue: the last mail that is there counts.
func TestServerThatLiesAboutUIDNEXT(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		next uint32
		want uint32
	}{
		"right": {42, 41}, "missing": {0, 41}, "too low": {3, 41}, "too high": {4_294_967_295, 41}, "some are gone": {50, 41},
	} {
		f := newFake(t, post{uid: 40, body: letter(1)}, post{uid: 41, body: letter(2)})
		f.change(func() { f.uidNext = tt.next })
		sink := newMemory()
		r := start(t, sink, Config{Addr: f.addr, PollInterval: often})
		if c := sink.next(t); position(c.To) != [2]uint32{7, tt.want} {
			t.Errorf("%s: commit %+v", name, c)
		}
		f.change(func() { f.posts = append(f.posts, post{uid: 42, body: letter(3)}) })
		if got := sink.mails(t, 1)[0]; got.UID != 42 {
			t.Errorf("%s: row %+v", name, got)
		}
		_ = r.stop()
	}
}

// A mail that comes between the opening and the question for the last one is ours.
func TestMailDuringTheFirstLook(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 40, body: letter(1)})
	f.change(func() { f.uidNext = 41 })
	late := once(1)
	f.script(func(_ *talk, _, said string) bool {
		if said == "UID SEARCH UID *" && late() {
			f.change(func() { f.posts, f.uidNext = append(f.posts, post{uid: 41, body: letter(2)}), 42 })
		}
		return false
	})
	sink := newMemory()
	start(t, sink, Config{Addr: f.addr, PollInterval: maxPoll})
	if c := sink.next(t); position(c.To) != [2]uint32{7, 40} {
		t.Errorf("commit %+v", c)
	}
	if got := sink.mails(t, 1)[0]; got.UID != 41 {
		t.Errorf("row %+v", got)
	}
}

// After a change of UIDVALIDITY only those mails are fetched that are not known by
// Message-ID, size and time of arrival.
func TestFolderMadeAnewIsNotReadTwice(t *testing.T) {
	t.Parallel()
	known, undecided, nameless := mailOf("known", true), mailOf("undecided", true), letter(1)
	f := newFake(t, post{uid: 5, body: known}, post{uid: 6, body: undecided}, post{uid: 7, body: nameless}, post{uid: 8, body: mailOf("other", true)})
	sink := newMemory().at(7, 4)
	r := start(t, sink, Config{Addr: f.addr, PollInterval: often, BatchMails: 1})
	sink.mails(t, 4)
	sink.decide()
	sink.mu.Lock()
	sink.rows[1].Outcome = ""
	sink.mu.Unlock()
	f.change(func() {
		f.validity = 8
		f.posts = []post{
			{uid: 1, body: known},
			{uid: 2, body: undecided},
			{uid: 3, body: nameless},
			{uid: 4, body: mailOf("other", true), day: 5},
			{uid: 5, body: known + "more"},
		}
	})
	if c := sink.next(t); c.To != (Cursor{8, 0, 0, 5}) {
		t.Errorf("commit %+v", c)
	}
	first := sink.mails(t, 1)[0]
	if first.UID != 1 || first.Outcome != bridge.MailDuplicate || first.Reason != reasonAnew || first.Blob != "" || first.MessageID != "known@example.test" {
		t.Errorf("row %+v", first)
	}
	_ = r.stop() // in the middle, or later: the rest is known by its cursor
	f.change(func() { f.posts = append(f.posts, post{uid: 6, body: known}) })
	start(t, sink, Config{Addr: f.addr, PollInterval: often})
	for i, got := range sink.mails(t, 5) {
		if uid := uint32(i + 2); got.UID != uid || got.Outcome != "" || got.Blob == "" || got.MessageID != "" {
			t.Errorf("row %+v, want %d", got, uid)
		}
	}
	if n := f.asked("1 (UID BODY.PEEK[])"); n != 0 {
		t.Error("what is known was fetched")
	}
	if n := f.asked("6 (UID BODY.PEEK[HEADER]<0.65536>)"); n != 0 {
		t.Error("what came later was looked at as if it had been there")
	}
}

// A mail that goes while it is being fetched is no row, and its connection lives on.
func TestExpungeDuringFetch(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 6, body: letter(6)}, post{uid: 7, body: letter(7)}, post{uid: 8, body: letter(8)})
	f.script(func(k *talk, tag, said string) bool {
		switch {
		case strings.HasPrefix(said, "UID FETCH 6 "):
			k.say("* 1 EXPUNGE\r\n%s OK [EXPUNGEISSUED] gone", tag)
		case strings.HasPrefix(said, "UID FETCH 7 (UID R"), strings.HasPrefix(said, "UID FETCH 7 (UID I"):
			k.say("* 9 FETCH (FLAGS (\\Deleted))\r\n* 2 FETCH (UID 7 RFC822.SIZE %d INTERNALDATE \"04-Mar-2026 05:06:07 +0100\")\r\n* 1 EXPUNGE\r\n%s OK done", len(letter(7)), tag)
		default:
			return false
		}
		return true
	})
	sink := newMemory().at(7, 5)
	r := start(t, sink, Config{Addr: f.addr, PollInterval: often})
	got := sink.mails(t, 2)
	if got[0].UID != 7 || got[1].UID != 8 || sink.blob(got[0].Blob) != letter(7) || got[0].ArrivedAt.IsZero() {
		t.Errorf("rows %+v", got)
	}
	_ = r.stop()
	if f.conns != 1 {
		t.Errorf("%d connections", f.conns)
	}
}

// A mail that was given up is asked for again when the ledger says that it lacks it: as
// often as any other, and with a row either way.
func TestMailThatIsAskedForOnceMore(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 5, body: letter(5)}, post{uid: 6, body: letter(6)})
	var refused, mended atomic.Int64
	f.script(func(k *talk, tag, said string) bool {
		if !strings.HasPrefix(said, "UID FETCH 5 (UID BODY") || mended.Load() > 0 {
			return false
		}
		refused.Add(1)
		k.say("%s NO not now", tag)
		return true
	})
	sink := newMemory().at(7, 4)
	r := start(t, sink, Config{Addr: f.addr, PollInterval: often, Now: slow(), CompareInterval: time.Nanosecond})
	given := func(rows []bridge.Mail) {
		t.Helper()
		if len(rows) != 1 || rows[0].UID != 5 || rows[0].Outcome != bridge.MailUnreadable || !strings.HasPrefix(rows[0].Reason, reasonPrefix) || rows[0].Blob != "" {
			t.Errorf("rows %+v", rows)
		}
	}
	all := sink.mails(t, 2)
	given(all[:1])
	before := refused.Load()
	sink.lack(5)
	given(sink.mails(t, 1))
	if n := refused.Load() - before; n < 2 {
		t.Errorf("asked %d times more", n)
	}
	mended.Add(1)
	sink.lack(5)
	c := sink.next(t)
	if len(c.Mails) != 1 || c.Mails[0].UID != 5 || c.Mails[0].Outcome != "" || sink.blob(c.Mails[0].Blob) != letter(5) || c.From != c.To || position(c.To) != [2]uint32{7, 6} {
		t.Errorf("commit %+v", c)
	}
	_ = r.stop()
	if st := r.Status(); st.Unreadable != 2 {
		t.Errorf("status %+v", st)
	}
}
