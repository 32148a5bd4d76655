package sim

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-smtp"
)

// Where a mail fault strikes: the method of [Mail.Fail].
const (
	AtConnect = "connect" // SMTP: the connection is closed as soon as it is made
	AtAuth    = "auth"    // SMTP
	AtMail    = "mail"    // SMTP; the pattern is the envelope sender
	AtRcpt    = "rcpt"    // SMTP; the pattern is the recipient
	// AtData strikes when the whole mail has come and before it is accepted. With
	// DropAfter it is accepted and the connection cut: the answer is lost. The
	// pattern is the first recipient.
	AtData  = "data"
	AtIMAP  = "imap"  // IMAP: the connection is closed as soon as it is made
	AtLogin = "login" // IMAP; the pattern is the address
	AtFetch = "fetch" // IMAP; the pattern is the address
)

// Mailbox is an account of the mail system: its address is its login.
type Mailbox struct {
	Address  string
	Password string
	// Border: mail from outside passes a border, which writes what it found out
	// about the sender (RFC 8601) above its own Received line.
	Border bool
}

// MailConfig says which mail system is played.
type MailConfig struct {
	Mailboxes []Mailbox
	// Hostname names the server; default "mx.aoc.test". It is also the
	// authserv-id of the border.
	Hostname string
	// MaxSize is the largest mail in bytes; default 25 MiB.
	MaxSize int64
	// Addresses to listen on; default a free port of 127.0.0.1 each.
	SMTPAddr, SMTPSAddr, IMAPAddr, IMAPSAddr string
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (c *MailConfig) defaults() {
	setDefault(&c.Hostname, "mx.aoc.test")
	for _, addr := range []*string{&c.SMTPAddr, &c.SMTPSAddr, &c.IMAPAddr, &c.IMAPSAddr} {
		setDefault(addr, "127.0.0.1:0")
	}
	if c.MaxSize == 0 {
		c.MaxSize = 25 << 20
	}
	if c.Now == nil {
		c.Now = time.Now
	}
}

// Transaction is a mail that the system took, with its envelope: over SMTP, or
// from a [Provider].
type Transaction struct {
	ID        string    `json:"id"` // in the server's answer and in Received
	At        time.Time `json:"at"`
	User      string    `json:"user,omitempty"` // who was logged in; empty for the outside
	From      string    `json:"from"`
	To        []string  `json:"to"`
	MessageID string    `json:"messageID"`
	Size      int       `json:"size"`
	SHA256    string    `json:"sha256"` // of the bytes as they were transmitted
	Envelope  string    `json:"envelope,omitempty"`
}

// Mail is a mail system: SMTP for submission and for the outside, IMAP for
// reading. Its methods may be called concurrently.
//
// A domain that has a mailbox is local: an unknown recipient there is refused
// with 550. Every other domain is the outside world, to which only a logged-in
// user may send, and which takes everything. Recipients reject-…@ are refused
// with 550 and defer-…@ with 451.
type Mail struct {
	cfg    MailConfig
	faults faultBook
	caPEM  []byte
	tls    *tls.Config

	mu           sync.Mutex
	accounts     map[string]*account // by lower-case address
	transactions []Transaction
	nextQueueID  int64
	changes      int // that were asked for by IMAP

	ctx       context.Context // ends with Close
	cancel    context.CancelFunc
	smtp      *smtp.Server
	imap      *imapserver.Server
	listeners map[string]*tracked // smtp smtps imap imaps
	serving   sync.WaitGroup
	closing   sync.Once
	closed    error
}

// account is a mailbox with its folders.
type account struct {
	Mailbox

	mu          sync.Mutex
	folders     map[string]*folder
	uidValidity uint32 // of the newest folder
	delivered   [][]byte
}

// NewMail makes a mail system with empty mailboxes. It listens only after Start.
func NewMail(cfg MailConfig) (*Mail, error) {
	cfg.defaults()
	ca, config, err := newCertificate(cfg.Now())
	if err != nil {
		return nil, fmt.Errorf("make mail system: %w", err)
	}
	m := &Mail{cfg: cfg, caPEM: ca, tls: config, accounts: map[string]*account{}, listeners: map[string]*tracked{}}
	for _, box := range cfg.Mailboxes {
		m.accounts[strings.ToLower(box.Address)] = newAccount(box, cfg.Now())
	}
	return m, nil
}

func newAccount(box Mailbox, now time.Time) *account {
	a := &account{Mailbox: box, folders: map[string]*folder{}, uidValidity: uint32(now.Unix())}
	a.create("INBOX")
	return a
}

// CAPEM is the certificate of the authority that signed the servers' certificate.
func (m *Mail) CAPEM() []byte { return bytes.Clone(m.caPEM) }

// SMTPAddr is where SMTP with STARTTLS listens, host and port.
func (m *Mail) SMTPAddr() string { return m.listeners["smtp"].Addr().String() }

// SMTPSAddr is where SMTP over TLS listens.
func (m *Mail) SMTPSAddr() string { return m.listeners["smtps"].Addr().String() }

// IMAPAddr is where IMAP with STARTTLS listens.
func (m *Mail) IMAPAddr() string { return m.listeners["imap"].Addr().String() }

// IMAPSAddr is where IMAP over TLS listens.
func (m *Mail) IMAPSAddr() string { return m.listeners["imaps"].Addr().String() }

// Start listens. After an error nothing listens.
func (m *Mail) Start() error {
	m.ctx, m.cancel = context.WithCancel(context.Background())
	m.smtp = m.smtpServer()
	m.imap = m.imapServer()
	for _, l := range []struct {
		name, addr, stage string
	}{
		{"smtp", m.cfg.SMTPAddr, AtConnect},
		{"smtps", m.cfg.SMTPSAddr, AtConnect},
		{"imap", m.cfg.IMAPAddr, AtIMAP},
		{"imaps", m.cfg.IMAPSAddr, AtIMAP},
	} {
		listener, err := track(l.addr, func() bool { return m.admit(l.stage) })
		if err != nil {
			for _, open := range m.listeners {
				_ = open.Listener.Close()
			}
			m.cancel()
			m.cancel = nil // nothing for Close to do
			return fmt.Errorf("start mail system: %w", err)
		}
		m.listeners[l.name] = listener
	}
	m.serving.Go(func() { _ = m.smtp.Serve(m.listeners["smtp"]) })
	m.serving.Go(func() { _ = m.smtp.Serve(tls.NewListener(m.listeners["smtps"], m.tls)) })
	m.serving.Go(func() { _ = m.imap.Serve(m.listeners["imap"]) })
	m.serving.Go(func() { _ = m.imap.Serve(tls.NewListener(m.listeners["imaps"], m.tls)) })
	return nil
}

// admit says whether a new connection may stay.
func (m *Mail) admit(stage string) bool {
	f, struck := m.faults.take(stage, "")
	return !struck || f.wait(m.ctx) && f.Drop == "" && f.Status == 0
}

// Close stops listening and waits for the connections. The mail stays.
func (m *Mail) Close() error {
	m.closing.Do(func() {
		if m.cancel == nil {
			return
		}
		m.cancel()
		for _, l := range m.listeners {
			m.closed = errors.Join(m.closed, l.Listener.Close())
		}
		// No Serve, no new connection: only then is cutting them complete.
		m.serving.Wait()
		m.DropConnections("smtp")
		m.DropConnections("imap")
		for _, l := range m.listeners {
			l.open.Wait()
		}
		// The listeners are closed already: what their second closing says is no news.
		_ = m.smtp.Shutdown(context.Background())
		_ = m.imap.Close()
	})
	return m.closed
}

// DropConnections closes the open connections of a protocol, "smtp" or "imap".
func (m *Mail) DropConnections(protocol string) {
	for name, l := range m.listeners {
		if strings.TrimSuffix(name, "s") == protocol {
			l.drop()
		}
	}
}

// Fail arms a fault at a stage, for addresses that begin with the pattern. The
// channel is closed when it strikes for the first time.
func (m *Mail) Fail(stage, address string, f Fault) <-chan struct{} {
	return m.faults.arm(stage, address, f)
}

// ClearFaults forgets all armed faults.
func (m *Mail) ClearFaults() { m.faults.clear() }

// Delivered returns every mail that was ever delivered to the address, as it
// was stored, oldest first. The bytes must not be changed.
func (m *Mail) Delivered(address string) [][]byte {
	a := m.account(address)
	if a == nil {
		return nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.delivered)
}

// Transactions returns what the system took, oldest first.
func (m *Mail) Transactions() []Transaction {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.transactions)
}

