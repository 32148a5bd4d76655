// Package config reads the configuration from ESCALAT_* environment variables.
//
// Load promises: all problems are reported at once, each with the variable, what
// is wrong and an example; nothing is half accepted; an unknown ESCALAT_* name is
// refused with the name that was probably meant; the text of a secret is never
// part of a problem, of a printed or logged Config, or of Effective. A variable
// that is set to the empty text counts as not set. The struct tags below are
// the only place where a variable is described: checks, Reference and the
// effective values are derived from them.
package config

import (
	"maps"
	"os"
	"slices"
	"time"
)

// Prefix begins the name of every variable.
const Prefix = "ESCALAT_"

// Config is the whole configuration. It is complete and consistent when Load
// returned no error.
type Config struct {
	General   General   `group:"General"`
	Jira      Jira      `group:"Jira" env:",prefix=JIRA_"`
	SMTP      SMTP      `group:"Outgoing mail" env:",prefix=SMTP_"`
	IMAP      IMAP      `group:"Incoming mail" env:",prefix=IMAP_"`
	OAuth     OAuth     `group:"Access tokens" env:",prefix=OAUTH_"`
	Mail      Mail      `group:"Our mailbox" env:",prefix=MAIL_"`
	Brake     Brake     `group:"Brake" env:",prefix=BRAKE_"`
	Guard     Guard     `group:"What must not leave" env:",prefix=GUARD_"`
	OnCall    OnCall    `group:"On call" env:",prefix=ONCALL_"`
	Ops       Ops       `group:"Ops page" env:",prefix=OPS_"`
	Translate Translate `group:"Translation" env:",prefix=TRANSLATE_"`
	Store     Store     `group:"Store"`
	Health    Health    `group:"Health and logs"`
	Timing    Timing    `group:"Timing"`
	settings  []Setting

	// Providers holds one entry for each profile, by its id.
	Providers map[string]Provider
}

// General says what escalat is allowed to do, and how it speaks.
type General struct {
	Mode       Mode     `env:"MODE,default=shadow" doc:"How far escalat may go: “shadow” only reads, “redirect” sends every mail to an address of yours, “live” writes to the providers." example:"shadow"`
	RedirectTo Address  `env:"REDIRECT_TO" need:"redirect" doc:"The address that gets every outgoing mail in mode “redirect”." example:"proves@example.cat"`
	Language   Language `env:"LANGUAGE,default=ca" doc:"Language of the comments in Jira: “ca”, “es” or “en”." example:"ca"`
	Timezone   Zone     `env:"TIMEZONE,default=Europe/Madrid" doc:"Time zone of the times that comments tell. The providers' hours do not follow it: each profile has its own." example:"Europe/Madrid"`
	Instance   string   `env:"INSTANCE" otherwise:"the host name" doc:"Name of this process among several that share a database." example:"escalat-1"`
	Team       Team     `env:"TEAM" otherwise:"nobody is addressed" doc:"Whom a comment addresses when it is not known who put the label on and nobody is assigned: a name, or mentions as Jira writes them." example:"[~guardia] [~cap.suport]"`
	Profiles   Folder   `env:"PROFILES_DIR" otherwise:"the built-in profiles alone" doc:"Folder with further providers' profiles and forms: they come besides the built-in ones, and one with the id of a built-in profile replaces it." example:"/etc/escalat/profiles"`
	TokenKeys  Keys     `env:"TOKEN_KEYS" need:"always" doc:"Keys that sign the identity of our mails, “id:base64” separated by commas; the first signs, all verify. “escalat keygen” makes one." example:"1:<32 random bytes in base64>"`

	// TokenLifetime is how long an answer to one of our mails proves to which case it
	// belongs.
	TokenLifetime time.Duration `env:"TOKEN_LIFETIME,default=8760h" min:"0s" max:"175200h" doc:"How long after it was sent a mail of ours can be answered: an answer that comes later finds its issue only by a ticket number or the issue's key. “0s”: for ever; otherwise at least 24h. 8760h are a year." example:"17520h"`
}

