package alarm

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/bridge/message"
)

const secret = "0123456789abcdef"

func at() time.Time { return time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC) }

func alarm() bridge.Alarm {
	return bridge.Alarm{
		ID: "step/10001/claranet/1/first", Event: bridge.AlarmStep, Key: "SUP-41", Provider: "claranet",
		Subject: "Cal trucar a Claranet", Text: "Truqueu al 902 886 336.\n", At: at(), Mail: true, Webhook: true,
	}
}

// counterpart is a mail server and a webhook that answer as a test says.
type counterpart struct {
	mu     sync.Mutex
	mails  map[string][][]byte // by recipient
	refuse map[string]error
	posts  []*http.Request
	bodies [][]byte
	status int
	header http.Header
	server *httptest.Server
}

func newCounterpart(t *testing.T) *counterpart {
	t.Helper()
	c := &counterpart{mails: map[string][][]byte{}, refuse: map[string]error{}, status: 204, header: http.Header{}}
	c.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.posts, c.bodies = append(c.posts, r), append(c.bodies, body)
		maps.Copy(w.Header(), c.header)
		w.WriteHeader(c.status)
	}))
	t.Cleanup(c.server.Close)
	return c
}

func (c *counterpart) mail(_ context.Context, to string, raw []byte) error {
	if err := c.refuse[to]; err != nil {
		return err
	}
	c.mails[to] = append(c.mails[to], raw)
	return nil
}

func (c *counterpart) teller(change ...func(*Config)) *Teller {
	cfg := Config{
		To: []string{"guardia@aoc.example", "cap@aoc.example"}, From: message.Address{Name: "escalat", Address: "escalat@aoc.example"},
		Domain: "aoc.example", Mail: c.mail, Webhook: c.server.URL + "/hook/hunter2?sig=hunter2", Secret: secret, Now: at,
	}
	for _, f := range change {
		f(&cfg)
	}
	return New(cfg)
}

// TestTell: everybody is told by both ways, and the mail says that it is a program's.
func TestTell(t *testing.T) {
	t.Parallel()
	c := newCounterpart(t)
	got, err := c.teller().Tell(t.Context(), alarm())
	if err != nil {
		t.Fatal(err)
	}
	want := bridge.OnCallResult{At: at(), Mailed: []string{"guardia@aoc.example", "cap@aoc.example"}, Posted: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	m, err := message.Read(strings.NewReader(string(c.mails["cap@aoc.example"][0])), message.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "Cal trucar a Claranet" || !strings.Contains(m.Text, "Truqueu al 902 886 336.") || !strings.HasSuffix(m.MessageID, "@aoc.example") {
		t.Errorf("%+v", m)
	}
	header := map[string]string{}
	for _, f := range m.Header {
		header[strings.ToLower(f.Name)] = strings.TrimSpace(f.Value)
	}
	if header["to"] != "<guardia@aoc.example>, <cap@aoc.example>" || header["auto-submitted"] != "auto-generated" || header["x-escalat-loop"] != "aoc.example" || header["x-auto-response-suppress"] != "All" {
		t.Errorf("header %v", header)
	}
	if len(c.posts) != 1 || c.posts[0].Method != http.MethodPost || c.posts[0].Header.Get("Content-Type") != "application/json" {
		t.Fatalf("posts %v", c.posts)
	}
	var body map[string]string
	if err := json.Unmarshal(c.bodies[0], &body); err != nil {
		t.Fatal(err)
	}
	told := map[string]string{"event": "step", "key": "SUP-41", "provider": "claranet", "text": "Cal trucar a Claranet\n\nTruqueu al 902 886 336.\n", "at": "2026-11-22T03:00:00Z"}
	if diff := cmp.Diff(told, body); diff != "" {
		t.Error(diff)
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(c.bodies[0])
	if got := c.posts[0].Header.Get("X-Escalat-Signature"); got != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		t.Errorf("signature %q", got)
	}
}

// TestWays: only the ways that the alarm names and somebody configured are taken.
func TestWays(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		mail, hook bool
		change     func(*Config)
		mails      int
		posts      int
		nobody     bool
	}{
		"mail alone":              {true, false, func(*Config) {}, 1, 0, false},
		"webhook alone":           {false, true, func(*Config) {}, 0, 1, false},
		"no webhook":              {true, true, func(c *Config) { c.Webhook = "" }, 1, 0, false},
		"no address":              {true, true, func(c *Config) { c.To = nil }, 0, 1, false},
		"none by this way":        {true, false, func(c *Config) { c.To = nil }, 0, 0, true},
		"no way":                  {false, false, func(*Config) {}, 0, 0, true},
		"nothing is signed":       {false, true, func(c *Config) { c.Secret = "" }, 0, 1, false},
		"an address that is none": {true, false, func(c *Config) { c.To = []string{"no\nbody"} }, 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounterpart(t)
			a := alarm()
			a.Mail, a.Webhook = tc.mail, tc.hook
			_, err := c.teller(tc.change).Tell(t.Context(), a)
			if tc.nobody != bridge.IsPermanent(err) || (err != nil) != tc.nobody {
				t.Errorf("the error is %v", err)
			}
			if len(c.mails["cap@aoc.example"]) != tc.mails || len(c.posts) != tc.posts {
				t.Errorf("%d mails, %d posts", len(c.mails["cap@aoc.example"]), len(c.posts))
			}
			if name == "nothing is signed" && c.posts[0].Header.Get("X-Escalat-Signature") != "" {
				t.Error("it is signed with nothing")
			}
		})
	}
}

