package sim

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"time"
)

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
	j.roleRoutes(api)
	j.linkRoutes(api)
	j.workflowRoutes(api)
	rest := j.authenticated(j.limited(api, j.permitted(api)))
	if j.cfg.Wrap != nil {
		rest = j.cfg.Wrap(rest)
	}
	outer := http.NewServeMux()
	outer.Handle("/rest/", j.withFaults(rest))
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
	return withFaults(j.life, &j.faults, j.cfg.Now, j.log, next)
}

// withFaults strikes and logs every request. Life is that of the simulator.
func withFaults(life context.Context, faults *faultBook, now func() time.Time, log func(Request), next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entry := Request{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, At: now()}
		w.Header().Set("Date", entry.At.UTC().Format(http.TimeFormat))
		seen := &statusWriter{ResponseWriter: w}
		defer func() {
			entry.Status = seen.status
			log(entry)
		}()
		if faults.awaits(r.Method, r.URL.Path) { // who hears of the strike may end the caller at once
			ahead(r)
		}
		fault, struck := faults.take(r.Method, r.URL.Path)
		if !struck {
			next.ServeHTTP(seen, r)
			return
		}
		// The whole request has come: a caller who gives up while it waits here
		// does not stop it.
		raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxControl))
		r.Body = io.NopCloser(bytes.NewReader(raw))
		alive := fault.wait(life)
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

// ahead reads what it takes of the body before anybody asks for it.
func ahead(r *http.Request) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxControl))
	rest := io.Reader(r.Body)
	if err != nil {
		rest = failing{err}
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(raw), rest), r.Body}
}

// failing reads nothing but an error.
type failing struct{ err error }

// Read implements io.Reader.
func (f failing) Read([]byte) (int, error) { return 0, f.err }

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