// Jira says where the organisation's Jira is, what is told there, and who may
// escalate.
type Jira struct {
	URL               URL           `env:"URL" need:"always" doc:"Address of Jira, with its context path if there is one." example:"https://example.atlassian.net"`
	User              string        `env:"USER" otherwise:"the token is sent as Bearer" doc:"On Cloud, the e-mail of escalat's account; leave it empty on Data Center with a personal access token." example:"escalat@example.cat"`
	Token             Secret        `env:"TOKEN" need:"always" doc:"API token (Cloud) or personal access token (Data Center)." example:"<token>"`
	TokenExpires      Date          `env:"TOKEN_EXPIRES" otherwise:"the end is not watched" doc:"Day on which the token ends, year-month-day: the metrics show it, so that somebody makes another one in time." example:"2027-03-31"`
	Projects          []ProjectKey  `env:"PROJECTS" otherwise:"every project the account sees" doc:"Projects whose issues are watched." example:"SUP,INFRA"`
	Groups            []string      `env:"GROUPS" otherwise:"with no role either, everybody who is not a customer of a service desk" doc:"Groups of Jira whose members may escalate by label, separated by commas." example:"Suport N2,Guàrdia"`
	Roles             []string      `env:"ROLES" otherwise:"with no group either, everybody who is not a customer of a service desk" doc:"Roles of the issue's project whose members may escalate by label, separated by commas. With groups too, one of both is enough." example:"Service Desk Team"`
	PollInterval      time.Duration `env:"POLL_INTERVAL,default=30s" min:"1s" max:"1h" doc:"Pause between two searches for changed issues." example:"30s"`
	Overlap           time.Duration `env:"OVERLAP,default=5m" min:"1m" max:"24h" doc:"How far each search reaches back before the last one, for changes that Jira indexed late." example:"5m"`
	ReconcileInterval time.Duration `env:"RECONCILE_INTERVAL,default=1h" min:"5m" max:"24h" doc:"How often every escalated issue is compared with Jira, beside the search for changes." example:"1h"`
	WebhookAddr       Listen        `env:"WEBHOOK_ADDR" otherwise:"no webhook is received" doc:"Where Jira's webhooks are received, as plain HTTP behind a proxy of yours that speaks TLS; another address than “ESCALAT_HTTP_ADDR”. Without them a change is found by the next search." example:"127.0.0.1:8081"`
	WebhookSecret     Secret        `env:"WEBHOOK_SECRET" need:"webhook" doc:"What Jira signs its webhooks with (“X-Hub-Signature”) to “/jira”; a Jira that cannot sign has it as last part of the path, “/jira/<secret>”. At least 16 characters; letters and digits need no escaping in a path." example:"<32 random letters and digits>"`
	StateLabels       Switch        `env:"STATE_LABELS,default=on" doc:"Whether a label on the issue shows how its escalation stands: “on” or “off”." example:"off"`
	ReferenceLinks    Switch        `env:"REFERENCE_LINKS,default=on" doc:"Whether the issue gets a link with the provider's ticket number: “on” or “off”." example:"off"`
	DuplicateLinks    LinkTypes     `env:"DUPLICATE_LINKS,default=Duplicate" doc:"Names of the types of link by which an issue is the duplicate of another, whose escalation it then shares, separated by commas; “off” for none." example:"Duplicate,Duplicat"`
	CAs               CAs           `env:"CA_FILE" otherwise:"the system's certificates" doc:"PEM file of further authorities to trust." example:"/etc/escalat/ca.pem"`

	// Transitions say to which status the issue is moved.
	Transitions Moves `env:"TRANSITIONS" otherwise:"the status is left alone" doc:"Statuses to which the issue is moved through its workflow: “moment=status”, separated by semicolons. The moments: “asked” (mandatory information is missing), “sent” (the provider was told), “answered” (somebody there wrote), “closed” (the escalation is over) and “reopened”. The status by its name, which has to exist when escalat starts. Where the issue's workflow does not lead there, or wants a field filled in for it, the issue is told once. An issue that is resolved is moved by “reopened” alone; of one with several escalations each moves it." example:"sent=En espera del proveïdor; answered=En curs; reopened=En curs"`
}

