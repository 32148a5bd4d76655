package imap

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	goimap "github.com/emersion/go-imap/v2"
	"golang.org/x/text/unicode/norm"
)

// maxSearched bounds how many folders are searched.
const maxSearched = 200

// list finds out which folders are searched.
func (s *session) list() error {
	names, out := s.cfg.Search, 0
	if s.cfg.Elsewhere {
		now := s.cfg.Now()
		if !s.beside.listed.IsZero() && now.Sub(s.beside.listed) < listEvery {
			return nil
		}
		others, err := s.strangers()
		if err != nil {
			return err
		}
		all, err := s.listed()
		if err != nil {
			return err
		}
		names = elsewhere(all, others, s.cfg.Sent)
		s.beside.listed = now
	}
	names = slices.DeleteFunc(slices.Clone(names), s.watched)
	if out = len(names) - maxSearched; out > 0 {
		names = names[:maxSearched]
		if s.Status().LeftOut == 0 {
			s.cfg.Logger.Warn("mailbox has too many folders, some are not searched", "searched", maxSearched, "left_out", out)
		}
	}
	s.beside.names = names
	s.update(func(st *Status) { st.Searched, st.LeftOut = len(names), max(out, 0) })
	return nil
}

// watched reports whether a folder is one of the watched. INBOX is the same in any
// letter case (RFC 9051, section 5.1).
func (s *session) watched(name string) bool {
	return slices.ContainsFunc(s.cfg.Folders, func(w string) bool {
		return w == name || strings.EqualFold(w, "INBOX") && strings.EqualFold(name, "INBOX")
	})
}

func (s *session) listed() (all []*goimap.ListData, err error) {
	var options *goimap.ListOptions
	if s.caps.Has(goimap.CapSpecialUse) && s.caps.Has(goimap.CapListExtended) {
		options = &goimap.ListOptions{ReturnSpecialUse: true}
	}
	for {
		err = s.within(func() (err error) {
			all, err = s.client.List("", "*", options).Collect()
			return err
		})
		if err == nil {
			return all, nil
		}
		if options == nil || !misunderstood(err) {
			return nil, fmt.Errorf("imap: LIST: %w", err)
		}
		options = nil // it cannot do what it says
	}
}

// strangers returns where the folders of other people begin (RFC 2342): they are
// not ours to search, whoever lets us.
func (s *session) strangers() (prefixes []string, err error) {
	if !s.caps.Has(goimap.CapNamespace) {
		return nil, nil
	}
	var data *goimap.NamespaceData
	err = s.within(func() (err error) {
		data, err = s.client.Namespace().Wait()
		return err
	})
	if misunderstood(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("imap: NAMESPACE: %w", err)
	}
	for _, n := range slices.Concat(data.Other, data.Shared) {
		if n.Prefix != "" {
			prefixes = append(prefixes, n.Prefix)
		}
	}
	return prefixes, nil
}

// elsewhere returns of all folders those that are searched, the most likely first, with
// sent those of sent mails among them.
func elsewhere(all []*goimap.ListData, strangers []string, sent bool) []string {
	var own, names []string // own: beginnings of folders that hold what we wrote
	for _, f := range all {
		if is(f, goimap.MailboxAttrSent) && !sent || is(f, goimap.MailboxAttrDrafts) {
			own = append(own, f.Mailbox+delimiter(f))
		}
	}
	ranks := map[string]int{}
	for _, f := range all {
		inside := func(prefix string) bool { return strings.HasPrefix(f.Mailbox+delimiter(f), prefix) }
		if closed(f) || slices.ContainsFunc(own, inside) || slices.ContainsFunc(strangers, inside) || ours(f, sent) {
			continue
		}
		if _, twice := ranks[f.Mailbox]; !twice {
			names = append(names, f.Mailbox)
			ranks[f.Mailbox] = rank(f)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(ranks[a], ranks[b]), strings.Compare(a, b))
	})
	return names
}

func delimiter(f *goimap.ListData) string {
	if f.Delim == 0 {
		return ""
	}
	return string(f.Delim)
}

func is(f *goimap.ListData, attr goimap.MailboxAttr) bool {
	return slices.ContainsFunc(f.Attrs, func(a goimap.MailboxAttr) bool { return strings.EqualFold(string(a), string(attr)) })
}

// closed reports whether a folder cannot be opened, or is only a view of mails that
// lie in others too.
func closed(f *goimap.ListData) bool {
	return f.Mailbox == "" || is(f, goimap.MailboxAttrNoSelect) || is(f, goimap.MailboxAttrNonExistent) ||
		is(f, goimap.MailboxAttrFlagged) || is(f, goimap.MailboxAttrImportant)
}

// ours reports whether a folder, or one that it lies in, has a usual name of those
// with sent mails and drafts, or with sent only of those with drafts.
func ours(f *goimap.ListData, sent bool) bool {
	parts := []string{f.Mailbox}
	if f.Delim != 0 {
		parts = strings.Split(f.Mailbox, string(f.Delim))
	}
	return slices.ContainsFunc(parts, func(part string) bool {
		return slices.Contains(draftNames(), folded(part)) || !sent && slices.Contains(sentNames(), folded(part))
	})
}

func folded(name string) string { return strings.ToLower(norm.NFC.String(strings.TrimSpace(name))) }

// sentNames are usual names of folders with sent mails, in English, Spanish and Catalan.
func sentNames() []string {
	return []string{
		"sent", "sent items", "sent mail", "sent messages", "sent-mail",
		"enviado", "enviados", "elementos enviados", "correo enviado", "correos enviados", "mensajes enviados",
		"enviat", "enviats", "elements enviats", "correu enviat", "missatges enviats",
	}
}

// draftNames are usual names of folders with what people here write and have not sent.
func draftNames() []string {
	return []string{
		"drafts", "draft", "outbox", "templates",
		"borrador", "borradores", "bandeja de salida", "plantillas",
		"esborrany", "esborranys", "bústia de sortida", "safata de sortida", "plantilles",
	}
}

// junkNames are usual names of folders for unwanted mails.
func junkNames() []string {
	return []string{
		"junk", "spam", "junk email", "junk e-mail", "bulk mail", "correo no deseado", "correo basura",
		"correu brossa", "correu no desitjat", "brossa",
	}
}

// rank orders folders by how likely a reply is there that filters or people moved.
func rank(f *goimap.ListData) int {
	last := f.Mailbox
	if f.Delim != 0 {
		last = last[strings.LastIndex(last, string(f.Delim))+1:]
	}
	switch {
	case is(f, goimap.MailboxAttrJunk) || slices.Contains(junkNames(), folded(last)):
		return 0
	case is(f, goimap.MailboxAttrArchive) || is(f, goimap.MailboxAttrTrash):
		return 1
	case is(f, goimap.MailboxAttrAll):
		return math.MaxInt // everything else has been looked at by then
	}
	return 2
}
