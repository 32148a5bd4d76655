package oauth

import (
	"encoding/base64"
	"strings"

	"github.com/emersion/go-sasl"
)

// XOAUTH2 is the name of the older mechanism, which go-sasl lacks.
const XOAUTH2 = "XOAUTH2"

// Exchange shows a token to a mail server. It implements sasl.Client.
//
// A server that does not accept the token explains itself in a challenge and
// refuses when that was answered. go-sasl breaks off instead, and the server's
// own reply is lost.
type Exchange struct {
	// Explanation is what the server said of a token that it does not accept, in
	// one line; empty: it did not explain itself.
	Explanation string

	mechanism, first, token string
	end                     []byte
	challenged              bool
}

// SMTP returns what shows a token to a submission server by a mechanism, XOAUTH2
// or OAUTHBEARER. host and port are those of the server; OAUTHBEARER names them.
// An explanation is answered with nothing in XOAUTH2, and with a 0x01 in
// OAUTHBEARER (RFC 7628, section 3.2.3).
func SMTP(mechanism, username, token, host string, port int) *Exchange {
	e := IMAP(mechanism, username, token, host, port)
	if mechanism == XOAUTH2 {
		e.end = []byte{}
	}
	return e
}

// IMAP is SMTP for a mailbox. Here an explanation is always answered with a
// 0x01: go-imap writes nothing as “=”, which Dovecot takes for broken base64.
func IMAP(mechanism, username, token, host string, port int) *Exchange {
	e := &Exchange{mechanism: mechanism, token: token, end: []byte{1}}
	if mechanism == XOAUTH2 {
		e.first = "user=" + username + "\x01auth=Bearer " + token + "\x01\x01"
		return e
	}
	escaped := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(username) // RFC 5801, section 4
	bearer := sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: escaped, Token: token, Host: host, Port: port})
	_, first, _ := bearer.Start() // it has no way to fail
	e.first = string(first)
	return e
}

// Start implements sasl.Client.
func (e *Exchange) Start() (mech string, ir []byte, err error) {
	return e.mechanism, []byte(e.first), nil
}

// Next implements sasl.Client.
func (e *Exchange) Next(challenge []byte) ([]byte, error) {
	if e.challenged {
		return nil, sasl.ErrUnexpectedServerChallenge
	}
	e.challenged = true
	e.Explanation = Clean(e.Mask(string(challenge)))
	return e.end, nil
}

// Refused reports whether the server said by a challenge that it does not accept
// the token. Its reply after that may be of any kind.
func (e *Exchange) Refused() bool { return e.challenged }

// Mask takes the token out of a server's text: some repeat what they were told.
func (e *Exchange) Mask(text string) string {
	return strings.NewReplacer(e.token, "***", base64.StdEncoding.EncodeToString([]byte(e.first)), "***").Replace(text)
}
