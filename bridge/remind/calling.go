package remind

import (
	"time"

	"escalat/bridge"
	"escalat/bridge/wording"
	"escalat/mapping"
)

// Calling is since when the provider must be called about a case, by what the case alone
// shows: so it is known also while its issue cannot be read, and before anybody could be
// told so. Zero: it need not be called. Test: nothing goes to the provider.
func Calling(c bridge.Case, p *mapping.Profile, now time.Time, test bool) time.Time {
	if test || !c.State.Open() || c.State == bridge.Joined || c.NotUrgent || c.Resting() {
		return time.Time{}
	}
	d := &decision{Input: Input{Now: now, Case: c, Profile: p}, out: bridge.Outcome{Case: c}, desk: wording.Hours(p, c.Kind)}
	if !d.reachable() || !d.needed() && (told(c.State) || !now.Before(c.CallUntil)) {
		return time.Time{}
	}
	if wording.Owe(&d.out.Case, p, now); d.out.Case.CallUntil.IsZero() { // it never opens again
		return time.Time{}
	}
	return d.out.Case.CallSince
}

// reachable reports whether the provider's desk is closed and has a telephone for that.
func (d *decision) reachable() bool {
	return !d.desk.Open(d.Now) && len(d.Profile.Contacts.Night.Phones) > 0
}
