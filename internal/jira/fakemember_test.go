package jira

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// fakePeople are the groups and roles of a fakeJira.
type fakePeople struct {
	groups map[string][]string // of each user
	roles  map[string][]string // in SUP, who has each: users, and groups with an @
	hidden string              // what the account may not read: groups, users or roles
	cut    int                 // how many groups come with a user; 0: all
}

func newFakePeople() fakePeople {
	return fakePeople{
		groups: map[string][]string{"escalat": nil, "marta": {"jira-users", "AOC-Sistemes"}, "pere": {"jira-users"}, "joan": {"guardia"}, "client": {"AOC-Sistemes"}},
		roles:  map[string][]string{"Administrators": {"escalat"}, "Tècnics": {"pere", "@guardia"}},
	}
}

func (f *fakeJira) membership(w http.ResponseWriter, r *http.Request, parts []string) {
	switch what := strings.Join(parts, "/"); {
	case what == "user":
		f.askedUser(w, r)
	case what == "user/groups" && f.flavour == Cloud:
		who := strings.TrimPrefix(r.URL.Query().Get("accountId"), "557058:")
		f.json(w, 200, groupItems(f.people.groups[who]))
	case what == "groups/picker":
		f.picker(w, r.URL.Query().Get("query"))
	case f.people.hidden == "roles":
		f.refuse(w, map[Flavour]int{Cloud: 401, DataCenter: 404}[f.flavour], "Not for you.")
	case what == "project/XARXA/role":
		f.json(w, 200, map[string]string{"Administrators": f.roleURL("XARXA", 0)})
	case what == "project/SUP/role":
		out := map[string]string{}
		for i, name := range f.roleNames() {
			out[name] = f.roleURL("SUP", i)
		}
		f.json(w, 200, out)
	default:
		for i, name := range f.roleNames() {
			if strings.HasSuffix(f.roleURL(parts[1], i), "/"+what) {
				f.role(w, name)
				return
			}
		}
		f.refuse(w, 404, "no such role")
	}
}

func (f *fakeJira) roleNames() []string { return slices.Sorted(maps.Keys(f.people.roles)) }

func (f *fakeJira) roleURL(project string, i int) string {
	return fmt.Sprintf("%s/jira/rest/api/2/project/%s/role/%d", f.server.URL, project, 10100+i)
}

func (f *fakeJira) role(w http.ResponseWriter, name string) {
	actors := []map[string]any{}
	for _, who := range f.people.roles[name] {
		group, isGroup := strings.CutPrefix(who, "@")
		one := map[string]any{"displayName": who, "type": "atlassian-user-role-actor"}
		switch {
		case isGroup:
			one["type"], one["name"] = "atlassian-group-role-actor", group
			one["actorGroup"] = map[string]any{"name": group, "displayName": group}
		case f.flavour == Cloud:
			one["actorUser"] = map[string]any{"accountId": "557058:" + who}
		default:
			one["name"] = who
		}
		actors = append(actors, one)
	}
	f.json(w, 200, map[string]any{"id": 10101, "name": name, "actors": actors})
}

func (f *fakeJira) askedUser(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	who, ok := strings.CutPrefix(q.Get("accountId"), "557058:")
	if f.flavour == DataCenter {
		who, ok = q.Get("username"), true
	}
	groups, there := f.people.groups[who]
	switch {
	case f.people.hidden == "users":
		f.refuse(w, 403, "You may not browse users.")
	case !ok || !there:
		f.refuse(w, 404, "The user does not exist.")
	default:
		out := f.user(who)
		if who == "client" && f.flavour == Cloud {
			out["accountType"] = "customer"
		}
		if q.Get("expand") == "groups" && f.people.hidden != "groups" {
			items := groupItems(groups)
			out["groups"] = map[string]any{"size": len(items), "items": items}
			if f.people.cut > 0 {
				out["groups"] = map[string]any{"size": len(items), "items": items[:min(len(items), f.people.cut)]}
			}
		}
		f.json(w, 200, out)
	}
}

func groupItems(names []string) []map[string]any {
	items := []map[string]any{}
	for _, name := range names {
		items = append(items, map[string]any{"name": name, "groupId": fmt.Sprintf("00000000-0000-4000-8000-%012x", len(name))})
	}
	return items
}

func (f *fakeJira) picker(w http.ResponseWriter, query string) {
	groups := []map[string]any{}
	for _, name := range []string{"AOC-Sistemes", "guardia", "jira-users"} {
		if strings.Contains(strings.ToLower(name), strings.ToLower(query)) {
			groups = append(groups, map[string]any{"name": name})
		}
	}
	f.json(w, 200, map[string]any{"total": len(groups), "groups": slices.Clip(groups)})
}

// id is how the flavour names the user.
func (f *fakeJira) id(name string) string {
	if f.flavour == Cloud {
		return "557058:" + name
	}
	return name
}
