package web

import (
	"net/http"
	"time"
)

// Read is the reader of a webhook's body.
func Read(body []byte) (event string, hints []Hint) { return read(body) }

// SetNow replaces the clock of the log.
func (h *Hooks) SetNow(now func() time.Time) { h.now = now }

// SetPatience replaces how long a body may take before its sender has proved to know
// the secret. It must be called before Run.
func (h *Hooks) SetPatience(d time.Duration) { h.patience = d }

// SetNow replaces the clock. It must be called before Run.
func (s *OpsServer) SetNow(now func() time.Time) { s.now = now }

// SetSecret replaces what signs the forms. It must be called before Run.
func (s *OpsServer) SetSecret(secret string) { s.gate.secret = []byte(secret) }

// Gate is the gate of the ops page.
type Gate struct{ *gate }

// NewGate makes a gate.
func NewGate(password string) Gate { return Gate{newGate(password, []byte("secret"))} }

// Try reports whether a visitor from that address is let in.
func (g Gate) Try(remote, password string, now time.Time) bool {
	r := &http.Request{RemoteAddr: remote, Header: http.Header{}}
	r.SetBasicAuth("", password)
	_, verdict := g.enter(r, now)
	return verdict == gateOpen
}

// Watched counts the visitors whose wrong passwords are counted.
func (g Gate) Watched() int { return len(g.wrong) }
