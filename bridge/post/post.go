// Package post is the only writer to Jira. It does the effects that other
// stages plan: comments, and files, of received mails or with the whole of a comment
// that is too long. Marks plans itself what shows on an issue how its case stands:
// labels, links, fields and the status. OnCall tells those who must not wait for Jira.
//
// What it wrote can be found again: a comment by its effect's key, which Jira
// keeps as a property of the comment, a file by its name, size and time. That
// something is not found counts only after a settling time, since a request that
// was cut off may still be under way inside Jira. Marks are never looked for: done
// twice they are the same.
//
// A request that is no longer open when its turn comes is not posted. One that was
// begun is looked for all the same. A comment that Jira refuses is told of in a
// plain one; when it was too long, a part of it is posted instead, and the whole as
// a file.
package post

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/text"
	"escalat/bridge/wording"
)

const stage = "post"

// errSettling means that it is too early to say that nothing was written.
var errSettling = errors.New("not found yet; it may still be under way")

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

// What begins the key of a comment that stands in for a refused one: a part of it,
// and what only says that it was refused.
const (
	cut   = "cut/"
	plain = "plain/"
)

// Do posts the comment.
func (p *Commenter) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.CommentBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	if body.While != nil && !body.While.Holds(c) {
		return json.Marshal(bridge.CommentResult{Skipped: true})
	}
	id, at, err := p.Jira.Comment(ctx, c.IssueID, e.Key, body.Text)
	if err != nil {
		return nil, waited(fmt.Errorf("comment on %s: %w", c.IssueKey, err), e, p.Now())
	}
	return json.Marshal(bridge.CommentResult{ID: id, At: at})
}

// Find looks for the comment by its key.
func (p *Commenter) Find(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	id, at, found, err := p.Jira.FindComment(ctx, c.IssueID, e.Key, e.AttemptedAt)
	if err != nil {
		return nil, false, hidden(fmt.Errorf("look for a comment on %s: %w", c.IssueKey, err), e, p.Now())
	}
	if !found {
		return nil, false, settling(e, p.Now(), p.Settling)
	}
	raw, err := json.Marshal(bridge.CommentResult{ID: id, At: at})
	return raw, true, err
}

// Settle remembers what was written, and puts something into the place of a comment
// that Jira refuses, since what it held, perhaps a reply, must not be lost in
// silence: a part of it, or else a plain one that says so. If Jira refuses that one
// too, nobody can be told there.
func (p *Commenter) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	switch ev.What {
	case bridge.Failed:
		return p.refused(c, e, ev)
	case bridge.Done:
		return posted(c, e, ev)
	}
	return bridge.Outcome{}
}

func (p *Commenter) refused(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	o := bridge.Outcome{Case: c, Audit: entry(ev, "comment refused", e.Key)}
	if strings.HasPrefix(e.Key, plain) || errors.Is(ev.Err, bridge.ErrUnwritable) { // nobody can be told there
		return o
	}
	var body bridge.CommentBody
	if err := e.Decode(&body); err == nil && !strings.HasPrefix(e.Key, cut+cut) {
		if limit, ok := tooLong(ev.Reason(), wording.Length(body.Text)); ok {
			o.Effects = wording.Comment(p.Texts, cut+e.Key, body, limit)
			return o
		}
	}
	told := p.Texts.CommentFailed(text.CommentFailed{Provider: p.Names[c.Provider], Reason: ev.Reason()})
	o.Effects = []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, plain+e.Key, bridge.CommentBody{Text: told})}
	return o
}

// posted remembers the comment that Jira took.
func posted(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	var r bridge.CommentResult
	switch err := json.Unmarshal(ev.Result, &r); {
	case err != nil || r.ID == "" && !r.Skipped: // in mode shadow there is none
		return bridge.Outcome{}
	case r.Skipped:
		return skipped(c, e, ev)
	}
	c.Wrote(r.ID, r.At)
	return bridge.Outcome{Case: c}
}

// skipped notes that a comment was not posted. A request that nobody has seen is
// not open: when what it was for is missing again, it is asked for again.
func skipped(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	var body bridge.CommentBody
	if err := e.Decode(&body); err == nil && body.While != nil && body.While.Of(c) {
		c.Request.Fingerprint = ""
		if c.State == bridge.Asked && !c.Resting() { // it has come back to it meanwhile
			c.DueAt = ev.At
		}
	}
	return bridge.Outcome{Case: c, Audit: []bridge.Entry{{At: ev.At, Stage: stage, Action: "not posted", Reason: e.Key}}}
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
		return bridge.Later(errSettling, until)
	}
	return nil
}

func entry(ev bridge.Event, action, key string) []bridge.Entry {
	return []bridge.Entry{{At: ev.At, Stage: stage, Action: action, Reason: key + ": " + ev.Reason()}}
}
