package torture_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pair is two instances that share a database on PostgreSQL.
type pair struct {
	*outside

	a, b *daemon
}

// newPair starts two instances. The first leads.
func newPair(t *testing.T, random *rand.Rand) *pair {
	t.Helper()
	o := newOutside(t, random)
	// A transaction that a paused process left open ends soon, not after a minute.
	database := cluster.Database(t) + "&idle_in_transaction_session_timeout=3s"
	program := programs.program(t)
	p := &pair{outside: o, a: newDaemon(t, program, "one", database, o.world.Info), b: newDaemon(t, program, "two", database, o.world.Info)}
	p.a.start()
	p.lives(p.a)
	p.b.start()
	if !p.until(patience, func() bool { return p.b.logged(`"msg":"listening"`) }) {
		t.Fatal("the second instance does not start")
	}
	return p
}

// pause stops an instance where it stands.
func (o *outside) pause(d *daemon) {
	o.t.Helper()
	d.signal(syscall.SIGSTOP)
}

// resume lets it go on as if no time had passed.
func (o *outside) resume(d *daemon) {
	o.t.Helper()
	d.withdraw()
	d.signal(syscall.SIGCONT)
}

// pauseAt stops the first instance at a point of its work.
func (p *pair) pauseAt(point string, n int) {
	p.t.Helper()
	p.a.order("hold", strconv.Itoa(n), point)
	for range 20 {
		p.escalate(3)
		if p.until(patience, func() bool { return p.a.held() || p.complete() }); p.a.held() {
			p.pause(p.a)
			return
		}
	}
	p.t.Fatalf("the first instance does not come to the point %q", point)
}

// end waits until all is done, ends both and counts.
func (p *pair) end() {
	p.t.Helper()
	p.escalate(3)
	if !p.until(patience, p.complete) {
		p.t.Error("not all is right again")
	}
	for _, d := range []*daemon{p.a, p.b} {
		if d.dead() {
			p.t.Errorf("%s ended by itself: %v", d.name, d.life.err)
			continue
		}
		p.idle(d)
		p.stop(d)
	}
	found := p.count()
	found.flawless(p.t)
	p.t.Log(found)
}

// TestTorturePausedWorker stops an instance between the claim of an effect and
// its end. The other takes over; what the first does when it wakes changes
// nothing.
func TestTorturePausedWorker(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	random := chance(t)
	for n := range max(1, kills(t)/20) {
		for _, point := range []string{"after claim: transmit", "after do: transmit", "after claim: comment", "after do: comment"} {
			mine := rand.New(rand.NewPCG(random.Uint64(), 0))
			_, kind, _ := strings.Cut(point, ": ")
			t.Run(point+" "+strconv.Itoa(n), func(t *testing.T) {
				t.Parallel()
				p := newPair(t, mine)
				p.pauseAt(point, 1+mine.IntN(3))
				taken := p.until(patience, func() bool {
					return p.b.logged(`"msg":"leading"`) && p.b.logged(`"msg":"effect`, `"find":true`, `"kind":"`+kind+`"`)
				})
				if !taken {
					t.Error("nobody took over")
				}
				p.resume(p.a)
				if !p.until(patience, func() bool { return p.a.logged("attempt was taken over") }) {
					t.Error("the first did not notice")
				}
				p.end()
			})
		}
	}
}

// TestTorturePausedTransaction stops an instance within a transaction. The
// server ends it, and the others go on.
func TestTorturePausedTransaction(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	p := newPair(t, chance(t))
	p.pauseAt("in a batch", 1+p.random.IntN(30))
	if !p.until(patience, func() bool { return p.b.logged(`"msg":"leading"`) }) {
		t.Error("nobody took over")
	}
	p.resume(p.a)
	p.end()
}

// TestTorturePausedLeader stops the leader for longer than its lease, while it
// has nothing else to do.
func TestTorturePausedLeader(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	p := newPair(t, chance(t))
	p.escalate(3)
	p.until(patience, p.complete)
	p.idle(p.a)
	p.pause(p.a)
	if !p.until(patience, func() bool { return p.b.logged(`"msg":"leading"`) }) {
		t.Fatal("nobody took over")
	}
	p.escalate(3)
	if !p.until(patience, p.complete) {
		t.Error("the second instance does not work alone")
	}
	p.resume(p.a)
	if !p.until(patience, func() bool { return p.a.dead() || p.a.logged(`"msg":"leadership lost"`) }) {
		t.Error("the first instance still holds itself for the leader")
	}
	p.end()
}

// TestTortureVanished kills an instance that does not come back. The other does
// all that is left, whatever rows the dead one left in the queue.
func TestTortureVanished(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	random := chance(t)
	for _, point := range []string{"after claim: comment", "after look", "mails claimed"} {
		mine := rand.New(rand.NewPCG(random.Uint64(), 0))
		t.Run(point, func(t *testing.T) {
			t.Parallel()
			p := newPair(t, mine)
			p.a.order("kill", "1", point)
			for range 40 {
				p.escalate(1) // composing has ten minutes before it is taken over
				if p.until(patience, func() bool { return p.a.dead() || p.complete() }); p.a.dead() {
					break
				}
			}
			if !p.a.dead() {
				t.Fatal("the first instance does not come to its point")
			}
			if !p.until(patience, p.complete) {
				t.Error("the second instance does not do all that is left")
			}
			p.idle(p.b)
			p.stop(p.b)
			found := p.count()
			found.flawless(t)
			t.Log(found)
		})
	}
}

// TestTortureSecondProcess shows that an SQLite file has one process, though it
// be stopped.
func TestTortureSecondProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	database := databases[0].make(t)
	y := newYard(t, programs.program(t), database, chance(t))
	second := newDaemon(t, programs.program(t), "two", database, y.world.Info)
	y.daemon.order("hold", "2", "after claim")
	y.escalate(3)
	if !y.until(patience, y.daemon.held) {
		t.Fatal("the first process does not come to its point")
	}
	y.pause(y.daemon)
	second.start()
	if !y.until(patience, second.dead) {
		t.Fatal("the second process works")
	}
	if said := second.said(); second.life.err == nil || !strings.Contains(said, "one process at a time") {
		t.Errorf("the second process ended with %v: %s", second.life.err, said)
	}
	y.resume(y.daemon)
	y.finish().flawless(t)
}

// TestTortureNoticesForgetfulness lets the harness torture a program that does
// not write down what it is about to do: it must find fault with it.
func TestTortureNoticesForgetfulness(t *testing.T) {
	if testing.Short() {
		t.Skip("-short")
	}
	t.Parallel()
	for _, db := range databases {
		t.Run(db.name, func(t *testing.T) {
			t.Parallel()
			y := newYard(t, programs.forgetful(t), db.make(t), chance(t))
			for range 10 {
				y.killAt(end{"after do", 12})
				y.daemon.start()
				if y.until(5*time.Second, func() bool { return len(y.count().doubled) > 0 }) {
					t.Logf("noticed: %s", strings.Join(y.count().doubled, "; "))
					return
				}
			}
			t.Error("a program that forgets its intents is not noticed")
		})
	}
}
