package sim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// ErrUnknown says that there is no such issue, mailbox, mail or desk.
var ErrUnknown = errors.New("unknown")

// The limits of a real Jira that the simulator keeps.
const (
	maxCommentLength = 32_767 // characters
	maxSummaryLength = 255    // characters
	maxLabelLength   = 255    // characters
	maxFileName      = 255    // characters
	maxRequests      = 100_000
	maxBody          = 1 << 20 // bytes of a JSON body
)

// Jira is a Jira of one flavour. Its methods may be called concurrently.
type Jira struct {
	cfg    JiraConfig
	faults faultBook

	mu        sync.Mutex
	host      string // where Jira listens
	users     map[string]*User
	groups    map[string][]string
	roles     map[string]map[string]role // by project, then by name
	roleNames []string
	projects  map[string]*project
	issues    []*Issue // by age
	byRef     map[string]*Issue
	comments  map[string]*Issue // by comment id
	files     map[string]*Attachment
	nextID    int64
	requests  []Request
	userProps map[string]*[]Property
	leaked    int
	lacks     []string
	expired   bool // the token
	refused   int  // logins in a row
	index     index
	limits    limiter
	hooks     hooks

	life    context.Context // ends with Close
	end     context.CancelFunc
	handler http.Handler
	web     *web
	media   *web
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
		projects:  map[string]*project{},
		byRef:     map[string]*Issue{},
		comments:  map[string]*Issue{},
		files:     map[string]*Attachment{},
		userProps: map[string]*[]Property{},
		groups:    map[string][]string{},
		roles:     map[string]map[string]role{},
		roleNames: []string{"Administrators"},
		host:      "jira.test",
		lacks:     slices.Clone(cfg.Lacks),
		limits:    newLimiter(cfg),
		index:     newIndex(cfg),
		nextID:    10_000,
	}
	j.life, j.end = context.WithCancel(context.Background())
	for _, p := range cfg.Projects {
		j.project(p)
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
	j.mu.Lock()
	j.host = strings.TrimPrefix(main.url, "http://")
	j.mu.Unlock()
	return main.url + j.cfg.ContextPath, nil
}

// Close stops listening, gives up the deliveries, and waits for the connections
// and for those who deliver. The state stays.
func (j *Jira) Close() error {
	err := errors.Join(j.web.close(), j.media.close())
	j.end()
	j.hooks.wait()
	return err
}

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
		"cloud": j.cfg.Cloud, "users": j.users, "groups": j.groups, "roles": j.roles, "issues": j.issues,
		"userProperties": j.userProps,
	}, "", "  ")
	if err != nil {
		panic("sim: Jira's state does not marshal: " + err.Error())
	}
	return raw
}
