package send

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"math"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"escalat/bridge"
	"escalat/bridge/send/evidence"
	"escalat/bridge/send/letter"
	"escalat/bridge/wording"
)

const (
	// maxBody bounds the text of a ticket, in bytes: a comment has room for it.
	maxBody = 15_000
	// maxInside is how large a file is at most whose content stands in that text, and
	// mostInside how many of them do.
	maxInside  = 8 << 10
	mostInside = 3
)

// tooLong ends a text of which the rest does not fit.
const tooLong = "(El texto continúa. Si necesitan el resto, pídannoslo.)"

// enter writes the notice as the text of a ticket: a provider's portal takes no mail. No
// file goes; the text of small ones stands in it.
func (s *Composer) enter(ctx context.Context, m *parcel, by bridge.Channel, in evidence.Input, allowed []string) (bridge.ComposeResult, error) {
	m.Channel = by
	filed := m.filing()
	m.Filed = &filed
	m.From, m.To, m.Copy, m.Cc, m.Redirected = "", nil, "", nil, false
	in.Markup, in.Room, in.Sparing = m.leaving(), math.MaxInt64, false // a person uploads what goes
	take, omitted := evidence.Choose(in)
	for i := range omitted {
		if omitted[i].Why != bridge.LeftForeign { // a person may upload whatever a mail server refuses
			omitted[i].Why = bridge.LeftChannel
		}
	}
	inside, err := s.inside(ctx, m, take, allowed)
	if err != nil {
		return bridge.ComposeResult{}, err
	}
	for _, f := range take {
		if f.Why = bridge.LeftChannel; s.Guard != nil {
			m.tellInside(&f)
		}
		if content, ok := inside[f.ID]; ok {
			sum := sha256.Sum256([]byte(content))
			brought := f
			brought.Why, brought.Digest = "", hex.EncodeToString(sum[:])
			files := append(slices.Clone(m.Files), brought)
			if body := m.ticket(files, omitted, inside); len(body) <= maxBody {
				m.Files = files
				continue
			}
		}
		m.Omitted = append(m.Omitted, f)
	}
	m.Omitted = append(m.Omitted, omitted...)
	m.Body, m.Cut = bounded(m.ticket(m.Files, m.Omitted, inside))
	m.noted()
	m.Size = int64(len(m.Body))
	if s.Prints != nil {
		m.Prints = s.Prints(m.Body)
	}
	m.Abridge(in.Attachments)
	return bridge.ComposeResult{Notice: m.Notice, Nothing: m.empty() && len(m.Omitted) == 0}, nil
}

// ticket is the text of a ticket, with the content of those files. What it is translated
// from is in it as far as there is room.
func (m *parcel) ticket(files, omitted []bridge.Evidence, inside map[string]string) string {
	return m.turned.fit(maxBody, func() string { return m.entered(files, omitted, inside) })
}

func (m *parcel) entered(files, omitted []bridge.Evidence, inside map[string]string) string {
	var blocks []letter.Block
	for _, b := range m.blocks(files, omitted) {
		if b.Kind != letter.Marker {
			blocks = append(blocks, b)
		}
	}
	blocks, m.framed, _ = m.frame.blocks(blocks) // the files were looked into
	end := lastOf(blocks)
	for _, f := range files {
		blocks = slices.Insert(blocks, end, heading("Contenido de "+shownFile(f)+":"), paragraph(inside[f.ID]))
		end += 2
	}
	return strings.TrimSpace(letter.Letter{Blocks: blocks, Names: m.names}.Text())
}

// tellInside says of a file whose content would stand in a ticket why it does not.
func (m *parcel) tellInside(f *bridge.Evidence) {
	if found, ok := m.looked[f.ID]; ok && withheld(found) != "" {
		f.Why = withheld(found)
		found.Inside = found.Inside[:min(len(found.Inside), mostNoted)]
		f.Inspection = &found
	}
}

