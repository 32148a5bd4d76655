package app

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"escalat/bridge"
)

// What must come out of a script is calculated here a second time, minute by minute and by
// the rules alone: nothing of the calendar, of the stages or of their texts is asked.

// spanishHolidays are those of the whole of Spain within the year, by hand.
func spanishHolidays() []string {
	return []string{
		"2026-10-12", "2026-11-01", "2026-12-06", "2026-12-08", "2026-12-25", "2027-01-01", "2027-01-06", "2027-03-26", "2027-05-01", "2027-08-15",
	}
}

// catalanHolidays are Catalonia's own, and two local days.
func catalanHolidays() []string {
	return []string{"2026-09-11", "2026-12-26", "2027-03-29", "2027-06-24", "2026-09-24", "2027-05-17"}
}

// wall is a desk by the clock on the wall: whether it is open in each minute, and how many
// open minutes were before it; for those in which it is closed since when and until when.
type wall struct {
	open   []bool
	before []int
	since  []int
	until  []int
}

const margin = 10 * 24 * 60 // before the year

func (w *wall) isOpen(m int) bool       { return w.open[m+margin] }
func (w *wall) passed(from, to int) int { return w.before[to+margin] - w.before[from+margin] }
func (w *wall) closedSince(m int) int   { return w.since[m+margin] }
func (w *wall) opensAt(m int) int       { return w.until[m+margin] }

func newWall(open func(local time.Time) bool) *wall {
	n := minuteOf(yearEnds) + margin + 40*24*60
	w := &wall{open: make([]bool, n), before: make([]int, n+1), since: make([]int, n), until: make([]int, n)}
	for i := range n {
		w.open[i] = open(minute(i - margin).In(madrid()))
		w.before[i+1] = w.before[i]
		if w.open[i] {
			w.before[i+1]++
		}
		if w.since[i] = i - margin; i > 0 && !w.open[i] && !w.open[i-1] {
			w.since[i] = w.since[i-1]
		}
	}
	for i := n - 1; i >= 0; i-- {
		if w.until[i] = i - margin; i < n-1 && !w.open[i] {
			w.until[i] = w.until[i+1]
		}
	}
	return w
}

// walls are the desks of a year.
var walls = sync.OnceValue(func() map[string]*wall {
	on := func(days []string, at time.Time) bool { return slices.Contains(days, at.Format(time.DateOnly)) }
	weekend := func(at time.Time) bool { return at.Weekday() == time.Saturday || at.Weekday() == time.Sunday }
	catalan := slices.Concat(spanishHolidays(), catalanHolidays())
	return map[string]*wall{
		"always":   newWall(func(time.Time) bool { return true }),
		"claranet": newWall(func(at time.Time) bool { return at.Hour() >= 8 && at.Hour() < 17 }),
		"strict": newWall(func(at time.Time) bool {
			return at.Hour() >= 8 && at.Hour() < 17 && !weekend(at) && !on(catalan, at)
		}),
		"office": newWall(func(at time.Time) bool {
			return at.Hour() >= 9 && at.Hour() < 18 && !weekend(at) && !on(spanishHolidays(), at)
		}),
	}
})

// rule is something that is told when it has not come for so many open minutes.
type rule struct {
	name    string
	after   int
	without string // confirmation, answer or news
	step    bool
	comment bool // people are told by a comment
	claim   bool // the provider is told, where the matrix acts
	onCall  bool
}

// rules are those of a script, the furthest last.
func (s script) rules() []rule {
	var out []rule
	switch {
	case s.provider == "claranet":
		out = []rule{{name: "acknowledgement", after: 60, without: "confirmation"}, {name: "answer", after: 240, without: "answer"}, {name: "silence", after: 18 * 60, without: "news"}}
	case s.kind == "incidencia":
		out = []rule{{name: "answer", after: 8 * 60, without: "answer"}, {name: "silence", after: 12 * 60, without: "news"}}
	default:
		out = []rule{{name: "answer", after: 27 * 60, without: "answer"}, {name: "silence", after: 27 * 60, without: "news"}}
	}
	if s.strict {
		out = append(
			out,
			rule{name: "step/desk", after: 90, without: "confirmation", step: true, comment: true},
			rule{name: "step/head", after: 180, without: "answer", step: true, comment: true, claim: s.acts},
			rule{name: "step/guard", after: 300, without: "answer", step: true, onCall: true},
			rule{name: "step/all", after: 540, without: "news", step: true, comment: !s.acts, claim: s.acts, onCall: true},
		)
	}
	return out
}

