package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"escalat/bridge"
)

// unwritableFor is how long an issue that takes nothing is left alone.
const unwritableFor = 10 * time.Minute

// addComments is the permission without which nobody can be told anything on an issue,
// as Jira names it to programs.
const addComments = "ADD_COMMENTS"

// blamed tells what a refused write was refused for: what was written, which stays
// permanent, or the issue, which is bridge.ErrUnwritable: not there for our account,
// archived, or without the permission to comment. Jira's words are translated and
// differ between its versions, so the issue is asked.
func (c *Client) blamed(ctx context.Context, issueID string, err error) error {
	refused, ok := errors.AsType[*StatusError](err)
	switch {
	case !ok || !bridge.IsPermanent(err) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrIssueFull):
		return err
	case refused.Status != http.StatusBadRequest && refused.Status != http.StatusForbidden && refused.Status != http.StatusNotFound:
		return err
	}
	why, asked := c.unwritable(ctx, issueID)
	switch {
	case bridge.IsPermanent(asked) && refused.Status != http.StatusNotFound: // Jira does not tell
		return err
	case asked != nil:
		return bridge.NotDone(preliminary(asked))
	case why == "":
		return err
	}
	barred := fmt.Errorf("jira: issue %s: %w: %s (%s)", issueID, bridge.ErrUnwritable, why, refused.Error())
	return bridge.NotDone(bridge.Later(barred, c.now().Add(unwritableFor)))
}

// unwritable says why the issue takes no comment, nothing when it does.
func (c *Client) unwritable(ctx context.Context, issueID string) (why string, err error) {
	var w wireIssue
	err = c.ask(ctx, "read issue "+issueID, "rest/api/2/issue/"+issueID+"?fields=archiveddate", &w)
	switch {
	case errors.Is(err, ErrNotFound):
		if err := c.confirmed(ctx, err); !errors.Is(err, ErrNotFound) {
			return "", err
		}
		return "it is deleted, or hidden from our account", nil
	case err != nil:
		return "", err
	case said(w.Fields.ArchivedAt):
		return "it is archived", nil
	}
	srv, err := c.detected(ctx)
	if err != nil {
		return "", err
	}
	query := url.Values{"issueId": {issueID}}
	if srv.Flavour == Cloud { // which must be told what is asked; Data Center tells all
		query.Set("permissions", addComments)
	}
	var mine struct {
		Permissions map[string]struct {
			Have flag `json:"havePermission"`
		} `json:"permissions"`
	}
	if err := c.ask(ctx, "ask what we may do to issue "+issueID, "rest/api/2/mypermissions?"+query.Encode(), &mine); err != nil && !bridge.IsPermanent(err) {
		return "", err
	}
	if have := mine.Permissions[addComments].Have; have.known && !have.set {
		return "our account lacks " + addComments, nil
	}
	return "", nil
}
