package app

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/config"
	"escalat/internal/imap"
	"escalat/internal/oauth"
	"escalat/internal/store"
	"escalat/internal/web"
)

// A cursor is stored in one way alone, and that of an older escalat is understood: what
// it had read by then is where comparing begins.
func TestCursorValues(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]imap.Cursor{
		"7/41":                               {UIDValidity: 7, UID: 41, First: 41},
		"7/41/12/0":                          {UIDValidity: 7, UID: 41, First: 12},
		"7/41/0/99":                          {UIDValidity: 7, UID: 41, Anew: 99},
		"4294967295/4294967295/1/4294967295": {UIDValidity: 4294967295, UID: 4294967295, First: 1, Anew: 4294967295},
	} {
		got, err := parseCursor(value)
		if err != nil || got != want || cursorValue(got) != value {
			t.Errorf("%s: %+v, %v, stored as %s", value, got, err, cursorValue(got))
		}
	}
	for _, value := range []string{"", "7", "7/x", "7/1/2", "x"} {
		if got, err := parseCursor(value); err == nil {
			t.Errorf("%q: %+v", value, got)
		}
	}
	if cursorValue(imap.Cursor{}) != "" {
		t.Error("no cursor has a value")
	}
}

// The sink tells the reader what the ledger knows, in words that show whose failure it is.
func TestSinkTellsWhatTheLedgerHas(t *testing.T) {
	t.Parallel()
	db := database(t)
	s := markedSink{newSink(db, &woken{})}
	counted := map[bridge.MailOutcome]int{}
	s.decided = func(o bridge.MailOutcome) { counted[o]++ }
	at := imap.Cursor{UIDValidity: 7, UID: 9, First: 3}
	rows := []bridge.Mail{
		{Folder: "INBOX", UIDValidity: 7, UID: 4, MessageID: "a@x", Size: 10, Outcome: bridge.MailUnrelated, Reason: "so"},
		{Folder: "INBOX", UIDValidity: 7, UID: 9, MessageID: "b@x", Size: 10, Outcome: bridge.MailUnrelated, Reason: "so"},
	}
	if err := s.Commit(t.Context(), "INBOX", imap.Cursor{}, at, rows); err != nil {
		t.Fatal(err)
	}
	// A mail below the cursor leaves it where it is.
	late := []bridge.Mail{{Folder: "INBOX", UIDValidity: 7, UID: 6, Outcome: bridge.MailUnrelated, Reason: "late"}}
	if err := s.Commit(t.Context(), "INBOX", at, at, late); err != nil {
		t.Fatal(err)
	}
	if c, _, err := s.Cursor(t.Context(), "INBOX"); c != at || err != nil {
		t.Errorf("cursor %+v, %v", c, err)
	}
	if err := s.Commit(t.Context(), "INBOX", imap.Cursor{}, at, rows); !errors.Is(err, imap.ErrMoved) {
		t.Errorf("committed from an old cursor: %v", err)
	}
	if diff := cmp.Diff(map[bridge.MailOutcome]int{bridge.MailUnrelated: 3}, counted); diff != "" {
		t.Error(diff)
	}
	missing, err := s.Missing(t.Context(), "INBOX", 7, []uint32{4, 5, 6, 9})
	if diff := cmp.Diff([]uint32{5}, missing); diff != "" || err != nil {
		t.Errorf("missing: %v\n%s", err, diff)
	}
	like, err := s.Like(t.Context(), "a@x", 10)
	if err != nil || len(like) != 1 || like[0].UID != 4 {
		t.Errorf("like %+v, %v", like, err)
	}
	if when, err := s.Searched(t.Context()); !when.IsZero() || err != nil {
		t.Errorf("searched %v, %v", when, err)
	}
	now := time.UnixMilli(1_800_000_000_000)
	if err := db.Update(t.Context(), func(ctx context.Context, tx *store.Tx) error { return setTime(ctx, tx, mailboxSearched, now) }); err != nil {
		t.Fatal(err)
	}
	if when, err := s.Searched(t.Context()); !when.Equal(now) || err != nil {
		t.Errorf("searched %v, %v", when, err)
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err1 := s.Missing(ended, "INBOX", 7, []uint32{1})
	_, err2 := s.Like(ended, "a@x", 10)
	_, err3 := s.Searched(ended)
	for i, err := range []error{err1, err2, err3} {
		if why(err) != "the store fails, see the log" {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// What ends and nothing works without is said in time, each by its name.
func TestWarnsOfEnds(t *testing.T) {
	t.Parallel()
	var cfg config.Config
	if got := expiries(cfg); len(got) != 0 {
		t.Errorf("watched %v", got)
	}
	for text, date := range map[string]*config.Date{"2027-03-31": &cfg.Jira.TokenExpires, "2028-03-31": &cfg.OAuth.Expires} {
		if err := date.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for day, want := range map[string]string{
		"2027-01-01": "", "2027-03-20": `credentials end soon, make others" what="the token for Jira"`, "2027-04-01": `credentials have ended, make others" what="the token for Jira"`,
		"2028-03-20": `credentials end soon, make others" what="the secret for access to the mail servers"`,
	} {
		now, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		var log bytes.Buffer
		l := &leading{now: func() time.Time { return now }, log: slog.New(slog.NewTextHandler(&log, nil))}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		for _, e := range expiries(cfg) {
			if err := l.warn(ended, e); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
		}
		if text := log.String(); want == "" && text != "" || !strings.Contains(text, want) {
			t.Errorf("%s: %q lacks %q", day, text, want)
		}
	}
}

// What the reader and the source of tokens say is what the metrics show.
func TestMailboxMetrics(t *testing.T) {
	t.Parallel()
	box := boxOf(imap.Status{Searched: 1, Refused: 2, LeftOut: 3, FoundSearched: 4, FoundCompared: 5}, 6)
	if diff := cmp.Diff(web.Mailbox{Watched: 6, Searched: 1, Refused: 2, LeftOut: 3, FoundSearched: 4, FoundCompared: 5}, box); diff != "" {
		t.Error(diff)
	}
	at := time.Unix(1_800_000_000, 0)
	got := tokensOf(oauth.Status{Obtained: at, Ends: at.Add(1), Success: at.Add(2), Failures: 3})
	if diff := cmp.Diff(web.Tokens{Obtained: at, Ends: at.Add(1), Success: at.Add(2), Failures: 3}, got); diff != "" {
		t.Error(diff)
	}
}
