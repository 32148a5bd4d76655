package config_test

import (
	"slices"
	"strings"
	"testing"

	"escalat/internal/config"
)

// TestSocket: where the scanner listens.
func TestSocket(t *testing.T) {
	t.Parallel()
	for value, ok := range map[string]bool{
		"127.0.0.1:3310": true, "clamav:3310": true, "[::1]:3310": true, "unix:/run/clamav/clamd.ctl": true,
		"clamav": false, ":3310": false, "clamav:0": false, "unix:clamd.ctl": false, "/run/clamd.ctl": false,
	} {
		var s config.Socket
		if err := s.UnmarshalText([]byte(value)); (err == nil) != ok || ok && string(s) != value {
			t.Errorf("%q: %q, %v", value, s, err)
		}
	}
}

// TestExtensions: those that are kept out, and none of them when the list says so.
func TestExtensions(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{"exe": "exe", ".EXE": "exe", "7z": "7z", "": "", "tar.gz": "", "*.exe": "", "è": "", strings.Repeat("x", 11): ""} {
		var e config.Extension
		if err := e.UnmarshalText([]byte(value)); (err == nil) != (want != "") || string(e) != want {
			t.Errorf("%q: %q, %v", value, e, err)
		}
	}
	cfg, err := config.Load(with(good()), []string{"claranet", "ovh"})
	if err != nil || !slices.Contains(cfg.Mail.Blocked, "exe") || cfg.Mail.Clamd != "" {
		t.Errorf("%v, %q, %v", cfg.Mail.Blocked, cfg.Mail.Clamd, err)
	}
}
