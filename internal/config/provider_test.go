package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"escalat/bridge"
	"escalat/internal/config"
	"escalat/mapping"
)

// byPortal is what switches OVH on with the manual channel.
func byPortal(further ...string) []string {
	return append([]string{"ESCALAT_OVH_CHANNEL=manual", "ESCALAT_OVH_ACCOUNT=ab12345-ovh"}, further...)
}

func byAPI(further ...string) []string {
	return append([]string{"ESCALAT_OVH_CHANNEL=API", "ESCALAT_OVH_ACCOUNT=ab12345-ovh"}, further...)
}

func TestChannels(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "matrix.yaml")
	if err := os.WriteFile(file, []byte("- id: first\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(with(good(), byAPI("ESCALAT_OVH_API_KEY=hunter2", "ESCALAT_OVH_API_SECRET=s", "ESCALAT_OVH_API_CONSUMER_KEY=c",
		"ESCALAT_OVH_API_POLL_INTERVAL=5m", "ESCALAT_OVH_ACTS=Act", "ESCALAT_OVH_TURN_FIELD=Torn", "ESCALAT_OVH_MATRIX="+file,
		"ESCALAT_OVH_LATE_ANSWER=0s", "ESCALAT_OVH_HOLIDAYS=09-24, 2027-04-05,02-29")...), profiles())
	if err != nil {
		t.Fatal(err)
	}
	ovh, claranet := cfg.Providers["ovh"], cfg.Providers["claranet"]
	if ovh.By("manual") != bridge.ByAPI || !ovh.On("") || ovh.API.Way() != config.LoginKeys || ovh.API.Endpoint != "ovh-eu" {
		t.Errorf("%s, %v, %s, %s", ovh.By("manual"), ovh.On(""), ovh.API.Way(), ovh.API.Endpoint)
	}
	if ovh.API.PollInterval != 5*time.Minute || ovh.API.Patience != 30*time.Minute || ovh.Acts != config.ActsAct || ovh.TurnField != "Torn" {
		t.Errorf("%+v, %s, %s", ovh.API, ovh.Acts, ovh.TurnField)
	}
	if ovh.Matrix.Name() != file || string(ovh.Matrix.Content()) != "- id: first\n" || claranet.Matrix.Name() != "" {
		t.Errorf("matrix %q, %q", ovh.Matrix.Name(), ovh.Matrix.Content())
	}
	if diff := cmp.Diff([]config.ClosedDay{"09-24", "2027-04-05", "02-29"}, ovh.Holidays); diff != "" {
		t.Error(diff)
	}
	if late, set := ovh.LateAnswer.Get(); late != 0 || !set {
		t.Errorf("an answer is late after %s, %v", late, set)
	}
	if late, set := ovh.LateSilence.Get(); late != 0 || set {
		t.Errorf("silence is late after %s, %v", late, set)
	}
	if claranet.By("") != bridge.ByMail || claranet.By("api") != bridge.ByAPI || claranet.On("api") || !claranet.On("mail") || claranet.Acts != config.ActsPropose {
		t.Errorf("claranet: %s, %v, %v, %s", claranet.By(""), claranet.On("api"), claranet.On("mail"), claranet.Acts)
	}
}

// TestWaysToLogIn: exactly one of the three is complete.
func TestWaysToLogIn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change []string
		want   config.Login
	}{
		"by keys":              {[]string{"ESCALAT_OVH_API_KEY=k", "ESCALAT_OVH_API_SECRET=s", "ESCALAT_OVH_API_CONSUMER_KEY=c"}, config.LoginKeys},
		"by token":             {[]string{"ESCALAT_OVH_API_TOKEN=t", "ESCALAT_OVH_API_ENDPOINT=http://127.0.0.1:9/1.0/"}, config.LoginToken},
		"by a service account": {[]string{"ESCALAT_OVH_API_CLIENT_ID=i", "ESCALAT_OVH_API_CLIENT_SECRET=s", "ESCALAT_OVH_API_ENDPOINT=OVH-CA"}, config.LoginService},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(with(good(), byAPI(tc.change...)...), profiles())
			if err != nil {
				t.Fatal(err)
			}
			if got := cfg.Providers["ovh"].API.Way(); got != tc.want {
				t.Errorf("the way is %q, want %q", got, tc.want)
			}
			cfg, err = config.Load(with(good(), byPortal(tc.change...)...), profiles())
			if err != nil || cfg.Providers["ovh"].By("api") != bridge.ByPortal {
				t.Errorf("the login is kept while a person enters the tickets: %v", err)
			}
		})
	}
}

