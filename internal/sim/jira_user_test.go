package sim_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"escalat/internal/sim"

	"github.com/google/go-cmp/cmp"
)

// who asks for a user as the flavour does.
func who(j *sim.Jira, cloud bool, name string) string {
	if cloud {
		return "accountId=" + url.QueryEscape(j.User(name).AccountID)
	}
	return "username=" + url.QueryEscape(name)
}

func TestUsersOfBothKinds(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud})
		j.SetUser(sim.User{Name: "client", AccountType: sim.AccountCustomer, DisplayName: "Una clienta", Email: "client@ex.test"})
		j.SetUser(sim.User{Name: "robot", AccountType: sim.AccountApp})
		j.SetUser(sim.User{Name: "antiga", Inactive: true})
		for name, want := range map[string]doc{
			"client": {"displayName": "Una clienta", "accountType": "customer", "emailAddress": "client@ex.test", "active": true},
			"robot":  {"displayName": "Robot", "accountType": "app", "emailAddress": nil, "active": true},
			"antiga": {"displayName": "Antiga", "accountType": "atlassian", "emailAddress": nil, "active": false},
		} {
			got := c.want(http.StatusOK, "GET", "/rest/api/2/user?"+who(j, cloud, name), nil).doc(t)
			if !cloud {
				delete(want, "accountType")
				want["name"], want["key"] = name, j.User(name).Key
			}
			for member, value := range want {
				if got[member] != value {
					t.Errorf("%s: %s is %v, want %v", name, member, got[member], value)
				}
			}
			if _, there := got["accountId"]; there != cloud {
				t.Errorf("%s: accountId %v", name, got["accountId"])
			}
		}
		_, key := j.CreateIssue("client", "AOC", "x", "")
		if _, err := j.AddComment("client", key, "hola"); err != nil {
			t.Fatal(err)
		}
		author := at(t, c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key, nil).doc(t), "fields", "comment", "comments", 0, "author").(doc)
		if author["displayName"] != "Una clienta" || cloud && author["accountType"] != "customer" {
			t.Errorf("author %v", author)
		}
		c.want(http.StatusNotFound, "GET", "/rest/api/2/user?accountId=none&username=none", nil)
	})
}

func TestReporterIsNotTheCreator(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	if err := j.Edit("marta", key, map[string]string{"reporter": "pere"}); err != nil {
		t.Fatal(err)
	}
	issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key, nil).doc(t)
	if at(t, issue, "fields", "creator", "name") != "marta" || at(t, issue, "fields", "reporter", "name") != "pere" {
		t.Errorf("issue %v", issue)
	}
}

