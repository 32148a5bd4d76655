package post_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/post"
	"escalat/bridge/text"
	"escalat/mapping/wiki"
)

const mail = "From: a@claranet.es\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
	"--b\r\nContent-Type: text/plain\r\n\r\nhola\r\n" +
	"--b\r\nContent-Type: text/plain; name=mtr.txt\r\nContent-Disposition: attachment; filename=mtr.txt\r\nContent-Transfer-Encoding: base64\r\n\r\nSE9QIDEK\r\n--b--\r\n"

func attach(t *testing.T, part int, size int64) (*tracker, *post.Attacher, bridge.Effect) {
	t.Helper()
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	j := newTracker()
	e := bridge.Plan(bridge.ToJira, bridge.PostAttachment, "attach/1", bridge.AttachBody{Blob: "raw", Part: part, Name: "mtr.txt", Type: "text/plain", Size: size})
	e.AttemptedAt = at
	return j, &post.Attacher{
		Jira: j, Blobs: blobs{"raw": mail}, Texts: texts, Names: map[string]string{"claranet": "Claranet"},
		Now: func() time.Time { return at.Add(time.Minute) }, Settling: 5 * time.Second,
	}, e
}

func TestFileIsStreamedOutOfTheMail(t *testing.T) {
	t.Parallel()
	read, err := message.Read(strings.NewReader(mail), message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	part := read.Parts[0]
	j, p, e := attach(t, part.Index, part.Size)
	if _, found, err := p.Find(t.Context(), theCase, e); found || err != nil {
		t.Errorf("found before: %v %v", found, err)
	}
	if raw, err := p.Do(t.Context(), theCase, e); err != nil || string(raw) != `{"id":"a1"}` {
		t.Fatalf("%s %v", raw, err)
	}
	if j.files["mtr.txt"] != "HOP 1\n" {
		t.Errorf("attached %q", j.files["mtr.txt"])
	}
	raw, found, err := p.Find(t.Context(), theCase, e)
	if !found || err != nil {
		t.Errorf("found after: %v %v", found, err)
	}
	if o := p.Settle(theCase, e, bridge.Event{What: bridge.Done, Result: raw}); o.Case.ID != "" {
		t.Errorf("a file of which nobody knows when it was taken changes the case: %+v", o)
	}
	o := p.Settle(theCase, e, bridge.Event{What: bridge.Done, Result: json.RawMessage(`{"id":"a1","at":"2026-11-20T10:00:00Z"}`)})
	if o.Case.ID != theCase.ID || !o.Case.Echo(at) {
		t.Errorf("%+v", o)
	}
}

// TestAnotherFileOfThatNameAndSize is not taken for the one whose upload broke off.
func TestAnotherFileOfThatNameAndSize(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	for name, test := range map[string]struct {
		there  string
		unread error
		blobs  blobs
		found  bool
		fails  bool
	}{
		"the same":             {there: "HOP 1\n", blobs: blobs{"raw": mail}, found: true},
		"another":              {there: "HOP 2\n", blobs: blobs{"raw": mail}},
		"not to be read":       {there: "HOP 2\n", blobs: blobs{"raw": mail}, unread: bridge.Permanent(away), found: true},
		"not to be read now":   {there: "HOP 1\n", blobs: blobs{"raw": mail}, unread: away, fails: true},
		"the store is away":    {there: "HOP 1\n", fails: true},
		"the mail has no part": {there: "HOP 1\n", blobs: blobs{"raw": "From: a@claranet.es\r\n\r\nhola\r\n"}, found: true},
	} {
		j, p, e := attach(t, 1, 6)
		j.files["mtr.txt"], j.unread, p.Blobs = test.there, test.unread, test.blobs
		raw, found, err := p.Find(t.Context(), theCase, e)
		if found != test.found || (err != nil) != test.fails || found != (raw != nil) {
			t.Errorf("%s: %s %v %v", name, raw, found, err)
		}
	}
}

func TestWholeMailIsAFileToo(t *testing.T) {
	t.Parallel()
	j, p, e := attach(t, message.Whole, int64(len(mail)))
	if _, err := p.Do(t.Context(), theCase, e); err != nil {
		t.Fatal(err)
	}
	if j.files["mtr.txt"] != mail {
		t.Errorf("attached %q", j.files["mtr.txt"])
	}
}

func TestFileErrors(t *testing.T) {
	t.Parallel()
	_, p, e := attach(t, 99, 1)
	if _, err := p.Do(t.Context(), theCase, e); !bridge.IsPermanent(err) {
		t.Errorf("a part that is not there: %v", err)
	}
	_, p, e = attach(t, 0, 1)
	p.Blobs = blobs{}
	if _, err := p.Do(t.Context(), theCase, e); !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
		t.Errorf("a store that is away: %v", err)
	}
}

