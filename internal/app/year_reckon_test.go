package app

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
)

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
