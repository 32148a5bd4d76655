package imap

import (
	"errors"
	"io"
	"time"

	goimap "github.com/emersion/go-imap/v2"
)

// stream reads a literal under the watchdog, which sleeps while the sink works.
func (s *session) stream(literal goimap.LiteralReader, rate int64, g *guard) *literalReader {
	g.timer.Stop()
	size := literal.Size()
	return &literalReader{
		r: literal, left: size, guard: g, silence: s.cfg.CommandTimeout,
		latest: time.Now().Add(s.cfg.CommandTimeout + time.Duration(size/rate)*time.Second),
	}
}

// literalReader reads exactly the announced bytes: go-imap ends a literal that
// was cut off like a complete one. The zero literalReader is empty.
type literalReader struct {
	r       io.Reader
	left    int64
	guard   *guard
	silence time.Duration
	latest  time.Time
	err     error // how it failed
	broken  bool  // r has failed and must not be read again
}

func (l *literalReader) Read(b []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	if l.r == nil {
		return 0, io.EOF
	}
	l.guard.timer.Reset(l.silence)
	n, err := l.r.Read(b)
	l.guard.timer.Stop()
	l.left -= int64(n)
	switch {
	case err == nil:
		if time.Now().After(l.latest) {
			l.err = errSlow
		}
		return n, l.err
	case errors.Is(err, io.EOF) && l.left == 0:
		return n, io.EOF
	case errors.Is(err, io.EOF):
		l.err = io.ErrUnexpectedEOF
	default:
		l.err = err
	}
	l.broken = true
	if l.guard.fired.Load() {
		l.err = errSilent
	}
	return n, l.err
}
