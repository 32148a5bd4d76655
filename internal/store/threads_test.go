package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/store"
)

// threadCases are found by every Message-ID that their conversation ever had.
func threadCases(t *testing.T, open func() *store.Store) {
	s := open()
	for i, thread := range [][]string{{"n0@aoc", "their-1@p"}, {"n1@aoc"}, nil} {
		c := newCase(fmt.Sprint("c", i), fmt.Sprint(i))
		c.Thread = thread
		insertCase(t, s, c)
	}
	other := newCase("other", "9")
	other.Provider, other.Notices = "ovh", []bridge.Notice{{MessageID: "n0@aoc"}, {MessageID: "\x00"}}
	insertCase(t, s, other)
	save := func(id string, thread ...string) {
		update(t, s, func(ctx context.Context, tx *store.Tx) error {
			c, err := tx.LockCase(ctx, id)
			if err != nil {
				return err
			}
			c.Thread = thread
			return tx.SaveCase(ctx, c)
		})
	}
	save("c1", "n1@aoc", "shared@p")
	save("c1", "n1@aoc") // of a long thread the middle is forgotten
	save("c2", "shared@p")
	find := func(provider string, ids ...string) (found []string) {
		view(t, s, func(ctx context.Context, tx *store.Tx) error {
			cs, err := tx.ThreadCases(ctx, provider, ids...)
			for _, c := range cs {
				found = append(found, c.ID)
			}
			return err
		})
		slices.Sort(found)
		return found
	}
	for name, test := range map[string]struct {
		provider string
		ids      []string
		want     []string
	}{
		"ours":                   {"claranet", []string{"n0@aoc"}, []string{"c0"}},
		"theirs":                 {"claranet", []string{"unknown@x", "their-1@p"}, []string{"c0"}},
		"another's notice":       {"ovh", []string{"n0@aoc"}, []string{"other"}},
		"of anybody":             {"", []string{"n0@aoc"}, []string{"c0", "other"}},
		"of two":                 {"claranet", []string{"shared@p"}, []string{"c1", "c2"}},
		"each once":              {"claranet", []string{"n0@aoc", "their-1@p", "their-1@p"}, []string{"c0"}},
		"letter case says a lot": {"claranet", []string{"N0@aoc"}, nil},
		"nothing":                {"claranet", nil, nil},
		"nothing that is one":    {"claranet", []string{"", "\x00"}, nil},
		"no pattern":             {"claranet", []string{"%"}, nil},
	} {
		if diff := cmp.Diff(test.want, find(test.provider, test.ids...)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	many := slices.Repeat([]string{"x"}, 1000)
	for i := range many {
		many[i] = fmt.Sprint(i, "@x")
	}
	save("c2", many...)
	if got := find("claranet", append([]string{"0@x"}, many...)...); !slices.Equal(got, []string{"c2"}) {
		t.Error(got)
	}
}

// TestLedgerOfAnOlderStore: a store from before the ledger counted knows how many mails
// it has, when they were decided, and the conversations of its cases.
func TestLedgerOfAnOlderStore(t *testing.T) {
	t.Parallel()
	path, url := filepath.Join(t.TempDir(), "a.db"), cluster.Database(t)
	for name, db := range map[string]struct{ url, driver, dsn string }{"sqlite": {path, "sqlite", path}, "postgres": {url, "pgx", url}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(t.Context(), store.Config{URL: db.url})
			if err != nil {
				t.Fatal(err)
			}
			c := newCase("c1", "1")
			c.Thread, c.Notices = []string{"theirs@p"}, []bridge.Notice{{Serial: 1, MessageID: "ours@aoc"}}
			insertCase(t, s, c)
			for i, reason := range []string{"names several cases", "dmarc does not pass", "sender not named by the profile"} {
				m := keepMail(t, s, uint32(i+1), "raw")
				m.Outcome, m.Reason = bridge.MailQuarantined, reason
				decide(t, s, m, true)
			}
			insertMails(t, s, 4)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			older(t, db.driver, db.dsn)
			s = open(t, db.url)
			l := account(t, s)
			if l.Seen != 7 || l.Undecided != 4 || l.Quarantined != 3 || l.OldestQuarantined.IsZero() {
				t.Errorf("%+v", l)
			}
			for uid, gate := range map[uint32]bridge.Gate{1: bridge.GateCase, 2: bridge.GateUnproved, 3: bridge.GateSender} {
				if m := mailOf(t, s, uid); m.Gate != gate || !m.DecidedAt.Equal(m.StoredAt) {
					t.Errorf("mail %d: gate %q, stored %s, decided %s", uid, m.Gate, m.StoredAt, m.DecidedAt)
				}
			}
			for _, id := range []string{"theirs@p", "ours@aoc"} {
				view(t, s, func(ctx context.Context, tx *store.Tx) error {
					cs, err := tx.ThreadCases(ctx, "claranet", id)
					if len(cs) != 1 || cs[0].ID != "c1" {
						t.Errorf("%s: %d cases", id, len(cs))
					}
					return err
				})
			}
		})
	}
}
