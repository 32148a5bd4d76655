package peer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Cluster is a PostgreSQL that several tests share. It starts with the first
// Database; a test binary's TestMain owns it and calls Stop.
//
// It does not wait for the disk: a crash of the machine may spoil it.
type Cluster struct {
	mu      sync.Mutex
	process *process
	dir     string
	addr    string
	made    int
}

// Postgres starts a PostgreSQL that ends with the test and returns the URL of an
// empty database in it.
func Postgres(t testing.TB) (url string) {
	t.Helper()
	c := &Cluster{}
	t.Cleanup(c.Stop)
	return c.Database(t)
}

// Database makes an empty database and returns its URL.
func (c *Cluster) Database(t testing.TB) (url string) {
	t.Helper()
	initdb := find(t, "initdb", "postgresql", "/usr/lib/postgresql/*/bin")
	postgres := find(t, "postgres", "postgresql", "/usr/lib/postgresql/*/bin")
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.process == nil {
		if err := c.start(initdb, postgres); err != nil {
			c.stop()
			t.Fatalf("postgres: %v", err)
		}
	}
	c.made++
	name := fmt.Sprintf("test%d", c.made)
	if err := c.exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatalf("postgres: %v", err)
	}
	return c.url(name)
}

// Stop ends the server. Databases asked for later start another one.
func (c *Cluster) Stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stop()
}

func (c *Cluster) stop() {
	if c.process != nil {
		c.process.stop(syscall.SIGQUIT)
		c.process = nil
	}
	if c.dir != "" {
		_ = os.RemoveAll(c.dir)
		c.dir = ""
	}
}

func (c *Cluster) start(initdb, postgres string) error {
	as, err := somebody("postgres", "nobody")
	if err != nil {
		return err
	}
	if c.dir, err = folder("postgres", as); err != nil {
		return err
	}
	data := filepath.Join(c.dir, "data")
	if out, err := run(as, initdb, "-D", data, "-U", "escalat", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	addrs, err := ports(1)
	if err != nil {
		return err
	}
	c.addr = addrs[0]
	c.process, err = launch(as, c.dir, filepath.Join(c.dir, "log"), postgres, "-D", data,
		"-c", "listen_addresses=127.0.0.1", "-p", port(c.addr), "-c", "unix_socket_directories=",
		"-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off",
		"-c", "max_connections=200", "-c", "shared_buffers=32MB")
	if err != nil {
		return err
	}
	return c.process.until(func() bool { return c.exec(context.Background(), "SELECT 1") == nil })
}

func (c *Cluster) url(database string) string {
	return "postgres://escalat@" + c.addr + "/" + database + "?sslmode=disable"
}

func (c *Cluster) exec(ctx context.Context, sql string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url("postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	return err
}
