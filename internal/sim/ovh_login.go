package sim

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // OVHcloud's signature is made of it
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ovhSkew is how far a request's time may lie from OVHcloud's.
const ovhSkew = 30 * time.Second

// ovhError is a refusal as OVHcloud words it.
type ovhError struct {
	status  int
	class   string
	message string
	code    string // of refused logins
}

// Error implements error.
func (e *ovhError) Error() string { return e.message }

// refuse answers with it.
func (e *ovhError) refuse(w http.ResponseWriter) {
	doc := map[string]any{"message": e.message}
	if e.class != "" {
		doc["class"] = e.class
	}
	if e.code != "" {
		doc["errorCode"] = e.code
		doc["httpCode"] = strconv.Itoa(e.status) + " " + http.StatusText(e.status)
	}
	writeJSON(w, e.status, doc)
}

// login lets only the customer pass.
func (o *OVH) login(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Ovh-Queryid", "SIM.ext-1."+strconv.Itoa(len(o.Requests())+1))
		if refused := o.authenticate(w, r); refused != nil {
			refused.refuse(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (o *OVH) authenticate(w http.ResponseWriter, r *http.Request) *ovhError {
	o.mu.Lock()
	revoked := o.revoked
	o.mu.Unlock()
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if revoked || !same(token, o.cfg.Token) {
			return &ovhError{http.StatusUnauthorized, "Client::Unauthorized", "Invalid token", "INVALID_TOKEN"}
		}
		return nil
	}
	app, consumer := r.Header.Get("X-Ovh-Application"), r.Header.Get("X-Ovh-Consumer")
	switch {
	case app == "" || consumer == "":
		return &ovhError{http.StatusUnauthorized, "Client::Unauthorized", "You must login first", "NOT_CREDENTIAL"}
	case !same(app, o.cfg.AppKey):
		return &ovhError{http.StatusForbidden, "Client::Forbidden", "This application key is invalid", "INVALID_KEY"}
	case revoked || !same(consumer, o.cfg.ConsumerKey):
		return &ovhError{http.StatusForbidden, "Client::Forbidden", "This credential is not valid", "INVALID_CREDENTIAL"}
	}
	seconds, err := strconv.ParseInt(r.Header.Get("X-Ovh-Timestamp"), 10, 64)
	if err != nil || o.cfg.Now().Sub(time.Unix(seconds, 0)).Abs() > ovhSkew {
		return &ovhError{http.StatusBadRequest, "Client::BadRequest", "Query out of time", "QUERY_TIME_OUT"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return &ovhError{status: http.StatusRequestEntityTooLarge, class: "Client::TooLarge", message: "Request body too large"}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !same(r.Header.Get("X-Ovh-Signature"), o.sign(r, string(body), strconv.FormatInt(seconds, 10))) {
		return &ovhError{http.StatusBadRequest, "Client::BadRequest", "Invalid signature", "INVALID_SIGNATURE"}
	}
	return nil
}

// sign is what a request must be signed with.
func (o *OVH) sign(r *http.Request, body, at string) string {
	url := "http://" + r.Host + r.URL.RequestURI()
	sum := sha1.Sum([]byte(strings.Join([]string{o.cfg.AppSecret, o.cfg.ConsumerKey, r.Method, url, body, at}, "+"))) //nolint:gosec // as above
	return "$1$" + hex.EncodeToString(sum[:])
}
