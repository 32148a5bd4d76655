package sim

import (
	"net/http"
)

// done answers a control call that gives nothing back.
func done(w http.ResponseWriter, err error) { answer(w, struct{}{}, err) }

// actRoutes adds what can be done to one issue.
func (j *Jira) actRoutes(mux *http.ServeMux) {
	act := func(pattern string, f func(key string, b actBody) error) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			var body actBody
			if readControl(w, r, &body) {
				done(w, f(r.PathValue("issue"), body))
			}
		})
	}
	const issue = "/sim/issues/{issue}"
	act("DELETE "+issue, func(key string, _ actBody) error { return j.Delete(key) })
	act("POST "+issue+"/archive", func(key string, b actBody) error { return j.Archive(b.User, key) })
	act("POST "+issue+"/restore", func(key string, _ actBody) error { return j.Restore(key) })
	act("POST "+issue+"/restrict", func(key string, b actBody) error { return j.Restrict(key, b.Hidden) })
	act("POST "+issue+"/odd", func(key string, b actBody) error { return j.SetOdd(key, b.Odd) })
	act("POST "+issue+"/move", func(key string, b actBody) error { return j.Move(b.User, key, b.Project) })
	act("POST "+issue+"/resolve", func(key string, b actBody) error {
		setDefault(&b.Resolution, "Done")
		return j.Resolve(b.User, key, b.Resolution)
	})
	act("POST "+issue+"/reopen", func(key string, b actBody) error { return j.Reopen(b.User, key) })
	act("POST "+issue+"/links", func(key string, b actBody) error { return j.LinkIssues(b.User, b.Type, key, b.To) })
	act("DELETE "+issue+"/links", func(key string, b actBody) error { return j.UnlinkIssues(b.User, b.Type, key, b.To) })
	mux.HandleFunc("PUT "+issue+"/comments/{id}", func(w http.ResponseWriter, r *http.Request) {
		var body actBody
		if readControl(w, r, &body) {
			done(w, j.EditComment(body.User, r.PathValue("issue"), r.PathValue("id"), body.Body))
		}
	})
	mux.HandleFunc("DELETE "+issue+"/comments/{id}", func(w http.ResponseWriter, r *http.Request) {
		var body actBody
		if readControl(w, r, &body) {
			done(w, j.DeleteComment(body.User, r.PathValue("issue"), r.PathValue("id")))
		}
	})
}

// actBody says how something is done to an issue.
type actBody struct {
	User       string `json:"user"`
	Hidden     bool   `json:"hidden"`
	Odd        bool   `json:"odd"`
	Project    string `json:"project"`
	Resolution string `json:"resolution"`
	Type       string `json:"type"` // of a link
	To         string `json:"to"`
	Body       string `json:"body"`
}

// peopleRoutes adds users, groups, roles, permissions and the account's login.
func (j *Jira) peopleRoutes(mux *http.ServeMux) {
	mux.HandleFunc("PUT /sim/users/{name}", func(w http.ResponseWriter, r *http.Request) {
		var u User
		if readControl(w, r, &u) {
			u.Name = r.PathValue("name")
			j.SetUser(u)
			answer(w, j.User(u.Name), nil)
		}
	})
	mux.HandleFunc("POST /sim/users/{name}/rename", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			To string `json:"to"`
		}
		if readControl(w, r, &body) {
			done(w, j.RenameUser(r.PathValue("name"), body.To))
		}
	})
	mux.HandleFunc("PUT /sim/groups/{name}", func(w http.ResponseWriter, r *http.Request) {
		var body membersBody
		if readControl(w, r, &body) {
			j.SetGroup(r.PathValue("name"), body.Users...)
			done(w, nil)
		}
	})
	mux.HandleFunc("PUT /sim/projects/{project}/roles/{name}", func(w http.ResponseWriter, r *http.Request) {
		var body membersBody
		if readControl(w, r, &body) {
			j.SetRole(r.PathValue("project"), r.PathValue("name"), body.Users, body.Groups)
			done(w, nil)
		}
	})
	mux.HandleFunc("PUT /sim/lacks", func(w http.ResponseWriter, r *http.Request) {
		var keys []string
		if readControl(w, r, &keys) {
			done(w, j.SetLacks(keys...))
		}
	})
	for path, f := range map[string]func(){
		"/sim/token/expire": j.ExpireToken, "/sim/token/renew": j.RenewToken, "/sim/captcha/answer": j.AnswerCaptcha,
		"/sim/index/freeze": j.FreezeIndex, "/sim/index/advance": j.AdvanceIndex, "/sim/index/thaw": j.ThawIndex,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, _ *http.Request) {
			f()
			done(w, nil)
		})
	}
}

// membersBody is who is in a group, or has a role.
type membersBody struct {
	Users  []string `json:"users"`
	Groups []string `json:"groups"`
}

// hookRoutes adds the webhooks, which a person registers in the browser.
func (j *Jira) hookRoutes(mux *http.ServeMux) {
	mux.HandleFunc("POST /sim/webhooks", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			URL    string   `json:"url"`
			Secret string   `json:"secret"`
			Events []string `json:"events"`
		}
		if readControl(w, r, &body) {
			done(w, j.RegisterWebhook(body.URL, body.Secret, body.Events...))
		}
	})
	mux.HandleFunc("DELETE /sim/webhooks", func(w http.ResponseWriter, _ *http.Request) {
		j.RemoveWebhooks()
		done(w, nil)
	})
	mux.HandleFunc("GET /sim/webhooks/deliveries", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, append([]Delivery{}, j.Deliveries()...))
	})
}
