package app

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/internal/store"
	"escalat/mapping/wiki"
)

// weekOf is a week in mode shadow, as the store has it: cases, their audit, what was
// recorded, and what people sent by hand.
type weekOf struct {
	t     *testing.T
	store *store.Store
	at    time.Time // the clock of the store
}

func (w *weekOf) update(do func(ctx context.Context, tx *store.Tx) error) {
	w.t.Helper()
	if err := w.store.Update(w.t.Context(), do); err != nil {
		w.t.Fatal(err)
	}
}

// opens makes a case, with what the stages said of it.
func (w *weekOf) opens(c bridge.Case, audit ...bridge.Entry) {
	w.t.Helper()
	c.IssueID, c.Ordinal, c.Rev = c.IssueKey, 1, 1
	if c.Provider == "" {
		c.Provider = "claranet"
	}
	insert(w.t, w.store, c)
	w.update(func(ctx context.Context, tx *store.Tx) error { return tx.AppendAudit(ctx, c, audit) })
}

// records plans effects and has them done, or failed, as mode shadow does.
func (w *weekOf) records(id string, state bridge.EffectState, result string, all ...bridge.Effect) {
	w.t.Helper()
	w.update(func(ctx context.Context, tx *store.Tx) error {
		c, err := tx.LockCase(ctx, id)
		if err != nil {
			return err
		}
		if _, err := tx.PlanEffects(ctx, id, all); err != nil {
			return err
		}
		for _, e := range all {
			head, err := tx.Head(ctx, c.ID, e.Target)
			if err != nil {
				return err
			}
			claimed, err := tx.ClaimEffect(ctx, head, true, "w")
			if err != nil {
				return err
			}
			claimed.State, claimed.Result, claimed.EndedAt = state, json.RawMessage(result), w.at
			if err := tx.EndAttempt(ctx, claimed); err != nil {
				return err
			}
		}
		return nil
	})
}

func said(at time.Time, stage, action, reason string) bridge.Entry {
	return bridge.Entry{At: at, Stage: stage, Action: action, Reason: reason}
}

// TestShadowReport: a built week gives the same report in each language, and the same
// comparison.
func TestShadowReport(t *testing.T) {
	t.Parallel()
	profiles := profiles(t)
	began := time.Date(2026, 11, 16, 7, 0, 0, 0, time.UTC) // a Monday
	w := &weekOf{t: t, at: began}
	var err error
	w.store, err = store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "a.db"), Now: func() time.Time { return w.at }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.store.Close() })
	w.play(began)
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	now := began.Add(5*24*time.Hour + time.Hour)
	r, err := reportShadow(t.Context(), w.store, profiles, texts, time.Time{}, now)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"ca", "es", "en"} {
		got, err := r.Text(lang, profiles, zone)
		if err != nil {
			t.Fatal(err)
		}
		goldenReport(t, filepath.Join("testdata", "shadow-"+lang+".golden"), got)
	}
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	goldenReport(t, filepath.Join("testdata", "shadow.json.golden"), string(raw)+"\n")
	if later, err := reportShadow(t.Context(), w.store, profiles, texts, now.Add(-time.Minute), now); err != nil || later.Issues != 0 || len(later.Effects) != 0 || len(later.Compared) != 0 {
		t.Errorf("since a minute ago: %+v, %v", later, err)
	}
	w.update(func(ctx context.Context, tx *store.Tx) error {
		return writeShadowing(ctx, tx, shadowing{Began: began, Ended: began.Add(30 * time.Hour)})
	})
	over, err := reportShadow(t.Context(), w.store, profiles, texts, time.Time{}, now)
	if err != nil || over.Running || !over.To.Equal(began.Add(30*time.Hour)) || over.Issues >= r.Issues {
		t.Errorf("once it is over: %+v, %v", over, err)
	}
	if told, err := over.Text("ca", profiles, zone); err != nil || !strings.Contains(told, "ja s’ha acabat") {
		t.Errorf("%s, %v", told, err)
	}
	if _, err := r.Text("fr", profiles, zone); err == nil {
		t.Error("there is no French")
	}
}

