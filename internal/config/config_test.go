package config_test

import (
	"encoding/base64"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"escalat/internal/config"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// good is a complete configuration of mode live.
func good() map[string]string {
	return map[string]string{
		"ESCALAT_MODE":             "live",
		"ESCALAT_INSTANCE":         "escalat-test",
		"ESCALAT_TOKEN_KEYS":       "1:" + base64.StdEncoding.EncodeToString([]byte(strings.Repeat("signing!", 4))),
		"ESCALAT_JIRA_URL":         "https://aoc.example.net/",
		"ESCALAT_JIRA_USER":        "escalat@aoc.example",
		"ESCALAT_JIRA_TOKEN":       "jira-hunter2",
		"ESCALAT_JIRA_PROJECTS":    "SUP, INFRA",
		"ESCALAT_SMTP_ADDR":        "smtp.aoc.example:587",
		"ESCALAT_SMTP_USERNAME":    "escalat",
		"ESCALAT_SMTP_PASSWORD":    "smtp-hunter2",
		"ESCALAT_IMAP_ADDR":        "imap.aoc.example:993",
		"ESCALAT_IMAP_USERNAME":    "escalat",
		"ESCALAT_IMAP_PASSWORD":    "imap-hunter2",
		"ESCALAT_MAIL_FROM":        "Suport AOC <escalat@aoc.example>",
		"ESCALAT_MAIL_AUTHSERV_ID": "mx.aoc.example",
		"ESCALAT_DATABASE_URL":     "postgres://escalat:pg-hunter2@db:5432/escalat?sslpassword=key-hunter2",
		"ESCALAT_CLARANET_TO":      "css@claranet.example, guardia@claranet.example",
	}
}

// with returns the environment of m after the changes; an empty value removes.
func with(m map[string]string, changes ...string) []string {
	m = maps.Clone(m)
	for _, c := range changes {
		name, value, _ := strings.Cut(c, "=")
		if value == "" {
			delete(m, name)
			continue
		}
		m[name] = value
	}
	environ := make([]string, 0, len(m))
	for name, value := range m {
		environ = append(environ, name+"="+value)
	}
	return environ
}

func profiles() []string { return []string{"ovh", "claranet"} }

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), -update writes it anew:\n%s", file, diff)
	}
}

func TestLoadGood(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good()), profiles())
	if err != nil {
		t.Fatal(err)
	}
	if cfg.General.Mode != config.Live || cfg.General.Language != config.Catalan {
		t.Errorf("mode %q, language %q", cfg.General.Mode, cfg.General.Language)
	}
	if got := cfg.Jira.URL; got != "https://aoc.example.net" {
		t.Errorf("the URL is %q", got)
	}
	if diff := cmp.Diff([]config.ProjectKey{"SUP", "INFRA"}, cfg.Jira.Projects); diff != "" {
		t.Error(diff)
	}
	if cfg.Mail.Address != "escalat@aoc.example" || cfg.Mail.From.Name != "Suport AOC" {
		t.Errorf("our mailbox is %q, we are %q", cfg.Mail.Address, cfg.Mail.From)
	}
	if cfg.Timing.Quiet != time.Minute || cfg.IMAP.MaxSize != 50<<20 || cfg.Timing.Resend != config.ResendOnce {
		t.Errorf("defaults: %+v, %s", cfg.Timing, cfg.IMAP.MaxSize)
	}
	if got := cfg.General.Timezone.Location().String(); got != "Europe/Madrid" {
		t.Errorf("the zone is %s", got)
	}
	if cfg.Jira.Token.Reveal() != "jira-hunter2" || !cfg.Store.Database.Postgres() {
		t.Error("the token or the database was not understood")
	}
	if cfg.General.TokenKeys.IsZero() {
		t.Error("the keys were not read")
	}
	if !cfg.Providers["claranet"].On("") || cfg.Providers["ovh"].On("") {
		t.Errorf("providers: %+v", cfg.Providers)
	}
	if cfg.Health.Level.Slog() != slog.LevelInfo {
		t.Errorf("level %v", cfg.Health.Level.Slog())
	}
}

