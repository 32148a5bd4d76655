// Package imap reads the organisation's mailbox, from a cursor on and without
// leaving a trace: it opens folders with EXAMINE, fetches with BODY.PEEK, and
// never sets a flag, moves or deletes.
//
// There are two sorts of folders. Of a watched one every mail is read. In a
// searched one, where people and filters move mails, only headers are looked at,
// and whoever uses the package says which mails are wanted.
//
// Promises. Every mail that arrives after the first start is handed to the
// Sink at least once, in the order of its UID, and the cursor crosses a mail
// only in the transaction that stores its ledger row. A mail that the server gives
// late, below the cursor, is found by comparing what it has with what the ledger
// has. The first start begins at the end of each folder: what is already there is
// not ours. A mail is streamed, never held in memory. One bad mail does not stop
// the next: of what is too big only the header is stored, and what breaks the
// connection again and again becomes a row that says so. Nothing that goes wrong
// in a searched folder, or in a comparison, keeps a watched one from being read.
//
// When a folder's UIDVALIDITY changes (RFC 9051, section 2.3.1.1) the UIDs
// known so far mean nothing. The whole folder is then looked at again from its
// beginning. A mail whose Message-ID, size and time of arrival are those of one
// that was decided there before is not fetched again; of any other it is for
// whoever decides on the rows to see that its bytes are known.
//
// Whatever the server does, each wait is bounded: a connection that stays
// silent too long, says too much or speaks nonsense is closed and opened again
// after a pause. Pauses begin anew only after a connection that was of use, so
// that a server that accepts and drops is not hammered, and after refused
// logins they are long, across restarts of the reading.
package imap

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/internal/oauth"
)

// Mode says how the connection is encrypted.
type Mode string

// The modes.
const (
	// Implicit is TLS from the first byte (port 993).
	Implicit Mode = "implicit"
	// StartTLS begins in the clear and must change to TLS (port 143).
	StartTLS Mode = "starttls"
	// None is not encrypted. It is accepted for a loopback address only.
	None Mode = "none"
)

// maxPoll keeps IDLE below the 29 minutes after which a server may hang up (RFC
// 9051, section 6.3.13).
const maxPoll = 28 * time.Minute

// Config tells where the mailbox is and how it is read.
type Config struct {
	Addr     string // host:port
	TLS      Mode
	Username string
	Password string
	// Auth is the mechanism of the login; empty: oauth.AuthAuto.
	Auth oauth.Auth
	// Tokens gives access tokens to the mechanisms that take them; nil: a
	// password it is.
	Tokens  oauth.Tokens
	RootCAs *x509.CertPool // nil: those of the system
	// Folders are the watched ones, read one after the other; new mail in the first
	// is noticed at once, in the others with the poll. Empty: INBOX.
	Folders []string
	// Elsewhere searches every other folder that the server lists, at most
	// maxSearched, but those of sent mails and drafts; with Sent those of sent mails,
	// too. Search names folders that are searched without being asked for.
	Elsewhere bool
	Sent      bool
	Search    []string
	// Wanted says by its header whether a mail is ours to read. It is asked in
	// searched folders, and before a mail above MaxSize is fetched. Nil: every one.
	Wanted func(header []byte) bool
	// PollInterval is the time between looks into the folders; zero: 60 s, at
	// most 28 min. IDLE only shortens it: it is left and entered again with each
	// look, so it needs no renewal of its own and a deaf one does no harm.
	PollInterval time.Duration
	// CommandTimeout bounds each wait for the server; zero: 60 s. A mail that is
	// being streamed must come on within it, and at 8 kB/s or more.
	CommandTimeout time.Duration
	// SearchInterval is the time between looks into the searched folders; zero: 2 min.
	SearchInterval time.Duration
	// CompareInterval is the time between comparisons of a watched folder with the
	// ledger; zero: 10 min.
	CompareInterval time.Duration
	// MaxSize bounds a mail that is read like any other; zero: 50 MiB. A larger one
	// that is wanted is stored whole up to KeepSize, zero: 200 MiB, and above it with
	// its header alone, in both cases with its real size and undecided.
	MaxSize, KeepSize int64
	BatchMails        int   // mails a transaction; zero: 50
	BatchBytes        int64 // bytes of mails a transaction; zero: 8 MiB
	// Backoff is the first pause after a failure; zero: 1 s. It doubles up to
	// BackoffMax, zero: 2 min, each time shortened at random by up to a half.
	// After a refused login the pauses are 60 times as long, at most 30 min.
	Backoff    time.Duration
	BackoffMax time.Duration
	Logger     *slog.Logger     // nil: slog.Default
	Now        func() time.Time // nil: time.Now
}

// Cursor is a position in a folder: everything up to and including UID has been
// stored. The zero Cursor is no position.
type Cursor struct {
	UIDValidity uint32
	UID         uint32
	// First is where reading of the folder began: what lies up to it is not ours.
	First uint32
	// Anew is the last mail that stood in the folder when it was seen with another
	// UIDVALIDITY than before; 0: it never was.
	Anew uint32
}

// ErrMoved says that the cursor is not where it was left: somebody else reads.
var ErrMoved = errors.New("the cursor was moved by another reader")

