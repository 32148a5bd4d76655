package sim

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
)

// folder is an IMAP mailbox: an ordered list of mails and what its sessions
// have not been told yet.
type folder struct {
	name        string
	uidValidity uint32

	mu         sync.Mutex
	tracker    *imapserver.MailboxTracker
	letters    []*letter
	uidNext    imap.UID
	subscribed bool
	wakes      map[*view]struct{}
}

// letter is a mail in a folder. Flags are guarded by the folder's mu.
type letter struct {
	uid   imap.UID
	raw   []byte
	at    time.Time
	flags []imap.Flag
}

// view is a folder as one session sees it.
type view struct {
	folder   *folder
	readOnly bool
	tracker  *imapserver.SessionTracker
	wake     chan struct{}
}

func newFolder(name string, uidValidity uint32) *folder {
	return &folder{
		name: name, uidValidity: uidValidity, uidNext: 1,
		tracker: imapserver.NewMailboxTracker(0), wakes: map[*view]struct{}{},
	}
}

// open begins a view and says what SELECT answers, both of the same moment.
func (f *folder) open(readOnly bool) (*view, *imap.SelectData) {
	f.mu.Lock()
	defer f.mu.Unlock()
	v := &view{folder: f, readOnly: readOnly, tracker: f.tracker.NewSession(), wake: make(chan struct{}, 1)}
	f.wakes[v] = struct{}{}
	system := []imap.Flag{imap.FlagSeen, imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagDraft}
	return v, &imap.SelectData{
		Flags: system, PermanentFlags: append(slices.Clone(system), imap.FlagWildcard),
		NumMessages: uint32(len(f.letters)), UIDNext: f.uidNext, UIDValidity: f.uidValidity,
	}
}

// close ends a view.
func (v *view) close() {
	v.folder.mu.Lock()
	delete(v.folder.wakes, v)
	v.folder.mu.Unlock()
	v.tracker.Close()
}

// tell wakes the sessions that idle. The caller holds mu.
func (f *folder) tell() {
	for v := range f.wakes {
		select {
		case v.wake <- struct{}{}:
		default: // it is awake already
		}
	}
}

// append stores a mail.
func (f *folder) append(raw []byte, at time.Time, flags []imap.Flag) *imap.AppendData {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := &letter{uid: f.uidNext, raw: raw, at: at, flags: slices.Clone(flags)}
	f.uidNext++
	f.letters = append(f.letters, l)
	f.tracker.QueueNumMessages(uint32(len(f.letters)))
	f.tell()
	return &imap.AppendData{UIDValidity: f.uidValidity, UID: l.uid}
}

// copy returns all letters as they are now.
func (f *folder) copy() []letter {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]letter, len(f.letters))
	for i, l := range f.letters {
		out[i] = *l
		out[i].flags = slices.Clone(l.flags)
	}
	return out
}

// numbered is a letter with its sequence number in a view.
type numbered struct {
	*letter
	seq    uint32 // as the client counts
	server uint32 // as the folder counts
	flags  []imap.Flag
}

// chosen returns the letters of a set. A letter that the session has not been
// told of yet is not in its view: a sequence number of 0 would end the session.
// The caller holds mu.
func (v *view) chosen(set imap.NumSet) []numbered {
	set = v.static(set)
	var out []numbered
	for i, l := range v.folder.letters {
		server := uint32(i) + 1
		if s, byUID := set.(imap.UIDSet); byUID && !s.Contains(l.uid) {
			continue
		}
		if seq := v.tracker.EncodeSeqNum(server); seq != 0 && contains(set, l.uid, seq) {
			out = append(out, numbered{letter: l, seq: seq, server: server, flags: slices.Clone(l.flags)})
		}
	}
	return out
}

// contains reports whether a set without "*" names the letter; no set names all.
func contains(set imap.NumSet, uid imap.UID, seq uint32) bool {
	switch s := set.(type) {
	case imap.SeqSet:
		return s.Contains(seq)
	case imap.UIDSet:
		return s.Contains(uid)
	}
	return true
}

// static replaces "*" by the greatest number in use (RFC 3501, section 9): so
// "5:*" includes the last mail even when its UID is smaller.
func (v *view) static(set imap.NumSet) imap.NumSet {
	n := len(v.folder.letters)
	switch s := set.(type) {
	case imap.SeqSet:
		out := slices.Clone(s)
		for i := range out {
			out[i].Start, out[i].Stop = bounds(out[i].Start, out[i].Stop, uint32(n))
		}
		return out
	case imap.UIDSet:
		var last imap.UID
		if n > 0 {
			last = v.folder.letters[n-1].uid
		}
		out := slices.Clone(s)
		for i := range out {
			out[i].Start, out[i].Stop = bounds(out[i].Start, out[i].Stop, last)
		}
		return out
	}
	return set
}

// bounds resolves a range whose zeros mean the last.
func bounds[N ~uint32](start, stop, last N) (N, N) {
	if start == 0 {
		start = last
	}
	if stop == 0 {
		stop = last
	}
	return min(start, stop), max(start, stop)
}

// setFlags changes the flags of a letter and tells the other sessions. The
// caller holds mu.
func (v *view) setFlags(n numbered, op imap.StoreFlagsOp, flags []imap.Flag, source *imapserver.SessionTracker) {
	if op == imap.StoreFlagsSet {
		n.letter.flags = nil
	}
	for _, flag := range flags {
		n.letter.flags = slices.DeleteFunc(n.letter.flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(flag)) })
		if op != imap.StoreFlagsDel {
			n.letter.flags = append(n.letter.flags, flag)
		}
	}
	v.folder.tracker.QueueMessageFlags(n.server, n.uid, slices.Clone(n.letter.flags), source)
	v.folder.tell()
}

// remove takes letters out of the folder, the last first, so that the sequence
// numbers of the others hold. The caller holds mu.
func (f *folder) remove(gone func(*letter) bool) {
	for i, l := range slices.Backward(f.letters) {
		if gone(l) {
			f.letters = slices.Delete(f.letters, i, i+1)
			f.tracker.QueueExpunge(uint32(i) + 1)
		}
	}
	f.tell()
}

func (l *letter) has(flag imap.Flag) bool {
	return slices.ContainsFunc(l.flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(flag)) })
}
