package main

import (
	"math/rand/v2"
	"regexp"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// flooded has the mails come, while everything happens that can.
func (r *reconciliation) flooded() {
	r.Helper()
	for _, p := range r.mix.pieces[:r.mix.begun] {
		r.queue <- p
	}
	// What others refer to must be known before they come.
	r.patient("the desk has answered on every issue", func() bool {
		n := 0
		for _, p := range r.mix.pieces[:r.mix.begun] {
			n += r.standing(p.mark)
		}
		return n == r.mix.begun
	})
	rest := r.mix.pieces[r.mix.begun:]
	acts := []func(){
		r.killed, r.people, r.kicked, r.killedWhilePeopleMove, r.kicked, r.restarted, r.people, r.killed, r.kicked,
		r.killedWhilePeopleMove, r.people, r.kicked, r.restarted, r.killed, r.kicked, r.people, r.killedWhilePeopleMove,
	}
	random := rand.New(rand.NewPCG(3, 1000))
	due, span := 0, len(rest)/(len(acts)+1)
	next := random.IntN(span) + 1
	for i, p := range rest {
		if i == next && due < len(acts) {
			acts[due]()
			due++
			next = due*span + random.IntN(span) + 1
		}
		r.queue <- p
	}
	for ; due < len(acts); due++ {
		acts[due]()
	}
	r.delivers()
	if err := r.failed.Load(); err != nil {
		r.Fatal(*err)
	}
}

// worked: the mails are there, and the program is killed while it tells of them.
func (r *reconciliation) worked() {
	r.Helper()
	const kills = 4
	for range kills {
		before := r.comments()
		r.patient("it goes on", func() bool { return r.comments() > before+len(r.mix.pieces)/(4*kills) || r.daemon.idle() && r.quiet() })
		r.killed()
	}
}

// comments counts what stands on the issues.
func (r *reconciliation) comments() (n int) {
	for _, i := range r.issues {
		n += len(r.jira.Comments(i.key))
	}
	return n
}

// standing counts the comments that hold a mark.
func (r *reconciliation) standing(mark string) (n int) {
	for _, i := range r.issues {
		for _, c := range r.jira.Comments(i.key) {
			if strings.Contains(c.Body, mark) {
				n++
			}
		}
	}
	return n
}

// killed: the program ends in the middle of what it does.
func (r *reconciliation) killed() {
	r.daemon.kill()
	r.daemon.start()
}

// kicked: an administrator ends its connections.
func (r *reconciliation) kicked() {
	r.Helper()
	r.daemon.await("the mailbox is connected", func() bool { _, code := r.daemon.ready(); return code == 200 })
	r.boxes.Kick(r, ours)
}

// restarted: the server is away for a moment. What Exim cannot deliver meanwhile it
// delivers when it is told.
func (r *reconciliation) restarted() {
	r.Helper()
	r.boxes.Stop()
	r.boxes.Start(r)
	r.border.Flush(r)
}

// killedWhilePeopleMove: while nobody looks, mails come and are moved away.
func (r *reconciliation) killedWhilePeopleMove() {
	r.Helper()
	before := r.mails(ours)
	r.daemon.kill()
	r.patient("more mails come", func() bool { return r.mails(ours) > before || r.quiet() })
	r.people()
	r.daemon.start()
}

// quiet reports whether no mail is under way.
func (r *reconciliation) quiet() bool {
	return len(r.queue) == 0 && r.border.Queued() == 0
}

// people read, flag, delete, copy and move what has just come.
func (r *reconciliation) people() {
	r.Helper()
	r.person(func(c *imapclient.Client) {
		box, err := c.Select("INBOX", nil).Wait()
		r.act(err)
		n := box.NumMessages
		span := func(from, to uint32) imap.SeqSet {
			return imap.SeqSet{{Start: n - min(to, n-1), Stop: n - min(from, n-1)}}
		}
		_, err = c.Move(span(0, 2), "Junk").Wait()
		r.act(err)
		n -= 3 // what has come since stands behind
		for flag, some := range map[imap.Flag]imap.SeqSet{
			imap.FlagSeen: span(0, 9), imap.FlagFlagged: span(4, 6), imap.FlagDeleted: span(7, 8), imap.FlagAnswered: span(9, 9),
		} {
			r.act(c.Store(some, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close())
		}
		_, err = c.Copy(span(10, 11), "INBOX").Wait()
		r.act(err)
		_, err = c.Move(span(5, 6), "Arxiu/Claranet").Wait()
		r.act(err)
	})
	r.person(func(c *imapclient.Client) { // and one comes back out of junk
		box, err := c.Select("Junk", nil).Wait()
		r.act(err)
		if box.NumMessages > 0 {
			_, err = c.Move(imap.SeqSetNum(box.NumMessages), "INBOX").Wait()
			r.act(err)
		}
	})
}

// settled: everything has come, and the program has looked everywhere and at all of it.
func (r *reconciliation) settled() {
	r.Helper()
	r.patient("the border has nothing left", func() bool {
		if r.border.Queued() > 0 {
			r.border.Flush(r)
		}
		return r.border.Queued() == 0
	})
	r.killed() // it begins with a look into all folders
	r.box = r.contents()
	r.patient("all mails are in the ledger", func() bool {
		rows := map[string]bool{}
		for _, row := range r.rows() {
			rows[nameOfRow(row)] = row.Outcome != ""
		}
		for name := range r.box {
			if !rows[name] {
				return false
			}
		}
		return true
	})
	r.person(func(c *imapclient.Client) { // somebody tidies up
		_, err := c.Select("INBOX", nil).Wait()
		r.act(err)
		r.act(c.Expunge().Close())
	})
	r.killed()
	r.patient("nothing is left to do", r.daemon.idle)
}

// gauge is a figure of the metrics.
func (r *reconciliation) gauge(name string) string {
	metrics, _ := r.daemon.get("/metrics")
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindStringSubmatch(metrics)
	if found == nil {
		return ""
	}
	return found[1]
}
