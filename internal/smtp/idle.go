package smtp

import (
	"context"
	"time"
)

const (
	// maxMails is how many mails a connection carries: some servers take only so
	// many and then refuse what they would take over another one.
	maxMails = 50
	// probeTimeout bounds the question whether an idle connection still lives.
	probeTimeout = 5 * time.Second
)

// take returns the idle connection, if there is one and the server still answers
// on it. What the server said while nobody listened, such as a farewell, is read
// as the answer to the question.
func (c *Client) take(ctx context.Context) *session {
	s := c.waiting()
	if s == nil {
		return nil
	}
	s.serve(ctx)
	s.reused = true
	s.smtp.CommandTimeout = min(probeTimeout, c.cfg.CommandTimeout)
	err := s.smtp.Noop()
	s.smtp.CommandTimeout = c.cfg.CommandTimeout
	if err != nil {
		s.close()
		return nil
	}
	return s
}

// waiting takes the idle connection out of its place.
func (c *Client) waiting() *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.idle
	if s != nil {
		c.idle = nil
		s.expiry.Stop() // when it is too late for that, expire finds nothing
	}
	return s
}

// keep lets the connection wait for the next mail, or ends it.
func (s *session) keep() {
	if s.mails < maxMails && s.park() {
		return
	}
	s.quit()
	s.close()
}

// park puts the connection into its place. A connection that the end of the
// context has closed, or is closing, is not put there.
func (s *session) park() bool {
	c := s.Client
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.idle != nil || c.cfg.IdleTimeout < 0 || !s.forget() {
		return false
	}
	c.idle = s
	s.expiry = time.AfterFunc(c.cfg.IdleTimeout, func() { c.expire(s) })
	return true
}

// expire ends a connection that nobody needed.
func (c *Client) expire(s *session) {
	c.mu.Lock()
	still := c.idle == s
	if still {
		c.idle = nil
	}
	c.mu.Unlock()
	if still {
		s.quit()
		s.close()
	}
}

// Close ends the idle connection. Mails that are sent afterwards have a
// connection of their own.
func (c *Client) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	if s := c.waiting(); s != nil {
		s.quit()
		s.close()
	}
}

// worn reports whether a mail failed perhaps only because of the connection, which
// has waited or has carried enough: the server is gone, or refuses, and had not asked
// for the mail's bytes. Servers refuse with many numbers what they would take over
// another connection; what is meant for the mail they will say there again. Of a mail
// that was taken nothing else is asked: its connection may serve another call by now.
func (s *session) worn(err error) bool {
	return err != nil && s.reused && !s.begun && s.ctx.Err() == nil && (gone(err) || code(err) >= 500)
}