// desk is the provider's.
func (s script) desk() *wall {
	switch {
	case s.kind == "incidencia":
		return walls()["always"]
	case s.provider == "ovh":
		return walls()["office"]
	case s.strict:
		return walls()["strict"]
	}
	return walls()["claranet"]
}

// phase is how far an escalation is.
type phase int

const (
	unborn phase = iota
	isSettling
	isAsked
	isSending
	isSent
	isRefused // by the mail server
	isHanded  // to a person
	isOver
)

// reckoning is what is known at a minute.
type reckoning struct {
	script

	desk  *wall
	lines []string // what is told
	spans []string // when the label that asks to call came and went

	now                            int
	phase                          phase
	labelled, edited, waiting      int
	lands, handed, entryTold       int
	entrySeen                      int
	form, told, news, heard        int // when the provider was told of it, last of all, last of news, and when it wrote
	claimed                        int // first since it wrote
	lastClaim                      int
	called                         bool // or it wrote: somebody there knows
	confirmed, calm                bool
	complete, unlabelled           bool
	opened, judged                 bool
	looked                         bool // something has happened on the issue
	resolved                       bool
	texts                          []waitingText
	leaving                        []more
	entering, enteringNews         bool // what is to be entered in the portal
	calling                        bool
	callSince, callUntil, callTold int
	turn                           bridge.Turn
	turnSince                      int
	times                          map[bridge.Turn][2]int // minutes: of the wall, and of the desk
	late                           map[string]bool
}

// waitingText is a text for the provider that has not left.
type waitingText struct {
	at    int
	waits bool // for the form, not yet so long that it is said
	said  map[string]bool
}

const unset = -1 << 30

// reckon calculates what must come of a script.
func (s script) reckon() *reckoning {
	r := &reckoning{
		script: s, desk: s.desk(), complete: s.complete(), labelled: unset, edited: unset, waiting: unset, form: unset, told: unset, news: unset, heard: unset,
		claimed: unset, lastClaim: unset, entryTold: unset, entrySeen: unset, callTold: unset, times: map[bridge.Turn][2]int{}, late: map[string]bool{},
	}
	events := s.events
	for m := events[0].minute; m <= s.last(); m++ {
		if s.awake(minute(m)).After(minute(m)) {
			continue
		}
		r.now = m
		r.land()
		r.looked = false
		var orders []event
		for len(events) > 0 && events[0].minute <= m {
			e := events[0]
			if !r.happens(e) {
				orders = append(orders, e)
			}
			r.looked = r.looked || e.what != "robot" && e.what != "program" && e.what != "answer"
			events = events[1:]
		}
		r.decide(orders)
		r.passTurn()
	}
	return r
}

func (r *reckoning) say(what string, call bool) {
	if call {
		what += " +call"
	}
	r.lines = append(r.lines, stamp(minute(r.now))+" "+what)
}

// land ends the first mail.
func (r *reckoning) land() {
	if r.phase != isSending || r.lands > r.now {
		return
	}
	switch {
	case r.unlabelled:
		r.phase = isOver
		r.say("withdrawn", r.night())
		r.endCall()
	case r.resolved:
		r.phase = isSettling
	case r.fails && r.channel == bridge.ByMail:
		r.phase = isRefused
		r.say("failed", r.mustCall())
	case r.channel == bridge.ByPortal:
		r.phase, r.handed = isHanded, r.now
		r.say("handed", r.mustCall())
	default:
		r.phase, r.form, r.told, r.news = isSent, r.now, r.now, r.now
		what := "sent"
		if r.channel == bridge.ByAPI {
			what, r.confirmed = "filed", true
		}
		r.say(what, r.mustCall())
	}
	r.passTurn()
}

// night reports whether the provider is to be called at this hour rather than written to.
func (r *reckoning) night() bool { return r.provider == "claranet" && !r.desk.isOpen(r.now) }

// mustCall reports whether people are told to call, and notes that they were.
func (r *reckoning) mustCall() bool {
	if !r.night() || r.calm || r.called {
		return false
	}
	r.callTold = r.now
	r.call()
	return true
}

