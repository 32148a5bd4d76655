package smtp

import (
	"context"
	"fmt"
	"time"

	"escalat/bridge"
)

// sizeAge is how long the server's SIZE is believed.
const sizeAge = time.Hour

// Limit returns how many bytes a mail may have (RFC 1870, section 4), 0 when the
// server tells no limit. It is what the server said last; when that is older
// than an hour, or it said nothing yet, it is asked.
func (c *Client) Limit(ctx context.Context) (int64, error) {
	if size, ok := c.known(); ok {
		return size, nil
	}
	if s := c.take(ctx); s != nil {
		if size, err := s.limit(); err == nil {
			return size, nil
		}
	}
	s, err := c.connect(ctx)
	if err != nil {
		return 0, err
	}
	return s.limit()
}

func (c *Client) known() (size int64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size, !c.sizeAt.IsZero() && c.cfg.Now().Sub(c.sizeAt) < sizeAge
}

// limit asks for the SIZE and then lets the connection wait.
func (s *session) limit() (int64, error) {
	if !s.entire || s.reused {
		if err := s.introduce(); err != nil {
			s.close()
			return 0, err
		}
	}
	size := s.announced()
	s.keep()
	return size, nil
}

// introduce says EHLO again: to somebody who is logged in a server may offer
// more. go-smtp does it after a RSET alone.
func (s *session) introduce() error {
	if err := s.smtp.Reset(); err != nil {
		if told := s.told("RSET", err); gone(told) || s.ctx.Err() != nil {
			return bridge.NotDone(told)
		}
		s.entire = true // a server that refuses that has said what it has to say
		s.note()
		return nil
	}
	if err := s.smtp.Hello(s.cfg.LocalName); err != nil {
		return bridge.NotDone(s.told("EHLO", err))
	}
	s.entire = true
	s.note()
	return nil
}

// note keeps what the server said of its SIZE.
func (s *session) note() {
	size := s.announced()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.size, s.sizeAt = size, s.cfg.Now()
}

// announced returns the SIZE of the newest EHLO, 0 for none.
func (s *session) announced() int64 {
	size, _ := s.smtp.MaxMessageSize()
	return int64(size)
}

// fits refuses a mail that the server would refuse for its size.
func (s *session) fits(size int64) error {
	over := func() bool { return s.announced() > 0 && size > s.announced() }
	if over() && !s.entire {
		if err := s.introduce(); err != nil {
			return err
		}
	}
	if !over() {
		return nil
	}
	return bridge.Permanent(fmt.Errorf("smtp: the mail has %d bytes, the server takes %d: %w", size, s.announced(), bridge.ErrTooLarge))
}