// TestLoadShadow shows the least that a trial needs: no way out but the recipient that it will have.
func TestLoadShadow(t *testing.T) {
	t.Parallel()
	environ := with(good(), "ESCALAT_MODE=", "ESCALAT_SMTP_ADDR=", "ESCALAT_SMTP_USERNAME=", "ESCALAT_SMTP_PASSWORD=",
		"ESCALAT_DATABASE_URL=", "ESCALAT_JIRA_USER=", "ESCALAT_INSTANCE=", "PATH=/bin")
	cfg, err := config.Load(environ, profiles())
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if cfg.General.Mode != config.Shadow || cfg.Store.Database.Reveal() != "escalat.db" || cfg.General.Instance != host {
		t.Errorf("got %s, %s, %s", cfg.General.Mode, cfg.Store.Database, cfg.General.Instance)
	}
}

func TestNothing(t *testing.T) {
	t.Parallel()
	_, err := config.Load(nil, profiles())
	golden(t, "nothing.txt", fmt.Sprintln(err))
}

// TestEverythingWrong shows that all problems come at once, each with its name.
func TestEverythingWrong(t *testing.T) {
	t.Parallel()
	environ := []string{
		"ESCALAT_MODE=production", "ESCALAT_LANGUAGE=fr", "ESCALAT_TIMEZONE=Europe/Barcelona",
		"ESCALAT_TOKEN_KEYS=1:c2hvcnQ=", "ESCALAT_PROFILES_DIR=/does/not/exist",
		"ESCALAT_JIRA_URL=http://jira.example", "ESCALAT_JIRA_TOKN=x", "ESCALAT_JIRA_PROJECTS=SUP,in fra",
		"ESCALAT_JIRA_POLL_INTERVAL=soon", "ESCALAT_JIRA_OVERLAP=2s", "ESCALAT_JIRA_CA_FILE=/does/not/exist.pem",
		"ESCALAT_JIRA_RECONCILE_INTERVAL=1m", "ESCALAT_JIRA_TOKEN_EXPIRES=31/03/2027", "ESCALAT_JIRA_GROUPS=a,,b", "ESCALAT_JIRA_ROLES=,",
		"ESCALAT_JIRA_WEBHOOK_ADDR=jira", "ESCALAT_JIRA_WEBHOOK_SECRET=hunter2", "ESCALAT_JIRA_STATE_LABELS=yes",
		"ESCALAT_JIRA_REFERENCE_LINKS=1", "ESCALAT_JIRA_DUPLICATE_LINKS=off,Duplicate", "ESCALAT_BRAKE_LIMIT=0", "ESCALAT_BRAKE_WINDOW=2d",
		"ESCALAT_SMTP_ADDR=smtp.example", "ESCALAT_SMTP_TLS=tls", "ESCALAT_SMTP_USERNAME=u", "ESCALAT_SMTP_PORT=587",
		"ESCALAT_IMAP_ADDR=imap.example:143", "ESCALAT_IMAP_TLS=none", "ESCALAT_IMAP_MAX_SIZE=1KB",
		"ESCALAT_MAIL_FROM=escalat", "ESCALAT_MAIL_ADDRESS=Nom <a@b.example>", "ESCALAT_DATABASE_URL=mysql://root:hunter2@db/x",
		"ESCALAT_HTTP_ADDR=8080", "ESCALAT_LOG_LEVEL=loud", "ESCALAT_LOG_FORMAT=xml",
		"ESCALAT_QUEUE_TAKEOVER=30s", "ESCALAT_QUEUE_LEASE=1s", "ESCALAT_MAIL_RESEND=twice", "ESCALAT_SHUTDOWN_TIMEOUT=1h",
		"ESCALAT_CLARANET_TO=css@claranet.example,claranet", "ESCALAT_CLARANET_SENDERS=not a domain", "ESCALAT_CLARANT_TO=a@b.example",
		"ESCALAT_SMTP_AUTH=cram-md5", "ESCALAT_OAUTH_TOKEN_URL=login", "ESCALAT_OAUTH_CA_FILE=/does/not/exist.pem", "ESCALAT_OAUTH_REFRESH_TOKEN_FILE=/does/not/exist",
		"ESCALAT_MAIL_ATTACHMENTS=all", "ESCALAT_CLARANET_CHANGES=yes", "ESCALAT_SOMETHING_ELSE_ENTIRELY=1",
	}
	_, err := config.Load(environ, profiles())
	got := fmt.Sprintln(err)
	golden(t, "everything.txt", got)
	if strings.Contains(got, "hunter2") || strings.Contains(got, "c2hvcnQ") {
		t.Error("a problem shows a secret")
	}
}

