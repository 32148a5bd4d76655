package sim_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"escalat/internal/sim"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/google/go-cmp/cmp"
)

// dialIMAP logs in; updates gets a signal for each EXISTS.
func dialIMAP(t *testing.T, m *sim.Mail, updates chan<- uint32) *imapclient.Client {
	t.Helper()
	c, err := imapclient.DialStartTLS(m.IMAPAddr(), &imapclient.Options{
		TLSConfig: trust(t, m),
		UnilateralDataHandler: &imapclient.UnilateralDataHandler{Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil && updates != nil {
				updates <- *data.NumMessages
			}
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Login(bridge, "secret").Wait(); err != nil {
		t.Fatal(err)
	}
	return c
}

func fetch(t *testing.T, c *imapclient.Client, uids imap.UIDSet, peek bool) []*imapclient.FetchMessageBuffer {
	t.Helper()
	list, err := c.Fetch(uids, &imap.FetchOptions{
		UID: true, Flags: true, RFC822Size: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{{Peek: peek}},
	}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestIMAPReadsWhatWasStored(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	c := dialIMAP(t, m, nil)
	data, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if data.UIDNext != 1 || data.UIDValidity == 0 || data.NumMessages != 0 {
		t.Errorf("select %+v", data)
	}
	// Byte for byte, also where no parser could follow.
	odd := []byte("this is no header\nSubject: \xff\xfe\n\n body \x00 end")
	for _, mail := range [][]byte{raw("m1", css), odd} {
		if err := m.Deliver(bridge, mail); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Noop().Wait(); err != nil {
		t.Fatal(err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 1, Stop: 0}}}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]imap.UID{1, 2}, found.AllUIDs()); diff != "" {
		t.Error(diff)
	}
	got := fetch(t, c, imap.UIDSet{{Start: 1, Stop: 0}}, true)
	if len(got) != 2 || !bytes.Equal(got[1].BodySection[0].Bytes, odd) || got[1].RFC822Size != int64(len(odd)) {
		t.Fatalf("fetched %+v", got)
	}
	if !got[0].InternalDate.Equal(morning) || len(got[0].Flags) != 0 {
		t.Errorf("letter %+v", got[0])
	}
	// "*" is the last mail, also when its UID is smaller (RFC 3501, section 6.4.8).
	// Asked by a search, because go-imap's client passes over such a fetch.
	found, err = c.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{{{Start: 9, Stop: 0}}}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]imap.UID{2}, found.AllUIDs()); diff != "" {
		t.Error(diff)
	}
	// EXAMINE writes nothing, not even \Seen.
	if got := fetch(t, c, imap.UIDSetNum(1), false); len(got) != 1 {
		t.Fatalf("fetched %d", len(got))
	}
	if got := fetch(t, c, imap.UIDSetNum(1), true); len(got[0].Flags) != 0 {
		t.Errorf("EXAMINE set %v", got[0].Flags)
	}
	err = c.Store(imap.UIDSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close()
	if err == nil {
		t.Error("EXAMINE let a flag be set")
	}
}

func TestIMAPIdleTellsOfNewMail(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	updates := make(chan uint32, 16)
	c := dialIMAP(t, m, updates)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	// One comes before IDLE and must not wait for the next.
	if err := m.Deliver(bridge, raw("m0", css)); err != nil {
		t.Fatal(err)
	}
	for n := uint32(1); n <= 3; n++ {
		idle, err := c.Idle()
		if err != nil {
			t.Fatal(err)
		}
		if n > 1 {
			if err := m.Deliver(bridge, raw("m", css)); err != nil {
				t.Fatal(err)
			}
		}
		if got := <-updates; got != n {
			t.Errorf("told of %d mails, want %d", got, n)
		}
		if err := errors.Join(idle.Close(), idle.Wait()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestIMAPFoldersAndFlags(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	for i := range 3 {
		if err := m.Deliver(bridge, raw(fmt.Sprint("m", i), css)); err != nil {
			t.Fatal(err)
		}
	}
	c := dialIMAP(t, m, nil)
	if err := c.Create("Tractats", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	fetch(t, c, imap.UIDSetNum(1), false)
	unseen, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]imap.UID{2, 3}, unseen.AllUIDs()); diff != "" {
		t.Error(diff)
	}
	byID, err := c.UIDSearch(&imap.SearchCriteria{Header: []imap.SearchCriteriaHeaderField{{Key: "Message-Id", Value: "m2@aoc.test"}}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]imap.UID{3}, byID.AllUIDs()); diff != "" {
		t.Error(diff)
	}
	if _, err := c.Move(imap.UIDSetNum(1), "Tractats").Wait(); err != nil {
		t.Fatal(err)
	}
	if err := c.Store(imap.UIDSetNum(2), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.UIDExpunge(imap.UIDSetNum(2)).Close(); err != nil {
		t.Fatal(err)
	}
	if got := fetch(t, c, imap.UIDSet{{Start: 1, Stop: 0}}, true); len(got) != 1 || got[0].UID != 3 || got[0].SeqNum != 1 {
		t.Errorf("left %+v", got)
	}
	status, err := c.Status("Tractats", &imap.StatusOptions{NumMessages: true, UIDNext: true, UIDValidity: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if *status.NumMessages != 1 || status.UIDNext != 2 {
		t.Errorf("status %+v", status)
	}
	folders, err := c.List("", "*", nil).Collect()
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) != 2 || folders[0].Mailbox != "INBOX" {
		t.Errorf("folders %+v", folders)
	}
	if n := len(m.Delivered(bridge)); n != 3 {
		t.Errorf("%d delivered, want 3 whatever became of them", n)
	}
}

func TestIMAPSectionsAndSearch(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	c := dialIMAP(t, m, nil)
	mail := raw("m1", css)
	appending := c.Append("INBOX", int64(len(mail)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagFlagged}, Time: morning})
	if _, err := appending.Write(mail); err != nil {
		t.Fatal(err)
	}
	if err := appending.Close(); err != nil {
		t.Fatal(err)
	}
	if data, err := appending.Wait(); err != nil || data.UID != 1 {
		t.Fatalf("append %+v, %v", data, err)
	}
	if err := c.Subscribe("inbox").Wait(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Select("inbox", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	head, body, _ := bytes.Cut(mail, []byte("\r\n\r\n"))
	list, err := c.Fetch(imap.UIDSetNum(1), &imap.FetchOptions{Envelope: true, BodyStructure: &imap.FetchItemBodyStructure{}, BodySection: []*imap.FetchItemBodySection{
		{Specifier: imap.PartSpecifierHeader, Peek: true},
		{Specifier: imap.PartSpecifierText, Peek: true},
		{Partial: &imap.SectionPartial{Offset: 6, Size: 3}, Peek: true},
		{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{"Subject"}, Peek: true},
	}}).Collect()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{string(head) + "\r\n\r\n", string(body), "AOC", "Subject: [AOC AOC-1] Incidencia\r\n\r\n"} {
		if got := string(list[0].BodySection[i].Bytes); got != want {
			t.Errorf("section %d: %q, want %q", i, got, want)
		}
	}
	if list[0].Envelope.MessageID != "m1@aoc.test" {
		t.Errorf("envelope %+v", list[0].Envelope)
	}
	day := morning.AddDate(0, 0, 1)
	for name, test := range map[string]struct {
		criteria imap.SearchCriteria
		hit      bool
	}{
		"flag":   {imap.SearchCriteria{Flag: []imap.Flag{imap.FlagFlagged}}, true},
		"larger": {imap.SearchCriteria{Larger: int64(len(mail))}, false},
		"since":  {imap.SearchCriteria{Since: morning}, true},
		"before": {imap.SearchCriteria{Since: morning, Before: morning}, false},
		"day":    {imap.SearchCriteria{Since: morning, Before: day}, true},
		"body":   {imap.SearchCriteria{Body: []string{"e-notum"}}, true},
		"text":   {imap.SearchCriteria{Text: []string{"no such words"}}, false},
		"not":    {imap.SearchCriteria{Not: []imap.SearchCriteria{{Flag: []imap.Flag{imap.FlagSeen}}}}, true},
		"or":     {imap.SearchCriteria{Or: [][2]imap.SearchCriteria{{{Flag: []imap.Flag{imap.FlagSeen}}, {Body: []string{"nothing"}}}}}, false},
	} {
		found, err := c.UIDSearch(&test.criteria, nil).Wait()
		if err != nil {
			t.Fatal(err)
		}
		if got := len(found.AllUIDs()) == 1; got != test.hit {
			t.Errorf("%s: %t, want %t", name, got, test.hit)
		}
	}
}

func TestIMAPFaults(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	if err := m.Deliver(bridge, raw("m", css)); err != nil {
		t.Fatal(err)
	}
	c := dialIMAP(t, m, nil)
	first, err := c.Select("INBOX", nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	m.Fail(sim.AtFetch, bridge, sim.Fault{Drop: sim.DropBefore})
	if _, err := c.Fetch(imap.UIDSetNum(1), &imap.FetchOptions{UID: true}).Collect(); err == nil {
		t.Error("fetched over a dropped connection")
	}
	c = dialIMAP(t, m, nil)
	if err := m.NewUIDValidity(bridge); err != nil {
		t.Fatal(err)
	}
	if err := c.Noop().Wait(); err == nil {
		t.Error("the connection outlived the mailbox")
	}
	c = dialIMAP(t, m, nil)
	second, err := c.Select("INBOX", nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	if second.UIDValidity <= first.UIDValidity || second.NumMessages != 1 {
		t.Errorf("first %+v, second %+v", first, second)
	}
	m.Fail(sim.AtIMAP, "", sim.Fault{Drop: sim.DropBefore})
	if _, err := imapclient.DialStartTLS(m.IMAPAddr(), &imapclient.Options{TLSConfig: trust(t, m)}); err == nil {
		t.Error("connected")
	}
	secure, err := imapclient.DialTLS(m.IMAPSAddr(), &imapclient.Options{TLSConfig: trust(t, m)})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = secure.Close() }()
	if err := secure.Login(bridge, "wrong").Wait(); err == nil {
		t.Error("wrong password was taken")
	}
	if err := secure.Authenticate(sasl.NewPlainClient("", bridge, "secret")); err != nil {
		t.Error(err)
	}
}

// TestIMAPUnannounced delivers while a client fetches: a mail that the session
// has not been told of must not appear with sequence number 0, which would end
// the session.
func TestIMAPUnannounced(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	c := dialIMAP(t, m, nil)
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	const mails = 300
	done := make(chan error, 1)
	go func() {
		var err error
		for range mails {
			err = errors.Join(err, m.Deliver(bridge, raw("m", css)))
		}
		done <- err
	}()
	var last imap.UID
	for last < mails {
		list, err := c.Fetch(imap.UIDSet{{Start: last + 1, Stop: 0}}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}}).Collect()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			if l.SeqNum == 0 {
				t.Fatal("sequence number 0")
			}
			last = max(last, l.UID)
		}
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}