// Sink stores what is read.
type Sink interface {
	Ledger
	// Cursor returns the folder's cursor; false: it has none yet.
	Cursor(ctx context.Context, folder string) (Cursor, bool, error)
	// Blob stores raw bytes until r ends and returns their name and number. An
	// error of r means that the bytes are incomplete and is returned.
	Blob(ctx context.Context, r io.Reader) (name string, size int64, err error)
	// Commit stores the rows and moves the folder's cursor, in one transaction.
	// from is zero for a folder without a cursor, and to is from where mails below
	// the cursor are stored. When the cursor is not at from, nothing is stored and
	// errors.Is(err, ErrMoved) holds.
	Commit(ctx context.Context, folder string, from, to Cursor, mails []bridge.Mail) error
}

// Ledger tells what was stored before.
type Ledger interface {
	// Missing returns those of the UIDs that the ledger does not have, or wants once more.
	Missing(ctx context.Context, folder string, uidValidity uint32, uids []uint32) ([]uint32, error)
	// Like returns mails of that Message-ID and size, of any folder.
	Like(ctx context.Context, messageID string, size int64) ([]bridge.Mail, error)
	// Searched returns when every searched folder had been looked at last; zero:
	// never.
	Searched(ctx context.Context) (time.Time, error)
}

// Status tells how the reading goes.
type Status struct {
	Connected   bool
	LastSuccess time.Time // end of the last look into all folders
	LastLook    time.Time // its beginning: what had arrived by then is stored
	Err         string    // what stands in the way; empty: nothing
	ErrSince    time.Time // since when
	// Cause is the error that Err tells, for errors.Is and errors.As alone: its
	// text may hold what a stranger said or our password. Nil: nothing.
	Cause      error
	Stored     int64 // rows committed since the start
	Large      int64 // of these, larger than MaxSize
	Unreadable int64 // of these, given up

	LastSearch  time.Time // end of the last look into all searched folders
	LastCompare time.Time // end of the last comparison of all watched folders
	// Searched is how many folders are to be searched, Refused how many of them could not
	// be in the last round, and LeftOut how many are not because there are too many.
	Searched, Refused, LeftOut int
	// FoundSearched are mails that were found in a searched folder alone, and
	// FoundCompared those found below the cursor of a watched one.
	FoundSearched, FoundCompared int64
}

// Reader reads one mailbox.
type Reader struct {
	cfg  Config
	host string
	port int

	mu     sync.Mutex
	status Status

	// Used by Run alone.
	suspects map[suspect]trouble
	givenUp  int // mails given up since one was last read
	pauses   pauses
	retryAt  time.Time // no login is tried before this
	sleep    func(ctx context.Context, d time.Duration) bool
	beside   beside
}

// New checks the configuration; it does not connect.
func New(cfg Config) (*Reader, error) {
	host, service, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("imap: address %q: %w", cfg.Addr, err)
	}
	if host == "" || service == "" {
		return nil, fmt.Errorf("imap: address %q: host and port are both needed", cfg.Addr)
	}
	port, _ := net.LookupPort("tcp", service) // 0: a name that only the dialler knows
	switch cfg.TLS {
	case Implicit, StartTLS:
	case None:
		if !oauth.Loopback(host) {
			return nil, fmt.Errorf("imap: %s is not a loopback address: TLS is needed", host)
		}
	default:
		return nil, fmt.Errorf("imap: unknown TLS mode %q", cfg.TLS)
	}
	if err := cfg.login().Check(); err != nil {
		return nil, fmt.Errorf("imap: %w", err)
	}
	if cfg.PollInterval > maxPoll {
		return nil, fmt.Errorf("imap: poll interval %s is longer than %s", cfg.PollInterval, maxPoll)
	}
	cfg = withDefaults(cfg)
	return &Reader{
		cfg: cfg, host: host, port: port, suspects: map[suspect]trouble{}, sleep: sleep,
		pauses: pauses{first: cfg.Backoff, longest: cfg.BackoffMax, random: rand.Float64},
		beside: beside{resting: map[string]time.Time{}, ghosts: map[suspect]bool{}},
	}, nil
}

func withDefaults(cfg Config) Config {
	if len(cfg.Folders) == 0 {
		cfg.Folders = []string{"INBOX"}
	}
	orDefault(&cfg.PollInterval, time.Minute)
	orDefault(&cfg.CommandTimeout, time.Minute)
	orDefault(&cfg.SearchInterval, 2*time.Minute)
	orDefault(&cfg.CompareInterval, 10*time.Minute)
	orDefault(&cfg.MaxSize, 50<<20)
	orDefault(&cfg.KeepSize, 200<<20)
	cfg.KeepSize = max(cfg.KeepSize, cfg.MaxSize)
	orDefault(&cfg.BatchMails, 50)
	orDefault(&cfg.BatchBytes, 8<<20)
	orDefault(&cfg.Backoff, time.Second)
	orDefault(&cfg.BackoffMax, 2*time.Minute)
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return cfg
}

func orDefault[T ~int | ~int64](value *T, standard T) {
	if *value <= 0 {
		*value = standard
	}
}

// Status returns how the reading goes. It may be called at any time.
func (r *Reader) Status() Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.status
}

func (r *Reader) update(change func(*Status)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.status)
}
