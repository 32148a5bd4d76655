package sim

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// wireTime is how Jira writes times: not RFC 3339.
const wireTime = "2006-01-02T15:04:05.000-0700"

// authorized checks the credentials of the flavour.
func (j *Jira) authorized(r *http.Request) bool {
	if j.cfg.Cloud {
		email, token, ok := r.BasicAuth()
		return ok && same(email, j.cfg.Email) && same(token, j.cfg.Token)
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && same(token, j.cfg.Token)
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// authenticated refuses everybody but the account; serverInfo is for all.
func (j *Jira) authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		anonymous := r.Header.Get("Authorization") == "" && r.URL.Path == "/rest/api/2/serverInfo"
		if !anonymous && !j.authorized(r) {
			w.Header().Set("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
			writeJSON(w, http.StatusUnauthorized, map[string]any{
				"message": "Client must be authenticated to access this resource.", "status-code": http.StatusUnauthorized,
			})
			return
		}
		// "latest" is another name of version 2.
		if rest, ok := strings.CutPrefix(r.URL.Path, "/rest/api/latest/"); ok {
			r = r.Clone(r.Context())
			r.URL.Path = "/rest/api/2/" + rest
		}
		next.ServeHTTP(w, r)
	})
}

// loginWall guards pages for browsers: Jira answers with its login form.
func (j *Jira) loginWall(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !j.authorized(r) {
			http.Redirect(w, r, j.cfg.ContextPath+"/login.jsp?permissionViolation=true", http.StatusFound)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loginPage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html;charset=UTF-8")
	_, _ = io.WriteString(w, "<!DOCTYPE html><html><body><form id=\"login-form\"></form></body></html>")
}

// serverRoutes adds what is about the server and its users.
func (j *Jira) serverRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /rest/api/2/serverInfo", j.serverInfo)
	mux.HandleFunc("GET /rest/api/2/myself", func(w http.ResponseWriter, r *http.Request) {
		j.mu.Lock()
		me := j.userJSON(r, j.user(j.cfg.Account))
		j.mu.Unlock()
		writeJSON(w, http.StatusOK, me)
	})
	mux.HandleFunc("GET /rest/api/2/field", j.listFields)
	j.propertyRoutes(mux, "/rest/api/2/user/properties", j.userProperties)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusNotFound, "null for uri")
	})
}

func (j *Jira) serverInfo(w http.ResponseWriter, r *http.Request) {
	info := map[string]any{
		"baseUrl":        j.base(r),
		"version":        "10.3.13",
		"versionNumbers": []int{10, 3, 13},
		"deploymentType": "Server",
		"buildNumber":    10030013,
		"serverTime":     j.cfg.Now().In(j.cfg.Zone).Format(wireTime),
		"serverTitle":    "Jira",
	}
	if j.cfg.Cloud {
		info["version"] = "1001.0.0-SNAPSHOT"
		info["versionNumbers"] = []int{1001, 0, 0}
		info["deploymentType"] = "Cloud"
		info["buildNumber"] = 100290
		info["serverTimeZone"] = j.cfg.Zone.String()
	}
	writeJSON(w, http.StatusOK, info)
}

// userProperties finds the properties of the user whom the query names.
func (j *Jira) userProperties(r *http.Request) *[]Property {
	q := r.URL.Query()
	for name, u := range j.users {
		hit := q.Get("accountId") == u.AccountID
		if !j.cfg.Cloud {
			hit = q.Get("username") == u.Name || q.Get("userKey") == u.Key
		}
		if hit {
			if j.userProps[name] == nil {
				j.userProps[name] = &[]Property{}
			}
			return j.userProps[name]
		}
	}
	return nil
}

// base is the URL under which the caller sees this Jira.
func (j *Jira) base(r *http.Request) string { return "http://" + r.Host + j.cfg.ContextPath }

// userJSON shows a user as the flavour does.
func (j *Jira) userJSON(r *http.Request, u *User) map[string]any {
	api := j.base(r) + "/rest/api/2/user?"
	out := map[string]any{
		"displayName": u.DisplayName, "active": true, "timeZone": j.cfg.Zone.String(), "avatarUrls": map[string]string{},
	}
	if j.cfg.Cloud {
		out["self"] = api + "accountId=" + u.AccountID
		out["accountId"] = u.AccountID
		out["accountType"] = "atlassian"
		return out
	}
	out["self"] = api + "username=" + u.Name
	out["name"] = u.Name
	out["key"] = u.Key
	out["emailAddress"] = u.Name + "@aoc.test"
	return out
}

// writeJSON answers with a JSON document.
func writeJSON(w http.ResponseWriter, status int, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("sim: answer does not marshal: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_, _ = w.Write(raw)
}

// refuse answers as Jira does when it refuses.
func refuse(w http.ResponseWriter, status int, messages ...string) {
	writeJSON(w, status, map[string]any{"errorMessages": messages, "errors": map[string]string{}})
}

// refuseField answers as Jira does when a field is wrong.
func refuseField(w http.ResponseWriter, field, message string) {
	writeJSON(w, http.StatusBadRequest, map[string]any{
		"errorMessages": []string{}, "errors": map[string]string{field: message},
	})
}

const invalidPayload = "Invalid request payload. Refer to the REST API documentation and try again."

// readJSON decodes a body. Strict refuses unknown members. It answers itself
// when the body is no good.
func readJSON(w http.ResponseWriter, r *http.Request, v any, strict bool) bool {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		refuse(w, http.StatusRequestEntityTooLarge, "The request body is too large.")
		return false
	case err != nil || !utf8.Valid(raw):
		refuse(w, http.StatusBadRequest, invalidPayload)
		return false
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		refuse(w, http.StatusUnsupportedMediaType, "Unsupported Media Type")
		return false
	}
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	if strict {
		dec.DisallowUnknownFields()
	}
	if err := dec.Decode(v); err != nil {
		refuse(w, http.StatusBadRequest, invalidPayload)
		return false
	}
	return true
}
