package sim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrUnknown says that there is no such issue, mailbox, mail or desk.
var ErrUnknown = errors.New("unknown")

// The limits of a real Jira that the simulator keeps.
const (
	maxCommentLength = 32_767 // characters
	maxSummaryLength = 255    // characters
	maxRequests      = 100_000
	maxBody          = 1 << 20 // bytes of a JSON body
)

// JiraConfig says which Jira is played. The zero value is a Data Center.
type JiraConfig struct {
	Cloud bool
	// ContextPath is put before every path, for instance "/jira".
	ContextPath string
	// Account is escalat's own user; default "escalat".
	Account string
	// Email is the login of the account on Cloud; default "escalat@aoc.test".
	Email string
	// Token is the API token (Cloud) or personal access token (Data Center);
	// default "sim-token".
	Token string
	// Projects exist from the start; default AOC.
	Projects []string
	// Fields are the custom fields. A field of an unknown type, or an id that is
	// none or is there twice, is a panic.
	Fields []Field
	// UploadLimit is the largest attachment in bytes; default 10 MiB.
	UploadLimit int64
	// Zone is the account's profile zone, in which times are written; default UTC.
	Zone *time.Location
	// Admin: the account may suppress notifications.
	Admin bool
	// HideProperties: the list of comments does not expand properties, which no
	// document promises.
	HideProperties bool
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (c *JiraConfig) defaults() {
	setDefault(&c.Account, "escalat")
	setDefault(&c.Email, "escalat@aoc.test")
	setDefault(&c.Token, "sim-token")
	if len(c.Projects) == 0 {
		c.Projects = []string{"AOC"}
	}
	if c.UploadLimit == 0 {
		c.UploadLimit = 10 << 20
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.adoptFields()
}

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

// Jira is a Jira of one flavour. Its methods may be called concurrently.
type Jira struct {
	cfg    JiraConfig
	faults faultBook

	mu        sync.Mutex
	users     map[string]*User
	projects  map[string]int // last issue number
	issues    []*Issue       // by age
	byRef     map[string]*Issue
	comments  map[string]*Issue // by comment id
	files     map[string]*Attachment
	nextID    int64
	requests  []Request
	userProps map[string]*[]Property
	leaked    int

	life    context.Context // ends with Close
	end     context.CancelFunc
	handler http.Handler
	web     *web
	media   *web
}

// User is somebody in Jira.
type User struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	AccountID   string `json:"accountId"`
	Key         string `json:"key"`
}

// Request is one call of the REST API. Status is 0 where no answer was given.
type Request struct {
	Method string    `json:"method"`
	Path   string    `json:"path"`
	Query  string    `json:"query,omitempty"`
	Status int       `json:"status"`
	At     time.Time `json:"at"`
}

// NewJira makes a Jira without issues. It listens only after Start.
func NewJira(cfg JiraConfig) *Jira {
	cfg.defaults()
	j := &Jira{
		cfg:       cfg,
		users:     map[string]*User{},
		projects:  map[string]int{},
		byRef:     map[string]*Issue{},
		comments:  map[string]*Issue{},
		files:     map[string]*Attachment{},
		userProps: map[string]*[]Property{},
		nextID:    10_000,
	}
	j.life, j.end = context.WithCancel(context.Background())
	for _, p := range cfg.Projects {
		j.projects[p] = 0
	}
	j.user(cfg.Account)
	j.handler = j.routes()
	return j
}

// Handler serves the REST API and the control API. Without Start, the media
// host of a Cloud is the same host.
func (j *Jira) Handler() http.Handler { return j.handler }

// Start listens on addr ("127.0.0.1:0" for any free port) and returns the base
// URL, with the context path. On Cloud a second port serves as media host.
func (j *Jira) Start(addr string) (string, error) {
	var media *web
	if j.cfg.Cloud {
		var err error
		if media, err = startWeb("127.0.0.1:0", http.HandlerFunc(j.serveMedia), nil); err != nil {
			return "", fmt.Errorf("start Jira's media host: %w", err)
		}
	}
	// The handler reads j.media, so it is set before the first request can come.
	j.media = media
	main, err := startWeb(addr, j.handler, j.end)
	if err != nil {
		return "", errors.Join(fmt.Errorf("start Jira: %w", err), media.close())
	}
	j.web = main
	return main.url + j.cfg.ContextPath, nil
}

// Close stops listening and waits for the connections. The state stays.
func (j *Jira) Close() error { return errors.Join(j.web.close(), j.media.close()) }

// Fail arms a fault for requests of the method ("" for any) whose path matches
// the pattern. The channel is closed when it strikes for the first time.
func (j *Jira) Fail(method, pathPrefix string, f Fault) <-chan struct{} {
	return j.faults.arm(method, pathPrefix, f)
}

// ClearFaults forgets all armed faults.
func (j *Jira) ClearFaults() { j.faults.clear() }

// Requests returns what was asked of the REST API, oldest first. Only the
// newest hundred thousand are kept.
func (j *Jira) Requests() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.requests)
}