// call begins a call that has not begun: it is due since the label, or since the desk was
// closed after that.
func (r *reckoning) call() {
	if r.calling && r.now < r.callUntil {
		return
	}
	r.callSince, r.callUntil = max(r.labelled, r.desk.closedSince(r.now)), r.desk.opensAt(r.now)
	if !r.calling {
		r.calling = true
		r.spans = spanned(r.spans, stamp(minute(r.now)), true)
	}
}

func (r *reckoning) endCall() {
	if r.calling {
		r.calling, r.callTold = false, unset
		r.spans = spanned(r.spans, stamp(minute(r.now)), false)
	}
}

// spanned notes that the label came or went, unless it does both within the minute.
func spanned(spans []string, at string, calling bool) []string {
	if n := len(spans) - 1; n >= 0 && strings.HasPrefix(spans[n], at) {
		return spans[:n]
	}
	return append(spans, fmt.Sprintf("%s call %v", at, calling))
}

// happens takes in what needs no look, and reports whether it was that.
func (r *reckoning) happens(e event) bool {
	switch e.what {
	case "labelled":
		r.labelled, r.edited, r.phase = e.minute, e.minute, isSettling
		r.turn, r.turnSince = bridge.TurnUs, r.now
	case "completed":
		r.complete, r.edited = true, e.minute
	case "incomplete", "note":
		r.edited = e.minute
	case "unlabelled":
		r.unlabelled = true
	case "resolved":
		r.resolved = true
	case "robot", "program", "answer":
		r.hears(e)
	default:
		r.edited = e.minute
		return false
	}
	return true
}

// hears takes in a mail of the provider.
func (r *reckoning) hears(e event) {
	unread := r.channel == bridge.ByAPI && e.what != "answer" // what its program writes stands in the ticket
	if r.told == unset || r.phase == isOver || unread {
		return
	}
	r.say("reply", false)
	r.confirmed = true
	if e.what == "answer" {
		r.heard, r.claimed = max(r.heard, e.minute), unset
		r.knows()
	}
	r.passTurn()
}

// knows notes that somebody at the provider knows of it.
func (r *reckoning) knows() {
	r.called, r.confirmed = true, true
	r.endCall()
}

// decide is what follows at this minute.
func (r *reckoning) decide(orders []event) {
	switch {
	case r.phase == isSettling && !r.opened && (r.resolved || r.unlabelled): // it was over before it was seen
		r.phase, r.turn = unborn, ""
		return
	case r.phase == isSettling:
		r.opened = true
	}
	switch {
	case r.phase == unborn:
		return
	case r.phase == isOver:
		return
	case r.unlabelled && r.phase != isSending:
		r.phase = isOver
		r.endCall()
	case r.resolved && (r.phase == isSent || r.phase == isRefused || r.phase == isHanded):
		if r.phase == isSent {
			r.say("resolved", false)
		}
		r.phase = isOver
		r.endCall()
	}
	for _, e := range orders {
		if (e.what == "trucat" || e.what == "trucat+") && r.phase != isOver {
			r.say("phoned", false)
			r.knows()
		}
	}
	if (r.phase == isSettling || r.phase == isAsked) && !r.resolved {
		r.judge()
	}
	for _, e := range orders {
		r.obey(e)
	}
	for range 2 { // what has left may have others follow, or be late
		r.relay()
		if r.phase == isOver || r.resolved {
			r.endCall()
			r.leave()
			return
		}
		r.looked = false
		r.remind()
		r.enter()
		r.expect()
		r.land()
		r.leave()
	}
}

// judge asks or sends when nobody has edited the issue for a while.
func (r *reckoning) judge() {
	quiet := int(yearQuiet / time.Minute)
	since := r.waiting
	if since == unset {
		since = r.now
	}
	if due := min(r.edited+quiet, since+5*quiet); r.now < due {
		r.waiting = since
		return
	}
	r.waiting, r.judged = unset, true
	switch {
	case r.complete:
		if r.kind == "infogerencia" {
			r.say("through", false)
		}
		r.phase, r.lands = isSending, r.now+int(r.takes/time.Minute)
		if r.channel == bridge.ByPortal {
			r.lands = r.now
		}
	case r.phase == isSettling:
		r.phase = isAsked
		r.say("request", r.mustCall())
	}
	r.passTurn()
}

// more is something that is told to the provider after the form, or instead of it.
type more struct{ claim, form bool }

// leave has what was decided upon leave.
func (r *reckoning) leave() {
	for _, one := range r.leaving {
		r.leaves(one)
	}
	r.leaving = nil
	r.passTurn()
}

