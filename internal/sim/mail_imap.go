package sim

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// imapServer makes the IMAP server. It takes a password only under TLS. Its
// capabilities are those of a common IMAP4rev1 server.
func (m *Mail) imapServer() *imapserver.Server {
	caps := imap.CapSet{}
	for _, c := range []imap.Cap{
		imap.CapIMAP4rev1, imap.CapNamespace, imap.CapUIDPlus, imap.CapESearch, imap.CapListExtended,
		imap.CapListStatus, imap.CapMove, imap.CapStatusSize,
	} {
		caps[c] = struct{}{}
	}
	return imapserver.New(&imapserver.Options{
		NewSession: func(c *imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return &imapSession{mail: m, conn: c}, nil, nil
		},
		Caps:      caps,
		TLSConfig: m.tls,
		Logger:    silent(),
	})
}

// imapSession is one connection. The server calls it from one goroutine, but
// for Idle.
type imapSession struct {
	mail    *Mail
	conn    *imapserver.Conn
	account *account
	view    *view
}

var (
	_ imapserver.SessionIMAP4rev2 = (*imapSession)(nil)

	errReadOnly = &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeNoPerm, Text: "Mailbox is read-only"}
)

// Close implements imapserver.Session. An Idle may still be on its way out, so
// the view is closed but not taken from it.
func (s *imapSession) Close() error {
	if s.view != nil {
		s.view.close()
	}
	return nil
}

// Login implements imapserver.Session.
func (s *imapSession) Login(user, password string) error {
	if err := s.strike(AtLogin, user); err != nil {
		return err
	}
	a := s.mail.account(user)
	if a == nil || a.Password == "" || !same(a.Password, password) {
		return imapserver.ErrAuthFailed
	}
	s.account = a
	return nil
}

// strike lets an armed fault happen.
func (s *imapSession) strike(stage, address string) error {
	f, struck := s.mail.faults.take(stage, address)
	if !struck {
		return nil
	}
	alive := f.wait(s.mail.ctx)
	switch {
	case !alive, f.Drop != "":
		_ = s.conn.NetConn().Close()
		return errCut
	case f.Status != 0:
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeUnavailable, Text: f.Text}
	}
	return nil
}

// Select implements imapserver.Session.
func (s *imapSession) Select(name string, options *imap.SelectOptions) (*imap.SelectData, error) {
	f, err := s.account.folder(name)
	if err != nil {
		return nil, err
	}
	if !options.ReadOnly {
		s.mail.changing()
	}
	v, data := f.open(options.ReadOnly)
	if options.ReadOnly {
		data.PermanentFlags = []imap.Flag{}
	}
	s.view = v
	return data, nil
}

// Unselect implements imapserver.Session.
func (s *imapSession) Unselect() error {
	if s.view != nil {
		s.view.close()
		s.view = nil
	}
	return nil
}

// Append implements imapserver.Session.
func (s *imapSession) Append(name string, r imap.LiteralReader, options *imap.AppendOptions) (*imap.AppendData, error) {
	s.mail.changing()
	f, err := s.account.folder(name)
	if err != nil {
		return nil, err
	}
	if r.Size() > s.mail.cfg.MaxSize {
		return nil, &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeTooBig, Text: "Message too large"}
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("append to %s: %w", name, err)
	}
	at := options.Time
	if at.IsZero() {
		at = s.mail.cfg.Now()
	}
	return f.append(raw, at, options.Flags), nil
}

// Poll implements imapserver.Session.
func (s *imapSession) Poll(w *imapserver.UpdateWriter, allowExpunge bool) error {
	if s.view == nil {
		return nil
	}
	return s.view.tracker.Poll(w, allowExpunge)
}

// Idle implements imapserver.Session. It looks before it waits: what came after
// the last command must not wait for the next mail.
func (s *imapSession) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	v := s.view
	if v == nil {
		<-stop
		return nil
	}
	for {
		if err := v.tracker.Poll(w, true); err != nil {
			return err
		}
		select {
		case <-v.wake:
		case <-stop:
			return nil
		}
	}
}

// Expunge implements imapserver.Session. The server tells this session of what
// is gone when it polls.
func (s *imapSession) Expunge(_ *imapserver.ExpungeWriter, uids *imap.UIDSet) error {
	s.mail.changing()
	if s.view.readOnly {
		return errReadOnly
	}
	f := s.view.folder
	f.mu.Lock()
	defer f.mu.Unlock()
	f.remove(func(l *letter) bool {
		return l.has(imap.FlagDeleted) && (uids == nil || contains(s.view.static(*uids), l.uid, 0))
	})
	return nil
}

