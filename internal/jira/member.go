package jira

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"escalat/bridge"
)

// What is remembered of who is in which group and role.
const (
	memberAge   = 10 * time.Minute
	mostPersons = 2000
	mostRoles   = 2000 // project and role together
)

// memberMemory holds who was found to be in which group and role.
type memberMemory struct {
	groups []string // lower case
	roles  []string // as configured

	mu      sync.Mutex
	persons map[string]person // by the user's id
	actors  map[string]actors // by project key and role
}

func newMembers(cfg Config) *memberMemory {
	m := &memberMemory{persons: make(map[string]person), actors: make(map[string]actors)}
	for _, group := range cfg.Groups {
		m.groups = append(m.groups, canonical(group))
	}
	for _, role := range cfg.Roles {
		m.roles = append(m.roles, strings.TrimSpace(role))
	}
	return m
}

// canonical is a name as names are compared: Jira makes no difference either.
func canonical(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// person is what is known of a user; none of it when there is no such user.
type person struct {
	until    time.Time
	ids      []string // see wireUser.identities
	groups   []string // lower case: names and ids
	customer bool
	// untold are how many groups there are besides.
	untold int
}

// actors are who has a role in a project; nobody when there is no such role.
type actors struct {
	until  time.Time
	there  bool
	users  []string // see wireUser.identities
	groups []string // as person.groups
}

// Member reports whether the user is in one of Config.Groups, or has one of
// Config.Roles in the project with that key, directly or by a group. Answers are
// believed for ten minutes. A customer of a service desk is no member, nor is
// nobody. Without groups and roles everybody else is one, and nothing is asked. Of
// whom Jira does not tell every group it is not said that he is none: that is a
// temporary error.
// What the account may not ask is a permanent error that says what it needs.
func (c *Client) Member(ctx context.Context, user bridge.User, project string) (bool, error) {
	m := c.member
	switch {
	case user.Customer:
		return false, nil
	case len(m.groups)+len(m.roles) == 0:
		return true, nil
	case user.IsZero():
		return false, nil
	}
	who, err := c.person(ctx, user.ID)
	if err != nil || who.customer || len(who.ids) == 0 {
		return false, err
	}
	if overlap(m.groups, who.groups) {
		return true, nil
	}
	for _, role := range m.roles {
		has, err := c.actors(ctx, project, role)
		if err != nil {
			return false, err
		}
		if overlap(has.users, who.ids) || overlap(has.groups, who.groups) {
			return true, nil
		}
	}
	if who.untold > 0 {
		return false, fmt.Errorf("jira: whether user %.128q is a member: of %d of the groups Jira does not tell the names", user.ID, who.untold)
	}
	return false, nil
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// CheckMembership reports what keeps Member from answering: a group or a role that
// is not there, or that the account may not read. Without groups and roles nothing
// is asked. A role must be there in one of Config.Projects at least.
func (c *Client) CheckMembership(ctx context.Context) error {
	m := c.member
	if len(m.groups)+len(m.roles) == 0 {
		return nil
	}
	srv, err := c.detected(ctx)
	if err != nil {
		return err
	}
	if _, err := c.person(ctx, srv.Me.ID); err != nil {
		return err
	}
	var problems []error
	for _, check := range []func(context.Context) ([]error, error){c.missingGroups, c.missingRoles} {
		missing, err := check(ctx)
		if err != nil {
			return err
		}
		problems = append(problems, missing...)
	}
	if err := errors.Join(problems...); err != nil {
		return bridge.Permanent(err)
	}
	return nil
}

// missingGroups names the groups that are certainly not there.
func (c *Client) missingGroups(ctx context.Context) (problems []error, err error) {
	for _, group := range c.member.groups {
		var w struct {
			Groups []wireGroup `json:"groups"`
			Total  quantity    `json:"total"`
		}
		if groupID.MatchString(group) {
			continue // it is not looked for by its id
		}
		op := fmt.Sprintf("look for the group %q", group)
		err := c.ask(ctx, op, "rest/api/2/groups/picker?"+url.Values{"query": {group}, "maxResults": {"1000"}}.Encode(), &w)
		switch {
		case bridge.IsPermanent(err):
			continue // not for this account: Member tells what matters
		case err != nil:
			return nil, preliminary(err)
		}
		found := slices.ContainsFunc(w.Groups, func(g wireGroup) bool { return canonical(g.Name) == group })
		if !found && int(w.Total) <= len(w.Groups) {
			problems = append(problems, fmt.Errorf("jira: no group %q that the account sees: write it as Jira's administration shows it", group))
		}
	}
	return problems, nil
}

// groupID is what Cloud names groups by for ever.
var groupID = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// missingRoles names the roles that none of the projects has.
func (c *Client) missingRoles(ctx context.Context) (problems []error, err error) {
	for _, role := range c.member.roles {
		found := len(c.projects) == 0
		for _, project := range c.projects {
			has, err := c.actors(ctx, project, role)
			if err != nil {
				return nil, err
			}
			found = found || has.there
		}
		if !found {
			problems = append(problems, fmt.Errorf("jira: no role %q in the projects %s: write it as the project's settings show it", role, strings.Join(c.projects, ", ")))
		}
	}
	return problems, nil
}

type wireGroup struct {
	Name string `json:"name"`
	ID   string `json:"groupId"`
}

func (w wireGroup) names() []string {
	return slices.DeleteFunc([]string{canonical(w.Name), canonical(w.ID)}, func(s string) bool { return s == "" })
}

// identities are what names the user. The key of one may be the name of another,
// who came after the first was renamed: the two are told apart.
func (w wireUser) identities() []string {
	var out []string
	for _, id := range [][2]string{{"account", w.AccountID}, {"name", w.Name}, {"key", w.Key}} {
		if id[1] != "" {
			out = append(out, id[0]+" "+canonical(id[1]))
		}
	}
	return out
}

// person asks for the user with that id.
func (c *Client) person(ctx context.Context, id string) (person, error) {
	m := c.member
	m.mu.Lock()
	known, ok := m.persons[id]
	m.mu.Unlock()
	if ok && c.now().Before(known.until) {
		return known, nil
	}
	who, err := c.askPerson(ctx, id)
	if err != nil {
		return person{}, err
	}
	who.until = c.now().Add(memberAge)
	m.mu.Lock()
	defer m.mu.Unlock()
	keep(m.persons, id, who, mostPersons)
	return who, nil
}

// keep remembers one more. When there are too many, all are asked for anew: they
// come back in the order in which they are needed.
func keep[T any](all map[string]T, key string, one T, most int) {
	if len(all) >= most {
		clear(all)
	}
	all[key] = one
}

func (c *Client) askPerson(ctx context.Context, id string) (person, error) {
	srv, err := c.detected(ctx)
	if err != nil {
		return person{}, err
	}
	query := url.Values{"expand": {"groups"}}
	query.Set(map[Flavour]string{Cloud: "accountId", DataCenter: "username"}[srv.Flavour], id)
	var w struct {
		wireUser
		Groups *struct {
			Size  quantity    `json:"size"`
			Items []wireGroup `json:"items"`
		} `json:"groups"`
	}
	op := fmt.Sprintf("ask for the groups of user %.128q", id)
	const remedy = "to know who may escalate, the account needs the global permission «Browse users and groups»"
	err = c.confirmed(ctx, c.ask(ctx, op, "rest/api/2/user?"+query.Encode(), &w))
	switch {
	case errors.Is(err, ErrNotFound):
		return person{}, nil
	case refused(err, http.StatusForbidden):
		return person{}, bridge.Permanent(fmt.Errorf("%w: %s", err, remedy))
	case err != nil:
		return person{}, preliminary(err)
	case w.Groups == nil:
		return person{}, bridge.Permanent(fmt.Errorf("jira: %s: the answer does not tell them: %s", op, remedy))
	}
	// Somebody must not be taken for nobody because the answer is short.
	if srv.Flavour == Cloud {
		w.AccountID = id
	} else {
		w.Name = id
	}
	who := person{customer: w.customer(), ids: w.identities(), untold: max(0, int(w.Groups.Size)-len(w.Groups.Items))}
	if who.untold > 0 {
		c.log.WarnContext(ctx, "jira tells only a part of a user's groups", "told", len(w.Groups.Items), "there", int64(w.Groups.Size))
	}
	told := w.Groups.Items
	if who.untold > 0 && srv.Flavour == Cloud {
		if told, err = c.allGroups(ctx, op, id, len(told)); err != nil {
			return person{}, err
		}
		who.untold = 0
	}
	for _, group := range told {
		who.groups = append(who.groups, group.names()...)
	}
	return who, nil
}

// allGroups asks Cloud for the groups of a user who is in more than least.
func (c *Client) allGroups(ctx context.Context, op, id string, least int) ([]wireGroup, error) {
	var groups []wireGroup
	if err := c.ask(ctx, op, "rest/api/2/user/groups?"+url.Values{"accountId": {id}}.Encode(), &groups); err != nil {
		return nil, preliminary(err)
	}
	if len(groups) <= least {
		return nil, fmt.Errorf("jira: %s: the answer tells %d, but there are more than %d", op, len(groups), least)
	}
	return groups, nil
}

// refused reports whether Jira itself answered err with that status.
func refused(err error, status int) bool {
	said, ok := errors.AsType[*StatusError](err)
	return ok && said.Status == status && !said.page
}

// actors asks who has the role in the project.
func (c *Client) actors(ctx context.Context, project, role string) (actors, error) {
	m := c.member
	key := project + " " + canonical(role)
	m.mu.Lock()
	known, ok := m.actors[key]
	m.mu.Unlock()
	if ok && c.now().Before(known.until) {
		return known, nil
	}
	if !projectKey.MatchString(project) {
		return actors{}, bridge.Permanent(fmt.Errorf("jira: project %.40q: not a project key", project))
	}
	has, err := c.askActors(ctx, project, role)
	if err != nil {
		return actors{}, err
	}
	has.until = c.now().Add(memberAge)
	m.mu.Lock()
	defer m.mu.Unlock()
	keep(m.actors, key, has, mostRoles)
	return has, nil
}

type wireActor struct {
	Type string `json:"type"`
	// Name is of the user or the group on Data Center.
	Name  string    `json:"name"`
	User  wireUser  `json:"actorUser"`
	Group wireGroup `json:"actorGroup"`
}

func (c *Client) askActors(ctx context.Context, project, role string) (actors, error) {
	op := fmt.Sprintf("ask who has the role %q in project %s", role, project)
	var roles map[string]string
	if err := c.ask(ctx, op, "rest/api/2/project/"+project+"/role", &roles); err != nil {
		return actors{}, c.unreadable(ctx, project, err)
	}
	id := ""
	for name, self := range roles {
		if canonical(name) == canonical(role) {
			id = path.Base(self)
		}
	}
	if !number.MatchString(id) {
		return actors{}, nil
	}
	var w struct {
		Actors []wireActor `json:"actors"`
	}
	if err := c.ask(ctx, op, "rest/api/2/project/"+project+"/role/"+id, &w); err != nil {
		return actors{}, c.unreadable(ctx, project, err)
	}
	has := actors{there: true}
	for _, one := range w.Actors {
		switch one.Type {
		case "atlassian-user-role-actor":
			has.users = append(has.users, one.User.identities()...)
			has.users = append(has.users, wireUser{Name: one.Name}.identities()...)
		case "atlassian-group-role-actor":
			has.groups = append(has.groups, one.Group.names()...)
			has.groups = append(has.groups, wireGroup{Name: one.Name}.names()...)
		}
	}
	return has, nil
}

// unreadable is the error of a question about roles. Cloud answers 401 or 404 to
// an account that is none of the project's administrators.
func (c *Client) unreadable(ctx context.Context, project string, err error) error {
	if !refused(err, http.StatusUnauthorized) && !refused(err, http.StatusForbidden) && !refused(err, http.StatusNotFound) {
		return preliminary(err)
	}
	if doubt := c.known(ctx); doubt != nil {
		return preliminary(doubt)
	}
	return bridge.Permanent(fmt.Errorf("%v: to know who may escalate, the account needs the project permission «Administer Projects» in %s; or configure groups instead of roles", err, project)) //nolint:errorlint // it is neither the issue that is not found nor the credentials
}
