// Package web serves what watches the process, /healthz, /readyz and /metrics, and
// receives Jira's webhooks on a listener of its own, so that the metrics never
// face who sends them.
//
// /healthz answers 200 as long as the process can answer at all; it looks at
// nothing else, so that a counterpart that is away never gets the process
// restarted. /readyz lists each part and answers 503 when one is not ready.
// /metrics is in the text format of Prometheus. None of them needs a login and
// none shows content: only names of parts, states, counts and times.
//
// A webhook is believed when its sender knows the secret, and even then it is
// only a hint that an issue be looked at: nothing of it is logged but its event and
// the id, and it is answered once the look is durable.
//
// The page for who is on call has a listener of its own, too. It shows nothing without
// its password, does nothing but note that somebody called, by a form of its own, and
// loads and runs nothing from elsewhere.
//
// The package knows no other part of the program: it is given functions.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"
)

// Limits of the server. A request has no body and no long header; who is
// slower than this is not a monitor.
const (
	readTimeout    = 5 * time.Second
	writeTimeout   = 20 * time.Second
	idleTimeout    = 2 * time.Minute
	maxHeaderBytes = 16 << 10
	// partTimeout bounds the answer of one part.
	partTimeout = 3 * time.Second
	// stopTimeout bounds the end: answers in progress are let finish.
	stopTimeout = 5 * time.Second
)

// Status says how a part stands.
type Status struct {
	Ready bool
	Since time.Time // of this state; zero: not known
	Why   string    // constant words, never content or a secret
}

// Part is one thing that must work. Status must return when its context ends.
type Part struct {
	Name   string
	Status func(context.Context) Status
}

// Server answers the monitors.
type Server struct {
	listener net.Listener
	http     *http.Server
	parts    []Part
}

// Listen begins to listen on addr, host:port. The server answers once Run is
// called. Metrics may be nil, which makes /metrics unknown.
func Listen(ctx context.Context, addr string, parts []Part, m *Metrics, log *slog.Logger) (*Server, error) {
	listener, err := listen(ctx, addr)
	if err != nil {
		return nil, fmt.Errorf("listen for monitors on %s: %w; choose another address by ESCALAT_HTTP_ADDR, with port 0 any free one", addr, err)
	}
	s := &Server{listener: listener, parts: parts}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", s.health)
	mux.HandleFunc("GET /readyz", s.ready)
	if m != nil {
		mux.Handle("GET /metrics", m.handler(log))
	}
	s.http = &http.Server{
		Handler:           mux,
		ReadTimeout:       readTimeout,
		ReadHeaderTimeout: readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// listen begins to listen. Its error does not name the address, which its caller
// does.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", addr)
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return nil, op.Err
	}
	return listener, err
}

// Addr returns the address in use, with the real port when port 0 was asked.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Run answers until ctx ends; then it lets the answers in progress finish, for
// at most five seconds, and returns nil. It must be called once.
func (s *Server) Run(ctx context.Context) error {
	return serve(ctx, s.http, s.listener, "monitors")
}

// serve answers those on listener until ctx ends, and lets answers in progress
// finish.
func serve(ctx context.Context, server *http.Server, listener net.Listener, whom string) error {
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return errors.Join(fmt.Errorf("serve %s on %s: %w", whom, listener.Addr(), err), server.Close())
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err := server.Shutdown(stop)
	if err != nil {
		err = errors.Join(fmt.Errorf("stop serving %s: %w", whom, err), server.Close())
	}
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		err = errors.Join(err, end)
	}
	return err
}

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	head(w, "text/plain; charset=utf-8", http.StatusOK)
	_, _ = io.WriteString(w, "ok\n")
}

// partStatus is a part in the JSON of /readyz.
type partStatus struct {
	Name  string    `json:"name"`
	Ready bool      `json:"ready"`
	Since time.Time `json:"since,omitzero"`
	Why   string    `json:"why,omitempty"`
}

type readiness struct {
	Ready bool         `json:"ready"`
	Parts []partStatus `json:"parts"`
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	all := s.ask(r.Context())
	code := http.StatusOK
	if !all.Ready {
		code = http.StatusServiceUnavailable
	}
	if wantsJSON(r) {
		head(w, "application/json", code)
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		_ = enc.Encode(all) // the monitor went away
		return
	}
	head(w, "text/plain; charset=utf-8", code)
	_, _ = io.WriteString(w, all.text())
}

// ask collects every part; none hides another.
func (s *Server) ask(ctx context.Context) readiness {
	all := readiness{Ready: true, Parts: make([]partStatus, 0, len(s.parts))}
	for _, p := range s.parts {
		st := ask(ctx, p)
		all.Ready = all.Ready && st.Ready
		all.Parts = append(all.Parts, partStatus{p.Name, st.Ready, st.Since.UTC().Truncate(time.Second), st.Why})
	}
	return all
}

func ask(ctx context.Context, p Part) Status {
	ctx, cancel := context.WithTimeout(ctx, partTimeout)
	defer cancel()
	return p.Status(ctx)
}

// text returns one line for each part.
func (r readiness) text() string {
	var b strings.Builder
	for _, p := range r.Parts {
		state := "ready"
		if !p.Ready {
			state = "NOT READY"
		}
		fmt.Fprintf(&b, "%s: %s", p.Name, state)
		if !p.Since.IsZero() {
			b.WriteString(" since " + p.Since.Format(time.RFC3339))
		}
		if p.Why != "" {
			b.WriteString(": " + p.Why)
		}
		b.WriteByte('\n')
	}
	if len(r.Parts) == 0 {
		b.WriteString("nothing runs\n")
	}
	return b.String()
}

// wantsJSON reports whether the request names JSON, by header or by ?format=json.
func wantsJSON(r *http.Request) bool {
	if f := r.URL.Query().Get("format"); f != "" {
		return f == "json"
	}
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

func head(w http.ResponseWriter, contentType string, code int) {
	h := w.Header()
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
}