// TestOneProblem changes one thing of a good configuration.
func TestOneProblem(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 500)
	for name, tc := range map[string]struct {
		change []string
		want   []string // the beginning of each problem, in order
	}{
		"name of a provider that has no profile": {[]string{"ESCALAT_ACME_TO=a@b.example"}, []string{"ESCALAT_ACME_TO is unknown"}},
		"misspelt file of a secret":              {[]string{"ESCALAT_SMTP_PASSWRD_FILE=/x"}, []string{"ESCALAT_SMTP_PASSWRD_FILE is unknown; did you mean ESCALAT_SMTP_PASSWORD_FILE?"}},
		"lower case name":                        {[]string{"ESCALAT_mode=live"}, []string{"ESCALAT_mode is unknown; did you mean ESCALAT_MODE?"}},
		"file of what is no secret":              {[]string{"ESCALAT_JIRA_URL_FILE=/x"}, []string{"ESCALAT_JIRA_URL_FILE is unknown; did you mean"}},
		"redirect without address":               {[]string{"ESCALAT_MODE=redirect"}, []string{"ESCALAT_REDIRECT_TO is required in mode redirect; for example"}},
		"redirect to a provider":                 {[]string{"ESCALAT_MODE=redirect", "ESCALAT_REDIRECT_TO=CSS@claranet.example"}, []string{`ESCALAT_REDIRECT_TO is "css@claranet.example", an address of ESCALAT_CLARANET_TO`}},
		"redirect to ourselves":                  {[]string{"ESCALAT_MODE=redirect", "ESCALAT_REDIRECT_TO=escalat@aoc.example"}, []string{"ESCALAT_REDIRECT_TO is our own mailbox"}},
		"nobody to escalate to":                  {[]string{"ESCALAT_CLARANET_TO="}, []string{"ESCALAT_CLARANET_TO is not set, nor that of another provider"}},
		"provider is our mailbox":                {[]string{"ESCALAT_CLARANET_TO=ESCALAT@AOC.example"}, []string{`ESCALAT_CLARANET_TO names our own mailbox "ESCALAT@aoc.example"`}},
		"provider is our sender":                 {[]string{"ESCALAT_MAIL_ADDRESS=bustia@aoc.example", "ESCALAT_CLARANET_TO=escalat@aoc.example"}, []string{"ESCALAT_CLARANET_TO names our own mailbox"}},
		"a domain above ours is a sender":        {[]string{"ESCALAT_MAIL_FROM=escalat@suport.aoc.example", "ESCALAT_CLARANET_SENDERS=aoc.example"}, []string{`ESCALAT_CLARANET_SENDERS contains "aoc.example", which covers our own mailbox`}},
		"our domain is a sender":                 {[]string{"ESCALAT_CLARANET_SENDERS=@AOC.example"}, []string{`ESCALAT_CLARANET_SENDERS contains "aoc.example", which covers our own mailbox`}},
		"our address is a sender":                {[]string{"ESCALAT_OVH_SENDERS=ovh.example,escalat@aoc.example"}, []string{"ESCALAT_OVH_SENDERS contains"}},
		"live without server":                    {[]string{"ESCALAT_SMTP_ADDR="}, []string{"ESCALAT_SMTP_ADDR is required in the modes redirect and live"}},
		"password without user":                  {[]string{"ESCALAT_SMTP_USERNAME="}, []string{"ESCALAT_SMTP_USERNAME is required with ESCALAT_SMTP_PASSWORD"}},
		"user without password":                  {[]string{"ESCALAT_SMTP_PASSWORD="}, []string{"ESCALAT_SMTP_PASSWORD is required with ESCALAT_SMTP_USERNAME"}},
		"no TLS to another machine":              {[]string{"ESCALAT_SMTP_TLS=none"}, []string{`ESCALAT_SMTP_TLS is none, but "smtp.aoc.example" is not this machine`}},
		"loopback look-alike":                    {[]string{"ESCALAT_JIRA_URL=http://127.0.0.1.evil.example"}, []string{"ESCALAT_JIRA_URL must begin with https://"}},
		"credentials in the URL":                 {[]string{"ESCALAT_JIRA_URL=https://me:hunter2@jira.example"}, []string{"ESCALAT_JIRA_URL must not contain a user or a password"}},
		"query in the URL":                       {[]string{"ESCALAT_JIRA_URL=https://jira.example/?x=1"}, []string{"ESCALAT_JIRA_URL must end with the path"}},
		"relative URL":                           {[]string{"ESCALAT_JIRA_URL=jira.example"}, []string{"ESCALAT_JIRA_URL is not an absolute URL"}},
		"two keys of one id":                     {[]string{"ESCALAT_TOKEN_KEYS=" + good()["ESCALAT_TOKEN_KEYS"] + "," + good()["ESCALAT_TOKEN_KEYS"]}, []string{"ESCALAT_TOKEN_KEYS is no list of keys: key id 1 stands twice"}},
		"key without id":                         {[]string{"ESCALAT_TOKEN_KEYS=c2VjcmV0"}, []string{"ESCALAT_TOKEN_KEYS is no list of keys: key number 1"}},
		"key id out of range":                    {[]string{"ESCALAT_TOKEN_KEYS=256:c2VjcmV0"}, []string{"ESCALAT_TOKEN_KEYS is no list of keys: key number 1"}},
		"key that is no base64":                  {[]string{"ESCALAT_TOKEN_KEYS=2:hunter2!"}, []string{"ESCALAT_TOKEN_KEYS is no list of keys: key number 1"}},
		"database in memory":                     {[]string{"ESCALAT_DATABASE_URL=:memory:"}, []string{"ESCALAT_DATABASE_URL must be the name of a file"}},
		"database URL that does not parse":       {[]string{"ESCALAT_DATABASE_URL=postgres://u:hunter2%zz@db/x"}, []string{"ESCALAT_DATABASE_URL is not a PostgreSQL URL"}},
		"accent in an address":                   {[]string{"ESCALAT_CLARANET_TO=suportè@claranet.example"}, []string{"ESCALAT_CLARANET_TO"}},
		"empty element of a list":                {[]string{"ESCALAT_CLARANET_TO=css@claranet.example,"}, []string{`ESCALAT_CLARANET_TO has an empty element`}},
		"group as sender":                        {[]string{"ESCALAT_MAIL_FROM=Tots: a@aoc.example, b@aoc.example;"}, []string{"ESCALAT_MAIL_FROM is"}},
		"duration out of range":                  {[]string{"ESCALAT_JIRA_POLL_INTERVAL=10ms"}, []string{"ESCALAT_JIRA_POLL_INTERVAL is 10ms, but must be from 1s to 1h"}},
		"negative duration":                      {[]string{"ESCALAT_QUIET_TIME=-5s"}, []string{"ESCALAT_QUIET_TIME is -5s, but must be from 0s to 1h"}},
		"size that overflows":                    {[]string{"ESCALAT_IMAP_MAX_SIZE=999999999999G"}, []string{"ESCALAT_IMAP_MAX_SIZE is \"999999999999G\", which is too large"}},
		"tick slower than the lease":             {[]string{"ESCALAT_QUEUE_TICK=15s"}, []string{"ESCALAT_QUEUE_TICK is 15s, but must be less than ESCALAT_QUEUE_LEASE (15s)"}},
		"takeover while it may still work":       {[]string{"ESCALAT_QUEUE_EFFECT_TIMEOUT=90s"}, []string{"ESCALAT_QUEUE_TAKEOVER is 1m30s, but must be more than"}},
		"zone of the machine":                    {[]string{"ESCALAT_TIMEZONE=Local"}, []string{`ESCALAT_TIMEZONE is "Local", which is no time zone`}},
		"profiles folder is a file":              {[]string{"ESCALAT_PROFILES_DIR=config_test.go"}, []string{"ESCALAT_PROFILES_DIR is \"config_test.go\", which is not a folder"}},
		"authorities without a certificate":      {[]string{"ESCALAT_IMAP_CA_FILE=config_test.go"}, []string{"ESCALAT_IMAP_CA_FILE names \"config_test.go\", which has no PEM certificate"}},
		"webhooks without a secret":              {[]string{"ESCALAT_JIRA_WEBHOOK_ADDR=:8081"}, []string{"ESCALAT_JIRA_WEBHOOK_SECRET is required with ESCALAT_JIRA_WEBHOOK_ADDR; for example"}},
		"a secret that can be guessed":           {[]string{"ESCALAT_JIRA_WEBHOOK_SECRET=15-of-hunter2xx"}, []string{"ESCALAT_JIRA_WEBHOOK_SECRET is shorter than 16 characters"}},
		"webhooks beside the metrics":            {webhook("127.0.0.1:8080"), []string{`ESCALAT_JIRA_WEBHOOK_ADDR is "127.0.0.1:8080", but ESCALAT_HTTP_ADDR is "127.0.0.1:8080"`}},
		"webhooks on every interface":            {webhook(":8080"), []string{"ESCALAT_JIRA_WEBHOOK_ADDR is"}},
		"webhooks on every IPv6 interface":       {webhook("[::]:8080"), []string{"ESCALAT_JIRA_WEBHOOK_ADDR is"}},
		"webhooks on the same host by name":      {webhook("localhost:8080"), []string{"ESCALAT_JIRA_WEBHOOK_ADDR is"}},
		"metrics on every interface":             {append(webhook("10.0.0.1:9000"), "ESCALAT_HTTP_ADDR=0.0.0.0:9000"), []string{"ESCALAT_JIRA_WEBHOOK_ADDR is"}},
		"an unknown position of a switch":        {[]string{"ESCALAT_JIRA_STATE_LABELS=true"}, []string{`ESCALAT_JIRA_STATE_LABELS is "true", but must be one of: on, off`}},
		"a day that the calendar has not":        {[]string{"ESCALAT_JIRA_TOKEN_EXPIRES=2027-02-29"}, []string{`ESCALAT_JIRA_TOKEN_EXPIRES is "2027-02-29", which is no day such as`}},
		"a type of link beside off":              {[]string{"ESCALAT_JIRA_DUPLICATE_LINKS=Duplicate, OFF"}, []string{"ESCALAT_JIRA_DUPLICATE_LINKS is \"Duplicate, OFF\": “off” stands alone"}},
		"a type of link that got lost":           {[]string{"ESCALAT_JIRA_DUPLICATE_LINKS=Duplicate,"}, []string{"ESCALAT_JIRA_DUPLICATE_LINKS has an empty element"}},
		"a brake that never lets go":             {[]string{"ESCALAT_BRAKE_LIMIT=0"}, []string{"ESCALAT_BRAKE_LIMIT is 0, but must be from 1 to 1000"}},
		"long value":                             {[]string{"ESCALAT_LOG_LEVEL=" + long}, []string{`ESCALAT_LOG_LEVEL is "` + long[:80] + `…", but must be one of`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(with(good(), tc.change...), profiles())
			wantProblems(t, err, tc.want)
		})
	}
}

