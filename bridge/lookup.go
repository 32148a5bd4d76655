package bridge

import "time"

// Lookup is what a decision about an issue may ask beside the issue and its cases,
// while these are locked.
type Lookup interface {
	// Brake returns how the provider's brake stands. With take it also counts one
	// more escalation that begins, if the brake lets it.
	Brake(provider string, take bool) (Brake, error)
	// Writing reports whether the end of a comment of ours on the issue is not known
	// yet: it may be there although no case remembers it.
	Writing(issueID string) (bool, error)
	// CaseOf returns the newest case that another issue, by its id or its key, has
	// with the provider, or nil.
	CaseOf(provider, issue string) (*Case, error)
}

// Brake is how a provider's brake stands.
type Brake struct {
	// Open: another escalation may begin, or, when it was taken, has begun.
	Open bool
	// Held is how many it has held within Window, with the one that was just asked
	// for.
	Held int
	// ReleasedAt is when what it held was last released; zero when it never was.
	ReleasedAt time.Time
	// Limit is how many escalations may begin within Window.
	Limit  int
	Window time.Duration
}
