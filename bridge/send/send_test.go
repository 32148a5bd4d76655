package send_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/message"
	"escalat/bridge/send"
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
	read    time.Time // of our mailbox
}

func (w *world) Issue(context.Context, string) (bridge.Issue, error) { return w.issue, w.reading }

func (w *world) WriteBlob(_ context.Context, r io.Reader) (string, int64, error) {
	data, err := io.ReadAll(r)
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

func newBench(t *testing.T) *bench {
	t.Helper()
	profiles, err := mapping.Load(mapping.Embedded())
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
		blobs: map[string][]byte{}, seen: map[string]time.Time{},
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
		Telling: telling, Issues: b, Blobs: b, Keys: keys, Now: clock, From: message.Address{Name: "Suport AOC", Address: "escalat@aoc.cat"},
		Copy: "escalat@aoc.cat", Domain: "aoc.cat",
	}
	b.transmitter = &send.Transmitter{Telling: telling, Issues: b, Blobs: b, Mail: b, Copies: b, Now: clock, CopyWait: 2 * time.Minute}
	return b
}

func (b *bench) compose(t *testing.T) bridge.ComposeResult {
	t.Helper()
	raw, err := b.composer.Do(t.Context(), b.c, composing())
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

// transmitting composes and returns the effect that follows, and the case.
func (b *bench) transmitting(t *testing.T) bridge.Effect {
	t.Helper()
	raw, _ := json.Marshal(b.compose(t))
	o := b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Done, At: day, Result: raw})
	if len(o.Effects) != 1 || o.Effects[0].Kind != bridge.TransmitMail || len(o.Keep) != 1 {
		t.Fatalf("%+v", o)
	}
	b.c = o.Case
	e := o.Effects[0]
	e.Sends, e.AttemptedAt = 1, day
	return e
}

func TestGoldenMail(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*bridge.Issue){
		"sistemas": func(*bridge.Issue) {},
		"sistemas-rest": func(i *bridge.Issue) {
			i.Summary = "  El portal   no respon\nni amb la VPN – «urgent» {code} " + strings.Repeat("molt llarg ", 20)
			i.Description += "Redeploy o reinici: cal reiniciar el servei tomcat\n\nAhir es va desplegar la versió 4.2.\n{noformat}\nHTTP/1.1 503\n  Retry-After: 10\n{noformat}\n"
		},
		"sistemas-comment": func(i *bridge.Issue) {
			i.Comments = []bridge.Comment{
				{ID: "1", Body: "Impacte: tots els ens\n\nAixò és intern", Created: day},
				{ID: "2", Body: "Impacte: no ha de sortir", Created: day, Restricted: true},
			}
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			change(&b.issue)
			b.compose(t)
			m := b.mail(t)
			got := "Subject: " + m.Subject + "\n\n" + strings.ReplaceAll(m.Text, "\r\n", "\n")
			path := filepath.Join("testdata", name+".golden")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMailLooksLikeAPersons(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	r := b.compose(t)
	m := b.mail(t)
	fields := map[string]string{}
	for _, f := range m.Header {
		fields[strings.ToLower(f.Name)] = f.Value
	}
	for _, name := range []string{"auto-submitted", "precedence", "bcc"} {
		if v, ok := fields[name]; ok {
			t.Errorf("%s: %s", name, v)
		}
	}
	if got := fields["x-auto-response-suppress"]; got != "OOF, AutoReply" {
		t.Errorf("X-Auto-Response-Suppress: %s", got)
	}
	if m.MessageID != r.Notice.MessageID || fields["to"] != "<css@claranet.es>" {
		t.Errorf("Message-ID %s, To %s", m.MessageID, fields["to"])
	}
	if id, serial, ok := b.composer.Keys.FromMessageID("claranet", m.MessageID); id != b.c.ID || serial != 1 || !ok {
		t.Errorf("the Message-ID names %s/%d, %v", id, serial, ok)
	}
}

func TestComposeAgainGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compose(t)
	first := b.blobs["b1"]
	b.compose(t)
	if !bytes.Equal(first, b.blobs["b1"]) {
		t.Error("the same case at the same time gave other bytes")
	}
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.composer.Redirect, b.transmitter.Redirect = "proves@aoc.cat", "proves@aoc.cat"
	e := b.transmitting(t)
	var body bridge.TransmitBody
	if err := json.Unmarshal(e.Body, &body); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"proves@aoc.cat"}, body.To); diff != "" {
		t.Error(diff)
	}
	if bytes.Contains(b.blobs["b1"], []byte("css@claranet.es")) {
		t.Error("the provider's address stands in a mail that is redirected")
	}
}