func wantProblems(t *testing.T, err error, want []string) {
	t.Helper()
	var got []string
	if e, ok := err.(*config.Error); ok { //nolint:errorlint // Load promises this very type.
		for _, p := range e.Problems {
			got = append(got, p.String())
		}
	}
	if len(got) != len(want) {
		t.Fatalf("got %d problems, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got  %s\nwant %s…", got[i], want[i])
		}
		if strings.Contains(got[i], "hunter2") {
			t.Errorf("a problem shows a secret: %s", got[i])
		}
	}
}

func TestKubernetesVariables(t *testing.T) {
	t.Parallel()
	_, err := config.Load(with(good(),
		"ESCALAT_SERVICE_HOST=10.0.0.1", "ESCALAT_SERVICE_PORT=8080", "ESCALAT_SERVICE_PORT_HTTP=8080",
		"ESCALAT_PORT=tcp://10.0.0.1:8080", "ESCALAT_PORT_8080_TCP=tcp://10.0.0.1:8080", "ESCALAT_PORT_8080_TCP_PROTO=tcp",
		"ESCALAT_PORT_8080_TCP_PORT=8080", "ESCALAT_PORT_8080_TCP_ADDR=10.0.0.1", "ESCALAT_WEB_SERVICE_HOST=10.0.0.2",
		"ESCALAT_WEB_PORT=udp://10.0.0.2:53", "ESCALAT_WEB_PORT_53_UDP_ADDR=10.0.0.2"), profiles())
	if err != nil {
		t.Error(err)
	}
}

