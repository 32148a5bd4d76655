package sim

import (
	"errors"
	"fmt"
	"slices"
)

// admin is who does what only an administrator can.
const admin = "admin"

// Move moves an issue to another project, where it gets another key. The old
// one goes on leading to it.
func (j *Jira) Move(user, key, project string) error {
	return j.Edit(user, key, map[string]string{"project": project})
}

// Resolve sets the issue's status to the first in which it is done, with that resolution.
func (j *Jira) Resolve(user, key, resolution string) error {
	return j.Edit(user, key, map[string]string{"status": j.cfg.doneStatus(), "resolution": resolution})
}

// Reopen sets the issue's status back to the first, which takes the resolution away.
func (j *Jira) Reopen(user, key string) error {
	return j.Edit(user, key, map[string]string{"status": j.cfg.Statuses[0].Name})
}

// Delete deletes an issue with all that hangs on it. A search that lags may go
// on finding it.
func (j *Jira) Delete(key string) error {
	return j.act(key, func(issue *Issue) error {
		j.tell(event{name: "jira:issue_deleted", kind: "issue_deleted", issue: issue, user: admin})
		for _, link := range slices.Clone(issue.Links) {
			j.unlink(issue, link)
		}
		for _, ref := range append([]string{issue.ID, issue.Key}, issue.OldKeys...) {
			delete(j.byRef, ref)
		}
		for _, c := range issue.Comments {
			delete(j.comments, c.ID)
		}
		for _, a := range issue.Attachments {
			delete(j.files, a.ID)
		}
		j.issues = slices.DeleteFunc(slices.Clone(j.issues), func(i *Issue) bool { return i == issue })
		j.index.remove(issue.ID, j.cfg.Now())
		return nil
	})
}

// Restrict hides an issue from the account by a security level, or shows it.
func (j *Jira) Restrict(key string, hidden bool) error {
	return j.act(key, func(issue *Issue) error {
		if issue.Restricted == hidden {
			return nil
		}
		issue.Restricted = hidden
		item := ChangeItem{Field: "security", To: "Intern"}
		if !hidden {
			item = ChangeItem{Field: "security", From: "Intern"}
		}
		j.changed(issue, admin, []ChangeItem{item})
		return nil
	})
}

// Archive archives an issue: it can be read by its id, is found by no search,
// and takes no write. The change log says nothing of it.
func (j *Jira) Archive(user, key string) error {
	return j.act(key, func(issue *Issue) error {
		if issue.Archived != nil {
			return fmt.Errorf("archive %s: it is archived", key)
		}
		now := j.cfg.Now()
		issue.Archived, issue.ArchivedBy = &now, j.user(user).Name
		j.touch(issue)
		return nil
	})
}

// Restore brings an archived issue back.
func (j *Jira) Restore(key string) error {
	return j.act(key, func(issue *Issue) error {
		if issue.Archived == nil {
			return fmt.Errorf("restore %s: it is not archived", key)
		}
		issue.Archived, issue.ArchivedBy = nil, ""
		j.touch(issue)
		return nil
	})
}

// SetOdd has an issue told in the odd shapes of [JiraConfig.Odd], or no longer.
func (j *Jira) SetOdd(key string, odd bool) error {
	return j.act(key, func(issue *Issue) error {
		issue.Odd = odd
		return nil
	})
}

// AddInternalComment adds a comment that the customers of a service desk do not
// see.
func (j *Jira) AddInternalComment(user, key, body string) (id string, err error) {
	err = j.write(key, func(issue *Issue) error {
		id = j.comment(issue, &Comment{
			Author: j.user(user).Name, Body: body,
			Properties: []Property{{Key: "sd.public.comment", Value: []byte(`{"internal":true}`)}},
		}).ID
		return nil
	})
	return id, err
}

// EditComment changes the text of a comment.
func (j *Jira) EditComment(user, key, id, body string) error {
	return j.withCommentOf(key, id, func(issue *Issue, c *Comment) { j.recomment(issue, c, user, body) })
}

// DeleteComment deletes a comment.
func (j *Jira) DeleteComment(user, key, id string) error {
	return j.withCommentOf(key, id, func(issue *Issue, c *Comment) {
		issue.Comments = slices.DeleteFunc(slices.Clone(issue.Comments), func(o *Comment) bool { return o == c })
		delete(j.comments, id)
		issue.Updated = j.cfg.Now()
		j.touch(issue)
		j.tell(event{name: "comment_deleted", kind: "issue_comment_deleted", issue: issue, user: user, comment: c})
	})
}

// withCommentOf runs f on a comment of an issue, under mu.
func (j *Jira) withCommentOf(key, id string, f func(*Issue, *Comment)) error {
	return j.write(key, func(issue *Issue) error {
		c := j.findComment(id)
		if c == nil || j.comments[id] != issue {
			return errors.Join(ErrUnknown, fmt.Errorf("no comment %s on %s", id, key))
		}
		f(issue, c)
		return nil
	})
}

// recomment changes the text of a comment. The caller holds mu.
func (j *Jira) recomment(issue *Issue, c *Comment, user, body string) {
	c.Body = j.stored(body)
	c.Mentions = j.mentions(c.Body)
	c.Updated = j.cfg.Now()
	c.Editor = j.user(user).Name
	issue.Updated = c.Updated
	j.touch(issue)
	j.tell(event{name: "comment_updated", kind: "issue_comment_edited", issue: issue, user: user, comment: c})
}
