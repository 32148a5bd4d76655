// Package post is the only writer to Jira. It does the effects that other
// stages plan: comments, and the files of received mails.
//
// What it wrote can be found again: a comment by its effect's key, which Jira
// keeps as a property of the comment, a file by its name, size and time. That
// something is not found counts only after a settling time, since a request that
// was cut off may still be under way inside Jira.
//
// A request that is no longer open when its turn comes is not posted. One that was
// begun is looked for all the same.
package post

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/text"
)

const stage = "post"

// ErrSettling means that it is too early to say that nothing was written.
var ErrSettling = errors.New("not found yet; it may still be under way")

// Comments is Jira's comments. Since is by our clock, at by Jira's.
type Comments interface {
	Comment(ctx context.Context, issueID, key, body string) (id string, at time.Time, err error)
	FindComment(ctx context.Context, issueID, key string, since time.Time) (id string, at time.Time, found bool, err error)
}

// Commenter does effects of the kind bridge.PostComment.
type Commenter struct {
	Jira  Comments
	Now   func() time.Time
	Texts text.Texts
	Names map[string]string // of the providers, by profile id
	// Settling is how long after an attempt a comment that is not there may
	// still appear.
	Settling time.Duration
}

// plain begins the key of the comment that stands in for a refused one.
const plain = "plain/"

// Do posts the comment.
func (p *Commenter) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.CommentBody
	if err := decode(e, &body); err != nil {
		return nil, err
	}
	if body.While != nil && !body.While.Holds(c) {
		return json.Marshal(bridge.CommentResult{Skipped: true})
	}
	id, at, err := p.Jira.Comment(ctx, c.IssueID, e.Key, body.Text)
	if err != nil {
		return nil, fmt.Errorf("comment on %s: %w", c.IssueKey, err)
	}
	return json.Marshal(bridge.CommentResult{ID: id, At: at})
}

// Find looks for the comment by its key.
func (p *Commenter) Find(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	id, at, found, err := p.Jira.FindComment(ctx, c.IssueID, e.Key, e.AttemptedAt)
	if err != nil {
		return nil, false, fmt.Errorf("look for a comment on %s: %w", c.IssueKey, err)
	}
	if !found {
		return nil, false, settling(e, p.Now(), p.Settling)
	}
	raw, err := json.Marshal(bridge.CommentResult{ID: id, At: at})
	return raw, true, err
}

// Settle replaces a comment that Jira refuses by a plain one that says so, since
// what it held, perhaps a reply, must not be lost in silence. If Jira refuses that
// one too, nobody can be told there.
func (p *Commenter) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	switch ev.What {
	case bridge.Failed:
	case bridge.Done:
		return skipped(c, e, ev)
	default:
		return bridge.Outcome{}
	}
	o := bridge.Outcome{Case: c, Audit: entry(ev, "comment refused", e.Key)}
	if !strings.HasPrefix(e.Key, plain) {
		told := p.Texts.CommentFailed(text.CommentFailed{Provider: p.Names[c.Provider], Reason: reason(ev.Err)})
		o.Effects = []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, plain+e.Key, bridge.CommentBody{Text: told})}
	}
	return o
}

// skipped notes that a comment was not posted. A request that nobody has seen is
// not open: when what it was for is missing again, it is asked for again.
func skipped(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	var r bridge.CommentResult
	if err := json.Unmarshal(ev.Result, &r); err != nil || !r.Skipped {
		return bridge.Outcome{}
	}
	var body bridge.CommentBody
	if err := decode(e, &body); err == nil && body.While != nil && body.While.Of(c) {
		c.Request.Fingerprint = ""
		if c.State == bridge.Asked && c.ResolvedSince.IsZero() { // it has come back to it meanwhile
			c.DueAt = ev.At
		}
	}
	return bridge.Outcome{Case: c, Audit: []bridge.Entry{{At: ev.At, Stage: stage, Action: "not posted", Reason: e.Key}}}
}

