package web_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"escalat/bridge"
	"escalat/internal/web"
)

// TestMetricsOfTheLedger: every outcome has its line, and a mail that was lost shows.
func TestMetricsOfTheLedger(t *testing.T) {
	t.Parallel()
	m := web.NewMetrics("test")
	var now atomic.Pointer[web.Ledger]
	m.Ledger(func(context.Context) (web.Ledger, error) {
		if l := now.Load(); l != nil {
			return *l, nil
		}
		return web.Ledger{}, errors.New("the database is away")
	})
	url := start(t, nil, m) + "/metrics"
	if code, body, _ := get(t, url, ""); code != 200 || strings.Contains(body, "escalat_ledger_") || strings.Contains(body, "escalat_quarantine_") {
		t.Errorf("numbers that cannot be told: %d\n%s", code, grep(body, "escalat_"))
	}
	for name, test := range map[string]struct {
		ledger web.Ledger
		want   []string
	}{
		"it adds up": {
			web.Ledger{
				Seen: 12, Undecided: 2, Outcomes: map[bridge.MailOutcome]int64{bridge.MailPosted: 7, bridge.MailQuarantined: 3},
				Quarantined: 3, Oldest: time.UnixMilli(1_700_000_000_250), SetAside: 1,
			},
			[]string{
				`escalat_ledger_mails{outcome="posted"} 7`, `escalat_ledger_mails{outcome="discarded"} 0`, "escalat_ledger_undecided 2",
				"escalat_ledger_seen 12", "escalat_ledger_difference 0", "escalat_quarantine_mails 3",
				"escalat_quarantine_oldest_timestamp_seconds 1.70000000025e+09", "escalat_mails_set_aside 1",
			},
		},
		"one is lost": {
			web.Ledger{Seen: 3, Outcomes: map[bridge.MailOutcome]int64{bridge.MailOwn: 2}},
			[]string{"escalat_ledger_difference 1", "escalat_quarantine_oldest_timestamp_seconds 0"},
		},
		"one has an outcome that is none": {
			web.Ledger{Seen: 1, Outcomes: map[bridge.MailOutcome]int64{"eaten": 1}},
			[]string{"escalat_ledger_difference 1"},
		},
	} {
		now.Store(&test.ledger)
		_, body, _ := get(t, url, "")
		for _, want := range test.want {
			if !strings.Contains(body, "\n"+want+"\n") {
				t.Errorf("%s: no line %s:\n%s", name, want, grep(body, "escalat_"))
			}
		}
		if n := strings.Count(body, "\nescalat_ledger_mails{"); n != len(bridge.MailOutcomes()) {
			t.Errorf("%s: %d outcomes", name, n)
		}
	}
}
