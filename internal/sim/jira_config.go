package sim

import (
	"net/http"
	"slices"
	"time"
)

// JiraConfig says which Jira is played. The zero value is a Data Center.
type JiraConfig struct {
	Cloud bool
	// ContextPath is put before every path, for instance "/jira".
	ContextPath string
	// Account is escalat's own user; default "escalat".
	Account string
	// Email is the login of the account on Cloud; default "escalat@aoc.test".
	Email string
	// Token is the API token (Cloud) or personal access token (Data Center);
	// default "sim-token".
	Token string
	// Projects exist from the start; default AOC.
	Projects []string
	// Fields are the custom fields. A field of an unknown type, or an id that is
	// none or is there twice, is a panic.
	Fields []Field
	// Statuses and Transitions are the workflow of every issue, which begins in the first
	// status; by default To Do, In Progress and Done, from each to each. A transition
	// that cannot be is a panic.
	Statuses    []Status
	Transitions []Transition
	// NoAttachments: they are switched off.
	NoAttachments bool
	// UploadLimit is the largest attachment in bytes; default 10 MiB.
	UploadLimit int64
	// Zone is the account's profile zone, in which times are written; default UTC.
	Zone *time.Location
	// Admin: the account may suppress notifications.
	Admin bool
	// HideProperties: the list of comments does not expand properties, which no
	// document promises.
	HideProperties bool
	// ServiceDesks are the keys of the projects that have customers.
	ServiceDesks []string
	// GroupsShown is how many of a user's groups are shown with the user; 0: all.
	GroupsShown int
	// Lacks are keys of permissions that the account has not, for instance
	// ADD_COMMENTS; see the Permissions of the documentation.
	Lacks []string
	// PerIssue are the most that may hang on one issue. Default on Cloud are its
	// own limits; Data Center has none.
	PerIssue PerIssue
	// Limits are the limits of rate; nil: none.
	Limits *Limits
	// CaptchaAfter is how many refused logins in a row make Jira want a captcha,
	// which no program can answer; 0: never.
	CaptchaAfter int
	// SearchLag is how far the search lags behind the issues.
	SearchLag time.Duration
	// Flicker: an issue that a search found is not found by the next one.
	Flicker bool
	// RepeatToken: the last page of a search names itself as the next page.
	RepeatToken bool
	// Odd: everything is told in the odd shapes that were seen in real answers.
	Odd bool
	// WebhookRetry passes before a delivery is tried again; default 10 ms.
	WebhookRetry time.Duration
	// WebhookTimeout is how long a delivery may take; default 5 s.
	WebhookTimeout time.Duration
	// Wrap is put around the REST API, inside the log and the faults, so that it
	// sees each request that comes in and each answer as it goes out; nil: nothing.
	Wrap func(http.Handler) http.Handler
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// PerIssue are limits of what hangs on one issue; 0: none.
type PerIssue struct {
	Comments    int `json:"comments"`
	Attachments int `json:"attachments"`
	RemoteLinks int `json:"remoteLinks"`
}

func (c *JiraConfig) defaults() {
	setDefault(&c.Account, "escalat")
	setDefault(&c.Email, "escalat@aoc.test")
	setDefault(&c.Token, "sim-token")
	if len(c.Projects) == 0 {
		c.Projects = []string{"AOC"}
	}
	for _, p := range c.ServiceDesks {
		if !slices.Contains(c.Projects, p) {
			c.Projects = append(slices.Clip(c.Projects), p)
		}
	}
	if c.UploadLimit == 0 {
		c.UploadLimit = 10 << 20
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Cloud && c.PerIssue == (PerIssue{}) {
		c.PerIssue = PerIssue{Comments: 5000, Attachments: 2000, RemoteLinks: 2000}
	}
	if c.WebhookRetry == 0 {
		c.WebhookRetry = 10 * time.Millisecond
	}
	if c.WebhookTimeout == 0 {
		c.WebhookTimeout = 5 * time.Second
	}
	c.adoptFields()
	c.adoptWorkflow()
	c.Limits = c.Limits.complete()
	for _, p := range c.Lacks {
		if permissionOf(p) == nil {
			panic("sim: unknown permission " + p)
		}
	}
}

func setDefault(s *string, value string) {
	if *s == "" {
		*s = value
	}
}
