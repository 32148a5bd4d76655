package config_test

import (
	"slices"
	"testing"
	"time"

	"escalat/internal/config"

	"github.com/google/go-cmp/cmp"
)

// webhook returns a whole configuration of the webhooks.
func webhook(addr string) []string {
	return []string{"ESCALAT_JIRA_WEBHOOK_ADDR=" + addr, "ESCALAT_JIRA_WEBHOOK_SECRET=jira-hunter2-hunter2"}
}

// TestWebhookBesideMetrics: two addresses that can be listened on together.
func TestWebhookBesideMetrics(t *testing.T) {
	t.Parallel()
	for webhooks, health := range map[string]string{
		":8081": "127.0.0.1:8080", "10.0.0.1:8080": "10.0.0.2:8080", "[::1]:8080": "10.0.0.1:8080",
		"127.0.0.1:0": "127.0.0.1:0", "hooks.example:8080": "127.0.0.1:8080",
	} {
		cfg, err := config.Load(with(good(), append(webhook(webhooks), "ESCALAT_HTTP_ADDR="+health)...), profiles())
		if err != nil || cfg.Jira.WebhookAddr != config.Listen(webhooks) || cfg.Jira.WebhookSecret.Reveal() != "jira-hunter2-hunter2" {
			t.Errorf("%s beside %s: %v", webhooks, health, err)
		}
	}
}

// TestJiraAsItIs: the values that say who may escalate and what an issue shows.
func TestJiraAsItIs(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good()), profiles())
	if err != nil {
		t.Fatal(err)
	}
	j := cfg.Jira
	if !j.StateLabels.On() || !j.ReferenceLinks.On() || len(j.DuplicateLinks) != 1 || j.DuplicateLinks[0] != "Duplicate" {
		t.Errorf("what an issue shows: %+v", j)
	}
	if j.WebhookAddr != "" || !j.WebhookSecret.IsZero() || j.Groups != nil || j.Roles != nil || !j.TokenExpires.Time().IsZero() {
		t.Errorf("what nobody configured: %+v", j)
	}
	if j.ReconcileInterval != time.Hour || cfg.Brake != (config.Brake{Limit: 5, Window: 10 * time.Minute}) || cfg.Providers["ovh"].ReferenceField != "" {
		t.Errorf("defaults: %s, %+v", j.ReconcileInterval, cfg.Brake)
	}

	cfg, err = config.Load(with(good(), "ESCALAT_JIRA_GROUPS= Suport N2 ,Guàrdia", "ESCALAT_JIRA_ROLES=Service Desk Team", "ESCALAT_JIRA_STATE_LABELS=OFF",
		"ESCALAT_JIRA_REFERENCE_LINKS=off", "ESCALAT_JIRA_DUPLICATE_LINKS= és duplicat de , Duplicate", "ESCALAT_JIRA_TOKEN_EXPIRES=2027-03-31",
		"ESCALAT_JIRA_RECONCILE_INTERVAL=24h", "ESCALAT_BRAKE_LIMIT=1000", "ESCALAT_BRAKE_WINDOW=1m", "ESCALAT_OVH_REFERENCE_FIELD=Tiquet del proveïdor"), profiles())
	if err != nil {
		t.Fatal(err)
	}
	j = cfg.Jira
	if diff := cmp.Diff([][]string{{"Suport N2", "Guàrdia"}, {"Service Desk Team"}, {"és duplicat de", "Duplicate"}}, [][]string{j.Groups, j.Roles, j.DuplicateLinks}); diff != "" {
		t.Error(diff)
	}
	if j.StateLabels.On() || j.ReferenceLinks.On() || j.ReconcileInterval != 24*time.Hour {
		t.Errorf("%+v", j)
	}
	if want := time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC); !j.TokenExpires.Time().Equal(want) {
		t.Errorf("the token ends on %s", j.TokenExpires.Time())
	}
	if cfg.Brake.Limit != 1000 || cfg.Brake.Window != time.Minute || cfg.Providers["ovh"].ReferenceField != "Tiquet del proveïdor" {
		t.Errorf("%+v, %+v", cfg.Brake, cfg.Providers["ovh"])
	}
}

// TestDuplicateLinksOff: the word in effect is the word that was written.
func TestDuplicateLinksOff(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good(), "ESCALAT_JIRA_DUPLICATE_LINKS=Off"), profiles())
	if err != nil || len(cfg.Jira.DuplicateLinks) != 0 {
		t.Fatalf("%v, %v", cfg.Jira.DuplicateLinks, err)
	}
	if !slices.Contains(cfg.Effective(), config.Setting{Name: "ESCALAT_JIRA_DUPLICATE_LINKS", Value: "off", Source: "environment"}) {
		t.Error("it is shown in other words")
	}
}
