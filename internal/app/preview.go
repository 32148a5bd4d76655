package app

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"

	"escalat/bridge"
	"escalat/bridge/send"
	"escalat/bridge/text"
	"escalat/bridge/ticket"
	"escalat/bridge/token"
	"escalat/bridge/validate"
	"escalat/bridge/wording"
	"escalat/internal/config"
	"escalat/internal/jira"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

// PreviewInput says what is previewed.
type PreviewInput struct {
	Config  config.Config
	Profile *mapping.Profile
	Issue   bridge.Issue
	Files   send.Files // open the issue's attachments
	At      time.Time
	// Translator is whom a notice would be translated by; nil: by nobody.
	Translator send.Translator
}

// OpenJira is a way to read from Jira, and not to write. The caller closes it.
func OpenJira(ctx context.Context, cfg config.Jira, profiles []mapping.Profile) (*jira.Client, error) {
	quiet := slog.New(slog.DiscardHandler)
	tracker, err := newTracker(config.Config{Jira: cfg}, profiles, true, quiet)
	if err != nil {
		return nil, err
	}
	if err := bind(ctx, tracker, config.Config{Jira: cfg}, profiles, quiet); err != nil {
		tracker.Close()
		return nil, err
	}
	return tracker, nil
}

// Preview is what would follow from an issue at that time if it were escalated to
// that provider for the first time. Nothing was sent or written.
type Preview struct {
	Provider *mapping.Profile
	// Report is what the issue says of the provider's form.
	Report mapping.Report
	// Request is the comment that would ask for what is missing, in Jira's markup;
	// empty when nothing would be asked.
	Request string
	// Call says whom to telephone; nil while the provider's desk is open.
	Call *text.Call
	// Notice is what would go out when it is complete or a person says so, and Channel how.
	// By mail Raw are its bytes, and Date, Text and HTML what is in them; else Text is what is
	// entered in the provider's portal, or what Ticket asks its API for.
	Notice     bridge.Notice
	Channel    bridge.Channel
	Raw        []byte
	Date       time.Time
	Text, HTML string
	// Translated are the texts that were written in Catalan, in their order.
	Translated []send.Translated
	// Ticket is what the API is asked for; nil by the other channels.
	Ticket *bridge.NewTicket
	// Pretended: the issue has no label for the provider. Over: it is resolved or
	// archived. Nothing would follow then.
	Pretended, Over bool
}

// NewPreview asks the stages what they would do, and composes the notice in memory.
func NewPreview(ctx context.Context, in PreviewInput) (Preview, error) {
	texts, err := text.For(string(in.Config.General.Language), wiki.EscapeLine)
	if err != nil {
		return Preview{}, err
	}
	p := Preview{Provider: in.Profile, Over: in.Issue.Resolved || in.Issue.Archived}
	private, err := newGuard(in.Config)
	if err != nil {
		return Preview{}, err
	}
	issue := in.Issue.Screened(private.Text)
	issue.Resolved, issue.Archived = false, false
	if p.Pretended = len(in.Profile.EscalationLabels(issue.Labels)) == 0; p.Pretended {
		issue.Labels = append(slices.Clone(issue.Labels), in.Profile.Labels()[0])
	}
	c, err := supposed(issue, in.Profile, in.At)
	if err != nil {
		return Preview{}, err
	}
	p.Report = in.Profile.Judge(issue.Input(in.At, in.Profile))
	outcome := validate.Decide(validate.Input{
		Now: in.At, Issue: issue, Case: c, Profile: in.Profile, Texts: texts,
		Team: in.Config.General.Team.Markup(), Trial: in.Config.General.Mode == config.Redirect,
	})
	c = outcome.Case
	if c.State == bridge.Asked {
		p.Request = asks(outcome.Effects)
		c.Forced = bridge.Forced{CommentID: "preview", At: in.At}
	}
	c.State = bridge.Sending
	if p.Call = wording.Due(&c, in.Profile, texts, in.At, issue.Summary); p.Call != nil {
		p.Call.Say = wording.Spoken(in.Profile, issue, c, in.At)
	}
	in.Issue = issue
	return p, p.compose(ctx, in, texts, private, c)
}