// Brake says how many escalations may begin before a person looks.
type Brake struct {
	Limit  Count         `env:"LIMIT,default=5" min:"1" max:"1000" doc:"Most escalations to one provider that begin within “ESCALAT_BRAKE_WINDOW”; the next ones wait until a person confirms them." example:"5"`
	Window time.Duration `env:"WINDOW,default=10m" min:"1m" max:"24h" doc:"The time within which they are counted." example:"10m"`
}

// SMTP says through which server mail leaves.
type SMTP struct {
	Addr     HostPort `env:"ADDR" need:"outgoing" doc:"Submission server." example:"smtp.example.cat:587"`
	TLS      TLS      `env:"TLS,default=starttls" doc:"“implicit” (port 465), “starttls” (port 587), or “none”, only to this machine." example:"starttls"`
	Username string   `env:"USERNAME" need:"smtp-user" otherwise:"no authentication" doc:"User of the submission server." example:"escalat@example.cat"`
	Password Secret   `env:"PASSWORD" need:"smtp-password" doc:"Its password. With access tokens there is none." example:"<password>"`
	Auth     Auth     `env:"AUTH,default=auto" doc:"How we log in: “plain”, “login”, or by access token “xoauth2” or “oauthbearer”. “auto” is the best that the server offers: by token where “ESCALAT_OAUTH_TOKEN_URL” is set, else by password." example:"plain"`
	CAs      CAs      `env:"CA_FILE" otherwise:"the system's certificates" doc:"PEM file of further authorities to trust." example:"/etc/escalat/ca.pem"`
}

// IMAP says where answers arrive.
type IMAP struct {
	Addr         HostPort      `env:"ADDR" need:"always" doc:"IMAP server of our mailbox." example:"imap.example.cat:993"`
	TLS          TLS           `env:"TLS,default=implicit" doc:"“implicit” (port 993), “starttls” (port 143), or “none”, only to this machine." example:"implicit"`
	Username     string        `env:"USERNAME" need:"always" doc:"User of the mailbox." example:"escalat@example.cat"`
	Password     Secret        `env:"PASSWORD" need:"imap-password" doc:"Its password. With access tokens there is none." example:"<password>"`
	Auth         Auth          `env:"AUTH,default=auto" doc:"How we log in: “plain”, “login”, or by access token “xoauth2” or “oauthbearer”. “auto” is the best that the server offers: by token where “ESCALAT_OAUTH_TOKEN_URL” is set, else by password." example:"plain"`
	CAs          CAs           `env:"CA_FILE" otherwise:"the system's certificates" doc:"PEM file of further authorities to trust." example:"/etc/escalat/ca.pem"`
	Folders      []string      `env:"FOLDERS,default=INBOX" doc:"Folders of which every mail is read." example:"INBOX,Proveedores"`
	Search       SearchFolders `env:"SEARCH,default=auto" doc:"Further folders, where people and filters move mails: of each mail that comes into one only the header is looked at, and what is a provider's or answers us is read. “auto” is every other folder of the mailbox, junk, archive and trash among them, but those of sent mails and drafts, 200 at most, and in mode “shadow” sent mails, too; or names separated by commas; or “none”." example:"Junk,Arxiu"`
	PollInterval time.Duration `env:"POLL_INTERVAL,default=60s" min:"1s" max:"28m" doc:"Longest time between two looks when the server announces nothing." example:"60s"`
	Compare      time.Duration `env:"COMPARE_INTERVAL,default=10m" min:"1m" max:"24h" doc:"How often what the folders hold is compared with what was read of them, for mails that the server gave late." example:"10m"`
	MaxSize      Size          `env:"MAX_SIZE,default=50MiB" min:"1MiB" max:"200MiB" doc:"Largest mail that is read like any other." example:"50MiB"`
	KeepSize     Size          `env:"KEEP_SIZE,default=200MiB" min:"1MiB" max:"1GiB" doc:"Largest mail that is kept whole where its header shows that it is ours, so that the issue gets it as a file; not less than “ESCALAT_IMAP_MAX_SIZE”. Of a larger one only the header is kept." example:"100MiB"`
}

