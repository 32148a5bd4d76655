package app

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"escalat/internal/imap"
	"escalat/internal/jira"
	"escalat/internal/web"
)

// get asks a server as a client would and returns only how that failed.
func get(t *testing.T, url string) error {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Do(req)
	if err == nil {
		_ = resp.Body.Close()
		t.Fatalf("%s answered", url)
	}
	return err
}

func TestWhyIsAClass(t *testing.T) {
	t.Parallel()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	untrusted.StartTLS()
	t.Cleanup(untrusted.Close)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}

	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"nothing":             {nil, ""},
		"token":               {fmt.Errorf("search: %w", jira.ErrCredentials), "credentials refused"},
		"login":               {fmt.Errorf("%w: [ALERT] hunter2", imap.ErrRefused), "credentials refused"},
		"authority":           {get(t, untrusted.URL), "certificate not trusted"},
		"host":                {fmt.Errorf("TLS: %w", x509.HostnameError{Certificate: &x509.Certificate{}, Host: "a"}), "certificate not trusted"},
		"expired":             {&tls.CertificateVerificationError{Err: x509.CertificateInvalidError{Reason: x509.Expired}}, "certificate not trusted"},
		"nobody listens":      {get(t, gone.URL), "does not answer"},
		"unknown host":        {&net.DNSError{Err: "no such host"}, "does not answer"},
		"too late":            {fmt.Errorf("search: %w", context.DeadlineExceeded), "does not answer"},
		"hung up":             {fmt.Errorf("greeting: %w", io.EOF), "does not answer"},
		"alert of TLS":        {&net.OpError{Op: "remote error", Err: errors.New("handshake failure")}, "fails, see the log"},
		"503":                 {fmt.Errorf("search: %w", &jira.StatusError{Status: 503, Text: "hunter2"}), "answers with an error, see the log"},
		"database is away":    {ours(refused), "the store fails, see the log"},
		"something else":      {errors.New("hunter2"), "fails, see the log"},
		"network, not marked": {refused, "does not answer"},
	} {
		if got := why(test.err); got != test.want {
			t.Errorf("%s: %q, want %q (%v)", name, got, test.want, test.err)
		}
	}
}

func TestPollerSaysEachNewReason(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	begun := now
	p := &poller{now: func() time.Time { return now }, log: slog.New(slog.NewTextHandler(&log, nil))}
	down := &jira.StatusError{Status: 503}
	for _, step := range []struct {
		err  error
		said int
		want web.Status
	}{
		{down, 1, web.Status{Since: begun, Why: "answers with an error, see the log"}},
		{down, 1, web.Status{Since: begun, Why: "answers with an error, see the log"}},
		{jira.ErrCredentials, 2, web.Status{Since: begun, Why: "credentials refused"}},
		{nil, 3, web.Status{Ready: true, Since: begun.Add(3 * time.Minute)}},
		{nil, 3, web.Status{Ready: true, Since: begun.Add(3 * time.Minute)}},
		{down, 4, web.Status{Since: begun.Add(5 * time.Minute), Why: "answers with an error, see the log"}},
	} {
		p.tell(t.Context(), step.err)
		if n := strings.Count(log.String(), "\n"); n != step.said || p.health.status() != step.want {
			t.Errorf("after %v: %d lines, %+v\n%s", step.err, n, p.health.status(), log.String())
		}
		now = now.Add(time.Minute)
	}
}

func TestMailboxSinceItIsInThatState(t *testing.T) {
	t.Parallel()
	at := func(minutes int) time.Time { return time.Unix(0, 0).Add(time.Duration(minutes) * time.Minute) }
	var h health
	for i, step := range []struct {
		status imap.Status
		want   web.Status
	}{
		{imap.Status{}, web.Status{Why: "not tried yet"}},
		{imap.Status{LastSuccess: at(1)}, web.Status{Ready: true, Since: at(1)}},
		{imap.Status{LastSuccess: at(2)}, web.Status{Ready: true, Since: at(1)}},
		{imap.Status{LastSuccess: at(2), Err: "no", ErrSince: at(3), Cause: io.EOF}, web.Status{Since: at(3), Why: "does not answer"}},
		{imap.Status{LastSuccess: at(2), Err: "NO", ErrSince: at(3), Cause: imap.ErrRefused}, web.Status{Since: at(3), Why: "credentials refused"}},
		{imap.Status{LastSuccess: at(9)}, web.Status{Ready: true, Since: at(9)}},
	} {
		if got := h.mailbox(step.status); got != step.want {
			t.Errorf("step %d: %+v, want %+v", i, got, step.want)
		}
	}
}
