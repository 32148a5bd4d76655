package jira

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"escalat/bridge"
)

// Identity says of which Jira and which account there is talk. It does not change
// when the account is renamed.
type Identity struct {
	URL     string // scheme, host with port and context path, lower case where that is the same
	Account string // account id on Cloud, key on Data Center
}

// Identity asks Jira who we are, unless that is known.
func (c *Client) Identity(ctx context.Context) (Identity, error) {
	srv, err := c.Detect(ctx)
	if err != nil {
		return Identity{}, err
	}
	return Identity{URL: c.base.String(), Account: srv.account()}, nil
}

// account is what names our account for ever.
func (s Server) account() string {
	if s.Flavour == Cloud {
		return s.Me.ID
	}
	return cmp.Or(s.key, s.Me.ID)
}

// Time is Jira's present time: ours, corrected by how far the two clocks are apart
// by Jira's last answers.
func (c *Client) Time(ctx context.Context) (time.Time, error) {
	srv, err := c.Detect(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return c.now().Add(srv.Offset), nil
}

// Ahead is how far Jira's clock is before ours by its last answers; zero until it
// was asked. It asks nothing and waits for nobody.
func (c *Client) Ahead() time.Duration {
	known := c.server.known.Load()
	if known == nil {
		return 0
	}
	return known.Offset
}

// propertyKey is what a key may be made of, so that it needs no escaping.
var propertyKey = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$`)

// longestProperty is Jira's bound of a property's value, in bytes of JSON.
const longestProperty = 32768

// UserProperty reads into into what is kept on our own account under the key, and
// reports whether there is anything.
func (c *Client) UserProperty(ctx context.Context, key string, into any) (found bool, err error) {
	op := fmt.Sprintf("read our property %.40q", key)
	path, err := c.propertyPath(ctx, key)
	if err != nil {
		return false, err
	}
	var property wireProperty
	switch err := c.confirmed(ctx, c.ask(ctx, op, path, &property)); {
	case errors.Is(err, ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case len(property.Value) == 0:
		return false, fmt.Errorf("jira: %s: the answer has no value", op)
	case !property.into(into):
		return false, bridge.Permanent(fmt.Errorf("jira: %s: its value is of another shape", op))
	}
	return true, nil
}

// SetUserProperty keeps value, as JSON, on our own account under the key.
func (c *Client) SetUserProperty(ctx context.Context, key string, value any) error {
	op := fmt.Sprintf("write our property %.40q", key)
	raw, err := json.Marshal(value)
	if err != nil {
		return bridge.Permanent(fmt.Errorf("jira: %s: %w", op, err))
	}
	if len(raw) > longestProperty {
		return bridge.Permanent(fmt.Errorf("jira: %s: %d bytes of JSON, the most is %d", op, len(raw), longestProperty))
	}
	path, err := c.propertyPath(ctx, key)
	if err != nil {
		return bridge.NotDone(err)
	}
	_, err = c.do(ctx, call{op: op, method: http.MethodPut, path: path, body: json.RawMessage(raw), write: true}, nil)
	return err
}

// propertyPath is where the property of our own account is.
func (c *Client) propertyPath(ctx context.Context, key string) (string, error) {
	if !propertyKey.MatchString(key) {
		return "", bridge.Permanent(fmt.Errorf("jira: property %.40q: not a key of letters, digits, dots, hyphens and underscores", key))
	}
	srv, err := c.detected(ctx)
	if err != nil {
		return "", err
	}
	query := url.Values{}
	switch {
	case srv.Flavour == Cloud:
		query.Set("accountId", srv.Me.ID)
	case srv.key != "":
		query.Set("userKey", srv.key)
	default:
		query.Set("username", srv.Me.ID)
	}
	return "rest/api/2/user/properties/" + key + "?" + query.Encode(), nil
}
