package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// installationCursor is the cursor in which the store keeps which installation it
// belongs to; claimProperty the property of our account in which Jira does.
const (
	installationCursor = "installation"
	claimProperty      = "escalat"
)

// ErrHeld means that the store and Jira do not belong together: what was written
// already may not be in the store. Nothing is written until a person confirms.
var ErrHeld = errors.New("held: the database and Jira do not belong together; run “escalat reconcile”")

// bound is what an installation is tied to.
type bound struct {
	Jira    string `json:"jira"`
	Account string `json:"account"`
	Mailbox string `json:"mailbox"`
	Place   string `json:"place"` // the database itself, as the store names it
}

// installation is what the store knows of the installation that it belongs to.
type installation struct {
	ID string `json:"id"`
	// Generation is raised with each term and every few minutes in which something
	// is written, here and on Jira: an older copy of the store has an older one.
	// Pending is the one that is being written to Jira.
	Generation int64     `json:"generation"`
	Pending    int64     `json:"pending,omitempty"`
	Since      time.Time `json:"since"` // when it began, or was last confirmed, by Jira's clock
	Bound      bound     `json:"bound"`
	// Confirmed is what a person was shown and has confirmed, until it is acted on,
	// and Claiming what is being written to Jira because of it.
	Confirmed string `json:"confirmed,omitempty"`
	Claiming  *claim `json:"claiming,omitempty"`
	// ConfirmedAt is when it was last confirmed, by Jira's clock; zero when it only
	// began.
	ConfirmedAt time.Time `json:"confirmedAt,omitzero"`
}

// claim is what Jira knows of it.
type claim struct {
	ID         string    `json:"id"`
	Generation int64     `json:"generation"`
	Mailbox    string    `json:"mailbox"`
	At         time.Time `json:"at"`
}

// is reports whether Jira has taken that very claim: another process may come to the
// same number, but not at the same moment.
func (c *claim) is(other claim) bool {
	return c != nil && c.ID == other.ID && c.Generation == other.Generation && c.At.Equal(other.At)
}

// evidence is everything from which it is judged whether store and Jira belong
// together.
type evidence struct {
	local  *installation // nil: the store is new
	remote *claim        // nil: Jira knows of no installation
	now    bound
	marked []string // keys of issues that carry marks of ours; asked for only where nobody claims them
}

// reasons says why the store and Jira do not belong together; none when they do, or
// when neither knows the other.
func (e evidence) reasons() []string {
	var out []string
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	l, r := e.local, e.remote
	known := l != nil && (l.Generation > 0 || r != nil && r.ID == l.ID) // it has claimed this Jira before
	switch {
	case !known && r != nil:
		say("the database is new or empty, but Jira knows an installation (%s, generation %d, last seen %s)", r.ID, r.Generation, r.At.UTC().Format(time.RFC3339))
	case !known && len(e.marked) > 0:
		say("the database is new or empty, but issues in Jira carry labels of escalat: %s", strings.Join(e.marked, ", "))
	case known && r == nil:
		say("Jira knows of no installation, but the database belongs to one (%s, generation %d): another Jira or account, or an older copy of Jira", l.ID, l.Generation)
	case known && r.ID != l.ID:
		say("Jira belongs to another installation (%s, generation %d, last seen %s) than the database (%s)", r.ID, r.Generation, r.At.UTC().Format(time.RFC3339), l.ID)
	case known && r.Generation > max(l.Generation, l.Pending):
		say("the database is older than Jira (generation %d, Jira has %d of %s): it was restored from a copy, or a copy of it works somewhere else", l.Generation, r.Generation, r.At.UTC().Format(time.RFC3339))
	case known && r.Generation < l.Generation:
		say("Jira is older than the database (generation %d, the database has %d): Jira was restored from a copy", r.Generation, l.Generation)
	}
	if known {
		out = append(out, l.Bound.differs(e.now)...)
	}
	return out
}

// differs says in what an installation is tied to something else than before.
func (b bound) differs(now bound) []string {
	var out []string
	for _, one := range []struct{ what, was, is, hint string }{
		{"Jira's address", b.Jira, now.Jira, ""},
		{"the account in Jira", b.Account, now.Account, ""},
		{"the mailbox", b.Mailbox, now.Mailbox, ""},
		{"the database itself", b.Place, now.Place, ": perhaps a copy"},
	} {
		if one.was != one.is {
			out = append(out, fmt.Sprintf("%s was %s and is now %s%s", one.what, one.was, one.is, one.hint))
		}
	}
	return out
}

// code names what a person is shown, so that what is confirmed is that and nothing
// that came afterwards.
func (e evidence) code() string {
	l := installation{}
	if e.local != nil {
		l = *e.local
		l.Confirmed, l.Claiming = "", nil
	}
	raw, err := json.Marshal([]any{l, e.remote, e.now, e.reasons()})
	if err != nil {
		panic("app: " + err.Error()) // texts and numbers: a bug
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:4])
}

// confirmed reports whether a person has confirmed exactly this, or Jira has already
// taken the claim that followed from it.
func (e evidence) confirmed() bool {
	switch {
	case e.local == nil || e.local.Confirmed == "":
		return false
	case e.local.Claiming != nil && e.remote.is(*e.local.Claiming):
		return true
	}
	return e.local.Confirmed == e.code()
}
