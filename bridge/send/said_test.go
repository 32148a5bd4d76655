package send_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/send"
)

// TestWordsThatMayNotLeave: immediately before it is composed, and before it is
// transmitted, the comment is read again.
func TestWordsThatMayNotLeave(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*bench)
		fault  bridge.Fault
		told   bool
	}{
		"deleted":     {func(b *bench) { b.issue.Comments = nil }, bridge.FaultGone, true},
		"edited":      {func(b *bench) { b.issue.Comments[0].Body += "!" }, bridge.FaultEdited, false},
		"no address":  {func(b *bench) { b.issue.Comments[0].Body = "res" }, bridge.FaultGone, true},
		"emptied":     {func(b *bench) { b.issue.Comments[0].Body = "Per a Claranet:" }, bridge.FaultGone, true},
		"restricted":  {func(b *bench) { b.issue.Comments[0].Restricted = true }, bridge.FaultHidden, false},
		"public":      {func(b *bench) { b.issue.Comments[0].Public = true }, bridge.FaultHidden, false},
		"no more may": {func(b *bench) { b.issue.Barred = []string{"npuig"} }, bridge.FaultBarred, false},
		"a customer":  {func(b *bench) { b.issue.Comments[0].Author.Customer = true }, bridge.FaultGone, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ends := func(b *bench, o bridge.Outcome) {
				t.Helper()
				if _, planned := o.Case.OnItsWay("7"); planned || !o.Case.DueAt.Equal(day) || len(o.Effects) != map[bool]int{true: 1}[test.told] {
					t.Errorf("%+v", o)
				}
				if len(o.Case.Notices) != 1 || len(b.sent) != 0 {
					t.Errorf("%d notices, %d sent", len(o.Case.Notices), len(b.sent))
				}
			}
			b := newBench(t)
			b.has(t)
			b.says("7", words)
			e := b.relaying(t, 2, "7")
			test.change(b)
			r := b.run(t, e)
			if !r.Nothing || r.Fault != test.fault || b.blobs["b1"] != nil {
				t.Fatalf("composed: %+v", r)
			}
			raw, _ := json.Marshal(r)
			ends(b, b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw}))

			b = newBench(t)
			b.has(t)
			b.says("7", words)
			e = b.follows(t, b.relaying(t, 2, "7"))
			test.change(b)
			raw, err := b.transmitter.Do(t.Context(), b.c, e)
			if err != nil {
				t.Fatal(err)
			}
			ends(b, b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw}))
			// What may have left once is not sent again when it may not leave any more.
			e.Sends = 2
			raw, err = b.transmitter.Do(t.Context(), b.c, e)
			if sent := len(b.sent) == 1; err != nil || sent != (test.fault == bridge.FaultEdited) {
				t.Fatalf("sent %v: %v", sent, err)
			}
			if len(b.sent) > 0 {
				return
			}
			o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
			if key, _ := told(t, o); !strings.HasPrefix(key, "stuck/") || len(o.Case.Notices) != 2 {
				t.Errorf("%s: %+v", key, o.Case.Notices)
			}
		})
	}
}

// TestFaultsOfSaid: what a command says besides leaves only while it still says so where it
// counts.
func TestFaultsOfSaid(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*bench)
		leaves bool
	}{
		"as it is":   {func(*bench) {}, true},
		"more lines": {func(b *bench) { b.issue.Comments[0].Body += "\nno és per a ells" }, true},
		"deleted":    {func(b *bench) { b.issue.Comments = nil }, false},
		"edited":     {func(b *bench) { b.issue.Comments[0].Body = "escalat reclama" }, false},
		"restricted": {func(b *bench) { b.issue.Comments[0].Restricted = true }, false},
		"barred":     {func(b *bench) { b.issue.Barred = []string{"npuig"} }, false},
	} {
		b := newBench(t)
		b.has(t)
		b.says("8", "escalat reclama és  *molt* urgent")
		e := about(2, bridge.ComposeBody{About: bridge.AboutClaim, Comment: "8", Said: "és molt urgent"})
		test.change(b)
		if r := b.run(t, e); r.Nothing == test.leaves || test.leaves && strings.Contains(b.shown(t), "no és per a ells") {
			t.Errorf("%s: %+v", name, r)
		}
	}
	b := newBench(t)
	b.has(t)
	if r := b.run(t, about(2, bridge.ComposeBody{About: bridge.AboutClaim, Comment: "8"})); r.Nothing {
		t.Errorf("a claim without words: %+v", r)
	}
}