// OAuth says where access tokens come from, for mail servers that take no
// password.
type OAuth struct {
	TokenURL     Endpoint `env:"TOKEN_URL" need:"oauth" otherwise:"the mail servers take passwords" doc:"Where access tokens for the mail servers are asked for (OAuth 2.0). Microsoft 365: “https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token”; Google: “https://oauth2.googleapis.com/token”." example:"https://oauth2.googleapis.com/token"`
	ClientID     string   `env:"CLIENT_ID" need:"oauth" doc:"Id of the application that was registered there for escalat." example:"3f2b1c4d-0000-4000-8000-5e6f7a8b9c0d"`
	ClientSecret Secret   `env:"CLIENT_SECRET" need:"client-secret" doc:"Its secret. It ends some day: note when, and make another one in time." example:"<client secret>"`
	Expires      Date     `env:"SECRET_EXPIRES" otherwise:"the end is not watched" doc:"Day on which the secret ends, or the refresh token where there is one, year-month-day: the log and the metrics say it in time." example:"2028-03-31"`
	Scope        string   `env:"SCOPE" otherwise:"none is named" doc:"What the tokens are for, separated by blanks. Microsoft 365 wants “https://outlook.office365.com/.default”; it is not sent with a refresh token, which has its own." example:"https://outlook.office365.com/.default"`
	RefreshToken Secret   `env:"REFRESH_TOKEN" otherwise:"the application asks in its own name" doc:"What a person granted once to the application (Google and others). Better without, where the server allows it: it ends when it is not used, and with that person's account." example:"<refresh token>"`
	CAs          CAs      `env:"CA_FILE" otherwise:"the system's certificates" doc:"PEM file of further authorities to trust." example:"/etc/escalat/ca.pem"`
}

// On reports whether the mail servers get access tokens.
func (o OAuth) On() bool { return o.TokenURL != "" }