// Changes is how often a client asked by IMAP for something that would change a mailbox, or
// opened one such that reading changes it: SELECT and not EXAMINE, STORE, APPEND, COPY,
// MOVE, EXPUNGE, and making, deleting or subscribing to folders.
func (m *Mail) Changes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changes
}

func (m *Mail) changing() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.changes++
}

// NewUIDValidity gives the address's INBOX a new UIDVALIDITY and its mails new
// UIDs, as after a restore. Sessions that had it selected are told nothing:
// their connections are closed.
func (m *Mail) NewUIDValidity(address string) error {
	a := m.account(address)
	if a == nil {
		return fmt.Errorf("%w mailbox %q", ErrUnknown, address)
	}
	a.mu.Lock()
	old := a.folders["INBOX"]
	fresh := a.create("INBOX")
	a.mu.Unlock()
	for _, letter := range old.copy() {
		fresh.append(letter.raw, letter.at, letter.flags)
	}
	m.DropConnections("imap")
	return nil
}

// Deliver puts a mail into the mailbox exactly as it is, past the border.
func (m *Mail) Deliver(address string, raw []byte) error {
	a := m.account(address)
	if a == nil {
		return fmt.Errorf("%w mailbox %q", ErrUnknown, address)
	}
	a.deliver(raw, m.cfg.Now())
	return nil
}