func TestRenamedUserKeepsTheKey(t *testing.T) {
	t.Parallel()
	j, c := newJira(t, sim.JiraConfig{})
	_, key := j.CreateIssue("marta", "AOC", "x", "")
	if _, err := j.AddComment("marta", key, "hola"); err != nil {
		t.Fatal(err)
	}
	was := j.User("marta")
	for name, err := range map[string]error{
		"nobody": j.RenameUser("ningú", "x"), "the account": j.RenameUser("escalat", "x"), "taken": j.RenameUser("marta", "escalat"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := j.RenameUser("marta", "marta.puig"); err != nil {
		t.Fatal(err)
	}
	j.SetUser(sim.User{Name: "marta", Key: "marta", DisplayName: "Una altra Marta"}) // the name is free
	issue := c.want(http.StatusOK, "GET", "/rest/api/2/issue/"+key, nil).doc(t)
	for _, user := range []any{at(t, issue, "fields", "reporter"), at(t, issue, "fields", "creator"), at(t, issue, "fields", "comment", "comments", 0, "author")} {
		if at(t, user, "name") != "marta.puig" || at(t, user, "key") != was.Key {
			t.Errorf("user %v, was %v", user, was)
		}
	}
	if got := j.Mention("marta.puig"); got != "[~marta.puig]" {
		t.Errorf("mention %s", got)
	}
	for query, want := range map[string]string{"username=marta": "marta", "key=" + was.Key: "marta.puig", "key=marta": "marta"} {
		if got := c.want(http.StatusOK, "GET", "/rest/api/2/user?"+query, nil).doc(t)["name"]; got != want {
			t.Errorf("%s is %v, want %s", query, got, want)
		}
	}
}

func TestGroupsAndRoles(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Projects: []string{"AOC", "SIS"}})
		j.SetGroup("operadors", "marta", "pere")
		j.SetGroup("buit")
		j.SetRole("AOC", "Escaladors", []string{"anna"}, []string{"operadors"})

		var names []string
		user := c.want(http.StatusOK, "GET", "/rest/api/2/user?expand=groups&"+who(j, cloud, "marta"), nil).doc(t)
		for _, g := range at(t, user, "groups", "items").([]any) {
			names = append(names, g.(doc)["name"].(string))
		}
		if diff := cmp.Diff([]string{"operadors"}, names); diff != "" {
			t.Error(diff)
		}
		user = c.want(http.StatusOK, "GET", "/rest/api/2/user?"+who(j, cloud, "marta"), nil).doc(t)
		if items := at(t, user, "groups", "items").([]any); len(items) != 0 || at(t, user, "groups", "size") != 1.0 {
			t.Errorf("not asked for: %v", user["groups"])
		}
		if cloud {
			var groups []doc
			c.want(http.StatusOK, "GET", "/rest/api/2/user/groups?"+who(j, cloud, "pere"), nil).into(t, &groups)
			if len(groups) != 1 || groups[0]["name"] != "operadors" || len(groups[0]["groupId"].(string)) != 36 {
				t.Errorf("groups %v", groups)
			}
		}
		found := c.want(http.StatusOK, "GET", "/rest/api/2/groups/picker?query=OPER", nil).doc(t)
		if found["total"] != 1.0 || at(t, found, "groups", 0, "name") != "operadors" {
			t.Errorf("found %v", found)
		}

		roles := c.want(http.StatusOK, "GET", "/rest/api/2/project/AOC/role", nil).doc(t)
		actors := c.want(http.StatusOK, "GET", roles["Escaladors"].(string), nil).doc(t)["actors"].([]any)
		if len(actors) != 2 || at(t, actors[0], "type") != "atlassian-user-role-actor" || at(t, actors[1], "type") != "atlassian-group-role-actor" {
			t.Fatalf("actors %v", actors)
		}
		if at(t, actors[1], "name") != "operadors" || at(t, actors[0], "displayName") != "Anna" {
			t.Errorf("actors %v", actors)
		}
		if cloud {
			if at(t, actors[0], "actorUser", "accountId") != j.User("anna").AccountID || at(t, actors[1], "actorGroup", "name") != "operadors" {
				t.Errorf("actors %v", actors)
			}
		} else if at(t, actors[0], "name") != "anna" {
			t.Errorf("actors %v", actors)
		}
		// Roles are the same in every project; who has them is not.
		other := c.want(http.StatusOK, "GET", "/rest/api/2/project/SIS/role", nil).doc(t)
		if got := c.want(http.StatusOK, "GET", other["Escaladors"].(string), nil).doc(t)["actors"].([]any); len(got) != 0 {
			t.Errorf("in the other project %v", got)
		}
		c.want(http.StatusNotFound, "GET", "/rest/api/2/project/AOC/role/1", nil)
		c.want(http.StatusNotFound, "GET", "/rest/api/2/project/NO/role", nil)
	})
}