// supposed is the case that the label would open. Its id is made of what it is
// about, so that the same issue has the same preview.
func supposed(issue bridge.Issue, profile *mapping.Profile, at time.Time) (bridge.Case, error) {
	sum := sha256.Sum256([]byte(strings.Join([]string{"preview", profile.ID, issue.ID, issue.Key}, "\n")))
	id, err := token.NewCaseID(bytes.NewReader(sum[:]))
	c := bridge.Case{
		ID: id, IssueID: issue.ID, IssueKey: issue.Key, Provider: profile.ID, Ordinal: 1,
		State: bridge.Settling, OpenedAt: at, OpenedBy: issue.Creator,
	}
	for _, l := range slices.Backward(issue.Labelled) {
		if labels := profile.EscalationLabels(l.Added); len(labels) > 0 {
			c.OpenedBy, c.Label, c.LabelledAt = l.By, labels[0], l.At
			break
		}
	}
	if c.OpenedBy.IsZero() {
		c.OpenedBy = issue.Assignee
	}
	return c, err
}

// asks finds the comment that asks for what is missing.
func asks(effects []bridge.Effect) string {
	for _, e := range effects {
		var body bridge.CommentBody
		if e.Kind == bridge.PostComment && json.Unmarshal(e.Body, &body) == nil && body.While != nil {
			return body.Text
		}
	}
	return ""
}

// compose has the notice composed, and reads a mail back.
func (p *Preview) compose(ctx context.Context, in PreviewInput, texts text.Texts, private send.Guard, c bridge.Case) error {
	blobs, issue := memory{}, in.Issue
	on := providers(in.Config, []mapping.Profile{*in.Profile})
	if err := on.glossaries(in.Config); err != nil {
		return err
	}
	composer := newComposer(in.Config, newTelling(in.Config, on, texts), still{issue}, in.Files, blobs, func() time.Time { return in.At })
	composer.Guard, composer.Translator, composer.Watch = private, in.Translator, func(texts []send.Translated) { p.Translated = texts }
	effect := bridge.Plan(bridge.ToMail, bridge.ComposeMail, "preview", bridge.ComposeBody{Serial: 1})
	raw, err := composer.Do(ctx, c, effect)
	if err != nil {
		return err
	}
	var r bridge.ComposeResult
	if err := json.Unmarshal(raw, &r); err != nil {
		return fmt.Errorf("preview %s: %w", issue.Key, err)
	}
	p.Notice, p.Raw = r.Notice, blobs[r.Notice.Blob]
	switch p.Channel = cmp.Or(r.Notice.Channel, bridge.ByMail); {
	case p.Channel == bridge.ByAPI:
		asked := ticket.Asked(r.Notice)
		p.Ticket = &asked
	case p.Channel == bridge.ByPortal:
	case p.Raw == nil:
		return fmt.Errorf("preview %s: nothing was composed: %s", issue.Key, raw)
	default:
		return p.read()
	}
	p.Text, p.Date = r.Notice.Body, in.At
	return nil
}

// read reads both forms of the mail back from its bytes.
func (p *Preview) read() error {
	r, err := mail.CreateReader(bytes.NewReader(p.Raw))
	if err != nil {
		return fmt.Errorf("preview: read the mail: %w", err)
	}
	defer func() { _ = r.Close() }()
	if p.Date, err = r.Header.Date(); err != nil {
		return fmt.Errorf("preview: read the mail: %w", err)
	}
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("preview: read the mail: %w", err)
		}
		h, ok := part.Header.(*mail.InlineHeader)
		if !ok {
			continue
		}
		content, err := io.ReadAll(part.Body)
		if err != nil {
			return fmt.Errorf("preview: read the mail: %w", err)
		}
		shown := strings.ReplaceAll(string(content), "\r\n", "\n")
		if kind, _, _ := h.ContentType(); kind == "text/html" {
			p.HTML = cmp.Or(p.HTML, shown)
		} else {
			p.Text = cmp.Or(p.Text, shown)
		}
	}
}

// still is an issue that stays as it is.
type still struct{ issue bridge.Issue }

// Issue returns it.
func (s still) Issue(context.Context, string) (bridge.Issue, error) { return s.issue, nil }

// memory keeps what was composed.
type memory map[string][]byte

// WriteBlob keeps the bytes.
func (m memory) WriteBlob(_ context.Context, r io.Reader) (string, int64, error) {
	raw, err := io.ReadAll(r)
	if err != nil {
		return "", 0, err
	}
	name := strconv.Itoa(len(m) + 1)
	m[name] = raw
	return name, int64(len(raw)), nil
}

// OpenBlob opens them.
func (m memory) OpenBlob(_ context.Context, name string) (io.ReadCloser, error) {
	raw, ok := m[name]
	if !ok {
		return nil, fmt.Errorf("blob %q is not there", name)
	}
	return io.NopCloser(bytes.NewReader(raw)), nil
}
