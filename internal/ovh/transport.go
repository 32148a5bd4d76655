package ovh

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

var errTooLong = errors.New("the answer is longer than is accepted")

// bound gives requests that were made without a context one. It is used by one goroutine
// at a time.
type bound struct {
	next http.RoundTripper
	ctx  context.Context //nolint:containedctx // of the call that is being made
}

// RoundTrip implements http.RoundTripper.
func (b *bound) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(b.ctx)
	stop := context.AfterFunc(req.Context(), cancel) // the time limit of the client
	resp, err := b.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		stop()
		cancel()
		return nil, err
	}
	resp.Body = &ending{limited{ReadCloser: resp.Body, left: maxAnswer}, func() { stop(); cancel() }}
	return resp, nil
}

// ending is a body with something to be done when it is closed.
type ending struct {
	limited
	end func()
}

// Close implements io.Closer.
func (e *ending) Close() error {
	defer e.end()
	return e.limited.Close()
}

// limited is a body that ends in an error where it is too long.
type limited struct {
	io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (l *limited) Read(p []byte) (int, error) {
	if int64(len(p)) > l.left+1 {
		p = p[:l.left+1]
	}
	n, err := l.ReadCloser.Read(p)
	if l.left -= int64(n); l.left < 0 {
		return 0, errTooLong
	}
	return n, err
}

// journey is how far a request came.
type journey struct{ got atomic.Bool }

// connected reports whether anybody can have seen it.
func (j *journey) connected() bool { return j.got.Load() }

// guard is the request with ctx, whose body ends in an error once ctx has ended:
// connecting takes time, and a request without its body is none.
func (j *journey) guard(ctx context.Context, req *http.Request) *http.Request {
	out := req.WithContext(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { j.got.Store(true) },
	}))
	if out.Body == nil || out.Body == http.NoBody {
		return out
	}
	again := out.GetBody
	out.Body = &guarded{out.Body, ctx}
	out.GetBody = func() (io.ReadCloser, error) {
		body, err := again()
		if err != nil {
			return nil, err
		}
		return &guarded{body, ctx}, nil
	}
	return out
}

// guarded is a body that asks its context before it gives anything.
type guarded struct {
	io.ReadCloser
	ctx context.Context //nolint:containedctx // of the request
}

// Read implements io.Reader.
func (g *guarded) Read(p []byte) (int, error) {
	if err := g.ctx.Err(); err != nil {
		return 0, err
	}
	return g.ReadCloser.Read(p)
}
