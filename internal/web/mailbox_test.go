package web_test

import (
	"strings"
	"testing"
	"time"

	"escalat/internal/web"
)

// TestMetricsOfTheMailbox: how the folders stand, what was not where it should have
// been, and how long the tokens live.
func TestMetricsOfTheMailbox(t *testing.T) {
	t.Parallel()
	m := web.NewMetrics("1")
	box := web.Mailbox{Watched: 2, Searched: 14, Refused: 1, LeftOut: 3, FoundSearched: 5, FoundCompared: 6}
	m.Mailbox(func() web.Mailbox { return box })
	at := time.Unix(1_800_000_000, 0)
	var of web.Tokens
	m.Tokens(func() time.Time { return at.Add(90 * time.Second) }, func() web.Tokens { return of })
	m.SecretExpires(time.Date(2028, 3, 31, 0, 0, 0, 0, time.UTC))
	url := start(t, nil, m) + "/metrics"
	_, before, _ := get(t, url, "text/plain")
	for _, line := range []string{
		`escalat_imap_folders{sort="watched"} 2`, `escalat_imap_folders{sort="searched"} 14`, `escalat_imap_folders{sort="refused"} 1`,
		`escalat_imap_folders{sort="left_out"} 3`, `escalat_imap_found_late_total{where="searched"} 5`,
		`escalat_imap_found_late_total{where="comparison"} 6`, "escalat_oauth_last_success_timestamp_seconds 0", "escalat_oauth_failures 0",
		"escalat_oauth_secret_expires_timestamp_seconds 1.8380736e+09",
	} {
		if !strings.Contains(before, "\n"+line) {
			t.Errorf("lacks %s", line)
		}
	}
	if strings.Contains(before, "escalat_oauth_token") {
		t.Error("a token is told of that is not there")
	}
	of = web.Tokens{Obtained: at, Ends: at.Add(time.Hour), Success: at, Failures: 2}
	_, after, _ := get(t, url, "text/plain")
	for _, line := range []string{
		"escalat_oauth_token_age_seconds 90", "escalat_oauth_token_expires_timestamp_seconds 1.8000036e+09",
		"escalat_oauth_last_success_timestamp_seconds 1.8e+09", "escalat_oauth_failures 2",
	} {
		if !strings.Contains(after, "\n"+line) {
			t.Errorf("lacks %s:\n%s", line, after)
		}
	}
}
