// Package smtp hands finished mails to the organisation's submission server.
//
// It promises three things. The stored bytes are transmitted as they are, all
// of them or none: a mail that cannot be read to its end never gets its final
// dot. A mail goes to every recipient of the provider or to nobody. And each
// error says what is known: before the final dot (RFC 5321, section 4.1.1.4)
// nothing has been sent, whatever happened; after it a reply of the server
// decides, and without a reply the outcome is unknown.
//
// A connection is kept for a while after a mail was taken and carries the next
// one. That weakens nothing: each mail has its own account of the final dot, a
// connection on which anything failed is never used again, and one that turns
// out to be gone, or on which the server refuses, before it asked for the mail's
// bytes is replaced by a new one, once.
//
// Classes of errors (package bridge), with TestReplies as their table: a refusal
// with a 5yz reply is permanent, and wraps bridge.ErrTooLarge where it is about
// the size, else bridge.ErrContent where it is about the mail and not who sends it
// to whom; a refused login is tried again later, because the operator mends
// it; every other failure before the final dot is not done, and an error
// without a mark is unknown. Credentials never travel over a connection that is
// neither encrypted nor on the loopback interface.
package smtp

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"escalat/bridge"
	"escalat/internal/oauth"
)

// Mode says how a connection is encrypted.
type Mode string

// The modes.
const (
	// Implicit is TLS from the first byte (RFC 8314, section 3.3; port 465).
	Implicit Mode = "implicit"
	// StartTLS begins in the clear and must be able to change to TLS before
	// anything else is said (RFC 3207; port 587).
	StartTLS Mode = "starttls"
	// None is not encrypted. It is accepted for a loopback address only.
	None Mode = "none"
)

// Config tells how the submission server is reached.
type Config struct {
	Addr     string // host:port
	TLS      Mode
	Username string // empty: no authentication
	Password string
	// Auth is the mechanism of the login; empty: oauth.AuthAuto.
	Auth oauth.Auth
	// Tokens gives access tokens to the mechanisms that take them; nil: a
	// password it is.
	Tokens  oauth.Tokens
	RootCAs *x509.CertPool // nil: those of the system
	// LocalName is what EHLO says; empty: "localhost".
	LocalName string
	// CommandTimeout bounds connecting, each reply and each write; zero: 30 s.
	CommandTimeout time.Duration
	// SubmissionTimeout bounds the wait for the reply to the final dot; zero: 5 min.
	SubmissionTimeout time.Duration
	// IdleTimeout is how long a connection waits for the next mail; zero: 30 s,
	// negative: each mail has a connection of its own.
	IdleTimeout time.Duration
	// Now is the clock of receipts; nil: time.Now.
	Now func() time.Time
}

// Client sends mails. It is safe for use by several goroutines, each of which
// has a connection of its own.
type Client struct {
	cfg  Config
	host string
	port int

	mu     sync.Mutex
	idle   *session // the connection that waits for the next mail, or nil
	closed bool
	size   int64     // the server's SIZE; 0: none was told
	sizeAt time.Time // when it was told
}

// New checks the configuration; it does not connect.
func New(cfg Config) (*Client, error) {
	host, service, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("smtp: address %q: %w", cfg.Addr, err)
	}
	if host == "" || service == "" {
		return nil, fmt.Errorf("smtp: address %q: host and port are both needed", cfg.Addr)
	}
	port, _ := net.LookupPort("tcp", service) // 0: a name that only the dialler knows
	switch cfg.TLS {
	case Implicit, StartTLS:
	case None:
		if !oauth.Loopback(host) {
			return nil, fmt.Errorf("smtp: %s is not a loopback address: TLS is needed", host)
		}
	default:
		return nil, fmt.Errorf("smtp: unknown TLS mode %q", cfg.TLS)
	}
	if err := cfg.login().Check(); err != nil && !errors.Is(err, oauth.ErrNoUser) {
		return nil, fmt.Errorf("smtp: %w", err)
	}
	if strings.ContainsAny(cfg.LocalName, " \t\r\n") {
		return nil, errors.New("smtp: the local name must be one word")
	}
	return &Client{cfg: withDefaults(cfg), host: host, port: port}, nil
}

