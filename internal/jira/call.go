package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"escalat/bridge"
)

// call is one question or order to Jira.
type call struct {
	op     string // what is being done, for errors
	method string
	path   string // without leading slash, every variable part checked
	body   any    // sent as JSON; nil: none
	write  bool
	quiet  string // what must not come back in the text of an error
}

// untouched marks err as certain to have changed nothing, where that means
// something: an error of a read says nothing about an earlier write.
func (k call) untouched(err error) error {
	if !k.write {
		return err
	}
	return bridge.NotDone(err)
}

// ask reads path into v.
func (c *Client) ask(ctx context.Context, op, path string, v any) error {
	return c.do(ctx, call{op: op, method: http.MethodGet, path: path}, v)
}

// do makes one exchange in JSON. v must not be nil.
func (c *Client) do(ctx context.Context, k call, v any) error {
	ctx, cancel := context.WithTimeout(withOrigin(ctx), c.timeout)
	defer cancel()
	req, err := c.api.NewRequestWithContext(ctx, k.method, k.path, k.body)
	if err != nil {
		return bridge.Permanent(fmt.Errorf("jira: %s: %s", k.op, c.clean(err.Error(), k.quiet)))
	}
	return c.exchange(req, k, v)
}

// exchange sends req and reads the answer into v. A value of another shape
// than documented does not lose the rest of the answer.
func (c *Client) exchange(req *http.Request, k call, v any) error {
	req.Header.Set("Accept", "application/json")
	resp, err := c.api.Do(req, v)
	switch {
	case err == nil:
		return nil
	case resp != nil && success(resp.StatusCode) && oddValue(err):
		c.log.WarnContext(req.Context(), "odd value in an answer of Jira", "err", fmt.Sprintf("%s: %v", k.op, err))
		return nil
	}
	return fmt.Errorf("jira: %s: %w", k.op, c.failure(k, resp, err))
}

// confirmed tells "not found" from credentials that have stopped counting:
// Cloud may hide every issue from a token that expired.
func (c *Client) confirmed(ctx context.Context, err error) error {
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	var me wireUser
	if doubt := c.ask(ctx, "ask who we are", "rest/api/2/myself", &me); doubt != nil {
		return preliminary(doubt)
	}
	return err
}
