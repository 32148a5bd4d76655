package config_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"escalat/internal/config"
	"escalat/mapping"
)

func TestFields(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value string
		want  config.Fields
		what  string // the problem
	}{
		{"impact=customfield_10010", config.Fields{"impact": "customfield_10010"}, ""},
		{" impact = Impacte (en negoci), per àmbit ; kind=Tipus;", config.Fields{"impact": "Impacte (en negoci), per àmbit", "kind": "Tipus"}, ""},
		{"a=x=y", config.Fields{"a": "x=y"}, ""},
		{"impact", nil, `has the part "impact", which is not “field=Jira field”`},
		{"impact=; a=b", nil, `has the part "impact=", which is not “field=Jira field”`},
		{"a=b;a=c", nil, `names the field "a" twice`},
	}
	for _, tt := range tests {
		t.Run(tt.value, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(with(good(), "ESCALAT_CLARANET_FIELDS="+tt.value), profiles())
			if tt.what != "" {
				if problem := (*config.Error)(nil); !errors.As(err, &problem) || problem.Problems[0].What != tt.what {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, cfg.Providers["claranet"].Fields); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBind(t *testing.T) {
	t.Parallel()
	loaded, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	loaded[0].Jira = map[string]string{"impact": "Impacte", "contact": "Contacte"}
	bind := func(value string) ([]mapping.Profile, error) {
		cfg, err := config.Load(with(good(), "ESCALAT_CLARANET_FIELDS="+value), profiles())
		if err != nil {
			t.Fatal(err)
		}
		return cfg.Bind(loaded)
	}
	bound, err := bind("impact=customfield_1; kind=Tipus")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"impact": "customfield_1", "contact": "Contacte", "kind": "Tipus"}
	if diff := cmp.Diff(want, bound[0].Jira); diff != "" {
		t.Error(diff)
	}
	if len(loaded[0].Jira) != 2 {
		t.Error("the profiles that were given changed")
	}
	_, err = bind("impcat=x; kind=y; zone=z")
	problem := (*config.Error)(nil)
	if !errors.As(err, &problem) || len(problem.Problems) != 2 {
		t.Fatalf("%v", err)
	}
	if got := problem.Error(); !strings.Contains(got, `ESCALAT_CLARANET_FIELDS names the field "impcat", which no form of claranet has; it has: kind, application`) {
		t.Error(got)
	}
}

func TestTeam(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":                              "",
		"Suport *Tècnic*":               `Suport \*Tècnic\*`,
		"[~guardia] [~accountid:5b:1a]": "[~guardia] [~accountid:5b:1a]",
		"Guàrdia ([~g]), {code}":        `Guàrdia ([~g]), \{code\}`,
	} {
		cfg, err := config.Load(with(good(), "ESCALAT_TEAM="+value), profiles())
		if err != nil {
			t.Fatal(err)
		}
		if got := cfg.General.Team.Markup(); got != want {
			t.Errorf("%q is %q, want %q", value, got, want)
		}
	}
	if _, err := config.Load(with(good(), "ESCALAT_TEAM="+strings.Repeat("x", 201)), profiles()); err == nil {
		t.Error("a team of 201 letters was accepted")
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"0": "is 0, but must be from 1 to 50", "51": "is 51, but must be from 1 to 50",
		"many": `is "many", which is not a whole number`, "1.5": `is "1.5", which is not a whole number`,
	} {
		_, err := config.Load(with(good(), "ESCALAT_REQUESTS_PER_DAY="+value), profiles())
		if problem := (*config.Error)(nil); !errors.As(err, &problem) || problem.Problems[0].What != want {
			t.Errorf("%s: %v", value, err)
		}
	}
}

// TestForms: what the forms need is read although everything else is missing or
// wrong, and what is wrong in it is told.
func TestForms(t *testing.T) {
	t.Parallel()
	loaded, err := mapping.Load(mapping.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	lang, bound, err := config.Forms([]string{"ESCALAT_MODE=wrong", "ESCALAT_LANGUAGE=es", "ESCALAT_CLARANET_FIELDS=impact=Impacte", "ESCALAT_CLARANET_TO=wrong"}, loaded)
	if err != nil || lang != config.Spanish || bound[0].Jira["impact"] != "Impacte" {
		t.Errorf("%s %v %v", lang, bound[0].Jira, err)
	}
	if lang, _, err := config.Forms(nil, loaded); err != nil || lang != config.Catalan {
		t.Errorf("%s %v", lang, err)
	}
	for _, wrong := range []string{"ESCALAT_LANGUAGE=fr", "ESCALAT_CLARANET_FIELDS=x", "ESCALAT_CLARANET_FIELDS=x=y", "ESCALAT_PROFILES_DIR=/nowhere/at/all"} {
		if _, _, err := config.Forms([]string{wrong}, loaded); err == nil || !strings.Contains(err.Error(), strings.SplitN(wrong, "=", 2)[0]) {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// TestForReading: to read an issue nothing but Jira's variables is needed.
func TestForReading(t *testing.T) {
	t.Parallel()
	cfg, err := config.ForReading([]string{"ESCALAT_MODE=wrong", "ESCALAT_JIRA_URL=https://jira.example", "ESCALAT_JIRA_TOKEN=secret", "ESCALAT_JIRA_USER=a@b.example"})
	if err != nil || cfg.URL != "https://jira.example" || cfg.Token.Reveal() != "secret" || cfg.User != "a@b.example" {
		t.Errorf("%+v, %v", cfg, err)
	}
	_, err = config.ForReading([]string{"ESCALAT_JIRA_URL=ftp://x", "ESCALAT_IMAP_ADDR=x"})
	problem := (*config.Error)(nil)
	if !errors.As(err, &problem) || len(problem.Problems) != 2 || problem.Problems[0].Name != "ESCALAT_JIRA_URL" || problem.Problems[1].Name != "ESCALAT_JIRA_TOKEN" {
		t.Errorf("%v", err)
	}
}
