package jira

import (
	"fmt"
	"strings"
)

// Call is one kind of request that the client makes.
type Call struct {
	Method string
	Path   string // as Jira's documents write it
	For    string // what it is made for
	When   string // how often
	// Cloud and DataCenter are the permissions that the account needs for it, by
	// the names that Jira's administration shows, joined by commas; or none, or
	// access to Jira. Empty: it is not made there.
	Cloud, DataCenter string
	Writes            bool
}

// Words for what needs no permission.
const (
	needsNothing = "none"
	needsAccess  = "access to Jira"
)

// Paths of calls that are made by more than one method.
const (
	issuePath    = "/rest/api/2/issue/{issueIdOrKey}"
	propertyPath = "/rest/api/2/user/properties/{propertyKey}"
	movePath     = issuePath + "/transitions"
)

// Calls returns every kind of request that the client makes, and no other: the
// reading ones first, each kind once.
func Calls() []Call {
	return append(reads(), writes()...)
}

func reads() []Call {
	const (
		get      = "GET"
		browse   = "Browse projects"
		browseDC = "Browse Projects"
	)
	return []Call{
		{
			Method: get, Path: "/rest/api/2/serverInfo", For: "Cloud or Data Center, its version, its clock",
			When: "once a start", Cloud: needsNothing, DataCenter: needsNothing,
		},
		{
			Method: get, Path: "/rest/api/2/myself", For: "who the account is; whether its token still counts",
			When: "once a start, and when something is not found", Cloud: needsAccess, DataCenter: needsAccess,
		},
		{
			Method: get, Path: propertyPath, For: "which installation works with this account",
			When: "when a term of leadership begins, at each renewal (every ten minutes in which something was written), and every few seconds while held", Cloud: needsAccess, DataCenter: needsAccess,
		},
		{
			Method: get, Path: "/rest/api/2/mypermissions", For: "whether the issue or what was written is to blame",
			When: "when a comment or a file is refused", Cloud: needsNothing, DataCenter: needsNothing,
		},
		{
			Method: get, Path: "/rest/api/2/field", For: "the ids of the configured custom fields",
			When: "once a start, where there are any", Cloud: needsNothing, DataCenter: needsAccess,
		},
		{
			Method: "POST", Path: "/rest/api/2/search/jql", For: "issues that changed, and issues with our labels",
			When: "once a poll, and once for each further 200 issues", Cloud: browse,
		},
		{
			Method: "POST", Path: "/rest/api/2/search", For: "issues that changed, and issues with our labels",
			When: "once a poll, and once for each further 200 issues", DataCenter: browseDC,
		},
		{
			Method: get, Path: issuePath, For: "the issue, its comments, files, labels and their history; what stands in the field for references",
			When: "once a look at an issue that changed, before and after such a field is written, and before a transition", Cloud: browse, DataCenter: browseDC,
		},
		{
			Method: get, Path: "/rest/api/2/status", For: "whether there are statuses of the configured names",
			When: "once a start, where there are any", Cloud: browse, DataCenter: needsAccess,
		},
		{
			Method: get, Path: movePath, For: "the transition that leads to a configured status",
			When: "before each", Cloud: "Browse projects, Transition issues", DataCenter: "Browse Projects, Transition Issues",
		},
		{
			Method: get, Path: issuePath + "/comment", For: "comments that did not come with the issue; a comment of ours whose posting had no answer",
			When: "seldom; in service desks of Data Center with each look", Cloud: browse, DataCenter: browseDC,
		},
		{
			Method: get, Path: "/rest/api/2/comment/{commentId}/properties/{propertyKey}", For: "whether a comment is the one whose posting had no answer",
			When: "seldom", Cloud: browse, DataCenter: browseDC,
		},
		{
			Method: get, Path: issuePath + "/changelog", For: "changes that did not come with the issue",
			When: "with each look at an issue of more than a hundred changes", Cloud: browse,
		},
		{
			Method: get, Path: "/rest/api/2/attachment/meta", For: "how large a file may be",
			When: "once an hour in which files arrive", Cloud: needsNothing, DataCenter: needsAccess,
		},
		{
			Method: get, Path: "/rest/api/2/attachment/{id}", For: "where the bytes of a file are",
			When: "once a file that is sent", DataCenter: browseDC,
		},
		{
			Method: get, Path: "/secure/attachment/{id}/{filename}", For: "the bytes of a file",
			When: "once a file that is sent", DataCenter: browseDC,
		},
		{
			Method: get, Path: "/rest/api/2/attachment/content/{id}", For: "the bytes of a file",
			When: "once a file that is sent", Cloud: browse,
		},
		{
			Method: get, Path: "/rest/api/2/user", For: "the groups of who labelled, where only some may escalate",
			When: "once a person in ten minutes", Cloud: "Browse users and groups", DataCenter: "Browse Users",
		},
		{
			Method: get, Path: "/rest/api/2/user/groups", For: "the groups of who is in more than come with the user",
			When: "once such a person in ten minutes", Cloud: "Browse users and groups",
		},
		{
			Method: get, Path: "/rest/api/2/groups/picker", For: "whether the configured groups are there",
			When: "once a group and start", Cloud: "Browse projects, Browse users and groups", DataCenter: "Browse Users",
		},
		{
			Method: get, Path: "/rest/api/2/project/{projectIdOrKey}/role", For: "the ids of the configured roles",
			When: "once a project and role in ten minutes", Cloud: "Administer projects", DataCenter: "Administer Projects",
		},
		{
			Method: get, Path: "/rest/api/2/project/{projectIdOrKey}/role/{id}", For: "who has a configured role",
			When: "once a project and role in ten minutes", Cloud: "Administer projects", DataCenter: "Administer Projects",
		},
	}
}