// leaves notes that something more was told to the provider.
func (r *reckoning) leaves(m more) {
	claim := m.claim
	if claim {
		r.lastClaim = r.now
	}
	if r.channel == bridge.ByPortal {
		r.say("handed more", r.night() && !r.calm)
		r.entering, r.enteringNews = true, r.enteringNews || !claim
		return
	}
	what := "sent more"
	if r.channel == bridge.ByAPI {
		what = "filed more"
	}
	if m.form && r.phase == isRefused {
		r.phase, r.form = isSent, r.now
		r.say(what, r.mustCall())
		r.tells(r.now, claim)
		return
	}
	tonight := r.heard != unset && r.heard >= r.desk.closedSince(r.now)
	r.say(what, r.night() && !r.calm && !tonight)
	r.tells(r.now, claim)
}

// tells notes when the provider was told something more.
func (r *reckoning) tells(at int, claim bool) {
	r.told = max(r.told, at)
	if claim {
		r.lastClaim = max(r.lastClaim, at)
	}
	switch {
	case !claim:
		r.news = max(r.news, at)
	case r.claimed == unset && at > r.heard:
		r.claimed = at
	}
}

// obey does what people command.
func (r *reckoning) obey(e event) {
	switch e.what {
	case "trucat", "trucat+":
		return
	case "words":
		r.texts = append(r.texts, waitingText{at: e.minute, said: map[string]bool{}})
		return
	}
	answered := true
	switch {
	case r.phase == isOver:
	case e.what == "no-urgent":
		r.calm = true
		r.endCall()
	case e.what == "contestat":
		r.heard, r.claimed = max(r.heard, e.minute), unset
		r.knows()
	case e.what == "portal" && r.phase == isHanded:
		r.phase, r.form, r.confirmed, r.told, r.news = isSent, e.minute, true, e.minute, e.minute
	case e.what == "portal":
		if r.entering {
			r.tells(e.minute, !r.enteringNews)
			r.entering, r.enteringNews = false, false
		}
		r.confirmed = r.confirmed || r.phase != unborn
	case e.what == "reclama" && r.phase == isSent && (r.lastClaim == unset || r.now >= r.lastClaim+60):
		r.lastClaim, answered = r.now, false
		r.leaving = append(r.leaving, more{claim: true})
	case e.what == "reenvia" && (r.phase == isSent || r.phase == isRefused):
		answered = false
		r.leaving = append(r.leaving, more{form: true})
	}
	if answered {
		r.say("answer "+e.what, false)
	}
	r.passTurn()
}

// relay sends the texts for the provider that have waited long enough.
func (r *reckoning) relay() {
	var left []waitingText
	for _, t := range r.texts {
		why := ""
		switch {
		case r.looked && r.now-t.at > 7*24*60:
			r.say("not relayed", false)
			continue
		case r.phase == isSent && r.now >= t.at+int(yearQuiet/time.Minute):
			r.leaving = append(r.leaving, more{})
			continue
		case r.phase == isSent:
		case r.phase == isHanded && !r.looked && (!t.waits || r.now < t.at+10):
		case r.phase == isAsked, r.phase == isHanded, r.phase == isOver:
			why = fmt.Sprint(r.phase)
		case r.phase == isRefused:
			r.say("not relayed", r.night())
			continue
		case r.now >= t.at+10:
			why = "first"
		default:
			t.waits = true
		}
		if why != "" && !t.said[why] {
			t.said[why], t.waits = true, false
			r.say("not relayed", false)
		}
		left = append(left, t)
	}
	r.texts = left
	r.passTurn()
}

