// Package jira reads and writes issues of a Jira Cloud or Data Center through
// version 2 of its REST interface.
//
// Order: nothing is asked before the first call; the flavour, the own account
// and the configured custom fields are learned then and remembered. An issue is
// always read whole, by its id. A Client may be used by many goroutines. Decode
// reads an issue from a file instead, in the same way, and asks nobody.
//
// Credentials: they go to the configured scheme, host, port and context path
// and nowhere else, whatever a redirect says. A write is never redirected and
// never leaves that place. With Config.ReadOnly nothing is written at all.
//
// Failure: every error says by bridge's marks what it means. What Jira refuses
// for good is permanent. Refused credentials are temporary and
// [ErrCredentials], because a token that expired must not cost a case. A write
// is marked as not done only when that is certain: no connection was had, or
// Jira itself refused before acting: a page instead of Jira's words, of a firewall,
// is no such refusal. After that its outcome is unknown, and FindComment and
// FindAttachment look for it. Errors of reads are never marked as not done, because
// they say nothing about an earlier write.
//
// Pace: the requests of all users of a Client together stay below what Jira bears,
// in all and on one issue. Where it says that it is too much, nobody asks before it
// wants to be asked again: such calls end at once, writes marked as not done, with
// the time at which to try again.
//
// The texts of errors hold neither the token nor what was written.
package jira

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"

	gojira "github.com/andygrunwald/go-jira"
)

// Limits of what is read from Jira and of how long it may take.
const (
	maxAnswer      = 32 << 20  // bytes of one JSON answer
	maxErrorAnswer = 64 << 10  // bytes that are read of an answer that says no
	defaultMaxFile = 100 << 20 // bytes of one attachment
	defaultTimeout = 30 * time.Second
	slowestRate    = 64 << 10 // bytes a second below which a file transfer is given up
	pageSize       = 100      // comments and changes asked for at once
	maxPages       = 200      // of one list, of whatever size
	// findMargin is how much earlier than it was begun something of ours may be dated.
	findMargin = 10 * time.Minute
	// commentMargin is that for comments, which carry what tells them apart: the time
	// only spares reading, and no correction of a clock may hide one.
	commentMargin = 48 * time.Hour
)

// Config says which Jira is used and how.
type Config struct {
	// URL is the base of Jira with its context path, such as
	// https://jira.example.org/jira. http is accepted for loopback only.
	URL string
	// User is the account's e-mail on Cloud, or its name for basic
	// authentication. Empty: Token is a personal access token (Bearer).
	User  string
	Token string
	// CAFile is a PEM file of authorities trusted besides the system's. RootCAs
	// replaces the system's. Not both.
	CAFile  string
	RootCAs *x509.CertPool
	// ReadOnly refuses every request except GET and the search.
	ReadOnly bool
	// Timeout bounds each exchange; transfers of files get more by their size.
	// Zero: 30 s.
	Timeout time.Duration
	// MaxAttachment bounds a downloaded file, in bytes. Zero: 100 MiB.
	MaxAttachment int64
	// Now is the clock. Nil: time.Now.
	Now func() time.Time
	// Projects are the keys of the projects that the searches look at. Empty: all
	// that the account sees.
	Projects []string
	// Fields are the custom fields that an issue is read with: each by its id,
	// such as customfield_10010, or by a name that no other custom field has.
	Fields []string
	// ReferenceFields are the text fields that AppendField and SetField may write,
	// named as Fields are.
	ReferenceFields []string
	// DuplicateLinks are the names of the types of links that say that an issue is
	// a duplicate, such as Duplicate. None: no links are read.
	DuplicateLinks []string
	// Groups and Roles say who is a Member: the names of groups, or ids of groups
	// on Cloud, and the names of roles in projects. Both empty: everybody is.
	Groups, Roles []string
	// Logger hears of odd values in answers. Nil: nothing is logged.
	Logger *slog.Logger
}

// String names the Jira and the account, without the token.
func (c Config) String() string {
	return fmt.Sprintf("Jira %s as %q", c.URL, c.User)
}

// GoString is String, so that no verb of fmt shows the token.
func (c Config) GoString() string { return c.String() }

// LogValue is String, so that no logger shows the token.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Client is a connection to one Jira. It is made by New.
type Client struct {
	api     *gojira.Client
	content *http.Client // of files: may follow a redirect away from Jira, without credentials
	base    base
	now     func() time.Time
	jitter  func() time.Duration
	timeout time.Duration
	maxFile int64
	scope   string   // JQL of the projects, or empty
	secrets []string // never to be seen in a text
	log     *slog.Logger
	idle    func()

	projects   []string
	duplicates []string // names of the types of links

	server serverMemory
	limit  limitMemory
	custom fieldMemory
	member *memberMemory
	pace   *pace
	turns  *turns
}

