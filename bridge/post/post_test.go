package post_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/post"
	"escalat/bridge/text"
	"escalat/mapping/wiki"
)

var at = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)

// tracker is a Jira that keeps what is written, and can lose an answer.
type tracker struct {
	comments map[string]string // key to text
	files    map[string]string // name to content
	err      error             // returned after it was written
	refuse   error             // returned instead
	unread   error             // returned instead of a file's content
	since    time.Time         // of the last search
}

func newTracker() *tracker {
	return &tracker{comments: map[string]string{}, files: map[string]string{}}
}

func (j *tracker) Comment(_ context.Context, issueID, key, body string) (string, time.Time, error) {
	if j.refuse != nil {
		return "", time.Time{}, j.refuse
	}
	j.comments[key] = issueID + ": " + body
	return "c1", at, j.err
}

func (j *tracker) FindComment(_ context.Context, _, key string, since time.Time) (string, time.Time, bool, error) {
	j.since = since
	_, ok := j.comments[key]
	return "c1", at, ok, nil
}

func (j *tracker) Attach(_ context.Context, _, name, _ string, size int64, r io.Reader) (string, error) {
	if j.refuse != nil {
		return "", j.refuse
	}
	data, err := io.ReadAll(r)
	if err != nil || int64(len(data)) != size {
		return "", errors.New("wrong size")
	}
	j.files[name] = string(data)
	return "a1", j.err
}

func (j *tracker) FindAttachment(_ context.Context, _, name string, size int64, since time.Time) (string, bool, error) {
	j.since = since
	return "a1", int64(len(j.files[name])) == size && size > 0, nil
}

// Attachment gives the content of the file that it finds.
func (j *tracker) Attachment(_ context.Context, a bridge.Attachment) (io.ReadCloser, error) {
	if j.unread != nil {
		return nil, j.unread
	}
	return io.NopCloser(strings.NewReader(j.files[a.Name])), nil
}

type blobs map[string]string

func (b blobs) OpenBlob(_ context.Context, name string) (io.ReadCloser, error) {
	data, ok := b[name]
	if !ok {
		return nil, errors.New("no such blob")
	}
	return io.NopCloser(strings.NewReader(data)), nil
}

// posted is the result of a comment that Jira took.
const posted = `{"id":"c1","at":"2026-11-20T10:00:00Z"}`

var theCase = bridge.Case{ID: "case", IssueID: "10001", IssueKey: "AOC-1", Provider: "claranet"}

func comment(now time.Time) (*tracker, *post.Commenter, bridge.Effect) {
	j := newTracker()
	e := bridge.Plan(bridge.ToJira, bridge.PostComment, "sent/1", bridge.CommentBody{Text: "Enviat"})
	e.AttemptedAt = at
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		panic(err)
	}
	return j, &post.Commenter{
		Jira: j, Texts: texts, Names: map[string]string{"claranet": "Claranet"}, Now: func() time.Time { return now }, Settling: 5 * time.Second,
	}, e
}

func TestCommentIsFoundAgain(t *testing.T) {
	t.Parallel()
	j, p, e := comment(at.Add(time.Second))
	j.err = errors.New("connection reset")
	if _, err := p.Do(t.Context(), theCase, e); err == nil || bridge.IsNotDone(err) || bridge.IsPermanent(err) {
		t.Fatalf("a lost answer is unknown, got %v", err)
	}
	raw, found, err := p.Find(t.Context(), theCase, e)
	if err != nil || !found || string(raw) != posted {
		t.Errorf("%s %v %v", raw, found, err)
	}
	if !j.since.Equal(at) {
		t.Errorf("searched since %s", j.since)
	}
	if j.comments["sent/1"] != "10001: Enviat" {
		t.Errorf("wrote %q", j.comments["sent/1"])
	}
}

func TestAbsenceCountsOnlyAfterTheSettlingTime(t *testing.T) {
	t.Parallel()
	_, early, e := comment(at.Add(4 * time.Second))
	if _, found, err := early.Find(t.Context(), theCase, e); found || !errors.Is(err, post.ErrSettling) || !bridge.RetryAt(err).Equal(at.Add(5*time.Second)) {
		t.Errorf("early: %v %v", found, err)
	}
	_, cut, e := comment(at.Add(61 * time.Second))
	e.EndedAt = at.Add(60 * time.Second) // cut off at its timeout
	if _, found, err := cut.Find(t.Context(), theCase, e); found || !errors.Is(err, post.ErrSettling) {
		t.Errorf("a second after it was cut off: %v %v", found, err)
	}
	_, late, e := comment(at.Add(5 * time.Second))
	if _, found, err := late.Find(t.Context(), theCase, e); found || err != nil {
		t.Errorf("late: %v %v", found, err)
	}
}

