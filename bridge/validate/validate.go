// Package validate decides whether an escalation has everything that the
// provider's form demands.
//
// It promises: nothing is asked or sent while somebody is still writing (the
// quiet time), but an issue that is never left in peace is judged all the same;
// a request names all that is missing in one comment, and there is a new one
// whenever that is no longer what the last one asked for; as soon as nothing is
// missing, composing the notice is planned, once. Only absence holds an
// escalation back. Outside the provider's hours every request begins with whom
// to telephone.
//
// Decide is a function of its input: it changes nothing outside and reads no
// clock.
package validate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/calendar"
	"escalat/bridge/text"
	"escalat/mapping"
)

// stage names this stage in the audit.
const stage = "validate"

// Input is what a decision is made from.
type Input struct {
	Now     time.Time
	Issue   bridge.Issue
	Case    bridge.Case // in state Settling or Asked
	Profile *mapping.Profile
	Texts   text.Texts
	// Quiet is how long nobody must have edited the issue. Zero or less means
	// at once.
	Quiet time.Duration
}

// Decide says what follows for the case from the issue as it stands. A case in
// another state than Settling or Asked is returned as it is.
func Decide(in Input) bridge.Outcome {
	d := decision{Input: in, out: bridge.Outcome{Case: in.Case}}
	if s := in.Case.State; s != bridge.Settling && s != bridge.Asked {
		return d.out
	}
	d.out.Case.DueAt = time.Time{}
	since := d.waitingSince()
	due := quietUntil(in.Issue, in.Quiet)
	if limit := since.Add(maxWait * in.Quiet); due.After(limit) {
		due = limit
	}
	if in.Now.Before(due) {
		d.wait(since, due)
		return d.out
	}
	d.out.Case.WaitingSince = time.Time{}
	r := in.Profile.Judge(in.Issue.Input(in.Now, in.Profile))
	if len(r.Problems) > 0 {
		d.ask(r.Form, r.Values, r.Problems)
	} else {
		d.send()
	}
	return d.out
}

// maxWait is how many quiet times are waited for at most: what touches an issue
// again and again, a monitoring robot for instance, must not hold it up.
const maxWait = 5

// waitingSince is when the wait began, now for a first one. A beginning in the
// future is from before the clock was set back.
func (d *decision) waitingSince() time.Time {
	since := d.Case.WaitingSince
	if since.IsZero() || since.After(d.Now) {
		return d.Now
	}
	return since
}

// quietUntil returns when nobody will have edited the issue for the quiet time.
//
// The last edit is the newest comment that is not ours, or the newest label or
// creation. The issue's own time of update tells of edits of the description
// as well, but also of our own comments and labels and of every field that is
// no concern of ours; it counts only where it is newer than anything of ours.
func quietUntil(issue bridge.Issue, quiet time.Duration) time.Time {
	if quiet <= 0 {
		return time.Time{}
	}
	edit, ours := issue.Created, time.Time{}
	for _, l := range issue.Labelled {
		edit = later(edit, l.At)
	}
	for _, c := range issue.Comments {
		if at := later(c.Created, c.Updated); c.Own {
			ours = later(ours, at)
		} else {
			edit = later(edit, at)
		}
	}
	for _, a := range issue.Attachments {
		if a.Own {
			ours = later(ours, a.Created)
		} else {
			edit = later(edit, a.Created)
		}
	}
	// Jira sets the update a moment after the comment that causes it.
	if issue.Updated.After(ours.Add(ownUpdate)) {
		edit = later(edit, issue.Updated)
	}
	return edit.Add(quiet)
}

// ownUpdate is how long after a comment of ours the issue's time of update is
// still held to be its doing. An edit by a person within it is not waited for.
const ownUpdate = 2 * time.Second

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

type decision struct {
	Input
	out bridge.Outcome
}

// wait looks again when the quiet time is over. A case that was asked stays so.
func (d *decision) wait(since, due time.Time) {
	d.out.Case.WaitingSince, d.out.Case.DueAt = since, due
	d.audit("wait", "edited less than the quiet time ago")
}

// ask plans one request for what is missing, unless the last request was for
// the same.
func (d *decision) ask(form *mapping.Form, values mapping.Values, problems []mapping.Problem) {
	ids := make([]string, len(problems))
	for i, p := range problems {
		ids[i] = p.Field.ID
	}
	mark := fingerprint(form.ID, ids)
	c := &d.out.Case
	c.State = bridge.Asked
	if c.Request.Fingerprint == mark {
		d.audit("still-missing", strings.Join(ids, ", "))
		return
	}
	c.Request = bridge.Request{Fingerprint: mark, At: d.Now, Count: c.Request.Count + 1}
	// The count makes a set that is missing again another request. It is saved
	// together with the effect, so the same request has the same key.
	key := fmt.Sprintf("request/%s/%s/%d/%s/%d", c.IssueID, c.Provider, c.Ordinal, mark, c.Request.Count)
	body := bridge.CommentBody{Text: d.Texts.Request(d.request(form, values, problems))}
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToJira, bridge.PostComment, key, body))
	d.audit("ask", strings.Join(ids, ", "))
}

func (d *decision) request(form *mapping.Form, values mapping.Values, problems []mapping.Problem) text.Request {
	lang := d.Texts.Language()
	r := text.Request{
		MentionMarkup: d.Case.OpenedBy.Mention,
		Provider:      d.Profile.Name,
		Form:          form.Name.In(lang),
		Block:         form.BlockFor(lang, problems, values),
		Call:          d.call(),
	}
	for _, p := range problems {
		r.Missing = append(r.Missing, text.Missing{
			Label:   p.Field.Label.In(lang),
			Help:    p.Field.Help.In(lang),
			Example: p.Field.Example.In(lang),
		})
	}
	return r
}

// call says whom to telephone now, or nil while the provider's desk is open.
func (d *decision) call() *text.Call {
	from, to := d.Profile.Hours.Minutes()
	if (calendar.Hours{Zone: d.Profile.Location(), From: from, To: to}).Open(d.Now) {
		return nil
	}
	return &text.Call{Provider: d.Profile.Name, Hours: d.Texts.Hours(to, from), Numbers: d.Profile.Contacts.Night.Phones}
}

// send plans the first notice.
func (d *decision) send() {
	c := &d.out.Case
	c.State = bridge.Sending
	key := fmt.Sprintf("compose/%s/%s/%d/1", c.IssueID, c.Provider, c.Ordinal)
	if c.Rounds > 0 { // it was complete before, and then no longer
		key = fmt.Sprintf("%s/%d", key, c.Rounds)
	}
	d.out.Effects = append(d.out.Effects, bridge.Plan(bridge.ToMail, bridge.ComposeMail, key, bridge.ComposeBody{Serial: 1}))
	d.audit("complete", "")
}

func (d *decision) audit(action, reason string) {
	d.out.Audit = append(d.out.Audit, bridge.Entry{At: d.Now, Stage: stage, Action: action, Reason: reason})
}

// fingerprint names a set of missing fields, in whatever order they come.
func fingerprint(form string, fields []string) string {
	sum := sha256.Sum256([]byte(form + "\n" + strings.Join(slices.Sorted(slices.Values(fields)), "\n")))
	return hex.EncodeToString(sum[:8])
}
