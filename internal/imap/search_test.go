package imap

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	goimap "github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// hurried is a clock by which everything is due at once.
func hurried() func() time.Time {
	var calls atomic.Int64
	return func() time.Time { return clock.Add(time.Duration(calls.Add(1)) * time.Hour) }
}

// mailOf makes a mail with a Message-ID; wanted ones are for us.
func mailOf(id string, wanted bool) string {
	to := "others"
	if wanted {
		to = "us"
	}
	return fmt.Sprintf("Message-ID: <%s@example.test>\r\nTo: %s\r\n\r\nbody of %s\r\n", id, to, id)
}

func forUs(header []byte) bool { return strings.Contains(string(header), "To: us") }

// row is what a test says of a row.
type row struct {
	Folder, ID, Blob, Reason string
	Outcome                  bridge.MailOutcome
}

func rowsOf(sink *memory, mails []bridge.Mail) []row {
	var rows []row
	for _, m := range mails {
		rows = append(rows, row{m.Folder, m.MessageID, sink.blob(m.Blob), m.Reason, m.Outcome})
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.Folder+a.ID, b.Folder+b.ID) })
	return rows
}

// What people and filters move is found where it went; of the rest nothing is
// fetched but the header.
func TestSearchedFolders(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.caps += " SPECIAL-USE"
	f.boxes = map[string]*box{
		"Junk":        {validity: 2, posts: []post{{uid: 9, body: mailOf("old", true)}}},
		"Arxiu/2026":  {validity: 3},
		"Enviats":     {validity: 4},
		"Mails":       {validity: 5, attrs: `\Sent`},
		"Esborranys":  {validity: 6},
		"Closed":      {validity: 7, attrs: `\Noselect`},
		"Mails/Drafx": {validity: 8},
	}
	var opened atomic.Pointer[[]string]
	opened.Store(&[]string{})
	f.script(func(_ *talk, _, said string) bool {
		if name, ok := strings.CutPrefix(said, "EXAMINE "); ok && !slices.Contains(*opened.Load(), name) {
			all := append(slices.Clone(*opened.Load()), name)
			opened.Store(&all)
		}
		return false
	})
	sink := newMemory().at(1, 0)
	sink.rows = []bridge.Mail{{Folder: "INBOX", UIDValidity: 1, UID: 99, MessageID: "moved@example.test", Size: int64(len(mailOf("moved", true)))}}
	f.validity = 1
	r := start(t, sink, Config{Addr: f.addr, Elsewhere: true, Wanted: forUs, PollInterval: often, Now: hurried()})
	for range 2 { // the two that are searched begin at their ends
		if c := sink.next(t); c.Mails != nil || c.Folder == "Junk" && position(c.To) != [2]uint32{2, 9} {
			t.Errorf("commit %+v", c)
		}
	}
	f.change(func() {
		junk, archive := f.boxes["Junk"], f.boxes["Arxiu/2026"]
		junk.posts = append(junk.posts, post{uid: 10, body: mailOf("lost", true)}, post{uid: 11, body: mailOf("spam", false)})
		archive.posts = append(archive.posts, post{uid: 1, body: mailOf("moved", true)}, post{uid: 2, body: mailOf("half", true), flag: `\Seen \draft`})
	})
	want := []row{
		{"Arxiu/2026", "", mailOf("moved", true), "", ""},
		{"Arxiu/2026", "half@example.test", "", reasonDraft, bridge.MailUnrelated},
		{"Junk", "", mailOf("lost", true), "", ""},
		{"Junk", "spam@example.test", "", reasonSearched, bridge.MailUnrelated},
	}
	if diff := cmp.Diff(want, rowsOf(sink, sink.mails(t, 4))); diff != "" {
		t.Error(diff)
	}
	_ = r.stop()
	for _, uid := range []string{"Junk 9 ", "Junk 11 ", "Arxiu/2026 2 "} {
		if n := f.asked(uid + "(UID BODY.PEEK[])"); n != 0 {
			t.Errorf("%swas fetched whole", uid)
		}
	}
	if diff := cmp.Diff([]string{`"Arxiu/2026"`, `"Junk"`, "INBOX"}, slices.Sorted(slices.Values(*opened.Load()))); diff != "" {
		t.Errorf("opened:\n%s", diff)
	}
	st := r.Status()
	if st.FoundSearched != 1 || st.Searched != 2 || st.Refused != 0 || st.LastSearch.IsZero() || st.LastCompare.IsZero() || st.Err != "" {
		t.Errorf("status %+v", st)
	}
}