func TestLacks(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		j, c := newJira(t, sim.JiraConfig{Cloud: cloud, Wrap: unchecked})
		_, key := j.CreateIssue("marta", "AOC", "x", "")
		comment := c.want(http.StatusCreated, "POST", "/rest/api/2/issue/"+key+"/comment", doc{"body": "x"}).doc(t)["id"].(string)
		w := writes(key, comment)
		edit := http.StatusForbidden
		if cloud {
			edit = http.StatusBadRequest
		}
		read := func(path string) [3]any { return [3]any{"GET", path, nil} }
		for _, test := range []struct {
			lacks  string
			call   [3]any
			status int
		}{
			{"ADD_COMMENTS", w["comment"], http.StatusBadRequest},
			{"EDIT_OWN_COMMENTS", w["edit a comment"], http.StatusBadRequest},
			{"EDIT_OWN_COMMENTS", w["comment's entry"], http.StatusForbidden},
			{"EDIT_ISSUES", w["edit"], edit},
			{"EDIT_ISSUES", w["property"], http.StatusForbidden},
			{"LINK_ISSUES", w["remote link"], http.StatusForbidden},
			{"USER_PICKER", read("/rest/api/2/user?" + who(j, cloud, "marta")), http.StatusForbidden},
			{"USER_PICKER", read("/rest/api/2/groups/picker"), http.StatusForbidden},
			{"ADMINISTER_PROJECTS", read("/rest/api/2/project/AOC/role"), http.StatusNotFound},
			{"BROWSE_PROJECTS", read("/rest/api/2/issue/" + key), http.StatusNotFound},
			{"BROWSE_PROJECTS", read("/rest/api/2/project/AOC"), http.StatusNotFound},
			{"BROWSE_PROJECTS", w["comment"], http.StatusNotFound},
		} {
			call := func(status int) {
				t.Helper()
				if r, err := c.send(test.call[0].(string), test.call[1].(string), test.call[2]); err != nil || (status == 0) != (r.status < 300) || status != 0 && r.status != status {
					t.Errorf("%s: %s: status %d, want %d, %v: %s", test.lacks, test.call[1], r.status, status, err, r.body)
				}
			}
			if err := j.SetLacks(test.lacks); err != nil {
				t.Fatal(err)
			}
			call(test.status)
			if err := j.SetLacks(); err != nil {
				t.Fatal(err)
			}
			call(0)
		}
		if err := j.SetLacks("CREATE_ATTACHMENTS"); err != nil {
			t.Fatal(err)
		}
		if r := upload(t, c, key, "no-check", map[string]string{"a": "a"}); r.status != http.StatusForbidden {
			t.Errorf("upload: %d", r.status)
		}
		// An issue that is not there is not found, whatever else is lacking.
		c.want(http.StatusNotFound, "PUT", "/rest/api/2/issue/AOC-9", doc{})
		if err := j.SetLacks("FLY"); err == nil {
			t.Error("an unknown permission")
		}
	})
}

func TestMyPermissions(t *testing.T) {
	t.Parallel()
	flavours(t, func(t *testing.T, cloud bool) {
		_, c := newJira(t, sim.JiraConfig{Cloud: cloud, Lacks: []string{"LINK_ISSUES"}})
		const path = "/rest/api/2/mypermissions?permissions=ADD_COMMENTS,LINK_ISSUES,ADMINISTER"
		got := at(t, c.want(http.StatusOK, "GET", path, nil).doc(t), "permissions").(doc)
		for key, want := range map[string]bool{"ADD_COMMENTS": true, "LINK_ISSUES": false, "ADMINISTER": false} {
			if at(t, got, key, "havePermission") != want {
				t.Errorf("%s: %v", key, got[key])
			}
		}
		if (len(got) == 3) != cloud {
			t.Errorf("%d permissions", len(got))
		}
		c.want(http.StatusNotFound, "GET", path+"&projectKey=NO", nil)
		c.want(http.StatusNotFound, "GET", path+"&issueKey=AOC-9", nil)
		if cloud {
			c.want(http.StatusBadRequest, "GET", "/rest/api/2/mypermissions", nil)
			c.want(http.StatusBadRequest, "GET", "/rest/api/2/mypermissions?permissions=FLY", nil)
		}
	})
}

func TestUnknownPermissionIsAMistake(t *testing.T) {
	t.Parallel()
	defer func() {
		if text, _ := recover().(string); !strings.Contains(text, "FLY") {
			t.Errorf("recovered %q", text)
		}
	}()
	sim.NewJira(sim.JiraConfig{Lacks: []string{"FLY"}})
}
