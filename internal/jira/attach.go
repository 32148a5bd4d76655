package jira

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"time"
	"unicode"

	"escalat/bridge"
)

// limitMemory holds what Jira says about attachments; it is guarded by its
// turn, which is held while Jira is asked.
type limitMemory struct {
	turn  chan struct{}
	until time.Time
	meta  wireMeta
}

type wireMeta struct {
	Enabled     flag     `json:"enabled"`
	UploadLimit quantity `json:"uploadLimit"`
}

// limitAge is how long the limit is believed: an administrator may change it.
const limitAge = time.Hour

// Attach uploads size bytes of r as a file of the issue with that numeric id
// and returns the attachment's id. The file is streamed; r is not touched after
// Attach has returned. A file larger than Jira accepts is ErrTooLarge.
func (c *Client) Attach(ctx context.Context, issueID, name, contentType string, size int64, r io.Reader) (string, error) {
	op := "attach a file to issue " + issueID
	if !number.MatchString(issueID) || size < 0 {
		return "", bridge.Permanent(fmt.Errorf("jira: attach to issue %.40q: not a numeric id, or a size below 0", issueID))
	}
	if err := c.acceptable(ctx, size); err != nil {
		return "", bridge.NotDone(fmt.Errorf("jira: %s: %w", op, err))
	}
	var made []struct {
		ID ident `json:"id"`
	}
	err := c.upload(ctx, call{
		op:     op,
		method: http.MethodPost,
		path:   "rest/api/2/issue/" + issueID + "/attachments",
		write:  true,
		issue:  issueID,
		quiet:  name,
		file:   true,
	}, filePart(name, contentType), size, r, &made)
	if missing := errors.Is(err, ErrNotFound); err != nil {
		// Without the permission for files alone the comment that tells of them still goes.
		blamed := c.blamed(ctx, issueID, err)
		if missing && bridge.IsPermanent(blamed) {
			// The issue is there: so Data Center says that a file is too large. Only the
			// text of the refusal is told: it says "not found".
			return "", bridge.Permanent(fmt.Errorf("%v (but the issue is there): %w", err, ErrTooLarge)) //nolint:errorlint // must not be found by errors.Is
		}
		return "", blamed
	}
	if len(made) == 0 || made[0].ID == "" {
		return "", fmt.Errorf("jira: %s: the answer has no id", op)
	}
	return string(made[0].ID), nil
}

// acceptable holds the size against Jira's limit. When Jira will not tell the
// limit, the upload itself shows it.
func (c *Client) acceptable(ctx context.Context, size int64) error {
	meta, err := c.uploadLimit(ctx)
	switch {
	case err != nil && bridge.IsPermanent(err):
		return nil
	case err != nil:
		return preliminary(err)
	case meta.Enabled.known && !meta.Enabled.set:
		return bridge.Permanent(errors.New("attachments are switched off in Jira"))
	case meta.UploadLimit > 0 && size > int64(meta.UploadLimit):
		return bridge.Permanent(fmt.Errorf("%d bytes, Jira takes %d: %w", size, meta.UploadLimit, ErrTooLarge))
	}
	return nil
}

func (c *Client) uploadLimit(ctx context.Context) (wireMeta, error) {
	select {
	case c.limit.turn <- struct{}{}:
		defer func() { <-c.limit.turn }()
	case <-ctx.Done():
		return wireMeta{}, ctx.Err()
	}
	if c.now().Before(c.limit.until) {
		return c.limit.meta, nil
	}
	var meta wireMeta
	if err := c.ask(ctx, "ask how large a file may be", "rest/api/2/attachment/meta", &meta); err != nil {
		return wireMeta{}, err
	}
	c.limit.meta, c.limit.until = meta, c.now().Add(limitAge)
	return meta, nil
}

// filePart is the header of the only part.
func filePart(name, contentType string) textproto.MIMEHeader {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.Contains(kind, "/") {
		kind = "application/octet-stream"
	}
	return textproto.MIMEHeader{
		"Content-Disposition": {multipart.FileContentDisposition("file", fileName(name))},
		"Content-Type":        {kind},
	}
}

