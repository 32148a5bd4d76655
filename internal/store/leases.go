package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"escalat/bridge"
)

// Cursor returns a cursor's value, or ErrNotFound before it was first moved.
func (tx *Tx) Cursor(ctx context.Context, name string) (string, error) {
	var v string
	err := tx.one(ctx, "SELECT value FROM cursors WHERE name = $1", []any{name}, &v)
	return v, err
}

// MoveCursor sets a cursor if it still has the value from, where "" means that
// it does not exist; else it returns ErrMoved.
func (tx *Tx) MoveCursor(ctx context.Context, name, from, to string) error {
	if from == "" {
		return tx.exactly(ctx, fmt.Errorf("%s: %w", name, ErrMoved),
			"INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, to)
	}
	return tx.exactly(ctx, fmt.Errorf("%s: %w", name, ErrMoved),
		"UPDATE cursors SET value = $1 WHERE name = $2 AND value = $3", to, name, from)
}

// SetCursor sets a cursor whatever it was.
func (tx *Tx) SetCursor(ctx context.Context, name, value string) error {
	_, err := tx.conn.exec(ctx, "INSERT INTO cursors (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)
	return err
}

// LockCursor returns a cursor's value, empty before it was first set, and keeps
// others from changing it until the transaction ends.
func (tx *Tx) LockCursor(ctx context.Context, name string) (string, error) {
	var v string
	err := tx.one(ctx, "INSERT INTO cursors (name, value) VALUES ($1, '') ON CONFLICT (name) DO UPDATE SET value = cursors.value RETURNING value", []any{name}, &v)
	return v, err
}

// DropCursor makes a cursor one that was never set.
func (tx *Tx) DropCursor(ctx context.Context, name string) error {
	_, err := tx.conn.exec(ctx, "DELETE FROM cursors WHERE name = $1", name)
	return err
}

// Lease is who leads and how often that was renewed.
type Lease struct {
	Owner string
	Epoch int64
}

// ReadLease returns a lease; the zero Lease when nobody ever took it.
func (tx *Tx) ReadLease(ctx context.Context, name string) (Lease, error) {
	var l Lease
	err := tx.one(ctx, "SELECT owner, epoch FROM leases WHERE name = $1", []any{name}, &l.Owner, &l.Epoch)
	if errors.Is(err, ErrNotFound) {
		return Lease{}, nil
	}
	return l, err
}

// TakeLease sets the owner if the lease is still as the caller saw it, and
// raises its epoch; else it returns ErrMoved. Renewing is taking one's own.
func (tx *Tx) TakeLease(ctx context.Context, name string, seen Lease, owner string) (Lease, error) {
	next := Lease{Owner: owner, Epoch: seen.Epoch + 1}
	if seen == (Lease{}) {
		return next, tx.exactly(ctx, ErrMoved,
			"INSERT INTO leases (name, owner, epoch) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING", name, next.Owner, next.Epoch)
	}
	return next, tx.exactly(ctx, ErrMoved, "UPDATE leases SET owner = $1, epoch = $2 WHERE name = $3 AND owner = $4 AND epoch = $5",
		next.Owner, next.Epoch, name, seen.Owner, seen.Epoch)
}

// Backlog says what is waiting and since when, for gauges. Zero times: nothing.
type Backlog struct {
	OldestEffect time.Time // planned and not ended
	OldestLook   time.Time
	OldestMail   time.Time
	Effects      map[string]int64 // by "target state"
	Mails        map[string]int64 // by outcome; "" is undecided
	Cases        map[string]int64 // by "provider state"
}

// Backlog counts what is in the store.
func (tx *Tx) Backlog(ctx context.Context) (Backlog, error) {
	b := Backlog{Effects: map[string]int64{}, Mails: map[string]int64{}, Cases: map[string]int64{}}
	oldest := func(query string, into *time.Time) error {
		var ms int64
		err := tx.one(ctx, query, nil, &ms)
		*into = fromMillis(ms)
		return err
	}
	count := func(query string, into map[string]int64) error {
		return tx.each(ctx, query, nil, func(scan func(...any) error) error {
			var name string
			var n int64
			err := scan(&name, &n)
			into[name] = n
			return err
		})
	}
	err := errors.Join(
		oldest("SELECT COALESCE(MIN(planned_at), 0) FROM effects WHERE state IN "+openStates, &b.OldestEffect),
		oldest("SELECT COALESCE(MIN(asked_at), 0) FROM looks WHERE asked > done", &b.OldestLook),
		oldest("SELECT COALESCE(MIN(stored_at), 0) FROM mails WHERE outcome = ''", &b.OldestMail),
		count("SELECT target || ' ' || state, COUNT(*) FROM effects GROUP BY target, state", b.Effects),
		count("SELECT outcome, COUNT(*) FROM mails GROUP BY outcome", b.Mails),
		count("SELECT provider || ' ' || state, COUNT(*) FROM cases GROUP BY provider, state", b.Cases),
	)
	return b, err
}

// WaitingFor returns since when the oldest effect for the target waits to be done, and
// how many do; the zero time when none does.
func (tx *Tx) WaitingFor(ctx context.Context, target bridge.Target) (oldest time.Time, n int, err error) {
	var ms, count int64
	err = tx.one(ctx, "SELECT COALESCE(MIN(planned_at), 0), COUNT(*) FROM effects WHERE target = $1 AND state IN "+openStates, []any{string(target)}, &ms, &count)
	return fromMillis(ms), int(count), err
}

// Stuck returns since when the oldest effect for the target waits that was tried and has
// failed, and since when the oldest such look does; the zero time when none does.
func (tx *Tx) Stuck(ctx context.Context, target bridge.Target) (effect, look time.Time, err error) {
	var e, l int64
	err = errors.Join(
		tx.one(ctx, `SELECT COALESCE(MIN(planned_at), 0) FROM effects
			WHERE target = $1 AND state IN `+openStates+` AND tries > CASE WHEN state = 'started' THEN 1 ELSE 0 END`, []any{string(target)}, &e),
		tx.one(ctx, "SELECT COALESCE(MIN(asked_at), 0) FROM looks WHERE asked > done AND fails > 0", nil, &l),
	)
	return fromMillis(e), fromMillis(l), err
}
