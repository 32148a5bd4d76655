package config_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/config"
)

const secret = "0123456789hunter2"

func TestOnCall(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good(), "ESCALAT_ONCALL_TO=guardia@aoc.example, cap@aoc.example", "ESCALAT_ONCALL_WEBHOOK=https://alertes.example/h/hunter2?sig=hunter2",
		"ESCALAT_ONCALL_WEBHOOK_SECRET="+secret, "ESCALAT_ONCALL_AFTER=10m", "ESCALAT_OPS_ADDR=127.0.0.1:8082", "ESCALAT_OPS_PASSWORD="+secret,
		"ESCALAT_JIRA_TRANSITIONS= Sent = En espera del proveïdor ; answered=En curs=2;"), profiles())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]config.Address{"guardia@aoc.example", "cap@aoc.example"}, cfg.OnCall.To); diff != "" {
		t.Error(diff)
	}
	if cfg.OnCall.Webhook.Reveal() != "https://alertes.example/h/hunter2?sig=hunter2" || cfg.OnCall.Secret.Reveal() != secret || cfg.OnCall.After != 10*time.Minute {
		t.Errorf("%+v", cfg.OnCall)
	}
	if diff := cmp.Diff(config.Moves{bridge.AtSent: "En espera del proveïdor", bridge.AtAnswered: "En curs=2"}, cfg.Jira.Transitions); diff != "" {
		t.Error(diff)
	}
	shown := fmt.Sprintf("%v %+v %s %d %#v", cfg, cfg, cfg.OnCall.Webhook, cfg.OnCall.Webhook, cfg.OnCall.Webhook)
	for _, s := range cfg.Effective() {
		shown += s.Name + "=" + s.Value + "\n"
	}
	if strings.Contains(shown, "hunter2") || !strings.Contains(shown, "ESCALAT_ONCALL_WEBHOOK=https://alertes.example/***\n") ||
		!strings.Contains(shown, "ESCALAT_JIRA_TRANSITIONS=sent=En espera del proveïdor; answered=En curs=2\n") {
		t.Errorf("shown is %s", shown)
	}
}

func TestOnCallDefaults(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good()), profiles())
	if err != nil {
		t.Fatal(err)
	}
	if len(cfg.OnCall.To) != 0 || !cfg.OnCall.Webhook.IsZero() || cfg.OnCall.After != 5*time.Minute || cfg.Ops.Addr != "" || len(cfg.Jira.Transitions) != 0 {
		t.Errorf("%+v, %+v, %v", cfg.OnCall, cfg.Ops, cfg.Jira.Transitions)
	}
}