// New makes a client. It does not connect. The error names every problem of
// the configuration.
func New(cfg Config) (*Client, error) {
	pool, err := authorities(cfg)
	if err != nil {
		return nil, err
	}
	wire := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool},
		TLSHandshakeTimeout:    10 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    8,
		IdleConnTimeout:        time.Minute,
		MaxResponseHeaderBytes: 256 << 10,
	}
	c, err := newClient(cfg, wire)
	if err != nil {
		return nil, err
	}
	c.idle = wire.CloseIdleConnections
	return c, nil
}

// newClient makes a client that sends by wire.
func newClient(cfg Config, wire http.RoundTripper) (*Client, error) {
	place, err := newBase(cfg.URL)
	scope, problems := projectScope(cfg.Projects)
	problems = errors.Join(
		err, problems, checkCredentials(cfg),
		checkNames("custom field", cfg.Fields), checkNames("reference field", cfg.ReferenceFields),
		checkNames("type of link", cfg.DuplicateLinks), checkNames("group", cfg.Groups), checkNames("role", cfg.Roles),
	)
	if problems != nil {
		return nil, problems
	}
	authorization := "Bearer " + cfg.Token
	if cfg.User != "" {
		authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(cfg.User+":"+cfg.Token))
	}
	_, encoded, _ := strings.Cut(authorization, " ")
	sender := &transport{next: wire, base: place, authorization: authorization, readOnly: cfg.ReadOnly}
	c := &Client{
		content: &http.Client{Transport: sender, CheckRedirect: place.followAway},
		base:    place,
		now:     cfg.Now,
		jitter:  func() time.Duration { return rand.N(time.Second) },
		timeout: cfg.Timeout,
		maxFile: cfg.MaxAttachment,
		scope:   scope,
		secrets: []string{encoded, cfg.Token},
		log:     cfg.Logger,
		idle:    func() {},
		server:  serverMemory{turn: make(chan struct{}, 1)},
		limit:   limitMemory{turn: make(chan struct{}, 1)},
		custom:  fieldMemory{turn: make(chan struct{}, 1), wanted: cfg.Fields, wantedReferences: cfg.ReferenceFields},
		member:  newMembers(cfg),
		pace:    newPace(),
		turns:   newTurns(),

		projects:   cfg.Projects,
		duplicates: cfg.DuplicateLinks,
	}
	c.defaults()
	rest := &http.Client{Transport: sender, CheckRedirect: place.followWithin}
	c.api, err = gojira.NewClient(doer{rest}, place.String())
	if err != nil {
		return nil, fmt.Errorf("jira: URL: %w", err)
	}
	return c, nil
}

func (c *Client) defaults() {
	if c.now == nil {
		c.now = time.Now
	}
	if c.timeout <= 0 {
		c.timeout = defaultTimeout
	}
	if c.maxFile <= 0 {
		c.maxFile = defaultMaxFile
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
}

// Close gives up the idle connections. The client may be used again.
func (c *Client) Close() { c.idle() }

func authorities(cfg Config) (*x509.CertPool, error) {
	if cfg.CAFile == "" {
		return cfg.RootCAs, nil
	}
	if cfg.RootCAs != nil {
		return nil, errors.New("jira: CAFile and RootCAs are both set: use one")
	}
	raw, err := os.ReadFile(cfg.CAFile)
	if err != nil {
		return nil, fmt.Errorf("jira: CA file: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("jira: CA file %s holds no PEM certificate", cfg.CAFile)
	}
	return pool, nil
}

func checkCredentials(cfg Config) error {
	var problems []error
	if cfg.Token == "" {
		problems = append(problems, errors.New("jira: no token"))
	}
	if strings.ContainsFunc(cfg.Token, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		problems = append(problems, errors.New("jira: the token holds a space or a control character: was a line break copied with it?"))
	}
	if strings.ContainsFunc(cfg.User, func(r rune) bool { return r < ' ' || r == ':' || r == 0x7f }) {
		problems = append(problems, errors.New("jira: the user holds a colon or a control character"))
	}
	return errors.Join(problems...)
}

// What may stand in a path or a JQL text: nothing that could end it.
var (
	issueKey   = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,254}-[0-9]{1,18}$`)
	projectKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,254}$`)
	number     = regexp.MustCompile(`^[0-9]{1,18}$`)
	customID   = regexp.MustCompile(`^customfield_[0-9]{1,18}$`)
)

// projectScope is the JQL that names the projects.
func projectScope(keys []string) (string, error) {
	var problems []error
	quoted := make([]string, 0, len(keys))
	for _, key := range keys {
		if !projectKey.MatchString(key) {
			problems = append(problems, fmt.Errorf("jira: project %.40q is not a project key such as SUPORT", key))
			continue
		}
		quoted = append(quoted, `"`+key+`"`)
	}
	if len(quoted) == 0 {
		return "", errors.Join(problems...)
	}
	return "project in (" + strings.Join(quoted, ",") + ")", errors.Join(problems...)
}