// Mail says who we are.
type Mail struct {
	From       Mailbox  `env:"FROM" need:"always" doc:"Sender of our mails (RFC 5322 mailbox)." example:"Suport AOC <escalat@example.cat>"`
	Address    Address  `env:"ADDRESS" otherwise:"the address of “ESCALAT_MAIL_FROM”" doc:"Address of the mailbox that is read by IMAP; it gets a copy of every mail." example:"escalat@example.cat"`
	Source     Source   `env:"SOURCE,default=authserv" doc:"What confirms who sent a mail: “authserv”, the “Authentication-Results” of a mail border of yours (RFC 8601); “m365”, Exchange Online; “google”, Gmail and Google Workspace; “dkim”, the mail's own signature, verified by escalat. A provider may have another one." example:"m365"`
	AuthservID string   `env:"AUTHSERV_ID" need:"authserv" doc:"Name by which our own mail border signs its “Authentication-Results” (RFC 8601): the witness that a reply is the provider's." example:"mx.example.cat"`
	Border     []string `env:"BORDER_HOSTS" otherwise:"the authserv-id and the hosts below it; with “m365” and “google” their own" doc:"Host names that our mail border gives after “by” in its own “Received” lines, where they are not the authserv-id or below it. Only what stands above that line is believed. With “m365”: further hosts, or domains above them, through which mail goes after Microsoft took it in." example:"mail.example.cat"`

	Sealers    []Domain   `env:"ARC_SEALERS" otherwise:"no chain of forwarders counts" doc:"Domains of forwarders of ours that seal what they forward (ARC). Where our border says that the chain is unbroken and every seal in it is one of these, what the first of them said of the sender counts." example:"reenvia.example.cat"`
	Colleagues Colleagues `env:"COLLEAGUES" otherwise:"the domain of our mailbox, unless it is a public one such as gmail.com" doc:"Addresses and domains of our own organisation, separated by commas: what they write in a provider's thread is told as a colleague's. “off”: nobody is a colleague." example:"example.cat,ops@soci.example"`

	// PerCase, PerSender and Hourly bound how many mails are told on issues.
	PerCase   Count `env:"HOURLY_PER_CASE,default=60" min:"0" max:"10000" doc:"Most mails of one escalation that become comments within an hour; what comes after them is kept in quarantine and told once. “0” bounds nothing." example:"60"`
	PerSender Count `env:"HOURLY_PER_SENDER,default=120" min:"0" max:"10000" doc:"Most mails of one sender that become comments within an hour." example:"120"`
	Hourly    Count `env:"HOURLY_TOTAL,default=600" min:"0" max:"100000" doc:"Most mails in all that become comments within an hour." example:"600"`

	// Retention is how long the bytes of mails are kept that were decided.
	Retention time.Duration `env:"RETENTION,default=2160h" min:"0s" max:"87600h" doc:"How long a mail is kept as it came after it was decided, twice as long where a person may still act on it (quarantined, unreadable); “0s” keeps all for ever. What became of it stays in the ledger, so that it is never posted again. 2160h are 90 days." example:"8760h"`

	Blocked []Extension `env:"BLOCKED_FILES,default=bat,cmd,com,cpl,exe,hta,jar,js,jse,lnk,msi,msp,pif,ps1,reg,scr,vb,vbe,vbs,wsf,wsh" delimiter:"," doc:"Extensions of files in replies that are not attached to the issue; the comment names them, and they stay in the original mail." example:"exe,js,vbs"`
	Clamd   Socket      `env:"CLAMD" otherwise:"files are not scanned" doc:"Where ClamAV's daemon listens, “host:port” or “unix:/path”: files in replies are scanned before they are attached. While it is away files wait, and comments do not." example:"127.0.0.1:3310"`

	// Attachments bounds what goes along with one mail, as it is encoded.
	Attachments Size `env:"ATTACHMENTS,default=20MiB" min:"0" max:"100MiB" doc:"Most bytes of attachments in one mail, encoded, which makes a file a third larger; “0” sends none. Where the submission server tells a smaller limit, that one counts. What is left out is named in the mail and in the comment." example:"10MiB"`
}

// Store says where everything is kept.
type Store struct {
	Database Database `env:"DATABASE_URL,default=escalat.db" secret:"true" doc:"SQLite file, or the URL of a PostgreSQL database that several processes share." example:"postgres://escalat:<password>@db:5432/escalat"`
}

// Health says how the process is watched.
type Health struct {
	Addr   Listen   `env:"HTTP_ADDR,default=127.0.0.1:8080" doc:"Where “/healthz”, “/readyz” and “/metrics” are served." example:"0.0.0.0:8080"`
	Level  LogLevel `env:"LOG_LEVEL,default=info" doc:"“debug”, “info”, “warn” or “error”." example:"info"`
	Format Format   `env:"LOG_FORMAT,default=json" doc:"“json” or “text”." example:"text"`
}