func TestEffective(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := with(good(), "ESCALAT_IMAP_PASSWORD=", "ESCALAT_IMAP_PASSWORD_FILE="+file, "ESCALAT_QUIET_TIME=90s")
	cfg, err := config.Load(environ, profiles())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range cfg.Effective() {
		fmt.Fprintf(&b, "%s=%s (%s)\n", s.Name, s.Value, s.Source)
	}
	golden(t, "effective.txt", b.String())
}

func TestReference(t *testing.T) {
	t.Parallel()
	golden(t, "reference.md", config.Reference())
}

// TestDescriptions holds every variable to a complete description, and its
// default and its example to its own rules.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	vars := config.Describe(profiles())
	for _, v := range vars {
		if v.Doc == "" || !strings.HasSuffix(v.Doc, ".") || v.Example == "" || v.Group == "" {
			t.Errorf("%s is not described: %+v", v.Name, v)
		}
		if v.Default == "" && v.Otherwise == "" && v.Required == "" && v.Name != "ESCALAT_MAIL_AUTHSERV_ID" {
			t.Errorf("%s does not say what holds when it is not set", v.Name)
		}
		placeholder := strings.ContainsAny(v.Example, "<>") && v.Name != "ESCALAT_MAIL_FROM"
		if placeholder || strings.HasPrefix(v.Example, "/etc/") {
			continue
		}
		if v.Default != "" {
			loads(t, v.Name, v.Default)
		}
		loads(t, v.Name, v.Example)
	}
}

