package sim_test

import (
	"testing"

	"github.com/emersion/go-imap/v2"
)

// TestChanges: whatever would change a mailbox is counted, and reading is not.
func TestChanges(t *testing.T) {
	t.Parallel()
	m := newMail(t)
	if err := m.Deliver(bridge, []byte("Subject: a\r\n\r\nb\r\n")); err != nil {
		t.Fatal(err)
	}
	c := dialIMAP(t, m, nil)
	want := m.Changes()
	step := func(what string, err error, more int) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if want += more; m.Changes() != want {
			t.Errorf("%s: %d changes, want %d", what, m.Changes(), want)
		}
	}
	_, err := c.Select("INBOX", &imap.SelectOptions{ReadOnly: true}).Wait()
	step("EXAMINE", err, 0)
	fetch(t, c, imap.UIDSetNum(1), true)
	step("FETCH", nil, 0)
	_, err = c.List("", "*", nil).Collect()
	step("LIST", err, 0)
	_, err = c.Select("INBOX", nil).Wait()
	step("SELECT", err, 1)
	step("CREATE", c.Create("Arxiu", nil).Wait(), 1)
	_, err = c.Store(imap.SeqSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Collect()
	step("STORE", err, 1)
	_, err = c.Move(imap.SeqSetNum(1), "Arxiu").Wait()
	step("MOVE", err, 1)
}