// Timing holds the clocks of the engine. The defaults are right unless a
// measurement says otherwise.
type Timing struct {
	Quiet         time.Duration `env:"QUIET_TIME,default=60s" min:"0s" max:"1h" doc:"An issue is judged when nobody has edited it for this long." example:"60s"`
	Patience      time.Duration `env:"REQUEST_PATIENCE,default=10m" min:"0s" max:"24h" doc:"When part of what was asked for has been filled in, the rest is asked for again only when nobody has edited the issue for this long." example:"10m"`
	PerDay        Count         `env:"REQUESTS_PER_DAY,default=3" min:"1" max:"50" doc:"Most requests for missing data on one escalation within 24 hours." example:"3"`
	EffectTimeout time.Duration `env:"QUEUE_EFFECT_TIMEOUT,default=60s" min:"1s" max:"1h" doc:"Longest time that one write to the outside may take." example:"60s"`
	Takeover      time.Duration `env:"QUEUE_TAKEOVER,default=90s" min:"2s" max:"2h" doc:"Age at which the work of a process that vanished is taken over; more than “ESCALAT_QUEUE_EFFECT_TIMEOUT”." example:"90s"`
	Lease         time.Duration `env:"QUEUE_LEASE,default=15s" min:"1s" max:"10m" doc:"Time without a sign of life after which another process leads." example:"15s"`
	Tick          time.Duration `env:"QUEUE_TICK,default=1s" min:"10ms" max:"1m" doc:"How often due work is looked for; less than “ESCALAT_QUEUE_LEASE”." example:"1s"`
	CopyWait      time.Duration `env:"MAIL_COPY_WAIT,default=2m" min:"1s" max:"24h" doc:"How long a mail whose sending is uncertain waits for its copy in our mailbox." example:"2m"`
	Resend        Resend        `env:"MAIL_RESEND,default=once" doc:"What follows when no copy came: “once” sends the identical mail once more, “hold” asks a person." example:"hold"`
	Shutdown      time.Duration `env:"SHUTDOWN_TIMEOUT,default=25s" min:"1s" max:"10m" doc:"How long a stop waits for work in progress." example:"25s"`
}

// Load reads environ, which has the form of os.Environ, for the profiles of
// those ids. Its error, when there is one, is a *Error that lists every problem.
func Load(environ, profiles []string) (Config, error) {
	src := newSource(environ)
	cfg := Config{Providers: make(map[string]Provider, len(profiles))}
	vars := variables(profiles)

	src.checkNames(vars)
	src.readFiles(vars)
	src.decode(Prefix, &cfg)
	for _, id := range slices.Sorted(slices.Values(profiles)) {
		var p Provider
		src.decode(providerPrefix(id), &p)
		cfg.Providers[id] = p
	}
	cfg.derive()
	cfg.check(src, vars)
	cfg.settings = settings(src, vars, &cfg)
	return cfg, src.err(vars)
}

// ProfilesDir returns the folder of the profiles, or the empty text. It lets the
// profiles be loaded before Load, which wants their ids and reports a folder
// that does not exist.
func ProfilesDir(environ []string) string {
	dir, _ := newSource(environ).Lookup(Prefix + "PROFILES_DIR")
	return dir
}

// HTTPAddr returns the address of the health server, default included, without
// judging any other variable.
func HTTPAddr(environ []string) (string, error) {
	const name = "HTTP_ADDR"
	src := newSource(environ)
	var h Health
	src.values = pick(src.values, Prefix+name)
	src.decode(Prefix, &h)
	return string(h.Addr), src.err(variables(nil))
}

// derive fills in the defaults that depend on something else.
func (c *Config) derive() {
	if c.General.Instance == "" {
		// An unknown host name leaves the variable required; see check.
		c.General.Instance, _ = os.Hostname()
	}
	if c.Mail.Address == "" {
		c.Mail.Address = c.Mail.From.Address
	}
	if c.Mail.Colleagues == nil {
		c.Mail.Colleagues = colleagues(c.Mail.Address)
	}
}

func pick(values map[string]string, name string) map[string]string {
	values = maps.Clone(values)
	maps.DeleteFunc(values, func(k, _ string) bool { return k != name })
	return values
}
