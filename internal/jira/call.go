package jira

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	gojira "github.com/andygrunwald/go-jira"

	"escalat/bridge"
)

// call is one question or order to Jira.
type call struct {
	op     string // what is being done, for errors
	method string
	path   string // without leading slash, every variable part checked
	body   any    // sent as JSON; nil: none
	write  bool
	issue  string // that is written on; empty for a read
	quiet  string // what must not come back in the text of an error
	file   bool   // it brings a file
	// tooLarge is what a 413 says; nil: ErrTooLarge.
	tooLarge error
	round    int // of the pace in which it is made
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
	_, err := c.do(ctx, call{op: op, method: http.MethodGet, path: path}, v)
	return err
}

// do makes one exchange in JSON, and returns when Jira answered, by its clock;
// zero when that is not told. Where v is nil the answer has nothing to say.
func (c *Client) do(ctx context.Context, k call, v any) (at time.Time, err error) {
	if k, err = c.admit(ctx, k); err != nil {
		return at, err
	}
	ctx, cancel := context.WithTimeout(withOrigin(ctx), c.timeout)
	defer cancel()
	req, err := c.api.NewRequestWithContext(ctx, k.method, k.path, k.body)
	if err != nil {
		return at, bridge.Permanent(fmt.Errorf("jira: %s: %s", k.op, c.clean(err.Error(), k.quiet)))
	}
	return c.exchange(req, k, v)
}

// exchange sends req and reads the answer into v. A value of another shape
// than documented does not lose the rest of the answer.
func (c *Client) exchange(req *http.Request, k call, v any) (at time.Time, err error) {
	req.Header.Set("Accept", "application/json")
	begun := c.now()
	resp, err := c.api.Do(req, v)
	good := resp != nil && resp.Response != nil && success(resp.StatusCode)
	if good {
		c.heed(k, resp.Header)
		at = dated(resp.Header)
	}
	if good && (err == nil || oddValue(err)) {
		c.look(resp.Header, begun)
	}
	switch {
	case err == nil && v == nil:
		drain(resp)
		return at, nil
	case err == nil:
		return at, nil
	case good && oddValue(err):
		c.log.WarnContext(req.Context(), "odd value in an answer of Jira", "err", fmt.Sprintf("%s: %v", k.op, err))
		return at, nil
	}
	return time.Time{}, fmt.Errorf("jira: %s: %w", k.op, c.failure(k, resp, err))
}

// drain gives back the connection of an answer that nobody reads.
func drain(resp *gojira.Response) {
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

// confirmed tells "not found" from credentials that have stopped counting:
// Cloud may hide every issue from a token that expired.
func (c *Client) confirmed(ctx context.Context, err error) error {
	if !errors.Is(err, ErrNotFound) {
		return err
	}
	if doubt := c.known(ctx); doubt != nil {
		return preliminary(doubt)
	}
	return err
}

// known reports that Jira knows who we are, or else why not.
func (c *Client) known(ctx context.Context) error {
	var me wireUser
	return c.ask(ctx, "ask who we are", "rest/api/2/myself", &me)
}