// TestWhoWasToldIsNotToldAgain: what failed is tried again, and only that.
func TestWhoWasToldIsNotToldAgain(t *testing.T) {
	t.Parallel()
	c := newCounterpart(t)
	teller := c.teller()
	c.refuse["guardia@aoc.example"], c.status = bridge.Later(errors.New("450 busy"), at().Add(time.Hour)), 500
	_, err := teller.Tell(t.Context(), alarm())
	if err == nil || bridge.IsPermanent(err) || !bridge.RetryAt(err).Equal(at().Add(time.Hour)) || !strings.Contains(err.Error(), "webhook: it answered 500") {
		t.Fatalf("the error is %v", err)
	}
	delete(c.refuse, "guardia@aoc.example")
	c.status = 200
	got, err := teller.Tell(t.Context(), alarm())
	if err != nil || !got.Posted || len(got.Mailed) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if len(c.mails["cap@aoc.example"]) != 1 || len(c.mails["guardia@aoc.example"]) != 1 || len(c.posts) != 2 {
		t.Errorf("mails %d and %d, posts %d", len(c.mails["cap@aoc.example"]), len(c.mails["guardia@aoc.example"]), len(c.posts))
	}
	if _, err := teller.Tell(t.Context(), alarm()); err != nil || len(c.posts) != 2 {
		t.Errorf("told once more: %v, %d posts", err, len(c.posts))
	}
	again := c.teller() // after a restart
	if _, err := again.Tell(t.Context(), alarm()); err != nil {
		t.Fatal(err)
	}
	both := c.mails["cap@aoc.example"]
	if len(both) != 2 || string(both[0]) != string(both[1]) {
		t.Error("told again it is another mail")
	}
	other := alarm()
	other.ID = "step/10001/claranet/1/second"
	if _, err := again.Tell(t.Context(), other); err != nil || len(c.mails["cap@aoc.example"]) != 3 {
		t.Errorf("another alarm was not told: %v", err)
	}
}