func TestOneProviderProblem(t *testing.T) {
	t.Parallel()
	ways := ", or another way to log in: API_KEY, API_SECRET and API_CONSUMER_KEY together, or API_TOKEN, or API_CLIENT_ID and API_CLIENT_SECRET"
	for name, tc := range map[string]struct {
		change []string
		want   []string
	}{
		"manual without an account":    {[]string{"ESCALAT_OVH_CHANNEL=manual"}, []string{"ESCALAT_OVH_ACCOUNT is required with ESCALAT_OVH_CHANNEL=manual: it switches the provider on; for example"}},
		"mail without an address":      {[]string{"ESCALAT_OVH_CHANNEL=mail", "ESCALAT_OVH_ACCOUNT=x"}, []string{"ESCALAT_OVH_TO is required with ESCALAT_OVH_CHANNEL=mail"}},
		"an unknown channel":           {[]string{"ESCALAT_OVH_CHANNEL=fax"}, []string{`ESCALAT_OVH_CHANNEL is "fax", but must be one of: mail, manual, api`}},
		"nobody by any channel":        {[]string{"ESCALAT_CLARANET_TO="}, []string{"ESCALAT_CLARANET_TO is not set, nor that of another provider"}},
		"an account is enough":         {append(byPortal(), "ESCALAT_CLARANET_TO="), nil},
		"api without a login":          {byAPI(), []string{"ESCALAT_OVH_API_KEY is required with ESCALAT_OVH_CHANNEL=api" + ways}},
		"half a login":                 {byAPI("ESCALAT_OVH_API_KEY=hunter2"), []string{"ESCALAT_OVH_API_SECRET is required: the login is not complete", "ESCALAT_OVH_API_CONSUMER_KEY is required"}},
		"half a login by hand":         {byPortal("ESCALAT_OVH_API_CLIENT_SECRET=hunter2"), []string{"ESCALAT_OVH_API_CLIENT_ID is required: the login"}},
		"two logins":                   {byAPI("ESCALAT_OVH_API_TOKEN=hunter2", "ESCALAT_OVH_API_KEY=hunter2"), []string{"ESCALAT_OVH_API_KEY or another variable of the login is too much: there is one way to log in, not 2"}},
		"a file of half a login":       {byAPI("ESCALAT_OVH_API_TOKEN_FILE=/does/not/exist"), []string{"ESCALAT_OVH_API_TOKEN_FILE names"}},
		"a service account elsewhere":  {byAPI("ESCALAT_OVH_API_CLIENT_ID=i", "ESCALAT_OVH_API_CLIENT_SECRET=hunter2", "ESCALAT_OVH_API_ENDPOINT=https://api.example"), []string{"ESCALAT_OVH_API_CLIENT_ID is set, but ESCALAT_OVH_API_ENDPOINT is https://api.example, which takes no service account"}},
		"an unknown endpoint":          {byPortal("ESCALAT_OVH_API_ENDPOINT=ovh"), []string{`ESCALAT_OVH_API_ENDPOINT is "ovh", but must be one of: ovh-eu,`}},
		"an endpoint in clear":         {byPortal("ESCALAT_OVH_API_ENDPOINT=http://api.example"), []string{"ESCALAT_OVH_API_ENDPOINT must begin with https://"}},
		"asking all the time":          {byPortal("ESCALAT_OVH_API_POLL_INTERVAL=1s"), []string{"ESCALAT_OVH_API_POLL_INTERVAL is 1s, but must be from 10s to 1h"}},
		"no patience":                  {byPortal("ESCALAT_OVH_API_PATIENCE=0s"), []string{"ESCALAT_OVH_API_PATIENCE is 0s, but must be from 1m to 24h"}},
		"a day that is none":           {byPortal("ESCALAT_OVH_HOLIDAYS=31-12"), []string{`ESCALAT_OVH_HOLIDAYS "31-12" is no day such as 09-24 or 2027-04-05`}},
		"a day that the year has not":  {byPortal("ESCALAT_OVH_HOLIDAYS=2027-02-29"), []string{`ESCALAT_OVH_HOLIDAYS "2027-02-29" is no day`}},
		"a day that got lost":          {byPortal("ESCALAT_OVH_HOLIDAYS=09-24,"), []string{"ESCALAT_OVH_HOLIDAYS has an empty element"}},
		"late at once":                 {byPortal("ESCALAT_OVH_LATE_ANSWER=1s"), []string{"ESCALAT_OVH_LATE_ANSWER is 1s, but must be 0s or from 1m to 2160h"}},
		"late some day":                {byPortal("ESCALAT_OVH_LATE_SILENCE=2d"), []string{`ESCALAT_OVH_LATE_SILENCE is "2d", which is no duration such as`}},
		"a matrix that is not there":   {byPortal("ESCALAT_OVH_MATRIX=/does/not/exist.yaml"), []string{`ESCALAT_OVH_MATRIX names "/does/not/exist.yaml", which cannot be read`}},
		"who acts":                     {byPortal("ESCALAT_OVH_ACTS=yes"), []string{`ESCALAT_OVH_ACTS is "yes", but must be one of: propose, act`}},
		"an account that nobody reads": {[]string{"ESCALAT_OVH_ACCOUNT=" + strings.Repeat("x", 101)}, []string{"ESCALAT_OVH_ACCOUNT is longer than 100 bytes"}},
		"the mails of who is on by account need a witness": {
			append(byPortal("ESCALAT_OVH_SOURCE=authserv"), "ESCALAT_MAIL_SOURCE=m365", "ESCALAT_MAIL_AUTHSERV_ID="),
			[]string{"ESCALAT_MAIL_AUTHSERV_ID is required with the source authserv"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(with(good(), tc.change...), profiles())
			wantProblems(t, err, tc.want)
		})
	}
}

