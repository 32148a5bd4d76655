package store

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3/database"
)

// maxVictim is how often a transaction is run again that the server ended for a
// deadlock or a serialisation failure.
const maxVictim = 8

const (
	// updateLimit bounds a transaction; the server ends one of which it hears
	// nothing a little later.
	updateLimit = 30 * time.Second
	closeLimit  = 10 * time.Second
)

// A process that was paused within a transaction would hold its locks for as
// long; the server ends such a transaction. The URL may say another time.
const (
	idleParam         = "idle_in_transaction_session_timeout"
	idleInTransaction = "60s"
	lockParam         = "lock_timeout"
	lockWait          = "20s" // for the lock of a case that somebody holds
)

type postgres struct {
	pool  *pgxpool.Pool
	store *Store

	mu    sync.Mutex
	names *pgx.Conn // holds the advisory lock of the instance name
}

func openPostgres(ctx context.Context, url string, s *Store) (backend, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	for name, value := range map[string]string{idleParam: idleInTransaction, lockParam: lockWait} {
		if cfg.ConnConfig.RuntimeParams[name] == "" {
			cfg.ConnConfig.RuntimeParams[name] = value
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	p := &postgres{pool: pool, store: s}
	if err := p.migrate(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return p, nil
}

// migrate lets one process at a time migrate, when replicas start together.
func (p *postgres) migrate(ctx context.Context) (err error) {
	c, err := pgx.ConnectConfig(ctx, p.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close(ctx)) }()
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock($1)", lockNumber("migrations")); err != nil {
		return err
	}
	db := stdlib.OpenDBFromPool(p.pool)
	if err := errors.Join(migrate(ctx, database.DialectPostgres, db), db.Close()); err != nil {
		return err
	}
	return migrateQueuePostgres(ctx, p.pool)
}

// lockNumber is the advisory lock that stands for a name of ours.
func lockNumber(name string) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte("escalat " + name))
	return int64(h.Sum64()) //nolint:gosec // all bits count
}

func (p *postgres) update(ctx context.Context, fn func(context.Context, *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), updateLimit)
	defer cancel()
	var err error
	for range maxVictim {
		if err = p.once(ctx, fn); !victim(err) {
			return err
		}
	}
	return err
}

func (p *postgres) once(ctx context.Context, fn func(context.Context, *Tx) error) error {
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if err := fn(ctx, &Tx{conn: pgConn{tx}, raw: tx, now: p.store.now}); err != nil {
			return err
		}
		point("in a batch")
		return nil
	})
}

// victim reports whether err is a deadlock or serialisation failure.
func victim(err error) bool {
	pe, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pe.Code == "40P01" || pe.Code == "40001")
}

func (p *postgres) view(ctx context.Context, fn func(context.Context, *Tx) error) error {
	opts := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, p.pool, opts, func(tx pgx.Tx) error {
		return fn(ctx, &Tx{conn: pgConn{tx}, raw: tx, now: p.store.now})
	})
}

// hold takes an advisory lock on a connection of its own; the server releases
// it when the connection ends, so with the process at the latest.
func (p *postgres) hold(ctx context.Context, name string) (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.names == nil {
		c, err := pgx.ConnectConfig(ctx, p.pool.Config().ConnConfig)
		if err != nil {
			return false, err
		}
		p.names = c
	}
	var ok bool
	err := p.names.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", lockNumber("instance "+name)).Scan(&ok)
	return ok, err
}

func (p *postgres) forget(ctx context.Context, name string) error {
	_, err := p.pool.Exec(ctx, "DELETE FROM river_job WHERE state = 'running' AND attempted_by[array_upper(attempted_by, 1)] = $1", name)
	return err
}

// forgetDead compares the database's own clock: those of the processes may differ.
func (p *postgres) forgetDead(ctx context.Context, longer time.Duration) error {
	_, err := p.pool.Exec(ctx, "DELETE FROM river_job WHERE state = 'running' AND attempted_at < now() - $1 * interval '1 millisecond'", longer.Milliseconds())
	return err
}

// place is the number of the cluster and of the database in it. A server that does
// not tell the first names itself by its address.
func (p *postgres) place(ctx context.Context) (string, error) {
	var number, cluster string
	err := p.pool.QueryRow(ctx, "SELECT oid::text FROM pg_database WHERE datname = current_database()").Scan(&number)
	if err != nil {
		return "", err
	}
	err = p.pool.QueryRow(ctx, "SELECT system_identifier::text FROM pg_control_system()").Scan(&cluster)
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok && refused.Code == "42501" { // insufficient privilege
		cluster, err = p.pool.Config().ConnConfig.Host, nil
	}
	return "postgres " + cluster + "/" + number, err
}

// alive asks on the connection that holds the name.
func (p *postgres) alive(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.names == nil {
		return nil
	}
	if err := p.names.Ping(ctx); err != nil {
		return fmt.Errorf("the connection that holds the instance name: %w", err)
	}
	return nil
}

// close does not wait for ever: a connection may hang.
func (p *postgres) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	done := make(chan struct{})
	go func() {
		p.pool.Close()
		close(done)
	}()
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	if p.names != nil {
		err = p.names.Close(ctx)
		p.names = nil
	}
	select {
	case <-done:
		return err
	case <-ctx.Done():
		return errors.Join(err, errors.New("a connection does not end"))
	}
}

// pgConn is a transaction of pgx.
type pgConn struct{ tx pgx.Tx }

func (c pgConn) exec(ctx context.Context, query string, args ...any) (int64, error) {
	t, err := c.tx.Exec(ctx, query, args...)
	return t.RowsAffected(), err
}

func (c pgConn) query(ctx context.Context, query string, args ...any) (rows, error) {
	return c.tx.Query(ctx, query, args...) //nolint:sqlclosecheck // each closes it
}
