package config_test

import (
	"strings"
	"testing"

	"escalat/internal/config"
)

// tokens changes a good configuration into one with access tokens, and then
// further.
func tokens(changes ...string) []string {
	return append([]string{
		"ESCALAT_SMTP_PASSWORD=", "ESCALAT_IMAP_PASSWORD=", "ESCALAT_OAUTH_TOKEN_URL=https://login.example/oauth2/token/",
		"ESCALAT_OAUTH_CLIENT_ID=escalat", "ESCALAT_OAUTH_CLIENT_SECRET=client-hunter2",
	}, changes...)
}

func TestLoadTokens(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string][]string{
		"client":              nil,
		"person":              {"ESCALAT_OAUTH_CLIENT_SECRET=", "ESCALAT_OAUTH_REFRESH_TOKEN=refresh-hunter2"},
		"one server by token": {"ESCALAT_SMTP_AUTH=plain", "ESCALAT_SMTP_PASSWORD=smtp-hunter2"},
		"relay without login": {"ESCALAT_SMTP_USERNAME="},
		"by name":             {"ESCALAT_SMTP_AUTH=XOAUTH2", "ESCALAT_IMAP_AUTH=oauthbearer", "ESCALAT_OAUTH_SCOPE=a b"},
	} {
		cfg, err := config.Load(with(good(), tokens(changes...)...), profiles())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !cfg.OAuth.On() || cfg.OAuth.TokenURL != "https://login.example/oauth2/token/" || !cfg.IMAP.Password.IsZero() {
			t.Errorf("%s: %+v", name, cfg.OAuth)
		}
		for _, s := range cfg.Effective() {
			if strings.Contains(s.Value, "hunter2") {
				t.Errorf("%s: %s shows a secret", name, s.Name)
			}
		}
	}
}

func TestMailLimits(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good(), "ESCALAT_MAIL_ATTACHMENTS=0", "ESCALAT_CLARANET_CHANGES=Send"), profiles())
	if err != nil || cfg.Mail.Attachments != 0 || cfg.Providers["claranet"].Changes != config.ChangesSend || cfg.Providers["ovh"].Changes != config.ChangesOffer {
		t.Errorf("%v, %v, %v", cfg.Mail.Attachments, cfg.Providers, err)
	}
	cfg, err = config.Load(with(good()), profiles())
	if err != nil || cfg.Mail.Attachments != 20<<20 || cfg.OAuth.On() || cfg.SMTP.Auth != config.AuthAuto {
		t.Errorf("%v, %+v, %v", cfg.Mail.Attachments, cfg.OAuth, err)
	}
}

// TestOneLoginProblem changes one thing of a good configuration.
func TestOneLoginProblem(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change []string
		want   []string // the beginning of each problem, in order
	}{
		"no mechanism of that name":          {[]string{"ESCALAT_SMTP_AUTH=ntlm"}, []string{`ESCALAT_SMTP_AUTH is "ntlm", but must be one of: auto, plain, login, xoauth2, oauthbearer`}},
		"a mechanism and nobody who logs in": {[]string{"ESCALAT_SMTP_USERNAME=", "ESCALAT_SMTP_PASSWORD=", "ESCALAT_SMTP_AUTH=plain"}, []string{"ESCALAT_SMTP_USERNAME is required with ESCALAT_SMTP_PASSWORD and with an ESCALAT_SMTP_AUTH other than auto"}},
		"tokens that nobody gives":           {[]string{"ESCALAT_IMAP_AUTH=xoauth2", "ESCALAT_IMAP_PASSWORD="}, []string{"ESCALAT_IMAP_AUTH is xoauth2, which needs access tokens; set ESCALAT_OAUTH_TOKEN_URL"}},
		"tokens and passwords":               {tokens("ESCALAT_SMTP_PASSWORD=smtp-hunter2", "ESCALAT_IMAP_PASSWORD=imap-hunter2"), []string{"ESCALAT_SMTP_PASSWORD and access tokens (ESCALAT_OAUTH_…) are both set; take one away, or set ESCALAT_SMTP_AUTH to plain", "ESCALAT_IMAP_PASSWORD and access tokens"}},
		"a token mechanism and a password":   {tokens("ESCALAT_IMAP_AUTH=oauthbearer", "ESCALAT_IMAP_PASSWORD=imap-hunter2"), []string{"ESCALAT_IMAP_PASSWORD is set although ESCALAT_IMAP_AUTH is oauthbearer; take the password away"}},
		"a password is meant and missing":    {tokens("ESCALAT_SMTP_AUTH=login"), []string{"ESCALAT_SMTP_PASSWORD is required with ESCALAT_SMTP_USERNAME, unless"}},
		"tokens from nowhere":                {tokens("ESCALAT_OAUTH_TOKEN_URL="), []string{"ESCALAT_OAUTH_TOKEN_URL is required with any other variable ESCALAT_OAUTH_…"}},
		"tokens for nobody":                  {tokens("ESCALAT_OAUTH_CLIENT_ID="), []string{"ESCALAT_OAUTH_CLIENT_ID is required with any"}},
		"tokens without a secret":            {tokens("ESCALAT_OAUTH_CLIENT_SECRET="), []string{"ESCALAT_OAUTH_CLIENT_SECRET is required with ESCALAT_OAUTH_TOKEN_URL, unless there is an ESCALAT_OAUTH_REFRESH_TOKEN"}},
		"tokens in the clear":                {tokens("ESCALAT_OAUTH_TOKEN_URL=http://login.example/token"), []string{"ESCALAT_OAUTH_TOKEN_URL must begin with https://"}},
		"too much for a mail":                {[]string{"ESCALAT_MAIL_ATTACHMENTS=101MiB"}, []string{"ESCALAT_MAIL_ATTACHMENTS is 101MiB, but must be from 0 to 100MiB"}},
		"mails kept for no time":             {[]string{"ESCALAT_MAIL_RETENTION=-1h"}, []string{"ESCALAT_MAIL_RETENTION is -1h, but must be from 0s to 87600h"}},
		"changes that nobody is told":        {[]string{"ESCALAT_CLARANET_CHANGES=ignore"}, []string{`ESCALAT_CLARANET_CHANGES is "ignore", but must be one of: offer, send`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(with(good(), tc.change...), profiles())
			wantProblems(t, err, tc.want)
		})
	}
}