// loads reports a value that its own variable refuses; other problems, such as
// missing neighbours, are not its own.
func loads(t *testing.T, name, value string) {
	t.Helper()
	_, err := config.Load([]string{name + "=" + value}, profiles())
	e, ok := err.(*config.Error) //nolint:errorlint // Load promises this very type.
	if !ok {
		t.Fatalf("%s=%s alone loads", name, value)
	}
	for _, p := range e.Problems {
		if p.Name == name {
			t.Errorf("%s refuses its own value: %s", name, p)
		}
	}
}

func TestProfileIDs(t *testing.T) {
	t.Parallel()
	cfg, err := config.Load(with(good(), "ESCALAT_ACME_NET_TO=a@acme.example"), append(profiles(), "acme-net"))
	if err != nil || !cfg.Providers["acme-net"].On("") {
		t.Errorf("%+v, %v", cfg.Providers, err)
	}
	// They begin like a group of variables, and share no name with it.
	cfg, err = config.Load(with(good(), "ESCALAT_BRAKE_TO=a@acme.example", "ESCALAT_BRAKE_LIMIT=7", "ESCALAT_JIRA_REFERENCE_FIELD=Tiquet", "ESCALAT_JIRA_REFERENCE_LINKS=off"),
		append(profiles(), "brake", "jira", "jira-webhook"))
	if err != nil || cfg.Brake.Limit != 7 || cfg.Providers["jira"].ReferenceField != "Tiquet" || !cfg.Providers["brake"].On("") {
		t.Errorf("%+v, %v", cfg.Providers, err)
	}
	_, err = config.Load(with(good()), append(profiles(), "acme-net", "acme_net", "redirect"))
	if err == nil || strings.Count(err.Error(), "would belong to two profiles") != 27 {
		t.Errorf("profiles whose variables collide: %v", err)
	}
}

func TestBeforeLoad(t *testing.T) {
	t.Parallel()
	environ := []string{"ESCALAT_PROFILES_DIR= /p ", "ESCALAT_HTTP_ADDR=:9000", "ESCALAT_MODE=wrong"}
	if got := config.ProfilesDir(environ); got != "/p" {
		t.Errorf("the folder is %q", got)
	}
	if got, err := config.HTTPAddr(environ); got != ":9000" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := config.HTTPAddr(nil); got != "127.0.0.1:8080" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := config.HTTPAddr([]string{"ESCALAT_HTTP_ADDR=http://x"}); err == nil {
		t.Error("a URL passed as an address")
	}
}

// FuzzLoad looks for a value that makes Load panic, loop, or show a secret.
func FuzzLoad(f *testing.F) {
	names := make([]string, 0, 60)
	for _, v := range config.Describe(profiles()) {
		// Files are left out: the fuzzer should not read the machine's.
		if !strings.HasSuffix(v.Name, "_FILE") && !strings.HasSuffix(v.Name, "_DIR") {
			names = append(names, v.Name)
			f.Add(len(names)-1, v.Default)
			f.Add(len(names)-1, v.Example)
		}
	}
	f.Fuzz(func(t *testing.T, i int, value string) {
		if i < 0 || i >= len(names) || strings.ContainsRune(value, 0) {
			return
		}
		_, err := config.Load(with(good(), names[i]+"="+value), profiles())
		if err != nil && strings.Contains(err.Error(), "hunter2") && !strings.Contains(value, "hunter2") {
			t.Errorf("%s=%q shows a secret: %v", names[i], value, err)
		}
	})
}
