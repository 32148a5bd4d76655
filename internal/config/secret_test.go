package config_test

import (
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"escalat/internal/config"
)

func TestSecretFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, content string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(write("target", "jira-hunter2"), link); err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		file string
		want string // of the token
		fail string
	}{
		"newline":         {write("a", "jira-hunter2\n"), "jira-hunter2", ""},
		"windows newline": {write("b", "jira-hunter2\r\n"), "jira-hunter2", ""},
		"spaces kept":     {write("c", " jira-hunter2 \n"), " jira-hunter2 ", ""},
		"one newline cut": {write("d", "jira-hunter2\n\n"), "jira-hunter2\n", ""},
		"symbolic link":   {link, "jira-hunter2", ""},
		"absent":          {filepath.Join(dir, "none"), "", "ESCALAT_JIRA_TOKEN_FILE names " + fmt.Sprintf("%q", filepath.Join(dir, "none")) + ", which cannot be read: no such file or directory"},
		"empty":           {write("e", "\n"), "", "ESCALAT_JIRA_TOKEN_FILE names a file that is empty"},
		"folder":          {dir, "", "ESCALAT_JIRA_TOKEN_FILE names " + fmt.Sprintf("%q", dir) + ", which is not a regular file"},
		"too large":       {write("f", strings.Repeat("x", 64<<10+1)), "", "ESCALAT_JIRA_TOKEN_FILE names"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(with(good(), "ESCALAT_JIRA_TOKEN=", "ESCALAT_JIRA_TOKEN_FILE="+tc.file), profiles())
			if tc.fail != "" {
				wantProblems(t, err, []string{tc.fail})
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := cfg.Jira.Token.Reveal(); got != tc.want {
				t.Errorf("the token is %q, want %q", got, tc.want)
			}
		})
	}
	t.Run("both", func(t *testing.T) {
		t.Parallel()
		_, err := config.Load(with(good(), "ESCALAT_JIRA_TOKEN_FILE="+link), profiles())
		wantProblems(t, err, []string{"ESCALAT_JIRA_TOKEN and ESCALAT_JIRA_TOKEN_FILE are both set; keep one"})
	})
	t.Run("keys", func(t *testing.T) {
		t.Parallel()
		keys := write("keys", good()["ESCALAT_TOKEN_KEYS"]+"\n")
		cfg, err := config.Load(with(good(), "ESCALAT_TOKEN_KEYS=", "ESCALAT_TOKEN_KEYS_FILE="+keys), profiles())
		if err != nil || cfg.General.TokenKeys.IsZero() {
			t.Errorf("no keys, %v", err)
		}
	})
}

func TestAuthorities(t *testing.T) {
	t.Parallel()
	srv := httptest.NewTLSServer(nil)
	defer srv.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(file, block, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(with(good(), "ESCALAT_JIRA_CA_FILE="+file), profiles())
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Jira.CAs.Pool() == nil || cfg.SMTP.CAs.Pool() != nil {
		t.Fatal("the authorities went to the wrong place")
	}
	if _, err := srv.Certificate().Verify(x509.VerifyOptions{Roots: cfg.Jira.CAs.Pool()}); err != nil {
		t.Errorf("the certificate of the file is not trusted: %v", err)
	}
}

// TestSecretsStayHidden prints a configuration in every usual way.
func TestSecretsStayHidden(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good()), profiles())
	if err != nil {
		t.Fatal(err)
	}
	marshalled, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("config", "cfg", cfg, "token", cfg.Jira.Token, "db", cfg.Store.Database)
	slog.New(slog.NewTextHandler(&log, nil)).Info("config", "cfg", cfg, "token", cfg.Jira.Token, "db", cfg.Store.Database)
	printed := string(marshalled) + log.String() + fmt.Sprint(cfg.Effective())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		printed += fmt.Sprintf(verb, cfg) + fmt.Sprintf(verb, &cfg) + fmt.Sprintf(verb, cfg.Jira.Token)
	}
	for _, secret := range []string{"hunter2", "signing!", "68756e74657232", good()["ESCALAT_TOKEN_KEYS"]} {
		if strings.Contains(printed, secret) {
			t.Errorf("%q was printed", secret)
		}
	}
	if got := fmt.Sprint(cfg.Store.Database); got != "postgres://escalat:***@db:5432/escalat?sslpassword=***" {
		t.Errorf("the database is shown as %s", got)
	}
}
