package sim

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The kinds of account on Cloud.
const (
	AccountAtlassian = "atlassian" // a person of the organisation
	AccountApp       = "app"       // a program
	AccountCustomer  = "customer"  // somebody from outside, of a service desk
)

// User is somebody in Jira.
type User struct {
	Name        string `json:"name"`
	DisplayName string `json:"displayName"`
	AccountID   string `json:"accountId"`
	Key         string `json:"key"` // stays when the name changes
	// AccountType is the kind of account on Cloud; default AccountAtlassian.
	AccountType string `json:"accountType,omitempty"`
	// Email is shown where it is not empty; who made it private has none.
	Email    string `json:"email,omitempty"`
	Inactive bool   `json:"inactive,omitempty"`
}

// SetUser makes a user, or changes the one of that name. What is empty is as
// for everybody; the AccountID and Key of one who is there stay what they are.
func (j *Jira) SetUser(u User) {
	j.mu.Lock()
	defer j.mu.Unlock()
	there := hasKey(j.users, u.Name)
	old := j.user(u.Name)
	if there {
		u.AccountID, u.Key = old.AccountID, old.Key
	}
	setDefault(&u.AccountID, old.AccountID)
	setDefault(&u.Key, old.Key)
	setDefault(&u.DisplayName, displayName(u.Name))
	setDefault(&u.AccountType, AccountAtlassian)
	*old = u
}

// RenameUser gives a user another login name, which frees the former one: Data
// Center's mentions and names change, the key and Cloud's account id do not.
func (j *Jira) RenameUser(from, to string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	u := j.users[from]
	if u == nil {
		return fmt.Errorf("%w user %q", ErrUnknown, from)
	}
	switch {
	case from == j.cfg.Account:
		return fmt.Errorf("rename user %s: it is the account", from)
	case to == "" || j.users[to] != nil:
		return fmt.Errorf("rename user %s: the name %q is taken", from, to)
	}
	u.Name = to
	delete(j.users, from)
	j.users[to] = u
	for _, issue := range j.issues {
		issue.rename(from, to)
	}
	for _, versions := range j.index.versions {
		for _, v := range versions {
			if v.issue != nil {
				v.issue.rename(from, to)
			}
		}
	}
	return nil
}

// rename has the issue name a user by the new name everywhere.
func (i *Issue) rename(from, to string) {
	names := []*string{&i.Reporter, &i.Creator, &i.Assignee, &i.ArchivedBy}
	for _, c := range i.Comments {
		names = append(names, &c.Author, &c.Editor)
	}
	for _, a := range i.Attachments {
		names = append(names, &a.Author)
	}
	for c := range i.History {
		names = append(names, &i.History[c].Author)
	}
	for _, name := range names {
		if *name == from {
			*name = to
		}
	}
}

// User returns the user of that name.
func (j *Jira) User(name string) User {
	j.mu.Lock()
	defer j.mu.Unlock()
	return *j.user(name)
}

// SetGroup says who is in a group; without users the group is there and empty.
func (j *Jira) SetGroup(group string, users ...string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.groups[group] = j.named(users)
}

// named returns the names under which users are known, and makes those that
// are not. The caller holds mu, as for all below.
func (j *Jira) named(users []string) []string {
	names := []string{}
	for _, u := range users {
		names = append(names, j.user(u).Key)
	}
	return names
}

// user returns the user of that name, whom it makes when there is none.
func (j *Jira) user(name string) *User {
	if u := j.users[name]; u != nil {
		return u
	}
	sum := sha256.Sum256([]byte(name))
	u := &User{
		Name:        name,
		DisplayName: displayName(name),
		AccountID:   "712020:" + hex.EncodeToString(sum[:8]),
		Key:         "JIRAUSER" + strconv.Itoa(10_100+len(j.users)),
		AccountType: AccountAtlassian,
	}
	if !j.cfg.Cloud { // where nobody hides it
		u.Email = name + "@aoc.test"
	}
	j.users[name] = u
	return u
}

// displayName turns "marta.puig" into "Marta Puig".
func displayName(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '_' || r == '-' })
	for i, w := range words {
		first, size := utf8.DecodeRuneInString(w)
		words[i] = string(unicode.ToUpper(first)) + w[size:]
	}
	return strings.Join(words, " ")
}

// userRoutes adds what is about users.
func (j *Jira) userRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /rest/api/2/myself", func(w http.ResponseWriter, r *http.Request) {
		j.mu.Lock()
		defer j.mu.Unlock()
		me := j.user(j.cfg.Account)
		out := j.userJSON(r, me)
		if j.cfg.Cloud { // one always sees one's own
			out["emailAddress"] = j.cfg.Email
		}
		j.expandUser(r, me, out)
		writeJSON(w, http.StatusOK, out)
	})
	mux.HandleFunc("GET /rest/api/2/user", j.getUser)
	mux.HandleFunc("GET /rest/api/2/groups/picker", j.pickGroups)
	if j.cfg.Cloud {
		mux.HandleFunc("GET /rest/api/2/user/groups", j.getUserGroups)
	}
	j.propertyRoutes(mux, "/rest/api/2/user/properties", func(r *http.Request) *[]Property {
		u := j.asked(r, "userKey")
		if u == nil {
			return nil
		}
		if j.userProps[u.Key] == nil {
			j.userProps[u.Key] = &[]Property{}
		}
		return j.userProps[u.Key]
	})
}

