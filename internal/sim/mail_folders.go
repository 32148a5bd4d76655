package sim

import (
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// Create implements imapserver.Session.
func (s *imapSession) Create(name string, _ *imap.CreateOptions) error {
	s.mail.changing()
	name = strings.TrimRight(name, "/")
	if _, err := s.account.folder(name); err == nil {
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeAlreadyExists, Text: "Mailbox already exists"}
	}
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	s.account.create(name)
	return nil
}

// Delete implements imapserver.Session.
func (s *imapSession) Delete(name string) error {
	s.mail.changing()
	f, err := s.account.folder(name)
	if err != nil {
		return err
	}
	if f.name == "INBOX" {
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeCannot, Text: "INBOX stays"}
	}
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	delete(s.account.folders, f.name)
	return nil
}

// Rename implements imapserver.Session; this server does not rename.
func (s *imapSession) Rename(string, string, *imap.RenameOptions) error {
	return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeCannot, Text: "Mailboxes keep their names"}
}

// Subscribe implements imapserver.Session.
func (s *imapSession) Subscribe(name string) error { return s.subscribe(name, true) }

// Unsubscribe implements imapserver.Session.
func (s *imapSession) Unsubscribe(name string) error { return s.subscribe(name, false) }

func (s *imapSession) subscribe(name string, on bool) error {
	s.mail.changing()
	f, err := s.account.folder(name)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subscribed = on
	return nil
}

// Namespace implements imapserver.SessionNamespace.
func (s *imapSession) Namespace() (*imap.NamespaceData, error) {
	return &imap.NamespaceData{Personal: []imap.NamespaceDescriptor{{Delim: '/'}}}, nil
}

// List implements imapserver.Session.
func (s *imapSession) List(w *imapserver.ListWriter, ref string, patterns []string, options *imap.ListOptions) error {
	if len(patterns) == 0 {
		return w.WriteList(&imap.ListData{Attrs: []imap.MailboxAttr{imap.MailboxAttrNoSelect}, Delim: '/'})
	}
	s.account.mu.Lock()
	var folders []*folder
	for _, f := range s.account.folders {
		if slices.ContainsFunc(patterns, func(p string) bool { return imapserver.MatchList(f.name, '/', ref, p) }) {
			folders = append(folders, f)
		}
	}
	s.account.mu.Unlock()
	slices.SortFunc(folders, func(a, b *folder) int { return strings.Compare(a.name, b.name) })
	for _, f := range folders {
		if data := f.list(options); data != nil {
			if err := w.WriteList(data); err != nil {
				return err
			}
		}
	}
	return nil
}

// list describes the folder, or nil where the options leave it out.
func (f *folder) list(options *imap.ListOptions) *imap.ListData {
	f.mu.Lock()
	defer f.mu.Unlock()
	if options.SelectSubscribed && !f.subscribed || options.SelectSpecialUse {
		return nil
	}
	data := &imap.ListData{Mailbox: f.name, Delim: '/'}
	if f.subscribed {
		data.Attrs = append(data.Attrs, imap.MailboxAttrSubscribed)
	}
	if options.ReturnStatus != nil {
		data.Status = f.status()
	}
	return data
}

// Status implements imapserver.Session.
func (s *imapSession) Status(name string, _ *imap.StatusOptions) (*imap.StatusData, error) {
	f, err := s.account.folder(name)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status(), nil
}

// status counts everything; the server writes what was asked for. The caller
// holds mu.
func (f *folder) status() *imap.StatusData {
	var unseen, deleted, recent uint32
	var size int64
	for _, l := range f.letters {
		if !l.has(imap.FlagSeen) {
			unseen++
		}
		if l.has(imap.FlagDeleted) {
			deleted++
		}
		size += int64(len(l.raw))
	}
	total := uint32(len(f.letters))
	return &imap.StatusData{
		Mailbox: f.name, NumMessages: &total, UIDNext: f.uidNext, UIDValidity: f.uidValidity,
		NumUnseen: &unseen, NumDeleted: &deleted, Size: &size, NumRecent: &recent,
	}
}
