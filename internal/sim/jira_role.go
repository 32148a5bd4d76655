package sim

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// role is who has a role in a project; users by their keys.
type role struct {
	Users  []string `json:"users"`
	Groups []string `json:"groups"`
}

// project is a project of Jira.
type project struct {
	id   int
	last int // number of an issue
}

// SetRole says who has a role in a project.
func (j *Jira) SetRole(project, name string, users, groups []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.roles[project] == nil {
		j.roles[project] = map[string]role{}
	}
	j.project(project)
	for _, g := range groups {
		if j.groups[g] == nil {
			j.groups[g] = []string{}
		}
	}
	if !slices.Contains(j.roleNames, name) {
		j.roleNames = append(j.roleNames, name)
	}
	j.roles[project][name] = role{Users: j.named(users), Groups: slices.Clone(groups)}
}

// firstRole is the id of the first role; roles are the same in every project.
const firstRole = 10_002

// roleRoutes adds projects, roles and permissions.
func (j *Jira) roleRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /rest/api/2/project/{project}", func(w http.ResponseWriter, r *http.Request) {
		j.withProject(w, r, func(key string) { writeJSON(w, http.StatusOK, j.projectJSON(r, key)) })
	})
	mux.HandleFunc("GET /rest/api/2/project/{project}/role", func(w http.ResponseWriter, r *http.Request) {
		j.withProject(w, r, func(key string) {
			out := map[string]string{}
			for i, name := range j.roleNames {
				out[name] = j.roleURL(r, key, firstRole+i)
			}
			writeJSON(w, http.StatusOK, out)
		})
	})
	mux.HandleFunc("GET /rest/api/2/project/{project}/role/{id}", j.getRole)
	mux.HandleFunc("GET /rest/api/2/mypermissions", j.myPermissions)
}

// withProject runs f on the key of the project that the path names, under mu.
func (j *Jira) withProject(w http.ResponseWriter, r *http.Request, f func(key string)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	ref := r.PathValue("project")
	for _, key := range sortedKeys(j.projects) {
		if key == ref || j.projectID(key) == ref {
			f(key)
			return
		}
	}
	refuse(w, http.StatusNotFound, "No project could be found with key '"+ref+"'.")
}

// project returns what there is of a project, which it makes where there is
// none. The caller holds mu.
func (j *Jira) project(key string) *project {
	p := j.projects[key]
	if p == nil {
		p = &project{id: 10_000 + len(j.projects)}
		j.projects[key] = p
	}
	return p
}

// nextKey is the key of the next issue of a project. The caller holds mu.
func (j *Jira) nextKey(key string) string {
	p := j.project(key)
	p.last++
	return key + "-" + strconv.Itoa(p.last)
}

func (j *Jira) projectID(key string) string { return strconv.Itoa(j.project(key).id) }

// projectJSON shows a project.
func (j *Jira) projectJSON(r *http.Request, key string) map[string]any {
	kind := "software"
	if slices.Contains(j.cfg.ServiceDesks, key) {
		kind = "service_desk"
	}
	id := j.projectID(key)
	return map[string]any{
		"self": j.base(r) + "/rest/api/2/project/" + id, "id": id, "key": key, "name": key, "projectTypeKey": kind,
		"avatarUrls": map[string]string{},
	}
}

func (j *Jira) roleURL(r *http.Request, project string, id int) string {
	return j.base(r) + "/rest/api/2/project/" + j.projectID(project) + "/role/" + strconv.Itoa(id)
}

func (j *Jira) getRole(w http.ResponseWriter, r *http.Request) {
	j.withProject(w, r, func(key string) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if i := id - firstRole; err == nil && i >= 0 && i < len(j.roleNames) {
			writeJSON(w, http.StatusOK, map[string]any{
				"self": j.roleURL(r, key, id), "id": id, "name": j.roleNames[i], "description": "",
				"actors": j.actorsJSON(j.roles[key][j.roleNames[i]]),
			})
			return
		}
		refuse(w, http.StatusNotFound, "Can not find a role with id "+r.PathValue("id")+".")
	})
}

// actorsJSON shows who has a role: users and groups, as the flavour does.
func (j *Jira) actorsJSON(has role) []map[string]any {
	list := []map[string]any{}
	for _, key := range has.Users {
		u := j.byKey(key)
		actor := map[string]any{"id": 10_200 + len(list), "displayName": u.DisplayName, "type": "atlassian-user-role-actor"}
		if j.cfg.Cloud {
			actor["actorUser"] = map[string]any{"accountId": u.AccountID}
		} else {
			actor["name"] = u.Name
		}
		list = append(list, actor)
	}
	for _, g := range has.Groups {
		actor := map[string]any{"id": 10_200 + len(list), "displayName": g, "type": "atlassian-group-role-actor", "name": g}
		if j.cfg.Cloud {
			actor["actorGroup"] = map[string]any{"name": g, "displayName": g, "groupId": groupID(g)}
		}
		list = append(list, actor)
	}
	return list
}

// byKey returns the user of that key.
func (j *Jira) byKey(key string) *User {
	for _, u := range j.users {
		if u.Key == key {
			return u
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func escaped(s string) string { return url.QueryEscape(s) }
