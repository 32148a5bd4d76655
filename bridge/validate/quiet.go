package validate

import (
	"time"

	"escalat/bridge"
)

// maxWait is how many quiet times are waited for at most: what touches an issue
// again and again, a monitoring robot for instance, must not hold it up. It bounds
// patience likewise.
const maxWait = 5

// early reports whether somebody may still be writing. Then the issue is looked at
// again when the quiet time is over.
func (d *decision) early() bool {
	c := &d.out.Case
	since := d.begun(c.WaitingSince)
	due := lastEdit(d.Issue).Add(d.Quiet)
	if limit := since.Add(maxWait * d.Quiet); due.After(limit) {
		due = limit
	}
	if d.Quiet <= 0 || !d.Now.Before(due) {
		return false
	}
	c.WaitingSince, c.DueAt = since, due
	d.audit("wait", "edited less than the quiet time ago")
	return true
}

// begun is when a wait began, now for a first one. A beginning in the future is
// from before the clock was set back.
func (d *decision) begun(since time.Time) time.Time {
	if since.IsZero() || since.After(d.Now) {
		return d.Now
	}
	return since
}

// lastEdit is when somebody last edited the issue, by Jira's clock.
//
// That is the newest comment that is not ours, or the newest label, file or
// creation. The issue's own time of update tells of edits of the description
// as well, but also of our own comments and labels and of every field that is
// no concern of ours; it counts only where it is newer than anything of ours.
func lastEdit(issue bridge.Issue) time.Time {
	edit, ours := issue.Created, time.Time{}
	for _, l := range issue.Labelled {
		edit = bridge.Latest(edit, l.At)
	}
	for _, c := range issue.Comments {
		if c.Own {
			ours = bridge.Latest(ours, c.At())
		} else {
			edit = bridge.Latest(edit, c.At())
		}
	}
	for _, a := range issue.Attachments {
		if a.Own {
			ours = bridge.Latest(ours, a.Created)
		} else {
			edit = bridge.Latest(edit, a.Created)
		}
	}
	// Jira sets the update a moment after the comment that causes it.
	if issue.Updated.After(ours.Add(ownUpdate)) {
		edit = bridge.Latest(edit, issue.Updated)
	}
	return edit
}

// ownUpdate is how long after a comment of ours the issue's time of update is
// still held to be its doing. An edit by a person within it is not waited for.
const ownUpdate = 2 * time.Second
