package imap

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"escalat/bridge"
)

const password = "correct horse"

var clock = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// commit is one call of Commit.
type commit struct {
	Folder   string
	From, To Cursor
	Mails    []bridge.Mail
}

// memory is a Sink that keeps its contract in memory.
type memory struct {
	mu      sync.Mutex
	cursors map[string]Cursor
	blobs   map[string]string
	rows    []bridge.Mail
	since   time.Time // what Searched says
	commits chan commit
	// failBlob and failCommit are asked first.
	failBlob, failCommit func() error
}

func newMemory() *memory {
	return &memory{cursors: map[string]Cursor{}, blobs: map[string]string{}, commits: make(chan commit, 1000)}
}

func (m *memory) Cursor(_ context.Context, folder string) (Cursor, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.cursors[folder]
	return c, ok, nil
}

func (m *memory) Blob(_ context.Context, r io.Reader) (string, int64, error) {
	if m.failBlob != nil {
		if err := m.failBlob(); err != nil {
			return "", 0, err
		}
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return "", 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	name := fmt.Sprintf("blob-%d", len(m.blobs)+1)
	m.blobs[name] = string(raw)
	return name, int64(len(raw)), nil
}

func (m *memory) Commit(_ context.Context, folder string, from, to Cursor, mails []bridge.Mail) error {
	if m.failCommit != nil {
		if err := m.failCommit(); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cursors[folder] != from {
		return fmt.Errorf("cursor of %s: %w", folder, ErrMoved)
	}
	m.cursors[folder] = to
	m.rows = append(m.rows, mails...)
	m.commits <- commit{folder, from, to, mails}
	return nil
}

func (m *memory) Missing(_ context.Context, folder string, validity uint32, uids []uint32) ([]uint32, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(uids), func(uid uint32) bool {
		return slices.ContainsFunc(m.rows, func(r bridge.Mail) bool {
			return r.Folder == folder && r.UIDValidity == validity && r.UID == uid
		})
	}), nil
}

func (m *memory) Like(_ context.Context, id string, size int64) (like []bridge.Mail, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, r := range m.rows {
		if r.MessageID == id && r.Size == size {
			like = append(like, r)
		}
	}
	return like, nil
}

func (m *memory) Searched(context.Context) (time.Time, error) { return m.since, nil }

// decide gives the rows that have none an outcome and the Message-ID of their mail, as
// receiving them does.
func (m *memory) decide() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range m.rows {
		if r := &m.rows[i]; r.Outcome == "" {
			r.Outcome, r.MessageID = bridge.MailPosted, messageID([]byte(m.blobs[r.Blob]))
		}
	}
}

func (m *memory) blob(name string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.blobs[name]
}

// lack takes a row away, as if a person had asked for its mail once more.
func (m *memory) lack(uid uint32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = slices.DeleteFunc(m.rows, func(r bridge.Mail) bool { return r.UID == uid })
}

// at puts the cursor of INBOX somewhere.
func (m *memory) at(validity, uid uint32) *memory {
	return m.place("INBOX", validity, uid)
}

// place puts the cursor of a folder somewhere, as if reading of it had begun there.
func (m *memory) place(folder string, validity, uid uint32) *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursors[folder] = Cursor{UIDValidity: validity, UID: uid, First: uid}
	return m
}

// next waits for the next commit that holds mails or, for none, moves a cursor.
func (m *memory) next(t *testing.T) commit {
	t.Helper()
	select {
	case c := <-m.commits:
		return c
	case <-t.Context().Done():
		t.Fatal("no commit")
		return commit{}
	}
}

// position is the part of a cursor that moves.
func position(c Cursor) [2]uint32 { return [2]uint32{c.UIDValidity, c.UID} }

// mails waits for n mails.
func (m *memory) mails(t *testing.T, n int) []bridge.Mail {
	t.Helper()
	var got []bridge.Mail
	for len(got) < n {
		got = append(got, m.next(t).Mails...)
	}
	return got
}

// logbook keeps what was logged.
type logbook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// running is a Reader at work.
type running struct {
	*Reader
	log  *logbook
	stop func() error // ends it and returns what Run said
}

// start runs a reader on sink until the test ends or stop is called.
func start(t *testing.T, sink Sink, cfg Config) *running {
	t.Helper()
	book := &logbook{}
	cfg.Logger = slog.New(slog.NewTextHandler(book, nil))
	if cfg.Now == nil {
		cfg.Now = func() time.Time { return clock }
	}
	if cfg.Username == "" {
		cfg.Username, cfg.Password = "aoc@example.test", password
	}
	if cfg.TLS == "" {
		cfg.TLS = None
	}
	if cfg.Backoff == 0 {
		cfg.Backoff, cfg.BackoffMax = time.Millisecond, 5*time.Millisecond
	}
	r, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() { result <- r.Run(ctx, sink) }()
	stop := sync.OnceValue(func() error {
		cancel()
		return <-result
	})
	t.Cleanup(func() { _ = stop() })
	return &running{Reader: r, log: book, stop: stop}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
