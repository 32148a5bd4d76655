package mapping

import "time"

const (
	// maxSources bounds how many sources are read, maxFormer how many earlier
	// versions of one, and maxBytes what they hold together: the newest.
	maxSources = 200
	maxFormer  = 30
	maxBytes   = 4 << 20
)

// Source is one text in which values may stand.
type Source struct {
	Text   string    // Jira wiki markup
	At     time.Time // since when it says so
	Origin string    // where it stands, for people: "description", "comment 123"
	// Former is what the text said before, oldest first. A value that stood there
	// already counts from when it came, not from the last edit.
	Former []Revision
	// Born is when the text was first written; it is needed with Former only.
	Born time.Time
}

// newestOf returns those of the sources that are read: the first and the newest,
// and of what they said before the newest.
func newestOf(sources []Source) []Source {
	if len(sources) == 0 {
		return nil
	}
	left := maxBytes - len(sources[0].Text)
	from := len(sources)
	for from > 1 && len(sources)-from < maxSources-1 && left >= len(sources[from-1].Text) {
		from--
		left -= len(sources[from].Text)
	}
	kept := append([]Source{sources[0]}, sources[from:]...)
	for i := range kept {
		left = kept[i].forget(left)
	}
	return kept
}

// forget leaves out the earlier versions that are more than so many bytes, and
// returns how many are left.
func (s *Source) forget(left int) int {
	from := len(s.Former)
	for from > 0 && len(s.Former)-from < maxFormer && left >= len(s.Former[from-1].Text) {
		from--
		left -= len(s.Former[from].Text)
	}
	if from > 0 {
		s.Born = s.Former[from-1].Until
		s.Former = s.Former[from:]
	}
	return left
}