func TestElsewhere(t *testing.T) {
	t.Parallel()
	folder := func(name string, attrs ...goimap.MailboxAttr) *goimap.ListData {
		return &goimap.ListData{Mailbox: name, Delim: '/', Attrs: attrs}
	}
	flat := &goimap.ListData{Mailbox: "Sent"}
	for name, tt := range map[string]struct {
		all       []*goimap.ListData
		strangers []string
		want      []string
	}{
		"the likely ones first": {
			[]*goimap.ListData{
				folder("[Gmail]/Tots", goimap.MailboxAttrAll), folder("Altres"), folder("Zz", "\\junk"), folder("Correu brossa"),
				folder("Paperera", goimap.MailboxAttrTrash), folder("Vell", goimap.MailboxAttrArchive),
			}, nil, []string{"Correu brossa", "Zz", "Paperera", "Vell", "Altres", "[Gmail]/Tots"},
		},
		"what we wrote": {
			[]*goimap.ListData{
				folder("X", goimap.MailboxAttrSent), folder("X/2024"), folder("Xa"), folder("Enviats"), folder("ENVIADOS"), folder("INBOX/Drafts"),
				folder("Sent Items/old"), folder("Y", goimap.MailboxAttrDrafts), folder("Bu\u0301stia de sortida"), flat,
			}, nil, []string{"Xa"},
		},
		"closed, views and twice": {
			[]*goimap.ListData{
				folder("A", goimap.MailboxAttrNoSelect), folder("B", goimap.MailboxAttrNonExistent), folder("C", goimap.MailboxAttrFlagged),
				folder("D", goimap.MailboxAttrImportant), folder(""), folder("E"), folder("E"),
			}, nil, []string{"E"},
		},
		"other people's": {
			[]*goimap.ListData{folder("Other Users/anna/Junk"), folder("Shared/x"), folder("Shared"), folder("Sharedness")},
			[]string{"Other Users/", "Shared/"},
			[]string{"Sharedness"},
		},
	} {
		if diff := cmp.Diff(tt.want, elsewhere(tt.all, tt.strangers, false)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	all := []*goimap.ListData{folder("X", goimap.MailboxAttrSent), folder("Enviats"), folder("Esborranys"), folder("Y", goimap.MailboxAttrDrafts), folder("Z")}
	if diff := cmp.Diff([]string{"Enviats", "X", "Z"}, elsewhere(all, nil, true)); diff != "" {
		t.Errorf("sent mails, too:\n%s", diff)
	}
}

// Names come and go in modified UTF-7 (RFC 3501, section 5.1.3), and other people's
// folders are left to them.
func TestListedNames(t *testing.T) {
	t.Parallel()
	f := newFake(t, post{uid: 1, body: letter(1)})
	f.caps += " NAMESPACE SPECIAL-USE LIST-EXTENDED"
	opened := make(chan string, 100)
	f.script(func(k *talk, tag, said string) bool {
		switch {
		case said == "NAMESPACE":
			return k.say(`* NAMESPACE (("" "/")) (("Other Users/" "/")) NIL`) && k.say("%s OK", tag)
		case said == `LIST "" "*" RETURN (SPECIAL-USE)`:
			return k.say("%s BAD what?", tag)
		case said == `LIST "" "*"`:
			k.say(`* LIST (\HasNoChildren) "/" "&AMA-rea t&AOg-cnica"`)
			k.say("* LIST () NIL {7}\r\nA \"b\" c")
			k.say(`* LIST () "/" "Other Users/anna"`)
			return k.say("%s OK", tag)
		case strings.HasPrefix(said, "EXAMINE "):
			opened <- said
			return said != "EXAMINE INBOX" && k.say("* 0 EXISTS\r\n* OK [UIDVALIDITY 3] ok\r\n%s OK", tag)
		}
		return false
	})
	sink := newMemory().at(7, 0)
	r := start(t, sink, Config{Addr: f.addr, Elsewhere: true, PollInterval: maxPoll})
	names := map[string]bool{}
	for len(names) < 2 {
		if c := sink.next(t); c.Folder != "INBOX" {
			names[c.Folder] = true
		}
	}
	if !names["Àrea tècnica"] || !names[`A "b" c`] {
		t.Errorf("searched %v", names)
	}
	_ = r.stop()
	close(opened)
	var said []string
	for name := range opened {
		if name != "EXAMINE INBOX" {
			said = append(said, name)
		}
	}
	slices.Sort(said)
	if diff := cmp.Diff([]string{`EXAMINE "&AMA-rea t&AOg-cnica"`, `EXAMINE "A \"b\" c"`}, said); diff != "" {
		t.Error(diff)
	}
}

func TestManyFolders(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	for i := range 10_000 {
		f.boxes[fmt.Sprintf("Client %04d", i)] = &box{validity: 1}
	}
	f.boxes["Junk"] = &box{validity: 9}
	sink := newMemory().at(7, 0)
	r := start(t, sink, Config{Addr: f.addr, Elsewhere: true, PollInterval: often})
	seen := map[string]bool{}
	for len(seen) < maxSearched {
		seen[sink.next(t).Folder] = true
	}
	f.change(func() { f.posts = append(f.posts, post{uid: 1, body: letter(1)}) })
	sink.mails(t, 1)
	_ = r.stop()
	if st := r.Status(); st.Searched != maxSearched || st.LeftOut != 10_001-maxSearched || !seen["Junk"] || st.Err != "" {
		t.Errorf("status %+v", st)
	}
	if n := strings.Count(r.log.String(), "too many folders"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// Whatever breaks beside the watched folders breaks the connection once, and they are
// read.
func TestTroubleBesideTheInbox(t *testing.T) {
	t.Parallel()
	for _, what := range []string{"NAMESPACE", "LIST", "STATUS", `EXAMINE "Junk"`, "UID SEARCH UID 4:*", "UID SEARCH UID 2:5"} {
		for name, fault := range map[string]func(k *talk, tag string){
			"hang": func(k *talk, _ string) { k.hang() },
			"drop": func(k *talk, _ string) { _ = k.conn.Close() },
			"bye":  func(k *talk, _ string) { k.say("* BYE no"); _ = k.conn.Close() },
			"name": func(k *talk, tag string) { k.say("* LIST () \"/\" \"&broken\"\r\n%s OK", tag) },
			"no":   func(k *talk, tag string) { k.say("%s NO not this", tag) },
			"literal": func(k *talk, _ string) {
				k.say("* LIST () \"/\" {3000000000}")
				for k.say("%s", strings.Repeat("x", 4000)) {
				}
			},
		} {
			t.Run(what+" "+name, func(t *testing.T) {
				t.Parallel()
				f := newFake(t, post{uid: 5, body: letter(5)})
				f.caps += " NAMESPACE"
				f.boxes["Junk"] = &box{validity: 2, posts: []post{{uid: 3, body: letter(3)}}}
				hit := make(chan struct{}, 1)
				f.script(func(k *talk, tag, said string) bool {
					if said == "NAMESPACE" && what != said {
						k.say("* NAMESPACE NIL NIL NIL\r\n%s OK", tag)
						return true
					}
					if !strings.HasPrefix(said, what) {
						return false
					}
					select {
					case hit <- struct{}{}:
					default:
					}
					fault(k, tag)
					return true
				})
				sink := newMemory().at(7, 5).place("Junk", 2, 3)
				sink.cursors["INBOX"] = Cursor{UIDValidity: 7, UID: 5, First: 1}
				// Every second round of this clock is one of STATUS.
				r := start(t, sink, Config{Addr: f.addr, CommandTimeout: patience(name), Elsewhere: true, PollInterval: often, SearchInterval: time.Nanosecond, Now: slow()})
				<-hit
				f.change(func() { f.posts = append(f.posts, post{uid: 6, body: letter(6)}) })
				for {
					if got := sink.mails(t, 1)[0]; got.UID == 6 {
						break
					}
				}
				if err := r.stop(); err != nil {
					t.Errorf("Run: %v", err)
				}
				f.mu.Lock()
				defer f.mu.Unlock()
				if f.conns > 3 {
					t.Errorf("%d connections", f.conns)
				}
			})
		}
	}
}

// slow is a clock that goes on a millisecond each time it is looked at.
func slow() func() time.Time {
	var calls atomic.Int64
	return func() time.Time { return clock.Add(time.Duration(calls.Add(1)) * time.Millisecond) }
}

// A folder that vanishes is nobody's fault, but one that somebody named.
func TestFolderThatVanishes(t *testing.T) {
	t.Parallel()
	for _, named := range []bool{false, true} {
		f := newFake(t)
		f.boxes["Junk"] = &box{validity: 2}
		f.boxes["Team"] = &box{validity: 3}
		cfg := Config{Addr: f.addr, Elsewhere: true, PollInterval: often, Now: slow(), SearchInterval: time.Nanosecond}
		if named {
			cfg.Elsewhere, cfg.Search = false, []string{"Junk", "Team", "inbox"}
		}
		sink := newMemory().at(7, 0)
		r := start(t, sink, cfg)
		for range 2 {
			sink.next(t)
		}
		f.change(func() { delete(f.boxes, "Junk") })
		for r.Status().Refused == 0 {
			f.change(func() {
				f.boxes["Team"].posts = append(f.boxes["Team"].posts, post{uid: uint32(len(f.boxes["Team"].posts)) + 1, body: letter(1)})
			})
			sink.mails(t, 1)
		}
		looked := r.Status().LastSearch
		f.change(func() { f.posts = append(f.posts, post{uid: 1, body: letter(1)}) })
		for sink.mails(t, 1)[0].Folder != "INBOX" {
		}
		_ = r.stop()
		st := r.Status()
		if st.Err != "" || st.Searched != 2 {
			t.Errorf("status %+v", st)
		}
		if told := strings.Count(r.log.String(), "cannot be searched"); named && (told != 1 || st.LastSearch.After(looked)) || !named && told != 0 {
			t.Errorf("named %v: told %d times, searched %v, then %v", named, told, looked, st.LastSearch)
		}
	}
}

// A folder that was not there when all were searched last may hold what was moved
// before anybody saw it.
func TestLateFolder(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.boxes["Claranet"] = &box{validity: 2, posts: []post{
		{uid: 3, body: mailOf("old", true), day: 1}, {uid: 4, body: mailOf("new", true), day: 2}, {uid: 5, body: mailOf("older", false), day: 1},
	}}
	sink := newMemory().at(7, 0)
	sink.since = clock // the 4th of March
	r := start(t, sink, Config{Addr: f.addr, Elsewhere: true, Wanted: forUs, PollInterval: often})
	if c := sink.next(t); position(c.To) != [2]uint32{2, 3} || c.To.First != 3 {
		t.Errorf("commit %+v", c)
	}
	want := []row{{"Claranet", "", mailOf("new", true), "", ""}, {"Claranet", "older@example.test", "", reasonSearched, bridge.MailUnrelated}}
	if diff := cmp.Diff(want, rowsOf(sink, sink.mails(t, 2))); diff != "" {
		t.Error(diff)
	}
	_ = r.stop()
}

// However much has come into a searched folder, the watched ones are looked at in between.
func TestSearchDoesNotStarveTheInbox(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var posts []post
	for i := range searchBudget + 50 {
		posts = append(posts, post{uid: uint32(i + 1), body: letter(i)})
	}
	f.boxes["Junk"] = &box{validity: 2, posts: posts}
	f.script(func(k *talk, _, said string) bool {
		if strings.HasPrefix(said, "UID FETCH 1 (") && strings.Contains(said, "FLAGS") {
			f.change(func() { f.posts = append(f.posts, post{uid: 1, body: letter(1)}) })
		}
		return false
	})
	sink := newMemory().at(7, 0).place("Junk", 2, 0)
	start(t, sink, Config{Addr: f.addr, Elsewhere: true, Wanted: func([]byte) bool { return false }, PollInterval: maxPoll})
	got := sink.mails(t, searchBudget+51)
	at := slices.IndexFunc(got, func(m bridge.Mail) bool { return m.Folder == "INBOX" })
	if at != searchBudget {
		t.Errorf("the mail in INBOX came after %d others", at)
	}
}

// A fault in judging a header costs no mail.
func TestJudgeThatPanics(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.boxes["Junk"] = &box{validity: 2, posts: []post{{uid: 1, body: letter(1)}}}
	sink := newMemory().at(7, 0).place("Junk", 2, 0)
	r := start(t, sink, Config{Addr: f.addr, Search: []string{"Junk"}, Wanted: func([]byte) bool { panic("header") }})
	if got := sink.mails(t, 1)[0]; got.Outcome != "" || sink.blob(got.Blob) != letter(1) {
		t.Errorf("row %+v", got)
	}
	_ = r.stop()
	if !strings.Contains(r.log.String(), "could not be judged") {
		t.Error("nobody was told")
	}
}
