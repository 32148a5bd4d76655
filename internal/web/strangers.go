package web

import (
	"slices"
	"sync"
)

// strangers are those who have not proved yet to know the secret, the oldest first.
// They must not keep others out by being slow: when one more comes than there may
// be, the oldest goes.
type strangers struct {
	mu   sync.Mutex
	here []*stranger
}

type stranger struct{ hurry func() }

// enter adds one. hurry makes it go, and is called before leave at most; leave must
// be called.
func (s *strangers) enter(hurry func()) (leave func()) {
	one := &stranger{hurry}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.here) == maxUnproved {
		s.here[0].hurry()
		s.here = slices.Delete(s.here, 0, 1)
	}
	s.here = append(s.here, one)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if at := slices.Index(s.here, one); at >= 0 {
			s.here = slices.Delete(s.here, at, at+1)
		}
	}
}
