package jira

import (
	"encoding/pem"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := Config{URL: "https://jira.example.org", Token: testToken}
	for name, change := range map[string]func(*Config){
		"clear":        func(c *Config) { c.URL = "http://jira.example.org" },
		"not loopback": func(c *Config) { c.URL = "http://127.0.0.1.example.org" },
		"no scheme":    func(c *Config) { c.URL = "jira.example.org" },
		"no host":      func(c *Config) { c.URL = "https:///jira" },
		"password":     func(c *Config) { c.URL = "https://u:" + testToken + "@jira.example.org" },
		"unreadable":   func(c *Config) { c.URL = "https://u:" + testToken + "@jira.example.org:x/%zz" },
		"query":        func(c *Config) { c.URL += "?a=" + testToken },
		"no token":     func(c *Config) { c.Token = "" },
		"token's end":  func(c *Config) { c.Token += "\n" },
		"user":         func(c *Config) { c.User = "a:b" },
		"project":      func(c *Config) { c.Projects = []string{`A") OR project in ("B`} },
		"link":         func(c *Config) { c.DuplicateLinks = []string{"Duplicate", " "} },
		"group":        func(c *Config) { c.Groups = []string{""} },
		"role":         func(c *Config) { c.Roles = []string{"\t"} },
		"reference":    func(c *Config) { c.ReferenceFields = []string{""} },
		"no CA file":   func(c *Config) { c.CAFile = filepath.Join(t.TempDir(), "missing.pem") },
	} {
		cfg := good
		change(&cfg)
		if _, err := New(cfg); err == nil || strings.Contains(err.Error(), testToken) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, u := range []string{"http://localhost:8080", "http://127.0.0.1/jira", "http://[::1]:1", "https://jira.example.org/a/b/"} {
		cfg := good
		cfg.URL = u
		if _, err := New(cfg); err != nil {
			t.Errorf("%s: %v", u, err)
		}
	}
}

func TestCAFileAndBearer(t *testing.T) {
	t.Parallel()
	f := newFake(t, DataCenter)
	file := filepath.Join(t.TempDir(), "ca.pem")
	raw := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.server.Certificate().Raw})
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	c := f.client(func(cfg *Config) { cfg.RootCAs, cfg.CAFile, cfg.User = nil, file, "" })
	if _, err := c.Detect(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestConfigHidesTheToken(t *testing.T) {
	t.Parallel()
	cfg := Config{URL: "https://jira.example.org", User: testUser, Token: testToken}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("start", "case", cfg)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, cfg), log.String()} {
		if strings.Contains(text, testToken) || !strings.Contains(text, "jira.example.org") {
			t.Errorf("shown as %s", text)
		}
	}
}
