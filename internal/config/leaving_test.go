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

func TestLeaving(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good(), "ESCALAT_GUARD_TREAT= Card = stop ; identity=ALLOW;", "ESCALAT_TRANSLATE_WITH=deepl",
		"ESCALAT_TRANSLATE_API_KEY=hunter2", "ESCALAT_TRANSLATE_PARALLEL=4"), profiles())
	if err != nil {
		t.Fatal(err)
	}
	want := config.Treatments{bridge.PrivateCard: config.TreatStop, bridge.PrivateIdentity: config.TreatAllow}
	if diff := cmp.Diff(want, cfg.Guard.Treat); diff != "" {
		t.Error(diff)
	}
	if got := cfg.Guard.Treat.String(); got != "identity=allow; card=stop" {
		t.Errorf("written %q", got)
	}
	if tr := cfg.Translate; tr.With != config.DeepL || !tr.With.Remote() || tr.Key.Reveal() != "hunter2" || tr.Parallel != 4 || tr.Timeout != 20*time.Second {
		t.Errorf("%+v", tr)
	}
	if shown := fmt.Sprintf("%v %+v", cfg, cfg); strings.Contains(shown, "hunter2") {
		t.Errorf("shown is %s", shown)
	}
	if cfg, err = config.Load(with(good()), profiles()); err != nil || len(cfg.Guard.Treat) > 0 || cfg.Translate.With != config.TranslateAuto {
		t.Errorf("by default: %v, %+v, %+v", err, cfg.Guard, cfg.Translate)
	}
}

func TestOneLeavingProblem(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  []string
		want string
	}{
		"no pair":     {[]string{"ESCALAT_GUARD_TREAT=card"}, "ESCALAT_GUARD_TREAT has the part \"card\", which is not “sort=treatment”"},
		"sort":        {[]string{"ESCALAT_GUARD_TREAT=dni=mask"}, "ESCALAT_GUARD_TREAT has the sort \"dni\", but the sorts are: password, key,"},
		"twice":       {[]string{"ESCALAT_GUARD_TREAT=card=mask;card=stop"}, "ESCALAT_GUARD_TREAT names the sort \"card\" twice"},
		"treatment":   {[]string{"ESCALAT_GUARD_TREAT=card=hide"}, "ESCALAT_GUARD_TREAT"},
		"translator":  {[]string{"ESCALAT_TRANSLATE_WITH=google"}, "ESCALAT_TRANSLATE_WITH"},
		"no address":  {[]string{"ESCALAT_TRANSLATE_WITH=libretranslate"}, "ESCALAT_TRANSLATE_URL is required with the translator libretranslate"},
		"no key":      {[]string{"ESCALAT_TRANSLATE_WITH=deepl"}, "ESCALAT_TRANSLATE_API_KEY is required with the translator deepl"},
		"key of none": {[]string{"ESCALAT_TRANSLATE_API_KEY=k"}, "ESCALAT_TRANSLATE_WITH is \"auto\", but ESCALAT_TRANSLATE_API_KEY is set"},
		"in clear":    {[]string{"ESCALAT_TRANSLATE_WITH=libretranslate", "ESCALAT_TRANSLATE_URL=http://x.example"}, "ESCALAT_TRANSLATE_URL must begin with https://"},
	} {
		_, err := config.Load(with(good(), tc.set...), profiles())
		if err == nil || !strings.Contains(err.Error(), tc.want) || strings.Count(err.Error(), "ESCALAT_GUARD")+strings.Count(err.Error(), "  ESCALAT_TRANSLATE") > 3 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
