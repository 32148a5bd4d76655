package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/imap"
	"escalat/internal/queue"
	"escalat/internal/store"
	"escalat/mapping"
)

var errAway = errors.New("away")

const label = "escalar-claranet-sistemes"

func database(t *testing.T) *store.Store {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func profiles(t *testing.T) []mapping.Profile {
	t.Helper()
	ps, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

// woken is an engine that only notes what it is asked to do.
type woken struct {
	queue.Engine

	looks []string
	mails int
}

func (w *woken) AskLook(_ context.Context, _ *store.Tx, id string) error {
	w.looks = append(w.looks, id)
	return nil
}

func (w *woken) AskLookAt(_ context.Context, _ *store.Tx, id string, at time.Time) error {
	w.looks = append(w.looks, id+" "+at.UTC().Format(time.TimeOnly))
	return nil
}

func (w *woken) MailsStored(context.Context, *store.Tx) error {
	w.mails++
	return nil
}

func TestSinkStoresMailAndCursorTogether(t *testing.T) {
	t.Parallel()
	db, engine := database(t), &woken{}
	s := newSink(db, engine)
	small, big := "Subject: a\r\n\r\nhola", strings.Repeat("x", 2*store.ChunkSize+5)
	rows := []bridge.Mail{{Folder: "INBOX", UIDValidity: 7, UID: 5}, {Folder: "INBOX", UIDValidity: 7, UID: 6}}
	for i, data := range []string{small, big} {
		name, size, err := s.Blob(t.Context(), strings.NewReader(data))
		if err != nil || size != int64(len(data)) {
			t.Fatalf("%d bytes, %v", size, err)
		}
		rows[i].Blob, rows[i].Size = name, size
	}
	if _, known, err := s.Cursor(t.Context(), "INBOX"); known || err != nil {
		t.Errorf("cursor before the first commit: %v %v", known, err)
	}
	from, to := imap.Cursor{}, imap.Cursor{UIDValidity: 7, UID: 6}
	if err := s.Commit(t.Context(), "INBOX", from, to, rows); err != nil {
		t.Fatal(err)
	}
	if c, known, err := s.Cursor(t.Context(), "INBOX"); c != to || !known || err != nil {
		t.Errorf("cursor %v %v %v", c, known, err)
	}
	for i, want := range []string{small, big} {
		r, err := db.OpenBlob(t.Context(), rows[i].Blob)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != want {
			t.Errorf("mail %d: %d bytes, %v", i, len(got), err)
		}
	}
	if err := s.Commit(t.Context(), "INBOX", from, to, rows); !errors.Is(err, imap.ErrMoved) {
		t.Errorf("committed from an old cursor: %v", err)
	}
	if engine.mails != 1 || len(s.small) != 0 {
		t.Errorf("woken %d times, %d mails in memory", engine.mails, len(s.small))
	}
	if _, _, err := s.Blob(t.Context(), io.MultiReader(strings.NewReader("x"), broken{})); err == nil {
		t.Error("an incomplete mail was taken")
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection lost") }

// writer is an actor that must not be reached.
type writer struct{ queue.Actor }

func TestShadowWritesNothing(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	s := shadow{Actor: writer{}, now: func() time.Time { return at }, log: slog.New(slog.NewTextHandler(&log, nil))}
	e := bridge.Plan(bridge.ToMail, bridge.TransmitMail, "k", bridge.TransmitBody{To: []string{"css@claranet.es"}})
	raw, err := s.Do(t.Context(), bridge.Case{ID: "c"}, e)
	if err != nil {
		t.Fatal(err)
	}
	var r bridge.TransmitResult
	if err := json.Unmarshal(raw, &r); err != nil || !r.At.Equal(at) || !r.Shadow {
		t.Errorf("%s: %v", raw, err)
	}
	if again, found, err := s.Find(t.Context(), bridge.Case{ID: "c"}, e); !found || err != nil || string(again) != string(raw) {
		t.Errorf("%s %v %v", again, found, err)
	}
	if strings.Contains(log.String(), "css@claranet.es") {
		t.Error("the log shows the body of an effect")
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	var got []time.Duration
	for _, n := range []int{0, 1, 2, 3, 9, 10, 1000} {
		got = append(got, backoff(n))
	}
	s := time.Second
	if diff := cmp.Diff([]time.Duration{s, s, 2 * s, 4 * s, 256 * s, 300 * s, 300 * s}, got); diff != "" {
		t.Error(diff)
	}
}

// A queue that does not start is tried again, a few times: the clock is a false one.
func TestBegin(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refused, tried int
		ends           error
		after          time.Duration
	}{
		"at once":         {refused: 0, tried: 1},
		"a busy database": {refused: 3, tried: 4, after: 7 * time.Second},
		"none at all":     {refused: 99, tried: starts, ends: errAway, after: 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun, tried := time.Now(), 0
				err := begin(t.Context(), func(context.Context) error {
					if tried++; tried <= test.refused {
						return errAway
					}
					return nil
				}, slog.New(slog.DiscardHandler))
				if !errors.Is(err, test.ends) || tried != test.tried || time.Since(begun) != test.after {
					t.Errorf("tried %d times within %v: %v", tried, time.Since(begun), err)
				}
			})
		})
	}
}

func TestSecondProcessOnOneFileIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.db")
	for i, want := range []error{nil, store.ErrHeld} {
		db, err := store.Open(t.Context(), store.Config{URL: file, Exclusive: true})
		if !errors.Is(err, want) {
			t.Fatalf("process %d: %v", i, err)
		}
		if err == nil {
			t.Cleanup(func() { _ = db.Close() })
			if name, err := hold(t.Context(), db, "me", 0, slog.New(slog.DiscardHandler)); name != "me" || err != nil {
				t.Errorf("name %q, %v", name, err)
			}
		}
	}
}
