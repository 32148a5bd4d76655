package send_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/send"
	"escalat/bridge/sentence"
	"escalat/bridge/text"
	"escalat/bridge/token"
	"escalat/mapping"
	"escalat/mapping/wiki"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	day   = time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	night = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
)

const label = "escalar-claranet-sistemes"

// world is Jira, the store, the submission server and the mailbox, as send
// needs them.
type world struct {
	issue   bridge.Issue
	reading error
	blobs   map[string][]byte
	sent    []bridge.TransmitBody
	bytes   []byte
	sending error
	seen    map[string]time.Time
	delay   time.Duration
	read    time.Time         // of our mailbox
	files   map[string]string // content of the attachments, by id
	lost    map[string]error  // why an attachment is not given
	opened  []string          // ids
	room    int64             // of the submission server
}

// Attachment gives what is there of a file, and then the error.
func (w *world) Attachment(ctx context.Context, a bridge.Attachment) (io.ReadCloser, error) {
	w.opened = append(w.opened, a.ID)
	content, there := w.files[a.ID]
	err := w.lost[a.ID]
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !there && err == nil:
		return nil, bridge.Permanent(errors.New("404"))
	case !there:
		return nil, err
	case err != nil:
		return io.NopCloser(io.MultiReader(strings.NewReader(content), iotest.ErrReader(err))), nil
	}
	return io.NopCloser(strings.NewReader(content)), nil
}

// upload adds an attachment of the team to the issue.
func (w *world) upload(id, name, content string) {
	w.files[id] = content
	w.issue.Attachments = append(w.issue.Attachments, bridge.Attachment{
		ID: id, Name: name, Size: int64(len(content)), MIMEType: "application/octet-stream", Author: bridge.User{ID: "n"}, Created: day,
	})
}

func (w *world) Issue(context.Context, string) (bridge.Issue, error) { return w.issue, w.reading }

func (w *world) WriteBlob(_ context.Context, r io.Reader) (string, int64, error) {
	data, err := io.ReadAll(r)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // as a store that reads chunks takes it
	}
	w.blobs["b1"] = data
	return "b1", int64(len(data)), err
}

func (w *world) OpenBlob(_ context.Context, name string) (io.ReadCloser, error) {
	return io.NopCloser(bytes.NewReader(w.blobs[name])), nil
}

func (w *world) Send(_ context.Context, b bridge.TransmitBody, open func() (io.ReadCloser, error)) (bridge.TransmitResult, error) {
	r, err := open()
	if err != nil {
		return bridge.TransmitResult{}, err
	}
	if w.bytes, err = io.ReadAll(r); err != nil {
		return bridge.TransmitResult{}, err
	}
	w.sent = append(w.sent, b)
	return bridge.TransmitResult{At: day, Answer: "250 2.0.0 queued as 1"}, w.sending
}

func (w *world) Seen(_ context.Context, id string) (time.Time, error) { return w.seen[id], nil }
func (w *world) Delay(context.Context) (time.Duration, error)         { return w.delay, nil }
func (w *world) Read(context.Context) (time.Time, error)              { return w.read, nil }

const complete = "Aplicació afectada: Portal de tramitació\n" +
	"Data i hora d'inici del problema: 20/11/2026 a les 9.35 h\n" +
	"Impacte en negoci: 40 ajuntaments no poden tramitar\n" +
	"Persona responsable de contacte de l'AOC: Núria Puig, 934 000 000\n" +
	"Comportament anòmal detectat: *error 503* en obrir la pàgina\n" +
	"Evidències de l'error alertat: la sonda «portal» falla; comprova que la pàgina respon 200\n"

type bench struct {
	*world
	composer    *send.Composer
	transmitter *send.Transmitter
	c           bridge.Case
	now         time.Time
}

// loaded are the profiles, which nobody changes.
var loaded = sync.OnceValues(func() ([]mapping.Profile, error) { return mapping.Load(mapping.Embedded()) })

