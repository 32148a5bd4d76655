package oauth

import (
	"errors"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	tokens := &Source{}
	for name, tt := range map[string]struct {
		login Login
		wrong string // empty: it can be
	}{
		"password":            {Login{Username: "u", Password: "p"}, ""},
		"tokens":              {Login{Username: "u", Tokens: tokens}, ""},
		"both, PLAIN":         {Login{Auth: AuthPlain, Username: "u", Password: "p", Tokens: tokens}, ""},
		"nobody":              {Login{Password: "p"}, ErrNoUser.Error()},
		"nobody, mechanism":   {Login{Auth: "ntlm"}, `unknown mechanism "ntlm"`},
		"no password":         {Login{Username: "u"}, "no password"},
		"tokens, PLAIN":       {Login{Auth: AuthPlain, Username: "u", Tokens: tokens}, "no password"},
		"password, XOAUTH2":   {Login{Auth: AuthXOAUTH2, Username: "u", Password: "p"}, "access tokens for XOAUTH2"},
		"a control character": {Login{Username: "u\x01auth=", Tokens: tokens}, "control character"},
	} {
		err := tt.login.Check()
		if (err == nil) != (tt.wrong == "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (Login{}).Check(); !errors.Is(err, ErrNoUser) {
		t.Errorf("nobody: %v", err)
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		login     Login
		offered   string
		mechanism string
		wrong     string
	}{
		{Login{}, "LOGIN PLAIN", "PLAIN", ""},
		{Login{}, "LOGIN XOAUTH2", "LOGIN", ""},
		{Login{Tokens: &Source{}}, "PLAIN XOAUTH2", "XOAUTH2", ""},
		{Login{Tokens: &Source{}}, "PLAIN", "", "the server offers neither AUTH=OAUTHBEARER nor AUTH=XOAUTH2"},
		{Login{Auth: AuthLogin}, "PLAIN", "", "the server does not offer AUTH=LOGIN"},
		{Login{Auth: "ntlm"}, "NTLM", "", `unknown mechanism "ntlm"`},
	} {
		got, err := tt.login.Choose("AUTH=", func(m string) bool { return strings.Contains(tt.offered, m) })
		if got != tt.mechanism || (err == nil) != (tt.wrong == "") || err != nil && err.Error() != tt.wrong {
			t.Errorf("%+v of %s: %s, %v", tt.login, tt.offered, got, err)
		}
	}
}

// TestMaskPassword in each form in which a server was told it.
func TestMaskPassword(t *testing.T) {
	t.Parallel()
	l := Login{Username: "u", Password: "secret"}
	if got := l.Mask("secret c2VjcmV0 AHUAc2VjcmV0 u"); got != "*** *** *** u" {
		t.Error(got)
	}
	if got := (Login{}).Mask("x"); got != "x" {
		t.Error(got)
	}
}

func TestLoopback(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "10.0.0.1": false, "localhost.example.test": false, "127.0.0.1.example.test": false,
	} {
		if Loopback(host) != want {
			t.Errorf("%q: %v", host, !want)
		}
	}
}
