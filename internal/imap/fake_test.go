package imap

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// post is a mail in the fake server.
type post struct {
	uid  uint32
	body string
	size int // as announced; 0: true
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
}

func newFake(t *testing.T, posts ...post) *fake {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{
		t: t, addr: l.Addr().String(), validity: 7, posts: posts, caps: "IMAP4rev1 IDLE",
		fetched: map[string]int{},
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
		k.examine()
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

func (k *talk) examine() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.say("* %d EXISTS", len(k.posts))
	k.say("* OK [UIDVALIDITY %d] ok", k.validity)
	if k.uidNext > 0 {
		k.say("* OK [UIDNEXT %d] ok", k.uidNext)
	}
}

// search answers n:* as RFC 9051 wants it: the last mail is always in it.
func (k *talk) search(criteria string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	from := uint32(0)
	if _, err := fmt.Sscanf(criteria, "UID %d:*", &from); err != nil && criteria != "UID *" {
		k.t.Errorf("searched for %q", criteria)
	}
	found := ""
	for i, p := range k.posts {
		if i == len(k.posts)-1 || from > 0 && p.uid >= from {
			found += fmt.Sprintf(" %d", p.uid)
		}
	}
	k.say("* SEARCH%s", found)
}

func (k *talk) fetch(what string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.fetched[what]++
	var uid uint32
	_, _ = fmt.Sscanf(what, "%d", &uid)
	for i, p := range k.posts {
		if p.uid != uid {
			continue
		}
		switch {
		case strings.Contains(what, "HEADER"):
			header, _, _ := strings.Cut(p.body, "\r\n\r\n")
			header += "\r\n\r\n"
			k.say("* %d FETCH (UID %d BODY[HEADER]<0> {%d}\r\n%s)", i+1, uid, len(header), header)
		case strings.Contains(what, "BODY.PEEK[]"):
			k.say("* %d FETCH (UID %d BODY[] {%d}\r\n%s)", i+1, uid, len(p.body), p.body)
		default:
			size := p.size
			if size == 0 {
				size = len(p.body)
			}
			k.say("* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE \"04-Mar-2026 05:06:07 +0100\")", i+1, uid, size)
		}
	}
}