// Fetch implements imapserver.Session. The bytes are written outside the lock:
// a slow client holds up nobody.
func (s *imapSession) Fetch(w *imapserver.FetchWriter, set imap.NumSet, options *imap.FetchOptions) error {
	if err := s.strike(AtFetch, s.account.Address); err != nil {
		return err
	}
	seen := slices.ContainsFunc(options.BodySection, func(b *imap.FetchItemBodySection) bool { return !b.Peek })
	f := s.view.folder
	f.mu.Lock()
	letters := s.view.chosen(set)
	if seen && !s.view.readOnly {
		for _, l := range letters {
			if !l.has(imap.FlagSeen) {
				s.view.setFlags(l, imap.StoreFlagsAdd, []imap.Flag{imap.FlagSeen}, nil)
			}
		}
	}
	f.mu.Unlock()
	for _, l := range letters {
		if err := l.write(w.CreateMessage(l.seq), options); err != nil {
			return err
		}
	}
	return nil
}

// write answers with what was asked of one letter. A whole body is given byte
// for byte, whatever its header looks like.
func (n numbered) write(w *imapserver.FetchResponseWriter, options *imap.FetchOptions) error {
	w.WriteUID(n.uid)
	if options.Flags {
		w.WriteFlags(n.flags)
	}
	if options.InternalDate {
		w.WriteInternalDate(n.at)
	}
	if options.RFC822Size {
		w.WriteRFC822Size(int64(len(n.raw)))
	}
	if options.Envelope {
		w.WriteEnvelope(envelopeOf(n.raw))
	}
	if options.BodyStructure != nil {
		w.WriteBodyStructure(imapserver.ExtractBodyStructure(bytes.NewReader(n.raw)))
	}
	for _, section := range options.BodySection {
		raw := sectionOf(n.raw, section)
		body := w.WriteBodySection(section, int64(len(raw)))
		_, err := body.Write(raw)
		if err = errors.Join(err, body.Close()); err != nil {
			// Only Close gives the connection's encoder back; without it the
			// connection of a client that was cut off would wait for ever.
			return fmt.Errorf("write body: %w", errors.Join(err, w.Close()))
		}
	}
	return w.Close()
}

// Store implements imapserver.Session.
func (s *imapSession) Store(w *imapserver.FetchWriter, set imap.NumSet, flags *imap.StoreFlags, _ *imap.StoreOptions) error {
	s.mail.changing()
	if s.view.readOnly {
		return errReadOnly
	}
	f := s.view.folder
	f.mu.Lock()
	for _, l := range s.view.chosen(set) {
		s.view.setFlags(l, flags.Op, flags.Flags, s.view.tracker)
	}
	letters := s.view.chosen(set)
	f.mu.Unlock()
	if flags.Silent {
		return nil
	}
	for _, l := range letters {
		if err := l.write(w.CreateMessage(l.seq), &imap.FetchOptions{Flags: true}); err != nil {
			return err
		}
	}
	return nil
}

// Copy implements imapserver.Session.
func (s *imapSession) Copy(set imap.NumSet, name string) (*imap.CopyData, error) {
	s.mail.changing()
	to, err := s.account.folder(name)
	if err != nil {
		return nil, err
	}
	f := s.view.folder
	f.mu.Lock()
	letters := s.view.chosen(set)
	f.mu.Unlock()
	data := &imap.CopyData{UIDValidity: to.uidValidity}
	for _, l := range letters {
		data.SourceUIDs.AddNum(l.uid)
		data.DestUIDs.AddNum(to.append(l.raw, l.at, l.flags).UID)
	}
	return data, nil
}

// Move implements imapserver.SessionMove. The server tells this session of what
// is gone when it polls.
func (s *imapSession) Move(w *imapserver.MoveWriter, set imap.NumSet, name string) error {
	if s.view.readOnly {
		s.mail.changing()
		return errReadOnly
	}
	data, err := s.Copy(set, name)
	if err != nil {
		return err
	}
	f := s.view.folder
	f.mu.Lock()
	f.remove(func(l *letter) bool { return data.SourceUIDs.Contains(l.uid) })
	f.mu.Unlock()
	return w.WriteCopyData(data)
}