// TestBindDesks: the environment's channel, identifier, closed days and limits count for
// the whole profile, and the profiles that were given stay as they were.
func TestBindDesks(t *testing.T) {
	t.Parallel()
	loaded := []mapping.Profile{{
		ID: "ovh", Channel: "manual", Hours: mapping.Hours{From: "08:00", To: "18:00", Days: []string{"mon"}, Local: []string{"12-26"}},
		Expect: mapping.Expect{Answer: mapping.Expected{To: 1, Late: 2}, Silence: mapping.Expected{Late: 3}},
		Forms: []mapping.Form{
			{ID: "incident", Hours: &mapping.Hours{From: "00:00", To: "24:00"}, Expect: mapping.Expect{Answer: mapping.Expected{Late: 4}}},
			{ID: "assistance", Hours: &mapping.Hours{From: "09:00", To: "14:00", Holidays: []string{"es"}}},
			{ID: "managed"},
		},
	}}
	cfg, err := config.Load(with(good(), "ESCALAT_CLARANET_TO=", "ESCALAT_OVH_ACCOUNT=ab12345-ovh", "ESCALAT_OVH_HOLIDAYS=09-24,12-26", "ESCALAT_OVH_LATE_ANSWER=0s", "ESCALAT_OVH_LATE_ACKNOWLEDGEMENT=90m"), []string{"ovh"})
	if err != nil {
		t.Fatal(err)
	}
	bound, err := cfg.Bind(loaded)
	if err != nil {
		t.Fatal(err)
	}
	p := bound[0]
	if p.Channel != "manual" || p.Identifier != "ab12345-ovh" {
		t.Errorf("channel %q, identifier %q", p.Channel, p.Identifier)
	}
	var local [][]string
	for _, form := range []string{"", "incident", "assistance", "managed"} {
		local = append(local, p.HoursOf(form).Local)
		late := mapping.Expect{Acknowledgement: mapping.Expected{Late: mapping.Duration(90 * time.Minute)}, Answer: mapping.Expected{To: 1}, Silence: mapping.Expected{Late: 3}}
		if diff := cmp.Diff(late, p.ExpectOf(form)); diff != "" {
			t.Errorf("of %q: %s", form, diff)
		}
	}
	if diff := cmp.Diff([][]string{{"12-26", "09-24"}, nil, {"09-24", "12-26"}, {"12-26", "09-24"}}, local); diff != "" {
		t.Error(diff)
	}
	if len(loaded[0].Hours.Local) != 1 || loaded[0].Forms[0].Expect.Answer.Late != 4 || loaded[0].Forms[1].Hours.Local != nil || loaded[0].Identifier != "" {
		t.Errorf("the profiles that were given changed: %+v", loaded[0])
	}
}

