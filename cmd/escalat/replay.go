package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"escalat/bridge"
	"escalat/internal/app"
)

type replayCommand struct {
	Paths []string `arg:"" name:"path" help:"Raw mails: files, folders with all that is in them, or - for one on the standard input."`
	Text  bool     `help:"The files are plain texts of mails, without headers."`
	JSON  bool     `help:"Print one JSON object a mail, a line each."`
}

// Run reads the mails and tells what escalat makes of them. Nothing is asked of any
// server and nothing is written. What a mail contains never makes it fail.
func (c replayCommand) Run(ctx context.Context, w world) error {
	_, profiles, err := loadForms(w.environ, "")
	if err != nil {
		return err
	}
	cfg, _, err := previewConfig(w.environ, profiles)
	if err != nil {
		return err
	}
	replay, err := app.NewReplay(cfg, profiles)
	if err != nil {
		return err
	}
	show := (*replayed).text
	if c.JSON {
		show = (*replayed).json
	}
	return c.each(w, func(source source) ([]byte, error) {
		mail := c.read(ctx, replay, source)
		return show(&mail)
	})
}

// source is a mail to be read: its name, and how it is opened.
type source struct {
	name string
	open func() (io.ReadCloser, error)
}

// each reads all mails, as many at a time as there are processors, and prints in the
// order of their names. What is ahead of the printing is bounded.
func (c replayCommand) each(w world, read func(source) ([]byte, error)) error {
	type slot chan []byte
	queue := make(chan slot, 2*runtime.NumCPU())
	var readers, printer errgroup.Group
	readers.SetLimit(runtime.NumCPU())
	printer.Go(func() (err error) {
		for s := range queue {
			if out := <-s; err == nil {
				_, err = w.out.Write(out)
			}
		}
		return err
	})
	walked := c.walk(w, func(one source) {
		s := make(slot, 1)
		queue <- s
		readers.Go(func() error {
			out, err := read(one)
			s <- out
			return err
		})
	})
	failed := readers.Wait()
	close(queue)
	return errors.Join(walked, failed, printer.Wait())
}

// walk finds the mails.
func (c replayCommand) walk(w world, found func(source)) error {
	for _, path := range c.Paths {
		if path == "-" {
			raw, err := io.ReadAll(io.LimitReader(w.in, maxStandardInput))
			if err != nil {
				return err
			}
			found(source{path, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), nil }})
			continue
		}
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil && name == path:
				return err
			case err != nil:
				fmt.Fprintln(w.err, "escalat:", err)
			case d.IsDir() && name != path && strings.HasPrefix(d.Name(), ".git"):
				return fs.SkipDir
			case !d.IsDir():
				if info, err := os.Stat(name); err != nil || info.Mode().IsRegular() {
					found(source{name, func() (io.ReadCloser, error) { return os.Open(name) }})
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// maxStandardInput bounds a mail that comes by the standard input, in bytes.
const maxStandardInput = 256 << 20

func (c replayCommand) read(ctx context.Context, replay *app.Replay, s source) replayed {
	open := s.open
	if c.Text {
		open = func() (io.ReadCloser, error) { return bodyOnly(s.open) }
	}
	out := replayed{File: strings.ToValidUTF8(s.name, "\uFFFD")}
	r, err := replay.Read(ctx, open)
	if err != nil {
		out.Error = strings.ToValidUTF8(err.Error(), "\uFFFD")
	}
	out.fill(r)
	return out
}

// bodyOnly puts a header before a text that has none.
func bodyOnly(open func() (io.ReadCloser, error)) (io.ReadCloser, error) {
	body, err := open()
	if err != nil {
		return nil, err
	}
	const header = "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(strings.NewReader(header), body), body}, nil
}

// replayed is what escalat makes of a mail.
type replayed struct {
	File        string          `json:"file"`
	Outcome     string          `json:"outcome"`
	Kind        string          `json:"kind"`
	Reason      string          `json:"reason"`
	MessageID   string          `json:"message_id"`
	From        string          `json:"from"`
	Reply       string          `json:"reply"`
	Cut         string          `json:"cut"`
	Attachments []replayedFile  `json:"attachments"`
	Reference   string          `json:"reference"`
	Bounce      *replayedBounce `json:"bounce,omitempty"`
	Sender      replayedSender  `json:"sender"`
	Defects     []string        `json:"defects,omitempty"`
	Error       string          `json:"error,omitempty"`
}

type replayedFile struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int64  `json:"size"`
	Inline bool   `json:"inline"`
}

