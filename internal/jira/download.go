package jira

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	gojira "github.com/andygrunwald/go-jira"

	"escalat/bridge"
)

// Attachment opens the content of a file that Issue named. Reading it ends
// with an error when it has not exactly a.Size bytes; when the size is not known
// (0), Config.MaxAttachment bounds it. The caller closes it.
func (c *Client) Attachment(ctx context.Context, a bridge.Attachment) (io.ReadCloser, error) {
	if !number.MatchString(a.ID) {
		return nil, bridge.Permanent(fmt.Errorf("jira: attachment %.40q: not a numeric id", a.ID))
	}
	op := "read attachment " + a.ID
	if a.Size > c.maxFile {
		return nil, bridge.Permanent(fmt.Errorf("jira: %s: %d bytes, the most is %d: %w", op, a.Size, c.maxFile, ErrTooLarge))
	}
	path, err := c.contentPath(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	bound := a.Size
	if bound <= 0 {
		bound = c.maxFile
	}
	limited, cancel := context.WithTimeout(withOrigin(ctx), c.transfer(bound))
	body, err := c.open(limited, op, path, a)
	if err != nil {
		cancel()
		return nil, c.confirmed(ctx, err)
	}
	return &download{body: body, cancel: cancel, op: op, size: a.Size, bound: bound}, nil
}

// contentPath is where the content is. Cloud streams it by its REST interface;
// Data Center says where it is, and is believed inside of the base only: the
// base that Jira itself knows may be another than the one it is reached by.
func (c *Client) contentPath(ctx context.Context, id string) (string, error) {
	srv, err := c.detected(ctx)
	if err != nil {
		return "", err
	}
	if srv.Flavour == Cloud {
		return "rest/api/2/attachment/content/" + id + "?redirect=false", nil
	}
	var w wireAttachment
	if err := c.ask(ctx, "ask for attachment "+id, "rest/api/2/attachment/"+id, &w); err != nil {
		return "", c.confirmed(ctx, err)
	}
	return c.base.downloadPath(id, w), nil
}

// downloadPath is where a file of Data Center is: where that says, or by its name, when
// one of them is sure to come through. Jira goes by the id alone.
func (b base) downloadPath(id string, w wireAttachment) string {
	place := "secure/attachment/" + id + "/"
	if u, err := url.Parse(w.Content); err == nil {
		path, here := b.within(u)
		if escaped, below := strings.CutPrefix(path, place); here && below && passes(decoded(escaped)) {
			return path
		}
	}
	if !passes(w.Filename) {
		return place + "file"
	}
	return place + url.PathEscape(w.Filename)
}

// passes reports whether the name of a file comes through to Jira in a path: servers on
// the way refuse or rewrite what may part a path, and credentials go along with nothing
// that could lead elsewhere.
func passes(name string) bool {
	return name != "" && steady(name) && !strings.ContainsAny(name, `/\;%`) && !strings.ContainsFunc(name, unicode.IsControl)
}

// open returns the body of the content. It does not go through go-jira's Do,
// which would bound it as JSON.
func (c *Client) open(ctx context.Context, op, path string, a bridge.Attachment) (io.ReadCloser, error) {
	k, err := c.admit(ctx, call{op: op, method: http.MethodGet, path: path})
	if err != nil {
		return nil, err
	}
	req, err := c.api.NewRequestWithContext(ctx, k.method, k.path, nil)
	if err != nil {
		return nil, bridge.Permanent(fmt.Errorf("jira: %s: %s", op, c.clean(err.Error(), "")))
	}
	req.Header.Del("Content-Type")
	resp, err := c.content.Do(req)
	if err != nil {
		return nil, fmt.Errorf("jira: %s: %w", op, c.failure(k, nil, err))
	}
	if !success(resp.StatusCode) {
		resp.Body = &boundedBody{ReadCloser: resp.Body, left: maxErrorAnswer, cut: true}
		return nil, fmt.Errorf("jira: %s: %w", op, c.failure(k, &gojira.Response{Response: resp}, errors.New("refused")))
	}
	c.heed(k, resp.Header)
	// A page to log in must not be sent on as if it were the file.
	// The file's own name says nothing of that.
	login := unknownCaller(resp) || resp.Request.URL.Path != req.URL.Path && isLogin(resp)
	if login || isHTML(resp) && !strings.Contains(a.MIMEType, "html") {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("jira: %s: %w", op, &pageError{login: login})
	}
	return resp.Body, nil
}

// download is the content of a file, held against its size.
type download struct {
	body   io.ReadCloser
	cancel context.CancelFunc
	op     string
	size   int64 // as Jira said; 0: not known
	bound  int64
	read   int64
}

// Read reads the file.
func (d *download) Read(p []byte) (int, error) {
	n, err := d.body.Read(p)
	d.read += int64(n)
	switch {
	case d.read > d.bound && d.size > 0:
		return 0, fmt.Errorf("jira: %s: more than the %d bytes that Jira says", d.op, d.size)
	case d.read > d.bound:
		return 0, bridge.Permanent(fmt.Errorf("jira: %s: more than %d bytes: %w", d.op, d.bound, ErrTooLarge))
	case errors.Is(err, io.EOF) && d.size > 0 && d.read < d.size:
		return n, fmt.Errorf("jira: %s: %d bytes instead of %d: %w", d.op, d.read, d.size, io.ErrUnexpectedEOF)
	case err == nil || errors.Is(err, io.EOF):
		return n, err
	}
	return n, fmt.Errorf("jira: %s: %w", d.op, err)
}

// Close gives the connection up.
func (d *download) Close() error {
	defer d.cancel()
	return d.body.Close()
}
