package torture_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"escalat/internal/sim"
)

// patience is how long the program may take to put everything right after a
// kill. It is long because the machine may be busy; no result depends on it.
const patience = 90 * time.Second

// databases are where the program keeps what it knows.
var databases = []struct {
	name string
	make func(t *testing.T) string
}{
	{"SQLite", func(t *testing.T) string { t.Helper(); return filepath.Join(t.TempDir(), "escalat.db") }},
	{"PostgreSQL", func(t *testing.T) string { t.Helper(); return cluster.Database(t) }},
}

// end is a way for the program to end: at a point, or at some moment.
type end struct {
	name string
	most int // the point is passed this often at most before it acts
}

const (
	anyMoment = "any moment" // counted in what the program asks of the outside
	atStart   = "at start"
)

// ends are the ways in turn. How often a point is passed while a few issues are
// worked decides how late it may act.
func ends() []end {
	return []end{
		{"after claim: transmit", 3},
		{"after do: transmit", 3},
		{"after do: comment", 6},
		{anyMoment, 70},
		{"after claim", 16},
		{"after do: attach", 2},
		{"before result", 16},
		{"in a batch", 60},
		{"after look", 5},
		{atStart, 0},
		{"mails claimed", 3},
		{anyMoment, 70},
		{"in a batch of mails", 6},
		{"after claim: comment", 6},
	}
}

// yard is where one instance of the program is killed again and again.
type yard struct {
	*outside

	daemon *daemon
	kills  map[string]int
}

func newYard(t *testing.T, program, database string, random *rand.Rand) *yard {
	t.Helper()
	o := newOutside(t, random)
	y := &yard{outside: o, daemon: newDaemon(t, program, "one", database, o.world.Info), kills: map[string]int{}}
	y.daemon.start()
	y.lives(y.daemon)
	return y
}

// lives waits until the program reads the mailbox and searches Jira: what comes
// before its very first look into the mailbox is nobody's.
func (o *outside) lives(d *daemon) {
	o.t.Helper()
	if !o.until(patience, func() bool { return d.dead() || d.reports("escalat_loop_last_success", false) }) || d.dead() {
		o.t.Fatalf("%s does not begin to work", d.name)
	}
}

// idle waits until the program says that nothing is left for it to do.
func (o *outside) idle(d *daemon) {
	o.t.Helper()
	if !o.until(patience, func() bool { return d.reports("escalat_oldest_unhandled_age_seconds", true) }) {
		o.t.Errorf("%s always has something left to do", d.name)
	}
}

var address = regexp.MustCompile(`"msg":"listening","addr":"([^"]+)"`)

// reports asks the program for its metrics, and reports whether all values of
// one are zero, or none is.
func (d *daemon) reports(metric string, zero bool) bool {
	found := address.FindAllStringSubmatch(d.said(), -1)
	if len(found) == 0 {
		return false
	}
	request, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, "http://"+found[len(found)-1][1]+"/metrics", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return false
	}
	values := 0
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, metric) {
			value, err := strconv.ParseFloat(line[strings.LastIndexByte(line, ' ')+1:len(line)-1], 64)
			if err != nil || (value == 0) != zero {
				return false
			}
			values++
		}
	}
	return values > 0
}

// torment kills the program in the given way while it works, starts it again,
// and waits until everything is right outside. It reports false when that does
// not come about.
func (y *yard) torment(how end) bool {
	y.t.Helper()
	y.disturb()
	switch how.name {
	case atStart:
		y.killAtStart()
	case anyMoment:
		y.killAtAnyMoment(how.most)
	default:
		y.killAt(how)
	}
	if !y.daemon.life.killed() {
		y.t.Errorf("%s ended by itself: %v", y.daemon.name, y.daemon.life.err)
	}
	y.kills[how.name]++
	y.outage()
	y.daemon.start()
	return y.until(patience, y.complete)
}

// outage lets some time pass after a death, sometimes longer than the program
// waits for its own copy of a mail, and sometimes the mailbox is away after it.
func (y *yard) outage() {
	if y.random.IntN(3) == 0 {
		y.wait(copyWait + time.Second/2)
	}
	if y.random.IntN(3) == 0 {
		y.world.Mail.Fail(sim.AtIMAP, "", sim.Fault{Drop: sim.DropBefore, Times: 2})
	}
}

