package imap

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"math"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
)

// post is a mail in the fake server.
type post struct {
	uid  uint32
	body string
	size int // as announced; 0: true
	flag string
	day  int // of March, on which it came; 0: the 4th
}

// box is a folder besides INBOX.
type box struct {
	validity uint32
	posts    []post
	attrs    string // as LIST has them
}

// fake is a small IMAP server that reads from a script where the script has
// something to say, and otherwise behaves.
type fake struct {
	t    *testing.T
	addr string

	mu       sync.Mutex
	validity uint32
	uidNext  uint32 // 0: not told
	posts    []post
	boxes    map[string]*box // further folders
	caps     string
	conns    int
	fetched  map[string]int // how often each FETCH was asked, by its text
	// odd handles a command instead of the server; false: it does not care.
	odd func(k *talk, tag, command string) bool
}

// talk is one connection.
type talk struct {
	*fake
	conn net.Conn
	in   *bufio.Reader
	n    int // number of the connection, from 1
	open string
}

func newFake(t *testing.T, posts ...post) *fake {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{
		t: t, addr: l.Addr().String(), validity: 7, posts: posts, caps: "IMAP4rev1 IDLE",
		fetched: map[string]int{}, boxes: map[string]*box{},
	}
	var open sync.Map
	var done sync.WaitGroup
	done.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Store(conn, nil)
			f.mu.Lock()
			f.conns++
			k := &talk{fake: f, conn: conn, in: bufio.NewReader(conn), n: f.conns}
			f.mu.Unlock()
			done.Go(func() {
				defer func() { _ = conn.Close() }()
				k.serve()
			})
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		open.Range(func(conn, _ any) bool { _ = conn.(net.Conn).Close(); return true })
		done.Wait()
	})
	return f
}

func (f *fake) change(do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do()
}

// script gives the server something to say.
func (f *fake) script(odd func(k *talk, tag, command string) bool) {
	f.change(func() { f.odd = odd })
}

// asked says how often a FETCH was asked for.
func (f *fake) asked(what string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fetched[what]
}

func (k *talk) oddly(tag, command string) bool {
	k.mu.Lock()
	odd := k.odd
	k.mu.Unlock()
	return odd != nil && odd(k, tag, command)
}

func (k *talk) say(format string, args ...any) bool {
	_, err := fmt.Fprintf(k.conn, format+"\r\n", args...)
	return err == nil
}

func (k *talk) line() (string, bool) {
	line, err := k.in.ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err == nil
}

// hang reads until the client gives up.
func (k *talk) hang() { _, _ = io.Copy(io.Discard, k.in) }

func (k *talk) serve() {
	if k.oddly("", "GREETING") {
		return
	}
	k.say("* OK hello")
	for {
		line, ok := k.line()
		if !ok {
			return
		}
		tag, command, _ := strings.Cut(line, " ")
		if k.oddly(tag, command) {
			continue
		}
		if !k.answer(tag, command) {
			return
		}
	}
}

func (k *talk) answer(tag, command string) bool {
	word, rest, _ := strings.Cut(command, " ")
	if word == "UID" {
		word, rest, _ = strings.Cut(rest, " ")
	}
	switch word {
	case "CAPABILITY":
		k.say("* CAPABILITY %s", k.caps)
	case "EXAMINE":
		if !k.examine(unquoted(rest)) {
			return k.say("%s NO [NONEXISTENT] there is no such folder", tag)
		}
	case "LIST":
		k.list()
	case "STATUS":
		if !k.status(rest) {
			return k.say("%s NO [NONEXISTENT] there is no such folder", tag)
		}
	case "SEARCH":
		k.search(rest)
	case "FETCH":
		k.fetch(rest)
	case "IDLE":
		k.say("+ idling")
		if line, ok := k.line(); !ok || line != "DONE" {
			return false
		}
	case "LOGIN":
	default:
		k.t.Errorf("the reader said %q", command)
		return k.say("%s BAD what?", tag)
	}
	return k.say("%s OK done", tag)
}