func writes() []Call {
	return []Call{
		{
			Method: "POST", Path: issuePath + "/comment", For: "what escalat has to say; the provider's replies",
			When: "once a comment", Cloud: "Browse projects, Add comments", DataCenter: "Browse Projects, Add Comments", Writes: true,
		},
		{
			Method: "POST", Path: issuePath + "/attachments", For: "files of the provider's replies",
			When: "once a file", Cloud: "Browse projects, Create attachments", DataCenter: "Browse Projects, Create Attachments", Writes: true,
		},
		{
			Method: "PUT", Path: issuePath, For: "labels, and the fields for the provider's references and for whose turn it is",
			When: "once a change of state", Cloud: "Browse projects, Edit issues", DataCenter: "Browse Projects, Edit Issues", Writes: true,
		},
		{
			Method: "POST", Path: movePath, For: "the transition to a configured status",
			When: "once a moment of an escalation for which one is configured", Cloud: "Browse projects, Transition issues", DataCenter: "Browse Projects, Transition Issues", Writes: true,
		},
		{
			Method: "POST", Path: issuePath + "/remotelink", For: "a link with the provider's reference",
			When: "once a reference", Cloud: "Browse projects, Link issues", DataCenter: "Browse Projects, Link Issues", Writes: true,
		},
		{
			Method: "PUT", Path: propertyPath, For: "that this installation works with this account",
			When: "when a term of leadership begins, and at each renewal", Cloud: needsAccess, DataCenter: needsAccess, Writes: true,
		},
	}
}

// Reference returns the calls as a Markdown table.
func Reference() string {
	var b strings.Builder
	b.WriteString("| call | what for | how often | permission on Cloud | on Data Center |\n|---|---|---|---|---|\n")
	for _, c := range Calls() {
		fmt.Fprintf(&b, "| `%s %s` | %s | %s | %s | %s |\n", c.Method, c.Path, c.what(), c.When, permission(c.Cloud), permission(c.DataCenter))
	}
	return b.String()
}

// what begins with a word that tells writing calls from reading ones.
func (c Call) what() string {
	if c.Writes {
		return "writes " + c.For
	}
	return c.For
}

func permission(needed string) string {
	switch needed {
	case "":
		return "not made"
	case needsNothing, needsAccess:
		return needed
	}
	return "*" + strings.ReplaceAll(needed, ", ", "*, *") + "*"
}