// TestUnwantedAbout: of a case that is closed only the end is told, of one that is open
// anything else; the label decides nothing about one that was opened again.
func TestUnwantedAbout(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		about   bridge.About
		closing bridge.Closing
		change  func(*bench)
		leaves  bool
	}{
		"words":                       {bridge.AboutWords, "", nil, true},
		"words, closed":               {bridge.AboutWords, bridge.ByCommand, nil, false},
		"words, closed by the label":  {bridge.AboutWords, bridge.ByLabel, nil, false},
		"claim, closed":               {bridge.AboutClaim, bridge.ByResolved, nil, false},
		"again, closed":               {bridge.AboutAgain, bridge.ByCommand, nil, false},
		"close":                       {bridge.AboutClose, bridge.ByCommand, nil, true},
		"close, resolved":             {bridge.AboutClose, bridge.ByResolved, nil, true},
		"close, open again":           {bridge.AboutClose, "", nil, false},
		"reopen":                      {bridge.AboutReopen, "", nil, true},
		"reopen, closed again":        {bridge.AboutReopen, bridge.ByCommand, nil, false},
		"claim, no label":             {bridge.AboutClaim, "", func(b *bench) { b.issue.Labels = nil }, false},
		"claim, no label, reopened":   {bridge.AboutClaim, "", func(b *bench) { b.issue.Labels, b.c.ReopenedAt = nil, day }, true},
		"claim, first not known left": {bridge.AboutClaim, "", func(b *bench) { b.c.Notices[0].SentAt = time.Time{} }, false},
	} {
		b := newBench(t)
		b.has(t)
		b.says("7", words)
		b.c.Closing = test.closing
		e := b.relaying(t, 2, "7")
		if test.about != bridge.AboutWords {
			e = about(2, bridge.ComposeBody{About: test.about})
		}
		if test.change != nil {
			test.change(b)
		}
		raw, err := b.composer.Do(t.Context(), b.c, e)
		var r bridge.ComposeResult
		if err == nil {
			err = json.Unmarshal(raw, &r)
		}
		if leaves := err == nil && r.Notice.MessageID != ""; leaves != test.leaves {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
		if err != nil || test.leaves {
			continue
		}
		o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
		waits := test.about == bridge.AboutWords || r.Withdrawn != ""
		if len(o.Effects) != map[bool]int{true: 1}[waits] {
			t.Errorf("%s: told %d", name, len(o.Effects))
		}
		if _, planned := o.Case.OnItsWay("7"); planned && test.about == bridge.AboutWords {
			t.Errorf("%s: the text is held to be on its way", name)
		}
	}
}

// TestAboutThatDoesNotGoWell: each ending says what it was, and leaves the case as it is.
func TestAboutThatDoesNotGoWell(t *testing.T) {
	t.Parallel()
	said := map[bridge.About]string{
		bridge.AboutWords: "amb el vostre text", bridge.AboutClaim: "per reclamar resposta", bridge.AboutAgain: "per reenviar", bridge.AboutReopen: "per reobrir",
	}
	for what, want := range said {
		for name, test := range map[string]struct {
			event bridge.Event
			sends int
			key   string
		}{
			"refused":  {bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(errors.New("550"))}, 1, "failed/"},
			"unproved": {bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(send.ErrUnproved)}, 2, "stuck/"},
			"no first": {bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(send.ErrFirstElsewhere)}, 1, "not-added/transmit/"},
			"unknown":  {bridge.Event{What: bridge.Unknown, At: day, Err: errors.New("EOF")}, 1, "unknown/"},
			"again":    {bridge.Event{What: bridge.Absent, At: day}, 1, "again/"},
			"delayed":  {bridge.Event{What: bridge.Delayed, At: day, Err: errors.New("refused")}, 1, "delayed/"},
		} {
			b := newBench(t)
			b.has(t)
			b.says("7", words)
			e := b.relaying(t, 2, "7")
			if what != bridge.AboutWords {
				e = about(2, bridge.ComposeBody{About: what})
			}
			e = b.follows(t, e)
			e.Sends, e.Tries = test.sends, 6
			o := b.transmitter.Settle(b.c, e, test.event)
			if key, text := told(t, o); !strings.HasPrefix(key, test.key) || !strings.Contains(text, want) || o.Case.State != bridge.Sent {
				t.Errorf("%s, %s: %s in %s:\n%s", what, name, key, o.Case.State, text)
			}
			_, planned := o.Case.OnItsWay("7")
			if lost := test.key == "failed/" || name == "no first"; what == bridge.AboutWords && planned == lost {
				t.Errorf("%s: the text is on its way: %v", name, planned)
			}
		}
		b := newBench(t)
		b.has(t)
		b.says("7", words)
		e := b.relaying(t, 2, "7")
		if what != bridge.AboutWords {
			e = about(2, bridge.ComposeBody{About: what})
		}
		o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(errors.New("full"))})
		if key, text := told(t, o); !strings.HasPrefix(key, "failed/compose/") || !strings.Contains(text, want) {
			t.Errorf("%s is not composed: %s\n%s", what, key, text)
		}
	}
}

// TestRefusedWithFiles: a text goes without its files where the mail with them is refused.
func TestRefusedWithFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.has(t)
	b.upload("1", "captura 2.png", "\x89PNG")
	b.says("7", words)
	e := b.follows(t, b.relaying(t, 2, "7", "1"))
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(bridge.ErrTooLarge)})
	if len(o.Effects) != 1 || o.Effects[0].Kind != bridge.ComposeMail {
		t.Fatalf("%+v", o)
	}
	b.c = o.Case
	e = b.follows(t, o.Effects[0])
	if n := b.c.Notices[1]; len(n.Files) != 0 || n.About != bridge.AboutWords || n.Comment != "7" || !strings.Contains(b.shown(t), "node 1") {
		t.Errorf("%+v", n)
	}
	if raw, err := b.transmitter.Do(t.Context(), b.c, e); err != nil || len(b.sent) != 1 {
		t.Errorf("%s, %v", raw, err)
	}
}