// Leaked counts the requests to the media host that carried credentials.
func (j *Jira) Leaked() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.leaked
}

// Mention returns the wiki markup that addresses the user.
func (j *Jira) Mention(user string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.mention(j.user(user))
}

func (j *Jira) mention(u *User) string {
	if j.cfg.Cloud {
		return "[~accountid:" + u.AccountID + "]"
	}
	return "[~" + u.Name + "]"
}

// Snapshot returns the state as JSON. Attachments are shown by their SHA-256.
func (j *Jira) Snapshot() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	raw, err := json.MarshalIndent(map[string]any{
		"cloud": j.cfg.Cloud, "users": j.users, "issues": j.issues, "userProperties": j.userProps,
	}, "", "  ")
	if err != nil {
		panic("sim: Jira's state does not marshal: " + err.Error())
	}
	return raw
}

// user returns the user of that name, whom it makes when there is none.
// The caller holds mu.
func (j *Jira) user(name string) *User {
	if u := j.users[name]; u != nil {
		return u
	}
	sum := sha256.Sum256([]byte(name))
	u := &User{
		Name:        name,
		DisplayName: displayName(name),
		AccountID:   "712020:" + hex.EncodeToString(sum[:8]),
		Key:         "JIRAUSER" + strconv.Itoa(10_100+len(j.users)),
	}
	j.users[name] = u
	return u
}

// displayName turns "marta.puig" into "Marta Puig".
func displayName(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '_' || r == '-' })
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(first)) + w[size:]
	}
	return strings.Join(words, " ")
}

// log remembers a request.
func (j *Jira) log(r Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.requests) == maxRequests {
		j.requests = slices.Clone(j.requests[maxRequests/2:])
	}
	j.requests = append(j.requests, r)
}

// routes builds the handler: faults and log, then authentication, then the API.
func (j *Jira) routes() http.Handler {
	api := http.NewServeMux()
	j.issueRoutes(api)
	j.commentRoutes(api)
	j.attachmentRoutes(api)
	j.searchRoutes(api)
	j.serverRoutes(api)
	outer := http.NewServeMux()
	outer.Handle("/rest/", j.withFaults(j.authenticated(api)))
	outer.Handle("/secure/", j.withFaults(j.loginWall(api)))
	outer.HandleFunc("/login.jsp", loginPage)
	outer.HandleFunc("/media/", j.serveMedia)
	j.controlRoutes(outer)
	if j.cfg.ContextPath == "" {
		return outer
	}
	whole := http.NewServeMux()
	whole.Handle(j.cfg.ContextPath+"/", http.StripPrefix(j.cfg.ContextPath, outer))
	j.controlRoutes(whole)
	return whole
}

// withFaults strikes and logs every request of the REST API.
func (j *Jira) withFaults(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entry := Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, At: j.cfg.Now()}
		seen := &statusWriter{ResponseWriter: w}
		defer func() {
			entry.Status = seen.status
			j.log(entry)
		}()
		fault, struck := j.faults.take(r.Method, r.URL.Path)
		if !struck {
			next.ServeHTTP(seen, r)
			return
		}
		// The whole request has come: a caller who gives up while it waits here
		// does not stop it.
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
		r.Body = io.NopCloser(bytes.NewReader(raw))
		alive := fault.wait(j.life)
		switch {
		case err != nil, !alive, fault.Drop == DropBefore:
			panic(http.ErrAbortHandler)
		case fault.Drop == DropAfter:
			next.ServeHTTP(&discard{header: http.Header{}}, r)
			panic(http.ErrAbortHandler)
		case fault.Status != 0:
			writeFault(seen, fault)
		default:
			next.ServeHTTP(seen, r)
		}
	})
}

func writeFault(w http.ResponseWriter, f Fault) {
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(f.Status)
	_, _ = w.Write([]byte(f.Text))
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *statusWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// discard takes an answer that nobody will see.
type discard struct{ header http.Header }

// Header implements http.ResponseWriter.
func (d *discard) Header() http.Header { return d.header }

// Write implements http.ResponseWriter.
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader implements http.ResponseWriter.
func (d *discard) WriteHeader(int) {}
