package guard

import (
	"crypto/sha256"
	"sync"

	"escalat/bridge"
)

// An issue is read again and again, and most of its texts are as they were.
const (
	// worth is from how many bytes on a text is worth remembering.
	worth = 512
	// remembered is how many texts are, at least; twice as many at most.
	remembered = 2_000
)

// memory is what was found in texts: their digests, and places and prints in them. It
// forgets those that nobody has asked for in a while.
type memory struct {
	mu         sync.Mutex
	young, old map[[sha256.Size]byte][]bridge.Hit
}

// find returns what is known of the text, or has it found.
func (m *memory) find(text string, find func(text string) []bridge.Hit) []bridge.Hit {
	if len(text) < worth {
		return find(text)
	}
	key := sha256.Sum256([]byte(text))
	m.mu.Lock()
	hits, known := m.young[key]
	if !known {
		hits, known = m.old[key]
	}
	m.mu.Unlock()
	if !known {
		hits = find(text)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.young == nil || len(m.young) >= remembered {
		m.young, m.old = map[[sha256.Size]byte][]bridge.Hit{}, m.young
	}
	m.young[key] = hits
	return append([]bridge.Hit(nil), hits...) // the caller's own
}
