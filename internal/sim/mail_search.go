package sim

import (
	"bufio"
	"bytes"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-message/textproto"
)

// Search implements imapserver.Session.
func (s *imapSession) Search(kind imapserver.NumKind, criteria *imap.SearchCriteria, _ *imap.SearchOptions) (*imap.SearchData, error) {
	f := s.view.folder
	f.mu.Lock()
	defer f.mu.Unlock()
	var (
		data imap.SearchData
		seqs imap.SeqSet
		uids imap.UIDSet
	)
	for _, n := range s.view.chosen(nil) {
		if !s.view.matches(n, criteria) {
			continue
		}
		num := uint32(n.uid)
		if kind == imapserver.NumKindSeq {
			num = n.seq
		}
		seqs.AddNum(n.seq)
		uids.AddNum(n.uid)
		if data.Count == 0 {
			data.Min = num
		}
		data.Max = num
		data.Count++
	}
	data.All = uids
	if kind == imapserver.NumKindSeq {
		data.All = seqs
	}
	return &data, nil
}

// matches reports whether a letter fulfils all criteria (RFC 3501, section 6.4.4).
func (v *view) matches(n numbered, c *imap.SearchCriteria) bool {
	for _, set := range c.SeqNum {
		if !contains(v.static(set), n.uid, n.seq) {
			return false
		}
	}
	for _, set := range c.UID {
		if !contains(v.static(set), n.uid, n.seq) {
			return false
		}
	}
	if slices.ContainsFunc(c.Flag, func(f imap.Flag) bool { return !n.has(f) }) || slices.ContainsFunc(c.NotFlag, n.has) {
		return false
	}
	size := int64(len(n.raw))
	if c.Larger != 0 && size <= c.Larger || c.Smaller != 0 && size >= c.Smaller {
		return false
	}
	if !onDays(n.at, c.Since, c.Before) || !n.saysAll(c) {
		return false
	}
	if slices.ContainsFunc(c.Not, func(not imap.SearchCriteria) bool { return v.matches(n, &not) }) {
		return false
	}
	return !slices.ContainsFunc(c.Or, func(or [2]imap.SearchCriteria) bool {
		return !v.matches(n, &or[0]) && !v.matches(n, &or[1])
	})
}

// saysAll reports whether header and body hold what is looked for, in the
// bytes as they are.
func (n numbered) saysAll(c *imap.SearchCriteria) bool {
	for _, field := range c.Header {
		if !hasField(n.raw, field.Key, field.Value) {
			return false
		}
	}
	_, body := headerFields(n.raw)
	for _, text := range c.Body {
		if !containsFold(body, text) {
			return false
		}
	}
	for _, text := range c.Text {
		if !containsFold(n.raw, text) {
			return false
		}
	}
	return true
}

func containsFold(raw []byte, text string) bool {
	return bytes.Contains(bytes.ToLower(raw), bytes.ToLower([]byte(text)))
}

// hasField reports whether a field of that name holds the text.
func hasField(raw []byte, name, text string) bool {
	fields, _ := headerFields(raw)
	return slices.ContainsFunc(fields, func(f []byte) bool {
		key, value, found := strings.Cut(string(f), ":")
		return found && strings.EqualFold(strings.TrimSpace(key), name) && containsFold([]byte(value), text)
	})
}

// onDays compares days without regard to the zone, as RFC 3501 wants.
func onDays(at, since, before time.Time) bool {
	at = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
	return (since.IsZero() || !at.Before(since)) && (before.IsZero() || at.Before(before))
}

// sectionOf returns the bytes of a section of a mail.
func sectionOf(raw []byte, section *imap.FetchItemBodySection) []byte {
	fields, body := headerFields(raw)
	switch {
	case len(section.Part) > 0 || len(section.HeaderFields) > 0 || len(section.HeaderFieldsNot) > 0:
		return imapserver.ExtractBodySection(bytes.NewReader(raw), section)
	case section.Specifier == imap.PartSpecifierHeader:
		raw = append(bytes.Join(fields, nil), body[:lineEnd(body)]...)
	case section.Specifier == imap.PartSpecifierText:
		raw = body[lineEnd(body):]
	}
	if p := section.Partial; p != nil {
		start := min(p.Offset, int64(len(raw)))
		return raw[start:min(start+p.Size, int64(len(raw)))]
	}
	return raw
}

// envelopeOf returns the envelope, or nil when the header cannot be read.
func envelopeOf(raw []byte) *imap.Envelope {
	header, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return nil
	}
	return imapserver.ExtractEnvelope(header)
}
