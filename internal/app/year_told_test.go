package app

import (
	"fmt"
	"time"

	"escalat/bridge"
)

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
