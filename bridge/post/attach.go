package post

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/text"
)

// Files is Jira's attachments. Since is by our clock.
type Files interface {
	Attach(ctx context.Context, issueID, name, contentType string, size int64, r io.Reader) (id string, err error)
	FindAttachment(ctx context.Context, issueID, name string, size int64, since time.Time) (id string, found bool, err error)
	Attachment(ctx context.Context, a bridge.Attachment) (io.ReadCloser, error)
}

// Blobs opens what the store keeps.
type Blobs interface {
	OpenBlob(ctx context.Context, name string) (io.ReadCloser, error)
}

// Scanner looks into files. It returns the name of what it found, or nothing. An error
// that is permanent means that it takes no such file.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (found string, err error)
}

// Attacher does effects of the kind bridge.PostAttachment: it streams a part of
// a received mail, or a text of ours, into Jira.
type Attacher struct {
	Jira     Files
	Blobs    Blobs
	Scanner  Scanner // nil: files are not scanned
	Limits   message.Limits
	Texts    text.Texts
	Names    map[string]string // of the providers, by profile id
	Now      func() time.Time
	Settling time.Duration
}

// Do uploads the file.
func (p *Attacher) Do(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, error) {
	var body bridge.AttachBody
	if err := e.Decode(&body); err != nil {
		return nil, err
	}
	if err := p.scan(ctx, body); err != nil {
		return nil, err
	}
	file, err := p.open(ctx, body)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	id, err := p.Jira.Attach(ctx, c.IssueID, body.Name, body.Type, body.Size, file)
	if err != nil {
		return nil, waited(fmt.Errorf("attach to %s: %w", c.IssueKey, err), e, p.Now())
	}
	return json.Marshal(bridge.AttachResult{ID: id})
}

// scan has what came with a mail looked into. What cannot be looked into is not
// attached.
func (p *Attacher) scan(ctx context.Context, body bridge.AttachBody) error {
	if p.Scanner == nil || body.Blob == "" {
		return nil
	}
	file, err := p.open(ctx, body)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	found, err := p.Scanner.Scan(ctx, file)
	switch {
	case bridge.IsPermanent(err):
		return bridge.Permanent(fmt.Errorf("%w: %w", bridge.ErrUnscanned, err))
	case err != nil:
		return bridge.NotDone(fmt.Errorf("scan %q: %w", body.Name, err))
	case found != "":
		return bridge.Permanent(fmt.Errorf("%w: %s", bridge.ErrInfected, found))
	}
	return nil
}

// open opens what is to be attached.
func (p *Attacher) open(ctx context.Context, body bridge.AttachBody) (io.ReadCloser, error) {
	if body.Blob == "" {
		return io.NopCloser(strings.NewReader(body.Text)), nil
	}
	raw, err := p.Blobs.OpenBlob(ctx, body.Blob)
	if err != nil {
		return nil, bridge.NotDone(fmt.Errorf("open the received mail: %w", err))
	}
	if body.Part == message.Whole { // it is here because it is over a limit
		return raw, nil
	}
	part, err := message.Open(raw, body.Part, p.Limits)
	if err == nil {
		return partOf{part, raw}, nil
	}
	_ = raw.Close()
	if errors.Is(err, message.ErrNoPart) {
		return nil, bridge.Permanent(fmt.Errorf("part %d of the received mail: %w", body.Part, err))
	}
	return nil, bridge.NotDone(fmt.Errorf("read the received mail: %w", err))
}

// partOf is a part of a mail, which is closed with it.
type partOf struct {
	io.Reader
	io.Closer
}

// Find looks for the file by name, size and content: a desk's mails bring files of one
// name and size that differ.
func (p *Attacher) Find(ctx context.Context, c bridge.Case, e bridge.Effect) (json.RawMessage, bool, error) {
	var body bridge.AttachBody
	if err := e.Decode(&body); err != nil {
		return nil, false, err
	}
	id, found, err := p.Jira.FindAttachment(ctx, c.IssueID, body.Name, body.Size, e.AttemptedAt)
	if err != nil {
		return nil, false, hidden(fmt.Errorf("look for a file of %s: %w", c.IssueKey, err), e, p.Now())
	}
	if found {
		found, err = p.same(ctx, id, body)
	}
	if err != nil {
		return nil, false, hidden(fmt.Errorf("look into a file of %s: %w", c.IssueKey, err), e, p.Now())
	}
	if !found {
		return nil, false, settling(e, p.Now(), p.Settling)
	}
	raw, err := json.Marshal(bridge.AttachResult{ID: id})
	return raw, true, err
}

// same reports whether the attachment, which is the newest of its name and size, holds
// what is to be attached. Where either cannot be read its name and size must do.
func (p *Attacher) same(ctx context.Context, id string, body bridge.AttachBody) (bool, error) {
	wanted, err := p.open(ctx, body)
	if err != nil {
		return bridge.IsPermanent(err), ignorePermanent(err)
	}
	defer func() { _ = wanted.Close() }()
	there, err := p.Jira.Attachment(ctx, bridge.Attachment{ID: id, Name: body.Name, Size: body.Size})
	if err != nil {
		return bridge.IsPermanent(err), ignorePermanent(err)
	}
	defer func() { _ = there.Close() }()
	one, two := sha256.New(), sha256.New()
	if _, err := io.Copy(one, wanted); err != nil {
		return false, fmt.Errorf("read the received mail: %w", err)
	}
	if _, err := io.Copy(two, there); err != nil {
		return false, err
	}
	return bytes.Equal(one.Sum(nil), two.Sum(nil)), nil
}

func ignorePermanent(err error) error {
	if bridge.IsPermanent(err) {
		return nil
	}
	return err
}

// Settle remembers what was written, and tells the issue about a file that Jira
// refuses.
func (p *Attacher) Settle(c bridge.Case, e bridge.Effect, ev bridge.Event) bridge.Outcome {
	switch ev.What {
	case bridge.Failed:
	case bridge.Done:
		var r bridge.AttachResult
		if err := json.Unmarshal(ev.Result, &r); err != nil {
			return bridge.Outcome{}
		}
		return wrote(c, r.At)
	default:
		return bridge.Outcome{}
	}
	o := bridge.Outcome{Case: c, Audit: entry(ev, "file refused", e.Key)}
	var body bridge.AttachBody
	if e.Decode(&body) != nil {
		return o
	}
	o.Case.Lose(body.Digest) // should it come again, it is attached again
	if errors.Is(ev.Err, bridge.ErrUnwritable) {
		return o
	}
	told := p.Texts.FileFailed(text.FileFailed{
		Provider: p.Names[c.Provider], Name: body.Name, Size: body.Size, Reason: ev.Reason(), Comment: body.Blob == "",
		Infected: errors.Is(ev.Err, bridge.ErrInfected), Unscanned: errors.Is(ev.Err, bridge.ErrUnscanned),
	})
	o.Effects = []bridge.Effect{bridge.Plan(bridge.ToJira, bridge.PostComment, "refused/"+e.Key, bridge.CommentBody{Text: told})}
	return o
}