// TestModeChangedMeanwhile: what was composed in one mode does not leave in another.
func TestModeChangedMeanwhile(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.transmitter.Redirect = "proves@aoc.cat"
	_, err := b.transmitter.Do(t.Context(), b.c, e)
	if !errors.Is(err, send.ErrOtherRecipients) || !bridge.IsPermanent(err) || len(b.sent) != 0 {
		t.Errorf("sent %d times, %v", len(b.sent), err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"copy"}`)})
	var body bridge.CommentBody
	if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil || strings.Contains(body.Text, "prova") {
		t.Errorf("a mail that went to the provider is told as a trial: %s", body.Text)
	}
}

func TestComposeFollowsTheIssue(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.issue.Labels = nil
	if r := b.compose(t); r.Withdrawn == "" {
		t.Error("a withdrawn issue was composed")
	}
	raw, _ := json.Marshal(b.compose(t))
	o := b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Done, At: day, Result: raw})
	if o.Case.State != bridge.Withdrawn || len(o.Effects) != 1 || o.Effects[0].Kind != bridge.PostComment {
		t.Errorf("%+v", o)
	}

	b = newBench(t)
	b.issue.Description = strings.ReplaceAll(b.issue.Description, "Portal de tramitació", "???")
	raw, _ = json.Marshal(b.compose(t))
	o = b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Done, At: day, Result: raw})
	if o.Case.State != bridge.Settling || o.Case.Request.Fingerprint != "" || !o.Case.DueAt.Equal(day) || o.Case.Rounds != 1 || len(o.Effects) != 0 {
		t.Errorf("%+v", o)
	}
}

func TestComposeErrors(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.reading = errors.New("503")
	if _, err := b.composer.Do(t.Context(), b.c, composing()); !bridge.IsNotDone(err) || bridge.IsPermanent(err) {
		t.Errorf("Jira away: %v", err)
	}
	b.reading = bridge.Permanent(errors.New("404"))
	_, err := b.composer.Do(t.Context(), b.c, composing())
	if !bridge.IsPermanent(err) {
		t.Errorf("issue gone: %v", err)
	}
	o := b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Failed, At: day, Err: err})
	if o.Case.State != bridge.Undelivered || len(o.Effects) != 1 {
		t.Errorf("%+v", o)
	}
}

func TestTransmitsTheStoredBytes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.bytes, b.blobs["b1"]) || b.sent[0].Copy != "escalat@aoc.cat" || b.sent[0].Size != int64(len(b.bytes)) {
		t.Errorf("sent %+v", b.sent)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	n := o.Case.Notices[0]
	if o.Case.State != bridge.Sent || !n.SentAt.Equal(day) || n.Answer == "" || len(o.Effects) != 1 {
		t.Errorf("%+v", o)
	}
}

func TestNothingIsSentBeforeTheMailboxWasRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.read = time.Time{}
	if _, err := b.transmitter.Do(t.Context(), b.c, e); !errors.Is(err, send.ErrMailboxUnread) || !bridge.IsNotDone(err) || len(b.sent) != 0 {
		t.Errorf("sent %d times, %v", len(b.sent), err)
	}
}

func TestWithdrawnAfterAnAttemptThatMayHaveLeft(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	e.Sends = 2
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: json.RawMessage(`{"withdrawn":"the label was removed"}`)})
	if o.Case.State != bridge.Undelivered || len(o.Effects) != 1 || !strings.HasPrefix(o.Effects[0].Key, "stuck/") {
		t.Errorf("%+v", o)
	}
}

// TestLaterStateStays: what happened to a case while its notice was under way is
// not undone by how that ended.
func TestLaterStateStays(t *testing.T) {
	t.Parallel()
	for _, state := range []bridge.State{bridge.Answered, bridge.Closed} {
		b := newBench(t)
		e := b.transmitting(t)
		b.c.State = state
		for what, ev := range map[string]bridge.Event{
			"refused":   {What: bridge.Failed, At: day, Err: errors.New("550")},
			"withdrawn": {What: bridge.Done, At: day, Result: json.RawMessage(`{"withdrawn":"x"}`)},
			"sent":      {What: bridge.Done, At: day, Result: json.RawMessage(`{"proof":"copy"}`)},
		} {
			if got := b.transmitter.Settle(b.c, e, ev).Case.State; got != state {
				t.Errorf("%s: %s became %s", what, state, got)
			}
		}
		raw := json.RawMessage(`{"incomplete":true}`)
		if got := b.composer.Settle(b.c, composing(), bridge.Event{What: bridge.Done, At: day, Result: raw}).Case.State; got != state {
			t.Errorf("incomplete: %s became %s", state, got)
		}
	}
}

func TestWithdrawnBeforeTransmission(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.issue.Labels = nil
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 0 {
		t.Fatalf("sent %d, %v", len(b.sent), err)
	}
	o := b.transmitter.Settle(b.c, e, bridge.Event{What: bridge.Done, At: day, Result: raw})
	if o.Case.State != bridge.Withdrawn || !o.Case.Notices[0].SentAt.IsZero() {
		t.Errorf("%+v", o.Case)
	}
}

func TestUnknownSend(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		after time.Duration
		delay time.Duration
		late  time.Duration // since the mailbox was read
		sends int
		hold  bool
		copy  bool
		found bool
		err   error
	}{
		"the copy came":                      {after: time.Second, sends: 1, copy: true, found: true},
		"too early to say":                   {after: time.Minute, sends: 1, err: send.ErrWaitingForCopy},
		"copies are slow here":               {after: 8 * time.Minute, delay: 3 * time.Minute, sends: 1, err: send.ErrWaitingForCopy},
		"no copy: once more":                 {after: 2 * time.Minute, sends: 1},
		"nobody has looked since":            {after: time.Hour, late: 59 * time.Minute, sends: 1, err: send.ErrWaitingForCopy},
		"looked long enough after it":        {after: time.Hour, late: 58 * time.Minute, sends: 1},
		"no copy after the second time":      {after: 2 * time.Minute, sends: 2, err: send.ErrUnproved},
		"no copy, and never a second time":   {after: 2 * time.Minute, sends: 1, hold: true, err: send.ErrUnproved},
		"the copy came late, but in the end": {after: time.Hour, sends: 2, hold: true, copy: true, found: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			e := b.transmitting(t)
			e.Sends = test.sends
			b.now, b.delay, b.transmitter.Hold = day.Add(test.after), test.delay, test.hold
			b.read = b.now.Add(-test.late)
			if test.copy {
				b.seen[b.c.Notices[0].MessageID] = day
			}
			_, found, err := b.transmitter.Find(t.Context(), b.c, e)
			if found != test.found || !errors.Is(err, test.err) || (err == nil) != (test.err == nil) {
				t.Errorf("found %v, %v", found, err)
			}
			if bridge.IsPermanent(err) != errors.Is(test.err, send.ErrUnproved) {
				t.Errorf("class of %v", err)
			}
		})
	}
}

// TestDelayIsTold: by day after a minute of failures, at night after the second, and each
// time under the same key, so once.
func TestDelayIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	transmit := b.transmitting(t)
	down := bridge.NotDone(errors.New("connection refused"))
	for _, test := range []struct {
		at    time.Time
		tries int
		told  bool
	}{{day, 1, false}, {day, 5, false}, {day, 6, true}, {day, 7, true}, {night, 1, false}, {night, 2, true}} {
		transmit.Tries = test.tries
		o := b.transmitter.Settle(b.c, transmit, bridge.Event{What: bridge.Delayed, At: test.at, Err: down})
		if got := len(o.Effects) == 1; got != test.told {
			t.Fatalf("after %d failures at %s: %+v", test.tries, test.at, o)
		}
		if !test.told {
			continue
		}
		var body bridge.CommentBody
		if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil {
			t.Fatal(err)
		}
		calls := strings.Contains(body.Text, "902 886 336")
		if !strings.HasPrefix(o.Effects[0].Key, "delayed/") || calls != test.at.Equal(night) || o.Case.State != bridge.Sending {
			t.Errorf("%s: %s", o.Effects[0].Key, body.Text)
		}
	}
	b.reading = errors.New("503") // Jira is away: nobody can be told there
	_, err := b.transmitter.Do(t.Context(), b.c, transmit)
	if o := b.transmitter.Settle(b.c, transmit, bridge.Event{What: bridge.Delayed, At: night, Err: err}); len(o.Effects) != 0 {
		t.Errorf("%+v", o)
	}
}

func TestAnAnswerProvesTheSending(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.c.Notices[0].SeenAt = day
	if _, found, err := b.transmitter.Find(t.Context(), b.c, e); !found || err != nil {
		t.Errorf("%v %v", found, err)
	}
}

func TestCopyThatComesBeforeTheSecondSend(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	e.Sends = 2
	b.seen[b.c.Notices[0].MessageID] = day
	raw, err := b.transmitter.Do(t.Context(), b.c, e)
	if err != nil || len(b.sent) != 0 || !strings.Contains(string(raw), `"proof":"copy"`) {
		t.Errorf("%s, sent %d times, %v", raw, len(b.sent), err)
	}
}

func TestTeamIsTold(t *testing.T) {
	t.Parallel()
	refused := bridge.Permanent(errors.New("550 5.1.1 no such user"))
	tests := map[string]struct {
		event bridge.Event
		state bridge.State
		key   string
		words string
	}{
		"unknown":  {bridge.Event{What: bridge.Unknown, At: day, Err: errors.New("EOF")}, bridge.Sending, "unknown/", "Claranet"},
		"again":    {bridge.Event{What: bridge.Absent, At: day}, bridge.Sending, "again/", "Claranet"},
		"refused":  {bridge.Event{What: bridge.Failed, At: day, Err: refused}, bridge.Undelivered, "failed/", "550 5.1.1 no such user"},
		"unproved": {bridge.Event{What: bridge.Failed, At: night, Err: bridge.Permanent(send.ErrUnproved)}, bridge.Undelivered, "stuck/", "902 886 336"},
		"by copy":  {bridge.Event{What: bridge.Done, At: night, Result: json.RawMessage(`{"at":"2026-11-20T22:00:00Z","proof":"copy"}`)}, bridge.Sent, "sent/", "902 886 336"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			e := b.transmitting(t)
			o := b.transmitter.Settle(b.c, e, test.event)
			if o.Case.State != test.state || len(o.Effects) != 1 || !strings.HasPrefix(o.Effects[0].Key, test.key) {
				t.Fatalf("%+v", o)
			}
			var body bridge.CommentBody
			if err := json.Unmarshal(o.Effects[0].Body, &body); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(body.Text, test.words) {
				t.Errorf("%q is not in:\n%s", test.words, body.Text)
			}
		})
	}
}

func TestProviderSwitchedOff(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	e := b.transmitting(t)
	b.c.Provider = "ovh"
	if _, err := b.transmitter.Do(t.Context(), b.c, e); !bridge.IsPermanent(err) {
		t.Errorf("transmit: %v", err)
	}
	if _, err := b.composer.Do(t.Context(), b.c, composing()); !bridge.IsPermanent(err) {
		t.Errorf("compose: %v", err)
	}
}
