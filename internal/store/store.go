// Package store keeps what escalat must not forget: cases, effects, looks, the
// mail ledger, blobs, cursors, leases and the audit, on SQLite or PostgreSQL.
//
// Update is the only door for writing. What a function given to Update did is
// durable when Update returns nil, and nothing of it happened otherwise. On
// SQLite the functions of several callers share a transaction, a savepoint
// each, because one synchronous commit costs more than all of their statements
// together; one that fails takes nothing of the others with it. On PostgreSQL
// each has its own transaction (the server groups commits itself, and shared
// transactions of two replicas would lock cases in different orders) and is run
// again when the server chose it as the victim of a deadlock.
//
// A transaction about a case begins with LockCase. Times are stored as Unix
// milliseconds.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// ErrFenced means that somebody else has claimed the row since: the caller's
// result no longer counts.
var ErrFenced = errors.New("store: claimed by somebody else meanwhile")

// ErrMoved means that a cursor is no longer where the caller left it.
var ErrMoved = errors.New("store: cursor was moved by somebody else")

// ErrHeld means that another process works on the SQLite file.
var ErrHeld = errors.New("store: another process works on this file")

// ErrNoDatabase means that there is no such SQLite file.
var ErrNoDatabase = errors.New("store: there is no such file")

// ErrNotFound means that there is no such row.
var ErrNotFound = errors.New("store: not found")

// Config says which database is used.
type Config struct {
	// URL is a postgres:// URL, or the path of an SQLite file, which is made
	// when it is missing. Its folder must exist.
	URL string
	// Exclusive locks an SQLite file before anything of it is touched, as Hold
	// does, and makes Open fail with ErrHeld when another process has it.
	Exclusive bool
	// Existing refuses to make an SQLite file: ErrNoDatabase.
	Existing bool
	// Now is the clock of the rows' times; time.Now when nil.
	Now func() time.Time
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	now       func() time.Time
	exclusive bool
	db        backend
}

// backend is what differs between the two.
type backend interface {
	update(ctx context.Context, fn func(context.Context, *Tx) error) error
	view(ctx context.Context, fn func(context.Context, *Tx) error) error
	// hold takes the exclusive right to name for this process's life.
	hold(ctx context.Context, name string) (bool, error)
	// forget deletes the job rows that a former process of that name left running.
	forget(ctx context.Context, name string) error
	// forgetDead deletes the job rows that have been running for longer.
	forgetDead(ctx context.Context, longer time.Duration) error
	// place names the database itself, so that a copy of it is another.
	place(ctx context.Context) (string, error)
	// alive fails when the right that hold took was lost.
	alive(ctx context.Context) error
	close() error
}

// Open opens the database, brings its tables to the present version and returns
// it. The caller closes it.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	s := &Store{now: cfg.Now, exclusive: cfg.Exclusive}
	if s.now == nil {
		s.now = time.Now
	}
	open := openSQLite
	if IsPostgres(cfg.URL) {
		open = openPostgres
	} else if _, err := os.Stat(cfg.URL); cfg.Existing && errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("open database %s: %w", cfg.URL, ErrNoDatabase)
	}
	db, err := open(ctx, cfg.URL, s)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", Redact(cfg.URL), err)
	}
	s.db = db
	return s, nil
}

// IsPostgres reports whether url names a PostgreSQL database.
func IsPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Redact returns url without its user information and parameters, for logs.
func Redact(url string) string {
	if !IsPostgres(url) {
		return url
	}
	scheme, rest, _ := strings.Cut(url, "://")
	rest, _, _ = strings.Cut(rest, "?")
	if i := strings.LastIndex(rest, "@"); i >= 0 {
		rest = rest[i+1:]
	}
	return scheme + "://" + rest
}

// Update runs fn in a transaction and commits what it did. The context given to
// fn does not end: a transaction that has begun is brought to its end. fn may
// run more than once and must touch nothing but the transaction; it must not
// call Update or View.
func (s *Store) Update(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return s.db.update(ctx, fn)
}