func TestOneOnCallProblem(t *testing.T) {
	t.Parallel()
	ops := func(addr string, further ...string) []string {
		return append([]string{"ESCALAT_OPS_ADDR=" + addr, "ESCALAT_OPS_PASSWORD=" + secret}, further...)
	}
	for name, tc := range map[string]struct {
		change []string
		want   []string
	}{
		"a webhook in clear":                   {[]string{"ESCALAT_ONCALL_WEBHOOK=http://alertes.example/hunter2"}, []string{"ESCALAT_ONCALL_WEBHOOK must begin with https://"}},
		"a webhook of this machine":            {[]string{"ESCALAT_ONCALL_WEBHOOK=http://127.0.0.1:9000/"}, nil},
		"a webhook with a password":            {[]string{"ESCALAT_ONCALL_WEBHOOK=https://me:hunter2@alertes.example"}, []string{"ESCALAT_ONCALL_WEBHOOK must not contain a user or a password"}},
		"a webhook that is no URL":             {[]string{"ESCALAT_ONCALL_WEBHOOK=alertes/hunter2"}, []string{"ESCALAT_ONCALL_WEBHOOK is not an absolute URL"}},
		"a webhook with a fragment":            {[]string{"ESCALAT_ONCALL_WEBHOOK=https://alertes.example/#hunter2"}, []string{"ESCALAT_ONCALL_WEBHOOK must not contain #"}},
		"a secret of no webhook":               {[]string{"ESCALAT_ONCALL_WEBHOOK_SECRET=" + secret}, []string{"ESCALAT_ONCALL_WEBHOOK_SECRET is set without ESCALAT_ONCALL_WEBHOOK"}},
		"a secret that can be guessed":         {[]string{"ESCALAT_ONCALL_WEBHOOK=https://a.example/", "ESCALAT_ONCALL_WEBHOOK_SECRET=hunter2"}, []string{"ESCALAT_ONCALL_WEBHOOK_SECRET is shorter than 16 characters"}},
		"no server to tell through":            {[]string{"ESCALAT_MODE=", "ESCALAT_SMTP_ADDR=", "ESCALAT_SMTP_USERNAME=", "ESCALAT_SMTP_PASSWORD=", "ESCALAT_ONCALL_TO=g@aoc.example"}, []string{"ESCALAT_SMTP_ADDR is required in the modes redirect and live, and with ESCALAT_ONCALL_TO; for example"}},
		"our own mailbox on call":              {[]string{"ESCALAT_ONCALL_TO=Escalat@aoc.example"}, []string{"ESCALAT_ONCALL_TO names our own mailbox"}},
		"a provider on call":                   {[]string{"ESCALAT_ONCALL_TO=css@claranet.example"}, []string{`ESCALAT_ONCALL_TO names "css@claranet.example", an address of ESCALAT_CLARANET_TO`}},
		"impatient":                            {[]string{"ESCALAT_ONCALL_AFTER=30s"}, []string{"ESCALAT_ONCALL_AFTER is 30s, but must be from 1m to 24h"}},
		"a page without a password":            {[]string{"ESCALAT_OPS_ADDR=127.0.0.1:8082"}, []string{"ESCALAT_OPS_PASSWORD is required with ESCALAT_OPS_ADDR; for example"}},
		"a short password":                     {[]string{"ESCALAT_OPS_ADDR=127.0.0.1:8082", "ESCALAT_OPS_PASSWORD=abc-hunter2"}, []string{"ESCALAT_OPS_PASSWORD is shorter than 12 characters"}},
		"a password of no page":                {[]string{"ESCALAT_OPS_PASSWORD=" + secret}, []string{"ESCALAT_OPS_PASSWORD is set without ESCALAT_OPS_ADDR"}},
		"a page among the metrics":             {ops(":8080"), []string{`ESCALAT_OPS_ADDR is ":8080", but ESCALAT_HTTP_ADDR is "127.0.0.1:8080": the page would face others`}},
		"a page that Jira reaches":             {ops("0.0.0.0:8081", webhook("127.0.0.1:8081")...), []string{"ESCALAT_OPS_ADDR is"}},
		"an unknown moment":                    {[]string{"ESCALAT_JIRA_TRANSITIONS=lost=Tancat"}, []string{`ESCALAT_JIRA_TRANSITIONS has the moment "lost", but the moments are: asked, sent, answered, closed, reopened`}},
		"a moment twice":                       {[]string{"ESCALAT_JIRA_TRANSITIONS=sent=A; sent=B"}, []string{`ESCALAT_JIRA_TRANSITIONS names the moment "sent" twice`}},
		"a moment without a status":            {[]string{"ESCALAT_JIRA_TRANSITIONS=sent="}, []string{`ESCALAT_JIRA_TRANSITIONS has the part "sent=", which is not “moment=status”`}},
		"a status that got lost among commas":  {[]string{"ESCALAT_JIRA_TRANSITIONS=sent"}, []string{`ESCALAT_JIRA_TRANSITIONS has the part "sent"`}},
		"a status that is longer than Jira's":  {[]string{"ESCALAT_JIRA_TRANSITIONS=sent=" + strings.Repeat("x", 256)}, []string{"ESCALAT_JIRA_TRANSITIONS has the part"}},
		"a page on any port of this very host": {ops("127.0.0.1:0"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(with(good(), tc.change...), profiles())
			wantProblems(t, err, tc.want)
		})
	}
}