func TestRefusedCommentIsReplaced(t *testing.T) {
	t.Parallel()
	_, p, e := comment(at)
	o := p.Settle(theCase, e, bridge.Event{What: bridge.Failed, At: at, Err: errors.New("403")})
	if len(o.Audit) != 1 || o.Audit[0].Action != "comment refused" || len(o.Effects) != 1 || o.Effects[0].Key != "plain/sent/1" {
		t.Fatalf("%+v", o)
	}
	if again := p.Settle(theCase, o.Effects[0], bridge.Event{What: bridge.Failed, At: at, Err: errors.New("403")}); len(again.Effects) != 0 {
		t.Errorf("a refused replacement is replaced: %+v", again)
	}
	if o := p.Settle(theCase, e, bridge.Event{What: bridge.Done, At: at, Result: json.RawMessage(`{"shadow":true}`)}); o.Case.ID != "" {
		t.Errorf("a comment that was only recorded changes the case: %+v", o)
	}
	if o := p.Settle(theCase, e, bridge.Event{What: bridge.Unknown, At: at}); o.Case.ID != "" {
		t.Errorf("a comment that may have been posted changes the case: %+v", o)
	}
}

// TestRequestThatIsOver is not posted, however late its turn comes, and is not held
// for asked; one that was begun is looked for.
func TestRequestThatIsOver(t *testing.T) {
	t.Parallel()
	asked := theCase
	asked.State, asked.Request = bridge.Asked, bridge.Request{Fingerprint: "f", Count: 2}
	while := bridge.While{State: bridge.Asked, Fingerprint: "f", Count: 2}
	tests := map[string]struct {
		change func(*bridge.Case)
		posted bool
		open   string // the fingerprint afterwards
	}{
		"open":                    {func(*bridge.Case) {}, true, "f"},
		"sent meanwhile":          {func(c *bridge.Case) { c.State = bridge.Sending }, false, ""},
		"withdrawn":               {func(c *bridge.Case) { c.State = bridge.Withdrawn }, false, ""},
		"resolved":                {func(c *bridge.Case) { c.ResolvedSince = at }, false, ""},
		"asked for something new": {func(c *bridge.Case) { c.Request.Fingerprint, c.Request.Count = "g", 3 }, false, "g"},
		"asked for it once more":  {func(c *bridge.Case) { c.Request.Count = 4 }, false, "f"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j, p, e := comment(at.Add(time.Minute))
			e = bridge.Plan(bridge.ToJira, bridge.PostComment, e.Key, bridge.CommentBody{Text: "Falta", While: &while})
			c := asked
			test.change(&c)
			raw, err := p.Do(t.Context(), c, e)
			if err != nil || len(j.comments) == 1 != test.posted {
				t.Fatalf("%s, wrote %v, %v", raw, j.comments, err)
			}
			o := p.Settle(c, e, bridge.Event{What: bridge.Done, At: at, Result: raw})
			if test.posted {
				want := c
				want.Wrote("c1", at)
				if diff := cmp.Diff(bridge.Outcome{Case: want}, o); string(raw) != posted || diff != "" {
					t.Errorf("%s (-want +got):\n%s", raw, diff)
				}
				return
			}
			if string(raw) != `{"id":"","skipped":true}` || o.Case.State != c.State || o.Case.Request.Fingerprint != test.open || !o.Case.DueAt.IsZero() ||
				len(o.Effects) != 0 || len(o.Audit) != 1 || o.Audit[0].Action != "not posted" || o.Audit[0].Reason != e.Key {
				t.Errorf("%s: %+v", raw, o)
			}
			if _, found, err := p.Find(t.Context(), c, e); found || err != nil {
				t.Errorf("found %v, %v", found, err)
			}
			j.comments[e.Key] = "10001: Falta"
			if raw, found, err := p.Find(t.Context(), c, e); !found || err != nil || string(raw) != posted {
				t.Errorf("a request that was begun: %s %v, %v", raw, found, err)
			}
		})
	}
	// What was passed over between two states in which it is open is asked for again.
	_, p, e := comment(at)
	e = bridge.Plan(bridge.ToJira, bridge.PostComment, e.Key, bridge.CommentBody{While: &while})
	o := p.Settle(asked, e, bridge.Event{What: bridge.Done, At: at, Result: json.RawMessage(`{"skipped":true}`)})
	if o.Case.Request.Fingerprint != "" || !o.Case.DueAt.Equal(at) {
		t.Errorf("%+v", o.Case)
	}
}

func TestBrokenBodyIsPermanent(t *testing.T) {
	t.Parallel()
	_, p, e := comment(at)
	e.Body = json.RawMessage(`{`)
	if _, err := p.Do(t.Context(), theCase, e); !bridge.IsPermanent(err) {
		t.Errorf("got %v", err)
	}
}