// TestBindMatrix: the file's steps take the place of the profile's, and what is wrong in it
// is told with its place.
func TestBindMatrix(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "matrix.yaml")
	bind := func(content string) ([]mapping.Profile, error) {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := config.Load(with(good(), "ESCALAT_CLARANET_MATRIX="+file), []string{"claranet"})
		if err != nil {
			t.Fatal(err)
		}
		return cfg.Bind([]mapping.Profile{{ID: "claranet", Matrix: []mapping.Step{{ID: "former"}}}})
	}
	bound, err := bind("steps:\n  - id: cap\n    after: 2h\n    without: answer\n    people:\n      - name: Cap de servei\n        phones: [\"+34 934 452 663\"]\n")
	if err != nil || len(bound[0].Matrix) != 1 || bound[0].Matrix[0].ID != "cap" {
		t.Fatalf("%+v, %v", bound, err)
	}
	_, err = bind("steps:\n  - id: cap\n    afterwards: 2h\n")
	if err == nil || !strings.Contains(err.Error(), "ESCALAT_CLARANET_MATRIX cannot be used: ") || !strings.Contains(err.Error(), file+":3:5: ") {
		t.Errorf("%v", err)
	}
}

// TestBindProblems: what only the profile's channel shows.
func TestBindProblems(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		channel string
		change  []string
		want    string
	}{
		"an account does not switch on who gets mail": {"", []string{"ESCALAT_OVH_ACCOUNT=x"}, "ESCALAT_OVH_TO is required with the channel mail, and no other provider is on"},
		"an address does not who gets none":           {"manual", []string{"ESCALAT_OVH_TO=a@ovh.example"}, "ESCALAT_OVH_ACCOUNT is required with the channel manual"},
		"a profile's api without a login":             {"api", []string{"ESCALAT_OVH_ACCOUNT=x"}, "ESCALAT_OVH_API_KEY is required with the channel api"},
		"with one":                                    {"api", []string{"ESCALAT_OVH_ACCOUNT=x", "ESCALAT_OVH_API_TOKEN=x"}, ""},
		"the environment's channel counts":            {"api", []string{"ESCALAT_OVH_ACCOUNT=x", "ESCALAT_OVH_CHANNEL=manual"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := config.Load(with(good(), append(tc.change, "ESCALAT_CLARANET_TO=")...), []string{"ovh"})
			if err != nil {
				t.Fatal(err)
			}
			_, err = cfg.Bind([]mapping.Profile{{ID: "ovh", Channel: tc.channel}})
			problem := (*config.Error)(nil)
			switch {
			case tc.want == "" && err != nil:
				t.Error(err)
			case tc.want != "" && (!errors.As(err, &problem) || len(problem.Problems) != 1 || !strings.HasPrefix(problem.Problems[0].String(), tc.want)):
				t.Errorf("got %v, want %s", err, tc.want)
			}
		})
	}
}
