package imap

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/internal/oauth"
	"escalat/internal/peer"
)

// vault gives the tokens one after the other, and the same one until it is
// forgotten.
type vault struct {
	mu     sync.Mutex
	tokens []string
	err    error
	forgot []string
}

func (v *vault) Token(context.Context) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err != nil {
		return "", v.err
	}
	return v.tokens[0], nil
}

func (v *vault) Forget(token string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.forgot = append(v.forgot, token)
	v.tokens = v.tokens[1:]
}

const user = "aoc@example.test"

// tokenServer knows one token and explains itself about every other.
func tokenServer(t *testing.T, caps, good, refusal string) *fake {
	t.Helper()
	f := newFake(t)
	f.caps = "IMAP4rev1 " + caps
	f.script(func(k *talk, tag, said string) bool {
		_, rest, ok := strings.Cut(said, "AUTHENTICATE ")
		if !ok {
			return false
		}
		mechanism, first, inline := strings.Cut(rest, " ")
		if inline != strings.Contains(caps, "SASL-IR") {
			t.Errorf("said %q", said)
		}
		if !inline {
			k.say("+ ")
			first, _ = k.line()
		}
		raw, _ := base64.StdEncoding.DecodeString(first)
		if strings.Contains(string(raw), "\x01auth=Bearer "+good+"\x01\x01") && strings.Contains(string(raw), user) {
			return k.say("%s OK welcome by %s", tag, mechanism)
		}
		k.say("+ eyJzdGF0dXMiOiI0MDEifQ==")
		if end, ok := k.line(); !ok || end != "AQ==" {
			t.Errorf("%s: answered the explanation with %q", mechanism, end)
		}
		if refusal == "BAD" { // as Exchange and others end it
			return k.say("%s BAD Command Argument Error 12", tag)
		}
		return k.say("%s NO [AUTHENTICATIONFAILED] not %s (%s)", tag, first, raw[len(raw)-8:len(raw)-2])
	})
	return f
}

func dialled(t *testing.T, cfg Config) error {
	t.Helper()
	cfg.TLS, cfg.Username, cfg.Now = None, user, func() time.Time { return clock }
	r, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.connect(t.Context(), newMemory())
	if err == nil {
		s.close()
	}
	return err
}

func TestTokenLogin(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		auth  oauth.Auth
		caps  string
		words string // of the error; empty: none
	}{
		{"", "SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER", ""},
		{oauth.AuthAuto, "AUTH=XOAUTH2", ""},
		{oauth.AuthXOAUTH2, "SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER", ""},
		{oauth.AuthOAuthBearer, "AUTH=OAUTHBEARER", ""},
		{oauth.AuthAuto, "AUTH=PLAIN", "offers neither AUTH=OAUTHBEARER nor AUTH=XOAUTH2"},
		{oauth.AuthXOAUTH2, "AUTH=OAUTHBEARER", "does not offer AUTH=XOAUTH2"},
	} {
		f := tokenServer(t, tt.caps, "token2", "NO")
		v := &vault{tokens: []string{"token1", "token2"}}
		err := dialled(t, Config{Addr: f.addr, Auth: tt.auth, Tokens: v})
		if tt.words != "" {
			if err == nil || !strings.Contains(err.Error(), tt.words) || errors.Is(err, ErrRefused) || v.forgot != nil {
				t.Errorf("%s: %v", tt.caps, err)
			}
			continue
		}
		if err != nil || f.conns != 2 {
			t.Errorf("%s: %d connections, %v", tt.caps, f.conns, err)
		}
		if diff := cmp.Diff([]string{"token1"}, v.forgot); diff != "" {
			t.Error(diff)
		}
	}
}

// Another token is tried once; then it is a refused login, and its words keep
// the token to themselves.
func TestTokenRefused(t *testing.T) {
	t.Parallel()
	for _, auth := range []oauth.Auth{oauth.AuthXOAUTH2, oauth.AuthOAuthBearer} {
		for _, answer := range []string{"NO", "BAD"} {
			f := tokenServer(t, "SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER", "none", answer)
			v := &vault{tokens: []string{"token1", "token2", "token3"}}
			err := dialled(t, Config{Addr: f.addr, Auth: auth, Tokens: v})
			if !errors.Is(err, ErrRefused) || f.conns != 2 || len(v.forgot) != 2 {
				t.Errorf("%s: %d connections, forgot %q: %v", auth, f.conns, v.forgot, err)
			}
			text := err.Error()
			if strings.Contains(text, "oken2") || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(user))[:20]) || !strings.Contains(text, `({"status":"401"})`) {
				t.Errorf("%s: the token shows, or no explanation: %v", auth, err)
			}
		}
	}
}

func TestNoToken(t *testing.T) {
	t.Parallel()
	f := tokenServer(t, "AUTH=XOAUTH2", "none", "NO")
	for err, refused := range map[error]bool{
		&oauth.Error{Status: 401, Code: "invalid_client"}:          true,
		&oauth.Error{Status: 503, Code: "temporarily_unavailable"}: false,
		&oauth.Error{Reason: "no such host"}:                       false,
	} {
		got := dialled(t, Config{Addr: f.addr, Tokens: &vault{err: err}})
		if !errors.Is(got, err) || errors.Is(got, ErrRefused) != refused {
			t.Errorf("%v gives %v", err, got)
		}
	}
}

