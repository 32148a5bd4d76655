package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver

	"escalat/bridge"
	"escalat/internal/store"
)

// knowing returns the ids of the cases that know the ticket, sorted.
func knowing(t *testing.T, s *store.Store, numbers ...string) (ids []string) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx *store.Tx) error {
		cs, err := tx.TicketCases(ctx, "claranet", numbers...)
		ids = nil
		for _, c := range cs {
			ids = append(ids, c.ID)
		}
		return err
	})
	slices.Sort(ids)
	return ids
}

// ticketCases are found by what they know now, in whatever letter case.
func ticketCases(t *testing.T, open func() *store.Store) {
	s := open()
	for i, refs := range [][]string{{"INC-1"}, {"inc-1", "2"}, nil, {"Número-ñ\x00"}} {
		c := newCase(fmt.Sprint("c", i), fmt.Sprint(i))
		c.References = refs
		insertCase(t, s, c)
	}
	other := newCase("other", "9")
	other.Provider, other.References = "ovh", []string{"INC-1"}
	insertCase(t, s, other)
	save := func(id string, refs ...string) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			c, err := tx.LockCase(ctx, id)
			if err != nil {
				return err
			}
			c.References = refs
			return tx.SaveCase(ctx, c)
		})
	}
	save("c2", "3", "INC-1")
	save("c2", "3", "INC-1")
	for number, want := range map[string][]string{"Inc-1": {"c0", "c1", "c2"}, "2": {"c1"}, "3": {"c2"}, "NÚMERO-Ñ": {"c3"}, "INC-%": nil, "": nil} {
		if diff := cmp.Diff(want, knowing(t, s, number)); diff != "" {
			t.Errorf("%s: %s", number, diff)
		}
	}
	if diff := cmp.Diff([]string{"c1", "c2"}, knowing(t, s, "2", "3", "3")); diff != "" {
		t.Error(diff)
	}
	save("c2", "3") // what a case does not know any more, or never did, does not find it
	if diff := cmp.Diff([]string{"c0", "c1"}, knowing(t, s, "inc-1")); diff != "" {
		t.Error(diff)
	}
}

// TestTicketsOfAnOlderStore: a store from before the table of tickets finds its cases
// by their references once it was opened.
func TestTicketsOfAnOlderStore(t *testing.T) {
	t.Parallel()
	path, url := filepath.Join(t.TempDir(), "a.db"), cluster.Database(t)
	for name, db := range map[string]struct{ url, driver, dsn string }{"sqlite": {path, "sqlite", path}, "postgres": {url, "pgx", url}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), store.Config{URL: db.url})
			if err != nil {
				t.Fatal(err)
			}
			for i, refs := range [][]string{{"INC-1", "2"}, nil, {"inc-1"}} {
				c := newCase(fmt.Sprint("c", i), fmt.Sprint(i))
				c.References = refs
				c.Notices = []bridge.Notice{{Serial: 1, Subject: `"references":["7"]`}}
				insertCase(t, s, c)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			older(t, db.driver, db.dsn)
			for range 2 { // the second time there is nothing to do
				s := open(t, db.url)
				if diff := cmp.Diff([]string{"c0", "c2"}, knowing(t, s, "INC-1")); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff([]string{"c0"}, knowing(t, s, "2")); diff != "" {
					t.Error(diff)
				}
				if got := knowing(t, s, "7"); len(got) != 0 {
					t.Error(got)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// older takes a store back to its version 2.
func older(t *testing.T, driver, dsn string) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	statements := []string{"DROP TABLE by_hand", "DROP TABLE tickets", "DROP TABLE threads", "DELETE FROM cursors WHERE name = 'mails seen'"}
	for _, index := range []string{"kept", "told", "case", "hash", "outcome"} {
		statements = append(statements, "DROP INDEX mails_"+index)
	}
	for _, column := range []string{"again", "planned", "case_rev", "released", "decided_at", "gate", "provider", "sender", "hash"} {
		statements = append(statements, "ALTER TABLE mails DROP COLUMN "+column)
	}
	for _, statement := range append(statements, "DELETE FROM goose_db_version WHERE version_id > 2") {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(statement, err)
		}
	}
}

// TestMailsComeAsInTheirFolder also where the clock went back while they were stored.
func TestMailsComeAsInTheirFolder(t *testing.T) {
	t.Parallel()
	at := time.Now()
	s, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "a.db"), Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	for _, uids := range [][]uint32{{3, 4}, {7, 8}, {11}} {
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			var ms []bridge.Mail
			for _, uid := range uids {
				ms = append(ms, bridge.Mail{Folder: "INBOX", UIDValidity: 1, UID: uid})
			}
			return tx.InsertMails(ctx, ms)
		})
		at = at.Add(-time.Minute)
	}
	var got []uint32
	for _, m := range claimMails(t, s, 100) {
		got = append(got, m.UID)
	}
	if diff := cmp.Diff([]uint32{3, 4, 7, 8, 11}, got); diff != "" {
		t.Error(diff)
	}
}
