package smtp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/oauth"
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

const (
	explanation  = "334 eyJzdGF0dXMiOiI0MDEifQ==" // {"status":"401"}
	tokenRefused = "535 5.7.3 Authentication unsuccessful"
)

// offers begins a conversation with mechanisms on offer.
func (k *talk) offers(mechanisms string) {
	k.say("220 hello")
	k.must("EHLO", "250-mail.example.test\r\n250-SIZE 1000\r\n250 AUTH "+mechanisms)
}

// shown is what begins the line by which a token is shown.
func shown(mechanism, token string) string {
	if mechanism == oauth.XOAUTH2 {
		return "AUTH XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte("user="+sender+"\x01auth=Bearer "+token+"\x01\x01"))
	}
	return "AUTH OAUTHBEARER " + base64.StdEncoding.EncodeToString([]byte("n,a=" + sender + ",\x01host=127.0.0.1\x01"))[:40]
}

func TestTokenLogin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		auth           oauth.Auth
		offer, expects string
		words          string // of the error; empty: it gets to MAIL
	}{
		{oauth.AuthAuto, "PLAIN XOAUTH2 OAUTHBEARER", "OAUTHBEARER", ""},
		{oauth.AuthAuto, "LOGIN XOAUTH2", "XOAUTH2", ""},
		{oauth.AuthXOAUTH2, "XOAUTH2 OAUTHBEARER", "XOAUTH2", ""},
		{oauth.AuthOAuthBearer, "XOAUTH2 oauthbearer", "OAUTHBEARER", ""},
		{oauth.AuthAuto, "PLAIN LOGIN", "", "offers neither AUTH OAUTHBEARER nor AUTH XOAUTH2"},
		{oauth.AuthXOAUTH2, "OAUTHBEARER", "", "does not offer AUTH XOAUTH2"},
	}
	for _, tt := range tests {
		t.Run(string(tt.auth)+" "+tt.offer, func(t *testing.T) {
			t.Parallel()
			addr := script(t, func(k *talk) {
				k.offers(tt.offer)
				if tt.expects == "" {
					k.hear("QUIT")
					return
				}
				line, _ := k.in.ReadString('\n')
				if !strings.HasPrefix(line, shown(tt.expects, "good")) {
					t.Errorf("said %q", line)
				}
				k.say("235 ok")
				k.must("MAIL", "550 that is all")
			})
			c := client(t, Config{Addr: addr, TLS: None, Username: sender, Auth: tt.auth, Tokens: &vault{tokens: []string{"good"}}})
			_, err := c.Send(t.Context(), plainEnvelope(), text(mail))
			if tt.words == "" {
				tt.words = "550 that is all"
			}
			if err == nil || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("error %v lacks %q", err, tt.words)
			}
		})
	}
}

// The mechanism that is configured is taken, also where a better one is offered.
func TestPasswordMechanism(t *testing.T) {
	t.Parallel()
	for auth, want := range map[oauth.Auth]string{oauth.AuthAuto: "AUTH PLAIN ", oauth.AuthPlain: "AUTH PLAIN ", oauth.AuthLogin: "AUTH LOGIN\r\n"} {
		var said string
		addr := script(t, func(k *talk) {
			k.offers("LOGIN PLAIN XOAUTH2")
			said, _ = k.in.ReadString('\n')
			k.say("535 5.7.8 no")
			k.hear("QUIT")
		})
		c := client(t, Config{Addr: addr, TLS: None, Username: sender, Password: password, Auth: auth})
		_, err := c.Send(t.Context(), plainEnvelope(), text(mail))
		wantClass(t, err, true, false)
		if !strings.HasPrefix(said, want) {
			t.Errorf("%s: said %q", auth, said)
		}
	}
}

// A refused token is forgotten and another one tried on a new connection, once.
func TestTokenRefused(t *testing.T) {
	t.Parallel()
	for mechanism, end := range map[string]string{oauth.XOAUTH2: "\r\n", "OAUTHBEARER": "AQ==\r\n"} {
		refuse := func(token string) func(*talk) {
			return func(k *talk) {
				k.offers(mechanism)
				if line, _ := k.in.ReadString('\n'); !strings.HasPrefix(line, shown(mechanism, token)) {
					t.Errorf("said %q", line)
				}
				k.say(explanation)
				k.must(end, tokenRefused+" of "+token)
			}
		}
		t.Run(mechanism+" mended", func(t *testing.T) {
			t.Parallel()
			addr := script(t, refuse("old"), func(k *talk) {
				k.offers(mechanism)
				k.must("AUTH", "235 ok")
				k.must("MAIL", "250 ok")
				k.must("RCPT", "250 ok")
				k.must("DATA", "354 go on")
				k.mail()
				k.say("250 taken")
				k.must("QUIT", "221 bye")
			})
			v := &vault{tokens: []string{"old", "new"}}
			c := client(t, Config{Addr: addr, TLS: None, Username: sender, Tokens: v})
			if _, err := c.Send(t.Context(), plainEnvelope(), text(mail)); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{"old"}, v.forgot); diff != "" {
				t.Error(diff)
			}
		})
		t.Run(mechanism+" for good", func(t *testing.T) {
			t.Parallel()
			addr := script(t, refuse("old"), refuse("new"))
			v := &vault{tokens: []string{"old", "new", "never"}}
			c := client(t, Config{Addr: addr, TLS: None, Username: sender, Tokens: v})
			_, err := c.Send(t.Context(), plainEnvelope(), text(mail))
			wantClass(t, err, true, false)
			if !bridge.RetryAt(err).Equal(clock.Add(refusedPause)) || !strings.Contains(err.Error(), `AUTH ({"status":"401"}): `+tokenRefused+" of ***") {
				t.Errorf("error %v", err)
			}
			if diff := cmp.Diff([]string{"old", "new"}, v.forgot); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoToken(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err   error
		later bool
	}{
		{&oauth.Error{Status: 401, Code: "invalid_client", Description: "the secret has expired"}, true},
		{&oauth.Error{Status: 503, Code: "temporarily_unavailable"}, false},
		{&oauth.Error{Reason: "no such host"}, false},
		{fmt.Errorf("oauth: %w", context.Canceled), false},
	} {
		addr := script(t, func(k *talk) { k.offers("XOAUTH2"); k.hear("never") })
		c := client(t, Config{Addr: addr, TLS: None, Username: sender, Tokens: &vault{err: tt.err}})
		_, err := c.Send(t.Context(), plainEnvelope(), text(mail))
		wantClass(t, err, true, false)
		if later := bridge.RetryAt(err).Equal(clock.Add(refusedPause)); later != tt.later || !errors.Is(err, tt.err) {
			t.Errorf("later %v: %v", later, err)
		}
	}
}

func TestNoTokenInTheClear(t *testing.T) {
	t.Parallel()
	s := startServer(t, None)
	c := client(t, Config{Addr: s.addr, TLS: StartTLS, Username: sender, Tokens: &vault{err: errors.New("somebody asked for a token")}})
	_, err := c.Send(t.Context(), envelope(), text(mail))
	if err == nil || !strings.Contains(err.Error(), "STARTTLS") {
		t.Errorf("error %v", err)
	}
}