// TestARefusedFileIsNotThere, so that it is attached when it comes again.
func TestARefusedFileIsNotThere(t *testing.T) {
	t.Parallel()
	_, p, _ := attach(t, 1, 6)
	e := bridge.Plan(bridge.ToJira, bridge.PostAttachment, "attach/1", bridge.AttachBody{Blob: "raw", Part: 1, Name: "mtr.txt", Digest: "d"})
	c := theCase
	c.Files = []string{"other", "d"}
	for name, test := range map[string]struct {
		event bridge.Event
		want  []string
	}{
		"refused":        {bridge.Event{What: bridge.Failed, Err: errors.New("larger than is accepted")}, []string{"other"}},
		"read only":      {bridge.Event{What: bridge.Failed, Err: bridge.ErrUnwritable}, []string{"other"}},
		"it is there":    {bridge.Event{What: bridge.Done, Result: json.RawMessage(`{"id":"a1","at":"2026-11-20T10:00:00Z"}`)}, []string{"other", "d"}},
		"of another age": {bridge.Event{What: bridge.Failed, Err: errors.New("x")}, []string{"other", "d"}},
	} {
		effect := e
		if name == "of another age" { // planned before digests were
			effect = bridge.Plan(bridge.ToJira, bridge.PostAttachment, "attach/1", bridge.AttachBody{Blob: "raw", Part: 1, Name: "mtr.txt"})
		}
		if o := p.Settle(c, effect, test.event); !slices.Equal(o.Case.Files, test.want) || len(c.Files) != 2 {
			t.Errorf("%s: %q", name, o.Case.Files)
		}
	}
}

func TestRefusedFileIsTold(t *testing.T) {
	t.Parallel()
	_, p, e := attach(t, 1, 6)
	o := p.Settle(theCase, e, bridge.Event{What: bridge.Failed, At: at, Err: errors.New("larger than is accepted")})
	if len(o.Effects) != 1 || o.Effects[0].Key != "refused/attach/1" {
		t.Fatalf("%+v", o)
	}
	var body bridge.CommentBody
	if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"mtr.txt", "Claranet"} {
		if !strings.Contains(body.Text, want) {
			t.Errorf("%q is not in %q", want, body.Text)
		}
	}
}

// TestTextIsAFile: the whole of a comment needs no mail.
func TestTextIsAFile(t *testing.T) {
	t.Parallel()
	j, p, e := attach(t, 0, 0)
	const whole = "tot el comentari\n"
	e = bridge.Plan(bridge.ToJira, bridge.PostAttachment, e.Key, bridge.AttachBody{Text: whole, Name: "comentari.txt", Type: "text/plain; charset=utf-8", Size: int64(len(whole))})
	p.Blobs = blobs{}
	if _, err := p.Do(t.Context(), theCase, e); err != nil || j.files["comentari.txt"] != whole {
		t.Fatalf("attached %q, %v", j.files["comentari.txt"], err)
	}
	if raw, found, err := p.Find(t.Context(), theCase, e); err != nil || !found || string(raw) != `{"id":"a1"}` {
		t.Errorf("%s %v %v", raw, found, err)
	}
	o := p.Settle(theCase, e, bridge.Event{What: bridge.Failed, At: at, Err: errors.New("larger than is accepted")})
	var body bridge.CommentBody
	if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil || !strings.Contains(body.Text, "amb el comentari sencer") || strings.Contains(body.Text, "correu") {
		t.Errorf("%q, %v", body.Text, err)
	}
}