// View runs fn on a snapshot that it cannot change.
func (s *Store) View(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return s.db.view(ctx, fn)
}

// Hold takes the exclusive right to an instance name for as long as the process
// lives and the store is open; false means that a living process has it. With
// it comes the right to release what a former process of that name left.
func (s *Store) Hold(ctx context.Context, name string) (bool, error) {
	return s.db.hold(ctx, name)
}

// Place names the database itself: the file by its number in the file system, the
// PostgreSQL database by its cluster and its own number. A copy of it, wherever it
// is, has another; moving the file within its file system changes nothing.
func (s *Store) Place(ctx context.Context) (string, error) {
	place, err := s.db.place(ctx)
	if err != nil {
		return "", fmt.Errorf("tell the database from its copies: %w", err)
	}
	return place, nil
}

// Forget deletes the queue's rows that a former process of that name left as
// running. The caller holds the name.
func (s *Store) Forget(ctx context.Context, name string) error {
	return s.db.forget(ctx, name)
}

// ForgetDead deletes the queue's rows that have been running for longer than any
// living process runs one, by the database's clock.
func (s *Store) ForgetDead(ctx context.Context, longer time.Duration) error {
	return s.db.forgetDead(ctx, longer)
}

// Alive fails when the exclusive right to the name that Hold took was lost, or
// when that cannot be said: then another process may have it.
func (s *Store) Alive(ctx context.Context) error { return s.db.alive(ctx) }

// SQLite returns the writing pool, or nil when the database is PostgreSQL.
func (s *Store) SQLite() *sql.DB {
	if l, ok := s.db.(*sqlite); ok {
		return l.write
	}
	return nil
}

// Postgres returns the pool, or nil when the database is SQLite.
func (s *Store) Postgres() *pgxpool.Pool {
	if p, ok := s.db.(*postgres); ok {
		return p.pool
	}
	return nil
}

// Close ends the store after the updates under way.
func (s *Store) Close() error { return s.db.close() }

// Tx is a transaction. It is valid only within the function that was given it.
type Tx struct {
	conn conn
	raw  any
	now  func() time.Time
}

// conn is a transaction of one of the two drivers.
type conn interface {
	exec(ctx context.Context, query string, args ...any) (int64, error)
	query(ctx context.Context, query string, args ...any) (rows, error)
}

// rows is what sql.Rows and pgx.Rows have in common.
type rows interface {
	Next() bool
	Scan(dest ...any) error
	Err() error
	Close()
}

// Raw returns the driver's transaction: *sql.Tx or pgx.Tx.
func (tx *Tx) Raw() any { return tx.raw }

// Now returns the present time of the store's clock.
func (tx *Tx) Now() time.Time { return tx.now() }

// one scans the first row, or returns ErrNotFound.
func (tx *Tx) one(ctx context.Context, query string, args []any, dest ...any) error {
	found := false
	err := tx.each(ctx, query, args, func(scan func(...any) error) error {
		if found {
			return nil
		}
		found = true
		return scan(dest...)
	})
	if err == nil && !found {
		return ErrNotFound
	}
	return err
}

// each calls fn for each row.
func (tx *Tx) each(ctx context.Context, query string, args []any, fn func(scan func(...any) error) error) error {
	r, err := tx.conn.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer r.Close()
	for r.Next() {
		if err := fn(r.Scan); err != nil {
			return err
		}
	}
	return r.Err()
}

// exactly runs a statement that must change one row, else it returns miss.
func (tx *Tx) exactly(ctx context.Context, miss error, query string, args ...any) error {
	n, err := tx.conn.exec(ctx, query, args...)
	switch {
	case err != nil:
		return err
	case n != 1:
		return miss
	}
	return nil
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// randomName returns a name that no other process makes.
func randomName() string { return strings.ToLower(rand.Text()) }