// killAt lets the program kill itself at a point. Work is given to it until it
// comes there.
func (y *yard) killAt(how end) {
	y.t.Helper()
	y.daemon.order("kill", strconv.Itoa(1+y.random.IntN(how.most)), how.name)
	for range 20 {
		y.escalate(3)
		if !y.until(patience, func() bool { return y.daemon.dead() || y.complete() }) {
			break
		}
		if y.daemon.dead() {
			y.daemon.withdraw()
			return
		}
	}
	y.t.Fatalf("the program does not come to the point %q", how.name)
}

// killAtAnyMoment kills it up to 20 ms after some request to Jira or step of a
// mail connection.
func (y *yard) killAtAnyMoment(most int) {
	y.t.Helper()
	reached := y.world.Jira.Fail("", "", sim.Fault{Skip: y.random.IntN(most)})
	switch y.random.IntN(3) {
	case 0:
		reached = y.world.Mail.Fail(sim.AtMail, "", sim.Fault{Skip: y.random.IntN(3)})
	case 1:
		reached = y.world.Mail.Fail(sim.AtFetch, "", sim.Fault{Skip: y.random.IntN(4)})
	}
	y.escalate(3)
	for n := 0; !y.until(5*time.Second, func() bool { return closed(reached) }); n++ {
		if n == 20 {
			y.t.Fatal("the program asks nothing of the outside")
		}
		y.escalate(1)
	}
	y.wait(time.Duration(y.random.IntN(20)) * time.Millisecond)
	y.daemon.kill()
}

// killAtStart kills it up to half a second after it was started with work to do.
func (y *yard) killAtStart() {
	y.t.Helper()
	y.daemon.kill()
	y.escalate(3)
	y.daemon.start()
	y.wait(time.Duration(y.random.IntN(500)) * time.Millisecond)
	y.daemon.kill()
}

// wait lets some time pass, during which people and desk go on.
func (y *yard) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	y.until(d+time.Second, func() bool {
		select {
		case <-timer.C:
			return true
		default:
			return false
		}
	})
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// finish gives a last piece of work, waits until nothing is left to do, ends the
// program as an operator would, and counts.
func (y *yard) finish() tally {
	y.t.Helper()
	y.world.Mail.ClearFaults()
	y.world.Jira.ClearFaults()
	y.escalate(2)
	y.until(patience, y.complete)
	y.idle(y.daemon)
	y.stop(y.daemon)
	return y.count()
}

func (o *outside) stop(d *daemon) {
	o.t.Helper()
	d.signal(terminate)
	if !o.until(patience, d.dead) {
		o.t.Fatalf("%s does not stop", d.name)
	}
	if d.life.err != nil {
		o.t.Errorf("%s stopped with %v", d.name, d.life.err)
	}
}

// flawless fails the test unless every count is what it should be.
func (c tally) flawless(t *testing.T) {
	t.Helper()
	for what, list := range map[string][]string{"lost": c.lost, "doubled": c.doubled, "not asked for": c.strange} {
		if len(list) > 0 {
			t.Errorf("%d %s:\n%s", len(list), what, strings.Join(list, "\n"))
		}
	}
}

func (c *tally) add(other tally) {
	c.issues += other.issues
	c.requests += other.requests
	c.mails += other.mails
	c.sent += other.sent
	c.answers += other.answers
	c.files += other.files
	c.unknown += other.unknown
	c.again += other.again
	c.delayed += other.delayed
	c.lost = append(c.lost, other.lost...)
	c.doubled = append(c.doubled, other.doubled...)
	c.strange = append(c.strange, other.strange...)
}

func (c tally) String() string {
	return fmt.Sprintf("issues %d; requests %d, mails %d, told sent %d, answers %d, files %d; answers lost on the way %d, sent again %d; lost %d, doubled %d, not asked for %d",
		c.issues, c.requests, c.mails, c.sent, c.answers, c.files, c.unknown, c.again, len(c.lost), len(c.doubled), len(c.strange))
}