// inside is the content of those of the files whose text may stand in a ticket, by id. One
// that cannot be read is none of them.
func (s *Composer) inside(ctx context.Context, m *parcel, files []bridge.Evidence, allowed []string) (map[string]string, error) {
	reading := ctx
	if s.Within != nil {
		bound, done := s.Within(ctx, hurried)
		defer done()
		reading = bound
	}
	content := map[string]string{}
	for _, f := range files {
		a := m.files[f.ID]
		if !textual(a) || a.Size <= 0 || a.Size > maxInside || len(content) == mostInside {
			continue
		}
		text, ok := s.textOf(reading, a)
		if !ok {
			continue
		}
		if ok, err := s.clear(reading, m, a, text, allowed); ok && err == nil {
			content[f.ID] = text
		}
	}
	return content, ctx.Err()
}

// textual reports whether a file is text, by its type or, where that says nothing, by its
// name: a log comes with either.
func textual(a bridge.Attachment) bool {
	names := []string{".txt", ".log", ".out", ".csv", ".conf", ".cfg", ".ini"}
	silent := a.MIMEType == "" || a.MIMEType == "application/octet-stream"
	return strings.HasPrefix(a.MIMEType, "text/") || silent && slices.Contains(names, strings.ToLower(path.Ext(a.Name)))
}

// textOf is the content of a small file, if that is text.
func (s *Composer) textOf(ctx context.Context, a bridge.Attachment) (string, bool) {
	r, err := s.Files.Attachment(ctx, a)
	if err != nil {
		return "", false
	}
	defer func() { _ = r.Close() }()
	data, err := io.ReadAll(io.LimitReader(r, maxInside+1))
	if err != nil || len(data) > maxInside || int64(len(data)) < a.Size {
		return "", false
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 || len(bytes.TrimSpace(data)) == 0 {
		return "", false
	}
	return string(data), true
}

// bounded is as much of a text as fits, up to the end of a line, and whether that is not all
// of it.
func bounded(s string) (fits string, cut bool) {
	if len(s) <= maxBody {
		return s, false
	}
	s = strings.ToValidUTF8(s[:maxBody-len(tooLong)-2], "")
	if at := strings.LastIndexByte(s, '\n'); at > 0 {
		s = s[:at]
	}
	return strings.TrimSpace(s) + "\n\n" + tooLong, true
}

// files has a notice that goes by no mail taken to the provider's portal: by its API, or by
// a person.
func (s *Composer) files(c bridge.Case, e bridge.Effect, ev bridge.Event, n bridge.Notice, key string) bridge.Outcome {
	o := bridge.Outcome{Audit: entry(ev, "composed", n.MessageID)}
	if n.Channel == bridge.ByAPI {
		body := bridge.TicketBody{MessageID: n.MessageID, Form: cmp.Or(n.Form, n.Kind)}
		o.Case, o.Effects = c, []bridge.Effect{bridge.Plan(bridge.ToTickets, ticketed(n), key, body)}
		return o
	}
	c, o.Effects = wording.Handed(c, wording.Hand{
		Profile: s.Providers[c.Provider].Profile, Texts: s.Texts, Team: s.Team, Notice: n, Key: e.Key, At: ev.At, Trial: s.Redirect != "" || s.Shadow,
	})
	if s.Shadow { // the comment is only recorded, too: nobody would enter it
		told := c.Notice(n.MessageID)
		told.Shadow, told.SentAt = true, ev.At
		if n.Serial == 1 && c.State == bridge.Handed {
			c.State = bridge.Sent
		}
	}
	o.Case, o.Audit = c, entry(ev, "handed", n.MessageID)
	return o
}

// ticketed is what is done with a notice at an API.
func ticketed(n bridge.Notice) bridge.Kind {
	switch {
	case n.Serial == 1:
		return bridge.OpenTicket
	case n.About == bridge.AboutClose:
		return bridge.CloseTicket
	case n.About == bridge.AboutReopen:
		return bridge.ReopenTicket
	}
	return bridge.ReplyTicket
}