// TestOneWhoWasToldIsEnough: what fails for good is said, and ends nothing.
func TestOneWhoWasToldIsEnough(t *testing.T) {
	t.Parallel()
	c := newCounterpart(t)
	c.refuse["guardia@aoc.example"], c.status = bridge.Permanent(errors.New("550 no such user")), 410
	got, err := c.teller().Tell(t.Context(), alarm())
	if err != nil || got.Posted || len(got.Mailed) != 1 || !strings.Contains(got.Failed, "550 no such user") || !strings.Contains(got.Failed, "410") {
		t.Errorf("%+v, %v", got, err)
	}
	c.refuse["cap@aoc.example"] = bridge.Permanent(errors.New("550 nor this one"))
	if _, err := c.teller().Tell(t.Context(), alarm()); !bridge.IsPermanent(err) {
		t.Errorf("nobody was told: %v", err)
	}
	c.refuse["cap@aoc.example"] = errors.New("connection refused")
	if _, err := c.teller().Tell(t.Context(), alarm()); err == nil || bridge.IsPermanent(err) {
		t.Errorf("somebody may still be told: %v", err)
	}
}

// TestAnswers: the class of an answer, and that nothing of the address or of its text
// stands in an error.
func TestAnswers(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]struct{ fails, permanent bool }{
		200: {}, 202: {}, 302: {true, true}, 308: {true, true}, 400: {true, true}, 401: {true, true}, 404: {true, true},
		408: {true, false}, 425: {true, false}, 429: {true, false}, 500: {true, false}, 503: {true, false},
	} {
		c := newCounterpart(t)
		c.status = status
		c.header.Set("Location", c.server.URL+"/elsewhere")
		c.header.Set("Retry-After", "90")
		a := alarm()
		a.Mail = false
		_, err := c.teller().Tell(t.Context(), a)
		if (err != nil) != want.fails || bridge.IsPermanent(err) != want.permanent {
			t.Errorf("%d: %v", status, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%d shows the address: %v", status, err)
		}
		if later := bridge.RetryAt(err); (status == 429 || status == 503) && !later.Equal(at().Add(90*time.Second)) {
			t.Errorf("%d: not before %v", status, later)
		}
		if len(c.posts) != 1 {
			t.Errorf("%d: %d posts: a redirect was followed", status, len(c.posts))
		}
	}
}

// TestUnreached: a webhook that is not there, or does not answer, is temporary and hides
// its address.
func TestUnreached(t *testing.T) {
	t.Parallel()
	gone := newCounterpart(t)
	gone.server.Close()
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(release) })
	for name, change := range map[string]func(*Config){
		"gone": func(*Config) {},
		"slow": func(c *Config) { c.Webhook, c.Timeout = slow.URL+"/hunter2", 50*time.Millisecond },
	} {
		a := alarm()
		a.Mail = false
		_, err := gone.teller(change).Tell(t.Context(), a)
		if err == nil || bridge.IsPermanent(err) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := gone.teller(func(c *Config) { c.Webhook = "http://[::1/hunter2" })
	a := alarm()
	a.Mail = false
	if _, err := broken.Tell(t.Context(), a); !bridge.IsPermanent(err) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("an address that is none: %v", err)
	}
}

// TestLongText: a text of any length is told in a bounded one.
func TestLongText(t *testing.T) {
	t.Parallel()
	c := newCounterpart(t)
	a := alarm()
	a.Mail, a.Text = false, strings.Repeat("à", 20_000)
	if _, err := c.teller().Tell(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	var body posted
	if err := json.Unmarshal(c.bodies[0], &body); err != nil || len(body.Text) > maxText+3 || !strings.HasSuffix(body.Text, "à…") {
		t.Errorf("%d bytes, %v", len(body.Text), err)
	}
}

// TestRemembersOnlySoMany: the oldest are forgotten.
func TestRemembersOnlySoMany(t *testing.T) {
	t.Parallel()
	teller := New(Config{})
	for i := range maxTold + 10 {
		teller.remember(time.Duration(i).String(), "a")
	}
	if len(teller.told) != maxTold || teller.knows("0s", "a") || !teller.knows("10ns", "a") {
		t.Errorf("%d are remembered", len(teller.told))
	}
}
