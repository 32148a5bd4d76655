package web

import "time"

// Read is the reader of a webhook's body.
func Read(body []byte) (event string, hints []Hint) { return read(body) }

// SetNow replaces the clock of the log.
func (h *Hooks) SetNow(now func() time.Time) { h.now = now }

// SetPatience replaces how long a body may take before its sender has proved to know
// the secret. It must be called before Run.
func (h *Hooks) SetPatience(d time.Duration) { h.patience = d }
