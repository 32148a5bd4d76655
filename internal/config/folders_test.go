package config_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/internal/config"
)

func TestSearchFolders(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		all   bool
		names []string
		shown string
	}{
		"auto": {true, nil, "auto"}, "AUTO": {true, nil, "auto"}, "none": {false, nil, "none"}, "": {true, nil, "auto"},
		" Junk , Correu brossa/2026": {false, []string{"Junk", "Correu brossa/2026"}, "Junk,Correu brossa/2026"},
	} {
		cfg, err := config.Load(with(good(), "ESCALAT_IMAP_SEARCH="+text), profiles())
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got := cfg.IMAP.Search
		if diff := cmp.Diff(want.names, got.Names()); diff != "" || got.All() != want.all || got.String() != want.shown {
			t.Errorf("%q: %v, %q\n%s", text, got.All(), got, diff)
		}
	}
}

func TestOneFolderProblem(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change []string
		want   []string
	}{
		"a word beside names":     {[]string{"ESCALAT_IMAP_SEARCH=auto,Junk"}, []string{`ESCALAT_IMAP_SEARCH is "auto,Junk": “auto” and “none” stand alone`}},
		"a name that got lost":    {[]string{"ESCALAT_IMAP_SEARCH=Junk,,Arxiu"}, []string{"ESCALAT_IMAP_SEARCH has an empty element"}},
		"a folder of both sorts":  {[]string{"ESCALAT_IMAP_SEARCH=Junk,inbox"}, []string{`ESCALAT_IMAP_SEARCH names "inbox", which ESCALAT_IMAP_FOLDERS names too`}},
		"kept less than read":     {[]string{"ESCALAT_IMAP_KEEP_SIZE=40MiB"}, []string{"ESCALAT_IMAP_KEEP_SIZE is 40MiB, less than ESCALAT_IMAP_MAX_SIZE (50MiB)"}},
		"kept too much":           {[]string{"ESCALAT_IMAP_KEEP_SIZE=2GiB"}, []string{"ESCALAT_IMAP_KEEP_SIZE is 2GiB, but must be from 1MiB to 1GiB"}},
		"polled too seldom":       {[]string{"ESCALAT_IMAP_POLL_INTERVAL=29m"}, []string{"ESCALAT_IMAP_POLL_INTERVAL is 29m, but must be from 1s to 28m"}},
		"compared all the time":   {[]string{"ESCALAT_IMAP_COMPARE_INTERVAL=1s"}, []string{"ESCALAT_IMAP_COMPARE_INTERVAL is 1s, but must be from 1m to 24h"}},
		"an end without anything": {[]string{"ESCALAT_OAUTH_SECRET_EXPIRES=2028-03-31", "ESCALAT_SMTP_AUTH=plain", "ESCALAT_IMAP_AUTH=plain"}, []string{"ESCALAT_OAUTH_TOKEN_URL is required", "ESCALAT_OAUTH_CLIENT_ID is required", "ESCALAT_OAUTH_CLIENT_SECRET is required"}},
		"an end that is no day":   {tokens("ESCALAT_OAUTH_SECRET_EXPIRES=31.3.2028"), []string{`ESCALAT_OAUTH_SECRET_EXPIRES is "31.3.2028", which is no day`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(with(good(), tc.change...), profiles())
			wantProblems(t, err, tc.want)
		})
	}
}
