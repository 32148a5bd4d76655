package alarm

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"escalat/bridge"
)

// The headers of a post. The id is the same whenever the same alarm is told.
const (
	signatureHeader = "X-Escalat-Signature"
	idHeader        = "X-Escalat-Id"
)

const (
	maxAnswer = 4 << 10 // bytes that are read of an answer, so that the connection serves again
	maxText   = 16 << 10
	maxWait   = time.Hour // of what an answer may ask for
)

// posted is what the webhook is told.
type posted struct {
	Event    string    `json:"event"`
	Key      string    `json:"key"`
	Provider string    `json:"provider"`
	Text     string    `json:"text"`
	At       time.Time `json:"at"`
}

// hookClient follows no redirect: what is told is meant for the address that somebody
// configured.
func hookClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post tells the webhook.
func (t *Teller) post(ctx context.Context, a bridge.Alarm) error {
	body, err := json.Marshal(posted{a.Event, a.Key, a.Provider, bounded(a.Subject + "\n\n" + a.Text), a.At.UTC()})
	if err != nil {
		return bridge.Permanent(fmt.Errorf("webhook: %w", err))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.cfg.Webhook, bytes.NewReader(body))
	if err != nil {
		return bridge.Permanent(errors.New("webhook: its address cannot be used"))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "escalat")
	req.Header.Set(idHeader, digest(a.ID))
	if t.cfg.Secret != "" {
		mac := hmac.New(sha256.New, []byte(t.cfg.Secret))
		mac.Write(body)
		req.Header.Set(signatureHeader, "sha256="+hex.EncodeToString(mac.Sum(nil)))
	}
	resp, err := t.client.Do(req)
	if err != nil {
		return unreached(err)
	}
	defer func() { _ = resp.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer))
	return t.answered(resp)
}

// bounded keeps the beginning of a long text.
func bounded(s string) string {
	if len(s) <= maxText {
		return s
	}
	cut := maxText
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// unreached takes the address, which may be a password, out of an error.
func unreached(err error) error {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return fmt.Errorf("webhook: %w", err)
}

// answered says what a status means. Nothing of the answer's text is repeated.
func (t *Teller) answered(resp *http.Response) error {
	status := resp.StatusCode
	err := fmt.Errorf("webhook: it answered %d %s", status, http.StatusText(status))
	switch {
	case status >= 200 && status <= 299:
		return nil
	case status >= 300 && status <= 399:
		return bridge.Permanent(fmt.Errorf("%w, which is not followed", err))
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		if wait := retryAfter(resp.Header); wait > 0 {
			return bridge.Later(err, t.cfg.Now().Add(wait))
		}
		return err
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status >= 500:
		return err
	}
	return bridge.Permanent(err)
}

// retryAfter reads a number of seconds; a date says nothing without trust in clocks.
func retryAfter(h http.Header) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get("Retry-After")))
	if err != nil || n < 1 {
		return 0
	}
	return min(time.Duration(min(n, int(maxWait/time.Second)))*time.Second, maxWait)
}
