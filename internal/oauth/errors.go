package oauth

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// Error says why there is no token. It has no cause: that could hold a secret.
type Error struct {
	Status      int    // of the endpoint's answer; 0: there was none
	Code        string // the endpoint's error code (RFC 6749, section 5.2); may be empty
	Description string // its error_description; may be empty
	Reason      string // what happened, where the endpoint named no code
}

// Error returns what is known, in one line.
func (e *Error) Error() string {
	text := "oauth: no access token: "
	switch {
	case e.Code == "":
		return text + e.Reason
	case e.Description == "":
		return text + e.Code
	}
	return text + e.Code + ": " + e.Description
}

// Refused reports whether the operator must mend something before asking again
// is of use: the endpoint understood the question and does not accept the
// client, its grant or what it asks for.
func (e *Error) Refused() bool {
	return slices.Contains([]string{
		"invalid_client", "invalid_grant", "unauthorized_client", "invalid_scope", "unsupported_grant_type",
		"invalid_request", "access_denied", "interaction_required", "consent_required", "invalid_resource",
	}, e.Code)
}

// failure makes of what went wrong an error without secrets.
func (s *Source) failure(ctx context.Context, refresh string, err error) error {
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("oauth: %w", ended)
	}
	told := func(text string) string { return Clean(s.mask(refresh, text)) }
	answer, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case ok && answer.ErrorCode != "":
		return &Error{Status: answer.Response.StatusCode, Code: told(answer.ErrorCode), Description: told(answer.ErrorDescription)}
	case ok:
		return &Error{Status: answer.Response.StatusCode, Reason: told("the endpoint answered " + answer.Response.Status)}
	}
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err // its text holds the URL, which the configuration shows
	}
	return &Error{Reason: told(err.Error())}
}

// mask takes the secrets out of a stranger's text, in each form in which they
// were sent to him.
func (s *Source) mask(refresh, text string) string {
	pair := url.QueryEscape(s.cfg.ClientID) + ":" + url.QueryEscape(s.cfg.ClientSecret)
	for _, secret := range []string{s.cfg.ClientSecret, s.cfg.RefreshToken, refresh} {
		if secret != "" {
			text = strings.NewReplacer(secret, "***", url.QueryEscape(secret), "***").Replace(text)
		}
	}
	return strings.ReplaceAll(text, base64.StdEncoding.EncodeToString([]byte(pair)), "***")
}
