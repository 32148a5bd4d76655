package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"time"

	"github.com/pressly/goose/v3/database"
	_ "modernc.org/sqlite" // the driver
)

// maxGroup bounds how many updates share a commit, and so how long the first of
// them waits for the last.
const maxGroup = 64

// sqlite has one connection that writes, owned by the committer goroutine while
// a group is open, and a pool that can only read.
type sqlite struct {
	path  string
	write *sql.DB
	read  *sql.DB
	store *Store

	requests chan *request
	stop     chan struct{}
	stopped  sync.WaitGroup
	closing  sync.Once

	mu   sync.Mutex
	lock *os.File
}

type request struct {
	ctx  context.Context
	fn   func(context.Context, *Tx) error
	err  error
	pan  any
	done chan struct{}
}

func openSQLite(ctx context.Context, path string, s *Store) (_ backend, err error) {
	l := &sqlite{path: path, store: s, requests: make(chan *request), stop: make(chan struct{})}
	if s.exclusive {
		held, err := l.hold(ctx, "")
		if err == nil && !held {
			err = ErrHeld
		}
		if err != nil {
			return nil, err
		}
	}
	if l.write, err = sql.Open("sqlite", sqliteDSN(path, "_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)")); err != nil {
		return nil, err
	}
	l.write.SetMaxOpenConns(1)
	err = migrate(ctx, database.DialectSQLite3, l.write)
	if err == nil {
		err = migrateQueueSQLite(ctx, l.write)
	}
	if err != nil {
		return nil, errors.Join(err, l.write.Close(), l.unlock())
	}
	if l.read, err = sql.Open("sqlite", sqliteDSN(path, "mode=ro&_pragma=query_only(1)")); err != nil {
		return nil, errors.Join(err, l.write.Close(), l.unlock())
	}
	l.read.SetMaxOpenConns(4)
	l.stopped.Go(l.commit)
	return l, nil
}

func sqliteDSN(path, params string) string {
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}
	return u.String() + "?_pragma=busy_timeout(10000)&" + params
}

func (l *sqlite) update(ctx context.Context, fn func(context.Context, *Tx) error) error {
	r := &request{ctx: context.WithoutCancel(ctx), fn: fn, done: make(chan struct{})}
	select {
	case l.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-l.stop:
		return errors.New("store is closed")
	}
	<-r.done
	if r.pan != nil {
		panic(r.pan)
	}
	return r.err
}

// commit is the committer goroutine: it takes a request, and with it those that
// already wait.
func (l *sqlite) commit() {
	for {
		select {
		case <-l.stop:
			return
		case r := <-l.requests:
			l.group(r)
		}
	}
}

func (l *sqlite) group(first *request) {
	done := make([]*request, 0, 8)
	err := l.inTx(first.ctx, func(tx *sql.Tx) error {
		for r := first; r != nil; r = l.next(len(done)) {
			done = append(done, r)
			if err := l.savepoint(tx, r); err != nil {
				return err
			}
			point("in a batch")
		}
		return nil
	})
	for _, r := range done {
		if err != nil && r.err == nil {
			r.err = fmt.Errorf("commit: %w", err)
		}
		close(r.done)
	}
}

// next returns a request that is already waiting, if the group has room.
func (l *sqlite) next(n int) *request {
	if n >= maxGroup {
		return nil
	}
	select {
	case r := <-l.requests:
		return r
	default:
		return nil
	}
}

func (l *sqlite) inTx(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := l.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// savepoint runs one request; its own error stays with it, an error returned
// here means that the transaction itself is unusable.
func (l *sqlite) savepoint(tx *sql.Tx, r *request) error {
	if _, err := tx.ExecContext(r.ctx, "SAVEPOINT one"); err != nil {
		return err
	}
	r.run(&Tx{conn: sqlConn{tx}, raw: tx, now: l.store.now})
	if r.err != nil || r.pan != nil {
		if _, err := tx.ExecContext(r.ctx, "ROLLBACK TO one"); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(r.ctx, "RELEASE one")
	return err
}

func (r *request) run(tx *Tx) {
	defer func() { r.pan = recover() }()
	r.err = r.fn(r.ctx, tx)
}

func (l *sqlite) view(ctx context.Context, fn func(context.Context, *Tx) error) error {
	tx, err := l.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	return fn(ctx, &Tx{conn: sqlConn{tx}, raw: tx, now: l.store.now})
}

// hold locks a file beside the database: one process writes to an SQLite file,
// whatever its name.
func (l *sqlite) hold(context.Context, string) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lock != nil {
		return true, nil
	}
	f, err := os.OpenFile(l.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false, err
	}
	ok, err := lockFile(f)
	if err != nil || !ok {
		return false, errors.Join(err, f.Close())
	}
	l.lock = f
	return true, nil
}

func (l *sqlite) forget(ctx context.Context, _ string) error {
	_, err := l.write.ExecContext(ctx, "DELETE FROM river_job")
	return err
}

// forgetDead has nothing to do: rows end with the one process that may run.
func (*sqlite) forgetDead(context.Context, time.Duration) error { return nil }

// place is the number of the file.
func (l *sqlite) place(context.Context) (string, error) {
	info, err := os.Stat(l.path)
	if err != nil {
		return "", err
	}
	return fileNumber(info, l.path), nil
}

// alive is true for as long as the file is open.
func (*sqlite) alive(context.Context) error { return nil }

func (l *sqlite) close() error {
	var err error
	l.closing.Do(func() {
		close(l.stop)
		l.stopped.Wait()
		err = errors.Join(l.read.Close(), l.write.Close(), l.unlock())
	})
	return err
}

func (l *sqlite) unlock() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lock == nil {
		return nil
	}
	err := l.lock.Close()
	l.lock = nil
	return err
}

// sqlConn is a transaction of database/sql.
type sqlConn struct{ tx *sql.Tx }

func (c sqlConn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := c.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (c sqlConn) query(ctx context.Context, query string, args ...any) (rows, error) {
	r, err := c.tx.QueryContext(ctx, query, args...) //nolint:rowserrcheck // each asks for Err
	if err != nil {
		return nil, err
	}
	return sqlRows{r}, nil
}

type sqlRows struct{ *sql.Rows }

func (r sqlRows) Close() { _ = r.Rows.Close() }
