package alarm

import (
	"time"

	"escalat/bridge"
)

// Watch says when people on call are told that Jira is away, and when that it is back. It
// is a plain function of what it is given: the caller keeps the state.
type Watch struct {
	// After is how long something must have waited for a Jira that is away.
	After time.Duration
	// Calm is how long Jira must have been back before that is told, so that one that comes
	// and goes is told of once.
	Calm time.Duration
}

// Sample is what is known at one moment.
type Sample struct {
	Now time.Time
	// Down is since when Jira is away or refuses everything; zero: it is there.
	Down time.Time
	// Waiting is since when the oldest of what waits for it does: replies and other comments
	// that are to be posted, calls that nobody can be told of. Zero: nothing waits.
	Waiting time.Time
}

// State is what is remembered from one sample to the next. Its zero value is the
// beginning.
type State struct {
	// Down is since when Jira is away, as people were told at Told; both zero while they
	// were not.
	Down time.Time `json:"down,omitzero"`
	Told time.Time `json:"told,omitzero"`
	// Back is since when it has been there again.
	Back time.Time `json:"back,omitzero"`
}

// Verdict is what is to be told.
type Verdict int

// The verdicts.
const (
	Nothing Verdict = iota
	Away            // Jira is away, and something waits
	Back            // it is back
)

// Look judges a sample. With Back the state that was given says since when Jira had been
// away. Each verdict comes once: what it says is to be told by an effect that is stored
// together with the state.
func (w Watch) Look(s State, sample Sample) (State, Verdict) {
	switch {
	case s.Told.IsZero() && w.late(sample):
		return State{Down: sample.Down, Told: sample.Now}, Away
	case s.Told.IsZero():
		return State{}, Nothing
	case !sample.Down.IsZero():
		s.Back = time.Time{}
		return s, Nothing
	case s.Back.IsZero() || sample.Now.Before(s.Back): // the clock was put back
		s.Back = sample.Now
	}
	if sample.Now.Sub(s.Back) >= w.Calm {
		return State{}, Back
	}
	return s, Nothing
}

// late reports whether something has waited long enough for a Jira that is away.
func (w Watch) late(s Sample) bool {
	if s.Down.IsZero() || s.Waiting.IsZero() {
		return false
	}
	return s.Now.Sub(bridge.Latest(s.Down, s.Waiting)) >= w.After
}