// play is the week.
func (w *weekOf) play(began time.Time) {
	w.t.Helper()
	day := func(n, hour, minute int) time.Time {
		return time.Date(2026, 11, 15+n, hour-1, minute, 0, 0, time.UTC) // as the wall shows it
	}
	w.update(func(ctx context.Context, tx *store.Tx) error { return writeShadowing(ctx, tx, shadowing{Began: began}) })
	first := bridge.Notice{
		Serial: 1, MessageID: "n1@aoc.test", Subject: "[AOC AOC-1] Registre", To: []string{"css@claranet.test"}, Size: 9000, SentAt: day(1, 10, 39), Shadow: true, Kind: "sistemas",
		Files: []bridge.Evidence{{ID: "1", Name: "traça.log", Size: 20}}, Hidden: []bridge.Hidden{{Kind: bridge.PrivatePassword, Place: bridge.PlaceRest, Line: 2}},
		Omitted: []bridge.Evidence{{ID: "2", Name: "padro.xlsx", Why: bridge.LeftPrivate}, {ID: "3", Name: "p.png", Why: bridge.LeftImage}}, Tongue: "ca",
	}
	w.opens(bridge.Case{ID: "c1", IssueKey: "AOC-1", Kind: "sistemas", State: bridge.Answered, OpenedAt: day(1, 10, 37), LabelledAt: day(1, 10, 37), Notices: []bridge.Notice{first}},
		said(day(1, 10, 37), "watch", "opened", "label"), said(day(1, 10, 38), "validate", "complete", ""))
	w.at = day(1, 10, 39)
	w.records("c1", bridge.EffectDone, `{"at":"2026-11-16T09:39:00Z","shadow":true}`,
		bridge.Plan(bridge.ToMail, bridge.TransmitMail, "t1", bridge.TransmitBody{MessageID: "n1@aoc.test", To: first.To}),
		bridge.Plan(bridge.ToJira, bridge.PostComment, "k1", bridge.CommentBody{Text: "Enviat"}),
		bridge.Plan(bridge.ToMarks, bridge.EditLabels, "l1", bridge.LabelsBody{Add: []string{"claranet-enviat"}}))
	w.records("c1", bridge.EffectDone, `{"shadow":true,"skipped":true}`, bridge.Plan(bridge.ToJira, bridge.PostComment, "k2", bridge.CommentBody{Text: "no longer"}))
	w.records("c1", bridge.EffectFailed, `{"error":"x"}`, bridge.Plan(bridge.ToFiles, bridge.PostAttachment, "f1", bridge.AttachBody{Name: "x"}))

	night := bridge.Notice{Serial: 1, MessageID: "n2@aoc.test", SentAt: day(2, 23, 30), Shadow: true, Kind: "redes", Untranslated: bridge.NoTranslator, Pending: []string{"impact"}}
	w.opens(bridge.Case{ID: "c2", IssueKey: "AOC-2", Kind: "redes", State: bridge.Sent, OpenedAt: day(2, 22, 10), LabelledAt: day(2, 22, 9), Notices: []bridge.Notice{night}},
		said(day(2, 22, 10), "watch", "opened", "label"), said(day(2, 22, 11), "validate", "ask", "impact, evidence"), said(day(2, 22, 40), "validate", "still-missing", "nobody changed anything: impact"), said(day(2, 23, 29), "validate", "forced", ""))
	w.opens(bridge.Case{ID: "c3", IssueKey: "AOC-3", Kind: "sistemas", State: bridge.Asked, OpenedAt: day(3, 9, 0), LabelledAt: day(3, 9, 0), Request: bridge.Request{Count: 1}, FormerKeys: []string{"VELL-3"}},
		said(day(3, 9, 0), "watch", "opened", "label"), said(day(3, 9, 1), "validate", "ask", "impact"))
	w.opens(bridge.Case{ID: "c4", IssueKey: "AOC-4", State: bridge.Listed, OpenedAt: day(1, 9, 0), LabelledAt: day(1, 7, 0)}, said(day(1, 9, 0), "watch", "listed", ""))
	w.opens(bridge.Case{ID: "c5", IssueKey: "AOC-5", State: bridge.Refused, OpenedAt: day(4, 9, 0)}, said(day(4, 9, 0), "watch", "refused", ""))
	w.opens(bridge.Case{ID: "c6", IssueKey: "AOC-6", Provider: "ovh", State: bridge.Sent, OpenedAt: day(4, 11, 0), Notices: []bridge.Notice{{Serial: 1, SentAt: day(4, 11, 1), Shadow: true}}},
		said(day(4, 11, 0), "watch", "opened", "label"))
	w.opens(bridge.Case{ID: "c7", IssueKey: "AOC-7", Kind: "sistemas", State: bridge.Sent, OpenedAt: day(4, 12, 0), Notices: []bridge.Notice{{Serial: 1, SentAt: day(4, 12, 5), Shadow: true, Kind: "sistemas"}}},
		said(day(4, 12, 0), "watch", "opened", "label"), said(day(4, 12, 4), "validate", "complete", ""))
	w.opens(bridge.Case{ID: "c0", IssueKey: "AOC-0", Kind: "sistemas", State: bridge.Sent, OpenedAt: began.Add(-time.Hour)}, said(began.Add(-time.Hour), "watch", "opened", "label"))
	for id, by := range map[string]bridge.ByHand{
		"h1": {Key: "AOC-1", SentAt: day(1, 10, 42)}, "h1b": {Key: "AOC-1", SentAt: day(1, 15, 0), Answer: true}, "h1c": {Key: "AOC-1", SentAt: day(1, 16, 0)},
		"h2": {Key: "AOC-2", SentAt: day(2, 22, 50)}, "h3": {Key: "VELL-3", SentAt: day(3, 9, 30)}, "h4": {Key: "AOC-4", SentAt: day(1, 9, 30)},
		"h5": {Key: "AOC-5", SentAt: day(4, 9, 30)}, "h8": {Key: "AOC-88", SentAt: day(5, 9, 30)}, "h9": {Key: "AOC-99", SentAt: day(5, 9, 31), Answer: true},
		"h0": {Key: "AOC-77", SentAt: began.Add(-time.Minute)},
	} {
		by.MessageID, by.Provider, by.Domain = id, "claranet", "aoc.test"
		w.update(func(ctx context.Context, tx *store.Tx) error { return tx.NoteByHand(ctx, by) })
	}
}
