package send

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"escalat/bridge"
	"escalat/bridge/send/evidence"
)

const (
	// mostLooked bounds the files that an attempt looks into: what is withheld leaves its
	// place to others.
	mostLooked = 60
	// mostNoted bounds what is remembered of what stands in a file.
	mostNoted = 5
)

// pick chooses among the files with what is known of them.
func (m *parcel) pick() {
	m.Files, m.Omitted = evidence.Choose(m.in)
	for i := range m.Omitted {
		f := &m.Omitted[i]
		if m.in.Room == 0 && f.Why == bridge.LeftNoRoom { // nor has another mail
			f.Why = bridge.LeftTooLarge
		}
		if found, ok := m.looked[f.ID]; ok && (f.Why == bridge.LeftPrivate || f.Why == bridge.LeftClosed) {
			found.Inside = found.Inside[:min(len(found.Inside), mostNoted)]
			f.Inspection = &found
		}
	}
}

// look looks into the files that the mail is to bring, each once an attempt, and withholds
// what is not for the provider; another takes its place. What Jira does not give is treated
// as when it is attached.
func (s *Composer) look(ctx context.Context, m *parcel, allowed []string) error {
	if s.Guard == nil {
		return nil
	}
	reading, done := s.hurry(ctx, m)
	defer func() { done() }()
	for {
		at := slices.IndexFunc(m.Files, func(f bridge.Evidence) bool {
			_, known := m.looked[f.ID]
			return !known && !slices.Contains(allowed, f.ID)
		})
		if at < 0 {
			return nil
		}
		id := m.Files[at].ID
		if len(m.looked) >= mostLooked {
			m.withhold(id, bridge.LeftNoRoom, bridge.Inspection{})
			continue
		}
		found, err := s.inspect(reading, m.files[id], at)
		late := reading.Err() != nil && ctx.Err() == nil
		switch {
		case err == nil:
			m.withhold(id, withheld(found), found)
		case late && !m.late:
			m.late = true
			m.withhold(id, bridge.LeftUnreadable, bridge.Inspection{})
			done()
			reading, done = s.hurry(ctx, m)
		case late, m.tries >= patient && errors.Is(ctx.Err(), context.DeadlineExceeded):
			// The incident does not wait for what takes so long.
			for _, f := range m.Files {
				if _, known := m.looked[f.ID]; !known && !slices.Contains(allowed, f.ID) {
					m.looked[f.ID], m.in.Left[f.ID] = bridge.Inspection{}, bridge.LeftUnreadable
				}
			}
			m.pick()
		case ctx.Err() == nil && (m.tries >= patient || bridge.IsPermanent(err)):
			m.withhold(id, bridge.LeftUnreadable, bridge.Inspection{})
		default:
			return failing(m, err)
		}
	}
}

// withhold notes what is known of a file, and chooses anew where it may not go.
func (m *parcel) withhold(id string, why bridge.LeftOut, found bridge.Inspection) {
	m.looked[id] = found
	if found.Opaque == bridge.OpaqueImage {
		m.in.Images[id] = true // it goes where somebody means it
	}
	if why != "" {
		m.in.Left[id] = why
	}
	if why != "" || found.Opaque != "" {
		m.pick()
	}
}

// withheld is why a file does not go, or empty.
func withheld(found bridge.Inspection) bridge.LeftOut {
	switch {
	case len(found.Inside) > 0:
		return bridge.LeftPrivate
	case found.Opaque != "" && found.Opaque != bridge.OpaqueImage:
		return bridge.LeftClosed
	}
	return ""
}

// inspect looks into a file of Jira's, the one at that place among the mail's.
func (s *Composer) inspect(ctx context.Context, a bridge.Attachment, at int) (bridge.Inspection, error) {
	content, err := s.Files.Attachment(ctx, a)
	if err != nil {
		return bridge.Inspection{}, &fileError{at: at, name: a.ID, err: err}
	}
	defer func() { _ = content.Close() }()
	return s.lookInto(ctx, a, content, at)
}

func (s *Composer) lookInto(ctx context.Context, a bridge.Attachment, content io.Reader, at int) (bridge.Inspection, error) {
	found, err := s.Guard.File(ctx, a.Name, a.MIMEType, a.Size, content)
	if err != nil {
		return bridge.Inspection{}, &fileError{at: at, name: a.ID, err: err}
	}
	return found, nil
}

// clear reports whether the content of a file may stand in a ticket; what may not is noted.
func (s *Composer) clear(ctx context.Context, m *parcel, a bridge.Attachment, content string, allowed []string) (bool, error) {
	if s.Guard == nil || slices.Contains(allowed, a.ID) {
		return true, nil
	}
	found, err := s.lookInto(ctx, a, strings.NewReader(content), 0)
	if err != nil {
		return false, err
	}
	m.looked[a.ID] = found
	return withheld(found) == "", nil
}