// account returns the account of an address, or nil.
func (m *Mail) account(address string) *account {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.accounts[strings.ToLower(address)]
}

// local reports whether the address's domain is ours.
func (m *Mail) local(address string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for known, a := range m.accounts {
		if a.Password != "" && domainOf(known) == domainOf(address) {
			return true
		}
	}
	return false
}

// outside returns the account of an address in the outside world, which it
// makes when there is none. It cannot log in.
func (m *Mail) outside(address string) *account {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := strings.ToLower(address)
	if m.accounts[key] == nil {
		m.accounts[key] = newAccount(Mailbox{Address: key}, m.cfg.Now())
	}
	return m.accounts[key]
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// deliver stores a mail in INBOX and counts it.
func (a *account) deliver(raw []byte, now time.Time) {
	a.mu.Lock()
	a.delivered = append(a.delivered, raw)
	inbox := a.folders["INBOX"]
	a.mu.Unlock()
	inbox.append(raw, now, nil)
}

// create makes a folder, or replaces it. The caller holds mu, unless the
// account is new.
func (a *account) create(name string) *folder {
	a.uidValidity++
	f := newFolder(name, a.uidValidity)
	a.folders[name] = f
	return f
}

// folder returns a folder; INBOX in any letter case (RFC 3501, section 5.1).
func (a *account) folder(name string) (*folder, error) {
	if strings.EqualFold(name, "INBOX") {
		name = "INBOX"
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	f := a.folders[name]
	if f == nil {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeTryCreate, Text: "No such mailbox"}
	}
	return f, nil
}

// silent is a log that nobody reads: what clients do wrong is their own affair.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
