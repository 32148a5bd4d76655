package sim

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// permission is one of Jira's permissions.
type permission struct {
	key, name string
	global    bool
}

// permissions are those that matter here, by their ids.
func permissions() []permission {
	return []permission{
		{"ADMINISTER", "Administer Jira", true},
		{"USER_PICKER", "Browse users and groups", true},
		{"BROWSE_PROJECTS", "Browse Projects", false},
		{"ADD_COMMENTS", "Add Comments", false},
		{"EDIT_OWN_COMMENTS", "Edit Own Comments", false},
		{"EDIT_ISSUES", "Edit Issues", false},
		{"CREATE_ATTACHMENTS", "Create Attachments", false},
		{"LINK_ISSUES", "Link Issues", false},
		{"ADMINISTER_PROJECTS", "Administer Projects", false},
		{"CREATE_ISSUES", "Create Issues", false},
		{"DELETE_ISSUES", "Delete Issues", false},
		{"RESOLVE_ISSUES", "Resolve Issues", false},
		{"TRANSITION_ISSUES", "Transition Issues", false},
	}
}

func permissionOf(key string) *permission {
	all := permissions()
	i := slices.IndexFunc(all, func(p permission) bool { return p.key == key })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// SetLacks says which permissions the account has not, from now on.
func (j *Jira) SetLacks(keys ...string) error {
	for _, key := range keys {
		if permissionOf(key) == nil {
			return fmt.Errorf("%w permission %q", ErrUnknown, key)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lacks = slices.Clone(keys)
	return nil
}

// may reports whether the account has the permission. The caller holds mu.
func (j *Jira) may(key string) bool {
	if key == "ADMINISTER" && !j.cfg.Admin {
		return false
	}
	return !slices.Contains(j.lacks, key)
}

// need is the permission that a call needs, and how Jira refuses without it.
type need struct {
	key     string
	status  int
	message string
}

// needOf says what the call of that route needs besides seeing the issue, which
// is looked at with the issue itself.
func (j *Jira) needOf(pattern string) need {
	edit := need{"EDIT_ISSUES", http.StatusForbidden, "You do not have permission to edit issues in this project."}
	switch method, path, _ := strings.Cut(pattern, " "); {
	case pattern == "POST /rest/api/2/issue/{issue}/comment":
		return need{"ADD_COMMENTS", http.StatusBadRequest, "You do not have the permission to comment on this issue."}
	case pattern == "PUT /rest/api/2/issue/{issue}/comment/{id}":
		return need{"EDIT_OWN_COMMENTS", http.StatusBadRequest, "You do not have the permission to edit this comment."}
	case pattern == "PUT /rest/api/2/issue/{issue}":
		if j.cfg.Cloud {
			edit.status = http.StatusBadRequest
		}
		return edit
	case pattern == "POST /rest/api/2/issue/{issue}/attachments":
		return need{"CREATE_ATTACHMENTS", http.StatusForbidden, "You do not have permission to create attachments for this issue."}
	case pattern == "POST /rest/api/2/issue/{issue}/transitions":
		return need{"TRANSITION_ISSUES", http.StatusBadRequest, "You do not have permission to transition this issue."}
	case method != "GET" && strings.HasPrefix(path, "/rest/api/2/issue/{issue}/remotelink"):
		return need{"LINK_ISSUES", http.StatusForbidden, "You do not have permission to link issues."}
	case method != "GET" && strings.HasPrefix(path, "/rest/api/2/issue/{issue}/properties"):
		return edit
	case method != "GET" && strings.HasPrefix(path, "/rest/api/2/comment/{id}/properties"):
		return need{"EDIT_OWN_COMMENTS", http.StatusForbidden, "You do not have the permission to edit this comment."}
	case path == "/rest/api/2/user", path == "/rest/api/2/user/groups", path == "/rest/api/2/groups/picker":
		return need{"USER_PICKER", http.StatusForbidden, "You do not have the permission to browse users."}
	case strings.HasPrefix(path, "/rest/api/2/project/{project}/role"):
		return need{"ADMINISTER_PROJECTS", http.StatusNotFound, "You must have administer project permission to see this."}
	case strings.HasPrefix(path, "/rest/api/2/project/"):
		return need{"BROWSE_PROJECTS", http.StatusNotFound, "No project could be found."}
	}
	return need{}
}

// permitted refuses what the account has no permission for, and every write to
// what is archived. An issue that it may not see is not there at all.
func (j *Jira) permitted(api *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := api.Handler(r)
		n := j.needOf(pattern)
		j.mu.Lock()
		issue, about := j.about(r.URL.Path)
		lacks := n.key != "" && !j.may(n.key) && (!about || j.sees(issue))
		archived := about && r.Method != http.MethodGet && j.sees(issue) && issue.Archived != nil
		j.mu.Unlock()
		switch {
		case lacks:
			refuse(w, n.status, n.message)
		case archived:
			refuse(w, cmp.Or(n.status, http.StatusForbidden), "The issue is archived and cannot be changed.")
		default:
			api.ServeHTTP(w, r)
		}
	})
}

// about finds the issue that a path is about; false where it is about none. The
// caller holds mu.
func (j *Jira) about(path string) (*Issue, bool) {
	if ref := segment(path, "issue"); ref != "" {
		return j.byRef[ref], true
	}
	if id := segment(path, "comment"); id != "" && id != "list" {
		return j.comments[id], true
	}
	return nil, false
}

// segment is what stands in a path of the API after that word; "" for nothing.
func segment(path, after string) string {
	rest, ok := strings.CutPrefix(path, "/rest/api/2/"+after+"/")
	if !ok {
		return ""
	}
	first, _, _ := strings.Cut(rest, "/")
	return first
}

// sees reports whether the account may see the issue. The caller holds mu.
func (j *Jira) sees(issue *Issue) bool {
	return issue != nil && !issue.Restricted && j.may("BROWSE_PROJECTS")
}

// myPermissions tells what the account may: Cloud only what it is asked about.
func (j *Jira) myPermissions(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	keys := splitList(q["permissions"])
	if j.cfg.Cloud && len(keys) == 0 {
		refuse(w, http.StatusBadRequest, "The 'permissions' query parameter is required.")
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, ref := range []string{q.Get("issueKey"), q.Get("issueId")} {
		if ref != "" && !j.sees(j.byRef[ref]) {
			refuse(w, http.StatusNotFound, hiddenIssue(j.cfg.Cloud))
			return
		}
	}
	if key := q.Get("projectKey"); key != "" && (!hasKey(j.projects, key) || !j.may("BROWSE_PROJECTS")) {
		refuse(w, http.StatusNotFound, "No project could be found with key '"+key+"'.")
		return
	}
	out := map[string]any{}
	for i, p := range permissions() {
		if j.cfg.Cloud && !slices.Contains(keys, p.key) {
			continue
		}
		kind := "PROJECT"
		if p.global {
			kind = "GLOBAL"
		}
		out[p.key] = map[string]any{
			"id": strconv.Itoa(i), "key": p.key, "name": p.name, "type": kind, "description": p.name + ".", "havePermission": j.may(p.key),
		}
	}
	for _, key := range keys {
		if j.cfg.Cloud && out[key] == nil {
			refuse(w, http.StatusBadRequest, "Unrecognized permission: "+key)
			return
		}
	}
	writeJSON(w, http.StatusOK, map[string]any{"permissions": out})
}

func hasKey[V any](m map[string]V, key string) bool {
	_, there := m[key]
	return there
}