// A server that is ill is not one that refuses: the token is kept.
func TestTokenOutlivesTrouble(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.caps = "IMAP4rev1 SASL-IR AUTH=XOAUTH2"
	f.script(func(k *talk, tag, said string) bool {
		return strings.HasPrefix(said, "AUTHENTICATE") && k.say("%s NO [UNAVAILABLE] you said %s", tag, said)
	})
	v := &vault{tokens: []string{"token1"}}
	err := dialled(t, Config{Addr: f.addr, Tokens: v})
	if err == nil || errors.Is(err, ErrRefused) || v.forgot != nil || f.conns != 1 || !strings.Contains(err.Error(), "you said AUTHENTICATE XOAUTH2 ***") {
		t.Errorf("%d connections, forgot %q: %v", f.conns, v.forgot, err)
	}
}

func TestPasswordMechanism(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		auth       oauth.Auth
		caps, want string
	}{
		{oauth.AuthAuto, "AUTH=PLAIN AUTH=XOAUTH2", "AUTHENTICATE PLAIN"},
		{oauth.AuthAuto, "AUTH=XOAUTH2", "LOGIN "},
		{oauth.AuthLogin, "AUTH=PLAIN", "LOGIN "},
		{oauth.AuthPlain, "AUTH=PLAIN", "AUTHENTICATE PLAIN"},
		{oauth.AuthPlain, "", ""},
	} {
		f := newFake(t)
		f.caps = "IMAP4rev1 " + tt.caps
		var login string
		f.script(func(k *talk, tag, said string) bool {
			if !strings.HasPrefix(said, "AUTH") && !strings.HasPrefix(said, "LOGIN") {
				return false
			}
			login = said
			return k.say("%s NO [AUTHENTICATIONFAILED] no", tag)
		})
		err := dialled(t, Config{Addr: f.addr, Auth: tt.auth, Password: password})
		if !strings.HasPrefix(login, tt.want) || tt.want == "" && login != "" || errors.Is(err, ErrRefused) != (tt.want != "") || f.conns != 1 {
			t.Errorf("%s with %q: said %q, %v", tt.auth, tt.caps, login, err)
		}
	}
}

// TestDovecotTokens logs in to a real Dovecot.
func TestDovecotTokens(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	expired, good := peer.Token(account, clock), peer.Token(account, time.Now().Add(time.Hour))
	boxes.Deliver(t, account, letter(0))
	for _, auth := range []oauth.Auth{oauth.AuthAuto, oauth.AuthXOAUTH2, oauth.AuthOAuthBearer} {
		v := &vault{tokens: []string{expired, good}}
		cfg := Config{
			Addr: boxes.IMAPS, TLS: Implicit, RootCAs: boxes.Cert.Pool, Username: account, Auth: auth, Tokens: v, PollInterval: maxPoll,
		}
		sink := newMemory()
		r := start(t, sink, cfg)
		if c := sink.next(t); c.To.UID == 0 {
			t.Errorf("%s: commit %+v", auth, c)
		}
		if err := r.stop(); err != nil || len(v.forgot) != 1 {
			t.Errorf("%s: %v, forgot %d", auth, err, len(v.forgot))
		}

		cfg.Tokens = &vault{tokens: []string{expired, peer.Token("desk@"+peer.Domain, time.Now().Add(time.Hour)), good}}
		refused, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := refused.connect(t.Context(), sink); !errors.Is(err, ErrRefused) || strings.Contains(err.Error(), expired) {
			t.Errorf("%s: somebody else's token: %v", auth, err)
		}
	}
}

// TestTokenEndsInSession lets a token end while its connection lives: reading goes on,
// and the next connection is made with another one.
func TestTokenEndsInSession(t *testing.T) {
	t.Parallel()
	boxes := peer.Dovecot(t)
	boxes.Deliver(t, account, letter(0))
	end := time.Now().Add(3 * time.Second)
	short, good := peer.Token(account, end), peer.Token(account, end.Add(time.Hour))
	v := &vault{tokens: []string{short, good}}
	sink := newMemory()
	r := start(t, sink, Config{
		Addr: boxes.IMAPS, TLS: Implicit, RootCAs: boxes.Cert.Pool, Username: account, Tokens: v, PollInterval: maxPoll,
	})
	sink.next(t)
	boxes.Deliver(t, account, letter(1))
	sink.mails(t, 1)
	if v.forgot != nil {
		t.Skip("the machine was too slow: the token had ended before the first login")
	}
	for !time.Now().After(end.Add(time.Second)) {
		<-time.After(often)
	}
	boxes.Deliver(t, account, letter(2))
	sink.mails(t, 1)
	boxes.Kick(t, account)
	boxes.Deliver(t, account, letter(3))
	if got := sink.mails(t, 1)[0]; !strings.HasSuffix(sink.blob(got.Blob), letter(3)) {
		t.Errorf("row %+v", got)
	}
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{short}, v.forgot); diff != "" || r.Status().Err != "" || strings.Contains(r.log.String(), short) {
		t.Errorf("status %+v, log %s\n%s", r.Status(), r.log, diff)
	}
}