// Files is Jira's attachments. Since is by our clock.
type Files interface {
	Attach(ctx context.Context, issueID, name, contentType string, size int64, r io.Reader) (id string, err error)
	FindAttachment(ctx context.Context, issueID, name string, size int64, since time.Time) (id string, found bool, err error)
}

// Blobs opens what the store keeps.
type Blobs interface {
	OpenBlob(ctx context.Context, name string) (io.ReadCloser, error)
}

// Attacher does effects of the kind bridge.PostAttachment: it streams a part of
// a received mail into Jira.
type Attacher struct {
	Jira     Files
	Blobs    Blobs
	Limits   message.Limits
	Texts    text.Texts
	Names    map[string]string // of the providers, by profile id
	Now      func() time.Time
	Settling time.Duration
}

// Do uploads the file.
func (p *Attacher) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.AttachBody
	if err := decode(e, &body); err != nil {
		return nil, err
	}
	raw, err := p.Blobs.OpenBlob(ctx, body.Blob)
	if err != nil {
		return nil, bridge.NotDone(fmt.Errorf("open the received mail: %w", err))
	}
	defer func() { _ = raw.Close() }()
	part, err := message.Open(raw, body.Part, p.Limits)
	if errors.Is(err, message.ErrNoPart) {
		return nil, bridge.Permanent(fmt.Errorf("part %d of the received mail: %w", body.Part, err))
	}
	if err != nil {
		return nil, bridge.NotDone(fmt.Errorf("read the received mail: %w", err))
	}
	id, err := p.Jira.Attach(ctx, c.IssueID, body.Name, body.Type, body.Size, part)
	if err != nil {
		return nil, fmt.Errorf("attach to %s: %w", c.IssueKey, err)
	}
	return json.Marshal(bridge.AttachResult{ID: id})
}

// Find looks for the file by name and size.
func (p *Attacher) Find(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	var body bridge.AttachBody
	if err := decode(e, &body); err != nil {
		return nil, false, err
	}
	id, found, err := p.Jira.FindAttachment(ctx, c.IssueID, body.Name, body.Size, e.AttemptedAt)
	if err != nil {
		return nil, false, fmt.Errorf("look for a file of %s: %w", c.IssueKey, err)
	}
	if !found {
		return nil, false, settling(e, p.Now(), p.Settling)
	}
	raw, err := json.Marshal(bridge.AttachResult{ID: id})
	return raw, true, err
}

// Settle tells the issue about a file that Jira refuses.
func (p *Attacher) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	if ev.What != bridge.Failed {
		return bridge.Outcome{}
	}
	o := bridge.Outcome{Case: c, Audit: entry(ev, "file refused", e.Key)}
	var body bridge.AttachBody
	if decode(e, &body) != nil {
		return o
	}
	told := p.Texts.FileFailed(text.FileFailed{Provider: p.Names[c.Provider], Name: body.Name, Size: body.Size, Reason: reason(ev.Err)})
	o.Effects = []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, "refused/"+e.Key, bridge.CommentBody{Text: told})}
	return o
}

func decode(e bridge.Effect, into any) error {
	if err := json.Unmarshal(e.Body, into); err != nil {
		return bridge.Permanent(fmt.Errorf("body of effect %s: %w", e.Key, err))
	}
	return nil
}

// settling says how long what is not there may still appear: the time counts from
// the end of the attempt, since a request that was cut off at its end may be
// worked on by Jira only then. An attempt of which nobody knows when it ended was
// taken over after it could have written anything.
func settling(e bridge.Effect, now time.Time, d time.Duration) error {
	end := e.AttemptedAt
	if e.EndedAt.After(end) {
		end = e.EndedAt
	}
	if until := end.Add(d); now.Before(until) {
		return bridge.Later(ErrSettling, until)
	}
	return nil
}

func reason(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func entry(ev bridge.Event, action, key string) []bridge.Entry {
	return []bridge.Entry{{At: ev.At, Stage: stage, Action: action, Reason: key + ": " + reason(ev.Err)}}
}