type replayedBounce struct {
	Status    string `json:"status"`
	Recipient string `json:"recipient"`
	Original  string `json:"original_message_id"`
	Hard      bool   `json:"hard"`
}

// replayedSender is how the sender stands.
type replayedSender struct {
	Provider string `json:"provider"`
	Allowed  bool   `json:"allowed"`
	Verified bool   `json:"verified"`
	Reason   string `json:"reason"`
}

// byPerson is the kind of a mail that no program wrote.
const byPerson = "person"

func (r *replayed) fill(in app.Replayed) {
	m, v := in.Message, in.Verdict
	r.Outcome, r.Reason, r.Kind, r.MessageID = string(v.Outcome), v.Reason, string(m.Kind), m.MessageID
	if r.Kind == "" {
		r.Kind = byPerson
	}
	if r.Outcome == "" { // it could not be read, so nothing was decided
		r.Outcome = string(bridge.MailUnreadable)
	}
	if len(m.From) > 0 {
		r.From = m.From[0].Address
	}
	r.Reply, r.Cut, r.Defects = m.Reply, m.Cut, m.Defects
	r.Attachments = []replayedFile{}
	for _, p := range m.Parts {
		r.Attachments = append(r.Attachments, replayedFile{p.Name, p.Type, p.Size, p.Inline})
	}
	if named := slices.Concat(m.Tickets, m.Spoken); len(named) > 0 {
		r.Reference = named[0].Number
	}
	if b := m.Bounce; b != nil {
		r.Bounce = &replayedBounce{Status: b.Status, Recipient: b.Recipient, Hard: b.Hard}
		if len(b.Originals) > 0 {
			r.Bounce.Original = b.Originals[0]
		}
	}
	r.Sender = replayedSender{m.Provider, m.Authentic.Allowed, m.Authentic.Verified, m.Authentic.Reason}
}

func (r *replayed) json() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(r)
	return b.Bytes(), err
}

// maxListed bounds what is shown of a text in a terminal, in bytes.
const maxListed = 4 << 10

// text tells it to a person.
func (r *replayed) text() ([]byte, error) {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", name, oneLineOf(value))
		}
	}
	fmt.Fprintf(&b, "%s\n", oneLineOf(r.File))
	line("outcome", r.Outcome+": "+r.Reason)
	line("kind", r.Kind)
	line("from", r.From)
	if r.Sender.Provider != "" {
		line("sender", r.Sender.Provider+": "+r.Sender.Reason)
	}
	line("Message-ID", r.MessageID)
	line("reference", r.Reference)
	if r.Bounce != nil {
		line("bounce", strings.Join([]string{r.Bounce.Status, r.Bounce.Recipient, r.Bounce.Original}, " "))
	}
	for _, f := range r.Attachments {
		line("attachment", fmt.Sprintf("%s (%s, %d bytes)", f.Name, f.Type, f.Size))
	}
	line("defects", strings.Join(r.Defects, ", "))
	line("error", r.Error)
	for _, part := range []struct{ name, text string }{{"new text", r.Reply}, {"cut", r.Cut}} {
		if strings.TrimSpace(part.text) == "" {
			continue
		}
		shown, more := part.text, ""
		if len(shown) > maxListed {
			more = fmt.Sprintf("  │ … (%d bytes in all)\n", len(shown))
			shown = strings.ToValidUTF8(shown[:maxListed], "")
		}
		fmt.Fprintf(&b, "  %s:\n  │ %s\n%s", part.name, strings.ReplaceAll(steered(strings.TrimRight(shown, "\n")), "\n", "\n  │ "), more)
	}
	b.WriteString("\n")
	return []byte(b.String()), nil
}

// oneLineOf is a stranger's text on one line, of which nothing steers a terminal.
func oneLineOf(s string) string {
	const most = 300
	s = steered(strings.Join(strings.Fields(s), " "))
	for i := range s {
		if i > most {
			return s[:i] + "…"
		}
	}
	return s
}
