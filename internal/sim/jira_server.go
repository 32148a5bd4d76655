package sim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// wireTime is how Jira writes times: not RFC 3339.
const wireTime = "2006-01-02T15:04:05.000-0700"

// serverRoutes adds what is about the server and its users.
func (j *Jira) serverRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /rest/api/2/serverInfo", j.serverInfo)
	j.userRoutes(mux)
	mux.HandleFunc("GET /rest/api/2/field", j.listFields)
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

// base is the URL under which the caller sees this Jira.
func (j *Jira) base(r *http.Request) string { return "http://" + r.Host + j.cfg.ContextPath }

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

// empty answers with nothing; Jira names a type all the same.
func empty(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
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