func unquoted(name string) string { return strings.ReplaceAll(strings.Trim(name, `"`), `\\`, `\`) }

// folder is the folder of that name, or nil. The caller holds mu.
func (f *fake) folder(name string) *box {
	if name == "INBOX" {
		return &box{validity: f.validity, posts: f.posts}
	}
	return f.boxes[name]
}

func (k *talk) examine(name string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	b := k.folder(name)
	if b == nil {
		return false
	}
	k.open = name
	k.say("* %d EXISTS", len(b.posts))
	k.say("* OK [UIDVALIDITY %d] ok", b.validity)
	if k.uidNext > 0 && name == "INBOX" {
		k.say("* OK [UIDNEXT %d] ok", k.uidNext)
	}
	return true
}

func (k *talk) list() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.say(`* LIST () "/" INBOX`)
	for _, name := range slices.Sorted(maps.Keys(k.boxes)) {
		k.say(`* LIST (%s) "/" "%s"`, k.boxes[name].attrs, name)
	}
}

func (k *talk) status(rest string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	name, _, _ := strings.Cut(rest, " (")
	b := k.folder(unquoted(name))
	if b == nil {
		return false
	}
	next := uint32(1)
	for _, p := range b.posts {
		next = max(next, p.uid+1)
	}
	return k.say("* STATUS %s (UIDNEXT %d UIDVALIDITY %d)", name, next, b.validity)
}

// search answers n:* as RFC 9051 wants it: the last mail is always in it.
func (k *talk) search(criteria string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	from, to, day := uint32(0), uint32(math.MaxUint32), 0
	last := strings.HasSuffix(criteria, "*")
	switch {
	case criteria == "UID *":
		from = math.MaxUint32
	case strings.HasPrefix(criteria, "SINCE "):
		_, err := fmt.Sscanf(criteria, `SINCE "%d-Mar-2026"`, &day)
		if err != nil {
			k.t.Errorf("searched for %q", criteria)
		}
	default:
		n, err := fmt.Sscanf(criteria, "UID %d:%d", &from, &to)
		if n < 1 {
			k.t.Errorf("searched for %q: %v", criteria, err)
		}
		if n < 2 && !last {
			to = from
		}
	}
	found := ""
	posts := k.folder(k.open).posts
	for i, p := range posts {
		if last && i == len(posts)-1 || p.uid >= from && p.uid <= to && p.arrived() >= day {
			found += fmt.Sprintf(" %d", p.uid)
		}
	}
	k.say("* SEARCH%s", found)
}

func (p post) arrived() int {
	if p.day == 0 {
		return 4
	}
	return p.day
}

func (k *talk) fetch(what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fetched[what]++
	k.fetched[k.open+" "+what]++
	var uid uint32
	_, _ = fmt.Sscanf(what, "%d", &uid)
	for i, p := range k.folder(k.open).posts {
		if p.uid != uid {
			continue
		}
		switch {
		case strings.Contains(what, "HEADER"):
			header, _, _ := strings.Cut(p.body, "\r\n\r\n")
			header += "\r\n\r\n"
			header = header[:min(len(header), maxHeader)]
			k.say("* %d FETCH (UID %d BODY[HEADER]<0> {%d}\r\n%s)", i+1, uid, len(header), header)
		case strings.Contains(what, "BODY.PEEK[]"):
			k.say("* %d FETCH (UID %d BODY[] {%d}\r\n%s)", i+1, uid, len(p.body), p.body)
		default:
			size := p.size
			if size == 0 {
				size = len(p.body)
			}
			flags := ""
			if strings.Contains(what, "FLAGS") {
				flags = fmt.Sprintf(" FLAGS (%s)", p.flag)
			}
			k.say("* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE \"%02d-Mar-2026 05:06:07 +0100\"%s)", i+1, uid, size, p.arrived(), flags)
		}
	}
}
