package sim

import (
	"crypto/subtle"
	"io"
	"net/http"
	"strings"
)

// ExpireToken lets the account's token expire. Cloud then answers as it answers
// a visitor, and says so only in a header; Data Center refuses.
func (j *Jira) ExpireToken() { j.setExpired(true) }

// RenewToken makes the account's token good again.
func (j *Jira) RenewToken() { j.setExpired(false) }

func (j *Jira) setExpired(expired bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.expired = expired
}

// AnswerCaptcha logs the account in as a person in a browser would, after which
// Jira wants no captcha any more.
func (j *Jira) AnswerCaptcha() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.refused = 0
}

// login is what became of the credentials of a request.
type login int

const (
	loginRight login = iota
	loginWrong
	loginExpired
	loginCaptcha
)

// login checks the credentials of the flavour and counts the wrong ones.
func (j *Jira) login(r *http.Request) login {
	right := j.authorized(r)
	j.mu.Lock()
	defer j.mu.Unlock()
	if limit := j.cfg.CaptchaAfter; limit > 0 && j.refused >= limit {
		return loginCaptcha
	}
	switch {
	case !right:
		j.refused++
		return loginWrong
	case j.expired:
		return loginExpired
	}
	j.refused = 0
	return loginRight
}

// authorized reports whether the credentials are the account's.
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
		// "latest" is another name of version 2.
		if rest, ok := strings.CutPrefix(r.URL.Path, "/rest/api/latest/"); ok {
			r = r.Clone(r.Context())
			r.URL.Path = "/rest/api/2/" + rest
		}
		if r.Header.Get("Authorization") == "" && r.URL.Path == "/rest/api/2/serverInfo" {
			next.ServeHTTP(w, r)
			return
		}
		switch j.login(r) {
		case loginRight:
			if !j.cfg.Cloud {
				w.Header().Set("X-AUSERNAME", j.cfg.Account)
			}
			next.ServeHTTP(w, r)
		case loginCaptcha:
			w.Header().Set("X-Seraph-LoginReason", "AUTHENTICATION_DENIED")
			w.Header().Set("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url="+j.base(r)+"/login.jsp")
			refuse(w, http.StatusForbidden, "Login denied: answer the CAPTCHA in a browser first.")
		case loginExpired:
			if j.cfg.Cloud {
				w.Header().Set("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
				j.visitor(w, r)
				return
			}
			unauthenticated(w)
		default:
			unauthenticated(w)
		}
	})
}

func unauthenticated(w http.ResponseWriter) {
	w.Header().Set("X-Seraph-LoginReason", "AUTHENTICATED_FAILED")
	writeJSON(w, http.StatusUnauthorized, map[string]any{
		"message": "Client must be authenticated to access this resource.", "status-code": http.StatusUnauthorized,
	})
}

// visitor answers on Cloud as to one who is not logged in: what is not public
// is not found, and nothing is public here.
func (j *Jira) visitor(w http.ResponseWriter, r *http.Request) {
	switch path := r.URL.Path; {
	case path == "/rest/api/2/serverInfo":
		j.serverInfo(w, r)
	case path == "/rest/api/2/search/jql":
		writeJSON(w, http.StatusOK, map[string]any{"issues": []any{}, "isLast": true})
	case strings.HasPrefix(path, "/rest/api/2/issue/"):
		refuse(w, http.StatusNotFound, hiddenIssue(true))
	case path == "/rest/api/2/field":
		j.listFields(w, r)
	case strings.HasPrefix(path, "/rest/api/2/comment/"), strings.HasPrefix(path, "/rest/api/2/attachment/"),
		strings.HasPrefix(path, "/rest/api/2/project/"):
		refuse(w, http.StatusNotFound, "The entity does not exist or you do not have permission to see it.")
	default:
		unauthenticated(w)
	}
}

// loginWall guards pages for browsers: Jira answers with its login form.
func (j *Jira) loginWall(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if j.login(r) != loginRight {
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
