package main

import (
	"bytes"
	"cmp"
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
	"sync"

	"golang.org/x/sync/errgroup"

	"escalat/bridge"
	"escalat/internal/app"
	"escalat/internal/config"
	"escalat/mapping"
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
	cfg, _, err := previewConfig(w.environ, profiles, replayVariables(profiles)...)
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
	var all tally
	err = c.each(ctx, w, int64(cfg.IMAP.MaxSize), func(ctx context.Context, s source) ([]byte, error) {
		mail := c.read(ctx, replay, s)
		all.count(mail.Outcome)
		return show(&mail)
	})
	if err == nil && !c.JSON {
		_, err = io.WriteString(w.out, all.text())
	}
	return err
}

// tally counts mails by outcome.
type tally struct {
	mu sync.Mutex
	of map[string]int64
}

func (t *tally) count(outcome string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string]int64{}
	}
	t.of[outcome]++
}

// text is the account of several mails.
func (t *tally) text() string {
	var parts []string
	sum := int64(0)
	for _, o := range bridge.MailOutcomes() {
		if n := t.of[string(o)]; n > 0 {
			parts, sum = append(parts, fmt.Sprintf("%d %s", n, o)), sum+n
		}
	}
	if sum < 2 {
		return ""
	}
	return fmt.Sprintf("%d mails: %s\n", sum, strings.Join(parts, ", "))
}

// replayVariables are those that say how a mail is read and who its sender must be,
// beside what a preview takes of the environment.
func replayVariables(profiles []mapping.Profile) []string {
	names := []string{config.Prefix + "LANGUAGE", config.Prefix + "TOKEN_LIFETIME", config.Prefix + "IMAP_MAX_SIZE", config.Prefix + "IMAP_KEEP_SIZE"}
	for i := range profiles {
		for _, name := range []string{"SENDERS", "SOURCE", "PROOF", "BORDER_ADDRESSES"} {
			names = append(names, ofProvider(profiles[i].ID, name))
		}
	}
	return names
}

// source is a mail to be read: its name, and how it is opened.
type source struct {
	name string
	open func() (io.ReadCloser, error)
}

// each reads all mails, as many at a time as there are processors, and prints in the
// order in which they were found. What is ahead of the printing is bounded.
func (c replayCommand) each(ctx context.Context, w world, most int64, read func(context.Context, source) ([]byte, error)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	type slot chan []byte
	queue := make(chan slot, 2*runtime.GOMAXPROCS(0))
	var readers, printer errgroup.Group
	readers.SetLimit(runtime.GOMAXPROCS(0))
	printer.Go(func() (err error) {
		for s := range queue {
			out := <-s
			if ctx.Err() != nil { // what was being read then says nothing of the mail
				continue
			}
			if _, err = w.out.Write(out); err != nil {
				stop()
			}
		}
		return err
	})
	walked := c.walk(w, most, func(one source) error {
		s := make(slot, 1)
		queue <- s
		readers.Go(func() error {
			out, err := read(ctx, one)
			s <- out
			return err
		})
		return ctx.Err()
	})
	failed := readers.Wait()
	close(queue)
	if err := printer.Wait(); err != nil {
		return err
	}
	return errors.Join(walked, failed)
}

// walk finds the mails. What it was told to read and is not there is a mail like any
// other to whoever reads the output, and an error in the end.
func (c replayCommand) walk(w world, most int64, found func(source) error) error {
	var missing error
	for _, path := range c.Paths {
		if path == "-" {
			if err := found(standardInput(w.in, most)); err != nil {
				return err
			}
			continue
		}
		info, err := os.Stat(path)
		missing = errors.Join(missing, err)
		if err == nil && info.IsDir() {
			var unread error
			unread, err = walkFolder(w, path, found)
			missing = errors.Join(missing, unread)
		} else {
			err = found(mailIn(path))
		}
		if err != nil {
			return err
		}
	}
	return missing
}

// walkFolder finds the mails of a folder and of those in it, but of no folder that it only
// links to: those may go round in a circle. What of it cannot be looked into is told,
// and unread is why not even it itself can.
func walkFolder(w world, path string, found func(source) error) (unread, err error) {
	n := 0
	root := path + string(filepath.Separator) // which may be a link itself
	err = filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && name == root:
			unread = err
			return nil
		case err != nil:
			fmt.Fprintln(w.err, "escalat:", err)
			return nil
		case d.IsDir() && d.Name() == ".git" && name != root:
			return fs.SkipDir
		case d.IsDir():
			return nil
		case leadsToFolder(name, d):
			fmt.Fprintf(w.err, "escalat: %s leads to a folder and is not followed\n", oneLineOf(name))
			return nil
		}
		n++
		return found(mailIn(name))
	})
	if err == nil && unread == nil && n == 0 {
		fmt.Fprintf(w.err, "escalat: %s has no file in it\n", oneLineOf(path))
	}
	return unread, err
}

func leadsToFolder(name string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return false
	}
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// mailIn is the mail in a file. What is no file, a pipe or a device, might never end.
func mailIn(name string) source {
	return source{name, func() (io.ReadCloser, error) {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is no file: pipe it into escalat replay -", name)
		}
		return os.Open(name)
	}}
}

// standardInput is the mail that comes there. It is read more than once, so it is kept,
// as much of it as a mail is read: whoever reads it notes that there was more.
func standardInput(in io.Reader, most int64) source {
	raw, err := io.ReadAll(io.LimitReader(in, most+1))
	return source{"-", func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(raw)), err }}
}

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
	Bounce      *replayedBounce `json:"bounce"`
	Sender      replayedSender  `json:"sender"`
	Defects     []string        `json:"defects,omitempty"`
	Error       string          `json:"error"`
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
	switch {
	case r.Outcome == "": // it could not be read, so nothing was decided
		r.Outcome, r.Reason = string(bridge.MailUnreadable), "the file cannot be read"
	case r.Kind == "":
		r.Kind = byPerson
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

// unnamed stands for the name of a file that has none.
const unnamed = "without a name"

// text tells it to a person.
func (r *replayed) text() ([]byte, error) {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-12s %s\n", name, oneLineOf(value))
		}
	}
	fmt.Fprintf(&b, "%s\n", oneLineOf(r.File))
	line("outcome", strings.TrimSuffix(r.Outcome+": "+r.Reason, ": "))
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
		line("attachment", fmt.Sprintf("%s (%s, %d bytes)", cmp.Or(f.Name, unnamed), f.Type, f.Size))
	}
	line("defects", strings.Join(r.Defects, ", "))
	line("error", r.Error)
	for _, part := range []struct{ name, text string }{{"new text", r.Reply}, {"cut", r.Cut}} {
		if strings.TrimSpace(part.text) != "" {
			fmt.Fprintf(&b, "  %s:\n%s", part.name, quoted(part.text))
		}
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
