package app

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
)

// yearSeed makes every run the same.
const yearSeed = 20260901

// offices are the one of the profiles as they are, and the strict one.
func offices(t *testing.T) [2]*office {
	t.Helper()
	plain := profiles(t)
	var out [2]*office
	for i, ps := range [][]int{{0}, {1}} {
		list := plain
		if ps[0] == 1 {
			list = strictProfiles(plain)
		}
		o, err := newOffice(list)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = o
	}
	return out
}

// TestYear is a year of escalations, by day and night, on holidays and around the changes
// of the clock: everything that people are told comes in its minute, once, and nothing
// else, and so does the label that asks to call; each one's time is counted right. When
// the program was away, what it missed is told once, by its newest.
func TestYear(t *testing.T) {
	t.Parallel()
	many := 10_000
	if testing.Short() {
		many /= 100
	}
	both := offices(t)
	walls()
	var next, comments, calls, lates, away atomic.Int64
	var wait sync.WaitGroup
	failed := make(chan string, 4*runtime.GOMAXPROCS(0))
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= many || t.Context().Err() != nil {
					return
				}
				s := draw(yearSeed, n)
				l, diff := both[which(s.strict)].follow(s)
				if diff != "" {
					failed <- s.String() + diff
					return
				}
				comments.Add(int64(len(l.told)))
				for _, one := range l.told {
					switch what, _, _ := strings.Cut(one.key, "/"); what {
					case "call":
						calls.Add(1)
					case "late":
						lates.Add(1)
					}
				}
				if len(s.outages) > 0 {
					away.Add(1)
				}
			}
		})
	}
	wait.Wait()
	close(failed)
	for f := range failed {
		t.Error(f)
	}
	t.Logf("%d escalations: %d comments, %d reminders to call, %d of what is late; %d while the program was away for a time",
		many, comments.Load(), calls.Load(), lates.Load(), away.Load())
	if least := int64(many); !t.Failed() && (comments.Load() < 3*least || calls.Load() < least || lates.Load() < least/2 || away.Load() < least/10) {
		t.Error("hardly anything happened in this year")
	}
}

func which(strict bool) int {
	if strict {
		return 1
	}
	return 0
}

// follow lives a script and compares it with what must come of it; diff is empty when both
// are the same.
func (o *office) follow(s script) (l *life, diff string) {
	l = newLife(o, s)
	if err := l.live(); err != nil {
		return l, err.Error()
	}
	var c bridge.Case // it may be over before it is seen
	if len(l.cases) > 0 {
		c = l.cases[len(l.cases)-1]
	}
	return l, compare(s, l.lines(), l.spans, c, l.doubled)
}

// compare says what differs from what must come of a script.
func compare(s script, lines, spans []string, c bridge.Case, doubled []string) string {
	want := s.reckon()
	slices.Sort(want.lines)
	slices.Sort(lines)
	out := cmp.Diff(want.lines, lines)
	out += cmp.Diff(strings.Join(want.spans, "\n"), strings.Join(spans, "\n"))
	out += cmp.Diff(want.spells(), spells(c))
	if len(doubled) > 0 {
		out += fmt.Sprintf("decided upon twice: %q\n", doubled)
	}
	return out
}

// spells are how long it was each one's turn, as one reads it.
func (r *reckoning) spells() map[bridge.Turn]string {
	out := map[bridge.Turn]string{}
	for turn, n := range r.times {
		if n[0] > 0 {
			out[turn] = fmt.Sprintf("%d min, %d of the desk", n[0], n[1])
		}
	}
	if r.turn != "" {
		out[r.turn] = fmt.Sprintf("%s since %s", out[r.turn], stamp(minute(r.turnSince)))
	}
	return out
}

func spells(c bridge.Case) map[bridge.Turn]string {
	out := map[bridge.Turn]string{}
	for turn, spell := range c.Times {
		if spell.Wall > 0 {
			out[turn] = fmt.Sprintf("%g min, %g of the desk", spell.Wall.Minutes(), spell.Working.Minutes())
		}
	}
	if c.Turn != "" {
		out[c.Turn] = fmt.Sprintf("%s since %s", out[c.Turn], stamp(c.TurnSince))
	}
	return out
}

// lines are what people were told, as reckoning writes it.
func (l *life) lines() []string {
	var out []string
	for _, one := range l.told {
		line := stamp(one.at) + " " + shownAs(one.key)
		if strings.Contains(one.text, "TRUQUEU ARA") {
			line += " +call"
		}
		out = append(out, line)
	}
	return out
}

// shownAs is what a comment is, by the key of its effect.
func shownAs(key string) string {
	parts := strings.Split(key, "/")
	switch what, n := parts[0], len(parts); what {
	case "call":
		var since int64
		fmt.Sscan(parts[4], &since)
		return fmt.Sprintf("call %s since %s", parts[5], stamp(time.Unix(since, 0)))
	case "sent", "handed", "filed", "failed":
		if parts[n-1] != "1" {
			return what + " more"
		}
		return what
	case "late", "oncall":
		return what + " " + strings.Join(parts[4:n-1], "/")
	case "contestat", "no-urgent", "portal", "reclama", "reenvia":
		return "answer " + what
	case "relay":
		return "not relayed"
	case "noted":
		return "phoned"
	default:
		return what
	}
}