func withDefaults(cfg Config) Config {
	if cfg.LocalName == "" {
		cfg.LocalName = "localhost"
	}
	if cfg.CommandTimeout <= 0 {
		cfg.CommandTimeout = 30 * time.Second
	}
	if cfg.SubmissionTimeout <= 0 {
		cfg.SubmissionTimeout = 5 * time.Minute
	}
	if cfg.IdleTimeout == 0 {
		cfg.IdleTimeout = 30 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return cfg
}

// Envelope says from whom and to whom a mail goes. Addresses are bare
// (local@domain) and ASCII.
type Envelope struct {
	From string
	To   []string // the provider's addresses: all of them accept, or nothing is sent
	Copy string   // our own mailbox; empty: no copy
	// Size is the number of stored bytes; zero: unknown. Where it is known it
	// is announced (RFC 1870), compared with the server's limit, and a mail
	// that turns out shorter or longer is not sent.
	Size int64
	// ID comes back in notifications about the mail (ENVID of RFC 3461, section
	// 4.4). It is left out where it has no room there, and where the server
	// sends no notifications.
	ID string
}

// maxEnvelopeID bounds an ENVID as it is written, in octets.
const maxEnvelopeID = 100

// Receipt is what the server said when it took a mail.
type Receipt struct {
	At     time.Time
	Answer string // the reply to the final dot
	// QueueID is what the server calls the mail, by that reply; empty when it
	// was not understood.
	QueueID string
	// CopyRefused holds the server's words when it refused our own mailbox for
	// good; the provider's recipients have got the mail.
	CopyRefused string
}

// Send transmits one mail. open is called at most once, when all recipients
// have been accepted, and what it returns is closed.
//
// The context is asked again immediately before DATA and immediately before
// the final dot; its end closes the connection. An error that is marked
// neither permanent nor not done means that the final dot went out and no
// reply came back: the mail may be on its way.
func (c *Client) Send(ctx context.Context, env Envelope, open func() (io.ReadCloser, error)) (Receipt, error) {
	if err := env.check(); err != nil {
		return Receipt{}, bridge.Permanent(fmt.Errorf("smtp: envelope: %w", err))
	}
	m := &outgoing{Envelope: env, open: open}
	defer m.close()
	if s := c.take(ctx); s != nil {
		if receipt, err := s.deliver(m); !s.worn(err) {
			return receipt, err
		}
	}
	s, err := c.connect(ctx)
	if err != nil {
		return Receipt{}, err
	}
	return s.deliver(m)
}

func (e Envelope) check() error {
	if len(e.To) == 0 {
		return errors.New("no recipient")
	}
	if e.Size < 0 {
		return errors.New("negative size")
	}
	all := append([]string{e.From}, e.To...)
	if e.Copy != "" {
		all = append(all, e.Copy)
	}
	for _, a := range all {
		if err := checkAddress(a); err != nil {
			return err
		}
	}
	return nil
}

// checkAddress keeps out what would change the command line it is put into.
func checkAddress(a string) error {
	at := strings.LastIndexByte(a, '@')
	if at <= 0 || at == len(a)-1 || len(a) > 254 {
		return fmt.Errorf("%q is no address", oauth.Clean(a))
	}
	for i := range len(a) {
		if b := a[i]; b <= ' ' || b >= 0x7f || b == '<' || b == '>' {
			return fmt.Errorf("%q has a character that an envelope cannot carry", oauth.Clean(a))
		}
	}
	return nil
}

// hasCopy reports whether our own mailbox is a recipient besides the others.
func (e Envelope) hasCopy() bool {
	if e.Copy == "" {
		return false
	}
	for _, to := range e.To {
		if strings.EqualFold(to, e.Copy) {
			return false
		}
	}
	return true
}
