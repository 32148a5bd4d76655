package send_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/send"
)

// content is what the composed mail has attached, by name.
func (b *bench) content(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, p := range b.mail(t).Parts {
		r, err := message.Open(bytes.NewReader(b.blobs["b1"]), p.Index, message.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[p.Name] = string(data)
	}
	return out
}

// reasons are why files were left out, by name.
func reasons(omitted []bridge.Evidence) map[string]bridge.LeftOut {
	out := map[string]bridge.LeftOut{}
	for _, f := range omitted {
		out[f.Name] = f.Why
	}
	return out
}

func TestEvidenceGoesWithTheMail(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload("1", "vell.log", "primer\n")
	b.upload("2", "captura amb nom llarg i à.png", "\x89PNG\r\n\x00")
	b.issue.Attachments = append(b.issue.Attachments, bridge.Attachment{ID: "3", Name: "nostre.eml", Size: 1, Own: true})
	e := b.transmitting(t)
	n := b.c.Notices[0]
	sum := sha256.Sum256([]byte("primer\n"))
	if len(n.Files) != 2 || len(n.Omitted) != 0 || n.Files[1].Digest != hex.EncodeToString(sum[:]) || !b.c.Has(n.Files[0].Digest) || !b.c.Has(n.Files[1].Digest) {
		t.Errorf("%+v, the case has %q", n.Files, b.c.Files)
	}
	if diff := cmp.Diff(map[string]string{"vell.log": "primer\n", "captura amb nom llarg i à.png": "\x89PNG\r\n\x00"}, b.content(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2", "1"}, b.c.Brought()); diff != "" {
		t.Error(diff)
	}
	if bytes.Contains(b.blobs["b1"], []byte("nostre")) {
		t.Error("our own upload is spoken of")
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
	if _, text := told(t, o); !strings.Contains(text, "vell.log") || strings.Contains(text, "envia-adjunts") {
		t.Errorf("the comment:\n%s", text)
	}
}

// TestFileThatJiraDoesNotGive: a refusal is met without it at once, all else after
// some tries, and never by a broken mail.
func TestFileThatJiraDoesNotGive(t *testing.T) {
	t.Parallel()
	away := errors.New("503")
	tests := map[string]struct {
		change func(*bench)
		tries  int
		goes   bool
	}{
		"refused":                         {func(b *bench) { b.lost["1"] = bridge.Permanent(errors.New("403")); delete(b.files, "1") }, 1, true},
		"refused while it is read":        {func(b *bench) { b.lost["1"] = bridge.Permanent(errors.New("cut off")) }, 1, true},
		"away":                            {func(b *bench) { b.lost["1"] = away; delete(b.files, "1") }, 1, false},
		"away the second time":            {func(b *bench) { b.lost["1"] = away; delete(b.files, "1") }, 2, false},
		"away the third time":             {func(b *bench) { b.lost["1"] = away; delete(b.files, "1") }, 3, true},
		"breaks off":                      {func(b *bench) { b.lost["1"] = away }, 2, false},
		"breaks off the third time":       {func(b *bench) { b.lost["1"] = away }, 3, true},
		"is cut off":                      {func(b *bench) { b.lost["1"] = fmt.Errorf("read: %w", io.ErrUnexpectedEOF) }, 2, false},
		"is cut off the third time":       {func(b *bench) { b.lost["1"] = fmt.Errorf("read: %w", io.ErrUnexpectedEOF) }, 3, true},
		"ends early":                      {func(b *bench) { b.files["1"] = "evid" }, 1, false},
		"ends early the third time":       {func(b *bench) { b.files["1"] = "evid" }, 3, true},
		"has more bytes":                  {func(b *bench) { b.files["1"] = "evidence and more" }, 1, false},
		"has more bytes the fourth time":  {func(b *bench) { b.files["1"] = "evidence and more" }, 4, true},
		"both are away the third time":    {func(b *bench) { b.lost["1"], b.lost["2"] = away, away }, 3, true},
		"there, and nobody knew its size": {func(b *bench) { b.issue.Attachments[0].Size = 0 }, 1, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.upload("1", "a.log", "evidence")
			b.upload("2", "b.log", "else")
			test.change(b)
			e := composing()
			e.Tries, b.c.FileTries = 40, test.tries-1 // Jira was away for long
			raw, err := b.composer.Do(t.Context(), b.c, e)
			if !test.goes {
				if !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
					t.Fatalf("%s, %v", raw, err)
				}
				return
			}
			var r bridge.ComposeResult
			if err != nil || json.Unmarshal(raw, &r) != nil {
				t.Fatal(err)
			}
			want, lost := map[string]string{"a.log": "evidence", "b.log": "else"}, map[string]bridge.LeftOut{}
			for id, name := range map[string]string{"1": "a.log", "2": "b.log"} {
				if b.lost[id] != nil || name == "a.log" && b.files["1"] != "evidence" {
					delete(want, name)
					lost[name] = bridge.LeftUnreadable
				}
			}
			if diff := cmp.Diff(want, b.content(t)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(lost, reasons(r.Notice.Omitted)); diff != "" {
				t.Error(diff)
			}
			if got := b.shown(t); strings.Contains(got, "no se ha podido adjuntar") != (len(lost) > 0) {
				t.Errorf("the mail:\n%s", got)
			}
		})
	}
}

// TestFaultEndsTheAttemptOnly: what panics while a mail is built ends in an error.
func TestFaultEndsTheAttemptOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload("1", "a.log", "evidence")
	b.composer.Files = nil
	if raw, err := b.composer.Do(t.Context(), b.c, composing()); !bridge.IsPermanent(err) || !strings.Contains(err.Error(), "panic") {
		t.Errorf("%s, %v", raw, err)
	}
}

// mortal is a context whose time is over when a file is asked for.
type mortal struct {
	context.Context //nolint:containedctx // the clock of the test

	over *bool
}

func (m mortal) Err() error {
	if *m.over {
		return context.DeadlineExceeded
	}
	return nil
}

// TestFilesThatTakeTooLong hold up no incident for ever.
func TestFilesThatTakeTooLong(t *testing.T) {
	t.Parallel()
	for tries, goes := range map[int]bool{1: false, 2: false, 3: true, 9: true} {
		b := newBench(t)
		b.upload("1", "a.log", "evidence")
		b.upload("2", "b.log", "else")
		e := composing()
		b.c.FileTries = tries - 1
		over := false
		b.composer.Room = func(context.Context) int64 {
			over = true // from now on
			return 0
		}
		raw, err := b.composer.Do(mortal{t.Context(), &over}, b.c, e)
		if !goes {
			if !bridge.IsNotDone(err) {
				t.Errorf("try %d: %s, %v", tries, raw, err)
			}
			continue
		}
		var r bridge.ComposeResult
		if err != nil || json.Unmarshal(raw, &r) != nil || len(r.Notice.Files) != 0 || len(r.Notice.Omitted) != 2 || len(b.content(t)) != 0 {
			t.Errorf("try %d: %s, %v", tries, raw, err)
		}
	}
}

// TestMailFitsItsRoom: whatever the files say of themselves.
func TestMailFitsItsRoom(t *testing.T) {
	t.Parallel()
	const kB = 1000
	tests := map[string]struct {
		room, most int64
		unknown    bool // the sizes
		files      int
	}{
		"all":                           {0, plenty, false, 8},
		"what is configured":            {0, 300 * kB, false, 2},
		"what the server takes":         {400 * kB, plenty, false, 2},
		"what it takes, sizes unknown":  {400 * kB, plenty, true, 2},
		"what is configured, unknown":   {0, 300 * kB, true, 2},
		"no file goes":                  {60 * kB, plenty, false, 0},
		"not even the text":             {kB, plenty, false, 0},
		"not even the text, unknown":    {kB, plenty, true, 0},
		"the server takes anything":     {1 << 40, plenty, false, 8},
		"more than it may be":           {1 << 40, 150 * kB, false, 1},
		"the server is the lesser":      {200 * kB, 600 * kB, false, 1},
		"one, of which nobody knew":     {220 * kB, plenty, true, 1},
		"none at all, configured alone": {0, 10 * kB, false, 0},
		"none may go":                   {0, 0, false, 0},
		"none may go, sizes unknown":    {400 * kB, 0, true, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			for i := range 8 {
				b.upload(fmt.Sprint(i), fmt.Sprintf("%d.bin", i), strings.Repeat("x", 100*kB))
				if test.unknown {
					b.issue.Attachments[i].Size = 0
				}
			}
			b.room, b.composer.MaxFiles = test.room, test.most
			n := b.compose(t).Notice
			if got := len(b.content(t)); got != test.files || len(n.Files) != test.files || len(n.Omitted) != 8-test.files || n.Room != test.room {
				t.Errorf("%d files go, %d of the notice, %d do not, room %d", got, len(n.Files), len(n.Omitted), n.Room)
			}
			if n.Size != int64(len(b.blobs["b1"])) || test.room > 60*kB && n.Size > test.room {
				t.Errorf("%d bytes of %d", n.Size, test.room)
			}
			for _, f := range n.Omitted {
				if never := test.most < 0 || test.room > 0 && test.room <= 60*kB; never && f.Why != bridge.LeftTooLarge {
					t.Errorf("%+v: no mail brings it", f)
				}
			}
			for _, f := range n.Files {
				if f.Size != 100*kB {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// TestForeignFilesAreToldToTheTeamAlone.
func TestForeignFilesAreToldToTheTeamAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.upload("1", "nomina-del-ciutada.pdf", "privat")
	b.issue.Attachments[0].Author.Customer = true
	e := b.transmitting(t)
	if n := b.c.Notices[0]; len(n.Files) != 0 || len(n.Omitted) != 1 || bytes.Contains(b.blobs["b1"], []byte("nomina")) {
		t.Errorf("%+v", n)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"answer"}`)})
	if _, text := told(t, o); !strings.Contains(text, "nomina") {
		t.Errorf("the comment:\n%s", text)
	}
}

// TestManyFilesAreNotAllListed: the desk reads the incident, not a register.
func TestManyFilesAreNotAllListed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 75 {
		b.upload(fmt.Sprint(i), fmt.Sprintf("fitxer-%02d.exe", i), "MZ")
	}
	b.compose(t)
	if got := b.shown(t); strings.Count(got, "\n- fitxer-") != 30 || !strings.Contains(got, "\n- y 45 más\n") {
		t.Errorf("the mail:\n%s", got)
	}
}

// TestThousandsOfFiles: the case remembers a few of them, the mail and the comment say
// how many more there are, and none of them is news.
func TestThousandsOfFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 1000 {
		b.upload(fmt.Sprint(1+i), fmt.Sprintf("captura de pantalla número %d.png", i), "x")
	}
	e := b.transmitting(t)
	n := b.c.Notices[0]
	if len(n.Files) != 30 || len(n.Omitted)+n.Further[bridge.LeftNoRoom] != 970 || len(n.Omitted) > 200 || n.Upto != 1000 {
		t.Errorf("%d go, %d are named, %v", len(n.Files), len(n.Omitted), n.Further)
	}
	if raw, err := json.Marshal(b.c); err != nil || len(raw) > 40_000 {
		t.Errorf("the case has %d bytes, %v", len(raw), err)
	}
	if got := b.shown(t); !strings.Contains(got, "\n- y 940 más\n") {
		t.Errorf("the mail:\n%s", got)
	}
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || strings.Contains(string(raw), "news") {
		t.Errorf("%s, %v", raw, err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if _, text := told(t, o); !strings.Contains(text, "i 958 més") {
		t.Errorf("the comment:\n%s", text)
	}
	b.upload("1001", "nova.png", "x")
	if raw, err := b.transmitter.Do(t.Context(), b.c, e); err != nil || !strings.Contains(string(raw), `"news":true`) {
		t.Errorf("%s, %v", raw, err)
	}
}

// TestUnprovedFilesMayGoAgain by a person's word.
func TestUnprovedFilesMayGoAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t)
	b.upload("1", "a.log", "evidence")
	b.upload("2", "b.log", "more")
	e := b.follows(t, addingFiles(2, nil, "1", "2"))
	e.Sends = 2
	b.c = b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(send.ErrUnproved)}).Case
	if n := b.run(t, addingFiles(3, nil, "1")).Notice; len(n.Files) != 1 || n.Files[0].ID != "1" {
		t.Errorf("%+v", n)
	}
	b.c.Notices[1].SeenAt = day // it left, after all
	if r := b.run(t, addingFiles(3, nil, "1")); !r.Nothing {
		t.Errorf("%+v", r.Notice)
	}
}

// TestFilesThatAreAskedForAndCannotGo: who asked hears it, and the provider no empty
// mail.
func TestFilesThatAreAskedForAndCannotGo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t)
	b.upload("1", "setup.exe", "MZ")
	e := addingFiles(2, nil, "1")
	r := b.run(t, e)
	raw, _ := json.Marshal(r)
	o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if key, text := told(t, o); !r.Nothing || !strings.HasPrefix(key, "nothing/") || !strings.Contains(text, "[~nuria]") {
		t.Errorf("%s: %s, %+v", key, text, r)
	}
	if len(b.blobs) != 0 {
		t.Error("a mail was written")
	}
	// It was deleted meanwhile.
	b.issue.Attachments = nil
	raw, _ = json.Marshal(b.run(t, e))
	if o := b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw}); len(o.Effects) != 0 || o.Audit[0].Action != "nothing to add" {
		t.Errorf("%+v", o)
	}
}

// TestFilesOfAnAdditionAreNamed where it does not go out.
func TestFilesOfAnAdditionAreNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.forcedBefore(t)
	b.upload("1", "a.log", "evidence")
	e := addingFiles(2, nil, "1")
	failed := bridge.Event{What: bridge.Failed, At: day, Err: bridge.Permanent(errors.New("404"))}
	if _, text := told(t, b.composer.Settle(b.c, e, failed)); !strings.Contains(text, "escalat envia-adjunts") || !strings.Contains(text, "No torneu a posar") {
		t.Errorf("nobody knows its name:\n%s", text)
	}
	b.c.Notices[0].Shadow = true
	_, err := b.composer.Do(t.Context(), b.c, e)
	failed.Err = err
	if _, text := told(t, b.composer.Settle(b.c, e, failed)); !bridge.IsPermanent(err) || !strings.Contains(text, "a.log") {
		t.Errorf("the issue was read: %v\n%s", err, text)
	}
	b.c.Notices[0].Shadow = false
	b.c.State, b.c.Closing, b.issue.Labels = bridge.Closed, bridge.ByLabel, nil
	raw, _ := json.Marshal(b.run(t, e))
	if _, text := told(t, b.composer.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})); !strings.Contains(text, "a.log") {
		t.Errorf("withdrawn:\n%s", text)
	}
}

// addingFiles is the effect of an addition with attachments.
func addingFiles(serial int, fields []string, ids ...string) bridge.Effect {
	return bridge.Plan(bridge.ToMail, bridge.ComposeMail, fmt.Sprint("compose/10001/claranet/1/", serial), bridge.ComposeBody{Serial: serial, Fields: fields, Files: ids})
}
