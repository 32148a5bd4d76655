package contract

import (
	"net/http"
	"path"
	"slices"
	"strings"
)

// Flavours of a rule below.
const (
	onBoth       = "both"
	onCloud      = "cloud"
	onDataCenter = "data center"
)

// exception is something that real Jira does and its document does not say, or
// says otherwise.
type exception struct {
	flavour string
	call    string // method and path of the document; parts may be *
	what    string // a parameter, a place in a body, or nothing
	status  []int
	reason  string
}

// resources are addresses of Jira beside its REST interface.
func resources() []exception {
	return []exception{
		{flavour: onDataCenter, call: "GET /secure/attachment/*/*", reason: "the bytes of a file: an attachment's content member leads there"},
	}
}

// gone are calls that the document still has.
func gone() []exception {
	const why = "Cloud has removed this search and answers 410; it is search/jql now"
	return []exception{
		{flavour: onCloud, call: "GET /rest/api/2/search", reason: why},
		{flavour: onCloud, call: "POST /rest/api/2/search", reason: why},
	}
}

// parameters are query parameters that are understood and not documented.
func parameters() []exception {
	return []exception{
		{flavour: onDataCenter, call: "GET /rest/api/2/issue/{issueIdOrKey}/transitions", what: "expand", reason: "the description says that expand=transitions.fields tells the fields"},
		{flavour: onDataCenter, call: "GET /rest/api/2/user", what: "expand", reason: "expand=groups tells the groups, as it does on Cloud, where it is documented"},
	}
}

// statuses are answers that may come and are not documented.
func statuses() []exception {
	const missing = "Data Center answers so when the issue is not there, or not for this account, as it does to the reading of it"
	return []exception{
		{flavour: onBoth, call: "* *", status: []int{http.StatusUnauthorized}, reason: "no request gets further than its credentials"},
		{flavour: onBoth, call: "* *", status: []int{http.StatusForbidden}, reason: "the account must solve a captcha first, or may not use Jira at all"},
		{flavour: onBoth, call: "* *", status: []int{http.StatusTooManyRequests}, reason: "limits hold for every path"},
		{flavour: onBoth, call: "* *", status: []int{500, 502, 503, 504}, reason: "any server may fail, and so may the proxy in front of it"},
		{flavour: onBoth, call: "PUT /rest/api/2/issue/{issueIdOrKey}", status: []int{http.StatusConflict}, reason: "somebody else edited at the same moment; only Cloud's document has it"},
		{flavour: onDataCenter, call: "PUT /rest/api/2/issue/{issueIdOrKey}", status: []int{http.StatusNotFound}, reason: missing},
		{flavour: onDataCenter, call: "POST /rest/api/2/issue/{issueIdOrKey}/comment", status: []int{http.StatusNotFound}, reason: missing},
		{flavour: onDataCenter, call: "POST /rest/api/2/issue/{issueIdOrKey}/remotelink", status: []int{http.StatusNotFound}, reason: missing},
		{
			flavour: onDataCenter, call: "POST /rest/api/2/issue/{issueIdOrKey}/remotelink", status: []int{http.StatusCreated},
			reason: "a new link is created; the document has only the link that was there",
		},
		{
			flavour: onDataCenter, call: "GET /rest/api/2/issue/{issueIdOrKey}/comment", status: []int{http.StatusBadRequest},
			reason: "an order or a page that there is not; the document takes any text for them",
		},
		{
			flavour: onBoth, call: "POST /rest/api/2/issue/{issueIdOrKey}/*", status: []int{http.StatusRequestEntityTooLarge},
			reason: "an issue has only so many comments, files and links",
		},
	}
}

// places are parts of bodies that are otherwise than the document says.
func places() []exception {
	const (
		half = "an empty side of a change is null"
		json = "the value is any JSON, as the description of the body says"
	)
	return []exception{
		{flavour: onBoth, call: "GET /rest/api/2/issue/{issueIdOrKey}", what: "answer 200 /changelog/histories/*/items/*/from", reason: half},
		{flavour: onBoth, call: "GET /rest/api/2/issue/{issueIdOrKey}", what: "answer 200 /changelog/histories/*/items/*/to", reason: half},
		{flavour: onBoth, call: "GET /rest/api/2/issue/{issueIdOrKey}", what: "answer 200 /changelog/histories/*/items/*/fromString", reason: half},
		{flavour: onBoth, call: "GET /rest/api/2/issue/{issueIdOrKey}", what: "answer 200 /changelog/histories/*/items/*/toString", reason: half},
		{flavour: onCloud, call: "GET /rest/api/2/issue/{issueIdOrKey}/changelog", what: "answer 200 /values/*/items/*/from", reason: half},
		{flavour: onCloud, call: "GET /rest/api/2/issue/{issueIdOrKey}/changelog", what: "answer 200 /values/*/items/*/to", reason: half},
		{flavour: onCloud, call: "GET /rest/api/2/issue/{issueIdOrKey}/changelog", what: "answer 200 /values/*/items/*/fromString", reason: half},
		{flavour: onCloud, call: "GET /rest/api/2/issue/{issueIdOrKey}/changelog", what: "answer 200 /values/*/items/*/toString", reason: half},
		{flavour: onCloud, call: "GET /rest/api/2/field", what: "answer 200 /* untranslatedName", reason: "servers send it with a field whose name is translated"},
		{flavour: onBoth, call: "GET /rest/api/2/issue/{issueIdOrKey}/remotelink", what: "answer 200", reason: "without a globalId it is the list of all links"},
		{flavour: onDataCenter, call: "PUT /rest/api/2/user/properties/{propertyKey}", what: "request", reason: json},
	}
}

// headers are what a call must carry besides its parameters.
func headers() []exception {
	return []exception{
		{
			flavour: onBoth, call: "POST /rest/api/2/issue/{issueIdOrKey}/attachments", what: "X-Atlassian-Token: no-check",
			reason: "without it the upload is blocked as a forged request; only the description says so",
		},
	}
}

// about reports whether the exception is one of the flavour and the call.
func (x exception) about(isCloud bool, call string) bool {
	flavour := onDataCenter
	if isCloud {
		flavour = onCloud
	}
	if x.flavour != onBoth && x.flavour != flavour {
		return false
	}
	method, at, _ := strings.Cut(call, " ")
	wantMethod, want, _ := strings.Cut(x.call, " ")
	if wantMethod != "*" && wantMethod != method {
		return false
	}
	same, err := path.Match(want, at)
	return want == "*" || err == nil && same
}

// excepted finds the exception about a call, if there is one.
func (e *exchange) excepted(list []exception, fits func(exception) bool) (exception, bool) {
	call := e.String()
	i := slices.IndexFunc(list, func(x exception) bool { return x.about(e.checker.cloud, call) && fits(x) })
	if i < 0 {
		return exception{}, false
	}
	return list[i], true
}

func always(exception) bool { return true }