// fileName is the name under which a file is uploaded and looked for: without
// folders, control characters, and what Jira refuses in names.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`/\:*?"<>|`, r):
			return '_'
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	name = strings.Trim(name, " .")
	if runes := []rune(name); len(runes) > 200 {
		// The end is kept too: it says what kind of file it is.
		name = string(runes[:180]) + string(runes[len(runes)-20:])
	}
	if name == "" {
		return "fitxer"
	}
	return name
}

// upload streams a multipart body whose length is known before. The goroutine
// that reads r belongs to this call and has ended when it returns.
func (c *Client) upload(ctx context.Context, k call, part textproto.MIMEHeader, size int64, r io.Reader, v any) error {
	var frame bytes.Buffer
	form := multipart.NewWriter(&frame)
	if _, err := form.CreatePart(part); err != nil {
		return bridge.Permanent(fmt.Errorf("jira: %s: %w", k.op, err))
	}
	head := bytes.Clone(frame.Bytes())
	if err := form.Close(); err != nil {
		return bridge.Permanent(fmt.Errorf("jira: %s: %w", k.op, err))
	}
	tail := frame.Bytes()[len(head):]

	k, err := c.admit(ctx, k)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(withOrigin(ctx), c.transfer(size))
	defer cancel()
	out, in := io.Pipe()
	req, err := c.api.NewRawRequestWithContext(ctx, k.method, k.path, out)
	if err != nil {
		return bridge.Permanent(fmt.Errorf("jira: %s: %s", k.op, c.clean(err.Error(), k.quiet)))
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.ContentLength = int64(frame.Len()) + size

	written := make(chan struct{})
	go func() {
		defer close(written)
		_ = in.CloseWithError(writeFile(in, head, tail, size, r))
	}()
	defer func() {
		_ = out.Close()
		<-written
	}()
	_, err = c.exchange(req, k, v)
	return err
}

// writeFile writes the frame around exactly size bytes of r.
func writeFile(w io.Writer, head, tail []byte, size int64, r io.Reader) error {
	if _, err := w.Write(head); err != nil {
		return err
	}
	n, err := io.Copy(w, io.LimitReader(r, size))
	if err != nil {
		return fmt.Errorf("read the file: %w", err)
	}
	if n != size {
		return fmt.Errorf("the file has %d bytes instead of %d: %w", n, size, io.ErrUnexpectedEOF)
	}
	_, err = w.Write(tail)
	return err
}

// transfer is how long a file of that size may take.
func (c *Client) transfer(size int64) time.Duration {
	return c.timeout + time.Duration(size/slowestRate)*time.Second
}

// FindAttachment looks for the file that Attach uploaded at or after since (our
// clock): own, of that name and size; the newest if there are several. Whether it
// is that file its content tells.
func (c *Client) FindAttachment(ctx context.Context, issueID, name string, size int64, since time.Time) (id string, found bool, err error) {
	if !number.MatchString(issueID) {
		return "", false, bridge.Permanent(fmt.Errorf("jira: issue %.40q: not a numeric id", issueID))
	}
	var w struct {
		Fields struct {
			Attachments []json.RawMessage `json:"attachment"`
		} `json:"fields"`
	}
	op := "read the attachments of issue " + issueID
	if err := c.ask(ctx, op, "rest/api/2/issue/"+issueID+"?fields=attachment", &w); err != nil {
		return "", false, c.confirmed(ctx, err)
	}
	if w.Fields.Attachments == nil {
		return "", false, fmt.Errorf("jira: %s: the answer has no list of attachments", op)
	}
	srv, err := c.detected(ctx) // after the answer, which tells Jira's time
	if err != nil {
		return "", false, err
	}
	from, wanted := srv.from(since, findMargin), fileName(name)
	list := members[wireAttachment](w.Fields.Attachments)
	slices.SortStableFunc(list, func(a, b wireAttachment) int { return byID(string(b.ID), string(a.ID)) })
	for _, a := range list {
		if a.ID != "" && a.Filename == wanted && int64(a.Size) == size && srv.own(a.Author) && !before(a.Created, from) {
			return string(a.ID), true, nil
		}
	}
	return "", false, nil
}
