package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
)

// Limits of the page for who is on call.
const (
	opsTimeout    = 10 * time.Second // for what the page asks, and for an act
	leastPassword = 12               // bytes
)

// What became of a request for the page, as OpsServer.Count tells it.
const (
	OpsShown   = "shown"   // the page
	OpsNoted   = "noted"   // a call was noted
	OpsRefused = "refused" // nobody who knows the password, or no form of this page
	OpsFailed  = "failed"  // something could not be read or noted
)

// What Phoned may say of an act; the page says so in words.
var (
	ErrOpsNotDue = errors.New("the call is not due any more")
	ErrOpsTicket = errors.New("the provider writes no such ticket numbers")
)

// Ops is what the page for who is on call shows, and does.
type Ops struct {
	Password string
	Texts    text.Texts     // in the language of the page; how they escape does not matter
	Zone     *time.Location // in which times are shown; nil: UTC
	// Cases returns the cases that are open, those of which the provider must be called
	// among them.
	Cases func(ctx context.Context) ([]OpsCase, error)
	// Phoned notes, and audits, that somebody called about a case, with the ticket number
	// that the provider gave or none. It must have happened when it returns nil: what is
	// asked of Cases from then on knows of it. By and reference are one line of bounded
	// length each, of a person who may write anything. Its error is logged: it must not
	// hold who it was.
	Phoned func(ctx context.Context, caseID, by, reference string) error
	// Account returns the numbers besides.
	Account func(ctx context.Context) (OpsAccount, error)
}

// OpsCase is an open case.
type OpsCase struct {
	ID         string
	IssueKey   string
	Link       string // of the issue in Jira; may be empty
	Provider   string // its name
	State      bridge.State
	Turn       text.Turn
	References []string
	Call       *OpsCall // nil when nobody need call
}

// OpsCall is a call that is due.
type OpsCall struct {
	Since   time.Time
	Numbers []string // to dial, in order of preference
	Say     string   // in the provider's language
	SayLang string   // es
}

// OpsAccount says how the whole is doing.
type OpsAccount struct {
	Held        bool      // nothing is written until a person confirms
	JiraAway    time.Time // since when Jira does not answer; zero: it does
	Quarantined int64     // mails that wait for a person
	Oldest      time.Time // of them
	SetAside    int64     // mails that were set aside unread
	Braked      int64     // cases
	Undelivered int64     // cases
	Late        int64     // cases of which people were told that the provider is late
	Proofs      []OpsProof
	ProofsSince time.Time // zero: of all time
}

// OpsProof says by how strong a proof the mails of a provider were taken for its own.
type OpsProof struct {
	Provider string
	Weakest  bridge.Strength // that is accepted
	Mails    map[bridge.Strength]int64
}

// OpsServer serves the page for who is on call.
type OpsServer struct {
	listener net.Listener
	http     *http.Server
	ops      Ops
	words    text.OpsWords
	gate     *gate
	cross    *http.CrossOriginProtection
	acting   chan struct{} // one act at a time, so that none is noted twice
	count    func(verdict string)
	log      *slog.Logger
	told     *rarely
	now      func() time.Time
}

// ListenOps begins to listen on addr, host:port; the page is served once Run is called.
// It is plain HTTP, for a proxy before it that speaks TLS and leaves the Host as it is.
// Who knows the password sees everything and may act.
func ListenOps(ctx context.Context, addr string, ops Ops, log *slog.Logger) (*OpsServer, error) {
	if len(ops.Password) < leastPassword {
		return nil, fmt.Errorf("listen for the ops page: the password is shorter than %d characters; choose another one by ESCALAT_OPS_PASSWORD", leastPassword)
	}
	if ops.Zone == nil {
		ops.Zone = time.UTC
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("listen for the ops page: %w", err)
	}
	listener, err := listen(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("listen for the ops page on %s: %w; choose another address by ESCALAT_OPS_ADDR", addr, err)
	}
	s := &OpsServer{
		listener: listener, ops: ops, words: ops.Texts.Ops(), gate: newGate(ops.Password, secret),
		cross: http.NewCrossOriginProtection(), acting: make(chan struct{}, 1),
		count: func(string) {}, log: log, told: newRarely(), now: time.Now,
	}
	s.http = &http.Server{
		Handler:           s.routes(),
		ReadTimeout:       readTimeout,
		ReadHeaderTimeout: readTimeout,
		WriteTimeout:      3 * opsTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// Count has what becomes of each request counted. It must be called before Run.
func (s *OpsServer) Count(count func(verdict string)) { s.count = count }

// Addr returns the address in use, with the real port when port 0 was asked.
func (s *OpsServer) Addr() string { return s.listener.Addr().String() }

// Run serves the page until ctx ends; then it lets what is in progress finish, for at
// most five seconds, and returns nil. It must be called once. After it, Phoned is not
// called any more.
func (s *OpsServer) Run(ctx context.Context) error {
	err := serve(ctx, s.http, s.listener, "the ops page")
	// Closing the connections ended the context of an act that is still at work.
	s.acting <- struct{}{}
	return err
}

func (s *OpsServer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.guarded(s.show))
	mux.HandleFunc("POST /called", s.guarded(s.called))
	mux.HandleFunc("GET /called", func(w http.ResponseWriter, _ *http.Request) { s.redirect(w, "./") })
	mux.HandleFunc("GET /ops.css", style)
	return mux
}

// guarded lets those through who know the password. A page of another site has a
// browser's password too: what it sends goes no further.
func (s *OpsServer) guarded(next func(http.ResponseWriter, *http.Request, visitor)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && !s.ownPage(r) {
			s.refuse(w, r, http.StatusForbidden, s.words.OtherSite, "it came from another site")
			return
		}
		v, verdict := s.gate.enter(r, s.now())
		switch verdict {
		case gateOpen:
			v.remember(w, r)
			next(w, r, v)
		case gateAsks:
			w.Header().Set("WWW-Authenticate", `Basic realm="escalat", charset="UTF-8"`)
			s.message(w, http.StatusUnauthorized, s.words.Login)
		case gateWrong:
			w.Header().Set("WWW-Authenticate", `Basic realm="escalat", charset="UTF-8"`)
			s.refuse(w, r, http.StatusUnauthorized, s.words.Login, "the password is wrong")
		default:
			w.Header().Set("Retry-After", "60")
			s.refuse(w, r, http.StatusTooManyRequests, s.words.TooOften, "too many wrong passwords")
		}
	}
}

// ownPage reports whether a browser says that a request comes from this page itself.
// One that says nothing is none that forms are made for.
func (s *OpsServer) ownPage(r *http.Request) bool {
	said := r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get("Origin") != ""
	return said && s.cross.Check(r) == nil
}

// refuse answers in words, and logs why at most once a minute, never by whom.
func (s *OpsServer) refuse(w http.ResponseWriter, r *http.Request, code int, words, why string) {
	s.count(OpsRefused)
	if tell, untold := s.told.tells(why, s.now()); tell {
		s.log.WarnContext(r.Context(), "a request for the ops page was refused", "why", why, "others_since", untold)
	}
	s.message(w, code, words)
}

// fail logs what could not be read or noted.
func (s *OpsServer) fail(r *http.Request, what string, err error) {
	s.count(OpsFailed)
	if tell, untold := s.told.tells(what, s.now()); tell {
		s.log.WarnContext(r.Context(), "the ops page could not do all", "what", what, "others_since", untold, "err", err)
	}
}

// redirect has the browser ask for a page relative to this one, so that a proxy may
// serve it below any path.
func (s *OpsServer) redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Location", to)
	opsHead(w, http.StatusSeeOther)
}