// remind keeps the call.
func (r *reckoning) remind() {
	if r.provider != "claranet" || r.phase == unborn {
		return
	}
	answered := r.phase == isSent && r.heard != unset
	if r.calling && (r.now >= r.callUntil || r.desk.isOpen(r.now)) {
		unknown := !answered && !r.confirmed
		r.endCall()
		if unknown && r.desk.isOpen(r.now) {
			r.say("call-open", false)
		}
	}
	if r.desk.isOpen(r.now) || r.calm || r.called || answered {
		return
	}
	tonight := r.labelled >= r.desk.closedSince(r.now) || r.phase == isSent && r.form >= r.desk.closedSince(r.now)
	if r.confirmed && (!tonight || r.phase != isSent) {
		r.endCall()
		return
	}
	r.call()
	// Of the first night everything is told, and of each one of what did not arrive; of those
	// after it only the closing; and all that for a week.
	base := r.labelled
	if r.phase == isSent {
		base = max(base, r.form)
	}
	first := base
	for r.desk.isOpen(base) && r.desk.isOpen(first) {
		first++
	}
	later := r.callSince > first
	if later && r.callSince-base > 7*24*60 {
		return
	}
	later = later && r.phase != isRefused
	// The newest of what is due; the first is the closing itself.
	newest, which := unset, 0
	for n, at := 0, r.callSince; at <= r.now && (n == 0 || !later); n++ {
		if n > 0 || r.callSince > r.labelled {
			newest, which = at, n
		}
		switch n {
		case 0:
			at = r.callSince + 10
		case 1:
			at = r.callSince + 30
		default:
			at = r.callSince + 60*(n-1)
		}
	}
	if newest != unset && r.callTold < newest && (which == 0 || newest >= base) {
		r.callTold = r.now
		r.say(fmt.Sprintf("call %d since %s", which, stamp(minute(r.callSince))), true)
	}
}

// enter reminds of what a person is to enter in the portal, while the desk is open: after
// so many minutes since then, the newest only.
func (r *reckoning) enter() {
	if r.phase != isHanded || r.calm {
		return
	}
	newest := unset
	for _, after := range []int{15, 60, 24 * 60, 2 * 24 * 60, 3 * 24 * 60} {
		if at := r.desk.opensAt(r.desk.opensAt(r.handed) + after); at <= r.now && at > r.entryTold {
			newest = max(newest, at)
		}
	}
	switch {
	case newest == unset:
	case r.desk.isOpen(r.now):
		r.entryTold, r.looked = r.now, true
		r.say("entry", false)
	case newest > r.entrySeen: // it was missed: what is told by day is looked for at once
		r.entrySeen, r.looked = newest, true
	}
}

// whose is whose turn it is.
func (r *reckoning) whose() bridge.Turn {
	switch r.phase {
	case isSettling, isSending, isRefused, isHanded:
		return bridge.TurnUs
	case isAsked:
		return bridge.TurnData
	case isSent:
		if r.told > r.heard {
			return bridge.TurnProvider
		}
		return bridge.TurnUs
	}
	return ""
}

func (r *reckoning) passTurn() { r.pass(r.whose()) }

func (r *reckoning) pass(to bridge.Turn) {
	if to == r.turn {
		return
	}
	if r.turn != "" {
		spell, desk := r.times[r.turn], r.desk
		if r.provider == "ovh" && !r.judged { // nobody has said yet which desk it is
			desk = walls()["always"]
		}
		r.times[r.turn] = [2]int{spell[0] + r.now - r.turnSince, spell[1] + desk.passed(r.turnSince, r.now)}
	}
	r.turn, r.turnSince, r.late = to, r.now, map[string]bool{}
}

// since is since when something is waited for.
func (r *reckoning) since(what string) int {
	switch {
	case what == "news" && r.news > r.heard:
		return r.news
	case what == "news":
		return max(r.heard, r.claimed)
	case r.heard != unset, what == "confirmation" && r.confirmed:
		return unset
	}
	return r.form
}

// expect tells what has not come while it is the provider's turn.
func (r *reckoning) expect() {
	r.passTurn()
	if r.turn != bridge.TurnProvider || !r.desk.isOpen(r.now) {
		return
	}
	var due []rule
	for _, one := range r.rules() {
		since := r.since(one.without)
		if since == unset || r.late[one.name] || one.name == "silence" && r.heard == unset || r.desk.passed(since, r.now) < one.after {
			continue
		}
		r.late[one.name] = true
		due = append(due, one)
	}
	if len(due) == 0 {
		return
	}
	furthest := due[len(due)-1]
	if furthest.claim && r.lastClaim != unset && r.now < r.lastClaim+60 { // it was claimed a while ago
		furthest.claim, furthest.comment = false, true
	}
	switch {
	case !furthest.step || furthest.comment:
		r.say("late "+furthest.name, false)
	default:
		for _, one := range slices.Backward(due) {
			if !one.step {
				defer r.say("late "+one.name, false)
				break
			}
		}
	}
	if furthest.onCall {
		r.say("oncall "+furthest.name, false)
	}
	if furthest.claim {
		r.leaving = append(r.leaving, more{claim: true})
	}
}