func newBench(t *testing.T) *bench {
	t.Helper()
	profiles, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.For("ca", wiki.EscapeLine)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := token.NewKeyring([]token.Key{{ID: 1, Secret: bytes.Repeat([]byte("k"), 32)}})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{now: day, world: &world{
		read:  day,
		blobs: map[string][]byte{}, seen: map[string]time.Time{}, files: map[string]string{}, lost: map[string]error{},
		issue: bridge.Issue{ID: "10001", Key: "AOC-1", Summary: "Portal caigut", Description: complete, Labels: []string{label}},
	}}
	b.c = bridge.Case{
		ID: "abcdefghijklmnop", IssueID: "10001", IssueKey: "AOC-1", Provider: "claranet", Ordinal: 1, Kind: "sistemas",
		State: bridge.Sending, OpenedBy: bridge.User{ID: "n", Mention: "[~nuria]"},
	}
	clock := func() time.Time { return b.now }
	p := &profiles[0]
	telling := send.Telling{Providers: map[string]send.Provider{"claranet": {Profile: p, To: []string{"css@claranet.es"}}}, Texts: texts, Zone: p.Location()}
	b.composer = &send.Composer{
		Telling: telling, Issues: b, Blobs: b, Files: b, Keys: keys, Now: clock, From: message.Address{Name: "Suport AOC", Address: "escalat@aoc.cat"},
		Copy: "escalat@aoc.cat", Domain: "aoc.cat",
		Room: func(context.Context) int64 { return b.room }, MaxFiles: plenty, Translator: same{},
	}
	b.transmitter = &send.Transmitter{Telling: telling, Issues: b, Blobs: b, Mail: b, Copies: b, Now: clock, CopyWait: 2 * time.Minute}
	return b
}

// same is a translator that finds everything said already.
type same struct{}

func (same) Translate(_ context.Context, _, _ string, sentences []sentence.Sentence) ([]sentence.Sentence, error) {
	return sentences, nil
}

// plenty is what attachments may have where a test does not say otherwise.
const plenty = 20 << 20

func (b *bench) compose(t *testing.T) bridge.ComposeResult {
	t.Helper()
	return b.run(t, composing())
}

func (b *bench) run(t *testing.T, e bridge.Effect) bridge.ComposeResult {
	t.Helper()
	raw, err := b.composer.Do(t.Context(), b.c, e)
	if err != nil {
		t.Fatal(err)
	}
	var r bridge.ComposeResult
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// mail reads the composed mail back.
func (b *bench) mail(t *testing.T) message.Mail {
	t.Helper()
	m, err := message.Read(bytes.NewReader(b.blobs["b1"]), message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func composing() bridge.Effect {
	return bridge.Plan(bridge.ToMail, bridge.ComposeMail, "compose/10001/claranet/1/1", bridge.ComposeBody{Serial: 1})
}

// adding is the effect of an addition.
func adding(serial int, fields ...string) bridge.Effect {
	return bridge.Plan(bridge.ToMail, bridge.ComposeMail, fmt.Sprint("compose/10001/claranet/1/", serial), bridge.ComposeBody{Serial: serial, Fields: fields})
}

// transmitting composes and returns the effect that follows, and the case.
func (b *bench) transmitting(t *testing.T) bridge.Effect {
	t.Helper()
	return b.follows(t, composing())
}

func (b *bench) follows(t *testing.T, compose bridge.Effect) bridge.Effect {
	t.Helper()
	raw, _ := json.Marshal(b.run(t, compose))
	o := b.composer.Settle(b.c, compose, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if len(o.Effects) != 1 || o.Effects[0].Kind != bridge.TransmitMail || len(o.Keep) != 1 {
		t.Fatalf("%+v", o)
	}
	b.c = o.Case
	e := o.Effects[0]
	e.Sends, e.AttemptedAt = 1, day
	return e
}

// forcedBefore makes the case one whose notice has left without these fields.
func (b *bench) forcedBefore(t *testing.T, pending ...string) {
	t.Helper()
	b.force()
	b.c.State, b.c.Pending = bridge.Sent, pending
	if slices.Contains(pending, "kind") {
		b.c.Kind = ""
	}
	b.c.Notices = []bridge.Notice{{Serial: 1, MessageID: "first@aoc.cat", Subject: "[AOC AOC-1] Sistemas – Portal", To: []string{"css@claranet.es"}, SentAt: day, Pending: pending}}
}