// asked finds the user whom the query names: by the account id on Cloud, by
// name or by the parameter that is the key's on Data Center.
func (j *Jira) asked(r *http.Request, key string) *User {
	q := r.URL.Query()
	for _, u := range j.users {
		hit := q.Get("accountId") == u.AccountID
		if !j.cfg.Cloud {
			hit = q.Get("username") == u.Name || q.Get(key) == u.Key
		}
		if hit {
			return u
		}
	}
	return nil
}

// withUser runs f on the user whom the query names, under mu.
func (j *Jira) withUser(w http.ResponseWriter, r *http.Request, f func(*User)) {
	q := r.URL.Query()
	switch {
	case j.cfg.Cloud && q.Get("accountId") == "":
		refuse(w, http.StatusBadRequest, "The accountId query parameter needs to be provided.")
		return
	case !j.cfg.Cloud && q.Get("username") == "" && q.Get("key") == "":
		refuse(w, http.StatusBadRequest, "Either the 'username' or the 'key' query parameters need to be provided")
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	u := j.asked(r, "key")
	if u == nil {
		message := "The user named '" + q.Get("username") + q.Get("key") + "' does not exist"
		if j.cfg.Cloud {
			message = "Specified user does not exist or you do not have required permissions"
		}
		refuse(w, http.StatusNotFound, message)
		return
	}
	f(u)
}

func (j *Jira) getUser(w http.ResponseWriter, r *http.Request) {
	j.withUser(w, r, func(u *User) {
		out := j.userJSON(r, u)
		j.expandUser(r, u, out)
		writeJSON(w, http.StatusOK, out)
	})
}

func (j *Jira) getUserGroups(w http.ResponseWriter, r *http.Request) {
	j.withUser(w, r, func(u *User) { writeJSON(w, http.StatusOK, j.groupsJSON(r, u)) })
}

// expandUser adds the groups, or that they could be asked for.
func (j *Jira) expandUser(r *http.Request, u *User, out map[string]any) {
	groups := j.groupsJSON(r, u)
	limit := "max-results"
	if !j.cfg.Cloud {
		limit = "maxResults"
	}
	most := len(groups)
	if j.cfg.GroupsShown > 0 {
		most = min(most, j.cfg.GroupsShown)
	}
	shown := map[string]any{"size": len(groups), limit: most, "items": []any{}}
	if expands(r, "groups") {
		shown["items"] = groups[:most]
	}
	out["expand"] = "groups,applicationRoles"
	out["groups"] = shown
	out["applicationRoles"] = map[string]any{"size": 1, "items": []any{}}
}

// groupsJSON shows the groups of a user.
func (j *Jira) groupsJSON(r *http.Request, u *User) []map[string]any {
	list := []map[string]any{}
	for _, name := range sortedKeys(j.groups) {
		if slices.Contains(j.groups[name], u.Key) {
			list = append(list, j.groupJSON(r, name))
		}
	}
	return list
}

// pickGroups finds groups by a part of their name.
func (j *Jira) pickGroups(w http.ResponseWriter, r *http.Request) {
	j.mu.Lock()
	defer j.mu.Unlock()
	part := r.URL.Query().Get("query")
	most, err := strconv.Atoi(r.URL.Query().Get("maxResults"))
	if err != nil || most <= 0 {
		most = 20
	}
	list := []map[string]any{}
	for _, name := range sortedKeys(j.groups) {
		if strings.Contains(strings.ToLower(name), strings.ToLower(part)) {
			group := map[string]any{"name": name, "html": name, "labels": []any{}}
			if j.cfg.Cloud {
				group["groupId"] = groupID(name)
			}
			list = append(list, group)
		}
	}
	shown := cut(list, 0, most)
	writeJSON(w, http.StatusOK, map[string]any{
		"header": fmt.Sprintf("Showing %d of %d matching groups", len(shown), len(list)), "total": len(list), "groups": shown,
	})
}

func (j *Jira) groupJSON(r *http.Request, name string) map[string]any {
	out := map[string]any{"name": name, "self": j.base(r) + "/rest/api/2/group?groupname=" + escaped(name)}
	if j.cfg.Cloud {
		out["groupId"] = groupID(name)
		out["self"] = j.base(r) + "/rest/api/2/group?groupId=" + groupID(name)
	}
	return out
}

// groupID is Cloud's id of a group.
func groupID(name string) string {
	sum := sha256.Sum256([]byte("group " + name))
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// userJSON shows a user as the flavour does.
func (j *Jira) userJSON(r *http.Request, u *User) map[string]any {
	api := j.base(r) + "/rest/api/2/user?"
	out := map[string]any{
		"displayName": u.DisplayName, "active": !u.Inactive, "timeZone": j.cfg.Zone.String(), "avatarUrls": map[string]string{},
	}
	if u.Email != "" {
		out["emailAddress"] = u.Email
	}
	if j.cfg.Cloud {
		out["self"] = api + "accountId=" + escaped(u.AccountID)
		out["accountId"] = u.AccountID
		out["accountType"] = u.AccountType
		return out
	}
	out["self"] = api + "username=" + escaped(u.Name)
	out["name"] = u.Name
	out["key"] = u.Key
	return out
}
